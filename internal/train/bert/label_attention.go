package bert

import (
	"math"
	"math/rand/v2"
)

// Label-wise attention (Mullenbach et al. 2018, arXiv:1802.05695): each head has
// its own query, which chooses the tokens that speak of it, and reads its classes
// from them: an aspect is often named by one word of thirty, which a mean over all
// tokens thins out. In place of
//
//	logits[k,c] += U[k,c] · Σ_t softmax_t(q[k]·x[t]) x[t]
//
// the equal Σ_t softmax_t(q[k]·x[t]) (U[k,c]·x[t]) is computed, so that queries and
// values are columns of one narrow matrix [hidden][heads + classes].

// labelAttention holds what the backward pass needs, per token.
type labelAttention struct {
	cap          int
	y, dy, alpha []float32 // [tokens][attendPad] queries and values; [tokens][heads]
}

// attendPad is the width of queries and values, rounded up to whole tiles.
func (c Config) attendPad() int { return roundUp(len(c.Classes)+c.Logits(), tileN) }

// AddLabelAttention gives a model that was pre-trained without it untrained
// label-wise attention; equal seeds give equal weights.
func (m *Model) AddLabelAttention(seed uint64) {
	if m.LabelAttention {
		return
	}
	m.LabelAttention = true
	m.attendW = m.param("heads.attention", m.Hidden, m.attendPad())
	m.attendW.decay, m.attendW.head = true, true
	rng := rand.New(rand.NewPCG(seed, 0x6c6162656c))
	std := 0.02 * math.Sqrt(768/float64(m.Hidden))
	for i := range m.Hidden {
		for j := range len(m.Classes) + m.Logits() {
			m.attendW.w[i*m.attendW.cols+j] = float32(rng.NormFloat64() * std)
		}
	}
	m.pack(1)
}

// labelAttend adds the heads' attention over the hidden states out to the logits.
func (w *worker) labelAttend(out []float32) {
	m, b, a := w.m, &w.heads, &w.label
	h, p, heads, k := m.Hidden, m.attendPad(), len(m.Classes), m.logitsPad()
	if w.n > a.cap {
		a.cap = roundUp(w.n*9/8, tileM) + tileM
		a.y, a.dy, a.alpha = alloc((a.cap+tileM)*p), alloc((a.cap+tileM)*p), alloc(a.cap*heads)
	}
	m.ops.gemm(w.n, p, h, out, h, 1, m.attendW.packed, a.y, p, false)
	t0 := 0
	for i, l := range w.lens {
		from := heads
		for head, c := range m.Classes {
			top := float32(math.Inf(-1))
			for t := t0; t < t0+l; t++ {
				top = max(top, a.y[t*p+head])
			}
			var sum float32
			for t := t0; t < t0+l; t++ {
				e := float32(math.Exp(float64(a.y[t*p+head] - top)))
				a.alpha[t*heads+head] = e
				sum += e
			}
			for t := t0; t < t0+l; t++ {
				a.alpha[t*heads+head] /= sum
				for j := from; j < from+c; j++ {
					b.logits[i*k+j-heads] += a.alpha[t*heads+head] * a.y[t*p+j]
				}
			}
			from += c
		}
		t0 += l
	}
}

// labelAttendBack adds the gradients of labelAttend to its weights and to w.dx.
func (w *worker) labelAttendBack(out []float32) {
	m, b, a := w.m, &w.heads, &w.label
	h, p, heads, k := m.Hidden, m.attendPad(), len(m.Classes), m.logitsPad()
	clear(a.dy[:w.n*p])
	t0 := 0
	for i, l := range w.lens {
		from := heads
		for head, c := range m.Classes {
			d := b.dlog[i*k+from-heads : i*k+from-heads+c]
			var mean float32 // Σ_t α[t]·dα[t]
			for t := t0; t < t0+l; t++ {
				alpha, y, dy := a.alpha[t*heads+head], a.y[t*p+from:t*p+from+c], a.dy[t*p+from:t*p+from+c]
				var da float32
				for j, g := range d {
					da += y[j] * g
					dy[j] = alpha * g
				}
				a.dy[t*p+head] = da // finished below
				mean += alpha * da
			}
			for t := t0; t < t0+l; t++ {
				a.dy[t*p+head] = a.alpha[t*heads+head] * (a.dy[t*p+head] - mean)
			}
			from += c
		}
		t0 += l
	}
	packB(a.dy, w.n, p, w.packed)
	m.ops.gemm(h, p, w.n, out, 1, h, w.packed, w.grad(m.attendW), p, true)
	m.ops.gemm(w.n, h, p, a.dy, p, 1, m.attendW.packedT, w.t1, h, false)
	m.ops.add(w.dx[:w.n*h], w.t1)
}
