// Package tokenfile has the parts of Hugging Face's tokenizer.json that tokenizers of
// every kind share: added tokens, and the template that puts marks around a text.
package tokenfile

import (
	"encoding/json"
	"fmt"
)

// Kind is any part of the file, as far as its type.
type Kind struct {
	Type string `json:"type"`
}

// Added is an entry of added_tokens.
type Added struct {
	ID         int32  `json:"id"`
	Content    string `json:"content"`
	SingleWord bool   `json:"single_word"`
	LStrip     bool   `json:"lstrip"`
	RStrip     bool   `json:"rstrip"`
	Normalized bool   `json:"normalized"`
	Special    bool   `json:"special"`
}

// Template is a post_processor of the type TemplateProcessing.
type Template struct {
	Type          string             `json:"type"`
	Single        []Part             `json:"single"`
	Pair          []Part             `json:"pair"`
	SpecialTokens map[string]Special `json:"special_tokens"`
}

// Part of a template: a special token or a text.
type Part struct {
	SpecialToken *Ref `json:"SpecialToken,omitempty"`
	Sequence     *Ref `json:"Sequence,omitempty"`
}

// Ref names a special token or a text of a Part.
type Ref struct {
	ID     string `json:"id"`
	TypeID int    `json:"type_id"`
}

// Special says which ids a special token of a Template stands for.
type Special struct {
	ID     string   `json:"id"`
	IDs    []int32  `json:"ids"`
	Tokens []string `json:"tokens"`
}

// Marks reads a post_processor and returns the ids that it puts before and after a
// single text.
func Marks(raw json.RawMessage) (prefix, suffix []int32, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil, nil
	}
	var kind Kind
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, nil, fmt.Errorf("tokenizer.json has a post-processor that is not valid: %w", err)
	}
	switch kind.Type {
	case "BertProcessing", "RobertaProcessing":
		var p struct{ Sep, Cls []json.RawMessage }
		var sep, cls int32
		if json.Unmarshal(raw, &p) != nil || len(p.Sep) != 2 || len(p.Cls) != 2 ||
			json.Unmarshal(p.Sep[1], &sep) != nil || json.Unmarshal(p.Cls[1], &cls) != nil {
			return nil, nil, fmt.Errorf("tokenizer.json has a %s that is not valid", kind.Type)
		}
		return []int32{cls}, []int32{sep}, nil
	case "ByteLevel": // it only moves offsets
		return nil, nil, nil
	case "Sequence":
		var s struct{ Processors []json.RawMessage }
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, nil, fmt.Errorf("tokenizer.json has a post-processor that is not valid: %w", err)
		}
		for _, p := range s.Processors { // each puts its marks around what the one before gave
			before, after, err := Marks(p)
			if err != nil {
				return nil, nil, err
			}
			prefix, suffix = append(before, prefix...), append(suffix, after...)
		}
		return prefix, suffix, nil
	case "TemplateProcessing":
		return templateMarks(raw)
	}
	return nil, nil, fmt.Errorf("tokenizer.json has the post-processor %q; only TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel are supported", kind.Type)
}

func templateMarks(raw json.RawMessage) (prefix, suffix []int32, err error) {
	var p Template
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, nil, fmt.Errorf("tokenizer.json has a template that is not valid: %w", err)
	}
	texts := 0
	for _, part := range p.Single {
		switch {
		case part.Sequence != nil:
			texts++
		case part.SpecialToken != nil:
			sp, ok := p.SpecialTokens[part.SpecialToken.ID]
			if !ok {
				return nil, nil, fmt.Errorf("tokenizer.json has a template with the unknown special token %q", part.SpecialToken.ID)
			}
			if texts == 0 {
				prefix = append(prefix, sp.IDs...)
			} else {
				suffix = append(suffix, sp.IDs...)
			}
		}
	}
	if texts != 1 {
		return nil, nil, fmt.Errorf("tokenizer.json has a template with %d texts, want 1", texts)
	}
	return prefix, suffix, nil
}
