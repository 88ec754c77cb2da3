package infer_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/infer"
	"antojo/internal/mention"
	"antojo/internal/train/onnx"
)

// beto is the shape of a sentiment model of others, such as BETO: BERT with the
// first token pooled through tanh, token types as a third input, and a classifier of
// its own.
func beto(outputs int) onnx.Config {
	return onnx.Config{Layers: 2, Hidden: 64, Heads: 4, Intermediate: 128, Vocab: 505, MaxPositions: 48,
		Outputs: outputs, Pooling: "cls", PoolerAct: "tanh", TokenTypes: true}
}

// openMapped opens a model whose columns have these labels.
func openMapped(t *testing.T, c onnx.Config, name string, labels ...string) (*infer.Encoder, error) {
	t.Helper()
	files := modelFS(t, c, onnx.FP32)
	b, err := json.Marshal(map[string]any{"vocab_size": c.Vocab, "max_position_embeddings": c.MaxPositions,
		"antojo": map[string]any{"name": "beto", "version": "1", "mapped": true, "heads": []head{{Name: name, Labels: labels}}}})
	if err != nil {
		t.Fatal(err)
	}
	files["config.json"].Data = b
	e, err := infer.Open(infer.Options{FS: files, Sessions: 1})
	if err == nil {
		t.Cleanup(func() { e.Close() })
	}
	return e, err
}

var about = cmpopts.EquateApprox(0, 1e-5)

func sentimentOf(t *testing.T, e *infer.Encoder) infer.Prediction {
	t.Helper()
	out := make([]infer.Prediction, 1)
	if err := e.Predict(t.Context(), []string{strings.Join(words(12)[5:], " ")}, out); err != nil {
		t.Fatal(err)
	}
	return out[0]
}

func TestMappedModel(t *testing.T) {
	plain, err := openMapped(t, beto(3), "sentiment", "neg", "neu", "pos")
	if err != nil {
		t.Fatal(err)
	}
	p := sentimentOf(t, plain)
	if s := p.Sentiments[0] + p.Sentiments[1] + p.Sentiments[2]; !cmp.Equal(s, float32(1), about) || p.Sentiments[0] == p.Sentiments[1] {
		t.Errorf("sentiments %v", p.Sentiments)
	}
	if p.Relevance != 1 || p.Intents != [5]float32{} || p.Aspects != [mention.NumAspects][4]float32{} {
		t.Errorf("heads that the model lacks: relevance %v, intents %v", p.Relevance, p.Intents)
	}
	if a := plain.Info().Absent; len(a) != 10 || a[0] != "relevance" {
		t.Errorf("absent %v", a)
	}
	// the same columns with other names
	turned, err := openMapped(t, beto(3), "sentiment", "pos", "neg", "neu")
	if err != nil {
		t.Fatal(err)
	}
	q := sentimentOf(t, turned)
	if d := cmp.Diff([3]float32{p.Sentiments[1], p.Sentiments[2], p.Sentiments[0]}, q.Sentiments, about); d != "" {
		t.Error(d)
	}
	// five stars: several columns of one meaning add up
	five, err := openMapped(t, beto(5), "sentiment", "neg", "neu", "pos", "pos", "pos")
	if err != nil {
		t.Fatal(err)
	}
	stars, err := openMapped(t, beto(5), "sentiment", "neg", "neg", "neu", "pos", "pos")
	if err != nil {
		t.Fatal(err)
	}
	a, b := sentimentOf(t, five).Sentiments, sentimentOf(t, stars).Sentiments
	if !cmp.Equal(a[0]+a[1], b[0], about) || !cmp.Equal(b[0]+b[1]+b[2], float32(1), about) || !(b[1] > 0) {
		t.Errorf("three and five stars: %v and %v", a, b)
	}
}

// TestTokenTypes: a graph that takes token types of zero gives what one with type
// zero folded in gives.
func TestTokenTypes(t *testing.T) {
	with, without := beto(3), beto(3)
	without.TokenTypes = false
	a, err := openMapped(t, with, "sentiment", "neg", "neu", "pos")
	if err != nil {
		t.Fatal(err)
	}
	b, err := openMapped(t, without, "sentiment", "neg", "neu", "pos")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(sentimentOf(t, a), sentimentOf(t, b), about); d != "" {
		t.Error(d)
	}
}

func TestMappedErrors(t *testing.T) {
	for name, c := range map[string]struct {
		head   string
		labels []string
		want   string
	}{
		"no sentiment":  {"relevance", []string{"other", "food"}, "lacks the head sentiment"},
		"unknown label": {"sentiment", []string{"neg", "meh", "pos"}, `label "meh"`},
		"other width":   {"sentiment", []string{"neg", "pos"}, "model.onnx"},
		"too wide":      {"sentiment", strings.Split(strings.Repeat("neg,", 64)+"pos", ","), "at most 64"},
	} {
		if _, err := openMapped(t, beto(3), c.head, c.labels...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// TestRobertaPositions: RoBERTa's positions begin behind that of padding, so that it
// reads fewer tokens than it has positions; a padding that is no token is an error.
func TestRobertaPositions(t *testing.T) {
	open := func(kind string, pad int) (*infer.Encoder, error) {
		c := beto(3)
		files := modelFS(t, c, onnx.FP32)
		b, err := json.Marshal(map[string]any{"vocab_size": c.Vocab, "max_position_embeddings": c.MaxPositions, "model_type": kind, "pad_token_id": pad,
			"antojo": map[string]any{"name": "x", "version": "1", "mapped": true, "heads": []head{{Name: "sentiment", Labels: []string{"neg", "neu", "pos"}}}}})
		if err != nil {
			t.Fatal(err)
		}
		files["config.json"].Data = b
		e, err := infer.Open(infer.Options{FS: files, Sessions: 1})
		if err == nil {
			t.Cleanup(func() { e.Close() })
		}
		return e, err
	}
	for _, c := range []struct {
		kind      string
		pad, want int
	}{{"bert", 0, 48}, {"roberta", 1, 46}, {"xlm-roberta", 1, 46}} {
		e, err := open(c.kind, c.pad)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Info().MaxLen; got != c.want {
			t.Errorf("%s reads %d tokens, want %d", c.kind, got, c.want)
		}
		sentimentOf(t, e)
	}
	if _, err := open("bert", 100000); err == nil || !strings.Contains(err.Error(), "pad_token_id is 100000") {
		t.Errorf("error %v for a padding that is no token", err)
	}
}
