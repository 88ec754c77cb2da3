package hot

import (
	"math"
	"math/bits"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// mode is what counts as one.
type mode uint8

const (
	byMention mode = iota
	byName         // each entity that the filter selects
	byKind         // each kind among them
)

// plan is a Spec made ready for the scan.
type plan struct {
	frozen
	v     *View
	first mention.Day
	last  mention.Day

	relevantOnly bool
	departments  uint32 // bit set; 0 = all
	provinces    []mention.Province
	sources      []bool // by code; nil = all
	channels     []bool
	runs         []bool
	sentiments   uint8 // bit set of 0 neg … ; 0 = all
	intents      uint8
	aspects      [mention.NumAspects]uint8 // bit set of labels that pass
	anyAspect    bool                      // the filter names aspects
	names        []bool                    // entity codes that the filter selects; nil = all
	docs         bitmap                    // nil = all
	campaign     metric.Campaigns
	few          []uint32   // if not nil, all documents that can pass
	lists        [][]uint32 // if not nil, by day all rows that can pass, in order
	narrow       bool       // some of the above may refuse
	plain        bool       // none but names may
	namesLater   bool       // names are looked at by the one who visits
}

// plan prepares the filter. It returns false if nothing can pass.
func (v *View) plan(f *metric.Filter) (*plan, bool) {
	p := &plan{v: v, campaign: f.Campaign, first: math.MinInt32, last: math.MaxInt32, relevantOnly: !f.AllTopics}
	if f.From != 0 {
		p.first = f.From
	}
	if f.To != 0 {
		p.last = f.To
	}
	p.frozen = v.freeze(p.first, p.last)
	if len(p.days) == 0 {
		return p, false
	}
	p.first, p.last = p.frozen.first, p.frozen.last()
	for _, d := range f.Departments {
		p.departments |= 1 << d
	}
	p.provinces = f.Provinces
	p.sources = chosen(p.frozen.sources, f.Sources)
	p.channels = chosen(p.channel, f.Channels)
	if f.Run != "" {
		p.runs = chosen(p.frozen.runs, []string{f.Run})
	}
	for _, s := range f.Sentiments {
		p.sentiments |= 1 << (s + 1)
	}
	for _, i := range f.Intents {
		p.intents |= 1 << i
	}
	for _, a := range f.Aspects {
		p.anyAspect = true
		if a.Polarity == mention.AspectNone {
			p.aspects[a.Aspect] = 0b1110
		} else {
			p.aspects[a.Aspect] |= 1 << a.Polarity
		}
	}
	if len(f.Entities) > 0 || len(f.Kinds) > 0 {
		p.names = make([]bool, len(p.pairs))
		for c, e := range p.pairs {
			p.names[c] = (len(f.Entities) == 0 || slices.Contains(f.Entities, e.ID)) && (len(f.Kinds) == 0 || slices.Contains(f.Kinds, e.Kind))
		}
	}
	if f.Text != "" {
		n := 0
		if p.docs, n = v.holding(f.Text); p.docs != nil && n < int(v.n)/8 {
			p.few = make([]uint32, 0, n)
			p.docs.each(func(doc uint32) { p.few = append(p.few, doc) })
		}
	}
	if n := p.rows(); len(f.Entities) > 0 && p.few == nil && v.since == 0 && v.hits(f, n)*seek < n {
		p.lists = v.naming(p)
	}
	if p.campaign == metric.OnlyCampaigns && p.few == nil && p.lists == nil {
		p.few = []uint32{}
		p.marked.each(func(doc uint32) {
			if doc < v.n {
				p.few = append(p.few, doc)
			}
		})
	}
	p.plain = p.campaign == metric.IncludeCampaigns && p.departments == 0 && p.provinces == nil && p.sources == nil && p.channels == nil && p.runs == nil && p.sentiments == 0 &&
		p.intents == 0 && !p.anyAspect && p.docs == nil
	p.narrow = !p.plain || p.names != nil
	return p, true
}

// seek is how many mentions in order are looked at for a name in the time of one that
// is looked up; they lie apart, and each is waited for.
const seek = 4

// rows is how many mentions the days of the plan have.
func (p *plan) rows() (n int) {
	for k := range p.days {
		n += len(p.days[k].rows)
	}
	return n
}

// Work is about how many mentions, in order, an answer under f reads.
func (v *View) Work(f *metric.Filter) (n int) {
	x := v.x
	x.mu.RLock()
	defer x.mu.RUnlock()
	first, last := x.first, x.first+mention.Day(len(x.days))-1
	if f.From != 0 {
		first = max(first, f.From)
	}
	if f.To != 0 {
		last = min(last, f.To)
	}
	for d := first; d <= last; d++ {
		n += len(x.days[d-x.first].rows)
	}
	if len(f.Entities) == 0 {
		return n
	}
	return min(n, 2*seek*x.hits(f, n))
}

// hits is about how many mentions of days with so many rows name an entity of f: as
// many as on other days.
func (x *Index) hits(f *metric.Filter, rows int) int {
	n := 0
	for c, e := range x.pairs {
		if slices.Contains(f.Entities, e.ID) {
			n += x.naming[c]
		}
	}
	return int(float64(n) * float64(rows) / float64(max(1, len(x.docs))))
}

func (v *View) hits(f *metric.Filter, rows int) int {
	v.x.mu.RLock()
	defer v.x.mu.RUnlock()
	return v.x.hits(f, rows)
}

// naming returns by day the rows that name one of the plan's entities.
func (v *View) naming(p *plan) [][]uint32 {
	out := make([][]uint32, len(p.days))
	var codes []uint16
	for c, is := range p.names {
		if is {
			codes = append(codes, uint16(c))
		}
	}
	var union []uint64 // rows of a day that several lists have
	v.x.mu.RLock()
	defer v.x.mu.RUnlock()
	for k := range out {
		b, rows := &v.x.days[p.first-v.x.first+mention.Day(k)], len(p.days[k].rows)
		if len(codes) == 1 && p.relevantOnly {
			out[k] = before(b.posts[codes[0]], rows)
			continue
		}
		union = append(union[:0], make([]uint64, (rows+63)/64)...)
		n := 0
		add := func(list []uint32) {
			list = before(list, rows)
			n += len(list)
			for _, i := range list {
				union[i/64] |= 1 << (i % 64)
			}
		}
		for _, c := range codes {
			add(b.posts[c])
			if !p.relevantOnly {
				add(b.others[c])
			}
		}
		list := make([]uint32, 0, n)
		for w, set := range union {
			for ; set != 0; set &= set - 1 {
				list = append(list, uint32(64*w+bits.TrailingZeros64(set)))
			}
		}
		out[k] = list
	}
	return out
}

// before is a list of rows without those from n on, which are later than the view.
func before(list []uint32, n int) []uint32 {
	for len(list) > 0 && int(list[len(list)-1]) >= n {
		list = list[:len(list)-1]
	}
	return list
}

// chosen marks the codes of the names that are in list; nil if the list is empty.
func chosen[T ~string](names []string, list []T) []bool {
	if len(list) == 0 {
		return nil
	}
	out := make([]bool, len(names))
	for i, n := range names {
		out[i] = slices.Contains(list, T(n))
	}
	return out
}

// passes reports whether a mention of a day is one that the filter selects, apart
// from the day.
func (p *plan) passes(b *bucket, r *row) bool {
	if p.relevantOnly && r.sentiment&relevantBit == 0 {
		return false
	}
	return !p.narrow || p.passesNarrow(b, r)
}

func (p *plan) passesNarrow(b *bucket, r *row) bool {
	switch {
	case p.departments != 0 && p.departments>>r.department&1 == 0,
		p.provinces != nil && !slices.Contains(p.provinces, mention.Province(r.province())),
		p.sources != nil && !p.sources[r.source],
		p.sentiments != 0 && p.sentiments>>(r.sentiment&sentimentMask)&1 == 0,
		p.intents != 0 && p.intents>>r.intentOf()&1 == 0,
		p.channels != nil && !p.channels[r.channel],
		p.runs != nil && !p.runs[r.run],
		p.anyAspect && !p.speaks(r.aspects),
		p.docs != nil && !p.docs.has(r.doc),
		p.campaign != metric.IncludeCampaigns && p.marked.has(r.doc) != (p.campaign == metric.OnlyCampaigns):
		return false
	}
	return p.names == nil || p.lists != nil || p.namesLater || p.namesOne(b, r)
}

func (p *plan) speaks(aspects uint16) bool {
	for a := range p.aspects {
		if p.aspects[a]>>(aspects>>(2*a)&3)&1 != 0 {
			return true
		}
	}
	return false
}

// codes are the entity codes of a mention of the day.
func (b *bucket) codes(r *row) []uint16 {
	return b.named[r.entities : r.entities+uint32(r.names)]
}

// namesOne reports whether the mention names an entity that the filter selects.
func (p *plan) namesOne(b *bucket, r *row) bool {
	for _, c := range b.codes(r) {
		if p.names[c] {
			return true
		}
	}
	return false
}

// scan visits the mentions that the filter selects, each with the number of its day
// among those of the plan: by day and in the order of arrival, or in any order if few
// are known.
func (p *plan) scan(visit func(day, i int)) {
	if p.few != nil {
		p.scanFew(visit)
		return
	}
	for k := range p.days {
		p.scanDay(k, visit)
	}
}

func (p *plan) scanFew(visit func(day, i int)) {
	for _, doc := range p.few {
		w := p.frozen.docs[doc]
		if w.day < p.first || w.day > p.last {
			continue
		}
		k := int(w.day - p.first)
		if b := &p.days[k]; p.passes(b, &b.rows[w.row]) {
			visit(k, int(w.row))
		}
	}
}

func (p *plan) scanDay(k int, visit func(day, i int)) {
	b := &p.days[k]
	if p.lists != nil {
		for _, i := range p.lists[k] {
			if p.passes(b, &b.rows[i]) {
				visit(k, int(i))
			}
		}
		return
	}
	for i := range b.rows {
		if p.passes(b, &b.rows[i]) {
			visit(k, i)
		}
	}
}
