//go:build goexperiment.simd && amd64

package bert

import (
	"math"
	"simd/archsimd"
	"unsafe"
)

// simdOps returns the AVX-512 kernels, or nil on a CPU without AVX-512. The
// functions mean the same as those of ops_portable.go; lengths are multiples of 16.
func simdOps() *ops {
	if !archsimd.X86.AVX512() {
		return nil
	}
	return &ops{
		name: "avx512", tile: tileSIMD, add: addSIMD, mul: mulSIMD, axpy: axpySIMD, dot: dotSIMD,
		sumSq: sumSqSIMD, addBias: addBiasSIMD, colSum: colSumSIMD, layerNorm: layerNormSIMD,
		layerNormBack: layerNormBackSIMD, gelu: geluSIMD, geluBack: geluBackSIMD,
		softmax: softmaxSIMD, softmaxBack: softmaxBackSIMD, adam: adamSIMD,
	}
}

type f16 = archsimd.Float32x16

//go:noescape
func tileAVX512(k int, a *float32, lda, ska int, b, c *float32, ldc int, acc int)

func tileSIMD(k int, a []float32, lda, ska int, b, c []float32, ldc int, acc bool) {
	_ = a[(tileM-1)*lda+(k-1)*ska] // the kernel checks no bounds
	_ = b[k*tileN-1]
	_ = c[(tileM-1)*ldc+tileN-1]
	var add int
	if acc {
		add = 1
	}
	tileAVX512(k, &a[0], lda*4, ska*4, &b[0], &c[0], ldc*4, add)
}

func bc(x float32) f16 { return archsimd.BroadcastFloat32x16(x) }

// ld and st move 16 floats at p[o:]; callers keep o+16 ≤ len(p).
func ld(p []float32, o int) f16 {
	return archsimd.LoadFloat32x16((*[16]float32)(unsafe.Pointer(&p[o])))
}
func st(v f16, p []float32, o int) { v.Store((*[16]float32)(unsafe.Pointer(&p[o]))) }

func hsum(v f16) float32 {
	a := v.GetLo().Add(v.GetHi())
	b := a.GetLo().Add(a.GetHi())
	var t [4]float32
	b.Store(&t)
	return (t[0] + t[1]) + (t[2] + t[3])
}

func addSIMD(dst, src []float32) {
	for o := 0; o < len(dst); o += 16 {
		st(ld(dst, o).Add(ld(src, o)), dst, o)
	}
}

func mulSIMD(dst, src []float32) {
	for o := 0; o < len(dst); o += 16 {
		st(ld(dst, o).Mul(ld(src, o)), dst, o)
	}
}

func axpySIMD(a float32, x, y []float32) {
	s := bc(a)
	for o := 0; o < len(x); o += 16 {
		st(s.MulAdd(ld(x, o), ld(y, o)), y, o)
	}
}

func dotSIMD(x, y []float32) float32 {
	s := bc(0)
	for o := 0; o < len(x); o += 16 {
		s = ld(x, o).MulAdd(ld(y, o), s)
	}
	return hsum(s)
}

func sumSqSIMD(x []float32) float64 {
	var total float64
	for i := 0; i < len(x); i += 4096 { // short float32 sums, then float64
		b := x[i:min(i+4096, len(x))]
		s := bc(0)
		for o := 0; o < len(b); o += 16 {
			v := ld(b, o)
			s = v.MulAdd(v, s)
		}
		total += float64(hsum(s))
	}
	return total
}

func addBiasSIMD(y []float32, rows, n int, b []float32) {
	for r := 0; r < rows; r++ {
		for k := 0; k < n; k += 16 {
			st(ld(y, r*n+k).Add(ld(b, k)), y, r*n+k)
		}
	}
}

func colSumSIMD(dst, x []float32, rows, n int) {
	for k := 0; k < n; k += 16 {
		s := ld(dst, k)
		for r := 0; r < rows; r++ {
			s = s.Add(ld(x, r*n+k))
		}
		st(s, dst, k)
	}
}

func layerNormSIMD(x []float32, rows, n int, gain, bias, xhat, inv, out []float32) {
	for r := 0; r < rows; r++ {
		s, q := bc(0), bc(0)
		for k := 0; k < n; k += 16 {
			v := ld(x, r*n+k)
			s = s.Add(v)
			q = v.MulAdd(v, q)
		}
		mean := hsum(s) / float32(n)
		va := max(hsum(q)/float32(n)-mean*mean, 0)
		is := float32(1 / math.Sqrt(float64(va)+lnEps))
		inv[r] = is
		m, i := bc(mean), bc(is)
		for k := 0; k < n; k += 16 {
			h := ld(x, r*n+k).Sub(m).Mul(i)
			st(h, xhat, r*n+k)
			st(h.MulAdd(ld(gain, k), ld(bias, k)), out, r*n+k)
		}
	}
}

func layerNormBackSIMD(dy []float32, rows, n int, gain, xhat, inv, dgain, dbias, dx []float32) {
	for r := 0; r < rows; r++ {
		s1, s2 := bc(0), bc(0)
		for k := 0; k < n; k += 16 {
			d, h := ld(dy, r*n+k), ld(xhat, r*n+k)
			st(d.MulAdd(h, ld(dgain, k)), dgain, k)
			st(ld(dbias, k).Add(d), dbias, k)
			d = d.Mul(ld(gain, k))
			s1 = s1.Add(d)
			s2 = d.MulAdd(h, s2)
		}
		m1, m2, iv := bc(hsum(s1)/float32(n)), bc(hsum(s2)/float32(n)), bc(inv[r])
		for k := 0; k < n; k += 16 {
			h := ld(xhat, r*n+k)
			st(ld(dy, r*n+k).Mul(ld(gain, k)).Sub(m1).Sub(h.Mul(m2)).Mul(iv), dx, r*n+k)
		}
	}
}

// expV is e^x by the Cephes polynomial for expf, relative error about 1e-7.
func expV(x f16) f16 {
	x = x.Max(bc(-87))
	n := x.Mul(bc(1.44269504088896)).RoundToEvenScaled(0)
	r := n.MulAdd(bc(-0.693359375), x)
	r = n.MulAdd(bc(2.12194440e-4), r)
	p := bc(1.9875691500e-4).MulAdd(r, bc(1.3981999507e-3))
	p = p.MulAdd(r, bc(8.3334519073e-3))
	p = p.MulAdd(r, bc(4.1665795894e-2))
	p = p.MulAdd(r, bc(1.6666665459e-1))
	p = p.MulAdd(r, bc(5.0000001201e-1))
	p = p.MulAdd(r.Mul(r), r).Add(bc(1))
	return p.Mul(n.ConvertToInt32().Add(archsimd.BroadcastInt32x16(127)).ShiftAllLeft(23).AsFloat32x16())
}

// erfV is erf(x) by the rational approximation that Eigen uses for float,
// absolute error below 1e-6.
func erfV(t f16) f16 {
	t = t.Min(bc(4)).Max(bc(-4))
	t2 := t.Mul(t)
	p := bc(-2.72614225801306e-10).MulAdd(t2, bc(2.77068142495902e-08))
	p = p.MulAdd(t2, bc(-2.10102402082508e-06))
	p = p.MulAdd(t2, bc(-5.69250639462346e-05))
	p = p.MulAdd(t2, bc(-7.34990630326855e-04))
	p = p.MulAdd(t2, bc(-2.95459980854025e-03))
	p = p.MulAdd(t2, bc(-1.60960333262415e-02))
	q := bc(-1.45660718464996e-05).MulAdd(t2, bc(-2.13374055278905e-04))
	q = q.MulAdd(t2, bc(-1.68282697438203e-03))
	q = q.MulAdd(t2, bc(-7.37332916720468e-03))
	q = q.MulAdd(t2, bc(-1.42647390514189e-02))
	return p.Mul(t).Div(q)
}

func geluSIMD(h, bias, out []float32, rows, n int) {
	for r := 0; r < rows; r++ {
		for k := 0; k < n; k += 16 {
			o := r*n + k
			x := ld(h, o).Add(ld(bias, k))
			st(x, h, o)
			hx := x.Mul(bc(.5))
			st(hx.MulAdd(erfV(x.Mul(bc(.70710678))), hx), out, o)
		}
	}
}

func geluBackSIMD(h, dg []float32) {
	for o := 0; o < len(dg); o += 16 {
		x := ld(h, o)
		cdf := erfV(x.Mul(bc(.70710678))).MulAdd(bc(.5), bc(.5))
		pdf := expV(x.Mul(x).Mul(bc(-.5))).Mul(bc(.3989422804))
		st(ld(dg, o).Mul(x.MulAdd(pdf, cdf)), dg, o)
	}
}

func softmaxSIMD(row []float32, n int, scale float32) {
	w := (n + 15) / 16 * 16
	for i := n; i < w; i++ {
		row[i] = float32(math.Inf(-1))
	}
	clear(row[w:])
	s, top := bc(scale), bc(float32(math.Inf(-1)))
	for o := 0; o < w; o += 16 {
		v := ld(row, o).Mul(s)
		st(v, row, o)
		top = top.Max(v)
	}
	var t [16]float32
	top.Store(&t)
	q := t[0]
	for _, v := range t {
		q = max(q, v)
	}
	mx, sum := bc(q), bc(0)
	for o := 0; o < w; o += 16 {
		e := expV(ld(row, o).Sub(mx))
		st(e, row, o)
		sum = sum.Add(e)
	}
	inv := bc(1 / hsum(sum))
	for o := 0; o < w; o += 16 {
		st(ld(row, o).Mul(inv), row, o)
	}
	clear(row[n:w]) // e^-87 is not quite zero
}

func softmaxBackSIMD(dp, p []float32, scale float32) {
	d, s := bc(dotSIMD(dp, p)), bc(scale)
	for o := 0; o < len(dp); o += 16 {
		st(ld(dp, o).Sub(d).Mul(ld(p, o)).Mul(s), dp, o)
	}
}

func adamSIMD(s *adamStep, w, m, v, g []float32) {
	b1, b2, o1, o2 := bc(beta1), bc(beta2), bc(1-beta1), bc(1-beta2)
	clip, c1, c2, lr, wd, ep := bc(s.clip), bc(s.c1), bc(s.c2), bc(s.lr), bc(s.decay), bc(eps)
	n := len(w) &^ 15
	for k := 0; k < n; k += 16 {
		d := ld(g, k).Mul(clip)
		mm := ld(m, k).Mul(b1).Add(d.Mul(o1))
		vv := ld(v, k).Mul(b2).Add(d.Mul(d).Mul(o2))
		st(mm, m, k)
		st(vv, v, k)
		x := ld(w, k)
		u := mm.Mul(c1).Div(vv.Mul(c2).Sqrt().Add(ep)).Add(wd.Mul(x))
		st(x.Sub(lr.Mul(u)), w, k)
		st(bc(0), g, k)
	}
	if n < len(w) {
		adamGo(s, w[n:], m[n:], v[n:], g[n:])
	}
}
