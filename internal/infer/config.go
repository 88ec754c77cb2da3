package infer

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"antojo/internal/mention"
)

// config is config.json as far as inference needs it.
type config struct {
	Vocab     int          `json:"vocab_size"`
	Positions int          `json:"max_position_embeddings"`
	Antojo    antojoConfig `json:"antojo"`

	heads headMap
	width int
}

type antojoConfig struct {
	Name    string       `json:"name"`
	Version string       `json:"version"`
	MaxLen  int          `json:"max_len"`
	Heads   []headConfig `json:"heads"`
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
}

func parseConfig(b []byte) (*config, error) {
	var c config
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("it is not valid JSON: %w", err)
	}
	if len(c.Antojo.Heads) == 0 {
		return nil, errors.New(`it has no "antojo" section with heads, so this is not a model of antojo`)
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

// maxLen is the number of tokens of a text that the model reads.
func (c *config) maxLen() int {
	n := c.Antojo.MaxLen
	if n <= 0 {
		n = 128
	}
	if c.Positions > 0 {
		n = min(n, c.Positions)
	}
	return n
}

// decode turns a row of logits into probabilities: a softmax over each head.
func (m headMap) decode(logits []float32, p *Prediction) {
	var relevance [2]float32
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
