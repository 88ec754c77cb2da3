package wordpiece

import "strings"

// trie holds all pieces byte by byte, in one open-addressing hash table of edges.
// Node 0 is the root of pieces that begin a word, node 1 that of pieces that
// continue one (stored without their prefix). Matching walks at most as deep as
// the longest piece, so encoding is linear in the text.
type trie struct {
	edges []edge // length is a power of two
	shift uint   // 64 − log2(len(edges))
	id    []int32
}

// edge leads from node key>>8 by byte key&255 to node to; to 0 means an empty slot.
type edge struct{ key, to uint32 }

const (
	rootInitial   = 0
	rootContinued = 1
)

func newTrie(tokens []string, member []bool, prefix string) trie {
	bytes := 0
	for i, s := range tokens {
		if member[i] {
			bytes += 2 * len(s)
		}
	}
	t := trie{id: []int32{-1, -1}, shift: 60}
	for 1<<(64-t.shift) < bytes*3/2 {
		t.shift--
	}
	t.edges = make([]edge, 1<<(64-t.shift))
	for i, s := range tokens {
		if !member[i] {
			continue
		}
		if c, ok := strings.CutPrefix(s, prefix); ok && c != "" {
			t.insert(rootContinued, c, int32(i))
		}
		t.insert(rootInitial, s, int32(i))
	}
	return t
}

func (t *trie) slot(key uint32) *edge {
	mask := len(t.edges) - 1
	for h := int(uint64(key) * 0x9E3779B97F4A7C15 >> t.shift); ; h++ {
		e := &t.edges[h&mask]
		if e.key == key || e.to == 0 {
			return e
		}
	}
}

func (t *trie) insert(node uint32, s string, id int32) {
	for i := 0; i < len(s); i++ {
		key := node<<8 | uint32(s[i])
		e := t.slot(key)
		if e.to == 0 {
			*e = edge{key, uint32(len(t.id))}
			t.id = append(t.id, -1)
		}
		node = e.to
	}
	t.id[node] = id
}

// pieces appends the greedy longest-match pieces of word to dst, or unk alone if
// some part of it cannot be spelt.
func (t *trie) pieces(dst []int32, word []byte, unk int32) []int32 {
	start := len(dst)
	node := uint32(rootInitial)
	for i := 0; i < len(word); {
		end, best := i, unk
		for k := i; k < len(word); k++ {
			e := t.slot(node<<8 | uint32(word[k]))
			if e.to == 0 {
				break
			}
			node = e.to
			if id := t.id[node]; id >= 0 {
				end, best = k+1, id
			}
		}
		if end == i {
			return append(dst[:start], unk)
		}
		dst = append(dst, best)
		i, node = end, rootContinued
	}
	return dst
}
