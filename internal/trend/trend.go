// Package trend says what is rising and what is falling, why, and how sure one
// may be. Its figures are rate ratios against the same channels' volume, with
// over-dispersed 95 % intervals, corrected for everything that was looked at.
//
// Read next: rank.go (the ranking that pages and the command show), read.go (what
// is read from the store), engine (the statistics, each with its source),
// backtest (the judge of the engine).
package trend

import (
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/engine"
)

// Verdict is the engine's one-word answer.
type Verdict = engine.Verdict

// Verdicts.
const (
	Rising         = engine.Rising
	Falling        = engine.Falling
	Seasonal       = engine.Seasonal
	Spike          = engine.Spike
	PriceDriven    = engine.PriceDriven
	CampaignDriven = engine.CampaignDriven
	Steady         = engine.Steady
	NotEnoughData  = engine.NotEnoughData
)

// Trend is the verdict on one entity.
type Trend struct {
	Entity, Name, Kind string
	N, NPrevious       int64   // mentions in the window and in the one before
	Growth, Low, High  float64 // ratio change (0.33 = +33 %) and its 95 % interval; NaN unless Enough
	Q                  float64 // Benjamini–Hochberg adjusted; NaN when not enough data
	Enough             bool
	Verdict            Verdict
	Held               int // weeks the verdict has stood, as far as replayed
	Reasons            []Reason
	// Expected is the change that calendar and season alone give; Beyond is what
	// is left, with its interval. NaN unless Enough.
	Expected, Beyond, BeyondLow, BeyondHigh float64
	Net                                     metric.Value // net sentiment in the window
	Voice                                   metric.Value // share of voice among entities of the same kind set
	Spark                                   []int64      // mentions of the last 12 whole ISO weeks, oldest first
}

// Report is a ranking with the windows it compared.
type Report struct {
	Window, Previous Span
	Trends           []Trend
}

// Span is an inclusive range of Lima days.
type Span struct{ From, To mention.Day }

// Days counts the days of s.
func (s Span) Days() int { return int(s.To-s.From) + 1 }
