package train

import (
	"bytes"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"antojo/internal/lexicon/evidence"
)

// TestFitEvidenceFindsWeights draws answers from known weights and wants them back.
func TestFitEvidenceFindsWeights(t *testing.T) {
	truth := evidence.Weights{-0.5, 0.8, 1.5, 0.7, -0.3, -1.2, -1.8, 1.1}
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([]evidenceRow, 60000)
	for i := range rows {
		x := &rows[i]
		x.weight = 1
		x.features = [evidence.N]float64{1, 3 * rng.NormFloat64(), float64(rng.IntN(3)), float64(rng.IntN(2)), float64(rng.IntN(2)), float64(rng.IntN(2))}
		if x.features[2]+x.features[3] == 0 {
			x.features[6], x.features[7] = 1, rng.Float64()
		}
		if rng.Float64() < float64(truth.Food(&x.features)) {
			x.food = 1
		}
	}
	got, err := fitEvidence(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i := range truth {
		if d := got[i] - truth[i]; d > 0.2 || d < -0.2 {
			t.Errorf("%s: %.3f, want %.3f", evidence.Names[i], got[i], truth[i])
		}
	}
}

// testEvidence fits the weights on the folds of a cross-validation and wants them
// printed, the folds complete, and a file that is only measured left out of the fit.
func testEvidence(t *testing.T, c EncoderConfig) {
	t.Helper()
	c.Config.Evidence.Unseen = []string{"authored_t3*"}
	var log bytes.Buffer
	if err := FitEvidence(t.Context(), c, &log); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"authored_t1.jsonl", "(only measured)", `"evidence": {"weights": {"bare":`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, log.String())
		}
	}
	models, set, probs, err := ReadFolds(filepath.Join(c.Work, "crossval"))
	if err != nil {
		t.Fatal(err)
	}
	if len(models) != 4 || len(probs[withWords]) != len(set.Rows) {
		t.Fatalf("models %v, %d readings of %d rows", models, len(probs[withWords]), len(set.Rows))
	}
	moved := 0
	for i, p := range probs[withWords] {
		for k, v := range probs["encoder"][i] {
			if k >= 2 && p[k] != v {
				t.Fatalf("row %s: column %d is %v, was %v", set.Rows[i].ID, k, p[k], v)
			}
		}
		if p[1] != probs["encoder"][i][1] {
			moved++
		}
	}
	// The tables know these texts, the smoke model hardly anything.
	a, b := Evaluate(set.Rows, decodeAll(probs["encoder"])), Evaluate(set.Rows, decodeAll(probs[withWords]))
	if moved < len(set.Rows)/2 || b.Heads["relevance"].F1["other"] < a.Heads["relevance"].F1["other"]+0.05 {
		t.Errorf("%d of %d rows moved; not-food F1 %.3f, was %.3f", moved, len(set.Rows), b.Heads["relevance"].F1["other"], a.Heads["relevance"].F1["other"])
	}
	c.Work = t.TempDir()
	if err := FitEvidence(t.Context(), c, io.Discard); err == nil || !strings.Contains(err.Error(), "--task crossval") {
		t.Errorf("error %v without folds", err)
	}
}
