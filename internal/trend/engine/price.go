package engine

import (
	"math"
)

// PriceFit is a lagged relation of mentions to a price.
type PriceFit struct {
	Item, Place string
	Lag         int     // weeks by which mentions follow the price
	Elasticity  float64 // per cent more mentions for one per cent more price
	Low, High   float64 // 95 %
	Q           float64 // over all series, prices and lags
	Change      float64 // of the price between the spans compared, as a ratio
	Explained   float64 // part of the log change that the price gives

	index int
	v     float64
}

const (
	maxLag     = 6  // weeks
	priceWeeks = 40 // least number of weeks with both
)

// fitPrices relates each series to each price: a regression of the log rate on
// the log price some weeks before, both with the serial correlation of the
// residuals taken out (D. Cochrane & G. H. Orcutt, JASA 44, 1949, 32–61; without
// it two drifting series always seem related, C. W. J. Granger & P. Newbold,
// J. Econometrics 2, 1974, 111–120). p-values are multiplied by the number of
// lags and corrected over all pairs; the best surviving price of a series is kept.
func (e *engine) fitPrices(prs []*prepared) []*PriceFit {
	if len(e.p.Prices) == 0 {
		return nil
	}
	weeks := e.end / 7
	first := e.end - 7*weeks // align with the end of the panel
	logs := make([][]float64, len(e.p.Prices))
	for j := range e.p.Prices {
		logs[j] = make([]float64, weeks)
		for w := range weeks {
			logs[j][w] = math.NaN()
			// a week's last day tells which value of the series holds
			if i := (first + 7*w + 6) / 7; i < len(e.p.Prices[j].Value) && e.p.Prices[j].Value[i] > 0 {
				logs[j][w] = math.Log(float64(e.p.Prices[j].Value[i]))
			}
		}
	}
	n := len(e.p.Prices)
	fits := make([]PriceFit, len(prs)*n)
	ps := make([]float64, len(fits))
	parallel(len(prs), func(i int) {
		pr := prs[i]
		y := make([]float64, weeks)
		for w := range weeks {
			s := pr.all.side(first+7*w, first+7*w+7, true, true)
			y[w] = math.NaN()
			if s.m > 0 {
				y[w] = math.Log((s.y + .5) / s.m)
			}
		}
		for j := range n {
			fits[i*n+j], ps[i*n+j] = bestLag(y, logs[j])
			f := &fits[i*n+j]
			f.Item, f.Place, f.index = e.p.Prices[j].Item, e.p.Prices[j].Place, j
			if pr.mom.mean < 4 {
				ps[i*n+j] = math.NaN() // too few mentions a week for logarithms
			} else if !f.heldBefore(y, logs[j]) {
				ps[i*n+j] = 1
			}
		}
	})
	out := make([]*PriceFit, len(prs))
	for k, q := range QValues(ps) {
		fits[k].Q = q
		if i := k / n; q <= .05 && (out[i] == nil || q < out[i].Q) {
			out[i] = &fits[k]
		}
	}
	return out
}

// recentWeeks are left out when a relation is asked whether it held before.
const recentWeeks = 16

// heldBefore says whether the relation shows (1 %, same sign) without the last
// weeks too: two things that rise at once for the first time are a coincidence
// until they do it again.
func (f *PriceFit) heldBefore(y, x []float64) bool {
	n := len(y) - recentWeeks
	if n < priceWeeks {
		return false
	}
	b, se, df := regress(y[:n], x[:n], f.Lag)
	return se > 0 && b*f.Elasticity > 0 && tTail(b/se, df) <= .01
}

// bestLag fits all lags and returns the one with the smallest p-value, times the
// number of lags (Bonferroni).
func bestLag(y, x []float64) (PriceFit, float64) {
	best, bestP := PriceFit{}, math.NaN()
	for lag := range maxLag + 1 {
		b, se, df := regress(y, x, lag)
		if df < priceWeeks-3 || se <= 0 {
			continue
		}
		if p := tTail(b/se, df); math.IsNaN(bestP) || p < bestP {
			t := tQuantile(df)
			best, bestP = PriceFit{Lag: lag, Elasticity: b, Low: b - t*se, High: b + t*se, v: se * se}, p
		}
	}
	return best, math.Min(1, bestP*(maxLag+1))
}

// regress is the slope of y on x some weeks before with AR(1) residuals.
func regress(y, x []float64, lag int) (b, se, df float64) {
	fit := func(rho float64, each func(u, v float64)) {
		for t := lag + 1; t < len(y); t++ {
			v := y[t] - rho*y[t-1]
			u := x[t-lag] - rho*x[t-lag-1]
			if !math.IsNaN(u) && !math.IsNaN(v) {
				each(u, v)
			}
		}
	}
	slope := func(rho float64) (a, b, sxx, n float64) {
		var su, sv, suu, suv float64
		fit(rho, func(u, v float64) { n++; su += u; sv += v; suu += u * u; suv += u * v })
		if n < 3 {
			return 0, 0, 0, n
		}
		sxx = suu - su*su/n
		if sxx < 1e-9 {
			return 0, 0, 0, n
		}
		b = (suv - su*sv/n) / sxx
		return (sv - b*su) / n, b, sxx, n
	}
	rho := 0.0
	for range 4 {
		a, b, _, n := slope(rho)
		if n < priceWeeks {
			return 0, 0, 0
		}
		level := a / (1 - rho)
		var num, den, m float64
		for t := lag + 1; t < len(y); t++ {
			e1, e0 := y[t]-level-b*x[t-lag], y[t-1]-level-b*x[t-lag-1]
			if !math.IsNaN(e1) && !math.IsNaN(e0) {
				num += e1 * e0
				den += e0 * e0
				m++
			}
		}
		if den == 0 {
			return 0, 0, 0
		}
		rho = num/den + (1+3*num/den)/m // bias of small samples: M. G. Kendall, Biometrika 41 (1954) 403–404
		rho = math.Min(math.Max(rho, 0), .97)
	}
	a, b, sxx, n := slope(rho)
	if sxx == 0 {
		return 0, 0, 0
	}
	var rss float64
	fit(rho, func(u, v float64) { r := v - a - b*u; rss += r * r })
	return b, math.Sqrt(rss / (n - 3) / sxx), n - 3
}

// explain says what part of a change the price gives; nil if it does not explain
// it: it must have the sign of the change and between 40 and 250 % of its size,
// and the price must have moved by five per cent. The change is the lasting one,
// beyond the season or plain.
func (e *engine) explain(f *finding, p *prefix, pr *prepared, at int, fit *PriceFit, beyond bool) *PriceFit {
	best := -1
	z := f.z
	if !beyond {
		z = f.zRaw
	}
	for k, sp := range e.spans {
		if sp.lasting && (best < 0 || math.Abs(z[k]) > math.Abs(z[best])) {
			best = k
		}
	}
	sp := e.spans[best].within(at)
	mean := func(from, to int) float64 {
		var s, n float64
		for d := from - 7*fit.Lag; d < to-7*fit.Lag; d++ {
			v := e.p.Prices[fit.index].Value
			if i := d / 7; d >= 0 && i < len(v) && v[i] > 0 {
				s += math.Log(float64(v[i]))
				n++
			}
		}
		if n == 0 {
			return math.NaN()
		}
		return s / n
	}
	dp := mean(at-sp.a0, at-sp.a1) - mean(at-sp.r0, at-sp.r1)
	l := math.Log(f.lasting.Value)
	if !beyond {
		a, r := p.side(at-sp.a0, at-sp.a1, true, false), e.reference(p, pr, at-sp.r0, at-sp.r1, true, false)
		l = math.Log((a.y + .5) / math.Max(a.m, 1e-9) / ((r.y + .5) / math.Max(r.m, 1e-9)))
	}
	part := fit.Elasticity * dp / l
	if math.IsNaN(part) || math.Abs(dp) < .05 || part < .4 || part > 2.5 {
		return nil
	}
	out := *fit
	out.Change, out.Explained = math.Exp(dp)-1, math.Min(part, 1)
	return &out
}
