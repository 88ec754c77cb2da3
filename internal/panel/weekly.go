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

// ticks labels the first week of every third month, more rarely over years.
func (w weeks) ticks(s Scope) []chart.Tick {
	step := 3
	switch {
	case w.n > 3*53:
		step = 12
	case w.n > 60:
		step = 6
	}
	var out []chart.Tick
	last := -99
	for i := range w.n {
		d := w.day(i)
		if t := d.Date(); t.Day() <= 7 && (int(t.Month())-1)%step == 0 && i-last > 3 {
			out = append(out, chart.Tick{At: float64(i), Label: s.Text.MonthYear(d)})
			last = i
		}
	}
	return out
}

// marks shows where the scope's period begins.
func (w weeks) marks(s Scope) []chart.Tick {
	i := int(s.Filter.From-w.from) / 7
	if i <= 0 || i >= w.n-1 || s.Days() < 14 {
		return nil
	}
	return []chart.Tick{{At: float64(i)}}
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
		p.Title, p.Empty = s.Text.T("weekly.name"), s.Text.T("empty.period")
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
	st := chart.Stack{Name: p.Title + ". " + p.Sub, Height: 260, X: w.ticks(s), Marks: w.marks(s), Format: s.Text.Compact}
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

// NetWeekly shows net sentiment a week with its interval as a band.
func NetWeekly(ctx context.Context, s Scope) (Panel, error) {
	w := s.weeks()
	f := s.Filter
	f.From, f.To = w.from, w.to()
	var r, all metric.Result
	err := Together(ctx, func(ctx context.Context) (err error) {
		r, err = s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}, By: []metric.Dimension{metric.ByWeek}, Limit: 10_000})
		return err
	}, func(ctx context.Context) (err error) {
		all, err = s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}})
		return err
	})
	if err != nil {
		return Panel{}, fmt.Errorf("weekly sentiment: %w", err)
	}
	p := Panel{ID: "net-weekly", Sub: s.Text.T("net_weekly.sub", "days", s.Text.Days(w.from, w.to()))}
	mean := only(all, 0)
	if !mean.Defined || mean.N < MinN {
		p.Title, p.Empty = s.Text.T("net_weekly.name"), s.Text.T("empty.few", "n", mean.N, "min", MinN)
		return p, nil
	}
	vs := make([]metric.Value, w.n)
	line := chart.Series{Label: s.Text.T("net_weekly.label"), Tone: chart.Accent, Values: missing(w.n), Low: missing(w.n), High: missing(w.n)}
	for _, row := range r.Rows {
		if i, ok := w.index(row.Keys[0]); ok && row.Values[0].Defined {
			v := row.Values[0]
			vs[i] = v
			if v.N >= minBand {
				line.Values[i], line.Low[i], line.High[i] = 100*v.Value, 100*v.Low, 100*v.High
			}
		}
	}
	key := "net_weekly.steady"
	switch {
	case mean.Low > 0:
		key = "net_weekly.positive"
	case mean.High < 0:
		key = "net_weekly.negative"
	}
	p.Title = s.Text.T(key, "net", s.Write(metric.UnitNet, mean.Value), "low", s.Write(metric.UnitNet, mean.Low), "high", s.Write(metric.UnitNet, mean.High))
	p.Chart = html(chart.Lines{Name: p.Title + ". " + p.Sub, Height: 220, Series: []chart.Series{line}, X: w.ticks(s), Marks: w.marks(s), Zero: true,
		Format: func(v float64) string { return s.Text.Signed(v, 0) }}.Render())
	p.Note = s.note(mean.N, "net")
	p.Table.Cols = []Col{{Key: "week", Title: s.Text.T("col.week")}, {Key: "net_sentiment", Title: s.Text.T("measure.net_sentiment"), Num: true}, {Key: "low", Title: s.Text.T("col.low"), Num: true}, {Key: "high", Title: s.Text.T("col.high"), Num: true}, {Key: "n", Title: "n", Num: true}}
	for i, v := range vs {
		lf := f
		lf.From, lf.To = w.day(i), w.day(i)+6
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: s.Text.Day(w.day(i)), Raw: w.day(i).String(), Head: true},
			s.figure(metric.UnitNet, v, s.Link(lf)), s.bound(metric.UnitNet, v, v.Low), s.bound(metric.UnitNet, v, v.High), s.count(v.N, "")})
	}
	return p, nil
}

// minBand is the least n of a week that the line shows; thinner weeks are gaps,
// for their band would hide the others.
const minBand = 5

func sentimentIndex(key string) int {
	for i, l := range mention.SentimentLabels {
		if l == key {
			return i
		}
	}
	return -1
}
