package onnx

import "math"

// quantizeRows stores each row of a [rows, cols] matrix as symmetric int8 with
// one scale: w ≈ scale·q, |q| ≤ 127, ties to even. A row of zeros has scale 1.
func quantizeRows(w []float32, rows, cols int) (q []int8, scale []float32) {
	q, scale = make([]int8, rows*cols), make([]float32, rows)
	for r := range rows {
		row := w[r*cols : (r+1)*cols]
		var top float32
		for _, v := range row {
			top = max(top, float32(math.Abs(float64(v))))
		}
		s := top / 127
		if s < math.SmallestNonzeroFloat32*(1<<24) { // zero, or too small to divide by
			scale[r] = 1
			continue
		}
		scale[r] = s
		for i, v := range row {
			q[r*cols+i] = int8(math.RoundToEven(float64(v / s)))
		}
	}
	return q, scale
}

// transpose turns [rows, cols] into [cols, rows].
func transpose[T any](w []T, rows, cols int) []T {
	t := make([]T, len(w))
	for r := range rows {
		for c := range cols {
			t[c*rows+r] = w[r*cols+c]
		}
	}
	return t
}
