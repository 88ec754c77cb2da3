package train

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"antojo/internal/infer"
	"antojo/internal/mention"
)

// Reader gives the probabilities of all heads, side by side in the order
// of mention.Heads, for each text: a loaded model folder, whatever runs it.
type Reader interface {
	Read(ctx context.Context, texts []string) ([][]float32, error)
}

// EvalConfig gives the development rows of the configuration that a model was
// trained with; the paths of Config are relative to the folder Data.
type EvalConfig struct {
	Config *Config
	Data   string
}

// DevSets loads the development rows of the configuration: the gold rows, and the
// star rows if there are any.
func (c EvalConfig) DevSets() ([]EvalSet, error) {
	set, err := c.Config.Load(c.Data)
	if err != nil {
		return nil, err
	}
	var out []EvalSet
	for _, s := range []EvalSet{{Name: "gold", Rows: set.Dev}, {Name: "stars", Rows: set.StarsDev}} {
		if len(s.Rows) > 0 {
			out = append(out, s)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("the configuration keeps no row for development (split.dev_percent)")
	}
	return out, nil
}

// file adds the scores on a file of sentiment-labelled rows under its base name.
func (m *Metrics) file(ctx context.Context, model Reader, path string) error {
	rows, err := ReadRows(path, 0)
	if err != nil {
		return err
	}
	pred, err := readLabels(ctx, model, rows)
	if err != nil {
		return err
	}
	m.Encoder[filepath.Base(path)] = Evaluate(rows, pred)
	return nil
}

func readLabels(ctx context.Context, m Reader, rows []Row) ([][numHeads]int8, error) {
	p, err := read(ctx, m, rows)
	return decodeAll(p), err
}

// read gives the probabilities of all heads for each row.
func read(ctx context.Context, m Reader, rows []Row) ([][]float32, error) {
	texts := make([]string, len(rows))
	for i := range rows {
		texts[i] = rows[i].Text
	}
	p, err := m.Read(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("read %d texts: %w", len(texts), err)
	}
	if len(p) != len(rows) {
		return nil, fmt.Errorf("the model answered %d of %d texts", len(p), len(rows))
	}
	for i := range p {
		if len(p[i]) != mention.NumLogits() {
			return nil, fmt.Errorf("the model gives %d columns, want %d", len(p[i]), mention.NumLogits())
		}
	}
	return p, nil
}

// Predictor is an open model: an encoder or a baseline.
type Predictor interface {
	Predict(ctx context.Context, texts []string, out []infer.Prediction) error
}

// Folder reads texts with an open model folder.
type Folder struct{ Encoder Predictor }

var _ Reader = Folder{}

// Read implements Reader.
func (f Folder) Read(ctx context.Context, texts []string) ([][]float32, error) {
	ps := make([]infer.Prediction, len(texts))
	if err := f.Encoder.Predict(ctx, texts, ps); err != nil {
		return nil, err
	}
	out := make([][]float32, len(ps))
	for i, p := range ps {
		row := append(make([]float32, 0, mention.NumLogits()), 1-p.Relevance, p.Relevance)
		row = append(append(row, p.Sentiments[:]...), p.Intents[:]...)
		for _, a := range p.Aspects {
			row = append(row, a[:]...)
		}
		out[i] = row
	}
	return out, nil
}
