package duckdb

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/storetest"
)

// TestWarmRollUps runs the suite with a copy in memory that is thought too large to be
// counted: whatever roll-ups can answer they do.
func TestWarmRollUps(t *testing.T) {
	storetest.Run(t, func(t testing.TB, dir string) storetest.Store {
		s := open(t, filepath.Join(dir, "store.duckdb"))
		s.maxTail, s.dense, s.scanRows = 350, 0, -1
		warm(t, s, 1_000_000)
		return s
	})
}

// TestSnapshotFor: what roll-ups have is not counted over very many mentions, and only
// that is not.
func TestSnapshotFor(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	g := storetest.NewGenerator(43)
	loadAll(t, s, g.Many(800))
	warm(t, s, 1_000_000)
	fromMemory := func(text string) bool {
		t.Helper()
		var q metric.Query
		if err := q.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		f, err := q.Filter.Resolve(s.lastDay())
		if err != nil {
			t.Fatal(err)
		}
		at, err := s.snapshotFor(context.Background(), &q, &f)
		if err != nil {
			t.Fatal(err)
		}
		defer at.close()
		return at.hot != nil
	}
	const plain = "measures=mentions,net_sentiment&by=day"
	if !fromMemory(plain) {
		t.Error("few mentions are not counted in memory")
	}
	s.scanRows = 500
	for query, want := range map[string]bool{
		plain:                       false,
		plain + "&campaign=exclude": false,
		"measures=mentions&by=kind": false,
		"measures=mentions,sov&by=entity&kind=dish":     false,
		"measures=mentions,sov&by=kind":                 false,
		"measures=mentions&by=week&channel=google_maps": true,
		"measures=authors":                              true,
		"measures=mentions&by=kind,source":              true,
		"measures=mentions&by=entity,sentiment":         true,
		"measures=mentions&kind=dish&kind=drink":        true,
		plain + "&window=3d":                            true, // fewer than 500
		plain + "&entity=ceviche&window=10d":            true,
		plain + "&entity=ceviche":                       false,
	} {
		if got := fromMemory(query); got != want {
			t.Errorf("%s: from memory %v, want %v", query, got, want)
		}
	}
}

// TestMigrateRollUps: a store of before the roll-ups by kind and by source and of before
// provinces gets them when it is opened, the roll-ups up to where the others reach.
func TestMigrateRollUps(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "s.duckdb")
	g := storetest.NewGenerator(47)
	ms := g.Many(900)
	s := open(t, path)
	loadAll(t, s, ms[:600])
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	loadAll(t, s, ms[600:]) // a tail
	tables := []string{"kind_day", "source_day"}
	want := map[string][]string{}
	for _, name := range tables {
		if want[name] = dump(t, s, name); len(want[name]) < 10 {
			t.Fatalf("%d rows in %s", len(want[name]), name)
		}
		if _, err := s.w.exec(ctx, "DROP TABLE "+name); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.w.exec(ctx, "DROP TABLE erased; DROP TABLE erased_authors; ALTER TABLE mentions DROP COLUMN province; ALTER TABLE mention_entities DROP COLUMN province"); err != nil { // came later still
		t.Fatal(err)
	}
	if _, err := s.w.exec(ctx, "DELETE FROM schema_version WHERE version >= 4"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path)
	for _, name := range tables {
		if d := cmp.Diff(want[name], dump(t, s, name)); d != "" {
			t.Errorf("rows of %s (-before +after):\n%.2000s", name, d)
		}
	}
	for i := range ms { // not known before the pass over the food words
		ms[i].Province = 0
	}
	agrees(t, s, g, ms)
	if _, err := s.Load(ctx, mention.Batch{Mentions: g.Many(1)}); err != nil {
		t.Error(err)
	}
}
