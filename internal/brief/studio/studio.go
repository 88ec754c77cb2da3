// Package studio suggests content for marketing: posts, campaign angles, menu and
// product ideas. Each rests on a finding of the fact table, which a checked sentence
// gives with its figures; the text to publish itself holds no figure and passes the
// same checks with a vocabulary that is wider by words that claim nothing
// (check.NewCopy). What does not pass is left out.
//
// Read next: spanish.go and english.go (the texts), check/copy.go.
package studio

import (
	"fmt"
	"slices"
	"strings"

	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/prose"
	"antojo/internal/brief/report"
)

// Tones and Channels are what a reader may choose from, the first is the default.
var (
	Tones    = []string{"warm", "formal", "playful"}
	Channels = []string{"instagram", "tiktok", "whatsapp", "email", "store"}
)

// Kinds of ideas in the order in which they are told: what is published, the angle of a
// campaign, what goes onto the menu, and what could be offered.
var Kinds = []string{"post", "campaign", "menu", "product"}

// Bounds of a page of ideas.
const (
	mostOfKind   = 4 // ideas of one kind, on a page of all kinds
	mostAlone    = 8 // the same, where it is the only kind that is asked for
	mostOfEntity = 2 // of these about one entity
	mostFeasts   = 2 // of these about the calendar
	mostSeason   = 6 // foods that a chosen feast is told with
	evidenceMost = 3 // mentions named below an idea
)

// Options of a studio.
type Options struct {
	Kind          string // one of Kinds; "" = all
	Tone, Channel string
	Feast         string // ideas for this feast alone; its foods come by Season
	Entity        string // ideas about this one alone, beside the calendar
}

// Defaults fills in what is not chosen.
func (o Options) Defaults() Options {
	if o.Tone == "" {
		o.Tone = Tones[0]
	}
	if o.Channel == "" {
		o.Channel = Channels[0]
	}
	return o
}

// Group are the ideas of one kind.
type Group struct {
	Kind  string
	Ideas []report.Idea
}

// finding is a fact that content may rest on, with the name of what it triggers.
type finding struct {
	f       *fact.Fact
	trigger string // rising, falling, liked, disliked, where, leader, feast
}

// Ideas suggests content from a table, the same for the same facts and options.
func Ideas(f fill.Filler, o Options) ([]Group, error) {
	o = o.Defaults()
	s := &studio{fill: f, o: o, write: prose.New(f), facts: check.New(f), copy: check.NewCopy(f), text: spanish, by: spanishByChannel}
	if f.Lang == "en" {
		s.text, s.by = english, englishByChannel
	}
	found := findings(f.Table, o)
	var out []Group
	used := map[string]int{} // ideas by entity over all kinds, so that they differ
	wanted, most, mostOfFeasts := Kinds, mostOfKind, mostFeasts
	if o.Kind != "" {
		wanted, most = []string{o.Kind}, mostAlone
	}
	if o.Feast != "" {
		mostOfFeasts = most
	}
	for _, k := range wanted {
		g := Group{Kind: k}
		here, feasts := map[string]int{}, 0
		list := slices.Clone(found)
		slices.SortStableFunc(list, func(a, b finding) int { return used[key(a)] - used[key(b)] })
		for _, x := range list {
			if len(g.Ideas) == most || x.f.Entity != "" && here[x.f.Entity] == mostOfEntity || x.trigger == "feast" && feasts == mostOfFeasts {
				continue
			}
			idea, ok, err := s.idea(k, x)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			here[x.f.Entity]++
			used[key(x)]++
			if x.trigger == "feast" {
				feasts++
			}
			g.Ideas = append(g.Ideas, idea)
		}
		if len(g.Ideas) > 0 {
			out = append(out, g)
		}
	}
	return out, nil
}

func key(x finding) string { return x.f.ID }

// trigger names what a fact may be the reason of, "" for nothing.
func trigger(f *fact.Fact) string {
	switch {
	case f.Kind == fact.Feast:
		return "feast"
	case f.Kind == fact.Change && f.Verdict == "rising" && f.Direction == fact.Up:
		return "rising"
	case f.Kind == fact.Change && f.Verdict == "falling" && f.Direction == fact.Down:
		return "falling"
	case f.Kind == fact.AspectOf && f.Entity != "" && f.Direction == fact.Up:
		return "liked"
	case f.Kind == fact.AspectOf && f.Entity != "" && f.Direction == fact.Down:
		return "disliked"
	case f.Kind == fact.Where:
		return "where"
	case f.Kind == fact.Leader && f.Entity != "":
		if _, ok := f.Figure(fact.Share); ok {
			return "leader"
		}
	}
	return ""
}

// findings lists what content may rest on. Copied texts are no interest of the
// public, so an entity that they carry triggers nothing.
func findings(t *fact.Table, o Options) []finding {
	copied := map[string]bool{}
	for _, f := range t.Facts {
		if f.Verdict == "campaign-driven" {
			copied[f.Entity] = true
		}
	}
	by := map[string][]finding{}
	for i := range t.Facts {
		f := &t.Facts[i]
		if copied[f.Entity] || o.Entity != "" && f.Entity != o.Entity && f.Kind != fact.Feast || o.Feast != "" && f.Feast != o.Feast {
			continue
		}
		if tr := trigger(f); tr != "" {
			by[tr] = append(by[tr], finding{f, tr})
		}
	}
	// One of each trigger in turn: a page of ideas should not speak of one thing.
	var out []finding
	if o.Feast != "" { // those with a finding come first
		slices.SortStableFunc(by["feast"], func(a, b finding) int { return boolInt(a.f.Finding == "") - boolInt(b.f.Finding == "") })
	}
	order := []string{"rising", "liked", "feast", "disliked", "where", "leader", "falling"}
	for i := 0; ; i++ {
		n := len(out)
		for _, tr := range order {
			if i < len(by[tr]) {
				out = append(out, by[tr][i])
			}
		}
		if len(out) == n {
			return out
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Season adds to a table what a chosen feast can be told with: for each dish or drink
// that rises, is liked or leads, a fact that joins the feast and that finding, whose
// evidence it has. entity, if not "", is the only food that is wanted.
func Season(t *fact.Table, feast, entity string) {
	seen := map[string]bool{}
	var with []finding
	for _, x := range findings(t, Options{Entity: entity}) {
		e, _ := t.Entity(x.f.Entity)
		if seen[e.ID] || (e.Kind != "dish" && e.Kind != "drink") || len(with) == mostSeason {
			continue
		}
		switch x.trigger {
		case "rising", "liked", "leader":
			seen[e.ID] = true
			with = append(with, finding{&fact.Fact{ID: x.f.ID, Entity: x.f.Entity, Query: x.f.Query, Evidence: x.f.Evidence}, x.trigger})
		}
	}
	for _, x := range with { // copies: adding moves the facts of the table
		fact.AddFeastWith(t, feast, x.f)
	}
}

type studio struct {
	fill  fill.Filler
	o     Options
	write *prose.Writer
	facts *check.Checker // of the reason
	copy  *check.Checker // of what is suggested
	text  map[string][]string
	by    map[string][]string // publications by channel
}

// pick finds the most special text for a finding: by kind and trigger, then by
// aspect, kind of food or whether a feast has a food; tone for what is published.
func (s *studio) pick(x finding, stem string) (string, bool) {
	e, _ := s.fill.Table.Entity(x.f.Entity)
	by := stem
	if x.trigger == "feast" && x.f.Entity != "" {
		by += ".food"
	}
	if list := s.by[by+"."+s.o.Channel+"."+s.o.Tone]; len(list) > 0 && e.Kind != "ingredient" {
		return list[s.write.Pick(stem+s.o.Channel+x.f.ID, len(list))], true
	}
	special := []string{x.f.Aspect, e.Kind}
	if e.Kind == "ingredient" && x.trigger != "feast" { // nobody orders an ingredient: texts of its own or none
		special = []string{e.Kind}
	}
	if x.trigger == "feast" {
		special = []string{}
		if x.f.Entity != "" {
			special = []string{"food"}
		}
	}
	if e.Kind != "ingredient" || x.trigger == "feast" || strings.HasPrefix(stem, "slogan.") {
		special = append(special, "")
	}
	for i, sp := range special {
		base := stem
		if sp != "" {
			base += "." + sp
		} else if i < len(special)-1 {
			continue // a fact without aspect
		}
		for _, k := range []string{base + "." + s.o.Tone, base} {
			if list := s.text[k]; len(list) > 0 {
				return list[s.write.Pick(k+x.f.ID, len(list))], true
			}
		}
	}
	return "", false
}

// idea makes one idea; false if there is no text for it or one that does not pass.
func (s *studio) idea(kind string, x finding) (report.Idea, bool, error) {
	stem := kind + "." + x.trigger
	e, _ := s.fill.Table.Entity(x.f.Entity)
	if (e.Kind == "brand" || e.Kind == "place") && (kind == "menu" || kind == "product" && x.trigger != "disliked") {
		return report.Idea{}, false, nil // others' names are nobody's dish
	}
	title, ok := s.pick(x, "title."+stem)
	if !ok {
		return report.Idea{}, false, nil
	}
	body, ok := s.pick(x, stem)
	if !ok {
		return report.Idea{}, false, nil
	}
	slogan, ok := s.pick(x, "slogan."+x.trigger)
	if ok && kind == "campaign" {
		body = slogan + "\n" + body
	}
	drafts := append([]string{title}, strings.Split(body, "\n")...)
	line := "" // what the menu or the label says, in the tone
	if ok && (kind == "menu" || kind == "product") {
		drafts, line = append(drafts, slogan), first(s.text["line."+kind])
	}
	var lines []string
	for _, d := range drafts {
		d = s.write.Sentence(d, x.f)
		if why := s.copy.Draft(d, []string{x.f.ID}); len(why) > 0 {
			return report.Idea{}, false, nil
		}
		p, err := s.fill.Fill(d)
		if err != nil {
			return report.Idea{}, false, fmt.Errorf("studio: %q: %w", d, err)
		}
		lines = append(lines, fill.Join(p))
	}
	if line != "" {
		lines[len(lines)-1] = line + " " + lines[len(lines)-1]
	}
	reason, ok, err := s.reason(x)
	if err != nil || !ok {
		return report.Idea{}, false, err
	}
	idea := report.Idea{Kind: kind, Label: first(s.text["label."+kind]), Title: lines[0], Copy: strings.Join(lines[1:], "\n"), Reason: reason,
		Facts: []string{x.f.ID}, Query: x.f.Query, Mention: x.f.Evidence[:min(evidenceMost, len(x.f.Evidence))]}
	if x.f.Finding != "" {
		idea.Facts = append(idea.Facts, x.f.Finding)
	}
	if list := s.text["format."+kind+"."+s.o.Channel]; len(list) > 0 {
		idea.Format = list[s.write.Pick("format"+x.f.ID, len(list))]
	}
	return idea, true, nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// reason is the finding as the weekly brief would tell it.
func (s *studio) reason(x finding) (report.Sentence, bool, error) {
	it := outline.Item{Section: outline.Summary, Facts: []string{x.f.ID}}
	d := ""
	switch {
	case x.trigger == "feast":
		d = s.write.Sentence("{{@.Feast}}: {{@.days}}.", x.f)
	case x.trigger == "leader" && x.f.Top:
		it.Key = "month.leader.one"
	case x.trigger == "leader":
		it.Key = "studio.leader"
	}
	if d == "" {
		d = s.write.Drafts([]outline.Item{it})[0]
	}
	if why := s.facts.Draft(d, it.Facts); len(why) > 0 {
		return nil, false, nil
	}
	p, err := s.fill.Fill(d)
	if err != nil {
		return nil, false, fmt.Errorf("studio: %q: %w", d, err)
	}
	if base, ok := s.fill.Table.Fact(x.f.Finding); ok {
		of, ok, err := s.reason(finding{base, trigger(base)})
		if err != nil || !ok {
			return nil, false, err
		}
		p = append(append(p, fill.Piece{Text: " "}), of...)
	}
	return p, true, nil
}
