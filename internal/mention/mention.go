// Package mention is the vocabulary of Antojo: one piece of text by one author
// at one time (Mention), and what the models say of it (Annotation). It imports
// only the standard library, and every other package builds on it.
//
// Read next: heads.go (what the encoder predicts), id.go (content-hash ids),
// region.go (departments).
package mention

import (
	"fmt"
	"time"
)

// Source is the kind of place a mention comes from.
type Source string

// The four sources. Models, filters and roll-ups know exactly these.
const (
	Review   Source = "review"   // online reviews of places and products
	Delivery Source = "delivery" // comments on delivery orders
	Social   Source = "social"   // posts, comments, tweets
	Survey   Source = "survey"   // open survey answers
)

// Sources lists all sources in display order.
var Sources = []Source{Review, Delivery, Social, Survey}

// ParseSource returns the source with that name, or an error that lists the choices.
func ParseSource(s string) (Source, error) {
	for _, x := range Sources {
		if string(x) == s {
			return x, nil
		}
	}
	return "", fmt.Errorf("source %q is not one of review, delivery, social, survey", s)
}

// Lima is the one civil time zone of Peru (UTC−5, no daylight saving time).
// All days, weeks and months in Antojo are days of this zone.
var Lima = time.FixedZone("America/Lima", -5*3600)

// Mention is one piece of text as it is stored: normalised, redacted, with the
// author already pseudonymised. A Mention never holds personal data.
type Mention struct {
	ID         ID         `json:"id"`
	Source     Source     `json:"source"`
	Channel    string     `json:"channel"`              // e.g. google_reviews, reddit, csv:reseñas.csv
	Time       time.Time  `json:"ts"`                   // UTC; import time when Undated
	Undated    bool       `json:"undated,omitempty"`    // the source gave no date
	Author     string     `json:"author,omitempty"`     // keyed hash (32 hex digits), "" if unknown
	Rating     float32    `json:"rating,omitempty"`     // stars 1..5; 0 = none
	Place      string     `json:"place,omitempty"`      // establishment the mention came with
	Department Department `json:"department,omitempty"` // given by the source; 0 = none
	District   string     `json:"district,omitempty"`   // as given by the source
	Lang       string     `json:"lang,omitempty"`       // as given by the source (ISO 639-1)
	Text       string     `json:"text"`                 // normalised and redacted
	Synthetic  bool       `json:"synthetic,omitempty"`  // made by the demo generator
}

// Day is the civil day of the mention in Lima.
func (m *Mention) Day() Day { return DayOf(m.Time) }

// Day counts civil days in Lima since 1970-01-01.
type Day int32

// DayOf returns the Lima day of t.
func DayOf(t time.Time) Day {
	s := t.Unix() - 5*3600
	if s < 0 {
		return Day((s - 86399) / 86400)
	}
	return Day(s / 86400)
}

// Date returns the calendar date of d at midnight UTC (for formatting and SQL DATE).
func (d Day) Date() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Start is the instant at which d begins in Lima.
func (d Day) Start() time.Time { return time.Unix(int64(d)*86400+5*3600, 0).UTC() }

// Payday reports whether wages reach people on d in Peru: the 15th, the 30th or the
// last of February, or the day after one.
func (d Day) Payday() bool { return d.wages() || (d - 1).wages() }

func (d Day) wages() bool {
	t := d.Date()
	return t.Day() == 15 || t.Day() == 30 || t.Month() == time.February && t.AddDate(0, 0, 1).Day() == 1
}

// String formats d as an ISO date.
func (d Day) String() string { return d.Date().Format("2006-01-02") }

// ParseDay parses an ISO date.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		return 0, fmt.Errorf("day %q is not of the form 2006-01-02", s)
	}
	return Day(t.Unix() / 86400), nil
}

// Entity is one occurrence of a lexicon entity in a text. Start and End are byte
// offsets in the text that was annotated; Surface is text[Start:End].
type Entity struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kind    string `json:"kind"` // dish, ingredient, drink, brand, place
	Surface string `json:"surface"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
}

// Annotation is what lexicon and encoder say of one mention.
type Annotation struct {
	Language   string                  `json:"language"`   // es, en, pt, qu, ay, other, unknown
	Scored     bool                    `json:"scored"`     // false: the encoder could not read it; head fields are zero
	Relevant   bool                    `json:"relevant"`   // about food, as food
	Relevance  float32                 `json:"relevance"`  // P(food)
	Sentiment  Sentiment               `json:"sentiment"`  //
	Sentiments [3]float32              `json:"sentiments"` // P(neg), P(neu), P(pos)
	Intent     Intent                  `json:"intent"`
	IntentP    float32                 `json:"intent_p"`
	Aspects    [NumAspects]AspectLabel `json:"aspects"`
	AspectP    [NumAspects]float32     `json:"aspects_p"`          // probability of the label in Aspects
	Entities   []Entity                `json:"entities"`           // only those meant as food
	Resolved   Department              `json:"resolved"`           // department of the text, else the one given; 0 = none
	Province   Province                `json:"province,omitempty"` // in Resolved, where text, district or place tell it; 0 = none
	Model      string                  `json:"model"`              // model version

	// Found after loading, and it may change as more copies come in.
	Cluster  Cluster `json:"cluster,omitempty"`  // near-copies have one number; 0 = none known
	Campaign bool    `json:"campaign,omitempty"` // one of many copies by few authors, or of one long text
}

// Annotated is a mention with its annotation: the unit that the store loads.
type Annotated struct {
	Mention
	Annotation
	Run string // import or collection run that brought it in
}
