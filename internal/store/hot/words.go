package hot

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"

	"antojo/internal/lexicon"
)

// words finds the documents that hold a word, also inside a longer one, as the
// stores do with LIKE '%word%'. Texts are cut into tokens: runs of ASCII letters,
// digits and all bytes beyond ASCII. A word made of such bytes alone occurs in a
// text exactly if it occurs in one of its tokens, so it is looked for in the
// tokens, of which there are far fewer, and their documents are united. Words with
// other bytes (100%, snake_case) are left to the store.
type words struct {
	numbers map[string]uint32
	all     []byte   // all tokens, each with a zero byte before it
	starts  []uint32 // where each begins in all
	posts   []posting
}

// posting lists documents in rising order, as differences in variable length.
type posting struct {
	last uint32
	n    uint32
	list []byte
}

func newWords() words { return words{numbers: map[string]uint32{}} }

// tokenByte reports whether b belongs to a token.
func tokenByte(b byte) bool {
	return b >= utf8.RuneSelf || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z'
}

func (w *words) add(doc uint32, text string) {
	for i := 0; i < len(text); {
		if !tokenByte(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && tokenByte(text[i]) {
			i++
		}
		w.note(doc, text[start:i])
	}
}

func (w *words) note(doc uint32, token string) {
	n, ok := w.numbers[token]
	if !ok {
		n = uint32(len(w.posts))
		w.numbers[strings.Clone(token)] = n
		w.all = append(w.all, 0)
		w.starts = append(w.starts, uint32(len(w.all)))
		w.all = append(w.all, token...)
		w.posts = append(w.posts, posting{})
	}
	p := &w.posts[n]
	if p.n > 0 && p.last == doc {
		return
	}
	p.list = binary.AppendUvarint(p.list, uint64(doc-p.last))
	p.last = doc
	p.n++
}

// Words cuts a search as the stores do.
func Words(text string) []string { return strings.Fields(lexicon.Fold(text)) }

// Searchable reports whether the index can look for text.
func Searchable(text string) bool {
	for _, w := range Words(text) {
		if !utf8.ValidString(w) {
			return false
		}
		for i := range len(w) {
			if !tokenByte(w[i]) {
				return false
			}
		}
	}
	return true
}

// bitmap is a set of documents.
type bitmap []uint64

func (b bitmap) has(doc uint32) bool { return b[doc/64]>>(doc%64)&1 != 0 }

// holding returns the documents of the view that hold all words of text, and how
// many. A text without words is in every document: nil.
func (v *View) holding(text string) (bitmap, int) {
	list := Words(text)
	if len(list) == 0 {
		return nil, int(v.n)
	}
	var out bitmap
	for _, word := range list {
		one := make(bitmap, (v.n+63)/64)
		v.x.mu.RLock()
		v.x.words.collect(word, v.n, one)
		v.x.mu.RUnlock()
		if out == nil {
			out = one
			continue
		}
		for i := range out {
			out[i] &= one[i]
		}
	}
	return out, out.count()
}

// collect adds the documents before n that hold word.
func (w *words) collect(word string, n uint32, into bitmap) {
	want := []byte(word)
	token := 0 // tokens before it are done
	for at := 0; at < len(w.all); {
		i := bytes.Index(w.all[at:], want)
		if i < 0 {
			return
		}
		at += i
		token += after(w.starts[token:], uint32(at)) - 1 // the last that begins at or before at
		w.posts[token].each(n, into)
		token++
		if token == len(w.starts) {
			return
		}
		at = int(w.starts[token])
	}
}

// after returns how many of the rising starts are at or before at.
func after(starts []uint32, at uint32) int {
	lo, hi := 0, len(starts)
	for lo < hi {
		mid := (lo + hi) / 2
		if starts[mid] <= at {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

func (p *posting) each(n uint32, into bitmap) {
	doc := uint64(0)
	for list := p.list; len(list) > 0; {
		d, size := uint64(list[0]), 1
		if d >= 0x80 {
			d, size = binary.Uvarint(list)
		}
		list = list[size:]
		if doc += d; doc >= uint64(n) {
			return
		}
		into[doc/64] |= 1 << (doc % 64)
	}
}

// count is the number of documents.
func (b bitmap) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls visit for each document of b within the days asked for.
func (b bitmap) each(visit func(doc uint32)) {
	for i, w := range b {
		for w != 0 {
			visit(uint32(i*64 + bits.TrailingZeros64(w)))
			w &= w - 1
		}
	}
}
