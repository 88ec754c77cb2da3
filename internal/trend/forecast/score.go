package forecast

import (
	"math"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// Score is how forecasts from past weeks compare with what came.
type Score struct {
	Origins int
	Weeks   int     // (series, week) pairs
	MASE    float64 // mean absolute scaled error over that of the seasonal naive forecast
	Covered [3]float64
	// Standard errors, series being the unit: the weeks of one series err together.
	MASESE    float64
	CoveredSE [3]float64
	ByModel   map[Model]int
	Horizons  [3]float64 // MASE ratio of weeks 1–4, 5–8, 9–12
}

// Backtest forecasts from several past weeks, each with what was known then, and
// compares with what came. The scale of MASE is the series' own mean absolute
// difference between years (R. J. Hyndman & A. B. Koehler, Int. J. Forecasting 22,
// 2006, 679–688); its ratio to that of the seasonal naive forecast is given. Series
// with less than a mention a week are left out.
func Backtest(p *engine.Panel, weeksBack []int) Score {
	sc := Score{ByModel: map[Model]int{}}
	var own, naive float64
	var part, partNaive [3]float64
	var n, c50, c80, c95 float64
	each := make([]struct{ own, naive, n, c50, c80, c95 float64 }, len(p.Series))
	for _, back := range weeksBack {
		end := p.Days - 7*back
		if end/7 < minWeeks+max(origins[0], 8) {
			continue
		}
		sc.Origins++
		for i, f := range Weekly(p, Options{To: p.Start + mention.Day(end-1)}) {
			s := &p.Series[i]
			scale, total := 0.0, 0.0
			for w := range year {
				a, b := actual(s, end-7*(w+1)), 0.0
				if from := end - 7*(w+1+year); from >= 0 {
					b = actual(s, from)
				}
				scale += math.Abs(a-b) / year
				total += a
			}
			if total < year || scale == 0 {
				continue
			}
			sc.ByModel[f.Model]++
			for h, b := range f.Weeks {
				if math.IsNaN(b.Actual) || math.IsNaN(b.SeasonalNaiveRef) {
					continue
				}
				e, e0 := math.Abs(b.Point-b.Actual)/scale, math.Abs(b.SeasonalNaiveRef-b.Actual)/scale
				own += e
				naive += e0
				part[third(h)] += e
				partNaive[third(h)] += e0
				n++
				in := func(lo, hi float64) float64 {
					if b.Actual >= lo && b.Actual <= hi {
						return 1
					}
					return 0
				}
				c50 += in(b.Low50, b.High50)
				c80 += in(b.Low80, b.High80)
				c95 += in(b.Low95, b.High95)
				x := &each[i]
				x.own, x.naive, x.n = x.own+e, x.naive+e0, x.n+1
				x.c50, x.c80, x.c95 = x.c50+in(b.Low50, b.High50), x.c80+in(b.Low80, b.High80), x.c95+in(b.Low95, b.High95)
			}
		}
	}
	sc.Weeks = int(n)
	if n > 0 && naive > 0 {
		sc.MASE = own / naive
		sc.Covered = [3]float64{c50 / n, c80 / n, c95 / n}
		// Linearised ratios (W. G. Cochran, Sampling Techniques, 1977, §6.4).
		var m float64
		for _, x := range each {
			if x.n == 0 {
				continue
			}
			m++
			sc.MASESE += (x.own - sc.MASE*x.naive) * (x.own - sc.MASE*x.naive)
			for k, c := range [3]float64{x.c50, x.c80, x.c95} {
				sc.CoveredSE[k] += (c - sc.Covered[k]*x.n) * (c - sc.Covered[k]*x.n)
			}
		}
		unit := math.Sqrt(m / math.Max(m-1, 1))
		sc.MASESE = unit * math.Sqrt(sc.MASESE) / naive
		for k, v := range sc.CoveredSE {
			sc.CoveredSE[k] = unit * math.Sqrt(v) / n
		}
		for k := range part {
			if partNaive[k] > 0 {
				sc.Horizons[k] = part[k] / partNaive[k]
			}
		}
	}
	return sc
}
