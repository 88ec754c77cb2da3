package engine

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"antojo/internal/trend/calendar"
)

// engine is one judgement in progress.
type engine struct {
	p            *Panel
	o            Options
	end          int         // days of the panel up to and with Options.To
	exposure     [][]float64 // [stratum][day+1] prefix sums
	feasts       []calendar.Feast
	occurs       []occurrence
	payday       []bool // by day of the panel, and those after it that are forecast
	firstWeekday int
	spans        []span
	same         []int // by span: the first that has the same reference

	free sync.Pool // of *scratch
	keep []bool    // strata that sums are of
	sums []prefix  // by series
}

// Judge gives every series of the panel its verdict, in the panel's order. It
// uses nothing after Options.To.
//
// Steps: each series is laid against the volume of its strata and its own
// weekday profile; lifts of feasts and the dispersion are estimated by series and
// pooled; then, for each of the last weeks and at last for To, several
// spans are tested against the level before them with season and feasts taken
// out, corrected for all series, and the verdict is carried from week to week.
func Judge(p *Panel, o Options) []Judgement {
	o = o.withDefaults(p)
	end := int(o.To-p.Start) + 1
	out := make([]Judgement, len(p.Series))
	for i := range out {
		out[i] = Judgement{Verdict: NotEnoughData, Q: math.NaN(), Growth: undefined(), Beyond: undefined(), Lasting: undefined(), Expected: 1}
	}
	if end <= 0 || end > p.Days || len(p.Series) == 0 {
		return out
	}
	e, prs := prepareAll(p, end, p.Days)
	e.o, e.spans = o, spans(o.Days)
	e.same = references(e.spans)
	parallel(len(prs), func(i int) { e.settle(prs[i], end) })
	ms := make([]moments, len(prs))
	for i, pr := range prs {
		ms[i] = pr.mom
	}
	pl := poolNoise(ms)
	for _, pr := range prs {
		pr.noise = pl.own(pr.mom)
	}
	fits := e.fitPrices(prs)

	state := make([]state, len(prs))
	for back := o.History; back >= 0; back-- {
		at := end - 7*back
		if at < max(2*o.Days, 7) { // a burst is a week
			continue
		}
		r := e.round(prs, at, fits)
		for i := range state {
			state[i] = state[i].next(&r.found[i], o.Alpha)
		}
		if back == 0 {
			parallel(len(prs), func(i int) { e.report(&out[i], prs[i], r, i, state[i]) })
		}
	}
	return out
}

func undefined() Ratio { return Ratio{math.NaN(), math.NaN(), math.NaN()} }

// parallel runs f for 0…n−1 on all processors.
func parallel(n int, f func(int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	// Each takes the next few as it is done with the last ones: processors may be busy
	// with other work.
	const few = 4
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for to := 0; to < n; {
				to = int(next.Add(few))
				for i := to - few; i < min(to, n); i++ {
					f(i)
				}
			}
		})
	}
	wg.Wait()
}

// state is a verdict as it is carried from week to week.
type state struct {
	verdict Verdict
	held    int
	kept    bool
}

const (
	exitFactor = 2 // a verdict is kept until q exceeds this many α
	stillThere = .5
)

// next applies hysteresis: rising and falling stay while the change still leans
// the same way, is at least half of what chance-corrected significance needs,
// and nothing else explains it. Anything new must pass the full test.
func (s state) next(f *finding, alpha float64) state {
	v := f.verdict
	kept := false
	if s.verdict != v && (s.verdict == Rising || s.verdict == Falling) && (v == Steady || v == Seasonal) {
		up := s.verdict == Rising
		exit := exitFactor * alpha
		if !up {
			exit = exitFactor * f.fallAlpha(alpha)
		}
		if f.qBeyond <= exit && f.up == up && f.standing {
			v, kept = s.verdict, true
		}
	}
	if v == s.verdict {
		return state{v, s.held + 1, kept}
	}
	return state{v, 1, kept}
}

// unclaimed says what keeps a change that a test sees from being a verdict.
func (f *finding) unclaimed() Unclaimed {
	switch {
	case f.settled:
		return NewLevel
	case !f.standing:
		return Wavers
	case f.disturbed && !f.up:
		return Silenced
	}
	return Brief
}

// report fills the figures of a judgement from the last round.
func (e *engine) report(j *Judgement, pr *prepared, r *round, i int, s state) {
	f := &r.found[i]
	j.Verdict, j.Held, j.Kept = s.verdict, s.held, s.kept
	j.N, j.NPrevious, j.Enough = f.now.y, f.prev.y, f.enough
	j.Phi = pr.noise.phi(math.Max(f.prev.y/math.Max(f.prev.weeks, .2), 0), f.prev.weeks)
	j.Dropped = r.notes(e, pr)
	if !f.enough {
		return
	}
	j.Growth = pr.noise.ratio(f.now, f.prev, 0, 0)
	j.Q = f.qBeyond
	if s.verdict == Seasonal {
		j.Q = f.qRaw
	} else if s.verdict == CampaignDriven {
		j.Q = f.qTotal
	}
	if s.verdict == Steady && f.qBeyond <= e.o.Alpha {
		j.Unclaimed = f.unclaimed()
	}
	j.Expected = math.Exp(f.expect)
	j.Beyond = pr.noise.ratio(f.now, f.prev, f.expect, f.varExpect)
	j.Past = f.past
	j.Feasts, _ = e.feastParts(pr, r.at-e.o.Days, r.at)
	j.Lasting, j.Weeks = f.lasting, f.weeks
	j.Burst = f.burst
	j.Copied, j.PerHead = f.copied, f.perHead
	j.PriceFit = f.price
}
