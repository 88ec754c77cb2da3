package bert

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"unsafe"
)

// Config is the shape of an encoder.
type Config struct {
	Layers       int   `json:"num_hidden_layers"`
	Hidden       int   `json:"hidden_size"`         // multiple of 64
	Heads        int   `json:"num_attention_heads"` // Hidden/Heads ≤ 64
	Intermediate int   `json:"intermediate_size"`   // multiple of 64
	Vocab        int   `json:"vocab_size"`
	MaxLen       int   `json:"max_position_embeddings"` // tokens, [CLS] and [SEP] included
	Classes      []int `json:"classes"`                 // width of each classification head

	LabelAttention bool `json:"label_attention,omitempty"` // each head attends to the tokens itself, besides the mean
}

// Validate says what is wrong with a shape.
func (c Config) Validate() error {
	switch {
	case c.Layers < 1 || c.Vocab < 8 || c.MaxLen < 4:
		return fmt.Errorf("model shape: layers %d, vocabulary %d, max length %d are too small", c.Layers, c.Vocab, c.MaxLen)
	case c.Layers > 64 || c.Vocab > 1<<20 || c.MaxLen > 1<<13 || c.Hidden > 1<<13 || c.Intermediate > 1<<15 || len(c.Classes) > 1<<10:
		return fmt.Errorf("model shape: %d layers, vocabulary %d, hidden size %d are more than this trainer is for", c.Layers, c.Vocab, c.Hidden)
	case c.Hidden%tileN != 0 || c.Intermediate%tileN != 0 || c.Hidden == 0 || c.Intermediate == 0:
		return fmt.Errorf("model shape: hidden size %d and intermediate size %d must be multiples of 64", c.Hidden, c.Intermediate)
	case c.Heads < 1 || c.Hidden%c.Heads != 0 || c.Hidden/c.Heads > tileN:
		return fmt.Errorf("model shape: %d attention heads must divide hidden size %d into at most 64 columns each", c.Heads, c.Hidden)
	case len(c.Classes) == 0:
		return fmt.Errorf("model shape: no classification heads")
	}
	for _, k := range c.Classes {
		if k < 1 || k > 1<<10 {
			return fmt.Errorf("model shape: a head of %d classes", k)
		}
	}
	return nil
}

// Logits is the total width of the heads.
func (c Config) Logits() int {
	n := 0
	for _, k := range c.Classes {
		n += k
	}
	return n
}

// headDim is the width of one attention head.
func (c Config) headDim() int { return c.Hidden / c.Heads }

// vocabPad is the vocabulary size rounded up to whole tiles.
func (c Config) vocabPad() int { return roundUp(c.Vocab, tileN) }

// logitsPad is the width of the heads rounded up to whole tiles.
func (c Config) logitsPad() int { return roundUp(c.Logits(), tileN) }

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// alloc returns n zeroed floats that start on a 64-byte boundary.
func alloc(n int) []float32 {
	b := make([]float32, n+16)
	o := (64 - int(uintptr(unsafe.Pointer(&b[0]))&63)) / 4 % 16
	return b[o : o+n : o+n]
}

// param is one weight matrix [rows][cols] (out = in · W, so rows are inputs) or
// vector (rows = 1), with its gradients and Adam moments.
type param struct {
	name       string
	rows, cols int
	w, m, v    []float32
	g          [][]float32 // gradient per worker; slack rows after the end for gemm
	decay      bool        // weight decay applies (matrices only)
	sparse     bool        // embedding: Adam updates only rows that were touched
	head       bool        // belongs to the classification heads
	mlm        bool        // belongs to the masked-language-model head
	touched    []touched   // per worker

	packed, packedT []float32 // W and its transpose, packed for gemm
}

// touched records which rows of an embedding got a gradient in this step.
type touched struct {
	rows []int32
	mark []bool
	all  bool
}

func (t *touched) add(r int32) {
	if !t.mark[r] {
		t.mark[r] = true
		t.rows = append(t.rows, r)
	}
}

func (t *touched) reset() {
	for _, r := range t.rows {
		t.mark[r] = false
	}
	t.rows, t.all = t.rows[:0], false
}

// layer holds the parameters of one transformer block.
type layer struct {
	qkv, qkvB, out, outB, ln1G, ln1B *param
	up, upB, down, downB, ln2G, ln2B *param
}

// Model is an encoder with a masked-language-model head and classification heads.
type Model struct {
	Config
	ops    *ops
	params []*param

	word, pos, embG, embB *param
	layers                []*layer

	// MLM head: gelu(x·W+b), layer norm, tied decoder plus bias.
	mlmW, mlmB, mlmG, mlmLB, mlmBias *param
	// Classification: mean over tokens, gelu(p·W+b), linear.
	poolW, poolB, clsW, clsB *param
	attendW                  *param // nil without label-wise attention

	wordOut, wordIn []float32 // packed Eᵀ (hidden → vocabulary) and E, for MLM only
}

// New makes an untrained model; equal seeds give equal weights.
func New(cfg Config, seed uint64) (*Model, error) { return newModel(cfg, seed, bestOps()) }

func newModel(cfg Config, seed uint64, o *ops) (*Model, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	m := &Model{Config: cfg, ops: o}
	rng := rand.New(rand.NewPCG(seed, 0x616e746f6a6f))
	h, f := cfg.Hidden, cfg.Intermediate
	matrix := func(name string, r, c int, std float64) *param {
		p := m.param(name, r, c)
		p.decay = true
		for i := range p.w {
			p.w[i] = float32(rng.NormFloat64() * std)
		}
		return p
	}
	zero := func(name string, c int) *param { return m.param(name, 1, c) }
	one := func(name string, c int) *param {
		p := m.param(name, 1, c)
		for i := range p.w {
			p.w[i] = 1
		}
		return p
	}
	// BERT's 0.02 suits 768 columns; keep the variance of the products for fewer.
	std := 0.02 * math.Sqrt(768/float64(h))
	m.word = matrix("embeddings.word", cfg.vocabPad(), h, 0.02)
	m.pos = matrix("embeddings.position", cfg.MaxLen, h, 0.02)
	clear(m.word.w[cfg.Vocab*h:])
	m.word.sparse, m.pos.sparse = true, true
	m.embG, m.embB = one("embeddings.norm.gain", h), zero("embeddings.norm.bias", h)
	for i := range cfg.Layers {
		n := fmt.Sprintf("layer.%d.", i)
		m.layers = append(m.layers, &layer{
			qkv: matrix(n+"qkv", h, 3*h, std), qkvB: zero(n+"qkv.bias", 3*h),
			out: matrix(n+"out", h, h, std), outB: zero(n+"out.bias", h),
			ln1G: one(n+"norm1.gain", h), ln1B: zero(n+"norm1.bias", h),
			up: matrix(n+"up", h, f, std), upB: zero(n+"up.bias", f),
			down: matrix(n+"down", f, h, std), downB: zero(n+"down.bias", h),
			ln2G: one(n+"norm2.gain", h), ln2B: zero(n+"norm2.bias", h),
		})
	}
	m.mlmW, m.mlmB = matrix("mlm.dense", h, h, std), zero("mlm.dense.bias", h)
	m.mlmG, m.mlmLB = one("mlm.norm.gain", h), zero("mlm.norm.bias", h)
	m.mlmBias = zero("mlm.bias", cfg.vocabPad())
	for i := cfg.Vocab; i < cfg.vocabPad(); i++ {
		m.mlmBias.w[i] = -1e9 // padding is never predicted
	}
	m.poolW, m.poolB = matrix("pool", h, h, std), zero("pool.bias", h)
	m.clsW, m.clsB = matrix("heads", h, cfg.logitsPad(), std), zero("heads.bias", cfg.logitsPad())
	for _, p := range []*param{m.mlmW, m.mlmB, m.mlmG, m.mlmLB, m.mlmBias} {
		p.mlm = true
	}
	for _, p := range []*param{m.poolW, m.poolB, m.clsW, m.clsB} {
		p.head = true
	}
	if cfg.LabelAttention {
		m.LabelAttention = false
		m.AddLabelAttention(seed)
	}
	m.pack(1)
	return m, nil
}

func (m *Model) param(name string, rows, cols int) *param {
	p := &param{name: name, rows: rows, cols: cols, w: alloc(rows * cols)}
	m.params = append(m.params, p)
	return p
}

// Parameters counts the weights of encoder and classification heads.
func (m *Model) Parameters() int {
	n := 0
	for _, p := range m.params {
		if !p.mlm {
			n += p.rows * p.cols
		}
	}
	return n
}

// Kernels names the numeric kernels in use: avx512 or portable.
func (m *Model) Kernels() string { return m.ops.name }

// matrices are the weights that gemm multiplies by.
func (m *Model) matrices() []*param {
	ps := []*param{m.mlmW, m.poolW, m.clsW}
	if m.attendW != nil {
		ps = append(ps, m.attendW)
	}
	for _, l := range m.layers {
		ps = append(ps, l.qkv, l.out, l.up, l.down)
	}
	return ps
}

// pack refreshes the packed copies after a change of weights.
func (m *Model) pack(threads int) {
	ps := m.matrices()
	parallel(threads, len(ps), func(i int) {
		p := ps[i]
		if p.packed == nil {
			p.packed, p.packedT = alloc(p.rows*p.cols), alloc(p.rows*p.cols)
		}
		packB(p.w, p.rows, p.cols, p.packed)
		packBT(p.w, p.rows, p.cols, p.packedT)
	})
}

// packWord refreshes the packed embedding matrix for the MLM head.
func (m *Model) packWord(threads int) {
	v, h := m.vocabPad(), m.Hidden
	if m.wordOut == nil {
		m.wordOut, m.wordIn = alloc(v*h), alloc(v*h)
	}
	parallel(threads, threads, func(t int) {
		for p := t; p < v/tileN; p += threads {
			transpose(m.word.w[p*tileN*h:], tileN, h, m.wordOut[p*h*tileN:], tileN)
		}
		for p := t; p < h/tileN; p += threads {
			for i := 0; i < v; i++ {
				copy(m.wordIn[(p*v+i)*tileN:(p*v+i+1)*tileN], m.word.w[i*h+p*tileN:])
			}
		}
	})
}

// parallel calls f(0..n-1) on up to threads goroutines and waits for them.
func parallel(threads, n int, f func(i int)) {
	if threads <= 1 || n <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := 0
	for range min(threads, n) {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
}

// weights counts all floats of a model of this shape, both heads included.
func (c Config) weights() int {
	h, f := c.Hidden, c.Intermediate
	layer := 4*h*h + 4*h + 2*h*f + f + h + 4*h
	label := 0
	if c.LabelAttention {
		label = h * c.attendPad()
	}
	return c.vocabPad()*(h+1) + c.MaxLen*h + 2*h + c.Layers*layer + 2*(h*h+h) + 2*h + (h+1)*c.logitsPad() + label
}
