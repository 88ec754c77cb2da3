package chart

import (
	"strings"
	"testing"
)

// TestRangeBeyondAxis: what lies beyond the axis has a head that points there, and a
// figure beyond it no dot, which would say that it lies at the end.
func TestRangeBeyondAxis(t *testing.T) {
	for _, c := range []struct {
		name             string
		value, low, high float64
		dots, heads      int
	}{
		{"within", 0, -1, 1, 1, 0},
		{"at the ends", 2, -2, 2, 1, 0},
		{"high end beyond", 1, 0, 3, 1, 1},
		{"figure beyond", 3, 1, 4, 0, 1},
		{"all beyond", 5, 4, 6, 0, 1},
		{"low end beyond", -1, -3, 0, 1, 1},
		{"both", 0, -3, 3, 1, 2},
	} {
		svg := string(Range{Value: c.value, Low: c.low, High: c.high, Min: -2, Max: 2, Tone: Accent, Defined: true}.Render())
		if dots, heads := strings.Count(svg, "<circle"), strings.Count(svg, "<path"); dots != c.dots || heads != c.heads {
			t.Errorf("%s: %d dots and %d heads, want %d and %d: %s", c.name, dots, heads, c.dots, c.heads, svg)
		}
	}
}
