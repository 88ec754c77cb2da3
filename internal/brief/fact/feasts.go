package fact

import (
	"context"
	"fmt"
	"sort"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/calendar"
)

// A year ahead each feast comes once.
const yearAhead = 366

// FeastIDs lists the feasts of the calendar.
func FeastIDs() []string {
	var out []string
	for _, f := range calendar.Feasts() {
		out = append(out, f.ID)
	}
	return out
}

// AddFeasts adds the feasts of the calendar that begin after the table's window, at
// most ahead days from its end, the nearest first; a feast that is named after a food
// of the lexicon is about that food, and the mentions of it in the window are its
// evidence. only, if not "", is the id of the one feast that is wanted, which may be up
// to a year ahead. It returns the ids of the facts.
func AddFeasts(ctx context.Context, s Sources, t *Table, ahead int, only string) ([]string, error) {
	type day struct {
		f        calendar.Feast
		from, to mention.Day
	}
	var list []day
	last := t.Window.To
	if only != "" {
		ahead = yearAhead
	}
	for _, y := range []int{last.Date().Year(), last.Date().Year() + 1} {
		for _, f := range calendar.Feasts() {
			if only != "" && f.ID != only {
				continue
			}
			if from, to, ok := f.Days(y); ok && from > last && from <= last+mention.Day(ahead) {
				list = append(list, day{f, from, to})
			}
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].from < list[j].from })
	if only != "" && len(list) > 1 {
		list = list[:1]
	}
	b := &builder{ctx: ctx, s: s, t: &Table{Entities: t.Entities}, seen: map[string]bool{}}
	for _, e := range t.Entities {
		b.seen[e.ID] = true
	}
	for _, d := range list {
		f := Fact{Kind: Feast, Feast: d.f.ID, Direction: NoDirection, Strength: Unclear, Figures: map[string]Figure{}}
		if len(d.f.Foods) > 0 && b.entity(d.f.Foods[0]) {
			f.Entity = d.f.Foods[0]
			b.prove(&f, t.Window, func(m *metric.Filter) { m.Entities = []string{f.Entity} })
		}
		f.Period = Span{d.from, d.to}
		b.t.add(f)
	}
	b.evidence()
	if b.err != nil {
		return nil, fmt.Errorf("feasts of %s: %w", t.Period, b.err)
	}
	t.Entities = b.t.Entities
	var ids []string
	for _, f := range b.t.Facts {
		ids = append(ids, t.add(f).ID)
	}
	return ids, nil
}

// AddFeastWith adds that a feast of the table comes and that a food has a finding, so
// that a text may speak of both; evidence is that of the finding. It returns the fact's
// id, "" if the table has no such feast.
func AddFeastWith(t *Table, feast string, finding *Fact) string {
	for _, f := range t.Facts {
		if f.Kind != Feast || f.Feast != feast {
			continue
		}
		return t.add(Fact{Kind: Feast, Feast: feast, Entity: finding.Entity, Finding: finding.ID, Period: f.Period, Direction: NoDirection, Strength: Unclear,
			Figures: map[string]Figure{}, Query: finding.Query, Evidence: finding.Evidence}).ID
	}
	return ""
}
