package bert

import "math"

// backward takes w.dx = dLoss/d(last hidden states) and adds the gradients of all
// encoder parameters to this worker's buffers.
func (w *worker) backward(drop float32) {
	m, o := w.m, w.m.ops
	h, f, n := m.Hidden, m.Intermediate, w.n
	for i := len(m.layers) - 1; i >= 0; i-- {
		l, a := m.layers[i], w.acts[i]
		o.layerNormBack(w.dx, n, h, l.ln2G.w, a.hat2, a.inv2, w.grad(l.ln2G), w.grad(l.ln2B), w.t1)
		d := w.undrop(w.t1, a.mask2, drop)
		w.weightGrad(a.g, f, d, h, l.down, l.downB)
		o.gemm(n, f, h, d, h, 1, l.down.packedT, w.wide, f, false)
		o.geluBack(a.h, w.wide[:n*f])
		w.weightGrad(a.x1, h, w.wide, f, l.up, l.upB)
		o.gemm(n, h, f, w.wide, f, 1, l.up.packedT, w.dx, h, false)
		o.add(w.dx[:n*h], w.t1)

		o.layerNormBack(w.dx, n, h, l.ln1G.w, a.hat1, a.inv1, w.grad(l.ln1G), w.grad(l.ln1B), w.t1)
		d = w.undrop(w.t1, a.mask1, drop)
		w.weightGrad(a.ctx, h, d, h, l.out, l.outB)
		o.gemm(n, h, h, d, h, 1, l.out.packedT, w.dctx, h, false)
		t0 := 0
		for s, l := range w.lens {
			w.attendBack(a, s, t0, l)
			t0 += l
		}
		w.weightGrad(a.x, h, w.dqkv, 3*h, l.qkv, l.qkvB)
		o.gemm(n, h, 3*h, w.dqkv, 3*h, 1, l.qkv.packedT, w.dx, h, false)
		o.add(w.dx[:n*h], w.t1)
	}
	if drop > 0 {
		o.mul(w.dx[:n*h], w.embMask)
	}
	o.layerNormBack(w.dx, n, h, m.embG.w, w.embHat, w.embInv, w.grad(m.embG), w.grad(m.embB), w.t1)
	gw, gp := w.grad(m.word), w.grad(m.pos)
	t := 0
	for _, l := range w.lens {
		for s := range l {
			id := w.ids[t]
			d := w.t1[t*h : (t+1)*h]
			o.add(gw[int(id)*h:int(id+1)*h], d)
			o.add(gp[s*h:(s+1)*h], d)
			m.word.touched[w.id].add(id)
			m.pos.touched[w.id].add(int32(s))
			t++
		}
	}
}

func (w *worker) grad(p *param) []float32 { return p.g[w.id] }

// undrop returns d through the dropout mask of a sub-layer; d itself stays whole,
// because it also flows along the residual connection.
func (w *worker) undrop(d, mask []float32, drop float32) []float32 {
	if drop <= 0 {
		return d
	}
	n := w.n * w.m.Hidden
	copy(w.t2[:n], d)
	w.m.ops.mul(w.t2[:n], mask)
	return w.t2
}

// weightGrad adds Xᵀ·dY to the gradient of p and the column sums of dY to that of b.
func (w *worker) weightGrad(x []float32, k int, dy []float32, n int, p, b *param) {
	w.weightGradRows(w.n, x, k, dy, n, p, b)
}

func (w *worker) weightGradRows(rows int, x []float32, k int, dy []float32, n int, p, b *param) {
	o := w.m.ops
	packB(dy, rows, n, w.packed)
	o.gemm(k, n, rows, x, 1, k, w.packed, w.grad(p), n, true)
	o.colSum(w.grad(b), dy, rows, n)
}

// attendBack is the backward pass of attend: from dctx to dqkv.
func (w *worker) attendBack(a *activations, s, t0, n int) {
	m, o, b := w.m, w.m.ops, &w.att
	h, d := m.Hidden, m.headDim()
	sp, scale := roundUp(n, tileN), float32(1/math.Sqrt(float64(d)))
	for head := range m.Heads {
		p := a.p[a.pOff[s]+head*n*sp:]
		for t := range n {
			row := a.qkv[(t0+t)*3*h:]
			panel := b.vT[t/tileN*d*tileN+t%tileN:]
			for c, x := range row[2*h+head*d : 2*h+head*d+d] {
				panel[c*tileN] = x
			}
			copy(b.q[t*tileN:t*tileN+d], row[head*d:])
			copy(b.k[t*tileN:t*tileN+d], row[h+head*d:])
			copy(b.o[t*tileN:t*tileN+d], w.dctx[(t0+t)*h+head*d:])
		}
		// product writes A·B ([n][n] · [n][64]) into one block of dqkv; ska and lda
		// choose A or its transpose.
		product := func(A []float32, lda, ska int, B []float32, off int) {
			for i := 0; i < n; i += tileM {
				o.tile(n, A[i*lda:], lda, ska, B, b.out, tileN, false)
				for r := range min(tileM, n-i) {
					to := (t0+i+r)*3*h + off + head*d
					copy(w.dqkv[to:to+d], b.out[r*tileN:])
				}
			}
		}
		copy(b.pT, p[:n*sp])
		product(b.pT, 1, sp, b.o, 2*h) // dV = Pᵀ·dO
		for i := 0; i < n; i += tileM {
			for q := 0; q < sp; q += tileN {
				o.tile(d, b.o[i*tileN:], tileN, 1, b.vT[q*d:], b.s[i*sp+q:], sp, false) // dP = dO·Vᵀ
			}
		}
		for r := range n {
			o.softmaxBack(b.s[r*sp:(r+1)*sp], p[r*sp:(r+1)*sp], scale)
		}
		product(b.s, sp, 1, b.k, 0) // dQ = dS·K
		product(b.s, 1, sp, b.q, h) // dK = dSᵀ·Q
	}
}
