package train

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
)

// recorded reads back probabilities by text.
type recorded map[string][]float32

func (r recorded) Read(_ context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, s := range texts {
		p, ok := r[s]
		if !ok {
			return nil, errors.New("unknown text")
		}
		out[i] = p
	}
	return out, nil
}

// noisy gives n rows of all labels, and two models that are right with the given
// probabilities and say how sure they are truthfully.
func noisy(n int, right [2]float64, seed uint64) ([]Row, [2]recorded) {
	rng := rand.New(rand.NewPCG(seed, 7))
	rows := make([]Row, n)
	ms := [2]recorded{{}, {}}
	for i := range rows {
		r := &rows[i]
		r.ID, r.Text = string(rune('a'+i%26)), strings.Repeat("a ", i%60)+strconv.Itoa(i)
		r.Source, r.File = []string{"review", "delivery"}[i%2], "authored_t1.jsonl"
		for h, head := range mention.Heads {
			r.Labels[h], r.Weight[h] = int8(rng.IntN(len(head.Labels))), 1
		}
		for m := range ms {
			var p []float32
			for h, head := range mention.Heads {
				k := len(head.Labels)
				pick := int(r.Labels[h])
				if rng.Float64() >= right[m] {
					pick = (pick + 1 + rng.IntN(k-1)) % k
				}
				for j := range k {
					v := (1 - right[m]) / float64(k-1)
					if j == pick {
						v = right[m]
					}
					p = append(p, float32(v))
				}
			}
			ms[m][r.Text] = p
		}
	}
	return rows, ms
}

func TestReport(t *testing.T) {
	rows, ms := noisy(600, [2]float64{0.8, 0.7}, 1)
	r, err := NewReport(t.Context(), Subject{Info: ModelInfo{Name: "a"}, Reader: ms[0]}, &Subject{Info: ModelInfo{Name: "b"}, Reader: ms[1]},
		[]EvalSet{{Name: "made", Rows: rows}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Sets[0]
	near := cmpopts.EquateApprox(0, 0.06)
	for _, e := range s.Headline {
		if e.Measure == "sentiment macro-F1" || e.Measure == "intent macro-F1" || e.Measure == "relevance macro-F1" {
			if !cmp.Equal(e.Value, 0.8, near) || !(e.Low < e.Value && e.Value < e.High && e.High-e.Low < 0.12) {
				t.Errorf("%+v, want about 0.8 with an interval", e)
			}
		}
	}
	if len(s.Headline) != len(headline) {
		t.Errorf("%d headline figures, want %d", len(s.Headline), len(headline))
	}
	for _, c := range s.Compared {
		if c.Difference != c.Value-c.Against || c.Difference < 0 || (c.Verdict == "better") != (c.Low > 0) || !(c.Low < c.Difference && c.Difference < c.High) {
			t.Errorf("%+v does not agree with itself", c)
		}
		if c.Measure == "intent macro-F1" && (!cmp.Equal(c.Difference, 0.1, near) || c.Verdict != "better") {
			t.Errorf("%+v, want 0.1 better", c)
		}
	}
	for _, c := range s.Calibration {
		if c.ECE > 0.11 { // 40 answers a bin: chance alone gives 0.05
			t.Errorf("%s: ECE %.3f of a calibrated model", c.Head, c.ECE)
		}
		n := 0
		for _, b := range c.Bins {
			n += b.N
		}
		if n != c.N || len(c.Bins) != calibrationBins {
			t.Errorf("%s: %d answers in %d bins, want %d", c.Head, n, len(c.Bins), c.N)
		}
	}
	for _, h := range s.Heads {
		n := 0
		for i, row := range h.Confusion {
			sum := 0
			for _, v := range row {
				sum += v
			}
			if n += sum; sum != h.Classes[i].Support {
				t.Errorf("%s %s: row of %d, support %d", h.Head, h.Labels[i], sum, h.Classes[i].Support)
			}
		}
		if n != len(rows) {
			t.Errorf("%s: %d rows in the matrix", h.Head, n)
		}
	}
	bySource := 0
	for _, x := range s.Slices {
		if x.By == "source" {
			bySource += x.Rows
		}
	}
	if bySource != len(rows) {
		t.Errorf("%d rows by source, want %d", bySource, len(rows))
	}
	again, err := NewReport(t.Context(), Subject{Info: ModelInfo{Name: "a"}, Reader: ms[0]}, &Subject{Info: ModelInfo{Name: "b"}, Reader: ms[1]},
		[]EvalSet{{Name: "made", Rows: rows}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, again); d != "" {
		t.Errorf("the same seed gives another report: %s", d)
	}
	if _, err := json.Marshal(r); err != nil {
		t.Error(err)
	}
}

func TestReportOfPartialLabels(t *testing.T) {
	rows, ms := noisy(60, [2]float64{0.8, 0.7}, 2)
	for i := range rows {
		for h := range rows[i].Labels {
			if h != headSentiment {
				rows[i].Labels[h] = -1
			}
		}
	}
	r, err := NewReport(t.Context(), Subject{Reader: ms[0]}, nil, []EvalSet{{Name: "s", Rows: rows}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Sets[0]
	if len(s.Headline) != 1 || len(s.Heads) != 1 || len(s.Calibration) != 1 || s.Compared != nil {
		t.Errorf("%d figures, %d heads, %d calibrations, want one each", len(s.Headline), len(s.Heads), len(s.Calibration))
	}
	// a head that the model lacks is not scored
	r, err = NewReport(t.Context(), Subject{Reader: ms[0], Info: ModelInfo{Absent: []string{"sentiment"}}}, nil, []EvalSet{{Name: "s", Rows: rows}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Sets[0].Headline) != 0 {
		t.Errorf("an absent head has figures: %+v", r.Sets[0].Headline)
	}
	if _, err := NewReport(t.Context(), Subject{Reader: ms[0]}, nil, []EvalSet{{Name: "none"}}, 1); err == nil {
		t.Error("an empty set is no error")
	}
}

// TestBootstrapCoverage holds the intervals to what they promise: of 300 samples,
// about 95 % of the intervals hold the true accuracy-like figure, and a paired
// comparison of two equally good models finds a difference in about 5 %.
func TestBootstrapCoverage(t *testing.T) {
	const trials = 300
	in, found := 0, 0
	var truth float64
	{ // the true macro-F1, from a sample so large that chance is nothing
		rows, ms := noisy(60_000, [2]float64{0.75, 0.75}, 99)
		truth = macro(headSentiment)(sum(cellsOfRows(rows, labelsOf(t, ms[0], rows))))
	}
	for k := range trials {
		rows, ms := noisy(150, [2]float64{0.75, 0.75}, uint64(k))
		a, b := labelsOf(t, ms[0], rows), labelsOf(t, ms[1], rows)
		e := estimate(cellsOfRows(rows, a), headline[2:3], uint64(k))[0]
		if e.Low <= truth && truth <= e.High {
			in++
		}
		if d := compareCells(cellsOfRows(rows, a), cellsOfRows(rows, b), headline[2:3], uint64(k))[0]; d.Verdict() != "not distinguishable" {
			found++
		}
	}
	// 3 standard deviations of a count of 300 with p = 0.95 are 11
	if in < 273 || in > 297 {
		t.Errorf("%d of %d intervals hold the truth, want about 285", in, trials)
	}
	if found > 27 || found < 3 {
		t.Errorf("%d of %d comparisons of equals find a difference, want about 15", found, trials)
	}
}

func labelsOf(t *testing.T, m Reader, rows []Row) [][numHeads]int8 {
	t.Helper()
	l, err := readLabels(t.Context(), m, rows)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestCalibration knows how sure the answers are and how sure they should be.
func TestCalibration(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	const n, temp = 4000, 2.0
	rows := make([]Row, n)
	probs := make([][]float32, n)
	for i := range rows {
		rows[i].ID = string(rune(i))
		for h := range rows[i].Labels {
			rows[i].Labels[h] = -1
		}
		z := make([]float32, mention.NumLogits())
		for j := range z {
			z[j] = float32(rng.NormFloat64() * 1.5)
		}
		p := Probabilities([][]float32{z})[0][2:5]
		u, l := rng.Float64(), 0
		for u > float64(p[l]) && l < 2 {
			u -= float64(p[l])
			l++
		}
		rows[i].Labels[headSentiment] = int8(l)
		for j := range z { // the model exaggerates: all logits doubled
			z[j] *= temp
		}
		probs[i] = Probabilities([][]float32{z})[0]
	}
	c := calibration(rows, probs, nil)[0]
	if c.ECE < 0.08 || c.Refitted > 0.035 || math.Abs(c.Temperature-temp) > 0.2 {
		t.Errorf("ECE %.3f, refitted %.3f at temperature %.2f; want high, near zero, 2", c.ECE, c.Refitted, c.Temperature)
	}
	// the same model, with a temperature that was folded in: raw takes it away again
	soft := make([][]float32, n)
	for i := range soft {
		z := make([]float32, len(probs[i]))
		for j, p := range probs[i] {
			z[j] = float32(math.Log(max(float64(p), 1e-12)) / temp)
		}
		soft[i] = Probabilities([][]float32{z})[0]
	}
	d := calibration(rows, soft, map[string]float64{"sentiment": temp})[0]
	if d.Raw == nil || math.Abs(*d.Raw-c.ECE) > 1e-3 || d.ECE > 0.035 {
		t.Errorf("raw ECE %v, want %.3f; ECE %.3f, want near zero", d.Raw, c.ECE, d.ECE)
	}
}

func TestReadRows(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	gold := `{"id":"g1","source":"review","text":"rico","food":true,"sentiment":"pos","intent":"recommend","aspects":{"food":"pos"}}`
	for name, c := range map[string]struct {
		file, content string
		latest, rows  int
		check         func(Row) bool
		err           string
	}{
		"gold":   {file: "a.jsonl", content: gold, rows: 1, check: func(r Row) bool { return r.Labels[headAspect] == 3 }},
		"labels": {file: "a.jsonl", content: `{"text":"rico","label":"POSITIVE"}`, rows: 1, check: func(r Row) bool { return r.Labels[headSentiment] == 2 && r.Labels[headIntent] == -1 }},
		"variants": {file: "t.tsv", content: "id\tvariant\tlabel\ttext\nx\tpe\tN\tfeo\r\n", rows: 1,
			check: func(r Row) bool { return r.Source == "pe" && r.Labels[headSentiment] == 0 && r.Text == "feo" }},
		"latest": {file: "d.tsv", content: "date\tlabel\ttext\n2020-01-03\tpos\tc\n2020-01-01\tneg\ta\n2020-01-02\tneu\tb\n2020-01-04\tpos\tA\n", latest: 50, rows: 1,
			check: func(r Row) bool { return r.Text == "c" }},
		"latest without dates": {file: "d.tsv", content: "label\ttext\npos\tc\n", latest: 50, err: "has no date"},
		"nothing new":          {file: "d.tsv", content: "date\tlabel\ttext\n1\tpos\tc\n2\tpos\tC\n", latest: 50, err: "is new"},
		"no label column":      {file: "e.tsv", content: "split\ttext\nx\ty\n", err: `no column "label"`},
		"unknown label":        {file: "e.tsv", content: "label\ttext\nangry\ty\n", err: `line 2: text is missing or label "angry"`},
		"empty":                {file: "e.jsonl", content: "", err: "not a JSON object"},
		"only a header":        {file: "e.tsv", content: "label\ttext\n", err: "has none"},
		"tabs as JSON":         {file: "e.jsonl", content: "label\ttext\n", err: "ends in .tsv"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := ReadRows(write(c.file, c.content), c.latest)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("error %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != c.rows || !c.check(rows[0]) {
				t.Errorf("rows %+v", rows)
			}
		})
	}
	if _, err := ReadRows(filepath.Join(dir, "none.tsv"), 0); err == nil {
		t.Error("a missing file is no error")
	}
}

func TestFoldsReport(t *testing.T) {
	dir := t.TempDir()
	rows, ms := noisy(300, [2]float64{0.9, 0.6}, 3)
	for i := range rows {
		rows[i].ID = rows[i].ID + rows[i].Text
	}
	for k := range 3 {
		part := rows[k*100 : (k+1)*100]
		if k == 2 {
			for i := range part {
				part[i].File = "real_delivery_b.jsonl"
			}
		}
		probs := map[string][][]float32{}
		for m, name := range []string{"encoder", "logreg"} {
			for i := range part {
				probs[name] = append(probs[name], ms[m][part[i].Text])
			}
		}
		fold := filepath.Join(dir, "fold-"+string(rune('a'+k)))
		if err := os.Mkdir(fold, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := WritePredictions(filepath.Join(fold, "predictions.jsonl"), part, probs); err != nil {
			t.Fatal(err)
		}
	}
	r, err := FoldsReport(dir, "", "logreg", 1)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range r.Sets {
		names = append(names, s.Name)
	}
	if d := cmp.Diff([]string{"leave-one-file-out", "leave-one-file-out: authored", "leave-one-file-out: real_delivery"}, names); d != "" {
		t.Fatal(d)
	}
	if r.Model.Name != "encoder" || r.Sets[0].Rows != 300 || r.Sets[1].Rows != 200 {
		t.Errorf("model %s, %d and %d rows", r.Model.Name, r.Sets[0].Rows, r.Sets[1].Rows)
	}
	for _, m := range r.Sets[0].FoldMeans {
		mean := 0.0
		for _, v := range m.Folds {
			mean += v / 3
		}
		if len(m.Folds) != 3 || math.Abs(mean-m.Mean) > 1e-12 || m.Low > m.Mean || m.High < m.Mean {
			t.Errorf("%+v", m)
		}
	}
	for _, c := range r.Sets[0].Compared {
		if c.Verdict != "better" {
			t.Errorf("%+v", c)
		}
	}
	if _, err := FoldsReport(dir, "forest", "", 1); err == nil || !strings.Contains(err.Error(), "no model") {
		t.Errorf("unknown model: %v", err)
	}
	if _, err := FoldsReport(t.TempDir(), "", "", 1); err == nil {
		t.Error("no folds are no error")
	}
	// a row in two folds is a leak
	b, err := os.ReadFile(filepath.Join(dir, "fold-a", "predictions.jsonl"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "fold-b", "predictions.jsonl"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := FoldsReport(dir, "", "", 1); err == nil || !strings.Contains(err.Error(), "is in fold-a and in fold-b") {
		t.Errorf("a row twice: %v", err)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("id\tvariant\tlabel\ttext\nx\tpe\tN\tfeo\n")
	f.Add("label\ttext\tlabel\npos\t\tneg\n")
	f.Fuzz(func(t *testing.T, s string) {
		rows, err := ReadTable(strings.NewReader(s), "f.tsv")
		if err != nil {
			return
		}
		for _, r := range rows {
			if l := r.Labels[headSentiment]; l < 0 || l > 2 || strings.TrimSpace(r.Text) == "" {
				t.Fatalf("row %+v", r)
			}
		}
	})
}
