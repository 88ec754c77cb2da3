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
	worlds []tally // one each, for standard errors
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
			res.worlds = append(res.worlds, one)
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
	SE     float64 // standard error, worlds (series for forecasts) being the unit; NaN without
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

// pair is what one world adds to a ratio.
type pair struct{ num, den float64 }

// ratio is the quotient of sums with its standard error, the pairs being independent
// (linearised ratio estimator; W. G. Cochran, Sampling Techniques, 1977, §6.4).
// Both are NaN where nothing was asked.
func ratio(pairs []pair) (r, se float64) {
	var num, den float64
	for _, p := range pairs {
		num, den = num+p.num, den+p.den
	}
	if den == 0 {
		return math.NaN(), math.NaN()
	}
	r = num / den
	n := float64(len(pairs))
	if n < 2 {
		return r, math.NaN()
	}
	var sum float64
	for _, p := range pairs {
		d := p.num - r*p.den
		sum += d * d
	}
	return r, math.Sqrt(sum*n/(n-1)) / den
}

// over is a figure over those of the named scenarios that were played, with its
// standard error; NaN if none was.
func (r *Report) over(get func(*tally) pair, names ...string) (float64, float64) {
	var pairs []pair
	for _, n := range names {
		if o := r.scenario(n); o != nil {
			for i := range o.worlds {
				pairs = append(pairs, get(&o.worlds[i]))
			}
		}
	}
	return ratio(pairs)
}

func fdrOf(o *tally) pair   { return pair{o.FDP, float64(o.Rounds)} }
func rightOf(o *tally) pair { return pair{float64(o.Right), float64(o.Asked)} }
func coverOf(o *tally) pair { return pair{float64(o.Covered), float64(o.Intervals)} }
func fallOf(o *tally) pair  { return pair{float64(o.Falling), float64(o.Judged)} }

// SE is the standard error of FDR, Coverage and Accuracy.
func (o *Outcome) SE() (fdr, coverage, accuracy float64) {
	at := func(get func(*tally) pair) float64 {
		pairs := make([]pair, len(o.worlds))
		for i := range o.worlds {
			pairs[i] = get(&o.worlds[i])
		}
		_, se := ratio(pairs)
		return se
	}
	return at(fdrOf), at(coverOf), at(rightOf)
}

// Figures returns the promised figures in order.
func (r *Report) Figures() []Figure {
	delay := math.NaN()
	if o := r.scenario("step"); o != nil {
		delay = median(o.Delays)
	}
	none := math.NaN()
	mase, maseSE, bands, bandsSE := none, none, none, none
	if f := r.Forecast; f != nil {
		mase, maseSE, bands, bandsSE = f.MASE, f.MASESE, f.Covered[1], f.CoveredSE[1]
	}
	alarms, alarmsSE, found, foundSE, late := none, none, none, none, none
	for i := range r.Alerts {
		if a := &r.Alerts[i]; a.Budget == alert.DefaultBudget {
			alarms, alarmsSE = a.Null, a.NullSE
			found, foundSE, late = a.over("spike", "drop")
		}
	}
	var out []Figure
	add := func(name string, value, se float64, wanted string) {
		out = append(out, Figure{name, value, se, wanted})
	}
	measure := func(name, wanted string, get func(*tally) pair, scenarios ...string) {
		v, se := r.over(get, scenarios...)
		add(name, v, se, wanted)
	}
	measure("fdr", "at most 0.05", fdrOf, "null", "mixed")
	measure("fdr_null", "at most 0.05", fdrOf, "null")
	measure("fdr_mixed", "at most 0.05", fdrOf, "mixed")
	measure("recall", "at least 0.80", rightOf, "step")
	add("median_delay_weeks", delay, none, "at most 2")
	measure("seasonal_accuracy", "at least 0.95", rightOf, "feast", "season")
	measure("campaign_accuracy", "at least 0.85", rightOf, "campaign")
	measure("price_accuracy", "at least 0.85", rightOf, "price")
	measure("spike_accuracy", "", rightOf, "spike")
	measure("coverage", "0.93 to 0.97", coverOf, "null", "step")
	measure("outage_falling", "0", fallOf, "sources")
	add("mase", mase, maseSE, "under 0.90")
	add("forecast_coverage_80", bands, bandsSE, "0.75 to 0.85")
	add("alerts_false_a_month", alarms, alarmsSE, fmt.Sprintf("at most %d, the budget", alert.DefaultBudget))
	add("alerts_recall", found, foundSE, "")
	add("alerts_median_delay_days", late, none, "")
	return out
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
		if !math.IsNaN(f.SE) {
			out[f.Name+"_se"] = number(f.SE)
		}
	}
	var list []map[string]any
	for i := range r.Scenarios {
		s := &r.Scenarios[i]
		m := map[string]any{"name": s.Name, "about": s.About, "worlds": s.Worlds, "judged": s.Judged, "claims": s.Discovered,
			"false": s.False, "fdr": number(s.FDR()), "coverage": number(s.Coverage()), "verdicts": s.Confused}
		fdr, cover, right := s.SE()
		m["fdr_se"], m["coverage_se"] = number(fdr), number(cover)
		if s.Asked > 0 {
			m["accuracy"], m["accuracy_se"], m["asked"] = number(s.Accuracy()), number(right), s.Asked
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
		alerts = append(alerts, map[string]any{"budget": a.Budget, "false_a_month": number(a.Null), "false_a_month_se": number(a.NullSE), "months": number(a.NullMonths), "worst_world": number(a.WorstWorld),
			"false_a_month_beside_events": number(a.FalseMixed), "events": planted})
	}
	if alerts != nil {
		out["alerts"] = alerts
	}
	if f := r.Forecast; f != nil {
		out["forecast"] = map[string]any{"origins": f.Origins, "weeks": f.Weeks, "mase": number(f.MASE), "mase_se": number(f.MASESE), "coverage_80_se": number(f.CoveredSE[1]), "coverage_50": number(f.Covered[0]),
			"coverage_80": number(f.Covered[1]), "coverage_95": number(f.Covered[2]), "models": f.ByModel,
			"mase_by_four_weeks": []any{number(f.Horizons[0]), number(f.Horizons[1]), number(f.Horizons[2])}}
	}
	return out
}
