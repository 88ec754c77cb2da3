package preference

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// row is n equal observations: outcome y at predictors x, the first of which is 1.
type row struct {
	x []float64
	y float64
	n float64
}

// fit is a least-squares fit with its covariance.
type fit struct {
	beta []float64
	cov  *mat.SymDense // HC3
	r2   float64
	n    float64
	df   float64
}

var errSingular = errors.New("predictors are linearly dependent")

// least fits y on x by ordinary least squares. The covariance is the
// heteroskedasticity-consistent HC3 of J. G. MacKinnon and H. White (Journal of
// Econometrics 29 (1985) 305–325), which J. S. Long and L. H. Ervin (The American
// Statistician 54 (2000) 217–224) recommend for n up to 250 and find harmless
// above: an outcome of three values, or of five stars, has no constant variance.
func least(rows []row) (fit, error) {
	p := len(rows[0].x)
	xx := mat.NewSymDense(p, nil)
	xy := mat.NewVecDense(p, nil)
	var n, sy float64
	for _, r := range rows {
		xx.SymRankOne(xx, r.n, mat.NewVecDense(p, r.x))
		xy.AddScaledVec(xy, r.n*r.y, mat.NewVecDense(p, r.x))
		n += r.n
		sy += r.n * r.y
	}
	var chol mat.Cholesky
	if !chol.Factorize(xx) || chol.Cond() > 1e10 {
		return fit{}, errSingular
	}
	var b mat.VecDense
	if err := chol.SolveVecTo(&b, xy); err != nil {
		return fit{}, errSingular
	}
	var inv mat.SymDense
	if err := chol.InverseTo(&inv); err != nil {
		return fit{}, errSingular
	}
	meat := mat.NewSymDense(p, nil)
	var rss, tss float64
	var vx mat.VecDense
	for _, r := range rows {
		x := mat.NewVecDense(p, r.x)
		e := r.y - mat.Dot(x, &b)
		vx.MulVec(&inv, x)
		h := math.Min(mat.Dot(x, &vx), 0.999) // leverage of one observation
		rss += r.n * e * e
		tss += r.n * (r.y - sy/n) * (r.y - sy/n)
		meat.SymRankOne(meat, r.n*e*e/((1-h)*(1-h)), x)
	}
	var half, full mat.Dense
	half.Mul(&inv, meat)
	full.Mul(&half, &inv)
	f := fit{beta: b.RawVector().Data, cov: mat.NewSymDense(p, nil), n: n, df: n - float64(p)}
	for i := range p {
		for j := i; j < p; j++ {
			f.cov.SetSym(i, j, (full.At(i, j)+full.At(j, i))/2)
		}
	}
	if tss > 0 {
		f.r2 = 1 - rss/tss
	}
	return f, nil
}

// interval is the coefficient with its 95 % interval and its two-sided p-value, by
// Student's t with n − p degrees of freedom.
func (f *fit) interval(i int) (value, low, high, p float64) {
	t := distuv.StudentsT{Sigma: 1, Nu: f.df}
	se := math.Sqrt(f.cov.At(i, i))
	half := t.Quantile(.975) * se
	value = f.beta[i]
	if se == 0 {
		return value, value, value, 1
	}
	return value, value - half, value + half, 2 * t.Survival(math.Abs(value)/se)
}
