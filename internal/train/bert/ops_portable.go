package bert

import "math"

// portableOps are the kernels in plain Go: the reference for the vector kernels
// and the fallback where there is no AVX-512.
func portableOps() *ops {
	return &ops{
		name: "portable", tile: tileGo, add: addGo, mul: mulGo, axpy: axpyGo, dot: dotGo,
		sumSq: sumSqGo, addBias: addBiasGo, colSum: colSumGo, layerNorm: layerNormGo,
		layerNormBack: layerNormBackGo, gelu: geluGo, geluBack: geluBackGo,
		softmax: softmaxGo, softmaxBack: softmaxBackGo, adam: adamGo,
	}
}

func tileGo(k int, a []float32, lda, ska int, b, c []float32, ldc int, acc bool) {
	for r := 0; r < tileM; r++ {
		row := c[r*ldc : r*ldc+tileN]
		if !acc {
			clear(row)
		}
		for i := 0; i < k; i++ {
			axpyGo(a[r*lda+i*ska], b[i*tileN:(i+1)*tileN], row)
		}
	}
}

func addGo(dst, src []float32) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] += src[i]
	}
}

func mulGo(dst, src []float32) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] *= src[i]
	}
}

func axpyGo(a float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += a * v
	}
}

func dotGo(x, y []float32) float32 {
	y = y[:len(x)]
	var s float32
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

func sumSqGo(x []float32) float64 {
	var s float64
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return s
}

func addBiasGo(y []float32, rows, n int, b []float32) {
	for r := 0; r < rows; r++ {
		addGo(y[r*n:(r+1)*n], b)
	}
}

func colSumGo(dst, x []float32, rows, n int) {
	for r := 0; r < rows; r++ {
		addGo(dst[:n], x[r*n:(r+1)*n])
	}
}

func layerNormGo(x []float32, rows, n int, gain, bias, xhat, inv, out []float32) {
	for r := 0; r < rows; r++ {
		row := x[r*n : (r+1)*n]
		var sum, sq float64
		for _, v := range row {
			sum += float64(v)
			sq += float64(v) * float64(v)
		}
		mean := sum / float64(n)
		is := 1 / math.Sqrt(max(sq/float64(n)-mean*mean, 0)+lnEps)
		inv[r] = float32(is)
		for k, v := range row {
			h := float32((float64(v) - mean) * is)
			xhat[r*n+k] = h
			out[r*n+k] = h*gain[k] + bias[k]
		}
	}
}

func layerNormBackGo(dy []float32, rows, n int, gain, xhat, inv, dgain, dbias, dx []float32) {
	for r := 0; r < rows; r++ {
		var s1, s2 float32
		for k := 0; k < n; k++ {
			d, h := dy[r*n+k], xhat[r*n+k]
			dgain[k] += d * h
			dbias[k] += d
			s1 += d * gain[k]
			s2 += d * gain[k] * h
		}
		s1, s2 = s1/float32(n), s2/float32(n)
		for k := 0; k < n; k++ {
			dx[r*n+k] = (dy[r*n+k]*gain[k] - s1 - xhat[r*n+k]*s2) * inv[r]
		}
	}
}

func geluGo(h, bias, out []float32, rows, n int) {
	for r := 0; r < rows; r++ {
		for k := 0; k < n; k++ {
			x := h[r*n+k] + bias[k]
			h[r*n+k] = x
			out[r*n+k] = float32(0.5 * float64(x) * (1 + math.Erf(float64(x)/math.Sqrt2)))
		}
	}
}

func geluBackGo(h, dg []float32) {
	for i, v := range h[:len(dg)] {
		x := float64(v)
		cdf := 0.5 * (1 + math.Erf(x/math.Sqrt2))
		pdf := math.Exp(-0.5*x*x) / math.Sqrt(2*math.Pi)
		dg[i] *= float32(cdf + x*pdf)
	}
}

func softmaxGo(row []float32, n int, scale float32) {
	clear(row[n:])
	row = row[:n]
	top := float32(math.Inf(-1))
	for _, v := range row {
		top = max(top, v*scale)
	}
	var sum float64
	for i, v := range row {
		e := math.Exp(float64(v*scale - top))
		row[i] = float32(e)
		sum += e
	}
	for i := range row {
		row[i] = float32(float64(row[i]) / sum)
	}
}

func softmaxBackGo(dp, p []float32, scale float32) {
	s := dotGo(dp, p)
	for i := range dp {
		dp[i] = (dp[i] - s) * p[i] * scale
	}
}

func adamGo(s *adamStep, w, m, v, g []float32) {
	for i := range w {
		d := g[i] * s.clip
		m[i] = beta1*m[i] + (1-beta1)*d
		v[i] = beta2*v[i] + (1-beta2)*d*d
		u := m[i]*s.c1/(float32(math.Sqrt(float64(v[i]*s.c2)))+eps) + s.decay*w[i]
		w[i] -= s.lr * u
		g[i] = 0
	}
}
