package engine

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// A channel that is half again as busy on paydays is expected to be; one that is
// not stays as it is.
func TestPaydaysAreExpected(t *testing.T) {
	const days = 500
	rng := rand.New(rand.NewPCG(7, 8))
	p := &Panel{Start: calendar.Date(2025, 6, 2), Days: days, Strata: []string{""}, Exposure: [][]float32{make([]float32, days)}}
	for i := range 10 {
		s := Series{ID: fmt.Sprint(i), Counts: [][]float32{make([]float32, days)}}
		for d := range days {
			p.Exposure[0][d] = 1000
			mu := 200.
			if i < 3 && (p.Start + mention.Day(d)).Payday() {
				mu *= 1.5
			}
			s.Counts[0][d] = float32(draw(rng, mu, .002))
		}
		p.Series = append(p.Series, s)
	}
	w := Watch(p, WatchOptions{Spans: []int{1}, Constant: true})
	for i, looks := range w.Looks {
		for k, l := range looks[0] {
			want := 200.
			if i < 3 && w.Day(k).Payday() {
				want = 300
			}
			if math.Abs(l.Expected/want-1) > .2 {
				t.Errorf("series %d, %v: %.0f expected, want about %.0f", i, w.Day(k), l.Expected, want)
			}
		}
	}
}
