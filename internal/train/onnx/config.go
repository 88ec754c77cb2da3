package onnx

import (
	"fmt"
	"math"
)

// Precision is the number format of the exported weights.
type Precision uint8

// The two precisions.
const (
	FP32 Precision = iota
	INT8
)

// String returns fp32 or int8.
func (p Precision) String() string {
	if p == INT8 {
		return "int8"
	}
	return "fp32"
}

// Tensor is a dense row-major float32 array. Export does not change or keep it.
type Tensor struct {
	Shape []int
	Data  []float32
}

// Config is the shape of the encoder; every field but LayerNormEps, Pooling and
// PoolerAct must be positive.
type Config struct {
	Layers       int
	Hidden       int // divisible by Heads
	Heads        int
	Intermediate int
	Vocab        int
	MaxPositions int
	Pooling      string  // "cls" (default) or "mean"
	PoolerAct    string  // "none" (default), "tanh" or "gelu"
	Outputs      int     // columns of logits: mention.NumLogits()
	LabelHeads   []int   // classes of each head, summing to Outputs, if heads attend to the tokens themselves; else nil
	Wide         *Wide   // a linear part over hashed n-grams of token ids, added to logits; nil = none
	TokenTypes   bool    // the graph takes token_type_ids too, as BERT models of others do
	LayerNormEps float64 // 0 means 1e-12, BERT's own
	Producer     string  // written into the file, e.g. "antojo train"; may be empty
	Version      string  // model version, written into the file; may be empty
}

// Wide is the shape of the linear part. Its weights are wide.weight [Vocab+Buckets,
// Outputs] and wide.bias [Outputs]: the row of a token is its id, that of an n-gram is
// Vocab plus its bucket, and the rows' sum is divided by the root of the number of
// tokens. The rows of padding, [CLS] and [SEP] must be zero.
type Wide struct {
	Buckets int
	Grams   []Gram
}

// Gram hashes as many consecutive tokens as it has multipliers, each at least 0 and
// below 2^45: the sum of their products, modulo the buckets.
type Gram []int64

// Bucket of the first len(g) ids.
func (g Gram) Bucket(ids []int32, buckets int) int {
	var sum int64
	for i, k := range g {
		sum += k * int64(ids[i])
	}
	return int(sum % int64(buckets))
}

func (c Config) withDefaults() (Config, error) {
	for _, f := range []struct {
		name string
		v    int
	}{{"Layers", c.Layers}, {"Hidden", c.Hidden}, {"Heads", c.Heads}, {"Intermediate", c.Intermediate},
		{"Vocab", c.Vocab}, {"MaxPositions", c.MaxPositions}, {"Outputs", c.Outputs}} {
		if f.v <= 0 {
			return c, fmt.Errorf("%s is %d, want a positive number", f.name, f.v)
		}
	}
	if c.Hidden%c.Heads != 0 {
		return c, fmt.Errorf("Hidden %d is not divisible by Heads %d", c.Hidden, c.Heads)
	}
	switch c.Pooling {
	case "":
		c.Pooling = "cls"
	case "cls", "mean":
	default:
		return c, fmt.Errorf("Pooling %q is not cls or mean", c.Pooling)
	}
	switch c.PoolerAct {
	case "":
		c.PoolerAct = "none"
	case "none", "tanh", "gelu":
	default:
		return c, fmt.Errorf("PoolerAct %q is not none, tanh or gelu", c.PoolerAct)
	}
	sum := 0
	for _, n := range c.LabelHeads {
		sum += n
	}
	if c.LabelHeads != nil && sum != c.Outputs {
		return c, fmt.Errorf("LabelHeads have %d classes, Outputs is %d", sum, c.Outputs)
	}
	if w := c.Wide; w != nil {
		if w.Buckets <= 0 {
			return c, fmt.Errorf("Wide.Buckets is %d, want a positive number", w.Buckets)
		}
		for _, g := range w.Grams {
			for _, k := range g {
				if len(g) < 2 || k < 0 || k >= 1<<45 || c.Vocab > 1<<16 {
					return c, fmt.Errorf("Wide.Grams %v: want two or more multipliers in [0, 2^45) and a vocabulary of at most 65,536", g)
				}
			}
		}
	}
	if c.LayerNormEps == 0 {
		c.LayerNormEps = 1e-12
	}
	if c.LayerNormEps < 0 || math.IsNaN(c.LayerNormEps) || math.IsInf(c.LayerNormEps, 0) {
		return c, fmt.Errorf("LayerNormEps %v is not a small positive number", c.LayerNormEps)
	}
	return c, nil
}
