package train

import (
	"maps"
	"math"
	"slices"
	"time"
	"unicode/utf8"

	"antojo/internal/infer/wordpiece"
	"antojo/internal/mention"
	"antojo/internal/train/bert"
	"antojo/internal/train/onnx"
)

// wide is the linear half of the model (Cheng et al. 2016, "Wide & Deep Learning for
// Recommender Systems"): a logistic regression per head over the word pieces of a
// text and their hashed pairs. It remembers expressions that a few rows
// name, where the encoder generalises; their mistakes differ, so that the mean of
// their logits is better than either.
//
// The value of a feature is count·idf/√tokens; table holds weight·idf, so that the
// logits are Σ table[feature]/√tokens + bias: look-ups and a sum, in the same ONNX
// file.
type wide struct {
	vocab, outputs int
	table          []float32 // [vocab+wideBuckets, outputs]
	bias           []float32 // [outputs]
}

// wideShape hashes pairs of word pieces.
var wideShape = onnx.Wide{Buckets: wideBuckets, Grams: []onnx.Gram{{2654435761, 2654440000003}}}

const (
	wideBuckets = 1 << 16 // of pairs
	charBuckets = 1 << 16 // of a piece's letters, in training only
	pairWeight  = 0.35    // of pairs against pieces: most pairs of a text were never seen
	charWeight  = 0.4     // of letters against pieces
	wideScale   = 0.2     // brings the length of a text's features near 1
)

// wideGrams calls yield for each feature of ids, which begin with [CLS] and end with
// [SEP]: their rows in table.
func wideGrams(ids []int32, vocab int, yield func(row int)) {
	for i := 1; i+1 < len(ids); i++ {
		yield(int(ids[i]))
	}
	for _, g := range wideShape.Grams {
		for i := 0; i+len(g) <= len(ids); i++ {
			yield(vocab + g.Bucket(ids[i:], wideBuckets))
		}
	}
}

// letters are the buckets of the character 2- to 5-grams of each piece. A sum over
// a text's pieces of what their letters weigh is a sum over its pieces: letters cost
// nothing at run time, they only let rare pieces learn from those written like them.
func letters(tok *wordpiece.Tokenizer) [][]int32 {
	out := make([][]int32, tok.VocabSize())
	for id := range out {
		s := tok.Token(int32(id))
		if len(s) > 2 && s[:2] == "##" {
			s = s[2:] + "$"
		} else {
			s = "^" + s + "$"
		}
		at := make([]int, 0, len(s)+1)
		for i := range s {
			at = append(at, i)
		}
		at = append(at, len(s))
		for n := 2; n <= 5; n++ {
			for i := 0; i+n < len(at); i++ {
				out[id] = append(out[id], int32(hashLetters(s[at[i]:at[i+n]])%charBuckets))
			}
		}
	}
	return out
}

// hashLetters is FNV-1a over code points.
func hashLetters(s string) uint64 {
	h := uint64(14695981039346656037)
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		h = (h ^ uint64(r)) * 1099511628211
		s = s[n:]
	}
	return h
}

// join trains the linear half, if the configuration has one, and halves the logits of
// both: from here on predict gives their mean.
func (r *run) join(m *bert.Model, tok *wordpiece.Tokenizer) {
	if len(r.cfg.Wide) == 0 {
		return
	}
	start := time.Now()
	gold, stars := r.noisyRows()
	r.wide = fitWide(append(gold, stars...), tok, r.cfg.Model.MaxLen, r.cfg.Wide, r.threads)
	r.wide.scale(0, r.wide.outputs, 0.5)
	for h := range mention.Heads {
		m.ScaleHead(h, 0.5)
	}
	r.logf("linear half: %d weights, in %s", r.wide.parameters(), since(start))
}

// parameters is the number of weights; 0 for nil.
func (w *wide) parameters() int {
	if w == nil {
		return 0
	}
	return len(w.table) + len(w.bias)
}

// fitWide trains every head on the rows that know its label, with their weights.
func fitWide(rows []Row, tok *wordpiece.Tokenizer, maxLen int, fixed map[string]settings, threads int) *wide {
	w := &wide{vocab: tok.VocabSize()}
	spell := letters(tok)
	features := w.vocab + wideBuckets + charBuckets
	x := make([]sparse, len(rows))
	docs := make([]int32, features)
	var ids []int32
	for i := range rows {
		ids = tok.Encode(ids[:0], rows[i].Text, maxLen)
		counts := map[int32]float32{}
		wideGrams(ids, w.vocab, func(row int) {
			if row >= w.vocab {
				counts[int32(row)] += pairWeight
				return
			}
			counts[int32(row)]++
			for _, c := range spell[row] {
				counts[int32(w.vocab+wideBuckets)+c] += charWeight
			}
		})
		scale := float32(wideScale / math.Sqrt(float64(len(ids))))
		for _, f := range slices.Sorted(maps.Keys(counts)) {
			docs[f]++
			x[i].idx, x[i].val = append(x[i].idx, f), append(x[i].val, counts[f]*scale)
		}
	}
	idf := make([]float32, features)
	for f, n := range docs {
		if n >= minDocs {
			idf[f] = float32(math.Log(float64(1+len(rows))/float64(1+n)) + 1)
		}
	}
	for i := range x {
		kept := 0
		for k, f := range x[i].idx {
			if idf[f] > 0 {
				x[i].idx[kept], x[i].val[kept] = f, x[i].val[k]*idf[f]
				kept++
			}
		}
		x[i].idx, x[i].val = x[i].idx[:kept], x[i].val[:kept]
	}
	b := &baseline{vec: &tfidf{idf: idf}}
	for h, head := range mention.Heads {
		b.heads[h] = b.fit(rows, x, h, fixed[head.Name], threads, func(*Row) bool { return true })
	}
	w.outputs = mention.NumLogits()
	w.table = make([]float32, (w.vocab+wideBuckets)*w.outputs)
	w.bias = make([]float32, w.outputs)
	from := 0
	for h, head := range mention.Heads {
		m, k := b.heads[h], len(head.Labels)
		for row := range w.vocab + wideBuckets {
			to, value := w.table[row*w.outputs+from:], idf[row]*wideScale
			if row >= w.vocab {
				value *= pairWeight
			}
			for c := range k {
				to[c] = float32(m.w[row*k+c]) * value
			}
			if row >= w.vocab {
				continue
			}
			for _, l := range spell[row] {
				f := w.vocab + wideBuckets + int(l)
				for c := range k {
					to[c] += float32(m.w[f*k+c]) * idf[f] * wideScale * charWeight
				}
			}
		}
		for c := range k {
			w.bias[from+c] = float32(m.w[len(m.w)-k+c])
		}
		from += k
	}
	return w
}

// logits adds those of a text to z.
func (w *wide) logits(ids []int32, z []float32) {
	sum := make([]float32, w.outputs)
	wideGrams(ids, w.vocab, func(row int) {
		for c, v := range w.table[row*w.outputs : (row+1)*w.outputs] {
			sum[c] += v
		}
	})
	k := float32(1 / math.Sqrt(float64(len(ids))))
	for c := range z {
		z[c] += sum[c]*k + w.bias[c]
	}
}

// scale multiplies the logits of the columns [from, to) by k.
func (w *wide) scale(from, to int, k float32) {
	for row := 0; row < len(w.table); row += w.outputs {
		for c := from; c < to; c++ {
			w.table[row+c] *= k
		}
	}
	for c := from; c < to; c++ {
		w.bias[c] *= k
	}
}
