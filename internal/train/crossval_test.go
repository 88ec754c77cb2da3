package train

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestCrossValidate leaves out each of two writers, with a small network, and wants
// every row of theirs predicted once, by a model that did not read it.
func TestCrossValidate(t *testing.T) {
	cfg, err := LoadConfig("../../training/configs/smoke.json")
	if err != nil {
		t.Fatal(err)
	}
	for i := range cfg.Corpora {
		cfg.Corpora[i].Tokens, cfg.Corpora[i].EmbedTokens = []int{2000, 0}, 0
	}
	cfg.CrossVal = CrossValidation{
		Files:  []string{"authored_t1.jsonl", "authored_t2.jsonl"},
		Rounds: []Round{{GoldPasses: 2, BatchTokens: 512, Average: 0.9}},
	}
	c := EncoderConfig{Config: cfg, Data: dataDir, Work: t.TempDir(), Threads: 2}
	if err := Pretrain(t.Context(), c, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := CrossValidate(t.Context(), c, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, file := range cfg.CrossVal.Files {
		path := filepath.Join(c.Work, "crossval", "fold-"+file[:len(file)-len(".jsonl")], "predictions.jsonl")
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ReadPredictions(f, path)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, r := range p.Rows {
			if r.File != file || seen[r.ID] {
				t.Errorf("fold %s holds row %s of %s, before: %v", file, r.ID, r.File, seen[r.ID])
			}
			seen[r.ID] = true
		}
		if len(seen) != 450 || len(p.Probs["encoder"]) != 450 || len(p.Probs["logreg"]) != 450 {
			t.Errorf("fold %s: %d rows, %d and %d predictions, want 450", file, len(seen), len(p.Probs["encoder"]), len(p.Probs["logreg"]))
		}
	}
	cfg.CrossVal.Files = []string{"authored_zz.jsonl"}
	if err := CrossValidate(t.Context(), c, io.Discard); err == nil {
		t.Error("a file that is not there made a fold")
	}
}
