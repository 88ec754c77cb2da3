package backtest

import (
	"context"
	"testing"
)

// One seed of the alerts scenario: budgets order the false alarms, none is far
// beyond its budget, and what is plain to see is found.
func TestAlertsKeepTheirBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("watches three worlds for eight weeks")
	}
	r, err := Run(context.Background(), Options{Seeds: 1, Seed: 3, Only: alertsName})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Alerts) != len(alertBudgets) || len(r.Scenarios) != 0 {
		t.Fatalf("%d budgets, %d other scenarios", len(r.Alerts), len(r.Scenarios))
	}
	for i := range r.Alerts {
		a := &r.Alerts[i]
		// Two worlds are 3.7 months: three standard errors of a Poisson count.
		if most := a.Budget + 3*1.1*a.Budget/2 + 1; a.Null > most {
			t.Errorf("budget %g: %.2f false alarms a month, more than %.1f", a.Budget, a.Null, most)
		}
		if i > 0 && a.Null < r.Alerts[i-1].Null {
			t.Errorf("budget %g raises fewer false alarms than %g", a.Budget, r.Alerts[i-1].Budget)
		}
		if k := a.Planted["spike"]; k.Asked != 6 || k.Found < 5 {
			t.Errorf("budget %g: %d of %d spikes found", a.Budget, k.Found, k.Asked)
		}
	}
	for _, f := range r.Figures() {
		if f.Name == "alerts_false_a_month" && f.Value != r.Alerts[1].Null {
			t.Errorf("figure %g, want %g", f.Value, r.Alerts[1].Null)
		}
	}
}
