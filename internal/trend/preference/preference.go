// Package preference says what people want and what they like and dislike about it,
// and how sure one may be: which aspects go with satisfaction (drivers.go), what is
// craved and badly served (opportunity.go), what takes the place of what
// (substitute.go, choice.go) and how departments differ once chance is taken out
// (area.go).
//
// It reads counts, never a store or a clock, so that pages, the command and the
// tests run the very same code. Every figure is an association among what was
// written; none of them says what causes what.
//
// Read next: drivers.go, docs/preferences.md.
package preference

import "antojo/internal/mention"

// MinN is the number of observations below which no share or mean is given.
const MinN = 30

// Profile is a kind of mention: all that are alike in source, labels and stars.
type Profile struct {
	Source    mention.Source
	Sentiment mention.Sentiment
	Aspects   [mention.NumAspects]mention.AspectLabel
	Rating    float64 // stars 1 to 5; 0 = none
	N         int64   // mentions of this kind
}

// UnpackAspects reads a digit of base 4 for each aspect, food the lowest: the form
// in which stores keep them.
func UnpackAspects(code uint16) (out [mention.NumAspects]mention.AspectLabel) {
	for a := range out {
		out[a] = mention.AspectLabel(code >> (2 * a) & 3)
	}
	return out
}
