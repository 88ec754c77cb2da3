package train

import (
	"fmt"
	"path/filepath"
	"slices"
)

// ReadFolds reads the predictions that a cross-validation left in
// dir/fold-*/predictions.jsonl. Every fold must have the same models and each row
// must be in one fold only.
func ReadFolds(dir string) (models []string, set EvalSet, probs map[string][][]float32, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "fold-*", "predictions.jsonl"))
	if err != nil || len(paths) == 0 {
		return nil, set, nil, fmt.Errorf("read folds: there is no fold-*/predictions.jsonl in %s; train them first", dir)
	}
	slices.Sort(paths)
	set.Name = "leave-one-file-out"
	probs = map[string][][]float32{}
	seen := map[string]string{}
	for _, path := range paths {
		p, err := readPredictionsFile(path)
		if err != nil {
			return nil, set, nil, fmt.Errorf("read folds: %w", err)
		}
		if models == nil {
			models = p.Models
		} else if !slices.Equal(models, p.Models) {
			return nil, set, nil, fmt.Errorf("read folds: %s has the models %v, the folds before %v", path, p.Models, models)
		}
		fold := filepath.Base(filepath.Dir(path))
		for i := range p.Rows {
			k := p.Rows[i].File + "\x00" + p.Rows[i].ID
			if was, twice := seen[k]; twice {
				return nil, set, nil, fmt.Errorf("read folds: the row %s of %s is in %s and in %s", p.Rows[i].ID, p.Rows[i].File, was, fold)
			}
			seen[k] = fold
			set.Folds = append(set.Folds, fold)
		}
		set.Rows, set.Words = append(set.Rows, p.Rows...), append(set.Words, p.Words...)
		for _, m := range models {
			probs[m] = append(probs[m], p.Probs[m]...)
		}
	}
	return models, set, probs, nil
}

// FoldsReport scores a cross-validation: each row by the model that did not see its
// file. The figures over all rows come first, then those of each fold, and the
// mean over the folds of the same part as its own slice. model and against name
// columns of the predictions; "" takes the encoder, or the first there is, and
// compares with nothing.
func FoldsReport(dir, model, against string, seed uint64) (*Report, error) {
	models, set, probs, err := ReadFolds(dir)
	if err != nil {
		return nil, err
	}
	if model == "" {
		model = models[0]
		if slices.Contains(models, "encoder") {
			model = "encoder"
		}
	}
	for _, m := range []string{model, against} {
		if m != "" && !slices.Contains(models, m) {
			return nil, fmt.Errorf("score folds: they have no model %q, only %v", m, models)
		}
	}
	r := &Report{Model: ModelInfo{Name: model}, Seed: seed, Resamples: resamples}
	if against != "" {
		r.Against = &ModelInfo{Name: against}
	}
	for _, part := range append([]string{""}, partsOf(set.Rows)...) {
		s, p, o := set.part(part, probs[model], probs[against])
		rep := s.report(p, o, nil, nil, seed)
		rep.FoldMeans = foldMeans(s, p)
		r.Sets = append(r.Sets, rep)
	}
	return r, nil
}

// partsOf lists the parts (authored, real_delivery) if there is more than one.
func partsOf(rows []Row) []string {
	var out []string
	for _, p := range devSlices[1:] {
		if slices.ContainsFunc(rows, func(r Row) bool { return p.has(&r) }) {
			out = append(out, p.name)
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// part keeps the rows of a part; "" keeps all.
func (s EvalSet) part(name string, probs, other [][]float32) (EvalSet, [][]float32, [][]float32) {
	if name == "" {
		return s, probs, other
	}
	out := EvalSet{Name: s.Name + ": " + name}
	var p, o [][]float32
	has := devSlices[slices.IndexFunc(devSlices, func(d devSlice) bool { return d.name == name })].has
	for i := range s.Rows {
		if has(&s.Rows[i]) {
			out.Rows, out.Words, out.Folds = append(out.Rows, s.Rows[i]), append(out.Words, s.Words[i]), append(out.Folds, s.Folds[i])
			p = append(p, probs[i])
			if other != nil {
				o = append(o, other[i])
			}
		}
	}
	return out, p, o
}

// foldMeans averages each headline figure over the folds that have it, each fold
// counting once.
func foldMeans(s EvalSet, probs [][]float32) []FoldMean {
	cs := cellsOfRows(s.Rows, decodeAll(probs))
	by := map[string][]cells{}
	for i, f := range s.Folds {
		by[f] = append(by[f], cs[i])
	}
	var out []FoldMean
	for _, m := range headline {
		f := FoldMean{Measure: m.name, Folds: map[string]float64{}}
		for name, g := range by {
			if v := m.get(sum(g)); v == v {
				f.Folds[name] = v
			}
		}
		if len(f.Folds) == 0 {
			continue
		}
		f.Low, f.High = 1, 0
		for _, k := range sortedKeys(f.Folds) {
			v := f.Folds[k]
			f.Mean += v / float64(len(f.Folds))
			f.Low, f.High = min(f.Low, v), max(f.High, v)
		}
		out = append(out, f)
	}
	return out
}

// FoldMean is a headline figure over the folds of a cross-validation.
type FoldMean struct {
	Measure string             `json:"measure"`
	Mean    float64            `json:"mean"`
	Low     float64            `json:"lowest"`
	High    float64            `json:"highest"`
	Folds   map[string]float64 `json:"folds"`
}
