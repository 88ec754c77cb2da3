package onnx_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	ort "github.com/yalue/onnxruntime_go"

	"antojo/internal/infer"
	"antojo/internal/train/onnx"
)

// reference computes the logits of one text as the package documentation says,
// in float64 and in plain loops.
func reference(c onnx.Config, w map[string]onnx.Tensor, ids []int64) []float64 {
	h := c.Hidden
	row := func(name string, i, n int) []float32 { return w[name].Data[i*n : (i+1)*n] }
	dense := func(x []float64, name string) []float64 {
		out := make([]float64, len(w[name+".bias"].Data))
		for o := range out {
			out[o] = float64(w[name+".bias"].Data[o])
			for i, v := range row(name+".weight", o, len(x)) {
				out[o] += float64(v) * x[i]
			}
		}
		return out
	}
	norm := func(x []float64, name string) []float64 {
		var mean, variance float64
		for _, v := range x {
			mean += v / float64(len(x))
		}
		for _, v := range x {
			variance += (v - mean) * (v - mean) / float64(len(x))
		}
		out := make([]float64, len(x))
		for i, v := range x {
			out[i] = (v-mean)/math.Sqrt(variance+c.LayerNormEps)*float64(w[name+".weight"].Data[i]) + float64(w[name+".bias"].Data[i])
		}
		return out
	}
	gelu := func(x []float64) []float64 {
		for i, v := range x {
			x[i] = v / 2 * (1 + math.Erf(v/math.Sqrt2))
		}
		return x
	}
	add := func(a, b []float64) []float64 {
		for i := range a {
			a[i] += b[i]
		}
		return a
	}
	var x [][]float64
	for t, id := range ids {
		e := make([]float64, h)
		for i := range e {
			e[i] = float64(row("embeddings.word_embeddings.weight", int(id), h)[i]) + float64(row("embeddings.position_embeddings.weight", t, h)[i])
			if tt, ok := w["embeddings.token_type_embeddings.weight"]; ok {
				e[i] += float64(tt.Data[i])
			}
		}
		x = append(x, norm(e, "embeddings.LayerNorm"))
	}
	for l := range c.Layers {
		p := fmt.Sprintf("encoder.layer.%d.", l)
		var q, k, v [][]float64
		for _, t := range x {
			q = append(q, dense(t, p+"attention.self.query"))
			k = append(k, dense(t, p+"attention.self.key"))
			v = append(v, dense(t, p+"attention.self.value"))
		}
		next := make([][]float64, len(x))
		for t := range x {
			ctx := make([]float64, h)
			for head, d := 0, h/c.Heads; head < c.Heads; head++ {
				scores := make([]float64, len(x))
				var sum float64
				for u := range x {
					for i := head * d; i < (head+1)*d; i++ {
						scores[u] += q[t][i] * k[u][i] / math.Sqrt(float64(d))
					}
					scores[u] = math.Exp(scores[u])
					sum += scores[u]
				}
				for u := range x {
					for i := head * d; i < (head+1)*d; i++ {
						ctx[i] += scores[u] / sum * v[u][i]
					}
				}
			}
			a := norm(add(dense(ctx, p+"attention.output.dense"), x[t]), p+"attention.output.LayerNorm")
			f := dense(gelu(dense(a, p+"intermediate.dense")), p+"output.dense")
			next[t] = norm(add(f, a), p+"output.LayerNorm")
		}
		x = next
	}
	pooled := slices.Clone(x[0])
	if c.Pooling == "mean" {
		clear(pooled)
		for _, t := range x {
			for i := range t {
				pooled[i] += t[i] / float64(len(x))
			}
		}
	}
	switch c.PoolerAct {
	case "tanh":
		pooled = dense(pooled, "pooler.dense")
		for i, v := range pooled {
			pooled[i] = math.Tanh(v)
		}
	case "gelu":
		pooled = gelu(dense(pooled, "pooler.dense"))
	}
	logits := dense(pooled, "classifier")
	from := 0
	for k, classes := range c.LabelHeads {
		weights, sum := make([]float64, len(x)), 0.0
		for t := range x {
			for i, q := range row("label_attention.query.weight", k, h) {
				weights[t] += float64(q) * x[t][i]
			}
			weights[t] = math.Exp(weights[t])
			sum += weights[t]
		}
		for j := from; j < from+classes; j++ {
			for t := range x {
				for i, u := range row("label_attention.value.weight", j, h) {
					logits[j] += weights[t] / sum * float64(u) * x[t][i]
				}
			}
		}
		from += classes
	}
	if c.Wide != nil {
		wide(c, ids, row, logits)
	}
	return logits
}

// wide adds the linear part to logits; row reads a row of a weight.
func wide(c onnx.Config, ids []int64, row func(name string, i, width int) []float32, logits []float64) {
	rows := slices.Clone(ids)
	for _, g := range c.Wide.Grams {
		for i := 0; i+len(g) <= len(ids); i++ {
			var sum int64
			for k, factor := range g {
				sum += factor * ids[i+k]
			}
			rows = append(rows, int64(c.Vocab)+sum%int64(c.Wide.Buckets))
		}
	}
	for j, b := range row("wide.bias", 0, c.Outputs) {
		logits[j] += float64(b)
		for _, r := range rows {
			logits[j] += float64(row("wide.weight", int(r), c.Outputs)[j]) / math.Sqrt(float64(len(ids)))
		}
	}
}

func startRuntime(t *testing.T) {
	t.Helper()
	if ort.IsInitialized() {
		return
	}
	lib, err := infer.FindLibrary("")
	if err != nil {
		t.Fatal(err)
	}
	ort.SetSharedLibraryPath(lib)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		t.Fatal(err)
	}
}

// run gives the logits of padded texts.
func run(t *testing.T, model []byte, level ort.GraphOptimizationLevel, texts [][]int64, outputs int) [][]float32 {
	t.Helper()
	so, err := ort.NewSessionOptions()
	if err != nil {
		t.Fatal(err)
	}
	defer so.Destroy()
	if err := so.SetGraphOptimizationLevel(level); err != nil {
		t.Fatal(err)
	}
	s, err := ort.NewDynamicAdvancedSessionWithONNXData(model, []string{"input_ids", "attention_mask"}, []string{"logits"}, so)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Destroy()
	length := 0
	for _, x := range texts {
		length = max(length, len(x))
	}
	ids, mask := make([]int64, len(texts)*length), make([]int64, len(texts)*length)
	for r, x := range texts {
		for i, id := range x {
			ids[r*length+i], mask[r*length+i] = id, 1
		}
	}
	shape := ort.NewShape(int64(len(texts)), int64(length))
	a, err := ort.NewTensor(shape, ids)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Destroy()
	b, err := ort.NewTensor(shape, mask)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Destroy()
	out := []ort.Value{nil}
	if err := s.Run([]ort.Value{a, b}, out); err != nil {
		t.Fatal(err)
	}
	defer out[0].Destroy()
	flat := slices.Clone(out[0].(*ort.Tensor[float32]).GetData())
	var rows [][]float32
	for r := range texts {
		rows = append(rows, flat[r*outputs:(r+1)*outputs])
	}
	return rows
}

func small() onnx.Config {
	return onnx.Config{Layers: 2, Hidden: 64, Heads: 4, Intermediate: 128, Vocab: 300, MaxPositions: 32, Outputs: 42, LayerNormEps: 1e-12}
}

func randomTexts(c onnx.Config, lengths ...int) [][]int64 {
	rng := rand.New(rand.NewPCG(3, 4))
	var texts [][]int64
	for _, n := range lengths {
		var x []int64
		for range n {
			x = append(x, int64(rng.IntN(c.Vocab)))
		}
		texts = append(texts, x)
	}
	return texts
}

// difference is the largest and the mean distance between the model and the reference.
func difference(c onnx.Config, w map[string]onnx.Tensor, texts [][]int64, got [][]float32) (worst, mean float64) {
	n := 0
	for i, x := range texts {
		for k, want := range reference(c, w, x) {
			d := math.Abs(float64(got[i][k]) - want)
			worst, mean, n = max(worst, d), mean+d, n+1
		}
	}
	return worst, mean / float64(n)
}

func TestExportAgreesWithReference(t *testing.T) {
	startRuntime(t)
	texts := func(c onnx.Config) [][]int64 { return randomTexts(c, 1, 2, 7, 12, 12, 31, c.MaxPositions) }
	for _, c := range []struct {
		name string
		edit func(*onnx.Config)
	}{
		{"cls", func(*onnx.Config) {}},
		{"mean", func(c *onnx.Config) { c.Pooling = "mean" }},
		{"cls tanh", func(c *onnx.Config) { c.PoolerAct = "tanh" }},
		{"mean gelu", func(c *onnx.Config) { c.Pooling, c.PoolerAct = "mean", "gelu" }},
		{"label attention", func(c *onnx.Config) { c.Pooling, c.PoolerAct, c.LabelHeads = "mean", "gelu", []int{2, 3, 5, 32} }},
		{"label attention over cls", func(c *onnx.Config) { c.LabelHeads = []int{10, 32} }},
		{"wide", func(c *onnx.Config) {
			c.Wide = &onnx.Wide{Buckets: 1000, Grams: []onnx.Gram{{2654435761, 40503}, {97777777, 1000000007, 7368787}}}
		}},
		{"one layer, one head", func(c *onnx.Config) { c.Layers, c.Heads = 1, 1 }},
		{"head size not a power of two", func(c *onnx.Config) { c.Hidden, c.Heads = 72, 6 }},
		{"large epsilon", func(c *onnx.Config) { c.LayerNormEps = 1e-2 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := small()
			c.edit(&cfg)
			w := onnx.Random(cfg, 1)
			x := texts(cfg)
			for _, level := range []ort.GraphOptimizationLevel{ort.GraphOptimizationLevelEnableBasic, ort.GraphOptimizationLevelEnableAll} {
				var b bytes.Buffer
				if err := onnx.Export(&b, cfg, w, onnx.FP32); err != nil {
					t.Fatal(err)
				}
				worst, _ := difference(cfg, w, x, run(t, b.Bytes(), level, x, cfg.Outputs))
				if !(worst < 1e-4) {
					t.Errorf("fp32, optimisation %v: off by up to %v, want under 1e-4", level, worst)
				}
				b.Reset()
				if err := onnx.Export(&b, cfg, w, onnx.INT8); err != nil {
					t.Fatal(err)
				}
				// Logits here have a standard deviation of about 1; 127 steps a
				// value leave errors of a few hundredths.
				worst, mean := difference(cfg, w, x, run(t, b.Bytes(), level, x, cfg.Outputs))
				if !(worst < 0.15 && mean < 0.03) {
					t.Errorf("int8, optimisation %v: off by %v on average and up to %v, want under 0.03 and 0.15", level, mean, worst)
				}
			}
		})
	}
}

func TestTokenTypesAreOptional(t *testing.T) {
	startRuntime(t)
	cfg := small()
	w := onnx.Random(cfg, 1)
	delete(w, "embeddings.token_type_embeddings.weight")
	var b bytes.Buffer
	if err := onnx.Export(&b, cfg, w, onnx.FP32); err != nil {
		t.Fatal(err)
	}
	x := randomTexts(cfg, 5)
	if worst, _ := difference(cfg, w, x, run(t, b.Bytes(), ort.GraphOptimizationLevelEnableBasic, x, cfg.Outputs)); !(worst < 1e-4) {
		t.Errorf("off by %v, want under 1e-4", worst)
	}
}

// Padding must not change anything: a short text beside a long one has the logits
// that it has alone.
func TestPaddingChangesNothing(t *testing.T) {
	startRuntime(t)
	cfg := small()
	cfg.Pooling = "mean"
	var b bytes.Buffer
	if err := onnx.Export(&b, cfg, onnx.Random(cfg, 1), onnx.FP32); err != nil {
		t.Fatal(err)
	}
	x := randomTexts(cfg, 3, 30)
	alone := run(t, b.Bytes(), ort.GraphOptimizationLevelEnableBasic, x[:1], cfg.Outputs)[0]
	padded := run(t, b.Bytes(), ort.GraphOptimizationLevelEnableBasic, x, cfg.Outputs)[0]
	for i := range alone {
		if d := math.Abs(float64(alone[i] - padded[i])); d > 1e-5 {
			t.Fatalf("logit %d is %v alone and %v with padding", i, alone[i], padded[i])
		}
	}
}

func TestExportIsReproducible(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := onnx.Export(w, small(), onnx.Random(small(), 7), onnx.INT8); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same weights gave two different files")
	}
}

func TestExportErrors(t *testing.T) {
	const k = "encoder.layer.1.output.dense.weight"
	for _, c := range []struct {
		name string
		edit func(*onnx.Config, map[string]onnx.Tensor)
		want string
	}{
		{"missing", func(_ *onnx.Config, w map[string]onnx.Tensor) { delete(w, k) }, k + " is missing"},
		{"shape", func(_ *onnx.Config, w map[string]onnx.Tensor) {
			w[k] = onnx.Tensor{Shape: []int{128, 64}, Data: w[k].Data}
		}, "has the shape [128 64], want [64 128]"},
		{"size", func(_ *onnx.Config, w map[string]onnx.Tensor) {
			w[k] = onnx.Tensor{Shape: w[k].Shape, Data: w[k].Data[1:]}
		}, "has 8191 values"},
		{"not a number", func(_ *onnx.Config, w map[string]onnx.Tensor) { w[k].Data[5] = float32(math.NaN()) }, "has the value NaN at 5"},
		{"heads", func(c *onnx.Config, _ map[string]onnx.Tensor) { c.Heads = 5 }, "not divisible"},
		{"layers", func(c *onnx.Config, _ map[string]onnx.Tensor) { c.Layers = 0 }, "Layers is 0"},
		{"pooling", func(c *onnx.Config, _ map[string]onnx.Tensor) { c.Pooling = "max" }, `Pooling "max"`},
		{"buckets", func(c *onnx.Config, _ map[string]onnx.Tensor) { c.Wide = &onnx.Wide{} }, "Wide.Buckets is 0"},
		{"grams", func(c *onnx.Config, _ map[string]onnx.Tensor) {
			c.Wide = &onnx.Wide{Buckets: 9, Grams: []onnx.Gram{{1}}}
		}, "two or more multipliers"},
		{"activation", func(c *onnx.Config, _ map[string]onnx.Tensor) { c.PoolerAct = "relu" }, `PoolerAct "relu"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := small()
			w := onnx.Random(cfg, 1)
			c.edit(&cfg, w)
			var b bytes.Buffer
			if err := onnx.Export(&b, cfg, w, onnx.INT8); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if b.Len() > 0 {
				t.Errorf("%d bytes were written in spite of the error", b.Len())
			}
		})
	}
}
