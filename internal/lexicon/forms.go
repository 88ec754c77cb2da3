package lexicon

import "strings"

// This file derives the spellings that rules give — plurals, diminutives,
// augmentatives, glued hashtags and common spelling slips — so that the tables
// hold only what rules do not.

// form is one derived spelling with the confidence class of its rule; when two
// entities claim one spelling, the lower class wins.
type form struct {
	text string
	rank uint8
}

// Ranks of spellings, strongest first.
const (
	rankName    = iota // canonical name
	rankVariant        // listed in the table
	rankPlural
	rankGlued
	rankDim
	rankSlip
)

// stopWords end the part of a name that takes number: "arroz | con pollo".
var stopWords = map[string]bool{"a": true, "al": true, "con": true, "de": true, "del": true, "en": true,
	"y": true, "e": true, "o": true, "sin": true, "por": true, "para": true, "tipo": true, "la": true, "el": true, "lo": true}

// forms derives all spellings of one listed spelling (in pattern form). Brands
// take no plural and no diminutive.
func forms(dst []form, p string, rank uint8, kind string) []form {
	dst = append(dst, form{p, rank})
	words := strings.Split(p, " ")
	head := len(words)
	for i, w := range words {
		if i > 0 && stopWords[w] {
			head = i
			break
		}
	}
	add := func(rank uint8, ws []string) { dst = append(dst, form{strings.Join(ws, " "), rank}) }
	if kind != Brand {
		if pl := pluralise(words, head, head); pl != nil {
			add(max(rank, rankPlural), pl)
			if head > 1 {
				add(max(rank, rankPlural), pluralise(words, 1, head))
			}
		}
		if es := otherPlural(words[0]); es != "" && head == 1 {
			add(max(rank, rankPlural), replaced(words, es))
		}
		for _, d := range diminutives(words[0]) {
			add(rankDim, replaced(words, d))
			add(rankDim, pluralise(replaced(words, d), head, head))
		}
		if len(words) == 1 && kind == Dish {
			for _, d := range augmentatives(p) {
				add(rankDim, []string{d})
			}
		}
	}
	n := len(dst)
	for _, f := range dst[:n] {
		if strings.IndexByte(f.text, ' ') > 0 && len(f.text) >= 8 && f.rank <= rankPlural {
			dst = append(dst, form{strings.ReplaceAll(f.text, " ", ""), rankGlued})
		}
	}
	if kind != Brand && rank <= rankVariant {
		for _, f := range dst[:n] {
			if f.rank <= rankPlural {
				for _, s := range slips(f.text) {
					dst = append(dst, form{s, rankSlip})
				}
			}
		}
	}
	return dst
}

func replaced(words []string, head string) []string {
	out := make([]string, len(words))
	copy(out, words)
	out[0] = head
	return out
}

// pluralise puts words[:n] into the plural; nil if nothing changes.
func pluralise(words []string, n, head int) []string {
	out := make([]string, len(words))
	copy(out, words)
	changed := false
	for i := 0; i < n && i < head; i++ {
		if pl := plural(words[i]); pl != words[i] {
			out[i] = pl
			changed = true
		}
	}
	if !changed {
		return nil
	}
	return out
}

// plural is the Spanish plural of a folded word: vowel + s, z → ces, s and x
// stay, foreign endings + s, other consonants + es.
func plural(w string) string {
	if w == "" || w[len(w)-1] <= '9' && w[len(w)-1] != enyeByte {
		return w
	}
	switch w[len(w)-1] {
	case 'a', 'e', 'i', 'o', 'u':
		return w + "s"
	case 's', 'x':
		return w
	case 'z':
		return w[:len(w)-1] + "ces"
	case 'l', 'n', 'r', 'd', 'j', 'y':
		return w + "es"
	}
	return w + "s"
}

// otherPlural is the second plural that people use: ají → ajíes, nugget →
// nuggetes never, roll → rolls, chef → chefs.
func otherPlural(w string) string {
	if len(w) < 3 {
		return ""
	}
	switch w[len(w)-1] {
	case 'i', 'u':
		return w + "es"
	case 'l', 'n', 'r':
		return w + "s"
	}
	return ""
}

// diminutives of a folded head word: lomo → lomito, arroz → arrocito, café →
// cafecito, jugo → juguito, chicharron → chicharroncito.
func diminutives(w string) []string {
	if len(w) < 3 || strings.HasSuffix(w, "ito") || strings.HasSuffix(w, "ita") {
		return nil
	}
	last, stem := w[len(w)-1], w[:len(w)-1]
	if last <= '9' && last != enyeByte {
		return nil
	}
	switch last {
	case 'a', 'o':
		return []string{soften(stem) + "it" + string(last)}
	case 'e':
		return []string{soften2(stem) + "ito", soften2(stem) + "ita", w + "cito"}
	case 'i', 'u', 'n', 'r':
		return []string{w + "cito"}
	case 'z':
		return []string{stem + "cito"}
	case 'l':
		return []string{w + "ito"}
	}
	return nil
}

// soften keeps the sound of the last consonant before i: vaca → vaquita.
func soften(stem string) string {
	switch {
	case strings.HasSuffix(stem, "c"):
		return stem[:len(stem)-1] + "qu"
	case strings.HasSuffix(stem, "g"):
		return stem + "u"
	case strings.HasSuffix(stem, "z"):
		return stem[:len(stem)-1] + "c"
	case strings.HasSuffix(stem, "i"):
		return stem[:len(stem)-1]
	}
	return stem
}

// soften2 is for stems before e, whose consonant already has the sound of i.
func soften2(stem string) string { return strings.TrimSuffix(stem, "i") }

// augmentatives: pollo → pollazo, ceviche → cevichazo, cachanga → cachangazo.
func augmentatives(w string) []string {
	if len(w) < 5 {
		return nil
	}
	last, stem := w[len(w)-1], w[:len(w)-1]
	switch last {
	case 'a', 'o', 'e':
		return []string{stem + "azo"}
	}
	return nil
}

// slips are the spellings that Peruvian ears produce: b for v, s for c and z, y
// for ll, no h, k for qu; one slip in a spelling, in words of five letters and
// more, because short words too often become other words.
func slips(p string) []string {
	if len(p) < 6 {
		return nil
	}
	var out []string
	put := func(i, n int, with string) {
		// the word around i must be long enough
		l := strings.LastIndexByte(p[:i], ' ') + 1
		r := strings.IndexByte(p[i:], ' ')
		if r < 0 {
			r = len(p) - i
		}
		if i+r-l >= 5 {
			out = append(out, p[:i]+with+p[i+n:])
		}
	}
	for i := 0; i < len(p); i++ {
		next := byte(' ')
		if i+1 < len(p) {
			next = p[i+1]
		}
		soft := next == 'e' || next == 'i'
		switch p[i] {
		case 'b':
			put(i, 1, "v")
		case 'v':
			put(i, 1, "b")
		case 'z':
			put(i, 1, "s")
		case 's':
			if next == 'a' || next == 'o' || next == 'u' {
				put(i, 1, "z")
			} else if soft {
				put(i, 1, "c")
			}
		case 'c':
			if soft {
				put(i, 1, "s")
			}
		case 'l':
			if next == 'l' {
				put(i, 2, "y")
			}
		case 'y':
			if next == 'a' || next == 'e' || next == 'o' || next == 'u' {
				put(i, 1, "ll")
			}
		case 'h':
			if i == 0 || p[i-1] == ' ' {
				put(i, 1, "")
			}
		case 'q':
			if next == 'u' {
				put(i, 2, "k")
			}
		case 'g':
			if soft {
				put(i, 1, "j")
			}
		case 'j':
			if soft {
				put(i, 1, "g")
			}
		}
	}
	return out
}

// notFood are ordinary words that a derived spelling would hit.
var notFood = map[string]bool{}
