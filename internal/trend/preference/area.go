package preference

import (
	"math"

	"antojo/internal/metric"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Area is a figure of one department as it was found, and drawn towards the others.
type Area struct {
	Key    string
	Direct metric.Value // with its own interval
	Shrunk metric.Value // undefined if n is below MinN or there are too few areas
	Own    float64      // weight of the area's own figure, 0…1; the rest is the others'
}

// Areas is a table of areas with what was learnt from them.
type Areas struct {
	List   []Area
	Mean   float64 // what areas are drawn towards
	Spread float64 // standard deviation of the true figures between areas
	Shared float64 // standard error that all areas have in common
}

// minAreas is how many areas the spread between them is learnt from at the least.
const minAreas = 5

// Shrink draws small areas towards the mean of all by the area-level model of R. E.
// Fay and R. A. Herriot (JASA 74 (1979) 269–277): figure = area's truth + error,
// truth = mean + departure, both normal. The spread of the departures has a flat
// prior and is integrated out rather than estimated, so that it is never taken to be
// zero and its own doubt is in the intervals (C. N. Morris and R. Tang, Statistical
// Science 26 (2011) 271–287; J. N. K. Rao and I. Molina, Small Area Estimation, 2nd ed.
// 2015, ch. 10). Intervals are the 2.5 % and 97.5 % quantile of the posterior, cut to
// lo…hi.
//
// Errors of the areas are smoothed as k/n by a generalised variance function (K. M.
// Wolter, Introduction to Variance Estimation, 2nd ed. 2007, ch. 7), because the
// error of a small area's error is large. A part that does not fall with n is what
// all areas share, the doubt about the model's own errors; it neither draws areas
// together nor apart, and is added to every interval.
//
// Areas below MinN observations help to learn the mean but get no figure.
func Shrink(list []Area, lo, hi float64) Areas {
	out := Areas{List: list}
	var y, n, v []float64
	var idx []int
	for i := range list {
		d := list[i].Direct
		list[i].Shrunk, list[i].Own = metric.Value{N: d.N}, 0
		if !d.Defined || d.N < 2 || !(d.High > d.Low) {
			continue
		}
		se := (d.High - d.Low) / (2 * z975)
		idx = append(idx, i)
		y = append(y, d.Value)
		n = append(n, float64(d.N))
		v = append(v, se*se)
	}
	if len(idx) < minAreas {
		return out
	}
	shared, k := varianceFunction(n, v)
	psi := make([]float64, len(idx))
	for i := range psi {
		psi[i] = k / n[i]
	}
	post := newPosterior(y, psi)
	out.Mean, out.Spread, out.Shared = post.mean(), math.Sqrt(post.spread()), math.Sqrt(shared)
	for j, i := range idx {
		a := &list[i]
		if a.Direct.N < MinN {
			continue
		}
		value, own := post.area(j)
		low, high := post.interval(j, shared)
		a.Own = own
		a.Shrunk = metric.Value{Value: clamp(value, lo, hi), Low: clamp(low, lo, hi), High: clamp(high, lo, hi), N: a.Direct.N, Defined: true, Corrected: a.Direct.Corrected, Raw: a.Direct.Raw}
	}
	return out
}

// z975 is the 97.5 % quantile of the standard normal.
const z975 = 1.959963984540054

func clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }

// varianceFunction fits variance = shared + k/n by least squares with relative
// errors, neither part below zero.
func varianceFunction(n, v []float64) (shared, k float64) {
	// Minimise Σ (1 − (s + k/n)/v)²; two normal equations.
	var a11, a12, a22, b1, b2 float64
	for i := range n {
		x1, x2 := 1/v[i], 1/(n[i]*v[i])
		a11 += x1 * x1
		a12 += x1 * x2
		a22 += x2 * x2
		b1 += x1
		b2 += x2
	}
	det := a11*a22 - a12*a12
	if det > 1e-12*a11*a22 {
		shared, k = (b1*a22-b2*a12)/det, (b2*a11-b1*a12)/det
	}
	if shared <= 0 || k <= 0 || det <= 1e-12*a11*a22 {
		shared, k = 0, b2/a22
	}
	return shared, k
}

// posterior is the posterior of the spread (as a variance A) on a grid.
type posterior struct {
	y, psi []float64
	a      []float64 // grid of A
	w      []float64 // posterior weight
	mu     []float64 // mean of the areas given A
	muVar  []float64
}

const gridPoints = 96

func newPosterior(y, psi []float64) *posterior {
	p := &posterior{y: y, psi: psi}
	// A = s·u/(1−u) for u in (0, 1): fine where A is about as large as the errors.
	scale := floats.Sum(psi) / float64(len(psi))
	logs := make([]float64, gridPoints)
	for g := range gridPoints {
		u := (float64(g) + .5) / gridPoints
		a := scale * u / (1 - u)
		sw, sy := 0.0, 0.0
		for i := range y {
			w := 1 / (a + psi[i])
			sw += w
			sy += w * y[i]
		}
		mu := sy / sw
		l := -.5*math.Log(sw) - 2*math.Log(1-u) // the last: dA/du
		for i := range y {
			l -= .5*math.Log(a+psi[i]) + .5*(y[i]-mu)*(y[i]-mu)/(a+psi[i])
		}
		logs[g] = l
		p.a, p.mu, p.muVar = append(p.a, a), append(p.mu, mu), append(p.muVar, 1/sw)
	}
	norm := floats.LogSumExp(logs)
	for _, l := range logs {
		p.w = append(p.w, math.Exp(l-norm))
	}
	return p
}

func (p *posterior) mean() float64   { return floats.Dot(p.w, p.mu) }
func (p *posterior) spread() float64 { return floats.Dot(p.w, p.a) }

// given returns the posterior mean and variance of area i at grid point g.
func (p *posterior) given(i, g int) (mean, variance, own float64) {
	own = p.a[g] / (p.a[g] + p.psi[i])
	return p.mu[g] + own*(p.y[i]-p.mu[g]), own*p.psi[i] + (1-own)*(1-own)*p.muVar[g], own
}

// area returns the posterior mean of area i and the weight of its own figure.
func (p *posterior) area(i int) (value, own float64) {
	for g, w := range p.w {
		m, _, o := p.given(i, g)
		value += w * m
		own += w * o
	}
	return value, own
}

// interval returns the 2.5 % and 97.5 % quantile of area i's truth, with a variance
// that all areas share on top: a mixture of normals, inverted by bisection.
func (p *posterior) interval(i int, shared float64) (low, high float64) {
	var weights, means, sds []float64
	lo, hi, sum := math.Inf(1), math.Inf(-1), 0.0
	for g, w := range p.w {
		if w < 1e-6 {
			continue
		}
		m, v, _ := p.given(i, g)
		sd := math.Sqrt(v + shared)
		weights, means, sds = append(weights, w), append(means, m), append(sds, sd)
		lo, hi, sum = math.Min(lo, m-5*sd), math.Max(hi, m+5*sd), sum+w
	}
	quantile := func(q float64) float64 {
		a, b := lo, hi
		for range 26 {
			mid := (a + b) / 2
			cdf := 0.0
			for g, w := range weights {
				cdf += w * distuv.UnitNormal.CDF((mid-means[g])/sds[g])
			}
			if cdf < q*sum {
				a = mid
			} else {
				b = mid
			}
		}
		return (a + b) / 2
	}
	return quantile(.025), quantile(.975)
}
