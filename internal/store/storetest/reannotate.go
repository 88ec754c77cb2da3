package storetest

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// testReannotate changes the entities of stored mentions in two steps, with loads
// before, between and after, and compares every kind of answer with the oracle.
func testReannotate(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	g := NewGenerator(31)
	ms := g.Many(1000)
	load(t, s, "m", ms[:600], 150)
	markSome(t, s, ms[:600], mention.Pass{})
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	load(t, s, "m2", ms[600:800], 100)
	r := rand.New(rand.NewPCG(5, 5))
	change := func(ms []mention.Annotated) (changed []mention.Annotated) {
		for i := range ms {
			if r.IntN(3) > 0 {
				continue
			}
			m := &ms[i]
			m.Entities = nil
			for range r.IntN(4) {
				e := entities[r.IntN(len(entities))]
				e.Surface, e.End = m.Text[:2], 2
				m.Entities = append(m.Entities, e)
			}
			if !m.Scored {
				m.Relevant = len(m.Entities) > 0
			}
			changed = append(changed, *m)
		}
		return changed
	}
	check := func(when string, ms []mention.Annotated) {
		t.Helper()
		q := rand.New(rand.NewPCG(8, 1))
		for range 40 {
			query := RandomQuery(q, g)
			got, err := s.Query(ctx, query)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(Answer(ms, query), got, nearly, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s: query %s (-want +got):\n%s", when, query.Values().Encode(), diff)
			}
		}
		var got []mention.Annotated
		if err := s.MentionsOfDays(ctx, math.MinInt32, math.MaxInt32, func(m *mention.Annotated) error { got = append(got, *m); return nil }); err != nil {
			t.Fatal(err)
		}
		byID := func(a, b mention.Annotated) int { return slices.Compare(a.ID[:], b.ID[:]) }
		want := slices.Clone(ms)
		slices.SortFunc(want, byID)
		slices.SortFunc(got, byID)
		if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 0.01), cmpopts.IgnoreFields(mention.Annotation{}, "Cluster", "Campaign")); diff != "" {
			t.Fatalf("%s: mentions (-want +got):\n%s", when, diff)
		}
		cov, err := s.Coverage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]bool{}
		relevant := int64(0)
		for i := range ms {
			for _, e := range ms[i].Entities {
				names[e.ID] = true
			}
			if ms[i].Relevant {
				relevant++
			}
		}
		if cov.Relevant != relevant || cov.Entities != len(names) {
			t.Errorf("%s: coverage says %d about food and %d entities, want %d and %d", when, cov.Relevant, cov.Entities, relevant, len(names))
		}
	}
	if p, err := s.LexiconPass(ctx); err != nil || p != (mention.LexiconPass{}) {
		t.Fatalf("first pass = %+v, %v; want none", p, err)
	}
	days, err := s.MentionDays(ctx, math.MinInt32)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, d := range days {
		n += d.N
	}
	if n != 800 {
		t.Errorf("days have %d mentions, want 800", n)
	}
	half := mention.LexiconPass{Target: "b", Next: days[len(days)/2].Day, Run: "r", Total: 800, Seen: 400, Changed: 1}
	if err := s.Reannotate(ctx, change(ms[:400]), half); err != nil {
		t.Fatal(err)
	}
	if p, err := s.LexiconPass(ctx); err != nil || p != half {
		t.Fatalf("pass = %+v, %v; want %+v", p, err, half)
	}
	load(t, s, "m3", ms[800:900], 100)
	done := half
	done.Lexicon, done.Seen = "b", 900
	if err := s.Reannotate(ctx, change(ms[300:900]), done); err != nil {
		t.Fatal(err)
	}
	check("annotated again", ms[:900])
	load(t, s, "m4", ms[900:], 100)
	check("more loaded", ms)
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	check("compacted", ms)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	check("opened again", ms)
	res, err := s.Query(ctx, metric.Query{Filter: metric.Filter{AllTopics: true}, Measures: []string{"mentions"}})
	if err != nil || res.Total != 1000 {
		t.Errorf("%d mentions, %v; want 1000", res.Total, err)
	}
}
