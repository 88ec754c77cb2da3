package panel

import (
	"math"

	"antojo/internal/metric"
)

// Difference is now − before with the MOVER interval, which recovers the two
// variances from the two intervals and so keeps their good properties for small
// n: L = d − √((v₁−l₁)² + (u₂−v₂)²), U likewise (Zou & Donner, Statistics in
// Medicine 27 (2008) 1693–1702; for two Wilson intervals this is Newcombe's
// method 10).
func Difference(now, before metric.Value) metric.Value {
	if !now.Defined || !before.Defined {
		return metric.Value{}
	}
	d := now.Value - before.Value
	return metric.Value{
		Value:   d,
		Low:     d - math.Hypot(now.Value-now.Low, before.High-before.Value),
		High:    d + math.Hypot(now.High-now.Value, before.Value-before.Low),
		N:       now.N + before.N,
		Defined: true,
	}
}

// Change is the relative change now/before − 1 with the MOVER interval on the
// logarithm. It is undefined where a count or a lower bound is zero: no ratio
// can then be bounded.
func Change(now, before metric.Value) metric.Value {
	if !now.Defined || !before.Defined || now.Low <= 0 || before.Low <= 0 {
		return metric.Value{}
	}
	r := math.Log(now.Value / before.Value)
	low := r - math.Hypot(math.Log(now.Value/now.Low), math.Log(before.High/before.Value))
	high := r + math.Hypot(math.Log(now.High/now.Value), math.Log(before.Value/before.Low))
	return metric.Value{Value: math.Exp(r) - 1, Low: math.Exp(low) - 1, High: math.Exp(high) - 1, N: now.N + before.N, Defined: true}
}

// Clear reports whether an interval lies on one side of zero.
func Clear(v metric.Value) bool { return v.Defined && (v.Low > 0 || v.High < 0) }
