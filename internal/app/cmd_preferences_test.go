package app

import (
	"strings"
	"testing"
)

// TestWritePreferences: the text output names every figure's n, and where there is no
// figure says that there is not enough data.
func TestWritePreferences(t *testing.T) {
	one := .125
	o := preferencesJSON{From: "2026-01-01", To: "2026-03-31",
		Middle:  &pointJSON{Craving: valueJSON{Value: &one, Interval: &[2]float64{.1, .15}, N: 900}, Net: valueJSON{N: 3}},
		Drivers: []analysisJSON{{Outcome: "stars", N: 12}},
		Areas:   []areaJSON{{Department: "15", Net: valueJSON{N: 29}}},
	}
	var b strings.Builder
	if err := o.write(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2026-01-01 to 2026-03-31", "+12.5 (+10.0 to +15.0, n 900)", "not enough data (n 3)", "drivers of stars: not enough data (n 12)", "not enough data (n 29)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, b.String())
		}
	}
}
