// Package topic finds what complaints and praises are about, without being told: it
// groups short texts by the words that they share, names each group by its own words,
// and knows it again when more texts have come.
//
// Texts go in as words without the name of the entity itself (text.go), are weighted
// by TF-IDF and split into a few parts by non-negative matrix factorisation (nmf.go);
// how many parts is chosen by how stable they are. Equal texts give equal themes, in
// any order and on any machine.
//
// Read next: text.go, book.go (ids that stay).
package topic

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"antojo/internal/metric"
)

// Doc is one text.
type Doc struct {
	Key  string // identifies it; also breaks ties
	Text string
	Skip []Span // parts that say nothing here: the names of the entity itself
}

// Span is a range of bytes.
type Span struct{ Start, End int }

// Word is a word of a theme as people write it.
type Word struct {
	Text   string  `json:"text"`
	Stem   string  `json:"stem"`
	Weight float64 `json:"weight"` // class-based TF-IDF, the largest of a theme is 1
}

// Theme is a group of texts.
type Theme struct {
	ID    string
	Words []Word       // what sets it apart, strongest first
	Docs  []string     // keys, most typical first
	Share metric.Value // of all texts that were looked at, also those left out
}

// Name is the theme's first words.
func (t Theme) Name() string {
	var w []string
	for _, x := range t.Words[:min(nameWords, len(t.Words))] {
		w = append(w, x.Text)
	}
	return strings.Join(w, " · ")
}

// Result is the themes of a set of texts, largest first.
type Result struct {
	Themes []Theme
	N      int // texts looked at
	Left   int // of these, in no theme: they share no word with enough others
}

const (
	// MinDocs is how many texts themes are looked for in at the least.
	MinDocs = 60
	// smallest is the least size of a theme; smaller ones are given to the next best.
	smallest   = 8
	nameWords  = 3
	keepWords  = 20
	fewest     = 3 // themes
	most       = 8
	folds      = 3   // samples that themes are compared with
	nearly     = .08 // less overlap than the best that is still stable enough
	maxWords   = 900 // words looked at, the commonest
	minShared  = 3   // texts that must share a word
	maxSpread  = .4  // of the texts: commoner words tell nothing apart
	topOverlap = 10  // words of a theme compared between samples
	maxJump    = 3   // more themes or fewer than known by which one begins anew
	worseFit   = .01 // of the squares, by which known themes may fit worse than fresh ones
)

// Find looks for themes in docs. Result.Themes have no ids yet (see Book). known are
// the themes that were found last time, if any: where they still fit the texts as well
// as a fresh start would, the search goes on from them, so that themes follow the
// texts instead of being drawn anew every week.
func Find(docs []Doc, known []Known) Result {
	docs = slices.Clone(docs)
	slices.SortFunc(docs, func(a, b Doc) int { return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.Text, b.Text)) })
	out := Result{N: len(docs), Left: len(docs)}
	if len(docs) < MinDocs {
		return out
	}
	c := newCorpus(docs)
	k := c.chooseSize()
	if k == 0 {
		return out
	}
	groups := c.assign(c.themes(k, known))
	for _, g := range groups {
		if len(g) == 0 {
			continue
		}
		t := Theme{Words: c.name(g, groups), Share: metric.Share(int64(len(g)), int64(len(docs)))}
		if len(t.Words) == 0 {
			continue
		}
		centre := c.centre(g)
		slices.SortStableFunc(g, func(a, b int) int {
			return cmp.Or(cmp.Compare(dot(c.rows[b], centre), dot(c.rows[a], centre)), cmp.Compare(a, b))
		})
		for _, d := range g {
			t.Docs = append(t.Docs, docs[d].Key)
		}
		out.Themes = append(out.Themes, t)
		out.Left -= len(g)
	}
	slices.SortStableFunc(out.Themes, func(a, b Theme) int {
		return cmp.Or(cmp.Compare(len(b.Docs), len(a.Docs)), strings.Compare(a.Name(), b.Name()))
	})
	return out
}

// themes splits the texts into k parts, or goes on from what is known.
func (c *corpus) themes(k int, known []Known) factors {
	if n := len(known); n >= fewest && n <= most && max(n, k)-min(n, k) <= maxJump {
		warm := factorise(c.rows, len(c.terms), n, allRounds, c.seed(known)...)
		cold := factorise(c.rows, len(c.terms), n, allRounds)
		if warm.misfit(c.rows) <= cold.misfit(c.rows)+worseFit {
			return warm
		}
	}
	return factorise(c.rows, len(c.terms), k, allRounds)
}

// seed is the words of known themes as a words × k matrix.
func (c *corpus) seed(known []Known) []float64 {
	index := map[string]int{}
	for i, s := range c.terms {
		index[s] = i
	}
	h := make([]float64, len(c.terms)*len(known))
	for t, k := range known {
		for _, w := range k.Words {
			if i, ok := index[w.Stem]; ok {
				h[i*len(known)+t] = w.Weight
			}
		}
	}
	return h
}

// corpus is texts as weighted words.
type corpus struct {
	terms []string // stems
	form  []string // the commonest way in which each is written
	rows  []sparse // TF-IDF, each of length 1 (or empty)
	idf   []float64
}

// sparse is a row of a matrix.
type sparse struct {
	at  []int32
	val []float64
}

func newCorpus(docs []Doc) *corpus {
	tokens := make([][]token, len(docs))
	df := map[string]int{}
	forms := map[string]map[string]int{}
	for i, d := range docs {
		tokens[i] = tokenise(d)
		seen := map[string]bool{}
		for _, t := range tokens[i] {
			if !seen[t.stem] {
				seen[t.stem] = true
				df[t.stem]++
			}
			if forms[t.stem] == nil {
				forms[t.stem] = map[string]int{}
			}
			forms[t.stem][t.form]++
		}
	}
	c := &corpus{}
	for s, n := range df {
		if n >= minShared && float64(n) <= maxSpread*float64(len(docs)) {
			c.terms = append(c.terms, s)
		}
	}
	slices.SortFunc(c.terms, func(a, b string) int { return cmp.Or(cmp.Compare(df[b], df[a]), strings.Compare(a, b)) })
	c.terms = c.terms[:min(maxWords, len(c.terms))]
	index := map[string]int32{}
	for i, s := range c.terms {
		index[s] = int32(i)
		best := ""
		for f, n := range forms[s] {
			if m := forms[s][best]; n > m || n == m && f < best {
				best = f
			}
		}
		c.form = append(c.form, best)
		c.idf = append(c.idf, math.Log(float64(len(docs))/float64(df[s]))+1)
	}
	for _, ts := range tokens {
		tf := map[int32]float64{}
		for _, t := range ts {
			if i, ok := index[t.stem]; ok {
				tf[i]++
			}
		}
		var r sparse
		for i := range tf {
			r.at = append(r.at, i)
		}
		slices.Sort(r.at)
		norm := 0.0
		for _, i := range r.at {
			v := (1 + math.Log(tf[i])) * c.idf[i]
			r.val = append(r.val, v)
			norm += v * v
		}
		for j := range r.val {
			r.val[j] /= math.Sqrt(norm)
		}
		c.rows = append(c.rows, r)
	}
	return c
}

// chooseSize tries each number of themes and asks how nearly the same they are when a
// fifth of the texts is left out, by the overlap of their strongest words (D. Greene,
// D. O'Callaghan and P. Cunningham, "How many topics? Stability analysis for topic
// models", ECML PKDD 2014). It takes the largest number that is nearly as stable as
// the best: two or three themes are always stable and say little. 0 = too few words.
func (c *corpus) chooseSize() int {
	used := 0
	for _, r := range c.rows {
		if len(r.at) > 0 {
			used++
		}
	}
	limit := min(most, used/(2*smallest), len(c.terms)/4)
	best, size := 0.0, 0
	agree := make([]float64, max(0, limit)+1)
	for k := fewest; k <= limit; k++ {
		whole := strongest(factorise(c.rows, len(c.terms), k, fewRounds), topOverlap)
		for f := range folds {
			var part []sparse
			for i, r := range c.rows {
				if i%5 != f {
					part = append(part, r)
				}
			}
			agree[k] += overlap(whole, strongest(factorise(part, len(c.terms), k, fewRounds), topOverlap)) / folds
		}
		best = math.Max(best, agree[k])
	}
	for k := fewest; k <= limit; k++ {
		if agree[k] >= best-nearly {
			size = k
		}
	}
	return size
}

// strongest lists the heaviest words of each theme.
func strongest(f factors, n int) [][]int {
	out := make([][]int, f.k)
	for t := range out {
		idx := make([]int, len(f.h)/f.k)
		for i := range idx {
			idx[i] = i
		}
		slices.SortStableFunc(idx, func(a, b int) int { return cmp.Compare(f.h[b*f.k+t], f.h[a*f.k+t]) })
		out[t] = idx[:min(n, len(idx))]
	}
	return out
}

// overlap pairs the themes of two lists, the best pairs first, and returns the mean
// Jaccard overlap of their words.
func overlap(a, b [][]int) float64 {
	type pair struct {
		i, j int
		s    float64
	}
	var ps []pair
	for i := range a {
		for j := range b {
			both := 0
			for _, x := range a[i] {
				if slices.Contains(b[j], x) {
					both++
				}
			}
			ps = append(ps, pair{i, j, float64(both) / float64(len(a[i])+len(b[j])-both)})
		}
	}
	slices.SortStableFunc(ps, func(x, y pair) int { return cmp.Compare(y.s, x.s) })
	doneA, doneB := map[int]bool{}, map[int]bool{}
	sum := 0.0
	for _, p := range ps {
		if !doneA[p.i] && !doneB[p.j] {
			doneA[p.i], doneB[p.j] = true, true
			sum += p.s
		}
	}
	return sum / float64(max(1, len(a)))
}

// assign gives each text to the theme that has most of it, then to the theme whose
// centre is nearest, until little changes; themes that stay too small are given up.
// Texts that share no word with others are in none.
func (c *corpus) assign(f factors) [][]int {
	k := f.k
	of := make([]int, len(c.rows))
	for i := range of {
		of[i] = -1
		best := 0.0
		for t, x := range f.w[i*k : i*k+k] {
			if x > best {
				best, of[i] = x, t
			}
		}
	}
	alive := make([]bool, k)
	for t := range alive {
		alive[t] = true
	}
	for range 12 {
		groups := make([][]int, k)
		for i, t := range of {
			if t >= 0 {
				groups[t] = append(groups[t], i)
			}
		}
		for t, g := range groups {
			alive[t] = alive[t] && len(g) >= smallest
		}
		centres := make([][]float64, k)
		for t, g := range groups {
			if alive[t] {
				centres[t] = c.centre(g)
			}
		}
		changed := 0
		for i, r := range c.rows {
			to, best := -1, 1e-6
			for t, centre := range centres {
				if centre == nil {
					continue
				}
				if s := dot(r, centre); s > best {
					to, best = t, s
				}
			}
			if to != of[i] {
				of[i] = to
				changed++
			}
		}
		if changed*200 < len(of) {
			break
		}
	}
	out := make([][]int, k)
	for i, t := range of {
		if t >= 0 && alive[t] {
			out[t] = append(out[t], i)
		}
	}
	return out
}

// centre is the mean of the rows of a group, of length 1.
func (c *corpus) centre(g []int) []float64 {
	out := make([]float64, len(c.terms))
	for _, i := range g {
		r := c.rows[i]
		for j, at := range r.at {
			out[at] += r.val[j]
		}
	}
	norm := 0.0
	for _, x := range out {
		norm += x * x
	}
	if norm > 0 {
		for i := range out {
			out[i] /= math.Sqrt(norm)
		}
	}
	return out
}

func dot(r sparse, v []float64) float64 {
	s := 0.0
	for j, at := range r.at {
		s += r.val[j] * v[at]
	}
	return s
}

// name weighs the words of a group by class-based TF-IDF: tf in the group times
// log(1 + mean words of a group / tf in all groups) (M. Grootendorst, "BERTopic",
// arXiv 2203.05794 (2022), eq. 2; here tf counts texts, so that one text cannot name a
// theme).
func (c *corpus) name(g []int, groups [][]int) []Word {
	tf, all := make([]float64, len(c.terms)), make([]float64, len(c.terms))
	total, some := 0.0, 0
	for _, other := range groups {
		if len(other) > 0 {
			some++
		}
		for _, i := range other {
			for _, at := range c.rows[i].at {
				all[at]++
				total++
			}
		}
	}
	for _, i := range g {
		for _, at := range c.rows[i].at {
			tf[at]++
		}
	}
	mean := total / float64(max(1, some))
	var words []Word
	for t, n := range tf {
		if n >= 2 {
			words = append(words, Word{Text: c.form[t], Stem: c.terms[t], Weight: n / float64(len(g)) * math.Log(1+mean/all[t])})
		}
	}
	slices.SortFunc(words, func(a, b Word) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), strings.Compare(a.Stem, b.Stem)) })
	words = words[:min(keepWords, len(words))]
	if len(words) > 0 {
		top := words[0].Weight
		for i := range words {
			words[i].Weight /= top
		}
	}
	return words
}
