package prom

import (
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// countField says which of the statistics of a group a family counts.
type countField uint8

const (
	fieldMentions  countField = iota
	fieldSentiment            // mentions, split by sentiment where the label is wanted
	fieldAspect               // mentions that speak of the aspect, by polarity
	fieldRated
	fieldRatingSum
)

// labels are the labels that come from the statistics rather than from a dimension.
func (f countField) labels() []string {
	switch f {
	case fieldSentiment:
		return []string{"sentiment"}
	case fieldAspect:
		return []string{"polarity"}
	}
	return nil
}

// measure is one whose statistics hold the field.
func (f countField) measure(split bool) string {
	switch {
	case f == fieldAspect:
		return "aspect_net"
	case f == fieldRated || f == fieldRatingSum:
		return "mean_rating"
	case f == fieldSentiment && split:
		return "net_sentiment"
	}
	return "mentions"
}

// part is a piece of a group with the value of the field's own label.
type part struct {
	label string
	n     float64
}

// split gives the pieces of a group; with own the field's label is wanted.
func (f countField) split(c *metric.Counts, own bool, into []part) []part {
	switch {
	case f == fieldRated:
		return append(into, part{n: float64(c.Rated)})
	case f == fieldRatingSum:
		return append(into, part{n: c.RatingSum})
	case f == fieldAspect:
		return append(into, part{"neg", float64(c.AspectNeg)}, part{"neu", float64(c.AspectNeu)}, part{"pos", float64(c.AspectPos)})
	case f == fieldSentiment && own:
		return append(into, part{"neg", float64(c.Neg)}, part{"neu", float64(c.Neu)}, part{"pos", float64(c.Pos)}, part{noValue, float64(c.Mentions - c.Scored)})
	}
	return append(into, part{n: float64(c.Mentions)})
}

// ask is what a selector asks the metrics layer: a filter and dimensions, and which
// dimensions are asked for one value at a time because a query takes only three.
type ask struct {
	filter metric.Filter
	by     []dim
	fan    []dim
}

// plan turns the matchers and the labels that are kept into an ask; ok is false if
// nothing can match.
func (a *API) plan(r *request, dims []dim, days int) (p ask, ok bool) {
	if !r.others() {
		return p, false
	}
	for _, d := range dims {
		narrow, some := a.narrow(r, d, &p.filter)
		if !some {
			return p, false
		}
		wanted := slices.ContainsFunc(labelsOf[d], r.keep.wants) || narrow
		switch d {
		case dimEntity: // a mention counts for each entity, so that they are told apart unless there is one
			wanted = wanted || len(p.filter.Entities) != 1
		case dimAspect:
			wanted = true
		}
		if wanted {
			p.by = append(p.by, d)
		}
	}
	for _, d := range []dim{dimSource, dimIntent, dimAspect, dimDepartment} {
		if len(p.by) <= metric.MaxBy-days {
			break
		}
		if i := slices.Index(p.by, d); i >= 0 {
			p.by = slices.Delete(p.by, i, i+1)
			p.fan = append(p.fan, d)
		}
	}
	return p, true
}

// manyValues is from how many values on a filter is not worth its length.
const manyValues = 200

// narrow puts the matchers of a dimension into the filter. after says that the
// groups must be looked at again instead; some is false if no value passes.
func (a *API) narrow(r *request, d dim, f *metric.Filter) (after, some bool) {
	if !slices.ContainsFunc(labelsOf[d], r.matched) {
		return false, true
	}
	all := true
	passes := func(values ...string) bool {
		for i, l := range labelsOf[d] {
			if !r.matches(l, values[i]) {
				all = false
				return false
			}
		}
		return true
	}
	switch d {
	case dimEntity:
		if !r.matched("entity") && !r.matched("name") { // kind alone
			for _, k := range metric.Kinds {
				if r.matches("kind", k) {
					f.Kinds = append(f.Kinds, k)
				}
			}
			return false, len(f.Kinds) > 0
		}
		for _, id := range a.o.Entities.EntityIDs() {
			if name, kind, _ := a.o.Entities.EntityName(id); passes(id, name, kind) {
				f.Entities = append(f.Entities, id)
			}
		}
		// Entities that the lexicon has no more are in the store under their ids.
		for _, m := range r.matchers {
			if _, _, ok := a.o.Entities.EntityName(m.Value); m.Name == "entity" && m.Type == labels.MatchEqual && m.Value != "" && !ok && passes(m.Value, m.Value, "") {
				f.Entities = append(f.Entities, m.Value)
			}
		}
		if len(f.Entities) > manyValues {
			f.Entities = nil
			return true, true
		}
		return false, len(f.Entities) > 0
	case dimDepartment:
		for id := range mention.Department(mention.NumDepartments + 1) {
			if name, code, hash := a.department(id); passes(name, code, hash) {
				f.Departments = append(f.Departments, id)
			}
		}
		return false, clear(&f.Departments, all)
	case dimSource:
		for _, s := range mention.Sources {
			if passes(string(s)) {
				f.Sources = append(f.Sources, s)
			}
		}
		return false, clear(&f.Sources, all)
	case dimIntent:
		for i, s := range mention.IntentLabels {
			if passes(s) {
				f.Intents = append(f.Intents, mention.Intent(i))
			}
		}
		return false, clear(&f.Intents, all)
	case dimAspect:
		for i, s := range mention.AspectNames {
			if passes(s) {
				f.Aspects = append(f.Aspects, metric.AspectFilter{Aspect: mention.Aspect(i)})
			}
		}
		return false, clear(&f.Aspects, all)
	}
	for _, m := range r.matchers {
		if m.Name == "channel" && m.Type == labels.MatchEqual && m.Value != "" && !slices.Contains(f.Channels, m.Value) {
			f.Channels = append(f.Channels, m.Value)
		}
	}
	if len(f.Channels) > 1 {
		return false, false // two different ones cannot both be equal
	}
	return true, true
}

// clear empties a list that holds all values, which is no filter.
func clear[T any](list *[]T, all bool) (some bool) {
	some = len(*list) > 0
	if all {
		*list = nil
	}
	return some
}

// department are the labels of a department.
func (a *API) department(d mention.Department) (name, code, hash string) {
	if d == 0 {
		return noValue, noValue, ""
	}
	return d.Name(), d.Code(), a.o.Places[d].Geohash
}

// values are the labels of a key of a dimension, in the order of labelsOf.
func (a *API) values(d dim, key string) []string {
	switch d {
	case dimEntity:
		name, kind, ok := a.o.Entities.EntityName(key)
		if !ok {
			name = key
		}
		return []string{key, name, kind}
	case dimDepartment:
		id, _ := mention.DepartmentByCode(key) // "" is none
		name, code, hash := a.department(id)
		return []string{name, code, hash}
	}
	return []string{key}
}

// each runs do for each value of the dimensions to be asked for one by one, with the
// filter narrowed to them and their keys.
func (p ask) each(do func(f metric.Filter, keys []string) error) error {
	var walk func(f metric.Filter, left []dim, keys []string) error
	walk = func(f metric.Filter, left []dim, keys []string) error {
		if len(left) == 0 {
			return do(f, keys)
		}
		next := func(f metric.Filter, key string) error {
			return walk(f, left[1:], append(keys[:len(keys):len(keys)], key))
		}
		switch left[0] {
		case dimSource:
			list := f.Sources
			if list == nil {
				list = mention.Sources
			}
			for _, s := range list {
				f.Sources = []mention.Source{s}
				if err := next(f, string(s)); err != nil {
					return err
				}
			}
		case dimIntent:
			for i, s := range mention.IntentLabels {
				if id := mention.Intent(i); p.filter.Intents == nil || slices.Contains(p.filter.Intents, id) {
					f.Intents = []mention.Intent{id}
					if err := next(f, s); err != nil {
						return err
					}
				}
			}
		case dimAspect:
			for i, s := range mention.AspectNames {
				one := metric.AspectFilter{Aspect: mention.Aspect(i)}
				if p.filter.Aspects == nil || slices.Contains(p.filter.Aspects, one) {
					f.Aspects = []metric.AspectFilter{one}
					if err := next(f, s); err != nil {
						return err
					}
				}
			}
		case dimDepartment:
			for id := range mention.Department(mention.NumDepartments + 1) {
				if p.filter.Departments == nil || slices.Contains(p.filter.Departments, id) {
					f.Departments = []mention.Department{id}
					if err := next(f, id.Code()); err != nil {
						return err
					}
				}
			}
		}
		return nil
	}
	return walk(p.filter, p.fan, nil)
}

// counts reads a family of counts: one query of the metrics layer (or one for each
// value where there are more dimensions than a query takes).
func (a *API) counts(r *request) ([]series, error) {
	first, last, ok, err := a.lastDay(r.ctx)
	if err != nil || !ok {
		return nil, err
	}
	first, last = max(first, firstStamped(r.mint)), min(last, lastStamped(r.maxt))
	days := 1
	if r.whole {
		days = 0
	}
	p, ok := a.plan(r, r.family.dims, days)
	if !ok || first > last {
		return nil, nil
	}
	return a.countRows(r, p, first, last)
}

func (a *API) countRows(r *request, p ask, first, last mention.Day) ([]series, error) {
	field := r.family.field
	own := ""
	if l := field.labels(); l != nil {
		own = l[0]
	}
	split := own != "" && (r.keep.wants(own) || r.matched(own))
	g := newGathering(a, r, p, own)
	g.first, g.days = first, int(last-first)+1
	if r.whole {
		g.days, g.first = 1, last
	}
	var parts []part
	err := p.each(func(f metric.Filter, keys []string) error {
		f.From, f.To, f.Raw = first, last, true
		q := metric.Query{Filter: f, Measures: []string{field.measure(split)}, Limit: metric.MaxLimit}
		for _, d := range p.by {
			q.By = append(q.By, dimensions[d])
		}
		if !r.whole {
			q.By = append(q.By, metric.ByDay)
		}
		res, err := a.o.Data.Query(r.ctx, q)
		if err != nil {
			return err
		}
		for i := range res.Rows {
			row := &res.Rows[i]
			at := 0
			if !r.whole {
				at = g.day(row.Keys[len(row.Keys)-1])
			}
			parts = field.split(&row.Counts, split, parts[:0])
			for _, x := range parts {
				if x.n != 0 && (own == "" || !split || r.matches(own, x.label)) {
					if err := g.add(row.Keys[:len(p.by)], keys, x.label, at, x.n); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return g.series(), nil
}

// gathering adds cells up to series.
type gathering struct {
	a     *API
	r     *request
	p     ask
	own   string // label of the parts
	first mention.Day
	days  int

	dayOf map[string]int
	at    map[string]int // by labels
	of    map[string]int // by keys; -1: the matchers refuse it
	out   []series
	b     labels.ScratchBuilder
	key   []byte
}

func newGathering(a *API, r *request, p ask, own string) *gathering {
	return &gathering{a: a, r: r, p: p, own: own, dayOf: map[string]int{}, at: map[string]int{}, of: map[string]int{}, b: labels.NewScratchBuilder(10)}
}

// day is the place of an ISO date.
func (g *gathering) day(s string) int {
	i, ok := g.dayOf[s]
	if !ok {
		t, err := time.Parse("2006-01-02", s)
		if i = -1; err == nil {
			i = int(mention.Day(t.Unix()/86400) - g.first)
		}
		g.dayOf[s] = i
	}
	return i
}

// add adds n to the cell of a day in the series of the keys.
func (g *gathering) add(keys, fan []string, own string, day int, n float64) error {
	if day < 0 || day >= g.days {
		return nil
	}
	g.key = g.key[:0]
	for _, list := range [2][]string{keys, fan} {
		for _, k := range list {
			g.key = append(append(g.key, k...), 0)
		}
	}
	g.key = append(g.key, own...)
	i, ok := g.of[string(g.key)]
	if !ok {
		i = g.place(keys, fan, own)
		g.of[string(g.key)] = i
		if len(g.out) > maxSeries {
			return errTooMany
		}
	}
	if i >= 0 {
		g.out[i].points[day].v += n
	}
	return nil
}

// place finds or makes the series of the keys; -1 if the matchers refuse it.
func (g *gathering) place(keys, fan []string, own string) int {
	g.b.Reset()
	g.b.Add(labels.MetricName, g.r.family.name)
	put := func(label, value string) bool {
		if !g.r.matches(label, value) {
			return false
		}
		if value != "" && g.r.keep.wants(label) {
			g.b.Add(label, value)
		}
		return true
	}
	dims := func(list []dim, keys []string) bool {
		for i, d := range list {
			for j, v := range g.a.values(d, keys[i]) {
				if !put(labelsOf[d][j], v) {
					return false
				}
			}
		}
		return true
	}
	if !dims(g.p.by, keys) || !dims(g.p.fan, fan) || own != "" && !put(g.own, own) {
		return -1
	}
	g.b.Sort()
	ls := g.b.Labels()
	id := ls.String()
	i, ok := g.at[id]
	if !ok {
		i = len(g.out)
		g.at[id] = i
		list := make(points, g.days)
		for k := range list {
			list[k].t = stamp(g.first + mention.Day(k))
		}
		g.out = append(g.out, series{ls, list})
	}
	return i
}

func (g *gathering) series() []series { return g.out }

// today counts the day that is not over, stamped at the end of the time asked for.
func (a *API) today(r *request) ([]series, error) {
	now := a.o.Now()
	d := mention.DayOf(now)
	at := min(r.maxt, now.UnixMilli())
	if !r.others() || at < d.Start().UnixMilli() || at < r.mint {
		return nil, nil
	}
	res, err := a.o.Data.Query(r.ctx, metric.Query{Filter: metric.Filter{From: d, To: d, Raw: true}, Measures: []string{"net_sentiment"},
		By: []metric.Dimension{metric.BySource}})
	if err != nil {
		return nil, err
	}
	of := map[string]metric.Counts{}
	for _, row := range res.Rows {
		of[row.Keys[0]] = row.Counts
	}
	var out []series
	var parts []part
	for _, s := range mention.Sources {
		c := of[string(s)]
		parts = fieldSentiment.split(&c, true, parts[:0])
		for _, x := range parts {
			if r.matches("source", string(s)) && r.matches("sentiment", x.label) {
				out = append(out, series{labels.FromStrings(labels.MetricName, r.family.name, "source", string(s), "sentiment", x.label), points{{at, x.n}}})
			}
		}
	}
	return out, nil
}
