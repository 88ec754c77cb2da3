package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A pattern is an authored text with slots, compiled once. Forms:
//
//	{E}            a slot, filled by the writer's context
//	{el} {o} {n}…  a word or ending that agrees with the entity E
//	{el:I}         the same, agreeing with the word in slot I
//	{llegó|llegaron}  singular or plural, agreeing with E
//	<a|b|c>        one of these, drawn; may hold slots and be empty
type pattern struct {
	nodes []node
	slots map[string]bool
}

type node struct {
	kind nodeKind
	text string   // literal text, slot name, or singular form
	ref  string   // which word to agree with, or the plural form
	alts [][]node // of a choice
}

type nodeKind uint8

const (
	literal nodeKind = iota
	slot
	agree
	number
	choice
)

// endings lists for each agreement its masculine, feminine, masculine plural and
// feminine plural form.
var endings = map[string][4]string{
	"el":   {"el", "la", "los", "las"},
	"un":   {"un", "una", "unos", "unas"},
	"del":  {"del", "de la", "de los", "de las"},
	"al":   {"al", "a la", "a los", "a las"},
	"este": {"este", "esta", "estos", "estas"},
	"ese":  {"ese", "esa", "esos", "esas"},
	"lo":   {"lo", "la", "los", "las"},
	"o":    {"o", "a", "os", "as"},
	"n":    {"", "", "n", "n"},
	"s":    {"", "", "s", "s"},
	"es":   {"", "", "es", "es"},
}

// slotNames are the slots that a context can fill.
var slotNames = map[string]bool{"E": true, "E2": true, "I": true, "F": true, "B": true, "P": true, "C": true,
	"PR": true, "MIN": true, "MINL": true, "H": true, "DIA": true, "DIAS": true, "FAM": true, "ND": true, "EM": true, "HT": true}

// compile parses a pattern.
func compile(s string) (*pattern, error) {
	p := &pattern{slots: map[string]bool{}}
	nodes, rest, err := p.parse(s, false)
	if err == nil && rest != "" {
		err = fmt.Errorf("unexpected %q", rest)
	}
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", s, err)
	}
	p.nodes = nodes
	return p, nil
}

// parse reads nodes up to the end, or inside a choice up to '|' or '>'.
func (p *pattern) parse(s string, inside bool) (nodes []node, rest string, err error) {
	for s != "" {
		i := strings.IndexAny(s, "{<|>")
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			nodes = append(nodes, node{kind: literal, text: s[:i]})
			s = s[i:]
			continue
		}
		switch s[0] {
		case '|', '>':
			if !inside {
				return nil, "", fmt.Errorf("%q outside of < >", s[:1])
			}
			return nodes, s, nil
		case '{':
			body, after, ok := strings.Cut(s[1:], "}")
			if !ok {
				return nil, "", fmt.Errorf("{ without }")
			}
			n, err := p.braces(body)
			if err != nil {
				return nil, "", err
			}
			nodes, s = append(nodes, n), after
		case '<':
			n := node{kind: choice}
			s = s[1:]
			for {
				alt, after, err := p.parse(s, true)
				if err != nil {
					return nil, "", err
				}
				n.alts = append(n.alts, alt)
				if after == "" {
					return nil, "", fmt.Errorf("< without >")
				}
				s = after[1:]
				if after[0] == '>' {
					break
				}
			}
			nodes = append(nodes, n)
		}
	}
	return nodes, s, nil
}

func (p *pattern) braces(body string) (node, error) {
	if one, many, ok := strings.Cut(body, "|"); ok {
		return node{kind: number, text: one, ref: many}, nil
	}
	name, ref, ok := strings.Cut(body, ":")
	if _, is := endings[name]; is {
		if !ok {
			ref = "E"
		}
		if ref != "E" && ref != "I" {
			return node{}, fmt.Errorf("agreement with unknown slot %q", ref)
		}
		return node{kind: agree, text: name, ref: ref}, nil
	}
	if ok || !slotNames[name] {
		return node{}, fmt.Errorf("unknown slot {%s}", body)
	}
	p.slots[name] = true
	return node{kind: slot, text: name}, nil
}

// word is a surface form with its grammar.
type word struct {
	text        string
	fem, plural bool
}

func (w word) form() int {
	f := 0
	if w.fem {
		f = 1
	}
	if w.plural {
		f += 2
	}
	return f
}

// filler gives the value of a slot.
type filler interface {
	fill(name string) string
	word(name string) word // E or I
}

// expand appends the pattern's text to dst.
func (p *pattern) expand(dst []byte, rng *rand.Rand, f filler) []byte {
	return expand(dst, p.nodes, rng, f)
}

func expand(dst []byte, nodes []node, rng *rand.Rand, f filler) []byte {
	for i := range nodes {
		n := &nodes[i]
		switch n.kind {
		case literal:
			dst = append(dst, n.text...)
		case slot:
			dst = append(dst, f.fill(n.text)...)
		case agree:
			dst = append(dst, endings[n.text][f.word(n.ref).form()]...)
		case number:
			if f.word("E").plural {
				dst = append(dst, n.ref...)
			} else {
				dst = append(dst, n.text...)
			}
		case choice:
			dst = expand(dst, n.alts[rng.IntN(len(n.alts))], rng, f)
		}
	}
	return dst
}

// weighted is a list to draw from by weight.
type weighted struct {
	items []string
	cum   []float64
}

func newWeighted(items []string, weights []float64) weighted {
	w := weighted{items: items, cum: make([]float64, len(items))}
	sum := 0.0
	for i, v := range weights {
		sum += v
		w.cum[i] = sum
	}
	return w
}

// draw returns an item, "" from an empty list.
func (w weighted) draw(rng *rand.Rand) string {
	if len(w.items) == 0 {
		return ""
	}
	return w.items[drawCum(rng, w.cum)]
}

// drawCum draws an index from cumulated weights.
func drawCum(rng *rand.Rand, cum []float64) int {
	x := rng.Float64() * cum[len(cum)-1]
	lo, hi := 0, len(cum)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if x < cum[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
