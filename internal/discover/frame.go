package discover

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/lexicon"
)

// This file tells names of things from verbs, adjectives and stock phrases, by where
// a run of words stands and how it ends. There is no tagger: it would not know the
// words that are looked for.

// frame counts where a candidate stands.
type frame struct {
	n     int // occurrences
	upper int // with a capital letter
	named int // after a word that a name follows: "un", "con", "plato de"
	seen  map[uint64]struct{}
	sides [2]map[int32]int // the words right before and right after
}

// add counts toks[from:to].
func (f *frame) add(c *counter, text string, toks []token, from, to int) {
	f.n++
	if r, _ := utf8.DecodeRuneInString(text[toks[from].start:]); unicode.IsUpper(r) {
		f.upper++
	}
	for side, k := range [2]int{from - 1, to} {
		w := wordEdge
		if k >= 0 && k < len(toks) {
			w = toks[k].word
		}
		if f.sides[side] == nil {
			f.sides[side] = map[int32]int{}
		}
		f.sides[side][w]++
	}
	if from > 0 && (c.namers[toks[from-1].word] || toks[from-1].word == wordNumber) {
		f.named++
	}
	// The words around, entities alike: a sentence that is said again and again with
	// another food in it is one context.
	h := uint64(14695981039346656037)
	for k := from - 3; k < to+3; k++ {
		w := wordEdge
		switch {
		case k >= from && k < to:
			continue
		case k >= 0 && k < len(toks):
			w = toks[k].word
		}
		h = (h ^ uint64(w)) * 1099511628211
	}
	if f.seen == nil {
		f.seen = map[uint64]struct{}{}
	}
	f.seen[h] = struct{}{}
}

// variety is the share of occurrences that stand in a context of their own.
func (f *frame) variety() float64 { return float64(len(f.seen)) / float64(max(f.n, 1)) }

// freedom is how many different words stand right before or after, as the
// exponential of their mean entropy: one for "un éxito", several for a dish.
func (f *frame) freedom() float64 {
	sum := 0.0
	for _, side := range f.sides {
		counts := make([]int, 0, len(side))
		for _, n := range side {
			counts = append(counts, n)
		}
		slices.Sort(counts) // sums of floats depend on the order
		for _, n := range counts {
			p := float64(n) / float64(f.n)
			sum -= p * math.Log(p)
		}
	}
	return math.Exp(sum / 2)
}

// namers are the words that names of things follow. "la", "lo" and the like are not
// among them: verbs follow them too.
var namers = strings.Fields(`un una unos unas el del al de con sin mi tu su mis sus este esta ese esa estos estas medio media y o e u ni mas mucho mucha
 algun alguna ningun ninguna cada otro otra otros otras tanto tanta dos tres cuatro cinco seis`)

const (
	// freeEnough is the freedom that names of food have; a run with less than tied is
	// a stock phrase, once it has occurred often.
	freeEnough = 4.0
	tied       = 1.3
	often      = 10
	// namedShare of its occurrences has every name after a namer.
	namedShare = 0.15
)

// stock reports that candidate i only ever stands in one phrase: "un éxito".
func (s *space) stock(i int) bool {
	f := &s.frames[i]
	return f.n >= often && f.freedom() < tied
}

// noun is how much candidate i is used as the name of a thing, from 0 to 1.
func (s *space) noun(i int) float64 {
	f, g := &s.frames[i], s.cands[i]
	n := float64(max(f.n, 1))
	w := 0.2 + 0.8*math.Min(1, (float64(f.named)+1)/(n+1)/namedShare)
	// Few occurrences cannot show much freedom.
	w *= 0.25 + 0.75*math.Min(1, f.freedom()/math.Min(freeEnough, math.Sqrt(n)))
	if s.stock(i) {
		w *= 0.3
	}
	content := 0
	for _, x := range g.words {
		if s.c.class[x] != innerWord {
			content++
		}
	}
	if content == len(g.words) && content == maxContent { // "pollo salió malogrado"
		w *= 0.5
	}
	if len(g.words) > 1 && s.c.heads[g.words[0]] == lexicon.Place { // "mercado de ate"
		w *= 0.3
	}
	if len(g.words) == 1 && s.c.places[s.c.words[g.words[0]]] && float64(f.upper) > n/2 { // Quillabamba, but not naranja
		w *= 0.2
	}
	if s.loose(g) {
		w *= 0.25
	}
	for _, x := range g.words {
		if s.c.class[x] == plainWord && s.c.heads[x] == "" && unlike(s.c.words[x]) {
			w *= 0.4
			break
		}
	}
	return w
}

// companions counts for each word that is no entity the different entities that
// stand in a candidate with it.
func (c *counter) companions(cands []*gram) map[int32]int {
	type pair struct{ word, entity int32 }
	seen, n := map[pair]bool{}, map[int32]int{}
	for _, g := range cands {
		for _, w := range g.words {
			if c.heads[w] != "" || c.class[w] != plainWord {
				continue
			}
			for _, e := range g.words {
				if p := (pair{w, e}); c.heads[e] != "" && !seen[p] {
					seen[p] = true
					n[w]++
				}
			}
		}
	}
	return n
}

// many entities with which a word of a name does not stand.
const many = 4

// loose reports a run of an entity and a word that goes with many: "pizza regular",
// "encargué tacos". A part of a name goes with few: "mango kent".
func (s *space) loose(g *gram) bool {
	entity := slices.ContainsFunc(g.words, func(w int32) bool { return s.c.heads[w] != "" })
	return entity && slices.ContainsFunc(g.words, func(w int32) bool { return s.with[w] >= many })
}

// unlike reports an ending that verbs, adverbs and abstract nouns have and names of
// food do not, or rarely.
func unlike(w string) bool {
	for _, end := range []string{"aron", "ieron", "amos", "emos", "imos", "ando", "iendo", "yendo", "arse", "erse", "irse", "arlo", "arla", "arlos", "arlas", "erlo",
		"erla", "irlo", "irla", "arme", "erme", "irme", "arte", "arnos", "ernos", "mente", "cion", "ciones", "sion", "siones", "dad", "dades", "miento", "mientos", "encia", "ancia", "encias", "ismo", "isimo", "isima",
		"isimos", "isimas", "aban", "aba", "ian", "idor", "ador", "adora", "adores", "anos", "enos"} {
		if len(w) > len(end)+1 && strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}
