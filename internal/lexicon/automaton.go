package lexicon

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// automaton is an Aho–Corasick machine over folded, run-collapsed text
// ("anticuchooo" and "anticucho" walk the same path). Every pattern starts with
// a word separator, so matches begin at word starts by construction, and
// outputs are read at word ends only. It is immutable once built.
type automaton struct {
	// The trie in breadth-first order, so that the nodes near the root, which
	// nearly all steps touch, lie together. Node 0 is dead, node 1 "start of a word".
	nodes []node
	out   []int32 // node → index into pats of its first pattern, −1 if none
	dict  []int32 // node → itself or its longest proper suffix with an output; 0 if none
	after []int32 // node → the longest proper suffix with an output; 0 if none
	pats  []pat
}

// node has its children side by side from first on, one for each bit of mask, in
// the order of their classes.
type node struct {
	mask  uint64
	first int32
	fail  int32 // longest proper suffix that is a node
}

// step follows the edge k from state, falling back to shorter suffixes.
func (a *automaton) step(state int32, k uint8) int32 {
	bit := uint64(1) << (k & 63)
	for state != 0 {
		x := &a.nodes[state]
		if x.mask&bit != 0 {
			return x.first + int32(bits.OnesCount64(x.mask&(bit-1)))
		}
		state = x.fail
	}
	if k == classSoft {
		return startNode
	}
	return 0
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

const startNode = 1

// maxWords bounds the words of one pattern; the scanner remembers as many word starts.
const maxWords = 16

// builder collects spellings; build compiles them all at once, so that the
// table is allocated once in its final size.
type builder struct{ specs []spec }

type spec struct {
	path string // classes of the spelling, runs collapsed: its way through the automaton
	pat  pat
}

func newBuilder() *builder { return &builder{} }

// add takes one spelling, already in pattern form.
func (b *builder) add(text string, what uint8, ref int32) error {
	return b.addAfter(text, 0, what, ref)
}

// addAfter is add for a spelling whose first skip words are only context.
func (b *builder) addAfter(text string, skip int, what uint8, ref int32) error {
	path := make([]byte, 0, len(text))
	words, prev := 1, uint8(classSoft)
	for i := 0; i < len(text); i++ {
		k := patternClass(text[i])
		if k == classSoft {
			words++
		}
		if k != prev {
			path = append(path, k)
			prev = k
		}
	}
	if len(path) == 0 {
		return fmt.Errorf("spelling %q has no letter", text)
	}
	if words > maxWords {
		return fmt.Errorf("spelling %q has more than %d words", text, maxWords)
	}
	b.specs = append(b.specs, spec{string(path), pat{text: text, words: uint8(words), skip: uint8(skip), runs: len(path) < len(text), what: what, ref: ref}})
	return nil
}

// build lays out the trie breadth first, computing failure links on the way.
func (b *builder) build() *automaton {
	slices.SortStableFunc(b.specs, func(x, y spec) int { return cmp.Compare(x.path, y.path) })
	size, last := 2, ""
	for _, s := range b.specs {
		size += len(s.path) - commonPrefix(last, s.path)
		last = s.path
	}
	a := &automaton{
		nodes: make([]node, 2, size), out: make([]int32, 2, size),
		dict: make([]int32, size), after: make([]int32, size), pats: make([]pat, 0, len(b.specs)),
	}
	a.out[0], a.out[1] = -1, -1
	// level holds, for each node of one depth, the sorted specs that pass through it.
	type group struct{ node, from, to int32 }
	level := []group{{startNode, 0, int32(len(b.specs))}}
	for depth := 0; len(level) > 0; depth++ {
		var next []group
		for _, g := range level {
			from := g.from
			for from < g.to && len(b.specs[from].path) == depth {
				a.put(g.node, b.specs[from].pat)
				from++
			}
			a.nodes[g.node].first = int32(len(a.nodes))
			for from < g.to {
				k := b.specs[from].path[depth]
				to := from + 1
				for to < g.to && b.specs[to].path[depth] == k {
					to++
				}
				child := int32(len(a.nodes))
				// A child's failure is a shorter suffix, so it is laid out already.
				fail := int32(0)
				if g.node != startNode {
					fail = a.step(a.nodes[g.node].fail, k)
				}
				a.nodes = append(a.nodes, node{fail: fail})
				a.out = append(a.out, -1)
				a.nodes[g.node].mask |= 1 << k
				next = append(next, group{child, from, to})
				from = to
			}
		}
		level = next
	}
	for u := int32(startNode + 1); int(u) < len(a.nodes); u++ {
		a.after[u] = a.dict[a.nodes[u].fail]
		a.dict[u] = a.after[u]
		if a.out[u] >= 0 {
			a.dict[u] = u
		}
	}
	return a
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

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// visitor receives the spellings that end at a word end, longest first.
type visitor interface {
	// hit is called for pattern p over text[start:end], which ends with word
	// number word of the text, counted from 1; tag says that the text is a hashtag
	// or handle, where words are glued.
	hit(p *pat, start, end, word int, tag bool)
}

// scan walks text once and reports every spelling at word boundaries. It does
// not allocate.
func (a *automaton) scan(text string, v visitor) {
	var (
		state    = int32(startNode)
		prev     = uint8(classSoft)
		starts   [maxWords]int
		words    int
		wordEnd  int
		inWord   bool
		tagStart = -1 // start of the hashtag or handle we are in
		tagHit   bool
		odd      = -1 // last place with a run or ñ, where text and path differ
		upper    bool // last letter was upper case (tracked in tags only)
	)
	for i := 0; i < len(text); {
		c := text[i]
		var k uint8
		size := 1
		if c < utf8.RuneSelf {
			k = asciiClass[c]
		} else {
			var r rune
			var enye bool
			r, size = utf8.DecodeRuneInString(text[i:])
			if k, enye = runeClass(r); enye {
				odd = i
			}
		}
		if k-1 < classLastW { // word character
			if !inWord {
				inWord = true
				starts[words%maxWords] = i
				words++
			} else if tagStart >= 0 && hump(text, i, size, upper) {
				if a.report(text, state, wordEnd, odd, &starts, words, true, v) {
					tagHit = true
				}
				state = a.step(state, classSoft)
				prev = classSoft
				starts[words%maxWords] = i
				words++
			}
			if tagStart >= 0 {
				r, _ := utf8.DecodeRuneInString(text[i:])
				upper = isUpper(r)
			}
			if k != prev {
				state = a.step(state, k)
				prev = k
			} else {
				odd = i
			}
			i += size
			if state == 0 && tagStart < 0 { // no spelling goes on: to the end of the word
				for i < len(text) && text[i] < utf8.RuneSelf && asciiClass[text[i]]-1 < classLastW {
					i++
				}
			}
			wordEnd = i
			continue
		}
		if k == classSkip {
			i += size
			continue
		}
		if k == classHard && joins(text, i) {
			k = classSoft
		}
		if inWord {
			inWord = false
			if a.dict[state] != 0 && a.report(text, state, wordEnd, odd, &starts, words, tagStart >= 0, v) {
				tagHit = true
			}
			if tagStart >= 0 && c != '_' {
				if !tagHit {
					a.glued(text, tagStart, wordEnd, words, v)
				}
				tagStart = -1
			}
		} else if c != '_' {
			tagStart = -1
		}
		switch {
		case k == classSoft:
			if prev != classSoft {
				state = a.step(state, classSoft)
				prev = classSoft
			}
		default:
			state, prev = startNode, classSoft
			if c == '#' || c == '@' {
				tagStart, tagHit, upper = i+1, false, false
			} else if c == ':' && i+2 < len(text) && text[i+1] == '/' && text[i+2] == '/' {
				for i < len(text) && text[i] != ' ' && text[i] != '\n' {
					i++
				}
				continue
			}
		}
		i += size
	}
	if inWord {
		if a.dict[state] != 0 && a.report(text, state, wordEnd, odd, &starts, words, tagStart >= 0, v) {
			tagHit = true
		}
		if tagStart >= 0 && !tagHit {
			a.glued(text, tagStart, wordEnd, words, v)
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

// report calls the visitor for all spellings that end in state at end and
// whose runs agree with the text; odd is the last place where that is in doubt.
func (a *automaton) report(text string, state int32, end, odd int, starts *[maxWords]int, words int, tag bool, v visitor) bool {
	any := false
	for n := a.dict[state]; n != 0; n = a.after[n] {
		for p := a.out[n]; p >= 0; p = a.pats[p].next {
			q := &a.pats[p]
			if int(q.words) > words {
				continue
			}
			start := starts[(words-int(q.words))%maxWords]
			if tag || !q.runs && odd < start || agree(q.text, text[start:end]) {
				if q.skip > 0 {
					start = starts[(words-int(q.words)+int(q.skip))%maxWords]
				}
				v.hit(q, start, end, words, tag)
				any = true
			}
		}
	}
	return any
}

// glued looks for one spelling of at least gluedMin letters at the start or the
// end of a hashtag that has no humps: #cevicheperuano, #amoelceviche.
func (a *automaton) glued(text string, start, end, words int, v visitor) {
	if end-start > gluedMax {
		return
	}
	for i := start; i < end; i++ {
		if text[i]&0xC0 == 0x80 { // inside a UTF-8 sequence
			continue
		}
		state, prev := int32(startNode), uint8(classSoft)
		var best *pat
		bestEnd := 0
		for j := i; j < end; {
			k, size := asciiClass[text[j]&0x7F], 1
			if text[j] >= utf8.RuneSelf {
				var r rune
				r, size = utf8.DecodeRuneInString(text[j:])
				k, _ = runeClass(r)
			}
			j += size
			if k == 0 || k > classLastW || k == prev {
				continue
			}
			state, prev = a.step(state, k), k
			if state == 0 {
				break
			}
			if a.out[state] >= 0 && (i == start || j == end) {
				for p := a.out[state]; p >= 0; p = a.pats[p].next {
					if q := &a.pats[p]; q.words == 1 && len(q.text) >= gluedMin && agree(q.text, text[i:j]) {
						best, bestEnd = q, j
					}
				}
			}
		}
		if best != nil {
			v.hit(best, i, bestEnd, words, true)
			return
		}
	}
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
