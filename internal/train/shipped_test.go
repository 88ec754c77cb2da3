package train

import (
	"encoding/json"
	"errors"
	"io/fs"
	"testing"

	"antojo/assets"
	"antojo/internal/infer"
)

// TestShippedModel measures the model in the repository on the development rows in
// the repository (the authored ones) and holds its metrics.json to it: the scores
// are those that the file records, and where it records a lead over the baseline
// that is wider than the tolerance, the model has it here. (Whether a lead is more than chance is
// for the interval in the card to say.)
func TestShippedModel(t *testing.T) {
	dir, err := fs.Sub(assets.Model, "model")
	if err != nil {
		t.Fatal(err)
	}
	m, err := infer.Open(infer.Options{FS: dir, Dir: "."})
	if errors.Is(err, infer.ErrNoEngine) {
		t.Skipf("the engine is not here (make setup): %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	b, err := fs.ReadFile(dir, "metrics.json")
	if err != nil {
		t.Fatal(err)
	}
	var recorded Metrics
	if err := json.Unmarshal(b, &recorded); err != nil {
		t.Fatal(err)
	}
	cfg, err := LoadConfig("../../training/configs/" + recorded.Model + ".json")
	if err != nil {
		t.Fatal(err)
	}
	d := split(readAll(t), nil, cfg.Split)
	probs, err := read(t.Context(), Folder{m}, d.Dev)
	if err != nil {
		t.Fatal(err)
	}
	pred := decodeAll(probs)
	for head, c := range calibrationErrors(d.Dev, probs, probs)["authored"] {
		// a figure that the file does not record is not claimed
		if w, ok := recorded.Calibration["authored"][head]; ok && c.After > w.After+0.02 {
			t.Errorf("%s: calibration error %.3f, metrics.json says %.3f", head, c.After, w.After)
		}
	}
	got, want := Evaluate(d.Dev, pred), recorded.Encoder["authored"]
	if got.Rows != want.Rows {
		t.Fatalf("%d authored development rows, metrics.json has %d", got.Rows, want.Rows)
	}
	compared := 0
	for _, h := range headline {
		g, w := h.of(got), h.of(want)
		// another processor rounds int8 products in another order
		if d := g - w; d > 0.015 || d < -0.015 {
			t.Errorf("%s: %.3f here, %.3f in metrics.json", h.name, g, w)
		}
		for _, c := range recorded.Compared["authored"] {
			if c.Measure == h.name && c.Difference > 0.015 {
				compared++
				if g <= c.Baseline {
					t.Errorf("%s: %.3f is not above the baseline, %.3f", h.name, g, c.Baseline)
				}
			}
		}
	}
	if len(recorded.Compared) > 0 && compared == 0 {
		t.Error("metrics.json records no lead over the baseline")
	}
	t.Logf("authored rows: sentiment macro-F1 %.3f, intent %.3f, relevance %.3f, aspects with polarity %.3f",
		got.Heads["sentiment"].MacroF1, got.Heads["intent"].MacroF1, got.Heads["relevance"].MacroF1, got.AspectJointF1)
}
