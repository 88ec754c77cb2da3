package forecast

import (
	"math"
	"slices"

	"antojo/internal/trend/engine"
)

const (
	// fewMentions is where a week's count is so small that its own steps show: bands
	// are then whole numbers, of a negative binomial distribution.
	fewMentions = 20
	// leastMean is the least mean of such a count: what has not come for a year is
	// hardly ever there, but it may be.
	leastMean = .05
	fewest    = 40 // errors that quantiles are read from; else those of a wide normal
)

// bands are what the errors of earlier forecasts say of the next ones.
type bands struct {
	spread float64      // of the log of a week's level, one week ahead
	scores [3][]float64 // by third of the horizon: standardised errors in logarithms, sorted
	few    [3]float64   // by third: how much more small counts vary than said
}

// learnBands reads the errors of the chosen models at the earlier origins. phi is
// the variance of a week over its mean, by series; nothing after day end is read.
func learnBands(p *engine.Panel, end int, past []*fitted, best []Model, phi []float64) *bands {
	b := &bands{spread: .25}
	each := func(yield func(i, h int, x, y float64)) {
		for _, f := range past {
			for i := range best {
				for h := range min(Horizon, (end-f.end)/7) {
					yield(i, h, f.ahead[best[i]][i][h], actual(&p.Series[i], f.end+7*h))
				}
			}
		}
	}
	var sum, n float64
	each(func(i, h int, x, y float64) {
		if x >= fewMentions {
			l := math.Log((y + .5) / (x + .5))
			sum += math.Max(0, math.Min(l*l, .5)-1/x) / (1 + float64(h)/6)
			n++
		}
	})
	if n > 0 {
		b.spread = math.Sqrt(sum / n)
	}
	var seen, said [3]float64
	each(func(i, h int, x, y float64) {
		k := third(h)
		if x >= fewMentions {
			b.scores[k] = append(b.scores[k], math.Log((y+.5)/(x+.5))/b.sd(x, h, phi[i]))
			return
		}
		x = math.Max(x, leastMean)
		v := b.variance(x, h, phi[i], 1)
		seen[k] += math.Min((y-x)*(y-x), 25*v)
		said[k] += v
	})
	for k := range b.scores {
		slices.Sort(b.scores[k])
		b.few[k] = math.Min(math.Max((seen[k]+1)/(said[k]+1), 1), 4)
	}
	return b
}

func third(h int) int { return min(h/4, 2) }

// sd is the standard deviation of the log error of x mentions h weeks ahead.
func (b *bands) sd(x float64, h int, phi float64) float64 {
	return math.Sqrt(phi/(x+1) + b.spread*b.spread*(1+float64(h)/6))
}

// variance is that of a count whose mean is x, by the same law.
func (b *bands) variance(x float64, h int, phi, more float64) float64 {
	return more * (x*math.Max(phi, 1) + x*x*b.spread*b.spread*(1+float64(h)/6))
}

// interval is the central interval of a week's count that is forecast as x.
func (b *bands) interval(x float64, h int, phi, level float64) (low, high float64) {
	tail := (1 - level) / 2
	if x < fewMentions {
		x = math.Max(x, leastMean)
		return countInterval(x, b.variance(x, h, phi, b.few[third(h)]), level)
	}
	at := func(pr float64) float64 {
		z := quantile(b.scores[third(h)], pr)
		return math.Max(0, (x+.5)*math.Exp(z*b.sd(x, h, phi))-.5)
	}
	return at(tail), at(1 - tail)
}

// countInterval is the central interval of a count of that mean and variance:
// negative binomial (r = μ²/(σ²−μ), success r/(r+μ)), Poisson where the variance is
// no more than the mean (N. L. Johnson, A. W. Kemp & S. Kotz, Univariate Discrete
// Distributions, 2005, §5.1). Between quantiles, which hold more than they say as
// whole numbers are coarse, and the same less one at either end, what holds nearest
// to the level is taken.
func countInterval(mean, variance, level float64) (low, high float64) {
	// p(k) = p(k−1)·(r+k−1)/k·q, in the limit of Poisson p(k−1)·μ/k.
	p, next := math.Exp(-mean), func(k float64) float64 { return mean / k }
	if variance > mean*1.0001 {
		r := mean * mean / (variance - mean)
		q := mean / (r + mean)
		p = math.Exp(r * math.Log1p(-q))
		next = func(k float64) float64 { return (r + k - 1) / k * q }
	}
	const most = 100000
	tail := (1 - level) / 2
	sum, k := p, 0.0
	low = -1
	var atLow, inside float64
	if sum >= tail {
		low, atLow = 0, p
	}
	for sum < 1-tail && k < most {
		k++
		p *= next(k)
		sum += p
		if low < 0 && sum >= tail {
			low, atLow = k, p
		} else if low >= 0 {
			inside += p
		}
	}
	high, inside = k, inside+atLow
	best, l, u := math.Abs(inside-level), low, high
	for _, c := range [...]struct{ l, u, holds float64 }{{low, high - 1, inside - p}, {low + 1, high, inside - atLow}, {low + 1, high - 1, inside - p - atLow}} {
		if off := math.Abs(c.holds - level); c.l <= c.u && off < best {
			best, l, u = off, c.l, c.u
		}
	}
	return l, u
}

// quantile of sorted x; wide normal quantiles when there is little to go by.
func quantile(x []float64, q float64) float64 {
	if len(x) < fewest {
		return 1.2 * math.Sqrt2 * math.Erfinv(2*q-1)
	}
	at := q * float64(len(x)-1)
	i := int(at)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (at-float64(i))*(x[i+1]-x[i])
}
