package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"antojo/assets"
	"antojo/internal/infer"
	"antojo/internal/lexicon"
	"antojo/internal/registry"
	"antojo/internal/train"
)

// encoder is an open model: an ONNX encoder or a TF-IDF baseline.
type encoder interface {
	Predict(ctx context.Context, texts []string, out []infer.Prediction) error
	Info() infer.Info
	Close() error
}

// openEncoder opens the model in dir, or the one that is built in.
func openEncoder(dir string, log *slog.Logger) (encoder, error) {
	return openEncoderWith(dir, log, nil)
}

// openEncoderWith opens a model that asks words for the built-in food words, if it
// weighs them.
func openEncoderWith(dir string, log *slog.Logger, words func() (*lexicon.Matcher, error)) (encoder, error) {
	if dir == "" {
		return infer.Open(infer.Options{FS: assets.Model, Dir: "model", Logger: log, Words: words})
	}
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	if b, err := os.ReadFile(filepath.Join(dir, "config.json")); err == nil && train.IsClassical(b) {
		return train.OpenClassical(os.DirFS(dir), dir)
	}
	return infer.Open(infer.Options{Dir: dir, Logger: log, Words: words})
}

// registry of the data dir's models.
func (c *cli) registry() *registry.Registry {
	return &registry.Registry{Dir: filepath.Join(c.data, "models")}
}

// resolveModel turns what --model says into a folder: a folder stays, a name is
// looked up among the models of the data dir, nothing means the one that
// `antojo models use` chose, and "builtin" or no choice the built-in one ("").
func (c *cli) resolveModel(ref string) (string, error) {
	switch ref {
	case "":
		return c.registry().Default()
	case registry.Builtin:
		return "", nil
	}
	if st, err := os.Stat(ref); err == nil && st.IsDir() {
		return ref, nil
	}
	dir, err := c.registry().Find(ref)
	if err != nil {
		return "", usageError{fmt.Errorf("--model %s: it is neither a folder nor a model of the data dir: %w", ref, err)}
	}
	return dir, nil
}

// subject opens a model to be measured; close it in the end.
func (c *cli) subject(dir string) (train.Subject, encoder, error) {
	enc, err := openEncoder(dir, c.logger())
	if err != nil {
		return train.Subject{}, nil, err
	}
	s := train.Subject{Info: modelInfo(enc.Info()), Reader: train.Folder{Encoder: enc}}
	var met train.Metrics
	b, err := readModelFile(dir, "metrics.json")
	if err == nil && json.Unmarshal(b, &met) == nil {
		s.Temperatures = met.Temperatures
		if enc.Info().Evidence { // its temperature cannot be taken away again
			delete(s.Temperatures, "relevance")
		}
	}
	return s, enc, nil
}

func modelInfo(i infer.Info) train.ModelInfo {
	return train.ModelInfo{Name: i.Name, Version: i.Version, Precision: i.Precision, Engine: engineName(i), Bytes: i.Bytes, Absent: i.Absent}
}

func engineName(i infer.Info) string {
	if i.Library == "" { // not run by the library
		return i.Engine
	}
	return "ONNX Runtime " + i.Engine
}

// readModelFile reads a file of a model folder, "" meaning the built-in one.
func readModelFile(dir, name string) ([]byte, error) {
	if dir != "" {
		return os.ReadFile(filepath.Join(dir, name))
	}
	fsys, err := fs.Sub(assets.Model, "model")
	if err != nil {
		return nil, err
	}
	return fs.ReadFile(fsys, name)
}

// smoke opens a model and lets it read a sentence, as the last check before it is
// put into the registry.
func smoke(ctx context.Context, dir string, log *slog.Logger) (i infer.Info, err error) {
	enc, err := openEncoder(dir, log)
	if err != nil {
		return i, err
	}
	defer func() { err = errors.Join(err, enc.Close()) }()
	out := make([]infer.Prediction, 2)
	if err := enc.Predict(ctx, []string{smokeText, "😡"}, out); err != nil {
		return i, err
	}
	if !out[0].Readable() {
		return i, fmt.Errorf("the model cannot spell %q: %d tokens, %.0f %% of them unknown; is it a model of Spanish?", smokeText, out[0].Tokens, 100*out[0].Unknown)
	}
	sum := float32(0)
	for _, p := range out[0].Sentiments {
		sum += p
	}
	if !(sum > 0.99 && sum < 1.01) {
		return i, fmt.Errorf("the model gives no probabilities: those of the sentiments sum to %v", sum)
	}
	return enc.Info(), nil
}

const smokeText = "El ceviche estaba buenazo"
