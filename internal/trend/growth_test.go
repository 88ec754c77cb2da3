package trend

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// negativeBinomial draws a count with mean mu and variance phi·mu (phi ≥ 1).
func negativeBinomial(src *rand.Rand, mu, phi float64) float64 {
	if mu <= 0 {
		return 0
	}
	if phi > 1 {
		mu = distuv.Gamma{Alpha: mu / (phi - 1), Beta: 1 / (phi - 1), Src: src}.Rand()
	}
	if mu <= 0 {
		return 0
	}
	return distuv.Poisson{Lambda: mu, Src: src}.Rand()
}

func one(n, e float64) Window {
	return Window{map[string]float64{"review": n}, map[string]float64{"review": e}}
}

func TestIntervalCoversTheTruth(t *testing.T) {
	for _, tc := range []struct {
		name         string
		mu0, mu1     float64
		e0, e1, phi  float64
		wantLo, want float64
	}{
		{"poisson, no change", 200, 200, 10000, 10000, 1, .93, .97},
		{"poisson, doubled", 60, 120, 10000, 10000, 1, .93, .97},
		{"over-dispersed, busier window", 300, 300 * 1.5 * 1.4, 10000, 15000, 3, .93, .97},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := rand.New(rand.NewPCG(1, 2))
			truth := tc.mu1 / tc.mu0 / (tc.e1 / tc.e0)
			const runs = 4000
			hit := 0
			for range runs {
				g := Compare(one(negativeBinomial(src, tc.mu1, tc.phi), tc.e1), one(negativeBinomial(src, tc.mu0, tc.phi), tc.e0), tc.phi)
				if g.Low <= truth && truth <= g.High {
					hit++
				}
			}
			if got := float64(hit) / runs; got < tc.wantLo || got > tc.want {
				t.Errorf("coverage %.3f, want between %.2f and %.2f", got, tc.wantLo, tc.want)
			}
		})
	}
}

func TestDispersionIsRecovered(t *testing.T) {
	src := rand.New(rand.NewPCG(3, 4))
	for _, phi := range []float64{1, 2.5, 6} {
		var sum, df float64
		for range 400 {
			var c, e []float64
			for w := range 12 {
				growth := math.Exp(.04 * float64(w)) // a real rise must not count as noise
				ex := 5000 + 1500*math.Sin(float64(w))
				c = append(c, negativeBinomial(src, ex*.01*growth, phi))
				e = append(e, ex)
			}
			s, n := Dispersion(c, e)
			sum, df = sum+s, df+n
		}
		if got := sum / df; math.Abs(got-phi) > .12*phi {
			t.Errorf("phi %.1f: got %.2f", phi, got)
		}
	}
}

func TestCompare(t *testing.T) {
	two := func(a, b float64) map[string]float64 { return map[string]float64{"review": a, "social": b} }
	for _, tc := range []struct {
		name      string
		cur, prev Window
		phi       float64
		ratio     float64 // 0: undefined
		enough    bool
		dropped   int
	}{
		{"nothing", Window{}, Window{}, 1, 0, false, 0},
		{"too few", one(3, 1000), one(2, 1000), 1, 1.4, false, 0},
		{"same rate, twice the volume", one(200, 2000), one(100, 1000), 1, 1, true, 0},
		{"a new source is no rise", Window{two(100, 900), two(1000, 9000)}, Window{two(100, 0), two(1000, 0)}, 1, 1, true, 1},
		{"an outage is no fall", Window{two(100, 0), two(1000, 0)}, Window{two(100, 900), two(1000, 9000)}, 1, 1, true, 1},
		{"mix shift is no change", Window{two(10, 400), two(1000, 1000)}, Window{two(40, 100), two(4000, 250)}, 1, 1, true, 0},
		{"from nothing", one(80, 1000), one(0, 1000), 1, 161, true, 0},
		{"noise needs more", one(40, 1000), one(40, 1000), 4, 1, false, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := Compare(tc.cur, tc.prev, tc.phi)
			if tc.ratio == 0 {
				if !math.IsNaN(g.Ratio) {
					t.Errorf("ratio %v, want undefined", g.Ratio)
				}
			} else if math.Abs(g.Ratio-tc.ratio) > .01*tc.ratio+.005 {
				t.Errorf("ratio %v, want %v", g.Ratio, tc.ratio)
			}
			if g.Enough != tc.enough || len(g.Dropped) != tc.dropped {
				t.Errorf("enough %v dropped %v, want %v and %d", g.Enough, g.Dropped, tc.enough, tc.dropped)
			}
		})
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
	for i, v := range q[1:] {
		if v <= .05 {
			rejected++
		}
		if i > 0 && v < q[i] {
			t.Errorf("q[%d]=%v below its predecessor %v", i, v, q[i])
		}
	}
	if rejected != 4 {
		t.Errorf("%d rejected, want 4", rejected)
	}
	if got, want := q[4], .0095*15/4; math.Abs(got-want) > 1e-12 {
		t.Errorf("q of the fourth %v, want %v", got, want)
	}
}

func TestNullDataHasFewFalseDiscoveries(t *testing.T) {
	src := rand.New(rand.NewPCG(5, 6))
	const seeds, entities = 60, 200
	any := 0
	for range seeds {
		p := make([]float64, entities)
		for i := range p {
			mu := math.Exp(3 + 4*src.Float64())
			const phi = 2
			g := Compare(one(negativeBinomial(src, mu*1.2, phi), 12000), one(negativeBinomial(src, mu, phi), 10000), phi)
			p[i] = math.NaN()
			if g.Enough {
				p[i] = g.P
			}
		}
		for _, q := range QValues(p) {
			if q <= .05 {
				any++
				break
			}
		}
	}
	// On pure null data the false discovery rate is the chance of any discovery.
	if got := float64(any) / seeds; got > .12 {
		t.Errorf("%.2f of null data sets had a discovery at q = 0.05", got)
	}
}

func TestDecideSeasonal(t *testing.T) {
	grow := func(n1, n0 float64) Growth { return Compare(one(n1, 10000), one(n0, 10000), 1) }
	for _, tc := range []struct {
		name      string
		now, year Growth
		want      Verdict
	}{
		{"as last year", grow(400, 200), grow(380, 200), Seasonal},
		{"far beyond last year", grow(900, 200), grow(240, 200), Rising},
		{"no last year", grow(400, 200), Growth{}, Rising},
		{"falls as last year", grow(200, 400), grow(190, 400), Seasonal},
		{"falls, last year rose", grow(200, 400), grow(400, 200), Falling},
		{"nothing", grow(205, 200), grow(400, 200), Steady},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := Trend{Q: tc.now.P}
			decide(&tr, tc.now, tc.year, 1, Options{Days: 28, Alpha: .05}, 1)
			if tr.Verdict != tc.want {
				t.Errorf("verdict %s, want %s", tr.Verdict, tc.want)
			}
			for _, r := range tr.Reasons {
				for _, lang := range []string{"es", "en"} {
					if s := r.In(lang); s == r.Key || len(s) < 10 {
						t.Errorf("reason %q in %s reads %q", r.Key, lang, s)
					}
				}
			}
		})
	}
}
