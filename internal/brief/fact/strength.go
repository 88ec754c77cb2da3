package fact

import "math"

// Direction is what the interval supports.
type Direction string

// Directions. For net sentiment up means liked, down disliked; for times up means
// more than elsewhere.
const (
	Up          Direction = "up"
	Down        Direction = "down"
	NoDirection Direction = "none"
)

// Strength says how sure a sentence may sound.
type Strength string

// Strengths, by how far the interval stays from "no difference".
const (
	Clear   Strength = "clear"   // excludes it widely
	Bare    Strength = "bare"    // excludes it, barely
	Unclear Strength = "unclear" // includes it
	NoData  Strength = "no-data" // nothing to judge
)

const (
	clearZ  = 2.8 // standard errors from no difference
	z975    = 1.959963984540054
	alphaFD = .05
)

// judgeRatio grades a ratio change (−1 … ∞) on the log scale, where its interval
// is nearly symmetric. q is the false discovery rate, NaN if there is none.
func judgeRatio(f Figure, q float64) (Direction, Strength) {
	if !f.Defined || math.IsNaN(f.Value) || math.IsNaN(f.Low) || math.IsNaN(f.High) || f.Low <= -1 {
		return NoDirection, NoData
	}
	return judge(math.Log1p(f.Value), math.Log1p(f.Low), math.Log1p(f.High), q)
}

// judgeDifference grades a figure against another value, on its own scale.
func judgeDifference(f Figure, from float64) (Direction, Strength) {
	if !f.Defined {
		return NoDirection, NoData
	}
	return judge(f.Value-from, f.Low-from, f.High-from, math.NaN())
}

func judge(v, low, high, q float64) (Direction, Strength) {
	d := NoDirection
	switch {
	case low > 0:
		d = Up
	case high < 0:
		d = Down
	default:
		return NoDirection, Unclear
	}
	se := (high - low) / (2 * z975)
	if se > 0 && math.Abs(v)/se < clearZ || !math.IsNaN(q) && q > alphaFD {
		return d, Bare
	}
	return d, Clear
}
