package forecast

import (
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// OutlookWeeks is how many past weeks an outlook shows.
const OutlookWeeks = 52

// Outlook is what came, what was expected and what is ahead, by week, of all
// series of a panel.
type Outlook struct {
	To       mention.Day     // last day of the last whole week
	Expected *engine.Watched // the last OutlookWeeks weeks against their expectation
	Ahead    []Forecast      // from To on
	Then     []Forecast      // as it was made Horizon weeks before To, with what came
	Feasts   [][]FeastMark   // by series: feasts in the weeks shown that move it
	panel    *engine.Panel
}

// FeastMark is one feast in the weeks of an outlook.
type FeastMark struct {
	Feast calendar.Feast
	Day   mention.Day
	Lift  float64 // factor on that day by earlier years; 1 = unknown
}

// marked is the log lift from which a feast is worth a mark.
const marked = .1

// NewOutlook looks back and ahead from the last whole week up to day to (weeks begin
// on Monday).
func NewOutlook(p *engine.Panel, to mention.Day) *Outlook {
	last := min(to, p.Start+mention.Day(p.Days-1))
	last -= mention.Day((calendar.Weekday(last) + 1) % 7)
	o := &Outlook{To: last, panel: p}
	if last-p.Start < 7 {
		return o
	}
	o.Expected = engine.Watch(p, engine.WatchOptions{To: last, Spans: []int{7}, Step: 7, Looks: OutlookWeeks})
	o.Ahead = Weekly(p, Options{To: last})
	if then := last - 7*Horizon; int(then-p.Start) > 7*Horizon {
		o.Then = Weekly(p, Options{To: then})
	}
	lifts := engine.FeastLifts(p, last)
	o.Feasts = make([][]FeastMark, len(p.Series))
	from, until := last-7*OutlookWeeks+1, last+7*Horizon
	for _, f := range calendar.Feasts() {
		for year := from.Date().Year(); year <= until.Date().Year()+1; year++ {
			a, b, ok := f.Days(year)
			if !ok || b < from || a > until {
				continue
			}
			for i := range p.Series {
				m := FeastMark{Feast: f, Day: max(a, from), Lift: 1}
				if l, ok := lifts[i][f.ID]; ok {
					m.Lift = l
				}
				if slices.Contains(f.Foods, p.Series[i].ID) || math.Abs(math.Log(m.Lift)) > marked {
					o.Feasts[i] = append(o.Feasts[i], m)
				}
			}
		}
	}
	for i := range o.Feasts {
		slices.SortStableFunc(o.Feasts[i], func(a, b FeastMark) int { return int(a.Day - b.Day) })
	}
	return o
}

// Index is where a series is; -1 if the panel has none of that id.
func (o *Outlook) Index(id string) int {
	return slices.IndexFunc(o.panel.Series, func(s engine.Series) bool { return s.ID == id })
}

// Count is what a series had in the week that begins on day from; NaN where the
// panel does not reach.
func (o *Outlook) Count(i int, from mention.Day) float64 {
	d := int(from - o.panel.Start)
	if d < 0 || d+7 > o.panel.Days {
		return math.NaN()
	}
	return actual(&o.panel.Series[i], d)
}

// Prices are the imported series of an item, by its id or name.
func (o *Outlook) Prices(same func(item string) bool) []engine.Price {
	var out []engine.Price
	for _, p := range o.panel.Prices {
		if same(p.Item) {
			out = append(out, p)
		}
	}
	return out
}

// PriceAt is the value of a price that holds at the end of the week that begins on
// day from; NaN where none is known.
func (o *Outlook) PriceAt(p engine.Price, from mention.Day) float64 {
	w := int(from+6-o.panel.Start) / 7
	if from+6 < o.panel.Start || w >= len(p.Value) || p.Value[w] <= 0 {
		return math.NaN()
	}
	return float64(p.Value[w])
}
