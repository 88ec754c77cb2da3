package panel

import (
	"context"
	"fmt"
	"math"
	"sort"
	"unicode"
	"unicode/utf8"

	"antojo/internal/chart"
	"antojo/internal/metric"
)

// GeoMeasures are the rates that the map can show, the first by default. Counts
// are not among them: a map of counts shows where people live.
var GeoMeasures = []string{"net_sentiment", "craving_rate", "negative_share"}

// Geography maps a rate by department beside the ranked table.
func Geography(ctx context.Context, s Scope, measure string) (Panel, error) {
	return Areas(ctx, s, s.Country(), measure)
}

// Areas maps a rate by the areas of a level beside the ranked table.
func Areas(ctx context.Context, s Scope, of Level, measure string) (Panel, error) {
	m, err := metric.MeasureByName(measure)
	if err != nil {
		return Panel{}, fmt.Errorf("map: %w", err)
	}
	r, err := s.Store.Query(ctx, metric.Query{Filter: s.Filter, Measures: []string{measure}, By: []metric.Dimension{of.By}, Limit: 100})
	if err != nil {
		return Panel{}, fmt.Errorf("map: %w", err)
	}
	type entry struct {
		code, name string
		v          metric.Value
	}
	var list []entry
	var firm []float64
	var n, elsewhere int64
	undrawn := ""
	for _, row := range r.Rows {
		name, v := of.Name(row.Keys[0]), row.Values[0]
		if name == "" || !v.Defined { // mentions of no known area are not on the map
			elsewhere += v.N
			continue
		}
		list = append(list, entry{row.Keys[0], name, v})
		if n += v.N; !of.drawn(row.Keys[0]) {
			undrawn = name
		}
		if !Thin(m.Unit, v) {
			firm = append(firm, v.Value)
		}
	}
	p := Panel{ID: "map", Sub: s.Text.T(of.sub, "measure", s.Text.T(m.Title), "days", s.Text.Days(s.Filter.From, s.Filter.To))}
	if len(firm) == 0 {
		p.Title, p.Empty = s.Text.T(of.name), s.Text.T("empty.few", "n", n, "min", MinN)
		return p, nil
	}
	sort.SliceStable(list, func(a, b int) bool {
		if few := Thin(m.Unit, list[a].v); few != Thin(m.Unit, list[b].v) {
			return !few
		}
		return list[a].v.Value > list[b].v.Value
	})
	// The finding names first and last of the table where their intervals do not meet
	// (stricter than a test at 95 %: there are many pairs); else the two firm departments
	// that lie farthest apart with such intervals, in words that do not call them first
	// and last, since a department with few mentions may stand above or below them.
	top, bottom, apart := list[0], list[len(firm)-1], 0.0
	if top.v.Low > bottom.v.High {
		apart = top.v.Value - bottom.v.Value
	}
	key := "map.title"
	if apart <= 0 {
		key = "map.clearest"
		for i := range firm {
			for j := i + 1; j < len(firm); j++ {
				if a, b := list[i], list[j]; a.v.Low > b.v.High && a.v.Value-b.v.Value > apart {
					top, bottom, apart = a, b, a.v.Value-b.v.Value
				}
			}
		}
	}
	told := func(code string) bool { return apart > 0 && (code == top.code || code == bottom.code) }
	if apart > 0 {
		p.Title = s.Text.T(key, "measure", lowerFirst(s.Text.T(m.Title)), "top", top.name, "top_value", s.Write(m.Unit, top.v.Value),
			"bottom", bottom.name, "bottom_value", s.Write(m.Unit, bottom.v.Value))
	} else if len(firm) == 1 { // one alone differs from nothing
		p.Title = s.Text.T("map.single", "measure", lowerFirst(s.Text.T(m.Title)), "name", top.name, "value", s.Write(m.Unit, top.v.Value),
			"low", s.Write(m.Unit, top.v.Low), "high", s.Write(m.Unit, top.v.High))
	} else {
		p.Title = s.Text.T(of.flat, "measure", lowerFirst(s.Text.T(m.Title)))
	}
	ramp := chart.Sequential
	if lo, hi := list[len(firm)-1].v.Value, list[0].v.Value; m.Unit == metric.UnitNet && lo < 0 && hi > 0 {
		ramp = chart.Divergent
	}
	breaks := chart.Breaks(ramp, firm)
	g := chart.Choropleth{ID: p.ID, Name: p.Title + ". " + p.Sub, Map: of.Map, Scale: ramp}
	hi, lo := 0.0, 0.0
	for _, e := range list {
		if !Thin(m.Unit, e.v) {
			hi, lo = max(hi, e.v.High), min(lo, e.v.Low)
		}
	}
	p.Table.Cols = []Col{{Key: string(of.By), Title: s.Text.T(of.col)}, {Key: m.Name, Title: s.Text.T(m.Title), Num: true}, {Key: "interval", Title: s.Text.T("col.interval"), On: PageOnly}, {Key: "low", Title: s.Text.T("col.low"), Num: true, On: CSVOnly}, {Key: "high", Title: s.Text.T("col.high"), Num: true, On: CSVOnly}, {Key: "counted", Title: s.Text.T("col.counted"), Num: true, On: CSVOnly}, {Key: "n", Title: "n", Num: true}}
	for _, e := range list {
		f := s.Filter
		of.Narrow(&f, e.code)
		href, zoom := s.Link(f), ""
		if of.Zoom != nil {
			zoom = of.Zoom(f)
			href = zoom
		}
		few := Thin(m.Unit, e.v)
		title := s.Text.T("map.area", "name", e.name, "value", s.Write(m.Unit, e.v.Value), "interval", s.Interval(m.Unit, e.v), "n", e.v.N)
		g.Areas = append(g.Areas, chart.Area{Code: e.code, Title: title, Href: href, Class: chart.Class(breaks, e.v.Value), Defined: true, Few: few})
		tone := chart.Accent
		if few {
			tone = chart.Muted
		}
		class := ""
		if told(e.code) {
			class = "told"
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: e.name, Href: zoom, Head: true, Few: few, Class: class},
			s.figure(m.Unit, e.v, s.Link(f)),
			{Draw: html(chart.Range{Value: e.v.Value, Low: e.v.Low, High: e.v.High, Min: lo, Max: hi, Tone: tone, Defined: true}.Render())},
			s.bound(m.Unit, e.v, e.v.Low), s.bound(m.Unit, e.v, e.v.High), s.counted(m.Unit, e.v), s.count(e.v.N, s.Link(f))})
	}
	labels := make([]string, len(breaks))
	for i, b := range breaks {
		labels[i] = s.legend(m.Unit, b, breaks[1]-breaks[0])
	}
	p.Chart = html(g.Render())
	p.Legend = html(chart.Legend{Scale: ramp, Breaks: labels}.Render())
	p.Note = s.noteOf(n, interval(m), r, 0) + ". " + s.Text.T("map.hatched", "min", MinN)
	if of.By == metric.ByProvince && elsewhere > 0 {
		p.Note += " " + s.Text.T("map.known", "n", n, "all", n+elsewhere)
	}
	if undrawn != "" {
		p.Note += " " + s.Text.T("map.undrawn", "name", undrawn)
	}
	return p, nil
}

// legend writes a class limit without superfluous decimals.
// The decimals are those of the step between two limits, the same for all.
func (s Scope) legend(u metric.Unit, v, step float64) string {
	decimals := func(most int) (n int) {
		for x := step; n < most && math.Abs(x-math.Round(x)) > 1e-6*x; n++ {
			x *= 10
		}
		return n
	}
	switch u {
	case metric.UnitShare:
		step *= 100
		return s.Text.Percent(v, decimals(3))
	case metric.UnitNet:
		step *= 100
		return s.Text.Signed(100*v, decimals(1))
	default:
		return s.Text.Dec(v, max(1, decimals(3)))
	}
}

// interval is the locale key of a measure's kind of interval.
func interval(m metric.Measure) string {
	switch m.Unit {
	case metric.UnitCount:
		return "count"
	case metric.UnitShare:
		return "share"
	case metric.UnitNet:
		return "net"
	default:
		return "stars"
	}
}

// lowerFirst lowers the first letter, for a label inside a sentence.
func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}
