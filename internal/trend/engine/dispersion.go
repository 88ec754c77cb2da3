package engine

import "math"

const (
	dispersionWeeks = 104 // history the dispersion is read from
	priorDF         = 12  // weight of the pool, in weeks
	outlierZ2       = 9   // squared residuals are cut here, so that feasts and steps do not count as noise
)

// moments are what one entity's history says of its noise.
type moments struct {
	sum, df   float64 // standardised squared differences of adjacent weeks
	sum4, df4 float64 // the same of adjacent four-week blocks
	mean      float64 // mentions a week
}

// phi is the plain estimate; NaN without history.
func (m moments) phi() float64 { return m.sum / m.df }

// differences standardises successive differences of blocks: for counts y and
// expectations at a constant rate m, y₁−k·y₀ with k=m₁/m₀ has variance
// φ(μ₁+k²μ₀) (J. von Neumann's mean square successive difference, Ann. Math.
// Stat. 12, 1941, 367–395, in its Poisson form). A slow rise hardly counts.
func differences(y, m []float64, cut float64) (sum, df float64) {
	for t := 0; t+1 < len(y); t++ {
		both := y[t] + y[t+1]
		if m[t] <= 0 || m[t+1] <= 0 || both < 4 {
			continue
		}
		k := m[t+1] / m[t]
		if k > 3 || k < 1./3 {
			continue // a stratum started or broke: no noise
		}
		rate := both / (1 + k)
		d := y[t+1] - k*y[t]
		sum += math.Min(d*d/(rate*k+k*k*rate), cut)
		df++
	}
	return sum, df
}

// measure reads the moments of an entity whose dispersion is about phi.
func measure(y, m []float64, end int, phi float64) moments {
	var out moments
	weeks := min(dispersionWeeks, end/7)
	if weeks < 2 {
		return out
	}
	wy, wm := blocks(y, m, end-7*weeks, weeks, 7)
	out.sum, out.df = differences(wy, wm, outlierZ2*phi)
	for _, v := range wy {
		out.mean += v / float64(weeks)
	}
	if weeks >= 12 {
		by, bm := blocks(y, m, end-28*(weeks/4), weeks/4, 28)
		out.sum4, out.df4 = differences(by, bm, outlierZ2*phi)
	}
	return out
}

func blocks(y, m []float64, from, n, days int) (by, bm []float64) {
	by, bm = make([]float64, n), make([]float64, n)
	for d := from; d < from+n*days; d++ {
		i := (d - from) / days
		by[i] += y[d]
		bm[i] += m[d]
	}
	return by, bm
}

// pool is the noise of all entities together: φ(μ) = φ₀ + κμ, and how much more
// the noise weighs over four weeks than independent weeks would give.
type pool struct{ phi0, kappa, slow float64 }

func (p pool) phi(mu float64) float64 { return p.phi0 + p.kappa*mu }

// poolNoise fits φ₀ and κ by weighted least squares on the entities' estimates,
// iterated as their variance grows with φ² (quasi-likelihood; the shrinkage of
// dispersions towards a trend in the mean is that of S. Anders & W. Huber, Genome
// Biology 11, 2010, R106). Entities far above the line are left out.
func poolNoise(ms []moments) pool {
	p := pool{phi0: 1, slow: 1}
	for range 12 {
		var sw, sx, sy, sxx, sxy float64
		for i := range ms {
			m := &ms[i]
			if m.df < 6 {
				continue
			}
			f, fit := m.phi(), p.phi(m.mean)
			if f > 4*fit && p.kappa > 0 {
				continue
			}
			w := m.df / (fit * fit)
			sw += w
			sx += w * m.mean
			sy += w * f
			sxx += w * m.mean * m.mean
			sxy += w * m.mean * f
		}
		if sw == 0 {
			return p
		}
		if det := sw*sxx - sx*sx; det > 1e-9*sw*sxx {
			p.kappa = math.Max(0, (sw*sxy-sx*sy)/det)
		}
		p.phi0 = math.Max(1, (sy-p.kappa*sx)/sw)
		if p.phi0 == 1 && sxx > 0 { // the line through (0, 1)
			p.kappa = math.Max(0, (sxy-sx)/sxx)
		}
	}
	var ratios []float64
	for i := range ms {
		if m := &ms[i]; m.df >= 40 && m.df4 >= 10 && m.sum > 0 {
			// κ acts on a week's mean in both: independent weeks give equal φ.
			ratios = append(ratios, m.sum4/m.df4/m.phi())
		}
	}
	if len(ratios) >= 10 {
		// The median of a χ²-like ratio with some twenty differences lies a little below 1.
		p.slow = math.Min(math.Max(quantile(ratios, .5)/.97, 1), 3)
	}
	return p
}

// own shrinks an entity's dispersion to the pool's line with the weight of
// priorDF weeks (moderated variances, G. K. Smyth, Stat. Appl. Genet. Mol. Biol.
// 3, 2004). Successive differences hold two thirds of the information of
// independent squares.
func (p pool) own(m moments) noise {
	df := m.df * 2 / 3
	fit := p.phi(m.mean)
	f := fit
	if m.df > 0 {
		f = (df*m.phi() + priorDF*fit) / (df + priorDF)
	}
	k := math.Max(f/fit, 1/p.phi0) * p.slow // never below Poisson
	return noise{phi0: math.Max(p.phi0*k, 1), kappa: p.kappa * k, df: math.Max(df+priorDF, 5)}
}
