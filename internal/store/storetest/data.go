package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"antojo/internal/mention"
)

// Lexicon of the generated data: a handful of entities of every kind, so that
// groups are large enough to differ and small enough to check by hand.
var entities = []mention.Entity{
	{ID: "ceviche", Name: "ceviche", Kind: "dish"},
	{ID: "lomo-saltado", Name: "lomo saltado", Kind: "dish"},
	{ID: "aji-de-gallina", Name: "ají de gallina", Kind: "dish"},
	{ID: "anticucho", Name: "anticucho", Kind: "dish"},
	{ID: "camote", Name: "camote", Kind: "ingredient"},
	{ID: "aji-amarillo", Name: "ají amarillo", Kind: "ingredient"},
	{ID: "pisco-sour", Name: "pisco sour", Kind: "drink"},
	{ID: "chicha-morada", Name: "chicha morada", Kind: "drink"},
	{ID: "inka-cola", Name: "Inka Cola", Kind: "brand"},
	{ID: "cevicheria", Name: "cevichería", Kind: "place"},
}

var words = strings.Fields("hoy comí un rico plato en la esquina y me pareció caro pero el señor Ñañez atendió bien 100% recomendado demoró snake_case ¡qué antojo!")

// Generator makes mentions from a seed; equal seeds give equal mentions.
type Generator struct {
	rng   *rand.Rand
	First mention.Day // first day of the data
	Days  int         // days it spans
	n     int
}

// NewGenerator returns a generator of mentions over 400 days from 2025-06-15 on.
func NewGenerator(seed uint64) *Generator {
	first, _ := mention.ParseDay("2025-06-15")
	return &Generator{rng: rand.New(rand.NewPCG(seed, 1)), First: first, Days: 400}
}

// Next makes a mention: one in 20 is undated, one in 10 not about food, one in 15
// not scored; some have no author, no rating, no department, no entity, and some
// name an entity twice.
func (g *Generator) Next() mention.Annotated {
	r := g.rng
	g.n++
	at := g.First.Start().Add(time.Duration(r.Int64N(int64(g.Days)*86400_000)) * time.Millisecond)
	m := mention.Annotated{Run: fmt.Sprintf("run-%d", r.IntN(3))}
	m.Source = mention.Sources[r.IntN(4)]
	m.Channel = []string{"google_reviews", "reddit", "csv:reseñas, mayo.csv"}[r.IntN(3)]
	m.Mention.Time = at
	m.Undated = r.IntN(20) == 0
	if r.IntN(5) > 0 {
		m.Author = fmt.Sprintf("%032x", r.IntN(60)+1)
	}
	if r.IntN(2) == 0 {
		m.Rating = float32(r.IntN(5) + 1)
	}
	m.Resolved = mention.Department(r.IntN(6) * 5)
	m.Department = mention.Department(r.IntN(2)) * m.Resolved
	m.Province = mention.ProvinceOf(m.Resolved, g.n%4)
	m.Place, m.District, m.Lang, m.Language, m.Model = "La Esquina", "Barranco", "es", "es", "antojo-es-0"
	m.Synthetic = true
	m.Relevant = r.IntN(10) > 0
	m.Scored = r.IntN(15) > 0
	if m.Scored {
		m.Relevance = 0.875
		m.Sentiment = mention.Sentiment(r.IntN(3) - 1)
		m.Sentiments = [3]float32{0.25, 0.25, 0.5}
		m.Intent = mention.Intent(r.IntN(5))
		m.IntentP = 0.5
		for a := range m.Aspects {
			if r.IntN(4) == 0 {
				m.Aspects[a] = mention.AspectLabel(r.IntN(3) + 1)
			}
			m.AspectP[a] = 0.75
		}
	}
	var text []string
	length := 0
	put := func(s string) int {
		start := length
		text = append(text, s)
		length += len(s) + 1
		return start
	}
	for range r.IntN(6) + 2 {
		put(words[r.IntN(len(words))])
	}
	for range r.IntN(4) {
		e := entities[r.IntN(len(entities))]
		e.Surface = e.Name
		e.Start = put(e.Name)
		e.End = e.Start + len(e.Name)
		m.Entities = append(m.Entities, e)
	}
	m.Text = strings.Join(text, " ")
	m.ID = mention.ContentID(&m.Mention, fmt.Sprint(g.n))
	return m
}

// Many makes n mentions.
func (g *Generator) Many(n int) []mention.Annotated {
	out := make([]mention.Annotated, n)
	for i := range out {
		out[i] = g.Next()
	}
	return out
}
