package prom

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// figure is one number of a measure of the metrics layer.
type figure struct {
	measure string // name there; "" = not a family of measures
	part    figurePart
}

type figurePart uint8

const (
	partValue figurePart = iota
	partLower
	partUpper
	partN
)

// suffixes of the parts in names of families.
var figureParts = []struct{ suffix, help string }{
	{"", ""},
	{"_lower", " Lower end of the 95 % interval."},
	{"_upper", " Upper end of the 95 % interval."},
	{"_n", " Number of observations behind it."},
}

// published are the measures with their names here.
var published = []struct{ name, measure, help string }{
	{"antojo_net_sentiment", "net_sentiment", "Share positive minus share negative, −1 to 1, over the window that ends at the sample; corrected for the model's errors where the pages correct it."},
	{"antojo_positive_share", "positive_share", "Share of positive mentions, 0 to 1, over the window that ends at the sample; corrected like the pages."},
	{"antojo_negative_share", "negative_share", "Share of negative mentions, 0 to 1, over the window that ends at the sample; corrected like the pages."},
	{"antojo_share_of_voice", "sov", "Mentions of the entity among the mentions of all entities of its kind, 0 to 1, over the window that ends at the sample. Only by entity and by entity and department."},
	{"antojo_craving_rate", "craving_rate", "Share of mentions whose writer craves, 0 to 1, over the window that ends at the sample; corrected like the pages."},
	{"antojo_mean_rating", "mean_rating", "Mean stars, 1 to 5, over the window that ends at the sample."},
	{"antojo_aspect_net_sentiment", "aspect_net", "Share positive minus share negative among mentions that speak of the aspect, −1 to 1, over the window that ends at the sample; corrected like the pages. Only by aspect and by aspect and department, source or entity."},
}

// groupings are the values of the label by, which says what figures are of; a figure
// cannot be added up from others, so that each grouping is its own.
var groupings = []struct {
	by   string
	dims []dim
}{
	{"total", nil},
	{"entity", []dim{dimEntity}},
	{"department", []dim{dimDepartment}},
	{"source", []dim{dimSource}},
	{"channel", []dim{dimChannel}},
	{"entity_department", []dim{dimEntity, dimDepartment}},
	{"entity_source", []dim{dimEntity, dimSource}},
	{"aspect", []dim{dimAspect}},
	{"aspect_entity", []dim{dimAspect, dimEntity}},
	{"aspect_department", []dim{dimAspect, dimDepartment}},
	{"aspect_source", []dim{dimAspect, dimSource}},
}

// windows are the values of the label window, in days.
var windows = []int{7, 28, 90}

func windowName(days int) string { return strconv.Itoa(days) + "d" }

func measureFamilies() []family {
	var out []family
	for _, m := range published {
		for i, p := range figureParts {
			out = append(out, family{name: m.name + p.suffix, kind: "gauge", help: m.help + p.help, read: (*API).measures, figure: figure{m.measure, figurePart(i)},
				labels: []string{"by", "window", "entity", "name", "kind", "department", "ubigeo", "geohash", "source", "channel", "aspect"}})
		}
	}
	return out
}

// fits reports whether a measure can be asked for by these dimensions.
func fits(measure string, dims []dim) bool {
	aspect := slices.Contains(dims, dimAspect)
	switch measure {
	case "aspect_net":
		return aspect
	case "sov":
		return slices.Contains(dims, dimEntity) && !aspect && !slices.Contains(dims, dimSource)
	}
	return !aspect
}

// errWhich asks for the labels that make a figure.
var errWhich = errors.New(`say of what and over which days, e.g. {by="entity", window="28d"}; by is total, entity, department, source, channel, entity_department, entity_source, aspect or aspect_entity, aspect_department, aspect_source; window is 7d, 28d or 90d`)

// errTooMany is a selector that would give too many series.
var errTooMany = fmt.Errorf("more than %d series; add label matchers or aggregate, e.g. sum by (department) (…)", maxSeries)

// measures reads a family of measures: for each day that is looked at, the figures of
// the window that ends on it.
func (a *API) measures(r *request) ([]series, error) {
	if !r.matched("by") || !r.matched("window") {
		if r.listing {
			return nil, nil
		}
		return nil, errWhich
	}
	first, last, ok, err := a.lastDay(r.ctx)
	if err != nil || !ok {
		return nil, err
	}
	days := r.days(first, last)
	var out []series
	for _, g := range groupings {
		if !r.matches("by", g.by) || !fits(r.family.figure.measure, g.dims) {
			continue
		}
		for _, w := range windows {
			if !r.matches("window", windowName(w)) {
				continue
			}
			list, err := a.measureSeries(r, g.by, g.dims, w, days)
			if err != nil {
				return nil, err
			}
			if out = append(out, list...); len(out) > maxSeries {
				return nil, errTooMany
			}
		}
	}
	return out, nil
}

// maxDays is how many days of figures over windows one selector may ask for: each is
// a query of its own.
const maxDays = 400

// days are the days whose samples an evaluation can meet: of a selector without a
// range only the last before each step.
func (r *request) days(first, last mention.Day) []mention.Day {
	from, to := max(first, firstStamped(r.mint)), min(last, lastStamped(r.maxt))
	var out []mention.Day
	if r.step <= dayMillis {
		for d := from; d <= to; d++ {
			out = append(out, d)
		}
	} else {
		// mint is the first evaluation less the look-back, which leaves its edge out.
		for t := r.mint + lookback.Milliseconds() - 1; t <= r.maxt; t += r.step {
			if d := lastStamped(t); d >= from && d <= to && (len(out) == 0 || out[len(out)-1] != d) {
				out = append(out, d)
			}
		}
	}
	if len(out) > maxDays {
		out = out[len(out)-maxDays:]
	}
	return out
}

func (a *API) measureSeries(r *request, by string, dims []dim, window int, days []mention.Day) ([]series, error) {
	own := *r
	own.keep = nil
	own.matchers = slices.DeleteFunc(slices.Clone(r.matchers), func(m *labels.Matcher) bool { return m.Name == "by" || m.Name == "window" })
	f := family{name: r.family.name}
	for _, d := range dims {
		f.labels = append(f.labels, labelsOf[d]...)
	}
	own.family = &f
	p, ok := a.plan(&own, dims, 0)
	if !ok {
		return nil, nil
	}
	p.by = dims // also those that the filter narrows to one
	at := map[string]int{}
	var out []series
	b := labels.NewScratchBuilder(12)
	add := func(d mention.Day, keys []string, v metric.Value) {
		x, ok := r.family.figure.of(v)
		if !ok {
			return
		}
		b.Reset()
		b.Add(labels.MetricName, r.family.name)
		b.Add("by", by)
		b.Add("window", windowName(window))
		for i, dim := range dims {
			for j, value := range a.values(dim, keys[i]) {
				if !own.matches(labelsOf[dim][j], value) {
					return
				}
				if value != "" {
					b.Add(labelsOf[dim][j], value)
				}
			}
		}
		b.Sort()
		ls := b.Labels()
		id := ls.String()
		i, ok := at[id]
		if !ok {
			i = len(out)
			at[id] = i
			out = append(out, series{labels: ls})
		}
		out[i].points = append(out[i].points, point{stamp(d), x})
	}
	kinds := []string{""}
	if r.family.figure.measure == "sov" { // a share is one of its kind
		if kinds = p.filter.Kinds; kinds == nil {
			kinds = metric.Kinds
		}
	}
	for _, d := range days {
		for _, kind := range kinds {
			f := p.filter
			f.From, f.To = d-mention.Day(window)+1, d
			if kind != "" {
				f.Kinds = []string{kind}
			}
			rows, err := a.results.get(r.ctx, f, dims)
			if err != nil {
				return nil, err
			}
			col := slices.Index(measuresFor(dims), r.family.figure.measure)
			for _, row := range rows {
				add(d, row.Keys, row.Values[col])
			}
		}
	}
	return out, nil
}

// of is the number of a figure; ok is false if there is none.
func (f figure) of(v metric.Value) (float64, bool) {
	switch f.part {
	case partLower:
		return v.Low, v.Defined && !math.IsNaN(v.Low)
	case partUpper:
		return v.High, v.Defined && !math.IsNaN(v.High)
	case partN:
		return float64(v.N), true
	}
	return v.Value, v.Defined && !math.IsNaN(v.Value)
}

// measuresFor are the measures that are read together by some dimensions: panels
// show a value with its interval and n, and often several measures.
func measuresFor(dims []dim) []string {
	var out []string
	for _, p := range published {
		if fits(p.measure, dims) {
			out = append(out, p.measure)
		}
	}
	return out
}

// results remembers the figures of windows for a short while: the value, the ends of
// its interval and n are families of their own and would be computed once each.
type results struct {
	o    Options
	mu   sync.Mutex
	size int
	kept map[string]keptRows
}

type keptRows struct {
	rows     []metric.Row
	mentions int64 // in the store when they were read
	at       time.Time
}

const (
	resultRows  = 400_000 // rows that are remembered
	resultAge   = 10 * time.Minute
	resultFresh = 5 * time.Second
)

func newResults(o Options) *results { return &results{o: o, kept: map[string]keptRows{}} }

// get answers from memory while the store holds what it held, and for some seconds
// in any case.
func (c *results) get(ctx context.Context, f metric.Filter, dims []dim) ([]metric.Row, error) {
	q := metric.Query{Filter: f, Measures: measuresFor(dims), Limit: metric.MaxLimit}
	for _, d := range dims {
		q.By = append(q.By, dimensions[d])
	}
	cov, err := c.o.Data.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	key := q.Values().Encode()
	now := c.o.Now()
	c.mu.Lock()
	kept, ok := c.kept[key]
	c.mu.Unlock()
	if age := now.Sub(kept.at); ok && age < resultAge && (kept.mentions == cov.Mentions || age < resultFresh) {
		return kept.rows, nil
	}
	res, err := c.o.Data.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.size > resultRows {
		c.kept, c.size = map[string]keptRows{}, 0
	}
	c.size += len(res.Rows) + 1
	c.kept[key] = keptRows{res.Rows, cov.Mentions, now}
	return res.Rows, nil
}
