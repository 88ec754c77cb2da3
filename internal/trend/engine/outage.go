package engine

import "math"

// An outage of a source takes mentions away from the days compared, and what is
// left on either side is not the same mix of people and days. Volumes are compared
// stratum by stratum, so that an outage makes no fall by itself; but a fall that is
// claimed beside one is believed to be its doing, and one such claim costs more
// than a fall that is told a week late. So, while a stratum of a series was silent
// in the days compared, a fall must pass a stricter level, and must show without
// that stratum too.

const (
	outageWindows = 3   // windows, the present one among them, in which an outage is looked for
	outageDays    = 2   // days in a row
	outageShare   = .1  // of the usual volume of a day, at most
	outageLevel   = .2  // of the level of the false discovery rate is left for falls
	outageWeight  = .01 // a stratum that carries less of a series does not matter
)

// outages finds the strata that fell silent in the window or the two before it.
// A stratum that had not begun is not silent.
func (r *round) outages(e *engine) {
	first := r.at // day of the reference
	for _, sp := range e.spans {
		first = min(first, r.at-sp.r0)
	}
	first = max(first, 0)
	recent := max(first, r.at-outageWindows*e.spans[growthSpan].a0)
	n := r.at - first
	if n < 14 {
		return
	}
	daily := make([]float64, 0, n)
	for k := range e.p.Strata {
		x := e.exposure[k]
		daily = daily[:0]
		for d := first; d < r.at; d++ {
			if v := x[d+1] - x[d]; v > 0 {
				daily = append(daily, v)
			}
		}
		if len(daily) < 7 {
			continue
		}
		usual := quantile(daily, .5)
		// A day with a handful of mentions says nothing by being without.
		if usual < 5 {
			continue
		}
		run := 0
		for d := recent; d < r.at; d++ { // a gap long ago makes no fall
			if x[d] == 0 || x[d+1]-x[d] > outageShare*usual {
				run = 0
				continue
			}
			if run++; run >= outageDays {
				if r.whole == nil {
					r.whole = make([]bool, len(e.p.Strata))
					for j := range r.whole {
						r.whole[j] = r.keep == nil || r.keep[j]
					}
				}
				r.whole[k] = false
				break
			}
		}
	}
}

// disturbs says whether an outage touches the series.
func (r *round) disturbs(pr *prepared) bool {
	if r.whole == nil {
		return false
	}
	for k, ok := range r.whole {
		if !ok && (r.keep == nil || r.keep[k] || r.what[k] == "stopped") && pr.rate[k] > 0 && pr.weight(k, r.at) >= outageWeight {
			return true
		}
	}
	return false
}

// weight is the part of the series' mentions of the year before day at that a
// stratum has.
func (pr *prepared) weight(k, at int) float64 {
	from := max(0, at-yearDays)
	total, part := pr.all.y[at]-pr.all.y[from], 0.0
	if c := pr.s.Counts[k]; c != nil {
		for _, n := range c[from:at] {
			part += float64(n)
		}
	}
	if total == 0 {
		return 0
	}
	return part / total
}

// fallAlpha is the level at which a fall is claimed.
func (f *finding) fallAlpha(alpha float64) float64 {
	if f.disturbed {
		return outageLevel * alpha
	}
	return alpha
}

// fallsWithout says whether at least half of the fall shows in the strata that
// had no outage.
func (e *engine) fallsWithout(f *finding, r *round, pr *prepared) bool {
	if !f.disturbed {
		return true
	}
	best := -1
	for k, sp := range e.spans {
		if sp.lasting && (best < 0 || math.Abs(f.z[k]) > math.Abs(f.z[best])) {
			best = k
		}
	}
	if best < 0 {
		return false
	}
	p := newPrefix(e.end)
	e.add(pr, p, e.end, r.whole)
	e.sum(pr, p, e.end)
	sp := e.spans[best].within(r.at)
	a, ref := p.side(r.at-sp.a0, r.at-sp.a1, true, true), e.reference(&p, pr, r.at-sp.r0, r.at-sp.r1, true, true)
	if a.m <= 0 || ref.m <= 0 || ref.y <= 0 {
		return false
	}
	l := math.Log((a.y+.5)/a.m) - math.Log((ref.y+.5)/ref.m) - f.delta[best]
	return l <= .5*math.Log(f.lasting.Value)
}
