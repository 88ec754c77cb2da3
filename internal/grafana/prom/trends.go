package prom

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// trendFigure is one number of a trend; nil elsewhere.
type trendFigure func(*trend.Trend) (float64, bool)

func trendFamilies() []family {
	entity := []string{"entity", "name", "kind", "window"}
	enough := func(v func(*trend.Trend) float64) trendFigure {
		return func(t *trend.Trend) (float64, bool) { x := v(t); return x, t.Enough && !math.IsNaN(x) }
	}
	one := func(name, help string, v trendFigure) family {
		return family{name: name, kind: "gauge", help: help + held, labels: entity, trend: v, read: (*API).trendValues}
	}
	return []family{
		one("antojo_growth_ratio", "Change against the window before at equal volume of the same channels: 0.33 is a rise by 33 %. Only where there is enough data.", enough(func(t *trend.Trend) float64 { return t.Growth })),
		one("antojo_growth_ratio_lower", "Lower end of the 95 % interval of antojo_growth_ratio.", enough(func(t *trend.Trend) float64 { return t.Low })),
		one("antojo_growth_ratio_upper", "Upper end of the 95 % interval of antojo_growth_ratio.", enough(func(t *trend.Trend) float64 { return t.High })),
		one("antojo_growth_beyond_ratio", "What is left of the change once calendar and season are taken off.", enough(func(t *trend.Trend) float64 { return t.Beyond })),
		one("antojo_growth_beyond_ratio_lower", "Lower end of the 95 % interval of antojo_growth_beyond_ratio.", enough(func(t *trend.Trend) float64 { return t.BeyondLow })),
		one("antojo_growth_beyond_ratio_upper", "Upper end of the 95 % interval of antojo_growth_beyond_ratio.", enough(func(t *trend.Trend) float64 { return t.BeyondHigh })),
		one("antojo_growth_q", "False discovery rate at which the change would be told from chance, over all entities looked at.", enough(func(t *trend.Trend) float64 { return t.Q })),
		one("antojo_growth_n", "Mentions in the window and in the one before, which the change rests on.", func(t *trend.Trend) (float64, bool) { return float64(t.N + t.NPrevious), true }),
		{name: "antojo_verdict", kind: "gauge", help: "1 for the verdict that stands: rising, falling, seasonal, spike, price-driven, campaign-driven, steady or not-enough-data." + held,
			labels: append(slices.Clone(entity), "verdict"), read: (*API).verdicts},
		{name: "antojo_verdict_change", kind: "gauge", help: "1 at the end of the week in which a verdict became another one that tells of a change; for annotations. Window of 28 days.",
			labels: []string{"entity", "name", "kind", "was", "verdict"}, read: (*API).verdictChanges},
		{name: "antojo_feast", kind: "gauge", help: "1 at the end of each day of a feast of the calendar; for annotations.", labels: []string{"feast", "name"}, read: (*API).feasts},
	}
}

// held says how verdicts are spread over days.
const held = " Judged at the end of the last day and of each whole week of the quarter before it; a day between has the judgement of the week that ended last."

// trendWeeks is how many past weeks verdicts are judged for, trendWindow the window
// of those: a quarter, of the window that pages open with.
const (
	trendWeeks  = 13
	trendWindow = 28
)

// judgedDay is the day whose judgement holds on d: d itself if it is the last, else
// the last Sunday; ok is false if it lies before all that is judged.
func judgedDay(d, last mention.Day) (mention.Day, bool) {
	if d == last {
		return d, true
	}
	d -= mention.Day((calendar.Weekday(d) + 1) % 7)
	return d, d > last-7*trendWeeks
}

// eachJudged calls do for each day that is looked at and that a judgement holds on.
func (a *API) eachJudged(r *request, window int, do func(d mention.Day, rep *trend.Report)) error {
	first, last, ok, err := a.lastDay(r.ctx)
	if err != nil || !ok {
		return err
	}
	for _, d := range r.days(first, last) {
		at, ok := judgedDay(d, last)
		if !ok {
			continue
		}
		rep, err := a.rankingsOf(r.ctx, window, at, last)
		if err != nil {
			return err
		}
		do(d, &rep)
	}
	return nil
}

// judged yields the trends that pass the matchers of a selector.
func (a *API) judged(r *request, yield func(d mention.Day, window string, t *trend.Trend)) error {
	if !r.matched("window") {
		if r.listing {
			return nil
		}
		return errWindow
	}
	for _, w := range windows {
		name := windowName(w)
		if !r.matches("window", name) || !r.others() {
			continue
		}
		err := a.eachJudged(r, w, func(d mention.Day, rep *trend.Report) {
			for i := range rep.Trends {
				t := &rep.Trends[i]
				if r.matches("entity", t.Entity) && r.matches("name", t.Name) && r.matches("kind", t.Kind) {
					yield(d, name, t)
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var errWindow = fmt.Errorf(`say over which window, e.g. {window="28d"}; it is 7d, 28d or 90d`)

// sparse gathers points of series by labels.
type sparse struct {
	at  map[string]int
	out []series
}

func (s *sparse) add(d mention.Day, v float64, ls ...string) {
	l := labels.FromStrings(ls...)
	id := l.String()
	i, ok := s.at[id]
	if !ok {
		if s.at == nil {
			s.at = map[string]int{}
		}
		i = len(s.out)
		s.at[id] = i
		s.out = append(s.out, series{labels: l})
	}
	s.out[i].points = append(s.out[i].points, point{stamp(d), v})
}

func (a *API) trendValues(r *request) ([]series, error) {
	var s sparse
	err := a.judged(r, func(d mention.Day, window string, t *trend.Trend) {
		if v, ok := r.family.trend(t); ok {
			s.add(d, v, labels.MetricName, r.family.name, "entity", t.Entity, "name", t.Name, "kind", t.Kind, "window", window)
		}
	})
	return s.out, err
}

func (a *API) verdicts(r *request) ([]series, error) {
	var s sparse
	err := a.judged(r, func(d mention.Day, window string, t *trend.Trend) {
		if r.matches("verdict", string(t.Verdict)) {
			s.add(d, 1, labels.MetricName, r.family.name, "entity", t.Entity, "name", t.Name, "kind", t.Kind, "window", window, "verdict", string(t.Verdict))
		}
	})
	return s.out, err
}

// Change is a verdict that became another one.
type Change struct {
	Day                mention.Day // end of the week in which it did
	Entity, Name, Kind string
	Was, Verdict       trend.Verdict
}

// tells reports whether a verdict says that something changed.
func tells(v trend.Verdict) bool {
	return v != trend.Steady && v != trend.NotEnoughData
}

// Changes are the verdicts that changed between two days, oldest first, as far back
// as verdicts are judged.
func (a *API) Changes(ctx context.Context, from, to mention.Day) ([]Change, error) {
	_, last, ok, err := a.lastDay(ctx)
	if err != nil || !ok {
		return nil, err
	}
	var out []Change
	var before map[string]trend.Verdict
	sunday := last - mention.Day((calendar.Weekday(last)+1)%7)
	for d := sunday - 7*(trendWeeks-1); d <= last; {
		if at, ok := judgedDay(d, last); ok && at == d && (d >= from-13 && d <= to || d == last && last <= to) {
			rep, err := a.rankingsOf(ctx, trendWindow, d, last)
			if err != nil {
				return nil, err
			}
			now := make(map[string]trend.Verdict, len(rep.Trends))
			for _, t := range rep.Trends {
				now[t.Entity] = t.Verdict
				was, known := before[t.Entity]
				if before != nil && known && was != t.Verdict && tells(t.Verdict) && d >= from {
					out = append(out, Change{d, t.Entity, t.Name, t.Kind, was, t.Verdict})
				}
			}
			before = now
		}
		if d == sunday && d < last {
			d = last
		} else {
			d += 7
		}
	}
	return out, nil
}

func (a *API) verdictChanges(r *request) ([]series, error) {
	if !r.others() {
		return nil, nil
	}
	changes, err := a.Changes(r.ctx, firstStamped(r.mint), lastStamped(r.maxt))
	if err != nil {
		return nil, err
	}
	var s sparse
	for _, c := range changes {
		if r.matches("entity", c.Entity) && r.matches("name", c.Name) && r.matches("kind", c.Kind) && r.matches("was", string(c.Was)) && r.matches("verdict", string(c.Verdict)) {
			s.add(c.Day, 1, labels.MetricName, r.family.name, "entity", c.Entity, "name", c.Name, "kind", c.Kind, "was", string(c.Was), "verdict", string(c.Verdict))
		}
	}
	return s.out, nil
}

// feasts marks the days of the calendar, also those to come.
func (a *API) feasts(r *request) ([]series, error) {
	if !r.others() {
		return nil, nil
	}
	from, to := firstStamped(r.mint), lastStamped(r.maxt)
	from = max(from, to-10*366) // an expression may ask for all time
	var s sparse
	for _, f := range calendar.Feasts() {
		if !r.matches("feast", f.ID) || !r.matches("name", f.Name) {
			continue
		}
		for y := from.Date().Year(); y <= to.Date().Year()+1; y++ { // New Year begins in the year before
			first, last, ok := f.Days(y)
			for d := max(first, from); ok && d <= min(last, to); d++ {
				s.add(d, 1, labels.MetricName, r.family.name, "feast", f.ID, "name", f.Name)
			}
		}
	}
	return s.out, nil
}

// rankings remembers verdicts: judging takes some hundredths of a second, and each
// panel of a dashboard asks for the same.
type rankings struct {
	o  Options
	mu sync.Mutex // held while judging, so that panels that ask at once wait for one

	panel    *engine.Panel
	to       mention.Day // last day of the panel
	mentions int64       // in the store when it was read
	at       time.Time
	reports  map[rankingKey]ranking
}

// ranking is a report with the mentions that the panel had up to its day: while they
// are the same, a judgement of a past week stands.
type ranking struct {
	trend.Report
	mentions float64
}

type rankingKey struct {
	days int
	to   mention.Day
}

// rankingAge is for how long verdicts stand although mentions came in: a verdict on
// weeks does not change within minutes.
const rankingAge = 10 * time.Minute

func newRankings(o Options) *rankings {
	return &rankings{o: o, reports: map[rankingKey]ranking{}}
}

// get judges the window of days that ends on to; last is the last day of the store.
func (k *rankings) get(ctx context.Context, days int, to, last mention.Day) (trend.Report, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	cov, err := k.o.Data.Coverage(ctx)
	if err != nil {
		return trend.Report{}, err
	}
	now := k.o.Now()
	if k.panel == nil || k.to != last || k.mentions != cov.Mentions && now.Sub(k.at) > rankingAge {
		p, err := trend.ReadPanel(ctx, k.o.Data, k.o.Entities, metric.Filter{}, last)
		if err != nil {
			return trend.Report{}, err
		}
		k.panel, k.to, k.mentions, k.at = p, last, cov.Mentions, now
		for key, r := range k.reports {
			if r.mentions != upTo(p, key.to) {
				delete(k.reports, key)
			}
		}
	}
	key := rankingKey{days, to}
	rep, ok := k.reports[key]
	if !ok {
		rep.mentions = upTo(k.panel, to)
		if rep.Report, err = trend.RankPanel(ctx, k.o.Data, k.o.Entities, k.panel, trend.Options{To: to, Days: days}); err != nil {
			return rep.Report, err
		}
		if len(k.reports) > 10*trendWeeks {
			k.reports = map[rankingKey]ranking{}
		}
		k.reports[key] = rep
	}
	return rep.Report, nil
}

// upTo counts the mentions of a panel up to a day.
func upTo(p *engine.Panel, to mention.Day) (n float64) {
	for _, days := range p.Exposure {
		for _, x := range days[:max(0, min(len(days), int(to-p.Start)+1))] {
			n += float64(x)
		}
	}
	return n
}
