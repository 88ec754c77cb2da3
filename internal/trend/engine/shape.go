package engine

import (
	"math"

	"antojo/internal/mention"
)

type dayOf = mention.Day

const (
	burstDays = 9  // a burst is over within these
	burstGain = 3  // log-likelihood by which it must be the better story: it has more to choose from
	minStep   = 10 // a change must have lasted so many days to be called lasting
)

// classify turns the tests of a series into the verdict of this round.
func (e *engine) classify(f *finding, r *round, p *prefix, pr *prepared, crit float64, fit *PriceFit) {
	at := r.at
	f.verdict = NotEnoughData
	if !f.enough {
		return
	}
	alpha := e.o.Alpha
	f.verdict = Steady
	f.disturbed = r.disturbs(pr)
	f.copies(e, p, pr, at)
	e.describe(f, p, pr, at)
	switch {
	case f.qTotal <= alpha && f.upTotal && f.campaign(e, p, pr, at, crit):
		f.verdict = CampaignDriven
	case f.qBeyond <= alpha && f.up:
		burst, lasts := e.shape(f, p, pr, at)
		switch {
		case burst:
			f.verdict = Spike
		case lasts && f.pLasting <= crit && f.standing:
			f.verdict = Rising
		case !lasts:
			f.verdict = Spike
		}
	case f.qBeyond <= f.fallAlpha(alpha) && f.pLasting <= crit && f.standing && e.fallsWithout(f, r, pr):
		f.verdict = Falling
	case f.qRaw <= alpha && f.seasonal(e):
		f.verdict = Seasonal
	}
	if fit == nil {
		return
	}
	switch f.verdict {
	case Rising, Falling, Spike:
		f.price = e.explain(f, p, pr, at, fit, true)
	case Seasonal: // a relation that held over years says more than one earlier year
		f.price = e.explain(f, p, pr, at, fit, false)
	}
	if f.price != nil {
		f.verdict = PriceDriven
	}
}

// describe gives the lasting change its figure and says whether the last week
// still leans the same way.
func (e *engine) describe(f *finding, p *prefix, pr *prepared, at int) {
	best := -1
	for k, sp := range e.spans {
		if sp.lasting && (best < 0 || math.Abs(f.z[k]) > math.Abs(f.z[best])) {
			best = k
		}
	}
	if best < 0 {
		return
	}
	f.lasting = pr.noise.ratio(f.a[best], f.r[best], f.delta[best], f.varDelta[best])
	f.weeks = f.a[best].weeks
	week := min(7, e.o.Days)
	last := p.side(at-week, at, true, true)
	l := math.Log((last.y+.5)/math.Max(last.m, 1e-9)) - math.Log((f.r[best].y+.5)/math.Max(f.r[best].m, 1e-9)) - f.delta[best]
	want := math.Log(f.lasting.Value)
	mu := f.r[best].y / math.Max(f.r[best].m, 1e-9) * last.m
	slack := math.Sqrt(pr.noise.phi(mu, last.weeks) / (mu + 1)) // one standard error of the week
	// A change that was complete two windows ago is a new level, no rise: the
	// window against the two before it must show a third of it.
	d := e.o.Days
	if at >= 3*d {
		now, then := p.side(at-d, at, true, true), p.side(at-3*d, at-d, true, true)
		if now.m > 0 && then.m > 0 {
			l2 := math.Log((now.y+.5)/now.m) - math.Log((then.y+.5)/then.m) - f.delta[best]*.5
			if se := math.Sqrt(pr.noise.phi(now.y/now.weeks, now.weeks)/(now.y+1) + pr.noise.phi(then.y/then.weeks, then.weeks)/(then.y+1)); l2/want < 1./3-.5*se/math.Abs(want) {
				f.settled = true
			}
		}
	}
	f.standing = !f.settled && (want > 0) == f.up && (l > 0) == (want > 0) && math.Abs(l) >= stillThere*math.Abs(want)-.5*slack
}

// seasonal says whether calendar and season explain what the plain test sees:
// the expected change has its sign and at least half of its size in the span
// where the plain change is clearest.
func (f *finding) seasonal(e *engine) bool {
	best := 0
	for k, sp := range e.spans {
		if sp.weight > 0 && math.Abs(f.zRaw[k]) > math.Abs(f.zRaw[best]) {
			best = k
		}
	}
	z, raw := f.z[best], f.zRaw[best]
	return math.Abs(z) < math.Abs(raw)*.6 || (z > 0) != (raw > 0)
}

// shape compares two stories for an excess in the last days by quasi-likelihood:
// a burst of at most burstDays that is over, and a step that lasts (scan
// statistics, M. Kulldorff, Commun. Stat. Theory Methods 26, 1997, 1481–1496). lasts
// is false while the best step is younger than minStep days.
func (e *engine) shape(f *finding, p *prefix, pr *prepared, at int) (burst, lasts bool) {
	best := -1
	for k, sp := range e.spans {
		if sp.lasting {
			best = k // the longest
		}
	}
	r := f.r[best]
	if r.m <= 0 {
		return false, false
	}
	level := (r.y + .5) / r.m * math.Exp(f.delta[best])
	days := e.spans[best].a0
	gain := func(from, to int) float64 {
		s := p.side(from, to, true, true)
		mu := level * s.m
		if s.y <= mu || mu <= 0 {
			return 0
		}
		phi := pr.noise.phi(mu/math.Max(s.weeks, 1), manyWeeks) // days that were chosen among many
		return (s.y*math.Log(s.y/mu) - (s.y - mu)) / phi
	}
	var step, short, young float64
	var from, to int
	for a := at - days; a < at; a++ {
		g := gain(a, at)
		if at-a >= min(minStep, days) {
			step = math.Max(step, g)
		} else {
			young = math.Max(young, g)
		}
		for b := a + 1; b <= min(a+burstDays, at); b++ {
			if g := gain(a, b); g > short {
				short, from, to = g, a, b
			}
		}
	}
	f.burst = [2]dayOf{e.p.Start + dayOf(from), e.p.Start + dayOf(to-1)}
	return short > step+burstGain && to < at-1, step+2 >= young
}

// copies describes who carries the window: the part that is copied, and mentions
// an author against the weeks before.
func (f *finding) copies(e *engine, p *prefix, pr *prepared, at int) {
	if f.now.y > 0 && pr.s.Copied != nil {
		d := at - e.o.Days
		f.copied = 1 - (p.clean[at]-p.clean[d])/f.now.y
	}
	if pr.s.Authors == nil {
		return
	}
	heads := func(from, to int) (n float64) {
		for d := max(from, 0); d < to; d++ {
			n += float64(pr.s.Authors[d])
		}
		return n
	}
	now, prev := heads(at-e.o.Days, at), heads(at-3*e.o.Days, at-e.o.Days)
	ref := p.side(max(0, at-3*e.o.Days), at-e.o.Days, false, false)
	if now > 0 && prev > 0 && ref.y > 0 {
		f.perHead = f.now.y / now / (ref.y / prev)
	}
}

// campaign says whether copies, or a few authors, make up the rise: without the
// copies (or counting each author of a day once) it is not significant, and they
// are at least half of the excess.
func (f *finding) campaign(e *engine, p *prefix, pr *prepared, at int, crit float64) bool {
	best, z := -1, 0.0
	for k, sp := range e.spans {
		if sp.weight == 0 {
			continue
		}
		if zt, _ := pr.noise.change(p.side(at-sp.a0, at-sp.a1, false, true), f.r[k], f.delta[k], f.varDelta[k]); best < 0 || zt > z {
			best, z = k, zt
		}
	}
	sp := e.spans[best]
	total, clean := p.side(at-sp.a0, at-sp.a1, false, true), f.a[best]
	mu := f.r[best].y / math.Max(f.r[best].m, 1e-9) * total.m * math.Exp(f.delta[best])
	excess := total.y - mu
	if excess <= 0 {
		return false
	}
	if copies := total.y - clean.y; copies >= .5*excess && copies > 0 {
		return true
	}
	if pr.s.Authors == nil || f.perHead < 1.4 {
		return false
	}
	var heads, before float64
	for d := at - sp.a0; d < at-sp.a1; d++ {
		heads += float64(pr.s.Authors[d])
	}
	for d := max(0, at-sp.r0); d < at-sp.r1; d++ {
		before += float64(pr.s.Authors[d])
	}
	a, r := side{heads, total.m, total.weeks}, side{before, f.r[best].m, f.r[best].weeks}
	_, pv := pr.noise.change(a, r, f.delta[best], f.varDelta[best])
	expected := before / math.Max(f.r[best].m, 1e-9) * total.m * math.Exp(f.delta[best])
	return pv > crit || heads-expected < .5*excess*before/math.Max(f.r[best].y, 1)
}
