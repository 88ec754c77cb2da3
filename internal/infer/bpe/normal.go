package bpe

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"antojo/internal/infer/tokenfile"
)

// step is one normaliser.
type step func(string) string

// parseNormal reads the normaliser of the file.
func parseNormal(raw json.RawMessage) ([]step, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var n struct {
		tokenfile.Kind
		Normalizers []json.RawMessage
		Left        *bool `json:"strip_left"`
		Right       *bool `json:"strip_right"`
		Prepend     string
		Pattern     struct{ String *string }
		Content     string
	}
	if err := json.Unmarshal(raw, &n); err != nil {
		return nil, fmt.Errorf("tokenizer.json has a normalizer that is not valid: %w", err)
	}
	switch n.Type {
	case "Sequence":
		var all []step
		for _, x := range n.Normalizers {
			s, err := parseNormal(x)
			if err != nil {
				return nil, err
			}
			all = append(all, s...)
		}
		return all, nil
	case "NFC":
		return []step{norm.NFC.String}, nil
	case "NFD":
		return []step{norm.NFD.String}, nil
	case "NFKC":
		return []step{norm.NFKC.String}, nil
	case "NFKD":
		return []step{norm.NFKD.String}, nil
	case "Lowercase":
		return []step{lower}, nil
	case "StripAccents":
		return []step{stripMarks}, nil
	case "Strip":
		return []step{func(s string) string {
			if n.Left == nil || *n.Left {
				s = strings.TrimLeftFunc(s, unicode.IsSpace)
			}
			if n.Right == nil || *n.Right {
				s = strings.TrimRightFunc(s, unicode.IsSpace)
			}
			return s
		}}, nil
	case "Prepend":
		return []step{func(s string) string {
			if s == "" {
				return s
			}
			return n.Prepend + s
		}}, nil
	case "Replace":
		if n.Pattern.String == nil || *n.Pattern.String == "" {
			return nil, fmt.Errorf("tokenizer.json has the normalizer Replace with a regular expression, which is not supported")
		}
		r := strings.NewReplacer(*n.Pattern.String, n.Content)
		return []step{r.Replace}, nil
	}
	return nil, fmt.Errorf("tokenizer.json has the normalizer %q; of BPE tokenizers only NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Prepend and Replace are supported", n.Type)
}

// lower maps each character by itself; İ is the only one that becomes two.
func lower(s string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r == 'İ' {
			return r
		}
		return unicode.ToLower(r)
	}, s), "İ", "i\u0307")
}

// stripMarks drops combining marks; it does not decompose.
func stripMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, s)
}
