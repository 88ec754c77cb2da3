package panel

import (
	"context"
	"fmt"

	"antojo/internal/chart"
	"antojo/internal/metric"
)

const leaders = 10

// Leaders ranks what is spoken of most, with its share of voice and how people
// feel about it. link leads to an entity's page.
func Leaders(ctx context.Context, s Scope, link func(id string) string) (Panel, error) {
	r, err := s.Store.Query(ctx, metric.Query{Filter: s.Filter, Measures: []string{"sov", "mentions", "net_sentiment"}, By: []metric.Dimension{metric.ByEntity}, Order: "-mentions", Limit: leaders})
	if err != nil {
		return Panel{}, fmt.Errorf("leaders: %w", err)
	}
	p := Panel{ID: "leaders", Sub: s.Text.T("leaders.sub", "days", s.Text.Days(s.Filter.From, s.Filter.To))}
	if len(r.Rows) == 0 || r.Rows[0].Values[1].N < MinN {
		p.Title, p.Empty = s.Text.T("leaders.name"), s.Text.T("empty.period")
		return p, nil
	}
	first := r.Rows[0]
	p.Title = s.Text.T("leaders.title", "first", s.Name(first.Keys[0]), "share", s.Write(metric.UnitShare, first.Values[0].Value))
	if len(r.Rows) > 1 && r.Rows[1].Values[0].High >= first.Values[0].Low {
		p.Title = s.Text.T("leaders.close", "first", s.Name(first.Keys[0]), "second", s.Name(r.Rows[1].Keys[0]))
	}
	p.Note = s.note(r.Total, "share")
	hi := 0.0
	for _, row := range r.Rows {
		hi = max(hi, row.Values[0].High)
	}
	p.Table.Cols = []Col{{Key: "entity", Title: s.Text.T("col.entity")}, {Key: "share_of_voice", Title: s.Text.T("measure.sov"), Num: true}, {Key: "interval", Title: s.Text.T("col.interval"), On: PageOnly},
		{Key: "low", Title: s.Text.T("col.low"), Num: true, On: CSVOnly}, {Key: "high", Title: s.Text.T("col.high"), Num: true, On: CSVOnly},
		{Key: "mentions", Title: s.Text.T("measure.mentions"), Num: true}, {Key: "net_sentiment", Title: s.Text.T("trends.col.net"), Num: true}}
	for _, row := range r.Rows {
		f := s.Filter
		f.Entities, f.Kinds = []string{row.Keys[0]}, nil
		sov, n, net := row.Values[0], row.Values[1], row.Values[2]
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: s.Name(row.Keys[0]), Raw: row.Keys[0], Href: link(row.Keys[0]), Head: true},
			s.figure(metric.UnitShare, sov, s.Link(f)),
			{Draw: html(chart.Range{Value: sov.Value, Low: sov.Low, High: sov.High, Min: 0, Max: hi, Tone: chart.Accent, Defined: sov.Defined}.Render())},
			s.bound(metric.UnitShare, sov, sov.Low), s.bound(metric.UnitShare, sov, sov.High),
			s.count(int64(n.Value), s.Link(f)), s.figure(metric.UnitNet, net, s.Link(f))})
	}
	return p, nil
}
