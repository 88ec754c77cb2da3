package preference

import (
	"cmp"
	"slices"
	"strings"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Choice is one text that says it would rather have one entity than another.
type Choice struct{ Over, Under string }

// Cues are words that texts with a choice hold; a store that searches by words is
// asked for each of them.
var Cues = []string{"prefiero", "en vez de", "en lugar de", "mejor que", "cambie por"}

// connectors between the two names, folded and without articles: what stands
// between them decides who is preferred.
var connectors = []struct {
	between string
	lead    string // a word that must stand shortly before the first name
	over    int    // 0: the first name is preferred, 1: the second
}{
	{between: "en vez de", over: 0},
	{between: "en vez del", over: 0},
	{between: "en lugar de", over: 0},
	{between: "en lugar del", over: 0},
	{between: "antes que", over: 0},
	{between: "mejor que", over: 0},
	{between: "es mejor que", over: 0},
	{between: "le gana a", over: 0},
	{between: "le gana al", over: 0},
	{between: "que", lead: "prefiero", over: 0},
	{between: "a", lead: "prefiero", over: 0},
	{between: "al", lead: "prefiero", over: 0},
	{between: "que", lead: "mejor", over: 0},
	{between: "por", lead: "cambie", over: 1},
	{between: "por", lead: "cambio", over: 1},
	{between: "por", lead: "deje", over: 1},
}

var articles = map[string]bool{"el": true, "la": true, "los": true, "las": true, "un": true, "una": true, "unos": true, "unas": true, "mi": true, "su": true, "ese": true, "esa": true, "este": true, "esta": true, "buen": true, "buena": true, "rico": true, "rica": true}

// negations before a lead turn a choice into something that is not counted.
var negations = map[string]bool{"no": true, "nunca": true, "ni": true, "tampoco": true, "jamas": true}

// Choices finds in a text what it says to prefer to what: "prefiero el anticucho que
// la salchipapa", "tiradito en vez de ceviche", "cambié la gaseosa por chicha". The
// patterns are few and strict: two names of the lexicon with nothing between them
// but the words of the pattern and articles. Texts with a negation before are left out.
func Choices(text string, entities []mention.Entity) []Choice {
	es := slices.DeleteFunc(slices.Clone(entities), func(e mention.Entity) bool { return e.Start < 0 || e.End < e.Start || e.End > len(text) })
	slices.SortFunc(es, func(a, b mention.Entity) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End)) })
	var out []Choice
	for i := range es {
		for j := i + 1; j < len(es); j++ {
			a, b := es[i], es[j]
			if b.Start < a.End || a.ID == b.ID {
				continue
			}
			if c, ok := choice(words(text[:a.Start]), words(text[a.End:b.Start]), a.ID, b.ID); ok {
				out = append(out, c)
			}
			break // the next name ends what the first can be compared with
		}
	}
	return out
}

func choice(before, between []string, first, second string) (Choice, bool) {
	between = slices.DeleteFunc(between, func(w string) bool { return articles[w] })
	before = before[max(0, len(before)-5):]
	gap := strings.Join(between, " ")
	for _, c := range connectors {
		if c.between != gap {
			continue
		}
		lead := len(before)
		if c.lead != "" {
			if lead = slices.Index(before, c.lead); lead < 0 {
				continue
			}
			rest := slices.DeleteFunc(slices.Clone(before[lead+1:]), func(w string) bool { return articles[w] || w == "comer" || w == "tomar" || w == "pedir" })
			if len(rest) > 0 {
				continue // the lead is about something else
			}
		}
		if slices.ContainsFunc(before[:lead], func(w string) bool { return negations[w] }) {
			return Choice{}, false
		}
		if c.over == 0 {
			return Choice{Over: first, Under: second}, true
		}
		return Choice{Over: second, Under: first}, true
	}
	return Choice{}, false
}

// words folds a text and cuts it at everything that is neither letter nor digit; a
// comma or full stop becomes a word of its own, since it ends a comparison.
func words(s string) []string {
	f := lexicon.Fold(s)
	var out []string
	start := -1
	for i := 0; i <= len(f); i++ {
		letter := i < len(f) && (f[i] >= 'a' && f[i] <= 'z' || f[i] >= '0' && f[i] <= '9' || f[i] >= 0x80)
		switch {
		case letter && start < 0:
			start = i
		case !letter && start >= 0:
			out = append(out, f[start:i])
			start = -1
		}
		if i < len(f) && strings.IndexByte(".,;:!?()", f[i]) >= 0 {
			out = append(out, f[i:i+1])
		}
	}
	return out
}

// HeadToHead is how texts choose between an entity and one rival.
type HeadToHead struct {
	ID   string
	Wins metric.Value // share of the choices in which the entity is preferred to the rival
}

// Contests counts the choices in which id takes part, by rival, most first. An
// author who says it twice counts twice: few texts of this kind are found.
func Contests(id string, choices []Choice) []HeadToHead {
	won, all := map[string]int64{}, map[string]int64{}
	for _, c := range choices {
		switch id {
		case c.Over:
			won[c.Under]++
			all[c.Under]++
		case c.Under:
			all[c.Over]++
		}
	}
	out := make([]HeadToHead, 0, len(all))
	for rival, n := range all {
		out = append(out, HeadToHead{ID: rival, Wins: metric.Share(won[rival], n)})
	}
	slices.SortFunc(out, func(a, b HeadToHead) int {
		return cmp.Or(cmp.Compare(b.Wins.N, a.Wins.N), strings.Compare(a.ID, b.ID))
	})
	return out
}
