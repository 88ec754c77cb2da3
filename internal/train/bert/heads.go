package bert

import "math"

// Example is one text with what is known of it. Target holds a probability for
// each class of each head, heads side by side; Weight holds one weight a head, 0
// where nothing is known, so that rows with some labels train only those heads.
type Example struct {
	IDs    Sequence
	Target []float32
	Weight []float32
}

// headBuffers hold the pooled sequences of one shard.
type headBuffers struct {
	rows                               int
	pool, z, g, mask, logits, dlog, dz []float32
}

func (b *headBuffers) grow(n, h, k int) {
	if n <= b.rows {
		return
	}
	b.rows = n * 5 / 4
	c := roundUp(b.rows, tileM) + tileM
	b.pool, b.z, b.g, b.mask, b.dz = alloc(c*h), alloc(c*h), alloc(c*h), alloc(c*h), alloc(c*h)
	b.logits, b.dlog = alloc(c*k), alloc(c*k)
}

// classify pools the last hidden states of each sequence (mean over its tokens)
// and computes the logits of all heads, [sequences][logitsPad]; label-wise attention
// is added to them if the model has it.
func (w *worker) classify(out []float32, drop float32) []float32 {
	m, o, b := w.m, w.m.ops, &w.heads
	h, k, n := m.Hidden, m.logitsPad(), len(w.lens)
	b.grow(n, h, k)
	t0 := 0
	for i, l := range w.lens {
		row := b.pool[i*h : (i+1)*h]
		clear(row)
		for t := range l {
			o.axpy(1/float32(l), out[(t0+t)*h:(t0+t+1)*h], row)
		}
		t0 += l
	}
	o.gemm(n, h, h, b.pool, h, 1, m.poolW.packed, b.z, h, false)
	o.gelu(b.z, m.poolB.w, b.g, n, h)
	w.dropout(b.g[:n*h], b.mask, drop)
	o.gemm(n, k, h, b.g, h, 1, m.clsW.packed, b.logits, k, false)
	o.addBias(b.logits, n, k, m.clsB.w)
	if m.attendW != nil {
		w.labelAttend(out)
	}
	return b.logits
}

// headLoss compares the logits with the targets by weighted cross entropy summed
// over heads. With back it sets w.dx and adds the gradients of the heads.
func (w *worker) headLoss(ex []Example, scale, drop float32, back bool) (loss float64) {
	m, o, b := w.m, w.m.ops, &w.heads
	h, k, n := m.Hidden, m.logitsPad(), len(w.lens)
	if back {
		clear(b.dlog[:n*k])
	}
	for i, e := range ex {
		from := 0
		for head, c := range m.Classes {
			if wt := e.Weight[head]; wt != 0 {
				z, t := b.logits[i*k+from:i*k+from+c], e.Target[from:from+c]
				lse := logSumExp(z)
				for j := range c {
					loss += float64(wt*t[j]) * (lse - float64(z[j]))
					if back {
						p := float32(math.Exp(float64(z[j]) - lse))
						b.dlog[i*k+from+j] = (p - t[j]) * wt * scale
					}
				}
			}
			from += c
		}
	}
	if !back {
		return loss
	}
	w.weightGradRows(n, b.g, h, b.dlog, k, m.clsW, m.clsB)
	o.gemm(n, h, k, b.dlog, k, 1, m.clsW.packedT, b.dz, h, false)
	if drop > 0 {
		o.mul(b.dz[:n*h], b.mask)
	}
	o.geluBack(b.z, b.dz[:n*h])
	w.weightGradRows(n, b.pool, h, b.dz, h, m.poolW, m.poolB)
	o.gemm(n, h, h, b.dz, h, 1, m.poolW.packedT, b.g, h, false)
	t0 := 0
	for i, l := range w.lens {
		d := b.g[i*h : (i+1)*h]
		for t := range l {
			row := w.dx[(t0+t)*h : (t0+t+1)*h]
			clear(row)
			o.axpy(1/float32(l), d, row)
		}
		t0 += l
	}
	if m.attendW != nil {
		w.labelAttendBack(w.acts[len(w.acts)-1].out)
	}
	return loss
}

func logSumExp(z []float32) float64 {
	top := z[0]
	for _, x := range z {
		top = max(top, x)
	}
	var s float64
	for _, x := range z {
		s += math.Exp(float64(x - top))
	}
	return float64(top) + math.Log(s)
}
