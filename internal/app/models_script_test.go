package app_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"antojo/internal/infer/bpe"
	"antojo/internal/infer/wordpiece"
	"antojo/internal/train/onnx"
)

// foreignModel writes an untrained sentiment model of others: foreign DIR LABEL….
// It has the shape of BETO (BERT with token types, WordPiece) or, with -roberta before
// the folder, that of RoBERTuito (BPE, padding that is not 0, positions that begin
// behind it). The checksum of the model goes to $SUM.
func foreignModel(ts *testscript.TestScript, neg bool, args []string) {
	roberta := len(args) > 0 && args[0] == "-roberta"
	if roberta {
		args = args[1:]
	}
	if neg || len(args) < 3 {
		ts.Fatalf("usage: foreign [-roberta] DIR LABEL LABEL…")
	}
	dir, labels := ts.MkAbs(args[0]), args[1:]
	kind, pad, vocab, tokens := "bert", 0, 0, []byte(nil)
	if roberta {
		b, err := os.ReadFile(filepath.FromSlash("../infer/bpe/testdata/metaspace.json"))
		ts.Check(err)
		tok, err := bpe.Parse(b)
		ts.Check(err)
		kind, pad, vocab, tokens = "roberta", 1, tok.VocabSize(), b
	} else {
		words := append([]string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}, strings.Fields("el la ceviche estaba buenazo pollo rico frio llego tarde ##s")...)
		tok, err := wordpiece.New(words, wordpiece.Options{Lowercase: true})
		ts.Check(err)
		var b bytes.Buffer
		ts.Check(tok.Save(&b))
		vocab, tokens = len(words), b.Bytes()
	}
	c := onnx.Config{Layers: 1, Hidden: 32, Heads: 2, Intermediate: 64, Vocab: vocab, MaxPositions: 64, Outputs: len(labels), Pooling: "cls", PoolerAct: "tanh", TokenTypes: !roberta}
	var model bytes.Buffer
	ts.Check(onnx.Export(&model, c, onnx.Random(c, 1), onnx.FP32))
	var ids []string
	for i, l := range labels {
		ids = append(ids, fmt.Sprintf("%q: %q", fmt.Sprint(i), l))
	}
	config := fmt.Sprintf(`{"model_type": %q, "vocab_size": %d, "max_position_embeddings": 64, "pad_token_id": %d, "id2label": {%s}}`, kind, vocab, pad, strings.Join(ids, ", "))
	ts.Check(os.MkdirAll(dir, 0o755))
	for name, b := range map[string][]byte{"config.json": []byte(config), "tokenizer.json": tokens, "model.onnx": model.Bytes()} {
		ts.Check(os.WriteFile(filepath.Join(dir, name), b, 0o644))
	}
	sum := sha256.Sum256(model.Bytes())
	ts.Setenv("SUM", hex.EncodeToString(sum[:]))
}
