// Package bpe is the byte-pair-encoding tokenizer of Hugging Face's "tokenizers"
// library, as RoBERTa models use it: RoBERTuito (SentencePiece style, with ▁ for a
// space), RoBERTa-BNE and others (bytes as characters). It reads tokenizer.json; what
// it does not support is an error that names the part.
//
// A Tokenizer does not change after it is made and is safe for concurrent use.
//
// Read next: normal.go (text before it is cut), split.go (text to words), merge.go
// (word to pieces), file.go (tokenizer.json).
package bpe

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tokenizer turns text into token ids.
type Tokenizer struct {
	normal []step     // in order
	split  []splitter // in order
	model  model
	tokens []string // by id; "" where the file has a hole
	prefix []int32  // before the text: <s>
	suffix []int32  // after the text: </s>
	raw    []added  // looked for in the text as it is, longest first
	folded []added  // looked for after normalisation, longest first
}

// added is a token that is found in the text before anything else, such as <mask>.
type added struct {
	content        string
	id             int32
	word           bool // only between characters that are not part of a word
	lstrip, rstrip bool // takes the white space beside it
}

// VocabSize is one more than the largest id: the number of embedding rows.
func (t *Tokenizer) VocabSize() int { return len(t.tokens) }

// Token returns the token with that id, "" if there is none.
func (t *Tokenizer) Token(id int32) string {
	if id < 0 || int(id) >= len(t.tokens) {
		return ""
	}
	return t.tokens[id]
}

// Unknown is the id that stands for what the vocabulary cannot spell; −1 if there is
// none, as in tokenizers that spell by bytes.
func (t *Tokenizer) Unknown() int32 { return t.model.unknown }

// Overhead is the number of tokens that the template adds to every text.
func (t *Tokenizer) Overhead() int { return len(t.prefix) + len(t.suffix) }

// maxBytes of a text are read for each token wanted. No usual text comes near; it
// keeps the time for a hostile one in bounds.
const maxBytes = 512

// Encode appends the ids of s, with the marks of the template, to dst. If maxLen is
// positive, at most maxLen ids are appended, the marks at the end among them; the
// rest of the text is cut off. Bytes that are not UTF-8 count as U+FFFD.
func (t *Tokenizer) Encode(dst []int32, s string, maxLen int) []int32 {
	start := len(dst)
	limit := int(^uint(0) >> 1)
	if maxLen > 0 {
		limit = start + max(maxLen-len(t.suffix), 0)
		if most := maxLen * maxBytes; len(s) > most {
			for most > 0 && !utf8.RuneStart(s[most]) {
				most--
			}
			s = s[:most]
		}
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	dst = append(dst, t.prefix...)
	first := true
	pieces(s, t.raw, func(part string, a *added) bool {
		if a != nil {
			dst, first = append(dst, a.id), false
			return len(dst) < limit
		}
		for _, n := range t.normal {
			part = n(part)
		}
		pieces(part, t.folded, func(part string, a *added) bool {
			if a != nil {
				dst = append(dst, a.id)
			} else if part != "" {
				dst = t.words(dst, part, first, limit)
			}
			first = false
			return len(dst) < limit
		})
		return len(dst) < limit
	})
	dst = append(dst[:min(len(dst), limit)], t.suffix...)
	if maxLen > 0 && len(dst)-start > maxLen {
		dst = dst[:start+maxLen]
	}
	return dst
}

// words appends the pieces of a part of the text, until limit is reached. first says
// that nothing stands before it.
func (t *Tokenizer) words(dst []int32, s string, first bool, limit int) []int32 {
	parts := []string{s}
	for _, split := range t.split {
		var next []string
		for i, p := range parts {
			next = split(next, p, first && i == 0)
		}
		parts = next
	}
	for _, w := range parts {
		if len(dst) >= limit {
			break
		}
		dst = t.model.pieces(dst, w)
	}
	return dst
}

// pieces cuts s at added tokens, leftmost then longest, and hands each part in order:
// text with nil, or a token. It stops when yield returns false.
func pieces(s string, tokens []added, yield func(part string, a *added) bool) {
	from := 0
	for i := 0; i < len(s) && len(tokens) > 0; i++ {
		for k := range tokens {
			a := &tokens[k]
			if !strings.HasPrefix(s[i:], a.content) {
				continue
			}
			start, end := i, i+len(a.content)
			if a.word && !standsAlone(s, start, end) {
				i = end - 1 // as the reference does: a refused match is skipped whole
				break
			}
			if a.lstrip {
				start = from + len(strings.TrimRightFunc(s[from:start], unicode.IsSpace))
			}
			if a.rstrip {
				end = len(s) - len(strings.TrimLeftFunc(s[end:], unicode.IsSpace))
			}
			if start > from && !yield(s[from:start], nil) || !yield("", a) {
				return
			}
			from, i = end, end-1
			break
		}
	}
	if from < len(s) {
		yield(s[from:], nil)
	}
}

// standsAlone reports whether s[start:end] has no word character on either side.
func standsAlone(s string, start, end int) bool {
	before, n := utf8.DecodeLastRuneInString(s[:start])
	if n > 0 && wordRune(before) {
		return false
	}
	after, n := utf8.DecodeRuneInString(s[end:])
	return n == 0 || !wordRune(after)
}

// wordRune is \w of Unicode.
func wordRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_Alphabetic, unicode.M, unicode.Nd, unicode.Pc, unicode.Join_Control)
}

func longestFirst(a []added) {
	sort.SliceStable(a, func(i, j int) bool { return len(a[i].content) > len(a[j].content) })
}
