package check

import (
	"sort"
	"strings"
	"sync"
)

// class is what a word does in a sentence.
type class uint8

const (
	neutral      class = iota
	named_             // part of a name of the table
	up                 // says that something rises
	down               // falls
	hugeUpWord         // soars
	hugeDownWord       // collapses
	slightWord         // slightly
	steady             // does not change
	changeWord         // change, without direction
	chance             // cannot be told from chance
	negation           //
	hedge              // seems
	strong             // clearly
	absolute           // always, nobody, guaranteed: never allowed
	cause              // because
	calendar           // season, feast
	campaign           // campaign, copied texts
	spike              // passing jump
	priceMove          // movement of its price
	forecast           // will
	superlative        // the first of a list
	compare            // X against Y
	more
	less
	like
	dislike
	opinionWord  // opinion, mood
	saldo        // names net sentiment
	mentionsWord //
	foodsWord    // names what counts of entities count
	beforeWord   // the period before
	elsewhere    // the rest of the country
	week         // this week
	nextWord     // the one behind the first of a list
	alike        // about as much as the period before
	otherTime    // any other time: never allowed
	outside      // what no fact speaks of: never allowed
	number       // number word: never allowed
)

// vocabulary is one language.
type vocabulary struct {
	exact    map[string]class
	reported map[string]bool    // conditional of a verb: what is said to be so, a hedge
	compared map[string]string  // comparatives that may be about the period before: up or down
	leaps    map[string]bool    // a jump: of a spike, or a large rise
	evokes   []string           // verbs that bring about an opinion ("genera quejas")
	freed    map[string]bool    // absolute words that a negation turns into a reserve
	carries  map[string]bool    // may stand between a negation and what it denies
	weak     map[string]bool    // of evidence: slight; of an aspect: a complaint
	evidence map[string]bool    // what can be weak without being bad
	twos     map[string]bool    // "dos caras" of two that are named
	whole    map[string]bool    // what a share may be of
	proper   map[string]bool    // written with a capital anywhere
	alike    string             // words of likeness
	stems    []stem             // prefixes, longest first
	phrases  map[string][]idiom // by first word
	aspects  map[string][]string
	sources  map[string][]string
	contrast map[string]bool // begins another statement
	and      map[string]bool
	link     map[string]bool // may stand between a measure word and its figure
	reach    map[string]bool // "llegan a" leads to a count
	from     map[string]bool // "de A a B"
	to       map[string]bool
	outweigh map[string]bool // of two shares of opinion the first is the larger
	among    map[string]bool // begins "among the most …"
	orders   map[string]bool // tells the reader to do something where it begins a statement
	supplies map[string]bool // a source "contributes" mentions
	noted    map[string]bool // stands out: in a place, or by rising
	future   []string        // endings that make a verb of change a forecast
}

type stem struct {
	prefix string
	class  class
}

type idiom struct {
	words []string
	class class
}

// lists is how a vocabulary is written down: words by class, "crec*" for a stem,
// "sobre_todo" for a phrase. All folded: lower case, no accents.
type lists map[class]string

var vocabularies = sync.OnceValue(func() map[bool]*vocabulary {
	es, en := build(spanishWords, spanishRest), build(englishWords, englishRest)
	es.idioms(spanishIdioms)
	es.grow(spanishFamilies, spanishVerb, spanishAdjective, spanishNoun)
	es.idioms(spanishTurns)
	es.more(spanishGrammar)
	es.grow(spanishThesaurus, spanishVerb, spanishAdjective, spanishNoun)
	es.conditional(spanishFamilies, spanishThesaurus)
	es.likeness()
	es.idioms(spanishTurnsOpen)
	en.idioms(englishIdioms)
	en.grow(englishFamilies, englishVerb, englishAdjective, englishNoun)
	en.idioms(englishTurns)
	en.more(englishGrammar)
	en.grow(englishThesaurus, englishVerb, englishAdjective, englishNoun)
	en.likeness()
	en.idioms(englishTurnsOpen)
	return map[bool]*vocabulary{false: es, true: en}
})

// opens are the readings of unknown words, by whether the language is English.
var opens = sync.OnceValue(func() map[bool]*open {
	v := vocabularies()
	return map[bool]*open{false: newOpen(v[false], v[true], spanishOpen), true: newOpen(v[true], v[false], englishOpen)}
})

func build(l lists, v vocabulary) *vocabulary {
	v.exact, v.phrases = map[string]class{}, map[string][]idiom{}
	classes := make([]class, 0, len(l))
	for c := range l {
		classes = append(classes, c)
	}
	// A word in several lists makes the strictest claim: neutral gives way.
	sort.Slice(classes, func(i, j int) bool { return classes[i] < classes[j] })
	for _, c := range classes {
		for _, w := range strings.Fields(l[c]) {
			switch {
			case strings.Contains(w, "_"):
				v.idiom(w, c)
			case strings.HasSuffix(w, "*"):
				v.stems = append(v.stems, stem{strings.TrimSuffix(w, "*"), c})
			default:
				v.exact[w] = c
			}
		}
	}
	sort.SliceStable(v.stems, func(i, j int) bool { return len(v.stems[i].prefix) > len(v.stems[j].prefix) })
	return &v
}

// idioms adds phrases.
func (v *vocabulary) idioms(l lists) {
	for c := neutral; c <= number; c++ {
		for _, w := range strings.Fields(l[c]) {
			v.idiom(w, c)
		}
	}
}

// more adds words and phrases; words that are known keep their class.
func (v *vocabulary) more(l lists) {
	for c := number; ; c-- {
		for _, w := range strings.Fields(l[c]) {
			if strings.Contains(w, "_") {
				v.idiom(w, c)
			} else if _, known := v.word(w); !known {
				v.exact[w] = c
			}
		}
		if c == neutral {
			return
		}
	}
}

// idiom adds one phrase; a word of it that ends in "*" stands for all its forms.
func (v *vocabulary) idiom(w string, c class) {
	words := strings.Split(w, "_")
	k := opening(words[0])
	v.phrases[k] = append(v.phrases[k], idiom{words, c})
}

// opening is what phrases are looked up by: the first two letters.
func opening(w string) string { return w[:min(2, len(w))] }

func sameWord(pattern, w string) bool {
	if p, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(w, p)
	}
	return pattern == w
}

// conditional adds "subiria", "hablarian": Spanish news tells with it what is not sure.
func (v *vocabulary) conditional(all ...families) {
	v.reported = map[string]bool{}
	for _, f := range all {
		for c := number; ; c-- {
			for _, lemma := range strings.Fields(f[c].verbs) {
				inf, _, _ := strings.Cut(lemma, "/")
				for _, w := range []string{inf + "ia", inf + "ian"} {
					if _, known := v.exact[w]; !known {
						v.exact[w], v.reported[w] = c, true
					}
				}
			}
			if c == neutral {
				break
			}
		}
	}
}

// likeness gives words such as "similar" their class over what the families say.
func (v *vocabulary) likeness() {
	for _, w := range strings.Fields(v.alike) {
		v.exact[w] = alike
	}
}

// isReported says whether a word is a conditional, grown or by its stem.
func (v *vocabulary) isReported(w string) bool {
	if v.reported[w] {
		return true
	}
	if _, known := v.exact[w]; known || v.reported == nil {
		return false
	}
	for _, end := range []string{"aria", "arian", "eria", "erian", "iria", "irian"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

// word classifies one folded word; false if it is outside the vocabulary.
func (v *vocabulary) word(w string) (class, bool) {
	if c, ok := v.exact[w]; ok {
		return c, true
	}
	for _, s := range v.stems {
		if strings.HasPrefix(w, s.prefix) && len(w) <= len(s.prefix)+6 {
			for _, f := range v.future {
				if v.reported != nil && strings.HasSuffix(f, "ia") || strings.HasSuffix(f, "ian") {
					continue // see isReported
				}
				if strings.HasSuffix(w, f) && len(w) >= len(s.prefix)+len(f)-1 {
					return forecast, true
				}
			}
			return s.class, true
		}
	}
	return 0, false
}

// phrase returns the longest phrase at t[i:].
func (v *vocabulary) phrase(t []token, i int) (int, class) {
	best, c := 0, neutral
	for _, p := range v.phrases[opening(t[i].word)] {
		if len(p.words) <= best || i+len(p.words) > len(t) {
			continue
		}
		ok := true
		for j, w := range p.words {
			if !sameWord(w, t[i+j].word) {
				ok = false
				break
			}
		}
		if ok {
			best, c = len(p.words), p.class
		}
	}
	return best, c
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// quality says whether a superlative judges: "the best" is not "the most mentioned".
func (v *vocabulary) quality(w string) bool {
	for _, p := range []string{"mejor", "peor", "best", "worst", "favo", "predilect", "preferid", "estrella", "rey", "reina", "king", "queen", "star"} {
		if strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}

// undirected: words that make a change big without saying which way.
func (v *vocabulary) undirected(w string) bool {
	for _, p := range []string{"sharp", "steep", "dramatic", "abrupt", "enorm", "spectacular", "espectacular", "huge"} {
		if strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}
