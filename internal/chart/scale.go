package chart

import "math"

// Ticks returns about n round values that span [lo, hi]: steps of 1, 2 or 5 times
// a power of ten, the first at or below lo, the last at or above hi.
func Ticks(lo, hi float64, n int) []float64 {
	if n < 1 {
		n = 1
	}
	if math.IsNaN(lo) || math.IsNaN(hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0) || hi < lo {
		lo, hi = 0, 1
	}
	if hi == lo {
		hi = lo + 1
	}
	raw := (hi - lo) / float64(n)
	step := math.Pow(10, math.Floor(math.Log10(raw)))
	switch r := raw / step; {
	case r > 5:
		step *= 10
	case r > 2:
		step *= 5
	case r > 1:
		step *= 2
	}
	first, last := math.Floor(lo/step+1e-9), math.Ceil(hi/step-1e-9)
	out := make([]float64, 0, n+2)
	for i := first; i <= last && len(out) < 64; i++ {
		out = append(out, i*step)
	}
	return out
}

// scale maps values to [0, size]; y grows downwards in SVG, so callers flip.
type scale struct{ lo, hi, size float64 }

func (s scale) at(v float64) float64 {
	if s.hi == s.lo {
		return 0
	}
	return (v - s.lo) / (s.hi - s.lo) * s.size
}

// clamp is at, kept inside the plot.
func (s scale) clamp(v float64) float64 { return math.Max(0, math.Min(s.size, s.at(v))) }

func extent(lo, hi float64, vs []float64) (float64, float64) {
	for _, v := range vs {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi
}
