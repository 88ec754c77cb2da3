package engine

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// WatchOptions say which looks Watch takes. Zero values are the defaults.
type WatchOptions struct {
	To       mention.Day // last day; default the panel's last
	Spans    []int       // lengths of the looks in days; default 1 and 7
	Step     int         // days between looks; default 1
	Looks    int         // looks returned, the last one ending with To; default 35
	Null     int         // older looks that only tell what is usual; default 182
	Constant bool        // the exposure is constant: nothing common is taken off
}

func (o WatchOptions) withDefaults(p *Panel) WatchOptions {
	if o.To == 0 {
		o.To = p.Start + mention.Day(p.Days-1)
	}
	if len(o.Spans) == 0 {
		o.Spans = []int{1, 7}
	}
	if o.Step == 0 {
		o.Step = 1
	}
	if o.Looks == 0 {
		o.Looks = 35
	}
	if o.Null == 0 {
		o.Null = 182
	}
	return o
}

// Look compares the last days of one series with what the weeks before, the
// calendar, the season and the volume of its strata give for them.
type Look struct {
	Observed, Expected float64
	// P is the one-sided tail probability on the side where Observed lies, by
	// what such looks usually give (calibrated); 1 where there is no telling.
	P float64

	variance float64 // of Observed around Expected
}

// Up says on which side of the expectation the count lies.
func (l Look) Up() bool { return l.Observed > l.Expected }

// Interval is the central interval that the count should fall in: quantiles of a
// gamma distribution with the mean and variance of the count (the continuous
// counterpart of the negative binomial; Johnson, Kemp & Kotz, Univariate Discrete
// Distributions, 2005, §5.6).
func (l Look) Interval(level float64) (low, high float64) {
	if !(l.Expected > 0) || !(l.variance > 0) {
		return math.NaN(), math.NaN()
	}
	g := distuv.Gamma{Alpha: l.Expected * l.Expected / l.variance, Beta: l.Expected / l.variance}
	q := (1 - level) / 2
	return math.Floor(g.Quantile(q)), math.Ceil(g.Quantile(1 - q))
}

// Watched holds looks by series, span and time; the last look of each ends with
// WatchOptions.To, the one before it Step days earlier.
type Watched struct {
	Spans   []int
	Step    int
	To      mention.Day
	Looks   [][][]Look // [series][span][time]
	Looked  []int      // by span: series that had anything to compare on the last day
	Null    []int      // by span: usual looks that the calibration rests on
	horizon int
}

// Day is the last day of look t.
func (w *Watched) Day(t int) mention.Day { return w.To - mention.Day(w.Step*(w.horizon-1-t)) }

const (
	watchReference = 56 // days before a look that give its level
	watchLeast     = 28 // days of them that must be there
	commonWatch    = .7 // largest common shift of a day, in logarithms

	// watchFloor is the least expectation of a look. What is hardly ever mentioned
	// is expected so often, or it would stand out at its first mention.
	watchFloor = .25
)

// glance is a look before it is calibrated.
type glance struct {
	y, e, ref float64 // observed, expected, mentions that the level rests on
	extra     float64 // relative variance of feasts and season
	z         float64
	ok        bool
}

// Watch looks at every series once a step: observed against expected, with a tail
// probability that is calibrated on older looks of the same panel.
//
// The level is that of the eight weeks before the look, each week cut to within
// three standard errors of their median; feasts, season and the common shift are
// taken out as in Judge. How much a look varies around its expectation is learnt
// from the older looks, by series and pooled (NB2, as in Judge, but for looks of
// this length), and the tail beyond the ninetieth percentile from all series
// together: scale and degrees of freedom of a t distribution by matching the
// 90th and the 99th percentile (an empirical null, B. Efron, JASA 99, 2004,
// 96–104). Matching inside the 99th keeps the real surprises among the older
// looks from widening what counts as usual.
func Watch(p *Panel, o WatchOptions) *Watched {
	o = o.withDefaults(p)
	w := &Watched{Spans: o.Spans, Step: o.Step, To: o.To, horizon: o.Looks, Looked: make([]int, len(o.Spans)), Null: make([]int, len(o.Spans))}
	w.Looks = make([][][]Look, len(p.Series))
	for i := range w.Looks {
		w.Looks[i] = make([][]Look, len(o.Spans))
		for s := range o.Spans {
			w.Looks[i][s] = make([]Look, o.Looks)
			for t := range w.Looks[i][s] {
				w.Looks[i][s][t] = Look{Observed: math.NaN(), Expected: math.NaN(), P: 1}
			}
		}
	}
	end := int(o.To-p.Start) + 1
	if end <= watchLeast || end > p.Days || len(p.Series) == 0 {
		return w
	}
	e, prs := prepareAll(p, end, p.Days)
	parallel(len(prs), func(i int) { e.settle(prs[i], end) })
	ms := make([]moments, len(prs))
	for i, pr := range prs {
		ms[i] = pr.mom
	}
	pl := poolNoise(ms)
	for _, pr := range prs {
		pr.noise = pl.own(pr.mom)
	}
	n := min(o.Looks+(o.Null+o.Step-1)/o.Step, (end-watchLeast)/o.Step)
	season := e.watchSeason(prs, end, n*o.Step)
	for s, days := range o.Spans {
		gs := make([][]glance, n) // [time][series]
		parallel(n, func(t int) {
			at := end - o.Step*(n-1-t)
			gs[t] = make([]glance, len(prs))
			touching := e.touching(at-days, at)
			for i, pr := range prs {
				gs[t][i] = e.glance(pr, touching, at, days, season[(end-at)/7][i])
			}
			if !o.Constant {
				takeCommon(gs[t])
			}
		})
		w.judge(s, gs, o)
	}
	return w
}

// watchSeason reads the season of the week that ends 0, 7, 14 … days before end,
// against the eight weeks before it: [weeks back][series].
func (e *engine) watchSeason(prs []*prepared, end, days int) [][]estimate {
	e.spans = []span{{7, 0, 7 + watchReference, 7, false, 1}}
	e.o.Days = 7
	out := make([][]estimate, days/7+1)
	for b := range out {
		at := end - 7*b
		out[b] = make([]estimate, len(prs))
		if at < watchLeast+7 {
			continue
		}
		r := &round{at: at, found: make([]finding, len(prs))}
		touching := e.touching(at-7, at)
		season := make([][]estimate, len(prs))
		parallel(len(prs), func(i int) {
			f := &r.found[i]
			f.enough = true
			f.delta, f.varDelta = make([]float64, 1), make([]float64, 1)
			season[i] = []estimate{e.earlier(&prs[i].all, prs[i], at, e.spans[0].within(at))}
		})
		e.poolSeason(prs, r, season)
		for i := range prs {
			f := &r.found[i]
			feasts := e.feastVariance(prs[i], touching, at-7, at) // the look adds those of its own days
			out[b][i] = estimate{l: f.delta[0], v: math.Max(0, f.varDelta[0]-feasts)}
		}
	}
	return out
}

// glance compares the days before at with the weeks before them.
func (e *engine) glance(pr *prepared, touching []occurrence, at, days int, season estimate) glance {
	from := max(0, at-days-watchReference)
	if at-days-from < watchLeast {
		return glance{}
	}
	a := pr.all.side(at-days, at, false, true)
	r := e.reference(&pr.all, pr, from, at-days, true, true)
	if a.m <= 0 || r.m <= 0 || r.y+a.y <= 0 {
		return glance{}
	}
	feasts := e.feastVariance(pr, touching, at-days, at)
	return glance{y: a.y, e: math.Max((r.y+.5)/r.m*a.m*math.Exp(season.l), watchFloor), ref: r.y, extra: feasts + season.v, ok: true}
}

// takeCommon takes off what moved all series alike on one day: when one of them
// fills the channels, the shares of all others fall. See common.
func takeCommon(gs []glance) {
	var l, w []float64
	for i := range gs {
		if g := &gs[i]; g.ok && g.e >= 3 {
			l, w = append(l, math.Log((g.y+.5)/(g.e+.5))), append(w, math.Sqrt(g.e/(1+.05*g.e)))
		}
	}
	c := math.Exp(boundedShift(l, w, commonWatch))
	for i := range gs {
		gs[i].e *= c
	}
}

// judge calibrates the glances of one span and writes the looks.
func (w *Watched) judge(s int, gs [][]glance, o WatchOptions) {
	n, series := len(gs), len(w.Looks)
	null := n - min(o.Looks, n)
	if null < n/2 { // little history: what is judged is also what tells the usual
		null = n
	}
	overlap := math.Max(1, float64(o.Spans[s])/float64(o.Step)) // looks that share days
	ms := make([]moments, series)
	read := func(phi func(mu float64) float64) {
		for i := range ms {
			m := moments{}
			for t := range null {
				if g := &gs[t][i]; g.ok {
					m.mean += g.e
					m.df++
				}
			}
			if m.df > 0 {
				m.mean /= m.df
			}
			for t := range null {
				if g := &gs[t][i]; g.ok {
					d := g.y - g.e
					m.sum += math.Min(d*d/(g.e*(1+g.e/(g.ref+.5))), outlierZ2*phi(m.mean))
				}
			}
			m.sum, m.df = 2*m.sum/overlap, 2*m.df/overlap // own halves what successive differences know
			ms[i] = m
		}
	}
	// Two passes: the first says at about what size a residual is an outlier.
	read(func(mu float64) float64 { return 1.5 + .1*mu })
	pl := poolNoise(ms)
	read(pl.phi)
	pl = poolNoise(ms)
	noises := make([]noise, series)
	for i := range noises {
		noises[i] = pl.own(ms[i])
	}
	var tails [2]tail // down, up
	var usual [2][]float64
	for t := range n {
		for i := range series {
			g := &gs[t][i]
			g.z = g.score(noises[i])
			if t < null && g.ok && g.e >= 3 {
				k := 0
				if g.z > 0 {
					k = 1
				}
				usual[k] = append(usual[k], math.Abs(g.z))
				w.Null[s]++
			}
		}
	}
	total := float64(len(usual[0]) + len(usual[1]))
	for k := range tails {
		tails[k] = fitTail(usual[k], total, overlap)
	}
	for j := range min(o.Looks, n) {
		t := n - 1 - j
		for i := range series {
			g := &gs[t][i]
			if !g.ok {
				continue
			}
			if j == 0 && g.e > watchFloor {
				w.Looked[s]++
			}
			k := 0
			if g.z > 0 {
				k = 1
			}
			w.Looks[i][s][o.Looks-1-j] = Look{Observed: g.y, Expected: g.e, P: tails[k].p(math.Abs(g.z)),
				variance: g.e * (noises[i].phi(g.e, 1)*tails[k].scale*tails[k].scale + g.e*(1/(g.ref+.5)+g.extra))}
		}
	}
}

// score is the signed root of the quasi-deviance of a glance, as in
// noise.change: the reference is a count too, with the noise of a count.
func (g *glance) score(n noise) float64 {
	if !g.ok {
		return 0
	}
	rho := g.e / (g.ref + .5)
	total := g.y + g.ref
	ea, er := total*rho/(1+rho), total/(1+rho)
	dev := 2 * (xlogy(g.y, g.y/ea) + xlogy(g.ref, g.ref/er))
	z := math.Sqrt(math.Max(dev, 0) * (1/ea + 1/er) / (n.phi(ea, 1)/ea + 1/er + g.extra))
	if g.y < ea {
		return -z
	}
	return z
}

// tail is Student's t, stretched: what scores on one side usually are.
type tail struct {
	scale, nu float64
	above     float64 // probability of that side
}

func (t tail) p(z float64) float64 {
	return math.Min(1, 2*t.above) * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: t.nu}.CDF(-z/t.scale)
}

// tailNu are the degrees of freedom that are tried; the last is next to normal.
var tailNu = [...]float64{3, 4, 5, 6, 8, 10, 15, 30, 100}

// fitTail matches the 80th and the 98th percentile of the scores of one side,
// that is, the 90th and 99th of all where both sides are alike. Where few scores
// are known the tail is taken to be heavy.
func fitTail(z []float64, total, overlap float64) tail {
	if float64(len(z)) < 150*overlap {
		return tail{scale: 1.1, nu: 6, above: .5}
	}
	slices.Sort(z)
	a, b := z[int(.8*float64(len(z)))], z[int(.98*float64(len(z)))]
	best := tail{above: float64(len(z)) / total}
	least := math.Inf(1)
	for _, nu := range tailNu {
		t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: nu}
		qa, qb := t.Quantile(.9), t.Quantile(.99)
		if d := math.Abs(math.Log(b / a * qa / qb)); d < least {
			least, best.nu, best.scale = d, nu, math.Max(a/qa, b/qb)
		}
	}
	best.scale = math.Max(best.scale, .8)
	return best
}

// Feasts names the feasts whose days touch from…to.
func Feasts(from, to mention.Day) []calendar.Feast {
	var out []calendar.Feast
	for _, f := range calendar.Feasts() {
		for y := from.Date().Year(); y <= to.Date().Year()+1; y++ {
			if a, b, ok := f.Days(y); ok && b+1 >= from && a-1 <= to {
				out = append(out, f)
				break
			}
		}
	}
	return out
}
