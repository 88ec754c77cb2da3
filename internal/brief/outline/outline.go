// Package outline decides what a brief says and in which order, before anyone
// writes: the headline, what rises, what the calendar or a price or a campaign
// explains, what falls, what people like and dislike, where, and what cannot be
// said. Writers write one draft for each item; they choose words, not content.
package outline

import (
	"antojo/internal/brief/fact"
)

// Section is a part of a brief.
type Section string

// The sections in their order.
const (
	Headline  Section = "headline"
	Summary   Section = "summary"
	Rising    Section = "rising"
	Explained Section = "explained"
	Falling   Section = "falling"
	Opinions  Section = "opinions"
	Where     Section = "where"
	Limits    Section = "limits"
)

// Sections in the order in which they are told.
var Sections = []Section{Headline, Summary, Rising, Explained, Falling, Opinions, Where, Limits}

// Item is one or two sentences to be written from some facts and at most one quote.
type Item struct {
	Section Section
	Facts   []string // fact ids; the first is what the item is about
	Quote   string   // quote id, "" for none
	Key     string   // sentences to choose from, "" = those that fit the facts; see package prose
}

// of lists the facts that a condition selects.
func of(t *fact.Table, keep func(*fact.Fact) bool) []*fact.Fact {
	var out []*fact.Fact
	for i := range t.Facts {
		if keep(&t.Facts[i]) {
			out = append(out, &t.Facts[i])
		}
	}
	return out
}

func change(t *fact.Table, keep func(*fact.Fact) bool) []*fact.Fact {
	return of(t, func(f *fact.Fact) bool { return f.Kind == fact.Change && keep(f) })
}

// Weekly is the outline of the one-page brief.
func Weekly(t *fact.Table) []Item {
	var items []Item
	add := func(s Section, fs ...*fact.Fact) {
		if len(fs) == 0 {
			return
		}
		it := Item{Section: s}
		for _, f := range fs {
			it.Facts = append(it.Facts, f.ID)
		}
		items = append(items, it)
	}
	sure := func(d fact.Direction, verdict string) []*fact.Fact {
		return change(t, func(f *fact.Fact) bool { return f.Verdict == verdict && f.Direction == d && f.Strength != fact.Unclear })
	}
	up, down := sure(fact.Up, "rising"), sure(fact.Down, "falling")
	leaders := of(t, func(f *fact.Fact) bool { return f.Kind == fact.Leader })

	switch {
	case len(up) > 0 && len(down) > 0 && down[0].Strength == fact.Clear:
		add(Headline, up[0], down[0])
	case len(up) > 0:
		add(Headline, up[0])
	case len(down) > 0:
		add(Headline, down[0])
	case len(leaders) > 0:
		add(Headline, leaders[0])
	}
	add(Summary, of(t, func(f *fact.Fact) bool { return f.Kind == fact.Volume })...)
	add(Summary, of(t, func(f *fact.Fact) bool { return f.Kind == fact.Mood })...)
	add(Summary, leaders...)

	told := map[string]bool{}
	tell := func(s Section, list []*fact.Fact) {
		for i, f := range list {
			if i == 2 && len(list) > 3 { // the rest in one sentence
				add(s, list[i:]...)
				return
			}
			add(s, f)
			told[f.Entity] = true
		}
	}
	tell(Rising, up)
	for _, v := range []string{"seasonal", "spike", "price-driven", "campaign-driven"} {
		for _, f := range change(t, func(f *fact.Fact) bool { return f.Verdict == v && f.Strength != fact.Unclear }) {
			add(Explained, f)
		}
	}
	tell(Falling, down)

	opinions := func(d fact.Direction, all bool) []*fact.Fact {
		return of(t, func(f *fact.Fact) bool {
			return f.Kind == fact.AspectOf && f.Direction == d && (f.Entity == "") == all
		})
	}
	add(Opinions, opinions(fact.Up, true)...)
	add(Opinions, opinions(fact.Down, true)...)
	seen := map[string]bool{}
	for _, f := range append(opinions(fact.Up, false), opinions(fact.Down, false)...) {
		if seen[f.Entity] || len(seen) == 3 {
			continue
		}
		seen[f.Entity] = true
		add(Opinions, of(t, func(g *fact.Fact) bool { return g.Kind == fact.AspectOf && g.Entity == f.Entity })...)
		for _, q := range t.Quotes {
			if q.Entity == f.Entity {
				items[len(items)-1].Quote = q.ID
			}
		}
	}
	for i, f := range of(t, func(f *fact.Fact) bool { return f.Kind == fact.Where }) {
		if i < 3 {
			add(Where, f)
		}
	}
	for _, k := range []fact.Kind{fact.NoChanges, fact.FewData} {
		add(Limits, of(t, func(f *fact.Fact) bool { return f.Kind == k })...)
	}
	src := of(t, func(f *fact.Fact) bool { return f.Kind == fact.SourceOf })
	if len(src) > 0 {
		add(Limits, src[:min(2, len(src))]...)
	}
	add(Limits, of(t, func(f *fact.Fact) bool {
		_, ok := f.Figure(fact.Share)
		return f.Kind == fact.Coverage && ok
	})...)
	return items
}
