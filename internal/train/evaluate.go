package train

import (
	"math/rand/v2"
	"slices"

	"antojo/internal/mention"
)

// HeadScore is how well one head does.
type HeadScore struct {
	N        int                `json:"n"`
	Accuracy float64            `json:"accuracy"`
	MacroF1  float64            `json:"macro_f1"` // mean F1 over the classes that occur in the data
	F1       map[string]float64 `json:"f1"`
	Support  map[string]int     `json:"support"`
}

// Scores of one model on one set of rows.
type Scores struct {
	Rows  int                  `json:"rows"`
	Heads map[string]HeadScore `json:"heads"` // relevance, sentiment, intent
	// Aspects: micro-F1 of finding that a text speaks of an aspect; of finding it
	// with the right polarity; and the share of right polarities among those found.
	AspectF1       float64            `json:"aspect_f1"`
	AspectJointF1  float64            `json:"aspect_joint_f1"`
	AspectPolarity float64            `json:"aspect_polarity_accuracy"`
	AspectByName   map[string]float64 `json:"aspect_f1_by_name"`
}

// confusion counts gold × predicted.
type confusion struct {
	k int
	n []int
}

func newConfusion(k int) *confusion { return &confusion{k, make([]int, k*k)} }

func (c *confusion) add(gold, pred int) { c.n[gold*c.k+pred]++ }

// f1 of one class, and how often it occurs.
func (c *confusion) f1(class int) (float64, int) {
	tp, gold, pred := c.n[class*c.k+class], 0, 0
	for i := range c.k {
		gold += c.n[class*c.k+i]
		pred += c.n[i*c.k+class]
	}
	if gold+pred == 0 {
		return 0, 0
	}
	return 2 * float64(tp) / float64(gold+pred), gold
}

func (c *confusion) macroF1() float64 {
	var sum float64
	var n int
	for i := range c.k {
		if f, support := c.f1(i); support > 0 {
			sum += f
			n++
		}
	}
	return sum / float64(max(1, n))
}

func (c *confusion) score(labels []string) HeadScore {
	s := HeadScore{MacroF1: c.macroF1(), F1: map[string]float64{}, Support: map[string]int{}}
	right := 0
	for i, l := range labels {
		f, support := c.f1(i)
		s.F1[l], s.Support[l] = f, support
		s.N += support
		right += c.n[i*c.k+i]
	}
	s.Accuracy = float64(right) / float64(max(1, s.N))
	return s
}

// labels decodes probabilities or logits of all heads: the largest of each head.
func decode(p []float32) (out [numHeads]int8) {
	from := 0
	for h, head := range mention.Heads {
		k := len(head.Labels)
		out[h] = int8(argmax(p[from : from+k]))
		from += k
	}
	return out
}

// aspectCounts sum over rows and aspects.
type aspectCounts struct{ gold, pred, found, right int }

func (a *aspectCounts) add(gold, pred int8) {
	if gold > 0 {
		a.gold++
	}
	if pred > 0 {
		a.pred++
	}
	if gold > 0 && pred > 0 {
		a.found++
		if gold == pred {
			a.right++
		}
	}
}

func (a aspectCounts) f1(tp int) float64 { return 2 * float64(tp) / float64(max(1, a.gold+a.pred)) }

// Evaluate compares predicted labels with the known labels of rows.
func Evaluate(rows []Row, pred [][numHeads]int8) Scores {
	idx := make([]int, len(rows))
	for i := range idx {
		idx[i] = i
	}
	return evaluate(rows, pred, idx)
}

func evaluate(rows []Row, pred [][numHeads]int8, idx []int) Scores {
	s := Scores{Rows: len(idx), Heads: map[string]HeadScore{}, AspectByName: map[string]float64{}}
	for h := range headAspect {
		c := newConfusion(len(mention.Heads[h].Labels))
		for _, i := range idx {
			if l := rows[i].Labels[h]; l >= 0 {
				c.add(int(l), int(pred[i][h]))
			}
		}
		if sc := c.score(mention.Heads[h].Labels); sc.N > 0 {
			s.Heads[mention.Heads[h].Name] = sc
		}
	}
	var all aspectCounts
	for a, name := range mention.AspectNames {
		var one aspectCounts
		for _, i := range idx {
			if l := rows[i].Labels[headAspect+a]; l >= 0 {
				one.add(l, pred[i][headAspect+a])
				all.add(l, pred[i][headAspect+a])
			}
		}
		if one.gold > 0 {
			s.AspectByName[name] = one.f1(one.found)
		}
	}
	if all.gold > 0 {
		s.AspectF1, s.AspectJointF1 = all.f1(all.found), all.f1(all.right)
		s.AspectPolarity = float64(all.right) / float64(max(1, all.found))
	}
	return s
}

// headline lists the figures that models are compared by.
var headline = []struct {
	name string
	of   func(Scores) float64
}{
	{"relevance macro-F1", func(s Scores) float64 { return s.Heads["relevance"].MacroF1 }},
	{"relevance not-food F1", func(s Scores) float64 { return s.Heads["relevance"].F1["other"] }},
	{"sentiment macro-F1", func(s Scores) float64 { return s.Heads["sentiment"].MacroF1 }},
	{"intent macro-F1", func(s Scores) float64 { return s.Heads["intent"].MacroF1 }},
	{"aspects micro-F1", func(s Scores) float64 { return s.AspectF1 }},
	{"aspects with polarity micro-F1", func(s Scores) float64 { return s.AspectJointF1 }},
	{"aspect polarity accuracy", func(s Scores) float64 { return s.AspectPolarity }},
}

// Difference is a − b with its 95 % interval.
type Difference struct {
	Measure    string  `json:"measure"`
	Encoder    float64 `json:"encoder"`
	Baseline   float64 `json:"baseline"`
	Difference float64 `json:"difference"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
}

// Verdict of a difference: better and worse only if the interval excludes zero.
func (d Difference) Verdict() string {
	switch {
	case d.Low > 0:
		return "better"
	case d.High < 0:
		return "worse"
	}
	return "not distinguishable"
}

// compare gives each headline figure of two models on the same rows and, by 1,000
// paired bootstrap resamples of the rows (Efron & Tibshirani 1993), the 95 %
// percentile interval of the difference.
func compare(rows []Row, a, b [][numHeads]int8, seed uint64) []Difference {
	const resamples = 1000
	sa, sb := Evaluate(rows, a), Evaluate(rows, b)
	diffs := make([][]float64, len(headline))
	rng := rand.New(rand.NewPCG(seed, 2))
	idx := make([]int, len(rows))
	for range resamples {
		for i := range idx {
			idx[i] = rng.IntN(len(rows))
		}
		ra, rb := evaluate(rows, a, idx), evaluate(rows, b, idx)
		for k, m := range headline {
			diffs[k] = append(diffs[k], m.of(ra)-m.of(rb))
		}
	}
	var out []Difference
	for k, m := range headline {
		slices.Sort(diffs[k])
		x, y := m.of(sa), m.of(sb)
		if x == 0 && y == 0 {
			continue
		}
		out = append(out, Difference{m.name, x, y, x - y, diffs[k][resamples*25/1000], diffs[k][resamples*975/1000]})
	}
	return out
}
