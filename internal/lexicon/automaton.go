package lexicon

import (
	"fmt"
	"unicode/utf8"
)

// automaton is an Aho–Corasick machine over folded, run-collapsed text
// ("anticuchooo" and "anticucho" walk the same path). Every pattern starts with
// a word separator, so matches begin at word starts by construction, and
// outputs are read at word ends only. It is immutable once built.
type automaton struct {
	delta []int32 // node*classes + class → node; node 0 is dead, node 1 "start of a word"
	out   []int32 // node → index into pats of its first pattern, −1 if none
	dict  []int32 // node → itself or its longest proper suffix with an output; 0 if none
	after []int32 // node → the longest proper suffix with an output; 0 if none
	pats  []pat
}

// pat is one compiled spelling. Several spellings can share a node, since runs
// of a letter are collapsed ("polo", "pollo"); next chains them.
type pat struct {
	text  string // pattern form, runs kept: decides between spellings of one node
	next  int32
	words uint8
	what  uint8 // meaning belongs to the visitor
	ref   int32 // meaning belongs to the visitor
}

const startNode = 1

// maxWords bounds the words of one pattern; the scanner remembers as many word starts.
const maxWords = 16

type builder struct{ a automaton }

func newBuilder() *builder {
	b := &builder{}
	b.a.delta = make([]int32, 2*classes)
	b.a.out = []int32{-1, -1}
	b.a.delta[classSoft] = startNode
	return b
}

// add compiles one spelling, already in pattern form. A spelling that is there
// already with the same meaning is ignored.
func (b *builder) add(text string, what uint8, ref int32) error {
	words, node, prev := uint8(1), int32(startNode), uint8(classSoft)
	for i := 0; i < len(text); i++ {
		k := patternClass(text[i])
		if k == classSoft {
			words++
		}
		if k == prev {
			continue
		}
		prev = k
		at := int(node)*classes + int(k)
		if b.a.delta[at] == 0 {
			b.a.delta[at] = int32(len(b.a.out))
			b.a.out = append(b.a.out, -1)
			b.a.delta = append(b.a.delta, make([]int32, classes)...)
		}
		node = b.a.delta[at]
	}
	if node == startNode {
		return fmt.Errorf("spelling %q has no letter", text)
	}
	if words > maxWords {
		return fmt.Errorf("spelling %q has more than %d words", text, maxWords)
	}
	for p := b.a.out[node]; p >= 0; p = b.a.pats[p].next {
		if q := &b.a.pats[p]; q.text == text && q.what == what && q.ref == ref {
			return nil
		}
	}
	b.a.pats = append(b.a.pats, pat{text: text, next: b.a.out[node], words: words, what: what, ref: ref})
	b.a.out[node] = int32(len(b.a.pats) - 1)
	return nil
}

// build fills in failure transitions breadth first and returns the machine.
func (b *builder) build() *automaton {
	a := &b.a
	n := len(a.out)
	fail := make([]int32, n)
	a.dict, a.after = make([]int32, n), make([]int32, n)
	queue := make([]int32, 0, n)
	queue = append(queue, startNode) // its failure is the dead node
	for h := 0; h < len(queue); h++ {
		u := queue[h]
		f := fail[u]
		a.after[u] = a.dict[f]
		a.dict[u] = a.after[u]
		if a.out[u] >= 0 {
			a.dict[u] = u
		}
		for k := 0; k < classes; k++ {
			at := int(u)*classes + k
			v, alt := a.delta[at], a.delta[int(f)*classes+k]
			if v == 0 || v == u {
				a.delta[at] = alt
				continue
			}
			fail[v] = alt
			queue = append(queue, v)
		}
	}
	return a
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
			r, size = utf8.DecodeRuneInString(text[i:])
			k, _ = runeClass(r)
		}
		if k-1 < classLastW { // word character
			if !inWord {
				inWord = true
				starts[words%maxWords] = i
				words++
			} else if tagStart >= 0 && hump(text, i, size, upper) {
				if a.report(text, state, wordEnd, &starts, words, true, v) {
					tagHit = true
				}
				state = a.delta[int(state)*classes+classSoft]
				prev = classSoft
				starts[words%maxWords] = i
				words++
			}
			if tagStart >= 0 {
				r, _ := utf8.DecodeRuneInString(text[i:])
				upper = isUpper(r)
			}
			if k != prev {
				state = a.delta[int(state)*classes+int(k)]
				prev = k
			}
			i += size
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
			if a.dict[state] != 0 && a.report(text, state, wordEnd, &starts, words, tagStart >= 0, v) {
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
				state = a.delta[int(state)*classes+classSoft]
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
		if a.dict[state] != 0 && a.report(text, state, wordEnd, &starts, words, tagStart >= 0, v) {
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
// whose runs agree with the text.
func (a *automaton) report(text string, state int32, end int, starts *[maxWords]int, words int, tag bool, v visitor) bool {
	any := false
	for n := a.dict[state]; n != 0; n = a.after[n] {
		for p := a.out[n]; p >= 0; p = a.pats[p].next {
			q := &a.pats[p]
			if int(q.words) > words {
				continue
			}
			start := starts[(words-int(q.words))%maxWords]
			if tag || agree(q.text, text[start:end]) {
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
			state, prev = a.delta[int(state)*classes+int(k)], k
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
