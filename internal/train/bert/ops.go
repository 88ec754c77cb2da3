package bert

// ops is the set of numeric kernels that the layers are written in. There are two:
// portable (plain Go) and AVX-512. Row widths (n) are multiples of 16, matrices
// are row-major float32.
type ops struct {
	name string

	// tile: C[6][64] = (acc ? C : 0) + A[6][k] · B[k][64]; lda, ska and ldc are
	// element strides (between rows of A, between columns of A, between rows of C).
	tile func(k int, a []float32, lda, ska int, b, c []float32, ldc int, acc bool)

	add     func(dst, src []float32)                    // dst += src
	mul     func(dst, src []float32)                    // dst *= src
	axpy    func(a float32, x, y []float32)             // y += a·x
	dot     func(x, y []float32) float32                // x·y
	sumSq   func(x []float32) float64                   // Σ x²
	addBias func(y []float32, rows, n int, b []float32) // each row += b
	colSum  func(dst, x []float32, rows, n int)         // dst += Σ rows

	// layerNorm: xhat = (x−mean)/σ, inv = 1/σ per row, out = xhat·gain + bias.
	layerNorm func(x []float32, rows, n int, gain, bias, xhat, inv, out []float32)
	// layerNormBack adds to dgain and dbias and sets dx.
	layerNormBack func(dy []float32, rows, n int, gain, xhat, inv, dgain, dbias, dx []float32)

	// gelu: h += bias; out = h·Φ(h). geluBack: dg *= d gelu(h)/dh.
	gelu     func(h, bias, out []float32, rows, n int)
	geluBack func(h, dg []float32)

	// softmax: row = softmax(scale·row[:n]); lanes from n on become 0.
	softmax func(row []float32, n int, scale float32)
	// softmaxBack: dp = (dp − Σ dp·p)·p·scale.
	softmaxBack func(dp, p []float32, scale float32)

	// adam updates one slice (see adamStep).
	adam func(s *adamStep, w, m, v, g []float32)
}

// adamStep holds the scalars of one AdamW step (Loshchilov & Hutter 2019,
// arXiv:1711.05101): w −= lr·(m̂/(√v̂+eps) + decay·w). G is multiplied by clip first
// and zeroed afterwards.
type adamStep struct {
	lr, c1, c2, decay, clip float32 // c1 = 1/(1−β1^t), c2 = 1/(1−β2^t)
}

const (
	beta1  = 0.9
	beta2  = 0.999
	eps    = 1e-8
	lnEps  = 1e-12
	tileM  = 6
	tileN  = 64
	rowsL2 = 96 // rows of A per pass over the packed B: keeps both in the L2 cache
)

// bestOps returns the fastest kernels that this build and this CPU have.
func bestOps() *ops {
	if o := simdOps(); o != nil {
		return o
	}
	return portableOps()
}

// gemm: C[m][n] (+)= A[m][k] · B, with B packed by packB. n is a multiple of 64.
// Rows of A and C past m, up to the next multiple of 6, must exist; they are
// read and overwritten with values that mean nothing.
func (o *ops) gemm(m, n, k int, a []float32, lda, ska int, pb, c []float32, ldc int, acc bool) {
	for r0 := 0; r0 < m; r0 += rowsL2 {
		for p := 0; p < n/tileN; p++ {
			for r := r0; r < min(r0+rowsL2, m); r += tileM {
				o.tile(k, a[r*lda:], lda, ska, pb[p*k*tileN:], c[r*ldc+p*tileN:], ldc, acc)
			}
		}
	}
}

// packB lays B[k][n] out as [n/64][k][64], the order in which tile reads it.
func packB(b []float32, k, n int, out []float32) {
	for p := 0; p < n/tileN; p++ {
		for i := 0; i < k; i++ {
			copy(out[(p*k+i)*tileN:(p*k+i+1)*tileN], b[i*n+p*tileN:])
		}
	}
}

// packBT packs the transpose of b[n][k], n a multiple of 64: out is [n/64][k][64].
func packBT(b []float32, n, k int, out []float32) {
	for p := 0; p < n/tileN; p++ {
		transpose(b[p*tileN*k:], tileN, k, out[p*k*tileN:], tileN)
	}
}

// transpose writes a[r][c] to out[c][r], whose rows are ldo apart, in blocks that
// stay in the first-level cache.
func transpose(a []float32, rows, cols int, out []float32, ldo int) {
	const block = 16
	for r0 := 0; r0 < rows; r0 += block {
		r1 := min(r0+block, rows)
		for c0 := 0; c0 < cols; c0 += block {
			c1 := min(c0+block, cols)
			for r := r0; r < r1; r++ {
				row := a[r*cols : r*cols+cols]
				for c := c0; c < c1; c++ {
					out[c*ldo+r] = row[c]
				}
			}
		}
	}
}
