package bert

import "math"

// Sequence is one text as token ids, [CLS] first and [SEP] last.
type Sequence []int32

// worker runs forward and backward passes on one goroutine. Its buffers grow to
// the largest shard it has seen.
type worker struct {
	m   *Model
	id  int // index of its gradient buffers
	rng rng

	lens []int // tokens per sequence of the shard
	ids  []int32
	n    int // tokens of the shard
	cap  int

	embX, embHat, embInv, embMask []float32
	acts                          []*activations

	// scratch: rows of hidden, intermediate and 3·hidden width
	t1, t2, wide, dqkv, dctx, dx, packed []float32
	att                                  attention
	mlm                                  mlmBuffers
	heads                                headBuffers
	label                                labelAttention
}

// activations of one layer, kept for the backward pass.
type activations struct {
	x, qkv, p, ctx, hat1, x1, h, g, hat2, out []float32
	inv1, inv2, mask1, mask2                  []float32
	pOff                                      []int // where each sequence starts in p
}

// attention holds per-sequence panels for one attention head; sp is the padded
// length, a multiple of 64.
type attention struct {
	kT, vT     []float32 // [sp/64][headDim][64]
	q, k, v, o []float32 // [S][64]
	s, pT, out []float32 // [S][sp]
}

func newWorker(m *Model, id int) *worker {
	w := &worker{m: m, id: id}
	for range m.layers {
		w.acts = append(w.acts, &activations{})
	}
	sp, d := roundUp(m.MaxLen, tileN), tileN
	rows := roundUp(m.MaxLen, tileM) + tileM
	w.att = attention{
		kT: alloc(sp * d), vT: alloc(sp * d),
		q: alloc(rows * tileN), k: alloc(rows * tileN), v: alloc(rows * tileN), o: alloc(rows * tileN),
		s: alloc(rows * sp), pT: alloc(rows * sp), out: alloc(tileM * tileN),
	}
	return w
}

// load makes a shard the current one.
func (w *worker) load(seqs []Sequence) {
	w.lens, w.ids, w.n = w.lens[:0], w.ids[:0], 0
	pSize := 0
	for _, s := range seqs {
		w.lens = append(w.lens, len(s))
		w.ids = append(w.ids, s...)
		w.n += len(s)
		pSize += w.m.Heads * len(s) * roundUp(len(s), tileN)
	}
	w.grow(w.n)
	for _, a := range w.acts {
		if len(a.p) < pSize {
			a.p = alloc(pSize * 5 / 4)
		}
		a.pOff = a.pOff[:0]
		off := 0
		for _, n := range w.lens {
			a.pOff = append(a.pOff, off)
			off += w.m.Heads * n * roundUp(n, tileN)
		}
	}
}

func (w *worker) grow(n int) {
	if n <= w.cap {
		return
	}
	w.cap = roundUp(n*9/8, tileM) + tileM
	h, f, c := w.m.Hidden, w.m.Intermediate, w.cap+tileM
	w.embX, w.embHat, w.embInv, w.embMask = alloc(c*h), alloc(c*h), alloc(c), alloc(c*h)
	for _, a := range w.acts {
		a.x, a.qkv, a.ctx = alloc(c*h), alloc(c*3*h), alloc(c*h)
		a.hat1, a.x1, a.hat2, a.out = alloc(c*h), alloc(c*h), alloc(c*h), alloc(c*h)
		a.h, a.g = alloc(c*f), alloc(c*f)
		a.inv1, a.inv2, a.mask1, a.mask2 = alloc(c), alloc(c), alloc(c*h), alloc(c*h)
	}
	w.t1, w.t2, w.dctx, w.dx = alloc(c*h), alloc(c*h), alloc(c*h), alloc(c*h)
	w.wide, w.dqkv = alloc(c*f), alloc(c*3*h)
	w.packed = alloc(c * max(f, 3*h))
}

// forward runs the encoder on the loaded shard and returns the last hidden states
// [tokens][hidden]. drop > 0 applies dropout to the embeddings and to both
// sub-layers of each block.
func (w *worker) forward(drop float32) []float32 {
	m, o := w.m, w.m.ops
	h, f, n := m.Hidden, m.Intermediate, w.n
	t := 0
	for _, l := range w.lens {
		for s := range l {
			row := w.embX[t*h : (t+1)*h]
			copy(row, m.word.w[int(w.ids[t])*h:])
			o.add(row, m.pos.w[s*h:(s+1)*h])
			t++
		}
	}
	x := w.acts[0].x
	o.layerNorm(w.embX, n, h, m.embG.w, m.embB.w, w.embHat, w.embInv, x)
	w.dropout(x[:n*h], w.embMask, drop)
	for i, l := range m.layers {
		a := w.acts[i]
		o.gemm(n, 3*h, h, a.x, h, 1, l.qkv.packed, a.qkv, 3*h, false)
		o.addBias(a.qkv, n, 3*h, l.qkvB.w)
		t0 := 0
		for s, l := range w.lens {
			w.attend(a, s, t0, l)
			t0 += l
		}
		o.gemm(n, h, h, a.ctx, h, 1, l.out.packed, w.t1, h, false)
		o.addBias(w.t1, n, h, l.outB.w)
		w.dropout(w.t1[:n*h], a.mask1, drop)
		o.add(w.t1[:n*h], a.x)
		o.layerNorm(w.t1, n, h, l.ln1G.w, l.ln1B.w, a.hat1, a.inv1, a.x1)

		o.gemm(n, f, h, a.x1, h, 1, l.up.packed, a.h, f, false)
		o.gelu(a.h, l.upB.w, a.g, n, f)
		o.gemm(n, h, f, a.g, f, 1, l.down.packed, w.t1, h, false)
		o.addBias(w.t1, n, h, l.downB.w)
		w.dropout(w.t1[:n*h], a.mask2, drop)
		o.add(w.t1[:n*h], a.x1)
		out := a.out
		if i+1 < len(m.layers) {
			out = w.acts[i+1].x
		}
		o.layerNorm(w.t1, n, h, l.ln2G.w, l.ln2B.w, a.hat2, a.inv2, out)
	}
	return w.acts[len(w.acts)-1].out
}

// dropout multiplies x by a fresh mask of 0 and 1/(1−p) and keeps the mask.
func (w *worker) dropout(x, mask []float32, p float32) {
	if p <= 0 {
		return
	}
	w.rng.mask(mask[:len(x)], p)
	w.m.ops.mul(x, mask)
}

// attend computes softmax(Q·Kᵀ/√d)·V for sequence s, whose n tokens start at t0.
func (w *worker) attend(a *activations, s, t0, n int) {
	m, o, b := w.m, w.m.ops, &w.att
	h, d := m.Hidden, m.headDim()
	sp, scale := roundUp(n, tileN), float32(1/math.Sqrt(float64(d)))
	for head := range m.Heads {
		p := a.p[a.pOff[s]+head*n*sp:]
		for t := range n {
			row := a.qkv[(t0+t)*3*h:]
			k := row[h+head*d : h+head*d+d]
			panel := b.kT[t/tileN*d*tileN+t%tileN:]
			for c, x := range k {
				panel[c*tileN] = x
			}
			copy(b.v[t*tileN:t*tileN+d], row[2*h+head*d:])
		}
		for i := 0; i < n; i += tileM {
			for q := 0; q < sp; q += tileN {
				o.tile(d, a.qkv[(t0+i)*3*h+head*d:], 3*h, 1, b.kT[q*d:], b.s[q:], sp, false)
			}
			rows := min(tileM, n-i)
			for r := range rows {
				o.softmax(b.s[r*sp:(r+1)*sp], n, scale)
			}
			copy(p[i*sp:(i+rows)*sp], b.s)
			o.tile(n, b.s, sp, 1, b.v, b.out, tileN, false)
			for r := range rows {
				copy(a.ctx[(t0+i+r)*h+head*d:(t0+i+r)*h+head*d+d], b.out[r*tileN:])
			}
		}
	}
}
