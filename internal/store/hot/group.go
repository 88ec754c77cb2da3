package hot

import (
	"slices"
	"sync"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// grouping adds mentions up in groups. The key of a group is a number: the values
// of its dimensions, each times a unit of its own.
type grouping struct {
	*plan
	mode  mode
	by    []dimension
	need  metric.Need
	most  int
	total int64            // mentions that the filter selects
	only  int              // the aspect that aspect statistics are of when not grouped by aspect
	block []mention.Aspect // groups by aspect; nil = not grouped by aspect
	at    int              // where the aspect's key goes

	dayKeys  []uint64 // by day of the plan: what the dimensions of time add to a key
	codeKeys []uint64 // by entity code: what entity and kind add
	rowDims  []dimension

	dense  []int32          // slot+1 by key, or with tally the count; nil: sparse is used
	sparse map[uint64]int32 // slot+1
	simple bool             // only mentions are counted, in dense itself
	slots  []uint64         // key of each slot
	counts []metric.Counts
	seen   authors
}

// dimension is one part of a key, except aspects. Its values lie below size.
type dimension struct {
	metric.Dimension
	size, unit uint64
	from       mention.Day // for times: the day that has value 0
}

// maxDense bounds the keys that have a place each.
const maxDense = 1 << 19

var densePool = sync.Pool{New: func() any { s := make([]int32, maxDense); return &s }}

func newGrouping(p *plan, sp *Spec) *grouping {
	g := &grouping{plan: p, need: sp.Need &^ metric.NeedVoice, most: sp.Most, only: -1}
	if len(sp.Filter.Aspects) > 0 {
		g.only = int(sp.Filter.Aspects[0].Aspect)
	}
	entity, kind := false, false
	total := uint64(1)
	for i, d := range sp.By {
		if d == metric.ByAspect {
			g.at = i
			for a := range mention.NumAspects {
				if !p.anyAspect || p.aspects[a] != 0 {
					g.block = append(g.block, a)
				}
			}
			if !p.anyAspect {
				for a := range p.aspects {
					p.aspects[a] = 0b1110 // read by add; passes looks only if anyAspect
				}
			}
			continue
		}
		dim := dimension{Dimension: d}
		span := uint64(max(0, p.last-p.first)) + 1
		switch d {
		case metric.ByEntity:
			entity, dim.size = true, uint64(len(p.idNames))
		case metric.ByKind:
			kind, dim.size = true, uint64(len(p.kinds))
		case metric.ByDepartment:
			dim.size = 1 << 8
		case metric.ByProvince:
			dim.size = (mention.NumDepartments + 1) * 100
		case metric.BySource:
			dim.size = uint64(len(p.frozen.sources))
		case metric.ByChannel:
			dim.size = uint64(len(p.channel))
		case metric.BySentiment:
			dim.size = unscored
		case metric.ByIntent:
			dim.size = UnscoredIntent
		case metric.ByDay:
			dim.from, dim.size = p.first, span
		case metric.ByWeek: // day 0 was a Thursday
			dim.from = p.first - mod(p.first+3, 7)
			dim.size = uint64(p.last-dim.from)/7 + 1
		case metric.ByMonth:
			dim.from, dim.size = p.first, span // the first day of each month is its key
		}
		dim.size = max(1, dim.size)
		if len(p.days) == 0 {
			dim.size = 1
		}
		dim.unit = total
		total *= dim.size
		g.by = append(g.by, dim)
		switch {
		case d.Time():
			if g.dayKeys == nil {
				g.dayKeys = make([]uint64, len(p.days))
			}
			for k := range g.dayKeys {
				g.dayKeys[k] += uint64(dim.value(p.first+mention.Day(k))) * dim.unit
			}
		case d == metric.ByEntity || d == metric.ByKind:
			if g.codeKeys == nil {
				g.codeKeys = make([]uint64, len(p.pairs))
			}
			for c := range g.codeKeys {
				n := uint64(p.kindOf[c])
				if d == metric.ByEntity {
					n = uint64(p.ids[c])
				}
				g.codeKeys[c] += n * dim.unit
			}
		default:
			g.rowDims = append(g.rowDims, dim)
		}
	}
	switch {
	case sp.Pairs || entity:
		g.mode = byName
	case kind:
		g.mode = byKind
	}
	p.namesLater = p.names != nil && p.lists == nil && g.mode != byMention
	if total <= maxDense {
		g.dense = *densePool.Get().(*[]int32)
		g.simple = g.need == 0 && g.block == nil && len(g.by) > 0
	} else {
		g.sparse = map[uint64]int32{}
	}
	if len(g.by) == 0 && g.block == nil {
		g.slot(0) // without dimensions there is always one group
	}
	return g
}

func mod(d mention.Day, n mention.Day) mention.Day { return (d%n + n) % n }

// free gives the table of slots back, clean.
func (g *grouping) free() {
	if g.dense != nil {
		for _, k := range g.slots {
			g.dense[k] = 0
		}
		densePool.Put(&g.dense)
	}
}

// slot is where the counts of a key begin; -1 if there are too many groups.
func (g *grouping) slot(key uint64) int {
	var n int32
	if g.dense != nil {
		n = g.dense[key]
	} else {
		n = g.sparse[key]
	}
	if n == 0 {
		if g.most > 0 && len(g.slots) >= g.most {
			return -1
		}
		g.slots = append(g.slots, key)
		n = int32(len(g.slots))
		if g.dense != nil {
			g.dense[key] = n
		} else {
			g.sparse[key] = n
		}
		for range max(1, len(g.block)) {
			g.counts = append(g.counts, metric.Counts{})
		}
	}
	return int(n-1) * max(1, len(g.block))
}

func (g *grouping) dayKey(k int) uint64 {
	if g.dayKeys == nil {
		return 0
	}
	return g.dayKeys[k]
}

// visit counts row i of a day, which the filter selects; the day makes the key begin
// at base.
func (g *grouping) visit(base uint64, b *bucket, i int) {
	r := &b.rows[i]
	grouped := true
	if len(g.rowDims) > 0 {
		more, ok := g.rowKey(r)
		base, grouped = base+more, ok
	}
	named := !g.namesLater
	switch g.mode {
	case byMention:
		if grouped {
			g.note(base, r)
		}
	case byName:
		for _, c := range b.codes(r) {
			if g.names != nil && !g.names[c] {
				continue
			}
			if named = true; grouped {
				g.note(base+g.codeKey(c), r)
			}
		}
	case byKind:
		var done [4]uint64
		for _, c := range b.codes(r) {
			if g.names != nil && !g.names[c] {
				continue
			}
			named = true
			k := g.kindOf[c]
			if grouped && done[k/64]>>(k%64)&1 == 0 {
				done[k/64] |= 1 << (k % 64)
				g.note(base+g.codeKey(c), r)
			}
		}
	}
	if named {
		g.total++
	}
}

func (g *grouping) codeKey(c uint16) uint64 {
	if g.codeKeys == nil {
		return 0
	}
	return g.codeKeys[c]
}

// note counts one in the group with a key.
func (g *grouping) note(key uint64, r *row) {
	if g.simple {
		if g.dense[key]++; g.dense[key] == 1 {
			g.slots = append(g.slots, key)
		}
		return
	}
	if slot := g.slot(key); slot >= 0 {
		g.add(slot, r)
	}
}

// rowKey is what a mention's own columns add to the key. Mentions that were not
// scored are in no group by sentiment or intent.
func (g *grouping) rowKey(r *row) (key uint64, ok bool) {
	for i := range g.rowDims {
		dim := &g.rowDims[i]
		x := uint64(0)
		switch dim.Dimension {
		case metric.ByDepartment:
			x = uint64(r.department)
		case metric.ByProvince:
			x = uint64(r.province())
		case metric.BySource:
			x = uint64(r.source)
		case metric.ByChannel:
			x = uint64(r.channel)
		case metric.BySentiment:
			if x = uint64(r.sentiment & sentimentMask); x == unscored {
				return 0, false
			}
		case metric.ByIntent:
			if x = uint64(r.intentOf()); x >= UnscoredIntent {
				return 0, false
			}
		}
		key += x * dim.unit
	}
	return key, true
}

// value is the number of the day, week or month that d lies in.
func (dim *dimension) value(d mention.Day) uint32 {
	switch dim.Dimension {
	case metric.ByWeek:
		return uint32(d-dim.from) / 7
	case metric.ByMonth:
		return uint32(max(firstOfMonth(d), dim.from) - dim.from)
	}
	return uint32(d - dim.from)
}

// firstOfMonth is the first day of the month of d.
func firstOfMonth(d mention.Day) mention.Day {
	return d - mention.Day(d.Date().Day()) + 1
}

// add counts a mention in the group whose counts begin at slot.
func (g *grouping) add(slot int, r *row) {
	if g.block == nil {
		c := &g.counts[slot]
		g.tally(c, slot, r)
		if g.need&metric.NeedAspect != 0 && g.only >= 0 {
			tallyAspect(c, uint8(r.aspects>>(2*g.only)&3))
		}
		return
	}
	for b, a := range g.block {
		label := uint8(r.aspects >> (2 * a) & 3)
		if g.aspects[a]>>label&1 == 0 {
			continue
		}
		c := &g.counts[slot+b]
		g.tally(c, slot+b, r)
		if g.need&metric.NeedAspect != 0 {
			tallyAspect(c, label)
		}
	}
}

// one is 1 for true.
func one(is bool) int64 {
	var n int64
	if is {
		n = 1
	}
	return n
}

func tallyAspect(c *metric.Counts, label uint8) {
	c.AspectNeg += one(label == uint8(mention.AspectNeg))
	c.AspectNeu += one(label == uint8(mention.AspectNeu))
	c.AspectPos += one(label == uint8(mention.AspectPos))
}

func (g *grouping) tally(c *metric.Counts, group int, r *row) {
	c.Mentions++
	if g.need == 0 {
		return
	}
	// Without branches, which a processor could not foresee.
	if g.need&(metric.NeedSentiment|metric.NeedCrave) != 0 {
		s := r.sentiment & sentimentMask
		neg, neu, pos := one(s == 0), one(s == 1), one(s == 2)
		c.Scored += neg + neu + pos
		c.Neg += neg
		c.Neu += neu
		c.Pos += pos
		c.Crave += one(r.intentOf() == uint8(mention.Crave))
	}
	if g.need&metric.NeedRating != 0 { // no rating is 0
		x := float64(r.rating)
		c.Rated += one(r.rating > 0)
		c.RatingSum += x
		c.RatingSq += x * x
	}
	if g.need&metric.NeedAuthors != 0 && r.author != 0 {
		c.Authored++
		if g.seen.add(uint32(group), r.author) {
			c.Authors++
		}
	}
}

// yield hands out the groups with their keys.
func (g *grouping) yield(out func(Group)) {
	for s, key := range g.slots {
		base := make([]Key, len(g.by), len(g.by)+1)
		for i, d := range g.by {
			base[i] = g.key(d, key/d.unit%d.size)
		}
		if g.simple {
			out(Group{base, metric.Counts{Mentions: int64(g.dense[key])}})
			continue
		}
		if g.block == nil {
			out(Group{base, g.counts[s]})
			continue
		}
		for b, a := range g.block {
			if c := g.counts[s*len(g.block)+b]; c.Mentions > 0 {
				out(Group{slices.Insert(slices.Clone(base), g.at, Key{Code: int64(a)}), c})
			}
		}
	}
}

func (g *grouping) key(d dimension, x uint64) Key {
	switch d.Dimension {
	case metric.ByEntity:
		return Key{Name: g.idNames[x]}
	case metric.ByKind:
		return Key{Name: g.kinds[x]}
	case metric.BySource:
		return Key{Name: g.frozen.sources[x]}
	case metric.ByChannel:
		return Key{Name: g.channel[x]}
	case metric.BySentiment:
		return Key{Code: int64(x) - 1}
	case metric.ByDay:
		return Key{Code: int64(d.from) + int64(x)}
	case metric.ByWeek:
		return Key{Code: int64(d.from) + 7*int64(x)}
	case metric.ByMonth:
		return Key{Code: int64(firstOfMonth(d.from + mention.Day(x)))}
	}
	return Key{Code: int64(x)}
}

// authors is a set of (group, author), open addressing with linear probing. An
// author is a hash already, so its bits are spread.
type authors struct {
	slots []authorSlot
	n     int
}

type authorSlot struct {
	author uint64 // 0 = free
	group  uint32
}

// add reports whether the pair is new. author is not 0.
func (s *authors) add(group uint32, author uint64) bool {
	if 2*s.n >= len(s.slots) {
		old := s.slots
		s.slots = make([]authorSlot, max(1024, 4*len(old)))
		for _, x := range old {
			if x.author != 0 {
				s.slots[s.find(x.group, x.author)] = x
			}
		}
	}
	i := s.find(group, author)
	if s.slots[i].author != 0 {
		return false
	}
	s.slots[i] = authorSlot{author, group}
	s.n++
	return true
}

func (s *authors) find(group uint32, author uint64) int {
	mask := uint64(len(s.slots) - 1)
	h := (author ^ uint64(group)*0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93
	for i := h >> 20 & mask; ; i = (i + 1) & mask {
		if x := &s.slots[i]; x.author == 0 || x.author == author && x.group == group {
			return int(i)
		}
	}
}
