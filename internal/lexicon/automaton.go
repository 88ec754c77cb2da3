package lexicon

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// automaton is an Aho–Corasick machine over the words of a text. Spellings are
// sequences of words, so matches begin and end at word boundaries by
// construction. It is immutable once built.
type automaton struct {
	words *vocab
	root  []int32 // word → node of the spellings that begin with it, 0 if none
	// edges holds the steps from one node to the next, keyed node<<32 | word: an
	// open-addressing table of a power of two in size.
	edges []edge
	shift uint8
	fail  []int32 // node → the longest proper suffix that is a node; 0 is the root
	out   []int32 // node → index into pats of its first pattern, −1 if none
	pats  []pat
	// ends lists what ends in each node, longest first; that of node n stands in
	// ends[from[n]:from[n+1]].
	from    []int32
	ends    []ending
	longest int // words of the longest pattern
}

// ending is what scan needs of a pattern.
type ending struct {
	pat, ref    int32
	words, skip uint8
	runs        bool
}

// hit is one spelling in a text.
type hit struct {
	ref         int32 // of the pattern
	start, end  int32 // bytes of the text
	first, last int32 // words
}

type edge struct {
	key uint64
	to  int32 // 0: free
}

// pat is one compiled spelling. Several spellings can share a node, since runs
// of a letter are collapsed ("polo", "pollo"); next chains them.
type pat struct {
	text  string // pattern form, runs kept: decides between spellings of one node
	next  int32
	words uint8
	skip  uint8 // leading words that are context, not part of the hit
	runs  bool  // has a doubled letter: the text must be compared
	ref   int32 // meaning belongs to the owner of the machine
}

// maxWords bounds the words of one pattern.
const maxWords = 16

// builder collects spellings; build compiles them all at once, so that the
// table is allocated once in its final size.
type builder struct{ specs []pat }

func newBuilder() *builder { return &builder{} }

// add takes one spelling, already in pattern form.
func (b *builder) add(text string, ref int32) error {
	return b.addAfter(text, 0, ref)
}

// addAfter is add for a spelling whose first skip words are only context.
func (b *builder) addAfter(text string, skip int, ref int32) error {
	words, letters, runs := 1, 0, false
	prev := uint8(classSoft)
	for i := 0; i < len(text); i++ {
		k := patternClass(text[i])
		switch {
		case k == classSoft:
			words++
		case k == prev:
			runs = true
		default:
			letters++
		}
		prev = k
	}
	if letters == 0 {
		return fmt.Errorf("spelling %q has no letter", text)
	}
	if words > maxWords {
		return fmt.Errorf("spelling %q has more than %d words", text, maxWords)
	}
	b.specs = append(b.specs, pat{text: text, words: uint8(words), skip: uint8(skip), runs: runs, ref: ref})
	return nil
}

// wordsOf yields the hashes of the words of a pattern.
func wordsOf(p string, yield func(h uint64)) {
	for w := range strings.SplitSeq(p, " ") {
		if h, ok := wordHash(w); ok {
			yield(h)
		}
	}
}

// sharedVocab makes a vocabulary with room for the words of several builders and
// for more others.
func sharedVocab(more int, bs ...*builder) *vocab {
	seen := make(map[uint64]struct{}, 1<<14)
	for _, b := range bs {
		for i := range b.specs {
			wordsOf(b.specs[i].text, func(h uint64) { seen[h] = struct{}{} })
		}
	}
	return newVocab(len(seen) + more)
}

// build lays out the machine over the words of v, which it extends by its own.
func (b *builder) build(v *vocab) *automaton {
	// dict: node → itself or its longest proper suffix with an output; after: node →
	// its longest proper suffix with one; 0 if none.
	a := &automaton{words: v, out: []int32{-1}, pats: make([]pat, 0, len(b.specs))}
	size := 0
	for i := range b.specs {
		size += int(b.specs[i].words)
	}
	bitsize := max(4, bits.Len(uint(size)))
	a.edges, a.shift = make([]edge, 1<<bitsize), uint8(64-bitsize)
	type step struct {
		from, to int32
		word     int32
	}
	var steps []step // in the order of their nodes
	depth := []uint8{0}
	for i := range b.specs {
		at := int32(0)
		wordsOf(b.specs[i].text, func(h uint64) {
			w := v.add(h)
			for int(w) >= len(a.root) {
				a.root = append(a.root, 0)
			}
			to := a.child(at, w)
			if to == 0 {
				to = int32(len(a.out))
				a.out = append(a.out, -1)
				depth = append(depth, depth[at]+1)
				steps = append(steps, step{at, to, w})
				if at == 0 {
					a.root[w] = to
				} else {
					a.link(at, w, to)
				}
			}
			at = to
		})
		a.put(at, b.specs[i])
	}
	// A failure is a shorter suffix, so shallow nodes come first.
	slices.SortStableFunc(steps, func(x, y step) int { return cmp.Compare(depth[x.to], depth[y.to]) })
	a.fail = make([]int32, len(a.out))
	dict, after := make([]int32, len(a.out)), make([]int32, len(a.out))
	for _, s := range steps {
		if s.from != 0 {
			a.fail[s.to] = a.step(a.fail[s.from], s.word)
		}
		after[s.to] = dict[a.fail[s.to]]
		dict[s.to] = after[s.to]
		if a.out[s.to] >= 0 {
			dict[s.to] = s.to
		}
	}
	a.from = make([]int32, len(a.out)+1)
	for i := range a.pats {
		a.longest = max(a.longest, int(a.pats[i].words))
	}
	for n := range a.out {
		a.from[n] = int32(len(a.ends))
		for at := dict[n]; at != 0; at = after[at] {
			for p := a.out[at]; p >= 0; p = a.pats[p].next {
				q := &a.pats[p]
				a.ends = append(a.ends, ending{p, q.ref, q.words, q.skip, q.runs})
			}
		}
	}
	a.from[len(a.out)] = int32(len(a.ends))
	return a
}

func edgeKey(node, word int32) uint64 { return uint64(node)<<32 | uint64(word) }

// child is the node that follows node on word, 0 if there is none.
func (a *automaton) child(node, word int32) int32 {
	if node == 0 {
		return a.root[word]
	}
	key, mask := edgeKey(node, word), uint64(len(a.edges)-1)
	for i := key * 0x9e3779b97f4a7c15 >> a.shift; ; i = (i + 1) & mask {
		e := &a.edges[i]
		if e.to == 0 || e.key == key {
			return e.to
		}
	}
}

func (a *automaton) link(node, word, to int32) {
	key, mask := edgeKey(node, word), uint64(len(a.edges)-1)
	i := key * 0x9e3779b97f4a7c15 >> a.shift
	for a.edges[i].to != 0 {
		i = (i + 1) & mask
	}
	a.edges[i] = edge{key, to}
}

// step follows word from state, falling back to shorter suffixes. Words that the
// vocabulary has since learnt from other machines lead to the root.
func (a *automaton) step(state, word int32) int32 {
	if word == 0 || int(word) >= len(a.root) {
		return 0
	}
	for state != 0 {
		if to := a.child(state, word); to != 0 {
			return to
		}
		state = a.fail[state]
	}
	return a.root[word]
}

// state is the node of exactly the words of a pattern, 0 if no spelling has them.
func (a *automaton) state(p string) int32 {
	state := int32(0)
	for w := range strings.SplitSeq(p, " ") {
		h, ok := wordHash(w)
		word := a.words.find(h)
		if !ok || word == 0 || int(word) >= len(a.root) {
			return 0
		}
		if state = a.child(state, word); state == 0 {
			return 0
		}
	}
	return state
}

// put adds a pattern to a node unless it is there already with the same meaning.
func (a *automaton) put(at int32, p pat) {
	for i := a.out[at]; i >= 0; i = a.pats[i].next {
		if q := &a.pats[i]; q.text == p.text && q.ref == p.ref {
			return
		}
	}
	p.next = a.out[at]
	a.out[at] = int32(len(a.pats))
	a.pats = append(a.pats, p)
}

// scan appends every spelling in toks[from:to], the words of text, in the order of
// their ends and longest first. In a hashtag or handle words may be glued.
func (a *automaton) scan(dst []hit, text string, toks []token, from, to int) []hit {
	state, tagHit := int32(0), 0 // tagHit: hits before the tag
	for w := from; w < to; w++ {
		t := &toks[w]
		if t.flags&(tokBreak|tokTagHead) != 0 {
			if t.flags&tokBreak != 0 {
				state = 0
			}
			if t.flags&tokTagHead != 0 {
				tagHit = len(dst)
			}
		}
		state = a.next(state, t.word)
		if state != 0 && a.from[state] != a.from[state+1] {
			dst = a.report(dst, text, toks, from, w, state)
		}
		if t.flags&tokTagTail != 0 && len(dst) == tagHit {
			dst = a.glued(dst, text, toks, w)
		}
	}
	return dst
}

// next follows word from state.
func (a *automaton) next(state, word int32) int32 {
	if state != 0 {
		return a.step(state, word)
	}
	if int(word) >= len(a.root) {
		return 0
	}
	return a.root[word] // 0 for word 0
}

// walk appends the state after each of toks.
func (a *automaton) walk(dst []int32, toks []token) []int32 {
	state := int32(0)
	for i := range toks {
		if toks[i].flags&tokBreak != 0 {
			state = 0
		}
		state = a.next(state, toks[i].word)
		dst = append(dst, state)
	}
	return dst
}

// endings lists what ends in state, longest first.
func (a *automaton) endings(state int32) []ending { return a.ends[a.from[state]:a.from[state+1]] }

// report appends the spellings that end in state with toks[w] and whose runs agree
// with the text.
func (a *automaton) report(dst []hit, text string, toks []token, from, w int, state int32) []hit {
	for _, e := range a.endings(state) {
		first := w - int(e.words) + 1
		if first >= from && a.written(e, text, toks, first, w) {
			dst = append(dst, hit{e.ref, toks[first+int(e.skip)].start, toks[w].end, int32(first), int32(w)})
		}
	}
	return dst
}

// written reports whether toks[first:last+1], which have the hashes of the words
// of e, have its letters too: the hash of a word with runs or ñ says less. In tags
// all goes, and the letters of a misspelt word cannot agree.
func (a *automaton) written(e ending, text string, toks []token, first, last int) bool {
	flags := toks[last].flags
	if flags&tokTag != 0 {
		return true
	}
	for i := first; i < last; i++ {
		flags |= toks[i].flags
	}
	return !e.runs && flags&tokOdd == 0 || flags&tokFixed != 0 ||
		agree(a.pats[e.pat].text, text[toks[first].start:toks[last].end])
}

// glued looks for one spelling of at least gluedMin letters at the start or the
// end of the hashtag that ends with toks[last]: #cevicheperuano, #amoelceviche.
func (a *automaton) glued(dst []hit, text string, toks []token, last int) []hit {
	first := last
	for toks[first].flags&tokTagHead == 0 {
		first--
	}
	start, end := int(toks[first].start), int(toks[last].end)
	if end-start > gluedMax {
		return dst
	}
	for i := start; i < end; i++ {
		if text[i]&0xC0 == 0x80 { // inside a UTF-8 sequence
			continue
		}
		sum := wordSum{h: hashSeed}
		var best *pat
		bestEnd := 0
		for j := i; j < end; {
			k, size := classTable[text[j]], 1
			if k == classMulti {
				k, size, _ = multiClass(text, j)
			}
			j += size
			if k-1 >= classLastW || k == sum.prev {
				continue
			}
			sum = sum.add(k)
			if i > start && j < end || j-i < gluedMin {
				continue
			}
			word := a.words.find(sum.sum())
			if word == 0 || int(word) >= len(a.root) || a.root[word] == 0 {
				continue
			}
			for p := a.out[a.root[word]]; p >= 0; p = a.pats[p].next {
				if q := &a.pats[p]; q.words == 1 && len(q.text) >= gluedMin && agree(q.text, text[i:j]) {
					best, bestEnd = q, j
				}
			}
		}
		if best != nil {
			return append(dst, hit{best.ref, int32(i), int32(bestEnd), int32(last), int32(last)})
		}
	}
	return dst
}

// hump reports a CamelCase word start at text[i] inside a hashtag: an upper-case
// letter after a lower-case one, or before a lower-case one ("ALa" is a+la).
func hump(text string, i, size int, prevUpper bool) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	if !isUpper(r) {
		return false
	}
	if !prevUpper {
		return true
	}
	next, _ := utf8.DecodeRuneInString(text[i+size:])
	return next >= 'a' && next <= 'z' || next >= 0xDF && next <= 0xFF
}

// joins reports that the punctuation at text[i] stands inside a word or number:
// "coca.cola", "1/4".
func joins(text string, i int) bool {
	if i == 0 || i+1 >= len(text) || text[i-1] >= utf8.RuneSelf || text[i+1] >= utf8.RuneSelf {
		return false
	}
	l, r := asciiClass[text[i-1]], asciiClass[text[i+1]]
	switch text[i] {
	case '.':
		return l >= classA && l <= classLastW && r >= classA && r < classZero
	case '/':
		return l >= classZero && l < classAmp && r >= classZero && r < classAmp
	}
	return false
}

const (
	gluedMin = 6  // letters; shorter words occur inside others by chance
	gluedMax = 48 // bytes; bounds the quadratic search in one hashtag
)

// agree compares the runs of a pattern with the text that walked its path:
// "polo" is not "pollo", but "anticuchooo" is "anticucho". A run of three or
// more stands for any shorter run; a doubled vowel (in words of five letters and
// more) or consonant other than l and r (seven and more) is taken for a slip.
// ñ in the text needs ñ in the pattern.
func agree(pattern, text string) bool {
	j := 0
	for i := 0; i < len(pattern); {
		c := pattern[i]
		pk := patternClass(c)
		pr, enye := 0, false
		for i < len(pattern) && patternClass(pattern[i]) == pk {
			enye = enye || pattern[i] == enyeByte
			pr++
			i++
		}
		tr := 0
		for j < len(text) {
			k, size, isEnye := asciiClass[text[j]&0x7F], 1, false
			if text[j] >= utf8.RuneSelf {
				var r rune
				r, size = utf8.DecodeRuneInString(text[j:])
				k, isEnye = runeClass(r)
			}
			if k == classHard { // "." or "/" that joins
				k = classSoft
			}
			if k == classSkip {
				j += size
				continue
			}
			if k != pk {
				break
			}
			if isEnye && !enye {
				return false
			}
			tr++
			j += size
		}
		if pk == classSoft || tr == pr {
			continue
		}
		switch {
		case pk >= classZero:
			return false
		case tr < pr:
			return false
		case tr >= 3:
		case isVowel(pk):
			if len(pattern) < 5 {
				return false
			}
		default:
			if len(pattern) < 7 || pk == classA+'l'-'a' || pk == classA+'r'-'a' {
				return false
			}
		}
	}
	return true
}

func isVowel(k uint8) bool {
	switch classByte(k) {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}
