package engine

import (
	"cmp"
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// A feast moves a few days around it. Its lift is read in three parts.
const (
	before = iota // the days up to it
	on            // the feast itself
	after         // the days that follow
	parts
)

const (
	feastBefore = 4
	feastAfter  = 2
	feastGuard  = 84 // days: an occurrence this recent is being judged, and no evidence
)

// occurrence is one feast in one year, in days of the panel.
type occurrence struct {
	feast    int
	from, to int // inclusive
}

func (o occurrence) part(d int) int {
	switch {
	case d < o.from:
		return before
	case d > o.to:
		return after
	}
	return on
}

// occurrences lists the feasts that touch the days from start up to days after it.
func occurrences(start mention.Day, days int, feasts []calendar.Feast) []occurrence {
	var out []occurrence
	last := start + mention.Day(days)
	for i := range feasts {
		for y := start.Date().Year(); y <= last.Date().Year()+1; y++ {
			from, to, ok := feasts[i].Days(y)
			if ok && to+feastAfter >= start && from-feastBefore <= last {
				out = append(out, occurrence{i, int(from - start), int(to - start)})
			}
		}
	}
	return out
}

// feastLifts are the estimated lifts of one series: log factors and variances by
// feast and part; nil where no earlier year says anything.
type feastLifts struct {
	log, varLog [][parts]float64
	seen        []int // earlier years
	pay, varPay float64
	any         bool
}

// measureFeasts compares each feast's days of earlier years with the days around
// it: log of observed over expected, the level being that of the five weeks on
// either side, at equal exposure and weekday.
//
// Feasts share days (a Saturday's feast is over on the Sunday of another, two are
// on the same day). The clearest takes the days it has, the next ones are measured
// against what is left of them (S. G. Mallat & Z. Zhang's matching pursuit, IEEE
// Trans. Signal Process. 41, 1993, 3397–3415): each lift is counted once.
func (e *engine) measureFeasts(pr *prepared, y, m []float64, end int, phi float64, tmp *scratch) {
	n := len(e.feasts)
	f := feastLifts{log: make([][parts]float64, n), varLog: make([][parts]float64, n), seen: make([]int, n)}
	e.measurePaydays(&f, y, m, end, phi)
	cy, cm := tmp.c, tmp.d
	cy[0], cm[0] = 0, 0
	for d := range end {
		cy[d+1], cm[d+1] = cy[d]+y[d], cm[d]+m[d]
	}
	around := func(a, b int) (float64, float64) {
		a, b = min(max(a, 0), end), min(max(b, 0), end)
		return cy[b] - cy[a], cm[b] - cm[a]
	}
	// pay is what a payday among the days of a feast makes of them.
	pay := 1.
	if f.pay*f.pay > 4*f.varPay {
		pay = math.Exp(f.pay)
	}
	var taken []float64 // by day: log lift of feasts measured before
	read := func(feast int) (best float64) {
		var obs, exp [parts]float64
		ref := 0.0
		f.seen[feast] = 0
		for _, o := range e.occurs {
			if o.feast != feast || o.from-feastBefore < 0 || o.to+feastAfter >= end-feastGuard {
				continue
			}
			y1, m1 := around(o.from-feastBefore-32, o.from-feastBefore)
			y2, m2 := around(o.to+feastAfter+1, o.to+feastAfter+33)
			if m1+m2 <= 0 || y1+y2 <= 0 {
				continue
			}
			level := (y1 + y2) / (m1 + m2)
			f.seen[feast]++
			ref += y1 + y2
			for d := o.from - feastBefore; d <= o.to+feastAfter; d++ {
				x := level * m[d]
				if taken != nil && taken[d] != 0 {
					x *= math.Exp(taken[d])
				}
				if e.payday[d] {
					x *= pay
				}
				obs[o.part(d)] += y[d]
				exp[o.part(d)] += x
			}
		}
		for p := range parts {
			if exp[p] <= 0 {
				f.varLog[feast][p] = math.Inf(1)
				continue
			}
			l, v := math.Log((obs[p]+.5)/(exp[p]+.5)), phi*(1/(math.Min(obs[p], exp[p])+.5)+1/(ref+.5))
			f.log[feast][p], f.varLog[feast][p] = l, v
			f.any = true
			if p == on { // what comes before and after is also before and after others
				best = l * l / v
			}
		}
		return best
	}
	clear, rest := make([]ranked, 0, n), make([]int, 0, n)
	for i := range n {
		switch z2 := read(i); {
		case z2 > 0 && slices.Contains(e.feasts[i].Foods, pr.s.ID):
			clear = append(clear, ranked{i, math.Inf(1)}) // what is named after it is its own
		case z2 > 9:
			clear = append(clear, ranked{i, z2})
		default:
			rest = append(rest, i)
		}
	}
	if len(clear) > 0 {
		slices.SortStableFunc(clear, func(a, b ranked) int { return cmp.Compare(b.z2, a.z2) })
		taken = make([]float64, end)
		for k, c := range clear {
			if k > 0 {
				read(c.feast)
			}
			for _, o := range e.occurs {
				if o.feast != c.feast {
					continue
				}
				for d := max(0, o.from-feastBefore); d <= min(end-1, o.to+feastAfter); d++ {
					if l, v := f.log[c.feast][o.part(d)], f.varLog[c.feast][o.part(d)]; !math.IsInf(v, 1) {
						taken[d] += l * l * l / (l*l + v)
					}
				}
			}
		}
		for _, i := range rest {
			read(i)
		}
	}
	pr.feast = f
}

// ranked is a feast with how clearly it shows.
type ranked struct {
	feast int
	z2    float64
}

// namedLift is the log lift expected of a food on the feast that is named after
// it, before anything is seen: some half more before and after, three times as
// much on the day. Once a year was seen, that counts for more.
var namedLift = [parts]float64{.4, 1.1, .4}

// poolFeasts shrinks the lifts of all series in groups for each feast and
// part: most series do not keep the feast, some do (see mix).
func (e *engine) poolFeasts(prs []*prepared) {
	parallel(len(e.feasts)*parts, func(k int) {
		i, p := k/parts, k%parts
		var ls, vs []float64
		for _, pr := range prs {
			if !math.IsInf(pr.feast.varLog[i][p], 1) {
				ls, vs = append(ls, pr.feast.log[i][p]), append(vs, pr.feast.varLog[i][p])
			}
		}
		prior := fitMix(ls, vs, .6, .02)
		named := twoGroups(namedLift[p], .3, .6, .9)
		for _, pr := range prs {
			f := &pr.feast
			prior := prior
			if slices.Contains(e.feasts[i].Foods, pr.s.ID) {
				prior = named
			}
			if math.IsInf(f.varLog[i][p], 1) {
				f.log[i][p], f.varLog[i][p] = 0, 0
				continue
			}
			f.log[i][p], f.varLog[i][p] = prior.posterior(f.log[i][p], f.varLog[i][p])
		}
	})
}

// negligible is the log lift below which a feast is not spoken of.
const negligible = .04

// days writes the factor of each day to out and returns it; nil if neither feast nor
// payday moves the series.
func (f *feastLifts) days(e *engine, out []float64) []float64 {
	if !f.any {
		return nil
	}
	some := false
	factor, of := [parts]float64{}, -1 // the factors are of this feast
	for _, o := range e.occurs {
		l := &f.log[o.feast]
		if f.seen[o.feast] == 0 || math.Abs(l[before])+math.Abs(l[on])+math.Abs(l[after]) < negligible {
			continue
		}
		if of != o.feast {
			of = o.feast
			for p := range factor {
				factor[p] = math.Exp(l[p])
			}
		}
		for d := max(0, o.from-feastBefore); d <= min(len(out)-1, o.to+feastAfter); d++ {
			if !some {
				some = true
				for i := range out {
					out[i] = 1
				}
			}
			out[d] *= factor[o.part(d)]
		}
	}
	if math.Abs(f.pay) >= negligible {
		lift := math.Exp(f.pay)
		for d := range out {
			if !some {
				out[d] = 1
			}
			if e.payday[d] {
				out[d] *= lift
			}
		}
		some = true
	}
	if !some {
		return nil
	}
	return out
}

// touching lists the occurrences that move a day of [from, to).
func (e *engine) touching(from, to int) []occurrence {
	var out []occurrence
	for _, o := range e.occurs {
		if o.to+feastAfter >= from && o.from-feastBefore < to {
			out = append(out, o)
		}
	}
	return out
}

// feastParts tells what each feast adds to the expectation of a window, and the
// variance of them all.
func (e *engine) feastParts(pr *prepared, from, to int) (parts []FeastPart, varLog float64) {
	touching := e.touching(from, to)
	if whole := pr.all.feast[to] - pr.all.feast[from]; pr.feast.any && whole > 0 {
		for _, o := range touching {
			l := &pr.feast.log[o.feast]
			var extra [3]float64
			for d := max(from, o.from-feastBefore); d <= min(to-1, o.to+feastAfter); d++ {
				k := o.part(d)
				extra[k] += (pr.all.feast[d+1] - pr.all.feast[d]) * (1 - math.Exp(-l[k])) / whole
			}
			if sum := extra[before] + extra[on] + extra[after]; pr.feast.seen[o.feast] > 0 && math.Abs(sum) > .02 {
				parts = append(parts, FeastPart{e.feasts[o.feast].ID, 1 / (1 - sum)})
			}
		}
	}
	return parts, e.feastVariance(pr, touching, from, to)
}

// feastVariance is the variance of what the occurrences that touch a window give its
// expectation.
func (e *engine) feastVariance(pr *prepared, touching []occurrence, from, to int) (varLog float64) {
	whole := pr.all.feast[to] - pr.all.feast[from]
	if !pr.feast.any || whole <= 0 {
		return 0
	}
	for _, o := range touching {
		if pr.feast.seen[o.feast] == 0 {
			continue
		}
		l, v := &pr.feast.log[o.feast], &pr.feast.varLog[o.feast]
		var share [parts]float64
		for d := max(from, o.from-feastBefore); d <= min(to-1, o.to+feastAfter); d++ {
			m := pr.all.feast[d+1] - pr.all.feast[d]
			share[o.part(d)] += m / whole
		}
		for k := range share {
			varLog += share[k] * share[k] * (v[k] + .04*l[k]*l[k]) // a feast is not the same each year
		}
	}
	return varLog
}
