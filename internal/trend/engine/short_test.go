package engine_test

import (
	"fmt"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
)

// TestShortPanels: whatever the window and however few the days, there is a verdict,
// and none where there is nothing to compare with.
func TestShortPanels(t *testing.T) {
	for days := 1; days <= 40; days++ {
		p := &engine.Panel{Start: 20000, Days: days, Strata: []string{"c"}, Exposure: [][]float32{make([]float32, days)}}
		s := engine.Series{ID: "x", Kind: "dish", Counts: [][]float32{make([]float32, days)}}
		for d := range days {
			p.Exposure[0][d], s.Counts[0][d] = 50, float32(5+d%3)
		}
		p.Series = []engine.Series{s}
		for _, window := range []int{1, 2, 3, 4, 6, 7, 8, 13, 14, 28, 90} {
			t.Run(fmt.Sprintf("%d of %d", window, days), func(t *testing.T) {
				js := engine.Judge(p, engine.Options{To: p.Start + mention.Day(days-1), Days: window})
				if len(js) != 1 || days < 2*window && js[0].Verdict != engine.NotEnoughData {
					t.Errorf("verdicts %+v", js)
				}
			})
		}
	}
}
