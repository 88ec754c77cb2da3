package preference

import (
	"math"
	"math/rand/v2"
	"testing"

	"antojo/internal/mention"
	"gonum.org/v1/gonum/mat"
)

// truth of a simulated world: an aspect's chance of praise and blame, and what they
// add to the expected outcome.
type planted struct{ pos, neg, reward, penalty float64 }

// world draws n mentions. The outcome is one of three values whose chances depend on
// the aspects, so its variance is not constant, which is what HC3 is for.
func world(rng *rand.Rand, n int, by map[mention.Aspect]planted) []Profile {
	type key struct {
		aspects [mention.NumAspects]mention.AspectLabel
		s       mention.Sentiment
		src     mention.Source
	}
	cells := map[key]int64{}
	for range n {
		k := key{src: mention.Review}
		mean := -.05
		if rng.Float64() < .4 { // a source that is kinder and speaks of aspects differently
			k.src, mean = mention.Delivery, .15
		}
		for a := range mention.NumAspects {
			p := by[a]
			pos, neg := p.pos, p.neg
			if k.src == mention.Delivery {
				pos, neg = neg, pos
			}
			switch u := rng.Float64(); {
			case u < pos:
				k.aspects[a] = mention.AspectPos
				mean += p.reward
			case u < pos+neg:
				k.aspects[a] = mention.AspectNeg
				mean += p.penalty
			}
		}
		// P(+1) − P(−1) = mean with P(0) = .3.
		switch u := rng.Float64(); {
		case u < .35+mean/2:
			k.s = mention.Positive
		case u < .65+mean/2:
			k.s = mention.Neutral
		default:
			k.s = mention.Negative
		}
		cells[k]++
	}
	var out []Profile
	for k, c := range cells {
		out = append(out, Profile{Source: k.src, Sentiment: k.s, Aspects: k.aspects, N: c})
	}
	return out
}

var drivers = map[mention.Aspect]planted{
	mention.Food:    {.25, .10, .25, -.15},
	mention.Price:   {.05, .15, .00, -.25}, // taken for granted: costs, does not reward
	mention.Service: {.12, .08, .10, -.05},
	mention.Hygiene: {.06, .06, 0, 0}, // spoken of, but has nothing to do with it
}

// TestEffectsHoldTheTruth: 95 % intervals hold the planted effects 93 to 97 times in
// a hundred, over all effects together, and each one of them 91 to 98.5 times.
func TestEffectsHoldTheTruth(t *testing.T) {
	const worlds = 300
	rng := rand.New(rand.NewPCG(1, 2))
	held, all := map[[2]int]int{}, map[[2]int]int{}
	null := 0
	for range worlds {
		a := effectsOnly(world(rng, 700, drivers))
		if a == nil {
			t.Fatal("not enough data")
		}
		for k, iv := range a {
			want := drivers[mention.Aspect(k[0])].reward
			if k[1] == 1 {
				want = drivers[mention.Aspect(k[0])].penalty
			}
			all[k]++
			if iv[0] <= want && want <= iv[1] {
				held[k]++
			} else if mention.Aspect(k[0]) == mention.Hygiene {
				null++
			}
		}
	}
	sum, total := 0, 0
	for k, n := range all {
		share := float64(held[k]) / float64(n)
		t.Logf("%s %d: %.3f of %d", mention.Aspect(k[0]), k[1], share, n)
		if share < .91 || share > .985 {
			t.Errorf("the interval of %s (%d) holds the truth in %.3f of %d worlds", mention.Aspect(k[0]), k[1], share, n)
		}
		sum, total = sum+held[k], total+n
	}
	if share := float64(sum) / float64(total); share < .93 || share > .97 {
		t.Errorf("intervals hold the truth in %.3f of %d", share, total)
	}
}

// effectsOnly is Drivers without the bootstrap, which takes most of its time.
func effectsOnly(ps []Profile) map[[2]int][2]float64 {
	d := design(ps, Sentiment)
	if d == nil {
		return nil
	}
	f, err := least(d.rows)
	if err != nil {
		return nil
	}
	out := map[[2]int][2]float64{}
	for _, a := range d.aspects {
		for i, col := range []int{d.praise[a], d.blame[a]} {
			if col > 0 {
				_, lo, hi, _ := f.interval(col)
				out[[2]int{int(a), i}] = [2]float64{lo, hi}
			}
		}
	}
	return out
}

func TestDriversFindPlantedTruth(t *testing.T) {
	a := Drivers(world(rand.New(rand.NewPCG(3, 4)), 6000, drivers), Sentiment)
	if !a.Enough || len(a.Drivers) != 4 || a.N != 6000 {
		t.Fatalf("%+v", a)
	}
	if got := [2]mention.Aspect{a.Drivers[0].Aspect, a.Drivers[1].Aspect}; got != [2]mention.Aspect{mention.Food, mention.Price} {
		t.Errorf("the strongest are %v", got)
	}
	sum := 0.0
	for _, d := range a.Drivers {
		sum += d.Share.Value
		if d.Share.Low > d.Share.Value || d.Share.High < d.Share.Value {
			t.Errorf("%s: share %.3f outside of %.3f…%.3f", d.Aspect, d.Share.Value, d.Share.Low, d.Share.High)
		}
		switch d.Aspect {
		case mention.Price:
			if d.QPraised <= .05 || d.QCriticised > .001 || math.Abs(d.Criticised.Value+.25) > .08 {
				t.Errorf("price: praised q %.3f, criticised %+.3f q %.4f", d.QPraised, d.Criticised.Value, d.QCriticised)
			}
		case mention.Hygiene:
			if d.Clear() || d.Share.Value > .02 {
				t.Errorf("hygiene does nothing, but: %+v", d)
			}
		}
		if d.Praised.N < minSpoken || d.Criticised.N < minSpoken {
			t.Errorf("%s: n %d and %d", d.Aspect, d.Praised.N, d.Criticised.N)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("shares add up to %v", sum)
	}
}

// TestDriversNull: where no aspect has to do with the outcome, a table that claims
// one is rare.
func TestDriversNull(t *testing.T) {
	null := map[mention.Aspect]planted{}
	for a := range mention.NumAspects {
		null[a] = planted{.08, .06, 0, 0}
	}
	rng := rand.New(rand.NewPCG(5, 6))
	const worlds = 40
	claims := 0
	for range worlds {
		a := Drivers(world(rng, 600, null), Sentiment)
		for _, d := range a.Drivers {
			if d.Clear() {
				claims++
				break
			}
		}
	}
	if claims > 5 { // P(more | .05) = .014
		t.Errorf("%d of %d worlds without drivers have one", claims, worlds)
	}
}

func TestDriversStars(t *testing.T) {
	var ps []Profile
	add := func(label mention.AspectLabel, stars float64, n int64) {
		p := Profile{Source: mention.Review, Rating: stars, N: n}
		p.Aspects[mention.Service] = label
		ps = append(ps, p)
	}
	add(mention.AspectNone, 4, 200)
	add(mention.AspectNone, 3, 200)
	add(mention.AspectNeg, 1, 60)
	add(mention.AspectNeg, 2, 60)
	add(mention.AspectPos, 5, 9)                                                                // too few to tell
	ps = append(ps, Profile{Source: mention.Review, Sentiment: mention.Negative, N: 1_000_000}) // no stars
	a := Drivers(ps, Stars)
	if !a.Enough || a.N != 529 || len(a.Drivers) != 1 {
		t.Fatalf("%+v", a)
	}
	d := a.Drivers[0]
	// Those without a column are the reference: (200·4 + 200·3 + 9·5)/409.
	want := 1.5 - 1445.0/409
	if math.Abs(d.Criticised.Value-want) > 1e-9 || d.Praised.Defined || d.Praised.N != 9 || d.Share.Value != 1 {
		t.Errorf("%+v, want criticised %.4f", d, want)
	}
}

func TestDriversNotEnough(t *testing.T) {
	for name, ps := range map[string][]Profile{
		"nothing":    nil,
		"few":        {{Source: mention.Review, Sentiment: mention.Positive, Aspects: UnpackAspects(3), N: minDrivers - 1}},
		"no aspect":  {{Source: mention.Review, Sentiment: mention.Positive, N: 5000}},
		"no outcome": {{Source: mention.Review, Sentiment: mention.Positive, Aspects: UnpackAspects(3), N: 5000}},
		"always together": {{Source: mention.Review, Sentiment: mention.Positive, Aspects: UnpackAspects(3 + 3<<2), N: 500},
			{Source: mention.Review, Sentiment: mention.Negative, N: 500}},
	} {
		if a := Drivers(ps, Sentiment); a.Enough && name != "no outcome" {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

// TestExplained: the shares are those of the definition, computed the long way over
// all orders with gonum.
func TestExplained(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var rows []row
	for range 200 {
		a, b := rng.NormFloat64(), rng.NormFloat64()
		x := []float64{1, a, a + b, b - .5*a + rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
		rows = append(rows, row{x: x, y: x[1] + .5*x[2] - x[3] + 2*rng.NormFloat64(), n: float64(1 + rng.IntN(3))})
	}
	groups := [][]int{{1, 2}, {3}, {4}}
	base := []int{5}
	weights := make([]float64, len(rows))
	for i, r := range rows {
		weights[i] = r.n
	}
	got := explained(crossProduct(rows, weights), base, groups)
	r2 := func(cols []int) float64 { // by QR
		x := mat.NewDense(len(rows), len(cols)+1, nil)
		y := mat.NewVecDense(len(rows), nil)
		var n, sum float64
		for i, r := range rows {
			x.Set(i, 0, math.Sqrt(r.n))
			for j, c := range cols {
				x.Set(i, j+1, math.Sqrt(r.n)*r.x[c])
			}
			y.SetVec(i, math.Sqrt(r.n)*r.y)
			n, sum = n+r.n, sum+r.n*r.y
		}
		var b, e mat.VecDense
		if err := b.SolveVec(x, y); err != nil {
			t.Fatal(err)
		}
		e.MulVec(x, &b)
		e.SubVec(y, &e)
		tss := 0.0
		for _, r := range rows {
			tss += r.n * (r.y - sum/n) * (r.y - sum/n)
		}
		return 1 - mat.Dot(&e, &e)/tss
	}
	want := make([]float64, 3)
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		cols := append([]int{}, base...)
		before := r2(cols)
		for _, g := range order {
			cols = append(cols, groups[g]...)
			after := r2(cols)
			want[g] += (after - before) / 6
			before = after
		}
	}
	for g := range want {
		if math.Abs(got[g]-want[g]) > 1e-9 {
			t.Errorf("group %d explains %.6f, want %.6f", g, got[g], want[g])
		}
	}
}

func BenchmarkDrivers(b *testing.B) {
	ps := world(rand.New(rand.NewPCG(9, 9)), 20_000, drivers)
	b.ReportMetric(float64(len(ps)), "profiles")
	for b.Loop() {
		Drivers(ps, Sentiment)
	}
}
