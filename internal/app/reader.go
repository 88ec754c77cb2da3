package app

import (
	"context"

	"antojo/internal/infer"
	"antojo/internal/mention"
)

// reader is the encoder as the page of a mention asks it.
type reader struct{ encoder }

// Model implements web.Reader.
func (r reader) Model() string { return r.Info().Model() }

// Read implements web.Reader.
func (r reader) Read(ctx context.Context, texts []string) ([][][]float32, error) {
	ps := make([]infer.Prediction, len(texts))
	if err := r.Predict(ctx, texts, ps); err != nil {
		return nil, err
	}
	out := make([][][]float32, len(texts))
	for i := range ps {
		p := &ps[i]
		if !p.Readable() {
			continue
		}
		heads := make([][]float32, 0, len(mention.Heads))
		heads = append(heads, []float32{1 - p.Relevance, p.Relevance}, p.Sentiments[:], p.Intents[:])
		for a := range p.Aspects {
			heads = append(heads, p.Aspects[a][:])
		}
		out[i] = heads
	}
	return out, nil
}
