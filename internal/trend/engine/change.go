package engine

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

var (
	z975 = distuv.UnitNormal.Quantile(.975)
	z80  = distuv.UnitNormal.Quantile(.8)
)

// side is one side of a comparison: a count and what it would be at a constant
// rate, in any unit common to both sides.
type side struct {
	y, m  float64
	weeks float64
}

// noise is an entity's variance law: a week's count with mean μ has variance
// φ₀μ + κμ² (Poisson and gamma mixed: negative binomial, NB2, of A. C. Cameron &
// P. K. Trivedi, Regression Analysis of Count Data, 2013, §3.3, with a
// quasi-Poisson factor), each times scale.
type noise struct {
	phi0, kappa float64 // κ over many weeks
	fewer       float64 // how much less of κ one week has, see memory
	df          float64
}

// phi is the variance of the count over its mean, at mean mu a week over some weeks.
func (n noise) phi(mu, weeks float64) float64 {
	return n.phi0 + (n.kappa-n.fewer/math.Max(weeks, 1))*mu
}

// change tests a side against a reference: the signed root of the quasi-deviance
// of two counts with means in the ratio m_A:m_R·e^−δ (McCullagh & Nelder,
// Generalized Linear Models, 1989, §§2.4.3, 4.4.3 and 9.3), against Student's t with the
// degrees of freedom of the dispersion. Signed roots keep their size in the
// tails, where Wald's statistic does not (D. A. Pierce & D. W. Schafer, JASA 81,
// 1986, 977–986). delta is the expected log ratio, varDelta its variance, which
// is added to that of the counts.
func (n noise) change(a, r side, delta, varDelta float64) (z, p float64) {
	if a.m <= 0 || r.m <= 0 || a.y+r.y <= 0 {
		return 0, 1
	}
	rho := a.m / r.m * math.Exp(delta)
	total := a.y + r.y
	ea, er := total*rho/(1+rho), total/(1+rho)
	dev := 2 * (xlogy(a.y, a.y/ea) + xlogy(r.y, r.y/er))
	va := n.phi(ea/math.Max(a.weeks, .2), a.weeks) / ea // variance of log, each side
	vr := n.phi(er/math.Max(r.weeks, .2), r.weeks) / er
	poisson := 1/ea + 1/er
	z = math.Sqrt(math.Max(dev, 0) * poisson / (va + vr + varDelta))
	if a.y < ea {
		z = -z
	}
	return z, tTail(z, n.df)
}

// ratio is the rate ratio of two sides with the interval of its logarithm,
// variance φ/y on each side, half a mention added to each count so that zero has
// an interval (N. E. Breslow & N. E. Day, Statistical Methods in Cancer Research
// II, 1987, §2.3 for indirect standardisation).
func (n noise) ratio(a, r side, delta, varDelta float64) Ratio {
	if a.m <= 0 || r.m <= 0 || a.y+r.y <= 0 {
		return Ratio{math.NaN(), math.NaN(), math.NaN()}
	}
	l := math.Log((a.y+.5)/a.m) - math.Log((r.y+.5)/r.m) - delta
	se := math.Sqrt(n.phi(a.y/math.Max(a.weeks, .2), a.weeks)/(a.y+.5) + n.phi(r.y/math.Max(r.weeks, .2), r.weeks)/(r.y+.5) + varDelta)
	t := tQuantile(n.df)
	return Ratio{math.Exp(l), math.Exp(l - t*se), math.Exp(l + t*se)}
}

// enough is the power rule: a figure is given only where a doubling would be
// found with 80 % power at the 5 % level, (z.975+z.8)·se ≤ log 2 at the mean of
// both counts.
func (n noise) enough(a, r side) bool {
	mean := (a.y + r.y) / 2
	return mean > 0 && (z975+z80)*math.Sqrt(2*n.phi(mean/math.Max(a.weeks, .2), a.weeks)/mean) <= math.Ln2
}

func xlogy(x, y float64) float64 {
	if x <= 0 {
		return 0
	}
	return x * math.Log(y)
}

// tTail is the two-sided tail of Student's t.
func tTail(z, df float64) float64 {
	return 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.CDF(-math.Abs(z))
}

// tQuantile is the 97.5 % point of Student's t by the expansion of Fisher and
// Cornish (Abramowitz & Stegun 26.7.5); 0.2 % off at 5 degrees, the fewest there are.
func tQuantile(df float64) float64 {
	z := z975
	z3, z5 := z*z*z, z*z*z*z*z
	g1 := (z3 + z) / 4
	g2 := (5*z5 + 16*z3 + 3*z) / 96
	g3 := (3*z5*z*z + 19*z5 + 17*z3 - 15*z) / 384
	return z + g1/df + g2/(df*df) + g3/(df*df*df)
}

// combine joins p-values of any dependence by Cauchy's combination with weights
// that sum to 1 (Y. Liu & J. Xie, JASA 115, 2020, 393–402).
func combine(ps, weights []float64) float64 {
	var t float64
	for i, p := range ps {
		p = math.Min(math.Max(p, 1e-15), 1-1e-15)
		if p < 1e-8 {
			t += weights[i] / (p * math.Pi) // tan near its pole
		} else {
			t += weights[i] * math.Tan((.5-p)*math.Pi)
		}
	}
	if t > 1e8 {
		return 1 / (t * math.Pi)
	}
	return .5 - math.Atan(t)/math.Pi
}

// QValues returns the Benjamini–Hochberg adjusted p-values (J. R. Stat. Soc. B
// 57, 1995, 289–300); NaN stays NaN and is not counted as looked at.
func QValues(p []float64) []float64 {
	q := make([]float64, len(p))
	var idx []int
	for i, v := range p {
		q[i] = math.NaN()
		if !math.IsNaN(v) {
			idx = append(idx, i)
		}
	}
	slices.SortStableFunc(idx, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	best := 1.0
	for k := len(idx) - 1; k >= 0; k-- {
		i := idx[k]
		best = math.Min(best, p[i]*float64(len(idx))/float64(k+1))
		q[i] = best
	}
	return q
}

// order sorts x, which is mostly a score of weeks, by insertion if it is short.
func order(x []float64) {
	if len(x) > 32 {
		slices.Sort(x)
		return
	}
	for i := 1; i < len(x); i++ {
		v, k := x[i], i
		for ; k > 0 && v < x[k-1]; k-- {
			x[k] = x[k-1]
		}
		x[k] = v
	}
}

// quantile returns the q-quantile of x by linear interpolation; x is sorted in place.
func quantile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	order(x)
	at := q * float64(len(x)-1)
	i := int(at)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (at-float64(i))*(x[i+1]-x[i])
}
