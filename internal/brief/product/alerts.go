package product

import (
	"slices"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/report"
	"antojo/internal/trend/alert"
	"antojo/internal/trend/calendar"
)

// mostAlerts is how many alerts one text tells.
const mostAlerts = 6

// alerts is the text of the alerts that ask for attention.
func (j job) alerts() (*report.Document, error) {
	var all []alert.Alert
	if j.Alerts != nil {
		all = j.Alerts()
	}
	var list []alert.Alert
	for _, a := range all {
		named := len(j.r.Entities) == 0 || a.Scope == alert.Entity && slices.Contains(j.r.Entities, a.Of)
		if _, _, _, known := j.Facts.Lexicon.FoodName(a.Of); a.Scope == alert.Entity && !known {
			continue
		}
		if a.Active(j.last) && named && len(list) < mostAlerts {
			list = append(list, a)
		}
	}
	t, err := fact.BuildAlerts(j.ctx, j.Facts, list, j.o)
	if err != nil {
		return nil, err
	}
	d, err := j.write(t, outline.AlertText(t))
	if err != nil {
		return nil, err
	}
	d.Notes = []string{j.word("note.alerts")}
	if len(list) == 0 {
		d.Title = j.word("alerts.none")
		d.Parts = []report.Part{{}}
		return d, nil
	}
	for i := range d.Parts {
		d.Parts[i].List = true
	}
	f := j.filler(t)
	if len(t.Facts) > 0 {
		d.Kicker = j.word("kicker.alert") + " · " + j.span(f, t.Facts[0].Period)
	}
	n := j.numbers()
	details := report.Table{Title: j.word("table.alerts"), Cols: []report.Col{{Title: j.word("col.what")}, {Title: j.word("col.days")}, {Title: j.word("col.read"), Num: true}, {Title: j.word("col.usual"), Num: true}, {Title: j.word("col.context")}}}
	for i, a := range list {
		what := j.word("alerts.all")
		switch a.Scope {
		case alert.Entity:
			what = j.name(a.Of)
		case alert.Channel:
			what = j.word("alerts.channel") + " " + fill.ChannelName(a.Of)
		}
		x := &t.Facts[i]
		var context []string
		if a.Part != "" {
			context = append(context, j.word("alerts.part")+" "+fill.ChannelName(a.Part)+" ("+n.Percent(a.Share, 0)+")")
		}
		if a.Copied > .05 {
			context = append(context, j.word("alerts.copied")+" "+n.Percent(a.Copied, 0))
		}
		for _, c := range calendar.Feasts() {
			if slices.Contains(a.Feasts, c.ID) {
				name := c.Name
				if j.r.Lang == "en" {
					name = c.NameEN
				}
				context = append(context, j.word("alerts.feast")+" "+name)
			}
		}
		if a.Partial {
			context = append(context, j.word("alerts.partial"))
		}
		if len(context) == 0 {
			context = []string{"–"}
		}
		joined := context[0]
		for _, c := range context[1:] {
			joined += "; " + c
		}
		details.Rows = append(details.Rows, []string{what, j.span(f, x.Period), j.figure(f, x, fact.Mentions), j.figure(f, x, fact.Usual), joined})
		details.Behind = append(details.Behind, x.Query)
	}
	d.Parts = append(d.Parts, report.Part{Title: j.word("part.figures"), Tables: []report.Table{details}})
	return d, nil
}
