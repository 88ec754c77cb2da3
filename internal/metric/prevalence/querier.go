package prevalence

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Store is what figures are counted in.
type Store interface {
	Query(context.Context, metric.Query) (metric.Result, error)
	// ModelDays calls yield for each model and day of which it labelled mentions,
	// among those loaded after the load with that number, and returns the last one's.
	ModelDays(ctx context.Context, after int64, yield func(model string, day mention.Day)) (last int64, err error)
	// LastDay is the day that a window without an end reaches to.
	LastDay() mention.Day
}

// Querier answers queries with figures that are corrected for the model's errors,
// and says in Result.Corrections with whose matrix, or why not. Figures that count
// no labels of a model pass through.
type Querier struct {
	store  Store
	models map[string]*Model
	now    func() time.Time

	mu   sync.Mutex
	at   time.Time // when days was read
	last int64     // up to which load
	days map[mention.Day][]string
}

// modelAge is how long it may take until a new model's first labels are noticed.
const modelAge = 5 * time.Second

// NewQuerier wraps a store. now is time.Now but in tests.
func NewQuerier(s Store, models []*Model, now func() time.Time) *Querier {
	q := &Querier{store: s, models: map[string]*Model{}, now: now}
	for _, m := range models {
		q.models[m.name] = m
	}
	return q
}

// Query answers q.
func (q *Querier) Query(ctx context.Context, mq metric.Query) (metric.Result, error) {
	why := make([]metric.Correction, len(mq.Measures))
	some := false
	var model *Model
	for i, name := range mq.Measures {
		if !Corrects(name) {
			continue
		}
		if reason := refused(&mq, name); reason != "" {
			why[i].Why = reason
			continue
		}
		if !some {
			var reason metric.Why
			var err error
			if model, reason, err = q.model(ctx, mq.Filter); err != nil {
				return metric.Result{}, err
			}
			if model == nil {
				for j, name := range mq.Measures {
					if Corrects(name) {
						why[j].Why = cmp.Or(why[j].Why, reason)
					}
				}
				break
			}
			some = true
		}
		why[i].Model = model.name
	}
	if !some {
		res, err := q.store.Query(ctx, mq)
		res.Corrections = why
		return res, err
	}
	return q.corrected(ctx, mq, model, why)
}

// refused says why a measure of q cannot be corrected whatever the model.
func refused(q *metric.Query, measure string) metric.Why {
	f := &q.Filter
	by := func(d metric.Dimension) bool { return slices.Contains(q.By, d) }
	switch {
	case f.Raw:
		return metric.WhyAsked
	// Among texts that a model calls complaints its other errors are not those of
	// the development rows.
	case len(f.Sentiments) > 0 || len(f.Intents) > 0 || by(metric.BySentiment) || by(metric.ByIntent):
		return metric.WhySelection
	case measure != "aspect_net" && (len(f.Aspects) > 0 || by(metric.ByAspect)):
		return metric.WhySelection
	case slices.ContainsFunc(f.Aspects, func(a metric.AspectFilter) bool { return a.Polarity != mention.AspectNone }):
		return metric.WhySelection
	case measure == "aspect_net" && len(f.Aspects) > 1:
		return metric.WhySelection
	case len(f.Sources) != 1 && !by(metric.BySource) && len(q.By) == metric.MaxBy:
		return metric.WhyTooDeep
	}
	return ""
}

// model finds the one model that labelled the days of f.
func (q *Querier) model(ctx context.Context, f metric.Filter) (*Model, metric.Why, error) {
	f, err := f.Resolve(q.store.LastDay())
	if err != nil {
		return nil, "", err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.refresh(ctx); err != nil {
		return nil, "", err
	}
	name := ""
	for d, names := range q.days {
		if f.From != 0 && d < f.From || f.To != 0 && d > f.To {
			continue
		}
		for _, n := range names {
			if name != "" && n != name {
				return nil, metric.WhySeveral, nil
			}
			name = n
		}
	}
	if m := q.models[name]; m != nil {
		return m, "", nil
	}
	return nil, metric.WhyNoMatrix, nil
}

// refresh reads which models labelled what was loaded since; q.mu is held.
func (q *Querier) refresh(ctx context.Context) error {
	now := q.now()
	if q.days != nil && now.Sub(q.at) < modelAge {
		return nil
	}
	days := q.days
	if days == nil {
		days = map[mention.Day][]string{}
	}
	last, err := q.store.ModelDays(ctx, q.last, func(model string, day mention.Day) {
		if !slices.Contains(days[day], model) {
			days[day] = append(days[day], model)
		}
	})
	if err != nil {
		return fmt.Errorf("find the models of the mentions: %w", err)
	}
	q.days, q.last, q.at = days, last, now
	return nil
}

// corrected asks for the figures as counted, and beside them for what each group
// holds of each source, whose errors differ.
func (q *Querier) corrected(ctx context.Context, mq metric.Query, model *Model, why []metric.Correction) (metric.Result, error) {
	first, descending := order(mq)
	at := slices.Index(mq.Measures, first)
	sorted := at >= 0 && why[at].Model != "" // by a figure that is not known yet
	ask := mq
	if sorted {
		ask.Limit = metric.MaxLimit
	}
	res, err := q.store.Query(ctx, ask)
	if err != nil {
		return res, err
	}
	res.Query, res.Corrections = mq, why
	windows := &windowSet{}
	if len(res.Rows) > 0 {
		if windows, err = q.windows(ctx, mq, why, res.Rows); err != nil {
			return res, err
		}
	}
	reasons := make([]metric.Why, len(why))
	done := make([]bool, len(why))
	for i := range res.Rows {
		row := &res.Rows[i]
		w := windows.of(row.Keys)
		if w == nil {
			continue // loaded between the two questions; the next answer has it
		}
		for j, name := range mq.Measures {
			if why[j].Model == "" {
				continue
			}
			v, reason := model.Correct(name, w, row.Values[j], mq.Filter.AllTopics, windows.aspect(row.Keys))
			row.Values[j] = v
			reasons[j] = cmp.Or(reasons[j], reason)
			done[j] = done[j] || v.Corrected
		}
	}
	for j := range why {
		if why[j].Model != "" && !done[j] { // some rows may be corrected while others are not
			why[j] = metric.Correction{Why: reasons[j]}
		}
	}
	if sorted {
		sortRows(res.Rows, mq, at, descending)
		res.Rows = res.Rows[:min(len(res.Rows), cmp.Or(mq.Limit, metric.DefaultLimit))]
	}
	return res, nil
}

// order says what rows are ordered by, as a store does without an order.
func order(q metric.Query) (name string, descending bool) {
	if q.Order != "" {
		return strings.TrimPrefix(q.Order, "-"), q.Order[0] == '-'
	}
	if i := slices.IndexFunc(q.By, metric.Dimension.Time); i >= 0 {
		return string(q.By[i]), false
	}
	return q.Measures[0], true
}

// sortRows orders rows by a measure; ties are in the order of the keys, and figures
// without data come last.
func sortRows(rows []metric.Row, q metric.Query, at int, descending bool) {
	slices.SortStableFunc(rows, func(a, b metric.Row) int {
		x, y := a.Values[at], b.Values[at]
		if x.Defined != y.Defined {
			if x.Defined {
				return -1
			}
			return 1
		}
		c := cmp.Compare(x.Value, y.Value)
		if descending {
			c = -c
		}
		if c != 0 {
			return c
		}
		for i, d := range q.By {
			if c := compareKeys(d, a.Keys[i], b.Keys[i]); c != 0 {
				return c
			}
		}
		return 0
	})
}

// compareKeys orders labels as their head has them, all else as text: days and
// codes are written so that this is their order.
func compareKeys(d metric.Dimension, a, b string) int {
	var labels []string
	switch d {
	case metric.BySentiment:
		labels = mention.SentimentLabels
	case metric.ByIntent:
		labels = mention.IntentLabels
	case metric.ByAspect:
		labels = mention.AspectNames
	}
	return cmp.Or(cmp.Compare(slices.Index(labels, a), slices.Index(labels, b)), strings.Compare(a, b))
}

// windowSet holds the window of each group.
type windowSet struct {
	byKeys   map[string]*Window
	aspectAt int // where the keys have the aspect; -1 = nowhere
	only     mention.Aspect
}

func groupKey(keys []string) string { return strings.Join(keys, "\x00") }

func (s *windowSet) of(keys []string) *Window { return s.byKeys[groupKey(keys)] }

func (s *windowSet) aspect(keys []string) mention.Aspect {
	if s.aspectAt < 0 {
		return s.only
	}
	return mention.Aspect(max(0, slices.Index(mention.AspectNames, keys[s.aspectAt])))
}

// fewRows is how many entities are named in the second question rather than
// counting all.
const fewRows = 60

// windows asks for the statistics of each group by source.
func (q *Querier) windows(ctx context.Context, mq metric.Query, why []metric.Correction, rows []metric.Row) (*windowSet, error) {
	ask := metric.Query{Filter: mq.Filter, By: mq.By, Limit: metric.MaxLimit}
	aspects := false
	for i, name := range mq.Measures {
		if why[i].Model != "" {
			ask.Measures = append(ask.Measures, name)
			aspects = aspects || name == "aspect_net"
		}
	}
	sourceAt := slices.Index(ask.By, metric.BySource)
	if sourceAt < 0 && len(mq.Filter.Sources) != 1 {
		sourceAt = len(ask.By)
		ask.By = append(slices.Clone(ask.By), metric.BySource)
	}
	// Only the groups of the answer matter; a page asks for the ten largest.
	if i := slices.Index(mq.By, metric.ByEntity); i >= 0 && len(rows) <= fewRows && !aspects {
		ask.Filter.Entities = nil
		for _, r := range rows {
			ask.Filter.Entities = append(ask.Filter.Entities, r.Keys[i])
		}
	}
	res, err := q.store.Query(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := &windowSet{byKeys: map[string]*Window{}, aspectAt: slices.Index(mq.By, metric.ByAspect)}
	own := func(keys []string) ([]string, string) {
		switch {
		case sourceAt < 0:
			return keys, string(mq.Filter.Sources[0])
		case sourceAt == len(mq.By):
			return keys[:sourceAt], keys[sourceAt]
		}
		return keys, keys[sourceAt]
	}
	for _, r := range res.Rows {
		keys, source := own(r.Keys)
		k := groupKey(keys)
		if out.byKeys[k] == nil {
			out.byKeys[k] = &Window{}
		}
		out.byKeys[k].add(source, r.Counts)
	}
	if !aspects {
		return out, nil
	}
	if len(mq.Filter.Aspects) == 1 {
		out.only = mq.Filter.Aspects[0].Aspect
	}
	return out, q.scored(ctx, ask, sourceAt, own, out)
}

// scored replaces Scored in the windows of aspect measures by the number of all
// texts that could have spoken of the aspect, and adds sources in which none did.
func (q *Querier) scored(ctx context.Context, ask metric.Query, sourceAt int, own func([]string) ([]string, string), out *windowSet) error {
	ask.Measures = []string{"positive_share"} // for its n
	ask.Filter.Aspects = nil
	if out.aspectAt >= 0 {
		ask.By = slices.Delete(slices.Clone(ask.By), out.aspectAt, out.aspectAt+1)
	}
	res, err := q.store.Query(ctx, ask)
	if err != nil {
		return err
	}
	all := map[string]*Window{}
	for _, r := range res.Rows {
		keys := r.Keys
		if out.aspectAt >= 0 { // a place for it, so that positions are as in the other question
			keys = slices.Insert(slices.Clone(keys), out.aspectAt, "")
		}
		keys, source := own(keys)
		k := groupKey(keys)
		if all[k] == nil {
			all[k] = &Window{}
		}
		all[k].add(source, metric.Counts{Scored: r.Counts.Scored})
	}
	for k, w := range out.byKeys {
		keys := strings.Split(k, "\x00")
		if out.aspectAt >= 0 {
			keys[out.aspectAt] = ""
		}
		a := all[groupKey(keys)]
		for s := range w {
			w[s].Scored = w[s].AspectNeg + w[s].AspectNeu + w[s].AspectPos
			if a != nil {
				w[s].Scored = max(w[s].Scored, a[s].Scored)
			}
		}
	}
	return nil
}
