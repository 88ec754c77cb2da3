package backtest

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// A small run of each scenario must stay near what the full run of `antojo
// backtest` promises; the bounds leave room for four worlds' chance.
func TestSmallRunKeepsThePromises(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds")
	}
	for name, want := range map[string]struct{ fdr, right float64 }{
		"null":     {.26, 0},
		"sources":  {.26, 0},
		"mixed":    {.08, 0},
		"step":     {.08, .70},
		"feast":    {.12, .90},
		"season":   {.08, .93},
		"campaign": {.08, .95},
		"spike":    {.12, .95},
		"price":    {.08, .85},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Run(t.Context(), Options{Seeds: 4, Only: name})
			if err != nil {
				t.Fatal(err)
			}
			o := r.scenario(name)
			if o.Judged < 500 {
				t.Fatalf("only %d series judged", o.Judged)
			}
			if o.FDR() > want.fdr {
				t.Errorf("false discovery rate %.3f (%v)", o.FDR(), o.Confused)
			}
			if want.right > 0 && (o.Asked < 10 || o.Accuracy() < want.right) {
				t.Errorf("right %.2f of %d (%v)", o.Accuracy(), o.Asked, o.Confused)
			}
			if c := o.Coverage(); c < .91 || c > .99 {
				t.Errorf("95 %% intervals hold %.3f", c)
			}
			if name == "step" && median(o.Delays) > 3 {
				t.Errorf("median delay %.0f weeks", median(o.Delays))
			}
		})
	}
}

func TestRunIsDeterministic(t *testing.T) {
	one := func() string {
		r, err := Run(t.Context(), Options{Seeds: 2, Seed: 77, Only: "campaign"})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(r.JSON())
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if d := cmp.Diff(one(), one()); d != "" {
		t.Error(d)
	}
}

// What comes after the day of a judgement must not change it.
func TestJudgementKnowsNoFuture(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	w := newWorld(rng, 40, 50, 2000)
	plantMixed(rng, w, 900)
	w.draw(rng)
	to := w.start + 899
	before := engine.Judge(w.panel, engine.Options{To: to})
	for i := range w.panel.Series {
		for _, c := range w.panel.Series[i].Counts {
			for d := 900; d < w.days; d++ {
				c[d] *= 7
			}
		}
	}
	for _, x := range w.panel.Exposure {
		for d := 900; d < w.days; d++ {
			x[d] += 1000
		}
	}
	after := engine.Judge(w.panel, engine.Options{To: to})
	for i := range before {
		if before[i].Verdict != after[i].Verdict || before[i].Enough && before[i].Growth != after[i].Growth {
			t.Errorf("%s: %s %v became %s %v", w.panel.Series[i].ID, before[i].Verdict, before[i].Growth, after[i].Verdict, after[i].Growth)
		}
	}
}

// The order of series must not matter.
func TestJudgementDoesNotDependOnOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	w := newWorld(rng, 60, 20, 3000)
	plantMixed(rng, w, 900)
	w.draw(rng)
	o := engine.Options{To: w.start + 899}
	want := map[string]engine.Verdict{}
	for i, j := range engine.Judge(w.panel, o) {
		want[w.panel.Series[i].ID] = j.Verdict
	}
	rng.Shuffle(len(w.panel.Series), func(a, b int) {
		w.panel.Series[a], w.panel.Series[b] = w.panel.Series[b], w.panel.Series[a]
	})
	for i, j := range engine.Judge(w.panel, o) {
		if id := w.panel.Series[i].ID; j.Verdict != want[id] {
			t.Errorf("%s: %s, was %s", id, j.Verdict, want[id])
		}
	}
}

func TestReplayCountsWhatCameNext(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	w := newWorld(rng, 40, 100, 1000)
	w.entities[3].effects = []effect{{kind: step, from: 1000, size: 2.2}}
	w.draw(rng)
	r, err := Replay(t.Context(), w.panel, 12, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, v := range r.Verdicts {
		said += v.Said
		if v.Verdict == engine.Rising && (v.Entities != 1 || v.Held < .5) {
			t.Errorf("rising: %+v", v)
		}
		if v.Verdict == engine.Steady && (v.Median < -.15 || v.Median > .15) {
			t.Errorf("steady: %+v", v)
		}
	}
	if said != 12*40 || r.Weeks != 12 || r.To != (w.start+mention.Day(w.days-1)).String() {
		t.Errorf("%+v", r)
	}
}
