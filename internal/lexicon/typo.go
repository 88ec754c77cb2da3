package lexicon

import (
	"cmp"
	"slices"
)

// This file finds misspelt food words: one letter missing, too many, wrong or
// swapped with the next, in words of six letters and more, where the words around
// speak of food. The first letter and the ending must be right: what differs there
// is mostly another form or another word ("comino", "camino"; "pescador").

const (
	typoMin = 6  // letters, runs counted once
	typoMax = 24 // letters; longer words are not looked at
)

// typoWord is a word of an unambiguous spelling.
type typoWord struct {
	letters string // classes, runs collapsed
	word    int32
}

// typos is an index of words by what is left of them when one letter is taken
// away (the symmetric-delete scheme): two words are within one edit of each other
// only if they share one such remainder or are one themselves.
type typos struct {
	shape [26 * 26]uint32 // first and last letter → bits of the lengths that occur
	// halves is a filter by beginnings and endings; see half.
	halves [1 << (halfBits - 6)]uint64
	keys   *vocab  // hash of a remainder → its number
	from   []int32 // number → where its words begin in at; one more at the end
	at     []int32 // indices into words
	words  []typoWord
}

// Remainders are hashed as Σ letter·base^position, so that the hash of each comes
// from those of the word's beginning and end by one multiplication.
const (
	typoBase    = 0x9e3779b97f4a7c15 // odd, so it has an inverse
	typoInverse = 0xf1de83e19937733d // typoBase·typoInverse = 1 modulo 2^64
)

// remainders calls yield with the hash of w and of w without each of its letters,
// until yield returns false.
func remainders(w []uint8, yield func(h uint64) bool) {
	var prefix [typoMax + 1]uint64
	power := uint64(1)
	for i, k := range w {
		prefix[i+1] = prefix[i] + uint64(k)*power
		power *= typoBase
	}
	all := prefix[len(w)]
	if !yield(finishHash(all)) {
		return
	}
	for i := range w {
		if !yield(finishHash(prefix[i] + (all-prefix[i+1])*typoInverse)) {
			return
		}
	}
}

// lettersOf writes the classes of a word, runs collapsed, to dst; ok is false if it
// holds something else than letters or its length is out of bounds.
func lettersOf(dst *[typoMax]uint8, text string) (w []uint8, ok bool) {
	n, prev := 0, uint8(0)
	for i := 0; i < len(text); {
		k, size := classTable[text[i]], 1
		if k == classMulti {
			k, size, _ = multiClass(text, i)
		}
		i += size
		switch {
		case k == classSkip || k == prev:
			continue
		case k < classA || k >= classZero || n == typoMax:
			return nil, false
		}
		dst[n], prev = k, k
		n++
	}
	return dst[:n], n >= typoMin
}

// shapeOf indexes typos.shape.
func shapeOf(first, last uint8) int { return int(first-classA)*26 + int(last-classA) }

// One slip leaves the first half of a word as it is or the last, but for a swap of
// the letters around the middle.
const halfBits = 19

// halfLen is how many letters of a word of n letters are looked at.
func halfLen(n int) int { return min(n/2, 5) }

// half is the bit of typos.halves for a word of n letters that has these letters at
// one end, the beginning or not, and far at the other.
func half(letters []uint8, far uint8, n int, beginning uint64) uint64 {
	key := beginning | uint64(n)<<1 | uint64(far)<<6
	for i, k := range letters {
		key |= uint64(k) << (11 + 5*i)
	}
	return key * 0x9e3779b97f4a7c15 >> (64 - halfBits)
}

// setHalves marks the words that can be slips of w.
func (t *typos) setHalves(w []uint8) {
	set := func(bit uint64) { t.halves[bit>>6] |= 1 << (bit & 63) }
	z := len(w) - 1
	for n := len(w) - 1; n <= len(w)+1; n++ {
		k := halfLen(n)
		set(half(w[:k], w[z], n, 1))
		set(half(w[z+1-k:], w[0], n, 0))
		if n == 2*k {
			swapped := append([]uint8(nil), w[:k]...)
			swapped[k-1] = w[k]
			set(half(swapped, w[z], n, 1))
		}
	}
}

// maybe reports whether w can be a slip of some word.
func (t *typos) maybe(w []uint8) bool {
	z := len(w) - 1
	if t.shape[shapeOf(w[0], w[z])]&(0b111<<z) == 0 {
		return false
	}
	k := halfLen(len(w))
	a, b := half(w[:k], w[z], len(w), 1), half(w[z+1-k:], w[0], len(w), 0)
	return (t.halves[a>>6]>>(a&63)|t.halves[b>>6]>>(b&63))&1 != 0
}

// newTypos indexes the words of the spellings of refs that have one sense.
func newTypos(v *vocab, pats []pat, refs []ref) *typos {
	t := &typos{}
	seen := map[int32]bool{}
	type pair struct {
		hash uint64
		at   int32
	}
	var pairs []pair
	for i := range pats {
		r := &refs[pats[i].ref]
		if r.ambig || r.rank > rankPlural || r.accents != "" {
			continue
		}
		p := pats[i].text
		for from := 0; from < len(p); {
			to := from
			for to < len(p) && p[to] != ' ' {
				to++
			}
			var buf [typoMax]uint8
			w, ok := patternLetters(&buf, p[from:to])
			h, _ := wordHash(p[from:to])
			if id := v.find(h); ok && !seen[id] {
				seen[id] = true
				at := int32(len(t.words))
				t.words = append(t.words, typoWord{string(w), id})
				t.shape[shapeOf(w[0], w[len(w)-1])] |= 1 << len(w)
				t.setHalves(w)
				remainders(w, func(h uint64) bool {
					pairs = append(pairs, pair{h, at})
					return true
				})
			}
			from = to + 1
		}
	}
	slices.SortFunc(pairs, func(x, y pair) int {
		return cmp.Or(cmp.Compare(x.hash, y.hash), cmp.Compare(x.at, y.at))
	})
	pairs = slices.Compact(pairs)
	t.keys = newVocab(len(pairs))
	t.from = append(t.from, 0)
	for i, p := range pairs {
		if i == 0 || p.hash != pairs[i-1].hash {
			t.keys.add(p.hash)
			t.from = append(t.from, int32(i))
		}
		t.at = append(t.at, p.at)
	}
	t.from = append(t.from, int32(len(pairs)))
	return t
}

// patternLetters is lettersOf for a word in pattern form.
func patternLetters(dst *[typoMax]uint8, p string) ([]uint8, bool) {
	n, prev := 0, uint8(0)
	for i := 0; i < len(p); i++ {
		k := patternClass(p[i])
		switch {
		case k == prev:
			continue
		case k < classA || k >= classZero || n == typoMax:
			return nil, false
		}
		dst[n], prev = k, k
		n++
	}
	return dst[:n], n >= typoMin
}

// meant returns the word that text is a slip of, 0 if there is none or there are two
// that are not spellings of one another.
func (t *typos) meant(text string) int32 {
	var buf [typoMax]uint8
	w, ok := lettersOf(&buf, text)
	if !ok || !t.maybe(w) {
		return 0
	}
	// The loop of remainders, without its calls: this is done for every unknown word.
	var prefix [typoMax + 1]uint64
	power := uint64(1)
	for i, k := range w {
		prefix[i+1] = prefix[i] + uint64(k)*power
		power *= typoBase
	}
	whole := prefix[len(w)]
	found, first := int32(0), int32(0)
	for i := -1; i < len(w); i++ {
		h := whole
		if i >= 0 {
			h = prefix[i] + (whole-prefix[i+1])*typoInverse
		}
		n := t.keys.find(finishHash(h))
		if n == 0 {
			continue
		}
		for _, at := range t.at[t.from[n]:t.from[n+1]] {
			c := &t.words[at]
			if c.word == found || !oneEdit(c.letters, w) {
				continue
			}
			if found != 0 {
				if oneEdit(t.words[first].letters, []uint8(c.letters)) {
					continue
				}
				return 0
			}
			found, first = c.word, at
		}
	}
	return found
}

// confused tells for each letter which ones fingers or ears put in its place:
// neighbours on a Spanish keyboard, and letters that sound alike. Any other change
// is mostly another word ("santos" is no sango).
var confused = func() (t [26]uint32) {
	pair := func(a, b byte) {
		t[a-'a'] |= 1 << (b - 'a')
		t[b-'a'] |= 1 << (a - 'a')
	}
	for _, row := range []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"} {
		for i := 1; i < len(row); i++ {
			pair(row[i-1], row[i])
		}
	}
	below := []string{"qa", "wa", "ws", "es", "ed", "rd", "rf", "tf", "tg", "yg", "yh", "uh", "uj", "ij", "ik", "ok", "ol", "pl",
		"az", "sz", "sx", "dx", "dc", "fc", "fv", "gv", "gb", "hb", "hn", "jn", "jm", "km"}
	alike := []string{"bv", "sz", "sc", "cz", "sx", "ck", "kq", "cq", "gj", "hj", "iy", "ei", "ou", "mn", "dt", "pb", "rl"}
	for _, p := range append(below, alike...) {
		pair(p[0], p[1])
	}
	return t
}()

// oneEdit reports that b is a with one letter left out, put in, changed for one that
// it is confused with or swapped with its neighbour, while first letter and ending are the same: the last letter,
// and the one before a plural s.
func oneEdit(a string, b []uint8) bool {
	la, lb := len(a), len(b)
	if la-lb > 1 || lb-la > 1 || a[0] != b[0] || a[la-1] != b[lb-1] {
		return false
	}
	if a[la-1] == classA+'s'-'a' && a[la-2] != b[lb-2] {
		return false
	}
	i := 0
	for i < la && i < lb && a[i] == b[i] {
		i++
	}
	if i == la && i == lb {
		return false // the same word, which has its own entry
	}
	ja, jb := la-1, lb-1
	for ja >= i && jb >= i && a[ja] == b[jb] {
		ja--
		jb--
	}
	switch {
	case la < lb:
		return ja < i
	case la > lb:
		return jb < i
	case ja == i:
		return confused[a[i]-classA]&(1<<(b[i]-classA)) != 0
	}
	return ja == i+1 && a[i] == b[ja] && a[ja] == b[i]
}

// tokFixed marks a word that was read as another one.
const tokFixed = 1 << 7

// typoReach is how far around a misspelt word food must be spoken of, in bytes.
const typoReach = contextBytes

// slips reads misspelt words as the food words that they are meant for, and
// reports whether there are any. It needs the matches of the words that are
// spelt right, which are the context.
func (s *scratch) slips() bool {
	any := false
	next := s.base
	for i := range s.toks {
		t := &s.toks[i]
		if t.word != 0 || t.flags&tokTag != 0 || t.end-t.start < typoMin {
			continue
		}
		word := s.m.typos.meant(s.text[t.start:t.end])
		if word == 0 {
			continue
		}
		for next < len(s.dst) && s.dst[next].End < int(t.start)-typoReach {
			next++
		}
		if !s.foodNear(next, int(t.start), int(t.end)) {
			continue
		}
		t.word = word
		t.flags |= tokFixed
		any = true
	}
	return any
}

// foodNear reports whether the words around text[start:end] speak of food: a match
// with one sense from s.dst[from:], or cues.
func (s *scratch) foodNear(from, start, end int) bool {
	for i := from; i < len(s.dst) && s.dst[i].Start <= end+typoReach; i++ {
		if m := &s.dst[i]; !m.Homograph && !m.Weak {
			return true
		}
	}
	lo, hi := s.words(start-typoReach, end+typoReach)
	s.cues = s.m.cues.scan(s.cues[:0], s.text, s.toks, lo, hi)
	score := 0
	for i := range s.cues {
		score += int(s.cues[i].ref)
	}
	return score > 0
}

// words are the numbers of the words that begin in text[from:to].
func (s *scratch) words(from, to int) (lo, hi int) {
	at := func(t token, at int) int { return cmp.Compare(int(t.start), at) }
	lo, _ = slices.BinarySearchFunc(s.toks, from, at)
	hi, _ = slices.BinarySearchFunc(s.toks, to, at)
	return lo, hi
}
