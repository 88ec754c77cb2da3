package check

import "strings"

// Some claims are made by no word of their own but by how common words stand together.
// They are looked for by their grammar, not as phrases: "there is no diner who does not
// talk of it" says all, and "more than any other" is a superlative.

var (
	denies    = set("no nadie ningun ninguna ninguno nobody none nothing nada")
	joins     = set("que who that quien")
	notWords  = set("no not never nunca t dont doesnt isnt hasnt havent")
	auxiliary = set("does do did has have had is are was were can could would will se le les lo la los las")
	morePairs = set("mas menos mejor peor mayor menor more less better worse faster slower further quicker rapido")
	thanWords = set("que than")
	anyWords  = set("ningun ninguna ninguno cualquier cualquiera nadie any anyone anybody anything anywhere every everyone")
)

const (
	twiceDeniedSpan = 8 // words between the two negations
	compareSpan     = 6 // words between "more" and "than any"
)

// patterns rejects what is claimed by how words stand together.
func (d *doc) patterns() {
	t := d.tokens
	for i := range t {
		if t[i].word == "" {
			continue
		}
		if denies[t[i].word] {
			if k := d.deniedAgain(i); k > 0 {
				d.reject(Overclaim, "%q … %q: two negations say all", t[i].raw, t[k].raw)
			}
		}
		if thanWords[t[i].word] && i+1 < len(t) && anyWords[t[i+1].word] && d.before(i, compareSpan, morePairs) {
			d.reject(Compare, "%q: no fact compares with all others", strings.TrimSpace(t[i].raw+" "+t[i+1].raw))
		}
	}
}

// deniedAgain finds the second negation of a clause that "who" or "that" opens, 0 if
// there is none.
func (d *doc) deniedAgain(i int) int {
	t := d.tokens
	for k := i + 1; k < len(t) && k <= i+twiceDeniedSpan && t[k].sign != '.' && t[k].sign != ';'; k++ {
		if !joins[t[k].word] {
			continue
		}
		for n := k + 1; n < len(t) && n <= k+3 && t[n].word != ""; n++ {
			if notWords[t[n].word] {
				return n
			}
			if !auxiliary[t[n].word] {
				break
			}
		}
	}
	return 0
}

// before says whether a word of a set stands among the n tokens before token i, in the
// same sentence.
func (d *doc) before(i, n int, words map[string]bool) bool {
	for k := i - 1; k >= 0 && k >= i-n && d.tokens[k].sign != '.' && d.tokens[k].sign != ';'; k-- {
		if words[d.tokens[k].word] {
			return true
		}
	}
	return false
}
