package engine

import "math"

const (
	dispersionWeeks = 156 // history the dispersion is read from
	priorDF         = 12  // weight of the pool in degrees of freedom, unless the entities tell it
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

// measure reads the moments of an entity whose dispersion is about phi. Where it
// turns out to be more, outliers are cut anew: entities whose levels wander would
// else look calmer than they are, as their usual weeks are cut.
func measure(y, m []float64, end int, phi float64) moments {
	var out moments
	weeks := min(dispersionWeeks, end/7)
	if weeks < 2 {
		return out
	}
	wy, wm := blocks(y, m, end-7*weeks, weeks, 7)
	out.sum, out.df, phi = settled(wy, wm, phi)
	for _, v := range wy {
		out.mean += v / float64(weeks)
	}
	if weeks >= 12 {
		by, bm := blocks(y, m, end-28*(weeks/4), weeks/4, 28)
		out.sum4, out.df4, _ = settled(by, bm, phi)
	}
	return out
}

// settled cuts outliers at what the dispersion itself says (Huber's proposal 2 in
// its simplest form, P. J. Huber, Robust Statistics, 1981, §6.7), from below: a few
// feasts or steps do not move it far.
func settled(y, m []float64, guess float64) (sum, df, phi float64) {
	for range 6 {
		sum, df = differences(y, m, outlierZ2*guess)
		if df == 0 {
			return sum, df, guess
		}
		if phi = sum / df; phi <= 1.05*guess {
			break
		}
		guess = phi
	}
	return sum, df, max(phi, guess)
}

func blocks(y, m []float64, from, n, days int) (by, bm []float64) {
	flat := make([]float64, 2*n)
	by, bm = flat[:n:n], flat[n:]
	for i := range by {
		for d := from + i*days; d < from+(i+1)*days; d++ {
			by[i] += y[d]
			bm[i] += m[d]
		}
	}
	return by, bm
}

// manyWeeks is where the noise of a level no longer depends on how many there are.
const manyWeeks = 1000

// pool is the noise of all entities together: φ(μ) = φ₀ + κμ as successive weeks show
// it, and how much more κ weighs over several of them, as levels wander.
type pool struct {
	phi0, kappa float64
	slow, fewer float64 // see memory
	df          float64 // weight of the pool, in degrees of freedom
}

func (p pool) phi(mu float64) float64 { return p.phi0 + p.kappa*mu }

// line fits φ₀ and κ by weighted least squares on the entities' estimates,
// iterated as their variance grows with φ² (quasi-likelihood; the shrinkage of
// dispersions towards a trend in the mean is that of S. Anders & W. Huber, Genome
// Biology 11, 2010, R106). Entities far above the line are left out.
func line(ms []moments, get func(*moments) (f, df float64)) (phi0, kappa float64) {
	phi0 = 1
	for step := range 12 {
		var sw, sx, sy, sxx, sxy float64
		for i := range ms {
			m := &ms[i]
			f, df := get(m)
			fit := phi0 + kappa*m.mean
			if df < 3 || step > 2 && f > 4*fit {
				continue
			}
			w := df / (fit * fit)
			sw += w
			sx += w * m.mean
			sy += w * f
			sxx += w * m.mean * m.mean
			sxy += w * m.mean * f
		}
		if sw == 0 || sxx == 0 {
			return phi0, kappa
		}
		if det := sw*sxx - sx*sx; det > 1e-9*sw*sxx {
			kappa = math.Max(0, (sw*sxy-sx*sy)/det)
		}
		phi0 = math.Max(1, (sy-kappa*sx)/sw)
		if phi0 == 1 { // the line through (0, 1)
			kappa = math.Max(0, (sxy-sx)/sxx)
		}
	}
	return phi0, kappa
}

// memory says how levels wander: what the part of the variance that is not Poisson's
// weighs over many weeks (slow) and how much less over one (fewer), both in terms of
// what successive weeks differ by.
//
// With variance γ₀ and covariance γ₁ of neighbouring weeks, n weeks have the variance
// Vₙ = γ₀ + 2γ₁(1 − 1/n) a week; successive weeks show γ₀ − γ₁, successive blocks of
// four γ₀ + 5γ₁/4, and these two tell γ₀ and γ₁ (an MA(1) of P. J. Brockwell & R. A.
// Davis, Time Series: Theory and Methods, 1991, §§1.5, 7.1). Each entity's blocks are laid
// against its own weeks, and the median taken: two lines through all entities, which
// differ a lot, would weigh them differently.
func memory(ms []moments, phi0 float64) (slow, fewer float64) {
	var ratios []float64
	for i := range ms {
		m := &ms[i]
		if m.df >= 20 && m.df4 >= 5 && m.phi() > 2*phi0 {
			ratios = append(ratios, (m.sum4/m.df4-phi0)/(m.phi()-phi0))
		}
	}
	if len(ratios) < 10 {
		return 1, 0
	}
	gamma1 := min(max((quantile(ratios, .5)-1)/2.25, 0), 5./3)
	return 1 + 3*gamma1, 2 * gamma1
}

func poolNoise(ms []moments) pool {
	p := pool{df: priorDF}
	p.phi0, p.kappa = line(ms, func(m *moments) (float64, float64) { return m.phi(), m.df })
	p.slow, p.fewer = memory(ms, p.phi0)
	// How far entities stray from the line says what the line is worth: the log of
	// a variance on df degrees strays by 2/df, the rest is the prior's 2/d₀
	// (Smyth 2004, §6.2, in its large-sample form, by quartiles).
	var logs []float64
	var inv float64
	for i := range ms {
		if m := &ms[i]; m.df >= 20 && p.phi(m.mean) > 2 && m.sum > 0 {
			logs = append(logs, math.Log(m.phi()/p.phi(m.mean)))
			inv += 4 / m.df // 2 over half of the differences
		}
	}
	if n := len(logs); n >= 10 {
		sd := (quantile(logs, .75) - quantile(logs, .25)) / 1.349
		p.df = 2 / math.Max(sd*sd-inv/float64(n), 2./40)
		p.df = math.Max(p.df, 3)
	}
	return p
}

// own shrinks an entity's dispersion to the pool's line (moderated variances, G. K. Smyth, Stat. Appl. Genet. Mol. Biol.
// 3, 2004). Successive differences of levels that wander hold about half of the
// information of independent squares.
func (p pool) own(m moments) noise {
	df := m.df / 2
	fit := p.phi(m.mean)
	f, prior := fit, p.df
	if fit < 2 { // next to Poisson there is little to differ by
		prior = max(prior, priorDF)
	}
	if m.df > 0 {
		f = (df*m.phi() + prior*fit) / (df + prior)
	}
	k := f / fit
	return noise{phi0: math.Max(p.phi0*k, 1), kappa: p.kappa * k * p.slow, fewer: p.kappa * k * p.fewer, df: math.Max(df+prior, 5)}
}
