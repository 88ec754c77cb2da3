package engine

import "math"

// mix is a prior of two groups: most effects are about mean with a small spread,
// a few are wide (B. Efron, Statistical Science 23, 2008, 1–22; the spread of the
// narrow group by moments after R. DerSimonian & N. Laird, Controlled Clinical
// Trials 7, 1986, 177–188, in a robust form). An effect that the data show
// clearly keeps its own size; a noisy one falls back on the group's.
type mix struct {
	mean, narrow, wide float64 // standard deviations
	part               float64 // of the wide group
}

// fitMix estimates the narrow group from estimates l with variances v and takes
// the wide one as given: its standard deviation and smallest share.
func fitMix(l, v []float64, wide, part float64) mix {
	m := mix{wide: wide, part: part, narrow: .05}
	if len(l) < 8 {
		return m
	}
	var a, b []float64
	for i := range l {
		if v[i] < .25 {
			a, b = append(a, l[i]), append(b, v[i])
		}
	}
	if len(a) < 8 {
		return m
	}
	centre := quantile(append([]float64(nil), a...), .5)
	// Standardised effects have variance 1+τ²/v; the median deviation is robust
	// against the wide group.
	dev := make([]float64, 0, len(a))
	for i := range a {
		dev = append(dev, math.Abs(a[i]-centre)/math.Sqrt(b[i]))
	}
	mad := quantile(dev, .5) * 1.4826
	vmed := quantile(append([]float64(nil), b...), .5)
	m.narrow = math.Sqrt(math.Max((mad*mad-1)*vmed, .02*.02))
	m.mean = centre
	if math.Abs(centre) < 2*1.25*math.Sqrt((vmed+m.narrow*m.narrow)/float64(len(a))) {
		m.mean = 0
	}
	// A few steps of expectation–maximisation for the share of the wide group. The
	// densities stay, so they take the places of estimates and variances.
	for i := range a {
		a[i], b[i] = m.densities(a[i], b[i])
	}
	for range 6 {
		var w float64
		for i := range a {
			w += m.weigh(a[i], b[i])
		}
		m.part = math.Min(math.Max(w/float64(len(a)), part), .5)
	}
	return m
}

// wideWeight is the probability that an effect belongs to the wide group; extra
// is added to the variance of the estimate.
func (m mix) wideWeight(l, v, extra float64) float64 {
	return m.weigh(m.densities(l, v+extra))
}

// densities are those of an estimate with variance v in the wide and in the narrow
// group, up to a factor common to both.
func (m mix) densities(l, v float64) (wide, narrow float64) {
	density := func(s2 float64) float64 { return math.Exp(-(l-m.mean)*(l-m.mean)/(2*s2)) / math.Sqrt(s2) }
	return density(v + m.wide*m.wide), density(v + m.narrow*m.narrow)
}

// weigh is the probability of the wide group, given the densities.
func (m mix) weigh(wide, narrow float64) float64 {
	a, b := m.part*wide, (1-m.part)*narrow
	if a+b == 0 {
		return 1
	}
	return a / (a + b)
}

// posterior returns mean and variance of the effect given its estimate.
func (m mix) posterior(l, v, extra float64) (mean, variance float64) {
	w := m.wideWeight(l, v, extra)
	v += extra
	part := func(t2 float64) (mu, s2 float64) {
		k := t2 / (t2 + v)
		return m.mean + k*(l-m.mean), k * v
	}
	mw, vw := part(m.wide * m.wide)
	mn, vn := part(m.narrow * m.narrow)
	mean = w*mw + (1-w)*mn
	variance = w*(vw+(mw-mean)*(mw-mean)) + (1-w)*(vn+(mn-mean)*(mn-mean))
	return mean, variance
}
