package train

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/infer"
)

// trained trains a small model on some authored rows, without a search for settings.
func trained(t *testing.T, kind string, rows int) (dir string, d *Dataset) {
	t.Helper()
	cfg, err := LoadConfig("../../training/configs/smoke.json")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Gold = cfg.Gold[:1]
	r := &run{cfg: cfg, threads: 2, log: io.Discard}
	if d, err = cfg.Load(dataDir); err != nil {
		t.Fatal(err)
	}
	d.Train = d.Train[:rows]
	r.set = d
	var m *Classical
	if kind == Forest {
		m, err = r.classicalForest(t.Context(), d.Train, []forestOptions{{Trees: 40, Features: 800, MinLeaf: 2, MaxDepth: 40, Balanced: true}})
		if err != nil {
			t.Fatal(err)
		}
	} else {
		m = r.classicalLogReg(d.Train, []settings{{4, true}})
	}
	dir = filepath.Join(t.TempDir(), "model")
	m.describe(r, dir)
	rep, err := NewReport(t.Context(), Subject{Reader: Folder{m}}, nil, []EvalSet{{Name: "gold", Rows: d.Dev}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Save(dir, rep); err != nil {
		t.Fatal(err)
	}
	return dir, d
}

func TestClassicalModels(t *testing.T) {
	for _, kind := range []string{LogReg, Forest} {
		t.Run(kind, func(t *testing.T) {
			dir, d := trained(t, kind, 380)
			b, err := os.ReadFile(filepath.Join(dir, "config.json"))
			if err != nil || !IsClassical(b) {
				t.Fatalf("config.json is not that of a classical model (%v)", err)
			}
			m, err := OpenClassical(os.DirFS(dir), dir)
			if err != nil {
				t.Fatal(err)
			}
			probs, err := read(t.Context(), Folder{m}, d.Dev)
			if err != nil {
				t.Fatal(err)
			}
			for i := range probs {
				if err := checkProbs(probs[i]); err != nil {
					t.Fatalf("%q: %v", d.Dev[i].Text, err)
				}
			}
			got := Evaluate(d.Dev, decodeAll(probs))
			constant := make([][numHeads]int8, len(d.Dev))
			for i := range constant {
				constant[i] = decode(majority(d.Train))
			}
			bar := Evaluate(d.Dev, constant)
			for _, h := range []measure{headline[2], headline[3]} {
				if h.of(got) < h.of(bar)+0.05 {
					t.Errorf("%s is %.3f, always the most frequent label %.3f", h.name, h.of(got), h.of(bar))
				}
			}
			// the folder's own record agrees with the model read back from it
			b, err = os.ReadFile(filepath.Join(dir, "README.md"))
			if err != nil || !strings.Contains(string(b), "sentiment macro-F1") {
				t.Errorf("the card has no figures (%v)", err)
			}
			var none [3]infer.Prediction
			if err := m.Predict(t.Context(), []string{"", "  ", "中文"}, none[:]); err != nil {
				t.Fatal(err)
			}
			for i := range none {
				if none[i].Readable() {
					t.Errorf("text %d without a known word is readable", i)
				}
			}
		})
	}
}

// TestClassicalDamage changes and cuts a model file everywhere: it must be refused,
// or read and answer, but never panic.
func TestClassicalDamage(t *testing.T) {
	dir, _ := trained(t, LogReg, 40)
	path := filepath.Join(dir, ClassicalFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"empty": nil, "cut": whole[:len(whole)/2], "no end": whole[:len(whole)-4], "no magic": whole[3:],
		"a bit": func() []byte { b := bytes.Clone(whole); b[len(b)/2] ^= 4; return b }(),
	} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenClassical(os.DirFS(dir), dir); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenClassical(os.DirFS(dir), dir); err == nil {
		t.Error("a missing file is no error")
	}
}

func TestForestCheck(t *testing.T) {
	good := func() *forest {
		return &forest{Classes: 2, Features: []int32{0, 5}, Top: []float32{1, 1}, Trees: []tree{{
			Feature: []uint16{1, 0, 0}, Cut: []uint8{3, 0, 0}, Yes: []int32{2, 0, 2}, Leaf: []uint8{255, 0, 0, 255}}}}
	}
	if err := good().check(2, 6); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*forest){
		"loop":            func(f *forest) { f.Trees[0].Yes[0] = 0 },
		"out of the tree": func(f *forest) { f.Trees[0].Yes[0] = 3 },
		"no such leaf":    func(f *forest) { f.Trees[0].Yes[1] = 3 },
		"no such feature": func(f *forest) { f.Trees[0].Feature[0] = 2 },
		"of the words":    func(f *forest) { f.Features[1] = 6 },
		"no trees":        func(f *forest) { f.Trees = nil },
		"another head":    func(f *forest) { f.Classes = 3 },
		"falls off":       func(f *forest) { f.Trees[0].Cut[2], f.Trees[0].Yes[2] = 1, 3 },
	} {
		f := good()
		spoil(f)
		if f.check(2, 6) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestForestLearns gives the forest what a linear model cannot learn: exclusive or.
func TestForestLearns(t *testing.T) {
	var x []sparse
	var y []int8
	var w []float64
	for i := range 400 {
		a, b := i&1, i>>1&1
		row := sparse{idx: []int32{2}, val: []float32{1}}
		if a == 1 {
			row.idx, row.val = append(row.idx, 0), append(row.val, 0.5)
		}
		if b == 1 {
			row.idx, row.val = append(row.idx, 1), append(row.val, 0.9)
		}
		if i%7 == 0 {
			row.idx, row.val = append(row.idx, 3), append(row.val, 0.9)
		}
		x, y, w = append(x, row), append(y, int8(a^b)), append(w, 1)
	}
	o := forestOptions{Trees: 30, Features: 4, MinLeaf: 1, MaxDepth: 10, Seed: 1}
	f := fitForest(x, y, w, 4, 2, o, 2)
	own, z, scratch := f.numbers(), make([]float64, 2), make([]uint8, len(f.Features))
	right := 0
	for i := range x {
		f.predict(x[i], own, scratch, z)
		if argmax(z) == int(y[i]) {
			right++
		}
		if math.Abs(z[0]+z[1]-1) > 1e-6 {
			t.Fatalf("probabilities %v", z)
		}
	}
	if right < 390 {
		t.Errorf("%d of 400 right", right)
	}
	if d := cmp.Diff(f, fitForest(x, y, w, 4, 2, o, 1)); d != "" {
		t.Errorf("another number of threads gives another forest: %s", d)
	}
}

func TestChiSquared(t *testing.T) {
	// feature 0 is the class, 1 is everywhere, 2 goes with the class in 3 of 4, 3 never occurs
	var x []sparse
	var y []int8
	for i := range 8 {
		c := i % 2
		row := sparse{idx: []int32{1}, val: []float32{1}}
		if c == 1 {
			row.idx = append(row.idx, 0)
		}
		if (i < 6) == (c == 1) {
			row.idx = append(row.idx, 2)
		}
		x, y = append(x, row), append(y, int8(c))
	}
	w := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	if d := cmp.Diff([]int32{0, 2}, chiSquared(x, y, w, 4, 2, 10)); d != "" {
		t.Error(d)
	}
}

func TestLimitKeepsTheFrequent(t *testing.T) {
	texts := []string{"rico rico ceviche", "rico ceviche", "rico pollo", "pollo rico frio", "frio"}
	full := fitTFIDF(texts)
	v := fitTFIDF(texts)
	v.limit(12)
	if len(v.idf) != 12 || len(v.words)+len(v.chars) != 12 {
		t.Fatalf("%d features, %d words and %d pieces", len(v.idf), len(v.words), len(v.chars))
	}
	seen := map[int32]bool{}
	for _, ids := range []map[string]int32{v.words, v.chars} {
		for _, i := range ids {
			seen[i] = true
		}
	}
	if len(seen) != 12 {
		t.Error("features share numbers")
	}
	for g, i := range v.words {
		if int(i) >= len(v.words) || v.idf[i] != full.idf[full.words[g]] {
			t.Errorf("%q has number %d and idf %v, want words first and idf %v", g, i, v.idf[i], full.idf[full.words[g]])
		}
	}
	if _, ok := v.words["rico"]; !ok {
		t.Error("the most frequent word is gone")
	}
}

func TestPackLinear(t *testing.T) {
	l := &linear{classes: 2, w: []float64{0, -3.25, 0.001, 7.5}}
	if d := cmp.Diff(l.w, packLinear(l).unpack().w, cmpopts.EquateApprox(0, 7.5/32767)); d != "" {
		t.Error(d)
	}
}
