package duckdb

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/storetest"
)

// complete waits until the copy in memory answers, and returns how many it holds.
func complete(t *testing.T, s *Store) int {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
		s.warm.mu.Lock()
		index, filling := s.warm.index, s.warm.filling
		s.warm.mu.Unlock()
		if index != nil && filling == 0 {
			return index.Len()
		}
	}
	t.Fatal("the copy in memory is not complete after a minute")
	return 0
}

// agrees asks random questions and compares with the oracle.
func agrees(t *testing.T, s *Store, g *storetest.Generator, ms []mention.Annotated) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 9))
	for range 120 {
		q := storetest.RandomQuery(r, g)
		got, err := s.Query(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(storetest.Answer(ms, q), got, cmpopts.EquateApprox(1e-9, 1e-9), cmpopts.EquateEmpty(), cmpopts.IgnoreFields(metric.Row{}, "Counts")); diff != "" {
			t.Fatalf("query %s (-want +got):\n%s", q.Values().Encode(), diff)
		}
	}
}

func loadAll(t *testing.T, s *Store, ms []mention.Annotated) {
	t.Helper()
	if _, err := s.Load(context.Background(), mention.Batch{Mentions: ms}); err != nil {
		t.Fatal(err)
	}
}

// TestWarmFill fills the copy from the file, while more is loaded and after a
// bulk load in another order.
func TestWarmFill(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	g := storetest.NewGenerator(31)
	ms := g.Many(1500)
	other := open(t, filepath.Join(dir, "other.duckdb"))
	loadAll(t, other, ms[900:])
	parquet := filepath.Join(dir, "x.parquet")
	if _, err := other.ExportParquet(ctx, parquet, metric.Filter{AllTopics: true}); err != nil {
		t.Fatal(err)
	}
	s := open(t, filepath.Join(dir, "s.duckdb"))
	loadAll(t, s, ms[:300])
	loadAll(t, s, ms[300:600])
	if err := s.Warm(1_000_000); err != nil {
		t.Fatal(err)
	}
	loadAll(t, s, ms[500:900]) // beside the fill; 100 of them again
	if n := complete(t, s); n != 900 {
		t.Fatalf("%d mentions in memory, want 900", n)
	}
	agrees(t, s, g, ms[:900])
	if _, err := s.LoadParquet(ctx, parquet); err != nil {
		t.Fatal(err)
	}
	if n := complete(t, s); n != 1500 {
		t.Fatalf("%d mentions in memory, want 1500", n)
	}
	agrees(t, s, g, ms)
	// Mentions in the file lie in another order than their entities now.
	if _, err := s.w.exec(ctx, "CREATE OR REPLACE TABLE mention_entities AS SELECT * FROM mention_entities ORDER BY mention_id, first_of_kind DESC"); err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(1_000_000); err != nil {
		t.Fatal(err)
	}
	if n := complete(t, s); n != 1500 {
		t.Fatalf("%d mentions in memory, want 1500", n)
	}
	agrees(t, s, g, ms)
}

// TestWarmPart keeps only the newest mentions in memory; questions that reach
// further back go to the tables.
func TestWarmPart(t *testing.T) {
	g := storetest.NewGenerator(37)
	ms := g.Many(1600)
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	loadAll(t, s, ms[:1000])
	warm(t, s, 400)
	if n := complete(t, s); n == 0 || n > 400 {
		t.Fatalf("%d mentions in memory, want at most 400", n)
	}
	agrees(t, s, g, ms[:1000])
	loadAll(t, s, ms[1000:]) // a quarter more than allowed, so it is filled anew
	if n := complete(t, s); n == 0 || n > 400 {
		t.Fatalf("%d mentions in memory, want at most 400", n)
	}
	agrees(t, s, g, ms)
	f := metric.Filter{From: g.First + mention.Day(g.Days) - 10}
	if s.warm.view(&f) == nil {
		t.Error("the last ten days are not answered from memory")
	}
	if f.From = g.First; s.warm.view(&f) != nil {
		t.Error("a question from the first day on is answered from memory, which lacks it")
	}
}

func TestWarmClosed(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	g := storetest.NewGenerator(41)
	loadAll(t, s, g.Many(500))
	if err := s.Warm(1_000_000); err != nil { // Close must not wait for long, nor crash the fill
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(10); err == nil {
		t.Error("a closed store says that it keeps mentions in memory")
	}
}

// TestWarmPartPages: pages of mentions that begin in memory and go on in the tables hold
// each mention once, in order.
func TestWarmPartPages(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	cold, part := open(t, filepath.Join(t.TempDir(), "cold.duckdb")), open(t, filepath.Join(t.TempDir(), "part.duckdb"))
	g := storetest.NewGenerator(19)
	ms := g.Many(900)
	loadAll(t, cold, ms)
	loadAll(t, part, ms)
	warm(t, part, 300)
	if from := part.warm.from(); from == 0 {
		t.Fatal("all days are in memory")
	}
	pages := func(s *Store, f metric.Filter, limit int) (out []mention.ID) {
		t.Helper()
		for p := (store.Page{Limit: limit}); ; {
			rows, next, err := s.Mentions(ctx, f, p)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) > limit || next != "" && len(rows) < limit {
				t.Fatalf("a page of %d mentions, asked for %d, next %q", len(rows), limit, next)
			}
			for _, m := range rows {
				out = append(out, m.ID)
			}
			if next == "" {
				return out
			}
			p.After = next
		}
	}
	r := rand.New(rand.NewPCG(5, 5))
	for range 60 {
		f := storetest.RandomFilter(r, g)
		limit := 1 + r.IntN(200)
		if d := cmp.Diff(pages(cold, f, limit), pages(part, f, limit)); d != "" {
			t.Fatalf("%s by %d (-tables +part in memory):\n%s", f.Values().Encode(), limit, d)
		}
	}
}
