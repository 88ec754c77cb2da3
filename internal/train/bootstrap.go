package train

import (
	"math"
	"math/rand/v2"
	"slices"
)

// resamples of every bootstrap.
const resamples = 1000

// Difference is a − b with its 95 % interval.
type Difference struct {
	Measure    string  `json:"measure"`
	Encoder    float64 `json:"encoder"`
	Baseline   float64 `json:"baseline"`
	Difference float64 `json:"difference"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
}

// Verdict of a difference: better and worse only if the interval excludes zero.
func (d Difference) Verdict() string { return verdict(d.Low, d.High) }

func verdict(low, high float64) string {
	switch {
	case low > 0:
		return "better"
	case high < 0:
		return "worse"
	}
	return "not distinguishable"
}

// cellsOfRows prepares rows for the bootstrap.
func cellsOfRows(rows []Row, pred [][numHeads]int8) []cells {
	out := make([]cells, len(rows))
	for i := range rows {
		out[i] = cellsOf(&rows[i].Labels, &pred[i])
	}
	return out
}

func sum(cs []cells) tally {
	t := newTally()
	for i := range cs {
		t.add(&cs[i])
	}
	return t
}

// bootstrap draws the rows anew, with replacement, and calls f with the tallies of
// each resample: one for every model, all of the same rows (Efron & Tibshirani
// 1993, chapters 13 and 16). The tallies are valid during the call. The same seed
// gives the same draws.
func bootstrap(models [][]cells, seed uint64, f func([]tally)) {
	n := len(models[0])
	if n == 0 {
		return
	}
	rng := rand.New(rand.NewPCG(seed, 2))
	ts := make([]tally, len(models))
	for m := range ts {
		ts[m] = newTally()
	}
	for range resamples {
		for _, t := range ts {
			clear(t)
		}
		for range n {
			i := rng.IntN(n)
			for m, t := range ts {
				t.add(&models[m][i])
			}
		}
		f(ts)
	}
}

// percentiles gives the 95 % percentile interval of what the resamples gave;
// resamples in which the figure was not defined are left out.
func percentiles(v []float64) (low, high float64) {
	v = slices.DeleteFunc(v, math.IsNaN)
	if len(v) == 0 {
		return math.NaN(), math.NaN()
	}
	slices.Sort(v)
	return v[len(v)*25/1000], v[min(len(v)-1, len(v)*975/1000)]
}

// Estimate is a figure with its 95 % interval.
type Estimate struct {
	Measure string  `json:"measure"`
	Value   float64 `json:"value"`
	Low     float64 `json:"low"`
	High    float64 `json:"high"`
}

// estimate gives the measures that are defined on the rows, with intervals.
func estimate(cs []cells, ms []measure, seed uint64) []Estimate {
	all := sum(cs)
	var defined []measure
	var out []Estimate
	for _, m := range ms {
		if v := m.get(all); !math.IsNaN(v) {
			defined = append(defined, m)
			out = append(out, Estimate{Measure: m.name, Value: v})
		}
	}
	draws := make([][]float64, len(defined))
	bootstrap([][]cells{cs}, seed, func(ts []tally) {
		for k, m := range defined {
			draws[k] = append(draws[k], m.get(ts[0]))
		}
	})
	for k := range out {
		out[k].Low, out[k].High = percentiles(draws[k])
	}
	return out
}

// compare gives each headline figure of two models on the same rows and the 95 %
// interval of the difference by the paired bootstrap.
func compare(rows []Row, a, b [][numHeads]int8, seed uint64) []Difference {
	return compareCells(cellsOfRows(rows, a), cellsOfRows(rows, b), headline, seed)
}

func compareCells(a, b []cells, ms []measure, seed uint64) []Difference {
	ta, tb := sum(a), sum(b)
	var defined []measure
	var out []Difference
	for _, m := range ms {
		if x, y := m.get(ta), m.get(tb); !math.IsNaN(x) && !math.IsNaN(y) {
			defined = append(defined, m)
			out = append(out, Difference{Measure: m.name, Encoder: x, Baseline: y, Difference: x - y})
		}
	}
	draws := make([][]float64, len(defined))
	bootstrap([][]cells{a, b}, seed, func(ts []tally) {
		for k, m := range defined {
			draws[k] = append(draws[k], m.get(ts[0])-m.get(ts[1]))
		}
	})
	for k := range out {
		out[k].Low, out[k].High = percentiles(draws[k])
	}
	return out
}
