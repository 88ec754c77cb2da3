package train

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"antojo/internal/mention"
)

// Report is what `antojo eval` finds out: for each set of rows the figures of one
// model with their intervals, and if another model read the same rows, the
// differences.
type Report struct {
	Model     ModelInfo   `json:"model"`
	Against   *ModelInfo  `json:"against,omitempty"`
	Seed      uint64      `json:"seed"`
	Resamples int         `json:"resamples"`
	Sets      []SetReport `json:"sets"`
	Speed     *Speed      `json:"speed,omitempty"`
	Other     *Speed      `json:"speed_against,omitempty"`
}

// ModelInfo names a model in a report.
type ModelInfo struct {
	Name      string   `json:"name"`
	Version   string   `json:"version,omitempty"`
	Precision string   `json:"precision,omitempty"`
	Engine    string   `json:"engine,omitempty"`
	Bytes     int      `json:"bytes,omitempty"`  // of its weights
	Absent    []string `json:"absent,omitempty"` // heads that it does not have; they are not scored
}

// String is the name as annotations carry it.
func (m ModelInfo) String() string {
	if m.Version == "" {
		return m.Name
	}
	return m.Name + "-" + m.Version
}

// EvalSet is a set of rows to measure a model on.
type EvalSet struct {
	Name  string
	Rows  []Row
	Words []int // of each row, where the rows have no text; else nil
	// Folds names the part of a cross-validation that each row comes from; nil if
	// all rows were read by one model.
	Folds []string
}

// SetReport is all that is known of a model on one set of rows.
type SetReport struct {
	Name        string             `json:"name"`
	Rows        int                `json:"rows"`
	Headline    []Estimate         `json:"headline"`
	Majority    map[string]float64 `json:"majority"` // headline figures of always answering the most frequent label
	Heads       []HeadReport       `json:"heads"`
	Slices      []SliceReport      `json:"slices"`
	Calibration []Calibration      `json:"calibration"`
	Compared    []Compared         `json:"compared,omitempty"`
	FoldMeans   []FoldMean         `json:"fold_means,omitempty"` // of a cross-validation
}

// HeadReport is one head in detail.
type HeadReport struct {
	Head      string   `json:"head"`
	Labels    []string `json:"labels"`
	N         int      `json:"n"`
	Accuracy  float64  `json:"accuracy"`
	MacroF1   float64  `json:"macro_f1"` // over the classes that occur
	Classes   []Class  `json:"classes"`
	Confusion [][]int  `json:"confusion"` // rows: what the text says; columns: what the model says
}

// Class of a head.
type Class struct {
	Label     string  `json:"label"`
	Support   int     `json:"support"`
	Predicted int     `json:"predicted"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Low       float64 `json:"f1_low"` // 95 % interval of F1
	High      float64 `json:"f1_high"`
}

// SliceReport is the headline of a part of the rows.
type SliceReport struct {
	By       string     `json:"by"` // part, source, words, file or fold
	Value    string     `json:"value"`
	Rows     int        `json:"rows"`
	Headline []Estimate `json:"headline"`
}

// Compared is the difference of two models in one figure, on the same rows.
type Compared struct {
	Measure    string  `json:"measure"`
	Value      float64 `json:"value"`
	Against    float64 `json:"against"`
	Difference float64 `json:"difference"`
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Verdict    string  `json:"verdict"`
}

// Subject is a model that is measured.
type Subject struct {
	Info   ModelInfo
	Reader Reader
	// Temperatures that are folded into the model, by head; nil if not known.
	Temperatures map[string]float64
}

// NewReport lets the model read every set, and another one too if against is not
// nil, and scores them.
func NewReport(ctx context.Context, m Subject, against *Subject, sets []EvalSet, seed uint64) (*Report, error) {
	r := &Report{Model: m.Info, Seed: seed, Resamples: resamples}
	if against != nil {
		r.Against = &against.Info
	}
	for _, s := range sets {
		if len(s.Rows) == 0 {
			return nil, fmt.Errorf("the set %s has no rows", s.Name)
		}
		p, err := read(ctx, m.Reader, s.Rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		var other [][]float32
		if against != nil {
			if other, err = read(ctx, against.Reader, s.Rows); err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
		}
		absent := slices.Clone(m.Info.Absent)
		if against != nil {
			absent = append(absent, against.Info.Absent...)
		}
		r.Sets = append(r.Sets, s.report(p, other, absent, m.Temperatures, seed))
	}
	return r, nil
}

// report scores probabilities; other may be nil.
func (s EvalSet) report(probs, other [][]float32, absent []string, temperatures map[string]float64, seed uint64) SetReport {
	rows := slices.Clone(s.Rows)
	for h, head := range mention.Heads {
		if slices.Contains(absent, head.Name) {
			for i := range rows {
				rows[i].Labels[h] = -1
			}
		}
	}
	cs := cellsOfRows(rows, decodeAll(probs))
	out := SetReport{Name: s.Name, Rows: len(rows), Headline: estimate(cs, headline, seed), Majority: map[string]float64{}}
	constant := decode(majorityOf(rows))
	most := newTally()
	for i := range rows {
		c := cellsOf(&rows[i].Labels, &constant)
		most.add(&c)
	}
	for _, m := range headline {
		if v := m.get(most); v == v {
			out.Majority[m.name] = v
		}
	}
	out.Heads = headReports(cs, seed)
	out.Slices = s.slices(cs, seed)
	out.Calibration = calibration(rows, probs, temperatures)
	if other != nil {
		for _, d := range compareCells(cs, cellsOfRows(rows, decodeAll(other)), headline, seed) {
			out.Compared = append(out.Compared, Compared{d.Measure, d.Encoder, d.Baseline, d.Difference, d.Low, d.High, d.Verdict()})
		}
	}
	return out
}

// majorityOf is majority with every known label counting once.
func majorityOf(rows []Row) []float32 {
	rows = slices.Clone(rows)
	for i := range rows {
		for h := range rows[i].Weight {
			rows[i].Weight[h] = 1
		}
	}
	return majority(rows)
}

func headReports(cs []cells, seed uint64) []HeadReport {
	var ms []measure
	for h, head := range mention.Heads {
		for l, label := range head.Labels {
			ms = append(ms, measure{name: head.Name + "/" + label, get: classF1(h, l)})
		}
	}
	intervals := map[string]Estimate{}
	for _, e := range estimate(cs, ms, seed) {
		intervals[e.Measure] = e
	}
	t := sum(cs)
	var out []HeadReport
	for h, head := range mention.Heads {
		c := t.head(h)
		right, total := c.total()
		if total == 0 {
			continue
		}
		r := HeadReport{Head: head.Name, Labels: head.Labels, N: total, Accuracy: ratio(right, total), MacroF1: c.macroF1()}
		for l, label := range head.Labels {
			tp, gold, pred := c.class(l)
			e := intervals[head.Name+"/"+label]
			r.Classes = append(r.Classes, Class{Label: label, Support: gold, Predicted: pred,
				Precision: ratio(tp, pred), Recall: ratio(tp, gold), F1: ratio(2*tp, gold+pred), Low: e.Low, High: e.High})
			row := make([]int, c.k)
			for p := range c.k {
				row[p] = int(c.n[l*c.k+p])
			}
			r.Confusion = append(r.Confusion, row)
		}
		out = append(out, r)
	}
	return out
}

// lengths are the classes of text length, in words, by their first one.
var lengths = []struct {
	from int
	name string
}{{0, "1-5"}, {6, "6-12"}, {13, "13-25"}, {26, "26-50"}, {51, "51+"}}

// slices groups the rows by where they come from and how long they are. A group of
// fewer than ten rows says nothing and is left out.
func (s EvalSet) slices(cs []cells, seed uint64) []SliceReport {
	keys := []struct {
		by string
		of func(i int) string
	}{
		{"fold", func(i int) string {
			if s.Folds == nil {
				return ""
			}
			return s.Folds[i]
		}},
		{"part", func(i int) string {
			for _, p := range devSlices[1:] {
				if p.has(&s.Rows[i]) {
					return p.name
				}
			}
			return ""
		}},
		{"source", func(i int) string { return s.Rows[i].Source }},
		{"words", func(i int) string {
			n := 0
			if s.Words != nil {
				n = s.Words[i]
			} else {
				n = words(s.Rows[i].Text)
			}
			k, _ := slices.BinarySearchFunc(lengths, n+1, func(l struct {
				from int
				name string
			}, n int) int {
				return cmp.Compare(l.from, n)
			})
			return lengths[max(0, k-1)].name
		}},
		{"file", func(i int) string { return strings.TrimSuffix(s.Rows[i].File, ".jsonl") }},
	}
	out := []SliceReport{}
	for _, k := range keys {
		groups := map[string][]cells{}
		for i := range cs {
			if v := k.of(i); v != "" {
				groups[v] = append(groups[v], cs[i])
			}
		}
		if len(groups) == 1 && k.by != "part" && k.by != "source" || len(groups) > 30 {
			continue // says the same as the whole, or nothing readable
		}
		names := sortedKeys(groups)
		if k.by == "words" {
			names = nil
			for _, l := range lengths {
				names = append(names, l.name)
			}
		}
		for _, v := range names {
			if g := groups[v]; len(g) >= 10 {
				out = append(out, SliceReport{By: k.by, Value: v, Rows: len(g), Headline: estimate(g, headline, seed)})
			}
		}
	}
	return out
}
