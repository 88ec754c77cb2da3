package preference

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/metric"
	"antojo/internal/trend/engine"
)

// Rival is an entity whose weekly share moves against (or with) another one's.
type Rival struct {
	ID string
	// Together is the correlation of the two weekly log shares, each against all that
	// names neither, after season and trend: −1…1. Below zero one rises while the
	// other falls. N is the weeks.
	Together metric.Value
	Q        float64 // Benjamini–Hochberg over all rivals looked at
	Weekly   float64 // mentions a week of the rival
}

// Substitute reports whether the two move against each other, all rivals that were
// looked at taken into account.
func (r Rival) Substitute() bool { return r.Q <= .05 && r.Together.High < 0 }

const (
	minWeeks  = 52 // a year at least, or season and substitution look alike
	minWeekly = 5  // mentions a week: below, the weeks are chance
)

// Substitutes asks for each entity of the same kind whether it takes mentions from
// entity id: whether its share falls in the weeks in which the other's rises. Rivals
// come with the strongest movement against id first. enough is false if id itself is
// named too seldom or there is less than a year of weeks.
//
// Shares of a whole must correlate negatively whatever people do (K. Pearson,
// Proceedings of the Royal Society 60 (1897) 489–498). So each of a pair is measured
// against the mentions that name neither, channel by channel: a log-ratio to a
// common rest, which what happens to a third entity cannot move (J. Aitchison, The
// Statistical Analysis of Compositional Data, 1986, ch. 4). Counts are put on the
// square-root scale, where chance has the same size everywhere (F. J. Anscombe,
// Biometrika 35 (1948) 246–254); a line and two yearly waves are taken out, since
// soup falling when ceviche rises is summer and no choice. The weeks that are left
// correlate with themselves, so the test counts fewer of them (M. S. Bartlett, Journal
// of the Royal Statistical Society 98 (1935) 536–543; B. J. Pyper and R. M. Peterman,
// Canadian Journal of Fisheries and Aquatic Sciences 55 (1998) 2127–2140); the
// interval is Fisher's. P-values are corrected for all rivals looked at.
//
// Movement against each other does not say who took from whom, nor that the same
// people changed over.
func Substitutes(p *engine.Panel, id string) (rivals []Rival, enough bool) {
	at := slices.IndexFunc(p.Series, func(s engine.Series) bool { return s.ID == id })
	weeks := p.Days / 7
	if at < 0 || weeks < minWeeks {
		return nil, false
	}
	first := p.Days - 7*weeks // the last weeks are whole
	own := weekly(&p.Series[at], p, first, weeks)
	if own.total < minWeekly*float64(weeks) {
		return nil, false
	}
	exposure := make([][]float64, len(p.Strata))
	for s := range exposure {
		exposure[s] = byWeek(p.Exposure[s], first, weeks)
	}
	clean := seasonless(weeks)
	var ps []float64
	for i := range p.Series {
		s := &p.Series[i]
		if i == at || s.Kind != p.Series[at].Kind {
			continue
		}
		other := weekly(s, p, first, weeks)
		if other.total < minWeekly*float64(weeks) {
			continue
		}
		x, y := clean(ratio(own, other, exposure)), clean(ratio(other, own, exposure))
		r := stat.Correlation(x, y, nil)
		if math.IsNaN(r) {
			continue
		}
		n := effective(x, y)
		v, prob := fisher(r, n)
		v.N = int64(weeks)
		rivals = append(rivals, Rival{ID: s.ID, Together: v, Weekly: other.total / float64(weeks)})
		ps = append(ps, prob)
	}
	for i, q := range engine.QValues(ps) {
		rivals[i].Q = q
	}
	slices.SortFunc(rivals, func(a, b Rival) int {
		return cmp.Or(cmp.Compare(a.Together.High, b.Together.High), strings.Compare(a.ID, b.ID))
	})
	return rivals, true
}

// counts are an entity's mentions by stratum and week.
type counts struct {
	by    [][]float64 // nil for a stratum in which it never occurs
	total float64
}

func weekly(s *engine.Series, p *engine.Panel, first, weeks int) counts {
	c := counts{by: make([][]float64, len(p.Strata))}
	for k, days := range s.Counts {
		if days == nil {
			continue
		}
		c.by[k] = byWeek(days, first, weeks)
		for _, n := range c.by[k] {
			c.total += n
		}
	}
	return c
}

func byWeek(days []float32, first, weeks int) []float64 {
	out := make([]float64, weeks)
	for d := first; d < first+7*weeks; d++ {
		out[(d-first)/7] += float64(days[d])
	}
	return out
}

// ratio is a's weekly count against what its channels' mentions without a and b
// would give, on Anscombe's scale: about standard normal if nothing moves.
func ratio(a, b counts, exposure [][]float64) []float64 {
	weeks := len(exposure[0])
	count, expected := make([]float64, weeks), make([]float64, weeks)
	rest := make([]float64, weeks)
	for s, e := range exposure {
		if a.by[s] == nil {
			continue
		}
		sum, of := 0.0, 0.0
		for w := range rest {
			rest[w] = e[w] - a.by[s][w]
			if b.by[s] != nil {
				rest[w] -= b.by[s][w]
			}
			rest[w] = math.Max(rest[w], 0) // a mention of both counts on either side
			sum += a.by[s][w]
			of += rest[w]
		}
		if of == 0 {
			continue
		}
		for w := range rest {
			count[w] += a.by[s][w]
			expected[w] += sum / of * rest[w]
		}
	}
	out := make([]float64, weeks)
	for w := range out {
		out[w] = 2 * (math.Sqrt(count[w]+.375) - math.Sqrt(expected[w]+.375))
	}
	return out
}

// seasonless returns a function that takes a line and two yearly waves out of a
// weekly series, by least squares.
func seasonless(weeks int) func([]float64) []float64 {
	const columns = 6
	x := mat.NewDense(weeks, columns, nil)
	for w := range weeks {
		t := 2 * math.Pi * float64(w) * 7 / 365.25
		x.SetRow(w, []float64{1, 2*float64(w)/float64(weeks) - 1, math.Sin(t), math.Cos(t), math.Sin(2 * t), math.Cos(2 * t)})
	}
	var qr mat.QR
	qr.Factorize(x)
	return func(y []float64) []float64 {
		var b, fit mat.VecDense
		v := mat.NewVecDense(len(y), y)
		if err := qr.SolveVecTo(&b, false, v); err != nil {
			return y // less than a year of weeks, which callers refuse
		}
		fit.MulVec(x, &b)
		v.SubVec(v, &fit)
		return v.RawVector().Data
	}
}

// effective is the number of independent weeks that two series with these
// autocorrelations are worth: 1/N* = 1/N + 2/N Σ (N−j)/N · r_x(j)·r_y(j) (Pyper &
// Peterman 1998, eq. 1), over the first fifth of the lags, and no more than the
// degrees of freedom that taking out season and trend left.
func effective(x, y []float64) float64 {
	n := len(x)
	inv := 1 / float64(n)
	for j := 1; j <= n/5; j++ {
		inv += 2 / float64(n) * float64(n-j) / float64(n) * lagged(x, j) * lagged(y, j)
	}
	return clamp(1/math.Max(inv, 1e-9), 4, float64(n-5))
}

// lagged is the autocorrelation of a series of mean zero at lag j.
func lagged(x []float64, j int) float64 {
	var up, down float64
	for i, v := range x {
		down += v * v
		if i >= j {
			up += v * x[i-j]
		}
	}
	if down == 0 {
		return 0
	}
	return up / down
}

// fisher gives a correlation over n observations its interval and the two-sided
// p-value of none (R. A. Fisher, Metron 1:4 (1921) 3–32): atanh r is about normal with
// variance 1/(n−3).
func fisher(r, n float64) (metric.Value, float64) {
	z, se := math.Atanh(clamp(r, -.9999, .9999)), 1/math.Sqrt(math.Max(n-3, 1))
	v := metric.Value{Value: r, Low: math.Tanh(z - z975*se), High: math.Tanh(z + z975*se), Defined: true}
	return v, 2 * distuv.UnitNormal.Survival(math.Abs(z)/se)
}
