package bert

import (
	"context"
	"fmt"
	"math"
)

// SkipGram options; zero fields take the value beside them.
type SkipGram struct {
	Window    int     // 4: largest distance of a context token
	Negatives int     // 5
	Rate      float32 // 0.03
	Passes    int     // 1
	Subsample float64 // 1e-4: frequency above which tokens are thinned out
	Special   int32   // ids below this are skipped
	Seed      uint64
}

// InitEmbeddings learns the word embeddings of m by skip-gram with negative
// sampling (Mikolov et al. 2013, arXiv:1310.4546) over token sequences. It costs a
// hundredth of masked language modelling a token, so a model that can afford few
// MLM tokens starts from embeddings that already know which pieces are alike. The
// vectors are centred and scaled to the spread that New gives.
func (m *Model) InitEmbeddings(ctx context.Context, seqs []Sequence, o SkipGram) error {
	o.defaults()
	v, h := m.Vocab, m.Hidden
	counts := make([]float64, v)
	total := 0.0
	for _, s := range seqs {
		for _, id := range s {
			if id >= o.Special {
				counts[id]++
				total++
			}
		}
	}
	if total == 0 {
		return fmt.Errorf("skip-gram: no tokens")
	}
	table := negatives(counts, 1<<20)
	var r rng
	r.seed(o.Seed)
	in, out := m.word.w, alloc(v*h)
	for i := range in[:v*h] { // uniform in ±1/2h, as word2vec starts
		in[i] = (r.float() - 0.5) / float32(h)
	}
	grad := alloc(h)
	var kept []int32
	done, all := 0.0, total*float64(o.Passes)
	k := m.ops
	for range o.Passes {
		for n, s := range seqs {
			if n%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			kept = kept[:0]
			for _, id := range s {
				if id < o.Special {
					continue
				}
				done++
				f := counts[id] / total
				if p := math.Sqrt(o.Subsample/f) + o.Subsample/f; p < 1 && float64(r.float()) > p {
					continue
				}
				kept = append(kept, id)
			}
			rate := o.Rate * float32(max(1-done/all, 0.02))
			for i, id := range kept {
				x := in[int(id)*h : int(id+1)*h]
				w := 1 + r.intn(o.Window)
				for j := max(0, i-w); j <= min(len(kept)-1, i+w); j++ {
					if j == i {
						continue
					}
					clear(grad)
					for neg := range 1 + o.Negatives {
						target, label := kept[j], float32(1)
						if neg > 0 {
							target, label = table[r.next()>>44], 0
							if target == kept[j] {
								continue
							}
						}
						y := out[int(target)*h : int(target+1)*h]
						g := (label - sigmoid(k.dot(x, y))) * rate
						k.axpy(g, y, grad)
						k.axpy(g, x, y)
					}
					k.add(x, grad)
				}
			}
		}
	}
	m.standardise(o.Special)
	return nil
}

func (o *SkipGram) defaults() {
	if o.Window <= 0 {
		o.Window = 4
	}
	if o.Negatives <= 0 {
		o.Negatives = 5
	}
	if o.Rate <= 0 {
		o.Rate = 0.03
	}
	if o.Passes <= 0 {
		o.Passes = 1
	}
	if o.Subsample <= 0 {
		o.Subsample = 1e-4
	}
}

// negatives is a table to draw ids from, each as often as its count^0.75.
func negatives(counts []float64, n int) []int32 {
	var sum float64
	for _, c := range counts {
		sum += math.Pow(c, 0.75)
	}
	table := make([]int32, 0, n)
	var have float64
	for id, c := range counts {
		have += math.Pow(c, 0.75)
		for len(table) < min(n, int(have/sum*float64(n)+0.5)) {
			table = append(table, int32(id))
		}
	}
	for len(table) < n {
		table = append(table, table[len(table)-1])
	}
	return table
}

func sigmoid(x float32) float32 {
	switch {
	case x > 8:
		return 1
	case x < -8:
		return 0
	}
	return float32(1 / (1 + math.Exp(-float64(x))))
}

// standardise centres the embeddings and scales them to a standard deviation of
// 0.02; special tokens, which skip-gram has not seen, keep small random values.
func (m *Model) standardise(special int32) {
	h := m.Hidden
	w := m.word.w[int(special)*h : m.Vocab*h]
	mean := make([]float64, h)
	n := float64(len(w) / h)
	for i, x := range w {
		mean[i%h] += float64(x) / n
	}
	var sq float64
	for i := range w {
		w[i] -= float32(mean[i%h])
		sq += float64(w[i]) * float64(w[i])
	}
	k := float32(0.02 / math.Sqrt(max(sq/float64(len(w)), 1e-20)))
	for i := range w {
		w[i] *= k
	}
	var r rng
	r.seed(uint64(special))
	for i := range m.word.w[:int(special)*h] {
		m.word.w[i] = (r.float() - 0.5) * 0.06
	}
}

// Similar returns the ids whose embeddings are closest to id by cosine, best
// first: a way to see whether the embeddings make sense.
func (m *Model) Similar(id int32, n int) []int32 {
	h := m.Hidden
	row := func(i int32) []float32 { return m.word.w[int(i)*h : int(i+1)*h] }
	cos := func(i int32) float64 {
		return float64(m.ops.dot(row(id), row(i))) / math.Sqrt(m.ops.sumSq(row(i))*m.ops.sumSq(row(id))+1e-20)
	}
	var best []int32
	var score []float64
	for i := range int32(m.Vocab) {
		if i == id {
			continue
		}
		s := cos(i)
		k := len(best)
		for k > 0 && score[k-1] < s {
			k--
		}
		if k < n {
			best = append(best[:k], append([]int32{i}, best[k:]...)...)
			score = append(score[:k], append([]float64{s}, score[k:]...)...)
			if len(best) > n {
				best, score = best[:n], score[:n]
			}
		}
	}
	return best
}
