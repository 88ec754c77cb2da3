package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
)

// steady makes n series of 20 to 2,000 mentions a week over three years; one of
// them keeps Ceviche Day.
func steady(n int) *engine.Panel {
	const days = 1096
	rng := rand.New(rand.NewPCG(8, 9))
	p := &engine.Panel{Start: calendar.Date(2023, time.November, 22), Days: days, Strata: []string{"a"}, Exposure: [][]float32{make([]float32, days)}}
	for i := range n {
		s := engine.Series{ID: "x", Kind: "dish", Counts: [][]float32{make([]float32, days)}}
		if i == 0 {
			s.ID = "ceviche"
		}
		weekly := 20 * math.Pow(100, float64(i%20)/20)
		for d := range days {
			mu := weekly / 7
			if t := (p.Start + mention.Day(d)).Date(); i == 0 && t.Month() == time.June && t.Day() == 28 {
				mu *= 6
			}
			s.Counts[0][d] = float32(distuv.Poisson{Lambda: mu, Src: rng}.Rand())
			p.Exposure[0][d] += s.Counts[0][d]
		}
		p.Series = append(p.Series, s)
	}
	return p
}

func TestOutlook(t *testing.T) {
	p := steady(40)
	to := calendar.Date(2026, time.November, 18) // a Wednesday
	o := NewOutlook(p, to)
	if want := calendar.Date(2026, time.November, 15); o.To != want {
		t.Fatalf("the last whole week ends on %v, want %v", o.To, want)
	}
	if o.Index("ceviche") != 0 || o.Index("none") != -1 {
		t.Error("Index")
	}
	held, of := 0, 0
	for i := range p.Series {
		looks := o.Expected.Looks[i][0]
		if len(looks) != OutlookWeeks || len(o.Ahead[i].Weeks) != Horizon || len(o.Then[i].Weeks) != Horizon {
			t.Fatalf("series %d: %d weeks back, %d ahead, %d then", i, len(looks), len(o.Ahead[i].Weeks), len(o.Then[i].Weeks))
		}
		for k, l := range looks {
			monday := o.Expected.Day(k) - 6
			if got := o.Count(i, monday); got != l.Observed {
				t.Fatalf("series %d, week of %v: counted %g, looked at %g", i, monday, got, l.Observed)
			}
			if lo, hi := l.Interval(.95); l.Observed >= lo && l.Observed <= hi {
				held++
			}
			of++
		}
		if w := o.Then[i].Weeks[0]; w.From != o.To-7*Horizon+1 || math.IsNaN(w.Actual) {
			t.Fatalf("the forecast of then begins on %v with %g", w.From, w.Actual)
		}
		if w := o.Ahead[i].Weeks[0]; w.From != o.To+1 {
			t.Fatalf("the forecast begins on %v", w.From)
		}
	}
	if c := float64(held) / float64(of); c < .92 || c > .995 {
		t.Errorf("95 %% of what is usual holds %.3f of the weeks", c)
	}
	var marks []string
	for _, m := range o.Feasts[0] {
		marks = append(marks, m.Feast.ID+" "+m.Day.String())
		if m.Feast.ID == "ceviche" && m.Lift < 2 {
			t.Errorf("Ceviche Day lifts ceviche by %.2f", m.Lift)
		}
	}
	if len(marks) != 1 || marks[0] != "ceviche 2026-06-28" {
		t.Errorf("feasts of ceviche: %v", marks)
	}
	if len(o.Feasts[7]) != 0 {
		t.Errorf("feasts of a food that keeps none: %v", o.Feasts[7])
	}
}

func BenchmarkOutlook(b *testing.B) {
	p := steady(400)
	for b.Loop() {
		NewOutlook(p, p.Start+mention.Day(p.Days-1))
	}
}
