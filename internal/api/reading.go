package api

import (
	"encoding/json"
	"math"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/mention"
)

// Reading is what lexicon and model see in a text, in the shape of `antojo annotate`.
type Reading struct {
	Language   string                 `json:"language" enum:"es,en,pt,qu,ay,other,unknown"`
	Relevance  *Relevance             `json:"relevance" doc:"whether it is about food; null when the model did not read the text"`
	Sentiment  *Sentiment             `json:"sentiment" doc:"the writer's attitude"`
	Intent     *Intent                `json:"intent" doc:"what the writer is after"`
	Aspects    map[string]AspectLabel `json:"aspects" doc:"what is spoken of: food, portion, price, service, delivery, ambience, hygiene, health"`
	Entities   []Occurrence           `json:"entities" nullable:"false"`
	Department *string                `json:"department" doc:"INEI code" pattern:"^[0-9]{2}$"`
	Model      string                 `json:"model" doc:"version of the model"`
}

// Relevance is the label of the relevance head.
type Relevance struct {
	Label bool    `json:"label"`
	Score float64 `json:"score" minimum:"0" maximum:"1" doc:"probability of the label"`
}

// Sentiment is the label of the sentiment head.
type Sentiment struct {
	Label  string          `json:"label" enum:"neg,neu,pos"`
	Scores SentimentScores `json:"scores"`
}

// SentimentScores are probabilities that sum to 1.
type SentimentScores struct {
	Neg float64 `json:"neg" minimum:"0" maximum:"1"`
	Neu float64 `json:"neu" minimum:"0" maximum:"1"`
	Pos float64 `json:"pos" minimum:"0" maximum:"1"`
}

// Intent is the label of the intent head.
type Intent struct {
	Label string  `json:"label" enum:"crave,recommend,complain,ask,other"`
	Score float64 `json:"score" minimum:"0" maximum:"1"`
}

// AspectLabel is how an aspect is spoken of.
type AspectLabel struct {
	Label string  `json:"label" enum:"neg,neu,pos"`
	Score float64 `json:"score" minimum:"0" maximum:"1"`
}

// Occurrence is an entity in a text.
type Occurrence struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Surface string `json:"surface" doc:"as written"`
	Start   int    `json:"start" doc:"offset in bytes of UTF-8"`
	End     int    `json:"end"`
}

// Schema writes the type with null beside it.
func (Relevance) Schema(r huma.Registry) *huma.Schema {
	type plain Relevance
	return orNull[plain](r)
}

// Schema writes the type with null beside it.
func (Sentiment) Schema(r huma.Registry) *huma.Schema {
	type plain Sentiment
	return orNull[plain](r)
}

// Schema writes the type with null beside it.
func (Intent) Schema(r huma.Registry) *huma.Schema {
	type plain Intent
	return orNull[plain](r)
}

func orNull[T any](r huma.Registry) *huma.Schema {
	s := huma.SchemaFromType(r, reflect.TypeFor[T]())
	s.Nullable = true
	return s
}

// readingOf is the reading of an annotation.
func readingOf(a *mention.Annotation) Reading {
	out := Reading{Language: a.Language, Aspects: map[string]AspectLabel{}, Entities: make([]Occurrence, len(a.Entities)), Model: a.Model}
	for i, e := range a.Entities {
		out.Entities[i] = Occurrence(e)
	}
	if code := a.Resolved.Code(); code != "" {
		out.Department = &code
	}
	if !a.Scored {
		return out
	}
	score := a.Relevance
	if !a.Relevant {
		score = 1 - score
	}
	out.Relevance = &Relevance{a.Relevant, probability(score)}
	out.Sentiment = &Sentiment{a.Sentiment.String(), SentimentScores{probability(a.Sentiments[0]), probability(a.Sentiments[1]), probability(a.Sentiments[2])}}
	out.Intent = &Intent{a.Intent.String(), probability(a.IntentP)}
	for i, l := range a.Aspects {
		if l != mention.AspectNone {
			out.Aspects[mention.AspectNames[i]] = AspectLabel{l.String(), probability(a.AspectP[i])}
		}
	}
	return out
}

// probability has four decimals, which is more than any model is good for.
func probability(p float32) float64 {
	return min(max(math.Round(float64(p)*1e4)/1e4, 0), 1)
}

// Any is a part of an answer that another document describes.
type Any json.RawMessage

// MarshalJSON implements json.Marshaler.
func (a Any) MarshalJSON() ([]byte, error) { return json.RawMessage(a).MarshalJSON() }

// UnmarshalJSON implements json.Unmarshaler.
func (a *Any) UnmarshalJSON(b []byte) error { return (*json.RawMessage)(a).UnmarshalJSON(b) }

// Schema says that it is an object.
func (Any) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}
}
