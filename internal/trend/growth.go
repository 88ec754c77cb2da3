package trend

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// Window holds what one entity and its surroundings did in one window, by source.
type Window struct {
	Count    map[string]float64 // mentions of the entity, by source
	Exposure map[string]float64 // all mentions about food, by source
}

// Growth is a change of rate with its uncertainty. Ratio is current over
// expected: 1.33 means a third more than the previous window would give at
// today's volume of the same sources.
type Growth struct {
	N, NPrevious int64   // mentions in both windows, over the sources compared
	Ratio        float64 // NaN when undefined
	Low, High    float64 // 95 % interval of Ratio
	LogSE        float64 // standard error of log Ratio
	P            float64 // two-sided
	Enough       bool    // the power rule holds
	Dropped      []string
}

// minExposure is the number of mentions a source needs in each window to be
// compared: below it the source counts as silent (started, stopped or broken),
// and its mentions say nothing about a change.
const minExposure = 20

// Compare computes the growth of an entity from previous to current.
//
// The expected count is indirectly standardised over sources: each source's
// previous count times that source's change of volume, so neither a new
// connector, nor an outage, nor a busier week counts as growth. The interval is
// log-normal with quasi-Poisson variance φ(1/n₁+1/n₀) (Breslow & Day, Statistical
// Methods in Cancer Research II, 1987, §2.3; McCullagh & Nelder, Generalized
// Linear Models, 1989, §6.2.3 for φ), with half a mention added to each count so
// that zero has an interval.
//
// Power rule: figures are given only where a doubling would be found with 80 %
// power at the 5 % level, i.e. (z.975+z.8)·se ≤ log 2 at the mean of both counts.
func Compare(current, previous Window, phi float64) Growth {
	phi = math.Max(phi, 1)
	var g Growth
	var n1, n0, expected float64
	for _, s := range sources(current, previous) {
		e1, e0 := current.Exposure[s], previous.Exposure[s]
		if e1 < minExposure || e0 < minExposure {
			if current.Count[s]+previous.Count[s] > 0 {
				g.Dropped = append(g.Dropped, s)
			}
			continue
		}
		n1 += current.Count[s]
		n0 += previous.Count[s]
		expected += previous.Count[s] * e1 / e0
	}
	g.N, g.NPrevious = int64(n1), int64(n0)
	g.Ratio, g.Low, g.High, g.P = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	if n1+n0 == 0 {
		return g
	}
	scale := 1.0 // exposure ratio of the sources the entity lives in
	if n0 > 0 {
		scale = expected / n0
	} else if t0, t1 := total(previous.Exposure), total(current.Exposure); t0 > 0 {
		scale = t1 / t0
	}
	mean := (n1 + n0) / 2
	g.Enough = (z975+z80)*math.Sqrt(2*phi/mean) <= math.Ln2
	g.Ratio = (n1 + .5) / ((n0 + .5) * scale)
	g.LogSE = math.Sqrt(phi * (1/(n1+.5) + 1/(n0+.5)))
	l := math.Log(g.Ratio)
	g.Low, g.High = math.Exp(l-z975*g.LogSE), math.Exp(l+z975*g.LogSE)
	g.P = twoSided(l / g.LogSE)
	return g
}

var (
	z975 = distuv.UnitNormal.Quantile(.975)
	z80  = distuv.UnitNormal.Quantile(.8)
)

func twoSided(z float64) float64 { return 2 * distuv.UnitNormal.CDF(-math.Abs(z)) }

func sources(ws ...Window) []string {
	seen := map[string]bool{}
	for _, w := range ws {
		for s := range w.Exposure {
			seen[s] = true
		}
		for s := range w.Count {
			seen[s] = true
		}
	}
	out := make([]string, 0, len(seen))
	for s := range seen {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

func total(m map[string]float64) float64 {
	var t float64
	for _, v := range m {
		t += v
	}
	return t
}

// Dispersion estimates φ, the variance of weekly counts over their mean, from
// successive differences, so that a real rise does not look like noise: for
// counts y and exposures e, y[t+1]−k·y[t] with k=e[t+1]/e[t] has variance
// φ(μ[t+1]+k²μ[t]) (von Neumann's mean square successive difference, Ann. Math.
// Stat. 12, 1941, in its Poisson form). It returns the sum of the squared
// standardised differences and their number; weeks without exposure are skipped.
func Dispersion(counts, exposure []float64) (sum, df float64) {
	for t := 0; t+1 < len(counts); t++ {
		if exposure[t] < minExposure || exposure[t+1] < minExposure {
			continue
		}
		k := exposure[t+1] / exposure[t]
		both := counts[t] + counts[t+1]
		if both == 0 {
			continue
		}
		rate := both / (1 + k) // expected count of week t under a common rate
		d := counts[t+1] - k*counts[t]
		sum += d * d / (rate*k + k*k*rate)
		df++
	}
	return sum, df
}

// shrinkPhi pulls an entity's own dispersion towards that of all entities, with
// the weight of priorDF weeks, and never below Poisson.
func shrinkPhi(sum, df, pooled float64) float64 {
	const priorDF = 8
	return math.Max(1, (sum+priorDF*pooled)/(df+priorDF))
}

// QValues returns the Benjamini–Hochberg adjusted p-values (J. R. Stat. Soc. B
// 57, 1995); NaN stays NaN and is not counted as looked at.
func QValues(p []float64) []float64 {
	q := make([]float64, len(p))
	var idx []int
	for i, v := range p {
		q[i] = math.NaN()
		if !math.IsNaN(v) {
			idx = append(idx, i)
		}
	}
	sort.SliceStable(idx, func(a, b int) bool { return p[idx[a]] < p[idx[b]] })
	best := 1.0
	for k := len(idx) - 1; k >= 0; k-- {
		i := idx[k]
		best = math.Min(best, p[i]*float64(len(idx))/float64(k+1))
		q[i] = best
	}
	return q
}
