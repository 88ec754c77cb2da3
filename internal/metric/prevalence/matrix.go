package prevalence

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
)

// draws is how many confusion matrices are drawn from their posterior. The
// quantiles of a figure then lie within a few per cent of its interval's length of
// where infinitely many draws would put them.
const draws = 1024

// maxClasses is the width of the widest head.
const maxClasses = 5

// vector is a distribution over the classes of a head, or a weight for each.
type vector [maxClasses]float64

// matrix has a row for each true class: how often it is called which.
type matrix [maxClasses]vector

// posterior is what is known of a head's confusion matrices: the matrix of all
// sources in each draw, and how alike the sources are in it.
type posterior struct {
	k      int
	counts [numSources][maxClasses]vector // development rows by source
	common [draws]matrix
	alpha  [draws]float64
	seed   uint64
}

// drawn is the posterior of one source's matrix.
type drawn struct {
	draws [draws]matrix
	mean  matrix
	back  matrix // row r: weights on predicted classes that estimate the share of class r by the mean matrix
}

const numSources = 4

// sources fixes the order of the sources here: that of mention.Sources.
var sources = [numSources]mention.Source{mention.Review, mention.Delivery, mention.Social, mention.Survey}

// jeffreys is the prior count of a cell: with it intervals from the posterior keep
// their coverage in repeated use (Brown, Cai & DasGupta, Statistical Science 16
// (2001) 101–133, for one share; the simulation in the tests, for all this is for).
const jeffreys = 0.5

// concentrations are the candidates for how alike the sources are: a source's row
// of the matrix is taken to be drawn from a Dirichlet distribution around the row of
// all sources with that concentration. +Inf says that all sources are the same.
var concentrations = []float64{4, 8, 16, 32, 64, 128, 256, 512, 1024, math.Inf(1)}

// newPosterior draws the matrices of all sources from what their counts say. Rows of
// a source are pooled partially with those of the others, as far as the counts
// themselves say that the sources are alike: the Dirichlet-multinomial likelihood
// weighs the concentrations, and each draw takes one of them. In a source with many
// rows its own rows decide; one with few or none borrows from the rest and is as
// uncertain as the sources differ.
//
// kin are the counts of like heads, nil if there are none: what is said of one
// aspect is misread much as what is said of another, and most aspects have few rows
// of their own. They are pooled in the same way, row by row, one level up.
func newPosterior(counts *[numSources][maxClasses]vector, kin [][maxClasses]vector, k int, seed uint64) *posterior {
	p := &posterior{k: k, counts: *counts, seed: seed}
	rng := rand.New(rand.NewPCG(seed, 0x70726576))
	pick := alikeness(counts[:], 0, k, k)
	pickKin := make([]func(float64) float64, k)
	for r := range k {
		pickKin[r] = alikeness(kin, r, r+1, k)
	}
	// In disorder, so that concentrations do not follow a figure's own chance.
	for d, i := range rng.Perm(draws) {
		p.alpha[d] = pick((float64(i) + 0.5) / draws)
		for r := range k {
			prior := flat(k)
			if kin != nil {
				alpha := pickKin[r](rng.Float64())
				others := pooled(kin, prior, r, alpha)
				// What is borrowed never counts for more rows than stand behind it.
				strength := math.Min(alpha, sum(others))
				prior = dirichlet(others, k, rng)
				scale(&prior, strength)
			}
			p.common[d][r] = dirichlet(pooled(counts[:], prior, r, p.alpha[d]), k, rng)
		}
	}
	return p
}

// flat is the prior of a row of which nothing is known.
func flat(k int) (out vector) {
	for j := range k {
		out[j] = jeffreys
	}
	return out
}

// source draws the matrices of one source.
func (p *posterior) source(s int) *drawn {
	out := &drawn{}
	rng := rand.New(rand.NewPCG(p.seed, uint64(s)))
	for d := range draws {
		for r := range p.k {
			a := p.common[d][r]
			if alpha := p.alpha[d]; !math.IsInf(alpha, 1) {
				for j := range p.k {
					a[j] = p.counts[s][r][j] + alpha*a[j]
				}
				a = dirichlet(a, p.k, rng)
			}
			out.draws[d][r] = a
			for j := range p.k {
				out.mean[r][j] += a[j] / draws
			}
		}
	}
	return out
}

// pooled adds row r of all groups to a prior. Where groups differ, n rows of one
// group say less of all than n rows would: the variance of a Dirichlet-multinomial
// share is (α+n)/(α+1) times the binomial one.
func pooled(counts [][maxClasses]vector, prior vector, r int, alpha float64) vector {
	a := prior
	for s := range counts {
		n := sum(counts[s][r])
		if n == 0 {
			continue
		}
		weight := 1.0
		if !math.IsInf(alpha, 1) {
			weight = (alpha + 1) / (alpha + n)
		}
		for j, x := range counts[s][r] {
			a[j] += weight * x
		}
	}
	return a
}

// alikeness returns the quantile function of the posterior of how alike the groups
// are in some rows, all concentrations being equally likely at first.
func alikeness(counts [][maxClasses]vector, from, to, k int) func(q float64) float64 {
	logs := make([]float64, len(concentrations))
	top := math.Inf(-1)
	for i, alpha := range concentrations {
		for r := from; r < to; r++ {
			base := pooled(counts, flat(k), r, alpha)
			scale(&base, 1/sum(base))
			for s := range counts {
				logs[i] += logDirichletMultinomial(counts[s][r], base, alpha, k)
			}
		}
		top = math.Max(top, logs[i])
	}
	total := 0.0
	for i := range logs {
		logs[i] = math.Exp(logs[i] - top)
		total += logs[i]
	}
	return func(q float64) float64 {
		q *= total
		for i, w := range logs {
			if q -= w; q <= 0 {
				return concentrations[i]
			}
		}
		return concentrations[len(concentrations)-1]
	}
}

// logDirichletMultinomial is the log-likelihood of counts, but for a term that does
// not depend on alpha.
func logDirichletMultinomial(counts, base vector, alpha float64, k int) float64 {
	n, out := sum(counts), 0.0
	if n == 0 {
		return 0
	}
	if math.IsInf(alpha, 1) {
		for j := range k {
			if counts[j] > 0 {
				out += counts[j] * math.Log(base[j])
			}
		}
		return out
	}
	lgamma := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	out = lgamma(alpha) - lgamma(alpha+n)
	for j := range k {
		if counts[j] > 0 {
			out += lgamma(alpha*base[j]+counts[j]) - lgamma(alpha*base[j])
		}
	}
	return out
}

func dirichlet(a vector, k int, rng *rand.Rand) vector {
	var out vector
	for j := range k {
		// Below a thousandth the gamma variate is zero for all that matters here.
		if a[j] > 1e-3 {
			out[j] = distuv.Gamma{Alpha: a[j], Beta: 1, Src: rng}.Rand()
		}
	}
	if s := sum(out); s > 0 {
		scale(&out, 1/s)
	}
	return out
}

func sum(v vector) (s float64) {
	for _, x := range v {
		s += x
	}
	return s
}

func scale(v *vector, f float64) {
	for i := range v {
		v[i] *= f
	}
}

// solve returns w with A·w = c for the k×k part of a, by Gaussian elimination with
// partial pivoting. A weight w on predicted classes then has the mean c[r] among
// texts of true class r, so that its mean over a window is c·π. Pivots that vanish
// are held away from zero: the weights of a singular matrix are huge rather than
// undefined, and the interval as wide as it should be.
func solve(a matrix, c vector, k int) vector {
	for i := range k {
		p := i
		for r := i + 1; r < k; r++ {
			if math.Abs(a[r][i]) > math.Abs(a[p][i]) {
				p = r
			}
		}
		a[i], a[p], c[i], c[p] = a[p], a[i], c[p], c[i]
		if math.Abs(a[i][i]) < tiny {
			a[i][i] = math.Copysign(tiny, a[i][i])
		}
		for r := i + 1; r < k; r++ {
			f := a[r][i] / a[i][i]
			for j := i; j < k; j++ {
				a[r][j] -= f * a[i][j]
			}
			c[r] -= f * c[i]
		}
	}
	for i := k - 1; i >= 0; i-- {
		for j := i + 1; j < k; j++ {
			c[i] -= a[i][j] * c[j]
		}
		c[i] /= a[i][i]
	}
	return c
}

const tiny = 1e-9
