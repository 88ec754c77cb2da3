package hot

import (
	"runtime"
	"sync"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// This file reads the rows of a question for its groups: in parts on all processors,
// or not at all where lists of rows are enough.

// scanShared scans the days of the plan in parts, each by a goroutine of its own. Parts
// are whole days in order and are added in order, so sums of fractions do not depend
// on who is faster. Distinct authors are not parts that add up.
func (g *grouping) scanShared(sp *Spec, parts int) {
	if g.count() {
		return
	}
	rows := g.rows()
	if g.few != nil || parts < 2 || g.dense == nil || g.need&metric.NeedAuthors != 0 {
		g.scan(0, len(g.days))
		return
	}
	ends := make([]int, parts) // days before which each part ends
	for k, n, part := 0, 0, 0; k < len(g.days); k++ {
		n += len(g.days[k].rows)
		for part < parts-1 && n*parts >= rows*(part+1) {
			ends[part] = k + 1
			part++
		}
	}
	ends[parts-1] = len(g.days)
	others := make([]*grouping, parts)
	for i := range others[1:] {
		others[i+1] = newGrouping(g.plan, sp)
	}
	others[0] = g
	var work sync.WaitGroup
	for i, o := range others[1:] {
		work.Go(func() { o.scan(ends[i], ends[i+1]) })
	}
	g.scan(0, ends[0])
	work.Wait()
	for _, o := range others[1:] {
		g.merge(o)
		o.free()
	}
}

// partRows is how many mentions are worth a goroutine, maxParts how many tables of
// slots one question may take.
const (
	partRows = 100_000
	maxParts = 8
)

// parts is in how many parts to scan.
func (g *grouping) parts() int {
	n := g.rows()
	if g.lists != nil {
		n = 0
		for _, list := range g.lists {
			n += len(list)
		}
	}
	return min(runtime.GOMAXPROCS(0), n/partRows, maxParts)
}

// count answers from the lists of rows that name each entity, without the rows
// themselves, where only mentions are counted and nothing else is asked of them. It
// reports whether it could.
func (g *grouping) count() bool {
	if !g.plain || !g.relevantOnly || g.need != 0 || g.block != nil || len(g.rowDims) > 0 || g.few != nil || g.v.since > 0 ||
		g.mode == byKind || g.mode == byMention && g.lists == nil || g.names != nil && g.lists == nil {
		return false
	}
	x := g.v.x
	x.mu.RLock()
	defer x.mu.RUnlock()
	for k := range g.days {
		base, rows := g.dayKey(k), len(g.days[k].rows)
		if g.lists != nil {
			g.total += int64(len(g.lists[k]))
		} else {
			g.total += int64(g.days[k].food)
		}
		if g.mode == byMention {
			g.addMany(base, len(g.lists[k]))
			continue
		}
		for c, list := range x.days[g.first-x.first+mention.Day(k)].posts {
			if int(c) < len(g.pairs) && (g.names == nil || g.names[c]) {
				g.addMany(base+g.codeKey(c), len(before(list, rows)))
			}
		}
	}
	return true
}

// addMany counts n mentions in the group with a key.
func (g *grouping) addMany(key uint64, n int) {
	if n == 0 {
		return
	}
	if g.simple {
		if g.dense[key] == 0 {
			g.slots = append(g.slots, key)
		}
		g.dense[key] += int32(n)
	} else if slot := g.slot(key); slot >= 0 {
		g.counts[slot].Mentions += int64(n)
	}
}

// merge adds the groups of another part of the same question.
func (g *grouping) merge(o *grouping) {
	g.total += o.total
	each := max(1, len(g.block))
	for s, key := range o.slots {
		if g.simple {
			if g.dense[key] == 0 {
				g.slots = append(g.slots, key)
			}
			g.dense[key] += o.dense[key]
			continue
		}
		at := g.slot(key)
		if at < 0 {
			continue
		}
		for b := range each {
			g.counts[at+b].Add(o.counts[s*each+b])
		}
	}
}

// scan counts the mentions of the days of the plan from one up to before another.
func (g *grouping) scan(from, to int) {
	if g.few != nil {
		g.scanFew(func(day, i int) {
			g.visit(g.dayKey(day), &g.days[day], i)
		})
		return
	}
	if g.mode == byMention && len(g.rowDims) == 0 && g.need&metric.NeedAuthors == 0 && g.lists == nil {
		switch {
		case g.block == nil:
			for k := from; k < to; k++ {
				g.sumDay(k)
			}
			return
		case g.need&^metric.NeedAspect == 0:
			for k := from; k < to; k++ {
				g.sumAspects(k)
			}
			return
		}
	}
	for k := from; k < to; k++ {
		base := g.dayKey(k)
		b := &g.days[k]
		if g.lists != nil {
			for _, i := range g.lists[k] {
				if g.passes(b, &b.rows[i]) {
					g.visit(base, b, int(i))
				}
			}
			continue
		}
		for i := range b.rows {
			if g.passes(b, &b.rows[i]) {
				g.visit(base, b, i)
			}
		}
	}
}

// sumDay counts a day all of whose mentions belong to one group.
func (g *grouping) sumDay(k int) {
	var c metric.Counts
	b := &g.days[k]
	for i := range b.rows {
		r := &b.rows[i]
		if !g.passes(b, r) {
			continue
		}
		g.tally(&c, 0, r)
		if g.need&metric.NeedAspect != 0 && g.only >= 0 {
			tallyAspect(&c, uint8(r.aspects>>(2*g.only)&3))
		}
	}
	if c.Mentions == 0 {
		return
	}
	g.total += c.Mentions
	key := g.dayKey(k)
	if g.simple {
		g.addMany(key, int(c.Mentions))
	} else if slot := g.slot(key); slot >= 0 {
		g.counts[slot].Add(c)
	}
}

// sumAspects counts the labels of a day all of whose mentions belong to one group of
// each aspect.
func (g *grouping) sumAspects(k int) {
	var labels [mention.NumAspects][4]int64
	n := int64(0)
	b := &g.days[k]
	for i := range b.rows {
		r := &b.rows[i]
		if !g.passes(b, r) {
			continue
		}
		n++
		if r.aspects == 0 {
			continue
		}
		for a := range labels {
			labels[a][r.aspects>>(2*a)&3]++
		}
	}
	if n == 0 {
		return
	}
	g.total += n
	slot := g.slot(g.dayKey(k))
	if slot < 0 {
		return
	}
	for i, a := range g.block {
		c := &g.counts[slot+i]
		for label := mention.AspectNeg; label <= mention.AspectPos; label++ {
			if g.aspects[a]>>label&1 == 0 {
				continue
			}
			x := labels[a][label]
			c.Mentions += x
			if g.need&metric.NeedAspect != 0 {
				c.AspectNeg += x * one(label == mention.AspectNeg)
				c.AspectNeu += x * one(label == mention.AspectNeu)
				c.AspectPos += x * one(label == mention.AspectPos)
			}
		}
	}
}
