package outline

import (
	"slices"

	"antojo/internal/brief/fact"
)

// Sections that other products have beside those of the weekly brief.
const (
	Voice  Section = "voice"  // how much is said
	Moves  Section = "moves"  // what changed
	Mood   Section = "mood"   // how people speak
	Alerts Section = "alerts" // what stands out
)

// Order lists the sections of items in the order in which they are told: that of
// Sections, and for those that are not in it, that of the items.
func Order(items []Item) []Section {
	var out []Section
	for _, s := range Sections {
		if slices.ContainsFunc(items, func(i Item) bool { return i.Section == s }) {
			out = append(out, s)
		}
	}
	last := len(out) // sections of other products stand before what cannot be said
	for i, s := range out {
		if s == Opinions || s == Where || s == Limits {
			last = i
			break
		}
	}
	var other []Section
	for _, i := range items {
		if !slices.Contains(Sections, i.Section) && !slices.Contains(other, i.Section) {
			other = append(other, i.Section)
		}
	}
	return slices.Insert(out, last, other...)
}

func facts(t *fact.Table, it Item) []*fact.Fact {
	var out []*fact.Fact
	for _, id := range it.Facts {
		if f, ok := t.Fact(id); ok {
			out = append(out, f)
		}
	}
	return out
}

func item(s Section, key string, fs ...*fact.Fact) Item {
	it := Item{Section: s, Key: key}
	for _, f := range fs {
		it.Facts = append(it.Facts, f.ID)
	}
	return it
}

// Monthly is the outline of the text of a monthly report: that of a week, with
// sentences that do not speak of one.
func Monthly(t *fact.Table) []Item {
	items := Weekly(t)
	for i := range items {
		it := &items[i]
		fs := facts(t, *it)
		if len(fs) == 0 {
			continue
		}
		switch fs[0].Kind {
		case fact.Volume:
			it.Key = "month.volume"
			if _, ok := fs[0].Figure(fact.Before); !ok {
				it.Key = "month.volume.alone"
			}
		case fact.Leader:
			it.Key = "month.leader"
			if it.Section == Headline {
				it.Key = "month.headline.leader"
			} else if len(fs) == 1 {
				it.Key = "month.leader.one"
			}
		case fact.SourceOf:
			it.Key = "month.source"
			if len(fs) == 1 {
				it.Key = "month.source.one"
			}
		}
	}
	return items
}

// told says whether a change may be told with the sentences of the weekly brief.
func told(f *fact.Fact) bool { return f.Direction != fact.NoDirection }

// headline is the key of a headline about one entity's verdict.
func headline(f *fact.Fact) string {
	switch {
	case f.Kind == fact.FewData:
		return "dossier.headline.thin"
	case !told(f):
		return "dossier.headline.steady"
	case f.Verdict == "rising" || f.Verdict == "falling":
		return "headline." + string(f.Direction) + "." + string(f.Strength)
	}
	return "dossier.headline." + f.Verdict
}

func verdict(f *fact.Fact, thin string) string {
	switch {
	case f.Kind == fact.FewData:
		return thin
	case !told(f):
		return "dossier.steady"
	}
	return "" // by the facts
}

// byMood is the key of a sentence about an entity's balance of opinions.
func byMood(f *fact.Fact) string {
	switch {
	case f.Direction == fact.NoDirection:
		return "dossier.mood.none"
	case f.Strength == fact.Bare:
		return "dossier.mood." + string(f.Direction) + ".bare"
	}
	return "dossier.mood." + string(f.Direction)
}

// Dossier is the outline of the text about one entity.
func Dossier(t *fact.Table) []Item {
	var items []Item
	kind := func(k fact.Kind) []*fact.Fact { return of(t, func(f *fact.Fact) bool { return f.Kind == k }) }
	verdicts := append(kind(fact.Change), kind(fact.FewData)...)
	for _, f := range verdicts {
		items = append(items, item(Headline, headline(f), f))
	}
	for _, f := range kind(fact.Leader) {
		key := "dossier.voice"
		if _, ok := f.Figure(fact.Share); !ok {
			key = "dossier.voice.few"
		}
		items = append(items, item(Voice, key, f))
	}
	for _, f := range verdicts {
		items = append(items, item(Moves, verdict(f, "dossier.thin"), f))
	}
	for _, f := range kind(fact.Mood) {
		items = append(items, item(Mood, byMood(f), f))
	}
	var up, down *fact.Fact
	for _, f := range kind(fact.AspectOf) {
		if f.Direction == fact.Up && up == nil {
			up = f
		}
		if f.Direction == fact.Down {
			down = f // the last one is the worst
		}
	}
	switch {
	case up != nil && down != nil:
		items = append(items, item(Opinions, "aspect.both", up, down))
	case up != nil:
		items = append(items, item(Opinions, "aspect.of.up", up))
	case down != nil:
		items = append(items, item(Opinions, "aspect.of.down", down))
	}
	if up != nil || down != nil {
		quote(t, &items[len(items)-1], up != nil)
	}
	for _, f := range kind(fact.Where) {
		items = append(items, item(Where, "", f))
	}
	if src := kind(fact.SourceOf); len(src) > 0 {
		items = append(items, item(Limits, "dossier.source", src[:min(2, len(src))]...))
	}
	return items
}

func quote(t *fact.Table, it *Item, liked bool) {
	want := "neg"
	if liked {
		want = "pos"
	}
	for _, q := range t.Quotes {
		if q.Sentiment == want {
			it.Quote = q.ID
			return
		}
	}
}

// Comparison is the outline of the text about several entities.
func Comparison(t *fact.Table) []Item {
	var items []Item
	kind := func(k fact.Kind) []*fact.Fact { return of(t, func(f *fact.Fact) bool { return f.Kind == k }) }
	if voices := kind(fact.Leader); len(voices) > 0 {
		near := nearFirst(voices)
		_, shares := voices[0].Figure(fact.Share)
		switch {
		case shares && voices[0].Top:
			items = append(items, item(Headline, "compare.headline.top", voices[0]), item(Voice, "compare.top", voices[0]), item(Voice, "compare.rest", voices[1:]...))
		case shares:
			items = append(items, item(Headline, "compare.headline.even", voices[:near]...), item(Voice, "compare.even", voices[:near]...))
			if near < len(voices) {
				items = append(items, item(Voice, "compare.rest", voices[near:]...))
			}
		default:
			items = append(items, item(Headline, "compare.headline.few", voices...), item(Voice, "compare.few", voices...))
		}
	}
	var steady []*fact.Fact
	for _, f := range kind(fact.Change) {
		if told(f) {
			items = append(items, item(Moves, "", f))
		} else {
			steady = append(steady, f)
		}
	}
	switch {
	case len(steady) == 1:
		items = append(items, item(Moves, "dossier.steady", steady...))
	case len(steady) > 1:
		items = append(items, item(Moves, "compare.steady", steady...))
	}
	if thin := kind(fact.FewData); len(thin) > 0 {
		items = append(items, item(Moves, "compare.thin", thin...))
	}
	switch moods := kind(fact.Mood); {
	case len(moods) > 1 && moods[0].Top:
		items = append(items, item(Mood, "compare.mood.top", moods[0]), item(Mood, "compare.mood.rest", moods[1:]...))
	case len(moods) > 1:
		items = append(items, item(Mood, "compare.mood", moods...))
	case len(moods) == 1:
		items = append(items, item(Mood, "compare.mood.one", moods[0]))
	}
	for _, e := range t.Entities {
		fs := of(t, func(f *fact.Fact) bool { return f.Kind == fact.AspectOf && f.Entity == e.ID })
		if len(fs) > 0 {
			items = append(items, item(Opinions, "", fs...))
		}
	}
	return items
}

// nearFirst counts the voices, ordered by share, whose interval reaches that of the
// first, at least two: the rest is clearly behind.
func nearFirst(voices []*fact.Fact) int {
	first := voices[0].Figures[fact.Share]
	n := 1
	for n < len(voices) && (n < 2 || voices[n].Figures[fact.Share].High >= first.Low) {
		n++
	}
	return n
}

// AlertText is the outline of a message about alerts; the headline is about the first.
func AlertText(t *fact.Table) []Item {
	var items []Item
	for i, f := range of(t, func(f *fact.Fact) bool { return f.Verdict == "alert" }) {
		key := string(f.Direction)
		switch {
		case f.Channel != "":
			key = "channel." + key
		case f.Entity == "":
			key = "all." + key
		}
		if i == 0 {
			items = append(items, item(Headline, "alert.headline."+key, f))
		}
		items = append(items, item(Alerts, "alert."+key, f))
	}
	return items
}
