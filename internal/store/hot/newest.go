package hot

import (
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Position is a place in the order of mentions, newest first, and by id in
// descending order at the same moment.
type Position struct {
	At int64 // microseconds since 1970
	ID mention.ID

	Sentiment int8 // of the mention there: -1, 0, 1, or UnscoredSentiment
}

// Before reports whether p comes before q, that is, is newer.
func (p Position) Before(q Position) bool {
	if p.At != q.At {
		return p.At > q.At
	}
	return slices.Compare(p.ID[:], q.ID[:]) > 0
}

// Newest returns the first positions after a place that f selects; after nil = from
// the newest.
func (v *View) Newest(f *metric.Filter, after *Position, limit int) []Position {
	p, some := v.plan(f)
	if !some || limit <= 0 {
		return nil
	}
	top := newest{limit: limit, after: after}
	visit := func(day, i int) {
		b := &p.days[day]
		top.offer(Position{b.places[i].at, b.places[i].id, int8(b.rows[i].sentiment&sentimentMask) - 1})
	}
	// So many days fill the list that they hold about limit × rows ÷ few rows; few
	// documents lie apart, and all of them would have to be looked at.
	if n := len(p.few); p.few != nil && n*n <= seek*limit*p.rows() {
		p.scanFew(visit)
		return top.list
	}
	// A later day has later mentions only, so the walk ends with the day that fills the list.
	for k := len(p.days) - 1; k >= 0 && len(top.list) < limit; k-- {
		p.scanDay(k, visit)
	}
	return top.list
}

// newest keeps the first positions of those offered, in order.
type newest struct {
	limit int
	after *Position
	list  []Position
}

func (t *newest) offer(x Position) {
	if t.after != nil && !t.after.Before(x) {
		return
	}
	if len(t.list) == t.limit {
		if !x.Before(t.list[t.limit-1]) {
			return
		}
		t.list = t.list[:t.limit-1]
	}
	i, _ := slices.BinarySearchFunc(t.list, x, func(a, b Position) int {
		if a.Before(b) {
			return -1
		}
		return 1
	})
	t.list = slices.Insert(t.list, i, x)
}

// Together are the counts behind co-mentions: mentions looked at, those that name
// each entity, and those that name it together with the one asked for.
type Together struct {
	Base int64
	Of   map[string]int64
	With map[string]int64
}

// Together counts what is named together with entity under f, whose entities and
// kinds must be empty. With holds entities of kinds only; none = all.
func (v *View) Together(entity string, f *metric.Filter, kinds []string) Together {
	out := Together{Of: map[string]int64{}, With: map[string]int64{}}
	p, some := v.plan(f)
	if !some {
		return out
	}
	of, with := make([]int64, len(p.pairs)), make([]int64, len(p.pairs))
	is := make([]bool, len(p.pairs))
	for c, e := range p.pairs {
		is[c] = e.ID == entity
	}
	p.scan(func(day, i int) {
		out.Base++
		b := &p.days[day]
		codes := b.codes(&b.rows[i])
		here := false
		for _, c := range codes {
			of[c]++
			here = here || is[c]
		}
		if !here {
			return
		}
		for _, c := range codes {
			if !is[c] {
				with[c]++
			}
		}
	})
	for c, e := range p.pairs {
		if of[c] > 0 {
			out.Of[e.ID] += of[c]
		}
		if with[c] > 0 && (len(kinds) == 0 || slices.Contains(kinds, e.Kind)) {
			out.With[e.ID] += with[c]
		}
	}
	return out
}
