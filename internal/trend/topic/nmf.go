package topic

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

const powerSteps = 5

// rounds of the factorisation: to compare numbers of themes, and for the themes shown.
const fewRounds, allRounds = 12, 40

// factors are w (texts × k) and h (words × k), both row by row.
type factors struct {
	k    int
	w, h []float64
}

// factorise splits rows (texts × m words) into k parts: rows ≈ w·hᵀ with w and h not
// negative (D. D. Lee and H. S. Seung, Nature 401 (1999) 788–791), by hierarchical
// alternating least squares (A. Cichocki and A.-H. Phan, IEICE Transactions on
// Fundamentals E92-A (2009) 708–721). It starts from the singular vectors of the
// matrix (NNDSVD of C. Boutsidis and E. Gallopoulos, Pattern Recognition 41 (2008)
// 1350–1362, with small values in place of its zeros, which would stay), so that
// nothing depends on chance; or from h, if that is given.
func factorise(rows []sparse, m, k, rounds int, h ...float64) factors {
	f := factors{k: k, w: make([]float64, len(rows)*k), h: h}
	if h == nil {
		f.w, f.h = start(rows, m, k)
	}
	mean := 0.0
	for _, r := range rows {
		for _, v := range r.val {
			mean += v
		}
	}
	mean /= float64(max(1, len(rows)*m))
	for _, x := range [][]float64{f.w, f.h} {
		for j := range x {
			x[j] = math.Max(x[j], mean/100)
		}
	}
	vh, wv := make([]float64, k), make([]float64, m*k)
	if h != nil {
		f.updateLeft(rows, vh)
	}
	for range rounds {
		f.updateRight(rows, wv)
		f.updateLeft(rows, vh)
	}
	// Parts of unit length, so that the weights of a text can be compared.
	for t := range k {
		norm := 0.0
		for j := t; j < len(f.h); j += k {
			norm += f.h[j] * f.h[j]
		}
		if norm = math.Sqrt(norm); norm == 0 {
			continue
		}
		for j := t; j < len(f.h); j += k {
			f.h[j] /= norm
		}
		for i := t; i < len(f.w); i += k {
			f.w[i] *= norm
		}
	}
	for i, r := range rows {
		if len(r.at) == 0 { // a text without words belongs to no part
			clear(f.w[i*k : (i+1)*k])
		}
	}
	return f
}

// misfit is |rows − w·hᵀ|² over |rows|².
func (f *factors) misfit(rows []sparse) float64 {
	ww, hh := gram(f.w, f.k), gram(f.h, f.k)
	var all, both, own float64
	for i, r := range rows {
		for j, at := range r.at {
			all += r.val[j] * r.val[j]
			h := f.h[int(at)*f.k:]
			for t := range f.k {
				both += r.val[j] * f.w[i*f.k+t] * h[t]
			}
		}
	}
	for i := range ww {
		own += ww[i] * hh[i]
	}
	if all == 0 {
		return 0
	}
	return (all - 2*both + own) / all
}

// updateLeft improves w, text by text.
func (f *factors) updateLeft(rows []sparse, vh []float64) {
	k := f.k
	hh := gram(f.h, k)
	for i, r := range rows {
		clear(vh)
		for j, at := range r.at {
			v, h := r.val[j], f.h[int(at)*k:int(at)*k+k]
			for t := range h {
				vh[t] += v * h[t]
			}
		}
		descend(f.w[i*k:i*k+k], vh, hh)
	}
}

// updateRight improves h, word by word.
func (f *factors) updateRight(rows []sparse, wv []float64) {
	k := f.k
	ww := gram(f.w, k)
	clear(wv)
	for i, r := range rows {
		w := f.w[i*k : i*k+k]
		for j, at := range r.at {
			v, out := r.val[j], wv[int(at)*k:int(at)*k+k]
			for t := range w {
				out[t] += v * w[t]
			}
		}
	}
	for j := 0; j < len(wv); j += k {
		descend(f.h[j:j+k], wv[j:j+k], ww)
	}
}

// descend minimises |x·G − b| over each coordinate of x ≥ 0 in turn.
func descend(x, b, g []float64) {
	k := len(x)
	for t := range k {
		row := g[t*k : t*k+k]
		if row[t] == 0 {
			continue
		}
		s := b[t]
		for u := range row {
			s -= row[u] * x[u]
		}
		x[t] = math.Max(0, x[t]+s/row[t])
	}
}

// gram is xᵀx of a matrix of k columns.
func gram(x []float64, k int) []float64 {
	out := make([]float64, k*k)
	for i := 0; i < len(x); i += k {
		row := x[i : i+k]
		for t, a := range row {
			if a == 0 {
				continue
			}
			for u, b := range row {
				out[t*k+u] += a * b
			}
		}
	}
	return out
}

// start takes the k largest singular triplets by subspace iteration (N. Halko, P.
// G. Martinsson and J. A. Tropp, SIAM Review 53 (2011) 217–288) and keeps of each
// pair of vectors the heavier of its positive and its negative part.
func start(rows []sparse, m, k int) (w, h []float64) {
	n := len(rows)
	rng := rand.New(rand.NewPCG(19, 78))
	q := mat.NewDense(m, k, nil)
	for i := range m {
		for j := range k {
			q.Set(i, j, rng.NormFloat64())
		}
	}
	left := mat.NewDense(n, k, nil)
	for range powerSteps {
		orthonormal(q)
		multiply(rows, q, left)
		q.Zero()
		for i, r := range rows {
			of := left.RawRowView(i)
			for j, at := range r.at {
				into := q.RawRowView(int(at))
				for t, x := range of {
					into[t] += r.val[j] * x
				}
			}
		}
	}
	orthonormal(q)
	multiply(rows, q, left)
	// left = U·S·Rᵀ within the subspace: a small SVD turns the basis.
	var svd mat.SVD
	w, h = make([]float64, n*k), make([]float64, m*k)
	if !svd.Factorize(left, mat.SVDThin) {
		return w, h
	}
	var u, r, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&r)
	v.Mul(q, &r)
	s := svd.Values(nil)
	for t := range k {
		var up, un, vp, vn float64
		for i := range n {
			x := u.At(i, t)
			up, un = up+sq(math.Max(x, 0)), un+sq(math.Max(-x, 0))
		}
		for j := range m {
			x := v.At(j, t)
			vp, vn = vp+sq(math.Max(x, 0)), vn+sq(math.Max(-x, 0))
		}
		sign, nu, nv := 1.0, math.Sqrt(up), math.Sqrt(vp)
		if math.Sqrt(un*vn) > nu*nv {
			sign, nu, nv = -1, math.Sqrt(un), math.Sqrt(vn)
		}
		if nu == 0 || nv == 0 {
			continue
		}
		scale := math.Sqrt(s[t] * nu * nv)
		for i := range n {
			w[i*k+t] = scale * math.Max(sign*u.At(i, t), 0) / nu
		}
		for j := range m {
			h[j*k+t] = scale * math.Max(sign*v.At(j, t), 0) / nv
		}
	}
	return w, h
}

func sq(x float64) float64 { return x * x }

// multiply puts rows·q into a texts × k matrix.
func multiply(rows []sparse, q, into *mat.Dense) {
	for i, r := range rows {
		out := into.RawRowView(i)
		clear(out)
		for j, at := range r.at {
			v := r.val[j]
			for t, x := range q.RawRowView(int(at)) {
				out[t] += v * x
			}
		}
	}
}

// orthonormal replaces the columns of q by an orthonormal basis of their span
// (modified Gram–Schmidt, twice).
func orthonormal(q *mat.Dense) {
	m, k := q.Dims()
	x := q.RawMatrix().Data // rows of k
	for t := range k {
		for range 2 {
			for u := range t {
				s := 0.0
				for i := 0; i < m*k; i += k {
					s += x[i+t] * x[i+u]
				}
				for i := 0; i < m*k; i += k {
					x[i+t] -= s * x[i+u]
				}
			}
		}
		norm := 0.0
		for i := 0; i < m*k; i += k {
			norm += sq(x[i+t])
		}
		if norm = math.Sqrt(norm); norm < 1e-12 {
			continue
		}
		for i := 0; i < m*k; i += k {
			x[i+t] /= norm
		}
	}
}
