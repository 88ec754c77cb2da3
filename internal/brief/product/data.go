package product

import (
	"fmt"
	"math"
	"strconv"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/report"
	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// chartWeeks is how far back the charts over time look.
const chartWeeks = 26

func (j job) query(f metric.Filter, limit int, order string, measures []string, by ...metric.Dimension) ([]metric.Row, error) {
	res, err := j.Facts.Query.Query(j.ctx, metric.Query{Filter: f, Measures: measures, By: by, Limit: limit, Order: order})
	if err != nil {
		return nil, fmt.Errorf("report %s: query %s: %w", j.r.Product, f.Values().Encode(), err)
	}
	return res.Rows, nil
}

func days(s fact.Span) metric.Filter { return metric.Filter{From: s.From, To: s.To} }

// weeksTo are the whole ISO weeks up to a day: the Mondays, oldest first.
func weeksTo(to mention.Day, n int) []mention.Day {
	for to.Date().Weekday() != 0 {
		to--
	}
	out := make([]mention.Day, n)
	for i := range out {
		out[i] = to - mention.Day(7*(n-i)) + 1
	}
	return out
}

// overTime draws the mentions by week, one line for each id; "" is all food.
func (j job) overTime(ids []string, name func(string) string, title string, to mention.Day) (report.Chart, error) {
	mondays := weeksTo(to, chartWeeks)
	lines := &chart.Lines{Name: title, Zero: true, Format: func(v float64) string { return j.numbers().Int(int64(math.Round(v))) }}
	tones := []chart.Tone{chart.Accent, chart.Positive, chart.Negative, chart.Ink, chart.Neutral, chart.Accent}
	for i, id := range ids {
		f := metric.Filter{From: mondays[0], To: mondays[len(mondays)-1] + 6}
		if id != "" {
			f.Entities = []string{id}
		}
		rows, err := j.query(f, 0, "week", []string{"mentions"}, metric.ByWeek)
		if err != nil {
			return report.Chart{}, err
		}
		s := chart.Series{Tone: tones[i%len(tones)], Values: make([]float64, len(mondays)), Dashed: i >= 5}
		if id != "" {
			s.Label = name(id)
		}
		for _, r := range rows {
			if d, err := mention.ParseDay(r.Keys[0]); err == nil {
				if at := int(d-mondays[0]) / 7; at >= 0 && at < len(mondays) {
					s.Values[at] = r.Values[0].Value
				}
			}
		}
		lines.Series = append(lines.Series, s)
	}
	var steps []string
	for i, d := range mondays {
		steps = append(steps, j.shortDay(d))
		if (len(mondays)-1-i)%5 == 0 {
			lines.X = append(lines.X, chart.Tick{At: float64(i), Label: j.shortDay(d)})
		}
	}
	return report.Chart{Title: title, Lines: lines, Steps: steps, Note: j.word("note.weeks")}, nil
}

// shortDay is "9 nov".
func (j job) shortDay(d mention.Day) string {
	m := []rune(fill.MonthName(j.r.Lang, d.Date().Month()))
	return strconv.Itoa(d.Date().Day()) + "\u00a0" + string(m[:3])
}

// aspects draws what is liked and disliked: of all food, or of one entity.
func (j job) aspects(f metric.Filter, title string) (report.Chart, bool, error) {
	rows, err := j.query(f, 20, "", []string{"aspect_net"}, metric.ByAspect)
	if err != nil {
		return report.Chart{}, false, err
	}
	d := &chart.Diverging{Name: title, Max: 1}
	n := j.numbers()
	for _, r := range rows {
		v, c := r.Values[0], r.Counts
		all := float64(c.AspectNeg + c.AspectNeu + c.AspectPos)
		if !v.Defined || v.N < minShown || all == 0 {
			continue
		}
		d.Rows = append(d.Rows, chart.Share{Label: fill.AspectPlain(j.r.Lang, r.Keys[0]), Text: n.Signed(100*v.Value, 0) + " (" + n.Signed(100*v.Low, 0) + " " + j.word("to") + " " + n.Signed(100*v.High, 0) + ")",
			Neg: float64(c.AspectNeg) / all, Pos: float64(c.AspectPos) / all, Net: v.Value, Low: v.Low, High: v.High, Defined: true})
	}
	sortRows(d.Rows)
	return report.Chart{Title: title, Diverging: d, Note: j.word("note.aspects")}, len(d.Rows) > 0, nil
}

// minShown is the n below which a share is not drawn.
const minShown = 30

func sortRows(rows []chart.Share) {
	for i := 1; i < len(rows); i++ {
		for k := i; k > 0 && rows[k].Net > rows[k-1].Net; k-- {
			rows[k], rows[k-1] = rows[k-1], rows[k]
		}
	}
}

// interval writes "14 % (12 % a 16 %)".
func (j job) share(v metric.Value) string {
	if !v.Defined || v.N < minShown {
		return "–"
	}
	n := j.numbers()
	p := func(x float64) string {
		if x < .1 {
			return n.Percent(x, 1)
		}
		return n.Percent(x, 0)
	}
	return p(v.Value) + " (" + p(v.Low) + " " + j.word("to") + " " + p(v.High) + ")"
}

// net writes "+31 (+27 a +35)".
func (j job) net(v metric.Value) string {
	if !v.Defined || v.N < minShown {
		return "–"
	}
	n := j.numbers()
	return n.Signed(100*v.Value, 0) + " (" + n.Signed(100*v.Low, 0) + " " + j.word("to") + " " + n.Signed(100*v.High, 0) + ")"
}

// figure writes a figure of a fact with its interval as sentences do.
func (j job) figure(f fill.Filler, x *fact.Fact, key string) string {
	fig, ok := x.Figure(key)
	if !ok {
		return "–"
	}
	v, err := f.Text(fill.Ref{Fact: x.ID, Field: key})
	if err != nil {
		return "–"
	}
	if fig.Exact {
		return v
	}
	iv, err := f.Text(fill.Ref{Fact: x.ID, Field: key, Form: "range"})
	if err != nil {
		return v
	}
	return v + " (" + iv + ")"
}

// changes lists what the engine says of each entity.
func (j job) changes(t *fact.Table, title string, keep func(*fact.Fact) bool) report.Table {
	f := j.filler(t)
	out := report.Table{Title: title, Cols: []report.Col{{Title: j.word("col.entity")}, {Title: j.word("col.verdict")}, {Title: j.word("col.mentions"), Num: true}, {Title: j.word("col.before"), Num: true}, {Title: j.word("col.growth"), Num: true}, {Title: "q", Num: true}}}
	for i := range t.Facts {
		x := &t.Facts[i]
		if x.Kind != fact.Change || x.Verdict == "alert" || !keep(x) {
			continue
		}
		p, _ := f.Phrase(x.Entity)
		q := "–"
		if x.Q != nil {
			if q = j.numbers().Dec(*x.Q, 3); *x.Q < .001 {
				q = "< " + j.numbers().Dec(.001, 3)
			}
		}
		out.Rows = append(out.Rows, []string{p.Name, j.word("verdict." + x.Verdict), j.figure(f, x, fact.Mentions), j.figure(f, x, fact.Before), j.figure(f, x, fact.Growth), q})
		out.Behind = append(out.Behind, x.Query)
	}
	return out
}

// name writes an entity of the lexicon without its article.
func (j job) name(id string) string {
	es, en, kind, ok := j.Facts.Lexicon.FoodName(id)
	if !ok {
		return id
	}
	e := fact.Entity{ID: id, Name: es, NameEN: en, Kind: kind}
	if j.r.Lang == "en" {
		return e.English()
	}
	return e.Display()
}
