package engine

import "math"

// estimate is a log ratio with its variance.
type estimate struct {
	l, v  float64
	years int
}

// yearToYear is how much a season differs between years: a standard deviation of
// eight per cent and a sixth of the change itself.
func yearToYear(l float64) float64 { return .08*.08 + l*l/36 }

// earlier reads the same span of earlier years (52 weeks back, so that weekdays
// agree; feasts, which move, are taken out of both sides and put back where they
// fall this year), averaged with the inverse of the variances.
func (e *engine) earlier(p *prefix, pr *prepared, at int, sp span) estimate {
	var sw, sl float64
	var out estimate
	for year := 1; ; year++ {
		t := at - yearDays*year
		r0 := t - sp.r0
		if r0 < 0 {
			break
		}
		a := p.side(t-sp.a0, t-sp.a1, true, true)
		r := e.reference(p, pr, r0, t-sp.r1, sp.weight > 0, true)
		if a.m <= 0 || r.m <= 0 || a.y+r.y < 5 {
			continue
		}
		l := math.Log((a.y+.5)/a.m) - math.Log((r.y+.5)/r.m)
		ea := math.Max(a.y, r.y*a.m/r.m*.5) // a zero does not claim to be exact
		v := pr.noise.phi(ea/a.weeks)/(ea+.5) + pr.noise.phi(r.y/r.weeks)/(r.y+.5) + yearToYear(l)
		sw += 1 / v
		sl += l / v
		out.years++
	}
	if out.years == 0 {
		return estimate{v: math.Inf(1)}
	}
	out.l, out.v = sl/sw, 1/sw
	return out
}

// kindSeries is the least number of series for a kind to have a season of its own.
const kindSeries = 12

// poolSeason shrinks the season of each series: towards that of its kind, where
// enough series tell one, else towards all, in two groups (see mix). Sparse
// series so take the season of their parent.
func (e *engine) poolSeason(prs []*prepared, r *round, season [][]estimate) {
	kinds := map[string][]int{}
	for i, pr := range prs {
		kinds[pr.s.Kind] = append(kinds[pr.s.Kind], i)
	}
	for k := range e.spans {
		shift := make(map[string]float64, len(kinds))
		for kind, members := range kinds {
			if len(members) < kindSeries {
				continue
			}
			var num, den, n float64
			for _, i := range members {
				if s := season[i][k]; s.years > 0 && math.Abs(s.l) < 4*math.Sqrt(s.v)+.2 {
					w := 1 / (s.v + .15*.15)
					num += w * s.l
					den += w
					n++
				}
			}
			if n >= kindSeries {
				mean, se2 := num/den, 1/den
				shift[kind] = mean * math.Max(0, 1-se2/(mean*mean+1e-12)) // James–Stein, positive part
			}
		}
		var ls, vs []float64
		for i := range prs {
			if s := season[i][k]; s.years > 0 && r.found[i].enough {
				ls, vs = append(ls, s.l-shift[prs[i].s.Kind]), append(vs, s.v)
			}
		}
		prior := fitMix(ls, vs, .8, .03)
		for i := range prs {
			f, s := &r.found[i], season[i][k]
			at := shift[prs[i].s.Kind]
			if s.years > 0 {
				m, v := prior.posterior(s.l-at, s.v, 0)
				f.delta[k], f.varDelta[k] = m+at, v+prior.narrow*prior.narrow/4
			}
			sp := e.spans[k]
			_, fv := e.feastParts(prs[i], r.at-sp.a0, r.at-sp.a1)
			f.varDelta[k] += fv
			if k == growthSpan {
				a, b := prs[i].all.side(r.at-sp.a0, r.at-sp.a1, true, true), prs[i].all.side(max(0, r.at-sp.r0), r.at-sp.r1, true, true)
				ap, bp := prs[i].all.side(r.at-sp.a0, r.at-sp.a1, true, false), prs[i].all.side(max(0, r.at-sp.r0), r.at-sp.r1, true, false)
				f.expect, f.varExpect, f.past = f.delta[k], f.varDelta[k], s.years
				if ap.m > 0 && bp.m > 0 {
					f.expect += math.Log(a.m / ap.m * bp.m / b.m)
				}
			}
		}
	}
}
