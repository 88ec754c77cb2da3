package alert

import (
	"cmp"
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// DefaultBudget is how many false alarms a month are accepted unless the user says.
const DefaultBudget = 4

// Limits of the budget.
const (
	LeastBudget = .1
	MostBudget  = 200
)

// Options of a scan.
type Options struct {
	To      mention.Day // last day; default the panel's last
	Partial bool        // that day has not closed
	Budget  float64     // false alarms in 30 days; default DefaultBudget
	Days    int         // how many days are scanned; default ScanDays
}

// ScanDays is how far back a scan looks: late mentions of the last weeks count.
const ScanDays = 35

const (
	leastMentions = 5   // a difference of fewer mentions is not worth a look
	exitFactor    = 10  // an alert stays open while p is at most this many times the threshold
	exitMost      = .02 // … and never beyond this
	quietDays     = 2   // days inside what is usual that close an alert
	partialFactor = .2  // a day that has not closed is looked at many times: stricter
	partShare     = .6  // a channel is named if it makes up so much of the difference
	leastAuthors  = 1.8 // mentions an author that are worth a word
)

// Scanned is the result of a scan.
type Scanned struct {
	From, To  mention.Day
	Alerts    []Alert
	Series    int     // series looked at on the last day
	Looks     int     // looks a day: each series by the day and by the week
	Threshold float64 // one-sided tail probability below which a look raises an alert
}

// Threshold is the one-sided tail probability at which looks questions a day, on
// two sides each, raise budget false alarms in 30 days. Looks that share days are
// counted as if they did not, so it errs on the quiet side.
func Threshold(budget float64, looks int) float64 {
	return math.Min(budget/(30*2*math.Max(float64(looks), 1)), .01)
}

// Watch is a panel looked at, ready to be judged at any budget.
type Watch struct {
	o                Options
	panel, volume    *engine.Panel
	entities, levels *engine.Watched
}

// NewWatch takes the looks at a panel: entities at equal volume of their channels,
// and the volume of the channels and of all together. It is the costly part.
func NewWatch(p *engine.Panel, o Options) *Watch {
	if o.To == 0 {
		o.To = p.Start + mention.Day(p.Days-1)
	}
	if o.Days == 0 {
		o.Days = ScanDays
	}
	w := &Watch{o: o, panel: p}
	days := int(o.To-p.Start) + 1
	if days <= 0 || days > p.Days || len(p.Series) == 0 {
		return w
	}
	closed := o.To
	if o.Partial { // half a day is no day: volumes wait until it has closed
		closed--
	}
	w.volume = volumes(p, days)
	w.entities = engine.Watch(p, engine.WatchOptions{To: o.To, Looks: o.Days})
	w.levels = engine.Watch(w.volume, engine.WatchOptions{To: closed, Looks: o.Days, Constant: true})
	return w
}

// Scan finds what stands out in the last days of a panel.
func Scan(p *engine.Panel, o Options) Scanned { return NewWatch(p, o).Judge(o.Budget) }

// Judge finds what stands out at a budget of false alarms in 30 days.
func (w *Watch) Judge(budget float64) Scanned {
	if budget == 0 {
		budget = DefaultBudget
	}
	o := w.o
	out := Scanned{From: o.To - mention.Day(o.Days-1), To: o.To}
	if w.entities == nil {
		return out
	}
	for _, x := range []*engine.Watched{w.entities, w.levels} {
		most := 0
		for _, n := range x.Looked {
			out.Looks += n
			most = max(most, n)
		}
		out.Series += most
	}
	out.Threshold = Threshold(budget, out.Looks)
	partial := mention.Day(0)
	if o.Partial {
		partial = o.To
	}
	for i := range w.panel.Series {
		for _, a := range episodes(w.entities, w.entities.Looks[i], out.Threshold, partial) {
			a.Scope, a.Of = Entity, w.panel.Series[i].ID
			explain(&a, w.panel, &w.panel.Series[i])
			out.Alerts = append(out.Alerts, a)
		}
	}
	for i := range w.volume.Series {
		for _, a := range episodes(w.levels, w.levels.Looks[i], out.Threshold, 0) {
			if a.Scope = Channel; i == 0 {
				a.Scope = Total
			}
			a.Of = w.volume.Series[i].ID
			out.Alerts = append(out.Alerts, a)
		}
	}
	for i := range out.Alerts {
		a := &out.Alerts[i]
		from, to := a.Window()
		for _, f := range engine.Feasts(from, to) {
			if len(f.Foods) == 0 || slices.Contains(f.Foods, a.Of) { // that of another food says nothing
				a.Feasts = append(a.Feasts, f.ID)
			}
		}
		a.name()
	}
	slices.SortFunc(out.Alerts, compare)
	return out
}

// compare orders the newest first, the surest first among those of one day.
func compare(a, b Alert) int {
	return cmp.Or(cmp.Compare(b.To, a.To), cmp.Compare(a.P, b.P), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Of, b.Of), cmp.Compare(a.ID, b.ID))
}

// volumes is the panel of the channels themselves: their counts against a constant
// exposure, so that calendar, season and their own past are all that is expected.
// The first series is the total.
func volumes(p *engine.Panel, days int) *engine.Panel {
	v := &engine.Panel{Start: p.Start, Days: p.Days, Strata: []string{""}, Exposure: [][]float32{make([]float32, p.Days)}}
	total := make([]float32, p.Days)
	v.Series = append(v.Series, engine.Series{Kind: "total", Counts: [][]float32{total}})
	for d := range p.Days {
		v.Exposure[0][d] = 1000
	}
	for k, x := range p.Exposure {
		for d := range days {
			total[d] += x[d]
		}
		v.Series = append(v.Series, engine.Series{ID: p.Strata[k], Kind: "channel", Counts: [][]float32{x}})
	}
	if len(v.Series) == 2 { // one channel is the total
		v.Series = v.Series[:1]
	}
	return v
}

// episodes walks the looks of one series, [span][time], and joins those that stand
// out. An episode begins below the threshold and ends after quietDays beyond a
// laxer one, so that it does not flicker.
func episodes(w *engine.Watched, looks [][]engine.Look, threshold float64, partial mention.Day) []Alert {
	var out []Alert
	leave := math.Min(exitFactor*threshold, exitMost)
	for _, up := range []bool{true, false} {
		var cur *Alert
		quiet := 0
		for t := range looks[0] {
			day := w.Day(t)
			least, at := 1.0, 0
			for s := range looks {
				l := looks[s][t]
				if l.Up() != up || !(math.Abs(l.Observed-l.Expected) >= leastMentions) {
					continue
				}
				p := l.P
				if day == partial {
					p /= partialFactor
				}
				if p < least {
					least, at = p, s
				}
			}
			switch {
			case least <= threshold && cur == nil:
				cur = &Alert{Up: up, Raised: day, P: 1, Open: true}
				// A look over a week says that the week stands out, not the day it was
				// seen on: the episode began within it.
				cur.From = max(day-mention.Day(w.Spans[at]-1), w.Day(0))
			case cur == nil:
				continue
			case least > leave:
				if quiet++; quiet >= quietDays {
					cur.Open = false
					out = append(out, *cur)
					cur = nil
				}
				continue
			}
			quiet = 0
			cur.To = day
			if least < cur.P {
				l := looks[at][t]
				cur.P, cur.Day, cur.Days, cur.Observed, cur.Expected = least, day, w.Spans[at], l.Observed, l.Expected
				if cur.Low, cur.High = l.Interval(.95); math.IsNaN(cur.Low + cur.High) {
					cur.Low, cur.High = 0, 0
				}
				cur.Partial = day == partial
				cur.From = max(min(cur.From, day-mention.Day(w.Spans[at]-1)), w.Day(0))
			}
		}
		if cur != nil {
			out = append(out, *cur)
		}
	}
	for i := 1; i < len(out); i++ { // bouts a few days apart are one
		if a, b := &out[i-1], &out[i]; a.same(b) {
			b.From, b.Raised = a.From, a.Raised
			if a.P < b.P {
				b.P, b.Day, b.Days, b.Observed, b.Expected, b.Low, b.High, b.Partial = a.P, a.Day, a.Days, a.Observed, a.Expected, a.Low, a.High, a.Partial
			}
			out = slices.Delete(out, i-1, i)
			i--
		}
	}
	return out
}

// explain says where the difference of an entity comes from: a channel that makes
// up most of it, copies, few authors.
func explain(a *Alert, p *engine.Panel, s *engine.Series) {
	from, to := a.Window()
	d0, d1 := int(from-p.Start), int(to-p.Start)+1
	sum := func(x []float32, from, to int) (n float64) {
		if x != nil {
			for d := max(from, 0); d < to; d++ {
				n += float64(x[d])
			}
		}
		return n
	}
	const before = 56
	var total, most float64
	part, parts := "", 0
	for k, c := range s.Counts {
		level, now := sum(p.Exposure[k], d0-before, d0), sum(p.Exposure[k], d0, d1)
		y, e := sum(c, d0, d1), 0.0
		if level > 0 {
			e = sum(c, d0-before, d0) / level * now
		}
		if y+e == 0 {
			continue
		}
		parts++
		d := y - e
		if !a.Up {
			d = -d
		}
		total += d
		if d > most {
			most, part = d, p.Strata[k]
		}
	}
	if parts > 1 && total > 0 && most >= partShare*total {
		a.Part, a.Share = part, math.Min(most/total, 1)
	}
	if !a.Up || a.Observed <= 0 {
		return
	}
	if s.Copied != nil {
		a.Copied = math.Min(sum(s.Copied, d0, d1)/a.Observed, 1)
	}
	if heads := sum(s.Authors, d0, d1); heads > 0 && a.Observed/heads >= leastAuthors {
		a.PerHead = a.Observed / heads
	}
}
