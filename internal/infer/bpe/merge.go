package bpe

import (
	"container/heap"
	"fmt"
	"unicode/utf8"
)

// model spells words by merging characters, the earliest learned pair first
// (Sennrich, Haddow and Birch 2016).
type model struct {
	ids      map[string]int32
	merges   map[[2]int32]merge
	unknown  int32 // −1 = none: what cannot be spelled is left out
	fuse     bool  // neighbouring unknown characters are one token
	bytes    bool  // unknown characters are spelled as <0xC3><0xB1>
	whole    bool  // a word of the vocabulary is not merged (ignore_merges)
	prefix   string
	suffix   string
	byteToID [256]int32 // of <0x00> … <0xFF>; only if bytes
}

// merge is what a pair becomes, and how early it was learned.
type merge struct{ rank, id int32 }

// symbol is a piece of a word while it is being merged: a node of a linked list. A
// piece that was merged into its left neighbour has size 0.
type symbol struct {
	id         int32
	prev, next int32 // −1 at the ends
	size       int32 // in characters
}

// candidate is a pair that could be merged.
type candidate struct{ rank, at, id int32 }

// candidates is a heap: the lowest rank first, of equal ranks the leftmost.
type candidates []candidate

func (c candidates) Len() int { return len(c) }
func (c candidates) Less(i, j int) bool {
	return c[i].rank < c[j].rank || c[i].rank == c[j].rank && c[i].at < c[j].at
}
func (c candidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(x any)   { *c = append(*c, x.(candidate)) }
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

// pieces appends the ids of a word. It takes time n log n in its length.
func (m *model) pieces(dst []int32, word string) []int32 {
	if m.whole {
		if id, ok := m.ids[word]; ok {
			return append(dst, id)
		}
	}
	list := m.symbols(word)
	var open candidates
	push := func(at int32) {
		if next := list[at].next; next >= 0 {
			if x, ok := m.merges[[2]int32{list[at].id, list[next].id}]; ok {
				heap.Push(&open, candidate{x.rank, at, x.id})
			}
		}
	}
	for i := range list {
		push(int32(i))
	}
	for len(open) > 0 {
		c := heap.Pop(&open).(candidate)
		a := &list[c.at]
		if a.size == 0 || a.next < 0 {
			continue
		}
		b := &list[a.next]
		if x, ok := m.merges[[2]int32{a.id, b.id}]; !ok || x.id != c.id || x.rank != c.rank {
			continue // one of the two has changed since
		}
		a.id, a.size, a.next = c.id, a.size+b.size, b.next
		b.size = 0
		if a.next >= 0 {
			list[a.next].prev = c.at
		}
		if a.prev >= 0 {
			push(a.prev)
		}
		push(c.at)
	}
	for i := range list {
		if list[i].size > 0 {
			dst = append(dst, list[i].id)
		}
	}
	return dst
}

// symbols are the characters of a word, or what stands for those that the vocabulary
// lacks.
func (m *model) symbols(word string) []symbol {
	list := make([]symbol, 0, len(word))
	add := func(id int32) {
		n := int32(len(list))
		if n > 0 {
			list[n-1].next = n
		}
		list = append(list, symbol{id: id, prev: n - 1, next: -1, size: 1})
	}
	for i := 0; i < len(word); {
		_, n := utf8.DecodeRuneInString(word[i:])
		c := word[i : i+n]
		s := c
		if i > 0 {
			s = m.prefix + s
		}
		if i+n == len(word) {
			s += m.suffix
		}
		i += n
		if id, ok := m.ids[s]; ok {
			add(id)
			continue
		}
		if m.bytes {
			for k := 0; k < len(c); k++ {
				add(m.byteToID[c[k]])
			}
			continue
		}
		if m.unknown >= 0 && !(m.fuse && len(list) > 0 && list[len(list)-1].id == m.unknown) {
			add(m.unknown)
		}
	}
	return list
}

// learned builds the table of merges; each pair and what it becomes must be in the
// vocabulary.
func (m *model) learned(pairs [][2]string) error {
	m.merges = make(map[[2]int32]merge, len(pairs))
	for rank, p := range pairs {
		a, okA := m.ids[p[0]]
		b, okB := m.ids[p[1]]
		if !okA || !okB || len(p[1]) < len(m.prefix) {
			return fmt.Errorf("merge %d (%q and %q) has a part that is not in the vocabulary", rank+1, p[0], p[1])
		}
		id, ok := m.ids[p[0]+p[1][len(m.prefix):]]
		if !ok {
			return fmt.Errorf("merge %d (%q and %q) gives a token that is not in the vocabulary", rank+1, p[0], p[1])
		}
		m.merges[[2]int32{a, b}] = merge{int32(rank), id}
	}
	return nil
}
