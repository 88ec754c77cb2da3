package train

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// forest is a random forest (Breiman 2001) over TF-IDF features: each tree sees a
// bootstrap sample of the rows and, at each node, a random subset of the
// features; the answers of all trees are averaged. Only the features that tell the
// classes apart best by χ² take part, and their values are kept as a few levels, so
// that the best split of a node is found by counting.
type forest struct {
	Classes  int
	Features []int32   // of the vectorizer, by the forest's own numbers
	Top      []float32 // largest value of each: level = ⌈value / Top · levels⌉
	Trees    []tree
}

// tree is a binary tree in arrays. Node i asks whether feature Feature[i] has a
// level of at least Cut[i]: if so it goes on at Yes[i], else at i+1. Cut 0 marks a
// leaf, whose distribution in 255ths starts at Leaf[Yes[i]].
type tree struct {
	Feature []uint16
	Cut     []uint8
	Yes     []int32
	Leaf    []uint8
}

// levels of a feature that is there; 0 means that it is not.
const levels = 15

type forestOptions struct {
	Trees    int    `json:"trees"`
	Features int    `json:"features"` // best by χ²
	MinLeaf  int    `json:"min_leaf"` // drawn rows
	MaxDepth int    `json:"max_depth"`
	Rows     int    `json:"rows"`     // drawn for a tree, at most; 0 = as many as there are
	Balanced bool   `json:"balanced"` // all classes weigh the same
	Seed     uint64 `json:"seed"`
}

// grower holds what all trees of a forest share.
type grower struct {
	o      forestOptions
	k      int
	levels [][]uint8 // [feature][row]
	y      []int8
	w      []float64
	try    int // features looked at in a node
}

func fitForest(x []sparse, y []int8, w []float64, features, classes int, o forestOptions, threads int) *forest {
	f := &forest{Classes: classes, Features: chiSquared(x, y, w, features, classes, o.Features), Trees: make([]tree, o.Trees)}
	g := &grower{o: o, k: classes, y: y, w: slices.Clone(w), try: max(1, int(math.Sqrt(float64(len(f.Features)))))}
	if o.Balanced {
		balanceClasses(y, g.w, classes)
	}
	own := make([]int32, features)
	for i := range own {
		own[i] = -1
	}
	for i, id := range f.Features {
		own[id] = int32(i)
	}
	f.Top = make([]float32, len(f.Features))
	for _, row := range x {
		for k, id := range row.idx {
			if i := own[id]; i >= 0 {
				f.Top[i] = max(f.Top[i], row.val[k])
			}
		}
	}
	g.levels = make([][]uint8, len(f.Features))
	for i := range g.levels {
		g.levels[i] = make([]uint8, len(x))
	}
	for r, row := range x {
		for k, id := range row.idx {
			if i := own[id]; i >= 0 {
				g.levels[i][r] = level(row.val[k], f.Top[i])
			}
		}
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range max(1, threads) {
		wg.Go(func() {
			for t := range next {
				f.Trees[t] = g.grow(rand.New(rand.NewPCG(o.Seed, uint64(t))))
			}
		})
	}
	for t := range f.Trees {
		next <- t
	}
	close(next)
	wg.Wait()
	return f
}

func level(v, top float32) uint8 {
	return uint8(max(1, min(levels, math.Ceil(float64(v)/float64(top)*levels))))
}

// balanceClasses scales the weights so that all classes that occur weigh the same.
func balanceClasses(y []int8, w []float64, k int) {
	sums, total := make([]float64, k), 0.0
	for i, c := range y {
		sums[c] += w[i]
		total += w[i]
	}
	for i, c := range y {
		w[i] *= total / (float64(k) * sums[c])
	}
}

// chiSquared gives the n features whose presence depends most on the class
// (Pearson's χ² of the weighted table present × class), most dependent first.
func chiSquared(x []sparse, y []int8, w []float64, features, k, n int) []int32 {
	present := make([]float64, features*k)
	class := make([]float64, k)
	total := 0.0
	for r, row := range x {
		class[y[r]] += w[r]
		total += w[r]
		for _, i := range row.idx {
			present[int(i)*k+int(y[r])] += w[r]
		}
	}
	score := make([]float64, features)
	var ids []int32
	for i := range features {
		in := 0.0
		for _, v := range present[i*k : (i+1)*k] {
			in += v
		}
		if in <= 0 || in >= total {
			continue
		}
		for c, v := range present[i*k : (i+1)*k] {
			for _, t := range [2][2]float64{{v, in}, {class[c] - v, total - in}} {
				if want := t[1] * class[c] / total; want > 0 {
					score[i] += (t[0] - want) * (t[0] - want) / want
				}
			}
		}
		ids = append(ids, int32(i))
	}
	slices.SortStableFunc(ids, func(a, b int32) int { return cmp.Compare(score[b], score[a]) })
	return ids[:min(n, len(ids), 1<<16)]
}

// grow makes one tree.
func (g *grower) grow(rng *rand.Rand) tree {
	n := len(g.y)
	if g.o.Rows > 0 {
		n = min(n, g.o.Rows)
	}
	rows := make([]int32, n)
	for i := range rows {
		rows[i] = int32(rng.IntN(len(g.y)))
	}
	slices.Sort(rows) // walks the columns in order
	var t tree
	g.node(&t, rows, 0, rng, make([]float64, (levels+1)*g.k))
	return t
}

func (g *grower) node(t *tree, rows []int32, depth int, rng *rand.Rand, hist []float64) {
	sums := make([]float64, g.k)
	total := 0.0
	for _, r := range rows {
		sums[g.y[r]] += g.w[r]
		total += g.w[r]
	}
	at := len(t.Cut)
	t.Feature, t.Cut, t.Yes = append(t.Feature, 0), append(t.Cut, 0), append(t.Yes, 0)
	if len(rows) >= 2*g.o.MinLeaf && depth < g.o.MaxDepth && slices.Max(sums) < total*(1-1e-9) {
		if f, cut := g.split(rows, sums, total, rng, hist); cut > 0 {
			column := g.levels[f]
			no := make([]int32, 0, len(rows))
			yes := make([]int32, 0, 16)
			for _, r := range rows {
				if column[r] >= cut {
					yes = append(yes, r)
				} else {
					no = append(no, r)
				}
			}
			t.Feature[at], t.Cut[at] = uint16(f), cut
			g.node(t, no, depth+1, rng, hist)
			t.Yes[at] = int32(len(t.Cut))
			g.node(t, yes, depth+1, rng, hist)
			return
		}
	}
	t.Yes[at] = int32(len(t.Leaf))
	for _, s := range sums {
		t.Leaf = append(t.Leaf, uint8(math.Round(255*s/total)))
	}
}

// split finds the feature and level with the largest fall of the Gini impurity
// among a random choice of features; level 0 if none splits. Features that no row
// of the node has do not count as looked at, up to a limit.
func (g *grower) split(rows []int32, sums []float64, total float64, rng *rand.Rand, hist []float64) (feature int, cut uint8) {
	best := 1e-9 * total
	parent := purity(sums, total)
	left, counts := make([]float64, g.k), [levels + 1]int{}
	for tries, looked := 0, 0; looked < g.try && tries < 4*g.try; tries++ {
		f := rng.IntN(len(g.levels))
		column := g.levels[f]
		clear(hist)
		counts = [levels + 1]int{}
		for _, r := range rows {
			l := int(column[r])
			if l > 0 {
				hist[l*g.k+int(g.y[r])] += g.w[r]
				counts[l]++
			}
		}
		// from the highest level down: what is at or above the cut
		clear(left)
		above, sum := 0, 0.0
		for l := levels; l >= 1; l-- {
			if counts[l] == 0 {
				continue
			}
			for c, v := range hist[l*g.k : (l+1)*g.k] {
				left[c] += v
				sum += v
			}
			if above += counts[l]; above < g.o.MinLeaf || len(rows)-above < g.o.MinLeaf {
				continue
			}
			gain := purity(left, sum) - parent
			rest, square := total-sum, 0.0
			for c, v := range left {
				square += (sums[c] - v) * (sums[c] - v)
			}
			if gain += square / rest; gain > best {
				best, feature, cut = gain, f, uint8(l)
			}
		}
		if above > 0 {
			looked++
		}
	}
	return feature, cut
}

// purity is Σ sums² / total: the total weight minus the Gini impurity times it.
func purity(sums []float64, total float64) float64 {
	s := 0.0
	for _, v := range sums {
		s += v * v
	}
	return s / total
}

// predict averages the leaves that x falls into.
func (f *forest) predict(x sparse, own map[int32]int32, scratch []uint8, out []float64) {
	clear(scratch)
	for k, id := range x.idx {
		if i, ok := own[id]; ok {
			scratch[i] = level(x.val[k], f.Top[i])
		}
	}
	clear(out)
	for i := range f.Trees {
		t := &f.Trees[i]
		at := int32(0)
		for t.Cut[at] > 0 {
			if scratch[t.Feature[at]] >= t.Cut[at] {
				at = t.Yes[at]
			} else {
				at++
			}
		}
		leaf := t.Leaf[t.Yes[at]:][:f.Classes]
		for c, v := range leaf {
			out[c] += float64(v)
		}
	}
	sum := 0.0
	for _, v := range out {
		sum += v
	}
	for c := range out {
		out[c] = (out[c] + 1e-9) / (sum + 1e-9*float64(f.Classes))
	}
}

// numbers maps the vectorizer's features to the forest's.
func (f *forest) numbers() map[int32]int32 {
	m := make(map[int32]int32, len(f.Features))
	for i, id := range f.Features {
		m[id] = int32(i)
	}
	return m
}

// nodes of all trees.
func (f *forest) nodes() (n int) {
	for i := range f.Trees {
		n += len(f.Trees[i].Cut)
	}
	return n
}
