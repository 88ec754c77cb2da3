package train

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"antojo/internal/mention"
)

// Predictions of several models on the same rows: what cross-validation leaves
// behind for each fold, and what `antojo eval --folds` adds up. The texts
// themselves are not in it, only their length.
type Predictions struct {
	Rows   []Row                  // without Text
	Words  []int                  // of each row's text
	Probs  map[string][][]float32 // by model: probabilities of all heads, side by side, one row each
	Models []string               // keys of Probs in the order of the file
}

// predictionJSON is one line of a predictions file.
type predictionJSON struct {
	ID     string                   `json:"id"`
	File   string                   `json:"file,omitempty"`
	Source string                   `json:"source,omitempty"`
	Words  int                      `json:"words"`
	Gold   map[string]string        `json:"gold"` // label by head; heads that nobody has read are left out
	Models map[string]predictedJSON `json:"models"`
}

type predictedJSON struct {
	Labels map[string]string `json:"labels"` // the most probable label of each head that is known of the row
	P      []float32         `json:"p"`      // all heads of mention.Heads side by side
}

// WritePredictions writes one JSON line for each row: what is known of it and what
// each model says. probs holds for each model (say "encoder", "logreg", "forest")
// one slice of mention.NumLogits() probabilities for each row. The file appears
// whole or not at all.
func WritePredictions(path string, rows []Row, probs map[string][][]float32) error {
	names := sortedKeys(probs)
	for _, m := range names {
		if len(probs[m]) != len(rows) {
			return fmt.Errorf("write predictions: model %s has %d rows, want %d", m, len(probs[m]), len(rows))
		}
	}
	temp := path + ".new"
	err := writeFile(temp, func(w io.Writer) error {
		b := bufio.NewWriter(w)
		enc := json.NewEncoder(b)
		enc.SetEscapeHTML(false)
		for i := range rows {
			r := &rows[i]
			line := predictionJSON{ID: r.ID, File: r.File, Source: r.Source, Words: words(r.Text),
				Gold: labelNames(&r.Labels, &r.Labels), Models: map[string]predictedJSON{}}
			for _, m := range names {
				p := probs[m][i]
				if err := checkProbs(p); err != nil {
					return fmt.Errorf("row %s, model %s: %w", r.ID, m, err)
				}
				pred := decode(p)
				line.Models[m] = predictedJSON{Labels: labelNames(&pred, &r.Labels), P: p}
			}
			if err := enc.Encode(line); err != nil {
				return err
			}
		}
		return b.Flush()
	})
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return fmt.Errorf("write predictions: %w", err)
	}
	return nil
}

// labelNames spells the labels of the heads that are known.
func labelNames(labels, known *[numHeads]int8) map[string]string {
	out := map[string]string{}
	for h, head := range mention.Heads {
		if known[h] >= 0 {
			out[head.Name] = head.Labels[labels[h]]
		}
	}
	return out
}

// checkProbs wants one distribution for each head.
func checkProbs(p []float32) error {
	if len(p) != mention.NumLogits() {
		return fmt.Errorf("%d probabilities, want %d", len(p), mention.NumLogits())
	}
	for _, v := range p {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("%v is not a probability", v)
		}
	}
	from := 0
	for _, head := range mention.Heads {
		sum := 0.0
		for _, v := range p[from : from+len(head.Labels)] {
			sum += float64(v)
		}
		if sum != 0 && math.Abs(sum-1) > 0.01 { // a text without a token has zeros
			return fmt.Errorf("the probabilities of %s sum to %.3f", head.Name, sum)
		}
		from += len(head.Labels)
	}
	return nil
}

// ReadPredictions reads what WritePredictions wrote. Every row must have the same
// models.
func ReadPredictions(r io.Reader, name string) (*Predictions, error) {
	out := &Predictions{Probs: map[string][][]float32{}}
	err := lines(r, func(n int, line []byte) error {
		fail := func(err error) error { return fmt.Errorf("%s line %d: %w", name, n, err) }
		var g predictionJSON
		if err := json.Unmarshal(line, &g); err != nil {
			return fail(err)
		}
		row := Row{ID: g.ID, File: g.File, Source: g.Source}
		for h := range row.Labels {
			row.Labels[h] = -1
		}
		for head, label := range g.Gold {
			h := slices.IndexFunc(mention.Heads, func(x mention.Head) bool { return x.Name == head })
			if h < 0 {
				return fail(fmt.Errorf("there is no head %q", head))
			}
			l := slices.Index(mention.Heads[h].Labels, label)
			if l < 0 {
				return fail(fmt.Errorf("%s has no label %q", head, label))
			}
			row.Labels[h] = int8(l)
		}
		if names := sortedKeys(g.Models); len(out.Rows) == 0 {
			out.Models = names
		} else if !slices.Equal(names, out.Models) {
			return fail(fmt.Errorf("it has the models %v, the rows before %v", names, out.Models))
		}
		for m, p := range g.Models {
			if err := checkProbs(p.P); err != nil {
				return fail(fmt.Errorf("model %s: %w", m, err))
			}
			out.Probs[m] = append(out.Probs[m], p.P)
		}
		out.Rows, out.Words = append(out.Rows, row), append(out.Words, g.Words)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(out.Rows) == 0 {
		return nil, fmt.Errorf("%s has no rows", name)
	}
	return out, nil
}

// words is the number of words of a text, by white space.
func words(s string) int { return len(strings.Fields(s)) }

// Probabilities turns the logits of all heads, one row a text, into
// probabilities: a softmax over each head.
func Probabilities(logits [][]float32) [][]float32 { return tempered(logits, nil) }

// tempered gives the probabilities of logits at one temperature a head, by its name;
// 1 where temps has none.
func tempered(logits [][]float32, temps map[string]float64) [][]float32 {
	out := make([][]float32, len(logits))
	for i, z := range logits {
		p := make([]float32, len(z))
		from := 0
		for _, head := range mention.Heads {
			k, t := len(head.Labels), 1.0
			if x, ok := temps[head.Name]; ok {
				t = x
			}
			softmax(z[from:from+k], t, p[from:from+k])
			from += k
		}
		out[i] = p
	}
	return out
}

// softmax writes exp(z/t) / Σ exp(z/t) to p.
func softmax(z []float32, t float64, p []float32) {
	x := make([]float64, len(z))
	for j, v := range z {
		x[j] = float64(v) / t
	}
	probabilities(x)
	for j, v := range x {
		p[j] = float32(v)
	}
}
