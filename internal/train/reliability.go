package train

import (
	"context"
	"encoding/json"
	"errors"
	"io"
)

// Reliability is the content of a model folder's calibration.json: for each head how
// sure the model was and how often it was right, in parts of equal size.
type Reliability struct {
	Model string     `json:"model"`
	Rows  int        `json:"rows"` // development rows labelled by people
	Heads []HeadBins `json:"heads"`
}

// HeadBins is one head of a Reliability, or "aspects" for all eight together.
type HeadBins struct {
	Head string  `json:"head"`
	N    int     `json:"n"`   // answers
	ECE  float64 `json:"ece"` // expected calibration error
	Bins []Bin   `json:"bins"`
}

// ReliabilityOf reads the development rows that people labelled with a model, as
// confusion.json does, and keeps how sure it was.
func ReliabilityOf(ctx context.Context, c EvalConfig, m Reader, model string) (Reliability, error) {
	out := Reliability{Model: model}
	set, err := c.Config.Load(c.Data)
	if err != nil {
		return out, err
	}
	var rows []Row
	for i := range set.Dev {
		if devSlices[0].has(&set.Dev[i]) {
			rows = append(rows, set.Dev[i])
		}
	}
	if len(rows) == 0 {
		return out, errors.New("no development row is labelled by people")
	}
	probs, err := read(ctx, m, rows)
	if err != nil {
		return out, err
	}
	out.Rows = len(rows)
	for _, c := range calibration(rows, probs, nil) {
		out.Heads = append(out.Heads, HeadBins{Head: c.Head, N: c.N, ECE: c.ECE, Bins: c.Bins})
	}
	return out, nil
}

// Write writes calibration.json.
func (r Reliability) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}
