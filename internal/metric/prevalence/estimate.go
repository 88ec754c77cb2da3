package prevalence

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/metric"
)

// stratum is what a window holds of one source: how often the model gave each class.
type stratum struct {
	source int // index into sources
	counts vector
}

// A contrast is a weighted sum of the shares of the true classes, such as the share
// of one class, or positive minus negative.
type contrast = vector

func share(class int) contrast {
	var c contrast
	c[class] = 1
	return c
}

// head answers for one head of the model. Matrices of a source, and the weights that
// estimate a contrast with them, are made when first asked for.
type head struct {
	p       *posterior
	mu      sync.Mutex
	sources [numSources]*drawn
	made    map[weightKey]*weights
}

type weightKey struct {
	c      contrast
	source int
}

// weights estimate a contrast from predicted classes, one for each draw of the matrix.
type weights [draws]vector

// source returns the matrices of a source; h.mu is held.
func (h *head) source(s int) *drawn {
	if h.sources[s] == nil {
		h.sources[s] = h.p.source(s)
		for r := range h.p.k {
			h.sources[s].back[r] = solve(h.sources[s].mean, share(r), h.p.k)
		}
	}
	return h.sources[s]
}

func (h *head) weights(c contrast, source int) *weights {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := weightKey{c, source}
	w := h.made[k]
	if w == nil {
		m := h.source(source)
		w = &weights{}
		for d := range w {
			w[d] = solve(m.draws[d], c, h.p.k)
		}
		h.made[k] = w
	}
	return w
}

// back returns the weights of the mean matrix for the share of each class.
func (h *head) back(source int) *matrix {
	h.mu.Lock()
	defer h.mu.Unlock()
	return &h.source(source).back
}

// normals is the window's own chance in each draw: the quantiles of the normal
// distribution in a fixed disorder, so that equal counts give equal figures.
var normals = sync.OnceValue(func() *[2][maxClasses * numSources][draws]float64 {
	var z [2][maxClasses * numSources][draws]float64
	rng := rand.New(rand.NewPCG(1, 0x6e6f726d))
	for i := range z {
		for j := range z[i] {
			for d, p := range rng.Perm(draws) {
				z[i][j][d] = distuv.UnitNormal.Quantile((float64(p) + 0.5) / draws)
			}
		}
	}
	return &z
})

// smoothed turns the counts of the strata into shares of predicted classes, with
// Jeffreys' half count a class spread over the strata by their size: for the
// variance of a class that never came, and against overconfidence in small windows.
func smoothed(strata []stratum, n float64, k int) []vector {
	out := make([]vector, len(strata))
	for i, s := range strata {
		extra := jeffreys * sum(s.counts) / n
		for j := range k {
			out[i][j] = s.counts[j] + extra
		}
		scale(&out[i], 1/sum(out[i]))
	}
	return out
}

// total is the number of texts in all strata.
func total(strata []stratum) (n float64) {
	for _, s := range strata {
		n += sum(s.counts)
	}
	return n
}

// shares estimates how often each true class occurs: the adjusted count of each
// source by its matrix, added up by the sources' sizes, and, where that leaves the
// simplex, the nearest point of it.
func (h *head) shares(strata []stratum) vector {
	n := total(strata)
	var pi vector
	for _, s := range strata {
		back := h.back(s.source)
		for r := range h.p.k {
			for j := range h.p.k {
				pi[r] += back[r][j] * s.counts[j] / n
			}
		}
	}
	return onSimplex(pi, h.p.k)
}

// onSimplex is the nearest point to v whose parts are not negative and sum to 1
// (Held, Wolfe & Crowder, Mathematical Programming 6 (1974) 62–88).
func onSimplex(v vector, k int) vector {
	u := v
	slices.SortFunc(u[:k], func(a, b float64) int {
		switch {
		case a > b:
			return -1
		case a < b:
			return 1
		}
		return 0
	})
	run, shift := 0.0, 0.0
	for i := range k {
		run += u[i]
		if t := (run - 1) / float64(i+1); u[i] > t {
			shift = t
		}
	}
	var out vector
	for j := range k {
		out[j] = math.Max(0, v[j]-shift)
	}
	return out
}

// interval is the 95 % interval of a contrast: in each draw of the matrices, the
// contrast that the window shows with it, moved by a draw of the window's chance;
// of these the quantiles. The window's chance has the variance and skewness of a
// Dirichlet posterior (Cornish & Fisher's expansion to its second term), for small
// windows. It is not cut to where the contrast can lie.
func (h *head) interval(strata []stratum, c contrast) (low, high float64) {
	n, k := total(strata), h.p.k
	p := smoothed(strata, n, k)
	var mean, variance, skewness [draws]float64
	for i, s := range strata {
		part := sum(s.counts) / n
		size := part * part / (sum(s.counts) + jeffreys*float64(k)*part)
		cube := 2 * size * size / part // third cumulant of a Dirichlet share
		q, w := &p[i], h.weights(c, s.source)
		for d := range w {
			v := &w[d]
			mu := v[0]*q[0] + v[1]*q[1] + v[2]*q[2]
			if k > 3 {
				mu += v[3]*q[3] + v[4]*q[4]
			}
			second, third := 0.0, 0.0
			for j := range k {
				e := v[j] - mu
				s := q[j] * e * e
				second += s
				third += s * e
			}
			mean[d] += part * mu
			variance[d] += size * second
			skewness[d] += cube * third
		}
	}
	var theta [2 * draws]float64 // two for each matrix, the window's chance being cheap
	x, y := &normals()[0][0], &normals()[0][1]
	for d := range draws {
		sd, lean := math.Sqrt(variance[d]), skewness[d]/(6*variance[d])
		theta[d] = mean[d] + x[d]*sd + (x[d]*x[d]-1)*lean
		theta[draws+d] = mean[d] + y[d]*sd + (y[d]*y[d]-1)*lean
	}
	return middle(theta[:])
}

// ratio is the 95 % interval of one contrast over another that cannot be negative,
// such as the net of those who speak of an aspect. Draws in which nobody does say
// nothing, and count for either end.
func (h *head) ratio(strata []stratum, above, below contrast, least, most float64) (low, high float64) {
	n, k := total(strata), h.p.k
	p := smoothed(strata, n, k)
	var a, b, theta [draws]float64
	z := normals()
	for i, s := range strata {
		part := sum(s.counts) / n
		wa, wb := h.weights(above, s.source), h.weights(below, s.source)
		var sd vector
		for j := range k {
			sd[j] = math.Sqrt(p[i][j] / (sum(s.counts) + jeffreys*float64(k)*part))
		}
		for d := range draws {
			// Multinomial chance from independent normals: √p·z less its projection on p.
			var q vector
			drift := 0.0
			for j := range k {
				q[j] = sd[j] * z[1][s.source*maxClasses+j][d]
				drift += q[j]
			}
			for j := range k {
				x := part * (p[i][j] + q[j] - p[i][j]*drift)
				a[d] += wa[d][j] * x
				b[d] += wb[d][j] * x
			}
		}
	}
	lost := 0
	for d := range theta {
		if b[d] <= tiny {
			theta[d] = least - 1 // sorted to the front, and turned to the back below
			if lost++; lost%2 == 0 {
				theta[d] = most + 1
			}
			continue
		}
		theta[d] = math.Max(least, math.Min(most, a[d]/b[d]))
	}
	return middle(theta[:])
}

// tail is how many of 2·draws lie beyond a quantile, and two more to interpolate.
const tail = 2*draws*25/1000 + 2

// middle returns the 2.5 % and 97.5 % quantiles of at most 2·draws figures. It keeps
// the outermost of either end in order, which is much less work than to sort all.
func middle(theta []float64) (low, high float64) {
	at := 0.025*float64(len(theta)) - 0.5
	i := int(at)
	var leastOf, mostOf [tail]float64
	least, most := leastOf[:i+2], mostOf[:i+2] // most is negated, so that both are rising
	for j := range least {
		least[j], most[j] = math.Inf(1), math.Inf(1)
	}
	keep := func(ends []float64, x float64) {
		i := len(ends) - 1
		for ; i > 0 && ends[i-1] > x; i-- {
			ends[i] = ends[i-1]
		}
		ends[i] = x
	}
	for _, x := range theta {
		if x < least[i+1] {
			keep(least, x)
		}
		if -x < most[i+1] {
			keep(most, -x)
		}
	}
	f := at - float64(i)
	return least[i] + f*(least[i+1]-least[i]), -(most[i] + f*(most[i+1]-most[i]))
}

// value dresses an estimate with its interval. The interval never leaves where the
// figure can lie, never leaves out the estimate, and is never shorter than that of
// a perfect model that found the estimate in as many texts.
func value(estimate, low, high, least, most float64, raw, perfect metric.Value) metric.Value {
	clip := func(x float64) float64 { return math.Max(least, math.Min(most, x)) }
	estimate = clip(estimate) // rounding may leave the scale
	return metric.Value{
		Value:   estimate,
		Low:     math.Min(clip(low), math.Min(perfect.Low, estimate)),
		High:    math.Max(clip(high), math.Max(perfect.High, estimate)),
		N:       raw.N,
		Defined: true,
		Raw:     raw.Value, Corrected: true,
	}
}
