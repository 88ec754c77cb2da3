package train

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCrossValidate leaves out one writer and then two together, with a small network,
// and wants every row of theirs predicted once, by a model that did not read it.
func TestCrossValidate(t *testing.T) {
	cfg, err := LoadConfig("../../training/configs/smoke.json")
	if err != nil {
		t.Fatal(err)
	}
	for i := range cfg.Corpora {
		cfg.Corpora[i].Tokens, cfg.Corpora[i].EmbedTokens = []int{2000, 0}, 0
	}
	cfg.Gold = append(cfg.Gold, Source{Path: "gold/authored_t3.jsonl", Class: "O"})
	cfg.CrossVal = CrossValidation{
		Files:  []string{"authored_t1.jsonl", "authored_t[23].jsonl"},
		Rounds: []Round{{GoldPasses: 2, BatchTokens: 512, Average: 0.9}},
	}
	c := EncoderConfig{Config: cfg, Data: dataDir, Work: t.TempDir(), Threads: 2}
	if err := Pretrain(t.Context(), c, io.Discard); err != nil {
		t.Fatal(err)
	}
	if err := CrossValidate(t.Context(), c, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range cfg.CrossVal.Files {
		name := pattern[:len(pattern)-len(".jsonl")]
		path := filepath.Join(c.Work, "crossval", "fold-"+name, "predictions.jsonl")
		want := 450
		if pattern == "authored_t[23].jsonl" {
			want = 900
		}
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
			if in, err := filepath.Match(pattern, r.File); err != nil || !in || seen[r.ID] {
				t.Errorf("fold %s holds row %s of %s, before: %v", pattern, r.ID, r.File, seen[r.ID])
			}
			seen[r.ID] = true
		}
		if len(seen) != want || len(p.Probs["encoder"]) != want || len(p.Probs["logreg"]) != want {
			t.Errorf("fold %s: %d rows, %d and %d predictions, want %d", pattern, len(seen), len(p.Probs["encoder"]), len(p.Probs["logreg"]), want)
		}
	}
	testEvidence(t, c)
	cfg.CrossVal.Files = []string{"authored_zz.jsonl"}
	if err := CrossValidate(t.Context(), c, io.Discard); err == nil {
		t.Error("a file that is not there made a fold")
	}
	cfg.CrossVal.Files = []string{"authored_[.jsonl"}
	if err := CrossValidate(t.Context(), c, io.Discard); err == nil || !strings.Contains(err.Error(), "pattern") {
		t.Errorf("error %v for a pattern that is none", err)
	}
}
