package train

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"antojo/internal/mention"
)

// tfidf turns texts into sparse features: word 1- and 2-grams, and character 2- to
// 5-grams inside words with a mark at their ends, each block weighted by
// (1+ln tf)·idf and scaled to length 1: the usual strong linear baseline. Texts
// are folded exactly as for the encoder.
type tfidf struct {
	words, chars map[string]int32
	idf          []float32 // by feature; words and chars share the numbering
}

const minDocs = 2 // features of fewer texts are dropped

func fitTFIDF(texts []string) *tfidf {
	t := &tfidf{words: map[string]int32{}, chars: map[string]int32{}}
	wordDocs, charDocs := map[string]int{}, map[string]int{}
	for _, s := range texts {
		w, c := grams(s)
		for g := range w {
			wordDocs[g]++
		}
		for g := range c {
			charDocs[g]++
		}
	}
	number := func(docs map[string]int, to map[string]int32) {
		var gs []string
		for g, n := range docs {
			if n >= minDocs {
				gs = append(gs, g)
			}
		}
		slices.Sort(gs)
		for _, g := range gs {
			to[g] = int32(len(t.idf))
			t.idf = append(t.idf, float32(math.Log(float64(1+len(texts))/float64(1+docs[g]))+1))
		}
	}
	number(wordDocs, t.words)
	number(charDocs, t.chars)
	return t
}

// limit keeps the n features that occur in the most texts.
func (t *tfidf) limit(n int) {
	if len(t.idf) <= n {
		return
	}
	sorted := slices.Clone(t.idf)
	slices.Sort(sorted)
	most := sorted[n-1]
	old, to := t.idf, make([]int32, len(t.idf))
	room := n - sort.Search(len(sorted), func(i int) bool { return sorted[i] >= most }) // for those as frequent as the last
	t.idf = nil
	for i, v := range old {
		to[i] = -1
		if v < most || v == most && room > 0 {
			if v == most {
				room--
			}
			to[i] = int32(len(t.idf))
			t.idf = append(t.idf, v)
		}
	}
	for _, ids := range []map[string]int32{t.words, t.chars} {
		for g, i := range ids {
			if ids[g] = to[i]; to[i] < 0 {
				delete(ids, g)
			}
		}
	}
}

// grams counts the word and character n-grams of a text.
func grams(s string) (words, chars map[string]int) {
	words, chars = map[string]int{}, map[string]int{}
	prev := ""
	normalizer.Words(s, func(w []byte) bool {
		word := string(w)
		words[word]++
		if prev != "" {
			words[prev+" "+word]++
		}
		prev = word
		padded := " " + word + " "
		var at []int
		for i := range padded {
			at = append(at, i)
		}
		at = append(at, len(padded))
		for n := 2; n <= 5; n++ {
			for i := 0; i+n < len(at); i++ {
				chars[padded[at[i]:at[i+n]]]++
			}
		}
		return true
	})
	return words, chars
}

func (t *tfidf) features(s string) sparse {
	w, c := grams(s)
	var x sparse
	block := func(counts map[string]int, ids map[string]int32) {
		from := len(x.idx)
		for g, n := range counts {
			if i, ok := ids[g]; ok {
				x.idx = append(x.idx, i)
				x.val = append(x.val, float32(1+math.Log(float64(n)))*t.idf[i])
			}
		}
		var sq float64
		for _, v := range x.val[from:] {
			sq += float64(v) * float64(v)
		}
		k := float32(1 / math.Sqrt(max(sq, 1e-12)))
		for i := from; i < len(x.val); i++ {
			x.val[i] *= k
		}
	}
	block(w, t.words)
	block(c, t.chars)
	return x
}

// baseline is TF-IDF and one logistic regression per head.
type baseline struct {
	vec   *tfidf
	heads [numHeads]*linear
	pick  [numHeads]settings
}

// settings of one head's regression.
type settings struct {
	C        float64 `json:"c"`
	Balanced bool    `json:"balanced"`
}

var baselineGrid = []settings{{2, false}, {10, false}, {4, true}}

// fitBaseline trains on rows (every head on the rows that know its label, with
// their weights). C and class balancing of each head are those of fixed, by its name;
// of other heads they are chosen by macro-F1 on a seventh of the gold rows kept
// aside, then all rows are used.
func fitBaseline(rows []Row, fixed map[string]settings, threads int) *baseline {
	b := &baseline{vec: fitTFIDF(textsOf(rows))}
	b.choose(rows, threads, baselineGrid, fixed)
	return b
}

// choose finds the settings of each head among grid, if they are not fixed, and
// fits it.
func (b *baseline) choose(rows []Row, threads int, grid []settings, fixed map[string]settings) {
	x := make([]sparse, len(rows))
	for i := range rows {
		x[i] = b.vec.features(rows[i].Text)
	}
	for h := range b.heads {
		k := len(mention.Heads[h].Labels)
		best := -1.0
		among := grid
		if s, ok := fixed[mention.Heads[h].Name]; ok {
			among = []settings{s}
		}
		for _, s := range among {
			if len(among) == 1 {
				b.pick[h] = s
				break
			}
			m := b.fit(rows, x, h, s, threads, func(r *Row) bool { return !tuning(r) })
			c := newConfusion(k)
			z := make([]float64, k)
			for i := range rows {
				if r := &rows[i]; tuning(r) && r.Labels[h] >= 0 {
					m.logits(x[i], z)
					c.add(int(r.Labels[h]), argmax(z))
				}
			}
			if f := c.macroF1(); f > best {
				best, b.pick[h] = f, s
			}
		}
		b.heads[h] = b.fit(rows, x, h, b.pick[h], threads, func(*Row) bool { return true })
	}
}

// tuning marks the gold rows on which settings are chosen.
func tuning(r *Row) bool {
	return r.Labels[headRelevance] >= 0 && inDev("tune:"+textKey(r.Text), 14)
}

func (b *baseline) fit(rows []Row, x []sparse, h int, s settings, threads int, use func(*Row) bool) *linear {
	k := len(mention.Heads[h].Labels)
	var xs []sparse
	var ys []int8
	var ws []float64
	counts := make([]float64, k)
	total := 0.0
	for i := range rows {
		if r := &rows[i]; r.Labels[h] >= 0 && use(r) {
			w := float64(r.Weight[h])
			xs, ys, ws = append(xs, x[i]), append(ys, r.Labels[h]), append(ws, w)
			counts[r.Labels[h]] += w
			total += w
		}
	}
	if s.Balanced {
		for i := range ws {
			ws[i] *= total / (float64(k) * counts[ys[i]])
		}
	}
	return fitLinear(xs, ys, ws, len(b.vec.idf), k, s.C, 50, threads)
}

// predict gives the probabilities of all heads, side by side.
func (b *baseline) predict(text string) []float32 {
	x := b.vec.features(text)
	var out []float32
	for h, m := range b.heads {
		z := make([]float64, len(mention.Heads[h].Labels))
		m.logits(x, z)
		probabilities(z)
		for _, p := range z {
			out = append(out, float32(p))
		}
	}
	return out
}

func argmax[T cmp.Ordered](z []T) int {
	best := 0
	for i, v := range z {
		if v > z[best] {
			best = i
		}
	}
	return best
}

// majority predicts the most frequent class of each head in rows.
func majority(rows []Row) []float32 {
	var out []float32
	for h, head := range mention.Heads {
		counts := make([]float32, len(head.Labels))
		for i := range rows {
			if l := rows[i].Labels[h]; l >= 0 {
				counts[l] += rows[i].Weight[h]
			}
		}
		p := make([]float32, len(counts))
		p[argmax(counts)] = 1
		out = append(out, p...)
	}
	return out
}
