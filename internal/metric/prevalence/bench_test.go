package prevalence

import (
	"math/rand/v2"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

func BenchmarkCorrect(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	c := &Confusion{Model: "bench"}
	var w Window
	for i, s := range mention.Sources {
		c.Cells = append(c.Cells, develop(200, truth, s, rng))
		w[i] = observe(500, devMix, truth, rng)
	}
	m := New(c)
	m.Correct("net_sentiment", &w, metric.Value{}, false, 0)
	b.Run("net_4_sources", func(b *testing.B) {
		for b.Loop() {
			m.Correct("net_sentiment", &w, metric.Value{}, false, 0)
		}
	})
	one := Window{w[0]}
	b.Run("net_1_source", func(b *testing.B) {
		for b.Loop() {
			m.Correct("net_sentiment", &one, metric.Value{}, false, 0)
		}
	})
	b.Run("new_model", func(b *testing.B) {
		for b.Loop() {
			New(c).Correct("net_sentiment", &one, metric.Value{}, false, 0)
		}
	})
}
