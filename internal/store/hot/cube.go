package hot

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// cube counts mentions about food by day: of each channel, and of each entity in each
// channel, in the form that a ranking reads them. It grows with each mention, under
// the lock of the index. Readers take slices of its rows: a row that a reader may
// hold is copied before it changes. It costs four bytes for each day of each row, some
// ten megabytes for 180 entities in ten channels over three years.
type cube struct {
	first  mention.Day
	length int           // days of a row
	rows   int           // how many there are
	most   int           // numbers in all rows
	off    bool          // there would be more
	taken  atomic.Uint64 // times that readers have taken rows

	volume []*cubeRow   // by channel
	cells  [][]*cubeRow // by entity code and channel
}

type cubeRow struct {
	n      []float32
	taken  uint64      // cube.taken when n was made: readers since hold it
	lo, hi mention.Day // first and last day with a count
}

// maxCube bounds the numbers in a cube, which are 256 MB then; one that would have more
// is given up, and rankings count mention by mention.
const maxCube = 1 << 26

// add counts a mention.
func (c *cube) add(day mention.Day, channel uint16, codes []uint16) {
	if c.off {
		return
	}
	if day < c.first || day >= c.first+mention.Day(c.length) {
		c.reach(day)
	}
	c.note(at(&c.volume, int(channel)), day)
	for _, code := range codes {
		for len(c.cells) <= int(code) {
			c.cells = append(c.cells, nil)
		}
		c.note(at(&c.cells[code], int(channel)), day)
	}
	if c.rows*c.length > c.most {
		*c = cube{off: true}
	}
}

// at is the place of row i, for which room is made.
func at(rows *[]*cubeRow, i int) **cubeRow {
	for len(*rows) <= i {
		*rows = append(*rows, nil)
	}
	return &(*rows)[i]
}

func (c *cube) note(place **cubeRow, day mention.Day) {
	r := *place
	taken := c.taken.Load()
	switch {
	case r == nil:
		r = &cubeRow{n: make([]float32, c.length), taken: taken, lo: day, hi: day}
		*place = r
		c.rows++
	case r.taken != taken:
		r.n, r.taken = slices.Clone(r.n), taken
	}
	r.lo, r.hi = min(r.lo, day), max(r.hi, day)
	r.n[day-c.first]++
}

// reach makes all rows cover a day, and some more on that side.
func (c *cube) reach(day mention.Day) {
	first, end := c.first, c.first+mention.Day(c.length)
	more := mention.Day(max(64, c.length/4))
	switch {
	case c.length == 0:
		first, end = day, day+more
	case day < first:
		first = day - more
	default:
		end = day + more
	}
	before := int(c.first - first)
	length := int(end - first)
	c.each(func(r *cubeRow) {
		n := make([]float32, length)
		copy(n[before:], r.n)
		r.n, r.taken = n, c.taken.Load()
	})
	c.first, c.length = first, length
}

func (c *cube) each(visit func(*cubeRow)) {
	for _, rows := range append(slices.Clone(c.cells), c.volume) {
		for _, r := range rows {
			if r != nil {
				visit(r)
			}
		}
	}
}

// within is the part of a row from one day to another; nil if there is no count in it.
func (c *cube) within(r *cubeRow, from, to mention.Day) []float32 {
	if r == nil || r.hi < from || r.lo > to {
		return nil
	}
	part := r.n[from-c.first:]
	if int(to-from)+1 <= len(part) {
		part = part[:to-from+1]
	} else { // beyond what the rows cover
		part = append(slices.Clone(part), make([]float32, int(to-from)+1-len(part))...)
	}
	if r.lo < from && r.hi > to && !slices.ContainsFunc(part, positive) {
		return nil
	}
	return part
}

func positive(n float32) bool { return n > 0 }

// plainDaily answers Daily from the cube, if it can.
func (x *Index) plainDaily(f *metric.Filter, repeatsFrom mention.Day) (metric.Daily, bool) {
	x.mu.RLock()
	d, days, places, ok := x.takeDaily(f, repeatsFrom)
	ids := x.ids
	x.mu.RUnlock()
	for k := range days {
		b := &days[k]
		if len(b.rows) == 0 {
			continue
		}
		at := d.Days - len(days) + k // days end with the last one asked for, or of the index
		for _, r := range b.repeats.upTo(b, ids) {
			if i := places[r.code]; i > 0 {
				e := &d.Entities[i-1]
				if e.Repeats == nil {
					e.Repeats = make([]float32, d.Days)
				}
				e.Repeats[at] += float32(r.n)
			}
		}
	}
	sortEntities(d.Entities)
	return d, ok
}

// takeDaily takes the rows of an answer, all but repeats, which are those of days: the
// last of the answer, some of them perhaps beyond the index. places tells where the
// entity of a code is, plus one; 0 if it is not in the answer.
func (x *Index) takeDaily(f *metric.Filter, repeatsFrom mention.Day) (d metric.Daily, days []bucket, places []int, ok bool) {
	c := &x.cube
	counted := countedCodes(x.pairs, f)
	if c.off || x.splits(counted) {
		return d, nil, nil, false
	}
	last := x.first + mention.Day(len(x.days)) - 1
	from, to := max(f.From, c.first), f.To
	if to == 0 {
		to = last
	}
	d.First = to
	if from > to || c.rows == 0 {
		return d, nil, nil, true
	}
	c.taken.Add(1)
	d.First++
	var order []int
	for k, r := range c.volume {
		if part := c.within(r, from, to); part != nil {
			order = append(order, k)
			d.First = min(d.First, from+mention.Day(slices.IndexFunc(part, positive)))
		}
	}
	if len(order) == 0 {
		d.First = to
		return d, nil, nil, true
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(x.channel.names[a], x.channel.names[b]) })
	d.Days = int(to-d.First) + 1
	for _, k := range order {
		d.Channels = append(d.Channels, x.channel.names[k])
		d.Volume = append(d.Volume, c.within(c.volume[k], d.First, to))
	}
	places = make([]int, len(x.pairs))
	byID := make([]int, len(x.idNames))
	for code, rows := range c.cells {
		if counted != nil && !counted[code] {
			continue
		}
		id := x.ids[code]
		for i, k := range order {
			if k >= len(rows) {
				continue
			}
			part := c.within(rows[k], d.First, to)
			if part == nil {
				continue
			}
			if byID[id] == 0 {
				d.Entities = append(d.Entities, metric.EntityDaily{ID: x.idNames[id], Counts: make([][]float32, len(order))})
				byID[id] = len(d.Entities)
			}
			counts := d.Entities[byID[id]-1].Counts
			if counts[i] != nil { // the entity had another kind before
				part = slices.Clone(part)
				for j, n := range counts[i] {
					part[j] += n
				}
			}
			counts[i] = part
		}
		places[code] = byID[id]
	}
	if repeatsFrom = max(repeatsFrom, d.First); repeatsFrom <= to {
		days = make([]bucket, to-repeatsFrom+1)
		if repeatsFrom <= last {
			copy(days, x.days[repeatsFrom-x.first:])
		}
		for k := range days { // of the last two days more is likely to come
			days[k].newest = repeatsFrom+mention.Day(k) >= last-1
		}
	}
	return d, days, places, true
}

// splits reports whether some entity is counted under one of its kinds and not under
// another: its repeats are then told by the mentions alone.
func (x *Index) splits(counted []bool) bool {
	if counted == nil || len(x.pairs) == len(x.idNames) {
		return false
	}
	seen := make([]uint8, len(x.idNames))
	for code, is := range counted {
		bit := uint8(1)
		if is {
			bit = 2
		}
		if seen[x.ids[code]] |= bit; seen[x.ids[code]] == 3 {
			return true
		}
	}
	return false
}

// repeats are mentions of a day about food by authors who had named the entity that
// day, counted when they are first asked for.
type repeats struct {
	mu      sync.Mutex
	rows    int // of the bucket that are counted
	list    []repeat
	authors *daySet // of those rows, while more are likely to come
}

type repeat struct {
	code uint16
	n    uint32
}

// upTo returns the repeats among all rows of a day. Of the newest days the authors are
// kept, so that only rows that have come since are read.
func (c *repeats) upTo(b *bucket, ids []uint16) []repeat {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows == len(b.rows) {
		if !b.newest {
			c.authors = nil
		}
		return c.list
	}
	rows, list, set := c.rows, c.list, c.authors
	if set == nil || rows > len(b.rows) { // not known any more, or of a later moment
		rows, list, set = 0, nil, new(daySet)
		set.clear()
	}
	list = slices.Clone(list)
	for i := rows; i < len(b.rows); i++ {
		r := &b.rows[i]
		if r.author == 0 || r.sentiment&relevantBit == 0 {
			continue
		}
		for _, code := range b.codes(r) {
			if set.add(r.author, ids[code]) {
				continue
			}
			k := slices.IndexFunc(list, func(x repeat) bool { return x.code == code })
			if k < 0 {
				k = len(list)
				list = append(list, repeat{code: code})
			}
			list[k].n++
		}
	}
	if len(b.rows) > c.rows {
		if c.rows, c.list, c.authors = len(b.rows), list, nil; b.newest {
			c.authors = set
		}
	}
	return list
}
