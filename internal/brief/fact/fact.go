// Package fact holds the fact table of a brief: everything that a brief may say,
// computed before a word is written. Each fact has an id (F1, F2 …), figures with
// their 95 % intervals and n, the engine's verdict, the period, and the ids of
// mentions behind it; quotes (Q1 …) are real redacted mentions. Writers refer to
// facts and never write a figure themselves.
//
// Read next: build.go (how a table is computed), strength.go (how sure one may
// sound), quote.go (which mentions may be quoted).
package fact

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"antojo/internal/mention"
)

// Table is everything that a brief may say.
type Table struct {
	Period    string   `json:"period"`    // 2026-W46
	Week      Span     `json:"week"`      // the days of the period
	Window    Span     `json:"window"`    // the days that trends judge
	Previous  Span     `json:"previous"`  // what they are compared with
	Synthetic bool     `json:"synthetic"` // from the demo generator
	Entities  []Entity `json:"entities"`
	Facts     []Fact   `json:"facts"`
	Quotes    []Quote  `json:"quotes"`
}

// Span is an inclusive range of Lima days.
type Span struct{ From, To mention.Day }

// MarshalJSON writes {"from":"2026-11-09","to":"2026-11-15"}.
func (s Span) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"from": s.From.String(), "to": s.To.String()})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (s *Span) UnmarshalJSON(b []byte) error {
	var v struct{ From, To string }
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("span: %w", err)
	}
	var err error
	if s.From, err = mention.ParseDay(v.From); err == nil {
		s.To, err = mention.ParseDay(v.To)
	}
	return err
}

// Entity is a food that facts speak of.
type Entity struct {
	ID     string `json:"id"`
	Name   string `json:"name"`    // Spanish, lower case but for proper names
	NameEN string `json:"name_en"` // English name or gloss
	Kind   string `json:"kind"`    // dish, ingredient, drink, brand, place
}

// Kind says what a fact is about.
type Kind string

// The kinds of facts.
const (
	Volume    Kind = "volume"    // mentions of the week and the week before
	Mood      Kind = "mood"      // net sentiment of the week
	Leader    Kind = "leader"    // among the most mentioned
	Change    Kind = "change"    // an entity's change, with the engine's verdict
	AspectOf  Kind = "aspect"    // what people like or dislike; of all food or of one entity
	Where     Kind = "where"     // where an entity is spoken of more than elsewhere
	FewData   Kind = "few-data"  // how many entities could not be judged
	Coverage  Kind = "coverage"  // what the figures rest on
	SourceOf  Kind = "source"    // the week's mentions of one source
	NoChanges Kind = "no-change" // how many entities were judged and showed no change
)

// Figures are named by these keys in placeholders: {{F3.growth}}.
const (
	Mentions = "mentions" // a count
	Before   = "previous" // the same count in the period before
	Growth   = "growth"   // ratio change at equal exposure: 0.33 = +33 %
	Net      = "net"      // net sentiment, −1 to 1
	Share    = "share"    // share of voice, or share of mentions
	Positive = "positive" // share
	Negative = "negative" // share
	Times    = "times"    // rate ratio: 1.8 = 1.8 times the rate elsewhere
	Count    = "count"    // number of entities
)

// Figure is one number of a fact.
type Figure struct {
	Value    float64 `json:"value"`
	Low      float64 `json:"low"` // 95 % interval, unless Exact
	High     float64 `json:"high"`
	N        int64   `json:"n"`
	Exact    bool    `json:"exact,omitempty"`    // a plain count of what was read: no interval
	Defined  bool    `json:"defined"`            //
	Adjusted bool    `json:"adjusted,omitempty"` // corrected for the model's errors
}

// Fact is one thing that may be said.
type Fact struct {
	ID         string            `json:"id"`
	Kind       Kind              `json:"kind"`
	Entity     string            `json:"entity,omitempty"`     // lexicon id
	Aspect     string            `json:"aspect,omitempty"`     // food, price, …
	Department string            `json:"department,omitempty"` // INEI code
	Source     string            `json:"source,omitempty"`     // review, delivery, …
	Feast      string            `json:"feast,omitempty"`      // id of package calendar
	Finding    string            `json:"finding,omitempty"`    // of a feast: the fact about the food that it is told with
	Channel    string            `json:"channel,omitempty"`    // of an alert, as the data name it
	Verdict    string            `json:"verdict,omitempty"`    // rising, falling, seasonal, spike, price-driven, campaign-driven, steady, not-enough-data
	Direction  Direction         `json:"direction"`            // what the interval supports
	Strength   Strength          `json:"strength"`             //
	Q          *float64          `json:"q,omitempty"`          // false discovery rate
	Figures    map[string]Figure `json:"figures"`
	Period     Span              `json:"period"`
	Top        bool              `json:"top,omitempty"`    // first of its list: superlatives may be used
	Weekly     bool              `json:"weekly,omitempty"` // speaks of the week, not of the trend window
	Evidence   []string          `json:"evidence,omitempty"`
	Query      string            `json:"query,omitempty"` // canonical filter that selects the mentions behind it
}

// Figure returns a figure that is defined.
func (f *Fact) Figure(key string) (Figure, bool) {
	x, ok := f.Figures[key]
	return x, ok && x.Defined && !math.IsNaN(x.Value) && !math.IsInf(x.Value, 0)
}

// Quote is a mention that may be quoted: redacted, short, without figures, links
// or anything that reads as an instruction.
type Quote struct {
	ID        string `json:"id"` // Q1
	Mention   string `json:"mention"`
	Entity    string `json:"entity"`
	Aspect    string `json:"aspect,omitempty"` // that it speaks of, on the same side
	Sentiment string `json:"sentiment"`        // neg, neu, pos
	Source    string `json:"source"`
	Text      string `json:"text"`
}

// Fact finds a fact by id.
func (t *Table) Fact(id string) (*Fact, bool) {
	for i := range t.Facts {
		if t.Facts[i].ID == id {
			return &t.Facts[i], true
		}
	}
	return nil, false
}

// Quote finds a quote by id.
func (t *Table) Quote(id string) (*Quote, bool) {
	for i := range t.Quotes {
		if t.Quotes[i].ID == id {
			return &t.Quotes[i], true
		}
	}
	return nil, false
}

// Entity finds an entity by id.
func (t *Table) Entity(id string) (Entity, bool) {
	for _, e := range t.Entities {
		if e.ID == id {
			return e, true
		}
	}
	return Entity{}, false
}

// add gives f the next id and keeps it.
func (t *Table) add(f Fact) *Fact {
	f.ID = fmt.Sprintf("F%d", len(t.Facts)+1)
	if f.Direction == "" {
		f.Direction, f.Strength = NoDirection, Unclear
	}
	t.Facts = append(t.Facts, f)
	return &t.Facts[len(t.Facts)-1]
}

// Hash identifies the table by what is printed of it: figures are rounded to hundredths
// first and q, which the strength of a fact stands for, is left out. The engine's figures
// differ in the sixth digit from one fit to the next, and this must not make another
// brief, with other words on the page than in the file.
func (t *Table) Hash() string {
	c := *t
	c.Facts = make([]Fact, len(t.Facts))
	for i, f := range t.Facts {
		fs := map[string]Figure{}
		for k, v := range f.Figures {
			v.Value, v.Low, v.High = hundredths(v.Value), hundredths(v.Low), hundredths(v.High)
			fs[k] = v
		}
		f.Figures = fs
		f.Q = nil
		c.Facts[i] = f
	}
	b, err := json.Marshal(c)
	if err != nil { // only a non-finite figure can do this, and Build lets none in
		b = fmt.Appendf(nil, "%+v", c)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func hundredths(x float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return math.Round(x*100) / 100
}

// Display is the entity's name as a sentence writes it: brands as they write
// themselves, food in lower case.
func (e Entity) Display() string {
	if e.Kind == "brand" {
		name, _, _ := strings.Cut(e.NameEN, " (")
		if name != "" && strings.EqualFold(fold(name), fold(e.Name)) || strings.HasPrefix(fold(e.Name), fold(name)) && name != "" {
			return name
		}
		words := strings.Fields(e.Name)
		for i, w := range words {
			r := []rune(w)
			words[i] = strings.ToUpper(string(r[0])) + string(r[1:])
		}
		return strings.Join(words, " ")
	}
	for plain, name := range map[string]string{"dubai": "Dubái", "doña pepa": "doña Pepa"} { // the lexicon writes names as people type them
		if rest, ok := strings.CutSuffix(e.Name, " "+plain); ok {
			return rest + " " + name
		}
	}
	return e.Name
}

// English is the name in an English sentence: the English name where it is one,
// the Spanish name of a dish, whose English name is a gloss.
func (e Entity) English() string {
	if e.Kind == "brand" || e.Kind == "dish" || e.NameEN == "" || strings.ContainsAny(e.NameEN, ",()") || len(strings.Fields(e.NameEN)) > 3 {
		return e.Display()
	}
	return e.NameEN
}

func fold(s string) string {
	return strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "'", "", ".", "").Replace(strings.ToLower(s))
}
