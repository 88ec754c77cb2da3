// Package dedup finds copies: texts that are nearly the same as others of the
// same days, and the campaigns among them — bursts from few authors, or of one
// text that is too long to be written twice by chance. Short praise that many
// people share ("todo rico") is nobody's campaign and is left alone.
//
// A Detector takes mentions one by one, in any order of time, with bounded
// memory; Scan runs one over history. Similarity is the Jaccard coefficient of
// the words and word pairs of two folded texts; candidates come from MinHash
// signatures in bands (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of
// Massive Datasets, ch. 3), clusters from union-find.
package dedup

import (
	"slices"
	"time"
)

// Options tune a Detector; zero values mean the defaults.
type Options struct {
	// Window is how far apart in time copies of one campaign may lie (7 days).
	Window time.Duration
	// Similarity is the Jaccard coefficient from which two texts are copies (0.5),
	// and Same the one from which they are one text (0.75).
	Similarity, Same float64
	// MinWords is the length from which texts are looked at at all (5 words).
	MinWords int
	// LongWords is the length from which Copies of one text alone make a campaign,
	// whoever wrote them (9 words). Looser and shorter ones need few authors.
	LongWords int
	// Copies is how many near-copies within Window make a campaign (5).
	Copies int
	// PerAuthor is how many copies each author must have written on average to
	// count as few authors (2.5).
	PerAuthor float64
	// Capacity bounds the texts in memory (200,000, about 120 MB). When it is
	// reached, the days that were looked at longest ago are forgotten first.
	Capacity int
}

func (o Options) withDefaults() Options {
	if o.Window <= 0 {
		o.Window = 7 * 24 * time.Hour
	}
	if o.Similarity <= 0 {
		o.Similarity = 0.5
	}
	if o.Same <= 0 {
		o.Same = 0.75
	}
	if o.MinWords <= 0 {
		o.MinWords = 5
	}
	if o.LongWords <= 0 {
		o.LongWords = 9
	}
	if o.Copies <= 1 {
		o.Copies = 5
	}
	if o.PerAuthor <= 0 {
		o.PerAuthor = 2.5
	}
	if o.Capacity <= 0 {
		o.Capacity = 200_000
	}
	return o
}

// Item is one text to look at.
type Item struct {
	Key    [16]byte // id of the mention
	Time   time.Time
	Author string // keyed hash, "" if unknown: then everybody is somebody else
	Text   string
}

// Verdict is what is known of a mention.
type Verdict struct {
	// Cluster is the same for all copies of a text, 0 for a text without copies so
	// far or too short to tell. It comes from the key of one of the copies.
	Cluster uint64
	// Campaign: the text is part of a campaign.
	Campaign bool
}

// Change is a verdict on an earlier mention that has changed: it is a copy now, or
// part of a campaign.
type Change struct {
	Key  [16]byte
	Time time.Time // of the mention, to the second
	Verdict
}

// Detector finds copies in a stream of mentions. It is not safe for concurrent use.
type Detector struct {
	opt   Options
	days  map[int64]*slot // by event time in units of a quarter of the window
	unit  int64           // seconds
	clock int64           // counts calls, to know which slot was used last
	size  int             // texts in memory
	sets  []set
	free  []int32 // sets to use again

	keys map[[16]byte]int32 // texts in memory; a mention that comes twice is no copy of itself

	features []uint32 // of the text at hand
	near     []int32
	same     []int32
}

// slot holds the texts of one stretch of time.
type slot struct {
	bands map[uint64][]int32 // band hash → texts, at most bucketMax; nil in an empty slot
	texts []int32
	used  int64
}

// set is a text in memory, and a node of the union-find forest. Roots carry the cluster.
type set struct {
	features []uint32 // ascending; nil if no band had room, as there are copies enough
	parent   int32
	next     int32 // next of the cluster's texts, −1 at the end
	last     int32 // root: end of that list
	size     int32 // root: texts of the cluster
	key      [16]byte
	author   uint64 // 0 unknown
	time     int64  // seconds
	words    int32
	told     Verdict // what was last said of it
	cluster  uint64  // root: number of the cluster
	campaign bool    // root: few authors wrote the cluster
	same     bool    // one text, written too often
}

// bucketMax bounds the texts of one band in one slot. Copies beyond it are found
// through those that are there.
const bucketMax = 24

// New returns an empty Detector.
func New(o Options) *Detector {
	o = o.withDefaults()
	return &Detector{opt: o, days: map[int64]*slot{}, keys: map[[16]byte]int32{}, unit: max(1, int64(o.Window/time.Second)/4)}
}

// Add looks at one mention. Its verdict is about what has been seen so far;
// changed are the earlier mentions whose verdict is another now. A mention that is
// in memory already changes nothing.
func (d *Detector) Add(it Item) (v Verdict, changed []Change) {
	if i, ok := d.keys[it.Key]; ok {
		return d.sets[i].told, nil
	}
	var words int
	d.features, words = features(d.features[:0], it.Text)
	if words < d.opt.MinWords {
		return Verdict{}, nil
	}
	d.clock++
	at := it.Time.Unix()
	signature := sign(d.features)
	d.candidates(at, &signature)
	own := d.newSet(it, at, words)
	root, dirty := own, false
	d.same = append(d.same[:0], own)
	for _, c := range d.near {
		r := d.find(c)
		if d.distant(c, at) || r == root && d.sets[root].campaign {
			continue
		}
		j := jaccard(d.features, d.sets[c].features)
		if j >= d.opt.Same {
			d.same = append(d.same, c)
		}
		if j >= d.opt.Similarity && r != root {
			dirty = dirty || d.sets[r].size == 1 || root != own
			root = d.union(root, r)
		}
	}
	d.keep(own, at, &signature)
	if d.sets[root].size > 1 {
		v, changed = d.verdict(own, root, at, dirty)
	}
	d.evict()
	return v, changed
}

// verdict judges the text own and its cluster, and lists the others of it that have
// been told something else so far.
func (d *Detector) verdict(own, root int32, at int64, dirty bool) (v Verdict, changed []Change) {
	r := &d.sets[root]
	if len(d.same) >= d.opt.Copies && int(d.sets[own].words) >= d.opt.LongWords {
		for _, i := range d.same {
			dirty = dirty || i != own && !d.sets[i].same
			d.sets[i].same = true
		}
	}
	if !r.campaign && (r.size < 2*judgeEvery || r.size%judgeEvery == 0) && d.fewAuthors(root, at) {
		r.campaign, dirty = true, true
	}
	tell := func(s *set) Verdict {
		s.told = Verdict{r.cluster, r.campaign || s.same}
		return s.told
	}
	v = tell(&d.sets[own])
	if dirty {
		for i := root; i >= 0; i = d.sets[i].next {
			s := &d.sets[i]
			if before := s.told; tell(s) != before {
				changed = append(changed, Change{s.key, time.Unix(s.time, 0).UTC(), s.told})
			}
		}
	}
	return v, changed
}

// judgeEvery bounds the work for large clusters that are no campaign: they are
// judged at every so many texts only.
const judgeEvery = 32

// Len is the number of texts in memory.
func (d *Detector) Len() int { return d.size }

// Scan looks at the whole of items and returns the final verdict on each. Items
// may come in any order.
func Scan(items []Item, o Options) []Verdict {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return items[a].Time.Compare(items[b].Time) })
	d := New(o)
	at := make(map[[16]byte]int, len(items))
	out := make([]Verdict, len(items))
	for _, i := range order {
		at[items[i].Key] = i
		v, changed := d.Add(items[i])
		out[i] = v
		for _, c := range changed {
			out[at[c.Key]] = c.Verdict
		}
	}
	return out
}

// fewAuthors says whether few authors wrote the texts of a cluster around time at.
func (d *Detector) fewAuthors(root int32, at int64) bool {
	n, unknown := 0, 0
	authors := make([]uint64, 0, authorsMax)
	for i := root; i >= 0; i = d.sets[i].next {
		s := &d.sets[i]
		switch {
		case d.distant(i, at):
			continue
		case s.author == 0:
			unknown++
		case !slices.Contains(authors, s.author):
			if len(authors) == authorsMax {
				return false
			}
			authors = append(authors, s.author)
		}
		n++
	}
	return n >= d.opt.Copies && float64(n) >= d.opt.PerAuthor*float64(len(authors)+unknown)
}

// authorsMax are more authors than "few".
const authorsMax = 64

func (d *Detector) slotOf(at int64) int64 {
	if at < 0 {
		return (at - d.unit + 1) / d.unit
	}
	return at / d.unit
}

// distant reports that text i lies outside the window around time at.
func (d *Detector) distant(i int32, at int64) bool {
	gap := d.sets[i].time - at
	return gap > 4*d.unit || gap < -4*d.unit
}

// candidates fills near with the texts that share a band, once each.
func (d *Detector) candidates(at int64, s *signature) {
	d.near = d.near[:0]
	mid := d.slotOf(at)
	for k := mid - 4; k <= mid+4; k++ {
		sl := d.days[k]
		if sl == nil {
			continue
		}
		sl.used = d.clock
		for b := range bands {
			d.near = append(d.near, sl.bands[s.band(b)]...)
		}
	}
	slices.Sort(d.near)
	d.near = slices.Compact(d.near)
}

func (d *Detector) newSet(it Item, at int64, words int) int32 {
	s := set{next: -1, last: -1, size: 1, key: it.Key, cluster: clusterID(it.Key), time: at, words: int32(words)}
	if it.Author != "" {
		s.author = hashString(it.Author) | 1
	}
	var i int32
	if n := len(d.free); n > 0 {
		i, d.free = d.free[n-1], d.free[:n-1]
		d.sets[i] = s
	} else {
		i = int32(len(d.sets))
		d.sets = append(d.sets, s)
	}
	d.sets[i].parent, d.sets[i].last = i, i
	d.keys[it.Key] = i
	d.size++
	return i
}

// keep files a text under its time and its bands.
func (d *Detector) keep(i int32, at int64, s *signature) {
	k := d.slotOf(at)
	sl := d.days[k]
	if sl == nil {
		sl = &slot{used: d.clock}
		d.days[k] = sl
	}
	if sl.bands == nil {
		sl.bands = map[uint64][]int32{}
	}
	sl.texts = append(sl.texts, i)
	room := false
	for b := range bands {
		h := s.band(b)
		if list := sl.bands[h]; len(list) < bucketMax {
			sl.bands[h] = append(list, i)
			room = true
		}
	}
	if room {
		d.sets[i].features = slices.Clone(d.features)
	}
}

func (d *Detector) find(i int32) int32 {
	for d.sets[i].parent != i {
		d.sets[i].parent = d.sets[d.sets[i].parent].parent
		i = d.sets[i].parent
	}
	return i
}

// union joins two clusters; the larger one keeps its id, or else the earlier.
func (d *Detector) union(a, b int32) int32 {
	if a == b {
		return a
	}
	x, y := &d.sets[a], &d.sets[b]
	if x.size < y.size || x.size == y.size && x.time > y.time {
		a, b = b, a
		x, y = y, x
	}
	y.parent = a
	d.sets[x.last].next = b
	x.last = y.last
	x.size += y.size
	if y.campaign && !x.campaign {
		x.campaign = true
	}
	return a
}

// evict forgets the stretches of time used longest ago until there is room.
// Clusters that reach into a stretch that stays lose their oldest texts only. A
// stretch that is still in use stays known, though empty, so that nobody reads it
// back at once (Missing).
func (d *Detector) evict() {
	for d.size > d.opt.Capacity {
		oldest, when, full := int64(0), int64(0), 0
		for k, sl := range d.days {
			if len(sl.texts) == 0 {
				continue
			}
			if full++; full == 1 || sl.used < when || sl.used == when && k < oldest {
				oldest, when = k, sl.used
			}
		}
		if full < 2 {
			return
		}
		d.drop(oldest)
		if when >= d.clock-1 {
			d.days[oldest] = &slot{used: when}
		}
	}
}

// drop forgets one stretch of time, and rebuilds the clusters that had texts in it.
func (d *Detector) drop(k int64) {
	gone := map[int32]bool{}
	for _, i := range d.days[k].texts {
		gone[i] = true
	}
	delete(d.days, k)
	roots := map[int32]bool{}
	for i := range gone {
		roots[d.find(i)] = true
	}
	for root := range roots {
		var stay []int32
		for i := root; i >= 0; i = d.sets[i].next {
			if !gone[i] {
				stay = append(stay, i)
			}
		}
		if len(stay) == 0 {
			continue
		}
		slices.SortFunc(stay, func(a, b int32) int { return int(d.sets[a].time - d.sets[b].time) })
		campaign, id := d.sets[root].campaign, d.sets[root].cluster
		head := stay[0]
		for n, i := range stay {
			s := &d.sets[i]
			s.parent, s.next = head, -1
			if n > 0 {
				d.sets[stay[n-1]].next = i
			}
		}
		h := &d.sets[head]
		h.size, h.last, h.campaign, h.cluster = int32(len(stay)), stay[len(stay)-1], campaign, id
	}
	for i := range gone {
		delete(d.keys, d.sets[i].key)
		d.sets[i] = set{}
		d.free = append(d.free, i)
	}
	slices.Sort(d.free)
	d.size -= len(gone)
}
