// Package evidence weighs what the food words of a text tell about whether it is about
// food, beside what the encoder says. A small encoder has met few foods and takes
// idioms, nicknames and other businesses for food; the tables know 2,400 foods and
// which of their names may mean something else.
//
// The weights are those of a logistic regression on top of both (stacked
// generalisation: Wolpert 1992), learned from texts that the encoder was not trained
// on (antojo train --task evidence), and stand in the model's config.json.
package evidence

import (
	"fmt"
	"math"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// N is the number of features.
const N = 8

// Names of the features, in order, as in config.json.
var Names = [N]string{"bias", "logit", "plain", "context", "bare", "slang", "none", "none_aspect"}

// Features of a text. food is the encoder's P(food), aspect the largest of its
// probabilities that an aspect is spoken of (1 − P(none)), matches what the lexicon
// found:
//
//   - bias: 1
//   - logit: ln(food / (1 − food)), within ±11.5
//   - plain: words that mean a food and nothing else, at most 2
//   - context: words that may mean something else, with food spoken of nearby, at most 2
//   - bare: the same without, at most 2
//   - slang: words in a known phrase of another sense, at most 2
//   - none: 1 if there are no plain words and none with food nearby
//   - none_aspect: none · aspect; "llegó tarde" names no food and yet speaks of an order
func Features(food, aspect float32, matches []lexicon.Match) [N]float64 {
	const tiny = 1e-5
	p := float64(food)
	f := [N]float64{1, math.Log((p + tiny) / (1 - p + tiny))}
	var plain, context, bare, slang int
	for i := range matches {
		switch m := &matches[i]; {
		case m.Slang:
			slang++
		case m.Homograph && m.FoodContext:
			context++
		case m.Homograph, m.Weak && !m.FoodContext:
			bare++
		default:
			plain++
		}
	}
	for i, n := range [...]int{plain, context, bare, slang} {
		f[2+i] = float64(min(n, 2))
	}
	if plain+context == 0 {
		f[6], f[7] = 1, float64(aspect)
	}
	return f
}

// Weights of the features, towards food.
type Weights [N]float64

// FromMap reads the weights as config.json has them: by name, each there and finite.
func FromMap(m map[string]float64) (*Weights, error) {
	var w Weights
	for i, name := range Names {
		v, ok := m[name]
		if !ok || math.IsNaN(v) || math.Abs(v) > 1e3 {
			return nil, fmt.Errorf("evidence: the weight %q is missing or not within ±1000", name)
		}
		w[i] = v
	}
	if len(m) != N {
		return nil, fmt.Errorf("evidence: there are %d weights, want %d: %v", len(m), N, Names)
	}
	return &w, nil
}

// Map is the inverse of FromMap.
func (w *Weights) Map() map[string]float64 {
	m := make(map[string]float64, N)
	for i, name := range Names {
		m[name] = w[i]
	}
	return m
}

// Food is P(food) with the evidence of the words: 1 / (1 + exp(−Σ weight·feature)).
func (w *Weights) Food(f *[N]float64) float32 {
	z := 0.0
	for i := range w {
		z += w[i] * f[i]
	}
	return float32(1 / (1 + math.Exp(-z)))
}

// Aspect is the largest probability that an aspect is spoken of, for Features.
func Aspect(aspects *[mention.NumAspects][4]float32) float32 {
	top := float32(0)
	for i := range aspects {
		top = max(top, 1-aspects[i][mention.AspectNone])
	}
	return top
}
