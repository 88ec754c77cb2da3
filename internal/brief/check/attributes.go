package check

import (
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/mention"
)

// attribute is what a fact can be about.
type attribute uint8

const (
	entityAttr attribute = iota
	aspectAttr
	placeAttr
	sourceAttr
	numAttrs
)

var attrNames = [numAttrs]string{"entity", "aspect", "place", "source"}

func valueOf(f *fact.Fact, a attribute) string {
	return [numAttrs]string{f.Entity, f.Aspect, f.Department, f.Source}[a]
}

// named is a run of words that names an attribute.
type named struct {
	words []string
	attr  attribute
	value string
}

// attributes lists what free text may name: the entities of the table and every
// department, aspect and source, so that a wrong one is told from an unknown word.
func (c *Checker) attributes() []named {
	var out []named
	add := func(s string, a attribute, value string) {
		w := strings.FieldsFunc(fact.Fold(s), func(r rune) bool { return r == ' ' || r == '-' || r == '\'' || r == '&' || r == '.' })
		if len(w) > 0 {
			out = append(out, named{w, a, value})
		}
	}
	for _, e := range c.table.Entities {
		add(e.Name, entityAttr, e.ID)
		add(e.Display(), entityAttr, e.ID)
		add(e.English(), entityAttr, e.ID)
		if gloss, _, _ := strings.Cut(e.NameEN, " ("); c.fill.Lang == "en" && strings.Contains(gloss, " ") {
			add(gloss, entityAttr, e.ID) // "rotisserie chicken" is a name too
		}
	}
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		add(d.Name(), placeAttr, d.Code())
	}
	for code, names := range demonyms {
		for _, n := range strings.Fields(names) {
			add(n, placeAttr, code)
		}
	}
	for value, names := range c.v.aspects {
		for _, n := range names {
			add(n, aspectAttr, value)
		}
	}
	for value, names := range c.v.sources {
		for _, n := range names {
			add(n, sourceAttr, value)
		}
	}
	return out
}

// demonyms name a department by its people, code by code (INEI); a capital's people
// stand for its department.
var demonyms = map[string]string{
	"15": "limeños limeñas limeño limeña", "04": "arequipeños arequipeñas arequipeño arequipeña", "08": "cusqueños cusqueñas cusqueño cusqueña", "20": "piuranos piuranas piurano piurana",
	"13": "trujillanos trujillanas trujillano trujillana", "14": "chiclayanos chiclayanas chiclayano chiclayana", "23": "tacneños tacneñas tacneño tacneña", "16": "iquiteños iquiteñas loretanos loretanas", "21": "puneños puneñas puneño puneña",
	"06": "cajamarquinos cajamarquinas", "11": "iqueños iqueñas iqueño", "02": "ancashinos ancashinas", "07": "chalacos chalacas chalaco", "05": "ayacuchanos ayacuchanas", "12": "huancaínos huancaínas", "24": "tumbesinos tumbesinas",
}

// nameAt returns the longest name at t[i:], with the number of tokens.
func (c *Checker) nameAt(t []token, i int) (int, *named) {
	best := 0
	var found *named
	for k := range c.names {
		n := &c.names[k]
		if len(n.words) <= best || i+len(n.words) > len(t) {
			continue
		}
		ok := true
		for j, w := range n.words {
			x := t[i+j].word
			if x != w && (n.attr != entityAttr || singular(x) != singular(w)) {
				ok = false
				break
			}
		}
		if ok {
			best, found = len(n.words), n
		}
	}
	return best, found
}

func singular(w string) string {
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "es") && !strings.ContainsAny(w[len(w)-3:len(w)-2], "aeiouch"):
		return w[:len(w)-2]
	case len(w) > 3 && strings.HasSuffix(w, "s"):
		return w[:len(w)-1]
	}
	return w
}

// naming is an attribute named by token i, in free text or by placeholder.
func (d *doc) naming(i int) (attribute, string, bool) {
	t := &d.tokens[i]
	if t.name != nil {
		return t.name.attr, t.name.value, true
	}
	if t.ref == nil {
		return 0, "", false
	}
	f, ok := d.c.table.Fact(t.ref.Fact)
	if !ok {
		return 0, "", false
	}
	switch t.ref.Field {
	case "entity", "Entity", "of", "Of", "to", "name":
		return entityAttr, f.Entity, true
	case "aspect", "Aspect", "toAspect", "ofAspect":
		return aspectAttr, f.Aspect, true
	case "place", "Place":
		return placeAttr, f.Department, true
	case "source", "Source":
		return sourceAttr, f.Source, true
	}
	return 0, "", false
}

// figureAt is the fact whose figure token i writes.
func (d *doc) figureAt(i int) (*fact.Fact, *fill.Ref) {
	t := &d.tokens[i]
	if t.ref == nil {
		return nil, nil
	}
	f, ok := d.c.table.Fact(t.ref.Fact)
	if !ok {
		return nil, nil
	}
	if _, ok := f.Figures[t.ref.Field]; !ok {
		return nil, nil
	}
	return f, t.ref
}

// attributes holds each figure against the names around it: the nearest name of a
// kind must be the fact's own, and a fact about everything stands beside no name.
func (d *doc) attributes() {
	for i := range d.tokens {
		if a, v, ok := d.naming(i); ok && d.tokens[i].name != nil && !d.known(a, v) {
			d.reject(Entity, "%s %q is not in the facts of this sentence", attrNames[a], d.tokens[i].raw)
		}
		d.together(i)
		f, _ := d.figureAt(i)
		if f == nil {
			continue
		}
		for a := range numAttrs {
			want := valueOf(f, a)
			got, found := d.nearest(i, a, want == "")
			switch {
			case want != "" && found && got != want && a == entityAttr && d.respective(i):
			case want != "" && found && got != want:
				d.reject(Entity, "figure of %s (%s %s) stands beside %s", f.ID, attrNames[a], want, got)
			case want != "" && !found:
				d.reject(Entity, "figure of %s without its %s", f.ID, attrNames[a])
			case want == "" && found && !d.excused(f, a, got):
				d.reject(Entity, "figure of %s is not about %s %s", f.ID, attrNames[a], got)
			}
		}
	}
}

// together: an entity and a place, an aspect or a source named in one statement
// must be together in a fact.
func (d *doc) together(i int) {
	a, v, ok := d.naming(i)
	if !ok || a == entityAttr {
		return
	}
	c := d.clauseOf(i)
	entity, has := d.nearest(i, entityAttr, true)
	if !has {
		return
	}
	for k := range d.c.table.Facts {
		f := &d.c.table.Facts[k]
		if f.Entity == entity && (valueOf(f, a) == v || d.excused(f, a, v)) {
			return
		}
	}
	// A list may name an entity behind a statement about everything: the figure decides.
	for k := c.from; k < c.to; k++ {
		if f, _ := d.figureAt(k); f != nil && f.Entity == "" && valueOf(f, a) == v {
			return
		}
	}
	d.reject(Entity, "no fact speaks of %s %s and %s together", attrNames[a], v, entity)
}

// excused: a price-driven change may name the price; facts of the whole week may
// stand near names of their own kind of list.
func (d *doc) excused(f *fact.Fact, a attribute, value string) bool {
	return a == aspectAttr && value == "price" && f.Verdict == "price-driven" && !d.priceItself()
}

// known says whether some fact of the scope is about that value.
func (d *doc) known(a attribute, v string) bool {
	for i := range d.c.table.Facts {
		f := &d.c.table.Facts[i]
		if d.inScope(f) && (valueOf(f, a) == v || a == aspectAttr && v == "price" && f.Verdict == "price-driven") {
			return true
		}
	}
	return false
}

func (d *doc) inScope(f *fact.Fact) bool { return len(d.scope) == 0 || d.scope[f.ID] }

// nearest finds the name of a kind that belongs to the figure at i: the last one
// before it in its clause, else the first one behind it in the clause, else the
// last one before the clause. With here only the clause counts.
func (d *doc) nearest(i int, a attribute, here bool) (string, bool) {
	c := d.clauseOf(i)
	for k := i - 1; k >= c.from; k-- {
		if x, v, ok := d.naming(k); ok && x == a {
			return v, true
		}
	}
	for k := i + 1; k < c.to; k++ {
		if x, v, ok := d.naming(k); ok && x == a {
			return v, true
		}
	}
	if here {
		return "", false
	}
	for k := c.from - 1; k >= 0; k-- {
		if x, v, ok := d.naming(k); ok && x == a {
			return v, true
		}
	}
	for k := c.to; k < len(d.tokens); k++ {
		if x, v, ok := d.naming(k); ok && x == a {
			return v, true
		}
	}
	return "", false
}

// clause is a run of tokens that makes one statement.
type clause struct{ from, to int }

func (d *doc) clauseOf(i int) clause {
	for _, c := range d.clauses {
		if i >= c.from && i < c.to {
			return c
		}
	}
	return clause{0, len(d.tokens)}
}

// split cuts at the ends of sentences, at ";" and ":" and before words that set one
// statement against another. Signs within parentheses do not cut.
func (d *doc) split() {
	from, depth := 0, 0
	cut := func(at int) {
		if at > from {
			d.clauses = append(d.clauses, clause{from, at})
			from = at
		}
	}
	for i, t := range d.tokens {
		switch t.sign {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		case '.', ';', '?', '!', '—', '–':
			if depth == 0 {
				cut(i + 1)
			}
		}
		if depth == 0 && d.c.v.contrast[t.word] && t.word != "" {
			cut(i)
		}
	}
	cut(len(d.tokens))
}

// sentenceOf widens a clause to its sentence.
func (d *doc) sentenceOf(c clause) clause {
	end := func(t token) bool { return t.sign == '.' || t.sign == '?' || t.sign == '!' }
	for c.from > 0 && !end(d.tokens[c.from-1]) {
		c.from--
	}
	for c.to < len(d.tokens) && !end(d.tokens[c.to-1]) {
		c.to++
	}
	return c
}
