package train

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/lexicon"
)

// swapper puts another food of the same kind in the place of a food that a gold row
// names: what is said of a ceviche can be said of a tacacho. The labels stay, and
// the encoder meets far more foods than the gold rows name.
type swapper struct {
	names map[string][]string // by kind
	match *lexicon.Matcher
}

// newSwapper takes the names of the lexicon, in its order.
func newSwapper() (*swapper, error) {
	lx, err := lexicon.Load()
	if err != nil {
		return nil, fmt.Errorf("load the lexicon: %w", err)
	}
	s := &swapper{names: map[string][]string{}, match: lexicon.NewMatcher(lx)}
	for _, e := range lx.All() {
		s.names[e.Kind] = append(s.names[e.Kind], e.Name)
	}
	return s, nil
}

// food is one food that a gold row names.
type food struct {
	start, end int // byte offsets in the row's text
	kind       string
}

// foods finds the named surfaces in text, from left to right, without overlaps.
func foods(text string, named []goldEntity) []food {
	var out []food
	for _, e := range named {
		if i := strings.Index(text, e.Surface); e.Surface != "" && i >= 0 {
			out = append(out, food{i, i + len(e.Surface), e.Kind})
		}
	}
	sort.Slice(out, func(a, b int) bool { return out[a].start < out[b].start })
	n, end := 0, 0
	for _, f := range out {
		if f.start >= end {
			out[n], end = f, f.end
			n++
		}
	}
	return out[:n]
}

// swap exchanges each food of the row with probability 1/2.
func (s *swapper) swap(r *Row, rng *rand.Rand) string {
	var b strings.Builder
	at := 0
	for _, f := range r.Foods {
		names := s.names[f.kind]
		if len(names) == 0 || rng.IntN(2) == 0 {
			continue
		}
		name := names[rng.IntN(len(names))]
		if c, _ := utf8.DecodeRuneInString(r.Text[f.start:]); unicode.IsUpper(c) {
			first, n := utf8.DecodeRuneInString(name)
			name = string(unicode.ToUpper(first)) + name[n:]
		}
		b.WriteString(r.Text[at:f.start])
		b.WriteString(name)
		at = f.end
	}
	b.WriteString(r.Text[at:])
	return b.String()
}

// far keeps the texts in which the lexicon finds no food at all. Nearly all of them
// are about something else (distant supervision: Mintz et al. 2009, P09-1113): they
// show the encoder what people write about when they do not write about food.
func (s *swapper) far(texts []string) []Row {
	var out []Row
	var found []lexicon.Match
	for _, t := range texts {
		if found = s.match.Match(found[:0], t); len(found) > 0 || len(strings.Fields(t)) < 4 {
			continue
		}
		r := Row{Text: t}
		for h := range r.Labels {
			r.Labels[h] = -1
		}
		r.Labels[headRelevance], r.Weight[headRelevance] = 0, 1
		out = append(out, r)
	}
	return out
}
