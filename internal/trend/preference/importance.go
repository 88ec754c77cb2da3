package preference

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// explained is the part of the outcome's variance that each group of predictors
// explains: the mean, over all orders in which the groups could enter the
// regression, of what R² gains when the group enters. That is the LMG measure of
// R. H. Lindeman, P. F. Merenda and R. Z. Gold (Introduction to Bivariate and
// Multivariate Analysis, 1980, p. 119 ff.), the general dominance of D. V. Budescu
// (Psychological Bulletin 114 (1993) 542–551) and the Shapley value (1953) of R² as
// a game; U. Grömping (The American Statistician 61 (2007) 139–147) compares it with
// others. The parts are never negative and add up to what all groups explain beyond
// the columns of base, which are always in.
//
// cross is the cross-product matrix of the columns and, last, the outcome. It is
// overwritten.
func explained(cross [][]float64, base []int, groups [][]int) []float64 {
	y := len(cross) - 1
	sweep(cross, 0) // the constant: what is left are sums of squares about the mean
	tss := cross[y][y]
	out := make([]float64, len(groups))
	if tss <= 0 {
		return out
	}
	for _, k := range base {
		sweep(cross, k)
	}
	// rss of every subset of groups, by walking the tree of "in" and "out": each step
	// in sweeps the group's columns into a copy.
	rss := make([]float64, 1<<len(groups))
	levels := make([][][]float64, len(groups)+1)
	for i := range levels {
		levels[i] = clone(cross)
	}
	var walk func(g, set int, m [][]float64)
	walk = func(g, set int, m [][]float64) {
		if g == len(groups) {
			rss[set] = m[y][y]
			return
		}
		walk(g+1, set, m)
		in := levels[g+1]
		for i := range m {
			copy(in[i], m[i])
		}
		for _, k := range groups[g] {
			sweep(in, k)
		}
		walk(g+1, set|1<<g, in)
	}
	walk(0, 0, levels[0])
	// Shapley weights |S|!(k−|S|−1)!/k!.
	k := len(groups)
	weight := make([]float64, k)
	for s := range weight {
		a, _ := math.Lgamma(float64(s + 1))
		b, _ := math.Lgamma(float64(k - s))
		c, _ := math.Lgamma(float64(k + 1))
		weight[s] = math.Exp(a + b - c)
	}
	for set := range rss {
		size := 0
		for g := range k {
			size += set >> g & 1
		}
		for g := range k {
			if set>>g&1 == 0 {
				out[g] += weight[size] * math.Max(0, rss[set]-rss[set|1<<g]) / tss
			}
		}
	}
	return out
}

// sweep is the sweep operator of A. E. Beaton (1964) as J. H. Goodnight describes it
// (The American Statistician 33 (1979) 149–158): after sweeping the columns of a set,
// the last diagonal element is the residual sum of squares of the regression on it. A
// column that the others already give is left alone.
func sweep(m [][]float64, k int) {
	d := m[k][k]
	if math.Abs(d) < 1e-9 {
		return
	}
	for i := range m {
		if i == k || m[i][k] == 0 {
			continue
		}
		b := m[i][k] / d
		ri, rk := m[i], m[k]
		for j := range ri {
			ri[j] -= b * rk[j]
		}
		ri[k] = -b
	}
	for j := range m[k] {
		m[k][j] /= d
	}
	m[k][k] = 1 / d
}

func clone(m [][]float64) [][]float64 {
	out := make([][]float64, len(m))
	for i := range m {
		out[i] = slices.Clone(m[i])
	}
	return out
}

// crossProduct sums n·zzᵀ over rows, z being the predictors followed by the outcome.
func crossProduct(rows []row, weights []float64) [][]float64 {
	p := len(rows[0].x)
	out := make([][]float64, p+1)
	for i := range out {
		out[i] = make([]float64, p+1)
	}
	for c, r := range rows {
		w := weights[c]
		if w == 0 {
			continue
		}
		for i, xi := range r.x {
			if xi == 0 {
				continue
			}
			wx := w * xi
			for j := i; j < p; j++ {
				out[i][j] += wx * r.x[j]
			}
			out[i][p] += wx * r.y
		}
		out[p][p] += w * r.y * r.y
	}
	for i := range out {
		for j := range i {
			out[i][j] = out[j][i]
		}
	}
	return out
}

// bootstraps is how many resamples the intervals of shares of variance rest on.
const bootstraps = 200

// shares is the part of the explained variance that each group has, with the 2.5 %
// and 97.5 % quantile over bootstrap samples: each kind of mention is drawn a
// Poisson number of times with its count as the mean (J. A. Hanley and B. MacGibbon,
// Computer Methods and Programs in Biomedicine 83 (2006) 57–62). The seed is fixed:
// equal counts give equal figures.
func shares(rows []row, base []int, groups [][]int) (value, low, high []float64) {
	weights := make([]float64, len(rows))
	for i, r := range rows {
		weights[i] = r.n
	}
	value = normalise(explained(crossProduct(rows, weights), base, groups))
	src := rand.New(rand.NewPCG(0x5e, 0x1e))
	draws := make([][]float64, len(groups))
	for range bootstraps {
		for i, r := range rows {
			weights[i] = distuv.Poisson{Lambda: r.n, Src: src}.Rand()
		}
		for g, v := range normalise(explained(crossProduct(rows, weights), base, groups)) {
			draws[g] = append(draws[g], v)
		}
	}
	low, high = make([]float64, len(groups)), make([]float64, len(groups))
	for g, d := range draws {
		slices.Sort(d)
		low[g] = math.Min(value[g], at(d, .025))
		high[g] = math.Max(value[g], at(d, .975))
	}
	return value, low, high
}

func normalise(v []float64) []float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	if sum > 0 {
		for i := range v {
			v[i] /= sum
		}
	}
	return v
}

// at is the q-quantile of sorted values, by linear interpolation.
func at(sorted []float64, q float64) float64 {
	x := q * float64(len(sorted)-1)
	i := int(x)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (x-float64(i))*(sorted[i+1]-sorted[i])
}
