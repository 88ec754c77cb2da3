package check

import (
	"maps"
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
)

// NewCopy prepares a checker for texts that invite: posts, slogans, suggestions for
// a menu. All rules of New hold, for figures, names, directions, causes, comparisons,
// praise and forecasts; only the vocabulary is wider, by words that claim nothing.
func NewCopy(f fill.Filler) *Checker {
	c := New(f)
	v := *c.v
	v.exact = maps.Clone(v.exact)
	words := copySpanish
	if f.Lang == "en" {
		words = copyEnglish
	}
	for _, w := range strings.Fields(fact.Fold(words)) {
		if _, known := v.word(w); !known { // a word that claims something keeps its class
			v.exact[w] = neutral
		}
	}
	v.orders = nil // an invitation tells its reader what to do
	c.v = &v
	return c
}
