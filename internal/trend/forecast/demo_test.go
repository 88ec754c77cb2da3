package forecast_test

import (
	"testing"

	"antojo/internal/demo"
	"antojo/internal/mention"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/forecast"
)

// demoPanel counts the synthetic demo set as it was meant.
func demoPanel(t *testing.T) *engine.Panel {
	t.Helper()
	plan, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &engine.Panel{Start: plan.Start, Days: int(plan.End-plan.Start) + 1}
	strata, ids := map[string]int{}, map[string]int{}
	err = demo.GenerateLabelled(plan, func(r mention.Raw, truth demo.Truth) error {
		k, ok := strata[r.Channel]
		if !ok {
			k = len(p.Strata)
			strata[r.Channel] = k
			p.Strata, p.Exposure = append(p.Strata, r.Channel), append(p.Exposure, make([]float32, p.Days))
		}
		d := int(mention.DayOf(r.Time) - plan.Start)
		if !truth.Food || d < 0 || d >= p.Days {
			return nil
		}
		p.Exposure[k][d]++
		for _, id := range truth.Entities {
			i, ok := ids[id]
			if !ok {
				i = len(p.Series)
				ids[id] = i
				p.Series = append(p.Series, engine.Series{ID: id, Kind: "food", Counts: make([][]float32, 16)})
			}
			if p.Series[i].Counts[k] == nil {
				p.Series[i].Counts[k] = make([]float32, p.Days)
			}
			p.Series[i].Counts[k][d]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Series {
		p.Series[i].Counts = p.Series[i].Counts[:len(p.Strata)]
	}
	return p
}

func TestForecastOfTheDemoSet(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the demo set")
	}
	s := forecast.Backtest(demoPanel(t), []int{12, 20, 28})
	t.Logf("%+v", s)
	if s.Weeks < 1000 || !(s.MASE < .9) {
		t.Errorf("MASE %.2f of seasonal naive over %d weeks, want under 0.9", s.MASE, s.Weeks)
	}
	if s.Covered[1] < .75 || s.Covered[1] > .85 {
		t.Errorf("80 %% bands hold %.1f %%", 100*s.Covered[1])
	}
}
