package train

import (
	"cmp"
	"hash/fnv"
	"io"
	"math"
	"slices"

	"antojo/internal/mention"
)

// calibrationBins of equal mass, as Nixon et al. (2019, Measuring Calibration in
// Deep Learning) recommend over bins of equal width: most answers are sure, and
// bins of equal width leave most of theirs empty.
const calibrationBins = 15

// Calibration says whether probabilities mean what they say: of the answers given
// with 80 %, 80 % should be right. The expected calibration error (ECE) is the
// mean distance between the two over the bins, weighted by rows.
type Calibration struct {
	Head string  `json:"head"` // a head of the encoder, or "aspects" for all eight together
	N    int     `json:"n"`
	ECE  float64 `json:"ece"` // of the probabilities as the model gives them
	// Raw: with the model's own temperatures taken away again; absent if it has none
	// or they are not known.
	Raw *float64 `json:"ece_raw,omitempty"`
	// Refitted: with one temperature a head fitted on these rows, each fifth of them
	// with the temperature of the others.
	Refitted    float64 `json:"ece_refitted"`
	Temperature float64 `json:"temperature_refitted"` // fitted on all rows; 1 = nothing to gain
	Bins        []Bin   `json:"bins"`                 // as the model gives them
	RefitBins   []Bin   `json:"bins_refitted"`
}

// Bin is one part of the answers, sorted by how sure they are.
type Bin struct {
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean probability of the answers
	Accuracy   float64 `json:"accuracy"`   // share that is right
}

// answer is one most probable label: how probable, and whether it is right.
type answer struct {
	p     float64
	right bool
}

// bins sorts answers into parts of equal size and gives the ECE.
func bins(as []answer) (float64, []Bin) {
	as = slices.Clone(as)
	slices.SortStableFunc(as, func(a, b answer) int { return cmp.Compare(a.p, b.p) })
	k := min(calibrationBins, len(as))
	var out []Bin
	ece := 0.0
	for i := range k {
		part := as[i*len(as)/k : (i+1)*len(as)/k]
		b := Bin{N: len(part)}
		for _, a := range part {
			b.Confidence += a.p
			if a.right {
				b.Accuracy++
			}
		}
		b.Confidence /= float64(b.N)
		b.Accuracy /= float64(b.N)
		ece += float64(b.N) * math.Abs(b.Accuracy-b.Confidence) / float64(len(as))
		out = append(out, b)
	}
	return ece, out
}

// headRows are the probabilities of one head on the rows whose label is known.
type headRows struct {
	logs [][]float64 // ln p
	gold []int8
	fold []int // of 5, by a hash of the row, for cross-fitting
}

func rowsOfHead(rows []Row, probs [][]float32, h int) (x headRows) {
	from := 0
	for _, head := range mention.Heads[:h] {
		from += len(head.Labels)
	}
	k := len(mention.Heads[h].Labels)
	for i := range rows {
		if l := rows[i].Labels[h]; l >= 0 {
			z := make([]float64, k)
			for j, p := range probs[i][from : from+k] {
				z[j] = math.Log(max(float64(p), 1e-12))
			}
			x.logs, x.gold = append(x.logs, z), append(x.gold, l)
			hash := fnv.New32a()
			io.WriteString(hash, rows[i].ID+"\x00"+textKey(rows[i].Text))
			x.fold = append(x.fold, int(hash.Sum32()>>7)%5)
		}
	}
	return x
}

// temper gives the distribution at a temperature, in z.
func temper(logs []float64, t float64, z []float64) {
	for j, v := range logs {
		z[j] = v / t
	}
	probabilities(z)
}

// temperature minimises the negative log likelihood of the rows of use by golden
// section over ln T; with fewer than two labels there is nothing to fit.
func (x *headRows) temperature(use func(fold int) bool) float64 {
	z := make([]float64, 8)
	nll := func(lt float64) (s float64) {
		for i, l := range x.logs {
			if use(x.fold[i]) {
				temper(l, math.Exp(lt), z[:len(l)])
				s -= math.Log(max(z[x.gold[i]], 1e-12))
			}
		}
		return s
	}
	const ratio = 0.6180339887498949
	lo, hi := math.Log(0.25), math.Log(4)
	a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
	fa, fb := nll(a), nll(b)
	for hi-lo > 1e-3 {
		if fa < fb {
			hi, b, fb = b, a, fa
			a = hi - ratio*(hi-lo)
			fa = nll(a)
		} else {
			lo, a, fa = a, b, fb
			b = lo + ratio*(hi-lo)
			fb = nll(b)
		}
	}
	best := (lo + hi) / 2
	if nll(best) >= nll(0) {
		return 1
	}
	return math.Exp(best)
}

// answers at a temperature for each row.
func (x *headRows) answers(t func(i int) float64) []answer {
	out := make([]answer, len(x.logs))
	z := make([]float64, 8)
	for i, l := range x.logs {
		z := z[:len(l)]
		temper(l, t(i), z)
		best := argmax(z)
		out[i] = answer{z[best], best == int(x.gold[i])}
	}
	return out
}

// calibration measures every head that the rows have labels for, and all aspects
// together. folded are the temperatures that the model has in it already, by head;
// nil if none are known.
func calibration(rows []Row, probs [][]float32, folded map[string]float64) []Calibration {
	var out []Calibration
	var all, allRaw, allRefit []answer
	aspects := 0
	for h, head := range mention.Heads {
		x := rowsOfHead(rows, probs, h)
		if len(x.gold) == 0 {
			continue
		}
		as := x.answers(func(int) float64 { return 1 })
		var ts [5]float64
		for f := range ts {
			ts[f] = x.temperature(func(fold int) bool { return fold != f })
		}
		refit := x.answers(func(i int) float64 { return ts[x.fold[i]] })
		c := Calibration{Head: head.Name, N: len(as), Temperature: x.temperature(func(int) bool { return true })}
		c.ECE, c.Bins = bins(as)
		c.Refitted, c.RefitBins = bins(refit)
		if t, ok := folded[head.Name]; ok && t > 0 {
			raw := x.answers(func(int) float64 { return 1 / t })
			ece, _ := bins(raw)
			c.Raw = &ece
			if h >= headAspect {
				allRaw = append(allRaw, raw...)
			}
		}
		if h >= headAspect {
			all, allRefit = append(all, as...), append(allRefit, refit...)
			aspects++
		}
		out = append(out, c)
	}
	if aspects > 0 {
		c := Calibration{Head: "aspects", N: len(all), Temperature: 1}
		c.ECE, c.Bins = bins(all)
		c.Refitted, c.RefitBins = bins(allRefit)
		if len(allRaw) == len(all) {
			ece, _ := bins(allRaw)
			c.Raw = &ece
		}
		out = append(out, c)
	}
	return out
}

// CalibrationError is the expected calibration error of a head before temperature
// scaling and after it, as metrics.json records it.
type CalibrationError struct {
	N      int     `json:"n"`
	Before float64 `json:"ece_before"`
	After  float64 `json:"ece_after"`
}

// calibrationErrors compares probabilities before and after temperature scaling on
// all development rows and on the authored ones, by slice and head.
func calibrationErrors(rows []Row, before, after [][]float32) map[string]map[string]CalibrationError {
	out := map[string]map[string]CalibrationError{}
	for _, s := range devSlices[:2] {
		var part []Row
		var b, a [][]float32
		for i := range rows {
			if s.has(&rows[i]) {
				part, b, a = append(part, rows[i]), append(b, before[i]), append(a, after[i])
			}
		}
		was, is := calibration(part, b, nil), calibration(part, a, nil)
		if len(is) > 0 {
			out[s.name] = map[string]CalibrationError{}
		}
		for k := range is {
			out[s.name][is[k].Head] = CalibrationError{N: is[k].N, Before: was[k].ECE, After: is[k].ECE}
		}
	}
	return out
}
