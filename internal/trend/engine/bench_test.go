package engine_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// bigPanel is 2,000 entities over three years of days in four strata.
func bigPanel() *engine.Panel {
	rng := rand.New(rand.NewPCG(1, 1))
	p := &engine.Panel{Start: calendar.Date(2023, 11, 22), Days: 1096, Strata: []string{"review", "delivery", "social", "survey"}}
	for range p.Strata {
		x := make([]float32, p.Days)
		for d := range x {
			x[d] = float32(4000 + rng.IntN(1000))
		}
		p.Exposure = append(p.Exposure, x)
	}
	for i := range 2000 {
		s := engine.Series{ID: string(rune('a'+i%26)) + string(rune('0'+i/26)), Kind: []string{"dish", "drink", "brand"}[i%3], Counts: make([][]float32, 4)}
		top := 1 + 20000/(i+10)
		for k := range s.Counts {
			c := make([]float32, p.Days)
			for d := range c {
				c[d] = float32(rng.IntN(top/40 + 2))
			}
			s.Counts[k] = c
		}
		p.Series = append(p.Series, s)
	}
	return p
}

// BenchmarkJudge2000 is the promise of docs/trends.md: verdicts for 2,000
// entities over three years in under 2 s on two cores and 300 MB.
func BenchmarkJudge2000(b *testing.B) {
	p := bigPanel()
	runtime.GC()
	b.ReportAllocs()
	for b.Loop() {
		if js := engine.Judge(p, engine.Options{}); len(js) != 2000 {
			b.Fatal(len(js))
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB-sys")
}

// What is judged side by side, and in which order, must not show in a figure: pages
// keep answers that were computed on a busy machine.
func TestJudgeIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	p := bigPanel()
	p.Series = p.Series[:150]
	p.Exposure[3] = slices.Clone(p.Exposure[3])
	clear(p.Exposure[3][p.Days-20:]) // a channel falls silent
	text := func() string {
		js := engine.Judge(p, engine.Options{})
		return fmt.Sprintf("%#v", js) // NaN is not equal to itself
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := text()
	for _, n := range []int{2, 7} {
		runtime.GOMAXPROCS(n)
		if got := text(); got != want {
			t.Errorf("judgements on %d processors differ from those on one", n)
		}
	}
}
