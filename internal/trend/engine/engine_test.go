package engine

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
)

func draw(rng *rand.Rand, mu, kappa float64) float64 {
	if kappa > 0 {
		mu *= distuv.Gamma{Alpha: 1 / kappa, Beta: 1 / kappa, Src: rng}.Rand()
	}
	return distuv.Poisson{Lambda: mu, Src: rng}.Rand()
}

func (s side) plus(o side) side { return side{s.y + o.y, s.m + o.m, s.weeks + o.weeks} }

// The test must hold its level for Poisson and negative binomial counts, small and
// large, and its interval must hold the truth.
func TestChangeHoldsItsLevel(t *testing.T) {
	for _, tc := range []struct {
		name            string
		mu, ratio, kapp float64
	}{
		{"poisson, 20 a week", 20, 1, 0},
		{"poisson, halved", 60, .5, 0},
		{"over-dispersed, 100 a week, +40 %", 100, 1.4, .02},
		{"over-dispersed, 3,000 a week", 3000, 1, .01},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, 2))
			n := noise{phi0: 1, kappa: tc.kapp, df: 1e6}
			const runs = 6000
			hit, reject := 0, 0
			for range runs {
				var a, r side
				for range 4 {
					a = a.plus(side{draw(rng, tc.mu*tc.ratio*1.5, tc.kapp), 1.5, 1}) // half again the volume
				}
				for range 8 {
					r = r.plus(side{draw(rng, tc.mu, tc.kapp), 1, 1})
				}
				if g := n.ratio(a, r, 0, 0); g.Low <= tc.ratio && tc.ratio <= g.High {
					hit++
				}
				if _, p := n.change(a, r, math.Log(tc.ratio), 0); p < .05 {
					reject++
				}
			}
			if c := float64(hit) / runs; c < .93 || c > .97 {
				t.Errorf("95 %% intervals hold %.3f", c)
			}
			if p := float64(reject) / runs; p < .035 || p > .065 {
				t.Errorf("rejects %.3f at 5 %%", p)
			}
		})
	}
}

func TestDispersionIsRecovered(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, kappa := range []float64{0, .01, .04} {
		var ms []moments
		for i := range 120 {
			mu := 5 * math.Exp(float64(i)/120*6)
			var y, m []float64
			for w := range 150 {
				x := 1 + .3*math.Sin(float64(w)/9)
				week := draw(rng, mu*x*math.Exp(.005*float64(w)), kappa) // a slow rise is no noise
				for range 7 {
					y, m = append(y, week/7), append(m, x/7)
				}
			}
			ms = append(ms, measure(y, m, len(y), 1+kappa*mu))
		}
		p := poolNoise(ms)
		if got := p.kappa * p.slow; got < kappa*.75-1e-4 || got > kappa*1.4+3e-4 || p.phi0 > 1.3 {
			t.Errorf("κ %.3f: got %.4f × %.2f, φ₀ %.2f", kappa, p.kappa, p.slow, p.phi0)
		}
	}
}

// The example of Benjamini & Hochberg 1995, §4.1: fifteen p-values of which the
// four smallest are rejected at 5 %.
func TestQValuesOfThePaper(t *testing.T) {
	p := []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}
	q := QValues(append([]float64{math.NaN()}, p...))
	if !math.IsNaN(q[0]) {
		t.Errorf("NaN became %v", q[0])
	}
	rejected := 0
	for _, v := range q[1:] {
		if v <= .05 {
			rejected++
		}
	}
	if rejected != 4 {
		t.Errorf("%d rejected, want 4", rejected)
	}
}

func TestCombine(t *testing.T) {
	for _, tc := range []struct {
		p, w []float64
		want float64
	}{
		{[]float64{.03, .03, .03}, []float64{.5, .3, .2}, .03}, // equal p-values stay
		{[]float64{1e-12, .9}, []float64{.5, .5}, 2e-12},       // one tiny one over its weight
		{[]float64{.5, .5}, []float64{.5, .5}, .5},
	} {
		if got := combine(tc.p, tc.w); math.Abs(got-tc.want) > .01*tc.want {
			t.Errorf("combine(%v) = %g, want %g", tc.p, got, tc.want)
		}
	}
}

func TestTQuantile(t *testing.T) {
	// Printed tables of Student's t, 97.5 %.
	for df, want := range map[float64]float64{5: 2.571, 10: 2.228, 30: 2.042, 120: 1.980} {
		if got := tQuantile(df); math.Abs(got-want) > .004 {
			t.Errorf("t(%v) = %.4f, want %.3f", df, got, want)
		}
	}
}

// A clear effect keeps its size, a noisy one falls back on the group's.
func TestMixShrinksNoiseAndKeepsSignal(t *testing.T) {
	m := twoGroups(0, .05, .8, .02)
	if l, _ := m.posterior(1.2, .01); l < 1.1 {
		t.Errorf("a clear effect of 1.2 became %.2f", l)
	}
	if l, v := m.posterior(.3, .2); l > .1 || v > .2 {
		t.Errorf("a noisy effect of 0.3 became %.2f ± %.2f", l, math.Sqrt(v))
	}
}

func TestRegressionFindsTheLag(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	const weeks = 150
	x, y, other := make([]float64, weeks), make([]float64, weeks), make([]float64, weeks)
	walk, drift := 0.0, 0.0
	for t := range x {
		walk = .95*walk + .1*rng.NormFloat64()
		drift = .95*drift + .1*rng.NormFloat64()
		x[t], other[t] = walk, drift
		if t >= 3 {
			y[t] = 1.1 * x[t-3]
		}
		y[t] += 2 + .05*rng.NormFloat64()
	}
	fit, p := bestLag(y, x)
	if fit.Lag != 3 || fit.Low > 1.1 || fit.High < 1.1 || p > 1e-6 {
		t.Errorf("lag %d elasticity %.2f (%.2f to %.2f) p %.3g", fit.Lag, fit.Elasticity, fit.Low, fit.High, p)
	}
	if _, p := bestLag(y, other); p < .01 {
		t.Errorf("an unrelated drift gives p %.4f", p)
	}
}

func TestHysteresis(t *testing.T) {
	rising := finding{verdict: Rising, qBeyond: .01, up: true, standing: true}
	fading := finding{verdict: Steady, qBeyond: .08, up: true, standing: true}
	gone := finding{verdict: Steady, qBeyond: .08, up: true}
	turned := finding{verdict: Falling, qBeyond: .01}
	s := state{}
	for i, tc := range []struct {
		f    finding
		want Verdict
		held int
		kept bool
	}{{rising, Rising, 1, false}, {fading, Rising, 2, true}, {gone, Steady, 1, false}, {fading, Steady, 2, false}, {rising, Rising, 1, false}, {turned, Falling, 1, false}} {
		if s = s.next(&tc.f, .05); s.verdict != tc.want || s.held != tc.held || s.kept != tc.kept {
			t.Errorf("step %d: %+v, want %s held %d", i, s, tc.want, tc.held)
		}
	}
}

func TestJudgeOfLittle(t *testing.T) {
	if js := Judge(&Panel{}, Options{}); len(js) != 0 {
		t.Errorf("an empty panel gives %v", js)
	}
	p := &Panel{Start: 20000, Days: 10, Strata: []string{"a"}, Exposure: [][]float32{make([]float32, 10)},
		Series: []Series{{ID: "x", Counts: [][]float32{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}}, {ID: "y", Counts: [][]float32{nil}}}}
	for _, to := range []mention.Day{0, 19990, 20005, 20009, 20500} {
		for _, j := range Judge(p, Options{To: to}) {
			if j.Verdict != NotEnoughData || !math.IsNaN(j.Growth.Value) {
				t.Errorf("to %s: %+v", to, j)
			}
		}
	}
}
