package check

import (
	"math"
	"slices"
	"strings"

	"antojo/internal/brief/fact"
)

// Bounds of what big and small words may be said of, as ratio changes.
const (
	hugeUp   = .5
	hugeDown = -.3
	slight   = .25
)

// claims holds every claim word against the facts that its statement is about.
func (d *doc) claims() {
	for _, c := range d.clauses {
		d.directions(c)
		d.opinions(c)
		d.others(c)
	}
}

// has lists the positions of tokens of some classes in a clause.
func (d *doc) has(c clause, classes ...class) []int {
	var out []int
	for i := c.from; i < c.to; i++ {
		if slices.Contains(classes, d.tokens[i].class) || d.tokens[i].hedged && slices.Contains(classes, hedge) {
			out = append(out, i)
		}
	}
	return out
}

// changesIn are the changes of the entities that a run of tokens speaks of.
func (d *doc) changesIn(c clause) []*fact.Fact {
	var out []*fact.Fact
	add := func(f *fact.Fact) {
		if f.Kind == fact.Change && d.inScope(f) && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	for i := c.from; i < c.to; i++ {
		if r := d.tokens[i].ref; r != nil {
			if f, ok := d.c.table.Fact(r.Fact); ok {
				add(f)
			}
		}
		if a, v, ok := d.naming(i); ok && a == entityAttr {
			for k := range d.c.table.Facts {
				if f := &d.c.table.Facts[k]; f.Entity == v {
					add(f)
				}
			}
		}
	}
	return out
}

// about are the changes that a statement is about: its own, else those of the
// statement before it, and so on to the start; else those behind.
func (d *doc) about(c clause) []*fact.Fact {
	if out := d.changesIn(c); len(out) > 0 {
		return out
	}
	for i := len(d.clauses) - 1; i >= 0; i-- {
		if d.clauses[i].to <= c.from {
			if out := d.changesIn(d.clauses[i]); len(out) > 0 {
				return out
			}
		}
	}
	return d.changesIn(d.sentenceOf(c))
}

// directions checks rising and falling. Where a clause holds both, each word is
// about the names and figures between the word of the other kind before it and the
// one behind it.
func (d *doc) directions(c clause) {
	idx := d.has(c, up, down, hugeUpWord, hugeDownWord)
	rising := func(i int) bool { return d.tokens[i].class == up || d.tokens[i].class == hugeUpWord }
	for k := 0; k < len(idx); k++ {
		part := c
		if k > 0 && rising(idx[k-1]) != rising(idx[k]) {
			part.from = d.border(idx[k-1], idx[k])
		} else if k > 0 {
			part.from = d.partStart(c, idx, k, rising)
		}
		for n := k + 1; n < len(idx); n++ {
			if rising(idx[n]) != rising(idx[k]) {
				part.to = d.border(idx[n-1], idx[n])
				break
			}
		}
		if d.evokesOpinion(idx[k], c) && !d.figureOf(c, fact.Growth) {
			continue // "enciende los reclamos"
		}
		d.direction(idx[k], part, rising(idx[k]))
	}
}

func (d *doc) partStart(c clause, idx []int, k int, rising func(int) bool) int {
	for n := k - 1; n >= 0; n-- {
		if rising(idx[n]) != rising(idx[k]) {
			return d.border(idx[n], idx[n+1])
		}
	}
	return c.from
}

// border is where the second of two statements begins: at the last "and" or comma
// between their verbs, else right behind the first verb.
func (d *doc) border(a, b int) int {
	for i := b; i > a; i-- {
		if t := d.tokens[i]; t.sign == ',' || d.c.v.and[t.word] && t.word != "" {
			return i
		}
	}
	return a + 1
}

func (d *doc) direction(i int, part clause, rising bool) {
	t := d.tokens[i]
	facts := d.about(part)
	sentence := d.sentenceOf(part)
	if len(facts) == 0 {
		if d.aboutLimits(sentence) || d.negated(i, part) && !d.c.moving {
			return
		}
		d.reject(NoFact, "%q rests on no change of the table", t.raw)
		return
	}
	want := fact.Down
	if rising {
		want = fact.Up
	}
	no := d.negated(i, part)
	for _, f := range facts {
		switch {
		case no && f.Direction == want:
			d.reject(Direction, "%s: %q denied, but the fact says %s", f.ID, t.raw, f.Direction)
			continue
		case no:
			continue
		case f.Direction == fact.NoDirection:
			d.reject(Overclaim, "%s: %q, but the interval does not exclude that nothing changed", f.ID, t.raw)
			continue
		case f.Direction != want && want == fact.Down && d.afterSpike(i, f):
			continue
		case f.Direction != want:
			d.reject(Direction, "%s: %q, but the fact says %s", f.ID, t.raw, f.Direction)
			continue
		}
		if f.Strength == fact.Bare && len(d.has(sentence, hedge)) == 0 && !d.asks(sentence) && !d.shows(sentence, f) {
			d.reject(Overclaim, "%s: %q needs a hedge or the interval: the interval barely excludes no change", f.ID, t.raw)
		}
		g, ok := f.Figure(fact.Growth)
		if big := (t.class == hugeUpWord || t.class == hugeDownWord) && !(d.c.v.leaps[t.word] && f.Verdict == "spike"); big && (!ok || f.Strength != fact.Clear || rising && g.Low < hugeUp/2 && g.Value < hugeUp || rising && g.Value < hugeUp || !rising && g.Value > hugeDown) {
			d.reject(Overclaim, "%s: %q for such a change", f.ID, t.raw)
		}
		if len(d.has(part, slightWord)) > 0 && ok && math.Abs(g.Value) > slight {
			d.reject(Overclaim, "%s: called slight", f.ID)
		}
		d.explained(t, f)
	}
}

// figureOf says whether a clause prints a figure of that name.
func (d *doc) figureOf(c clause, field string) bool {
	for i := c.from; i < c.to; i++ {
		if f, r := d.figureAt(i); f != nil && r.Field == field {
			return true
		}
	}
	return false
}

// afterSpike: a spike passes, so what stands behind its figure may say that it did.
func (d *doc) afterSpike(i int, f *fact.Fact) bool {
	if f.Verdict != "spike" || len(d.has(clause{0, i}, spike)) == 0 {
		return false
	}
	for k := range i {
		if g, r := d.figureAt(k); g == f && r.Field == fact.Growth {
			return true
		}
	}
	return false
}

// explained: a change that the engine explains is not told without what explains it.
func (d *doc) explained(t token, f *fact.Fact) {
	for _, need := range []struct {
		verdict string
		class   class
		what    string
	}{{"seasonal", calendar, "the calendar expects it"}, {"spike", spike, "it was a short spike"}, {"campaign-driven", campaign, "it comes from copied texts"}} {
		if need.class == spike && slices.ContainsFunc(d.tokens, func(x token) bool { return d.c.v.leaps[x.word] }) {
			continue
		}
		if f.Verdict == need.verdict && len(d.has(clause{0, len(d.tokens)}, need.class)) == 0 {
			d.reject(Overclaim, "%s: %q without saying that %s", f.ID, t.raw, need.what)
		}
	}
}

// aboutLimits: a sentence about what cannot be said may name what it does not say.
func (d *doc) aboutLimits(c clause) bool {
	for i := c.from; i < c.to; i++ {
		if r := d.tokens[i].ref; r != nil {
			if f, ok := d.c.table.Fact(r.Fact); ok && (f.Kind == fact.FewData || f.Kind == fact.NoChanges) {
				return len(d.has(c, negation)) > 0 || d.scarce(c)
			}
		}
	}
	return false
}

// shows says whether the interval of f's growth is printed.
func (d *doc) shows(c clause, f *fact.Fact) bool {
	for i := c.from; i < c.to; i++ {
		if r := d.tokens[i].ref; r != nil && r.Fact == f.ID && (r.Form == "interval" || r.Form == "between") {
			return true
		}
	}
	return false
}

// negated: a negation stands before the word, at most three words away. "Deja de
// subir" and double negations are not read and count as unknown words.
func (d *doc) negated(i int, part clause) bool {
	words := 0
	for k := i - 1; k >= part.from && words < 3; k-- {
		if d.c.v.carries[d.tokens[k].word] && d.tokens[k].word != "" && d.tokens[k].class == neutral {
			continue // "no se puede decir que suba"
		}
		t := d.tokens[k]
		if t.class == negation {
			return true
		}
		if t.class == hedge && t.phrase == "" && d.c.v.freed[t.word] {
			return false // "no podemos asegurar que": not denied, not sure
		}
		if t.sign != 0 {
			return false
		}
		if d.ends(k, i) {
			return true // "deja de subir", "se corta la racha"
		}
		if t.word != "" {
			words++
		}
	}
	return false
}

// opinions checks praise and complaint.
func (d *doc) opinions(c clause) {
	for _, i := range d.has(c, like, dislike) {
		t := d.tokens[i]
		if d.besideShare(i) || d.betweenBoth(i) || d.weighed(c) || d.reacts(t, c) {
			continue
		}
		part := c
		// Two statements in one clause part at "y", "and" or a comma between the words.
		all := d.has(c, like, dislike)
		for _, k := range all {
			if d.tokens[k].class == t.class {
				continue
			}
			if k > i && d.hasFacts(clause{part.from, d.border(i, k)}) {
				part.to = min(part.to, d.border(i, k))
			} else if k < i && d.hasFacts(clause{d.border(k, i), part.to}) {
				part.from = max(part.from, d.border(k, i))
			}
		}
		facts := d.judged(part)
		if len(facts) == 0 {
			facts = d.judged(d.sentenceOf(c))
		}
		if len(facts) == 0 {
			d.reject(NoFact, "%q rests on no opinion of the table", t.raw)
			continue
		}
		want := fact.Down
		if t.class == like {
			want = fact.Up
		}
		no := d.negated(i, part)
		for _, o := range facts {
			switch {
			case no && o.dir == want, !no && o.dir != want && o.dir != fact.NoDirection:
				d.reject(Opinion, "%s: %q against the fact (%s)", o.id, t.raw, o.dir)
			case !no && o.dir == fact.NoDirection:
				d.reject(Overclaim, "%s: %q, but the interval includes an even balance", o.id, t.raw)
			}
		}
	}
}

func (d *doc) hasFacts(c clause) bool { return len(d.judged(c)) > 0 }

type opinion struct {
	id  string
	dir fact.Direction
	s   fact.Strength
}

// judged are the opinions that a run of tokens rests on: facts of mood or aspect
// that it refers to or names, and the net sentiment of a change whose figure it gives.
func (d *doc) judged(c clause) []opinion {
	var out []opinion
	add := func(o opinion) {
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	entity, aspect := "", ""
	for i := c.from; i < c.to; i++ {
		if a, v, ok := d.naming(i); ok {
			if a == entityAttr {
				entity = v
			} else if a == aspectAttr {
				aspect = v
			}
		}
		r := d.tokens[i].ref
		if r == nil {
			continue
		}
		if q, ok := d.c.table.Quote(r.Fact); ok {
			dir := fact.NoDirection
			switch q.Sentiment {
			case "pos":
				dir = fact.Up
			case "neg":
				dir = fact.Down
			}
			add(opinion{q.ID, dir, fact.Clear})
			continue
		}
		f, ok := d.c.table.Fact(r.Fact)
		if !ok {
			continue
		}
		switch {
		case f.Kind == fact.AspectOf || f.Kind == fact.Mood:
			add(opinion{f.ID, f.Direction, f.Strength})
		case f.Kind == fact.Change && r.Field == fact.Net:
			n, _ := f.Figure(fact.Net)
			o := opinion{f.ID, fact.NoDirection, fact.Unclear}
			if n.Low > 0 {
				o.dir, o.s = fact.Up, fact.Bare
			} else if n.High < 0 {
				o.dir, o.s = fact.Down, fact.Bare
			}
			add(o)
		}
	}
	if len(out) == 0 && aspect != "" {
		for i := range d.c.table.Facts {
			f := &d.c.table.Facts[i]
			if f.Kind == fact.AspectOf && f.Aspect == aspect && f.Entity == entity && d.inScope(f) {
				add(opinion{f.ID, f.Direction, f.Strength})
			}
		}
	}
	return out
}

// others checks strength, causes, comparisons, calendar, place and time.
func (d *doc) others(c clause) {
	sentence := d.sentenceOf(c)
	facts := d.about(c)
	verdicts := func(v string) bool {
		return slices.ContainsFunc(facts, func(f *fact.Fact) bool { return f.Verdict == v })
	}
	top := d.refers(sentence, func(f *fact.Fact) bool { return f.Top })
	place := d.refers(sentence, func(f *fact.Fact) bool { return f.Kind == fact.Where })
	for i := c.from; i < c.to; i++ {
		t := d.tokens[i]
		no := d.negated(i, c)
		if d.drives(i) {
			d.cause(t, facts, sentence)
		}
		switch t.class {
		case strong:
			d.strong(i, c, facts, no)
		case steady:
			if len(d.has(clause{i + 1, min(i+5, c.to)}, up, down)) > 0 {
				continue // "mantiene su alza": the direction is checked as one
			}
			for _, f := range facts {
				if f.Direction != fact.NoDirection && !no {
					d.reject(Direction, "%s: %q, but the fact says %s", f.ID, t.raw, f.Direction)
				}
			}
			if len(facts) == 0 && d.c.moving && !d.refers(sentence, func(f *fact.Fact) bool { return f.Kind == fact.NoChanges || f.Kind == fact.FewData }) {
				d.reject(Direction, "%q, but the table holds changes", t.raw)
			}
		case chance:
			for _, f := range facts {
				if no {
					if f.Direction == fact.NoDirection {
						d.reject(Overclaim, "%s: %q denied, but the interval does not exclude chance", f.ID, t.raw)
					}
					continue
				}
				if f.Strength == fact.Bare && strings.Contains(t.phrase, "conclu") {
					continue // not conclusive: a reserve
				}
				if f.Direction != fact.NoDirection {
					d.reject(Direction, "%s: %q, but the interval excludes chance", f.ID, t.raw)
				}
			}
		case cause:
			// "Conquista por el sabor": what is liked is the aspect, no cause of a change.
			if t.word == "por" && d.aspectBehind(i) && !d.moves(c) {
				continue
			}
			// "Genera quejas": an opinion that is told, no cause of a change.
			if d.evokesOpinion(i, c) && !d.moves(c) {
				continue
			}
			d.cause(t, facts, sentence)
		case calendar:
			if !verdicts("seasonal") {
				d.reject(Cause, "%q, but the engine did not find the calendar behind it", t.raw)
			}
		case campaign:
			// "La queja más repetida": how often it is told, not how it was copied.
			if strings.HasPrefix(t.word, "repet") && len(d.changesIn(sentence)) == 0 && d.hasFacts(sentence) {
				continue
			}
			if genuine(t.word) && !d.takenBack(i) {
				d.reject(Cause, "%q: no fact says so", t.raw)
				continue
			}
			if !verdicts("campaign-driven") {
				d.reject(Cause, "%q, but the engine found no campaign", t.raw)
			}
		case spike:
			if !verdicts("spike") {
				d.reject(Direction, "%q, but the engine found no spike", t.raw)
			}
		case priceMove:
			if !verdicts("price-driven") {
				d.reject(Cause, "%q, but the engine found no price behind it", t.raw)
			}
		case compare:
			if !place && !d.weighs(i, c) && !d.withBefore(i, c, facts) {
				d.reject(Compare, "%q: no fact compares these", t.raw)
			}
		case alike:
			d.likeBefore(i, c)
		case nextWord:
			if !d.refers(sentence, func(f *fact.Fact) bool { return f.Kind != fact.Change && !f.Top }) {
				d.reject(Compare, "%q: no fact of this sentence comes behind the first of its list", t.raw)
			}
		case superlative:
			d.bestIsLiked(t, c)
			if d.c.v.quality(t.word) && len(facts) > 0 && len(d.judged(sentence)) == 0 && !d.refers(sentence, func(f *fact.Fact) bool { return f.Kind != fact.Change && f.Top }) {
				d.reject(Compare, "%q: a change is no judgement", t.raw)
			} else if !top && !place && !d.amongLeaders(i, c) {
				d.reject(Compare, "%q: no fact of this sentence is the first of its list", t.raw)
			}
		case more, less:
			if t.class == more && d.amongLeaders(i, c) {
				continue
			}
			d.moreOrLess(t, facts, sentence, top, place, no)
		case elsewhere:
			if !place && !((d.c.v.noted[t.word] || t.phrase != "" && d.c.v.noted[strings.Fields(t.phrase)[0]]) && len(facts) > 0 && (facts[0].Direction == fact.Up || facts[0].Direction == fact.Down && len(d.has(c, down, hugeDownWord)) > 0)) {
				d.reject(NoFact, "%q without a fact about a place", t.raw)
			}
		case week:
			moved := len(d.has(c, up, down, hugeUpWord, hugeDownWord)) > 0
			for _, f := range d.changesIn(c) {
				if !moved && !d.refers(c, func(g *fact.Fact) bool { return g == f }) {
					continue
				}
				d.reject(Period, "%s: its period is the trend window, not the week", f.ID)
			}
		}
	}
}

func (d *doc) refers(c clause, keep func(*fact.Fact) bool) bool {
	for i := c.from; i < c.to; i++ {
		if r := d.tokens[i].ref; r != nil {
			if f, ok := d.c.table.Fact(r.Fact); ok && keep(f) {
				return true
			}
		}
	}
	return false
}
