package web

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStrongest: the strongest part counts however little it gives, others only beside it.
func TestStrongest(t *testing.T) {
	for _, c := range []struct {
		name    string
		effects []float64
		want    []int
	}{
		{"none", nil, nil},
		{"nothing gives anything", []float64{0, -.4, .009}, nil},
		{"one weak part", []float64{.001, .02, .015}, []int{1}},
		{"in the order of the text", []float64{.3, -.9, .5}, []int{0, 2}},
		{"less than half of the strongest", []float64{.8, .39, .1}, []int{0}},
		{"three at most", []float64{.5, .5, .5, .5}, []int{0, 1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, strongest(c.effects)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestTrimSpan(t *testing.T) {
	text := "¡«Caro»! ... ñam"
	for _, c := range []struct{ word, want string }{{"¡«Caro»!", "Caro"}, {"...", "..."}, {"ñam", "ñam"}} {
		at := strings.Index(text, c.word)
		got := trimSpan(text, textSpan{at, at + len(c.word)})
		if text[got.start:got.end] != c.want {
			t.Errorf("%q becomes %q, want %q", c.word, text[got.start:got.end], c.want)
		}
	}
}

// TestPieces: cutting a text at marks loses and repeats nothing, leaves names whole and
// numbers each mark by its aspects.
func TestPieces(t *testing.T) {
	segs := []segment{{Text: "El "}, {Text: "lomo saltado", Entity: "Lomo saltado", Href: "/entidad/lomo-saltado"}, {Text: " caro y frío"}}
	at := func(a, b int) []textSpan { return []textSpan{{a, b}} }
	got := pieces(segs, []saidAspect{
		{N: 1, Name: "Comida", Label: "positivo", Class: "pos", spans: at(3, 7)}, // "lomo": the whole name
		{N: 2, Name: "Precio", Label: "negativo", Class: "neg", spans: at(16, 20)},
		{N: 3, Name: "Servicio", Label: "negativo", Class: "neg", spans: at(16, 20)},
		{N: 4, Name: "Salud", Label: "positivo", Class: "pos", spans: at(16, 20)},
	})
	want := []piece{
		{Segments: segs[:1]},
		{Segments: segs[1:2], Said: []saidRef{{1, "Comida", "positivo"}}, Class: "pos"},
		{Segments: []segment{{Text: " "}}},
		{Segments: []segment{{Text: "caro"}}, Said: []saidRef{{2, "Precio", "negativo"}, {3, "Servicio", "negativo"}, {4, "Salud", "positivo"}}, Class: "mixed"},
		{Segments: []segment{{Text: " y frío"}}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 500 {
		var text strings.Builder
		var list []segment
		for range rnd.IntN(6) {
			s := segment{Text: strings.Repeat("añ ", 1+rnd.IntN(4))}
			if rnd.IntN(2) == 0 {
				s.Entity, s.Href = "x", "/x"
			}
			text.WriteString(s.Text)
			list = append(list, s)
		}
		var aspects []saidAspect
		for n := range rnd.IntN(5) {
			if text.Len() == 0 {
				break
			}
			a := rnd.IntN(text.Len())
			aspects = append(aspects, saidAspect{N: n + 1, Class: "pos", spans: at(a, a+1+rnd.IntN(text.Len()-a))})
		}
		var all strings.Builder
		names, said := 0, map[int]bool{}
		for _, p := range pieces(list, aspects) {
			for _, s := range p.Segments {
				all.WriteString(s.Text)
				if s.Entity != "" {
					names++
				}
			}
			for _, r := range p.Said {
				said[r.N] = true
			}
		}
		if all.String() != text.String() {
			t.Fatalf("%q became %q", text.String(), all.String())
		}
		want := 0
		for _, s := range list {
			if s.Entity != "" {
				want++
			}
		}
		if names != want || len(said) != len(aspects) {
			t.Fatalf("%d names of %d, %d aspects of %d", names, want, len(said), len(aspects))
		}
	}
}
