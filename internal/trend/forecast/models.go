package forecast

import (
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// fitted holds the forecasts of all series from one origin.
type fitted struct {
	end   int // day of the panel, exclusive
	weeks int
	ahead map[Model][][]float64 // [series][h]
	phi   []float64             // variance of a week over its mean
}

const year = 52 // weeks

// fit forecasts all series from the days before end.
func fit(p *engine.Panel, end int) *fitted {
	n, weeks := len(p.Series), end/7
	f := &fitted{end: end, weeks: weeks, ahead: map[Model][][]float64{}, phi: make([]float64, n)}
	for _, m := range models {
		f.ahead[m] = make([][]float64, n)
	}
	feasts := engine.FeastFactors(p, p.Start+mention.Day(end-1), 7*Horizon)
	first := end - 7*weeks
	ys := make([][]float64, n)      // counts a week
	lift := make([][]float64, n)    // factor of feasts a week, Horizon weeks on
	logs := make([][]float64, n)    // log of counts without feasts
	profile := make([][]float64, n) // log season by week of the year, and its own noise
	noise := make([]float64, n)
	for i := range n {
		s := &p.Series[i]
		ys[i], lift[i], logs[i] = make([]float64, weeks), make([]float64, weeks+Horizon), make([]float64, weeks)
		for w := range lift[i] {
			lift[i][w] = 1
			if fs := feasts[i]; fs != nil {
				sum := 0.0
				for d := first + 7*w; d < first+7*w+7; d++ {
					sum += fs[d]
				}
				lift[i][w] = sum / 7
			}
		}
		for w := range weeks {
			y := actual(s, first+7*w)
			if s.Copied != nil {
				for d := first + 7*w; d < first+7*w+7; d++ {
					y -= float64(s.Copied[d])
				}
			}
			ys[i][w] = math.Max(0, y)
			logs[i][w] = math.Log(ys[i][w]/lift[i][w] + .5)
		}
		f.phi[i] = dispersion(ys[i], lift[i])
		profile[i], noise[i] = season(logs[i])
	}
	kinds := kindProfiles(p, profile, noise)
	for i := range n {
		own := shrunk(profile[i], kinds[p.Series[i].Kind], noise[i])
		f.models(i, ys[i], lift[i], logs[i], own, kinds[p.Series[i].Kind])
	}
	return f
}

// models fills the forecasts of one series.
func (f *fitted) models(i int, y, lift, logs, own, kind []float64) {
	w := len(y)
	at := func(profile []float64, t int) float64 {
		if profile == nil {
			return 0
		}
		return profile[t%year]
	}
	flat := make([]float64, w) // deseasonalised
	plain := make([]float64, w)
	for t := range flat {
		flat[t] = logs[t] - at(own, t)
		plain[t] = logs[t] - at(kind, t)
	}
	flat, plain = smoothOutliers(flat), smoothOutliers(plain)
	back := func(l float64, profile []float64, t int) float64 {
		return math.Max(0, (math.Exp(l+at(profile, t))-.5)*lift[t])
	}
	level, slope := holt(flat)
	theta, drift := thetaLine(flat)
	last := tailMean(plain, 8)
	for h := range Horizon {
		t := w + h
		naive := math.Exp(last) - .5
		if t >= year {
			naive = y[t-year]
		}
		damped, d := 0.0, 1.0
		for range h + 1 {
			d *= .9
			damped += d
		}
		e := back(level+slope*damped, own, t)
		th := back(theta+drift*float64(h+1), own, t)
		po := back(last, kind, t)
		for m, v := range map[Model]float64{SeasonalNaive: math.Max(naive, 0), ETS: e, Theta: th, Pooled: po, Mean: (e + th + po) / 3} {
			f.ahead[m][i] = append(f.ahead[m][i], v)
		}
	}
}

// season is the log ratio of each week of the year to the centred mean of the year
// around it (classical decomposition), averaged over years and smoothed over five
// weeks; nil with less than minWeeks. noise is the variance of its points.
func season(logs []float64) (profile []float64, noise float64) {
	w := len(logs)
	if w < minWeeks {
		return nil, 0
	}
	sum, n := make([]float64, year), make([]float64, year)
	var sq, m float64
	for t := range w {
		lo, hi := t-year/2, t+year/2
		if lo < 0 || hi >= w {
			continue
		}
		mean := (logs[lo] + logs[hi]) / 2
		for k := lo + 1; k < hi; k++ {
			mean += logs[k]
		}
		r := logs[t] - mean/year
		sum[t%year] += r
		n[t%year]++
		if t > 0 {
			d := logs[t] - logs[t-1]
			sq += d * d / 2
			m++
		}
	}
	// Weeks that no full year surrounds borrow the ends: the mean of the nearer year.
	for t := range w {
		if n[t%year] == 0 {
			lo := max(0, min(t-year/2, w-year))
			mean := 0.0
			for k := lo; k < lo+year; k++ {
				mean += logs[k] / year
			}
			sum[t%year] += logs[t] - mean
			n[t%year]++
		}
	}
	raw, total := make([]float64, year), 0.0
	for k := range raw {
		if n[k] > 0 {
			raw[k] = sum[k] / n[k]
		}
		total += n[k] / year
	}
	profile = make([]float64, year)
	kernel := []float64{1. / 9, 2. / 9, 3. / 9, 2. / 9, 1. / 9}
	for k := range profile {
		for j, a := range kernel {
			profile[k] += a * raw[(k+j-2+year)%year]
		}
	}
	if m > 0 {
		noise = sq / m * .211 / math.Max(total, 1) // sum of squares of the kernel
	}
	return profile, noise
}

// kindProfiles are the precision-weighted mean profiles of each kind.
func kindProfiles(p *engine.Panel, profile [][]float64, noise []float64) map[string][]float64 {
	out, weight := map[string][]float64{}, map[string]float64{}
	for i := range p.Series {
		if profile[i] == nil {
			continue
		}
		k := p.Series[i].Kind
		if out[k] == nil {
			out[k] = make([]float64, year)
		}
		w := 1 / (noise[i] + .05)
		weight[k] += w
		for t, x := range profile[i] {
			out[k][t] += w * x
		}
	}
	for k := range out {
		for t := range out[k] {
			out[k][t] /= weight[k]
		}
	}
	return out
}

// shrunk pulls a profile towards its kind's by how much of their difference is
// noise (B. Efron & C. Morris, JASA 68, 1973, 117–130).
func shrunk(own, kind []float64, noise float64) []float64 {
	if own == nil {
		return kind
	}
	var ss float64
	for t := range own {
		d := own[t] - kind[t]
		ss += d * d / year
	}
	keep := 0.0
	if ss > 0 {
		keep = math.Max(0, 1-noise/ss)
	}
	out := make([]float64, year)
	for t := range out {
		out[t] = kind[t] + keep*(own[t]-kind[t])
	}
	return out
}

// smoothOutliers cuts weeks to within three robust standard deviations of the
// median of the nine around them, so that a burst does not set the level.
func smoothOutliers(x []float64) []float64 {
	dev := make([]float64, 0, len(x))
	for t := 1; t < len(x); t++ {
		dev = append(dev, math.Abs(x[t]-x[t-1]))
	}
	if len(dev) < 8 {
		return x
	}
	scale := 1.4826 * median(dev) / math.Sqrt2
	var near [9]float64
	out := make([]float64, len(x))
	for t := range x {
		mid := median(append(near[:0], x[max(0, t-4):min(len(x), t+5)]...))
		out[t] = math.Min(math.Max(x[t], mid-3*scale-1e-9), mid+3*scale+1e-9)
	}
	return out
}

// median sorts x in place.
func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// holt fits level and slope by exponential smoothing (C. C. Holt 1957; damped as
// E. S. Gardner & E. McKenzie, Management Science 31, 1985), the constants by the
// least squared error one week ahead.
func holt(x []float64) (level, slope float64) {
	best := math.Inf(1)
	for _, a := range []float64{.05, .1, .2, .3, .5} {
		for _, b := range []float64{0, .02, .05, .1} {
			l, s, sse := x[0], 0.0, 0.0
			for t := 1; t < len(x); t++ {
				f := l + .9*s
				e := x[t] - f
				if t >= len(x)/4 {
					sse += e * e
				}
				l = f + a*e
				s = .9*s + a*b*e
			}
			if sse < best {
				best, level, slope = sse, l, s
			}
		}
	}
	return level, slope
}

// thetaLine is the Theta method (V. Assimakopoulos & K. Nikolopoulos, Int. J.
// Forecasting 16, 2000, 521–530): simple exponential smoothing with a drift of half
// the slope of the line through the last two years (R. J. Hyndman & B. Billah, Int.
// J. Forecasting 19, 2003, 287–290).
func thetaLine(x []float64) (level, drift float64) {
	best := math.Inf(1)
	for _, a := range []float64{.05, .1, .2, .3, .5, .7} {
		l, sse := x[0], 0.0
		for t := 1; t < len(x); t++ {
			e := x[t] - l
			if t >= len(x)/4 {
				sse += e * e
			}
			l += a * e
		}
		if sse < best {
			best, level = sse, l
		}
	}
	from := max(0, len(x)-2*year)
	n := float64(len(x) - from)
	var st, sx, stt, stx float64
	for t := from; t < len(x); t++ {
		u := float64(t - from)
		st += u
		sx += x[t]
		stt += u * u
		stx += u * x[t]
	}
	if det := n*stt - st*st; det > 0 {
		drift = (n*stx - st*sx) / det / 2
	}
	return level, drift
}

func tailMean(x []float64, n int) float64 {
	n = min(n, len(x))
	sum := 0.0
	for _, v := range x[len(x)-n:] {
		sum += v
	}
	return sum / float64(max(n, 1))
}

// dispersion is the variance of a week over its mean, by successive differences,
// each cut at three standard errors.
func dispersion(y, lift []float64) float64 {
	var sum, n float64
	for t := 0; t+1 < len(y); t++ {
		k := lift[t+1] / lift[t]
		if both := y[t] + y[t+1]; both >= 4 {
			rate := both / (1 + k)
			d := y[t+1] - k*y[t]
			sum += math.Min(d*d/(rate*k+k*k*rate), 25)
			n++
		}
	}
	if n < 8 {
		return 1.5
	}
	return math.Max(1, sum/n)
}
