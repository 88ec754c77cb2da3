package product

import (
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/report"
	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Bounds of the lists of a monthly report.
const (
	topFoods  = 12
	topPlaces = 12
)

// monthly is the report of a month: the text of the month, charts and tables.
func (j job) monthly() (*report.Document, error) {
	t, err := fact.BuildMonth(j.ctx, j.Facts, j.o)
	if err != nil {
		return nil, err
	}
	d, err := j.write(t, outline.Monthly(t))
	if err != nil {
		return nil, err
	}
	f := j.filler(t)
	if m, err := f.Text(fill.Ref{Fact: "P", Field: "Month"}); err == nil {
		d.Kicker = j.word("kicker.monthly") + " · " + m
	}
	month := days(t.Week)
	over, err := j.overTime([]string{""}, nil, j.word("chart.all"), t.Week.To)
	if err != nil {
		return nil, err
	}
	foods, err := j.foods(month)
	if err != nil {
		return nil, err
	}
	liked, any, err := j.aspects(month, j.word("chart.aspects"))
	if err != nil {
		return nil, err
	}
	into := func(key string, put func(*report.Part)) {
		title := j.word("part." + key)
		for i := range d.Parts {
			if d.Parts[i].Title == title {
				put(&d.Parts[i])
				return
			}
		}
		p := report.Part{Title: title}
		put(&p)
		d.Parts = append(d.Parts, p)
	}
	into("summary", func(p *report.Part) {
		p.Charts = append(p.Charts, over)
		if foods != nil {
			p.Charts = append(p.Charts, *foods)
		}
	})
	if any {
		into("opinions", func(p *report.Part) { p.Charts = append(p.Charts, liked) })
	}
	places, err := j.places(month)
	if err != nil {
		return nil, err
	}
	sources, err := j.sources(month)
	if err != nil {
		return nil, err
	}
	tables := report.Part{Title: j.word("part.tables")}
	for _, x := range []report.Table{j.changes(t, j.word("table.changes"), func(*fact.Fact) bool { return true }), places, sources} {
		if len(x.Rows) > 0 {
			tables.Tables = append(tables.Tables, x)
		}
	}
	if len(tables.Tables) > 0 {
		d.Parts = append(d.Parts, tables)
	}
	d.Notes = append(d.Notes, j.word("note.month"), j.word("note.intervals"), j.word("note.coverage"))
	return d, nil
}

// foods draws the most mentioned dishes with their share.
func (j job) foods(f metric.Filter) (*report.Chart, error) {
	f.Kinds = []string{"dish"}
	rows, err := j.query(f, topFoods, "-mentions", []string{"mentions", "sov"}, metric.ByEntity)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	title := j.word("chart.dishes")
	b := &chart.Bars{Name: title}
	for _, r := range rows {
		v := r.Values[1]
		if !v.Defined || v.N < minShown {
			continue
		}
		b.Rows = append(b.Rows, chart.Bar{Label: j.name(r.Keys[0]), Text: j.share(v), Value: v.Value, Low: v.Low, High: v.High, Tone: chart.Accent, Defined: true})
	}
	if len(b.Rows) == 0 {
		return nil, nil
	}
	return &report.Chart{Title: title, Bars: b, Note: j.word("note.dishes")}, nil
}

// places lists mentions and mood by department.
func (j job) places(f metric.Filter) (report.Table, error) {
	t := report.Table{Title: j.word("table.places"), Cols: []report.Col{{Title: j.word("col.place")}, {Title: j.word("col.mentions"), Num: true}, {Title: j.word("col.net"), Num: true}}}
	rows, err := j.query(f, topPlaces+1, "-mentions", []string{"mentions", "net_sentiment"}, metric.ByDepartment)
	if err != nil {
		return t, err
	}
	for _, r := range rows {
		name := department(r.Keys[0])
		if name == "" || len(t.Rows) == topPlaces {
			continue
		}
		t.Rows = append(t.Rows, []string{name, j.numbers().Int(int64(r.Values[0].Value)), j.net(r.Values[1])})
		of := f
		if d, err := mention.DepartmentByCode(r.Keys[0]); err == nil {
			of.Departments = []mention.Department{d}
		}
		t.Behind = append(t.Behind, of.Values().Encode())
	}
	return t, nil
}

// sources lists what the figures rest on.
func (j job) sources(f metric.Filter) (report.Table, error) {
	t := report.Table{Title: j.word("table.sources"), Cols: []report.Col{{Title: j.word("col.source")}, {Title: j.word("col.mentions"), Num: true}, {Title: j.word("col.share"), Num: true}, {Title: j.word("col.net"), Num: true}}}
	rows, err := j.query(f, 10, "-mentions", []string{"mentions", "net_sentiment"}, metric.BySource)
	if err != nil {
		return t, err
	}
	var sum int64
	for _, r := range rows {
		sum += int64(r.Values[0].Value)
	}
	for _, r := range rows {
		n := int64(r.Values[0].Value)
		t.Rows = append(t.Rows, []string{fill.SourceName(j.r.Lang, r.Keys[0]), j.numbers().Int(n), j.share(metric.Share(n, sum)), j.net(r.Values[1])})
		of := f
		of.Sources = []mention.Source{mention.Source(r.Keys[0])}
		t.Behind = append(t.Behind, of.Values().Encode())
	}
	return t, nil
}
