package prevalence

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"antojo/internal/mention"
)

// Confusion is what is known of a model's errors: how often it called rows of one
// class another, counted over development rows that it was not trained on. It is
// the file confusion.json of a model folder.
type Confusion struct {
	Model string `json:"model"` // name and version, as annotations carry it
	Rows  int    `json:"rows"`  // development rows that were read
	Cells []Cell `json:"cells"`
}

// Cell holds the counts of one head for the rows of one source. Rows that the model
// takes to be about food are counted apart from the rest, because figures are about
// those: whether a text is about food and what it says are not independent.
type Cell struct {
	Head     string         `json:"head"`
	Source   mention.Source `json:"source"`
	Relevant bool           `json:"relevant"` // the model takes them to be about food
	Counts   [][]int64      `json:"counts"`   // gold class × predicted class, in the order of the head's labels
}

// Outcome is one development row: its gold and predicted class for every head of
// mention.Heads, a negative gold class where it is not known.
type Outcome struct {
	Source mention.Source
	Gold   []int8
	Pred   []int8
}

// Count tallies the outcomes of a model. The cells are in the order of heads and
// sources, so that equal outcomes give equal files.
func Count(model string, outcomes []Outcome) *Confusion {
	c := &Confusion{Model: model, Rows: len(outcomes)}
	for h, head := range mention.Heads {
		for _, src := range mention.Sources {
			for _, relevant := range []bool{true, false} {
				cell := Cell{Head: head.Name, Source: src, Relevant: relevant, Counts: square(len(head.Labels))}
				n := 0
				for _, o := range outcomes {
					if o.Source == src && (o.Pred[relevanceHead] == foodClass) == relevant && o.Gold[h] >= 0 {
						cell.Counts[o.Gold[h]][o.Pred[h]]++
						n++
					}
				}
				if n > 0 {
					c.Cells = append(c.Cells, cell)
				}
			}
		}
	}
	return c
}

// Where mention.Heads has relevance, and which of its labels is "food".
const relevanceHead, foodClass = 0, 1

func square(k int) [][]int64 {
	out := make([][]int64, k)
	for i := range out {
		out[i] = make([]int64, k)
	}
	return out
}

// maxFile bounds confusion.json; ours has less than 10 kB.
const maxFile = 1 << 20

// Read reads and checks a confusion.json.
func Read(r io.Reader) (*Confusion, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read confusion matrices: %w", err)
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("read confusion matrices: the file has more than %d bytes", maxFile)
	}
	var c Confusion
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("read confusion matrices: %w", err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("read confusion matrices: %w; make the file again with antojo eval --confusion", err)
	}
	return &c, nil
}

// maxCount is more rows than anybody reads; it keeps sums far from overflow.
const maxCount = 1 << 40

func (c *Confusion) check() error {
	if c.Model == "" {
		return errors.New("the model is not named")
	}
	if c.Rows < 0 {
		return fmt.Errorf("rows is %d", c.Rows)
	}
	seen := map[string]bool{}
	for _, cell := range c.Cells {
		h := slices.IndexFunc(mention.Heads, func(h mention.Head) bool { return h.Name == cell.Head })
		if h < 0 {
			return fmt.Errorf("there is no head %q", cell.Head)
		}
		if !slices.Contains(mention.Sources, cell.Source) {
			return fmt.Errorf("head %s: there is no source %q", cell.Head, cell.Source)
		}
		key := fmt.Sprint(cell.Head, cell.Source, cell.Relevant)
		if seen[key] {
			return fmt.Errorf("head %s, source %s is there twice", cell.Head, cell.Source)
		}
		seen[key] = true
		k := len(mention.Heads[h].Labels)
		if len(cell.Counts) != k {
			return fmt.Errorf("head %s, source %s: %d rows of counts, want %d", cell.Head, cell.Source, len(cell.Counts), k)
		}
		for _, row := range cell.Counts {
			if len(row) != k {
				return fmt.Errorf("head %s, source %s: a row of %d counts, want %d", cell.Head, cell.Source, len(row), k)
			}
			for _, n := range row {
				if n < 0 || n > maxCount {
					return fmt.Errorf("head %s, source %s: the count %d", cell.Head, cell.Source, n)
				}
			}
		}
	}
	return nil
}

// Write writes c as JSON with one cell a line, which is easy to read and to compare.
func (c *Confusion) Write(w io.Writer) error {
	bw := bufio.NewWriter(w)
	model, err := json.Marshal(c.Model)
	if err != nil {
		return fmt.Errorf("write confusion matrices: %w", err)
	}
	fmt.Fprintf(bw, "{\n \"model\": %s,\n \"rows\": %d,\n \"cells\": [", model, c.Rows)
	for i, cell := range c.Cells {
		b, err := json.Marshal(cell)
		if err != nil {
			return fmt.Errorf("write confusion matrices: %w", err)
		}
		if i > 0 {
			bw.WriteByte(',')
		}
		bw.WriteString("\n  ")
		bw.Write(b)
	}
	bw.WriteString("\n ]\n}\n")
	if err := bw.Flush(); err != nil {
		return fmt.Errorf("write confusion matrices: %w", err)
	}
	return nil
}
