package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/panel"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/forecast"
)

// varieties is how many kinds of a food are drawn by themselves; more become their
// median.
const varieties = 2

// pricesOf lists the imported series that are drawn under an entity: those of its
// own id or name, else those whose names begin with it, such as "Papa Amarilla" and
// "Papa Huayro" for papa. Three such or more of one place and unit become one, their
// median of the week; median writes its name.
func pricesOf(o *forecast.Outlook, id, name string, weeks []mention.Day, median func(name string, n int) string) []panel.OutlookPrice {
	key, other := lexicon.Fold(name), lexicon.Fold(id)
	own := o.Prices(func(item string) bool {
		item = lexicon.Fold(item)
		return item == key || item == other
	})
	values := func(p engine.Price) []float64 {
		out := make([]float64, len(weeks))
		for k, from := range weeks {
			out[k] = o.PriceAt(p, from)
		}
		return out
	}
	known := func(values []float64) bool {
		return slices.ContainsFunc(values, func(x float64) bool { return !math.IsNaN(x) })
	}
	write := func(name, place, unit string, values []float64) panel.OutlookPrice {
		if place != "" {
			name += ", " + place
		}
		return panel.OutlookPrice{Name: name, Unit: unit, Values: values}
	}
	var out []panel.OutlookPrice
	for _, p := range own {
		if v := values(p); known(v) {
			out = append(out, write(p.Item, p.Place, p.Unit, v))
		}
	}
	if len(out) > 0 {
		return out
	}
	kinds := o.Prices(func(item string) bool { return strings.HasPrefix(lexicon.Fold(item), key+" ") })
	kinds = slices.DeleteFunc(kinds, func(p engine.Price) bool { return !known(values(p)) })
	slices.SortStableFunc(kinds, func(a, b engine.Price) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Item, b.Item))
	})
	for len(kinds) > 0 {
		n := 1
		for n < len(kinds) && kinds[n].Place == kinds[0].Place && kinds[n].Unit == kinds[0].Unit {
			n++
		}
		group := kinds[:n]
		kinds = kinds[n:]
		if n <= varieties {
			for _, p := range group {
				out = append(out, write(p.Item, p.Place, p.Unit, values(p)))
			}
			continue
		}
		all := make([][]float64, n)
		for i, p := range group {
			all[i] = values(p)
		}
		out = append(out, write(median(name, n), group[0].Place, group[0].Unit, medians(all)))
	}
	return out
}

// medians is the median of the known values of each week; NaN where fewer than half
// of the series have one, as it would then tell of another basket.
func medians(series [][]float64) []float64 {
	out := make([]float64, len(series[0]))
	var week []float64
	for k := range out {
		week = week[:0]
		for _, s := range series {
			if !math.IsNaN(s[k]) {
				week = append(week, s[k])
			}
		}
		if 2*len(week) < len(series) {
			out[k] = math.NaN()
			continue
		}
		slices.Sort(week)
		out[k] = (week[(len(week)-1)/2] + week[len(week)/2]) / 2
	}
	return out
}
