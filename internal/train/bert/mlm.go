package bert

import "math"

// mlmBuffers hold the masked positions of one shard: m rows.
type mlmBuffers struct {
	rows                                        int
	hid, z, g, hat, inv, y, logits, dz, dy, tmp []float32
	pos                                         []int
	labels                                      []int32
}

func (b *mlmBuffers) grow(n, h, v int) {
	if n <= b.rows {
		return
	}
	b.rows = n * 5 / 4
	c := roundUp(b.rows, tileM) + tileM
	b.hid, b.z, b.g, b.hat, b.y = alloc(c*h), alloc(c*h), alloc(c*h), alloc(c*h), alloc(c*h)
	b.dz, b.dy, b.tmp, b.inv = alloc(c*h), alloc(c*h), alloc(c*h), alloc(c)
	b.logits = alloc(c * v)
}

// Masking says how masked language modelling picks and hides tokens.
type Masking struct {
	Rate    float32 // share of tokens to predict, e.g. 0.15
	Mask    int32   // id of [MASK]
	Special int32   // ids below this are special: never picked, never drawn as noise
}

// hide picks positions of the loaded shard and replaces their ids in place: 80 %
// by [MASK], 10 % by a random token, 10 % unchanged (Devlin et al. 2019). At
// least one token a sequence is picked.
func (w *worker) hide(k Masking) {
	b := &w.mlm
	b.pos, b.labels = b.pos[:0], b.labels[:0]
	t0 := 0
	for _, n := range w.lens {
		inner := n - 2
		if inner < 1 {
			t0 += n
			continue
		}
		want := max(1, int(float32(inner)*k.Rate+w.rng.float()))
		for i := range inner { // selection sampling: each subset equally likely
			if w.rng.intn(inner-i) >= want {
				continue
			}
			want--
			t := t0 + 1 + i
			id := w.ids[t]
			if id < k.Special {
				continue
			}
			b.pos, b.labels = append(b.pos, t), append(b.labels, id)
			switch r := w.rng.float(); {
			case r < 0.8:
				w.ids[t] = k.Mask
			case r < 0.9:
				w.ids[t] = k.Special + int32(w.rng.intn(w.m.Vocab-int(k.Special)))
			}
		}
		t0 += n
	}
}

// mlmLoss scores the hidden tokens from the last hidden states, with the decoder
// tied to the word embeddings. With back it sets w.dx and adds the gradients of
// the head; scale multiplies every token's loss. It returns the summed negative log likelihood
// (unscaled) and how many tokens were predicted exactly.
func (w *worker) mlmLoss(out []float32, scale float32, back bool) (loss float64, right int) {
	m, o, b := w.m, w.m.ops, &w.mlm
	h, v, n := m.Hidden, m.vocabPad(), len(b.pos)
	if back {
		clear(w.dx[:w.n*h])
	}
	if n == 0 {
		return 0, 0
	}
	b.grow(n, h, v)
	for i, t := range b.pos {
		copy(b.hid[i*h:(i+1)*h], out[t*h:])
	}
	o.gemm(n, h, h, b.hid, h, 1, m.mlmW.packed, b.z, h, false)
	o.gelu(b.z, m.mlmB.w, b.g, n, h)
	o.layerNorm(b.g, n, h, m.mlmG.w, m.mlmLB.w, b.hat, b.inv, b.y)
	o.gemm(n, v, h, b.y, h, 1, m.wordOut, b.logits, v, false)
	o.addBias(b.logits, n, v, m.mlmBias.w)
	for i := range n {
		row, y := b.logits[i*v:(i+1)*v], b.labels[i]
		best := float32(math.Inf(-1))
		if back { // accuracy is free of charge only where we have the row anyway
			for _, x := range row[:m.Vocab] {
				best = max(best, x)
			}
		}
		if back && row[y] == best {
			right++
		}
		o.softmax(row, m.Vocab, 1)
		loss -= math.Log(max(float64(row[y]), 1e-30))
		row[y]--
	}
	if !back {
		return loss, right
	}
	for i := range n * v {
		b.logits[i] *= scale
	}
	o.colSum(w.grad(m.mlmBias), b.logits, n, v)
	packB(b.y, n, h, w.packed)
	o.gemm(v, h, n, b.logits, 1, v, w.packed, w.grad(m.word), h, true)
	m.word.touched[w.id].all = true
	o.gemm(n, h, v, b.logits, v, 1, m.wordIn, b.dy, h, false)
	o.layerNormBack(b.dy, n, h, m.mlmG.w, b.hat, b.inv, w.grad(m.mlmG), w.grad(m.mlmLB), b.dz)
	o.geluBack(b.z, b.dz[:n*h])
	w.weightGradRows(n, b.hid, h, b.dz, h, m.mlmW, m.mlmB)
	o.gemm(n, h, h, b.dz, h, 1, m.mlmW.packedT, b.tmp, h, false)
	for i, t := range b.pos {
		copy(w.dx[t*h:(t+1)*h], b.tmp[i*h:(i+1)*h])
	}
	return loss, right
}
