package backtest

import (
	"context"
	"math/rand/v2"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// Options of a run.
type Options struct {
	Seeds    int    // worlds a scenario, default 40
	Seed     uint64 // first seed, default 1
	Only     string // one scenario
	Progress func(scenario string, done, of int)
}

// Outcome is what one scenario gave.
type Outcome struct {
	Name, About string
	tally
}

// Run plays the scenarios. The same options give the same figures on any machine.
func Run(ctx context.Context, o Options) ([]Outcome, error) {
	if o.Seeds == 0 {
		o.Seeds = 40
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	var out []Outcome
	for n, s := range scenarios() {
		if o.Only != "" && o.Only != s.name {
			continue
		}
		res := Outcome{Name: s.name, About: s.about}
		for k := range o.Seeds {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rng := rand.New(rand.NewPCG(o.Seed+uint64(k), uint64(n)<<32|0x5eed))
			w, at := s.build(rng)
			js := make([][]engine.Judgement, len(at))
			for i, a := range at {
				js[i] = engine.Judge(w.panel, engine.Options{To: w.start + mention.Day(a-1)})
			}
			one := tally{Worlds: 1}
			s.score(w, at, js, &one)
			res.add(&one)
			if o.Progress != nil {
				o.Progress(s.name, k+1, o.Seeds)
			}
		}
		out = append(out, res)
	}
	return out, nil
}
