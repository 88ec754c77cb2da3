package bpe

import (
	"encoding/json"
	"fmt"
	"strings"

	"antojo/internal/infer/tokenfile"
)

// file is tokenizer.json as far as a BPE tokenizer uses it.
type file struct {
	AddedTokens   []tokenfile.Added `json:"added_tokens"`
	Normalizer    json.RawMessage   `json:"normalizer"`
	PreTokenizer  json.RawMessage   `json:"pre_tokenizer"`
	PostProcessor json.RawMessage   `json:"post_processor"`
	Model         struct {
		Type    string           `json:"type"`
		Unknown *string          `json:"unk_token"`
		Prefix  string           `json:"continuing_subword_prefix"`
		Suffix  string           `json:"end_of_word_suffix"`
		Fuse    bool             `json:"fuse_unk"`
		Bytes   bool             `json:"byte_fallback"`
		Whole   bool             `json:"ignore_merges"`
		Vocab   map[string]int32 `json:"vocab"`
		Merges  []pair           `json:"merges"`
	} `json:"model"`
}

// pair is a merge: "a b" in older files, ["a", "b"] in newer ones.
type pair [2]string

// UnmarshalJSON reads either form.
func (p *pair) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		left, right, ok := strings.Cut(s, " ")
		if !ok || left == "" || right == "" {
			return fmt.Errorf("merge %q is not two tokens with a space between them", s)
		}
		*p = pair{left, right}
		return nil
	}
	var two []string
	if err := json.Unmarshal(b, &two); err != nil || len(two) != 2 {
		return fmt.Errorf("merge %.60s is not two tokens", b)
	}
	*p = pair{two[0], two[1]}
	return nil
}

// Parse reads the content of a tokenizer.json whose model is BPE. A part that is not
// supported is an error that names it.
func Parse(b []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("tokenizer.json is not valid: %w", err)
	}
	if f.Model.Type != "BPE" {
		return nil, fmt.Errorf("tokenizer.json has the model %q, not BPE", f.Model.Type)
	}
	if len(f.Model.Vocab) == 0 {
		return nil, fmt.Errorf("tokenizer.json has no vocabulary")
	}
	t := &Tokenizer{}
	var err error
	if t.normal, err = parseNormal(f.Normalizer); err != nil {
		return nil, err
	}
	if t.split, err = parseSplit(f.PreTokenizer); err != nil {
		return nil, err
	}
	if t.prefix, t.suffix, err = tokenfile.Marks(f.PostProcessor); err != nil {
		return nil, err
	}
	if err := t.names(&f); err != nil {
		return nil, fmt.Errorf("tokenizer.json: %w", err)
	}
	if err := t.spelling(&f); err != nil {
		return nil, fmt.Errorf("tokenizer.json: %w", err)
	}
	for _, a := range f.AddedTokens {
		x := added{content: a.Content, id: a.ID, word: a.SingleWord, lstrip: a.LStrip, rstrip: a.RStrip}
		if !a.Normalized {
			t.raw = append(t.raw, x)
			continue
		}
		for _, n := range t.normal {
			x.content = n(x.content)
		}
		if x.content != "" {
			t.folded = append(t.folded, x)
		}
	}
	longestFirst(t.raw)
	longestFirst(t.folded)
	return t, nil
}

// names lists the tokens by id and checks that no two share one.
func (t *Tokenizer) names(f *file) error {
	size := int64(0)
	for tok, id := range f.Model.Vocab {
		if id < 0 {
			return fmt.Errorf("token %q has the negative id %d", tok, id)
		}
		size = max(size, int64(id)+1)
	}
	for _, a := range f.AddedTokens {
		if a.Content == "" || a.ID < 0 {
			return fmt.Errorf("added token %q with id %d is empty or has a negative id", a.Content, a.ID)
		}
		size = max(size, int64(a.ID)+1)
	}
	if n := len(f.Model.Vocab) + len(f.AddedTokens); size > int64(2*n+1024) {
		return fmt.Errorf("the largest id is %d, far above the %d tokens", size-1, n)
	}
	t.tokens = make([]string, size)
	give := func(tok string, id int32) error {
		if have := t.tokens[id]; have != "" && have != tok {
			return fmt.Errorf("id %d belongs to both %q and %q", id, have, tok)
		}
		t.tokens[id] = tok
		return nil
	}
	for tok, id := range f.Model.Vocab {
		if err := give(tok, id); err != nil {
			return err
		}
	}
	for _, a := range f.AddedTokens {
		if err := give(a.Content, a.ID); err != nil {
			return err
		}
	}
	for _, ids := range [][]int32{t.prefix, t.suffix} {
		for _, id := range ids {
			if t.Token(id) == "" {
				return fmt.Errorf("the post-processor adds id %d, which no token has", id)
			}
		}
	}
	return nil
}

// spelling makes the model.
func (t *Tokenizer) spelling(f *file) error {
	m := model{ids: f.Model.Vocab, unknown: -1, fuse: f.Model.Fuse, bytes: f.Model.Bytes, whole: f.Model.Whole,
		prefix: f.Model.Prefix, suffix: f.Model.Suffix}
	if u := f.Model.Unknown; u != nil {
		id, ok := m.ids[*u]
		if !ok {
			return fmt.Errorf("the vocabulary lacks the unknown token %s", *u)
		}
		m.unknown = id
	}
	if m.bytes {
		for b := range m.byteToID {
			id, ok := m.ids[fmt.Sprintf("<0x%02X>", b)]
			if !ok { // as the reference does: without all bytes there is no fallback
				m.bytes = false
				break
			}
			m.byteToID[b] = id
		}
	}
	pairs := make([][2]string, len(f.Model.Merges))
	for i, p := range f.Model.Merges {
		pairs[i] = p
	}
	if err := m.learned(pairs); err != nil {
		return err
	}
	t.model = m
	return nil
}
