package prevalence

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sentimentCell is a development matrix of one source with a row of n texts a class.
func sentimentCell(a [3][3]float64, n float64) Cell {
	c := Cell{Head: "sentiment", Source: mention.Review, Relevant: true, Counts: square(3)}
	for r := range a {
		for j := range a[r] {
			c.Counts[r][j] = int64(math.Round(a[r][j] * n))
		}
	}
	return c
}

func modelOf(cells ...Cell) *Model { return New(&Confusion{Model: "m-1", Cells: cells}) }

func counted(neg, neu, pos int64) Window {
	n := neg + neu + pos
	return Window{{Mentions: n, Scored: n, Neg: neg, Neu: neu, Pos: pos}}
}

// Rogan & Gladen (American Journal of Epidemiology 107 (1978) 71–76): with two
// classes the corrected share is (p + specificity − 1)/(sensitivity + specificity − 1).
// The craving head has two.
func TestTwoClassesAreRoganGladen(t *testing.T) {
	const each = 1e9 // so many development rows that their chance is nothing
	c := Cell{Head: "intent", Source: mention.Social, Relevant: true, Counts: square(5)}
	c.Counts[0][0], c.Counts[0][4] = .8*each, .2*each
	c.Counts[4][0], c.Counts[4][4] = .1*each, .9*each
	w := Window{2: {Mentions: 1000, Scored: 1000, Crave: 240}}
	raw := metric.Share(240, 1000)
	got, why := modelOf(c).Correct("craving_rate", &w, raw, false, 0)
	if why != "" {
		t.Fatal(why)
	}
	want := (.24 + .9 - 1) / (.8 + .9 - 1)
	// With exact matrices only the window's chance is left: √(p(1−p)/n)/(se+sp−1).
	half := 1.96 * math.Sqrt(.24*.76/1000) / .7
	if diff := cmp.Diff([]float64{want, want - half, want + half, .24}, []float64{got.Value, got.Low, got.High, got.Raw}, cmpopts.EquateApprox(0, .003)); diff != "" {
		t.Errorf("value, low, high, raw (-want +got):\n%s", diff)
	}
}

// Where the adjusted count lies within the simplex it is what maximises the
// likelihood of the predicted counts; expectation-maximisation finds the same.
func TestSharesAreTheMaximumOfTheLikelihood(t *testing.T) {
	m := modelOf(sentimentCell(truth, 1e9))
	h := m.head(headKey{"sentiment", false})
	for _, k := range []vector{{300, 200, 500}, {420, 260, 320}, {620, 180, 200}} {
		pi := vector{1. / 3, 1. / 3, 1. / 3}
		for range 5000 {
			var next vector
			for j := range 3 {
				q := pi[0]*truth[0][j] + pi[1]*truth[1][j] + pi[2]*truth[2][j]
				for r := range 3 {
					next[r] += k[j] / sum(k) * pi[r] * truth[r][j] / q
				}
			}
			pi = next
		}
		if diff := cmp.Diff(pi, h.shares([]stratum{{0, k}}), cmpopts.EquateApprox(0, 1e-6)); diff != "" {
			t.Errorf("counts %v: shares (-EM +got):\n%s", k, diff)
		}
	}
}

// Whatever is counted, with whatever matrix, a corrected figure is a number within
// its scale and its interval, and net sentiment is positive minus negative.
func TestFiguresStayOnTheirScale(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 150 {
		var cells []Cell
		for _, src := range sources[:1+rng.IntN(4)] {
			for _, head := range mention.Heads[1:4] { // sentiment, intent, aspect_food
				k := len(head.Labels)
				c := Cell{Head: head.Name, Source: src, Relevant: true, Counts: square(k)}
				for r := range k {
					for j := range k { // often singular, sometimes worse than chance
						c.Counts[r][j] = int64(rng.IntN(1 + rng.IntN(40)))
					}
				}
				cells = append(cells, c)
			}
		}
		m := modelOf(cells...)
		var w Window
		var all metric.Counts
		for s := range w {
			w[s] = metric.Counts{Neg: rng.Int64N(50), Neu: rng.Int64N(5), Pos: rng.Int64N(50)}
			w[s].Scored = w[s].Neg + w[s].Neu + w[s].Pos
			w[s].Crave = rng.Int64N(w[s].Scored + 1)
			w[s].AspectNeg = w[s].Neg / 2
			w[s].AspectPos = w[s].Pos / 3
			all.Add(w[s])
		}
		got := map[string]metric.Value{}
		for _, def := range metric.Measures {
			if !Corrects(def.Name) {
				continue
			}
			v, why := m.Correct(def.Name, &w, def.Value(all), false, mention.Food)
			if why != "" || !v.Corrected {
				continue
			}
			got[def.Name] = v
			least := 0.0
			if def.Unit == metric.UnitNet {
				least = -1
			}
			if !(least <= v.Low && v.Low <= v.Value && v.Value <= v.High && v.High <= 1) {
				t.Fatalf("%s: %+v", def.Name, v)
			}
			if v.High-v.Low < 1e-6 {
				t.Fatalf("%s claims certainty: %+v", def.Name, v)
			}
		}
		if n, ok := got["net_sentiment"]; ok {
			if d := n.Value - (got["positive_share"].Value - got["negative_share"].Value); math.Abs(d) > 1e-9 {
				t.Errorf("net sentiment is off by %g", d)
			}
			if s := got["positive_share"].Value + got["negative_share"].Value + got["neutral_share"].Value; math.Abs(s-1) > 1e-9 {
				t.Errorf("shares sum to %g", s)
			}
		}
	}
}

func TestFewerRowsAndWeakerModelsWidenTheInterval(t *testing.T) {
	width := func(c Cell, w Window) float64 {
		v, why := modelOf(c).Correct("net_sentiment", &w, metric.Value{}, false, 0)
		if why != "" {
			t.Fatal(why)
		}
		return v.High - v.Low
	}
	big, small := counted(3000, 2000, 5000), counted(30, 20, 50)
	weak := [3][3]float64{{.45, .30, .25}, {.30, .40, .30}, {.25, .30, .45}}
	none := [3][3]float64{{.4, .3, .3}, {.4, .3, .3}, {.4, .3, .3}}
	list := []float64{width(sentimentCell(truth, 1e6), big), width(sentimentCell(truth, 300), big), width(sentimentCell(truth, 40), big), width(sentimentCell(weak, 40), big), width(sentimentCell(none, 1000), big)}
	if !slices.IsSorted(list) {
		t.Errorf("widths %.3f, want rising", list)
	}
	if list[0] > .06 || list[4] < 1.5 {
		t.Errorf("widths %.3f: a sure matrix should leave the window's chance only, a useless model nothing", list)
	}
	if a, b := width(sentimentCell(truth, 300), big), width(sentimentCell(truth, 300), small); b < 1.5*a {
		t.Errorf("a hundredth of the mentions widens %.3f to only %.3f", a, b)
	}
}

func TestPoolingFollowsTheCounts(t *testing.T) {
	alike := [numSources][maxClasses]vector{{{80, 20}, {10, 90}}, {{160, 40}, {19, 181}}, {{41, 9}, {5, 45}}, {}}
	differ := [numSources][maxClasses]vector{{{55, 45}, {30, 70}}, {{190, 10}, {2, 198}}, {{35, 15}, {20, 30}}, {}}
	spread := func(c *[numSources][maxClasses]vector, s int) (mean, sd float64) {
		d := newPosterior(c, nil, 2, 1).source(s)
		v := 0.0
		for i := range d.draws {
			e := d.draws[i][0][0] - d.mean[0][0]
			v += e * e / draws
		}
		return d.mean[0][0], math.Sqrt(v)
	}
	if mean, _ := spread(&differ, 1); math.Abs(mean-.95) > .02 {
		t.Errorf("a source with 200 rows of its own has recall %.3f, want about its own .95", mean)
	}
	if mean, _ := spread(&alike, 3); math.Abs(mean-.80) > .03 {
		t.Errorf("a source without rows has recall %.3f, want about the others' .80", mean)
	}
	_, sure := spread(&alike, 3)
	if _, unsure := spread(&differ, 3); unsure < 2*sure {
		t.Errorf("not knowing a source costs %.3f where the others differ and %.3f where they are alike, want much more", unsure, sure)
	}
}

// An aspect with few rows of its own borrows from the others.
func TestAspectsBorrow(t *testing.T) {
	good := [][]int64{{900, 5, 1, 4}, {20, 150, 10, 20}, {10, 10, 20, 10}, {20, 10, 10, 160}}
	thin := [][]int64{{950, 2, 0, 1}, {1, 6, 0, 0}, {0, 0, 1, 0}, {1, 0, 0, 5}}
	raw := metric.Net(40, 50, 100)
	w := Window{{Mentions: 2000, Scored: 2000, AspectNeg: 50, AspectNeu: 10, AspectPos: 40}}
	alone := modelOf(Cell{"aspect_hygiene", mention.Review, true, thin})
	if _, why := alone.Correct("aspect_net", &w, raw, false, mention.Hygiene); why != metric.WhyFewRows {
		t.Errorf("an aspect with one neutral row, and no others: %q, want %q", why, metric.WhyFewRows)
	}
	cells := []Cell{{"aspect_hygiene", mention.Review, true, thin}}
	for _, name := range []string{"food", "price", "service"} {
		cells = append(cells, Cell{"aspect_" + name, mention.Review, true, good})
	}
	v, why := modelOf(cells...).Correct("aspect_net", &w, raw, false, mention.Hygiene)
	if why != "" || v.High-v.Low > 1 || v.Low > v.Raw || v.High < v.Raw {
		t.Errorf("with three like aspects: %+v because %q, want an interval of use", v, why)
	}
}

// Where the model's false alarms explain all that it found of an aspect, the
// interval says that nothing is known.
func TestAspectsThatAreAllError(t *testing.T) {
	c := Cell{"aspect_health", mention.Review, true, [][]int64{{900, 60, 20, 20}, {5, 50, 2, 3}, {5, 5, 40, 5}, {5, 3, 2, 50}}}
	w := Window{{Mentions: 1000, Scored: 1000, AspectNeg: 12, AspectPos: 4}}
	raw := metric.Net(4, 12, 16)
	v, why := modelOf(c).Correct("aspect_net", &w, raw, false, mention.Health)
	if why != "" || !v.Corrected || v.Low != -1 || v.High != 1 {
		t.Errorf("got %+v because %q, want the whole scale", v, why)
	}
}

func TestTooFewRows(t *testing.T) {
	c := sentimentCell(truth, 100)
	c.Counts[1] = []int64{1, 2, 1}
	w, raw := counted(1, 2, 3), metric.Net(3, 1, 6)
	got, why := modelOf(c).Correct("net_sentiment", &w, raw, false, 0)
	if why != metric.WhyFewRows || got != raw {
		t.Errorf("got %+v because %q, want the raw figure because of %q", got, why, metric.WhyFewRows)
	}
}

func TestEqualQuestionsHaveEqualAnswers(t *testing.T) {
	w := counted(50, 30, 70)
	a, _ := modelOf(sentimentCell(truth, 90)).Correct("net_sentiment", &w, metric.Value{}, false, 0)
	b, _ := modelOf(sentimentCell(truth, 90)).Correct("net_sentiment", &w, metric.Value{}, false, 0)
	if a != b {
		t.Errorf("two processes answer %+v and %+v", a, b)
	}
}

func TestCount(t *testing.T) {
	row := func(src mention.Source, food, gold, pred int8) Outcome {
		o := Outcome{Source: src, Gold: make([]int8, len(mention.Heads)), Pred: make([]int8, len(mention.Heads))}
		for h := range o.Gold {
			o.Gold[h] = -1
		}
		o.Pred[0], o.Gold[1], o.Pred[1] = food, gold, pred
		return o
	}
	c := Count("m-1", []Outcome{row(mention.Social, 1, 0, 2), row(mention.Social, 1, 0, 0), row(mention.Social, 0, 2, 2), row(mention.Review, 1, 1, 1)})
	want := []Cell{
		{"sentiment", mention.Review, true, [][]int64{{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}},
		{"sentiment", mention.Social, true, [][]int64{{1, 0, 1}, {0, 0, 0}, {0, 0, 0}}},
		{"sentiment", mention.Social, false, [][]int64{{0, 0, 0}, {0, 0, 0}, {0, 0, 1}}},
	}
	if diff := cmp.Diff(want, c.Cells); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	var b bytes.Buffer
	if err := c.Write(&b); err != nil {
		t.Fatal(err)
	}
	again, err := Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, again); diff != "" {
		t.Errorf("written and read (-want +got):\n%s", diff)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, s := range map[string]string{
		"no JSON":      `{`,
		"no model":     `{"cells":[]}`,
		"head":         `{"model":"m","cells":[{"head":"mood","source":"review","counts":[]}]}`,
		"source":       `{"model":"m","cells":[{"head":"relevance","source":"radio","counts":[[1,0],[0,1]]}]}`,
		"shape":        `{"model":"m","cells":[{"head":"relevance","source":"review","counts":[[1,0]]}]}`,
		"ragged":       `{"model":"m","cells":[{"head":"relevance","source":"review","counts":[[1,0],[1]]}]}`,
		"negative":     `{"model":"m","cells":[{"head":"relevance","source":"review","counts":[[1,0],[0,-1]]}]}`,
		"twice":        `{"model":"m","cells":[{"head":"relevance","source":"review","counts":[[1,0],[0,1]]},{"head":"relevance","source":"review","counts":[[1,0],[0,1]]}]}`,
		"huge":         `{"model":"m","cells":[{"head":"relevance","source":"review","counts":[[1,0],[0,9999999999999999]]}]}`,
		"minus rows":   `{"model":"m","rows":-1}`,
		"much too big": `{"model":"` + strings.Repeat("m", maxFile) + `"}`,
	} {
		if c, err := Read(strings.NewReader(s)); err == nil {
			t.Errorf("%s: accepted as %+v", name, c)
		}
	}
}

// Whatever Read accepts can be written, read again, and used.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := (&Confusion{Model: "m-1", Rows: 300, Cells: []Cell{sentimentCell(truth, 100)}}).Write(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"model":"m","cells":[{"head":"aspect_food","source":"survey","relevant":true,"counts":[[9,0,0,0],[9,0,0,0],[0,0,9,0],[0,9,0,0]]}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := Read(bytes.NewReader(in))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := c.Write(&b); err != nil {
			t.Fatal(err)
		}
		again, err := Read(&b)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b.Bytes())
		}
		if diff := cmp.Diff(c, again, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("written and read (-want +got):\n%s", diff)
		}
		w := counted(5, 6, 7)
		w[0].AspectNeg, w[0].AspectPos = 2, 3
		for _, name := range []string{"net_sentiment", "aspect_net"} {
			v, why := New(c).Correct(name, &w, metric.Net(7, 5, 18), false, mention.Food)
			if why == "" && !(-1 <= v.Low && v.Low <= v.Value && v.Value <= v.High && v.High <= 1) {
				t.Fatalf("%s: %+v", name, v)
			}
		}
	})
}
