package bert

import (
	"fmt"
	"math"
	"sync"
)

// Options of a Trainer. The zero value of a field means the default beside it.
type Options struct {
	Threads     int     // 1
	ShardTokens int     // 640: tokens per forward and backward pass of one goroutine
	Dropout     float32 // 0
	WeightDecay float32 // 0
	Clip        float32 // 1: largest norm of the whole gradient
	HeadRate    float32 // 1: learning rate of the heads relative to the encoder's
	Average     float32 // 0: decay of the moving average of the weights; 0 = none
	Seed        uint64
}

// Trainer updates a model. One step is one batch; the shards of a batch are
// spread over the threads. It is not safe for concurrent use. With one thread
// equal inputs give equal weights; with more, sums round in another order.
type Trainer struct {
	model   *Model
	opt     Options
	workers []*worker
	t       int // steps done: Adam's bias correction
	average [][]float32
}

// NewTrainer prepares a model for training, with fresh Adam moments.
func NewTrainer(m *Model, opt Options) *Trainer {
	opt.Threads = max(opt.Threads, 1)
	if opt.ShardTokens <= 0 {
		opt.ShardTokens = 640
	}
	if opt.Clip <= 0 {
		opt.Clip = 1
	}
	if opt.HeadRate <= 0 {
		opt.HeadRate = 1
	}
	t := &Trainer{model: m, opt: opt}
	for i := range opt.Threads {
		t.workers = append(t.workers, newWorker(m, i))
	}
	for _, p := range m.params {
		n := p.rows * p.cols
		p.m, p.v = alloc(n), alloc(n)
		p.g, p.touched = nil, nil
		for range opt.Threads {
			p.g = append(p.g, alloc(n + tileM*p.cols)[:n+tileM*p.cols])
			if p.sparse {
				p.touched = append(p.touched, touched{mark: make([]bool, p.rows)})
			}
		}
	}
	m.pack(opt.Threads)
	return t
}

// Stats of one step.
type Stats struct {
	Loss   float64 // mean per token (MLM) or per example
	Right  float64 // share of masked tokens predicted exactly (MLM only)
	Tokens int     // tokens read
	Norm   float64 // gradient norm before clipping
}

// MaskedLM does one step of masked language modelling.
func (t *Trainer) MaskedLM(batch []Sequence, k Masking, rate float32) (Stats, error) {
	t.model.packWord(t.opt.Threads)
	tokens := 0
	for _, s := range batch {
		tokens += len(s)
	}
	// The number of masked tokens is known only after hiding; scale by its
	// expectation, which clipping and Adam make harmless.
	scale := 1 / max(1, float32(tokens-2*len(batch))*k.Rate)
	var masked, right int
	loss, err := t.shards(batch, func(w *worker, from, to int, mu *sync.Mutex) float64 {
		w.load(batch[from:to])
		w.hide(k)
		out := w.forward(t.opt.Dropout)
		l, r := w.mlmLoss(out, scale, true)
		w.backward(t.opt.Dropout)
		mu.Lock()
		masked, right = masked+len(w.mlm.pos), right+r
		mu.Unlock()
		return l
	})
	if err != nil {
		return Stats{}, err
	}
	norm, err := t.update(rate, true)
	n := float64(max(masked, 1))
	return Stats{loss / n, float64(right) / n, tokens, norm}, err
}

// Classify does one step on labelled examples.
func (t *Trainer) Classify(batch []Example, rate float32) (Stats, error) {
	seqs := sequences(batch)
	tokens := 0
	for _, s := range seqs {
		tokens += len(s)
	}
	scale := 1 / float32(len(batch))
	loss, err := t.shards(seqs, func(w *worker, from, to int, _ *sync.Mutex) float64 {
		w.load(seqs[from:to])
		out := w.forward(t.opt.Dropout)
		w.classify(out, t.opt.Dropout)
		l := w.headLoss(batch[from:to], scale, t.opt.Dropout, true)
		w.backward(t.opt.Dropout)
		return l
	})
	if err != nil {
		return Stats{}, err
	}
	norm, err := t.update(rate, false)
	return Stats{loss * float64(scale), 0, tokens, norm}, err
}

func sequences(ex []Example) []Sequence {
	s := make([]Sequence, len(ex))
	for i, e := range ex {
		s[i] = e.IDs
	}
	return s
}

// Predict returns the logits of all heads for each sequence. It is safe for
// concurrent use with nothing else.
func (t *Trainer) Predict(seqs []Sequence) ([][]float32, error) {
	out := make([][]float32, len(seqs))
	c, k := t.model.Logits(), t.model.logitsPad()
	_, err := t.shards(seqs, func(w *worker, from, to int, _ *sync.Mutex) float64 {
		w.load(seqs[from:to])
		z := w.classify(w.forward(0), 0)
		for i := from; i < to; i++ {
			out[i] = append([]float32(nil), z[(i-from)*k:(i-from)*k+c]...)
		}
		return 0
	})
	return out, err
}

// shards cuts the batch into runs of sequences of about ShardTokens tokens and
// hands them to the workers; f returns a loss to sum.
func (t *Trainer) shards(seqs []Sequence, f func(w *worker, from, to int, mu *sync.Mutex) float64) (float64, error) {
	var cuts []int
	n := t.opt.ShardTokens
	for i, s := range seqs {
		if len(s) < 1 || len(s) > t.model.MaxLen {
			return 0, fmt.Errorf("sequence %d has %d tokens; the model takes 1 to %d", i, len(s), t.model.MaxLen)
		}
		if n += len(s); n > t.opt.ShardTokens {
			cuts = append(cuts, i)
			n = len(s)
		}
	}
	cuts = append(cuts, len(seqs))
	var wg sync.WaitGroup
	var mu sync.Mutex
	var loss float64
	next := 0
	for _, w := range t.workers {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(cuts)-1 {
					return
				}
				w.rng.seed(t.opt.Seed + uint64(t.t)<<20 + uint64(i))
				l := f(w, cuts[i], cuts[i+1], &mu)
				mu.Lock()
				loss += l
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return loss, nil
}

// piece is a stretch of one parameter that one goroutine updates.
type piece struct {
	p      *param
	lo, hi int
}

// pieces lists what this step has to update: all dense parameters that have a
// gradient in this kind of step, and the touched rows of embeddings.
func (t *Trainer) pieces(mlm bool) []piece {
	const size = 1 << 15
	var ps []piece
	for _, p := range t.model.params {
		if mlm && p.head || !mlm && p.mlm {
			continue
		}
		if !p.sparse || t.allTouched(p) {
			for lo := 0; lo < p.rows*p.cols; lo += size {
				ps = append(ps, piece{p, lo, min(lo+size, p.rows*p.cols)})
			}
			continue
		}
		first := &p.touched[0]
		for i := 1; i < len(p.touched); i++ {
			for _, r := range p.touched[i].rows {
				first.add(r)
			}
		}
		for _, r := range first.rows {
			ps = append(ps, piece{p, int(r) * p.cols, (int(r) + 1) * p.cols})
		}
	}
	return ps
}

func (t *Trainer) allTouched(p *param) bool {
	for i := range p.touched {
		if p.touched[i].all {
			return true
		}
	}
	return false
}

// update sums the workers' gradients, clips their norm, and does one AdamW step.
// mlm says which kind of step it was: the other kind's head stays as it is.
func (t *Trainer) update(rate float32, mlm bool) (norm float64, err error) {
	t.t++
	o, ps := t.model.ops, t.pieces(mlm)
	sums := make([]float64, len(ps))
	parallel(t.opt.Threads, len(ps), func(i int) {
		x := ps[i]
		g := x.p.g[0][x.lo:x.hi]
		for _, other := range x.p.g[1:] {
			o.add(g, other[x.lo:x.hi])
			clear(other[x.lo:x.hi])
		}
		sums[i] = o.sumSq(g)
	})
	for _, s := range sums {
		norm += s
	}
	norm = math.Sqrt(norm)
	if math.IsNaN(norm) || math.IsInf(norm, 0) {
		return norm, fmt.Errorf("step %d: the gradient is not finite; lower the learning rate", t.t)
	}
	step := adamStep{
		c1:   float32(1 / (1 - math.Pow(beta1, float64(t.t)))),
		c2:   float32(1 / (1 - math.Pow(beta2, float64(t.t)))),
		clip: float32(min(1, float64(t.opt.Clip)/max(norm, 1e-12))),
	}
	parallel(t.opt.Threads, len(ps), func(i int) {
		x, s := ps[i], step
		s.lr = rate
		if x.p.head {
			s.lr *= t.opt.HeadRate
		}
		if x.p.decay {
			s.decay = t.opt.WeightDecay
		}
		o.adam(&s, x.p.w[x.lo:x.hi], x.p.m[x.lo:x.hi], x.p.v[x.lo:x.hi], x.p.g[0][x.lo:x.hi])
	})
	for _, p := range t.model.params {
		for i := range p.touched {
			p.touched[i].reset()
		}
	}
	t.model.pack(t.opt.Threads)
	t.updateAverage()
	return norm, nil
}

// updateAverage keeps an exponential moving average of the weights, which
// generalises better than the last weights after training on few rows.
func (t *Trainer) updateAverage() {
	if t.opt.Average <= 0 {
		return
	}
	if t.average == nil {
		for _, p := range t.model.params {
			t.average = append(t.average, append(alloc(len(p.w))[:0], p.w...))
		}
		return
	}
	// early on, average over what there is
	d := min(t.opt.Average, float32(t.t)/float32(t.t+10))
	parallel(t.opt.Threads, len(t.average), func(i int) {
		a, w := t.average[i], t.model.params[i].w
		for j := range a {
			a[j] += (1 - d) * (w[j] - a[j])
		}
	})
}

// UseAverage replaces the weights by their moving average. Training should stop there.
func (t *Trainer) UseAverage() {
	for i, a := range t.average {
		copy(t.model.params[i].w, a)
	}
	t.model.pack(t.opt.Threads)
}

// SwapAverage exchanges the weights with their moving average; call it twice
// around an evaluation in the middle of training.
func (t *Trainer) SwapAverage() {
	for i, a := range t.average {
		w := t.model.params[i].w
		for j := range a {
			a[j], w[j] = w[j], a[j]
		}
	}
	t.model.pack(t.opt.Threads)
}
