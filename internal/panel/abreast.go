package panel

import (
	"context"
	"fmt"

	"antojo/internal/chart"
	"antojo/internal/metric"
)

// AbreastTones tell the entities of a comparison apart, in their order.
var AbreastTones = [...]chart.Tone{chart.Cat1, chart.Cat2, chart.Cat3, chart.Cat4, chart.Cat5, chart.Cat6}

// Abreast draws the weekly mentions of up to six entities on one chart, each line
// labelled at its end.
func Abreast(ctx context.Context, s Scope, ids []string) (Panel, error) {
	w := s.weeks()
	f := s.Filter
	f.Entities, f.Kinds = ids, nil
	f.From, f.To = w.from, w.to()
	p := Panel{ID: "abreast", Title: s.Text.T("abreast.name"), Sub: s.Text.T("abreast.sub", "days", s.Text.Days(w.from, w.to()))}
	if len(ids) == 0 {
		p.Empty = s.Text.T("abreast.empty")
		return p, nil
	}
	r, err := s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByWeek, metric.ByEntity}, Limit: 10_000})
	if err != nil {
		return p, fmt.Errorf("weekly mentions side by side: %w", err)
	}
	by := map[string][]float64{}
	for _, id := range ids {
		by[id] = make([]float64, w.n)
	}
	var total int64
	sums := map[string]int64{}
	for _, row := range r.Rows {
		i, ok := w.index(row.Keys[0])
		values := by[row.Keys[1]]
		if !ok || values == nil {
			continue
		}
		values[i] += row.Values[0].Value
		sums[row.Keys[1]] += int64(row.Values[0].Value)
		total += int64(row.Values[0].Value)
	}
	if total == 0 {
		p.Empty = s.Text.T("empty.period")
		return p, nil
	}
	first := ids[0]
	for _, id := range ids {
		if sums[id] > sums[first] {
			first = id
		}
	}
	ahead := 0
	for i := range w.n {
		most := true
		for _, id := range ids {
			most = most && (id == first || by[id][i] < by[first][i])
		}
		if most {
			ahead++
		}
	}
	p.Title = s.Text.T("abreast.one", "name", s.Name(first), "n", sums[first])
	if len(ids) > 1 {
		p.Title = s.Text.T("abreast.title", "first", s.Name(first), "ahead", ahead, "weeks", w.n)
	}
	d := chart.Lines{Name: p.Title + ". " + p.Sub, Height: 300, Zero: true, X: timeTicks(s, w.steps(metric.ByWeek)), Marks: w.marks(s), Format: s.Text.Compact}
	p.Table.Cols = []Col{{Key: "week", Title: s.Text.T("col.week")}}
	for i, id := range ids {
		d.Series = append(d.Series, chart.Series{Label: s.Name(id), Tone: AbreastTones[i%len(AbreastTones)], Values: by[id]})
		p.Table.Cols = append(p.Table.Cols, Col{Key: id, Title: s.Name(id), Num: true})
	}
	for i := range w.n {
		lf := f
		lf.From, lf.To = w.day(i), w.day(i)+6
		row := []Cell{{Text: s.Text.Day(w.day(i)), Raw: w.day(i).String(), Head: true}}
		for _, id := range ids {
			lf.Entities = []string{id}
			row = append(row, s.count(int64(by[id][i]), s.Link(lf)))
		}
		p.Table.Rows = append(p.Table.Rows, row)
	}
	p.Chart = html(d.Render())
	p.Note = s.note(total, "count")
	return p, nil
}
