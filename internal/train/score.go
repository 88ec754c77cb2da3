package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"antojo/internal/infer"
	"antojo/internal/mention"
)

// Reader gives the probabilities of all heads, side by side in the order
// of mention.Heads, for each text: a loaded model folder, whatever runs it.
type Reader interface {
	Read(ctx context.Context, texts []string) ([][]float32, error)
}

// EvalConfig says what to measure. Config and Data give the development rows of
// the configuration that the model was trained with; Work may hold the baseline of
// that run to compare with.
type EvalConfig struct {
	Config *Config
	Data   string
	Work   string   // "" or without baseline.gob: no comparison
	Files  []string // further files of rows with a sentiment label (JSON lines with text and label)
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

// Score measures a model on the development rows and on further files.
func Score(ctx context.Context, c EvalConfig, m Reader, log io.Writer) (*Metrics, error) {
	r := &run{cfg: c.Config, data: c.Data, work: c.Work, threads: 1, log: log, start: time.Now()}
	var err error
	if r.set, err = c.Config.Load(c.Data); err != nil {
		return nil, err
	}
	ref := &reference{Majority: majority(r.set.Train)}
	if _, err := os.Stat(filepath.Join(c.Work, "baseline.gob")); err == nil && c.Work != "" {
		if ref, err = r.reference(); err != nil {
			return nil, err
		}
	}
	dev, err := readLabels(ctx, m, r.set.Dev)
	if err != nil {
		return nil, err
	}
	stars, err := readLabels(ctx, m, r.set.StarsDev)
	if err != nil {
		return nil, err
	}
	met := r.metrics(ref)
	met.measure(r.set, dev, stars, ref, c.Config.Seed)
	for _, path := range c.Files {
		if err := met.file(ctx, m, path); err != nil {
			return nil, err
		}
	}
	met.print(r.logf)
	return met, nil
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
