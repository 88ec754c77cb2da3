package engine

import "math"

// mix is a prior of several groups with one mean: most effects are next to it, some
// lie farther off, a few are wide (a scale mixture of normals whose weights are
// estimated from all effects together: M. Stephens, Biostatistics 18, 2017,
// 275–294; B. Efron, Statistical Science 23, 2008, 1–22). An effect that the data
// show clearly keeps its own size; a noisy one falls back on what its fellows are
// like: on nothing where none has an effect, on itself in part where many have.
//
// Two groups, narrow and wide, are not enough for seasons: a wave of a third is too
// small for the wide one, was taken for noise, and came back as a rise each year.
type mix struct {
	mean float64
	sd   []float64 // of the groups, from the widest down
	part []float64 // of the effects, sums to 1
}

const (
	narrowest  = .02 // standard deviation of the narrowest group
	narrowPart = 10  // effects' weight of the narrowest group before anything is seen (Stephens 2017, §2.1)
	mixSteps   = 30  // of expectation and maximisation
)

// twoGroups is the prior where too little is known to estimate one.
func twoGroups(mean, narrow, wide, part float64) mix {
	return mix{mean: mean, sd: []float64{wide, narrow}, part: []float64{part, 1 - part}}
}

// fitMix estimates the weights of the groups from estimates l with variances v. The
// widest standard deviation is given, with its smallest share; each next group is
// half as wide.
func fitMix(l, v []float64, wide, part float64) mix {
	var a, b []float64
	for i := range l {
		if v[i] < .25 {
			a, b = append(a, l[i]), append(b, v[i])
		}
	}
	if len(a) < 8 {
		return twoGroups(0, .05, wide, part)
	}
	centre := quantile(append([]float64(nil), a...), .5)
	// Standardised effects have variance 1+τ²/v; the median deviation is robust
	// against the wide groups.
	dev := make([]float64, 0, len(a))
	for i := range a {
		dev = append(dev, math.Abs(a[i]-centre)/math.Sqrt(b[i]))
	}
	mad := quantile(dev, .5) * 1.4826
	vmed := quantile(append([]float64(nil), b...), .5)
	spread := math.Max((mad*mad-1)*vmed, narrowest*narrowest)
	m := mix{}
	if math.Abs(centre) >= 2*1.25*math.Sqrt((vmed+spread)/float64(len(a))) {
		m.mean = centre
	}
	for s := wide; s > 1.5*narrowest; s /= 2 {
		m.sd = append(m.sd, s)
	}
	m.sd = append(m.sd, narrowest)
	k := len(m.sd)
	m.part = make([]float64, k)
	for j := range m.part {
		m.part[j] = 1 / float64(k)
	}
	dens := make([]float64, k*len(a))
	for i := range a {
		m.densities(a[i], b[i], dens[k*i:k*(i+1)])
	}
	w, sum := make([]float64, k), make([]float64, k)
	for range mixSteps {
		clear(sum)
		sum[k-1] = narrowPart
		for i := range a {
			m.weigh(dens[k*i:k*(i+1)], w)
			for j, x := range w {
				sum[j] += x
			}
		}
		for j := range m.part {
			m.part[j] = sum[j] / (float64(len(a)) + narrowPart)
		}
	}
	if m.part[0] < part {
		rest := (1 - part) / (1 - m.part[0])
		for j := range m.part {
			m.part[j] *= rest
		}
		m.part[0] = part
	}
	return m
}

// densities writes those of an estimate with variance v in each group to out, up to
// a factor common to all.
func (m mix) densities(l, v float64, out []float64) {
	d := (l - m.mean) * (l - m.mean) / 2
	for j, s := range m.sd {
		s2 := v + s*s
		out[j] = math.Exp(-d/s2) / math.Sqrt(s2)
	}
}

// weigh turns densities into the probability of each group.
func (m mix) weigh(dens, out []float64) {
	total := 0.0
	for j, d := range dens {
		out[j] = m.part[j] * d
		total += out[j]
	}
	if total == 0 { // so far off that only the widest is left
		clear(out)
		out[0] = 1
		return
	}
	for j := range out {
		out[j] /= total
	}
}

// maxGroups bounds the groups of a prior.
const maxGroups = 8

// posterior returns mean and variance of the effect given its estimate.
func (m mix) posterior(l, v float64) (mean, variance float64) {
	var dens, ws [maxGroups]float64
	w := ws[:len(m.sd)]
	m.densities(l, v, dens[:len(m.sd)])
	m.weigh(dens[:len(m.sd)], w)
	var second float64
	for j, s := range m.sd {
		k := s * s / (s*s + v)
		mu := m.mean + k*(l-m.mean)
		mean += w[j] * mu
		second += w[j] * (k*v + mu*mu)
	}
	return mean, second - mean*mean
}
