package train

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
	"antojo/internal/train/bert"
	"antojo/internal/train/onnx"
)

// modelConfig is config.json: the keys of a Hugging Face BERT, and ours under
// "antojo".
type modelConfig struct {
	ModelType    string       `json:"model_type"`
	Layers       int          `json:"num_hidden_layers"`
	Hidden       int          `json:"hidden_size"`
	Heads        int          `json:"num_attention_heads"`
	Intermediate int          `json:"intermediate_size"`
	Activation   string       `json:"hidden_act"`
	Vocab        int          `json:"vocab_size"`
	Positions    int          `json:"max_position_embeddings"`
	Types        int          `json:"type_vocab_size"`
	Eps          float64      `json:"layer_norm_eps"`
	Pad          int          `json:"pad_token_id"`
	Antojo       antojoConfig `json:"antojo"`
}

type antojoConfig struct {
	Name         string             `json:"name"`
	Version      string             `json:"version"`
	Heads        []headConfig       `json:"heads"`
	MaxLen       int                `json:"max_len"`
	Pooling      string             `json:"pooling"`
	PoolerAct    string             `json:"pooler_act"`
	TrainedOn    []string           `json:"trained_on"`
	Temperatures map[string]float64 `json:"temperatures_folded_in"` // for information: the classifier has them already
	Evidence     map[string]float64 `json:"evidence,omitempty"`     // of the food words, beside the relevance head
}

type headConfig struct {
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
	Start  int      `json:"start"` // first column of the head in logits
}

// writeModel writes config.json, tokenizer.json and model.onnx (int8), and the
// float32 twin into fp32Dir for comparison.
func (r *run) writeModel(dir, fp32Dir string, m *bert.Model, tok *wordpiece.Tokenizer, temps map[string]float64) error {
	c := modelConfig{
		ModelType: "bert", Layers: m.Layers, Hidden: m.Hidden, Heads: m.Heads, Intermediate: m.Intermediate,
		Activation: "gelu", Vocab: m.Vocab, Positions: m.MaxLen, Types: 2, Eps: 1e-12,
		Antojo: antojoConfig{
			Name: r.cfg.Name, Version: r.cfg.Version, MaxLen: m.MaxLen, Pooling: "mean", PoolerAct: "gelu",
			Temperatures: temps,
		},
	}
	if w, err := r.evidence(temps["relevance"]); err != nil {
		return err
	} else if w != nil {
		c.Antojo.Evidence = w.Map()
	}
	start := 0
	for _, h := range mention.Heads {
		c.Antojo.Heads = append(c.Antojo.Heads, headConfig{h.Name, h.Labels, start})
		start += len(h.Labels)
	}
	for _, s := range r.sources() {
		c.Antojo.TrainedOn = append(c.Antojo.TrainedOn, fmt.Sprintf("%s (%s, class %s)", s.Path, s.Licence, s.Class))
	}
	for _, p := range []struct {
		dir string
		as  onnx.Precision
	}{{dir, onnx.INT8}, {fp32Dir, onnx.FP32}} {
		if err := os.MkdirAll(p.dir, 0o755); err != nil {
			return fmt.Errorf("make model folder: %w", err)
		}
		err := writeJSON(filepath.Join(p.dir, "config.json"), c)
		if err == nil {
			err = writeFile(filepath.Join(p.dir, "tokenizer.json"), tok.Save)
		}
		if err == nil {
			err = writeFile(filepath.Join(p.dir, "model.onnx"), func(w io.Writer) error { return exportONNX(w, m, r.wide, r.cfg, p.as) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func exportONNX(w io.Writer, m *bert.Model, linear *wide, c *Config, p onnx.Precision) error {
	weights := map[string]onnx.Tensor{}
	for _, t := range m.Weights() {
		weights[t.Name] = onnx.Tensor{Shape: t.Shape, Data: t.Data}
	}
	var labelHeads []int
	if m.LabelAttention {
		labelHeads = m.Classes
	}
	var shape *onnx.Wide
	if linear != nil {
		shape = &wideShape
		weights["wide.weight"] = onnx.Tensor{Shape: []int{linear.vocab + wideBuckets, linear.outputs}, Data: linear.table}
		weights["wide.bias"] = onnx.Tensor{Shape: []int{linear.outputs}, Data: linear.bias}
	}
	return onnx.Export(w, onnx.Config{
		Layers: m.Layers, Hidden: m.Hidden, Heads: m.Heads, Intermediate: m.Intermediate, Vocab: m.Vocab,
		MaxPositions: m.MaxLen, Pooling: "mean", PoolerAct: "gelu", Outputs: m.Logits(), LabelHeads: labelHeads, Wide: shape,
		Producer: "antojo train", Version: c.Version,
	}, weights, p)
}

// sources lists the data files of the configuration once each.
func (r *run) sources() []Source {
	seen := map[string]bool{}
	var out []Source
	add := func(s Source) {
		if !seen[s.Path] {
			seen[s.Path] = true
			out = append(out, s)
		}
	}
	for _, c := range r.cfg.Corpora {
		if slices.Max(c.Tokens) > 0 || c.EmbedTokens > 0 || c.TeachTexts > 0 {
			add(c.Source)
		}
	}
	for _, s := range append(append([]Source(nil), r.cfg.Gold...), r.cfg.Stars...) {
		add(s)
	}
	return out
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("write model file: %w", err)
	}
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write model file: %w", err)
	}
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
