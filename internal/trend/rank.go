package trend

import (
	"context"
	"fmt"
	"math"
	"sort"

	"antojo/internal/mention"
	"antojo/internal/metric"
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
	yearDays   = 364 // 52 weeks: same weekdays
	maxRows    = 200_000
)

// Rank compares every entity that the filter reaches between the window and the
// one before it, and orders them: rising by the lower end of their interval,
// then steady and seasonal ones by volume, falling, and last those without
// enough data. Reading is four windows of entity×source counts (now, before, and
// the same a year ago) and twelve weeks of entity counts.
func Rank(ctx context.Context, q Querier, names Namer, o Options) (Report, error) {
	if o.Days == 0 {
		o.Days = 28
	}
	if o.Alpha == 0 {
		o.Alpha = .05
	}
	d := mention.Day(o.Days)
	now := Span{o.To - d + 1, o.To}
	before := Span{now.From - d, now.From - 1}
	rep := Report{Window: now, Previous: before}

	r := reader{ctx: ctx, q: q, f: o.Filter}
	cur, prev := r.window(now), r.window(before)
	yearCur := r.window(Span{now.From - yearDays, now.To - yearDays})
	yearPrev := r.window(Span{before.From - yearDays, before.To - yearDays})
	weekly := r.weeks(o.To)
	net := r.net(now)
	if r.err != nil {
		return rep, fmt.Errorf("rank trends: %w", r.err)
	}

	ids := map[string]bool{}
	for id := range cur.counts {
		ids[id] = true
	}
	for id := range prev.counts {
		ids[id] = true
	}
	all := make([]string, 0, len(ids))
	for id := range ids {
		all = append(all, id)
	}
	sort.Strings(all)

	var sum, df float64
	for _, id := range all {
		s, n := Dispersion(weekly.counts[id], weekly.exposure)
		sum, df = sum+s, df+n
	}
	pooled := 1.0
	if df > 0 {
		pooled = math.Max(1, sum/df)
	}

	grown := make([]Growth, len(all))
	phis := make([]float64, len(all))
	p := make([]float64, len(all))
	for i, id := range all {
		s, n := Dispersion(weekly.counts[id], weekly.exposure)
		phis[i] = shrinkPhi(s, n, pooled)
		grown[i] = Compare(cur.of(id), prev.of(id), phis[i])
		p[i] = math.NaN()
		if grown[i].Enough {
			p[i] = grown[i].P
		}
	}
	qs := QValues(p)
	looked := 0
	for _, v := range qs {
		if !math.IsNaN(v) {
			looked++
		}
	}
	for i, id := range all {
		name, kind, ok := names.EntityName(id)
		if !ok {
			name = id
		}
		t := Trend{Entity: id, Name: name, Kind: kind, Net: net[id], Voice: cur.voice(id),
			Growth: math.NaN(), Low: math.NaN(), High: math.NaN(), Q: qs[i], Enough: grown[i].Enough,
			N: int64(total(cur.counts[id])), NPrevious: int64(total(prev.counts[id]))}
		for _, v := range weekly.counts[id] {
			t.Spark = append(t.Spark, int64(v))
		}
		decide(&t, grown[i], Compare(yearCur.of(id), yearPrev.of(id), phis[i]), phis[i], o, looked)
		rep.Trends = append(rep.Trends, t)
	}
	sort.SliceStable(rep.Trends, func(a, b int) bool { return less(&rep.Trends[a], &rep.Trends[b]) })
	return rep, nil
}

// decide fills figures, verdict and reasons. year is last year's growth on the
// same weekdays: a change that is significant now but not once last year's is
// taken off (difference of log ratios, variances added) is seasonal.
func decide(t *Trend, g, year Growth, phi float64, o Options, looked int) {
	for _, s := range g.Dropped {
		t.Reasons = append(t.Reasons, Reason{"dropped", []any{s}})
	}
	if !g.Enough {
		t.Verdict = NotEnoughData
		t.Reasons = append(t.Reasons, Reason{"few", []any{g.N + g.NPrevious}})
		return
	}
	t.Growth, t.Low, t.High = g.Ratio-1, g.Low-1, g.High-1
	t.Reasons = append(t.Reasons, Reason{"growth", []any{100 * t.Growth, o.Days, 100 * t.Low, 100 * t.High}})
	if phi >= 1.5 {
		t.Reasons = append(t.Reasons, Reason{"overdisperse", []any{phi}})
	}
	if !(t.Q <= o.Alpha) {
		t.Verdict = Steady
		t.Reasons = append(t.Reasons, Reason{"chance", []any{t.Q}})
		return
	}
	t.Verdict = Rising
	if t.Growth < 0 {
		t.Verdict = Falling
	}
	t.Reasons = append(t.Reasons, Reason{"significant", []any{looked, t.Q}})
	if !year.Enough || (year.Ratio > 1) != (g.Ratio > 1) || year.P > o.Alpha {
		return
	}
	z := (math.Log(g.Ratio) - math.Log(year.Ratio)) / math.Hypot(g.LogSE, year.LogSE)
	if (g.Ratio > 1) == (z > 0) && twoSided(z) <= o.Alpha {
		t.Reasons = append(t.Reasons, Reason{"beyond", []any{100 * (year.Ratio - 1)}})
		return
	}
	t.Verdict = Seasonal
	t.Reasons = append(t.Reasons, Reason{"season", []any{100 * (year.Ratio - 1)}})
}

var order = map[Verdict]int{Rising: 0, Seasonal: 1, Steady: 1, Falling: 2, NotEnoughData: 3}

func less(a, b *Trend) bool {
	if x, y := order[a.Verdict], order[b.Verdict]; x != y {
		return x < y
	}
	switch a.Verdict {
	case Rising:
		if a.Low != b.Low {
			return a.Low > b.Low
		}
	case Falling:
		if a.High != b.High {
			return a.High > b.High
		}
	}
	if a.N != b.N {
		return a.N > b.N
	}
	return a.Entity < b.Entity
}

// reader runs the queries of a ranking and keeps the first error.
type reader struct {
	ctx context.Context
	q   Querier
	f   metric.Filter
	err error
}

func (r *reader) rows(s Span, exposure bool, measures []string, by ...metric.Dimension) []metric.Row {
	if r.err != nil {
		return nil
	}
	f := r.f
	f.From, f.To, f.Window = s.From, s.To, ""
	if exposure { // all mentions about food under the same filter, whatever they speak of
		f.Entities, f.Kinds = nil, nil
	}
	res, err := r.q.Query(r.ctx, metric.Query{Filter: f, Measures: measures, By: by, Limit: maxRows})
	if err != nil {
		r.err = err
		return nil
	}
	return res.Rows
}

// counted is a window of entity×source counts with the exposure of each source.
type counted struct {
	counts   map[string]map[string]float64
	exposure map[string]float64
	mentions float64
}

func (r *reader) window(s Span) counted {
	c := counted{counts: map[string]map[string]float64{}, exposure: map[string]float64{}}
	for _, row := range r.rows(s, false, []string{"mentions"}, metric.ByEntity, metric.BySource) {
		m := c.counts[row.Keys[0]]
		if m == nil {
			m = map[string]float64{}
			c.counts[row.Keys[0]] = m
		}
		m[row.Keys[1]] = row.Values[0].Value
		c.mentions += row.Values[0].Value
	}
	for _, row := range r.rows(s, true, []string{"mentions"}, metric.BySource) {
		c.exposure[row.Keys[0]] = row.Values[0].Value
	}
	return c
}

func (c counted) of(id string) Window { return Window{c.counts[id], c.exposure} }

// voice is the entity's share of all entity mentions of the window, with a Wilson interval.
func (c counted) voice(id string) metric.Value {
	return metric.Share(int64(total(c.counts[id])), int64(c.mentions))
}

type weeklyCounts struct {
	counts   map[string][]float64
	exposure []float64
}

// weeks counts the last sparkWeeks whole ISO weeks up to day to.
func (r *reader) weeks(to mention.Day) weeklyCounts {
	to -= ((to+3)%7 + 1) % 7 // the last Sunday; day 0 was a Thursday
	from := to - 7*sparkWeeks + 1
	w := weeklyCounts{counts: map[string][]float64{}, exposure: make([]float64, sparkWeeks)}
	span := Span{from, to}
	at := func(key string) int {
		d, err := mention.ParseDay(key)
		if err != nil || d < from || d > to {
			return -1
		}
		return int(d-from) / 7
	}
	for _, row := range r.rows(span, false, []string{"mentions"}, metric.ByEntity, metric.ByWeek) {
		if i := at(row.Keys[1]); i >= 0 {
			c := w.counts[row.Keys[0]]
			if c == nil {
				c = make([]float64, sparkWeeks)
				w.counts[row.Keys[0]] = c
			}
			c[i] += row.Values[0].Value
		}
	}
	for _, row := range r.rows(span, true, []string{"mentions"}, metric.ByWeek) {
		if i := at(row.Keys[0]); i >= 0 {
			w.exposure[i] += row.Values[0].Value
		}
	}
	return w
}

func (r *reader) net(s Span) map[string]metric.Value {
	out := map[string]metric.Value{}
	for _, row := range r.rows(s, false, []string{"net_sentiment"}, metric.ByEntity) {
		out[row.Keys[0]] = row.Values[0]
	}
	return out
}
