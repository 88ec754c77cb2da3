package metric

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/stat/distuv"
)

// z975 is the 97.5 % quantile of the standard normal: all intervals are 95 %.
const z975 = 1.959963984540054

// Share is k of n with the Wilson score interval, which keeps its coverage for
// small n and for shares near 0 and 1 (Wilson, JASA 22 (1927) 209–212; Newcombe,
// Statistics in Medicine 17 (1998) 857–872, method 3).
func Share(k, n int64) Value {
	if n <= 0 {
		return Value{}
	}
	p, m := float64(k)/float64(n), float64(n)
	centre := (p + z975*z975/(2*m)) / (1 + z975*z975/m)
	half := z975 / (1 + z975*z975/m) * math.Sqrt(p*(1-p)/m+z975*z975/(4*m*m))
	v := Value{Value: p, Low: math.Max(0, centre-half), High: math.Min(1, centre+half), N: n, Defined: true}
	// At the ends the bound is exact, but rounding may leave the figure outside.
	if k == 0 {
		v.Low = 0
	}
	if k == n {
		v.High = 1
	}
	return v
}

// Net is (pos − neg)/n, n counting all labels, with the adjusted Wald interval of
// Bonett & Price (Journal of Educational and Behavioral Statistics 37 (2012)
// 479–488) for the difference of two dependent proportions, cut to [−1, 1]. A
// text is positive, negative or neither, so both shares come from one multinomial
// sample, which is the setting of that interval; unlike the plain delta method it
// keeps its coverage for small n and does not shrink to nothing when all agree.
func Net(pos, neg, n int64) Value {
	if n <= 0 {
		return Value{}
	}
	m := float64(n) + 2
	p, q := (float64(pos)+1)/m, (float64(neg)+1)/m
	half := z975 * math.Sqrt((p+q-(p-q)*(p-q))/m)
	d := float64(pos-neg) / float64(n)
	return Value{
		Value:   d,
		Low:     math.Min(d, math.Max(-1, p-q-half)),
		High:    math.Max(d, math.Min(1, p-q+half)),
		N:       n,
		Defined: true,
	}
}

// Count is k with the exact Poisson interval of Garwood (Biometrika 28 (1936)
// 437–442) by quantiles of χ²: how far the count could lie from its expectation
// if mentions arrived independently. A count of zero is a figure, with an
// interval of 0 to 3.69.
func Count(k int64) Value {
	k = max(k, 0)
	v := Value{Value: float64(k), N: k, Defined: true}
	if k < exactPoisson {
		v.Low, v.High = garwood()[k][0], garwood()[k][1]
	} else {
		v.Low = byar(v.Value, -z975)
		v.High = byar(v.Value+1, z975)
	}
	return v
}

// garwood holds the exact limits of the counts below exactPoisson: most counts on a
// page are small, and quantiles of χ² take microseconds each.
var garwood = sync.OnceValue(func() (limits [exactPoisson][2]float64) {
	for k := range limits {
		x := float64(k)
		if k > 0 {
			limits[k][0] = distuv.ChiSquared{K: 2 * x}.Quantile(0.025) / 2
		}
		limits[k][1] = distuv.ChiSquared{K: 2*x + 2}.Quantile(0.975) / 2
	}
	return limits
})

// exactPoisson is the count from which Byar's approximation stands in for the
// exact interval; both then agree to better than one in ten thousand, and a page
// of thousands of counts stays cheap.
const exactPoisson = 200

// byar is Byar's approximation of a bound of the exact Poisson interval (Breslow
// & Day, Statistical Methods in Cancer Research II, IARC 1987, eq. 2.13).
func byar(x, z float64) float64 {
	c := 1 - 1/(9*x) + z/(3*math.Sqrt(x))
	return x * c * c * c
}

// Stars are rated from minStars to maxStars.
const minStars, maxStars = 1, 5

// MeanRating is the mean of n ratings of 1 to 5 stars given their sum and sum of
// squares, with Student's t interval cut to the scale. If all ratings are equal
// the sample says nothing about their spread and t would claim certainty; then
// the mean is read as a share of the way from 1 to 5 stars and given the Wilson
// interval, whose variance is the largest possible for that mean.
func MeanRating(n int64, sum, squares float64) Value {
	if n <= 0 {
		return Value{}
	}
	m := float64(n)
	mean := math.Min(maxStars, math.Max(minStars, sum/m))
	v := Value{Value: mean, N: n, Defined: true}
	ss := squares - sum*sum/m
	if n == 1 || ss < 1e-9*math.Max(1, squares) {
		p := (mean - minStars) / (maxStars - minStars)
		centre := (p + z975*z975/(2*m)) / (1 + z975*z975/m)
		half := z975 / (1 + z975*z975/m) * math.Sqrt(p*(1-p)/m+z975*z975/(4*m*m))
		v.Low = math.Max(minStars, math.Min(mean, minStars+(maxStars-minStars)*(centre-half)))
		v.High = math.Min(maxStars, math.Max(mean, minStars+(maxStars-minStars)*(centre+half)))
		return v
	}
	half := tQuantile(m-1) * math.Sqrt(ss/(m-1)/m)
	v.Low = math.Max(minStars, mean-half)
	v.High = math.Min(maxStars, mean+half)
	return v
}

// tQuantile is the 97.5 % quantile of Student's t. From exactT degrees of freedom on
// the series of Abramowitz & Stegun, Handbook of Mathematical Functions (1964),
// 26.7.5, is exact to a millionth.
func tQuantile(df float64) float64 {
	if df < exactT {
		return student()[int(df)]
	}
	z := z975
	return z + (z*z*z+z)/(4*df) +
		(5*math.Pow(z, 5)+16*math.Pow(z, 3)+3*z)/(96*df*df) +
		(3*math.Pow(z, 7)+19*math.Pow(z, 5)+17*math.Pow(z, 3)-15*z)/(384*df*df*df) +
		(79*math.Pow(z, 9)+776*math.Pow(z, 7)+1482*math.Pow(z, 5)-1920*math.Pow(z, 3)-945*z)/(92160*df*df*df*df)
}

const exactT = 60

// student holds the quantiles of 1 to exactT-1 degrees of freedom.
var student = sync.OnceValue(func() (q [exactT]float64) {
	for df := 1; df < exactT; df++ {
		q[df] = distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(df)}.Quantile(0.975)
	}
	return q
})

// Lift says how much more often two things occur together than independence
// would give: n·both/(a·b), that is the share of b among a's mentions over its
// share among all n, with the log-normal interval of a relative risk (Katz et al., Biometrics 34 (1978) 469–474; half a
// mention is added to each count so that zero has an interval).
func Lift(both, a, b, n int64) Value {
	if a <= 0 || b <= 0 || n <= 0 {
		return Value{}
	}
	x, fa, fb, fn := float64(both), float64(a), float64(b), float64(n)
	v := Value{Value: x * fn / (fa * fb), N: both, Defined: true}
	// a's mentions are part of the n mentions. Taking the two samples as independent
	// leaves out a positive covariance, so the interval is wide rather than narrow.
	variance := 1/(x+0.5) - 1/(fa+0.5) + 1/(fb+0.5) - 1/(fn+0.5)
	se := math.Sqrt(math.Max(0, variance))
	centre := math.Log((x + 0.5) * (fn + 0.5) / ((fa + 0.5) * (fb + 0.5)))
	v.Low = math.Min(v.Value, math.Exp(centre-z975*se))
	v.High = math.Max(v.Value, math.Exp(centre+z975*se))
	return v
}
