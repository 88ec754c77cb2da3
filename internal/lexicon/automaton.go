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
	dict  []int32 // node → itself or its longest proper suffix with an output; 0 if none
	after []int32 // node → the longest proper suffix with an output; 0 if none
	pats  []pat
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
	what  uint8 // meaning belongs to the visitor
	ref   int32 // meaning belongs to the visitor
}

// maxWords bounds the words of one pattern.
const maxWords = 16

// builder collects spellings; build compiles them all at once, so that the
// table is allocated once in its final size.
type builder struct{ specs []pat }

func newBuilder() *builder { return &builder{} }

// add takes one spelling, already in pattern form.
func (b *builder) add(text string, what uint8, ref int32) error {
	return b.addAfter(text, 0, what, ref)
}

// addAfter is add for a spelling whose first skip words are only context.
func (b *builder) addAfter(text string, skip int, what uint8, ref int32) error {
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
	b.specs = append(b.specs, pat{text: text, words: uint8(words), skip: uint8(skip), runs: runs, what: what, ref: ref})
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
	a.fail, a.dict, a.after = make([]int32, len(a.out)), make([]int32, len(a.out)), make([]int32, len(a.out))
	for _, s := range steps {
		if s.from != 0 {
			a.fail[s.to] = a.step(a.fail[s.from], s.word)
		}
		a.after[s.to] = a.dict[a.fail[s.to]]
		a.dict[s.to] = a.after[s.to]
		if a.out[s.to] >= 0 {
			a.dict[s.to] = s.to
		}
	}
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
		if q := &a.pats[i]; q.text == p.text && q.what == p.what && q.ref == p.ref {
			return
		}
	}
	p.next = a.out[at]
	a.out[at] = int32(len(a.pats))
	a.pats = append(a.pats, p)
}

// visitor receives the spellings that end at a word end, longest first.
type visitor interface {
	// hit is called for pattern p over text[start:end], whose last word has the
	// number word among the tokens; tag says that the text is a hashtag or handle,
	// where words are glued.
	hit(p *pat, start, end, word int, tag bool)
}

// scan reports every spelling in toks[from:to], the words of text. It does not
// allocate.
func (a *automaton) scan(text string, toks []token, from, to int, v visitor) {
	state, tagHit := int32(0), false
	for w := from; w < to; w++ {
		t := &toks[w]
		if t.flags&(tokBreak|tokTagHead) != 0 {
			if t.flags&tokBreak != 0 {
				state = 0
			}
			if t.flags&tokTagHead != 0 {
				tagHit = false
			}
		}
		if t.word == 0 {
			state = 0
		} else if state = a.step(state, t.word); a.dict[state] != 0 && a.report(text, toks, from, w, state, v) {
			tagHit = true
		}
		if t.flags&tokTagTail != 0 && !tagHit {
			a.glued(text, toks, w, v)
		}
	}
}

// report calls the visitor for all spellings that end in state with toks[w] and
// whose runs agree with the text.
func (a *automaton) report(text string, toks []token, from, w int, state int32, v visitor) bool {
	any := false
	tag := toks[w].flags&tokTag != 0
	for n := a.dict[state]; n != 0; n = a.after[n] {
		for p := a.out[n]; p >= 0; p = a.pats[p].next {
			q := &a.pats[p]
			first := w - int(q.words) + 1
			if first < from {
				continue
			}
			if !tag && (q.runs || odd(toks[first:w+1])) && !slip(toks[first:w+1]) && !agree(q.text, text[toks[first].start:toks[w].end]) {
				continue
			}
			v.hit(q, toks[first+int(q.skip)].start, toks[w].end, w, tag)
			any = true
		}
	}
	return any
}

// odd reports that a word has a run of a letter or ñ, where its hash says less
// than its letters.
func odd(toks []token) bool {
	for i := range toks {
		if toks[i].flags&tokOdd != 0 {
			return true
		}
	}
	return false
}

// slip reports that a word is misspelt, so that its letters cannot agree.
func slip(toks []token) bool {
	for i := range toks {
		if toks[i].flags&tokFixed != 0 {
			return true
		}
	}
	return false
}

// glued looks for one spelling of at least gluedMin letters at the start or the
// end of the hashtag that ends with toks[last]: #cevicheperuano, #amoelceviche.
func (a *automaton) glued(text string, toks []token, last int, v visitor) {
	first := last
	for toks[first].flags&tokTagHead == 0 {
		first--
	}
	start, end := toks[first].start, toks[last].end
	if end-start > gluedMax {
		return
	}
	for i := start; i < end; i++ {
		if text[i]&0xC0 == 0x80 { // inside a UTF-8 sequence
			continue
		}
		h, prev := uint64(hashSeed), uint8(0)
		var best *pat
		bestEnd := 0
		for j := i; j < end; {
			k, size := classTable[text[j]], 1
			if k == classMulti {
				k, size, _ = multiClass(text, j)
			}
			j += size
			if k-1 >= classLastW || k == prev {
				continue
			}
			h, prev = hashStep(h, k), k
			if i > start && j < end || j-i < gluedMin {
				continue
			}
			word := a.words.find(finishHash(h))
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
			v.hit(best, i, bestEnd, last, true)
			return
		}
	}
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
