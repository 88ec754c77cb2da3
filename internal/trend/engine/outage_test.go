package engine

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// Beside an outage, a fall that shows only in the source that had it is not called
// one; a fall that shows in the others too is.
func TestAnOutageMakesNoFall(t *testing.T) {
	const days, fell = 500, 470
	for _, tc := range []struct {
		name        string
		out         int // days without source b, from day 440 on
		inB, inBoth Verdict
	}{
		{"no outage", 0, Falling, Falling},
		{"five days without", 5, Steady, Falling},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(5, 6))
			p := &Panel{Start: 19700, Days: days, Strata: []string{"a", "b"}, Exposure: [][]float32{make([]float32, days), make([]float32, days)}}
			for i := range 60 {
				s := Series{ID: fmt.Sprint(i), Counts: [][]float32{make([]float32, days), make([]float32, days)}}
				for d := range days {
					for k := range s.Counts {
						mu := 25.
						switch {
						case k == 1 && d >= 440 && d < 440+tc.out:
							mu = 0
						case i == 10 && k == 1 && d >= fell, i == 20 && d >= fell:
							mu *= .45
						}
						if mu > 0 {
							s.Counts[k][d] = float32(draw(rng, mu, 0))
						}
						p.Exposure[k][d] += s.Counts[k][d]
					}
				}
				p.Series = append(p.Series, s)
			}
			js := Judge(p, Options{})
			if got := js[10].Verdict; got != tc.inB {
				t.Errorf("a fall in source b alone is %s, want %s", got, tc.inB)
			}
			if got := js[20].Verdict; got != tc.inBoth {
				t.Errorf("a fall in both sources is %s, want %s", got, tc.inBoth)
			}
			for i := range js {
				if v := js[i].Verdict; i != 10 && i != 20 && v == Falling {
					t.Errorf("series %d, which did not change, is %s", i, v)
				}
			}
		})
	}
}
