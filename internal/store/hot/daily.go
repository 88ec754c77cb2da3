package hot

import (
	"cmp"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Daily counts the mentions that f selects by entity, channel and day, and all that
// it selects but for its entities and kinds by channel and day. Repeats are counted
// from a day on. It reports false if there are too many entities and channels. The
// rows must not be changed. What is asked for most, all mentions about food, is kept
// counted; else days are shared among all processors.
func (v *View) Daily(f *metric.Filter, repeatsFrom mention.Day) (metric.Daily, bool) {
	if isPlain(*f) {
		if d, ok := v.x.plainDaily(f, repeatsFrom); ok {
			return d, true
		}
	}
	g := *f
	g.Entities, g.Kinds = nil, nil
	p, some := v.plan(&g)
	if !some {
		return metric.Daily{First: f.To}, true
	}
	if len(p.idNames)*len(p.channel) > maxCells {
		return metric.Daily{}, false
	}
	d := daily{plan: p, counted: countedCodes(p.pairs, f), channels: len(p.channel), repeatsFrom: max(0, int(repeatsFrom-p.first)), length: len(p.days)}
	if f.To != 0 {
		d.length = int(f.To-p.first) + 1 // beyond the newest mention too
	}
	d.volume, d.cells, d.repeats = make(table, d.channels), make(table, len(p.idNames)*d.channels), make(table, len(p.idNames))
	if p.few != nil {
		d.few()
	} else {
		d.all()
	}
	return d.result(), true
}

// maxCells bounds entities times channels in Daily.
const maxCells = 1 << 22

// isPlain reports whether f selects all mentions about food of some days, though
// perhaps not all that they name.
func isPlain(f metric.Filter) bool {
	f.From, f.To, f.Window, f.Entities, f.Kinds, f.Raw = 0, 0, "", nil, nil, false
	return reflect.ValueOf(f).IsZero()
}

// countedCodes marks the codes of the entities that f selects; nil if it selects all.
func countedCodes(pairs []Entity, f *metric.Filter) []bool {
	if len(f.Entities) == 0 && len(f.Kinds) == 0 {
		return nil
	}
	out := make([]bool, len(pairs))
	for c, e := range pairs {
		out[c] = (len(f.Entities) == 0 || slices.Contains(f.Entities, e.ID)) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, e.Kind))
	}
	return out
}

// daily is a Daily in the making.
type daily struct {
	*plan
	counted     []bool // by entity code; nil = all
	channels    int
	repeatsFrom int // number of a day
	length      int // of rows

	volume  table // by channel
	cells   table // by entity and channel
	repeats table // by entity
}

// table holds rows of counts, which are made when they are first written to. Workers
// share them: each writes the days that are its own.
type table []atomic.Pointer[[]float32]

func (t table) row(i, length int) []float32 {
	p := t[i].Load()
	if p == nil {
		made := make([]float32, length)
		if t[i].CompareAndSwap(nil, &made) {
			return made
		}
		p = t[i].Load()
	}
	return *p
}

// daysAtOnce is how many days a worker takes at a time.
const daysAtOnce = 16

func (d *daily) all() {
	workers := min(runtime.GOMAXPROCS(0), (len(d.days)+daysAtOnce-1)/daysAtOnce)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			w := dayWorker{daily: d, count: make([]uint32, len(d.cells)), seen: make([]uint32, d.channels)}
			for {
				to := int(next.Add(daysAtOnce))
				for k := to - daysAtOnce; k < min(to, len(d.days)); k++ {
					w.day(k)
				}
				if to >= len(d.days) {
					return
				}
			}
		})
	}
	wg.Wait()
}

// dayWorker counts one day after the other in a table small enough for the cache.
type dayWorker struct {
	*daily
	count   []uint32 // by entity and channel; zero but for those touched
	touched []uint32
	seen    []uint32 // by channel
	authors daySet
}

func (w *dayWorker) day(k int) {
	b := &w.days[k]
	authors := k >= w.repeatsFrom
	if authors {
		w.authors.clear()
	}
	channels := uint32(w.channels)
	for i := range b.rows {
		r := &b.rows[i]
		if !w.passes(b, r) {
			continue
		}
		w.seen[r.channel]++
		for _, c := range b.codes(r) {
			if w.counted != nil && !w.counted[c] {
				continue
			}
			id := w.ids[c]
			cell := uint32(id)*channels + uint32(r.channel)
			if w.count[cell] == 0 {
				w.touched = append(w.touched, cell)
			}
			w.count[cell]++
			if authors && r.author != 0 && !w.authors.add(r.author, id) {
				w.repeats.row(int(id), w.length)[k]++
			}
		}
	}
	for c, n := range w.seen {
		if n > 0 {
			w.volume.row(c, w.length)[k] = float32(n)
			w.seen[c] = 0
		}
	}
	for _, cell := range w.touched {
		w.cells.row(int(cell), w.length)[k] = float32(w.count[cell])
		w.count[cell] = 0
	}
	w.touched = w.touched[:0]
}

// few counts the few mentions that can pass, which come in any order of days.
func (d *daily) few() {
	var seen authors
	d.scanFew(func(k, i int) {
		b := &d.days[k]
		r := &b.rows[i]
		d.volume.row(int(r.channel), d.length)[k]++
		for _, c := range b.codes(r) {
			if d.counted != nil && !d.counted[c] {
				continue
			}
			id := int(d.ids[c])
			d.cells.row(id*d.channels+int(r.channel), d.length)[k]++
			if k >= d.repeatsFrom && r.author != 0 && !seen.add(uint32(id*len(d.days)+k), r.author) {
				d.repeats.row(id, d.length)[k]++
			}
		}
	})
}

// result orders channels and entities by their names and drops days before the first
// mention.
func (d *daily) result() metric.Daily {
	first := d.length
	var order []int
	for c := range d.volume {
		if p := d.volume[c].Load(); p != nil {
			order = append(order, c)
			first = min(first, slices.IndexFunc(*p, positive))
		}
	}
	out := metric.Daily{First: d.first + mention.Day(first), Days: d.length - first}
	if len(order) == 0 {
		return metric.Daily{First: d.first + mention.Day(d.length) - 1}
	}
	row := func(t table, i int) []float32 {
		if p := t[i].Load(); p != nil {
			return (*p)[first:]
		}
		return nil
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(d.channel[a], d.channel[b]) })
	for _, c := range order {
		out.Channels = append(out.Channels, d.channel[c])
		out.Volume = append(out.Volume, row(d.volume, c))
	}
	for id, name := range d.idNames {
		e := metric.EntityDaily{ID: name, Counts: make([][]float32, len(order)), Repeats: row(d.repeats, id)}
		some := false
		for k, c := range order {
			e.Counts[k] = row(d.cells, id*d.channels+c)
			some = some || e.Counts[k] != nil
		}
		if some {
			out.Entities = append(out.Entities, e)
		}
	}
	sortEntities(out.Entities)
	return out
}

func sortEntities(list []metric.EntityDaily) {
	slices.SortFunc(list, func(a, b metric.EntityDaily) int { return cmp.Compare(a.ID, b.ID) })
}

// daySet is a set of (author, entity) of one day, by open addressing. It is cleared
// by a new generation, and must be before it is used.
type daySet struct {
	slots []dayAuthor
	n     int
	gen   uint32
}

type dayAuthor struct {
	author uint64
	gen    uint32 // of another generation: free
	entity uint16
}

func (s *daySet) clear() {
	s.n = 0
	if s.gen++; s.gen == 0 {
		clear(s.slots)
		s.gen = 1
	}
}

// add reports whether the pair is new.
func (s *daySet) add(author uint64, entity uint16) bool {
	if 2*s.n >= len(s.slots) {
		old := s.slots
		s.slots = make([]dayAuthor, max(1024, 4*len(old)))
		for _, x := range old {
			if x.gen == s.gen {
				s.slots[s.find(x.author, x.entity)] = x
			}
		}
	}
	i := s.find(author, entity)
	if s.slots[i].gen == s.gen {
		return false
	}
	s.slots[i] = dayAuthor{author, s.gen, entity}
	s.n++
	return true
}

// find is where a pair is, or the free slot that it belongs in. An author is a hash
// already, so its bits are spread.
func (s *daySet) find(author uint64, entity uint16) int {
	mask := uint64(len(s.slots) - 1)
	h := (author ^ uint64(entity)*0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93
	for i := h >> 20 & mask; ; i = (i + 1) & mask {
		if x := &s.slots[i]; x.gen != s.gen || x.author == author && x.entity == entity {
			return int(i)
		}
	}
}
