package bpe

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"antojo/internal/infer/tokenfile"
)

// splitter appends the words of s to dst. first says that s begins the text.
type splitter func(dst []string, s string, first bool) []string

// parseSplit reads the pre-tokenizer of the file.
func parseSplit(raw json.RawMessage) ([]splitter, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var p struct {
		tokenfile.Kind
		Pretokenizers []json.RawMessage
		Replacement   string
		Prefix        *bool  `json:"add_prefix_space"`
		Scheme        string `json:"prepend_scheme"`
		Split         *bool
		Regex         *bool `json:"use_regex"`
	}
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fmt.Errorf("tokenizer.json has a pre-tokenizer that is not valid: %w", err)
	}
	switch p.Type {
	case "Sequence":
		var all []splitter
		for _, x := range p.Pretokenizers {
			s, err := parseSplit(x)
			if err != nil {
				return nil, err
			}
			all = append(all, s...)
		}
		return all, nil
	case "Metaspace":
		if utf8.RuneCountInString(p.Replacement) != 1 {
			return nil, fmt.Errorf("tokenizer.json has the pre-tokenizer Metaspace with the replacement %q, want one character", p.Replacement)
		}
		m := metaspace{mark: p.Replacement, prefix: p.Scheme, split: p.Split == nil || *p.Split}
		if m.prefix == "" {
			m.prefix = "always"
		}
		if p.Prefix != nil && !*p.Prefix {
			m.prefix = "never"
		}
		switch m.prefix {
		case "always", "first", "never":
		default:
			return nil, fmt.Errorf("tokenizer.json has the pre-tokenizer Metaspace with the prepend_scheme %q, want always, first or never", m.prefix)
		}
		return []splitter{m.words}, nil
	case "ByteLevel":
		b := byteLevel{prefix: p.Prefix == nil || *p.Prefix, split: p.Regex == nil || *p.Regex}
		return []splitter{b.words}, nil
	case "WhitespaceSplit":
		return []splitter{func(dst []string, s string, _ bool) []string { return append(dst, strings.Fields(s)...) }}, nil
	}
	return nil, fmt.Errorf("tokenizer.json has the pre-tokenizer %q; of BPE tokenizers only Metaspace, ByteLevel and WhitespaceSplit are supported", p.Type)
}

// metaspace writes a mark, mostly ▁, for each space and begins words at it.
type metaspace struct {
	mark   string
	prefix string // always, first, never: where a part without a mark gets one
	split  bool
}

func (m metaspace) words(dst []string, s string, first bool) []string {
	s = strings.ReplaceAll(s, " ", m.mark)
	if (m.prefix == "always" || m.prefix == "first" && first) && !strings.HasPrefix(s, m.mark) {
		s = m.mark + s
	}
	if !m.split {
		return append(dst, s)
	}
	for len(s) > 0 {
		end := len(s)
		if i := strings.Index(s[1:], m.mark); i >= 0 {
			end = 1 + i
		}
		dst, s = append(dst, s[:end]), s[end:]
	}
	return dst
}

// byteLevel cuts as GPT-2 does and writes each byte as a character that can be seen
// (Radford et al. 2019).
type byteLevel struct{ prefix, split bool }

func (b byteLevel) words(dst []string, s string, _ bool) []string {
	if b.prefix && !strings.HasPrefix(s, " ") {
		s = " " + s
	}
	for len(s) > 0 {
		n := len(s)
		if b.split {
			n = gpt2Word(s)
		}
		dst, s = append(dst, visible(s[:n])), s[n:]
	}
	return dst
}

// gpt2Word is the length of the first match of GPT-2's expression
//
//	's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//
// at the start of s, which is not empty; the expression matches everywhere.
func gpt2Word(s string) int {
	if s[0] == '\'' {
		for _, x := range [...]string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"} {
			if strings.HasPrefix(s, x) {
				return len(x)
			}
		}
	}
	body := strings.TrimPrefix(s, " ")
	r, _ := utf8.DecodeRuneInString(body)
	for _, in := range [...]func(rune) bool{unicode.IsLetter, unicode.IsNumber, sign} {
		if body != "" && in(r) {
			return len(s) - len(strings.TrimLeftFunc(body, in))
		}
	}
	n := len(s) - len(strings.TrimLeftFunc(s, space))
	if n == len(s) {
		return n
	}
	// \s+(?!\S) leaves the last space to the word behind it, if it is not the only one.
	if _, last := utf8.DecodeLastRuneInString(s[:n]); last < n {
		n -= last
	}
	return n
}

// space is \s of Unicode, which unlike unicode.IsSpace has no more than White_Space.
func space(r rune) bool { return unicode.Is(unicode.White_Space, r) }

func sign(r rune) bool { return !space(r) && !unicode.IsLetter(r) && !unicode.IsNumber(r) }

// visibleBytes is GPT-2's table: printable bytes of Latin-1 stand for themselves, the
// others for characters from U+0100 on, in order.
var visibleBytes = func() (t [256]string) {
	next := rune(0x100)
	for b := range t {
		r := rune(b)
		if r >= '!' && r <= '~' || r >= '¡' && r <= '¬' || r >= '®' && r <= 'ÿ' {
			t[b] = string(r)
			continue
		}
		t[b] = string(next)
		next++
	}
	return t
}()

func visible(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteString(visibleBytes[s[i]])
	}
	return b.String()
}
