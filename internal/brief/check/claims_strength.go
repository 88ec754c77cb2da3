package check

import (
	"slices"

	"antojo/internal/brief/fact"
)

// strong holds words of certainty against the strength of the facts.
func (d *doc) strong(i int, c clause, changes []*fact.Fact, no bool) {
	denied := len(changes) > 0 && len(d.has(clause{c.from, i}, negation, steady)) > 0 && !slices.ContainsFunc(changes, func(f *fact.Fact) bool { return f.Direction != fact.NoDirection })
	if no || denied {
		return
	}
	t := d.tokens[i]
	if ops := d.judged(c); len(ops) > 0 && len(d.has(c, up, down, hugeUpWord, hugeDownWord)) == 0 {
		for _, o := range ops {
			if o.s != fact.Clear {
				d.reject(Overclaim, "%s: %q", o.id, t.raw)
			}
		}
		return
	}
	if d.refers(c, func(f *fact.Fact) bool {
		return f.Kind == fact.Where && f.Strength == fact.Clear || f.Kind == fact.SourceOf && f.Top
	}) {
		return
	}
	if len(changes) == 0 && d.refers(c, func(f *fact.Fact) bool { return f.Kind == fact.NoChanges }) && len(d.has(c, negation, steady)) > 0 {
		return
	}
	if len(changes) == 0 {
		d.reject(NoFact, "%q rests on no fact", t.raw)
	}
	for _, f := range changes {
		if f.Strength != fact.Clear {
			d.reject(Overclaim, "%s: %q, but its interval is %s", f.ID, t.raw, f.Strength)
		}
	}
}

// cause allows a causal word only where the engine itself names the cause.
func (d *doc) cause(t token, facts []*fact.Fact, sentence clause) {
	for _, x := range []struct {
		verdict string
		class   class
	}{{"seasonal", calendar}, {"campaign-driven", campaign}, {"price-driven", priceMove}} {
		if len(facts) > 0 && !slices.ContainsFunc(facts, func(f *fact.Fact) bool { return f.Verdict != x.verdict }) && len(d.has(sentence, x.class)) > 0 {
			return
		}
	}
	// Where mentions were read, and why little can be said, are no causes of a change.
	if len(facts) == 0 && (d.refers(sentence, func(f *fact.Fact) bool { return f.Kind == fact.SourceOf }) && d.c.v.supplies[t.word] || d.aboutLimits(sentence) && len(d.has(sentence, up, down)) == 0) {
		return
	}
	d.reject(Cause, "%q: the engine found no such cause", t.raw)
}

// moreOrLess reads "más" and "menos" by what the sentence is about.
func (d *doc) moreOrLess(t token, changes []*fact.Fact, sentence clause, top, place, no bool) {
	if place || top && t.class == more && len(changes) == 0 || no {
		return
	}
	for _, f := range changes {
		d.explained(t, f)
	}
	if t.class == more && d.refers(sentence, func(f *fact.Fact) bool {
		return f.Kind == fact.NoChanges || f.Kind == fact.FewData || f.Kind == fact.Coverage
	}) {
		return
	}
	want := fact.Up
	if t.class == less {
		want = fact.Down
	}
	if len(changes) == 0 {
		if v := d.volume(sentence); v != nil {
			d.countsAgree(t, v, want)
			return
		}
	}
	agree := slices.ContainsFunc(changes, func(f *fact.Fact) bool { return f.Direction == want })
	switch {
	case len(changes) == 0 && t.class == more && top:
	case len(changes) == 0:
		d.reject(NoFact, "%q compares without a fact", t.raw)
	case !agree && !(t.class == more && top && len(d.judged(sentence)) > 0):
		d.reject(Direction, "%q against the facts of the sentence", t.raw)
	}
}
