package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// markSome marks two mentions in five as copies, most of them as campaigns, in the
// store and in ms.
func markSome(t *testing.T, s Store, ms []mention.Annotated, p mention.Pass) {
	t.Helper()
	var marks []mention.CopyMark
	for i := range ms {
		if i%5 < 2 {
			ms[i].Cluster, ms[i].Campaign = mention.Cluster(i%7+1), i%3 > 0
			marks = append(marks, mention.CopyMark{ID: ms[i].ID, Day: ms[i].Day(), Cluster: ms[i].Cluster, Campaign: ms[i].Campaign})
		}
	}
	if err := s.MarkCopies(context.Background(), marks, p); err != nil {
		t.Fatal(err)
	}
}

// testMarks checks every measure with and without campaigns, when marks change, and
// that mentions carry their marks.
func testMarks(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	ms := NewGenerator(21).Many(900)
	load(t, s, "m", ms[:600], 200)
	check := func(when string) {
		t.Helper()
		for _, f := range []metric.Filter{
			{Campaign: metric.ExcludeCampaigns}, {Campaign: metric.OnlyCampaigns}, {Cluster: 3}, {Cluster: 5, Campaign: metric.ExcludeCampaigns, AllTopics: true},
			{Campaign: metric.ExcludeCampaigns, Entities: []string{"ceviche"}}, {Campaign: metric.OnlyCampaigns, Kinds: []string{"drink"}, Window: "12w"},
			{Campaign: metric.ExcludeCampaigns, Text: "rico plato", Departments: []mention.Department{5, 15}},
		} {
			for _, by := range [][]metric.Dimension{nil, {metric.ByEntity}, {metric.ByWeek}, {metric.ByDepartment, metric.BySource}, {metric.ByEntity, metric.ByDay}, {metric.ByAspect}, {metric.ByKind}} {
				q := metric.Query{Filter: f, By: by, Limit: 50_000}
				for _, m := range metric.Measures { // all that go with the dimensions
					one := q
					if one.Measures = []string{m.Name}; one.Check() == nil {
						q.Measures = append(q.Measures, m.Name)
					}
				}
				got, err := s.Query(ctx, q)
				if err != nil {
					t.Fatalf("%s: query %s: %v", when, q.Values().Encode(), err)
				}
				if diff := gocmp.Diff(Answer(ms, q), got, nearly, cmpopts.EquateEmpty()); diff != "" {
					t.Fatalf("%s: query %s (-want +got):\n%s", when, q.Values().Encode(), diff)
				}
			}
			page, _, err := s.Mentions(ctx, f, store.Page{Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for i := range ms {
				if g, _ := f.Resolve(lastDay(ms)); selects(&g, &ms[i]) {
					want = append(want, fmt.Sprint(ms[i].ID, ms[i].Cluster, ms[i].Campaign))
				}
			}
			var got []string
			for i := range page {
				got = append(got, fmt.Sprint(page[i].ID, page[i].Cluster, page[i].Campaign))
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("%s: mentions of %s (-want +got):\n%s", when, f.Values().Encode(), diff)
			}
		}
		copied := map[string]int64{}
		if err := s.CopiedDays(ctx, metric.Filter{}, func(e string, d mention.Day, n int64) { copied[e+" "+d.String()] += n }); err != nil {
			t.Fatal(err)
		}
		want := map[string]int64{}
		for _, r := range Answer(ms, metric.Query{Filter: metric.Filter{Campaign: metric.OnlyCampaigns}, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByEntity, metric.ByDay}, Limit: 50_000}).Rows {
			want[r.Keys[0]+" "+r.Keys[1]] = int64(r.Values[0].Value)
		}
		if diff := gocmp.Diff(want, copied); diff != "" {
			t.Fatalf("%s: copied days (-want +got):\n%s", when, diff)
		}
	}
	full := ms
	ms = full[:600]
	check("before any mark")
	markSome(t, s, ms, mention.Pass{})
	check("marked")
	ms = full
	load(t, s, "m2", ms[600:], 100)
	check("more loaded")
	// Marks are taken back, changed and given anew, some of them twice at once.
	var marks []mention.CopyMark
	for i := range ms {
		if i%4 == 0 {
			marks = append(marks, mention.CopyMark{ID: ms[i].ID, Day: ms[i].Day(), Cluster: 99, Campaign: i%8 > 0})
			ms[i].Cluster, ms[i].Campaign = mention.Cluster(i%3), i%12 > 0 && i%3 > 0
			marks = append(marks, mention.CopyMark{ID: ms[i].ID, Day: ms[i].Day(), Cluster: ms[i].Cluster, Campaign: ms[i].Campaign})
		}
	}
	if err := s.MarkCopies(ctx, marks, mention.Pass{}); err != nil {
		t.Fatal(err)
	}
	check("marked anew")
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	check("compacted")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	check("opened again")
}

func lastDay(ms []mention.Annotated) mention.Day {
	last := mention.Day(0)
	for i := range ms {
		last = max(last, ms[i].Day())
	}
	return last
}

// testCopies checks what a search for copies reads, and that its passes resume.
func testCopies(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	begin := func() mention.Pass {
		t.Helper()
		p, err := s.BeginCopies(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := begin(); p.Done != p.Target || s.UnsearchedLoads(p.Done) {
		t.Fatalf("empty store has a pass %+v", p)
	}
	ms := NewGenerator(22).Many(500)
	load(t, s, "m", ms[:300], 100)
	first := begin()
	if !s.UnsearchedLoads(first.Done) || first.Target <= first.Done {
		t.Fatalf("no pass over new loads: %+v", first)
	}
	load(t, s, "m2", ms[300:], 100)
	if p := begin(); p != first {
		t.Errorf("pass %+v, want the one that was begun, %+v", p, first)
	}
	counts := func(first mention.Day, p mention.Pass) map[mention.Day]int {
		t.Helper()
		list, err := s.LoadDays(ctx, first, p.Done, p.Target)
		if err != nil {
			t.Fatal(err)
		}
		out := map[mention.Day]int{}
		for i, d := range list {
			if i > 0 && list[i-1].Day >= d.Day {
				t.Error("days are not in order")
			}
			out[d.Day] = d.N
		}
		return out
	}
	days := func(ms []mention.Annotated, first mention.Day) map[mention.Day]int {
		out := map[mention.Day]int{}
		for i := range ms {
			if d := ms[i].Day(); d >= first {
				out[d]++
			}
		}
		return out
	}
	mid := ms[0].Day()
	for _, from := range []mention.Day{first.Next, mid} {
		if diff := gocmp.Diff(days(ms[:300], from), counts(from, first)); diff != "" {
			t.Errorf("days from %d (-want +got):\n%s", from, diff)
		}
	}
	half := first
	half.Next = mid
	markSome(t, s, ms[:300], half)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if p := begin(); p != half {
		t.Errorf("pass %+v after opening again, want %+v", p, half)
	}
	var got, want []mention.CopyText
	if err := s.CopyTexts(ctx, mid-20, mid+20, first.Done, first.Target, func(c mention.CopyText) error { got = append(got, c); return nil }); err != nil {
		t.Fatal(err)
	}
	for i := range ms[:300] {
		if m := &ms[i]; m.Day() >= mid-20 && m.Day() <= mid+20 && !m.Undated {
			want = append(want, mention.CopyText{ID: m.ID, Time: m.Time, Author: m.Author, Text: m.Text, Cluster: m.Cluster, Campaign: m.Campaign})
		}
	}
	slices.SortFunc(want, func(a, b mention.CopyText) int {
		return cmp.Or(a.Time.Compare(b.Time), slices.Compare(a.ID[:], b.ID[:]))
	})
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
	done := mention.Pass{Done: first.Target, Target: first.Target}
	if err := s.MarkCopies(ctx, nil, done); err != nil {
		t.Fatal(err)
	}
	second := begin()
	if second.Done != first.Target || second.Target <= second.Done || second.Next > mid {
		t.Errorf("second pass %+v after the first, %+v", second, first)
	}
	if diff := gocmp.Diff(days(ms[300:], second.Next), counts(second.Next, second)); diff != "" {
		t.Errorf("days of the second pass (-want +got):\n%s", diff)
	}
}
