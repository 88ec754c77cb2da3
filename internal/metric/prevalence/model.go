package prevalence

import (
	"slices"
	"strings"
	"sync"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// minRows is how many development rows of each true class there must be for a
// figure to be corrected: what four rows say of a recall is nearly anything.
const minRows = 5

// Model corrects figures that a model counted. Matrices are drawn when they are
// first needed; after that a figure takes some microseconds. It is safe for
// concurrent use.
type Model struct {
	name string
	c    *Confusion

	mu    sync.Mutex
	heads map[headKey]*head
}

// headKey names a confusion matrix. The craving rate has one of its own, of craving
// against the rest, because roll-ups hold no other intents.
type headKey struct {
	name string
	all  bool // of all rows; else only of those that the model takes to be about food
}

const cravingHead = "craving"

// New prepares a model's matrices.
func New(c *Confusion) *Model {
	return &Model{name: c.Model, c: c, heads: map[headKey]*head{}}
}

// Name is the model's name and version.
func (m *Model) Name() string { return m.name }

// head returns the matrices of a head, nil if its development rows are too few.
func (m *Model) head(k headKey) *head {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, ok := m.heads[k]
	if !ok {
		counts, classes := m.counts(k)
		kin := m.kin(k)
		if enough(append(kin, counts[:]...), classes) {
			h = &head{p: newPosterior(&counts, kin, classes, seedOf(m.name+k.name)), made: map[weightKey]*weights{}}
		}
		m.heads[k] = h
	}
	return h
}

// seedOf makes draws the same in every process (FNV-1a).
func seedOf(s string) uint64 {
	x := uint64(14695981039346656037)
	for i := range len(s) {
		x = (x ^ uint64(s[i])) * 1099511628211
	}
	return x
}

// counts sums the cells that a matrix is made of.
func (m *Model) counts(k headKey) (out [numSources][maxClasses]vector, classes int) {
	name := k.name
	if name == cravingHead {
		name = "intent"
	}
	for _, cell := range m.c.Cells {
		if cell.Head != name || !k.all && !cell.Relevant && name != "relevance" {
			continue
		}
		s := slices.Index(sources[:], cell.Source)
		for r, row := range cell.Counts {
			for j, n := range row {
				if k.name == cravingHead {
					r, j = min(r, 1), min(j, 1) // craving is the first intent
				}
				out[s][r][j] += float64(n)
			}
		}
	}
	if k.name == cravingHead {
		return out, 2
	}
	for _, h := range mention.Heads {
		if h.Name == name {
			classes = len(h.Labels)
		}
	}
	return out, classes
}

// kin sums the cells of the other aspects, if k is an aspect's head.
func (m *Model) kin(k headKey) [][maxClasses]vector {
	if !strings.HasPrefix(k.name, aspectPrefix) {
		return nil
	}
	out := make([][maxClasses]vector, 0, mention.NumAspects)
	for _, a := range mention.AspectNames {
		if aspectPrefix+a == k.name {
			continue
		}
		counts, classes := m.counts(headKey{aspectPrefix + a, k.all})
		var one [maxClasses]vector
		for s := range counts {
			for r := range classes {
				for j := range classes {
					one[r][j] += counts[s][r][j]
				}
			}
		}
		out = append(out, one)
	}
	return out
}

const aspectPrefix = "aspect_"

func enough(counts [][maxClasses]vector, classes int) bool {
	for r := range classes {
		n := 0.0
		for s := range counts {
			n += sum(counts[s][r])
		}
		if n < minRows {
			return false
		}
	}
	return classes > 0
}

// Window is what a group of mentions holds, by source in the order of mention.Sources.
type Window [numSources]metric.Counts

// add sums up the statistics of a group that came in several parts.
func (w *Window) add(source string, c metric.Counts) {
	if s := slices.Index(sources[:], mention.Source(source)); s >= 0 {
		w[s].Add(c)
	}
}

func (w *Window) strata(counts func(*metric.Counts) vector) []stratum {
	var out []stratum
	for s := range w {
		if v := counts(&w[s]); sum(v) > 0 {
			out = append(out, stratum{s, v})
		}
	}
	return out
}

// Correct gives the corrected figure of a measure, or why there is none. raw is the
// figure as counted; all says that the window holds mentions that are not about
// food too; aspect is the one that an aspect measure is of, and its window must
// count in Scored all texts that could have spoken of it.
func (m *Model) Correct(measure string, w *Window, raw metric.Value, all bool, aspect mention.Aspect) (metric.Value, metric.Why) {
	sentiment := func(c *metric.Counts) vector { return vector{float64(c.Neg), float64(c.Neu), float64(c.Pos)} }
	switch measure {
	case "negative_share":
		return m.share("sentiment", all, w.strata(sentiment), 0, raw)
	case "neutral_share":
		return m.share("sentiment", all, w.strata(sentiment), 1, raw)
	case "positive_share":
		return m.share("sentiment", all, w.strata(sentiment), 2, raw)
	case "craving_rate":
		return m.share(cravingHead, all, w.strata(func(c *metric.Counts) vector {
			return vector{float64(c.Crave), float64(c.Scored - c.Crave)}
		}), 0, raw)
	case "net_sentiment":
		h := m.head(headKey{"sentiment", all})
		if h == nil {
			return raw, metric.WhyFewRows
		}
		s := w.strata(sentiment)
		if len(s) == 0 {
			return raw, ""
		}
		pi := h.shares(s)
		low, high := h.interval(s, contrast{-1, 0, 1})
		n := total(s)
		perfect := metric.Net(whole(pi[2]*n), whole(pi[0]*n), int64(n))
		return value(pi[2]-pi[0], low, high, -1, 1, raw, perfect), ""
	case "aspect_net":
		return m.aspectNet(w, raw, all, aspect)
	}
	return raw, ""
}

// Corrects reports whether a measure counts labels of the model.
func Corrects(measure string) bool {
	switch measure {
	case "negative_share", "neutral_share", "positive_share", "net_sentiment", "craving_rate", "aspect_net":
		return true
	}
	return false
}

func (m *Model) share(name string, all bool, s []stratum, class int, raw metric.Value) (metric.Value, metric.Why) {
	h := m.head(headKey{name, all})
	if h == nil {
		return raw, metric.WhyFewRows
	}
	if len(s) == 0 {
		return raw, ""
	}
	pi := h.shares(s)
	low, high := h.interval(s, share(class))
	n := total(s)
	return value(pi[class], low, high, 0, 1, raw, metric.Share(whole(pi[class]*n), int64(n))), ""
}

// Classes of an aspect head.
const aspectNone, aspectNeg, aspectPos = 0, 1, 3

func (m *Model) aspectNet(w *Window, raw metric.Value, all bool, aspect mention.Aspect) (metric.Value, metric.Why) {
	h := m.head(headKey{aspectPrefix + aspect.String(), all})
	if h == nil {
		return raw, metric.WhyFewRows
	}
	s := w.strata(func(c *metric.Counts) vector {
		spoken := c.AspectNeg + c.AspectNeu + c.AspectPos
		return vector{float64(max(0, c.Scored-spoken)), float64(c.AspectNeg), float64(c.AspectNeu), float64(c.AspectPos)}
	})
	if len(s) == 0 || !raw.Defined {
		return raw, ""
	}
	pi := h.shares(s)
	spoken := 1 - pi[aspectNone]
	if spoken*total(s) < 0.5 { // by the matrix all that was found is error: nothing is known of the rest
		return value(raw.Value, -1, 1, -1, 1, raw, raw), ""
	}
	low, high := h.ratio(s, contrast{aspectNeg: -1, aspectPos: 1}, contrast{0, 1, 1, 1}, -1, 1)
	n := max(1, whole(spoken*total(s)))
	net := (pi[aspectPos] - pi[aspectNeg]) / spoken
	perfect := metric.Net(whole(pi[aspectPos]*total(s)), whole(pi[aspectNeg]*total(s)), n)
	return value(net, low, high, -1, 1, raw, perfect), ""
}

func whole(x float64) int64 { return int64(x + 0.5) }
