package product

import (
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/report"
	"antojo/internal/brief/studio"
)

// studio suggests content: posts, campaigns, menu and product ideas, each with the
// finding it rests on.
func (j job) studio() (*report.Document, error) {
	var t *fact.Table
	var err error
	if len(j.r.Entities) == 1 {
		t, err = fact.BuildDossier(j.ctx, j.Facts, j.r.Entities[0], j.o)
	} else {
		t, err = fact.Build(j.ctx, j.Facts, j.o)
	}
	if err != nil {
		return nil, asInput(err)
	}
	if _, err := fact.AddFeasts(j.ctx, j.Facts, t, j.r.Ahead, j.r.Feast); err != nil {
		return nil, err
	}
	d, err := j.write(t, nil)
	if err != nil {
		return nil, err
	}
	f := j.filler(t)
	o := studio.Options{Kind: j.r.Kind, Tone: j.r.Tone, Channel: j.r.Channel, Feast: j.r.Feast}
	if len(j.r.Entities) == 1 {
		o.Entity = j.r.Entities[0]
	}
	if o.Feast != "" {
		studio.Season(t, o.Feast, o.Entity)
	}
	groups, err := studio.Ideas(f, o)
	if err != nil {
		return nil, err
	}
	d.Title = j.word("studio.title" + dot(o.Kind))
	if o.Entity != "" {
		d.Title = j.word("studio.title.for"+dot(o.Kind)) + " " + j.the(f, o.Entity)
	}
	o = o.Defaults()
	d.Kicker = j.word("kicker.studio") + " · " + j.word("tone."+o.Tone) + " · " + j.word("channel."+o.Channel) + " · " + j.feast(f) + j.span(f, t.Window)
	d.Parts = nil
	for _, g := range groups {
		d.Parts = append(d.Parts, report.Part{Title: j.word("ideas." + g.Kind), Ideas: g.Ideas})
	}
	if dates := j.dates(t); len(dates.Rows) > 0 {
		d.Parts = append(d.Parts, report.Part{Title: j.word("part.dates"), Tables: []report.Table{dates}})
	}
	if len(groups) == 0 {
		d.Parts = append([]report.Part{{Text: []report.Sentence{{{Text: j.word("studio.none")}}}}}, d.Parts...)
	}
	d.Notes = append([]string{j.word("note.studio")}, d.Notes[0], j.word("note.coverage")) // the first of a brief is its method
	return d, nil
}

func dot(s string) string {
	if s == "" {
		return ""
	}
	return "." + s
}

// feast names the feast that is asked for, with a dot behind it.
func (j job) feast(f fill.Filler) string {
	if j.r.Feast == "" {
		return ""
	}
	return f.FeastName(j.r.Feast) + " · "
}

// the is an entity with its article, where the language has one.
func (j job) the(f fill.Filler, id string) string {
	p, ok := f.Phrase(id)
	if !ok || j.r.Lang == "en" {
		return j.name(id)
	}
	return p.The()
}

// dates lists the feasts ahead.
func (j job) dates(t *fact.Table) report.Table {
	f := j.filler(t)
	out := report.Table{Name: j.word("part.dates"), Cols: []report.Col{{Title: j.word("col.feast")}, {Title: j.word("col.days")}, {Title: j.word("col.entity")}}}
	for i := range t.Facts {
		x := &t.Facts[i]
		if x.Kind != fact.Feast || x.Finding != "" {
			continue
		}
		food := "–"
		if x.Entity != "" {
			food = j.name(x.Entity)
		}
		out.Rows = append(out.Rows, []string{f.FeastName(x.Feast), j.span(f, x.Period), food})
	}
	return out
}
