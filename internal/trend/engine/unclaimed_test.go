package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestSteadySaysWhatAChangeLacks: a steady series whose change a test sees says why no
// verdict names it, and no other series says so: a step that was complete before the
// window is a new level, a rise that is over in the last week wavers.
func TestSteadySaysWhatAChangeLacks(t *testing.T) {
	const days = 500
	changes := map[int]struct {
		from, to int // days with half as many again
		up       float64
		allowed  map[Unclaimed]bool
	}{
		10: {days - 75, days, 1.7, map[Unclaimed]bool{NewLevel: true}},
		20: {days - 40, days - 6, 1.6, map[Unclaimed]bool{Wavers: true, Brief: true}},
		30: {days - 25, days, 1.7, nil},
	}
	rng := rand.New(rand.NewPCG(9, 1))
	p := &Panel{Start: 19700, Days: days, Strata: []string{"a"}, Exposure: [][]float32{make([]float32, days)}}
	for i := range 80 {
		s := Series{ID: fmt.Sprint(i), Counts: [][]float32{make([]float32, days)}}
		for d := range days {
			mu := 20.
			if c, ok := changes[i]; ok && d >= c.from && d < c.to {
				mu *= c.up
			}
			s.Counts[0][d] = float32(draw(rng, mu, 0))
			p.Exposure[0][d] += s.Counts[0][d]
		}
		p.Series = append(p.Series, s)
	}
	js := Judge(p, Options{})
	for i := range js {
		j := &js[i]
		if seen := j.Verdict == Steady && j.Q <= .05; seen != (j.Unclaimed != "") {
			t.Errorf("series %d is %s with q %.3f and says %q", i, j.Verdict, j.Q, j.Unclaimed)
		}
		c, ok := changes[i]
		if !ok {
			continue
		}
		t.Logf("series %d: %s, q %.4f, %q", i, j.Verdict, j.Q, j.Unclaimed)
		if c.allowed == nil {
			if j.Verdict != Rising {
				t.Errorf("series %d is %s, want rising", i, j.Verdict)
			}
		} else if j.Verdict == Steady && !c.allowed[j.Unclaimed] {
			t.Errorf("series %d is steady with q %.3f and says %q", i, j.Q, j.Unclaimed)
		}
	}
	if js[10].Verdict != Steady || js[10].Unclaimed != NewLevel {
		t.Errorf("a level of eleven weeks is %s and says %q", js[10].Verdict, js[10].Unclaimed)
	}
}
