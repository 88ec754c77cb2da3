// Package hot keeps the newest mentions in memory, so that the questions of a page
// are answered in fractions of a millisecond, whatever is being loaded. It holds
// codes and lists of words, no texts: about 115 bytes a mention, and counts by day.
//
// An Index is a copy of what a store has on disk and never the only one. The store
// adds each batch after its commit, fills the index in the background when it
// opens, and answers from its tables whatever the index cannot. Both give the same
// answers; storetest runs over both.
//
// Read next: read.go (a spec answered), words.go (search), newest.go, cube.go (counts
// by day, kept).
package hot

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sync"

	"antojo/internal/mention"
)

// Codes of mentions that the encoder did not score.
const (
	UnscoredSentiment = 2
	UnscoredIntent    = 5
)

// Mention is what the index takes of a mention.
type Mention struct {
	ID         mention.ID
	At         int64 // microseconds since 1970, UTC
	Day        mention.Day
	Author     uint64 // hash; 0 = unknown
	Rating     float32
	Source     string
	Channel    string
	Run        string
	Department uint8
	Province   uint8 // number in the department, below 32; 0 = unknown
	Sentiment  int8  // -1, 0, 1, or UnscoredSentiment
	Intent     uint8
	Aspects    uint16 // a digit of base 4 for each aspect, food the lowest
	Relevant   bool
	Folded     string   // text in lower case without accents
	Entities   []Entity // distinct ids, in the order of the text
}

// Entity is an entity that a mention names.
type Entity struct{ ID, Kind string }

// row is a mention as it is scanned: 32 bytes, half a cache line.
type row struct {
	author     uint64
	doc        uint32 // number in the order of arrival
	entities   uint32 // where its codes begin in bucket.named
	rating     float32
	aspects    uint16
	channel    uint16
	run        uint16
	names      uint16 // how many codes
	source     uint8
	department uint8
	sentiment  uint8 // 0 neg, 1 neu, 2 pos, 3 not scored; relevantBit
	intent     uint8 // intentMask; above it the number of the province
}

const (
	relevantBit   = 0x80
	unscored      = 3
	sentimentMask = 0x03
	intentMask    = 0x07
	provinceShift = 3
)

// intentOf is what the mention wants, in head order.
func (r *row) intentOf() uint8 { return r.intent & intentMask }

// province is the code of the mention's province, 0 if it is not known.
func (r *row) province() uint16 {
	if n := uint16(r.intent >> provinceShift); n != 0 {
		return uint16(r.department)*100 + n
	}
	return 0
}

// place is where a mention stands in time, newest last.
type place struct {
	at int64
	id mention.ID
}

// bucket is one day, in the order of arrival.
type bucket struct {
	rows    []row
	places  []place
	named   []uint16            // entity codes of its mentions, one after the other
	posts   map[uint16][]uint32 // by entity code: rows about food that name it, in order; under the index's lock
	others  map[uint16][]uint32 // the same of rows that are not about food
	food    int                 // rows about food
	repeats *repeats
	newest  bool // set where repeats are read: more is likely to come
}

// where tells the row of a document.
type where struct {
	day mention.Day
	row uint32
}

// Index is safe for concurrent use: one writer, many readers. What was added is
// never changed, so readers take headers of slices under the lock and read without.
type Index struct {
	from mention.Day // older mentions are left out; 0 = none

	mu      sync.RWMutex
	first   mention.Day // day of days[0]
	days    []bucket
	docs    []where
	cube    cube
	naming  []int // by code: mentions that name it
	codes   map[Entity]uint16
	pairs   []Entity // by code
	ids     []uint16 // by code: number of the entity's id
	idNames []string
	idOf    map[string]uint16
	kindOf  []uint8 // by code: number of the kind
	kinds   dictionary
	sources dictionary
	channel dictionary
	runs    dictionary
	words   words

	marked   map[mention.ID]bool // mentions that are part of a campaign
	campaign marks               // the same by document
}

// New returns an empty index that leaves out mentions of days before from; 0 = none.
func New(from mention.Day) *Index {
	return &Index{from: from, codes: map[Entity]uint16{}, idOf: map[string]uint16{},
		kinds: newDictionary(math.MaxUint8), sources: newDictionary(math.MaxUint8), channel: newDictionary(math.MaxUint16), runs: newDictionary(math.MaxUint16),
		cube: cube{most: maxCube}, words: newWords(), marked: map[mention.ID]bool{}}
}

// ErrFull says that the data have more distinct values than an index can tell
// apart (65,535 entities, channels or runs). The index is then of no more use.
var ErrFull = errors.New("more distinct values than the index in memory can hold")

// dictionary numbers strings.
type dictionary struct {
	most  int
	of    map[string]int
	names []string
}

func newDictionary(most int) dictionary { return dictionary{most: most, of: map[string]int{}} }

func (d *dictionary) code(s string) (int, error) {
	if n, ok := d.of[s]; ok {
		return n, nil
	}
	if len(d.names) >= d.most {
		return 0, ErrFull
	}
	n := len(d.names)
	d.of[s] = n
	d.names = append(d.names, s)
	return n, nil
}

// Len is the number of mentions in the index.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.docs)
}

// From is the first day that the index knows all of; 0 = it leaves out none.
func (x *Index) From() mention.Day { return x.from }

// Add makes ms visible, all at one moment. The store has seen to it that none is
// there yet. After an error the index must not be used any more.
func (x *Index) Add(ms []Mention) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	for i := range ms {
		if m := &ms[i]; m.Day >= x.from {
			if err := x.add(m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *Index) add(m *Mention) error {
	source, err := x.sources.code(m.Source)
	channel, err2 := x.channel.code(m.Channel)
	run, err3 := x.runs.code(m.Run)
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	if len(x.docs) == math.MaxUint32 || len(m.Entities) > math.MaxUint16 {
		return ErrFull
	}
	doc := uint32(len(x.docs))
	b := x.bucket(m.Day)
	if len(b.named)+len(m.Entities) > math.MaxUint32 {
		return ErrFull
	}
	r := row{author: m.Author, doc: doc, entities: uint32(len(b.named)), rating: m.Rating, aspects: m.Aspects,
		channel: uint16(channel), run: uint16(run), names: uint16(len(m.Entities)), source: uint8(source),
		department: m.Department, sentiment: uint8(m.Sentiment + 1), intent: m.Intent&intentMask | m.Province<<provinceShift}
	if m.Relevant {
		r.sentiment |= relevantBit
	}
	for _, e := range m.Entities {
		code, err := x.entity(e)
		if err != nil {
			return err
		}
		b.named = append(b.named, code)
		posts := b.posts
		if !m.Relevant {
			posts = b.others
		}
		posts[code] = append(posts[code], uint32(len(b.rows)))
		x.naming[code]++
	}
	if x.marked[m.ID] {
		x.campaign = x.campaign.with(map[uint32]bool{doc: true})
	}
	x.docs = append(x.docs, where{m.Day, uint32(len(b.rows))})
	b.rows = append(b.rows, r)
	if m.Relevant {
		b.food++
		x.cube.add(m.Day, r.channel, b.codes(&r))
	}
	b.places = append(b.places, place{m.At, m.ID})
	x.words.add(doc, m.Folded)
	return nil
}

// entity is the code of an entity; an id that comes with two kinds has two codes.
func (x *Index) entity(e Entity) (uint16, error) {
	if c, ok := x.codes[e]; ok {
		return c, nil
	}
	if len(x.pairs) >= math.MaxUint16 {
		return 0, ErrFull
	}
	kind, err := x.kinds.code(e.Kind)
	if err != nil {
		return 0, err
	}
	id, ok := x.idOf[e.ID]
	if !ok {
		id = uint16(len(x.idNames))
		x.idOf[e.ID] = id
		x.idNames = append(x.idNames, e.ID)
	}
	c := uint16(len(x.pairs))
	x.codes[e] = c
	x.pairs = append(x.pairs, e)
	x.ids = append(x.ids, id)
	x.kindOf = append(x.kindOf, uint8(kind))
	x.naming = append(x.naming, 0)
	return c, nil
}

// bucket returns the bucket of a day, making room at either end.
func (x *Index) bucket(d mention.Day) *bucket {
	switch {
	case len(x.days) == 0:
		x.first = d
		x.days = make([]bucket, 1, 1200)
	case d < x.first:
		x.days = slices.Concat(make([]bucket, x.first-d), x.days)
		x.first = d
	}
	for int(d-x.first) >= len(x.days) {
		x.days = append(x.days, bucket{})
	}
	b := &x.days[d-x.first]
	if b.repeats == nil {
		b.repeats, b.posts, b.others = new(repeats), map[uint16][]uint32{}, map[uint16][]uint32{}
	}
	return b
}

// View is the index as it is now. Later additions are not in it.
type View struct {
	x     *Index
	n     uint32 // documents from here on are not in it
	since uint32 // nor are those before
}

// View returns the index as it is now.
func (x *Index) View() *View { return &View{x: x, n: uint32(x.Len())} }

// Since is the view without the first n mentions that were added to the index.
func (v *View) Since(n int) *View { return &View{x: v.x, n: v.n, since: min(uint32(n), v.n)} }

// frozen are the parts of an index that a reader uses, as they were at one moment.
type frozen struct {
	first   mention.Day // day of days[0]
	days    []bucket    // of the days asked for
	docs    []where
	pairs   []Entity
	ids     []uint16
	idNames []string
	kindOf  []uint8
	kinds   []string
	sources []string
	channel []string
	runs    []string
	marked  marks
}

// freeze takes the headers of the days from first to last, without what came after
// the view.
func (v *View) freeze(first, last mention.Day) frozen {
	x := v.x
	x.mu.RLock()
	z := frozen{docs: x.docs[:v.n], pairs: x.pairs, ids: x.ids, idNames: x.idNames, kindOf: x.kindOf,
		kinds: x.kinds.names, sources: x.sources.names, channel: x.channel.names, runs: x.runs.names, marked: x.campaign}
	first = max(first, x.first)
	last = min(last, x.first+mention.Day(len(x.days))-1)
	z.first = first
	if len(x.days) > 0 && first <= last {
		z.days = slices.Clone(x.days[first-x.first : last-x.first+1])
	}
	x.mu.RUnlock()
	for i := range z.days {
		b := &z.days[i]
		n := len(b.rows)
		for n > 0 && b.rows[n-1].doc >= v.n {
			n--
			if b.rows[n].sentiment&relevantBit != 0 {
				b.food--
			}
		}
		b.rows, b.places = b.rows[:n], b.places[:n]
		if v.since > 0 {
			old, _ := slices.BinarySearchFunc(b.rows, v.since, func(r row, doc uint32) int { return cmp.Compare(r.doc, doc) })
			b.rows, b.places = b.rows[old:], b.places[old:]
		}
	}
	return z
}

func (z *frozen) last() mention.Day { return z.first + mention.Day(len(z.days)) - 1 }
