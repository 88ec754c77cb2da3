package panel

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Aspects shows what people like and dislike: net sentiment of each aspect among
// the mentions that speak of it, best first.
func Aspects(ctx context.Context, s Scope) (Panel, error) {
	r, err := s.Store.Query(ctx, metric.Query{Filter: s.Filter, Measures: []string{"aspect_net"}, By: []metric.Dimension{metric.ByAspect}})
	if err != nil {
		return Panel{}, fmt.Errorf("aspects: %w", err)
	}
	type entry struct {
		aspect mention.Aspect
		v      metric.Value
	}
	var list []entry
	var n int64
	for _, row := range r.Rows {
		i := slices.Index(mention.AspectNames, row.Keys[0])
		if v := row.Values[0]; i >= 0 && v.Defined {
			list = append(list, entry{mention.Aspect(i), v})
			n += v.N
		}
	}
	p := Panel{ID: "aspects", Sub: s.Text.T("aspects.sub", "days", s.Text.Days(s.Filter.From, s.Filter.To))}
	sort.SliceStable(list, func(a, b int) bool {
		if few := Thin(metric.UnitNet, list[a].v); few != Thin(metric.UnitNet, list[b].v) {
			return !few
		}
		return list[a].v.Value > list[b].v.Value
	})
	if len(list) == 0 || Thin(metric.UnitNet, list[0].v) {
		p.Title, p.Empty = s.Text.T("aspects.name"), s.Text.T("empty.few", "n", n, "min", MinN)
		return p, nil
	}
	best, worst := metric.Value{}, metric.Value{}
	var bestName, worstName string
	var thin []string
	var d chart.Diverging
	hi := 0.0
	for _, e := range list {
		name := s.Text.T("aspect." + e.aspect.String())
		if Thin(metric.UnitNet, e.v) {
			thin = append(thin, lowerFirst(name))
			continue
		}
		hi = math.Max(hi, math.Max(math.Abs(e.v.Low), math.Abs(e.v.High)))
		if e.v.Low > 0 && (!best.Defined || e.v.Value > best.Value) {
			best, bestName = e.v, s.Text.T("aspect_the."+e.aspect.String())
		}
		if e.v.High < 0 && (!worst.Defined || e.v.Value < worst.Value) {
			worst, worstName = e.v, s.Text.T("aspect_the."+e.aspect.String())
		}
		d.Rows = append(d.Rows, chart.Share{Label: name, Neg: math.Max(0, -e.v.Value), Pos: math.Max(0, e.v.Value),
			Net: e.v.Value, Low: e.v.Low, High: e.v.High, Defined: true, Text: s.Write(metric.UnitNet, e.v.Value)})
	}
	d.Max = hi * 1.05
	key := "aspects.unclear"
	switch {
	case best.Defined && worst.Defined:
		key = "aspects.both"
	case best.Defined:
		key = "aspects.liked"
	case worst.Defined:
		key = "aspects.disliked"
	}
	say := func(net func(metric.Value) string) string {
		return s.Text.T(key, "best", bestName, "best_net", net(best), "worst", worstName, "worst_net", net(worst))
	}
	p.Title = say(func(v metric.Value) string { return s.Write(metric.UnitNet, v.Value) })
	p.Told = say(func(v metric.Value) string {
		return s.Write(metric.UnitNet, v.Value) + "; " + s.Interval(metric.UnitNet, v) + "; n = " + s.Text.Int(v.N)
	}) + "."
	d.Name = p.Title + ". " + p.Sub
	p.Chart = html(d.Render())
	p.Note = s.noteOf(n, "net", r, 0)
	if len(thin) > 0 {
		p.Note += ". " + s.Text.T("aspects.thin", "names", strings.Join(thin, ", "), "min", MinN)
	}
	p.Table.Cols = []Col{{Key: "aspect", Title: s.Text.T("col.aspect")}, {Key: "net", Title: s.Text.T("measure.aspect_net"), Num: true}, {Key: "low", Title: s.Text.T("col.low"), Num: true}, {Key: "high", Title: s.Text.T("col.high"), Num: true}, {Key: "counted", Title: s.Text.T("col.counted"), Num: true, On: CSVOnly}, {Key: "n", Title: "n", Num: true}}
	for _, e := range list {
		f := s.Filter
		f.Aspects = []metric.AspectFilter{{Aspect: e.aspect}}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: s.Text.T("aspect." + e.aspect.String()), Raw: e.aspect.String(), Head: true},
			s.figure(metric.UnitNet, e.v, s.Link(f)), s.bound(metric.UnitNet, e.v, e.v.Low), s.bound(metric.UnitNet, e.v, e.v.High), s.counted(metric.UnitNet, e.v), s.count(e.v.N, s.Link(f))})
	}
	return p, nil
}
