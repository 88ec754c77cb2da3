package web

import (
	"html/template"
	"math"
	"net/http"

	"antojo/internal/chart"
	"antojo/internal/panel"
)

// The gallery shows every kind of chart and component in the states that differ,
// drawn by the functions that the pages use. Its figures are made up and say so.

type galleryView struct {
	Groups   []specimens
	Verdicts []verdictView
	Panels   []panelView
	Tiles    []panel.Tile
}

type specimens struct {
	ID, File string
	Items    []specimen
}

type specimen struct {
	State string
	Draw  template.HTML
}

// wave is a made-up series of n steps.
func wave(n int, level, height float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = level + height*math.Sin(float64(i)/4)
	}
	return out
}

func shifted(v []float64, by float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = x + by
	}
	return out
}

// galleryPage shows components in every state, for whoever changes them.
func (s *Server) galleryPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	v.page.Title = v.text.T("gallery.title")
	v.page.Body = s.gallery(v, r)
	return s.render(w, r, http.StatusOK, "gallery", v.page)
}

func (s *Server) gallery(v *view, r *http.Request) galleryView {
	usual, none, few, long := v.text.T("gallery.usual"), v.text.T("gallery.none"), v.text.T("gallery.few"), v.text.T("gallery.long")
	name := v.text.T("gallery.name")
	item := func(state string, d chart.SVG) specimen { return specimen{state, template.HTML(d)} }
	base := wave(40, 60, 20)
	gap := wave(40, 60, 20)
	for i := 12; i < 18; i++ {
		gap[i] = math.NaN()
	}
	x := []chart.Tick{{At: 0, Label: v.text.T("month.1")}, {At: 13, Label: v.text.T("month.4")}, {At: 26, Label: v.text.T("month.7")}}
	lines := func(state, label string, vals []float64, band bool) specimen {
		l := chart.Lines{Name: name + ": " + state, X: x, Zero: true, Series: []chart.Series{{Label: label, Tone: chart.Accent, Values: vals}}, Marks: []chart.Tick{{At: 8, Label: v.text.T("notes.text")}}}
		if len(vals) < 2 {
			l.X, l.Marks = x[:1], nil
		}
		if band {
			l.Series[0].Low, l.Series[0].High = shifted(vals, -8), shifted(vals, 8)
		}
		return item(state, l.Render())
	}
	out := galleryView{}
	add := func(id, file string, items ...specimen) {
		out.Groups = append(out.Groups, specimens{id, "internal/chart/" + file, items})
	}
	add("chart-lines", "line.go", lines(usual, "A", base, true), lines(v.text.T("gallery.gap"), "A", gap, false), lines(long, long, base, false), lines(few, "A", base[:1], false), item(none, chart.Lines{Name: name + ": " + none}.Render()))
	add("chart-stack", "line.go", item(usual, chart.Stack{Name: name, X: x, Series: []chart.Series{{Label: "A", Tone: chart.Positive, Values: base}, {Label: "B", Tone: chart.Neutral, Values: shifted(base, -30)}, {Label: "C", Tone: chart.Negative, Values: shifted(base, -20)}}}.Render()), item(none, chart.Stack{Name: name + ": " + none}.Render()))
	add("chart-spark", "spark.go", item(usual, chart.Spark{Name: name, Values: base, Tone: chart.Accent, Focus: 8}.Render()), item(few, chart.Spark{Name: name + ": " + few, Values: []float64{3}, Tone: chart.Accent}.Render()))
	add("chart-range", "bars.go", item(usual, chart.Range{Name: name, Value: .2, Low: .1, High: .35, Min: -1, Max: 1, Tone: chart.Positive, Defined: true}.Render()), item(v.text.T("gallery.wide"), chart.Range{Name: name, Value: .1, Low: -.6, High: .8, Min: -1, Max: 1, Tone: chart.Neutral, Defined: true}.Render()), item(few, chart.Range{Name: name + ": " + few, Min: -1, Max: 1}.Render()))
	add("chart-bars", "bars.go", item(usual, chart.Bars{Name: name, Rows: []chart.Bar{{Label: "A", Text: "42", Value: 42, Low: 36, High: 49, Tone: chart.Accent, Defined: true}, {Label: "B", Text: "17", Value: 17, Low: 12, High: 23, Tone: chart.Accent, Defined: true}}}.Render()),
		item(long, chart.Bars{Name: name + ": " + long, Rows: []chart.Bar{{Label: long, Text: "9", Value: 9, Low: 4, High: 15, Tone: chart.Accent, Defined: true}, {Label: few, Text: "–"}}}.Render()))
	add("chart-diverging", "bars.go", item(usual, chart.Diverging{Name: name, Rows: []chart.Share{{Label: "A", Text: "+22", Neg: .2, Pos: .42, Net: .22, Low: .1, High: .3, Defined: true}, {Label: "B", Text: "−10", Neg: .3, Pos: .2, Net: -.1, Low: -.2, High: .02, Defined: true}}}.Render()),
		item(few, chart.Diverging{Name: name + ": " + few, Rows: []chart.Share{{Label: "A", Text: "–"}}}.Render()))
	pt := func(label string, x, y float64, t chart.Tone) chart.Point {
		return chart.Point{Label: label, Title: label, X: x, XLow: x - 4, XHigh: x + 4, Y: y, YLow: y - 5, YHigh: y + 5, Tone: t, Strong: true}
	}
	add("chart-scatter", "scatter.go", item(usual, chart.Scatter{Name: name, XTitle: "x", YTitle: "y", XMid: 30, YMid: 10, Points: []chart.Point{pt("A", 20, 30, chart.Positive), pt("B", 45, -20, chart.Negative), pt(long, 38, 15, chart.Neutral)}}.Render()), item(none, chart.Scatter{Name: name + ": " + none}.Render()))
	part := func(sure, right float64, t chart.Tone) chart.Part {
		return chart.Part{Sure: sure, Right: right, Low: right - .08, High: min(1, right+.06), Tone: t}
	}
	add("chart-reliability", "reliability.go", item(usual, chart.Reliability{Name: name, XTitle: "x", YTitle: "y", Parts: []chart.Part{part(.5, .52, chart.Neutral), part(.7, .55, chart.Negative), part(.9, .91, chart.Neutral), part(.99, .99, chart.Neutral)}}.Render()), item(none, chart.Reliability{Name: name + ": " + none}.Render()))
	add("chart-bump", "bump.go", item(usual, chart.Bump{Name: name, Steps: []string{"1", "2", "3"}, Most: 4, Ranks: []chart.Rank{{Label: "A", Tone: chart.Cat1, Places: []int{1, 2, 1}, Strong: true}, {Label: "B", Tone: chart.Cat2, Places: []int{2, 1, 3}}, {Label: "C", Tone: chart.Cat3, Places: []int{3, 3, 2}}}}.Render()))
	areas := make([]chart.Area, 0, len(s.country.Regions))
	for i, g := range s.country.Regions {
		areas = append(areas, chart.Area{Code: g.Code, Title: g.Code, Class: i % chart.MapClasses, Defined: i%5 != 4, Few: i%6 == 1})
	}
	add("chart-map", "geo.go", item(usual+" · "+few+" · "+none, chart.Choropleth{ID: "gallery-map", Name: name, Map: s.country, Scale: chart.Sequential, Areas: areas}.Render()))
	for _, d := range []string{"rising", "falling", "spike", "seasonal", "price-driven", "campaign-driven", "steady", "not-enough-data"} {
		out.Verdicts = append(out.Verdicts, verdictView{Verdict: d, Label: v.text.T("verdict." + d)})
	}
	out.Panels = []panelView{
		viewOf(r, panel.Panel{ID: "panel-few", Title: few, Sub: name, Empty: v.text.T("empty.few", "n", int64(3), "min", int64(panel.MinN))}),
		viewOf(r, panel.Panel{ID: "panel-none", Title: none, Sub: name, Empty: v.text.T("gallery.empty")}),
		viewOf(r, panel.Panel{ID: "panel-long", Title: long, Sub: name, Note: long, Chart: template.HTML(chart.Lines{Name: long, X: x, Series: []chart.Series{{Label: "A", Tone: chart.Accent, Values: base}}}.Render())}),
	}
	out.Tiles = []panel.Tile{{ID: "tile-usual", Label: name, Value: "1,234", Href: "#chart-lines", Interval: "1,100 – 1,400", N: "n = 1,234"}, {ID: "tile-few", Label: few, Empty: few, N: "n = 3"}}
	return out
}
