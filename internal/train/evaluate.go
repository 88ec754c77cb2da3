package train

import (
	"math"

	"antojo/internal/mention"
)

// HeadScore is how well one head does.
type HeadScore struct {
	N         int                `json:"n"`
	Accuracy  float64            `json:"accuracy"`
	MacroF1   float64            `json:"macro_f1"` // mean F1 over the classes that occur in the data
	F1        map[string]float64 `json:"f1"`
	Precision map[string]float64 `json:"precision,omitempty"`
	Recall    map[string]float64 `json:"recall,omitempty"`
	Support   map[string]int     `json:"support"`
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

// confusion counts gold × predicted of one head.
type confusion struct {
	k int
	n []int32
}

func newConfusion(k int) confusion { return confusion{k, make([]int32, k*k)} }

func (c confusion) add(gold, pred int) { c.n[gold*c.k+pred]++ }

// class sums a class: right, how often it occurs, how often it is predicted.
func (c confusion) class(class int) (tp, gold, pred int) {
	for i := range c.k {
		gold += int(c.n[class*c.k+i])
		pred += int(c.n[i*c.k+class])
	}
	return int(c.n[class*c.k+class]), gold, pred
}

// f1 of one class, 0 where it is neither there nor predicted.
func (c confusion) f1(class int) (f float64, gold int) {
	tp, gold, pred := c.class(class)
	return ratio(2*tp, gold+pred), gold
}

func (c confusion) macroF1() float64 {
	var sum float64
	var n int
	for i := range c.k {
		if f, gold := c.f1(i); gold > 0 {
			sum += f
			n++
		}
	}
	return sum / float64(max(1, n))
}

// total is the number of rows, right that of rows on the diagonal.
func (c confusion) total() (right, total int) {
	for i, n := range c.n {
		total += int(n)
		if i%(c.k+1) == 0 {
			right += int(n)
		}
	}
	return right, total
}

func (c confusion) score(labels []string) HeadScore {
	s := HeadScore{MacroF1: c.macroF1(), F1: map[string]float64{}, Precision: map[string]float64{}, Recall: map[string]float64{}, Support: map[string]int{}}
	for i, l := range labels {
		tp, gold, pred := c.class(i)
		s.F1[l], s.Precision[l], s.Recall[l], s.Support[l] = ratio(2*tp, gold+pred), ratio(tp, pred), ratio(tp, gold), gold
	}
	right, total := c.total()
	s.N, s.Accuracy = total, ratio(right, total)
	return s
}

// ratio is a/b, 0 if there is nothing to divide by.
func ratio(a, b int) float64 { return float64(a) / float64(max(1, b)) }

// tally holds the confusion matrices of all heads side by side. Every figure of a
// model on a set of rows is a function of it, so the bootstrap only counts.
type tally []int32

// layout is where each head's matrix starts in a tally, and the length of it.
var layout = func() (at [numHeads + 1]int) {
	for h, head := range mention.Heads {
		k := len(head.Labels)
		at[h+1] = at[h] + k*k
	}
	return at
}()

func newTally() tally { return make(tally, layout[numHeads]) }

func (t tally) head(h int) confusion {
	return confusion{len(mention.Heads[h].Labels), t[layout[h]:layout[h+1]]}
}

// cells are the places in the tally where a row counts, −1 for unknown heads.
type cells [numHeads]int16

func cellsOf(gold, pred *[numHeads]int8) (c cells) {
	for h, head := range mention.Heads {
		c[h] = -1
		if gold[h] >= 0 {
			c[h] = int16(layout[h] + int(gold[h])*len(head.Labels) + int(pred[h]))
		}
	}
	return c
}

func (t tally) add(c *cells) {
	for _, i := range c {
		if i >= 0 {
			t[i]++
		}
	}
}

// aspectCounts sum over rows and aspects.
type aspectCounts struct{ gold, pred, found, right int }

// aspect counts one aspect: class 0 is "none".
func (t tally) aspect(a int) (s aspectCounts) {
	c := t.head(headAspect + a)
	for g := range c.k {
		for p := range c.k {
			n := int(c.n[g*c.k+p])
			if g > 0 {
				s.gold += n
			}
			if p > 0 {
				s.pred += n
			}
			if g > 0 && p > 0 {
				s.found += n
				if g == p {
					s.right += n
				}
			}
		}
	}
	return s
}

// aspects sums all aspects.
func (t tally) aspects() (s aspectCounts) {
	for a := range mention.AspectNames {
		x := t.aspect(a)
		s.gold, s.pred, s.found, s.right = s.gold+x.gold, s.pred+x.pred, s.found+x.found, s.right+x.right
	}
	return s
}

func (a aspectCounts) f1(tp int) float64 { return ratio(2*tp, a.gold+a.pred) }

// scores spells a tally out.
func (t tally) scores(rows int) Scores {
	s := Scores{Rows: rows, Heads: map[string]HeadScore{}, AspectByName: map[string]float64{}}
	for h := range headAspect {
		if sc := t.head(h).score(mention.Heads[h].Labels); sc.N > 0 {
			s.Heads[mention.Heads[h].Name] = sc
		}
	}
	for a, name := range mention.AspectNames {
		if one := t.aspect(a); one.gold > 0 {
			s.AspectByName[name] = one.f1(one.found)
		}
	}
	if all := t.aspects(); all.gold > 0 {
		s.AspectF1, s.AspectJointF1 = all.f1(all.found), all.f1(all.right)
		s.AspectPolarity = ratio(all.right, all.found)
	}
	return s
}

// decode takes probabilities or logits of all heads: the largest of each head.
func decode(p []float32) (out [numHeads]int8) {
	from := 0
	for h, head := range mention.Heads {
		k := len(head.Labels)
		out[h] = int8(argmax(p[from : from+k]))
		from += k
	}
	return out
}

// Evaluate compares predicted labels with the known labels of rows.
func Evaluate(rows []Row, pred [][numHeads]int8) Scores {
	t := newTally()
	for i := range rows {
		c := cellsOf(&rows[i].Labels, &pred[i])
		t.add(&c)
	}
	return t.scores(len(rows))
}

// headline lists the figures that models are compared by. Each is a number from 0
// to 1, and not a number where the rows have no labels for it.
var headline = []measure{
	{"relevance macro-F1", macro(headRelevance), func(s Scores) float64 { return s.Heads["relevance"].MacroF1 }},
	{"relevance not-food F1", classF1(headRelevance, 0), func(s Scores) float64 { return s.Heads["relevance"].F1["other"] }},
	{"sentiment macro-F1", macro(headSentiment), func(s Scores) float64 { return s.Heads["sentiment"].MacroF1 }},
	{"intent macro-F1", macro(headIntent), func(s Scores) float64 { return s.Heads["intent"].MacroF1 }},
	{"aspects micro-F1", ofAspects(func(a aspectCounts) float64 { return a.f1(a.found) }), func(s Scores) float64 { return s.AspectF1 }},
	{"aspects with polarity micro-F1", ofAspects(func(a aspectCounts) float64 { return a.f1(a.right) }), func(s Scores) float64 { return s.AspectJointF1 }},
	{"aspect polarity accuracy", ofAspects(func(a aspectCounts) float64 { return ratio(a.right, a.found) }), func(s Scores) float64 { return s.AspectPolarity }},
}

// measure is one figure: from counts, and from scores that were written down.
type measure struct {
	name string
	get  func(tally) float64
	of   func(Scores) float64
}

func macro(h int) func(tally) float64 {
	return func(t tally) float64 {
		c := t.head(h)
		if _, n := c.total(); n == 0 {
			return math.NaN()
		}
		return c.macroF1()
	}
}

func classF1(h, class int) func(tally) float64 {
	return func(t tally) float64 {
		f, gold := t.head(h).f1(class)
		if gold == 0 {
			return math.NaN()
		}
		return f
	}
}

func ofAspects(f func(aspectCounts) float64) func(tally) float64 {
	return func(t tally) float64 {
		a := t.aspects()
		if a.gold == 0 {
			return math.NaN()
		}
		return f(a)
	}
}
