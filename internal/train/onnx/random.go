package onnx

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Random returns untrained weights for a model of this shape, the same for the
// same seed. Speed and numerical agreement can be measured with them; nothing
// sensible can be predicted.
func Random(cfg Config, seed uint64) map[string]Tensor {
	rng := rand.New(rand.NewPCG(seed, 0))
	weights := map[string]Tensor{}
	normal := func(name string, mean, deviation float64, shape ...int) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		data := make([]float32, n)
		for i := range data {
			data[i] = float32(rng.NormFloat64()*deviation + mean)
		}
		weights[name] = Tensor{Shape: shape, Data: data}
	}
	h := cfg.Hidden
	norm := func(name string) {
		normal(name+".weight", 1, 0.1, h)
		normal(name+".bias", 0, 0.1, h)
	}
	dense := func(name string, out, in int) {
		normal(name+".weight", 0, 1/math.Sqrt(float64(in)), out, in)
		normal(name+".bias", 0, 0.1, out)
	}
	normal("embeddings.word_embeddings.weight", 0, 0.5, cfg.Vocab, h)
	normal("embeddings.position_embeddings.weight", 0, 0.1, cfg.MaxPositions, h)
	normal("embeddings.token_type_embeddings.weight", 0, 0.1, 2, h)
	norm("embeddings.LayerNorm")
	for l := range cfg.Layers {
		p := fmt.Sprintf("encoder.layer.%d.", l)
		for _, part := range []string{"query", "key", "value"} {
			dense(p+"attention.self."+part, h, h)
		}
		dense(p+"attention.output.dense", h, h)
		norm(p + "attention.output.LayerNorm")
		dense(p+"intermediate.dense", cfg.Intermediate, h)
		dense(p+"output.dense", h, cfg.Intermediate)
		norm(p + "output.LayerNorm")
	}
	if cfg.PoolerAct != "" && cfg.PoolerAct != "none" {
		dense("pooler.dense", h, h)
	}
	dense("classifier", cfg.Outputs, h)
	if cfg.LabelHeads != nil {
		normal("label_attention.query.weight", 0, 1/math.Sqrt(float64(h)), len(cfg.LabelHeads), h)
		normal("label_attention.value.weight", 0, 1/math.Sqrt(float64(h)), cfg.Outputs, h)
	}
	if cfg.Wide != nil {
		normal("wide.weight", 0, 0.3, cfg.Vocab+cfg.Wide.Buckets, cfg.Outputs)
		normal("wide.bias", 0, 0.1, cfg.Outputs)
	}
	return weights
}
