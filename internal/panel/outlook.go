package panel

import (
	"html/template"
	"math"
	"strconv"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Outlook is what a panel of past, expectation and forecast shows: whole weeks in
// order, Past of them known. Figures that there are none of are NaN.
type Outlook struct {
	Weeks  []OutlookWeek
	Past   int
	Model  string // of the forecast; "" = none
	Held   int    // of the weeks that were forecast before, those inside the 80 % band
	Of     int
	Feasts []OutlookFeast
	Prices []OutlookPrice
}

// OutlookWeek is one week.
type OutlookWeek struct {
	From                  mention.Day
	Observed              float64
	Expected, Low, High   float64 // of a past week by the weeks before it; 95 %
	Point                 float64 // forecast of a week to come
	Low50, High50         float64
	Low80, High80         float64
	Low95, High95         float64
	Then                  float64 // what was forecast of it some weeks ago
	ThenLow80, ThenHigh80 float64
}

// OutlookFeast is a feast that moves the series.
type OutlookFeast struct {
	Day  mention.Day
	Name string
}

// OutlookPrice is an imported series on the same weeks.
type OutlookPrice struct {
	Name, Unit string
	Values     []float64 // as many as weeks
}

// OutlookOf draws an outlook of one entity.
func OutlookOf(s Scope, o Outlook) Panel {
	p := Panel{ID: "outlook"}
	if o.Past == 0 || len(o.Weeks) == 0 {
		p.Title, p.Empty = s.Text.T("outlook.name"), s.Text.T("outlook.empty")
		return p
	}
	n := len(o.Weeks)
	last := o.Weeks[n-1]
	p.Sub = s.Text.T("outlook.sub", "days", s.Text.Days(o.Weeks[0].From, last.From+6))
	p.Title = s.Text.T("outlook.name")
	if o.Model != "" && !math.IsNaN(last.Point) {
		p.Title = s.Text.T("outlook.title", "n", n-o.Past, "point", s.count0(last.Point), "low", s.count0(last.Low80), "high", s.count0(last.High80))
	}
	column := func(get func(*OutlookWeek) float64) []float64 {
		out := make([]float64, n)
		for i := range o.Weeks {
			out[i] = get(&o.Weeks[i])
		}
		return out
	}
	blank := missing(n)
	point := column(func(w *OutlookWeek) float64 { return w.Point })
	if o.Past < n { // the line begins where the known one ends
		point[o.Past-1] = o.Weeks[o.Past-1].Observed
	}
	lines := chart.Lines{Name: p.Title + ". " + p.Sub, Height: 280, Zero: true, Format: s.Text.Compact, X: timeTicks(s, outlookSteps(o)), Series: []chart.Series{
		{Tone: chart.Muted, Values: blank, Low: column(func(w *OutlookWeek) float64 { return w.Low }), High: column(func(w *OutlookWeek) float64 { return w.High })},
		{Tone: chart.Accent, Values: blank, Low: column(func(w *OutlookWeek) float64 { return w.Low95 }), High: column(func(w *OutlookWeek) float64 { return w.High95 })},
		{Tone: chart.Accent, Values: blank, Low: column(func(w *OutlookWeek) float64 { return w.Low80 }), High: column(func(w *OutlookWeek) float64 { return w.High80 })},
		{Tone: chart.Accent, Values: blank, Low: column(func(w *OutlookWeek) float64 { return w.Low50 }), High: column(func(w *OutlookWeek) float64 { return w.High50 })},
		{Tone: chart.Accent, Values: column(func(w *OutlookWeek) float64 { return w.Then }), Dashed: true},
		{Tone: chart.Accent, Values: point, Label: s.Text.T("outlook.ahead")},
		{Tone: chart.Ink, Values: column(func(w *OutlookWeek) float64 { return w.Observed }), Label: s.Text.T("outlook.observed")},
	}}
	feasts := make([]string, n)
	end := -99 // where the label before ends: labels that would touch are left to the table
	for _, f := range o.Feasts {
		i := int(f.Day-o.Weeks[0].From) / 7
		if f.Day < o.Weeks[0].From || i >= n {
			continue
		}
		if feasts[i] != "" {
			feasts[i] += ", "
		}
		feasts[i] += f.Name
		t := chart.Tick{At: float64(i)}
		if i-end >= 14 && i < n-10 {
			t.Label, end = f.Name, i
		}
		lines.Marks = append(lines.Marks, t)
	}
	p.Chart = html(lines.Render())
	p.Legend = s.outlookLegend(o)
	p.Note = s.Text.T("outlook.note")
	if o.Of > 0 {
		p.Note += " " + s.Text.T("outlook.held", "held", o.Held, "of", o.Of)
	}
	if o.Model != "" {
		p.Note += " " + s.Text.T("outlook.model", "model", s.Text.T("model."+o.Model))
	}
	s.outlookTable(&p, o, feasts)
	return p
}

func outlookSteps(o Outlook) []mention.Day {
	out := make([]mention.Day, len(o.Weeks))
	for i := range o.Weeks {
		out[i] = o.Weeks[i].From
	}
	return out
}

// count0 writes a count that is an estimate.
func (s Scope) count0(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return s.Text.Int(int64(math.Round(v)))
}

// outlookLegend explains the bands and draws the prices on the same weeks, each on
// an axis of its own.
func (s Scope) outlookLegend(o Outlook) template.HTML {
	out := template.HTML(`<p class="small muted">`) + template.HTML(template.HTMLEscapeString(s.Text.T("outlook.legend"))) + `</p>`
	for _, pr := range o.Prices {
		name := s.Text.T("outlook.price", "name", pr.Name)
		if pr.Unit != "" {
			name += " (" + pr.Unit + ")"
		}
		l := chart.Lines{Name: name, Height: 110, Ticks: 2, X: timeTicks(s, outlookSteps(o)), Format: func(v float64) string { return s.Text.Dec(v, 1) },
			Series: []chart.Series{{Tone: chart.Negative, Values: pr.Values, Label: s.Text.T("outlook.price.short")}}}
		out += template.HTML(`<h3 class="small">`+template.HTMLEscapeString(name)+`</h3>`) + html(l.Render())
	}
	return out
}

func (s Scope) outlookTable(p *Panel, o Outlook, feasts []string) {
	t := &p.Table
	t.Cols = []Col{{Key: "week", Title: s.Text.T("col.week")}, {Key: "observed", Title: s.Text.T("outlook.observed"), Num: true}, {Key: "expected", Title: s.Text.T("outlook.expected"), Num: true},
		{Key: "expected_95", Title: s.Text.T("outlook.band", "level", "95"), On: PageOnly}, {Key: "expected_low95", Num: true, On: CSVOnly}, {Key: "expected_high95", Num: true, On: CSVOnly},
		{Key: "forecast", Title: s.Text.T("outlook.ahead"), Num: true}, {Key: "forecast_80", Title: s.Text.T("outlook.band", "level", "80"), On: PageOnly}}
	for _, level := range []string{"50", "80", "95"} {
		t.Cols = append(t.Cols, Col{Key: "low" + level, Num: true, On: CSVOnly}, Col{Key: "high" + level, Num: true, On: CSVOnly})
	}
	t.Cols = append(t.Cols, Col{Key: "forecast_then", Title: s.Text.T("outlook.then"), Num: true}, Col{Key: "then_low80", Num: true, On: CSVOnly}, Col{Key: "then_high80", Num: true, On: CSVOnly},
		Col{Key: "feast", Title: s.Text.T("outlook.feast"), On: PageOnly})
	for i, pr := range o.Prices {
		t.Cols = append(t.Cols, Col{Key: "price_" + strconv.Itoa(i+1), Title: pr.Name, Num: true})
	}
	num := func(v float64) Cell {
		if math.IsNaN(v) {
			return Cell{Text: "–", Num: true}
		}
		return Cell{Text: s.count0(v), Raw: raw(v), Num: true}
	}
	band := func(lo, hi float64) Cell {
		if math.IsNaN(lo) || math.IsNaN(hi) {
			return Cell{Text: "–"}
		}
		return Cell{Text: s.Text.T("interval.short", "low", s.count0(lo), "high", s.count0(hi))}
	}
	for i := range o.Weeks {
		w := &o.Weeks[i]
		seen := num(w.Observed)
		if !math.IsNaN(w.Observed) {
			f := s.Filter
			f.From, f.To = w.From, w.From+6
			seen = s.figure(metric.UnitCount, metric.Value{Value: w.Observed, N: int64(w.Observed), Defined: true}, s.Link(f))
		}
		ahead := num(w.Point)
		if math.IsNaN(w.Observed) { // what it rests on: all that was known
			f := s.Filter
			f.From, f.To = o.Weeks[0].From, w.From-1
			if o.Past > 0 {
				f.To = o.Weeks[o.Past-1].From + 6
			}
			ahead.Href = s.Link(f)
		}
		row := []Cell{{Text: s.Text.Day(w.From), Raw: w.From.String(), Head: true}, seen, num(w.Expected), band(w.Low, w.High), num(w.Low), num(w.High),
			ahead, band(w.Low80, w.High80), num(w.Low50), num(w.High50), num(w.Low80), num(w.High80), num(w.Low95), num(w.High95),
			num(w.Then), num(w.ThenLow80), num(w.ThenHigh80), {Text: feasts[i]}}
		for _, pr := range o.Prices {
			c := Cell{Text: "–", Num: true}
			if v := pr.Values[i]; !math.IsNaN(v) {
				c = Cell{Text: s.Text.Dec(v, 2), Raw: raw(v), Num: true}
			}
			row = append(row, c)
		}
		t.Rows = append(t.Rows, row)
	}
}
