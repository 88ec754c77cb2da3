// Package engine decides what changed: it takes daily counts of many entities by
// channel, with the channels' own volume, and gives each entity a verdict with
// its figures. It reads no store and no clock, so that the product, the backtest
// and the tests run the very same code.
//
// Read next: judge.go (the order of steps), change.go (the test), expect.go
// (calendar and season), shape.go (burst or lasting).
package engine

import (
	"antojo/internal/mention"
)

// Panel holds daily counts. All slices of days have length Days; index 0 is Start.
type Panel struct {
	Start    mention.Day
	Days     int
	Strata   []string    // channels (or sources): what is compared like with like
	Exposure [][]float32 // [stratum][day]: all mentions about food
	Series   []Series
	Prices   []Price
}

// Series is one entity, aspect, brand set or new term.
type Series struct {
	ID, Kind string
	Counts   [][]float32 // [stratum][day]; nil for a stratum in which it never occurs
	// Copied counts near-duplicates a day over all strata, beyond the first of
	// each group; nil if unknown. They are no evidence of a trend.
	Copied []float32
	// Authors counts distinct authors a day over all strata; nil if unknown.
	Authors []float32
}

// Price is one imported series, by week: Value[w] is the mean of the seven days
// from Start+7w on, 0 where none is known.
type Price struct {
	Item, Place, Unit string
	Value             []float32
}

// Verdict is the engine's one-word answer.
type Verdict string

// Verdicts.
const (
	Rising         Verdict = "rising"
	Falling        Verdict = "falling"
	Seasonal       Verdict = "seasonal"
	Spike          Verdict = "spike"
	PriceDriven    Verdict = "price-driven"
	CampaignDriven Verdict = "campaign-driven"
	Steady         Verdict = "steady"
	NotEnoughData  Verdict = "not-enough-data"
)

// Options of a judgement. Zero values are the defaults.
type Options struct {
	To      mention.Day // last day; default the panel's last
	Days    int         // window, default 28
	Alpha   float64     // level of the false discovery rate, default 0.05
	History int         // past weeks replayed for hysteresis, default 4; negative = none
}

func (o Options) withDefaults(p *Panel) Options {
	if o.To == 0 {
		o.To = p.Start + mention.Day(p.Days-1)
	}
	if o.Days == 0 {
		o.Days = 28
	}
	if o.Alpha == 0 {
		o.Alpha = .05
	}
	switch {
	case o.History == 0:
		o.History = 4
	case o.History < 0:
		o.History = 0
	}
	return o
}

// Ratio is a rate ratio with its 95 % interval; NaN when undefined.
type Ratio struct{ Value, Low, High float64 }

// Judgement is what the engine says of one series.
type Judgement struct {
	Verdict Verdict
	Held    int // weeks, this one included, that the verdict has stood (at most History+1)

	N, NPrevious float64 // mentions in the window and in the one before, strata compared
	Enough       bool    // the power rule holds
	Growth       Ratio   // window against the one before, at equal exposure
	Q            float64 // Benjamini–Hochberg, of the test behind the verdict; NaN if not looked at
	Phi          float64 // variance of a week's count over its mean

	Expected float64 // what calendar and season alone give for the same ratio; 1 = nothing
	Beyond   Ratio   // Growth over Expected
	Feasts   []FeastPart
	Past     int // earlier years the season was read from

	Lasting  Ratio   // the last weeks against the level before them, beyond expectation
	Weeks    float64 // how many weeks Lasting spans
	Burst    [2]mention.Day
	Copied   float64 // part of the window's mentions that are copies
	PerHead  float64 // mentions an author in the window over the same before; 0 unknown
	PriceFit *PriceFit
	Dropped  []StratumNote
	Kept     bool // hysteresis held an older verdict

	// Unclaimed says why a steady series whose Q is at most Options.Alpha is not called
	// rising or falling; "" for all others.
	Unclaimed Unclaimed
}

// Unclaimed is what a change lacks that a test sees and no verdict names.
type Unclaimed string

// What a change may lack. A test looks at several spans of days, a verdict wants more.
const (
	NewLevel Unclaimed = "new-level" // it was complete before the window
	Wavers   Unclaimed = "wavers"    // the last week does not lean that way any more
	Silenced Unclaimed = "silenced"  // a fall, while one of its sources was silent
	Brief    Unclaimed = "brief"     // the level of the last weeks is not clear by itself
)

// FeastPart says what one feast adds to the expectation.
type FeastPart struct {
	ID   string
	Lift float64 // expected count of the window with the feast over without
}

// StratumNote says why a stratum was set aside, or that it changed.
type StratumNote struct {
	Stratum string
	What    string  // started, stopped, silent, volume
	Change  float64 // of volume, for What = volume
}
