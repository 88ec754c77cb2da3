package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"antojo/internal/brief/check"
)

// sentence is one element of an answer; Item counts from 1. Claims is nil where the
// writer declares none.
type sentence struct {
	Item   int           `json:"item"`
	Text   string        `json:"text"`
	Claims []check.Claim `json:"claims,omitempty"`
}

// answerSchema is the JSON schema of an answer, with the claims of each sentence
// unless plain.
func answerSchema(plain bool) map[string]any {
	object := func(props map[string]any, required ...string) map[string]any {
		return map[string]any{"type": "object", "properties": props, "required": required, "additionalProperties": false}
	}
	text := map[string]any{"type": "string"}
	props, required := map[string]any{"item": map[string]any{"type": "integer"}, "text": text}, []string{"item", "text"}
	if !plain {
		props["claims"] = map[string]any{"type": "array", "items": object(map[string]any{"fact": text, "kind": text, "value": text, "words": text}, "fact", "kind", "value", "words")}
		required = append(required, "claims")
	}
	return object(map[string]any{"sentences": map[string]any{"type": "array", "items": object(props, required...)}}, "sentences")
}

// parseAnswer reads {"sentences":[{"item":1,"text":"…"}]}. Of an answer that was
// cut off it gives the sentences that are whole, with an error. Text around the
// object (a code fence, say) is left aside.
func parseAnswer(s string) ([]sentence, error) {
	start := strings.IndexByte(s, '{')
	if start < 0 {
		return nil, fmt.Errorf("answer: no JSON object")
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(s[start:])))
	expect := func(want json.Delim) error {
		t, err := dec.Token()
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		if d, ok := t.(json.Delim); !ok || d != want {
			return fmt.Errorf("answer: %v where %v should stand", t, want)
		}
		return nil
	}
	if err := expect('{'); err != nil {
		return nil, err
	}
	var out []sentence
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return out, fmt.Errorf("answer: %w", err)
		}
		if key != "sentences" {
			var skip json.RawMessage
			if err := dec.Decode(&skip); err != nil {
				return out, fmt.Errorf("answer: %w", err)
			}
			continue
		}
		if err := expect('['); err != nil {
			return out, err
		}
		for dec.More() {
			var x sentence
			if err := dec.Decode(&x); err != nil {
				return out, fmt.Errorf("answer: sentence %d: %w", len(out)+1, err)
			}
			out = append(out, x)
			if len(out) > 200 {
				return out, fmt.Errorf("answer: more than 200 sentences")
			}
		}
		if err := expect(']'); err != nil {
			return out, err
		}
	}
	if err := expect('}'); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return out, err
	}
	return out, nil
}
