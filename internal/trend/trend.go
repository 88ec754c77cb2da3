// Package trend says what is rising and what is falling, and how sure one may
// be. Its figures are rate ratios against the same sources' volume, with
// over-dispersed 95 % intervals, corrected for everything that was looked at.
//
// Read next: rank.go (the ranking that pages and the command show), growth.go
// (the statistics, each with its source).
package trend

import (
	"fmt"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Verdict is the engine's one-word answer.
type Verdict string

// Verdicts. The remaining ones of the vocabulary (spike, price-driven,
// campaign-driven) need the expectation engine and are not given yet.
const (
	Rising        Verdict = "rising"
	Falling       Verdict = "falling"
	Seasonal      Verdict = "seasonal"
	Steady        Verdict = "steady"
	NotEnoughData Verdict = "not-enough-data"
)

// Trend is the verdict on one entity.
type Trend struct {
	Entity, Name, Kind string
	N, NPrevious       int64   // mentions in the window and in the one before
	Growth, Low, High  float64 // ratio change (0.33 = +33 %) and its 95 % interval; NaN unless Enough
	Q                  float64 // Benjamini–Hochberg adjusted; NaN when not enough data
	Enough             bool
	Verdict            Verdict
	Reasons            []Reason
	Net                metric.Value // net sentiment in the window
	Voice              metric.Value // share of voice among entities of the same kind set
	Spark              []int64      // mentions of the last 12 whole ISO weeks, oldest first
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

// Reason is one sentence of the "why" behind a verdict, in both languages.
type Reason struct {
	Key  string
	Args []any
}

// reasonTexts holds the wording by key: Spanish, English.
var reasonTexts = map[string][2]string{
	"growth":       {"%+.0f %% frente a los %d días anteriores (IC 95 %%: %+.0f %% a %+.0f %%)", "%+.0f %% against the %d days before (95 %% CI %+.0f %% to %+.0f %%)"},
	"significant":  {"se distingue del azar aun contando las %d entidades miradas (q = %.3f)", "told from chance even counting the %d entities looked at (q = %.3f)"},
	"chance":       {"no se distingue del azar (q = %.2f)", "not told from chance (q = %.2f)"},
	"few":          {"%d menciones en ambas ventanas: no alcanzan para ver ni una duplicación", "%d mentions in both windows: too few to see even a doubling"},
	"season":       {"el año pasado, en las mismas fechas, cambió %+.0f %%; descontado eso no queda un cambio claro", "last year on the same dates it changed by %+.0f %%; without that no clear change is left"},
	"beyond":       {"el año pasado, en las mismas fechas, cambió %+.0f %%: el cambio de ahora va más allá", "last year on the same dates it changed by %+.0f %%: this change goes beyond it"},
	"dropped":      {"no se comparó %s: casi sin datos en una de las ventanas", "%s not compared: almost no data in one of the windows"},
	"overdisperse": {"varía %.1f veces más que el azar puro de una semana a otra", "varies %.1f times as much as pure chance from week to week"},
}

// In renders the reason in "es" or "en".
func (r Reason) In(lang string) string {
	t, ok := reasonTexts[r.Key]
	if !ok {
		return r.Key
	}
	if lang == "en" {
		return fmt.Sprintf(t[1], r.Args...)
	}
	return fmt.Sprintf(t[0], r.Args...)
}
