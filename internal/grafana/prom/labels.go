package prom

import (
	"context"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
	"antojo/internal/trend/calendar"
)

// families lists all families: the catalog and what is recorded.
func (a *API) families() []family {
	out := a.catalog
	if a.o.Recorder != nil {
		out = append(slices.Clip(out), a.o.Recorder.families()...)
	}
	return out
}

// matching are the families that the matchers on the name select.
func (a *API) matching(ms []*labels.Matcher) []family {
	var out []family
	for _, f := range a.families() {
		if !slices.ContainsFunc(ms, func(m *labels.Matcher) bool { return m.Name == labels.MetricName && !m.Matches(f.name) }) {
			out = append(out, f)
		}
	}
	return out
}

// labelNames are the names of the labels of the families that match.
func (a *API) labelNames(_ context.Context, ms []*labels.Matcher) ([]string, error) {
	out := []string{labels.MetricName}
	for _, f := range a.matching(ms) {
		out = append(out, f.labels...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// labelValues are the values of a label in a range of time. Lists that do not depend
// on the data are given as they are; entities are those that were named in it.
func (a *API) labelValues(ctx context.Context, name string, ms []*labels.Matcher, mint, maxt int64) ([]string, error) {
	families := a.matching(ms)
	if name == labels.MetricName {
		out := make([]string, 0, len(families))
		for _, f := range families {
			out = append(out, f.name)
		}
		slices.Sort(out)
		return out, nil
	}
	var out []string
	r := &request{ctx: ctx, mint: mint, maxt: maxt, whole: true, keep: &keeping{names: []string{name}}}
	for _, m := range ms {
		if m.Name != labels.MetricName {
			r.matchers = append(r.matchers, m)
		}
	}
	asked := false
	for i := range families {
		f := &families[i]
		if !slices.Contains(f.labels, name) {
			continue
		}
		r.family = f
		if list, ok := a.fixed(name, f); ok {
			for _, v := range list {
				if r.matches(name, v) {
					out = append(out, v)
				}
			}
			continue
		}
		if f.read == nil {
			for _, s := range a.o.Recorder.read([]*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, labels.MetricName, f.name)}, r) {
				out = append(out, s.labels.Get(name))
			}
			continue
		}
		// One family of mentions stands for all: they have the same entities and channels.
		if asked {
			continue
		}
		asked = true
		own := *r
		own.family = a.standing(name)
		own.matchers = slices.DeleteFunc(slices.Clone(r.matchers), func(m *labels.Matcher) bool { return !slices.Contains(own.family.labels, m.Name) })
		list, err := a.counts(&own)
		if err != nil {
			return nil, err
		}
		for _, s := range list {
			if v := s.labels.Get(name); v != "" {
				out = append(out, v)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// standing is the family whose values of a label stand for those of all.
func (a *API) standing(label string) *family {
	name := "antojo_mentions"
	if slices.Contains(labelsOf[dimEntity], label) {
		name = "antojo_entity_mentions"
	}
	i := slices.IndexFunc(a.catalog, func(f family) bool { return f.name == name })
	return &a.catalog[i]
}

// fixed are the values of a label of the catalog that do not depend on the data.
func (a *API) fixed(name string, f *family) (out []string, ok bool) {
	if f.read == nil {
		return nil, false // recorded
	}
	switch name {
	case "department", "ubigeo", "geohash":
		for d := range mention.Department(mention.NumDepartments + 1) {
			n, code, hash := a.department(d)
			if v := [3]string{n, code, hash}[slices.Index(labelsOf[dimDepartment], name)]; v != "" {
				out = append(out, v)
			}
		}
	case "source":
		for _, s := range mention.Sources {
			out = append(out, string(s))
		}
	case "kind":
		out = metric.Kinds
	case "sentiment":
		out = append(slices.Clone(mention.SentimentLabels), noValue)
	case "polarity":
		out = mention.AspectLabels[1:]
	case "intent":
		out = mention.IntentLabels
	case "aspect":
		out = mention.AspectNames
	case "window":
		for _, w := range windows {
			out = append(out, windowName(w))
		}
	case "by":
		for _, g := range groupings {
			if fits(f.figure.measure, g.dims) {
				out = append(out, g.by)
			}
		}
	case "verdict", "was":
		for _, v := range []trend.Verdict{trend.Rising, trend.Falling, trend.Seasonal, trend.Spike, trend.PriceDriven, trend.CampaignDriven, trend.Steady, trend.NotEnoughData} {
			out = append(out, string(v))
		}
	case "feast":
		for _, f := range calendar.Feasts() {
			out = append(out, f.ID)
		}
	case "name":
		if f.name != "antojo_feast" {
			return nil, false
		}
		for _, f := range calendar.Feasts() {
			out = append(out, f.Name)
		}
	default:
		return nil, false
	}
	return out, true
}

// Exemplar is a mention behind a figure.
type exemplar struct {
	Labels    labels.Labels `json:"labels"`
	Value     string        `json:"value"`
	Timestamp float64       `json:"timestamp"` // seconds
}

type exemplarSeries struct {
	SeriesLabels labels.Labels `json:"seriesLabels"`
	Exemplars    []exemplar    `json:"exemplars"`
}

// maxExemplars is how many mentions one selector gives: a mark for each is drawn.
const maxExemplars = 20

// exemplars are mentions behind the families of mentions that an expression selects,
// spread over the range, each with the count of its day, so that it lies on the line.
func (a *API) exemplars(ctx context.Context, expr string, start, end time.Time) ([]exemplarSeries, error) {
	parsed, err := a.parser.ParseExpr(expr)
	if err != nil {
		return nil, badExpr{err}
	}
	out := []exemplarSeries{}
	for _, ms := range selectors(parsed) {
		for i := range a.catalog {
			f := &a.catalog[i]
			if f.field > fieldAspect || len(f.dims) == 0 || slices.ContainsFunc(ms, func(m *labels.Matcher) bool { return m.Name == labels.MetricName && !m.Matches(f.name) }) {
				continue
			}
			s, err := a.exemplarsOf(ctx, f, ms, start, end)
			if err != nil {
				return nil, err
			}
			if len(s.Exemplars) > 0 {
				out = append(out, s)
			}
		}
	}
	return out, nil
}

func (a *API) exemplarsOf(ctx context.Context, f *family, ms []*labels.Matcher, start, end time.Time) (exemplarSeries, error) {
	s := exemplarSeries{}
	r := &request{ctx: ctx, family: f, keep: &keeping{}}
	names := []string{labels.MetricName, f.name}
	for _, m := range ms {
		if m.Name == labels.MetricName || m.Name == keepLabel {
			continue
		}
		r.matchers = append(r.matchers, m)
		if m.Type == labels.MatchEqual {
			names = append(names, m.Name, m.Value)
		}
	}
	s.SeriesLabels = labels.FromStrings(names...)
	p, ok := a.plan(r, f.dims, 1)
	if !ok || slices.ContainsFunc(p.by, func(d dim) bool {
		return slices.ContainsFunc(labelsOf[d], r.matched) && d != dimAspect && d != dimEntity
	}) {
		return s, nil
	}
	q := p.filter
	for i, l := range mention.SentimentLabels {
		if f.field == fieldSentiment && r.matched("sentiment") && r.matches("sentiment", l) {
			q.Sentiments = append(q.Sentiments, mention.Sentiment(i-1))
		}
	}
	first, last, ok, err := a.lastDay(ctx)
	if err != nil || !ok {
		return s, err
	}
	first, last = max(first, firstStamped(start.UnixMilli())), min(last, lastStamped(end.UnixMilli()))
	step := max(1, (last-first+1)/maxExemplars)
	counts := map[string]int64{}
	q.From, q.To, q.Raw = first, last, true
	if first > last {
		return s, nil
	}
	res, err := a.o.Data.Query(ctx, metric.Query{Filter: q, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByDay}, Limit: metric.MaxLimit})
	if err != nil {
		return s, err
	}
	for _, row := range res.Rows {
		counts[row.Keys[0]] = row.Counts.Mentions
	}
	for d := first; d <= last; d += step {
		if counts[d.String()] == 0 {
			continue
		}
		q.From, q.To = d, d
		ms, _, err := a.o.Data.Mentions(ctx, q, pageOfOne)
		if err != nil {
			return s, err
		}
		for _, m := range ms {
			ls := []string{"mention_id", m.ID.String(), "source", string(m.Source), "channel", m.Channel}
			if m.Scored {
				ls = append(ls, "sentiment", m.Sentiment.String())
			}
			// At the end of its day, where the point of the day is.
			s.Exemplars = append(s.Exemplars, exemplar{labels.FromStrings(ls...), formatCount(counts[d.String()]), float64(stamp(d)) / 1000})
		}
	}
	return s, nil
}
