package preference

import (
	"cmp"
	"math"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/engine"
)

// Outcome is what drivers are looked for of.
type Outcome string

// Outcomes. Stars come from the author; sentiment is read from the same text as the
// aspects are, by the same model, so its associations are partly the model's own.
const (
	Sentiment Outcome = "sentiment" // −1, 0, 1: effects are in net sentiment
	Stars     Outcome = "stars"     // 1 to 5
)

// Driver is what an aspect has to do with the outcome.
type Driver struct {
	Aspect mention.Aspect

	// Praised and Criticised are how much the outcome differs, other aspects and
	// source being equal, where the aspect is praised (criticised) from where it is not
	// spoken of; N is the mentions that do. Undefined below minSpoken mentions.
	Praised, Criticised   metric.Value
	QPraised, QCriticised float64 // Benjamini–Hochberg over all effects of the table; NaN if undefined

	// Share is the part of the explained variance that is the aspect's.
	Share metric.Value
}

// Clear reports whether one of the effects is told from zero, all effects of the
// table taken together.
func (d Driver) Clear() bool { return d.QPraised <= .05 || d.QCriticised <= .05 }

// Analysis is a driver analysis of one selection of mentions.
type Analysis struct {
	Outcome   Outcome
	Drivers   []Driver // by Share, largest first
	N         int64    // mentions with the outcome
	Explained float64  // R² of the whole regression
	Enough    bool     // false: too few mentions, and no figures are given
}

const (
	// minDrivers is how many mentions an analysis needs: ten for each of up to twenty
	// columns, the usual rule (F. E. Harrell, Regression Modeling Strategies, 2nd ed.
	// 2015, §4.4).
	minDrivers = 200
	// minSpoken is how many mentions must praise (criticise) an aspect for an effect.
	minSpoken = 10
)

// Drivers relates an outcome to the aspects that mentions praise and criticise. It
// is a penalty–reward regression (D. R. Brandt, Journal of Services Marketing 2:3
// (1988) 35–41; K. Matzler and E. Sauerwein, International Journal of Service
// Industry Management 13 (2002) 314–332): one column for praise and one for
// criticism of each aspect, so that an aspect that is taken for granted can cost
// without rewarding; sources are held constant. Effects have HC3 intervals, shares of the
// explained variance bootstrap ones. It speaks of association, not of cause.
func Drivers(profiles []Profile, outcome Outcome) Analysis {
	out := Analysis{Outcome: outcome}
	for _, p := range profiles {
		if outcome != Stars || p.Rating > 0 {
			out.N += max(0, p.N)
		}
	}
	if out.N < minDrivers {
		return out
	}
	m := design(profiles, outcome)
	if m == nil {
		return out
	}
	f, err := least(m.rows)
	if err != nil {
		return out // two aspects are always praised together: nothing can be told
	}
	out.Enough, out.Explained = true, f.r2
	value, low, high := shares(m.rows, m.base, m.groups)
	var ps []float64
	for i, a := range m.aspects {
		d := Driver{Aspect: a, QPraised: math.NaN(), QCriticised: math.NaN(),
			Share: metric.Value{Value: value[i], Low: low[i], High: high[i], N: out.N, Defined: true}}
		effect := func(col int, n int64) (metric.Value, float64) {
			if col == 0 {
				return metric.Value{N: n}, math.NaN()
			}
			v, lo, hi, p := f.interval(col)
			return metric.Value{Value: v, Low: lo, High: hi, N: n, Defined: true}, p
		}
		var p, q float64
		d.Praised, p = effect(m.praise[a], m.spoken[a][mention.AspectPos])
		d.Criticised, q = effect(m.blame[a], m.spoken[a][mention.AspectNeg])
		ps = append(ps, p, q)
		out.Drivers = append(out.Drivers, d)
	}
	for i, q := range engine.QValues(ps) {
		if d := &out.Drivers[i/2]; i%2 == 0 {
			d.QPraised = q
		} else {
			d.QCriticised = q
		}
	}
	slices.SortStableFunc(out.Drivers, func(a, b Driver) int {
		return cmp.Or(cmp.Compare(b.Share.Value, a.Share.Value), cmp.Compare(a.Aspect, b.Aspect))
	})
	return out
}

// model is the regression's columns and rows.
type model struct {
	rows          []row
	base          []int                   // columns of sources
	aspects       []mention.Aspect        // those with a column
	groups        [][]int                 // their columns
	praise, blame [mention.NumAspects]int // column, 0 = none
	spoken        [mention.NumAspects][4]int64
}

// design lays out the constant, the sources but the largest, and praise and
// criticism of each aspect that enough mentions speak of; nil if there is none.
func design(profiles []Profile, outcome Outcome) *model {
	m := &model{}
	var use []Profile
	bySource := map[mention.Source]int64{}
	for _, p := range profiles {
		if p.N <= 0 || outcome == Stars && p.Rating == 0 {
			continue
		}
		use = append(use, p)
		bySource[p.Source] += p.N
		for a, l := range p.Aspects {
			m.spoken[a][l] += p.N
		}
	}
	slices.SortFunc(use, compareProfiles) // equal counts in another order give equal bits
	width := 1
	largest := mention.Sources[0]
	for _, s := range mention.Sources {
		if bySource[s] > bySource[largest] {
			largest = s
		}
	}
	source := map[mention.Source]int{}
	for _, s := range mention.Sources {
		if s != largest && bySource[s] >= minSpoken {
			source[s] = width
			m.base = append(m.base, width)
			width++
		}
	}
	for a := range mention.NumAspects {
		var g []int
		for _, x := range []struct {
			label mention.AspectLabel
			col   *int
		}{{mention.AspectPos, &m.praise[a]}, {mention.AspectNeg, &m.blame[a]}} {
			if m.spoken[a][x.label] >= minSpoken {
				*x.col = width
				g = append(g, width)
				width++
			}
		}
		if g != nil {
			m.aspects = append(m.aspects, a)
			m.groups = append(m.groups, g)
		}
	}
	if len(m.groups) == 0 {
		return nil
	}
	for _, p := range use {
		r := row{x: make([]float64, width), y: float64(p.Sentiment), n: float64(p.N)}
		if outcome == Stars {
			r.y = p.Rating
		}
		r.x[0] = 1
		if k := source[p.Source]; k > 0 {
			r.x[k] = 1
		}
		for a, l := range p.Aspects {
			if k := m.praise[a]; k > 0 && l == mention.AspectPos {
				r.x[k] = 1
			}
			if k := m.blame[a]; k > 0 && l == mention.AspectNeg {
				r.x[k] = 1
			}
		}
		m.rows = append(m.rows, r)
	}
	return m
}

func compareProfiles(a, b Profile) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), slices.Compare(a.Aspects[:], b.Aspects[:]), cmp.Compare(a.Sentiment, b.Sentiment), cmp.Compare(a.Rating, b.Rating))
}
