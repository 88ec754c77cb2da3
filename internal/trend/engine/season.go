package engine

import (
	"cmp"
	"math"
	"slices"
)

// estimate is a log ratio with its variance.
type estimate struct {
	l, v  float64
	years int
}

// yearToYear is how much a season differs between years: a standard deviation of
// eight per cent and a sixth of the change itself.
func yearToYear(l float64) float64 { return .08*.08 + l*l/36 }

// earlier reads the same span of earlier years; see allEarlier.
func (e *engine) earlier(p *prefix, pr *prepared, at int, sp span) estimate {
	var out [1]estimate
	e.allEarlier(p, pr, at, []span{sp}, []int{0}, out[:])
	return out[0]
}

// allEarlier reads the same spans of earlier years (52 weeks back, so that weekdays
// agree; feasts, which move, are taken out of both sides and put back where they
// fall this year), averaged with the inverse of the variances, and writes what it
// finds of each span to out. sps are the spans as of day at; same tells the first
// with the same reference.
func (e *engine) allEarlier(p *prefix, pr *prepared, at int, sps []span, same []int, out []estimate) {
	var refs [maxSpans]side
	var sw, sl [maxSpans]float64
	for year, some := 1, true; some; year++ {
		t := at - yearDays*year
		some = false
		for k, sp := range sps {
			r0 := t - sp.r0
			if r0 < 0 {
				continue // so are all years before
			}
			some = true
			if same[k] == k {
				refs[k] = e.reference(p, pr, r0, t-sp.r1, sp.weight > 0, true)
			}
			a, r := p.side(t-sp.a0, t-sp.a1, true, true), refs[same[k]]
			if a.m <= 0 || r.m <= 0 || a.y+r.y < 5 {
				continue
			}
			l := math.Log((a.y+.5)/a.m) - math.Log((r.y+.5)/r.m)
			ea := math.Max(a.y, r.y*a.m/r.m*.5) // a zero does not claim to be exact
			v := pr.noise.phi(ea/a.weeks, a.weeks)/(ea+.5) + pr.noise.phi(r.y/r.weeks, r.weeks)/(r.y+.5) + yearToYear(l)
			sw[k] += 1 / v
			sl[k] += l / v
			out[k].years++
		}
	}
	for k := range sps {
		if out[k].years == 0 {
			out[k] = estimate{v: math.Inf(1)}
			continue
		}
		out[k].l, out[k].v = sl[k]/sw[k], 1/sw[k]
	}
}

// kindSeries is the least number of series for a kind to have a season of its own.
const kindSeries = 12

// poolSeason shrinks the season of each series: towards that of its kind, where
// enough series tell one, else towards all, in groups (see mix). Sparse
// series so take the season of their parent.
func (e *engine) poolSeason(prs []*prepared, r *round, season [][]estimate) {
	kinds := map[string][]int{}
	for i, pr := range prs {
		kinds[pr.s.Kind] = append(kinds[pr.s.Kind], i)
	}
	parallel(len(e.spans), func(k int) {
		sp := e.spans[k]
		touching := e.touching(r.at-sp.a0, r.at-sp.a1)
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
		prior := fitMix(ls, vs, .8, .01)
		for i := range prs {
			f, s := &r.found[i], season[i][k]
			at := shift[prs[i].s.Kind]
			if s.years > 0 {
				m, v := prior.posterior(s.l-at, s.v)
				f.delta[k], f.varDelta[k] = m+at, v
			}
			fv := e.feastVariance(prs[i], touching, r.at-sp.a0, r.at-sp.a1)
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
	})
}

const (
	commonSeries = 40  // least number of series to tell a common shift from
	commonMost   = .15 // largest common shift, in logarithms
)

// common takes out what moves all series alike. When a few large entities rise,
// the volume that the others are measured against rises too, and every share
// falls a little; the weighted median of the log ratios is not moved by the few
// (the median of ratios of S. Anders & W. Huber, Genome Biology 11, 2010, R106).
// It needs many series, is shrunk by its own error and stays small, so that it
// cannot hide a change of its own.
func (e *engine) common(prs []*prepared, sums []*prefix, sps []span, r *round) {
	r.shift = make([]float64, len(e.spans))
	ls, ws := make([]float64, 0, len(prs)), make([]float64, 0, len(prs))
	for k := range e.spans {
		shift := func(season bool) float64 {
			ls, ws = ls[:0], ws[:0]
			for i, pr := range prs {
				f := &r.found[i]
				a, b := f.a[k], f.r[k]
				if !f.enough || a.m <= 0 || b.m <= 0 || b.y <= 0 {
					continue
				}
				l := math.Log((a.y+.5)/a.m) - math.Log((b.y+.5)/b.m)
				v := pr.noise.phi(a.y/a.weeks, a.weeks)/(a.y+1) + pr.noise.phi(b.y/b.weeks, b.weeks)/(b.y+1) + f.varDelta[k]
				if season {
					l -= f.delta[k]
				} else {
					// When a feast fills the channels, what others lose is in the lifts they
					// are given for it. The plain comparison knows no feasts.
					sp := sps[k]
					ap, bp := sums[i].side(r.at-sp.a0, r.at-sp.a1, true, false), sums[i].side(r.at-sp.r0, r.at-sp.r1, true, false)
					if ap.m > 0 && bp.m > 0 {
						l += math.Log(a.m / ap.m * bp.m / b.m)
					}
				}
				ls, ws = append(ls, l), append(ws, 1/math.Sqrt(v))
			}
			return commonShift(ls, ws)
		}
		r.shift[k] = shift(false)
		c := shift(true)
		for i := range r.found {
			r.found[i].delta[k] += c
		}
	}
}

// commonShift is boundedShift within what a window may shift.
func commonShift(l, w []float64) float64 { return boundedShift(l, w, commonMost) }

// boundedShift is the weighted median of l, shrunk by its error and bounded.
func boundedShift(l, w []float64, most float64) float64 {
	if len(l) < commonSeries {
		return 0
	}
	total := 0.0
	order := make([]int, len(l))
	for i := range l {
		order[i] = i
		total += w[i]
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(l[a], l[b]) })
	at := func(q float64) float64 {
		sum := 0.0
		for _, i := range order {
			if sum += w[i]; sum >= q*total {
				return l[i]
			}
		}
		return 0
	}
	c := at(.5)
	se := 1.25 * (at(.75) - at(.25)) / 1.35 / math.Sqrt(float64(len(l)))
	c *= math.Max(0, 1-se*se/(c*c+1e-12))
	return math.Min(math.Max(c, -most), most)
}
