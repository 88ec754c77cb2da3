package train

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"gonum.org/v1/gonum/mat"

	"antojo/internal/lexicon"
	"antojo/internal/lexicon/evidence"
	"antojo/internal/mention"
)

// EvidenceConfig of the food words that a model weighs beside its relevance head.
type EvidenceConfig struct {
	Weights map[string]float64 `json:"weights"` // of the features (package evidence), from --task evidence
	Unseen  []string           `json:"unseen"`  // gold files that are only measured, not fitted on: patterns of base names
}

// withWords is the column of predictions with the evidence of the words.
const withWords = "whole"

// evidenceRow is one text of a fold.
type evidenceRow struct {
	file     string
	features [evidence.N]float64
	food     float64 // 1 or 0
	weight   float64
}

// FitEvidence learns the weights of the food words from the folds in the work folder:
// every text is read by an encoder that did not see its file. It prints them for the
// configuration and how each file is read with the weights of all others, and adds
// these readings to the folds as the model "whole".
func FitEvidence(ctx context.Context, c EncoderConfig, log io.Writer) error {
	r, err := newRun(c, log)
	if err != nil {
		return err
	}
	texts := map[[2]string]*Row{}
	for _, rows := range [][]Row{r.set.Train, r.set.Dev} {
		for i := range rows {
			texts[[2]string{rows[i].File, rows[i].ID}] = &rows[i]
		}
	}
	words, err := foodWords()
	if err != nil {
		return err
	}
	paths, err := filepath.Glob(filepath.Join(c.Work, "crossval", "fold-*", "predictions.jsonl"))
	if err != nil || len(paths) == 0 {
		return fmt.Errorf("fit evidence: there are no folds in %s; make them first with --task crossval", filepath.Join(c.Work, "crossval"))
	}
	slices.Sort(paths)
	folds := make([]*Predictions, len(paths))
	var rows []evidenceRow
	for i, path := range paths {
		if folds[i], err = readPredictionsFile(path); err != nil {
			return err
		}
		p, ok := folds[i].Probs["encoder"]
		if !ok {
			return fmt.Errorf("fit evidence: %s has no model encoder", path)
		}
		for k := range folds[i].Rows {
			x := &folds[i].Rows[k]
			row, ok := texts[[2]string{x.File, x.ID}]
			if !ok {
				return fmt.Errorf("fit evidence: the row %s of %s, in %s, is in no gold file of the configuration", x.ID, x.File, path)
			}
			rows = append(rows, evidenceRow{file: x.File, features: words.features(row.Text, p[k]),
				food: float64(row.Labels[headRelevance]), weight: float64(row.Weight[headRelevance])})
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	unseen := func(file string) bool {
		for _, pattern := range r.cfg.Evidence.Unseen {
			if ok, _ := filepath.Match(pattern, file); ok {
				return true
			}
		}
		return false
	}
	fit := func(leave string) (*evidence.Weights, error) {
		return fitEvidence(slices.DeleteFunc(slices.Clone(rows), func(x evidenceRow) bool { return x.file == leave || unseen(x.file) }))
	}
	by := map[string]*evidence.Weights{}
	for _, x := range rows {
		if _, done := by[x.file]; !done {
			if by[x.file], err = fit(x.file); err != nil {
				return err
			}
		}
	}
	alone, whole := map[string]*count{}, map[string]*count{}
	at := 0
	for i, path := range paths {
		out := make([][]float32, len(folds[i].Rows))
		for k := range out {
			x := &rows[at+k]
			before := folds[i].Probs["encoder"][k]
			out[k] = slices.Clone(before)
			out[k][1] = by[x.file].Food(&x.features)
			out[k][0] = 1 - out[k][1]
			countIn(alone, x, before[1])
			countIn(whole, x, out[k][1])
		}
		at += len(out)
		if err := addColumn(path, out); err != nil {
			return err
		}
	}
	for _, file := range sortedKeys(by) {
		a, b := alone[file], whole[file]
		note := ""
		if unseen(file) {
			note = " (only measured)"
		}
		r.logf("evidence: %-22s %4d rows, %4d not about food: F1 %.3f alone, %.3f with the words; %d and %d called so%s", file, a.rows, a.other, a.f1(), b.f1(), a.called, b.called, note)
	}
	final, err := fit("")
	if err != nil {
		return err
	}
	b, err := json.Marshal(final.Map())
	if err != nil {
		return err
	}
	r.logf("evidence: for the configuration: \"evidence\": {\"weights\": %s}", b)
	return nil
}

// count of the rows of one file, for the F1 of what is not about food.
type count struct{ rows, other, called, both int }

func countIn(m map[string]*count, x *evidenceRow, food float32) {
	c := m[x.file]
	if c == nil {
		c = &count{}
		m[x.file] = c
	}
	c.rows++
	other, called := x.food == 0, food < 0.5
	if other {
		c.other++
	}
	if called {
		c.called++
	}
	if other && called {
		c.both++
	}
}

func (c *count) f1() float64 { return 2 * float64(c.both) / math.Max(1, float64(c.other+c.called)) }

// wordsOf finds food words with the built-in tables.
type wordsOf struct{ m *lexicon.Matcher }

func foodWords() (wordsOf, error) {
	lx, err := lexicon.Load()
	if err != nil {
		return wordsOf{}, fmt.Errorf("load food words: %w", err)
	}
	return wordsOf{lexicon.NewMatcher(lx)}, nil
}

// features of a text whose heads have the probabilities p, side by side.
func (w wordsOf) features(text string, p []float32) [evidence.N]float64 {
	var aspects [mention.NumAspects][4]float32
	for a := range aspects {
		copy(aspects[a][:], p[10+4*a:])
	}
	return evidence.Features(p[1], evidence.Aspect(&aspects), w.m.Match(nil, text))
}

// weigh adds the evidence of the food words to probabilities of the trainer, as the
// open model does.
func (r *run) weigh(w *evidence.Weights, rows []Row, probs [][]float32) error {
	if w == nil {
		return nil
	}
	words, err := foodWords()
	if err != nil {
		return err
	}
	for i := range rows {
		f := words.features(rows[i].Text, probs[i])
		probs[i][1] = w.Food(&f)
		probs[i][0] = 1 - probs[i][1]
	}
	return nil
}

// evidence are the configuration's weights for logits that were divided by a
// temperature; nil if it has none. They were learned from logits that were not.
func (r *run) evidence(temperature float64) (*evidence.Weights, error) {
	if len(r.cfg.Evidence.Weights) == 0 {
		return nil, nil
	}
	w, err := evidence.FromMap(r.cfg.Evidence.Weights)
	if err != nil {
		return nil, err
	}
	w[1] = math.Round(w[1]*temperature*1e4) / 1e4
	return w, nil
}

// fitEvidence is a weighted logistic regression with a penalty of Σ w² on all but the
// bias, by Newton's method (iteratively reweighted least squares: McCullagh & Nelder
// 1989, 2.5).
func fitEvidence(rows []evidenceRow) (*evidence.Weights, error) {
	const n, penalty = evidence.N, 2.0
	var w evidence.Weights
	w[1] = 1 // the encoder's own answer
	for range 100 {
		g, h := mat.NewVecDense(n, nil), mat.NewSymDense(n, nil)
		for i := range rows {
			x := &rows[i]
			p := float64(w.Food(&x.features))
			for a := range n {
				g.SetVec(a, g.AtVec(a)+x.weight*(p-x.food)*x.features[a])
				for b := a; b < n; b++ {
					h.SetSym(a, b, h.At(a, b)+x.weight*p*(1-p)*x.features[a]*x.features[b])
				}
			}
		}
		for a := 1; a < n; a++ {
			g.SetVec(a, g.AtVec(a)+penalty*w[a])
			h.SetSym(a, a, h.At(a, a)+penalty)
		}
		h.SetSym(0, 0, h.At(0, 0)+1e-6)
		var chol mat.Cholesky
		if !chol.Factorize(h) {
			return nil, fmt.Errorf("fit evidence: %d rows do not determine the weights", len(rows))
		}
		var step mat.VecDense
		if err := chol.SolveVecTo(&step, g); err != nil {
			return nil, fmt.Errorf("fit evidence: %w", err)
		}
		for a := range n {
			w[a] -= step.AtVec(a)
		}
		if mat.Norm(&step, math.Inf(1)) < 1e-8 {
			break
		}
	}
	for a := range w {
		if math.IsNaN(w[a]) || math.IsInf(w[a], 0) {
			return nil, fmt.Errorf("fit evidence: no weights for %s", evidence.Names[a])
		}
		w[a] = math.Round(w[a]*1e4) / 1e4
	}
	return &w, nil
}

// readPredictionsFile is ReadPredictions of a file.
func readPredictionsFile(path string) (*Predictions, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read predictions: %w", err)
	}
	defer f.Close()
	return ReadPredictions(f, path)
}

// addColumn writes a predictions file anew with the model "whole", which has these
// probabilities of its rows.
func addColumn(path string, probs [][]float32) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("add predictions: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	err = writeFile(path+".new", func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for i := range probs {
			var line predictionJSON
			if err := dec.Decode(&line); err != nil {
				return err
			}
			pred := decode(probs[i])
			var known [numHeads]int8
			for h, head := range mention.Heads {
				if _, ok := line.Gold[head.Name]; !ok {
					known[h] = -1
				}
			}
			line.Models[withWords] = predictedJSON{Labels: labelNames(&pred, &known), P: probs[i]}
			if err := enc.Encode(line); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		os.Remove(path + ".new")
		return fmt.Errorf("add predictions to %s: %w", path, err)
	}
	return nil
}
