package panel

import (
	"context"
	"fmt"
	"html/template"
	"sync"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Tile is one key figure with its change against the period before.
type Tile struct {
	ID       string
	Label    string
	Value    string
	Href     string
	Interval string
	N        string
	Counted  string // the figure before correction for the model's errors; "" = not corrected
	Hint     string // how it was corrected
	Delta    *Delta
	Spark    template.HTML
	Empty    string // instead of a value: why there is none
}

// Delta is a change with its interval. Tone says how to read it: "good" and
// "bad" where more is better, "up" and "down" where it is neither, "unsure"
// where the interval includes zero.
type Delta struct {
	Arrow    template.HTML
	Text     string
	Interval string
	Tone     string
}

// tileMeasures are the key figures in display order; better is +1 where more is
// better, 0 where it is neither good nor bad.
var tileMeasures = []struct {
	name   string
	better int
}{
	{"mentions", 0},
	{"authors", 0},
	{"net_sentiment", 1},
	{"craving_rate", 1},
	{"mean_rating", 1},
}

// sparkWeeks is how far back the small lines of the tiles go.
const sparkWeeks = 16

// Tiles computes the key figures of the scope: three queries, side by side. With
// exactly one entity in the filter its share of voice is the first of the rates.
func Tiles(ctx context.Context, s Scope) ([]Tile, error) {
	list := tileMeasures
	if len(s.Filter.Entities) == 1 {
		list = append(list[:2:2], append([]struct {
			name   string
			better int
		}{{"sov", 0}}, list[2:]...)...)
	}
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.name
	}
	spark := s.Filter
	spark.To = monday(s.Filter.To+1) - 1 // whole weeks only
	spark.From = spark.To - 7*sparkWeeks + 1
	var now, before, weeks metric.Result
	err := Together(ctx,
		func(ctx context.Context) (err error) {
			now, err = s.Store.Query(ctx, metric.Query{Filter: s.Filter, Measures: names})
			return err
		},
		func(ctx context.Context) (err error) {
			before, err = s.Store.Query(ctx, metric.Query{Filter: s.Previous(), Measures: names})
			return err
		},
		func(ctx context.Context) (err error) {
			weeks, err = s.Store.Query(ctx, metric.Query{Filter: spark, Measures: names, By: []metric.Dimension{metric.ByWeek}, Order: "week"})
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("key figures: %w", err)
	}
	out := make([]Tile, 0, len(list))
	for i, m := range list {
		def, err := metric.MeasureByName(m.name)
		if err != nil {
			return nil, fmt.Errorf("key figures: %w", err)
		}
		out = append(out, s.tile(def, m.better, only(now, i), only(before, i), weekly(weeks, i, spark.From)))
	}
	return out, nil
}

func (s Scope) tile(m metric.Measure, better int, now, before metric.Value, weeks []float64) Tile {
	t := Tile{ID: "tile-" + m.Name, Label: s.Text.T(m.Title), Href: s.Link(s.Filter)}
	if !now.Defined || m.Unit != metric.UnitCount && Thin(m.Unit, now) {
		t.Empty = s.Text.T("not_enough")
		t.N = s.Text.T("n", "n", now.N)
		return t
	}
	t.Value = s.Write(m.Unit, now.Value)
	t.Interval = s.Interval(m.Unit, now)
	t.N = s.Text.T("n", "n", now.N)
	if now.Corrected {
		t.Counted, t.Hint = s.Text.T("corrected.tile", "raw", s.Write(m.Unit, now.Raw)), s.hint(m.Unit, now)
	}
	t.Spark = html(chart.Spark{Values: weeks, Tone: chart.Accent, Width: 160, Height: 30}.Render())
	if m.Unit != metric.UnitCount && Thin(m.Unit, before) {
		return t
	}
	d := Difference(now, before)
	write := s.Text.Points
	switch m.Unit {
	case metric.UnitCount:
		d = Change(now, before)
		write = func(v float64) string { return s.Text.SignedPercent(v, 1) }
	case metric.UnitNet:
		write = func(v float64) string { return s.Text.Signed(100*v, 1) }
	case metric.UnitStars:
		write = func(v float64) string { return s.Text.Signed(v, 2) }
	}
	if d.Defined {
		t.Delta = NewDelta(d, better, write, s.Text.T)
	}
	return t
}

// NewDelta dresses a change.
func NewDelta(d metric.Value, better int, write func(float64) string, tr func(string, ...any) string) *Delta {
	sign := 0
	switch {
	case d.Value > 0:
		sign = 1
	case d.Value < 0:
		sign = -1
	}
	out := &Delta{
		Arrow:    html(chart.Arrow(sign, chart.Ink)),
		Text:     write(d.Value),
		Interval: tr("delta_interval", "low", write(d.Low), "high", write(d.High)),
		Tone:     "unsure",
	}
	if !Clear(d) {
		return out
	}
	switch {
	case better*sign > 0:
		out.Tone = "good"
	case better*sign < 0:
		out.Tone = "bad"
	case sign > 0:
		out.Tone = "up"
	default:
		out.Tone = "down"
	}
	return out
}

// only is the i-th figure of a result without dimensions.
func only(r metric.Result, i int) metric.Value {
	if len(r.Rows) == 0 {
		return metric.Value{}
	}
	return r.Rows[0].Values[i]
}

// weekly lays the i-th figure of a by-week result out over sparkWeeks weeks.
func weekly(r metric.Result, i int, from mention.Day) []float64 {
	out := missing(sparkWeeks)
	for _, row := range r.Rows {
		d, err := mention.ParseDay(row.Keys[0])
		if k := int(d-from) / 7; err == nil && d >= from && k < len(out) && row.Values[i].Defined {
			out[k] = row.Values[i].Value
		}
	}
	return out
}

// Together runs the functions side by side and returns the first error, after
// which the others' context is cancelled.
func Together(ctx context.Context, fs ...func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	for _, f := range fs {
		wg.Go(func() {
			if err := f(ctx); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}
