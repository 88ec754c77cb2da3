package check

import (
	"slices"
	"strings"

	"antojo/internal/brief/fact"
)

// What figures, names and turns of speech say beside each other.

// standsAlone: a growth with its sign, set off by a parenthesis, a colon, a comma or
// "con", says what it is where nothing else in the clause could be meant by it.
func (d *doc) standsAlone(i int, form string) bool {
	if form != "size" && i > 0 && len(d.has(d.clauseOf(i), campaign)) > 0 && slices.Contains([]string{"el", "the"}, d.tokens[i-1].word) {
		return true // "the +50 % of anticuchos is copied text"
	}
	if form == "size" || i == 0 || d.near(i, 1) == "de" || d.near(i, 1) == "of" {
		return false
	}
	c := d.clauseOf(i)
	if len(d.has(c, saldo, opinionWord, like, dislike)) > 0 && len(d.has(c, campaign)) == 0 {
		return false
	}
	p := d.tokens[i-1]
	return p.sign == '(' || p.sign == ':' || p.sign == ',' || p.sign == ';' || p.word == "con" || p.word == "with" || p.word == "at" || (p.word == "y" || p.word == "and") && d.respective(i) ||
		slices.Contains([]string{"el", "del", "al", "ese", "este", "the", "that"}, p.word) // "el +50 % viene de …"
}

// countsCases: "en {{F21.count}} casos", "los otros {{F20.count}}".
func (d *doc) countsCases(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if slices.Contains([]string{"caso", "casos", "case", "cases", "otros", "otras", "others", "resto", "rest", "ones", "names", "nombres", "opciones", "options", "entradas", "entries"}, d.tokens[i].word) {
			return true
		}
	}
	return false
}

// person are words of one who speaks: "one unhappy customer".
var person = set("customer diner person user reviewer visitor client reader fan commenter consumer comment review mention post voice message")

// directionWords are the words of a clause that say which way, comparatives included.
func (d *doc) directionWords(c clause, f *fact.Fact) bool {
	if f.Direction == fact.NoDirection {
		return false
	}
	if len(d.has(c, up, down, hugeUpWord, hugeDownWord)) > 0 {
		return true
	}
	for _, i := range d.has(c, more, less, compare) {
		key := d.tokens[i].phrase
		if key == "" {
			key = d.tokens[i].word
		}
		dir := d.c.v.compared[key]
		rising := d.tokens[i].class == more || dir == "up"
		if d.tokens[i].class == compare && dir == "" {
			continue
		}
		if rising == (f.Direction == fact.Up) {
			return true
		}
	}
	return false
}

// ofPeople: a figure right before a word for persons would count them.
func (d *doc) ofPeople(i int) (string, bool) {
	for k := i + 1; k < len(d.tokens) && k <= i+3; k++ {
		w := d.tokens[k].word
		if people[w] {
			return d.tokens[k].raw, true
		}
		if !slices.Contains([]string{"de", "of", "los", "las", "la", "the", "all", "our", "nuestros", "sus"}, w) {
			break
		}
	}
	return "", false
}

// netAlone: a balance in parentheses or behind a colon beside its aspect.
func (d *doc) netAlone(i int, f *fact.Fact) bool {
	if f.Kind != fact.AspectOf || i == 0 || len(d.has(d.clauseOf(i), up, down, hugeUpWord, hugeDownWord, more, less, mentionsWord, compare)) > 0 {
		return false
	}
	p := d.tokens[i-1].sign
	return p == '(' || p == ':'
}

// otherShare: the two shares of one mood side by side, of which the other is named.
func (d *doc) otherShare(i int, f *fact.Fact, field string) bool {
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		if g, r := d.figureAt(k); g != nil {
			if g != f {
				return false
			}
			return field == fact.Negative && r.Field == fact.Positive && d.follows(k, like) || field == fact.Positive && r.Field == fact.Negative && d.follows(k, dislike)
		}
		if d.tokens[k].class == like || d.tokens[k].class == dislike {
			return false
		}
	}
	return false
}

// reacts: "preocupa" and its like are about a fall, "alegra" about a rise.
func (d *doc) reacts(t token, part clause) bool {
	if t.class != dislike {
		return false
	}
	for _, p := range []string{"preocup", "alarm", "inquiet", "worr", "concern"} {
		if strings.HasPrefix(t.word, p) {
			facts := d.about(part)
			return len(facts) > 0 && !slices.ContainsFunc(facts, func(f *fact.Fact) bool { return f.Direction != fact.Down })
		}
	}
	return false
}

// tastes: "quien prueba el matcha" tries it; "prueba que" proves.
func (d *doc) tastes(i int) bool {
	if slices.Contains([]string{"la", "una", "es", "como", "esta"}, d.near(i, -1)) || i+1 >= len(d.tokens) {
		return false
	}
	a, _, named := d.naming(i + 1)
	return named && a == entityAttr || slices.Contains([]string{"el", "la", "los", "las", "un", "una"}, d.near(i, 1))
}

// ofEvidence: the clause speaks of evidence or of a movement, and of no aspect.
func (d *doc) ofEvidence(i int) bool {
	c := d.clauseOf(i)
	evidence := false
	for k := c.from; k < c.to; k++ {
		if a, _, ok := d.naming(k); ok && a == aspectAttr {
			return false
		}
		evidence = evidence || d.c.v.evidence[d.tokens[k].word]
	}
	return evidence
}

// respective: names and then their figures in the same order, "A y B (x e y)".
func (d *doc) respective(i int) bool {
	c := d.clauseOf(i)
	var names, figures []string
	for k := c.from; k < c.to; k++ {
		if a, v, ok := d.naming(k); ok && a == entityAttr {
			if len(figures) > 0 {
				return false
			}
			names = append(names, v)
		} else if f, _ := d.figureAt(k); f != nil {
			figures = append(figures, f.Entity)
		}
	}
	return len(names) > 1 && slices.Equal(names, figures)
}

// asks says whether a sentence is a question: it claims nothing for sure.
func (d *doc) asks(c clause) bool {
	s := d.sentenceOf(c)
	return s.to > 0 && d.tokens[s.to-1].sign == '?'
}

// shareOf: a share is of mentions, of opinions or of what was read, and of nothing else.
func (d *doc) shareOf(i int) (string, bool) {
	w := d.near(i, 1)
	if w != "de" && w != "of" && w != "del" {
		return "", true
	}
	for k := i + 2; k < len(d.tokens) && k <= i+5; k++ {
		t := d.tokens[k]
		switch {
		case t.word == "":
			return "", true
		case t.class == mentionsWord || t.class == opinionWord || t.class == like || t.class == dislike || t.class == named_ || t.class == foodsWord && k+1 < len(d.tokens) && d.tokens[k+1].class == mentionsWord || d.c.v.whole[t.word]:
			return "", true
		case slices.Contains([]string{"los", "las", "la", "el", "lo", "the", "all", "todas", "todos", "estas", "estos", "esas", "nuestras", "our", "these", "those", "its", "sus"}, t.word) || t.skip:
			continue
		}
		return t.raw, false
	}
	return "", true
}

// genuine: "interés genuino", "organic interest" says that there is no campaign.
func genuine(w string) bool {
	for _, p := range []string{"organic", "espontane", "genuin", "autentic", "spontaneous", "authentic"} {
		if strings.HasPrefix(w, p) {
			return true
		}
	}
	return false
}

// takenBack: a negation or "poco", "little" stands before in the sentence.
func (d *doc) takenBack(i int) bool {
	s := d.sentenceOf(clause{i, i + 1})
	for k := s.from; k < i; k++ {
		if p := " " + d.tokens[k].phrase + " "; d.tokens[k].class == negation || strings.Contains(p, " no ") || strings.Contains(p, " not ") || slices.Contains([]string{"poco", "little", "lejos", "far", "rather", "instead", "menos", "mas"}, d.tokens[k].word) {
			return true
		}
	}
	return false
}

// scarce: "hay muy pocos datos".
func (d *doc) scarce(c clause) bool {
	for i := c.from; i < c.to; i++ {
		for _, p := range []string{"poc", "escas", "insuficient", "few", "little", "scarce", "insufficient", "falta"} {
			if w := d.tokens[i].word; w != "" && strings.HasPrefix(w, p) || strings.Contains(" "+d.tokens[i].phrase, " "+p) {
				return true
			}
		}
	}
	return false
}

// clarity: "claro" beside a word of change says that the change is clear.
func (d *doc) clarity() {
	t := d.tokens
	for i := range t {
		if t[i].class != neutral || t[i].phrase != "" || !slices.Contains([]string{"claro", "clara", "claros", "claras", "clear", "nitida"}, t[i].word) {
			continue
		}
		for _, k := range []int{i - 1, i + 1, i + 2} {
			if k >= 0 && k < len(t) && (t[k].class == up || t[k].class == down) {
				t[i].class = strong
			}
		}
	}
}

// drives: somebody "moves" or "carries" a rise, which tells its cause.
func (d *doc) drives(i int) bool {
	if !slices.Contains([]string{"mueve", "mueven", "movio", "movieron", "sostiene", "sostienen", "trae", "traen", "trajo", "alimenta", "alimentan", "firma", "firman", "move", "moves", "carry", "carries", "sustain", "sustains", "bring", "brings", "brought"}, d.tokens[i].word) {
		return false
	}
	for k := i + 1; k < len(d.tokens) && k <= i+2; k++ {
		switch {
		case d.tokens[k].class == up || d.tokens[k].class == down:
			return true
		case !slices.Contains([]string{"el", "la", "los", "las", "un", "una", "the", "a", "this", "este", "esta"}, d.tokens[k].word):
			return false
		}
	}
	return false
}

// bestIsLiked: "the best rated" is liked and "the worst rated" is not.
func (d *doc) bestIsLiked(t token, c clause) {
	want := fact.NoDirection
	for _, p := range []string{"mejor", "best"} {
		if strings.HasPrefix(t.word, p) || strings.Contains(t.phrase, p) {
			want = fact.Up
		}
	}
	for _, p := range []string{"peor", "worst"} {
		if strings.HasPrefix(t.word, p) {
			want = fact.Down
		}
	}
	if want == fact.NoDirection {
		return
	}
	for _, o := range d.judged(c) {
		if o.dir != want {
			d.reject(Opinion, "%s: %q against the fact (%s)", o.id, t.raw, o.dir)
		}
	}
}

// priceItself: a price that rises or falls; the facts know mentions and no prices.
func (d *doc) priceItself() bool {
	for i := range d.tokens {
		if a, v, ok := d.naming(i); !ok || a != aspectAttr || v != "price" {
			continue
		}
		for k := i + 1; k < len(d.tokens) && k <= i+6; k++ {
			t := d.tokens[k]
			if t.class == up || t.class == down {
				return true
			}
			if t.class == mentionsWord || t.sign != 0 || d.c.v.and[t.word] && t.word != "" {
				break
			}
		}
	}
	return false
}

// enders are verbs after which what follows is over.
var enders = set("deja dejan dejo dejaron dejaria dejando corta cortan corto cortaron rompe rompen rompio termina terminan termino acabo acabaron agota agotan agoto cesa cesan ceso interrumpe interrumpen interrumpio pausa detiene detuvo detienen frena freno frenan " +
	"stop stops stopped end ends ended cease ceases ceased halt halts halted break breaks broke pause pauses paused interrupt interrupts interrupted quit")

// ends: token k ends what token i names, with nothing but articles and prepositions between.
func (d *doc) ends(k, i int) bool {
	if !enders[d.tokens[k].word] || d.tokens[k].phrase != "" {
		return false
	}
	if w := d.tokens[k].word; (strings.HasPrefix(w, "dej")) && d.near(k, 1) != "de" {
		return false // "deja buena impresión"
	}
	for n := k + 1; n < i; n++ {
		if !slices.Contains([]string{"de", "el", "la", "los", "las", "su", "sus", "un", "una", "the", "its", "a", "this", "esta", "este", "esa", "ese"}, d.tokens[n].word) {
			return false
		}
	}
	return true
}
