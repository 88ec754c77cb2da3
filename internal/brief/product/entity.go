package product

import (
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/report"
	"antojo/internal/chart"
	"antojo/internal/mention"
)

// dossier is all about one entity.
func (j job) dossier() (*report.Document, error) {
	id := j.r.Entities[0]
	t, err := fact.BuildDossier(j.ctx, j.Facts, id, j.o)
	if err != nil {
		return nil, asInput(err)
	}
	d, err := j.write(t, outline.Dossier(t))
	if err != nil {
		return nil, err
	}
	f := j.filler(t)
	d.Kicker = j.word("kicker.dossier") + " · " + j.name(id) + " · " + j.span(f, t.Window)
	over, err := j.overTime([]string{id}, func(string) string { return "" }, j.word("chart.entity"), t.Window.To)
	if err != nil {
		return nil, err
	}
	window := days(t.Window)
	window.Entities = []string{id}
	liked, any, err := j.aspects(window, j.word("chart.aspects.entity"))
	if err != nil {
		return nil, err
	}
	places, err := j.places(window)
	if err != nil {
		return nil, err
	}
	sources, err := j.sources(window)
	if err != nil {
		return nil, err
	}
	figures := report.Part{Title: j.word("part.figures"), Charts: []report.Chart{over}}
	if any {
		figures.Charts = append(figures.Charts, liked)
	}
	for _, x := range []report.Table{j.changes(t, j.word("table.verdict"), func(*fact.Fact) bool { return true }), places, sources} {
		if len(x.Rows) > 0 {
			figures.Tables = append(figures.Tables, x)
		}
	}
	d.Parts = append(d.Parts, figures)
	if said := j.said(t, f); len(said.Rows) > 0 {
		d.Parts = append(d.Parts, report.Part{Title: j.word("part.said"), Tables: []report.Table{said}})
	}
	d.Notes = append(d.Notes, j.word("note.category"), j.word("note.intervals"), j.word("note.coverage"))
	return d, nil
}

// said lists the quotes of a table.
func (j job) said(t *fact.Table, f fill.Filler) report.Table {
	out := report.Table{Name: j.word("part.said"), Cols: []report.Col{{Title: j.word("col.quote")}, {Title: j.word("col.side")}, {Title: j.word("col.source")}, {Title: j.word("col.mention")}}}
	for _, q := range t.Quotes {
		id := q.Mention
		if len(id) > 8 {
			id = id[len(id)-8:]
		}
		out.Rows = append(out.Rows, []string{q.Text, j.word("side." + q.Sentiment), fill.SourceName(j.r.Lang, q.Source), id})
	}
	return out
}

func (j job) span(f fill.Filler, s fact.Span) string { return f.Days(s.From, s.To) }

// comparison sets two to six entities side by side.
func (j job) comparison() (*report.Document, error) {
	t, err := fact.BuildComparison(j.ctx, j.Facts, j.r.Entities, j.o)
	if err != nil {
		return nil, asInput(err)
	}
	d, err := j.write(t, outline.Comparison(t))
	if err != nil {
		return nil, err
	}
	f := j.filler(t)
	d.Kicker = j.word("kicker.comparison") + " · " + j.span(f, t.Window)
	over, err := j.overTime(j.r.Entities, j.name, j.word("chart.entities"), t.Window.To)
	if err != nil {
		return nil, err
	}
	voices := &chart.Bars{Name: j.word("chart.voices")}
	sides := report.Table{Title: j.word("table.sides"), Cols: []report.Col{{Title: j.word("col.entity")}, {Title: j.word("col.mentions"), Num: true}, {Title: j.word("col.share"), Num: true}, {Title: j.word("col.verdict")}, {Title: j.word("col.growth"), Num: true}, {Title: j.word("col.net"), Num: true}}}
	moods := &chart.Diverging{Name: j.word("chart.moods"), Max: 1}
	of := func(id string, kinds ...fact.Kind) *fact.Fact {
		for i := range t.Facts {
			for _, k := range kinds {
				if t.Facts[i].Entity == id && t.Facts[i].Kind == k {
					return &t.Facts[i]
				}
			}
		}
		return &fact.Fact{}
	}
	for i := range t.Facts {
		v := &t.Facts[i]
		if v.Kind != fact.Leader {
			continue
		}
		name := j.name(v.Entity)
		if s, ok := v.Figure(fact.Share); ok {
			voices.Rows = append(voices.Rows, chart.Bar{Label: name, Text: j.figure(f, v, fact.Share), Value: s.Value, Low: s.Low, High: s.High, Tone: chart.Accent, Defined: true})
		}
		m := of(v.Entity, fact.Mood)
		if s, ok := m.Figure(fact.Net); ok {
			moods.Rows = append(moods.Rows, chart.Share{Label: name, Text: j.figure(f, m, fact.Net), Neg: m.Figures[fact.Negative].Value, Pos: m.Figures[fact.Positive].Value, Net: s.Value, Low: s.Low, High: s.High, Defined: true})
		}
		c := of(v.Entity, fact.Change, fact.FewData)
		sides.Rows = append(sides.Rows, []string{name, j.figure(f, v, fact.Mentions), j.figure(f, v, fact.Share), j.word("verdict." + c.Verdict), j.figure(f, c, fact.Growth), j.figure(f, m, fact.Net)})
		sides.Behind = append(sides.Behind, v.Query)
	}
	figures := report.Part{Title: j.word("part.figures"), Charts: []report.Chart{over}, Tables: []report.Table{sides}}
	if len(voices.Rows) > 0 {
		figures.Charts = append(figures.Charts, report.Chart{Title: voices.Name, Bars: voices, Note: j.word("note.voices")})
	}
	if len(moods.Rows) > 0 {
		figures.Charts = append(figures.Charts, report.Chart{Title: moods.Name, Diverging: moods, Note: j.word("note.aspects")})
	}
	d.Parts = append(d.Parts, figures)
	d.Notes = append(d.Notes, j.word("note.compare"), j.word("note.intervals"), j.word("note.coverage"))
	return d, nil
}

// department is the name of a department by its code, "" where none is known.
func department(code string) string {
	x, err := mention.DepartmentByCode(code)
	if err != nil || x == 0 {
		return ""
	}
	return x.Name()
}
