package engine

import (
	"math"
)

// span is one question put to each series: the days [a0, a1) against [r0, r1),
// counted back from the last day of the round.
type span struct {
	a0, a1, r0, r1 int
	lasting        bool
	weight         float64 // in the combined test; 0 = figures only
}

const growthSpan = 0 // spans[0] is the window against the one before

// spans are the questions for a window of some days: does the level of its last
// half, three quarters or whole differ from the five windows before (lasting), and
// does any single week (burst)?
func spans(days int) []span {
	out := []span{{days, 0, 2 * days, days, false, 0}}
	whole := func(d int) int { // weeks where possible, so that weekdays balance
		if d > 7 {
			return (d + 3) / 7 * 7
		}
		return d
	}
	ref := max(5*days, 28)
	seen := map[int]bool{}
	for _, l := range []struct {
		days int
		w    float64
	}{{whole(days / 2), .38}, {whole(days * 3 / 4), .47}, {days, .09}} {
		d := max(l.days, min(days, 10))
		if seen[d] {
			out[len(out)-1].weight += l.w
			continue
		}
		seen[d] = true
		out = append(out, span{d, 0, d + ref, d, true, l.w})
	}
	n := max(1, min(days/7, 8))
	for b := range n {
		out = append(out, span{7 * (b + 1), 7 * b, days + ref, days, false, .06 / float64(n)})
	}
	return out
}

// within shortens the reference to what the panel holds, and, where that leaves
// four weeks, to what it holds of the year before too, so that the same spans of
// both years are compared.
func (sp span) within(at int) span {
	sp.r0 = min(sp.r0, at)
	if last := at - yearDays; last < sp.r0 && last >= sp.r1+28 && sp.weight > 0 {
		sp.r0 = last
	}
	return sp
}

// maxSpans bounds the spans of a round.
const maxSpans = 12

// references gives, for each span, the first one with the same reference days.
func references(spans []span) []int {
	out := make([]int, len(spans))
	for k, sp := range spans {
		for out[k] < k {
			if o := spans[out[k]]; o.r0 == sp.r0 && o.r1 == sp.r1 && (o.weight > 0) == (sp.weight > 0) {
				break
			}
			out[k]++
		}
	}
	return out
}

// finding is what one round says of one series.
type finding struct {
	verdict   Verdict
	enough    bool
	now, prev side
	z, zRaw   []float64 // by span

	pBeyond, pRaw, pTotal, pLasting float64
	qBeyond, qRaw, qTotal           float64
	up, upRaw, upTotal              bool
	standing                        bool // the last week still leans as the change does
	disturbed                       bool // one of its strata was silent in the days compared

	expect, varExpect float64 // log of what calendar and season give, growth span
	past              int
	lasting           Ratio
	weeks             float64
	burst             [2]dayOf
	copied, perHead   float64
	price             *PriceFit

	delta, varDelta []float64 // by span
	a, r            []side    // by span, clean, with feasts
	settled         bool      // the change was complete before the last window: a new level
}

// round is the judgement of all series as of one day.
type round struct {
	at    int
	keep  []bool // strata compared; nil = all
	what  []string
	whole []bool // strata without an outage in the days compared; nil = all
	found []finding
	shift []float64 // by span: see common
}

func (e *engine) round(prs []*prepared, at int, fits []*PriceFit) *round {
	r := &round{at: at, found: make([]finding, len(prs))}
	r.strata(e)
	r.outages(e)
	ns := len(e.spans)
	sps := make([]span, ns)
	for k, sp := range e.spans {
		sps[k] = sp.within(at)
	}
	var kept []prefix
	if r.keep != nil {
		kept = e.kept(prs, r.keep)
	}
	sums := make([]*prefix, len(prs))
	season := make([][]estimate, len(prs))
	sides, numbers, estimates := make([]side, 2*ns*len(prs)), make([]float64, 4*ns*len(prs)), make([]estimate, ns*len(prs))
	parallel(len(prs), func(i int) {
		pr := prs[i]
		if sums[i] = &pr.all; kept != nil {
			sums[i] = &kept[i]
		}
		f := &r.found[i]
		s, n := sides[2*ns*i:2*ns*(i+1)], numbers[4*ns*i:4*ns*(i+1)]
		f.a, f.r = s[:ns:ns], s[ns:]
		f.delta, f.varDelta = n[:ns:ns], n[ns:2*ns:2*ns]
		f.z, f.zRaw = n[2*ns:3*ns:3*ns], n[3*ns:]
		season[i] = estimates[ns*i : ns*(i+1)]
		for k, sp := range sps {
			f.a[k] = sums[i].side(at-sp.a0, at-sp.a1, true, true)
			if f.r[k] = f.r[e.same[k]]; e.same[k] == k {
				f.r[k] = e.reference(sums[i], pr, at-sp.r0, at-sp.r1, sp.weight > 0, true)
			}
		}
		e.allEarlier(sums[i], pr, at, sps, e.same, season[i])
		f.now = sums[i].side(at-e.o.Days, at, false, false)
		f.prev = sums[i].side(at-2*e.o.Days, at-e.o.Days, false, false)
		f.enough = pr.noise.enough(f.now, f.prev)
	})
	e.poolSeason(prs, r, season)
	e.common(prs, sums, sps, r)
	parallel(len(prs), func(i int) { e.test(&r.found[i], sums[i], prs[i], at, sps, r.shift) })
	r.correct(e.o.Alpha)
	crit := r.critical(e.o.Alpha)
	parallel(len(prs), func(i int) {
		var fit *PriceFit
		if fits != nil {
			fit = fits[i]
		}
		e.classify(&r.found[i], r, sums[i], prs[i], crit, fit)
	})
	return r
}

// strata decides which strata can be compared as of the round, and says what
// became of the others.
func (r *round) strata(e *engine) {
	r.what = make([]string, len(e.p.Strata))
	d := e.o.Days
	for k := range e.p.Strata {
		x := func(from, to int) float64 {
			return e.exposure[k][max(to, 0)] - e.exposure[k][max(from, 0)]
		}
		now, prev, ref := x(r.at-d, r.at), x(r.at-2*d, r.at-d), x(r.at-4*d, r.at-d)
		switch {
		case now >= minExposure && prev >= minExposure && ref >= minExposure:
			continue
		case now < minExposure && prev < minExposure:
			r.what[k] = "silent"
		case now < minExposure:
			r.what[k] = "stopped"
		default:
			r.what[k] = "started"
		}
		if r.keep == nil {
			r.keep = make([]bool, len(e.p.Strata))
			for j := range r.keep {
				r.keep[j] = true
			}
		}
		r.keep[k] = false
	}
}

// notes names the strata that matter to the series and could not be compared, or
// whose volume changed a lot.
func (r *round) notes(e *engine, pr *prepared) []StratumNote {
	var out []StratumNote
	d := e.o.Days
	for k, name := range e.p.Strata {
		c := pr.s.Counts[k]
		if c == nil {
			continue
		}
		var n float64
		for i := max(0, r.at-2*d); i < r.at; i++ {
			n += float64(c[i])
		}
		if r.what[k] != "" {
			if n > 0 || r.what[k] == "stopped" && pr.rate[k] > 0 {
				out = append(out, StratumNote{Stratum: name, What: r.what[k]})
			}
			continue
		}
		now := e.exposure[k][r.at] - e.exposure[k][r.at-d]
		prev := e.exposure[k][r.at-d] - e.exposure[k][r.at-2*d]
		if change := now / prev; n > 0 && (change > 1.5 || change < 1/1.5) {
			out = append(out, StratumNote{Stratum: name, What: "volume", Change: change - 1})
		}
	}
	return out
}

// reference is the level before: its weeks are cut to within three standard
// errors of their median (winsorised; P. J. Huber, Robust Statistics, 1981), so
// that a burst or a campaign in it does not make the present look like a fall.
func (e *engine) reference(p *prefix, pr *prepared, from, to int, cut, feast bool) side {
	s := p.side(from, to, true, feast)
	n := (to - from) / 7
	if !cut || n < 4 || s.m <= 0 {
		return s
	}
	var rates [64]float64
	n = min(n, len(rates))
	k := 0
	for b := range n {
		w := p.side(to-7*(b+1), to-7*b, true, feast)
		if w.m > 0 {
			rates[k] = w.y / w.m
			k++
		}
	}
	if k < 4 {
		return s
	}
	med := quantile(rates[:k], .5)
	y := 0.0
	for b := range n {
		w := p.side(to-7*(b+1), to-7*b, true, feast)
		mu := med * w.m
		slack := 3*math.Sqrt(pr.noise.phi(mu, 1)*(mu+1)) + 1
		y += math.Min(math.Max(w.y, mu-slack), mu+slack)
	}
	if rest := (to - from) - 7*n; rest > 0 {
		y += p.side(from, from+rest, true, feast).y
	}
	s.y = y
	return s
}

// critical is the largest p-value that the correction lets through.
func (r *round) critical(alpha float64) float64 {
	crit, looked := 0.0, 0
	for i := range r.found {
		f := &r.found[i]
		if math.IsNaN(f.qBeyond) {
			continue
		}
		looked++
		if f.qBeyond <= alpha {
			crit = math.Max(crit, f.pBeyond)
		}
	}
	return math.Max(crit, alpha/math.Max(float64(looked), 1))
}

func (r *round) correct(alpha float64) {
	n := len(r.found)
	for _, c := range []struct {
		p func(*finding) float64
		q func(*finding, float64)
	}{
		{func(f *finding) float64 { return f.pBeyond }, func(f *finding, q float64) { f.qBeyond = q }},
		{func(f *finding) float64 { return f.pRaw }, func(f *finding, q float64) { f.qRaw = q }},
		{func(f *finding) float64 { return f.pTotal }, func(f *finding, q float64) { f.qTotal = q }},
	} {
		p := make([]float64, n)
		for i := range r.found {
			p[i] = math.NaN()
			if r.found[i].enough {
				p[i] = c.p(&r.found[i])
			}
		}
		for i, q := range QValues(p) {
			c.q(&r.found[i], q)
		}
	}
}

// riseShare of the error budget is spent on rises, the rest on falls: weights on
// hypotheses that average to one keep the false discovery rate (C. R. Genovese,
// K. Roeder & L. Wasserman, Biometrika 93, 2006, 509–524). People come to see
// what is rising.
const riseShare = 2. / 3

// directed turns a two-sided p-value into one with that weight.
func directed(p float64, up bool) float64 {
	if up {
		return math.Min(1, p/(2*riseShare))
	}
	return math.Min(1, p/(2*(1-riseShare)))
}

// test computes the combined p-values of a series: beyond calendar and season,
// plain, and with copies.
func (e *engine) test(f *finding, p *prefix, pr *prepared, at int, sps []span, shift []float64) {
	if !f.enough {
		return
	}
	var lists [6][maxSpans]float64
	ps, raw, tot, w := lists[0][:0], lists[1][:0], lists[2][:0], lists[3][:0]
	lasting, lw := lists[4][:0], lists[5][:0]
	var plain [maxSpans]side // references without feasts
	var best, bestRaw, bestTotal float64
	for k, sp := range sps {
		if sp.weight == 0 {
			continue
		}
		z, pv := pr.noise.change(f.a[k], f.r[k], f.delta[k], f.varDelta[k])
		f.z[k] = z
		ps, w = append(ps, pv), append(w, sp.weight)
		if sp.lasting {
			lasting, lw = append(lasting, pv), append(lw, sp.weight)
		}
		if math.Abs(z) > math.Abs(best) {
			best = z
		}
		if plain[k] = plain[e.same[k]]; e.same[k] == k {
			plain[k] = e.reference(p, pr, at-sp.r0, at-sp.r1, true, false)
		}
		zr, pr1 := pr.noise.change(p.side(at-sp.a0, at-sp.a1, true, false), plain[k], shift[k], 0)
		f.zRaw[k] = zr
		raw = append(raw, pr1)
		if math.Abs(zr) > math.Abs(bestRaw) {
			bestRaw = zr
		}
		if pr.s.Copied != nil {
			zt, pt := pr.noise.change(p.side(at-sp.a0, at-sp.a1, false, true), f.r[k], f.delta[k], f.varDelta[k])
			tot = append(tot, pt)
			if math.Abs(zt) > math.Abs(bestTotal) {
				bestTotal = zt
			}
		}
	}
	f.pBeyond, f.pRaw = directed(combine(ps, w), best > 0), directed(combine(raw, w), bestRaw > 0)
	f.pTotal, f.upTotal = f.pBeyond, best > 0
	if pr.s.Copied != nil {
		f.pTotal, f.upTotal = directed(combine(tot, w), bestTotal > 0), bestTotal > 0
	}
	f.up, f.upRaw = best > 0, bestRaw > 0
	sum := 0.0
	for _, x := range lw {
		sum += x
	}
	for i := range lw {
		lw[i] /= sum
	}
	f.pLasting = directed(combine(lasting, lw), best > 0)
}
