package trend

import "testing"

// TestReasonWording: a rate that rounds to zero is not called zero, and a week is one week.
func TestReasonWording(t *testing.T) {
	for _, tc := range []struct {
		r    Reason
		lang string
		want string
	}{
		{Reason{"chance", []any{qText(0.0031, 2)}}, "es", "no se distingue del azar (q < 0.01)"},
		{Reason{"significant", []any{59, qText(0.0123, 3)}}, "en", "told from chance even counting the 59 entities looked at (q = 0.012)"},
		{Reason{"price", []any{"limon", lagText(1), 95.0, 1.3, qText(0, 3)}}, "es", "sigue al precio de limon con una semana de retraso (precio +95 %; elasticidad 1.3, q < 0.001)"},
		{Reason{"price", []any{"limon", lagText(0), 95.0, 1.3, qText(.01, 3)}}, "en", "follows the price of limon in the same week (price +95 %; elasticity 1.3, q = 0.010)"},
		{Reason{"price", []any{"limon", lagText(4), 95.0, 1.3, qText(.01, 3)}}, "en", "follows the price of limon 4 weeks later (price +95 %; elasticity 1.3, q = 0.010)"},
		{Reason{"new-level", []any{qText(.0312, 3)}}, "es", "cambió antes de esta ventana (q = 0.031): desde entonces es su nivel y no se mueve"},
		{Reason{"wavers", []any{qText(.0312, 3)}}, "en", "something is told from chance (q = 0.031), but the last week no longer leans that way"},
	} {
		if got := tc.r.In(tc.lang); got != tc.want {
			t.Errorf("%s: got %q, want %q", tc.r.Key, got, tc.want)
		}
	}
}
