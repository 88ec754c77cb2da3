package duckdb

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/store/storetest"
)

// summed is a roll-up with one row a key, as text, in order.
func summed(t *testing.T, s *Store, table string) []string {
	t.Helper()
	rows, err := s.db.Query("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ? AND table_schema = 'main' ORDER BY ordinal_position", table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var keys, sums []string
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			t.Fatal(err)
		}
		if name == "n" || len(sums) > 0 {
			sums = append(sums, "'"+name+"=' || CAST(sum("+name+") AS VARCHAR)")
		} else {
			keys = append(keys, "CAST("+name+" AS VARCHAR)")
		}
	}
	by := strings.Join(keys, " || ' ' || ")
	out, err := s.db.Query("SELECT " + by + " || ' ' || " + strings.Join(sums, " || ' ' || ") + " FROM " + table + " GROUP BY " + strings.Join(keys, ", ") + " ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	var lines []string
	for out.Next() {
		var line string
		if err := out.Scan(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// TestRollUpInParts: a key that is split because a day has very many mentions has the
// same sums.
func TestRollUpInParts(t *testing.T) {
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	g := storetest.NewGenerator(7)
	g.Days = 3
	loadAll(t, s, g.Many(4000))
	counted := func(parts int64) (sums map[string][]string, rows int) {
		t.Helper()
		sums = map[string][]string{}
		err := s.write(ctx, func(w *writer) error {
			for _, table := range rollUpTables() {
				if _, err := w.exec(ctx, "DELETE FROM "+table); err != nil {
					return err
				}
			}
			for _, q := range rollUpQueries("mentions", "mention_entities", "1 = 1", parts) {
				if _, err := w.exec(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range rollUpTables() {
			sums[table] = summed(t, s, table)
			var n int
			if err := s.db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
				t.Fatal(err)
			}
			rows += n
		}
		return sums, rows
	}
	whole, keys := counted(1)
	split, rows := counted(5)
	if keys == 0 || rows <= keys {
		t.Fatalf("%d rows for %d keys: nothing was split", rows, keys)
	}
	if diff := cmp.Diff(whole, split); diff != "" {
		t.Errorf("whole and split sums differ (-whole +split):\n%s", diff)
	}
}

// TestSparseTail: mentions spread over many days wait for each other, those of few days
// do not, and after a compaction nothing waits. The figures are those of the mentions
// throughout, which the suite of the store holds for every mix.
func TestSparseTail(t *testing.T) {
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	s.maxTail, s.dense = 100, 5
	lacking := func() (n int) {
		t.Helper()
		if err := s.db.QueryRow("SELECT count(*) FROM mentions WHERE load_no > (SELECT upto FROM rolled)").Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != s.tail {
			t.Fatalf("the roll-ups lack %d mentions, the store thinks %d", n, s.tail)
		}
		return n
	}
	g := storetest.NewGenerator(8)
	load := func(days, n int) {
		t.Helper()
		g.Days = days
		for _, m := range g.Many(n) {
			if _, err := s.Load(ctx, mention.Batch{Mentions: []mention.Annotated{m}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	load(400, 350)
	if n := lacking(); n < 300 {
		t.Errorf("of 350 mentions of 400 days %d wait: they were rolled up one by one", n)
	}
	load(400, 800)
	if n := lacking(); n >= sparseTails*s.maxTail {
		t.Errorf("%d mentions wait, more than ever should", n)
	}
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	if n := lacking(); n != 0 {
		t.Errorf("after a compaction %d mentions wait", n)
	}
	var kpi, mentions int
	if err := s.db.QueryRow("SELECT (SELECT CAST(sum(n) AS BIGINT) FROM kpi_day), (SELECT count(*) FROM mentions)").Scan(&kpi, &mentions); err != nil {
		t.Fatal(err)
	}
	if kpi != mentions {
		t.Errorf("the roll-up counts %d of %d mentions", kpi, mentions)
	}
	load(3, 250)
	if n := lacking(); n >= 2*s.maxTail {
		t.Errorf("of 250 mentions of three days %d wait", n)
	}
}
