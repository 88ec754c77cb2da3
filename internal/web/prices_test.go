package web

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/panel"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/forecast"
)

func TestPricesOf(t *testing.T) {
	const weeks = 80
	start := mention.Day(20000)
	price := func(item, place string, at float32) engine.Price {
		p := engine.Price{Item: item, Place: place, Unit: "kg", Value: make([]float32, weeks)}
		for k := range p.Value {
			p.Value[k] = at
		}
		return p
	}
	var days []mention.Day
	for k := range 3 {
		days = append(days, start+mention.Day(7*(weeks-4+k)))
	}
	late := price("Papa Nueva", "Lima", 9)
	late.Value[weeks-4] = 0 // not known in the first of the weeks shown
	amarilla, blanca, huayro := price("Papa Amarilla", "Lima", 3), price("PAPA BLANCA", "Lima", 1), price("papa huayró", "Lima", 2)
	median := func(name string, n int) string { return fmt.Sprintf("%s/%d", name, n) }
	for _, tc := range []struct {
		name   string
		prices []engine.Price
		want   []panel.OutlookPrice
	}{
		{"own name", []engine.Price{price("papa", "Lima", 4), amarilla, blanca, huayro}, []panel.OutlookPrice{{Name: "papa, Lima", Unit: "kg", Values: []float64{4, 4, 4}}}},
		{"two varieties", []engine.Price{blanca, amarilla, price("papaya", "Lima", 7)}, []panel.OutlookPrice{
			{Name: "PAPA BLANCA, Lima", Unit: "kg", Values: []float64{1, 1, 1}}, {Name: "Papa Amarilla, Lima", Unit: "kg", Values: []float64{3, 3, 3}}}},
		{"their median", []engine.Price{amarilla, blanca, huayro, late, price("Papa Blanca", "Cusco", 5)}, []panel.OutlookPrice{
			{Name: "Papa Blanca, Cusco", Unit: "kg", Values: []float64{5, 5, 5}}, {Name: "Papa/4, Lima", Unit: "kg", Values: []float64{2, 2.5, 2.5}}}},
		{"another food", []engine.Price{price("papaya", "Lima", 7)}, nil},
	} {
		p := &engine.Panel{Start: start, Days: 7 * weeks, Strata: []string{"a"}, Exposure: [][]float32{make([]float32, 7*weeks)}, Prices: tc.prices}
		p.Series = []engine.Series{{ID: "papa", Counts: [][]float32{make([]float32, 7*weeks)}}}
		for d := range 7 * weeks {
			p.Exposure[0][d], p.Series[0].Counts[0][d] = 50, 3
		}
		o := forecast.NewOutlook(p, start+7*weeks-1)
		got := pricesOf(o, "papa", "Papa", days, median)
		if d := cmp.Diff(tc.want, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: %s", tc.name, d)
		}
	}
	if got := medians([][]float64{{math.NaN()}, {math.NaN()}, {2}}); !math.IsNaN(got[0]) {
		t.Errorf("one of three varieties has a median of %g", got[0])
	}
}
