package infer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"antojo/internal/infer"
	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
	"antojo/internal/train/onnx"
)

// The tests run untrained models in the real file format on the real engine; what
// the heads say is noise, but it must be the same noise on every way through.

// words is a vocabulary of n made-up words of one token each.
func words(n int) []string {
	v := []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
	for i := range n {
		v = append(v, fmt.Sprintf("w%d", i))
	}
	return v
}

func tinyConfig() onnx.Config {
	return onnx.Config{Layers: 2, Hidden: 64, Heads: 4, Intermediate: 128, Vocab: 505, MaxPositions: 48, Outputs: mention.NumLogits(), Pooling: "mean", PoolerAct: "gelu"}
}

// fullConfig is the shape of the model that is shipped.
func fullConfig() onnx.Config {
	return onnx.Config{Layers: 4, Hidden: 256, Heads: 4, Intermediate: 1024, Vocab: 12000, MaxPositions: 128, Outputs: mention.NumLogits(), Pooling: "mean", PoolerAct: "gelu"}
}

type head struct {
	Name        string   `json:"name"`
	Labels      []string `json:"labels"`
	Start       int      `json:"start"`
	Temperature float64  `json:"temperature,omitempty"`
}

func standardHeads() []head {
	var hs []head
	start := 0
	for _, h := range mention.Heads {
		hs = append(hs, head{Name: h.Name, Labels: h.Labels, Start: start})
		start += len(h.Labels)
	}
	return hs
}

func configJSON(t testing.TB, c onnx.Config, heads []head) []byte {
	t.Helper()
	b, err := json.Marshal(map[string]any{
		"vocab_size": c.Vocab, "max_position_embeddings": c.MaxPositions,
		"antojo": map[string]any{"name": "test", "version": "v1", "max_len": c.MaxPositions, "heads": heads},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var modelCache sync.Map

// modelFS is a model folder with untrained weights.
func modelFS(t testing.TB, c onnx.Config, p onnx.Precision) fstest.MapFS {
	t.Helper()
	key := fmt.Sprintf("%+v %v", c, p)
	files, ok := modelCache.Load(key)
	if !ok {
		var model, tok bytes.Buffer
		if err := onnx.Export(&model, c, onnx.Random(c, 1), p); err != nil {
			t.Fatal(err)
		}
		tk, err := wordpiece.New(words(c.Vocab-5), wordpiece.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := tk.Save(&tok); err != nil {
			t.Fatal(err)
		}
		files, _ = modelCache.LoadOrStore(key, [2][]byte{model.Bytes(), tok.Bytes()})
	}
	f := files.([2][]byte)
	return fstest.MapFS{
		"config.json":    {Data: configJSON(t, c, standardHeads())},
		"tokenizer.json": {Data: f[1]},
		"model.onnx":     {Data: f[0]},
	}
}

func open(t testing.TB, fsys fs.FS, sessions int) *infer.Encoder {
	t.Helper()
	e, err := infer.Open(infer.Options{FS: fsys, Sessions: sessions})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// randomTexts are n texts of made-up words whose lengths vary around mean.
func randomTexts(seed uint64, n, mean, vocab int) []string {
	rng := rand.New(rand.NewPCG(seed, 1))
	texts := make([]string, n)
	for i := range texts {
		var b strings.Builder
		for range 1 + rng.IntN(2*mean-1) {
			fmt.Fprintf(&b, "w%d ", rng.IntN(vocab-5))
		}
		texts[i] = b.String()
	}
	return texts
}
