package backtest

import (
	"math"
	"sort"

	"antojo/internal/trend/engine"
)

// tally counts what one scenario got right, over all its worlds.
type tally struct {
	Worlds     int
	Judged     int     // series judged with enough data
	FDP        float64 // sum over judgements of false discoveries / discoveries
	Rounds     int     // judgements of whole panels
	False      int
	Discovered int
	Falling    int // claims of a fall where none was planted
	Covered    int // growth intervals that hold the planted ratio
	Intervals  int
	Right      int // verdicts as planted
	Asked      int
	Delays     []float64 // weeks to the first "rising"; +Inf if never
	Confused   map[string]int
}

func (t *tally) add(o *tally) {
	t.Worlds += o.Worlds
	t.Judged += o.Judged
	t.FDP += o.FDP
	t.Rounds += o.Rounds
	t.False += o.False
	t.Discovered += o.Discovered
	t.Falling += o.Falling
	t.Covered += o.Covered
	t.Intervals += o.Intervals
	t.Right += o.Right
	t.Asked += o.Asked
	t.Delays = append(t.Delays, o.Delays...)
	for k, n := range o.Confused {
		t.confuse(k, n)
	}
}

func (t *tally) confuse(k string, n int) {
	if t.Confused == nil {
		t.Confused = map[string]int{}
	}
	t.Confused[k] += n
}

// lastingChange is the planted log change of steps and ramps that a verdict of
// day at may rest on: the largest between the window and the twelve weeks before.
func lastingChange(w *world, i, at int) float64 {
	e := &w.entities[i]
	now := math.Log(w.factor(e, at-1, true))
	best := 0.0
	for d := max(0, at-84-28); d < at; d++ {
		if l := now - math.Log(w.factor(e, d, true)); math.Abs(l) > math.Abs(best) {
			best = l
		}
	}
	return best
}

func (e *entity) has(k effectKind) bool {
	for _, x := range e.effects {
		if x.kind == k {
			return true
		}
	}
	return false
}

func (e *entity) inWindow(k effectKind, at int) bool {
	for _, x := range e.effects {
		if x.kind == k && x.to >= at-28-28 && x.from < at {
			return true
		}
	}
	return false
}

// falsely says whether a verdict claims something that was not planted. Steady
// and not-enough-data claim nothing.
func falsely(w *world, i, at int, v engine.Verdict) (claims, wrong bool) {
	e := &w.entities[i]
	l := lastingChange(w, i, at)
	switch v {
	case engine.Rising:
		return true, l < .02
	case engine.Falling:
		return true, l > -.02
	case engine.Spike:
		return true, !e.inWindow(spike, at) && math.Abs(l) < .02 && !e.has(feast) && !e.inWindow(campaign, at)
	case engine.Seasonal:
		return true, !e.has(wave) && !e.has(rise) && !e.has(feast)
	case engine.CampaignDriven:
		return true, !e.inWindow(campaign, at)
	case engine.PriceDriven:
		return true, !e.has(price)
	}
	return false, false
}

// scoreTruth counts false discoveries and coverage.
func scoreTruth(w *world, at []int, js [][]engine.Judgement, t *tally) {
	for k, a := range at {
		var found, wrong int
		for i := range js[k] {
			j := &js[k][i]
			if !j.Enough {
				continue
			}
			t.Judged++
			claims, bad := falsely(w, i, a, j.Verdict)
			if claims {
				found++
			}
			if bad {
				wrong++
				if j.Verdict == engine.Falling {
					t.Falling++
				}
				t.confuse(planted(&w.entities[i])+"→"+string(j.Verdict), 1)
			}
			if !w.entities[i].has(campaign) { // copies are no planted rate
				t.Intervals++
				if g := w.growth(i, a, 28); j.Growth.Low <= g && g <= j.Growth.High {
					t.Covered++
				}
			}
		}
		t.Rounds++
		t.Discovered += found
		t.False += wrong
		t.FDP += float64(wrong) / math.Max(1, float64(found))
	}
}

func planted(e *entity) string {
	if len(e.effects) == 0 {
		return "none"
	}
	return [...]string{"step", "ramp", "spike", "wave", "rise", "feast", "campaign", "price", "block"}[e.effects[0].kind]
}

// scoreDelay counts the weeks from the start of a step to the first "rising".
func scoreDelay(w *world, at []int, js [][]engine.Judgement, t *tally) {
	for i := range w.entities {
		if !w.entities[i].has(step) {
			continue
		}
		first := math.Inf(1)
		for k := range at {
			if js[k][i].Verdict == engine.Rising {
				first = math.Min(first, float64(k+1))
			}
			t.confuse(string(rune('1'+k))+" "+string(js[k][i].Verdict), 1)
		}
		t.Delays = append(t.Delays, first)
		t.Asked++
		if first <= 3 {
			t.Right++
		}
	}
	scoreTruth(w, at, js, t)
}

// scoreSeason asks, of each seasonal rise that is planted above a quarter and of
// which any change is claimed, whether the claim is "seasonal".
func scoreSeason(w *world, at []int, js [][]engine.Judgement, t *tally) {
	for k, a := range at {
		for i := range w.entities {
			e := &w.entities[i]
			if !e.has(feast) && !e.has(rise) && !(e.has(wave) && e.effects[0].size >= .4) || !js[k][i].Enough {
				continue
			}
			g := w.growth(i, a, 28)
			if g < 1.25 {
				continue
			}
			v := js[k][i].Verdict
			t.confuse(planted(e)+"→"+string(v), 1)
			if v == engine.Steady { // not told from chance: no claim, right or wrong
				continue
			}
			t.Asked++
			if v == engine.Seasonal {
				t.Right++
			}
		}
	}
	scoreTruth(w, at, js, t)
}

// scoreKind asks for one verdict of planted events in the first judgement; later
// judgements, when the event is over, count towards false discoveries.
func scoreKind(kind effectKind, want engine.Verdict) func(*world, []int, [][]engine.Judgement, *tally) {
	return func(w *world, at []int, js [][]engine.Judgement, t *tally) {
		for i := range w.entities {
			if !w.entities[i].has(kind) || !js[0][i].Enough {
				continue
			}
			t.Asked++
			t.confuse(string(js[0][i].Verdict), 1)
			if js[0][i].Verdict == want {
				t.Right++
			}
		}
		scoreTruth(w, at, js, t)
	}
}

// scorePrice asks, of price effects that moved the planted rate by a fifth and
// of which any change is claimed, whether the claim is "price-driven".
func scorePrice(w *world, at []int, js [][]engine.Judgement, t *tally) {
	for k, a := range at {
		for i := range w.entities {
			if !w.entities[i].has(price) || !js[k][i].Enough || w.growth(i, a, 28) < 1.2 {
				continue
			}
			v := js[k][i].Verdict
			t.confuse(string(v), 1)
			if v == engine.Steady {
				continue
			}
			t.Asked++
			if v == engine.PriceDriven {
				t.Right++
			}
		}
	}
	scoreTruth(w, at, js, t)
}

func median(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	y := append([]float64(nil), x...)
	sort.Float64s(y)
	return y[(len(y)-1)/2]
}
