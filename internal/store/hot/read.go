package hot

import (
	"antojo/internal/metric"
)

// Spec asks for the statistics of groups of mentions, or, with Pairs, of (mention,
// entity) pairs, in which a mention counts once for each of its entities. By
// entity a mention counts once for each entity that the filter selects, by kind
// once for each of their kinds.
type Spec struct {
	Filter metric.Filter // resolved: no window
	By     []metric.Dimension
	Need   metric.Need
	Pairs  bool
	Most   int // groups after which the reading ends
}

// Group is one group: the keys in the order of Spec.By, as numbers that order them
// and names. The name of a numbered key (days, labels, departments) is empty.
type Group struct {
	Keys   []Key
	Counts metric.Counts
}

// Key is one part of a group's key.
type Key struct {
	Name string
	Code int64
}

// Can reports whether the index can answer questions under f.
func (v *View) Can(f *metric.Filter) bool {
	return f.Cluster == 0 && len(f.With) == 0 && (v.x.from == 0 || f.From >= v.x.from) && (f.Text == "" || Searchable(f.Text))
}

// Read yields the groups of sp, each once, in no order. It returns how many
// mentions the filter selects.
func (v *View) Read(sp *Spec, yield func(Group)) (total int64) {
	p, some := v.plan(&sp.Filter)
	g := newGrouping(p, sp)
	if some {
		g.scanShared(sp, g.parts())
	}
	g.yield(yield)
	g.free()
	return g.total
}
