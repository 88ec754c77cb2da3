package infer

import (
	"encoding/json"
	"fmt"

	"antojo/internal/infer/bpe"
	"antojo/internal/infer/tokenfile"
	"antojo/internal/infer/wordpiece"
)

// tokenizer turns texts into token ids; see package wordpiece (BERT) and package bpe
// (RoBERTa).
type tokenizer interface {
	// Encode appends at most maxLen ids of s to dst.
	Encode(dst []int32, s string, maxLen int) []int32
	// VocabSize is the number of rows of the embedding that the ids need.
	VocabSize() int
	// Unknown is the id of what the vocabulary cannot spell, −1 if there is none.
	Unknown() int32
	// Overhead is the number of ids that are not of the text.
	Overhead() int
}

// parseTokenizer reads a tokenizer.json of either kind.
func parseTokenizer(b []byte) (tokenizer, error) {
	var f struct {
		Model tokenfile.Kind `json:"model"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("tokenizer.json is not valid: %w", err)
	}
	switch f.Model.Type {
	case "BPE":
		return bpe.Parse(b)
	case "WordPiece", "":
		return wordpiece.Parse(b)
	}
	return nil, fmt.Errorf("tokenizer.json has the model %q; only WordPiece (BERT, BETO) and BPE (RoBERTa, RoBERTuito) can be read", f.Model.Type)
}
