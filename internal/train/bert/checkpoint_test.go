package bert

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var small = Config{Layers: 1, Hidden: 64, Heads: 2, Intermediate: 64, Vocab: 30, MaxLen: 16, Classes: []int{2, 3}}

// TestResume: training that was saved and read again goes on exactly as if it had
// not stopped.
func TestResume(t *testing.T) {
	ex := batch(small, 6)
	for i := range ex {
		ex[i].IDs = ex[i].IDs[:min(len(ex[i].IDs), small.MaxLen)]
		for j := range ex[i].IDs {
			ex[i].IDs[j] %= int32(small.Vocab)
		}
	}
	opt := Options{Dropout: 0.1, WeightDecay: 0.01, Seed: 3}
	step := func(tr *Trainer) float64 {
		t.Helper()
		s, err := tr.MaskedLM(sequences(ex), Masking{Rate: 0.2, Mask: 4, Special: 5}, 1e-3)
		if err != nil {
			t.Fatal(err)
		}
		return s.Loss
	}
	m, err := New(small, 1)
	if err != nil {
		t.Fatal(err)
	}
	tr := NewTrainer(m, opt)
	step(tr)
	path := filepath.Join(t.TempDir(), "c.safetensors")
	if err := tr.SaveFile(path, map[string]string{"batch": "1"}); err != nil {
		t.Fatal(err)
	}
	tr2, _, meta, err := ResumeFile(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	if meta["batch"] != "1" || tr2.Step() != 1 {
		t.Errorf("meta %v, step %d", meta, tr2.Step())
	}
	for i := range 3 {
		if d := cmp.Diff(step(tr), step(tr2)); d != "" {
			t.Errorf("step %d after the stop: %s", i, d)
		}
	}
}

func TestDamagedCheckpoint(t *testing.T) {
	m, err := New(small, 1)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "c.safetensors")
	if err := m.SaveFile(path, nil); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"empty":           {nil, "EOF"},
		"cut short":       {whole[:len(whole)-5], "cut short"},
		"not ours":        {bytes.Repeat([]byte{0xff}, 100), "not a checkpoint"},
		"tensor is gone":  {bytes.Replace(whole, []byte(`"pool.bias"`), []byte(`"pool.xxxx"`), 1), "pool.bias is missing"},
		"impossible size": {bytes.Replace(whole, []byte(`hidden_size\":64`), []byte(`hidden_size\":65`), 1), "multiples of 64"},
	} {
		t.Run(name, func(t *testing.T) {
			p := filepath.Join(dir, "damaged")
			if err := os.WriteFile(p, c.b, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, _, err := LoadFile(p); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want it to say %q", err, c.want)
			}
		})
	}
	if _, _, _, err := ResumeFile(path, Options{}); err == nil || !strings.Contains(err.Error(), "no training state") {
		t.Errorf("resume of bare weights: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	m, err := New(small, 1)
	if err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if err := m.write(&b, nil, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes()[:2000])
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, _, _, err := read(bytes.NewReader(b), nil)
		if err == nil && m.Validate() != nil {
			t.Error("an invalid shape was read")
		}
	})
}
