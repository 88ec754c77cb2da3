package panel

import (
	"context"
	"fmt"
	"html/template"
	"strconv"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

const (
	// AtlasPeriods is the number of small maps.
	AtlasPeriods = 12
	// atlasLongest bounds the days of one of them: twelve of four weeks are most of
	// a year, which is as far back as a picture of change should reach.
	atlasLongest = 28
)

// Atlas is one rate by area over several periods of equal length: a panel
// whose table has a row an area and a column a period, and the small maps.
type Atlas struct {
	Panel
	Maps []SmallMap // the oldest first
}

// SmallMap is one period of an Atlas.
type SmallMap struct {
	Days  string // "2–29 nov 2026"
	Firm  string // how many areas have enough mentions
	Chart template.HTML
}

// Over draws a rate by the areas of a level for the last AtlasPeriods periods that end with
// the scope's. A period is as long as the scope's, at most four weeks. All maps share
// their colour classes, so that equal colours are equal figures.
func Over(ctx context.Context, s Scope, of Level, measure string) (Atlas, error) {
	m, err := metric.MeasureByName(measure)
	if err != nil {
		return Atlas{}, fmt.Errorf("small maps: %w", err)
	}
	length := mention.Day(min(s.Days(), atlasLongest))
	scopes := make([]Scope, AtlasPeriods)
	values := make([]map[string]metric.Value, AtlasPeriods)
	notes := make([]metric.Result, AtlasPeriods)
	work := make([]func(context.Context) error, AtlasPeriods)
	for i := range AtlasPeriods {
		sc := s
		sc.Filter.To = s.Filter.To - length*mention.Day(AtlasPeriods-1-i)
		sc.Filter.From = sc.Filter.To - length + 1
		scopes[i] = sc
		work[i] = func(ctx context.Context) error {
			r, err := sc.Store.Query(ctx, metric.Query{Filter: sc.Filter, Measures: []string{measure}, By: []metric.Dimension{of.By}, Limit: 100})
			if err != nil {
				return fmt.Errorf("small maps: %s: %w", sc.Filter.From, err)
			}
			values[i], notes[i] = map[string]metric.Value{}, r
			for _, row := range r.Rows {
				if of.Name(row.Keys[0]) != "" && row.Values[0].Defined {
					values[i][row.Keys[0]] = row.Values[0]
				}
			}
			return nil
		}
	}
	if err := Together(ctx, work...); err != nil {
		return Atlas{}, err
	}
	a := Atlas{Panel: Panel{ID: "over", Sub: s.Text.T(of.over, "measure", s.Text.T(m.Title), "days", s.Text.Days(scopes[0].Filter.From, s.Filter.To), "length", int64(length))}}
	var firm []float64
	var n int64
	lo, hi := 0.0, 0.0
	moved := 0 // areas whose first and last firm periods differ
	for _, vs := range values {
		for _, v := range vs {
			n += v.N
			if !Thin(m.Unit, v) {
				firm = append(firm, v.Value)
				lo, hi = min(lo, v.Value), max(hi, v.Value)
			}
		}
	}
	if len(firm) == 0 {
		a.Title, a.Empty = s.Text.T("atlas.name"), s.Text.T("empty.few", "n", n, "min", MinN)
		return a, nil
	}
	for _, d := range of.Codes {
		first, last := -1, -1
		for i, vs := range values {
			if v, ok := vs[d]; ok && !Thin(m.Unit, v) {
				if first < 0 {
					first = i
				}
				last = i
			}
		}
		if first < last {
			x, y := values[first][d], values[last][d]
			if x.Low > y.High || y.Low > x.High {
				moved++
			}
		}
	}
	measured := lowerFirst(s.Text.T(m.Title))
	if moved == 0 {
		a.Title = s.Text.T(of.overFlat, "measure", measured)
	} else {
		a.Title = s.Text.N(of.overTitle, int64(moved), "measure", measured)
	}
	ramp := chart.Sequential
	if m.Unit == metric.UnitNet && lo < 0 && hi > 0 {
		ramp = chart.Divergent
	}
	breaks := chart.Breaks(ramp, firm)
	a.Table.Cols = []Col{{Key: string(of.By), Title: s.Text.T(of.col)}}
	for i, sc := range scopes {
		days := s.Text.Days(sc.Filter.From, sc.Filter.To)
		a.Table.Cols = append(a.Table.Cols, Col{Key: "from_" + sc.Filter.From.String(), Title: days, Num: true})
		g := chart.Choropleth{ID: a.ID + strconv.Itoa(i), Map: of.Map, Scale: ramp}
		var enough int64
		for _, d := range of.Codes {
			v, ok := values[i][d]
			if !ok {
				continue
			}
			few := Thin(m.Unit, v)
			if !few {
				enough++
			}
			f := sc.Filter
			of.Narrow(&f, d)
			g.Areas = append(g.Areas, chart.Area{Code: d, Title: s.Text.T("map.area", "name", of.Name(d), "value", s.Write(m.Unit, v.Value), "interval", s.Interval(m.Unit, v), "n", v.N),
				Href: s.Link(f), Class: chart.Class(breaks, v.Value), Defined: true, Few: few})
		}
		firmText := s.Text.N(of.overFirm, enough)
		g.Name = s.Text.T(of.overMap, "measure", s.Text.T(m.Title), "days", days) + ". " + firmText
		a.Maps = append(a.Maps, SmallMap{Days: days, Firm: firmText, Chart: html(g.Render())})
	}
	for _, d := range of.Codes {
		row, some := []Cell{{Text: of.Name(d), Head: true}}, false
		for i, sc := range scopes {
			f := sc.Filter
			of.Narrow(&f, d)
			v := values[i][d]
			some = some || v.Defined
			row = append(row, s.figure(m.Unit, v, s.Link(f)))
			if !v.Defined {
				row[len(row)-1].Raw = ""
			}
		}
		if some {
			a.Table.Rows = append(a.Table.Rows, row)
		}
	}
	labels := make([]string, len(breaks))
	for i, b := range breaks {
		labels[i] = s.legend(m.Unit, b, breaks[1]-breaks[0])
	}
	a.Legend = html(chart.Legend{Scale: ramp, Breaks: labels}.Render())
	a.Note = s.noteOf(n, interval(m), notes[AtlasPeriods-1], 0) + ". " + s.Text.T("map.hatched", "min", MinN)
	return a, nil
}
