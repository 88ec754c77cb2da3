package check

import (
	"math"
	"slices"
	"strings"

	"antojo/internal/brief/fact"
)

// What a word claims depends on the words around it: "bajo" may be a verb or "under",
// "uno de" is no figure, "no siempre" takes back what "siempre" claims, and "más que
// antes" compares with the period before, which a fact knows.

// near is the word k places from i, "" across a sign or a figure.
func (d *doc) near(i, k int) string {
	step := 1
	if k < 0 {
		step = -1
	}
	for n := step; ; n += step {
		if i+n < 0 || i+n >= len(d.tokens) || d.tokens[i+n].word == "" {
			return ""
		}
		if n == k {
			return d.tokens[i+n].word
		}
	}
}

// inContext is the class of a word by its neighbours; cl is what it has alone.
func (d *doc) inContext(i int, cl class) class {
	t := &d.tokens[i]
	switch {
	case t.word == "bajo" && strings.ToLower(t.raw) == "bajo" && d.isUnder(i):
		return neutral
	case d.c.v.isReported(t.word):
		// A conditional beside its own figure reports; without one it foretells.
		if !d.figureIn(d.sentenceOf(d.clauseOf(i))) {
			return forecast
		}
		t.hedged = true
	case t.word == "impulso" && strings.ToLower(t.raw) == "impulso":
		return up // "con impulso"; "impulsó" is a cause
	case t.word == "caras" && slices.Contains([]string{"dos", "ambas", "las"}, d.near(i, -1)):
		return neutral
	case (t.word == "prueba" || t.word == "prueban") && cl == absolute && d.tastes(i):
		return neutral
	case d.c.v.weak[t.word] && cl == dislike && d.ofEvidence(i):
		return slightWord // "el dato es flojo", "a weak sign"
	case cl == absolute && d.reserved(i):
		return hedge
	}
	return cl
}

// isUnder: "bajo el", "en el extremo bajo".
func (d *doc) isUnder(i int) bool {
	next := d.near(i, 1)
	return slices.Contains([]string{"extremo", "limite", "lado", "borde", "nivel"}, d.near(i, -1)) ||
		slices.Contains([]string{"el", "la", "los", "las", "este", "esta", "su", "sus", "otro", "otra"}, next)
}

// reserved: "no siempre", "falta confirmarlo", "not certain": what is denied or still to
// come is not claimed.
func (d *doc) reserved(i int) bool {
	w := d.tokens[i].word
	confirm := strings.HasPrefix(w, "confirm")
	if !d.c.v.freed[w] && !confirm {
		return false
	}
	for k := -1; k >= -3; k-- {
		before := d.near(i, k)
		if before == "" || before == "solo" || before == "only" || before == "just" {
			return false
		}
		if slices.Contains([]string{"no", "not", "ni", "nor", "tampoco", "cannot"}, before) {
			return true
		}
		if confirm && k >= -2 && slices.Contains([]string{"debe", "deben", "debera", "must", "should", "can", "podra", "falta", "faltan", "faltaria", "por", "sin", "para", "resta", "queda", "conviene", "convendria", "yet", "needs", "need", "awaiting", "awaits", "before", "until", "hasta"}, before) {
			return true
		}
	}
	return false
}

// figureIn says whether a run of tokens prints a figure.
func (d *doc) figureIn(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if f, _ := d.figureAt(i); f != nil {
			return true
		}
	}
	return false
}

// noCount: number words that count nothing, or count what the sentence names.
func (d *doc) noCount(i int) bool {
	w, before, after := d.tokens[i].word, d.near(i, -1), d.near(i, 1)
	if d.tokens[i].phrase != "" {
		return false
	}
	switch w {
	case "punto", "point":
		c := d.clauseOf(i)
		if i > 0 && d.tokens[i-1].ref != nil || strings.HasPrefix(after, "porcent") || strings.HasPrefix(after, "percent") {
			return false
		}
		return !slices.Contains([]string{"un", "one", "a", "medio", "half", "cada", "per", "por"}, before) || !d.moves(c) && before != "medio" && before != "half"
	case "uno":
		return after == "de" && (d.near(i, 2) == "los" || d.near(i, 2) == "sus") || before == "cada" || before == "ningun"
	case "one":
		for k := 1; k <= 3; k++ {
			if person[d.near(i, k)] {
				return true
			}
			if slices.Contains([]string{"in", "out", "of"}, d.near(i, k)) {
				break
			}
		}
		if before == "the" && (after == "before" || after == "that") || slices.Contains([]string{"name", "thing", "headline", "message", "story", "theme", "word"}, after) || after == "clear" && before != "in" {
			return true
		}
		return slices.Contains([]string{"this", "that", "the", "another", "each", "other", "latter", "former", "only", "previous", "prior", "earlier"}, before) && after == ""
	case "dos", "two", "ambos", "ambas", "both":
		if (w == "dos" && before != "los" && before != "las" || w == "two" && before != "the") && !d.c.v.twos[after] {
			return false
		}
		return d.namesTwo(d.sentenceOf(clause{i, i + 1}))
	case "cero", "zero": // an interval that comes near zero
		s := d.sentenceOf(clause{i, i + 1})
		return d.refers(s, func(f *fact.Fact) bool { return f.Kind == fact.Change && f.Strength != fact.Clear }) &&
			!d.refers(s, func(f *fact.Fact) bool { return f.Strength == fact.Clear })
	case "primero", "first":
		return before == "" && (i+1 < len(d.tokens) && d.tokens[i+1].sign == ',')
	}
	return false
}

// namesTwo: the sentence names exactly two values of one kind.
func (d *doc) namesTwo(c clause) bool {
	var seen [numAttrs][]string
	for i := c.from; i < c.to; i++ {
		if a, v, ok := d.naming(i); ok && !slices.Contains(seen[a], v) {
			seen[a] = append(seen[a], v)
		}
	}
	return slices.ContainsFunc(seen[:], func(s []string) bool { return len(s) == 2 })
}

// moves says whether a clause speaks of a change.
func (d *doc) moves(c clause) bool {
	if len(d.has(c, up, down, hugeUpWord, hugeDownWord, spike)) > 0 {
		return true
	}
	for i := c.from; i < c.to; i++ {
		if f, r := d.figureAt(i); f != nil && r.Field == fact.Growth {
			return true
		}
	}
	return false
}

// aspectBehind: an aspect stands right behind, but for an article or "su".
func (d *doc) aspectBehind(i int) bool {
	for k := i + 1; k < len(d.tokens) && k <= i+2; k++ {
		if a, _, ok := d.naming(k); ok {
			return a == aspectAttr
		}
		if !slices.Contains([]string{"el", "la", "los", "las", "su", "sus", "lo"}, d.tokens[k].word) {
			return false
		}
	}
	return false
}

// evokesOpinion: a verb of causing whose object is an opinion.
func (d *doc) evokesOpinion(i int, c clause) bool {
	w := d.tokens[i].word
	if !slices.ContainsFunc(d.c.v.evokes, func(p string) bool { return strings.HasPrefix(w, p) }) {
		return false
	}
	for k := i + 1; k < c.to && k <= i+4 && d.tokens[k].ref == nil; k++ {
		if cl := d.tokens[k].class; cl == like || cl == dislike {
			return true
		}
	}
	return false
}

// weighed: a clause in which one share of opinion outweighs the other, as it does.
func (d *doc) weighed(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if d.tokens[i].class == compare && d.weighs(i, c) {
			return true
		}
	}
	return false
}

// withBefore: a comparison with the period before is a direction, which facts know.
func (d *doc) withBefore(i int, c clause, changes []*fact.Fact) bool {
	t := d.tokens[i]
	key := t.phrase
	if key == "" {
		key = t.word
	}
	dir, ok := d.c.v.compared[key]
	if !ok || !d.beforeBehind(i, c) {
		return false
	}
	want := fact.Down
	if dir == "up" {
		want = fact.Up
	}
	if own := d.changesIn(c); len(own) > 0 {
		changes = own
	} else if v := d.volume(d.sentenceOf(c)); v != nil {
		d.countsAgree(t, v, want)
		return true
	}
	for _, f := range changes {
		if f.Direction != want {
			d.reject(Direction, "%s: %q, but the fact says %s", f.ID, t.raw, f.Direction)
		}
	}
	return len(changes) > 0
}

// beforeBehind: what follows, up to eight tokens on, is the period before or its count.
func (d *doc) beforeBehind(i int, c clause) bool {
	for k := i + 1; k < c.to && k <= i+8; k++ {
		if d.tokens[k].class == beforeWord {
			return true
		}
		if _, r := d.figureAt(k); r != nil {
			return r.Field == fact.Before
		}
	}
	return false
}

// volume is the count of all mentions that a sentence gives, nil if it gives none.
func (d *doc) volume(c clause) *fact.Fact {
	for i := c.from; i < c.to; i++ {
		if f, _ := d.figureAt(i); f != nil && f.Kind == fact.Volume {
			return f
		}
	}
	return nil
}

// countsAgree holds "more" and "fewer" against the counts themselves, which are of all
// that was read and have no error of sampling.
func (d *doc) countsAgree(t token, v *fact.Fact, want fact.Direction) {
	now, _ := v.Figure(fact.Mentions)
	before, ok := v.Figure(fact.Before)
	if !ok || now.Value == before.Value || (now.Value > before.Value) != (want == fact.Up) {
		d.reject(Direction, "%s: %q against its counts", v.ID, t.raw)
	}
}

// about as many: counts that differ by no more than this part.
const likeness = .15

// likeBefore: "similar to the period before" is a claim about a change.
func (d *doc) likeBefore(i int, c clause) {
	if !d.beforeBehind(i, c) && len(d.has(c, beforeWord)) == 0 {
		return
	}
	t := d.tokens[i]
	if v := d.volume(d.sentenceOf(c)); v != nil {
		now, _ := v.Figure(fact.Mentions)
		before, _ := v.Figure(fact.Before)
		if before.Value == 0 || math.Abs(now.Value/before.Value-1) > likeness {
			d.reject(Direction, "%s: %q, but its counts differ", v.ID, t.raw)
		}
		return
	}
	for _, f := range d.about(c) {
		if f.Direction != fact.NoDirection {
			d.reject(Direction, "%s: %q, but the fact says %s", f.ID, t.raw, f.Direction)
		}
	}
}

// noAspect: "atención a", "esta entrega": a word that names an aspect elsewhere.
func (d *doc) noAspect(i, n int, a *named) bool {
	if a.attr != aspectAttr || n != 1 {
		return false
	}
	before, after := d.near(i, -1), d.near(i, 1)
	switch d.tokens[i].word {
	case "atencion":
		return slices.Contains([]string{"a", "al", "con", "sobre"}, after) || slices.Contains([]string{"mas", "menos", "nuestra", "mucha", "tanta", "poca", "ojo"}, before) || slices.Contains([]string{"llama", "llaman", "llamo", "capta", "captan", "roba", "atrae", "atraen"}, d.near(i, -2))
	case "ambiente":
		return slices.Contains([]string{"general", "favorable", "positivo", "bueno", "templado", "amable", "animado"}, after)
	case "entrega":
		return slices.Contains([]string{"esta", "presente", "ultima", "nueva"}, before)
	}
	return false
}

// betweenBoth: "between praise and gripes" names both sides and takes none.
func (d *doc) betweenBoth(i int) bool {
	for k := i - 1; k >= 0 && k >= i-5; k-- {
		if w := d.tokens[k].word; w == "entre" || w == "between" {
			seen := map[class]bool{}
			for n := k + 1; n < len(d.tokens) && n <= k+6; n++ {
				seen[d.tokens[n].class] = true
			}
			return seen[like] && seen[dislike]
		}
	}
	return false
}
