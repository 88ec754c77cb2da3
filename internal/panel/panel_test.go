package panel

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestDifference: Newcombe (1998, Statistics in Medicine 17, 873–890), table II,
// method 10, gives these intervals for the difference of two shares.
func TestDifference(t *testing.T) {
	for _, c := range []struct {
		name           string
		k1, n1, k2, n2 int64
		low, high      float64
	}{
		{"56/70 − 48/80", 56, 70, 48, 80, .0524, .3339},
		{"9/10 − 3/10", 9, 10, 3, 10, .1705, .8090},
		{"10/10 − 0/20", 10, 10, 0, 20, .6791, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Difference(metric.Share(c.k1, c.n1), metric.Share(c.k2, c.n2))
			if diff := cmp.Diff([]float64{c.low, c.high}, []float64{d.Low, d.High}, cmpopts.EquateApprox(0, 6e-5)); diff != "" {
				t.Errorf("interval (-want +got):\n%s", diff)
			}
		})
	}
	if d := Difference(metric.Share(1, 2), metric.Value{}); d.Defined {
		t.Error("a difference to nothing is defined")
	}
}

// TestChangeCoverage: the interval of a change of counts holds the true ratio in
// about 95 of 100 repetitions.
func TestChangeCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	poisson := func(mean float64) int64 {
		n, p, limit := int64(0), 1.0, math.Exp(-mean)
		for {
			if p *= rng.Float64(); p <= limit {
				return n
			}
			n++
		}
	}
	const rounds = 4000
	held := 0
	for range rounds {
		c := Change(metric.Count(poisson(60)), metric.Count(poisson(40)))
		if c.Low <= .5 && .5 <= c.High {
			held++
		}
	}
	if share := float64(held) / rounds; share < .94 || share > .985 {
		t.Errorf("the interval held the true change in %.3f of the rounds, want about .95", share)
	}
}

func TestChange(t *testing.T) {
	for _, c := range []struct {
		name        string
		now, before metric.Value
		want        bool
	}{
		{"from nothing", metric.Count(5), metric.Count(0), false},
		{"to nothing", metric.Count(0), metric.Count(5), false},
		{"no data", metric.Value{}, metric.Count(5), false},
		{"both", metric.Count(50), metric.Count(40), true},
	} {
		if got := Change(c.now, c.before); got.Defined != c.want || got.Defined && !(got.Low <= got.Value && got.Value <= got.High) {
			t.Errorf("%s: %+v, want defined %v and in order", c.name, got, c.want)
		}
	}
}

func TestDeltaTone(t *testing.T) {
	write := func(float64) string { return "" }
	tr := func(string, ...any) string { return "" }
	for _, c := range []struct {
		name      string
		v, lo, hi float64
		better    int
		want      string
	}{
		{"includes zero", .1, -.1, .3, 1, "unsure"},
		{"touches zero", .1, 0, .3, 1, "unsure"},
		{"more is better", .2, .1, .3, 1, "good"},
		{"less is worse", -.2, -.3, -.1, 1, "bad"},
		{"more is neither", .2, .1, .3, 0, "up"},
		{"less is neither", -.2, -.3, -.1, 0, "down"},
	} {
		if got := NewDelta(metric.Value{Value: c.v, Low: c.lo, High: c.hi, Defined: true}, c.better, write, tr).Tone; got != c.want {
			t.Errorf("%s: tone %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCSV(t *testing.T) {
	tab := Table{
		Cols: []Col{{Key: "name"}, {Key: "bar", On: PageOnly}, {Key: "value", Num: true}, {Key: "low", Num: true, On: CSVOnly}},
		Rows: [][]Cell{
			{{Text: "=HYPERLINK(\"x\")"}, {Draw: "<svg/>"}, {Text: "−1.2 %", Raw: "-0.012", Num: true}, {Raw: "-0.02", Num: true}},
			{{Text: "Ají, \"rojo\"", Raw: "aji"}, {}, {Text: "–", Num: true}, {Num: true}},
		},
	}
	var b bytes.Buffer
	if err := tab.CSV(&b); err != nil {
		t.Fatal(err)
	}
	want := "name,value,low\n\"'=HYPERLINK(\"\"x\"\")\",-0.012,-0.02\naji,,\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("CSV (-want +got):\n%s", diff)
	}
}

func TestTogether(t *testing.T) {
	boom := errors.New("boom")
	err := Together(t.Context(),
		func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		func(context.Context) error { return boom })
	if !errors.Is(err, boom) {
		t.Errorf("got %v, want the first error, by which the rest was cancelled", err)
	}
	if err := Together(t.Context(), func(context.Context) error { return nil }); err != nil {
		t.Errorf("got %v, want none", err)
	}
}

func TestMonday(t *testing.T) {
	for d := mention.Day(20600); d < 20621; d++ {
		if m := monday(d); m.Date().Weekday() != time.Monday || m > d || d-m > 6 {
			t.Errorf("monday(%s) = %s", d, m)
		}
	}
}
