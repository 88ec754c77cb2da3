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

	"antojo/internal/infer/wordpiece"
	"antojo/internal/train/onnx"
)

// foreignModel writes an untrained sentiment model in the shape of BETO: BERT with
// token types, three labels, WordPiece: foreign DIR LABEL…. The checksum of the
// model goes to $SUM.
func foreignModel(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: foreign DIR LABEL LABEL…")
	}
	dir, labels := ts.MkAbs(args[0]), args[1:]
	vocab := append([]string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}, strings.Fields("el la ceviche estaba buenazo pollo rico frio llego tarde ##s")...)
	tok, err := wordpiece.New(vocab, wordpiece.Options{Lowercase: true})
	ts.Check(err)
	c := onnx.Config{Layers: 1, Hidden: 32, Heads: 2, Intermediate: 64, Vocab: len(vocab), MaxPositions: 64, Outputs: len(labels), Pooling: "cls", PoolerAct: "tanh", TokenTypes: true}
	var model, tokens bytes.Buffer
	ts.Check(onnx.Export(&model, c, onnx.Random(c, 1), onnx.FP32))
	ts.Check(tok.Save(&tokens))
	var ids []string
	for i, l := range labels {
		ids = append(ids, fmt.Sprintf("%q: %q", fmt.Sprint(i), l))
	}
	config := fmt.Sprintf(`{"model_type": "bert", "vocab_size": %d, "max_position_embeddings": 64, "id2label": {%s}}`, len(vocab), strings.Join(ids, ", "))
	ts.Check(os.MkdirAll(dir, 0o755))
	for name, b := range map[string][]byte{"config.json": []byte(config), "tokenizer.json": tokens.Bytes(), "model.onnx": model.Bytes()} {
		ts.Check(os.WriteFile(filepath.Join(dir, name), b, 0o644))
	}
	sum := sha256.Sum256(model.Bytes())
	ts.Setenv("SUM", hex.EncodeToString(sum[:]))
}
