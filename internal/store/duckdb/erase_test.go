package duckdb

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/storetest"
)

// TestErase: after an erasure every table and answer is as if what it names had never
// come, and neither a load, nor a file, nor a restart brings it back.
func TestErase(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		rolled, warm bool
	}{
		{"in the tail", false, false},
		{"in the roll-ups", true, false},
		{"in memory", true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			dir := t.TempDir()
			path := filepath.Join(dir, "a.duckdb")
			s := open(t, path)
			ms := storetest.NewGenerator(41).Many(700)
			author := ""
			for i := range ms {
				if ms[i].Author != "" {
					author = ms[i].Author
				}
			}
			if author == "" {
				t.Fatal("the generator makes no authors")
			}
			e := mention.Erasure{Mentions: []mention.ID{ms[3].ID, ms[500].ID}, Authors: []string{author}}
			if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: 1, Mentions: ms}); err != nil {
				t.Fatal(err)
			}
			if c.rolled {
				if err := s.Compact(ctx); err != nil {
					t.Fatal(err)
				}
			}
			if c.warm {
				warm(t, s, 10_000)
			}
			all := filepath.Join(dir, "all.parquet")
			if _, err := s.ExportParquet(ctx, all, metric.Filter{AllTopics: true}); err != nil {
				t.Fatal(err)
			}
			before := everything(t, s)
			var rest []mention.Annotated
			hit := map[mention.ID]bool{}
			for _, m := range before {
				if e.Hits(&m.Mention) {
					hit[m.ID] = true
				} else {
					rest = append(rest, m)
				}
			}
			if len(hit) < 3 {
				t.Fatalf("only %d mentions are hit", len(hit))
			}
			listed := 0
			if err := s.MentionsOf(ctx, e, func(m *mention.Annotated) error {
				if listed++; !hit[m.ID] {
					t.Errorf("mention %s is listed for nothing", m.ID)
				}
				return nil
			}); err != nil || listed != len(hit) {
				t.Fatalf("%d listed of %d: %v", listed, len(hit), err)
			}
			gone, err := s.Erase(ctx, e)
			if err != nil || len(gone) != len(hit) {
				t.Fatalf("erased %d of %d: %v", len(gone), len(hit), err)
			}

			check := func(when string) {
				t.Helper()
				if d := cmp.Diff(rest, everything(t, s), cmpopts.EquateEmpty()); d != "" {
					t.Errorf("%s: mentions (-want +got)\n%s", when, d)
				}
				for _, q := range []metric.Query{
					{Measures: []string{"mentions", "net_sentiment", "mean_rating"}},
					{Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByEntity}},
					{Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByDay, metric.BySource}, Filter: metric.Filter{AllTopics: true}},
					{Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByDepartment}, Filter: metric.Filter{Kinds: []string{"dish"}}},
				} {
					got, err := s.Query(ctx, q)
					if err != nil {
						t.Fatal(err)
					}
					want := storetest.Answer(rest, q)
					if d := cmp.Diff(want.Rows, got.Rows, cmpopts.EquateEmpty(), cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.IgnoreFields(metric.Row{}, "Counts")); d != "" {
						t.Errorf("%s: %v by %v (-want +got)\n%s", when, q.Measures, q.By, d)
					}
				}
				cover, err := s.Coverage(ctx)
				if err != nil || cover.Mentions != int64(len(rest)) {
					t.Errorf("%s: coverage says %d mentions, want %d (%v)", when, cover.Mentions, len(rest), err)
				}
				for id := range hit {
					if _, err := s.Mention(ctx, id); err == nil {
						t.Errorf("%s: mention %s is there", when, id)
					}
				}
			}
			check("erased")

			// The same again by every way in, and one more by the author.
			again := append([]mention.Annotated{}, ms...)
			more := ms[0]
			more.Author, more.Text = author, "otra"
			more.ID = mention.ContentID(&more.Mention, "otra")
			again = append(again, more)
			if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: 2, Mentions: again}); err != nil {
				t.Fatal(err)
			}
			check("loaded again")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, path)
			check("opened again")
			if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: 3, Mentions: again}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.LoadParquet(ctx, all); err != nil {
				t.Fatal(err)
			}
			check("loaded after a restart")
			if n, err := s.Erase(ctx, e); err != nil || len(n) > 0 {
				t.Errorf("erased twice: %d, %v", len(n), err)
			}
			if got := len(dump(t, s, "erased")); got != len(hit) {
				t.Errorf("%d tombstones, want %d", got, len(hit))
			}
			if err := s.Compact(ctx); err != nil {
				t.Fatal(err)
			}

			// Roll-ups are what a store that never had them has.
			fresh := open(t, filepath.Join(dir, "fresh.duckdb"))
			if _, err := fresh.Load(ctx, mention.Batch{Mentions: rest}); err != nil {
				t.Fatal(err)
			}
			if err := fresh.Compact(ctx); err != nil {
				t.Fatal(err)
			}
			for _, table := range rollUpTables() {
				if d := cmp.Diff(dump(t, fresh, table), dump(t, s, table)); d != "" {
					t.Errorf("roll-up %s (-want +got)\n%s", table, d)
				}
			}
		})
	}
}

// TestEraseNothingThere: what was never there stays out from then on.
func TestEraseNothingThere(t *testing.T) {
	t.Parallel()
	s := open(t, filepath.Join(t.TempDir(), "a.duckdb"))
	ms := storetest.NewGenerator(5).Many(10)
	e := mention.Erasure{Mentions: []mention.ID{ms[2].ID}}
	if gone, err := s.Erase(t.Context(), e); err != nil || len(gone) != 0 {
		t.Fatalf("erased %v, %v", gone, err)
	}
	if _, err := s.Load(t.Context(), mention.Batch{Mentions: ms}); err != nil {
		t.Fatal(err)
	}
	for _, m := range everything(t, s) {
		if m.ID == ms[2].ID {
			t.Error("a mention came in that was erased before it came")
		}
	}
}
