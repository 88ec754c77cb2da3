package train

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
)

// sample gives rows with some labels unknown, and probabilities of two models.
func sample(n int, seed uint64) ([]Row, map[string][][]float32) {
	rng := rand.New(rand.NewPCG(seed, 0))
	rows := make([]Row, n)
	probs := map[string][][]float32{}
	for i := range rows {
		rows[i] = Row{ID: string(rune('a' + i%26)), File: "authored_t1.jsonl", Source: []string{"review", "social", ""}[i%3], Text: strings.Repeat("rico ", 1+i%40)}
		for h, head := range mention.Heads {
			rows[i].Labels[h] = int8(rng.IntN(len(head.Labels)+1)) - 1
		}
		for _, m := range []string{"encoder", "logreg"} {
			z := make([]float32, mention.NumLogits())
			for j := range z {
				z[j] = float32(rng.NormFloat64() * 2)
			}
			probs[m] = append(probs[m], z)
		}
	}
	for m := range probs {
		probs[m] = Probabilities(probs[m])
	}
	return rows, probs
}

func TestPredictionsRoundTrip(t *testing.T) {
	rows, probs := sample(50, 1)
	path := filepath.Join(t.TempDir(), "predictions.jsonl")
	if err := WritePredictions(path, rows, probs); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := ReadPredictions(f, "p.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(probs, got.Probs); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"encoder", "logreg"}, got.Models); d != "" {
		t.Error(d)
	}
	for i := range rows {
		want := rows[i]
		if want := words(want.Text); got.Words[i] != want {
			t.Fatalf("row %d has %d words, want %d", i, got.Words[i], want)
		}
		want.Text = ""
		if d := cmp.Diff(want, got.Rows[i]); d != "" {
			t.Fatal(d)
		}
	}
	if b, _ := os.ReadFile(path); bytes.Contains(b, []byte("rico")) {
		t.Error("the file holds texts")
	}
}

func TestWritePredictionsRefuses(t *testing.T) {
	rows, probs := sample(3, 2)
	dir := t.TempDir()
	short := map[string][][]float32{"encoder": probs["encoder"][:2]}
	logits := map[string][][]float32{"encoder": {probs["encoder"][0], probs["encoder"][1], append([]float32{-3}, probs["encoder"][2][1:]...)}}
	narrow := map[string][][]float32{"encoder": {probs["encoder"][0], probs["encoder"][1], {0.5, 0.5}}}
	for name, c := range map[string]struct {
		probs map[string][][]float32
		want  string
	}{"too few rows": {short, "has 2 rows, want 3"}, "logits": {logits, "not a probability"}, "narrow": {narrow, "2 probabilities, want 42"}} {
		err := WritePredictions(filepath.Join(dir, "p.jsonl"), rows, c.probs)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files are left behind", len(left))
	}
}

func FuzzReadPredictions(f *testing.F) {
	rows, probs := sample(2, 3)
	path := filepath.Join(f.TempDir(), "p.jsonl")
	if err := WritePredictions(path, rows, probs); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"id":"a","gold":{"sentiment":"great"},"models":{}}`))
	f.Add([]byte(`{"id":"a","gold":{},"models":{"m":{"p":[1e39]}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ReadPredictions(bytes.NewReader(b), "p")
		if err != nil {
			return
		}
		for _, m := range p.Models {
			if len(p.Probs[m]) != len(p.Rows) {
				t.Fatalf("model %s has %d rows, want %d", m, len(p.Probs[m]), len(p.Rows))
			}
		}
	})
}
