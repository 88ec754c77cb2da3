package dedup

import (
	"encoding/binary"
	"slices"

	"antojo/internal/lexicon"
)

// A signature has bands·rows minima. With similarity s, two texts share a band
// with probability 1 − (1 − s²)^bands: 0.99 at one half.
const (
	bands = 16
	rows  = 2
)

type signature [bands * rows]uint32

// band is the hash under which band b is filed.
func (s *signature) band(b int) uint64 {
	return uint64(s[2*b])<<32 | uint64(s[2*b+1]) + uint64(b)*0x9e3779b97f4a7c15
}

// sign computes the minima of features under bands·rows hash functions.
func sign(features []uint32) (s signature) {
	for i := range s {
		s[i] = ^uint32(0)
	}
	for _, f := range features {
		h := uint64(f) * 0x9e3779b97f4a7c15
		for i := range s {
			h ^= h << 13
			h ^= h >> 7
			h ^= h << 17 // xorshift64 (Marsaglia 2003): one draw a function
			s[i] = min(s[i], uint32(h>>32))
		}
	}
	return s
}

// features appends the hashes of the words and word pairs of a text, each once and
// ascending, and counts its words. Case, accents, punctuation, emoji, digits and
// drawn-out letters do not count; links and handles count as one word each.
func features(dst []uint32, text string) ([]uint32, int) {
	words := 0
	prev := uint32(0)
	h, last := uint32(fnvSeed), byte(0)
	inWord := false
	end := func() {
		if !inWord {
			return
		}
		words++
		dst = append(dst, h)
		if prev != 0 {
			dst = append(dst, prev*31^h)
		}
		prev, h, last, inWord = h, fnvSeed, 0, false
	}
	folded := lexicon.Fold(text)
	for i := 0; i < len(folded); i++ {
		c := folded[i]
		switch {
		case c >= 'a' && c <= 'z':
			if c != last {
				h = (h ^ uint32(c)) * 16777619
				last = c
			}
			inWord = true
		default:
			end()
		}
	}
	end()
	slices.Sort(dst)
	return slices.Compact(dst), words
}

const fnvSeed = 2166136261 // FNV-1a

func hashString(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// jaccard is |a ∩ b| / |a ∪ b| of two ascending lists.
func jaccard(a, b []uint32) float64 {
	i, j, both := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			both++
			i++
			j++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// clusterID makes a cluster's number of the key of a text; never 0.
func clusterID(key [16]byte) uint64 { return binary.BigEndian.Uint64(key[8:]) | 1 }
