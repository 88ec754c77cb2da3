package prevalence

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// truth is a sentiment model of known errors, about as good as the shipped one.
var truth = [3][3]float64{{.80, .14, .06}, {.16, .68, .16}, {.05, .12, .83}}

// devMix is the class mix of the development rows: another one than that of any
// window below.
var devMix = []float64{.45, .15, .40}

// cell is one line of the simulation: a true mix, the size of the window and that
// of the development rows.
type cell struct {
	mix    []float64
	n, dev int
}

func (c cell) String() string { return fmt.Sprintf("mix=%v/n=%d/dev=%d", c.mix, c.n, c.dev) }

func multinomial(n int, p []float64, rng *rand.Rand) []int64 {
	out := make([]int64, len(p))
	for range n {
		u := rng.Float64()
		k := 0
		for k < len(p)-1 && u >= p[k] {
			u -= p[k]
			k++
		}
		out[k]++
	}
	return out
}

// develop draws the confusion matrix that dev development rows would show.
func develop(dev int, a [3][3]float64, source mention.Source, rng *rand.Rand) Cell {
	c := Cell{Head: "sentiment", Source: source, Relevant: true}
	for r, n := range multinomial(dev, devMix, rng) {
		c.Counts = append(c.Counts, multinomial(int(n), a[r][:], rng))
	}
	return c
}

// observe draws what the model says of a window of n texts.
func observe(n int, mix []float64, a [3][3]float64, rng *rand.Rand) metric.Counts {
	p := make([]float64, 3)
	for r, m := range mix {
		for j := range p {
			p[j] += m * a[r][j]
		}
	}
	k := multinomial(n, p, rng)
	return metric.Counts{Mentions: int64(n), Scored: int64(n), Neg: k[0], Neu: k[1], Pos: k[2]}
}

// figures are the measures of the simulation with their true values in a mix.
var figures = []struct {
	name  string
	truth func(mix []float64) float64
}{
	{"negative_share", func(m []float64) float64 { return m[0] }},
	{"neutral_share", func(m []float64) float64 { return m[1] }},
	{"positive_share", func(m []float64) float64 { return m[2] }},
	{"net_sentiment", func(m []float64) float64 { return m[2] - m[0] }},
}

// rates are how often the intervals of each figure held the truth.
type rates struct{ corrected, raw [4]float64 }

// score counts whether the intervals of a window hold the truth.
func (r *rates) score(m *Model, w *Window, mix []float64, weight float64) {
	var all metric.Counts
	for s := range w {
		all.Add(w[s])
	}
	for i, f := range figures {
		measure, _ := metric.MeasureByName(f.name)
		raw := measure.Value(all)
		v, _ := m.Correct(f.name, w, raw, false, 0)
		want := f.truth(mix)
		if v.Low <= want && want <= v.High {
			r.corrected[i] += weight
		}
		if raw.Low <= want && want <= raw.High {
			r.raw[i] += weight
		}
	}
}

// inParallel runs f for each index on all cores.
func inParallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range n {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	wg.Wait()
}

// The interval of a corrected figure must hold the truth in 93 to 97 of 100
// windows whose class mix is not that of the development rows, where the truth does
// not lie at the edge; intervals of raw figures must be seen to fail, or the
// simulation would prove nothing.
func TestIntervalsHoldTheTruthWhenTheMixShifts(t *testing.T) {
	replications := 2000
	if testing.Short() {
		replications = 200
	}
	devs := []int{200, 650, 2000}
	var cells []cell
	for _, dev := range devs {
		for _, mix := range [][]float64{{.10, .20, .70}, {.60, .25, .15}, {.33, .34, .33}, {.85, .10, .05}} {
			for _, n := range []int{100, 1000, 10_000} {
				cells = append(cells, cell{mix, n, dev})
			}
		}
	}
	got := make([]rates, len(cells))
	inParallel(len(devs), func(i int) {
		rng := rand.New(rand.NewPCG(uint64(i), 95))
		for range replications {
			// One matrix serves a window of each cell; replications of a cell are independent.
			m := New(&Confusion{Model: "sim", Cells: []Cell{develop(devs[i], truth, mention.Review, rng)}})
			for j, c := range cells {
				if c.dev == devs[i] {
					got[j].score(m, &Window{observe(c.n, c.mix, truth, rng)}, c.mix, 1/float64(replications))
				}
			}
		}
	})
	var mean [4]float64
	collapsed := 0
	for i, c := range cells {
		t.Logf("%-40s corrected %.3f raw %.3f", c, got[i].corrected, got[i].raw)
		slack := .02
		if c.dev < 400 { // 30 rows of the rarest class are not enough for all of its promise
			slack = .03
		}
		if testing.Short() {
			slack = noise(replications)
		}
		for k, f := range figures {
			mean[k] += got[i].corrected[k] / float64(len(cells))
			if r := got[i].corrected[k]; math.Abs(r-.95) > slack {
				t.Errorf("%s: %s: the corrected interval holds the truth in %.1f %% of the windows, want 95 ± %.0f", c, f.name, 100*r, 100*slack)
			}
			if got[i].raw[k] < .5 {
				collapsed++
			}
		}
	}
	for k, f := range figures {
		if math.Abs(mean[k]-.95) > .01 {
			t.Errorf("%s: over all cells %.1f %%, want 94 to 96", f.name, 100*mean[k])
		}
	}
	if all := 4 * len(cells); collapsed < all/2 {
		t.Errorf("raw intervals fall below 50 %% in only %d of %d figures: the mixes do not shift enough to test anything", collapsed, all)
	}
}

// noise is how far chance may put a true 95 % in that many replications.
func noise(replications int) float64 { return 4.5 * math.Sqrt(.95*.05/float64(replications)) }

// Windows are usually of several sources, the errors differ by source, and so do
// the mixes; the figure asked for is that of the whole window.
func TestIntervalsHoldTheTruthOverSourcesThatDiffer(t *testing.T) {
	replications, slack := 2000, .02
	if testing.Short() {
		replications, slack = 200, noise(200)
	}
	mixes := [numSources][]float64{{.2, .2, .6}, {.7, .1, .2}, {.15, .35, .5}, {.3, .3, .4}}
	sizes := [numSources]int{300, 500, 1100, 100}
	devs := [numSources]int{120, 320, 280, 60}
	for _, tc := range []struct {
		name  string
		alpha float64 // concentration of the sources' true rows; +Inf = all alike
	}{{"alike", math.Inf(1)}, {"different", 25}} {
		t.Run(tc.name, func(t *testing.T) {
			mix, n := make([]float64, 3), 0
			for s := range sizes {
				n += sizes[s]
				for r := range mix {
					mix[r] += float64(sizes[s]) * mixes[s][r]
				}
			}
			for r := range mix {
				mix[r] /= float64(n)
			}
			const parts = 4
			var got [parts]rates
			inParallel(parts, func(i int) {
				rng := rand.New(rand.NewPCG(uint64(i), 96))
				for range replications / parts {
					c := &Confusion{Model: "sim"}
					var w Window
					for s, source := range sources {
						a := truth
						for r := range a {
							if math.IsInf(tc.alpha, 1) {
								break
							}
							row := vector{tc.alpha * a[r][0], tc.alpha * a[r][1], tc.alpha * a[r][2]}
							d := dirichlet(row, 3, rng)
							a[r] = [3]float64{d[0], d[1], d[2]}
						}
						c.Cells = append(c.Cells, develop(devs[s], a, source, rng))
						w[s] = observe(sizes[s], mixes[s], a, rng)
					}
					got[i].score(New(c), &w, mix, float64(parts)/float64(replications))
				}
			})
			for k, f := range figures {
				corrected, raw := 0.0, 0.0
				for i := range got {
					corrected += got[i].corrected[k] / parts
					raw += got[i].raw[k] / parts
				}
				t.Logf("%s: corrected %.3f raw %.3f", f.name, corrected, raw)
				if math.Abs(corrected-.95) > slack {
					t.Errorf("%s: the corrected interval holds the truth in %.1f %% of the windows, want 95 ± %.0f", f.name, 100*corrected, 100*slack)
				}
			}
		})
	}
}
