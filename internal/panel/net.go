package panel

import (
	"context"
	"fmt"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Net shows net sentiment over time with its interval as a band: by week, or by
// month where weeks hold too few mentions to say anything.
func Net(ctx context.Context, s Scope) (Panel, error) {
	w := s.weeks()
	f := s.Filter
	f.From, f.To = w.from, w.to()
	var r, all metric.Result
	grain := metric.ByWeek
	all, err := s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}})
	if err != nil {
		return Panel{}, fmt.Errorf("net sentiment: %w", err)
	}
	mean := only(all, 0)
	if mean.N < int64(MinN*w.n) {
		grain = metric.ByMonth
	}
	p := Panel{ID: "net", Sub: s.Text.T("net.sub."+string(grain), "days", s.Text.Days(w.from, w.to()))}
	if !mean.Defined || Thin(metric.UnitNet, mean) {
		p.Title, p.Empty = s.Text.T("net.name"), s.Text.T("empty.few", "n", mean.N, "min", MinN)
		return p, nil
	}
	steps := w.steps(grain)
	if grain == metric.ByMonth { // whole months
		f.From, f.To = steps[0], steps[len(steps)-1]-1
		steps = steps[:len(steps)-1]
	}
	r, err = s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}, By: []metric.Dimension{grain}, Limit: 10_000})
	if err != nil {
		return Panel{}, fmt.Errorf("net sentiment over time: %w", err)
	}
	at := make(map[string]int, len(steps))
	for i, d := range steps {
		at[d.String()] = i
	}
	vs := make([]metric.Value, len(steps))
	line := chart.Series{Label: s.Text.T("net.label"), Tone: chart.Accent, Values: missing(len(steps)), Low: missing(len(steps)), High: missing(len(steps))}
	for _, row := range r.Rows {
		i, ok := at[row.Keys[0]]
		if v := row.Values[0]; ok && v.Defined {
			vs[i] = v
			if v.N >= minBand {
				line.Values[i], line.Low[i], line.High[i] = 100*v.Value, 100*v.Low, 100*v.High
			}
		}
	}
	key := "net.neither"
	switch {
	case mean.Low > 0:
		key = "net.positive"
	case mean.High < 0:
		key = "net.negative"
	}
	p.Title = s.Text.T(key, "net", s.Write(metric.UnitNet, mean.Value), "low", s.Write(metric.UnitNet, mean.Low), "high", s.Write(metric.UnitNet, mean.High))
	p.Chart = html(chart.Lines{Name: p.Title + ". " + p.Sub, Height: 220, Series: []chart.Series{line}, X: timeTicks(s, steps), Zero: true,
		Format: func(v float64) string { return s.Text.Signed(v, 0) }}.Render())
	p.Note = s.noteOf(mean.N, "net", all, 0) + ". " + s.Text.T("net.gaps", "min", minBand)
	p.Table.Cols = []Col{{Key: string(grain), Title: s.Text.T("col." + string(grain))}, {Key: "net_sentiment", Title: s.Text.T("measure.net_sentiment"), Num: true}, {Key: "low", Title: s.Text.T("col.low"), Num: true}, {Key: "high", Title: s.Text.T("col.high"), Num: true}, {Key: "n", Title: "n", Num: true}}
	for i, v := range vs {
		lf := f
		lf.From, lf.To = steps[i], f.To
		if i+1 < len(steps) {
			lf.To = steps[i+1] - 1
		}
		label := s.Text.Day(steps[i])
		if grain == metric.ByMonth {
			label = s.Text.MonthYear(steps[i])
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: label, Raw: steps[i].String(), Head: true},
			s.figure(metric.UnitNet, v, s.Link(lf)), s.bound(metric.UnitNet, v, v.Low), s.bound(metric.UnitNet, v, v.High), s.count(v.N, "")})
	}
	return p, nil
}

// minBand is the least n of a week or month that the line shows; thinner ones are
// gaps, for their band would hide the others.
const minBand = 10

// steps lists the first days of the weeks; by month, of the months that begin in
// the range, and one more as the end.
func (w weeks) steps(grain metric.Dimension) []mention.Day {
	var out []mention.Day
	if grain == metric.ByWeek {
		for i := range w.n {
			out = append(out, w.day(i))
		}
		return out
	}
	t := w.from.Date()
	for m := t.AddDate(0, 0, 1-t.Day()); ; m = m.AddDate(0, 1, 0) {
		d := mention.Day(m.Unix() / 86400)
		out = append(out, d)
		if d > w.to() {
			return out
		}
	}
}
