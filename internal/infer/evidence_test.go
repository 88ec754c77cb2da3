package infer_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"antojo/internal/infer"
	"antojo/internal/lexicon"
	"antojo/internal/lexicon/evidence"
	"antojo/internal/train/onnx"
)

// withEvidence is the tiny model with weights for food words.
func withEvidence(t *testing.T, weights map[string]float64, words func() (*lexicon.Matcher, error)) (*infer.Encoder, error) {
	t.Helper()
	c := tinyConfig()
	files := modelFS(t, c, onnx.FP32)
	b, err := json.Marshal(map[string]any{"vocab_size": c.Vocab, "max_position_embeddings": c.MaxPositions,
		"antojo": map[string]any{"name": "test", "version": "v1", "heads": standardHeads(), "evidence": weights}})
	if err != nil {
		t.Fatal(err)
	}
	files["config.json"].Data = b
	e, err := infer.Open(infer.Options{FS: files, Sessions: 1, Words: words})
	if err == nil {
		t.Cleanup(func() { e.Close() })
	}
	return e, err
}

// TestEvidence: relevance is the encoder's own moved by what the food words of the text
// weigh; all other heads stay.
func TestEvidence(t *testing.T) {
	texts := []string{"un ceviche por favor", "llegaron tarde", ""}
	read := func(e *infer.Encoder) []infer.Prediction {
		out := make([]infer.Prediction, len(texts))
		if err := e.Predict(t.Context(), texts, out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	w := evidence.Weights{0.25, 1, 2, 0, 0, 0, -2, 0}
	e, err := withEvidence(t, w.Map(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !e.Info().Evidence {
		t.Error("the model does not say that it weighs food words")
	}
	before, after := read(open(t, modelFS(t, tinyConfig(), onnx.FP32), 1)), read(e)
	logit := func(p float32) float64 { return math.Log(float64(p) / float64(1-p)) }
	for i, want := range []float64{2.25, -1.75} {
		if got := logit(after[i].Relevance) - logit(before[i].Relevance); math.Abs(got-want) > 0.01 {
			t.Errorf("%q moved by %.3f, want %.2f", texts[i], got, want)
		}
		after[i].Relevance = before[i].Relevance
		if after[i] != before[i] {
			t.Errorf("%q: other heads moved: %v, before %v", texts[i], after[i], before[i])
		}
	}
	if after[2] != (infer.Prediction{}) {
		t.Errorf("a text without tokens got %v", after[2])
	}
}

func TestEvidenceErrors(t *testing.T) {
	if _, err := withEvidence(t, map[string]float64{"bias": 1}, nil); err == nil || !strings.Contains(err.Error(), `weight "logit"`) {
		t.Errorf("error %v, want one that names the weight", err)
	}
	broken := errors.New("tables are gone")
	w := evidence.Weights{1: 1}
	e, err := withEvidence(t, w.Map(), func() (*lexicon.Matcher, error) { return nil, broken })
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Predict(t.Context(), []string{"w1"}, make([]infer.Prediction, 1)); !errors.Is(err, broken) {
		t.Errorf("error %v, want that of the tables", err)
	}
}
