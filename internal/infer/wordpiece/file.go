package wordpiece

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"antojo/internal/infer/tokenfile"
)

// file is tokenizer.json as far as a BERT WordPiece tokenizer uses it.
type file struct {
	Version       string            `json:"version"`
	Truncation    any               `json:"truncation"`
	Padding       any               `json:"padding"`
	AddedTokens   []tokenfile.Added `json:"added_tokens"`
	Normalizer    *fileNormalizer   `json:"normalizer"`
	PreTokenizer  *tokenfile.Kind   `json:"pre_tokenizer"`
	PostProcessor json.RawMessage   `json:"post_processor"`
	Decoder       any               `json:"decoder"`
	Model         fileModel         `json:"model"`
}

type fileNormalizer struct {
	Type         string `json:"type"`
	CleanText    bool   `json:"clean_text"`
	Chinese      bool   `json:"handle_chinese_chars"`
	StripAccents *bool  `json:"strip_accents"`
	Lowercase    bool   `json:"lowercase"`
}

type fileModel struct {
	Type     string       `json:"type"`
	Unknown  string       `json:"unk_token"`
	Prefix   string       `json:"continuing_subword_prefix"`
	MaxChars int          `json:"max_input_chars_per_word"`
	Vocab    orderedVocab `json:"vocab"`
}

// orderedVocab is written in id order, as the reference does.
type orderedVocab struct {
	ids    map[string]int32
	tokens []string // by id, "" = hole; only for writing
}

// UnmarshalJSON reads a JSON object of token to id.
func (v *orderedVocab) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &v.ids) }

// MarshalJSON writes the object in id order.
func (v orderedVocab) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	first := true
	for id, tok := range v.tokens {
		if tok == "" {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		if err := enc.Encode(tok); err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, ":%d", id)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Load reads tokenizer.json from a file.
func Load(path string) (*Tokenizer, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load tokenizer: %w", err)
	}
	t, err := Parse(b)
	if err != nil {
		return nil, fmt.Errorf("load tokenizer %s: %w", path, err)
	}
	return t, nil
}

// Parse reads the content of a tokenizer.json. A tokenizer of another kind is an
// error that says which part is not supported.
func Parse(b []byte) (*Tokenizer, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("tokenizer.json is not valid: %w", err)
	}
	if f.Model.Type != "" && f.Model.Type != "WordPiece" {
		return nil, fmt.Errorf("tokenizer.json has the model %q; only WordPiece is supported", f.Model.Type)
	}
	if len(f.Model.Vocab.ids) == 0 {
		return nil, fmt.Errorf("tokenizer.json has no vocabulary")
	}
	if f.PreTokenizer == nil || f.PreTokenizer.Type != "BertPreTokenizer" {
		return nil, fmt.Errorf("tokenizer.json has no BertPreTokenizer, the only pre-tokenizer that is supported")
	}
	opt := Options{KeepControl: true, JoinChinese: true, Accents: AccentsKeep,
		MaxWordChars: f.Model.MaxChars, Prefix: f.Model.Prefix, Unknown: f.Model.Unknown}
	if n := f.Normalizer; n != nil {
		if n.Type != "BertNormalizer" {
			return nil, fmt.Errorf("tokenizer.json has the normalizer %q; only BertNormalizer is supported", n.Type)
		}
		opt.KeepControl, opt.JoinChinese, opt.Lowercase = !n.CleanText, !n.Chinese, n.Lowercase
		switch {
		case n.StripAccents == nil:
			opt.Accents = AccentsAuto
		case *n.StripAccents:
			opt.Accents = AccentsStrip
		}
	}
	opt.Added = []Added{}
	for _, a := range f.AddedTokens {
		if a.Normalized {
			return nil, fmt.Errorf("added token %q has \"normalized\": true, which is not supported", a.Content)
		}
		opt.Added = append(opt.Added, Added{Content: a.Content, ID: a.ID, SingleWord: a.SingleWord, LStrip: a.LStrip, RStrip: a.RStrip, Special: a.Special})
	}
	prefix, suffix, err := tokenfile.Marks(f.PostProcessor)
	if err != nil {
		return nil, err
	}
	t, err := build(f.Model.Vocab.ids, opt, nil, nil)
	if err != nil {
		return nil, fmt.Errorf("tokenizer.json: %w", err)
	}
	for _, id := range append(append([]int32(nil), prefix...), suffix...) {
		if t.Token(id) == "" {
			return nil, fmt.Errorf("tokenizer.json: the post-processor adds id %d, which no token has", id)
		}
	}
	t.prefix, t.suffix = prefix, suffix
	return t, nil
}

// Save writes the tokenizer as tokenizer.json.
func (t *Tokenizer) Save(w io.Writer) error {
	f := file{
		Version:      "1.0",
		AddedTokens:  []tokenfile.Added{},
		Normalizer:   &fileNormalizer{Type: "BertNormalizer", CleanText: !t.opt.KeepControl, Chinese: !t.opt.JoinChinese, Lowercase: t.opt.Lowercase},
		PreTokenizer: &tokenfile.Kind{Type: "BertPreTokenizer"},
		Decoder: struct {
			Type    string `json:"type"`
			Prefix  string `json:"prefix"`
			Cleanup bool   `json:"cleanup"`
		}{"WordPiece", t.opt.Prefix, true},
		Model: fileModel{Type: "WordPiece", Unknown: t.opt.Unknown, Prefix: t.opt.Prefix, MaxChars: t.maxChars},
	}
	if t.opt.Accents != AccentsAuto {
		strip := t.opt.Accents == AccentsStrip
		f.Normalizer.StripAccents = &strip
	}
	for _, a := range t.opt.Added {
		f.AddedTokens = append(f.AddedTokens, tokenfile.Added{ID: a.ID, Content: a.Content, SingleWord: a.SingleWord, LStrip: a.LStrip, RStrip: a.RStrip, Special: a.Special})
	}
	vocab := make([]string, len(t.tokens))
	for id, ok := range t.modelIDs {
		if ok {
			vocab[id] = t.tokens[id]
		}
	}
	f.Model.Vocab.tokens = vocab
	if len(t.prefix)+len(t.suffix) > 0 {
		raw, err := json.Marshal(t.template())
		if err != nil {
			return fmt.Errorf("save tokenizer: %w", err)
		}
		f.PostProcessor = raw
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(f); err != nil {
		return fmt.Errorf("save tokenizer: %w", err)
	}
	return nil
}

// template is the post-processor for one text and for a pair of texts.
func (t *Tokenizer) template() tokenfile.Template {
	p := tokenfile.Template{Type: "TemplateProcessing", SpecialTokens: map[string]tokenfile.Special{}}
	add := func(parts []tokenfile.Part, ids []int32, typeID int) []tokenfile.Part {
		for _, id := range ids {
			tok := t.tokens[id]
			p.SpecialTokens[tok] = tokenfile.Special{ID: tok, IDs: []int32{id}, Tokens: []string{tok}}
			parts = append(parts, tokenfile.Part{SpecialToken: &tokenfile.Ref{ID: tok, TypeID: typeID}})
		}
		return parts
	}
	p.Single = add(nil, t.prefix, 0)
	p.Single = append(p.Single, tokenfile.Part{Sequence: &tokenfile.Ref{ID: "A"}})
	p.Single = add(p.Single, t.suffix, 0)
	p.Pair = append(p.Pair, p.Single...)
	p.Pair = append(p.Pair, tokenfile.Part{Sequence: &tokenfile.Ref{ID: "B", TypeID: 1}})
	p.Pair = add(p.Pair, t.suffix, 1)
	return p
}
