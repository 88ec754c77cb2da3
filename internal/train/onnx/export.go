package onnx

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// The graph is already in the form that ONNX Runtime's CPU kernels run fastest,
// which was measured operation by operation: Add + LayerNormalization is four
// times faster than the fused SkipLayerNormalization, Gelu (exact, by erf) twice
// as fast as BiasGelu, and attention in plain batched MatMuls a third faster than
// MultiHeadAttention. ONNX Runtime would undo the first of these at its extended
// optimisation level, so the file asks its reader for the basic level.

// MetaOptimization is the key in the model's metadata that names the highest
// graph optimisation level the reader should ask ONNX Runtime for.
const (
	MetaOptimization = "antojo.optimization"
	MetaPrecision    = "antojo.precision"
)

const (
	irVersion     = 8
	opset         = 17 // LayerNormalization
	contribDomain = "com.microsoft"
	maskPenalty   = 10000 // exp(−10000) is exactly 0 in float32
)

// Export writes the model. The same arguments give the same bytes.
func Export(w io.Writer, cfg Config, weights map[string]Tensor, p Precision) error {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return fmt.Errorf("export model: %w", err)
	}
	b := &builder{cfg: cfg, weights: weights, int8: p == INT8, constants: map[string]bool{}, quantized: map[string][]string{}}
	b.encoder()
	if b.err != nil {
		return fmt.Errorf("export model: %w", b.err)
	}
	if _, err := w.Write(b.model(p)); err != nil {
		return fmt.Errorf("export model: %w", err)
	}
	return nil
}

// builder collects the nodes and initializers of the graph; the first error
// sticks and the building goes on with zeros.
type builder struct {
	cfg       Config
	weights   map[string]Tensor
	int8      bool
	graph     message
	nodes     int
	constants map[string]bool     // initializers that are written
	quantized map[string][]string // by float value: its int8 value, scale, zero point
	err       error
}

// encoder writes the whole graph from input_ids to logits.
func (b *builder) encoder() {
	c := b.cfg
	mask := b.op("Cast", in("attention_mask"), attribute{"to", int(typeFloat)})
	penalty := b.op("Mul", in(b.op("Sub", in(mask, b.floats("one", []float32{1}, 1))), b.floats("penalty", []float32{maskPenalty}, 1)))
	penalty = b.op("Unsqueeze", in(penalty, b.int64s("axes_1_2", 1, 2))) // [B, 1, 1, S]: 0 or −penalty
	x := b.embeddings()
	for l := range c.Layers {
		firstOnly := l == c.Layers-1 && c.Pooling == "cls" && c.LabelHeads == nil
		x = b.layer(fmt.Sprintf("encoder.layer.%d.", l), x, penalty, firstOnly)
	}
	tokens := x
	if c.Pooling == "cls" {
		if c.LabelHeads != nil { // all tokens are there
			x = b.op("Slice", in(x, b.int64s("at_0", 0), b.int64s("at_1", 1), b.int64s("axis_1", 1)))
		}
		x = b.op("Squeeze", in(x, b.int64s("axis_1", 1)))
	} else {
		x = b.mean(x, mask)
	}
	if c.PoolerAct != "none" {
		x = b.floatDense(x, "pooler.dense", c.Hidden)
		if c.PoolerAct == "tanh" {
			x = b.op("Tanh", in(x))
		} else {
			x = b.contrib("Gelu", in(x))
		}
	}
	x = b.floatDense(x, "classifier", c.Outputs)
	if c.LabelHeads != nil {
		x = b.op("Add", in(x, b.labelAttention(tokens, mask)))
	}
	if c.Wide != nil {
		x = b.op("Add", in(x, b.wide(mask)))
	}
	b.node("Identity", "", in(x), []string{"logits"})
}

// embeddings is LayerNorm(word + position + token type), the type being 0 unless the
// graph takes it.
func (b *builder) embeddings() string {
	c, h := b.cfg, b.cfg.Hidden
	position := slices.Clone(b.weight("embeddings.position_embeddings.weight", c.MaxPositions, h))
	if _, ok := b.weights["embeddings.token_type_embeddings.weight"]; ok && !c.TokenTypes {
		typ := b.weight("embeddings.token_type_embeddings.weight", 2, h)
		for i := range position {
			position[i] += typ[i%h]
		}
	}
	word := b.weight("embeddings.word_embeddings.weight", c.Vocab, h)
	var x string
	if b.int8 {
		q, scale := quantizeRows(word, c.Vocab, h)
		rows := b.op("Gather", in(b.constant("embeddings.word.int8", typeInt8, []int{c.Vocab, h}, rawInt8(q)), "input_ids"))
		scales := b.op("Gather", in(b.floats("embeddings.word.scale", scale, c.Vocab, 1), "input_ids"))
		x = b.op("Mul", in(b.op("Cast", in(rows), attribute{"to", int(typeFloat)}), scales))
	} else {
		x = b.op("Gather", in(b.floats("embeddings.word", word, c.Vocab, h), "input_ids"))
	}
	length := b.op("Shape", in("input_ids"), attribute{"start", 1}, attribute{"end", 2})
	position1 := b.op("Slice", in(b.floats("embeddings.position", position, c.MaxPositions, h), b.int64s("at_0", 0), length, b.int64s("axis_0", 0)))
	if c.TokenTypes {
		typ := b.floats("embeddings.type", b.weight("embeddings.token_type_embeddings.weight", 2, h), 2, h)
		x = b.op("Add", in(x, b.op("Gather", in(typ, "token_type_ids"))))
	}
	return b.norm(b.op("Add", in(x, position1)), "embeddings.LayerNorm")
}

// layer is one transformer layer. With firstOnly it computes the output of token
// 0 alone, [B, 1, H]: keys and values still come from all tokens.
func (b *builder) layer(p, x, penalty string, firstOnly bool) string {
	h, i := b.cfg.Hidden, b.cfg.Intermediate
	query := x
	if firstOnly {
		query = b.op("Slice", in(x, b.int64s("at_0", 0), b.int64s("at_1", 1), b.int64s("axis_1", 1)))
	}
	y := b.attention(p, query, x, penalty)
	y = b.dense(y, p+"attention.output.dense", h, h, 1)
	x = b.norm(b.op("Add", in(y, query)), p+"attention.output.LayerNorm")
	y = b.contrib("Gelu", in(b.dense(x, p+"intermediate.dense", i, h, 1)))
	y = b.dense(y, p+"output.dense", h, i, 1)
	return b.norm(b.op("Add", in(y, x)), p+"output.LayerNorm")
}

// attention is softmax(q·kᵀ/√d + penalty)·v over all heads; the factor 1/√d is
// part of the query's weights.
func (b *builder) attention(p, query, x, penalty string) string {
	h, heads := b.cfg.Hidden, b.cfg.Heads
	split := b.int64s("split_heads", 0, 0, int64(heads), int64(h/heads))
	project := func(x, name string, scale float64, perm ...int) string {
		y := b.dense(x, p+"attention.self."+name, h, h, scale)
		return b.op("Transpose", in(b.op("Reshape", in(y, split))), attribute{"perm", perm})
	}
	q := project(query, "query", 1/math.Sqrt(float64(h/heads)), 0, 2, 1, 3)
	k := project(x, "key", 1, 0, 2, 3, 1)
	v := project(x, "value", 1, 0, 2, 1, 3)
	s := b.op("Add", in(b.op("MatMul", in(q, k)), penalty))
	y := b.op("MatMul", in(b.op("Softmax", in(s), attribute{"axis", -1}), v))
	y = b.op("Transpose", in(y), attribute{"perm", []int{0, 2, 1, 3}})
	return b.op("Reshape", in(y, b.int64s("join_heads", 0, 0, int64(h))))
}

// mean averages x over the tokens that the mask keeps.
func (b *builder) mean(x, mask string) string {
	m := b.op("Unsqueeze", in(mask, b.int64s("axis_2", 2)))
	axis := b.int64s("axis_1", 1)
	sum := b.op("ReduceSum", in(b.op("Mul", in(x, m)), axis), attribute{"keepdims", 0})
	n := b.op("ReduceSum", in(m, axis), attribute{"keepdims", 0})
	return b.op("Div", in(sum, b.op("Max", in(n, b.floats("one", []float32{1}, 1)))))
}

// labelAttention is Σ_t softmax_t(x·Qᵀ)[head of class c] · (x·Uᵀ)[c] for each class
// c, [B, outputs], in float32: it is narrow, and keeps the heads exact.
func (b *builder) labelAttention(x, mask string) string {
	c, h, heads := b.cfg, b.cfg.Hidden, len(b.cfg.LabelHeads)
	q, u := b.weight("label_attention.query.weight", heads, h), b.weight("label_attention.value.weight", c.Outputs, h)
	w := transpose(slices.Concat(q, u), heads+c.Outputs, h)
	y := b.op("MatMul", in(x, b.floats("label_attention", w, h, heads+c.Outputs)))
	last := b.int64s("axis_2", 2)
	cut := b.int64s("label_heads", int64(heads))
	score := b.op("Slice", in(y, b.int64s("at_0", 0), cut, last))
	value := b.op("Slice", in(y, cut, b.int64s("label_end", int64(heads+c.Outputs)), last))
	kept := b.op("Sub", in(mask, b.floats("one", []float32{1}, 1)))
	kept = b.op("Unsqueeze", in(b.op("Mul", in(kept, b.floats("penalty", []float32{maskPenalty}, 1))), last)) // [B, S, 1]
	alpha := b.op("Softmax", in(b.op("Add", in(score, kept))), attribute{"axis", 1})
	var head []int64 // of each class
	for i, n := range c.LabelHeads {
		for range n {
			head = append(head, int64(i))
		}
	}
	alpha = b.op("Gather", in(alpha, b.int64s("label_head_of_class", head...)), attribute{"axis", 2})
	return b.op("ReduceSum", in(b.op("Mul", in(alpha, value)), b.int64s("axis_1", 1)), attribute{"keepdims", 0})
}

// wide is Σ wide.weight[row]/√tokens + wide.bias over the rows of a text's tokens and
// n-grams, [B, outputs]: all rows by one look-up, summed by a product with 1 or 0
// (and, at int8, with the row's scale).
func (b *builder) wide(mask string) string {
	c, w := b.cfg, b.cfg.Wide
	rows := c.Vocab + w.Buckets
	table := b.weight("wide.weight", rows, c.Outputs)
	axis := b.int64s("axis_1", 1)
	index, kept := in("input_ids"), in(mask)
	for i, g := range w.Grams {
		var sum string
		for k, factor := range g {
			from := b.int64s(fmt.Sprintf("at_%d", k), int64(k))
			to := b.int64s(fmt.Sprintf("wide.end_%d", len(g)-1-k), int64(k+1-len(g)))
			if k == len(g)-1 {
				to = b.int64s("wide.end", math.MaxInt64)
			}
			x := b.op("Mul", in(b.op("Slice", in("input_ids", from, to, axis)), b.int64s(fmt.Sprintf("wide.gram_%d_%d", i, k), factor)))
			if sum == "" {
				sum = x
				continue
			}
			sum = b.op("Add", in(sum, x))
			if k == len(g)-1 {
				kept = append(kept, b.op("Slice", in(mask, from, to, axis)))
			}
		}
		bucket := b.op("Mod", in(sum, b.int64s("wide.buckets", int64(w.Buckets))))
		index = append(index, b.op("Add", in(bucket, b.int64s("wide.first", int64(c.Vocab)))))
	}
	at := b.op("Concat", index, attribute{"axis", 1})
	keep := b.op("Concat", kept, attribute{"axis", 1})
	var x string
	if b.int8 {
		q, scale := quantizeRows(table, rows, c.Outputs)
		x = b.op("Cast", in(b.op("Gather", in(b.constant("wide.int8", typeInt8, []int{rows, c.Outputs}, rawInt8(q)), at))), attribute{"to", int(typeFloat)})
		keep = b.op("Mul", in(keep, b.op("Gather", in(b.floats("wide.scale", scale, rows), at))))
	} else {
		x = b.op("Gather", in(b.floats("wide.weight", table, rows, c.Outputs), at))
	}
	sum := b.op("MatMul", in(b.op("Unsqueeze", in(keep, axis)), x)) // [B, 1, outputs]
	sum = b.op("Squeeze", in(sum, axis))
	n := b.op("ReduceSum", in(mask, axis), attribute{"keepdims", 1})
	sum = b.op("Div", in(sum, b.op("Sqrt", in(n))))
	return b.op("Add", in(sum, b.floats("wide.bias", b.weight("wide.bias", c.Outputs), c.Outputs)))
}

// dense is scale·(x·Wᵀ + bias) with W of shape [out, in].
func (b *builder) dense(x, name string, out, inputs int, scale float64) string {
	w, bias := b.weight(name+".weight", out, inputs), b.weight(name+".bias", out)
	if scale != 1 {
		w, bias = scaled(w, scale), scaled(bias, scale)
	}
	biasName := b.floats(name+".bias", bias, out)
	if !b.int8 {
		y := b.op("MatMul", in(x, b.floats(name+".weight", transpose(w, out, inputs), inputs, out)))
		return b.op("Add", in(y, biasName))
	}
	q, s := quantizeRows(w, out, inputs)
	weight := b.constant(name+".weight.int8", typeInt8, []int{inputs, out}, rawInt8(transpose(q, out, inputs)))
	ws := b.floats(name+".weight.scale", s, out)
	xq := b.quantize(x)
	return b.contrib("MatMulIntegerToFloat", in(xq[0], weight, xq[1], ws, xq[2], "", biasName))
}

// quantize turns x into uint8 with one scale and zero point for the whole batch,
// once for all that read it.
func (b *builder) quantize(x string) []string {
	if b.quantized[x] == nil {
		out := []string{x + ".uint8", x + ".scale", x + ".zero"}
		b.node("DynamicQuantizeLinear", "", in(x), out)
		b.quantized[x] = out
	}
	return b.quantized[x]
}

// floatDense is x·Wᵀ + bias on [B, H], in float32 at either precision: it costs
// nothing there, and keeps the heads exact.
func (b *builder) floatDense(x, name string, out int) string {
	h := b.cfg.Hidden
	w, bias := b.weight(name+".weight", out, h), b.weight(name+".bias", out)
	return b.op("Gemm", in(x, b.floats(name+".weight", w, out, h), b.floats(name+".bias", bias, out)), attribute{"transB", 1})
}

func (b *builder) norm(x, name string) string {
	h := b.cfg.Hidden
	gamma, beta := b.weight(name+".weight", h), b.weight(name+".bias", h)
	return b.op("LayerNormalization", in(x, b.floats(name+".weight", gamma, h), b.floats(name+".bias", beta, h)),
		attribute{"epsilon", float32(b.cfg.LayerNormEps)})
}

func in(names ...string) []string { return names }

func scaled(v []float32, by float64) []float32 {
	w := make([]float32, len(v))
	for i, x := range v {
		w[i] = float32(float64(x) * by)
	}
	return w
}

// op adds a node of ONNX's own operations and returns the name of its output.
func (b *builder) op(op string, inputs []string, attrs ...attribute) string {
	return b.single(op, "", inputs, attrs)
}

// contrib adds a node of ONNX Runtime's operations.
func (b *builder) contrib(op string, inputs []string, attrs ...attribute) string {
	return b.single(op, contribDomain, inputs, attrs)
}

func (b *builder) single(op, domain string, inputs []string, attrs []attribute) string {
	out := fmt.Sprintf("%s_%d", op, b.nodes)
	b.node(op, domain, inputs, []string{out}, attrs...)
	return out
}

func (b *builder) node(op, domain string, inputs, outputs []string, attrs ...attribute) {
	b.graph.bytes(1, nodeProto(fmt.Sprintf("n%d_%s", b.nodes, op), op, domain, inputs, outputs, attrs))
	b.nodes++
}

// weight returns the trained tensor with that name, if it has that shape.
func (b *builder) weight(name string, shape ...int) []float32 {
	n := 1
	for _, d := range shape {
		n *= d
	}
	t, ok := b.weights[name]
	switch {
	case b.err != nil:
	case !ok:
		b.err = fmt.Errorf("the weight %s is missing", name)
	case !slices.Equal(t.Shape, shape):
		b.err = fmt.Errorf("the weight %s has the shape %v, want %v", name, t.Shape, shape)
	case len(t.Data) != n:
		b.err = fmt.Errorf("the weight %s of shape %v has %d values", name, t.Shape, len(t.Data))
	default:
		for i, v := range t.Data {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				b.err = fmt.Errorf("the weight %s has the value %v at %d", name, v, i)
				break
			}
		}
	}
	if b.err != nil {
		return make([]float32, n)
	}
	return t.Data
}

// constant writes an initializer, once for a name.
func (b *builder) constant(name string, t elemType, shape []int, raw []byte) string {
	if !b.constants[name] {
		b.constants[name] = true
		b.graph.bytes(5, tensorProto(name, t, shape, raw))
	}
	return name
}

func (b *builder) floats(name string, f []float32, shape ...int) string {
	return b.constant(name, typeFloat, shape, rawFloats(f))
}

func (b *builder) int64s(name string, v ...int64) string {
	return b.constant(name, typeInt64, []int{len(v)}, rawInt64s(v))
}

// model wraps the graph into a file.
func (b *builder) model(p Precision) message {
	g := b.graph
	g.str(2, "antojo")
	g.bytes(11, valueProto("input_ids", typeInt64, "batch", "sequence"))
	g.bytes(11, valueProto("attention_mask", typeInt64, "batch", "sequence"))
	if b.cfg.TokenTypes {
		g.bytes(11, valueProto("token_type_ids", typeInt64, "batch", "sequence"))
	}
	g.bytes(12, valueProto("logits", typeFloat, "batch", b.cfg.Outputs))
	var m message
	m.varint(1, irVersion)
	m.str(2, b.cfg.Producer)
	m.str(3, b.cfg.Version)
	m.bytes(7, g)
	m.bytes(8, stringInt("", opset))
	m.bytes(8, stringInt(contribDomain, 1))
	m.bytes(14, stringString(MetaOptimization, "basic"))
	m.bytes(14, stringString(MetaPrecision, p.String()))
	return m
}
