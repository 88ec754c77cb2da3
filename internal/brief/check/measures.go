package check

import (
	"strings"

	"antojo/internal/brief/fact"
)

// besideShare: "{{F2.positive}} de opiniones positivas" names a figure and is no
// praise; the name must be the figure's.
func (d *doc) besideShare(i int) bool {
	own := func(k int) (bool, bool) { // is it a figure, and the one that the word names
		r := d.tokens[k].ref
		if r == nil {
			return false, false
		}
		return true, r.Field == fact.Positive && d.tokens[i].class == like || r.Field == fact.Negative && d.tokens[i].class == dislike
	}
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		if figure, mine := own(k); mine {
			return true
		} else if figure {
			break
		}
	}
	// "las positivas alcanzan {{F2.positive}}", "favorables ({{F2.positive}})"
	for k := i + 1; k < len(d.tokens) && k <= i+5; k++ {
		if figure, mine := own(k); figure {
			return mine
		}
	}
	return false
}

// unitWords may follow a figure and say what it counts.
var unitFields = map[class][]string{
	mentionsWord: {fact.Mentions, fact.Before},
	foodsWord:    {fact.Count},
}

// numbersBesideWords holds figures against the words that say what they are.
func (d *doc) numbersBesideWords() {
	t := d.tokens
	for i := range t {
		f, r := d.figureAt(i)
		if f == nil {
			continue
		}
		field := r.Field
		sentence := d.sentenceOf(clause{i, i + 1})
		is := func(list ...string) bool {
			for _, x := range list {
				if x == field {
					return true
				}
			}
			return false
		}
		if is(fact.Share, fact.Positive, fact.Negative) {
			if w, ok := d.shareOf(i); !ok {
				d.reject(Measure, "%s is a part of what was read, not of %s", r, w)
			}
		}
		if w, ok := d.ofPeople(i); ok {
			d.reject(Measure, "%s counts mentions, not %s", r, w)
		}
		if i+1 < len(t) {
			if fields, ok := unitFields[t[i+1].class]; ok && !is(fields...) && !(r.Form == "n") {
				d.reject(Measure, "%s is no count of %s", r, t[i+1].raw)
			}
		}
		if i+1 < len(t) && is(fact.Mentions, fact.Before) && (t[i+1].free || t[i+1].class == like || t[i+1].class == dislike) {
			d.reject(Measure, "%s counts mentions, not %s", r, t[i+1].raw)
		}
		if r.Form == "n" {
			continue
		}
		// A verb or noun of change right before a figure makes it a growth.
		k := i - 1
		for k >= 0 && d.c.v.link[t[k].word] && t[k].word != "" {
			k--
		}
		inside := false // within parentheses the figure stands on its own
		for j := i; j >= sentence.from; j-- {
			if t[j].sign == ')' {
				break
			}
			if t[j].sign == '(' {
				inside = true
				break
			}
		}
		if k >= 0 && !inside {
			switch t[k].class {
			case up, down, hugeUpWord, hugeDownWord:
				if !is(fact.Growth) && !(k < i-1 && d.c.v.reach[t[i-1].word] && is(fact.Mentions)) && !(is(fact.Before) && d.leadsToNow(i)) {
					d.reject(Measure, "%s is no growth", r)
				}
			case saldo:
				if !is(fact.Net) {
					d.reject(Measure, "%s is no balance of opinions", r)
				}
			}
		}
		switch {
		case is(fact.Net) && len(d.has(sentence, saldo, like, dislike, opinionWord)) == 0 && !d.rated(sentence) && !d.netAlone(i, f):
			d.reject(Measure, "%s must be called what it is: a balance of opinions", r)
		case is(fact.Growth) && len(d.has(sentence, up, down, hugeUpWord, hugeDownWord, steady, changeWord, chance, spike, more, less)) == 0 && !d.directionWords(sentence, f) && !d.standsAlone(i, r.Form):
			d.reject(Measure, "%s must be called what it is: a change", r)
		case is(fact.Growth) && r.Form == "size" && !d.directed(i, f):
			d.reject(Measure, "%s has no sign: a word must say the direction", r)
		case is(fact.Times) && len(d.has(sentence, elsewhere)) == 0:
			d.reject(Measure, "%s must be compared with the rest of the country", r)
		case is(fact.Before) && len(d.has(sentence, beforeWord)) == 0 && !d.leadsToNow(i) && !d.upFrom(i):
			d.reject(Period, "%s is of the period before", r)
		case is(fact.Mentions) && k >= 0 && !inside && t[k].class == beforeWord && t[k].word != "frente" && t[k].word != "against" && !(i > 0 && d.c.v.to[t[i-1].word] && t[i-1].word != ""):
			d.reject(Period, "%s is not of the period before", r)
		case is(fact.Mentions) && f.Kind == fact.Volume && d.ofBefore(i):
			d.reject(Period, "%s is not of the week before", r)
		case is(fact.Count) && len(d.has(sentence, foodsWord)) == 0 && !d.countsCases(sentence):
			d.reject(Measure, "%s counts foods", r)
		case is(fact.Positive) && !d.follows(i, like) && !d.otherShare(i, f, field), is(fact.Negative) && !d.follows(i, dislike) && !d.otherShare(i, f, field):
			d.reject(Measure, "%s must be called what it is", r)
		}
	}
	d.fromTo()
}

// leadsToNow: "de A a B" says by itself that A was before and B is now.
func (d *doc) leadsToNow(i int) bool {
	t := d.tokens
	f, r := d.figureAt(i)
	if f == nil || i == 0 || !d.c.v.from[t[i-1].word] || t[i-1].word == "" {
		return false
	}
	for k := i + 1; k < len(t) && k <= i+8; k++ {
		if g, q := d.figureAt(k); g != nil {
			return g == f && r.Field == fact.Before && q.Field == fact.Mentions && d.c.v.to[t[k-1].word] && t[k-1].word != ""
		}
	}
	return false
}

// ofBefore: the words that lead to the figure speak of the week before.
func (d *doc) ofBefore(i int) bool {
	for k := i - 1; k >= 0 && d.tokens[k].ref == nil && d.tokens[k].sign == 0; k-- {
		if t := d.tokens[k]; t.class == beforeWord && t.word != "frente" && t.word != "against" {
			return true
		}
	}
	return false
}

// directed: a size stands without sign, so its own clause must say the direction.
func (d *doc) directed(i int, f *fact.Fact) bool {
	c := d.clauseOf(i)
	if f.Verdict == "spike" && f.Direction == fact.Up && len(d.has(c, spike)) > 0 {
		return true // a spike goes up
	}
	return d.directionWords(c, f)
}

func (d *doc) follows(i int, want class) bool {
	for k := i + 1; k < len(d.tokens) && k <= i+5 && d.tokens[k].ref == nil; k++ {
		if d.tokens[k].class == want {
			return true
		}
	}
	for k := i - 1; k >= 0 && k >= i-5 && d.tokens[k].ref == nil; k-- {
		if cl := d.tokens[k].class; cl == like || cl == dislike {
			return cl == want // the name that stands nearest before
		}
	}
	return false
}

// fromTo: "de A a B" goes from the period before to this one.
func (d *doc) fromTo() {
	var last string
	at := -1
	for i := range d.tokens {
		if f, r := d.figureAt(i); f != nil && (r.Field == fact.Mentions || r.Field == fact.Before) {
			if at > 0 && last == fact.Mentions && r.Field == fact.Before && d.c.v.from[d.tokens[at-1].word] && d.tokens[at-1].word != "" {
				for k := at + 1; k < i; k++ {
					if d.c.v.to[d.tokens[k].word] && d.tokens[k].word != "" && k == i-1 {
						d.reject(Measure, "from now to before: the order of time is reversed")
					}
				}
			}
			last, at = r.Field, i
		}
	}
}

// rated: "the best rated" names a balance of opinions without a word of praise.
func (d *doc) rated(c clause) bool {
	for _, i := range d.has(c, superlative) {
		if w := d.tokens[i].word; strings.HasPrefix(w, "mejor") || strings.HasPrefix(w, "peor") || w == "best" || w == "worst" {
			return true
		}
	}
	return false
}

// upFrom: "{{F5.mentions}}, up from {{F5.previous}}".
func (d *doc) upFrom(i int) bool {
	if i == 0 || !strings.HasSuffix(d.tokens[i-1].word, "from") && d.near(i, -1) != "from" || len(d.has(d.clauseOf(i), up, down)) == 0 {
		return false
	}
	f, _ := d.figureAt(i)
	for k := i - 1; k >= 0; k-- {
		if g, r := d.figureAt(k); g != nil {
			return g == f && r.Field == fact.Mentions
		}
	}
	return false
}
