package duckdb

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/bits"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
)

// seen answers "certainly not in the store" for most new ids without a look at
// the store, by a Bloom filter for each bucket of event time. An import of years
// of history touches the whole id range in every batch; without the filters each
// batch would scan all ids. Ids that a filter cannot rule out are looked up, so
// the answer is exact. A bucket is filled from the store when it is first
// touched, so live mentions cost only the newest ones.
//
// The file belongs to one process, and only committed ids are added, so a filter
// never misses an id that is there.
type seen struct {
	buckets map[uint64]*bloom
	gone    *tombstones // nil until first needed
}

func newSeen() *seen { return &seen{buckets: map[uint64]*bloom{}} }

// bucketShift makes buckets of 2^31 ms, about 25 days. Undated ids, whose time
// part is zero, have bucket 0 to themselves.
const bucketShift = 31

func bucketOf(id mention.ID) uint64 {
	ms := binary.BigEndian.Uint64(id[:8]) >> 16
	return ms >> bucketShift
}

// idRange is the least and the greatest id of a range of buckets.
func idRange(first, last uint64) (lo, hi mention.ID) {
	binary.BigEndian.PutUint64(lo[:8], first<<bucketShift<<16)
	binary.BigEndian.PutUint64(hi[:8], (last+1)<<bucketShift<<16-1)
	for i := 8; i < len(hi); i++ {
		hi[i] = 0xff
	}
	return lo, hi
}

// ensure fills the buckets of ids that have not been touched yet.
func (s *seen) ensure(ctx context.Context, w *writer, ids []mention.ID) error {
	missing := map[uint64]bool{}
	var first, last uint64
	for _, id := range ids {
		b := bucketOf(id)
		if s.buckets[b] != nil || missing[b] {
			continue
		}
		if b == 0 { // undated: on its own, so that it does not widen the range
			if err := s.fill(ctx, w, 0, 0, map[uint64]bool{0: true}); err != nil {
				return err
			}
			continue
		}
		if len(missing) == 0 {
			first, last = b, b
		}
		first, last = min(first, b), max(last, b)
		missing[b] = true
	}
	if len(missing) == 0 {
		return nil
	}
	return s.fill(ctx, w, first, last, missing)
}

// fill reads the ids of the buckets first to last and makes the wanted filters.
func (s *seen) fill(ctx context.Context, w *writer, first, last uint64, wanted map[uint64]bool) error {
	lo, hi := idRange(first, last)
	rows, err := w.conn.QueryContext(ctx, "SELECT id FROM mentions WHERE id BETWEEN CAST(? AS UUID) AND CAST(? AS UUID)", uuid(lo), uuid(hi))
	if err != nil {
		return fmt.Errorf("read ids: %w", err)
	}
	defer rows.Close()
	ids := map[uint64][]mention.ID{}
	for b := range wanted {
		ids[b] = nil
	}
	for rows.Next() {
		var u duck.UUID
		if err := rows.Scan(&u); err != nil {
			return fmt.Errorf("read ids: %w", err)
		}
		if b := bucketOf(mention.ID(u)); wanted[b] {
			ids[b] = append(ids[b], mention.ID(u))
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read ids: %w", err)
	}
	for b, list := range ids {
		f := newBloom(4*len(list) + 4096)
		for _, id := range list {
			f.add(id)
		}
		s.buckets[b] = f
	}
	return nil
}

// maybe reports whether id may be in the store. Its bucket must be filled.
func (s *seen) maybe(id mention.ID) bool { return s.buckets[bucketOf(id)].has(id) }

// add notes committed ids. A filter that has outgrown its size is dropped and made
// anew, four times as large, when its bucket is next touched.
func (s *seen) add(ids []mention.ID) {
	for _, id := range ids {
		if f := s.buckets[bucketOf(id)]; f != nil {
			f.add(id)
		}
	}
	for b, f := range s.buckets {
		if f.n > f.capacity {
			delete(s.buckets, b)
		}
	}
}

// bloom is a Bloom filter with bitsPerKey bits and hashes probes a key, which
// gives about 0.4 % false positives at capacity (Bloom, CACM 13 (1970) 422–426).
type bloom struct {
	words       []uint64
	n, capacity int
}

const (
	bitsPerKey = 12
	hashes     = 6
)

func newBloom(capacity int) *bloom {
	return &bloom{words: make([]uint64, (capacity*bitsPerKey+63)/64), capacity: capacity}
}

// probes are derived from two hashes (Kirsch & Mitzenmacher, ESA 2006).
func (f *bloom) probe(id mention.ID, visit func(word int, mask uint64) bool) {
	a := mix(binary.BigEndian.Uint64(id[8:]) ^ mix(binary.BigEndian.Uint64(id[:8])))
	b := mix(a+0x9e3779b97f4a7c15) | 1
	m := uint64(len(f.words)) * 64
	for range hashes {
		bit, _ := bits.Mul64(a, m)
		if !visit(int(bit/64), 1<<(bit%64)) {
			return
		}
		a += b
	}
}

func (f *bloom) add(id mention.ID) {
	f.n++
	f.probe(id, func(word int, mask uint64) bool {
		f.words[word] |= mask
		return true
	})
}

func (f *bloom) has(id mention.ID) bool {
	found := true
	f.probe(id, func(word int, mask uint64) bool {
		found = f.words[word]&mask != 0
		return found
	})
	return found
}

// mix is the finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
