package hot

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// slowDaily is Daily by the mentions themselves: the filter selects the same ones, but
// is not the plain one that the cube answers.
func slowDaily(t *testing.T, v *View, f metric.Filter, repeatsFrom mention.Day) metric.Daily {
	t.Helper()
	for d := range mention.NumDepartments + 1 {
		f.Departments = append(f.Departments, mention.Department(d))
	}
	if isPlain(f) {
		t.Fatal("both would come from the cube")
	}
	d, ok := v.Daily(&f, repeatsFrom)
	if !ok {
		t.Fatal("too many cells")
	}
	return d
}

func cloned(d metric.Daily) metric.Daily {
	clone := func(rows [][]float32) [][]float32 {
		out := make([][]float32, len(rows))
		for i, r := range rows {
			out[i] = slices.Clone(r)
		}
		return out
	}
	d.Volume, d.Entities = clone(d.Volume), slices.Clone(d.Entities)
	for i := range d.Entities {
		e := &d.Entities[i]
		e.Counts, e.Repeats = clone(e.Counts), slices.Clone(e.Repeats)
	}
	return d
}

// TestCube compares the cube with a count of mentions while they come in: in and out
// of order, far before the first and after the last, and with an entity that changes
// its kind. What was answered before must not change.
func TestCube(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	x := New(0)
	type answer struct{ held, then metric.Daily }
	var before []answer
	base := mention.Day(20_000)
	for step := range 60 {
		var ms []Mention
		for range r.IntN(120) {
			day := base + mention.Day(step/2-r.IntN(8)*r.IntN(8))
			switch r.IntN(150) {
			case 0:
				day -= mention.Day(r.IntN(300))
			case 1:
				day += mention.Day(r.IntN(90))
			}
			m := Mention{Day: day, At: int64(day) * 86_400_000_000, Author: uint64(r.IntN(6)), Channel: fmt.Sprint("c", r.IntN(2+step/20)), Source: "s", Relevant: r.IntN(10) > 0, Department: uint8(r.IntN(26))}
			for _, e := range r.Perm(5 + step/10)[:r.IntN(3)] {
				kind := []string{"dish", "drink"}[e%2]
				if e == 3 && step > 40 {
					kind = "brand"
				}
				m.Entities = append(m.Entities, Entity{fmt.Sprint("e", e), kind})
			}
			ms = append(ms, m)
		}
		if err := x.Add(ms); err != nil {
			t.Fatal(err)
		}
		v := x.View()
		for range 4 {
			f := metric.Filter{To: base + mention.Day(r.IntN(200)-60)}
			f.From = f.To - mention.Day(r.IntN(250))
			if r.IntN(4) == 0 {
				f.From, f.To = 0, 0
			}
			switch r.IntN(6) {
			case 0:
				f.Kinds = []string{"dish"}
			case 1:
				f.Kinds = []string{"drink", "brand"}
			case 2:
				f.Entities = []string{"e1", "e3"}
			}
			from := base + mention.Day(r.IntN(120)-70)
			got, ok := v.Daily(&f, from)
			want := slowDaily(t, v, f, from)
			if got.Days == 0 && want.Days == 0 {
				continue
			}
			if !ok || !reflect.DeepEqual(want, got) { // cmp.Diff is slow on long rows
				t.Fatalf("step %d, %s, repeats from %s (-mentions +cube):\n%s", step, f.Values().Encode(), from, cmp.Diff(want, got))
			}
			before = append(before, answer{got, cloned(got)})
		}
	}
	for i, a := range before {
		if !reflect.DeepEqual(a.then, a.held) {
			t.Fatalf("answer %d changed when more mentions came:\n%s", i, cmp.Diff(a.then, a.held))
		}
	}
	if x.cube.off || x.cube.rows == 0 {
		t.Error("nothing came from the cube")
	}
}

// TestCubeGivenUp has so many rows and days that a cube would be too large.
func TestCubeGivenUp(t *testing.T) {
	x := New(0)
	x.cube.most = 100_000
	var ms []Mention
	for i := range 400 {
		ms = append(ms, Mention{Day: mention.Day(20_000 + i%2*600), Channel: fmt.Sprint(i % 200), Source: "s", Relevant: true, Entities: []Entity{{"e", "dish"}}})
	}
	if err := x.Add(ms); err != nil {
		t.Fatal(err)
	}
	if !x.cube.off {
		t.Fatal("the cube has not been given up")
	}
	f := metric.Filter{From: 20_001, To: 20_600}
	d, ok := x.View().Daily(&f, 20_001)
	if !ok || len(d.Entities) != 1 || len(d.Channels) != 100 {
		t.Errorf("%v, %d entities in %d channels; want 1 in 100", ok, len(d.Entities), len(d.Channels))
	}
}

// TestCubeBesideLoads reads answers to the end while mentions come in: each holds as
// many as there were at some moment, and never fewer than the one before. The race
// detector sees the rest.
func TestCubeBesideLoads(t *testing.T) {
	x := New(0)
	add := func(k int) {
		m := Mention{Day: mention.Day(20_000 + k%40), Author: uint64(k%5 + 1), Channel: fmt.Sprint(k % 3), Source: "s", Relevant: true, Entities: []Entity{{fmt.Sprint(k % 7), "dish"}}}
		if err := x.Add([]Mention{m}); err != nil {
			t.Error(err)
		}
	}
	add(0)
	const n = 4000
	var wg sync.WaitGroup
	wg.Go(func() {
		for k := 1; k < n; k++ {
			add(k)
		}
	})
	for range 3 {
		wg.Go(func() {
			for before := 0.0; before < n; {
				f := metric.Filter{From: 20_000, To: 20_039}
				d, ok := x.View().Daily(&f, 20_000)
				var volume, cells float64
				for _, row := range d.Volume {
					volume += total(row)
				}
				for _, e := range d.Entities {
					for _, row := range e.Counts {
						cells += total(row)
					}
				}
				if !ok || volume != cells || volume < before {
					t.Errorf("%v: %v mentions, %v in cells, after %v", ok, volume, cells, before)
					return
				}
				before = volume
			}
		})
	}
	wg.Wait()
}

func total(row []float32) (n float64) {
	for _, x := range row {
		n += float64(x)
	}
	return n
}
