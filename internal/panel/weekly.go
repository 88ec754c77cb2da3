package panel

import (
	"context"
	"fmt"
	"math"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// weeks is the axis of the weekly panels: whole ISO weeks up to the end of the
// scope's period, at least a year of them.
type weeks struct {
	from mention.Day // a Monday
	n    int
}

func (s Scope) weeks() weeks {
	to := monday(s.Filter.To+1) - 1
	from := monday(min(s.Filter.From, to-52*7+1))
	return weeks{from, max(1, int(to-from+1)/7)}
}

func (w weeks) day(i int) mention.Day { return w.from + mention.Day(7*i) }
func (w weeks) to() mention.Day       { return w.day(w.n) - 1 }

func (w weeks) index(key string) (int, bool) {
	d, err := mention.ParseDay(key)
	i := int(d-w.from) / 7
	return i, err == nil && d >= w.from && i < w.n
}

// timeTicks labels the first step of every third month, more rarely over years.
func timeTicks(s Scope, steps []mention.Day) []chart.Tick {
	days := int(steps[len(steps)-1] - steps[0])
	step := 3
	switch {
	case days > 3*366:
		step = 12
	case days > 420:
		step = 6
	}
	var out []chart.Tick
	for i, d := range steps {
		if t := d.Date(); t.Day() <= 7 && (int(t.Month())-1)%step == 0 {
			out = append(out, chart.Tick{At: float64(i), Label: s.Text.MonthYear(d)})
		}
	}
	return out
}

// marks shows where the scope's period begins.
func (w weeks) marks(s Scope) []chart.Tick {
	var out []chart.Tick
	if i := int(s.Filter.From-w.from) / 7; i > 0 && i < w.n-1 && s.Days() >= 14 {
		out = append(out, chart.Tick{At: float64(i)})
	}
	for _, n := range s.Notes { // a reader's notes, in the week of their day
		if i := int(n.Day-w.from) / 7; n.Day >= w.from && i < w.n {
			out = append(out, chart.Tick{At: float64(i), Label: n.Text})
		}
	}
	return out
}

func missing(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.NaN()
	}
	return out
}

// Weekly shows mentions a week, stacked by sentiment.
func Weekly(ctx context.Context, s Scope) (Panel, error) {
	w := s.weeks()
	f := s.Filter
	f.From, f.To = w.from, w.to()
	r, err := s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByWeek, metric.BySentiment}, Limit: 10_000})
	if err != nil {
		return Panel{}, fmt.Errorf("weekly mentions: %w", err)
	}
	by := [3][]float64{make([]float64, w.n), make([]float64, w.n), make([]float64, w.n)}
	var total int64
	for _, row := range r.Rows {
		i, ok := w.index(row.Keys[0])
		k := sentimentIndex(row.Keys[1])
		if ok && k >= 0 {
			by[k][i] += row.Values[0].Value
			total += int64(row.Values[0].Value)
		}
	}
	p := Panel{ID: "weekly", Sub: s.Text.T("weekly.sub", "days", s.Text.Days(w.from, w.to()))}
	if total == 0 {
		p.Title, p.Empty = s.Text.T("weekly.name"), s.Text.T("weekly.partial")
		return p, nil
	}
	peak, at := 0.0, 0
	for i := range w.n {
		if v := by[0][i] + by[1][i] + by[2][i]; v > peak {
			peak, at = v, i
		}
	}
	p.Title = s.Text.T("weekly.title", "day", s.Text.Day(w.day(at)), "n", int64(peak))
	tones := [3]chart.Tone{chart.Negative, chart.Neutral, chart.Positive}
	st := chart.Stack{Name: p.Title + ". " + p.Sub, Height: 260, X: timeTicks(s, w.steps(metric.ByWeek)), Marks: w.marks(s), Format: s.Text.Compact}
	for k, label := range mention.SentimentLabels {
		st.Series = append(st.Series, chart.Series{Label: s.Text.T("sentiment." + label), Tone: tones[k], Values: by[k]})
	}
	p.Chart = html(st.Render())
	p.Note = s.note(total, "count")
	p.Table.Cols = []Col{{Key: "week", Title: s.Text.T("col.week")}, {Key: "negative", Title: s.Text.T("sentiment.neg"), Num: true}, {Key: "neutral", Title: s.Text.T("sentiment.neu"), Num: true}, {Key: "positive", Title: s.Text.T("sentiment.pos"), Num: true}, {Key: "total", Title: s.Text.T("col.total"), Num: true}}
	for i := range w.n {
		lf := f
		lf.From, lf.To = w.day(i), w.day(i)+6
		row := []Cell{{Text: s.Text.Day(w.day(i)), Raw: w.day(i).String(), Head: true}}
		for k := range by {
			kf := lf
			kf.Sentiments = []mention.Sentiment{mention.Sentiment(k - 1)}
			row = append(row, s.count(int64(by[k][i]), s.Link(kf)))
		}
		p.Table.Rows = append(p.Table.Rows, append(row, s.count(int64(by[0][i]+by[1][i]+by[2][i]), s.Link(lf))))
	}
	return p, nil
}

func sentimentIndex(key string) int {
	for i, l := range mention.SentimentLabels {
		if l == key {
			return i
		}
	}
	return -1
}
