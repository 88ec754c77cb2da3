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
	otherTime    // any other time: never allowed
	number       // number word: never allowed
)

// vocabulary is one language.
type vocabulary struct {
	exact    map[string]class
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
	en.idioms(englishIdioms)
	en.grow(englishFamilies, englishVerb, englishAdjective, englishNoun)
	return map[bool]*vocabulary{false: es, true: en}
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
				words := strings.Split(w, "_")
				v.phrases[words[0]] = append(v.phrases[words[0]], idiom{words, c})
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
			words := strings.Split(w, "_")
			v.phrases[words[0]] = append(v.phrases[words[0]], idiom{words, c})
		}
	}
}

// word classifies one folded word; false if it is outside the vocabulary.
func (v *vocabulary) word(w string) (class, bool) {
	if c, ok := v.exact[w]; ok {
		return c, true
	}
	for _, s := range v.stems {
		if strings.HasPrefix(w, s.prefix) && len(w) <= len(s.prefix)+6 {
			for _, f := range v.future {
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
	for _, p := range v.phrases[t[i].word] {
		if len(p.words) <= best || i+len(p.words) > len(t) {
			continue
		}
		ok := true
		for j, w := range p.words {
			if t[i+j].word != w {
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

// undirected: words that make a change big without saying which way.
func (v *vocabulary) undirected(w string) bool {
	for _, p := range []string{"sharp", "steep", "dramatic", "abrupt", "enorm", "spectacular", "espectacular", "huge"} {
		if strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}
