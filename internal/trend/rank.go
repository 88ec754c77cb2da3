package trend

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// Querier answers metrics queries; a store does.
type Querier interface {
	Query(context.Context, metric.Query) (metric.Result, error)
}

// Namer knows the entities of the lexicon.
type Namer interface {
	EntityName(id string) (name, kind string, ok bool)
}

// Options of a ranking.
type Options struct {
	Filter metric.Filter // From and To are ignored
	To     mention.Day   // last day of the window
	Days   int           // length of the window; default 28
	Alpha  float64       // level of the q-value; default 0.05
}

const (
	sparkWeeks = 12
	maxRows    = metric.MaxLimit
)

// Rank judges every entity that the filter reaches in the window against what its
// own past, the calendar and its channels' volume give, and orders them: rising by
// the lower end of their interval, then what moves for a known reason and what is
// steady by volume, falling, and last those without enough data.
func Rank(ctx context.Context, q Querier, names Namer, o Options) (Report, error) {
	p, err := ReadPanel(ctx, q, names, o.Filter, o.To)
	if err != nil {
		return Report{}, fmt.Errorf("rank trends: %w", err)
	}
	return RankPanel(ctx, q, names, p, o)
}

// RankPanel is Rank over counts that ReadPanel gave for the same filter and last day.
// It does not change the panel.
func RankPanel(ctx context.Context, q Querier, names Namer, p *engine.Panel, o Options) (Report, error) {
	if o.Days == 0 {
		o.Days = 28
	}
	if o.Alpha == 0 {
		o.Alpha = .05
	}
	d := mention.Day(o.Days)
	now := Span{o.To - d + 1, o.To}
	rep := Report{Window: now, Previous: Span{now.From - d, now.From - 1}}
	net, err := netSentiment(ctx, q, o.Filter, now)
	if err != nil {
		return rep, fmt.Errorf("rank trends: %w", err)
	}
	rep.Trends = judge(p, names, o, net)
	return rep, nil
}

// judge turns the engine's figures into trends with words.
func judge(p *engine.Panel, names Namer, o Options, net map[string]metric.Value) []Trend {
	js := engine.Judge(p, engine.Options{To: o.To, Days: o.Days, Alpha: o.Alpha})
	feasts := map[string]calendar.Feast{}
	for _, f := range calendar.Feasts() {
		feasts[f.ID] = f
	}
	end := int(o.To-p.Start) + 1
	totals := make([][2]float64, len(p.Series))
	looked, mentions := 0, 0.0
	for i := range p.Series {
		totals[i] = [2]float64{count(&p.Series[i], end-o.Days, end), count(&p.Series[i], end-2*o.Days, end-o.Days)}
		mentions += totals[i][0]
		if js[i].Enough {
			looked++
		}
	}
	var out []Trend
	for i := range p.Series {
		s, j := &p.Series[i], &js[i]
		n, prev := int64(totals[i][0]), int64(totals[i][1])
		if n+prev == 0 {
			continue
		}
		name, kind, ok := names.EntityName(s.ID)
		if !ok {
			name = s.ID
		}
		t := Trend{Entity: s.ID, Name: name, Kind: kind, N: n, NPrevious: prev, Enough: j.Enough, Verdict: j.Verdict, Held: j.Held,
			Growth: j.Growth.Value - 1, Low: j.Growth.Low - 1, High: j.Growth.High - 1, Q: j.Q,
			Expected: math.NaN(), Beyond: j.Beyond.Value - 1, BeyondLow: j.Beyond.Low - 1, BeyondHigh: j.Beyond.High - 1,
			Net: net[s.ID], Voice: metric.Share(n, int64(mentions)), Spark: spark(s, p, end),
			Reasons: reasons(j, n+prev, o, looked, feasts)}
		if j.Enough {
			t.Expected = j.Expected - 1
		}
		out = append(out, t)
	}
	slices.SortStableFunc(out, func(a, b Trend) int { return compare(&a, &b) })
	return out
}

func count(s *engine.Series, from, to int) (n float64) {
	for _, c := range s.Counts {
		if c != nil {
			for d := max(from, 0); d < to; d++ {
				n += float64(c[d])
			}
		}
	}
	return n
}

// spark counts the last whole ISO weeks up to day end.
func spark(s *engine.Series, p *engine.Panel, end int) []int64 {
	last := p.Start + mention.Day(end-1)
	stop := end - (calendar.Weekday(last)+1)%7 // after the last Sunday
	out := make([]int64, sparkWeeks)
	for w := range out {
		from := stop - 7*(sparkWeeks-w)
		out[w] = int64(count(s, from, max(from+7, 0)))
	}
	return out
}

var order = map[Verdict]int{Rising: 0, Spike: 1, Seasonal: 2, PriceDriven: 2, CampaignDriven: 2, Steady: 2, Falling: 3, NotEnoughData: 4}

func compare(a, b *Trend) int {
	if c := cmp.Compare(order[a.Verdict], order[b.Verdict]); c != 0 {
		return c
	}
	c := 0
	switch a.Verdict {
	case Rising:
		c = cmp.Compare(b.Low, a.Low)
	case Falling:
		c = cmp.Compare(a.High, b.High)
	}
	return cmp.Or(c, cmp.Compare(b.N, a.N), cmp.Compare(a.Entity, b.Entity))
}

func netSentiment(ctx context.Context, q Querier, f metric.Filter, s Span) (map[string]metric.Value, error) {
	f.From, f.To, f.Window = s.From, s.To, ""
	res, err := q.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}, By: []metric.Dimension{metric.ByEntity}, Limit: maxRows})
	if err != nil {
		return nil, err
	}
	out := make(map[string]metric.Value, len(res.Rows))
	for _, row := range res.Rows {
		out[row.Keys[0]] = row.Values[0]
	}
	return out, nil
}
