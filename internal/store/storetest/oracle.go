package storetest

import (
	"cmp"
	"slices"
	"strings"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Answer computes the answer to q from the mentions themselves, one by one, with
// none of the tables, roll-ups or SQL of a store: what every store must return.
func Answer(ms []mention.Annotated, q metric.Query) metric.Result {
	last := mention.Day(0)
	for i := range ms {
		last = max(last, ms[i].Day())
	}
	f, _ := q.Filter.Resolve(last)
	groups := map[string]*cell{}
	if len(q.By) == 0 {
		groups[""] = &cell{authors: map[string]bool{}}
	}
	res := metric.Result{Query: q}
	sets := map[string]int64{} // pairs by the dimensions other than entity and kind
	whole := f
	whole.Entities = nil
	for i := range ms {
		m := &ms[i]
		if selects(&whole, m) {
			for _, key := range keys(m, &whole, q.By, true) {
				pairs := len(named(m, &whole))
				sets[strings.Join(key, "\x00")] += int64(pairs)
			}
		}
		if !selects(&f, m) {
			continue
		}
		res.Total++
		for _, key := range keys(m, &f, q.By, false) {
			id := strings.Join(key, "\x00")
			c := groups[id]
			if c == nil {
				c = &cell{keys: key, authors: map[string]bool{}}
				groups[id] = c
			}
			c.add(m, &f, q.By)
		}
	}
	for _, c := range groups {
		c.counts.Authors = int64(len(c.authors))
		var outer []string
		for i, d := range q.By {
			if d != metric.ByEntity && d != metric.ByKind {
				outer = append(outer, c.keys[i])
			}
		}
		c.counts.Set = sets[strings.Join(outer, "\x00")]
		row := metric.Row{Keys: c.keys}
		if row.Keys == nil {
			row.Keys = []string{}
		}
		for _, name := range q.Measures {
			m, _ := metric.MeasureByName(name)
			row.Values = append(row.Values, m.Value(c.counts))
		}
		res.Rows = append(res.Rows, row)
	}
	sortRows(q, res.Rows)
	if limit := cmp.Or(q.Limit, metric.DefaultLimit); len(res.Rows) > limit {
		res.Rows = res.Rows[:limit]
	}
	return res
}

type cell struct {
	keys    []string
	counts  metric.Counts
	authors map[string]bool
}

func (c *cell) add(m *mention.Annotated, f *metric.Filter, by []metric.Dimension) {
	n := &c.counts
	n.Mentions++
	if m.Author != "" {
		n.Authored++
		c.authors[m.Author] = true
	}
	if m.Rating > 0 {
		n.Rated++
		n.RatingSum += float64(m.Rating)
		n.RatingSq += float64(m.Rating) * float64(m.Rating)
	}
	for _, e := range named(m, f) {
		i, j := slices.Index(by, metric.ByEntity), slices.Index(by, metric.ByKind)
		if (i < 0 || c.keys[i] == e.ID) && (j < 0 || c.keys[j] == e.Kind) {
			n.Voice++
		}
	}
	if !m.Scored {
		return
	}
	n.Scored++
	switch m.Sentiment {
	case mention.Negative:
		n.Neg++
	case mention.Neutral:
		n.Neu++
	default:
		n.Pos++
	}
	if m.Intent == mention.Crave {
		n.Crave++
	}
	aspect := -1
	if i := slices.Index(by, metric.ByAspect); i >= 0 {
		aspect = slices.Index(mention.AspectNames, c.keys[i])
	} else if len(f.Aspects) == 1 {
		aspect = int(f.Aspects[0].Aspect)
	}
	if aspect >= 0 {
		switch m.Aspects[aspect] {
		case mention.AspectNeg:
			n.AspectNeg++
		case mention.AspectNeu:
			n.AspectNeu++
		case mention.AspectPos:
			n.AspectPos++
		}
	}
}

// selects reports whether f selects m.
func selects(f *metric.Filter, m *mention.Annotated) bool {
	day := m.Day()
	has := func(ok bool, n int) bool { return n == 0 || ok }
	if f.From != 0 && day < f.From || f.To != 0 && day > f.To || !f.AllTopics && !m.Relevant {
		return false
	}
	if len(f.Entities)+len(f.Kinds) > 0 && len(named(m, f)) == 0 {
		return false
	}
	for _, id := range f.With {
		if !slices.ContainsFunc(m.Entities, func(e mention.Entity) bool { return e.ID == id }) {
			return false
		}
	}
	if !has(slices.Contains(f.Departments, m.Resolved), len(f.Departments)) ||
		!has(slices.Contains(f.Provinces, m.Province), len(f.Provinces)) ||
		!has(slices.Contains(f.Sources, m.Source), len(f.Sources)) ||
		!has(slices.Contains(f.Channels, m.Channel), len(f.Channels)) ||
		!has(m.Scored && slices.Contains(f.Sentiments, m.Sentiment), len(f.Sentiments)) ||
		!has(m.Scored && slices.Contains(f.Intents, m.Intent), len(f.Intents)) ||
		f.Run != "" && f.Run != m.Run ||
		f.Campaign == metric.ExcludeCampaigns && m.Campaign || f.Campaign == metric.OnlyCampaigns && !m.Campaign ||
		f.Cluster != 0 && f.Cluster != m.Cluster {
		return false
	}
	if len(f.Aspects) > 0 && !slices.ContainsFunc(mention.AspectNames, func(a string) bool { return speaks(f, m, a) }) {
		return false
	}
	folded := lexicon.Fold(m.Text)
	for _, w := range strings.Fields(lexicon.Fold(f.Text)) {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}

// speaks reports whether m speaks of the aspect in a way that f lets through.
func speaks(f *metric.Filter, m *mention.Annotated, aspect string) bool {
	a := mention.Aspect(slices.Index(mention.AspectNames, aspect))
	if !m.Scored || m.Aspects[a] == mention.AspectNone {
		return false
	}
	return len(f.Aspects) == 0 || slices.ContainsFunc(f.Aspects, func(x metric.AspectFilter) bool {
		return x.Aspect == a && (x.Polarity == mention.AspectNone || x.Polarity == m.Aspects[a])
	})
}

// named lists the distinct entities of m that f lets through.
func named(m *mention.Annotated, f *metric.Filter) []mention.Entity {
	var out []mention.Entity
	for _, e := range m.Entities {
		if (len(f.Entities) == 0 || slices.Contains(f.Entities, e.ID)) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, e.Kind)) &&
			!slices.ContainsFunc(out, func(x mention.Entity) bool { return x.ID == e.ID }) {
			out = append(out, e)
		}
	}
	return out
}

// keys lists the groups that m is in; with outer those of the dimensions other
// than entity and kind only.
func keys(m *mention.Annotated, f *metric.Filter, by []metric.Dimension, outer bool) [][]string {
	out := [][]string{nil}
	byBoth := slices.Contains(by, metric.ByEntity) && slices.Contains(by, metric.ByKind)
	for _, d := range by {
		var values []string
		date := m.Day().Date()
		switch d {
		case metric.ByEntity, metric.ByKind:
			if outer {
				continue
			}
			for _, e := range named(m, f) {
				v := e.ID
				if d == metric.ByKind {
					v = e.Kind
				}
				if !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
		case metric.ByDepartment:
			values = []string{m.Resolved.Code()}
		case metric.ByProvince:
			values = []string{m.Province.Code()}
		case metric.BySource:
			values = []string{string(m.Source)}
		case metric.ByChannel:
			values = []string{m.Channel}
		case metric.BySentiment:
			if m.Scored {
				values = []string{m.Sentiment.String()}
			}
		case metric.ByIntent:
			if m.Scored {
				values = []string{m.Intent.String()}
			}
		case metric.ByAspect:
			for _, a := range mention.AspectNames {
				if speaks(f, m, a) {
					values = append(values, a)
				}
			}
		case metric.ByDay:
			values = []string{date.Format("2006-01-02")}
		case metric.ByWeek:
			values = []string{date.AddDate(0, 0, -(int(date.Weekday())+6)%7).Format("2006-01-02")}
		case metric.ByMonth:
			values = []string{date.Format("2006-01") + "-01"}
		}
		var next [][]string
		for _, prefix := range out {
			for _, v := range values {
				next = append(next, append(slices.Clone(prefix), v))
			}
		}
		out = next
	}
	if byBoth && !outer { // an entity has one kind
		i, j := slices.Index(by, metric.ByEntity), slices.Index(by, metric.ByKind)
		out = slices.DeleteFunc(out, func(k []string) bool {
			return !slices.ContainsFunc(m.Entities, func(e mention.Entity) bool { return e.ID == k[i] && e.Kind == k[j] })
		})
	}
	return out
}

// rank puts labels into the order of their heads, and all else into the order of
// the text.
func rank(d metric.Dimension, s string) int {
	switch d {
	case metric.BySentiment:
		return slices.Index(mention.SentimentLabels, s)
	case metric.ByIntent:
		return slices.Index(mention.IntentLabels, s)
	case metric.ByAspect:
		return slices.Index(mention.AspectNames, s)
	}
	return 0
}

func sortRows(q metric.Query, rows []metric.Row) {
	byKey := func(i int, a, b metric.Row) int {
		return cmp.Or(rank(q.By[i], a.Keys[i])-rank(q.By[i], b.Keys[i]), strings.Compare(a.Keys[i], b.Keys[i]))
	}
	order := q.Order
	if order == "" {
		order = "-" + q.Measures[0]
		for _, d := range q.By {
			if d.Time() {
				order = string(d)
			}
		}
	}
	name, down := strings.CutPrefix(order, "-")
	slices.SortFunc(rows, func(a, b metric.Row) int {
		var c int
		if i := slices.Index(q.By, metric.Dimension(name)); i >= 0 {
			c = byKey(i, a, b)
		} else {
			j := slices.Index(q.Measures, name)
			x, y := a.Values[j], b.Values[j]
			switch {
			case x.Defined && !y.Defined:
				return -1
			case y.Defined && !x.Defined:
				return 1
			}
			c = cmp.Compare(x.Value, y.Value)
		}
		if down {
			c = -c
		}
		for i := 0; c == 0 && i < len(q.By); i++ {
			c = byKey(i, a, b)
		}
		return c
	})
}
