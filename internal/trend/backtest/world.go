// Package backtest is the judge of the trend engine: it plants truth into made-up
// counts (steps, ramps, spikes, seasons, feasts, campaigns, prices, outages),
// lets the very engine of the product judge them as of many days, and counts what
// it got right. It also replays real data.
//
// Read next: scenario.go (what is planted), score.go (what is counted).
package backtest

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// effect is one planted thing.
type effect struct {
	kind     effectKind
	from, to int // days of the panel, inclusive; to is ignored by steps
	size     float64
	feast    string
	price    int // index of the price series
	lag      int // weeks
	peak     int // day of the year, for seasons
}

type effectKind uint8

const (
	step     effectKind = iota // lasting, size = factor
	ramp                       // lasting, reached in equal ratios by day to
	spike                      // from..to only, highest in the middle
	wave                       // season: 1 + size·cos, over the whole panel
	rise                       // season: October to December, up to factor size, then gone
	feast                      // a feast of the calendar each year, factor on the day
	campaign                   // size copied mentions in all, spread over from..to
	price                      // elasticity size to a price, lag weeks later
	block                      // from..to only, the same factor each day
)

// entity is a planted series.
type entity struct {
	id, kind string
	weekly   float64 // mentions a week at the start
	strata   []float64
	cv       float64 // of a week's level
	ar       float64 // correlation of that level from week to week
	dow      [7]float64
	effects  []effect
}

// channel is a planted source.
type channel struct {
	name    string
	share   float64
	growth  float64 // factor over the panel
	dow     [7]float64
	start   int
	outages [][2]int
	busy    [][3]float64 // from, to, factor
	noise   float64      // of a day
}

// world is a panel with its truth.
type world struct {
	start    mention.Day
	days     int
	channels []channel
	entities []entity
	panel    *engine.Panel
	prices   [][]float64 // log, by week
	clean    [][]float64 // planted intensity by entity and day over strata, noise set aside
	flat     [][]float64 // the same without any effect
	feasts   map[string]calendar.Feast
}

const worldDays = 1096

// newWorld lays out channels and entities of log-uniform size between small and
// large mentions a week.
func newWorld(rng *rand.Rand, entities int, small, large float64) *world {
	w := &world{start: calendar.Date(2023, 11, 1) + mention.Day(rng.IntN(120)), days: worldDays, feasts: map[string]calendar.Feast{}}
	for _, f := range calendar.Feasts() {
		w.feasts[f.ID] = f
	}
	for k, share := range []float64{.3, .25, .2, .1, .1, .05} {
		c := channel{name: fmt.Sprintf("channel-%d", k+1), share: share, growth: .7 + rng.Float64(), noise: .05 + .1*rng.Float64()}
		for d := range c.dow {
			c.dow[d] = 1 + .25*math.Sin(float64(d)+float64(k))
		}
		w.channels = append(w.channels, c)
	}
	kinds := []string{"dish", "dish", "drink", "brand", "ingredient"}
	for i := range entities {
		e := entity{id: fmt.Sprintf("e%03d", i), kind: kinds[i%len(kinds)],
			weekly: small * math.Exp(rng.Float64()*math.Log(large/small)), cv: .04 + .12*rng.Float64()}
		sum := 0.0
		for _, c := range w.channels {
			a := c.share * math.Exp(.7*rng.NormFloat64())
			e.strata = append(e.strata, a)
			sum += a
		}
		for k := range e.strata {
			e.strata[k] /= sum
		}
		phase, depth := rng.Float64()*7, .3*rng.Float64()
		for d := range e.dow {
			e.dow[d] = 1 + depth*math.Sin(2*math.Pi*(float64(d)-phase)/7)
		}
		w.entities = append(w.entities, e)
	}
	return w
}

// addPrices makes weekly price series: a slow random walk with yearly season and
// three shocks a year or so apart.
func (w *world) addPrices(rng *rand.Rand, n int) {
	weeks := w.days/7 + 1
	for range n {
		log := make([]float64, weeks)
		walk := 0.0
		peak := rng.Float64() * 2 * math.Pi
		for t := range log {
			walk = .95*walk + .03*rng.NormFloat64()
			log[t] = walk + .1*math.Cos(2*math.Pi*float64(t)/52.18-peak)
		}
		for at := 15 + rng.IntN(25); at < weeks; at += 35 + rng.IntN(30) {
			size, length := .35+.5*rng.Float64(), 8+rng.IntN(8)
			for t := at; t < min(at+length, weeks); t++ {
				x := float64(t-at+1) / float64(length+1)
				log[t] += size * math.Min(1, math.Min(4*x, 4*(1-x)))
			}
		}
		w.prices = append(w.prices, log)
	}
}

// weeklyAt scales entities with a step so that they have n mentions a week on
// day d, whatever the volume of their channels has become.
func (w *world) weeklyAt(d int, n float64) {
	for i := range w.entities {
		if e := &w.entities[i]; e.has(step) {
			v := 0.0
			for k, c := range w.channels {
				v += e.strata[k] * math.Pow(c.growth, float64(d)/float64(w.days))
			}
			e.weekly = n / v
		}
	}
}

// factor is what the planted effects make of an entity on a day; lasting leaves
// out all but steps and ramps.
func (w *world) factor(e *entity, d int, lasting bool) float64 {
	f := 1.0
	day := w.start + mention.Day(d)
	for i := range e.effects {
		x := &e.effects[i]
		if lasting && x.kind != step && x.kind != ramp {
			continue
		}
		switch x.kind {
		case step:
			if d >= x.from {
				f *= x.size
			}
		case ramp:
			f *= math.Pow(x.size, math.Min(1, math.Max(0, float64(d-x.from+1)/float64(x.to-x.from+1))))
		case spike:
			if d >= x.from && d <= x.to {
				half := float64(x.to-x.from)/2 + 1
				f *= 1 + (x.size-1)*(1-math.Abs(float64(d-x.from)-half+1)/(half+.5))
			}
		case block:
			if d >= x.from && d <= x.to {
				f *= x.size
			}
		case wave:
			f *= 1 + x.size*math.Cos(2*math.Pi*float64(day.Date().YearDay()-x.peak)/365.25)
		case rise:
			t := day.Date()
			if t.Month() >= 10 {
				f *= 1 + (x.size-1)*math.Pow(float64(t.YearDay()-273)/92, 1.3)
			}
		case feast:
			f *= w.feastFactor(x, day)
		case price:
			if t := d/7 - x.lag; t >= 0 {
				f *= math.Exp(x.size * w.prices[x.price][t])
			}
		}
	}
	return f
}

// feastFactor rises over the three days before a feast and lingers a day.
func (w *world) feastFactor(x *effect, day mention.Day) float64 {
	f := w.feasts[x.feast]
	y := day.Date().Year()
	for _, year := range []int{y, y + 1} {
		from, to, ok := f.Days(year)
		if !ok {
			continue
		}
		k := 0.0
		switch {
		case day >= from && day <= to:
			k = 1
		case day < from && day >= from-3:
			k = .2 + .15*float64(day-(from-3))
		case day == to+1:
			k = .3
		}
		if k > 0 {
			return 1 + (x.size-1)*k
		}
	}
	return 1
}

// draw fills the panel: each channel's volume varies by day, each entity's level
// by week (log-normal, optionally correlated), and counts are Poisson around that.
// The exposure of a channel is its background and all entities together.
func (w *world) draw(rng *rand.Rand) {
	p := &engine.Panel{Start: w.start, Days: w.days}
	volume := make([][]float64, len(w.channels))
	total := 0.0
	for i := range w.entities {
		total += w.entities[i].weekly / 7
	}
	for k, c := range w.channels {
		p.Strata = append(p.Strata, c.name)
		p.Exposure = append(p.Exposure, make([]float32, w.days))
		volume[k] = make([]float64, w.days)
		for d := range w.days {
			v := math.Pow(c.growth, float64(d)/float64(w.days)) * c.dow[w.weekday(d)] * lognormal(rng, c.noise)
			if d < c.start {
				v = 0
			}
			for _, o := range c.outages {
				if d >= o[0] && d <= o[1] {
					v = 0
				}
			}
			for _, b := range c.busy {
				if float64(d) >= b[0] && float64(d) <= b[1] {
					v *= b[2]
				}
			}
			volume[k][d] = v
			p.Exposure[k][d] = float32(poisson(rng, .8*total*c.share*v+20*v))
		}
	}
	w.clean, w.flat = make([][]float64, len(w.entities)), make([][]float64, len(w.entities))
	for i := range w.entities {
		e := &w.entities[i]
		s := engine.Series{ID: e.id, Kind: e.kind, Counts: make([][]float32, len(w.channels))}
		for k := range w.channels {
			s.Counts[k] = make([]float32, w.days)
		}
		w.clean[i], w.flat[i] = make([]float64, w.days), make([]float64, w.days)
		heads := make([]float32, w.days)
		sigma := math.Sqrt(math.Log(1 + e.cv*e.cv))
		state := rng.NormFloat64()
		for d := range w.days {
			if w.weekday(d) == 0 {
				state = e.ar*state + math.Sqrt(1-e.ar*e.ar)*rng.NormFloat64()
			}
			level := math.Exp(sigma*state - sigma*sigma/2)
			f := w.factor(e, d, false)
			for k := range w.channels {
				mu := e.weekly / 7 * e.strata[k] * volume[k][d] * e.dow[w.weekday(d)]
				w.flat[i][d] += mu
				w.clean[i][d] += mu * f
				n := poisson(rng, mu*f*level)
				s.Counts[k][d] = float32(n)
				p.Exposure[k][d] += float32(n)
				heads[d] += float32(n)
			}
		}
		w.campaigns(rng, e, &s, p, heads)
		s.Authors = heads
		p.Series = append(p.Series, s)
	}
	for j, log := range w.prices {
		pr := engine.Price{Item: fmt.Sprintf("item-%d", j), Place: "Lima", Unit: "kg"}
		for _, l := range log {
			pr.Value = append(pr.Value, float32(4*math.Exp(l)))
		}
		p.Prices = append(p.Prices, pr)
	}
	w.panel = p
}

// campaigns adds copied mentions by a dozen authors. Nine of ten copies are found.
func (w *world) campaigns(rng *rand.Rand, e *entity, s *engine.Series, p *engine.Panel, heads []float32) {
	for _, x := range e.effects {
		if x.kind != campaign {
			continue
		}
		if s.Copied == nil {
			s.Copied = make([]float32, w.days)
		}
		for d := x.from; d <= x.to; d++ {
			n := poisson(rng, x.size/float64(x.to-x.from+1))
			s.Counts[3][d] += float32(n)
			p.Exposure[3][d] += float32(n)
			s.Copied[d] += float32(math.Round(.9 * float64(n)))
			heads[d] += float32(min(n, 12))
		}
	}
}

func (w *world) weekday(d int) int { return calendar.Weekday(w.start + mention.Day(d)) }

// growth is the planted ratio of the window [at−days, at) to the one before, at
// equal exposure.
func (w *world) growth(i, at, days int) float64 {
	rate := func(from, to int) float64 {
		var c, f float64
		for d := from; d < to; d++ {
			c += w.clean[i][d]
			f += w.flat[i][d]
		}
		return c / f
	}
	return rate(at-days, at) / rate(at-2*days, at-days)
}

func lognormal(rng *rand.Rand, cv float64) float64 {
	s2 := math.Log(1 + cv*cv)
	return math.Exp(math.Sqrt(s2)*rng.NormFloat64() - s2/2)
}

func poisson(rng *rand.Rand, mu float64) int {
	if mu <= 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mu, Src: rng}.Rand())
}
