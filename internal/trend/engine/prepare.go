package engine

import (
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// minExposure is the number of mentions a stratum needs on each side to be
// compared: below it the stratum counts as silent (started, stopped or broken),
// and its mentions say nothing about a change.
const minExposure = 20

// prepared is one series made ready: totals over strata as prefix sums.
type prepared struct {
	s     *Series
	rate  []float64  // mentions per exposure, by stratum, over the last year
	dow   [7]float64 // weekday profile at equal exposure, mean about 1
	feast feastLifts //
	all   prefix     // all strata
	mom   moments    //
	noise noise      //
}

// prefix holds sums up to each day: counts, counts without copies, expectation
// at a constant rate, and the same with feasts. Index d+1 includes day d.
type prefix struct{ y, clean, plain, feast []float64 }

func (p *prefix) side(from, to int, clean, feast bool) side {
	y, m := p.y, p.plain
	if clean {
		y = p.clean
	}
	if feast {
		m = p.feast
	}
	return side{y[to] - y[from], m[to] - m[from], float64(to-from) / 7}
}

// yearDays is how far back the rates of strata are read.
const yearDays = 364

// prepareAll lays every series against the volume of its strata and estimates the
// lifts of feasts, from what was known before day end; feasts are found in the first
// days days of the panel and beyond it.
func prepareAll(p *Panel, end, days int) (*engine, []*prepared) {
	e := &engine{p: p, end: end, feasts: calendar.Feasts(), firstWeekday: calendar.Weekday(p.Start)}
	e.occurs = occurrences(p.Start, days, e.feasts)
	e.payday = paydays(p.Start, max(days, p.Days))
	e.exposure = make([][]float64, len(p.Strata))
	for k, x := range p.Exposure {
		e.exposure[k] = make([]float64, end+1)
		for d := range end {
			e.exposure[k][d+1] = e.exposure[k][d] + float64(x[d])
		}
	}
	prs := make([]*prepared, len(p.Series))
	parallel(len(prs), func(i int) { prs[i] = e.prepare(&p.Series[i], end) })
	e.poolFeasts(prs)
	poolPaydays(prs)
	return e, prs
}

// scratch is memory for one series in progress: four values a day.
type scratch struct{ a, b, c, d []float64 }

// borrow returns scratch memory for end days, to be given back with e.free.Put. What
// is in it is left from the series before.
func (e *engine) borrow() *scratch {
	if s, ok := e.free.Get().(*scratch); ok {
		return s
	}
	n := e.end + 1
	flat := make([]float64, 4*n)
	return &scratch{flat[:n:n], flat[n : 2*n : 2*n], flat[2*n : 3*n : 3*n], flat[3*n:]}
}

// prepare reads one series up to day end (exclusive).
func (e *engine) prepare(s *Series, end int) *prepared {
	pr := &prepared{s: s, rate: make([]float64, len(e.p.Strata))}
	from := max(0, end-yearDays)
	for k := range e.p.Strata {
		if s.Counts[k] == nil {
			continue
		}
		var y float64
		for d := from; d < end; d++ {
			y += float64(s.Counts[k][d])
		}
		if x := e.exposure[k][end] - e.exposure[k][from]; x > 0 {
			pr.rate[k] = y / x
		} else {
			for d := range from {
				y += float64(s.Counts[k][d])
			}
			if x := e.exposure[k][end]; x > 0 {
				pr.rate[k] = y / x
			}
		}
	}
	pr.all = newPrefix(end)
	e.add(pr, pr.all, end, nil)
	tmp := e.borrow()
	defer e.free.Put(tmp)
	y, m := tmp.a[:end], tmp.b[:end]
	copy(y, pr.all.y[1:])
	copy(m, pr.all.plain[1:])
	if s.Copied != nil {
		for d := range end {
			y[d] = math.Max(0, y[d]-float64(s.Copied[d]))
		}
	}
	pr.dow = weekdays(e.p.Start, y, m)
	for d := range end {
		m[d] *= pr.dow[e.weekday(d)]
	}
	prior := measure(y, m, end, 2)
	phi := 1.5
	if prior.df > 0 {
		phi = math.Max(1.2, prior.phi())
	}
	e.measureFeasts(pr, y, m, end, phi, tmp)
	pr.mom = prior
	return pr
}

// settle takes the pooled lifts of feasts in: the prefix sums with them, and the
// dispersion against them.
func (e *engine) settle(pr *prepared, end int) {
	e.sum(pr, pr.all, end)
	tmp := e.borrow()
	defer e.free.Put(tmp)
	y, m := tmp.a[:end], tmp.b[:end]
	for d := range end {
		y[d] = pr.all.clean[d+1] - pr.all.clean[d]
		m[d] = pr.all.feast[d+1] - pr.all.feast[d]
	}
	guess := 1.5
	if pr.mom.df > 0 {
		guess = math.Max(1.2, pr.mom.phi())
	}
	pr.mom = measure(y, m, end, guess)
}

// add writes what each day has, at d+1 of y and plain, over the strata of keep (nil =
// all). Both must be zero.
func (e *engine) add(pr *prepared, p prefix, end int, keep []bool) {
	y, m := p.y[1:end+1], p.plain[1:end+1]
	for k, c := range pr.s.Counts {
		if c == nil || keep != nil && !keep[k] {
			continue
		}
		r, x := pr.rate[k], e.p.Exposure[k][:len(y)]
		c, m := c[:len(y)], m[:len(y)]
		for d := range y {
			y[d] += float64(c[d])
			m[d] += r * float64(x[d])
		}
	}
}

// kept returns the prefix sums of all series over the strata of keep; those of the
// round before if they are the same strata.
func (e *engine) kept(prs []*prepared, keep []bool) []prefix {
	if e.sums == nil || !slices.Equal(keep, e.keep) {
		e.sums, e.keep = make([]prefix, len(prs)), keep
		parallel(len(prs), func(i int) {
			e.sums[i] = newPrefix(e.end)
			e.add(prs[i], e.sums[i], e.end, keep)
			e.sum(prs[i], e.sums[i], e.end)
		})
	}
	return e.sums
}

func newPrefix(end int) prefix {
	n := end + 1
	flat := make([]float64, 4*n)
	return prefix{flat[:n:n], flat[n : 2*n : 2*n], flat[2*n : 3*n : 3*n], flat[3*n:]}
}

// sum turns what add has written into prefix sums.
func (e *engine) sum(pr *prepared, p prefix, end int) {
	tmp := e.borrow()
	defer e.free.Put(tmp)
	lift := pr.feast.days(e, tmp.a[:end])
	for d := range end {
		y := p.y[d+1]
		clean := y
		if pr.s.Copied != nil {
			clean = math.Max(0, y-float64(pr.s.Copied[d]))
		}
		m := p.plain[d+1] * pr.dow[e.weekday(d)]
		f := m
		if lift != nil {
			f *= lift[d]
		}
		p.y[d+1] = p.y[d] + y
		p.clean[d+1] = p.clean[d] + clean
		p.plain[d+1] = p.plain[d] + m
		p.feast[d+1] = p.feast[d] + f
	}
}

// weekdays is the profile of the week at equal exposure, each day shrunk towards
// the channel's own with the weight of 60 mentions.
func weekdays(start mention.Day, y, m []float64) (w [7]float64) {
	var ys, ms [7]float64
	var ty, tm float64
	from := max(0, len(y)-dispersionWeeks*7)
	i := calendar.Weekday(start + mention.Day(from))
	for d := from; d < len(y); d++ {
		ys[i] += y[d]
		ms[i] += m[d]
		ty += y[d]
		tm += m[d]
		if i++; i == 7 {
			i = 0
		}
	}
	for i := range w {
		w[i] = 1
		if tm > 0 && ty > 0 {
			scale := ty / tm
			w[i] = (ys[i] + 60) / (ms[i]*scale + 60)
		}
	}
	return w
}

func (e *engine) weekday(d int) int { return (e.firstWeekday + d) % 7 }
