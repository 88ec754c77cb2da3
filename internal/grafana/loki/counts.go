package loki

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// sample is a moment in seconds with a value, as Prometheus writes it.
type sample [2]any

type matrixSeries struct {
	Metric map[string]string `json:"metric"`
	Values []sample          `json:"values"`
}

type vectorSeries struct {
	Metric map[string]string `json:"metric"`
	Value  sample            `json:"value"`
}

func at(t time.Time, v float64) sample {
	return sample{float64(t.UnixMilli()) / 1000, strconv.FormatFloat(v, 'f', -1, 64)}
}

// steps are the moments of a range query.
func steps(v url.Values, start, end time.Time) ([]time.Time, error) {
	step := max(time.Second, end.Sub(start)/250)
	if s := v.Get("step"); s != "" {
		if f, err := strconv.ParseFloat(s, 64); err == nil && positive(f) && f < 1e9 {
			step = time.Duration(f * float64(time.Second))
		} else if d, err := parseDuration(s); err == nil {
			step = d
		} else {
			return nil, bad("step %q: want seconds or a duration such as 1h", s)
		}
	}
	if step < time.Millisecond || end.Before(start) || end.Sub(start)/step > maxPoints {
		return nil, bad("step: want at most %d points from start to end", maxPoints)
	}
	var out []time.Time
	for t := start; !t.After(end); t = t.Add(step) {
		out = append(out, t)
	}
	return out, nil
}

func (a *API) number(x float64, v url.Values, start, end time.Time, ranged bool) (any, error) {
	if !ranged {
		return success{"success", answer{"vector", []vectorSeries{{map[string]string{}, at(end, x)}}, stats{}}}, nil
	}
	ts, err := steps(v, start, end)
	if err != nil {
		return nil, err
	}
	s := matrixSeries{Metric: map[string]string{}}
	for _, t := range ts {
		s.Values = append(s.Values, at(t, x))
	}
	return success{"success", answer{"matrix", []matrixSeries{s}, stats{}}}, nil
}

// counted are the moments of the rows of one series, newest first, with their sizes.
type counted struct {
	metric map[string]string
	times  []int64 // nanoseconds
	sizes  []float64
}

// metric counts rows in the range before each step, the early end left out.
func (a *API) metric(ctx context.Context, m *Metric, v url.Values, start, end time.Time, ranged bool) (any, error) {
	ts := []time.Time{end}
	if ranged {
		var err error
		if ts, err = steps(v, start, end); err != nil {
			return nil, err
		}
	}
	list, err := a.gather(ctx, m, ts[0].Add(-m.Range), ts[len(ts)-1])
	if err != nil {
		return nil, err
	}
	matrix, vector := []matrixSeries{}, []vectorSeries{}
	for _, c := range list {
		s := matrixSeries{Metric: c.metric}
		for _, t := range ts {
			if x, ok := c.value(m, t); ok {
				s.Values = append(s.Values, at(t, x))
			}
		}
		if len(s.Values) == 0 {
			continue
		}
		matrix = append(matrix, s)
		vector = append(vector, vectorSeries{c.metric, s.Values[0]})
	}
	if ranged {
		return success{"success", answer{"matrix", matrix, stats{}}}, nil
	}
	return success{"success", answer{"vector", vector, stats{}}}, nil
}

// value is the figure at t; ok is false if no row lies in the range.
func (c *counted) value(m *Metric, t time.Time) (float64, bool) {
	hi, lo := t.UnixNano(), t.Add(-m.Range).UnixNano()
	from := sort.Search(len(c.times), func(i int) bool { return c.times[i] <= hi })
	to := sort.Search(len(c.times), func(i int) bool { return c.times[i] <= lo })
	if from >= to {
		return 0, false
	}
	switch m.Func {
	case "rate":
		return float64(to-from) / m.Range.Seconds(), true
	case "bytes_over_time":
		sum := 0.0
		for _, s := range c.sizes[from:to] {
			sum += s
		}
		return sum, true
	}
	return float64(to - from), true
}

// gather reads the rows of a metric query by the labels of its series.
func (a *API) gather(ctx context.Context, m *Metric, start, end time.Time) ([]*counted, error) {
	of := map[string]*counted{}
	var out []*counted
	err := a.scan(ctx, &m.Log, start, end, maxCounted, func(r *row) bool {
		var key strings.Builder
		keep := [6]bool{}
		// Grafana's histogram of rows groups by the level that Loki would detect.
		detected := m.Summed && !m.Without && slices.Contains(m.By, "detected_level")
		if detected {
			key.WriteString(r.labels[3] + "\x00")
		}
		for i, name := range streamLabels {
			wanted := !m.Summed || slices.Contains(m.By, name) != m.Without
			if keep[i] = wanted && !slices.Contains(m.Log.Drop, name); keep[i] {
				key.WriteString(r.labels[i] + "\x00")
			}
		}
		c := of[key.String()]
		if c == nil {
			c = &counted{metric: map[string]string{}}
			for i, name := range streamLabels {
				if keep[i] {
					c.metric[name] = r.labels[i]
				}
			}
			if detected {
				c.metric["detected_level"] = r.labels[3]
			}
			of[key.String()] = c
			out = append(out, c)
		}
		c.times = append(c.times, r.m.Time.UnixNano())
		c.sizes = append(c.sizes, float64(len(r.m.Text)))
		return true
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b *counted) int { return cmp.Compare(len(b.times), len(a.times)) })
	return out, nil
}

// volume counts rows by the labels that the selector names.
func (a *API) volume(ctx context.Context, v url.Values) (any, error) {
	l, err := selector(v.Get("query"))
	if err != nil {
		return nil, err
	}
	start, end, err := a.span(v, time.Hour)
	if err != nil {
		return nil, err
	}
	m := Metric{Func: "bytes_over_time", Log: *l, Range: max(time.Second, end.Sub(start)), Summed: true, By: []string{}}
	for _, x := range l.Matchers {
		if !slices.Contains(m.By, x.Label) {
			m.By = append(m.By, x.Label)
		}
	}
	return a.metric(ctx, &m, v, start, end, false)
}
