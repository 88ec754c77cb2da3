package fact

import (
	"fmt"
	"net/url"
	"slices"
	"sync"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
)

// A table asks some ten questions of which most do not depend on each other. Those
// are asked side by side before the facts are put in order; the order of facts, and
// so their ids, does not depend on which answer came first.

// ahead asks what a week's table needs whatever the verdicts are, and has the engine
// judge meanwhile.
func (b *builder) ahead() {
	type answer struct {
		rep trend.Report
		err error
	}
	done := make(chan answer, 1)
	go func() {
		rep, err := b.s.Rank.Rank(b.ctx, b.o.Filter, b.t.Window.To, b.o.Days)
		done <- answer{rep, err}
	}()
	b.rank = sync.OnceValues(func() (trend.Report, error) {
		a := <-done
		return a.rep, a.err
	})
	w := b.t.Week
	ask := func(span Span, change func(*metric.Filter), limit int, order string, measures []string, by ...metric.Dimension) metric.Query {
		return metric.Query{Filter: b.filter(span, change), Measures: measures, By: by, Limit: limit, Order: order}
	}
	b.together(
		ask(w, nil, 1, "", weekMeasures()),
		ask(Span{w.From - 7, w.From - 1}, nil, 1, "", []string{"mentions"}),
		ask(w, nil, 10, "-mentions", []string{"mentions"}, metric.BySource),
		ask(w, nowhere, 1, "", []string{"mentions"}),
		ask(w, dishes, maxLeaders, "-mentions", []string{"mentions", "sov"}, metric.ByEntity),
		ask(b.t.Window, nil, 20, "", []string{"aspect_net"}, metric.ByAspect),
		ask(b.t.Window, nil, 100, "", []string{"mentions"}, metric.ByDepartment),
	)
}

// aheadOf asks what is told of some entities by one question for all of them.
func (b *builder) aheadOf(ids []string) {
	if len(ids) == 0 || b.err != nil {
		return
	}
	of := b.filter(b.t.Window, func(f *metric.Filter) { f.Entities = ids })
	b.together(
		metric.Query{Filter: of, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByEntity, metric.ByDepartment}, Limit: 1000},
		metric.Query{Filter: of, Measures: []string{"aspect_net"}, By: []metric.Dimension{metric.ByEntity, metric.ByAspect}, Limit: 1000},
	)
}

// together asks queries side by side and keeps their answers; what fails is asked
// again, and reported, where it is needed.
func (b *builder) together(qs ...metric.Query) {
	if b.known == nil {
		b.known = map[string]metric.Result{}
	}
	out := make([]metric.Result, len(qs))
	errs := make([]error, len(qs))
	var wg sync.WaitGroup
	for i, q := range qs {
		wg.Go(func() { out[i], errs[i] = b.s.Query.Query(b.ctx, q) })
	}
	wg.Wait()
	for i, q := range qs {
		if errs[i] == nil {
			b.known[q.Values().Encode()] = out[i]
		}
	}
}

// aspectRows are the nets by aspect of all food, or of one entity.
func (b *builder) aspectRows(entity string) []metric.Row {
	if entity == "" {
		return b.query(b.t.Window, nil, 20, "", []string{"aspect_net"}, metric.ByAspect)
	}
	if slices.Contains(b.told, entity) {
		var rows []metric.Row
		for _, r := range b.query(b.t.Window, func(f *metric.Filter) { f.Entities = b.told }, 1000, "", []string{"aspect_net"}, metric.ByEntity, metric.ByAspect) {
			if r.Keys[0] == entity {
				r.Keys = r.Keys[1:]
				rows = append(rows, r)
			}
		}
		return rows
	}
	return b.query(b.t.Window, only(entity), 20, "", []string{"aspect_net"}, metric.ByAspect)
}

// evidence attaches to each fact the ids of the newest mentions that its query
// selects. Facts with the same query share the answer.
func (b *builder) evidence() {
	if b.err != nil {
		return
	}
	at := map[string]int{}
	var filters []metric.Filter
	for _, f := range b.t.Facts {
		if _, ok := at[f.Query]; ok || f.Query == "" {
			continue
		}
		v, err := url.ParseQuery(f.Query)
		if err == nil {
			var sel metric.Filter
			if sel, err = metric.ParseFilter(v); err == nil {
				at[f.Query] = len(filters)
				filters = append(filters, sel)
			}
		}
		if err != nil {
			b.err = fmt.Errorf("evidence %s: %w", f.Query, err)
			return
		}
	}
	if len(filters) == 0 {
		return
	}
	ids, err := b.s.Read.NewestIDs(b.ctx, filters, evidenceIDs)
	if err != nil {
		b.err = fmt.Errorf("evidence of %s: %w", b.t.Period, err)
		return
	}
	for i := range b.t.Facts {
		f := &b.t.Facts[i]
		k, ok := at[f.Query]
		if !ok {
			continue
		}
		f.Evidence = make([]string, len(ids[k]))
		for n, id := range ids[k] {
			f.Evidence[n] = id.String()
		}
	}
}

// weekMeasures are asked of a week as a whole.
func weekMeasures() []string {
	return []string{"mentions", "net_sentiment", "positive_share", "negative_share"}
}

// Changes of a filter that are asked ahead and again.
func nowhere(f *metric.Filter) { f.Departments = []mention.Department{0} }
func dishes(f *metric.Filter)  { f.Kinds = []string{"dish"} }
