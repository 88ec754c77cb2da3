package check

import (
	"slices"
	"strings"

	"antojo/internal/brief/fact"
)

// Claim is what a writer declares that a draft says of a fact, with the words that
// say it. Kinds and values are those of the phrases of declared_es.go and
// declared_en.go.
type Claim struct {
	Fact  string `json:"fact"`  // F3
	Kind  string `json:"kind"`  // direction, level, rank, strength, driver, uncertainty, figure, data
	Value string `json:"value"` // up, down, liked …
	Words string `json:"words"` // as they stand in the draft
}

// Undeclared: words that say something which no declared claim says, or a claim whose
// words are not in the draft.
const Undeclared Code = "undeclared"

// says is what a phrase claims.
type says struct{ kind, value string }

// saying is a phrase of claims as it was found in a draft.
type saying struct {
	from, to int // tokens, to exclusive
	text     string
	says     []says
}

// Declared checks a draft whose writer declares its claims. All rules of Draft hold, no
// word is free, and further: every word is of the frame (words that claim nothing) or
// of a known phrase; every phrase is declared, of a fact that stands in its clause; and
// every declared claim is true of its fact.
func (c *Checker) Declared(draft string, claims []Claim, scope []string) []Reason {
	return c.declared(draft, claims, scope, c.Draft(draft, scope))
}

func (c *Checker) declared(draft string, claims []Claim, scope []string, reasons []Reason) []Reason {
	d, found, ok := c.sayings(draft)
	if !ok {
		return append(reasons, Reason{Placeholder, "a placeholder cannot be read"})
	}
	d.reasons = reasons
	used := make([]bool, len(claims))
	for _, s := range found {
		clause, sentence := d.refsAround(found, s)
		near := clause
		if len(near) == 0 {
			near = sentence
		}
		covered := false
		for i, cl := range claims {
			if fact.Fold(strings.TrimSpace(cl.Words)) != s.text || !s.claims(cl) {
				continue
			}
			used[i] = true
			if !near[cl.Fact] && !(sentence[cl.Fact] && loose(cl.Kind)) {
				d.reject(Entity, "%q is declared of %s, which does not stand beside it", s.text, cl.Fact)
				continue
			}
			covered = true
		}
		if !covered {
			d.reject(Undeclared, "%q", s.text)
		}
		d.agree(s, claims, near)
	}
	d.origins(claims)
	for i, cl := range claims {
		if !used[i] {
			d.reject(Undeclared, "no words %q of %s %s in the draft", cl.Words, cl.Kind, cl.Value)
		}
		x, ok := c.table.Fact(cl.Fact)
		if !ok || len(scope) > 0 && !slices.Contains(scope, cl.Fact) {
			d.reject(Placeholder, "a claim about %q, which is not among the facts of this sentence", cl.Fact)
			continue
		}
		if !d.holds(x, cl.Kind, cl.Value) {
			d.reject(Direction, "%s: %s %s is not so", cl.Fact, cl.Kind, cl.Value)
		}
		if cl.Kind != "direction" && cl.Kind != "level" {
			continue
		}
		if drivers[x.Verdict] && !slices.ContainsFunc(claims, func(c Claim) bool { return c.Fact == x.ID && c.Kind == "driver" }) {
			d.reject(Cause, "%s is %s, and that must be said with its change", cl.Fact, x.Verdict)
		}
		if x.Strength == fact.Bare && !d.softened(x, claims) {
			d.reject(Overclaim, "%s is barely sure: want a hedge or the interval", cl.Fact)
		}
	}
	return d.reasons
}

// Derive lists the claims that a truthful writer would declare of a draft: for each
// phrase those that hold of a fact beside it. What holds of none stays undeclared.
func (c *Checker) Derive(draft string) []Claim {
	d, found, ok := c.sayings(draft)
	if !ok {
		return nil
	}
	out := []Claim{} // declared, and nothing
	for _, s := range found {
		clause, sentence := d.refsAround(found, s)
		for i := range c.table.Facts {
			x := &c.table.Facts[i]
			for _, y := range s.says {
				near := clause[x.ID] || len(clause) == 0 && sentence[x.ID] || loose(y.kind) && sentence[x.ID]
				if near && d.holds(x, y.kind, y.value) {
					out = append(out, Claim{x.ID, y.kind, y.value, s.text})
				}
			}
		}
	}
	return out
}

// loose kinds may stand in another clause of the same sentence than their fact.
func loose(kind string) bool { return kind == "driver" || kind == "uncertainty" || kind == "strength" }

// drivers are the verdicts that explain a change.
var drivers = map[string]bool{"seasonal": true, "spike": true, "price-driven": true, "campaign-driven": true}

// origins: only what was read comes from somewhere, by a fact about sources, and a
// change from what drives it.
func (d *doc) origins(claims []Claim) {
	w := framesOf(d.c.fill.Lang == "en")
	known := slices.ContainsFunc(claims, func(c Claim) bool { return c.Kind == "driver" })
	for _, t := range d.tokens {
		if t.ref != nil {
			if x, ok := d.c.table.Fact(t.ref.Fact); ok && (x.Kind == fact.SourceOf || x.Kind == fact.Coverage) {
				known = true
			}
		}
	}
	for _, t := range d.tokens {
		if w.origins[t.word] && !known {
			d.reject(Cause, "%q: the engine found no such origin", t.raw)
		}
	}
}

func (s saying) claims(c Claim) bool {
	for _, y := range s.says {
		if y.kind == c.Kind && y.value == c.Value {
			return true
		}
	}
	return false
}

// sayings finds the phrases of a draft, longest first, and rejects what is neither
// they nor frame. It gives false for a draft that cannot be read.
func (c *Checker) sayings(draft string) (*doc, []saying, bool) {
	d := &doc{c: c, scope: map[string]bool{}}
	pieces, err := parsed(c, draft)
	if err != nil {
		return d, nil, false
	}
	d.tokens = c.tokenise(pieces)
	w := framesOf(c.fill.Lang == "en")
	var found []saying
	t := d.tokens
	for i := 0; i < len(t); {
		if t[i].word == "" {
			i++
			continue
		}
		s := saying{from: i}
		text := ""
		for k := i; k < len(t) && k < i+w.longest && t[k].word != ""; k++ {
			if k > i {
				text += " "
			}
			text += t[k].word
			if y, ok := w.phrases[text]; ok {
				s.to, s.text, s.says = k+1, text, y
			}
		}
		if s.to > 0 {
			found = append(found, s)
			i = s.to
			continue
		}
		if !w.frame[t[i].word] {
			// The words of a clause that no phrase covers.
			s.to, s.text = i+1, t[i].word
			found = append(found, s)
		}
		i++
	}
	return d, found, true
}

// refsAround gives the facts whose placeholders stand in the clause of a phrase, and
// those in its sentence. Clauses end at signs, and at "and", "but", "while" where both
// sides have a phrase and a placeholder.
func (d *doc) refsAround(found []saying, s saying) (clause, sentence map[string]bool) {
	t := d.tokens
	w := framesOf(d.c.fill.Lang == "en")
	ends := func(i int, whole bool) bool {
		switch t[i].sign {
		case '.', '?', '!', '\n', ';', ':':
			return t[i].sign == '.' || !whole
		case ',':
			return !whole
		}
		return !whole && w.joins[t[i].word]
	}
	span := func(whole bool) map[string]bool {
		a, b := s.from, s.to
		for a > 0 && !ends(a-1, whole) {
			a--
		}
		for b < len(t) && !ends(b, whole) {
			b++
		}
		out := map[string]bool{}
		for i := a; i < b; i++ {
			if t[i].ref != nil && t[i].ref.Fact[0] == 'F' {
				out[t[i].ref.Fact] = true
			}
		}
		return out
	}
	return span(false), span(true)
}

// agree: what is said in a clause of which several facts of its kind stand must hold
// of each of them: "A and B rise".
func (d *doc) agree(s saying, claims []Claim, near map[string]bool) {
	for _, y := range s.says {
		if y.kind != "direction" && y.kind != "level" {
			continue
		}
		declared := false
		for _, c := range claims {
			declared = declared || c.Kind == y.kind && c.Value == y.value && fact.Fold(c.Words) == s.text
		}
		if !declared {
			continue
		}
		for id := range near {
			if x, ok := d.c.table.Fact(id); ok && applies(x, y.kind) && !d.holds(x, y.kind, y.value) {
				d.reject(Direction, "%q stands beside %s too, of which it is not so", s.text, id)
			}
		}
	}
}

func applies(x *fact.Fact, kind string) bool {
	if kind == "direction" {
		return x.Kind == fact.Change
	}
	return x.Kind == fact.AspectOf || x.Kind == fact.Mood
}

// holds says whether a claim is true of a fact, by its interval.
func (d *doc) holds(x *fact.Fact, kind, value string) bool {
	sure := x.Strength == fact.Clear || x.Strength == fact.Bare
	g, hasGrowth := x.Figure(fact.Growth)
	switch kind + " " + value {
	case "direction up":
		return x.Kind == fact.Change && x.Direction == fact.Up && sure
	case "direction down":
		return x.Kind == fact.Change && x.Direction == fact.Down && sure
	case "direction none":
		return x.Kind == fact.NoChanges || x.Kind == fact.Change && x.Direction == fact.NoDirection
	case "level liked":
		return (x.Kind == fact.AspectOf || x.Kind == fact.Mood) && x.Direction == fact.Up && sure
	case "level disliked":
		return (x.Kind == fact.AspectOf || x.Kind == fact.Mood) && x.Direction == fact.Down && sure
	case "level elsewhere":
		return x.Kind == fact.Where && x.Direction == fact.Up && sure
	case "rank first":
		return x.Top && (x.Kind == fact.Leader || x.Kind == fact.AspectOf || x.Kind == fact.SourceOf)
	case "rank among":
		return x.Kind == fact.Leader || x.Kind == fact.AspectOf || x.Kind == fact.SourceOf || x.Kind == fact.Where
	case "strength clear":
		return x.Strength == fact.Clear
	case "strength large":
		return x.Strength == fact.Clear && hasGrowth && (g.Low >= .25 || g.High <= -.2)
	case "strength small":
		return hasGrowth && sure && g.Value < .25 && g.Value > -.25
	case "uncertainty hedge":
		return x.Direction != fact.NoDirection || x.Strength == fact.Bare
	case "uncertainty wide":
		return x.Strength == fact.Bare
	case "driver seasonal", "driver spike", "driver price", "driver campaign":
		return x.Verdict == map[string]string{"seasonal": "seasonal", "spike": "spike", "price": "price-driven", "campaign": "campaign-driven"}[value]
	case "data few":
		return x.Kind == fact.FewData
	case "data coverage":
		return x.Kind == fact.Coverage
	}
	if kind == "figure" {
		for _, y := range d.tokens {
			if y.ref != nil && y.ref.Fact == x.ID && y.ref.Field == value {
				return true
			}
		}
	}
	return false
}

// softened: a hedge is declared of the fact, or its interval is printed.
func (d *doc) softened(x *fact.Fact, claims []Claim) bool {
	for _, c := range claims {
		if c.Fact == x.ID && c.Kind == "uncertainty" {
			return true
		}
	}
	for _, y := range d.tokens {
		if y.ref != nil && y.ref.Fact == x.ID && (y.ref.Form == "interval" || y.ref.Form == "between" || y.ref.Form == "range") {
			return true
		}
	}
	return false
}
