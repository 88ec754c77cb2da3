package storetest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// nearly allows for sums in another order, and for statistics that no measure asked for.
var nearly = cmp.Options{cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.IgnoreFields(metric.Row{}, "Counts")}

// same reports whether two results are equal to the last bit.
func same(a, b metric.Result) bool {
	return a.Total == b.Total && slices.EqualFunc(a.Rows, b.Rows, func(x, y metric.Row) bool {
		return slices.Equal(x.Keys, y.Keys) && slices.Equal(x.Values, y.Values)
	})
}

func pick[T any](r *rand.Rand, list []T, most int) []T {
	var out []T
	for range r.IntN(most) + 1 {
		out = append(out, list[r.IntN(len(list))])
	}
	return out
}

// RandomFilter makes a filter of a few fields over the generated data.
func RandomFilter(r *rand.Rand, g *Generator) metric.Filter {
	var f metric.Filter
	maybe := func(p int) bool { return r.IntN(p) == 0 }
	if maybe(2) {
		f.From = g.First + mention.Day(r.IntN(g.Days))
	}
	if maybe(3) {
		f.To = g.First + mention.Day(r.IntN(g.Days))
		f.From = min(f.From, f.To)
	}
	if f.From == 0 && maybe(4) {
		f.Window = []string{"28d", "12w", "6m", "1y"}[r.IntN(4)]
	}
	if maybe(3) {
		for _, e := range pick(r, entities, 3) {
			f.Entities = append(f.Entities, e.ID)
		}
	}
	if maybe(4) {
		f.Kinds = pick(r, metric.Kinds, 2)
	}
	if maybe(5) {
		f.Departments = pick(r, []mention.Department{0, 5, 10, 15, 20, 25}, 3)
	}
	if maybe(12) {
		f.Provinces = pick(r, []mention.Province{0, 501, 1001, 1502, 2501}, 3)
	}
	if maybe(6) {
		f.Sources = pick(r, mention.Sources, 2)
	}
	if maybe(12) {
		f.Channels = pick(r, []string{"google_reviews", "reddit", "csv:reseñas, mayo.csv"}, 2)
	}
	if maybe(10) {
		f.Sentiments = pick(r, []mention.Sentiment{-1, 0, 1}, 2)
	}
	if maybe(12) {
		f.Intents = pick(r, []mention.Intent{0, 1, 2, 3, 4}, 2)
	}
	if maybe(4) {
		for range r.IntN(2) + 1 {
			f.Aspects = append(f.Aspects, metric.AspectFilter{Aspect: mention.Aspect(r.IntN(8)), Polarity: mention.AspectLabel(r.IntN(4))})
		}
	}
	if maybe(12) {
		f.Text = []string{"comí", "SEÑOR", "rico plato", "100%", "snake_case", "no such words"}[r.IntN(6)]
	}
	if maybe(12) {
		f.Run = "run-1"
	}
	if maybe(12) {
		for _, e := range pick(r, entities, 2) {
			f.With = append(f.With, e.ID)
		}
	}
	f.AllTopics = maybe(6)
	if maybe(4) {
		f.Campaign = []metric.Campaigns{metric.ExcludeCampaigns, metric.OnlyCampaigns}[r.IntN(2)]
	}
	return f
}

// RandomQuery makes a query that passes Check.
func RandomQuery(r *rand.Rand, g *Generator) metric.Query {
	for {
		q := metric.Query{Filter: RandomFilter(r, g), Limit: []int{0, 0, 5, 50_000}[r.IntN(4)]}
		for range r.IntN(3) {
			q.By = append(q.By, metric.Dimensions[r.IntN(len(metric.Dimensions))])
		}
		for range r.IntN(3) + 1 {
			q.Measures = append(q.Measures, metric.Measures[r.IntN(len(metric.Measures))].Name)
		}
		switch r.IntN(4) {
		case 0:
			q.Order = "-" + q.Measures[0]
		case 1:
			if len(q.By) > 0 {
				q.Order = string(q.By[0])
			}
		}
		if q.Check() == nil {
			return q
		}
	}
}

// testQueries checks queries against the oracle: some with planned filters, so that
// every field and dimension is met whatever the dice say, and many random ones.
func testQueries(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	g := NewGenerator(7)
	ms := g.Many(1200)
	load(t, s, "mentions", ms[:700], 250)
	if err := s.Compact(ctx); err != nil { // so that half is in any roll-ups, and half is not
		t.Fatal(err)
	}
	load(t, s, "mentions", ms[700:], 250)
	markSome(t, s, ms, mention.Pass{})
	queries := plannedQueries()
	r := rand.New(rand.NewPCG(11, 3))
	for range 250 {
		queries = append(queries, RandomQuery(r, g))
	}
	want := make([]metric.Result, len(queries))
	for i, q := range queries {
		want[i] = Answer(ms, q)
	}
	check := func(t *testing.T, queries []metric.Query) {
		t.Helper()
		for i, q := range queries {
			got, err := s.Query(ctx, q)
			if err != nil {
				t.Fatalf("query %s: %v", q.Values().Encode(), err)
			}
			if same(want[i], got) {
				continue // most, and much faster than a diff
			}
			if diff := cmp.Diff(want[i], got, nearly, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("query %s (-want +got):\n%s", q.Values().Encode(), diff)
			}
		}
	}
	t.Run("as loaded", func(t *testing.T) { check(t, queries) })
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	t.Run("compacted", func(t *testing.T) { check(t, queries) })
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	t.Run("compacted twice", func(t *testing.T) { check(t, queries[:50]) })
}

// plannedQueries has each measure by each dimension, and each filter field alone.
func plannedQueries() []metric.Query {
	var out []metric.Query
	for _, m := range metric.Measures {
		for _, d := range metric.Dimensions {
			q := metric.Query{Measures: []string{m.Name}, By: []metric.Dimension{d}}
			if m.Needs&metric.NeedVoice != 0 && d != metric.ByEntity && d != metric.ByKind {
				q.Filter.Entities = []string{"ceviche"}
			}
			if m.Needs&metric.NeedAspect != 0 && d != metric.ByAspect {
				q.Filter.Aspects = []metric.AspectFilter{{Aspect: mention.Price}}
			}
			out = append(out, q)
		}
	}
	from, _ := mention.ParseDay("2025-12-01")
	to, _ := mention.ParseDay("2026-02-28")
	for _, f := range []metric.Filter{
		{}, {AllTopics: true}, {From: from, To: to}, {Window: "8w"}, {Run: "run-2"},
		{Entities: []string{"ceviche"}}, {Entities: []string{"ceviche", "pisco-sour", "camote"}}, {Entities: []string{"not-there"}},
		{Kinds: []string{"dish"}}, {Kinds: []string{"dish", "drink"}}, {Kinds: []string{"drink"}, Entities: []string{"ceviche", "pisco-sour"}},
		{Departments: []mention.Department{15}}, {Departments: []mention.Department{0, 5}},
		{Sources: []mention.Source{mention.Review}}, {Channels: []string{"csv:reseñas, mayo.csv"}},
		{Sentiments: []mention.Sentiment{mention.Negative}}, {Intents: []mention.Intent{mention.Crave}},
		{Aspects: []metric.AspectFilter{{Aspect: mention.Food}}}, {Aspects: []metric.AspectFilter{{Aspect: mention.Food, Polarity: mention.AspectNeg}}},
		{Aspects: []metric.AspectFilter{{Aspect: mention.Food, Polarity: mention.AspectNeg}, {Aspect: mention.Price}}},
		{Text: "COMI"}, {Text: "100%"}, {Text: "snake_case"}, {Text: "rico señor"},
	} {
		for _, by := range [][]metric.Dimension{nil, {metric.ByEntity}, {metric.ByKind, metric.ByMonth}, {metric.ByDepartment, metric.ByEntity}, {metric.ByWeek, metric.BySentiment}, {metric.ByMonth, metric.ByAspect}} {
			q := metric.Query{Filter: f, By: by, Measures: []string{"mentions", "net_sentiment", "mean_rating", "craving_rate"}}
			light := q
			light.Measures = []string{"mentions"}
			out = append(out, q, light)
			for _, d := range by {
				if d == metric.ByEntity || d == metric.ByKind {
					out = append(out, metric.Query{Filter: f, By: by, Measures: []string{"sov"}})
				}
				if d == metric.ByAspect {
					out = append(out, metric.Query{Filter: f, By: by, Measures: []string{"aspect_net"}})
				}
			}
		}
	}
	return out
}

// load loads ms in batches and checks that all were new.
func load(t testing.TB, s Store, stream string, ms []mention.Annotated, size int) {
	t.Helper()
	seq, err := s.Offset(context.Background(), stream)
	if err != nil {
		t.Fatal(err)
	}
	for len(ms) > 0 {
		n := min(size, len(ms))
		seq += uint64(n)
		got, err := s.Load(context.Background(), mention.Batch{Stream: stream, Seq: seq, Mentions: ms[:n]})
		if err != nil {
			t.Fatal(err)
		}
		if want := (mention.Loaded{Accepted: n}); got != want {
			t.Fatalf("load: got %+v, want %+v", got, want)
		}
		ms = ms[n:]
	}
}

// rowText writes rows on one line each, for tables of expected rows.
func rowText(rows []metric.Row) []string {
	out := []string{}
	for _, r := range rows {
		line := fmt.Sprint(r.Keys)
		for _, v := range r.Values {
			if v.Defined {
				line += fmt.Sprintf(" %.4f[%.4f %.4f]/%d", v.Value, v.Low, v.High, v.N)
			} else {
				line += " –"
			}
		}
		out = append(out, line)
	}
	return out
}
