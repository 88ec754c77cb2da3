package backtest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/trend/alert"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/forecast"
)

// Options of a run.
type Options struct {
	Seeds    int           // worlds a scenario, default 40
	Seed     uint64        // first seed, default 1
	Only     string        // one scenario
	Demo     *engine.Panel // what forecasts are judged on; nil = no forecasts
	Progress func(scenario string, done, of int)
}

// Outcome is what one scenario gave.
type Outcome struct {
	Name, About string
	tally
}

// FDR is the mean share of false claims among the claims of a judgement.
func (o *Outcome) FDR() float64 { return o.FDP / math.Max(1, float64(o.Rounds)) }

// Coverage is the share of growth intervals that hold the planted growth.
func (o *Outcome) Coverage() float64 { return float64(o.Covered) / math.Max(1, float64(o.Intervals)) }

// Accuracy is the share of planted events that got the verdict they should.
func (o *Outcome) Accuracy() float64 { return float64(o.Right) / math.Max(1, float64(o.Asked)) }

// Report is the outcome of all scenarios.
type Report struct {
	Seeds     int
	Seed      uint64
	Scenarios []Outcome
	Forecast  *forecast.Score
	Alerts    []AlertScore // by budget
}

// Names lists the scenarios.
func Names() []string {
	var out []string
	for _, s := range scenarios() {
		out = append(out, s.name)
	}
	return append(out, alertsName)
}

// alertsName is the scenario of alerts, which is watched day by day.
const alertsName = "alerts"

// Known says whether a scenario has that name.
func Known(name string) bool { return slices.Contains(Names(), name) }

// Run plays the scenarios. The same options give the same figures on any machine.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.Seeds == 0 {
		o.Seeds = 40
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	r := &Report{Seeds: o.Seeds, Seed: o.Seed}
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
		r.Scenarios = append(r.Scenarios, res)
	}
	if o.Only == "" || o.Only == alertsName {
		var err error
		r.Alerts, err = Alerts(ctx, o.Seeds, o.Seed, func(done, of int) {
			if o.Progress != nil {
				o.Progress(alertsName, done, of)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	if o.Demo != nil {
		sc := forecast.Backtest(o.Demo, []int{12, 16, 20, 24, 28, 32})
		r.Forecast = &sc
	}
	return r, nil
}

// Figure is one of the figures that the engine promises.
type Figure struct {
	Name   string
	Value  float64 // NaN if the run did not measure it
	Wanted string
}

func (r *Report) scenario(name string) *Outcome {
	for i := range r.Scenarios {
		if r.Scenarios[i].Name == name {
			return &r.Scenarios[i]
		}
	}
	return nil
}

// over is the mean of a figure over those of the named scenarios that were
// played; NaN if none was.
func (r *Report) over(get func(*Outcome) (num, den float64), names ...string) float64 {
	var num, den float64
	for _, n := range names {
		if o := r.scenario(n); o != nil {
			a, b := get(o)
			num, den = num+a, den+b
		}
	}
	if den == 0 {
		return math.NaN()
	}
	return num / den
}

// Figures returns the promised figures in order.
func (r *Report) Figures() []Figure {
	fdr := func(o *Outcome) (float64, float64) { return o.FDP, float64(o.Rounds) }
	right := func(o *Outcome) (float64, float64) { return float64(o.Right), float64(o.Asked) }
	cover := func(o *Outcome) (float64, float64) { return float64(o.Covered), float64(o.Intervals) }
	delay := math.NaN()
	if o := r.scenario("step"); o != nil {
		delay = median(o.Delays)
	}
	mase, bands := math.NaN(), math.NaN()
	if r.Forecast != nil {
		mase, bands = r.Forecast.MASE, r.Forecast.Covered[1]
	}
	alarms, found, late := math.NaN(), math.NaN(), math.NaN()
	for i := range r.Alerts {
		if a := &r.Alerts[i]; a.Budget == alert.DefaultBudget {
			alarms = a.Null
			found, late = a.over("spike", "drop")
		}
	}
	return []Figure{
		{"fdr", r.over(fdr, "null", "mixed"), "at most 0.05"},
		{"fdr_null", r.over(fdr, "null"), "at most 0.05"},
		{"fdr_mixed", r.over(fdr, "mixed"), "at most 0.05"},
		{"recall", r.over(right, "step"), "at least 0.80"},
		{"median_delay_weeks", delay, "at most 2"},
		{"seasonal_accuracy", r.over(right, "feast", "season"), "at least 0.95"},
		{"campaign_accuracy", r.over(right, "campaign"), "at least 0.85"},
		{"price_accuracy", r.over(right, "price"), "at least 0.85"},
		{"spike_accuracy", r.over(right, "spike"), ""},
		{"coverage", r.over(cover, "null", "step"), "0.93 to 0.97"},
		{"outage_falling", r.over(func(o *Outcome) (float64, float64) { return float64(o.Falling), float64(o.Judged) }, "sources"), "0"},
		{"mase", mase, "under 0.90"},
		{"forecast_coverage_80", bands, "0.75 to 0.85"},
		{"alerts_false_a_month", alarms, fmt.Sprintf("at most %d, the budget", alert.DefaultBudget)},
		{"alerts_recall", found, ""},
		{"alerts_median_delay_days", late, ""},
	}
}

// JSON is the report as `antojo backtest --json` prints it; figures that were not
// measured are null.
func (r *Report) JSON() map[string]any {
	out := map[string]any{"seeds": r.Seeds, "first_seed": r.Seed}
	number := func(x float64) any {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil
		}
		return math.Round(x*1e6) / 1e6
	}
	for _, f := range r.Figures() {
		out[f.Name] = number(f.Value)
	}
	var list []map[string]any
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		m := map[string]any{"name": s.Name, "about": s.About, "worlds": s.Worlds, "judged": s.Judged, "claims": s.Discovered,
			"false": s.False, "fdr": number(s.FDR()), "coverage": number(s.Coverage()), "verdicts": s.Confused}
		if s.Asked > 0 {
			m["accuracy"], m["asked"] = number(s.Accuracy()), s.Asked
		}
		if len(s.Delays) > 0 {
			m["median_delay_weeks"] = number(median(s.Delays))
		}
		list = append(list, m)
	}
	out["scenarios"] = list
	var alerts []map[string]any
	for i := range r.Alerts {
		a := &r.Alerts[i]
		planted := map[string]any{}
		for name, k := range a.Planted {
			planted[name] = map[string]any{"about": k.About, "planted": k.Asked, "found": k.Found, "recall": number(k.Recall()), "median_delay_days": number(k.delay())}
		}
		alerts = append(alerts, map[string]any{"budget": a.Budget, "false_a_month": number(a.Null), "months": number(a.NullMonths), "worst_world": number(a.WorstWorld),
			"false_a_month_beside_events": number(a.FalseMixed), "events": planted})
	}
	if alerts != nil {
		out["alerts"] = alerts
	}
	if f := r.Forecast; f != nil {
		out["forecast"] = map[string]any{"origins": f.Origins, "weeks": f.Weeks, "mase": number(f.MASE), "coverage_50": number(f.Covered[0]),
			"coverage_80": number(f.Covered[1]), "coverage_95": number(f.Covered[2]), "models": f.ByModel,
			"mase_by_four_weeks": []any{number(f.Horizons[0]), number(f.Horizons[1]), number(f.Horizons[2])}}
	}
	return out
}
