package engine

import (
	"math"

	"antojo/internal/mention"
)

const (
	paydayLeast = 8  // payday days that must be seen
	paydayMost  = .7 // largest log lift that is believed
)

// paydays marks the days on which wages reach people.
func paydays(start mention.Day, days int) []bool {
	out := make([]bool, days)
	for d := range out {
		out[d] = (start + mention.Day(d)).Payday()
	}
	return out
}

// measurePaydays compares the paydays of the last year with its other days, at
// equal exposure and weekday. Four weeks hold two paydays whichever they are, so
// this moves looks at days and single weeks, and hardly a window. The weeks that
// are judged are among them: one payday of two dozen.
func (e *engine) measurePaydays(f *feastLifts, y, m []float64, end int, phi float64) {
	var yp, mp, yo, mo float64
	n := 0
	for d := max(0, end-yearDays); d < end; d++ {
		if m[d] <= 0 {
			continue
		}
		if e.payday[d] {
			yp, mp = yp+y[d], mp+m[d]
			n++
		} else {
			yo, mo = yo+y[d], mo+m[d]
		}
	}
	f.varPay = math.Inf(1)
	if n < paydayLeast || mo <= 0 || yo <= 0 {
		return
	}
	exp := yo / mo * mp
	f.pay = math.Log((yp + .5) / (exp + .5))
	f.varPay = phi * (1/(math.Min(yp, exp)+.5) + 1/(yo+.5))
	f.any = true
}

// poolPaydays shrinks the lifts of paydays in groups, as those of feasts.
func poolPaydays(prs []*prepared) {
	var ls, vs []float64
	for _, pr := range prs {
		if f := &pr.feast; !math.IsInf(f.varPay, 1) {
			ls, vs = append(ls, f.pay), append(vs, f.varPay)
		}
	}
	prior := fitMix(ls, vs, .3, .02)
	for _, pr := range prs {
		f := &pr.feast
		if math.IsInf(f.varPay, 1) {
			f.pay = 0
			continue
		}
		f.pay, f.varPay = prior.posterior(f.pay, f.varPay)
		f.pay = math.Min(math.Max(f.pay, -paydayMost), paydayMost)
	}
}
