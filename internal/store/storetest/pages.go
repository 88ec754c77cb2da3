package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// allPages follows the cursors to the end.
func allPages(t testing.TB, s Store, f metric.Filter, size int) []mention.ID {
	t.Helper()
	var out []mention.ID
	for after := ""; ; {
		rows, next, err := s.Mentions(context.Background(), f, store.Page{After: after, Limit: size})
		if err != nil {
			t.Fatalf("mentions %s: %v", f.Values().Encode(), err)
		}
		if len(rows) > size || next != "" && len(rows) != size {
			t.Fatalf("mentions %s: a page of %d, want %d", f.Values().Encode(), len(rows), size)
		}
		for i := range rows {
			out = append(out, rows[i].ID)
		}
		if next == "" {
			return out
		}
		after = next
	}
}

// newestFirst is the order of pages.
func newestFirst(ms []mention.Annotated, f metric.Filter) []mention.ID {
	f, _ = f.Resolve(mention.DayOf(slices.MaxFunc(ms, func(a, b mention.Annotated) int { return a.Mention.Time.Compare(b.Mention.Time) }).Mention.Time))
	var picked []mention.Annotated
	for i := range ms {
		if selects(&f, &ms[i]) {
			picked = append(picked, ms[i])
		}
	}
	slices.SortFunc(picked, func(a, b mention.Annotated) int {
		if c := b.Mention.Time.Compare(a.Mention.Time); c != 0 {
			return c
		}
		return slices.Compare(b.ID[:], a.ID[:])
	})
	var out []mention.ID
	for i := range picked {
		out = append(out, picked[i].ID)
	}
	return out
}

func testPages(t *testing.T, open Opener) {
	s := open(t, t.TempDir())
	g := NewGenerator(9)
	ms := g.Many(1500)
	for i := range 200 { // many at one moment: the id must order them
		ms[i].Mention.Time = ms[0].Mention.Time.Truncate(time.Second)
		ms[i].Undated = false
		ms[i].ID = mention.ContentID(&ms[i].Mention, fmt.Sprint("same", i))
	}
	load(t, s, "m", ms, 500)
	filters := []metric.Filter{{}, {AllTopics: true}, {Entities: []string{"ceviche"}}, {Text: "señor comi"}, {Text: "no such words"}, {Window: "28d"}}
	r := rand.New(rand.NewPCG(5, 5))
	for range 30 {
		filters = append(filters, RandomFilter(r, g))
	}
	for i, f := range filters {
		for _, size := range []int{7 + i, 400} {
			if diff := cmp.Diff(newestFirst(ms, f), allPages(t, s, f, size), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("pages of %d of %s (-want +got):\n%s", size, f.Values().Encode(), diff)
			}
		}
	}

	// Newer rows that arrive between two pages change nothing behind the cursor.
	ctx := context.Background()
	first, next, err := s.Mentions(ctx, metric.Filter{}, store.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := s.Mentions(ctx, metric.Filter{}, store.Page{Limit: 10, After: next})
	if err != nil {
		t.Fatal(err)
	}
	newer := g.Many(30)
	for i := range newer {
		newer[i].Mention.Time = first[0].Mention.Time.Add(time.Duration(i+1) * time.Hour)
		newer[i].ID = mention.ContentID(&newer[i].Mention, fmt.Sprint("newer", i))
	}
	load(t, s, "m", newer, 30)
	got, _, err := s.Mentions(ctx, metric.Filter{}, store.Page{Limit: 10, After: next})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, loose); diff != "" {
		t.Errorf("second page after newer rows came (-want +got):\n%s", diff)
	}
	for _, after := range []string{"x", "12", "-", "12-34", "12-zz000000000000000000000000000000"} {
		var field *metric.FieldError
		if _, _, err := s.Mentions(ctx, metric.Filter{}, store.Page{After: after}); !errors.As(err, &field) || field.Field != "after" {
			t.Errorf("cursor %q: %v, want an error about after", after, err)
		}
	}
	if rows, _, err := s.Mentions(ctx, metric.Filter{}, store.Page{}); err != nil || len(rows) != 50 {
		t.Errorf("default page: %d rows, %v; want 50", len(rows), err)
	}
}

func testCoMentions(t *testing.T, open Opener) {
	s := open(t, t.TempDir())
	last := time.Date(2026, 5, 31, 17, 0, 0, 0, time.UTC)
	var ms []mention.Annotated
	put := func(n int, daysAgo int, ids ...string) {
		for range n {
			m := mention.Annotated{}
			m.Source, m.Channel, m.Relevant, m.Scored = mention.Social, "reddit", true, true
			m.Mention.Time = last.AddDate(0, 0, -daysAgo)
			for _, id := range ids {
				i := slices.IndexFunc(entities, func(e mention.Entity) bool { return e.ID == id })
				m.Entities = append(m.Entities, entities[i])
			}
			m.ID = mention.ContentID(&m.Mention, fmt.Sprint(len(ms)))
			ms = append(ms, m)
		}
	}
	put(40, 1, "ceviche", "camote")
	put(10, 2, "ceviche", "inka-cola")
	put(2, 2, "ceviche", "anticucho") // too few for a figure
	put(48, 3, "ceviche")
	put(10, 4, "camote", "camote")
	put(90, 5, "inka-cola")
	put(800, 6, "pisco-sour")
	put(500, 91, "ceviche", "chicha-morada") // out of reach: the last day with mentions is yesterday
	load(t, s, "m", ms, 500)
	got, err := s.CoMentions(context.Background(), "ceviche", metric.Filter{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	// Lift of camote: (40/100)/(50/1000) = 8; of Inka Cola (10/100)/(100/1000) = 1.
	// Interval by hand: exp(log(40.5·1000.5/(100.5·50.5)) ± 1.96·√(1/40.5−1/100.5+1/50.5−1/1000.5)).
	want := []store.CoMention{
		{Entity: "camote", N: 40, NEntity: 50, Base: 1000, Lift: 8, Low: 5.5759, High: 11.4317},
		{Entity: "inka-cola", N: 10, NEntity: 100, Base: 1000, Lift: 1, Low: 0.5699, High: 1.8984},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateApprox(0, 0.001)); diff != "" {
		t.Errorf("co-mentions (-want +got):\n%s", diff)
	}
	got, err = s.CoMentions(context.Background(), "ceviche", metric.Filter{Kinds: []string{"brand"}}, 10)
	if err != nil || len(got) != 1 || got[0].Entity != "inka-cola" {
		t.Errorf("co-mentioned brands: %+v, %v", got, err)
	}
	if got, err := s.CoMentions(context.Background(), "not-there", metric.Filter{}, 10); err != nil || len(got) != 0 {
		t.Errorf("co-mentions of nothing: %+v, %v", got, err)
	}
	for _, c := range want {
		if c.Low > c.Lift || c.High < c.Lift || math.IsNaN(c.Lift) {
			t.Errorf("%s: lift %v outside %v..%v", c.Entity, c.Lift, c.Low, c.High)
		}
	}
}

func testDaily(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	ms := NewGenerator(10).Many(800)
	load(t, s, "m", ms, 200)
	for _, f := range []metric.Filter{{}, {Kinds: []string{"dish"}}, {Window: "12w", Sources: []mention.Source{mention.Social}}} {
		days, volume, err := s.Daily(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range days {
			got = append(got, fmt.Sprintln(d.Entity, d.Kind, d.Day, d.N, d.N > 0 && d.Pos+d.Neg <= d.N))
		}
		res := Answer(ms, metric.Query{Filter: f, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByEntity, metric.ByKind, metric.ByDay}, Order: "entity", Limit: 100_000})
		var want []string
		for _, r := range res.Rows {
			want = append(want, fmt.Sprintln(r.Keys[0], r.Keys[1], r.Keys[2], r.Values[0].N, true))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("days of %s (-want +got):\n%s", f.Values().Encode(), diff)
		}
		var volumes, wanted []string
		for _, v := range volume {
			volumes = append(volumes, fmt.Sprintln(v.Source, v.Day, v.N))
		}
		f.Kinds = nil
		res = Answer(ms, metric.Query{Filter: f, Measures: []string{"mentions"}, By: []metric.Dimension{metric.BySource, metric.ByDay}, Order: "source", Limit: 100_000})
		for _, r := range res.Rows {
			wanted = append(wanted, fmt.Sprintln(r.Keys[0], r.Keys[1], r.Values[0].N))
		}
		if diff := cmp.Diff(wanted, volumes); diff != "" {
			t.Errorf("volume of %s (-want +got):\n%s", f.Values().Encode(), diff)
		}
	}
}

func testCoverage(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	ms := NewGenerator(12).Many(500)
	load(t, s, "m", ms[:300], 100)
	load(t, s, "m", ms[300:], 50)
	want := store.Coverage{First: ms[0].Day(), Last: ms[0].Day(), Mentions: 500, Synthetic: true, Newest: map[mention.Source]time.Time{}}
	names := map[string]bool{}
	for i := range ms {
		m := &ms[i]
		want.First, want.Last = min(want.First, m.Day()), max(want.Last, m.Day())
		if m.Relevant {
			want.Relevant++
		}
		if m.Mention.Time.After(want.Newest[m.Source]) {
			want.Newest[m.Source] = m.Mention.Time
		}
		for _, e := range m.Entities {
			names[e.ID] = true
		}
	}
	want.Entities = len(names)
	for _, when := range []string{"after loading", "after opening again"} {
		got, err := s.Coverage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("coverage %s (-want +got):\n%s", when, diff)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, dir)
	}
}

// testExamples checks examples against the page of mentions that they are of.
func testExamples(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	g := NewGenerator(23)
	load(t, s, "mentions", g.Many(400), 100)
	r := rand.New(rand.NewPCG(5, 1))
	for range 40 {
		f := RandomFilter(r, g)
		among, each := 1+r.IntN(80), 1+r.IntN(4)
		page, _, err := s.Mentions(ctx, f, store.Page{Limit: among})
		if err != nil {
			t.Fatal(err)
		}
		want := []mention.Annotated{}
		for _, m := range page {
			same := 0
			for _, w := range want {
				if w.Sentiment == m.Sentiment {
					same++
				}
			}
			if m.Scored && same < each {
				want = append(want, m)
			}
		}
		got, err := s.Examples(ctx, f, among, each)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%d of each among %d under %s (-want +got):\n%s", each, among, f.Values().Encode(), diff)
		}
	}
}
