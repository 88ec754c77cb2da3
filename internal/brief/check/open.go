package check

import (
	"encoding/csv"
	"io/fs"
	"sort"
	"strings"
	"sync"
	"unicode"

	"antojo/assets"
	"antojo/internal/brief/fact"
)

// A word that the vocabulary does not know is read in three steps. First by its form:
// a future, a superlative, a number in disguise or in the other language, a name. Then by
// stems that claim something (open_es.go, open_en.go): directions, praise, causes, and
// outside things, of which no fact speaks, such as sales, health, weather or orders. What
// is left claims nothing that we know of. It is free, and may colour a sentence that
// prints a fact, where what is claimed stands beside its figure; a sentence without a
// fact must do with known words, and so must one with more free words than freeWords.

// freeWords bounds the words of a sentence of which nothing is known.
const freeWords = 5

// open is what the reading of unknown words needs, one per language.
type open struct {
	stems []stem           // longest first
	exact map[string]class // whole words that would be too short for a stem
	sound map[string]bool  // number words, by sound
	other *vocabulary      // the other language
}

func newOpen(v, other *vocabulary, l lists) *open {
	o := &open{exact: map[string]class{}, sound: map[string]bool{}, other: other}
	for c := neutral; c <= number; c++ {
		for _, w := range strings.Fields(fact.Fold(l[c])) {
			if p, ok := strings.CutSuffix(w, "*"); ok {
				o.stems = append(o.stems, stem{p, c})
			} else {
				o.exact[w] = c
			}
		}
	}
	sort.SliceStable(o.stems, func(i, j int) bool { return len(o.stems[i].prefix) > len(o.stems[j].prefix) })
	for w, c := range v.exact {
		if c == number && len(w) >= 5 && v.reported != nil { // spelling by ear is Spanish
			o.sound[sound(w)] = true
		}
	}
	return o
}

// sound folds letters that are written for each other: "beinte", "sinquenta".
var soundFold = strings.NewReplacer("v", "b", "z", "s", "ce", "se", "ci", "si", "qu", "k", "c", "k", "ll", "y", "h", "")

func sound(w string) string { return soundFold.Replace(w) }

// class reads an unknown word by its form and its stem; known is false for a free word.
func (o *open) class(v *vocabulary, w, raw string) (c class, known bool) {
	if c, ok := o.exact[w]; ok {
		return c, true
	}
	if len(w) >= 5 && o.sound[sound(w)] {
		return number, true
	}
	if c, ok := o.other.exact[w]; ok && c != neutral {
		return c, true
	}
	low := strings.ToLower(raw)
	if v.reported != nil { // Spanish
		for _, end := range []string{"rá", "rán", "ré", "rás"} {
			if strings.HasSuffix(low, end) && len(w) > 4 {
				return forecast, true
			}
		}
		if base, end, ok := strings.Cut(w, "isim"); ok && len(end) <= 2 {
			for _, e := range []string{"o", "a", "", "e"} {
				if c, ok := v.word(base + e); ok && c != neutral {
					return c, true
				}
			}
			return strong, true
		}
	} else if strings.HasSuffix(w, "est") && len(w) > 5 {
		return superlative, true
	}
	for _, p := range []string{"super", "ultra", "mega", "hiper", "hyper"} {
		if strings.HasPrefix(w, p) {
			return absolute, true
		}
	}
	for _, s := range o.stems {
		if strings.HasPrefix(w, s.prefix) {
			return s.class, true
		}
	}
	return neutral, false
}

// unknown reads word i, which is outside the vocabulary; false if it was rejected.
func (d *doc) unknown(i int) (class, bool) {
	t := &d.tokens[i]
	c, known := d.c.open.class(d.c.v, t.word, t.raw)
	switch {
	case c == outside:
		d.reject(Outside, "%q: no fact speaks of such things", t.raw)
		return c, false
	case known:
		return c, true
	case len([]rune(t.word)) == 1 && i > 0 && d.tokens[i-1].sign != '\'' && d.tokens[i-1].sign != '’':
		d.reject(Unknown, "%q", t.raw)
		return c, false
	case lexiconNames().foods[t.word], lexiconNames().places[t.word] && unicode.IsUpper([]rune(t.raw)[0]):
		d.reject(Entity, "%q is a food or a place, and not of the facts of this sentence", t.raw)
		return c, false
	case unicode.IsUpper([]rune(t.raw)[0]) && !d.begins(i):
		d.reject(Entity, "%q looks like a name", t.raw)
		return c, false
	}
	t.free = true
	return neutral, true
}

// begins says whether token i opens a sentence.
func (d *doc) begins(i int) bool {
	if i == 0 {
		return true
	}
	return strings.ContainsRune(".?!¿¡:—–", d.tokens[i-1].sign) && d.tokens[i-1].sign != 0
}

// freedom holds each free word to a sentence that prints a fact.
func (d *doc) freedom() {
	for i := range d.tokens {
		if !d.tokens[i].free {
			continue
		}
		s := d.sentenceOf(clause{i, i + 1})
		anchored, free := false, 0
		for k := s.from; k < s.to; k++ {
			if r := d.tokens[k].ref; r != nil && r.Fact != "P" {
				if f, _ := d.figureAt(k); f != nil || r.Fact[0] == 'Q' {
					anchored = true
				}
			}
			if d.tokens[k].free {
				free++
			}
		}
		if !anchored || free > freeWords || d.trails(i, s) {
			d.reject(Unknown, "%q", d.tokens[i].raw)
		}
	}
}

// trails: "it grows {{F5.growth}} and empties the shelves": a free word in what is added
// by "and" behind the figures tells something of its own.
func (d *doc) trails(i int, s clause) bool {
	and := -1
	for k := i; k >= s.from; k-- {
		if d.tokens[k].word != "" && d.c.v.and[d.tokens[k].word] {
			and = k
			break
		}
	}
	if and < 0 || !d.figureIn(clause{s.from, and}) {
		return false
	}
	for k := and; k < s.to; k++ {
		if r := d.tokens[k].ref; r != nil && r.Fact != "P" {
			if f, _ := d.figureAt(k); f != nil || r.Fact[0] == 'Q' {
				return false
			}
		}
		if d.tokens[k].sign == ';' {
			break
		}
	}
	return true
}

// stated holds the sentences in which a free word stands beside a figure: what the figure
// says must be told by a word that is known, or the free word would be all that tells it
// ("the curve bends to the floor").
func (d *doc) stated() {
	for i := range d.tokens {
		f, r := d.figureAt(i)
		if f == nil {
			continue
		}
		s := d.sentenceOf(clause{i, i + 1})
		free := ""
		for k := s.from; k < s.to && free == ""; k++ {
			if d.tokens[k].free {
				free = d.tokens[k].raw
			}
		}
		if free == "" {
			continue
		}
		told := true
		switch r.Field {
		case fact.Growth:
			told = d.directionWords(s, f) || f.Direction == fact.NoDirection && len(d.has(s, steady, changeWord, chance)) > 0
			told = told || f.Direction == fact.NoDirection && len(d.has(s, up, down)) > 0 && len(d.has(s, negation, hedge)) > 0
			for verdict, c := range map[string]class{"seasonal": calendar, "spike": spike, "campaign-driven": campaign} {
				if f.Verdict == verdict {
					told = (told || verdict != "seasonal") && len(d.has(s, c)) > 0
				}
			}
		case fact.Net, fact.Positive, fact.Negative:
			told = len(d.has(s, like, dislike, saldo)) > 0
		}
		if !told {
			d.reject(Unknown, "%q beside %s, which no known word tells", free, r)
		}
	}
}

// lexiconNames are the foods, brands, shops and places that the lexicon knows, by their
// first word: one that is not of the table is another entity. Places count only when
// written as names.
var lexiconNames = sync.OnceValue(func() (out struct{ foods, places map[string]bool }) {
	out.foods, out.places = map[string]bool{}, map[string]bool{}
	rows := func(name string) [][]string {
		f, err := fs.ReadFile(assets.Lexicon, "lexicon/"+name+".csv")
		if err != nil {
			return nil
		}
		all, err := csv.NewReader(strings.NewReader(string(f))).ReadAll()
		if err != nil || len(all) < 2 {
			return nil
		}
		return all[1:]
	}
	words := func(s string) []string {
		return strings.FieldsFunc(fact.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) })
	}
	for _, table := range []string{"dishes", "drinks", "brands", "ingredients", "places"} {
		for _, r := range rows(table) {
			for _, n := range append([]string{r[1]}, strings.Split(r[5], "|")...) {
				if w := words(n); len(w) > 0 && len(w[0]) > 3 {
					out.foods[w[0]] = true
				}
			}
		}
	}
	for _, table := range []string{"localities", "ubigeo"} {
		for _, r := range rows(table) {
			for _, n := range r {
				if w := words(n); len(w) == 1 && len(w[0]) > 3 {
					out.places[w[0]] = true
				}
			}
		}
	}
	for _, r := range rows("ordinary") { // ordinary words that foods are called by
		delete(out.foods, fact.Fold(r[0]))
		delete(out.places, fact.Fold(r[0]))
	}
	return out
})
