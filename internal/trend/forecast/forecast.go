// Package forecast looks twelve weeks ahead: mentions a week with 50, 80 and 95 %
// bands, aware of feasts and season. It keeps several simple models and takes, for
// each entity, the one that forecast it best from earlier weeks (rolling origin,
// L. J. Tashman, Int. J. Forecasting 16, 2000, 437–450). Bands are quantiles of the
// errors that the same method made at those origins (bands.go).
package forecast

import (
	"math"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// Horizon is how many weeks are forecast.
const Horizon = 12

// Model names a way to forecast.
type Model string

// Models.
const (
	SeasonalNaive Model = "seasonal-naive" // the same week a year ago
	Theta         Model = "theta"          // smoothed level and half of the linear trend
	ETS           Model = "ets"            // smoothed level and damped trend
	Pooled        Model = "pooled"         // level of the last weeks, season of the kind
	Mean          Model = "mean"           // mean of theta, ets and pooled
)

var models = []Model{SeasonalNaive, Theta, ETS, Pooled, Mean}

// Band is one week ahead with its bands, in mentions.
type Band struct {
	From             mention.Day // first day of the week
	Point            float64
	Low50, High50    float64
	Low80, High80    float64
	Low95, High95    float64
	Actual           float64 // what came, for a forecast of the past; NaN if not yet known
	SeasonalNaiveRef float64 // the same week a year ago; NaN without
}

// Forecast is the outlook of one series.
type Forecast struct {
	ID    string
	Model Model
	Error float64 // mean absolute error of that model over that of the seasonal naive one at earlier origins; NaN without
	Weeks []Band
}

// Options of a forecast.
type Options struct {
	To mention.Day // last known day; default the panel's last
}

// minWeeks is the history that a season needs.
const minWeeks = 60

// origins are the weeks before To at which models are compared.
var origins = []int{4, 8, 12, 16, 20, 26}

// Weekly forecasts every series of the panel. A panel that goes on after To gives
// the weeks that came as Band.Actual. Series with less than about a year get the
// mean of their last weeks with wide bands.
func Weekly(p *engine.Panel, o Options) []Forecast {
	if o.To == 0 {
		o.To = p.Start + mention.Day(p.Days-1)
	}
	end := int(o.To-p.Start) + 1
	n := len(p.Series)
	now := fit(p, end)
	// How the models did from earlier weeks.
	errs := make([]map[Model]float64, n) // sum of absolute errors
	pooled := map[Model]float64{}
	past := make([]*fitted, 0, len(origins))
	for _, back := range origins {
		if at := end - 7*back; at/7 >= minWeeks {
			past = append(past, fit(p, at))
		}
	}
	for i := range n {
		errs[i] = map[Model]float64{}
		for _, f := range past {
			for _, m := range models {
				for h := range min(Horizon, (end-f.end)/7) {
					e := math.Abs(f.ahead[m][i][h] - actual(&p.Series[i], f.end+7*h))
					errs[i][m] += e
				}
			}
		}
		base := errs[i][SeasonalNaive] + 1
		for _, m := range models {
			pooled[m] += errs[i][m] / base
		}
	}
	best := make([]Model, n)
	for i := range n {
		best[i] = choose(errs[i], pooled, n)
	}
	bs := learnBands(p, end, past, best, now.phi)
	out := make([]Forecast, n)
	for i := range n {
		out[i] = Forecast{ID: p.Series[i].ID, Model: best[i], Error: math.NaN()}
		if e := errs[i][SeasonalNaive]; e > 0 {
			out[i].Error = errs[i][best[i]] / e
		}
		for h := range Horizon {
			at := end + 7*h
			x := now.ahead[best[i]][i][h]
			b := Band{From: p.Start + mention.Day(at), Point: x, Actual: math.NaN(), SeasonalNaiveRef: math.NaN()}
			b.Low50, b.High50 = bs.interval(x, h, now.phi[i], .5)
			b.Low80, b.High80 = bs.interval(x, h, now.phi[i], .8)
			b.Low95, b.High95 = bs.interval(x, h, now.phi[i], .95)
			// Whole numbers: what holds nearest to a half may stick out of what holds nearest to 80 %.
			b.Low80, b.High80 = math.Min(b.Low80, b.Low50), math.Max(b.High80, b.High50)
			b.Low95, b.High95 = math.Min(b.Low95, b.Low80), math.Max(b.High95, b.High80)
			if at+7 <= p.Days {
				b.Actual = actual(&p.Series[i], at)
			}
			if now.weeks >= minWeeks {
				b.SeasonalNaiveRef = now.ahead[SeasonalNaive][i][h]
			}
			out[i].Weeks = append(out[i].Weeks, b)
		}
	}
	return out
}

// choose takes the model with the least error, the entity's own and that of all
// entities weighing the same, so that luck in a few weeks does not decide.
func choose(own, pooled map[Model]float64, n int) Model {
	best, least := Mean, math.Inf(1)
	base := own[SeasonalNaive] + 1
	for _, m := range models {
		e := own[m]/base + pooled[m]/float64(n)
		if m == Mean {
			e *= .98 // ties go to the mean: combinations fail less (J. M. Bates & C. W. J. Granger, Oper. Res. Q. 20, 1969)
		}
		if e < least {
			best, least = m, e
		}
	}
	return best
}

func actual(s *engine.Series, from int) (n float64) {
	for _, c := range s.Counts {
		if c != nil {
			for d := from; d < min(from+7, len(c)); d++ {
				n += float64(c[d])
			}
		}
	}
	return n
}
