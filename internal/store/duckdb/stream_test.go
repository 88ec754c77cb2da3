package duckdb

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/storetest"
)

// TestEachMention holds what is streamed to what the pages show, whatever is asked for
// at once: fewer mentions than a day has, or more than there are.
func TestEachMention(t *testing.T) {
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	g := storetest.NewGenerator(53)
	ms := g.Many(6000)
	for i := range ms[:300] { // an import without dates lies on one day
		ms[i].Time = ms[0].Time
	}
	loadAll(t, s, ms)
	pass := mention.Pass{}
	var marks []mention.CopyMark
	for i := range ms[:200] {
		marks = append(marks, mention.CopyMark{ID: ms[i].ID, Day: ms[i].Day(), Cluster: mention.Cluster(1 + i%3), Campaign: i%2 == 0})
	}
	if err := s.MarkCopies(ctx, marks, pass); err != nil {
		t.Fatal(err)
	}
	for _, f := range []metric.Filter{{AllTopics: true}, {}, {Entities: []string{"ceviche"}}, {Window: "30d", Sentiments: []mention.Sentiment{-1}}, {Campaign: metric.OnlyCampaigns}, {From: 1, To: 2}} {
		var want []mention.Annotated
		for after, more := "", true; more; more = after != "" {
			page, next, err := s.Mentions(ctx, f, store.Page{Limit: 200, After: after})
			if err != nil {
				t.Fatal(err)
			}
			want, after = append(want, page...), next
		}
		for i := range want {
			want[i].Author, want[i].Department, want[i].Lang, want[i].AspectP = "", 0, "", [mention.NumAspects]float32{}
		}
		for _, chunk := range []int{37, 1000, streamChunk} {
			s.streamChunk = chunk
			var got []mention.Annotated
			if err := s.EachMention(ctx, f, func(m *mention.Annotated) error {
				got = append(got, *m)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
				t.Fatalf("%+v, %d at once: %d mentions, want %d (-pages +streamed):\n%.2000s", f, chunk, len(got), len(want), d)
			}
		}
	}
	stop := errors.New("enough")
	n := 0
	if err := s.EachMention(ctx, metric.Filter{}, func(*mention.Annotated) error {
		if n++; n == 4500 {
			return stop
		}
		return nil
	}); err != stop || n != 4500 {
		t.Errorf("stopped after %d with %v", n, err)
	}
	gone, cancel := context.WithCancel(ctx)
	n = 0
	if err := s.EachMention(gone, metric.Filter{AllTopics: true}, func(*mention.Annotated) error {
		if n++; n == 10 {
			cancel()
		}
		return nil
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v after %d", err, n)
	}
	if len(ms) < 2*streamBatch || !slices.ContainsFunc(ms, func(m mention.Annotated) bool { return len(m.Entities) > 1 }) {
		t.Error("too few mentions to see batches")
	}
}
