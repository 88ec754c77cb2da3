package check_test

import (
	"fmt"
	"strings"
	"testing"

	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/prose"
)

// productTables are tables and outlines of the other products, by name: each kind
// of sentence that they have is in one of them.
func productTables() map[string]struct {
	table *fact.Table
	items []outline.Item
} {
	out := map[string]struct {
		table *fact.Table
		items []outline.Item
	}{}
	month := table()
	month.Period, month.Week = "2026-10", span("2026-10-01", "2026-10-31")
	out["month"] = struct {
		table *fact.Table
		items []outline.Item
	}{month, outline.Monthly(month)}
	quiet := table() // nothing moves, one leader, no month before, one source
	quiet.Period, quiet.Week = "2026-01", span("2026-01-01", "2026-01-31")
	var kept []fact.Fact
	sources, leaders := 0, 0
	for _, f := range quiet.Facts {
		switch f.Kind {
		case fact.Change:
			continue
		case fact.SourceOf:
			if sources++; sources > 1 {
				continue
			}
		case fact.Leader:
			if leaders++; leaders > 1 {
				continue
			}
		case fact.Volume:
			delete(f.Figures, fact.Before)
		}
		kept = append(kept, f)
	}
	quiet.Facts = kept
	out["quiet month"] = struct {
		table *fact.Table
		items []outline.Item
	}{quiet, outline.Monthly(quiet)}

	add := func(name string, make func(*fact.Table) []outline.Item, fs ...fact.Fact) {
		t := table()
		t.Facts = nil
		for i, f := range fs {
			f.ID = "F" + itoa(i+1)
			if f.Direction == "" {
				f.Direction, f.Strength = fact.NoDirection, fact.Unclear
			}
			t.Facts = append(t.Facts, f)
		}
		out[name] = struct {
			table *fact.Table
			items []outline.Item
		}{t, make(t)}
	}
	figs := func(kv ...any) map[string]fact.Figure {
		m := map[string]fact.Figure{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1].(fact.Figure)
		}
		return m
	}
	voice := func(id string, top bool, share ...fact.Figure) fact.Fact {
		f := fact.Fact{Kind: fact.Leader, Entity: id, Top: top, Figures: figs(fact.Mentions, count(210))}
		if len(share) > 0 {
			f.Figures[fact.Share] = share[0]
		}
		return f
	}
	mood := func(id string, v, low, high float64, d fact.Direction, s fact.Strength, top bool) fact.Fact {
		return fact.Fact{Kind: fact.Mood, Entity: id, Direction: d, Strength: s, Top: top, Figures: figs(fact.Net, fig(v, low, high, 200), fact.Positive, fig(.5, .4, .6, 200), fact.Negative, fig(.2, .1, .3, 200))}
	}
	share := fig(.12, .1, .14, 1500)
	var changes []fact.Fact
	for _, f := range table().Facts {
		if f.Kind == fact.Change {
			changes = append(changes, f)
		}
	}
	for i, c := range changes {
		m := mood(c.Entity, .3, .2, .4, fact.Up, fact.Clear, false)
		switch i % 5 {
		case 1:
			m = mood(c.Entity, .1, .01, .2, fact.Up, fact.Bare, false)
		case 2:
			m = mood(c.Entity, -.3, -.4, -.2, fact.Down, fact.Clear, false)
		case 3:
			m = mood(c.Entity, -.1, -.2, -.01, fact.Down, fact.Bare, false)
		case 4:
			m = mood(c.Entity, .01, -.1, .12, fact.NoDirection, fact.Unclear, false)
		}
		fs := []fact.Fact{voice(c.Entity, false, share), c, m,
			{Kind: fact.SourceOf, Entity: c.Entity, Source: "social", Top: true, Figures: figs(fact.Mentions, count(90), fact.Share, fig(.49, .46, .52, 180))},
			{Kind: fact.SourceOf, Entity: c.Entity, Source: "review", Figures: figs(fact.Mentions, count(50), fact.Share, fig(.27, .25, .29, 180))}}
		for _, f := range table().Facts {
			if (f.Kind == fact.AspectOf || f.Kind == fact.Where) && f.Entity == c.Entity {
				fs = append(fs, f)
			}
		}
		add("dossier of "+c.Entity, outline.Dossier, fs...)
	}
	thin := func(id string) fact.Fact {
		return fact.Fact{Kind: fact.FewData, Entity: id, Verdict: "not-enough-data", Direction: fact.NoDirection, Strength: fact.NoData, Figures: figs(fact.Mentions, count(7))}
	}
	add("thin dossier", outline.Dossier, voice("palta", false), thin("palta"))
	add("comparison", outline.Comparison, voice("ceviche", true, share), voice("bembos", false, share), voice("matcha", false, share), changes[0], changes[1], changes[2], changes[8], func() fact.Fact { f := changes[8]; f.Entity = "salchipapa"; return f }(), thin("palta"),
		mood("matcha", .4, .3, .5, fact.Up, fact.Clear, true), mood("ceviche", .1, -.1, .2, fact.NoDirection, fact.Unclear, false), mood("bembos", -.3, -.4, -.2, fact.Down, fact.Clear, false),
		fact.Fact{Kind: fact.AspectOf, Entity: "matcha", Aspect: "food", Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: figs(fact.Net, fig(.6, .5, .7, 150))},
		fact.Fact{Kind: fact.AspectOf, Entity: "bembos", Aspect: "delivery", Top: true, Direction: fact.Down, Strength: fact.Clear, Figures: figs(fact.Net, fig(-.5, -.62, -.38, 90))})
	add("even comparison", outline.Comparison, voice("ceviche", false, share), voice("causa", false, share), changes[8],
		mood("ceviche", .1, .01, .2, fact.Up, fact.Bare, false), mood("causa", .05, -.1, .2, fact.NoDirection, fact.Unclear, false))
	add("comparison with one mood", outline.Comparison, voice("ceviche", false), voice("causa", false), mood("ceviche", .1, .01, .2, fact.Up, fact.Bare, false))
	al := func(id string, d fact.Direction, from, to string) fact.Fact {
		return fact.Fact{Kind: fact.Change, Verdict: "alert", Entity: id, Direction: d, Strength: fact.Clear, Period: span(from, to),
			Figures: figs(fact.Mentions, count(41), fact.Usual, fig(22, 14, 31, 7))}
	}
	add("alerts", outline.AlertText, al("ceviche", fact.Up, "2026-11-09", "2026-11-15"), al("palta", fact.Down, "2026-11-09", "2026-11-09"), al("", fact.Up, "2026-10-29", "2026-11-02"), al("", fact.Down, "2026-11-02", "2026-11-02"))
	inChannel := func(d fact.Direction) fact.Fact {
		f := al("", d, "2026-11-09", "2026-11-09")
		f.Channel = "tiktok_comments"
		return f
	}
	add("channels", outline.AlertText, inChannel(fact.Up), inChannel(fact.Down))
	add("channel down", outline.AlertText, inChannel(fact.Down))
	add("alert down", outline.AlertText, al("anticuchos", fact.Down, "2026-11-09", "2026-11-15"))
	add("alert of all", outline.AlertText, al("", fact.Up, "2026-11-09", "2026-11-15"))
	add("alert of all down", outline.AlertText, al("", fact.Down, "2026-11-09", "2026-11-15"))
	return out
}

// TestProductSentencesPass: every sentence of the other products passes the checks
// of the weekly brief.
func TestProductSentencesPass(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		seen := map[string]bool{}
		for name, p := range productTables() {
			for n := range 40 {
				p.table.Quotes[0].Text = fmt.Sprint("Qué rico el matcha con leche de avena", strings.Repeat(" ", n)) // changes the hash
				f := filler(t, p.table, lang)
				c := check.New(f)
				for i, d := range prose.New(f).Drafts(p.items) {
					if key := name + d; seen[key] {
						continue
					}
					seen[name+d] = true
					if why := c.Draft(d, append(append([]string{}, p.items[i].Facts...), p.items[i].Quote)); len(why) > 0 {
						t.Errorf("%s, %s (%s): %q\n  %v", lang, name, p.items[i].Key, d, why)
						continue
					}
					pieces, err := f.Fill(d)
					if err != nil {
						t.Fatal(err)
					}
					if text := fill.Join(pieces); strings.ContainsAny(text, "{}[]<>@") {
						t.Errorf("%s: left-over marks in %q", lang, text)
					} else if n == 0 {
						t.Log(text)
					}
				}
			}
		}
	}
}
