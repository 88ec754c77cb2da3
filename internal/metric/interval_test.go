package metric

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// Values of Newcombe (1998), Statistics in Medicine 17, table I, method 3.
func TestShareAgainstPublishedValues(t *testing.T) {
	for _, tt := range []struct {
		k, n      int64
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		v := Share(tt.k, tt.n)
		if !near(v.Low, tt.low, 5e-5) || !near(v.High, tt.high, 5e-5) || v.N != tt.n || !v.Defined {
			t.Errorf("Share(%d, %d) = %+v, want %v..%v", tt.k, tt.n, v, tt.low, tt.high)
		}
	}
}

// Exact limits as in published tables of the Poisson distribution (for example
// Ulm, American Journal of Epidemiology 131 (1990) 373–375).
func TestCountAgainstPublishedValues(t *testing.T) {
	for _, tt := range []struct {
		k                    int64
		low, high, tolerance float64
	}{
		{0, 0, 3.6889, 5e-5},
		{1, 0.0253, 5.5716, 5e-5},
		{2, 0.2422, 7.2247, 5e-5},
		{5, 1.6235, 11.6683, 5e-5},
		{10, 4.7954, 18.3904, 5e-5},
		{20, 12.2165, 30.8884, 5e-5},
		{50, 37.1110, 65.9192, 5e-4},
		{100, 81.364, 121.627, 5e-4},
	} {
		v := Count(tt.k)
		if !near(v.Low, tt.low, tt.tolerance) || !near(v.High, tt.high, tt.tolerance) || !v.Defined {
			t.Errorf("Count(%d) = %+v, want %v..%v", tt.k, v, tt.low, tt.high)
		}
	}
}

// Where the approximation takes over, it must continue the exact limits.
func TestCountApproximationIsSeamless(t *testing.T) {
	exact, approximate := Count(exactPoisson-1), Count(exactPoisson)
	if d := approximate.Low - exact.Low; d < 0.9 || d > 1.1 {
		t.Errorf("low end jumps by %v at %d", d, exactPoisson)
	}
	if d := approximate.High - exact.High; d < 0.9 || d > 1.1 {
		t.Errorf("high end jumps by %v at %d", d, exactPoisson)
	}
}

// The airway hyper-responsiveness data that Fagerland, Lydersen & Laake, Statistics
// in Medicine 33 (2014) 2850–2875, work through: 21 pairs, 1 discordant one way and
// 7 the other. By the formula of Bonett & Price: −6/23 ± 1.96·√((10/23 − (6/23)²)/23).
func TestNetAgainstWorkedExample(t *testing.T) {
	v := Net(1, 7, 21)
	if !near(v.Value, -6.0/21, 1e-12) || !near(v.Low, -0.508, 5e-4) || !near(v.High, -0.013, 5e-4) {
		t.Errorf("Net(1, 7, 21) = %+v", v)
	}
}

// Quantiles of Student's t as in any table: 2.776 at 4 degrees of freedom, 2.045 at
// 29, and beyond a thousand by the series.
func TestMeanRating(t *testing.T) {
	v := MeanRating(5, 2+3+3+4+3, 4+9+9+16+9) // mean 3, s² = 0.5
	if half := 2.7764 * math.Sqrt(0.5/5); !near(v.Value, 3, 1e-12) || !near(v.Low, 3-half, 1e-4) || !near(v.High, 3+half, 1e-4) {
		t.Errorf("five ratings: %+v", v)
	}
	if q := tQuantile(29); !near(q, 2.0452, 5e-5) {
		t.Errorf("t quantile at 29: %v", q)
	}
	for _, df := range []float64{exactT, 100, 1000} {
		if got, want := tQuantile(df), (distuv.StudentsT{Sigma: 1, Nu: df}).Quantile(0.975); !near(got, want, 1e-6) {
			t.Errorf("t quantile at %v by the series: %v, want %v", df, got, want)
		}
	}
	for _, n := range []int64{1, 2, 50} { // all five stars: certain of nothing
		v := MeanRating(n, float64(5*n), float64(25*n))
		share := Share(n, n)
		if v.Value != 5 || v.High != 5 || !near(v.Low, 1+4*share.Low, 1e-9) {
			t.Errorf("%d times five stars: %+v", n, v)
		}
	}
	if v := MeanRating(3, 12, 48); v.Low > 3 || v.High < 4.5 {
		t.Errorf("three times four stars: %+v claims too much", v)
	}
}

// The first example of Katz et al. needs only the formula: 40 of 100 against 50 of 1000.
func TestLift(t *testing.T) {
	v := Lift(40, 100, 50, 1000)
	se := math.Sqrt(1/40.5 - 1/100.5 + 1/50.5 - 1/1000.5)
	centre := 40.5 * 1000.5 / (100.5 * 50.5)
	if v.Value != 8 || !near(v.Low, centre*math.Exp(-1.96*se), 1e-3) || !near(v.High, centre*math.Exp(1.96*se), 1e-3) {
		t.Errorf("Lift = %+v", v)
	}
}

func TestNothingToComputeFrom(t *testing.T) {
	for name, v := range map[string]Value{
		"share": Share(0, 0), "net": Net(0, 0, 0), "rating": MeanRating(0, 0, 0), "lift": Lift(0, 0, 5, 10),
	} {
		if v != (Value{}) {
			t.Errorf("%s of nothing = %+v, want undefined", name, v)
		}
	}
}

// Every interval holds its figure, stays on its scale, and is finite.
func TestIntervalsHoldTheirFigures(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	check := func(name string, v Value, low, high float64) {
		t.Helper()
		if !(v.Low <= v.Value && v.Value <= v.High) || v.Low < low || v.High > high || math.IsInf(v.High, 0) || v.Low == v.High {
			t.Errorf("%s: %+v", name, v)
		}
	}
	for range 20_000 {
		n := 1 + r.Int64N(int64(1)<<(1+r.IntN(22)))
		pos := r.Int64N(n + 1)
		neg := r.Int64N(n - pos + 1)
		if r.IntN(5) == 0 {
			pos, neg = n, 0
		}
		check("share", Share(pos, n), 0, 1)
		check("net", Net(pos, neg, n), -1, 1)
		check("count", Count(n), 0, math.MaxFloat64)
		var sum, sq float64
		k := 1 + r.Int64N(30)
		for range k {
			x := float64(1 + r.IntN(5))
			sum, sq = sum+x, sq+x*x
		}
		check("rating", MeanRating(k, sum, sq), 1, 5)
		b := 1 + r.Int64N(n)
		check("lift", Lift(r.Int64N(min(pos+1, b)+1), pos+1, b, n+1), 0, math.MaxFloat64)
	}
}

// Coverage of the net sentiment interval, simulated where the plain delta method
// fails: few mentions, nearly all positive. Nominal 95 %.
func TestNetCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, tt := range []struct {
		n        int
		pos, neg float64
	}{{10, 0.9, 0.05}, {30, 0.95, 0.02}, {30, 0.4, 0.3}, {200, 0.1, 0.6}} {
		const trials = 4000
		hit := 0
		for range trials {
			var pos, neg int64
			for range tt.n {
				switch u := r.Float64(); {
				case u < tt.pos:
					pos++
				case u < tt.pos+tt.neg:
					neg++
				}
			}
			if v := Net(pos, neg, int64(tt.n)); v.Low <= tt.pos-tt.neg && tt.pos-tt.neg <= v.High {
				hit++
			}
		}
		if c := float64(hit) / trials; c < 0.935 {
			t.Errorf("n=%d pos=%v neg=%v: the interval holds the truth in %.1f %% of samples", tt.n, tt.pos, tt.neg, 100*c)
		}
	}
}
