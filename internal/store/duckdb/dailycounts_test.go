package duckdb

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/storetest"
)

// tableCounts is DailyCounts from the tables, whatever is in memory.
func tableCounts(t *testing.T, s *Store, f metric.Filter, repeatsFrom mention.Day) metric.Daily {
	t.Helper()
	ctx := context.Background()
	f, err := f.Resolve(s.lastDay())
	if err != nil {
		t.Fatal(err)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	snap := snapshot{tx: tx}
	defer snap.close()
	from, to := f.From, f.To
	if to == 0 {
		to = s.lastDay()
	}
	b := metric.NewDailyBuilder(from, to)
	if err := s.buildDaily(ctx, snap, f, repeatsFrom, b); err != nil {
		t.Fatal(err)
	}
	return b.Daily()
}

// TestDailyCountsFromMemory compares the counts behind a ranking as memory and as the
// tables give them, while mentions of any day come late, come again, come in bulk and
// the store is opened anew.
func TestDailyCountsFromMemory(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "s.duckdb")
	g := storetest.NewGenerator(43)
	g.Days = 300
	ms := g.Many(3000)
	r := rand.New(rand.NewPCG(17, 4))
	s := open(t, path)
	s.maxTail, s.dense = 700, 0
	warm(t, s, 1_000_000)
	agree := func(when string) {
		t.Helper()
		complete(t, s)
		filters := []metric.Filter{{}, {Departments: []mention.Department{15}}, {Sources: mention.Sources[:1]}, {Kinds: []string{"dish", "drink"}}}
		for range 12 {
			filters = append(filters, storetest.RandomFilter(r, g))
		}
		for _, f := range filters {
			if r.IntN(2) == 0 {
				f.Window = ""
				f.To = g.First + mention.Day(r.IntN(g.Days+30))
				f.From = f.To - mention.Day(r.IntN(g.Days))
			}
			from := g.First + mention.Day(r.IntN(g.Days+20)-10)
			resolved, err := f.Resolve(s.lastDay())
			if err != nil {
				t.Fatal(err)
			}
			if s.warm.view(&resolved) == nil && resolved.Text == "" && resolved.Cluster == 0 && len(resolved.With) == 0 {
				t.Fatalf("%s: %s is not answered from memory", when, f.Values().Encode())
			}
			got, err := s.DailyCounts(ctx, f, from)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tableCounts(t, s, f, from), got); diff != "" {
				t.Fatalf("%s: %s, repeats from %s (-tables +memory):\n%s", when, f.Values().Encode(), from, diff)
			}
		}
	}
	agree("empty store")
	for k := 0; k < 2000; k += 400 {
		loadAll(t, s, ms[k:k+400])
		loadAll(t, s, ms[max(0, k-300):k+100]) // again
		agree("loads")
	}
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	agree("compacted")
	other := open(t, filepath.Join(dir, "other.duckdb"))
	loadAll(t, other, ms[1900:2500])
	parquet := filepath.Join(dir, "x.parquet")
	if _, err := other.ExportParquet(ctx, parquet, metric.Filter{AllTopics: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.LoadParquet(ctx, parquet); err != nil {
		t.Fatal(err)
	}
	agree("bulk load")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	warm(t, s, 1_000_000)
	agree("opened again")
	loadAll(t, s, ms[2300:])
	agree("loaded after that")
}
