package infer

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"antojo/internal/lexicon/evidence"
	"antojo/internal/mention"
)

// config is config.json as far as inference needs it.
type config struct {
	Vocab     int          `json:"vocab_size"`
	Positions int          `json:"max_position_embeddings"`
	Type      string       `json:"model_type"`
	Pad       int64        `json:"pad_token_id"`
	Antojo    antojoConfig `json:"antojo"`

	heads  headMap
	absent []string // heads that a mapped model lacks
	width  int

	evidence *evidence.Weights
}

type antojoConfig struct {
	Name    string       `json:"name"`
	Version string       `json:"version"`
	MaxLen  int          `json:"max_len"`
	Heads   []headConfig `json:"heads"`
	// Mapped marks a model with labels of its own that were given our names: it may
	// lack heads and labels, and several of its columns may mean the same.
	Mapped bool `json:"mapped"`
	// Evidence weighs the food words of a text beside the relevance head.
	Evidence map[string]float64 `json:"evidence"`
}

// headConfig says where the model keeps a head: columns start … start+len(labels)−1.
type headConfig struct {
	Name        string   `json:"name"`
	Labels      []string `json:"labels"`
	Start       int      `json:"start"`
	Temperature *float64 `json:"temperature"` // divides the logits; absent means 1
}

// headMap finds the logit of every label of mention.Heads, in their order.
type headMap []headColumns

type headColumns struct {
	columns []int
	inverse float32 // 1/temperature
	// class says which label each column stands for; nil means that columns and
	// labels are in the same order.
	class []int
}

func parseConfig(b []byte) (*config, error) {
	var c config
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("it is not valid JSON: %w", err)
	}
	if len(c.Antojo.Heads) == 0 {
		return nil, errors.New(`it has no "antojo" section with heads, so this is not a model of antojo; bring in a model of others with antojo models pull`)
	}
	if c.Antojo.Evidence != nil {
		if c.Antojo.Mapped {
			return nil, errors.New("a model with labels of its own has evidence, which belongs to the head relevance")
		}
		w, err := evidence.FromMap(c.Antojo.Evidence)
		if err != nil {
			return nil, err
		}
		c.evidence = w
	}
	byName := map[string]headConfig{}
	for _, h := range c.Antojo.Heads {
		if _, dup := byName[h.Name]; dup {
			return nil, fmt.Errorf("the head %s is listed twice", h.Name)
		}
		if h.Start < 0 || h.Start > 1<<20 || len(h.Labels) > 1<<10 {
			return nil, fmt.Errorf("the head %s starts at column %d with %d labels", h.Name, h.Start, len(h.Labels))
		}
		byName[h.Name] = h
		c.width = max(c.width, h.Start+len(h.Labels))
	}
	for _, want := range mention.Heads {
		h, ok := byName[want.Name]
		if c.Antojo.Mapped {
			hc, err := mapped(h, want)
			if err != nil {
				return nil, err
			}
			if c.heads = append(c.heads, hc); !ok {
				c.absent = append(c.absent, want.Name)
			}
			continue
		}
		if !ok {
			return nil, fmt.Errorf("it lacks the head %s", want.Name)
		}
		if len(h.Labels) != len(want.Labels) {
			return nil, fmt.Errorf("the head %s has the labels %v, want %v", h.Name, h.Labels, want.Labels)
		}
		hc := headColumns{inverse: 1}
		for _, label := range want.Labels {
			i := slices.Index(h.Labels, label)
			if i < 0 {
				return nil, fmt.Errorf("the head %s has the labels %v, want %v", h.Name, h.Labels, want.Labels)
			}
			hc.columns = append(hc.columns, h.Start+i)
		}
		if t := h.Temperature; t != nil {
			if !(*t >= 0.01 && *t <= 100) {
				return nil, fmt.Errorf("the head %s has the temperature %v, want a number from 0.01 to 100", h.Name, *t)
			}
			hc.inverse = float32(1 / *t)
		}
		c.heads = append(c.heads, hc)
	}
	return &c, nil
}

// maxColumns is the largest number of labels that a mapped head may have.
const maxColumns = 64

// mapped reads a head of a model with labels of its own. Without the sentiment,
// there is nothing to count.
func mapped(h headConfig, want mention.Head) (headColumns, error) {
	hc := headColumns{inverse: 1}
	if len(h.Labels) == 0 {
		if want.Name == "sentiment" {
			return hc, errors.New("it lacks the head sentiment, which every model needs")
		}
		return hc, nil
	}
	if len(h.Labels) > maxColumns {
		return hc, fmt.Errorf("the head %s has %d labels, at most %d are possible", h.Name, len(h.Labels), maxColumns)
	}
	for i, label := range h.Labels {
		k := slices.Index(want.Labels, label)
		if k < 0 {
			return hc, fmt.Errorf("the head %s has the label %q, which is none of %v", h.Name, label, want.Labels)
		}
		hc.columns, hc.class = append(hc.columns, h.Start+i), append(hc.class, k)
	}
	return hc, nil
}

// maxLen is the number of tokens of a text that the model reads.
func (c *config) maxLen() int {
	n := c.Antojo.MaxLen
	if n <= 0 {
		n = 128
	}
	if c.Positions > 0 {
		n = max(1, min(n, c.Positions-c.skipped()))
	}
	return n
}

// skipped is the number of positions that no token has: RoBERTa counts them from
// behind that of padding.
func (c *config) skipped() int {
	switch c.Type {
	case "roberta", "xlm-roberta", "camembert":
		return int(c.Pad) + 1
	}
	return 0
}

// decode turns a row of logits into probabilities: a softmax over each head. A head
// that the model lacks gets zeros, but relevance gets 1: the texts of a model that
// does not judge it are taken to be about food, as their source says.
func (m headMap) decode(logits []float32, p *Prediction) {
	relevance := [2]float32{0, 1}
	m[0].softmax(logits, relevance[:])
	p.Relevance = relevance[1]
	m[1].softmax(logits, p.Sentiments[:])
	m[2].softmax(logits, p.Intents[:])
	for a := range p.Aspects {
		m[3+a].softmax(logits, p.Aspects[a][:])
	}
}

// softmax writes exp(z/T) / Σ exp(z/T) to p, computed from the largest z down so
// that nothing overflows.
func (h headColumns) softmax(logits, p []float32) {
	if h.class != nil {
		var q [maxColumns]float32
		headColumns{columns: h.columns, inverse: h.inverse}.softmax(logits, q[:len(h.columns)])
		clear(p)
		for i, k := range h.class {
			p[k] += q[i]
		}
		return
	}
	if len(h.columns) == 0 {
		return
	}
	p = p[:len(h.columns)]
	top := float32(math.Inf(-1))
	for i, c := range h.columns {
		p[i] = logits[c] * h.inverse
		top = max(top, p[i])
	}
	var sum float32
	for i := range p {
		p[i] = float32(math.Exp(float64(p[i] - top)))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
