package train

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"

	"antojo/internal/infer/wordpiece"
)

// Special tokens in id order; ids below numSpecial are never masked or drawn.
var specialTokens = []string{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}

const (
	maskID     = 4
	numSpecial = 5
	maxChars   = 600 // distinct characters in the vocabulary
)

// normalizer is how texts are folded before the vocabulary sees them: lower case
// without accents, because people who type on phones leave both out. ñ becomes n;
// context tells año from ano more reliably than the keyboards of writers do.
var normalizer = wordpiece.Options{Lowercase: true, Accents: wordpiece.AccentsStrip, Prefix: "##", Unknown: "[UNK]"}

// wordCounts collects weighted counts of words.
type wordCounts map[string]float64

func (c wordCounts) add(text string, weight float64) {
	normalizer.Words(text, func(w []byte) bool {
		if len(w) <= 60 {
			c[string(w)] += weight
		}
		return true
	})
}

// TrainVocabulary learns a WordPiece vocabulary of size pieces by byte-pair
// merging (Sennrich et al. 2016) as Hugging Face's WordPieceTrainer does: begin
// with characters, merge the most frequent neighbours until the vocabulary is full. It is
// deterministic: ties go to the pair that sorts first.
func TrainVocabulary(counts map[string]float64, size int, minCount float64) ([]string, error) {
	v := &vocabTrainer{ids: map[string]int32{}, pairs: map[pair]*pairInfo{}}
	for _, s := range specialTokens {
		v.piece(s)
	}
	v.alphabet(counts, minCount)
	if len(v.pieces) > size {
		return nil, fmt.Errorf("vocabulary of %d pieces cannot hold the %d characters of the text", size, len(v.pieces))
	}
	v.load(counts, minCount)
	for len(v.pieces) < size {
		if !v.merge() {
			return nil, fmt.Errorf("the text gives only %d pieces, want %d: lower vocabulary.size or add text", len(v.pieces), size)
		}
	}
	return v.pieces, nil
}

type pair struct{ a, b int32 }

type pairInfo struct {
	count float64
	words map[int32]struct{}
}

type vocabWord struct {
	syms  []int32
	count float64
}

type vocabTrainer struct {
	pieces []string
	ids    map[string]int32
	words  []vocabWord
	pairs  map[pair]*pairInfo
	queue  pairQueue
}

func (v *vocabTrainer) piece(s string) int32 {
	if id, ok := v.ids[s]; ok {
		return id
	}
	id := int32(len(v.pieces))
	v.pieces, v.ids[s] = append(v.pieces, s), id
	return id
}

// alphabet adds the most frequent characters, each as the start of a word and as
// a continuation.
func (v *vocabTrainer) alphabet(counts map[string]float64, minCount float64) {
	chars := map[rune]float64{}
	for w, n := range counts {
		for _, r := range w {
			chars[r] += n
		}
	}
	var rs []rune
	for r, n := range chars {
		if n >= minCount {
			rs = append(rs, r)
		}
	}
	slices.SortFunc(rs, func(a, b rune) int { return cmp.Or(cmp.Compare(chars[b], chars[a]), cmp.Compare(a, b)) })
	rs = rs[:min(len(rs), maxChars)]
	slices.Sort(rs)
	for _, r := range rs {
		v.piece(string(r))
		v.piece("##" + string(r))
	}
}

func (v *vocabTrainer) load(counts map[string]float64, minCount float64) {
	var ws []string
	for w, n := range counts {
		if n >= minCount {
			ws = append(ws, w)
		}
	}
	slices.Sort(ws) // map order must not matter
	for _, w := range ws {
		var syms []int32
		for i, r := range w {
			s := string(r)
			if i > 0 {
				s = "##" + s
			}
			id, ok := v.ids[s]
			if !ok {
				syms = nil
				break
			}
			syms = append(syms, id)
		}
		if len(syms) > 1 {
			v.words = append(v.words, vocabWord{syms, counts[w]})
		}
	}
	for i := range v.words {
		v.count(int32(i), 1, nil)
	}
	for p, x := range v.pairs {
		v.queue = append(v.queue, queued{p, x.count})
	}
	heap.Init(&v.queue)
}

// count adds (sign 1) or takes away (sign −1) the pairs of word i; changed
// collects pairs whose count moved.
func (v *vocabTrainer) count(i int32, sign float64, changed map[pair]struct{}) {
	w := v.words[i]
	for k := 1; k < len(w.syms); k++ {
		p := pair{w.syms[k-1], w.syms[k]}
		x := v.pairs[p]
		if x == nil {
			x = &pairInfo{words: map[int32]struct{}{}}
			v.pairs[p] = x
		}
		x.count += sign * w.count
		if sign > 0 {
			x.words[i] = struct{}{}
		} else {
			delete(x.words, i)
		}
		if changed != nil {
			changed[p] = struct{}{}
		}
	}
}

// merge joins the most frequent pair everywhere; false if no pair is left.
func (v *vocabTrainer) merge() bool {
	for v.queue.Len() > 0 {
		q := heap.Pop(&v.queue).(queued)
		x := v.pairs[q.p]
		if x == nil || len(x.words) == 0 || x.count < q.count*(1-1e-9) || x.count > q.count*(1+1e-9) {
			continue // stale: the true count was pushed when it changed
		}
		b := v.pieces[q.p.b][2:]
		id := v.piece(v.pieces[q.p.a] + b)
		ws := make([]int32, 0, len(x.words))
		for w := range x.words {
			ws = append(ws, w)
		}
		slices.Sort(ws)
		changed := map[pair]struct{}{}
		for _, w := range ws {
			v.count(w, -1, changed)
			syms := v.words[w].syms
			out := syms[:0]
			for k := 0; k < len(syms); k++ {
				if k+1 < len(syms) && syms[k] == q.p.a && syms[k+1] == q.p.b {
					out = append(out, id)
					k++
				} else {
					out = append(out, syms[k])
				}
			}
			v.words[w].syms = out
			v.count(w, 1, changed)
		}
		delete(v.pairs, q.p)
		for p := range changed {
			if x := v.pairs[p]; x != nil && len(x.words) > 0 {
				heap.Push(&v.queue, queued{p, x.count})
			}
		}
		return true
	}
	return false
}

type queued struct {
	p     pair
	count float64
}

// pairQueue is a heap: highest count first, then the smaller pair.
type pairQueue []queued

func (q pairQueue) Len() int { return len(q) }
func (q pairQueue) Less(i, j int) bool {
	a, b := q[i], q[j]
	if a.count != b.count {
		return a.count > b.count
	}
	return cmp.Or(cmp.Compare(a.p.a, b.p.a), cmp.Compare(a.p.b, b.p.b)) < 0
}
func (q pairQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *pairQueue) Push(x any)   { *q = append(*q, x.(queued)) }
func (q *pairQueue) Pop() any {
	o := *q
	x := o[len(o)-1]
	*q = o[:len(o)-1]
	return x
}
