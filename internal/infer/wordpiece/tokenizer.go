// Package wordpiece is the BERT WordPiece tokenizer of Hugging Face's
// "tokenizers" library, piece for piece: BertNormalizer, BertPreTokenizer, a
// greedy longest-match WordPiece model and the template that adds [CLS] and
// [SEP]. It reads and writes the library's tokenizer.json, so a tokenizer made
// here works there and the other way round.
//
// A Tokenizer does not change after it is made and is safe for concurrent use.
// Encode takes time linear in its input whatever the input is, stops early once
// the length limit is reached, and allocates nothing but room in dst.
//
// Read next: scan.go (text to words), trie.go (word to pieces), file.go
// (tokenizer.json).
package wordpiece

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A word of more characters than the limit becomes one unknown token. BERT's
// limit is 100; ours cannot be set higher than MaxWordChars.
const (
	DefaultMaxWordChars = 100
	MaxWordChars        = 256
)

// Accents says what happens to combining marks.
type Accents uint8

// The three settings of "strip_accents".
const (
	AccentsAuto  Accents = iota // null: strip if and only if Lowercase is set
	AccentsStrip                // decompose and drop non-spacing marks: ñ becomes n
	AccentsKeep                 // leave them
)

// Options are the settings of the normaliser and of the model. The zero value is
// a cased BERT: control characters dropped, Chinese characters set apart, case
// and accents kept.
type Options struct {
	Lowercase    bool
	Accents      Accents
	KeepControl  bool // clean_text = false
	JoinChinese  bool // handle_chinese_chars = false
	MaxWordChars int  // 0 means DefaultMaxWordChars
	Prefix       string
	Unknown      string
	Added        []Added // nil in New: [PAD], [UNK], [CLS], [SEP], [MASK] as far as the vocabulary has them
}

// Added is a token that is found in the raw text before anything else, such as
// [MASK]. Id is set when a file is read; New takes it from the vocabulary.
type Added struct {
	Content    string
	ID         int32
	SingleWord bool // only between characters that are not part of a word
	LStrip     bool // takes the white space on its left; no effect on the ids here
	RStrip     bool
	Special    bool
}

// Tokenizer turns text into token ids.
type Tokenizer struct {
	opt       Options
	scan      normalizer
	trie      trie
	tokens    []string // by id; "" where the file has a hole
	ids       map[string]int32
	modelIDs  []bool // by id: part of the model's vocabulary (rather than only an added token)
	unk       int32
	maxChars  int
	prefix    []int32 // before the text: [CLS]
	suffix    []int32 // after the text: [SEP]
	added     []Added // longest first
	addedHead [256]bool
}

// New makes a tokenizer from a vocabulary in id order. The vocabulary must hold
// the unknown token ("[UNK]" unless set), [CLS] and [SEP].
func New(vocab []string, opt Options) (*Tokenizer, error) {
	ids := make(map[string]int32, len(vocab))
	for i, v := range vocab {
		if v == "" {
			return nil, fmt.Errorf("new tokenizer: token %d is empty", i)
		}
		if j, dup := ids[v]; dup {
			return nil, fmt.Errorf("new tokenizer: token %q is listed twice, as %d and as %d", v, j, i)
		}
		ids[v] = int32(i)
	}
	if opt.Added == nil {
		for _, s := range []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"} {
			if id, ok := ids[s]; ok {
				opt.Added = append(opt.Added, Added{Content: s, ID: id, Special: true})
			}
		}
	} else {
		opt.Added = append([]Added(nil), opt.Added...)
		for i := range opt.Added {
			id, ok := ids[opt.Added[i].Content]
			if !ok {
				return nil, fmt.Errorf("new tokenizer: added token %q is not in the vocabulary", opt.Added[i].Content)
			}
			opt.Added[i].ID = id
		}
	}
	cls, okC := ids["[CLS]"]
	sep, okS := ids["[SEP]"]
	if !okC || !okS {
		return nil, fmt.Errorf("new tokenizer: the vocabulary lacks [CLS] or [SEP]")
	}
	t, err := build(ids, opt, []int32{cls}, []int32{sep})
	if err != nil {
		return nil, fmt.Errorf("new tokenizer: %w", err)
	}
	return t, nil
}

// build makes the tokenizer from the model's vocabulary; ids may have holes.
func build(vocab map[string]int32, opt Options, prefix, suffix []int32) (*Tokenizer, error) {
	if opt.MaxWordChars == 0 {
		opt.MaxWordChars = DefaultMaxWordChars
	}
	if opt.MaxWordChars < 0 || opt.MaxWordChars > MaxWordChars {
		return nil, fmt.Errorf("max_input_chars_per_word is %d, want 1..%d", opt.MaxWordChars, MaxWordChars)
	}
	if opt.Prefix == "" {
		opt.Prefix = "##"
	}
	if opt.Unknown == "" {
		opt.Unknown = "[UNK]"
	}
	t := &Tokenizer{opt: opt, scan: newNormalizer(opt), ids: vocab, maxChars: opt.MaxWordChars, prefix: prefix, suffix: suffix}
	unk, ok := vocab[opt.Unknown]
	if !ok {
		return nil, fmt.Errorf("the vocabulary lacks the unknown token %s", opt.Unknown)
	}
	t.unk = unk
	size := int64(0)
	for tok, id := range vocab {
		if id < 0 {
			return nil, fmt.Errorf("token %q has the negative id %d", tok, id)
		}
		size = max(size, int64(id)+1)
	}
	for _, a := range opt.Added {
		if a.Content == "" || a.ID < 0 {
			return nil, fmt.Errorf("added token %q with id %d is empty or has a negative id", a.Content, a.ID)
		}
		size = max(size, int64(a.ID)+1)
	}
	if n := len(vocab) + len(opt.Added); size > int64(2*n+1024) {
		return nil, fmt.Errorf("the largest id is %d, far above the %d tokens", size-1, n)
	}
	t.tokens, t.modelIDs = make([]string, size), make([]bool, size)
	for tok, id := range vocab {
		if t.modelIDs[id] {
			return nil, fmt.Errorf("id %d belongs to both %q and %q", id, t.tokens[id], tok)
		}
		t.tokens[id], t.modelIDs[id] = tok, true
	}
	for _, a := range opt.Added {
		if have := t.tokens[a.ID]; have != "" && have != a.Content {
			return nil, fmt.Errorf("id %d belongs to both %q and the added token %q", a.ID, have, a.Content)
		}
		t.tokens[a.ID] = a.Content
		t.ids[a.Content] = a.ID
		t.addedHead[a.Content[0]] = true
	}
	t.added = append([]Added(nil), opt.Added...)
	sort.SliceStable(t.added, func(i, j int) bool { return len(t.added[i].Content) > len(t.added[j].Content) })
	t.trie = newTrie(t.tokens, t.modelIDs, opt.Prefix)
	return t, nil
}

// VocabSize is one more than the largest id: the number of embedding rows.
func (t *Tokenizer) VocabSize() int { return len(t.tokens) }

// ID returns the id of a token as it is written in the vocabulary ("##s").
func (t *Tokenizer) ID(token string) (int32, bool) {
	id, ok := t.ids[token]
	return id, ok
}

// Token returns the token with that id, "" if there is none.
func (t *Tokenizer) Token(id int32) string {
	if id < 0 || int(id) >= len(t.tokens) {
		return ""
	}
	return t.tokens[id]
}

// Unknown is the id that stands for words the vocabulary cannot spell.
func (t *Tokenizer) Unknown() int32 { return t.unk }

// Overhead is the number of tokens that the template adds to every text.
func (t *Tokenizer) Overhead() int { return len(t.prefix) + len(t.suffix) }

// Options returns the settings.
func (t *Tokenizer) Options() Options {
	o := t.opt
	o.Added = append([]Added(nil), t.opt.Added...)
	return o
}

// Encode appends the ids of s, with [CLS] and [SEP], to dst. If maxLen is
// positive, at most maxLen ids are appended, the last being [SEP]; the rest of
// the text is cut off. Bytes that are not UTF-8 count as U+FFFD.
func (t *Tokenizer) Encode(dst []int32, s string, maxLen int) []int32 {
	start := len(dst)
	limit := int(^uint(0) >> 1)
	if maxLen > 0 {
		limit = start + max(maxLen-len(t.suffix), 0)
	}
	dst = append(dst, t.prefix...)
	for len(s) > 0 && len(dst) < limit {
		at, a := t.findAdded(s)
		if a < 0 {
			dst = t.encodeWords(dst, s, limit)
			break
		}
		dst = t.encodeWords(dst, s[:at], limit)
		dst = append(dst, t.added[a].ID)
		s = s[at+len(t.added[a].Content):]
	}
	dst = append(dst[:min(len(dst), limit)], t.suffix...)
	if maxLen > 0 && len(dst)-start > maxLen {
		dst = dst[:start+maxLen]
	}
	return dst
}

// findAdded returns the position of the leftmost, then longest, added token of s
// and its index, or −1, −1.
func (t *Tokenizer) findAdded(s string) (int, int) {
	for i := 0; i < len(s); i++ {
		if !t.addedHead[s[i]] {
			continue
		}
		for k := range t.added {
			a := &t.added[k]
			if !strings.HasPrefix(s[i:], a.Content) {
				continue
			}
			if !a.SingleWord || standsAlone(s, i, i+len(a.Content)) {
				return i, k
			}
			i += len(a.Content) - 1 // as the reference does: a refused match is skipped whole
			break
		}
	}
	return -1, -1
}

// standsAlone reports whether s[start:end] has no word character on either side.
func standsAlone(s string, start, end int) bool {
	word := func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_Alphabetic, unicode.M, unicode.Nd, unicode.Pc, unicode.Join_Control)
	}
	before, n := utf8.DecodeLastRuneInString(s[:start])
	if n > 0 && word(before) {
		return false
	}
	after, n := utf8.DecodeRuneInString(s[end:])
	return n == 0 || !word(after)
}

// encodeWords appends the pieces of all words of s, until limit is reached.
func (t *Tokenizer) encodeWords(dst []int32, s string, limit int) []int32 {
	sc := scanner{n: &t.scan, s: s, max: t.maxChars}
	for len(dst) < limit && sc.next() {
		if sc.chars > t.maxChars {
			dst = append(dst, t.unk)
			continue
		}
		dst = t.trie.pieces(dst, sc.word(), t.unk)
	}
	return dst
}

// Words calls yield for every word of s as the normaliser and the pre-tokenizer
// of a tokenizer with these options leave it: what the vocabulary is learned
// from. The slice is valid until yield returns. Words longer than the limit are
// left out. It stops when yield returns false.
func (o Options) Words(s string, yield func(word []byte) bool) {
	if o.MaxWordChars <= 0 || o.MaxWordChars > MaxWordChars {
		o.MaxWordChars = DefaultMaxWordChars
	}
	n := newNormalizer(o)
	sc := scanner{n: &n, s: s, max: o.MaxWordChars}
	for sc.next() {
		if sc.chars <= o.MaxWordChars && !yield(sc.word()) {
			return
		}
	}
}
