package backtest

import (
	"math/rand/v2"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// scenario is one kind of world and the days it is judged on.
type scenario struct {
	name  string
	about string
	// build plants a world and returns the days (exclusive ends) to judge.
	build func(rng *rand.Rand) (*world, []int)
	score func(w *world, at []int, js [][]engine.Judgement, t *tally)
}

// lastThird picks a judging day late in the panel.
func lastThird(rng *rand.Rand) int { return 800 + rng.IntN(worldDays-800-80) }

func pick(rng *rand.Rand, w *world, n int, from, to float64) []*entity {
	var out []*entity
	for _, i := range rng.Perm(len(w.entities)) {
		if e := &w.entities[i]; e.weekly >= from && e.weekly <= to && len(e.effects) == 0 {
			if out = append(out, e); len(out) == n {
				break
			}
		}
	}
	return out
}

// seasons gives half of the entities the season that foods have: nothing is
// planted beside it.
func seasons(rng *rand.Rand, w *world, part float64) {
	for i := range w.entities {
		if rng.Float64() < part {
			w.entities[i].effects = append(w.entities[i].effects, effect{kind: wave, size: .1 + .4*rng.Float64(), peak: rng.IntN(365)})
		}
	}
}

var feastPool = []string{"pollo-brasa", "dia-padre", "ceviche", "semana-santa", "papa", "salchipapa", "anticucho", "fiestas-patrias", "dia-madre", "pisco-sour"}

func scenarios() []scenario {
	return []scenario{
		{"null", "nothing planted: 150 entities, 5 to 5,000 mentions a week, six channels whose volumes drift", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			w.draw(rng)
			a := lastThird(rng)
			return w, []int{a - 300, a}
		}, scoreTruth},
		{"null-drift", "nothing planted, but levels wander: weeks correlated 0.3", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			for i := range w.entities {
				w.entities[i].ar = .3
			}
			w.draw(rng)
			a := lastThird(rng)
			return w, []int{a - 300, a}
		}, scoreTruth},
		{"sources", "nothing planted; a channel starts, one is silent for three weeks, one is half again as busy", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			a := lastThird(rng)
			w.channels[3].start = a - 20 - rng.IntN(60)
			out := a - 21 - rng.IntN(20)
			w.channels[rng.IntN(3)].outages = [][2]int{{out, out + 20}}
			w.channels[4].busy = [][3]float64{{float64(a - 14), float64(a), 1.5}}
			w.draw(rng)
			return w, []int{a, a + 7, a + 14, a + 28, a + 42}
		}, scoreTruth},
		{"mixed", "a tenth rises, a tenth falls (±35 to 150 %, steps and ramps), some spike, half have a season, feasts and campaigns; the rest is null", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			a := lastThird(rng)
			plantMixed(rng, w, a)
			w.draw(rng)
			return w, []int{a, a + 7, a + 14}
		}, scoreTruth},
		{"step", "+40 % for good at 100 mentions a week, 15 of 150 entities, judged each week after", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			a := lastThird(rng) - 40
			for _, e := range pick(rng, w, 15, 0, 1e9) {
				e.weekly = 100
				e.effects = append(e.effects, effect{kind: step, from: a, size: 1.4})
			}
			w.weeklyAt(a, 100)
			w.draw(rng)
			var at []int
			for k := 1; k <= 6; k++ {
				at = append(at, a+7*k)
			}
			return w, at
		}, scoreDelay},
		{"feast", "feasts of the calendar, ×2.5 to ×6 on the day, year two and three", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			id := feastPool[rng.IntN(len(feastPool))]
			for _, e := range pick(rng, w, 12, 60, 5000) {
				e.effects = append(e.effects, effect{kind: feast, feast: id, size: 2.5 + 3.5*rng.Float64()})
			}
			seasons(rng, w, .3)
			w.draw(rng)
			f := w.feasts[id]
			var at []int
			for year := 2025; year <= 2026; year++ {
				_, to, _ := f.Days(year)
				// At least one earlier occurrence that the panel saw.
				if d := int(to-w.start) + 1 + rng.IntN(6); d > 420 && d < w.days {
					at = append(at, d)
				}
			}
			return w, at
		}, scoreSeason},
		{"season", "October-to-December rises up to ×2 to ×12 and waves of ±40 to 65 %, judged on the way up, year two and three", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			peak := rng.IntN(365)
			for _, e := range pick(rng, w, 6, 60, 5000) {
				e.effects = append(e.effects, effect{kind: rise, size: 2 + 10*rng.Float64()})
			}
			for _, e := range pick(rng, w, 10, 60, 5000) {
				e.effects = append(e.effects, effect{kind: wave, size: .4 + .25*rng.Float64(), peak: peak})
			}
			w.draw(rng)
			var at []int
			for d := 430; d < w.days; d++ {
				t := (w.start + mention.Day(d)).Date()
				if t.Month() == 11 && t.Day() == 25 || t.Month() == 12 && t.Day() == 14 || t.YearDay() == (peak+290)%365+1 {
					at = append(at, d+1)
				}
			}
			return w, at
		}, scoreSeason},
		{"campaign", "copied mentions for a week, half to four times the entity's own volume", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			a := lastThird(rng)
			for _, e := range pick(rng, w, 12, 20, 1000) {
				from := a - 7 - rng.IntN(14)
				e.effects = append(e.effects, effect{kind: campaign, from: from, to: from + 6, size: e.weekly*(1+3*rng.Float64()) + 40})
			}
			w.draw(rng)
			return w, []int{a, a + 42}
		}, scoreKind(campaign, engine.CampaignDriven)},
		{"spike", "three to seven days at ×4 to ×8", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			a := lastThird(rng)
			for _, e := range pick(rng, w, 12, 50, 5000) {
				from := a - 10 - rng.IntN(11)
				e.effects = append(e.effects, effect{kind: spike, from: from, to: from + 3 + rng.IntN(5), size: 4 + 4*rng.Float64()})
			}
			w.draw(rng)
			return w, []int{a, a + 28, a + 42}
		}, scoreKind(spike, engine.Spike)},
		{"price", "mentions that follow one of four prices by 0 to 4 weeks, elasticity 0.8 to 1.6, beside steps that no price made; judged four weeks into a shock", func(rng *rand.Rand) (*world, []int) {
			w := newWorld(rng, 150, 5, 5000)
			w.addPrices(rng, 4)
			lag := rng.IntN(5)
			for _, e := range pick(rng, w, 12, 80, 5000) {
				e.effects = append(e.effects, effect{kind: price, price: 0, lag: lag, size: .8 + .8*rng.Float64()})
			}
			at := shocks(w, 0, lag)
			if len(at) > 0 { // steps of the same weeks that no price made
				for _, e := range pick(rng, w, 8, 80, 5000) {
					e.effects = append(e.effects, effect{kind: step, from: at[0] - 24, size: 1.6})
				}
			}
			w.draw(rng)
			return w, at
		}, scorePrice},
	}
}

// shocks finds the days, four weeks after a steep rise of a price reached the
// mentions, from the second half of the panel.
func shocks(w *world, j, lag int) []int {
	p := w.prices[j]
	var out []int
	for t := 75; t+6+lag < len(p); t++ {
		if p[t+2]-p[t-1] > .3 && (len(out) == 0 || 7*(t+4+lag) > out[len(out)-1]+140) {
			if d := 7 * (t + 4 + lag); d < w.days {
				out = append(out, d)
			}
		}
	}
	return out
}

func plantMixed(rng *rand.Rand, w *world, a int) {
	seasons(rng, w, 0)
	sizes := func() float64 { return 1.35 + 1.15*rng.Float64() }
	for i, e := range pick(rng, w, 30, 5, 5000) {
		size := sizes()
		if i%2 == 1 {
			size = 1 / size
		}
		from := a - 14 - rng.IntN(28)
		if rng.IntN(2) == 0 {
			e.effects = append(e.effects, effect{kind: step, from: from, size: size})
		} else {
			e.effects = append(e.effects, effect{kind: ramp, from: from - 28, to: a + 7, size: size})
		}
	}
	for _, e := range pick(rng, w, 8, 30, 5000) {
		from := a - 9 - rng.IntN(18)
		e.effects = append(e.effects, effect{kind: spike, from: from, to: from + 3 + rng.IntN(5), size: 3 + 4*rng.Float64()})
	}
	for _, e := range pick(rng, w, 6, 20, 1000) {
		from := a - 7 - rng.IntN(14)
		e.effects = append(e.effects, effect{kind: campaign, from: from, to: from + 6, size: e.weekly*(1+2*rng.Float64()) + 40})
	}
	for _, id := range feastPool {
		for _, e := range pick(rng, w, 3, 30, 5000) {
			e.effects = append(e.effects, effect{kind: feast, feast: id, size: 2 + 3*rng.Float64()})
		}
	}
	for _, e := range pick(rng, w, 4, 30, 5000) {
		e.effects = append(e.effects, effect{kind: rise, size: 2 + 8*rng.Float64()})
	}
	for i := range w.entities {
		if e := &w.entities[i]; rng.IntN(2) == 0 && (len(e.effects) == 0 || e.effects[0].kind != rise) {
			e.effects = append(e.effects, effect{kind: wave, size: .1 + .4*rng.Float64(), peak: rng.IntN(365)})
		}
	}
}
