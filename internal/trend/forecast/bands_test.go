package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

func TestCountInterval(t *testing.T) {
	for _, tc := range []struct{ mean, variance, level, low, high float64 }{
		{.05, .05, .8, 0, 0}, // P(0) = .951
		{.3, .3, .8, 0, 0},   // P(0) = .741, P(≤1) = .963
		{.3, .3, .95, 0, 1},  // P(≤1) = .963
		{4, 4, .95, 1, 8},    // P(1…8) = .960, quantiles
		{4, 4, .8, 2, 6},     // P(2…6) = .798; quantiles 2 and 7 hold .857
		{2, 6, .8, 0, 4},     // r = 1, q = 2/3: 1 − (2/3)^5 = .868; quantiles 0 and 5 hold .912
		{15, 15, .95, 8, 22}, // P(8…22) = .949; quantiles 8 and 23 hold .963
	} {
		if l, h := countInterval(tc.mean, tc.variance, tc.level); l != tc.low || h != tc.high {
			t.Errorf("mean %g, variance %g: %g interval %g to %g, want %g to %g", tc.mean, tc.variance, tc.level, l, h, tc.low, tc.high)
		}
	}
}

// Weeks of a handful of mentions: bands of 80 % must hold about that part and be as wide as
// the rate's own.
func TestBandsOfSmallCounts(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 4))
	const days = 1092
	p := &engine.Panel{Start: mention.Day(19000), Days: days, Strata: []string{"a"}, Exposure: [][]float32{make([]float32, days)}}
	var weekly []float64
	for i := range 60 {
		weekly = append(weekly, .1*math.Pow(100, float64(i)/59)) // 0.1 to 10 a week
		s := engine.Series{ID: string(rune('A' + i)), Kind: "dish", Counts: [][]float32{make([]float32, days)}}
		for d := range days {
			s.Counts[0][d] = float32(distuv.Poisson{Lambda: weekly[i] / 7, Src: rng}.Rand())
		}
		p.Series = append(p.Series, s)
	}
	for d := range days {
		p.Exposure[0][d] = float32(distuv.Poisson{Lambda: 60, Src: rng}.Rand())
	}
	var held, n, width, scale float64
	for _, back := range []int{12, 24, 36} {
		for i, f := range Weekly(p, Options{To: p.Start + mention.Day(days-7*back-1)}) {
			for _, b := range f.Weeks {
				for _, v := range []float64{b.Low95, b.Low80, b.Low50, b.High50, b.High80, b.High95} {
					if v < 0 || v != math.Trunc(v) {
						t.Fatalf("%g a week: bounds %+v are no whole numbers", weekly[i], b)
					}
				}
				if b.Low95 > b.Low80 || b.Low80 > b.Low50 || b.Low50 > b.High50 || b.High50 > b.High80 || b.High80 > b.High95 {
					t.Fatalf("bands do not lie in each other: %+v", b)
				}
				n++
				if b.Actual >= b.Low80 && b.Actual <= b.High80 {
					held++
				}
				width += b.High80 - b.Low80
				scale += 2 * 1.2816 * math.Sqrt(weekly[i])
			}
		}
	}
	if part := held / n; part < .75 || part > .88 {
		t.Errorf("80 %% bands hold %.3f", part)
	}
	if r := width / scale; r < .6 || r > 1.7 {
		t.Errorf("80 %% bands are %.2f times as wide as those of the true rate", r)
	}
}
