package duckdb

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/storetest"
)

// everything reads all mentions of a store, newest first.
func everything(t *testing.T, s *Store) []mention.Annotated {
	t.Helper()
	rows, next, err := s.Mentions(context.Background(), metric.Filter{AllTopics: true}, store.Page{Limit: maxPage})
	if err != nil || next != "" {
		t.Fatalf("mentions: %v, next %q", err, next)
	}
	return rows
}

// dump is the content of a table, in an order of its own.
func dump(t *testing.T, s *Store, table string) []string {
	t.Helper()
	rows, err := s.db.Query("SELECT CAST(t AS VARCHAR) AS line FROM " + table + " AS t ORDER BY line")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	return out
}

// TestParquet: a store filled from an export is the store that was exported, down to
// the rows of its tables; what is there already is not loaded again.
func TestParquet(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	a, b := open(t, filepath.Join(dir, "a.duckdb")), open(t, filepath.Join(dir, "b.duckdb"))
	ms := storetest.NewGenerator(21).Many(800)
	if _, err := a.Load(ctx, mention.Batch{Stream: "m", Seq: 1, Mentions: ms}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "o'export.parquet")
	n, err := a.ExportParquet(ctx, path, metric.Filter{AllTopics: true})
	if err != nil || n != 800 {
		t.Fatalf("export: %d, %v", n, err)
	}
	// Some are there before, one day of them.
	if _, err := b.Load(ctx, mention.Batch{Stream: "m", Seq: 1, Mentions: ms[:100]}); err != nil {
		t.Fatal(err)
	}
	got, err := b.LoadParquet(ctx, path)
	if want := (mention.Loaded{Accepted: 700, Duplicate: 100}); err != nil || got != want {
		t.Fatalf("load: %+v, %v; want %+v", got, err, want)
	}
	if diff := cmp.Diff(everything(t, a), everything(t, b), cmpopts.EquateApprox(0, 0.0051)); diff != "" {
		t.Errorf("mentions (-exported +loaded):\n%s", diff)
	}
	ca, _ := a.Coverage(ctx)
	cb, _ := b.Coverage(ctx)
	if diff := cmp.Diff(ca, cb); diff != "" {
		t.Errorf("coverage (-exported +loaded):\n%s", diff)
	}
	for _, s := range []*Store{a, b} {
		if err := s.Compact(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"(SELECT * EXCLUDE (load_no) FROM mention_entities)", "kpi_day", "source_day", "kind_day", "entity_day", "entity_department_day", "run_counts", "dirty_days"} {
		if diff := cmp.Diff(dump(t, a, table), dump(t, b, table)); diff != "" {
			t.Errorf("table %s (-exported +loaded):\n%.2000s", table, diff)
		}
	}
	var derived = "(SELECT id, day, month, author_key, kinds, entities, folded FROM mentions)"
	if diff := cmp.Diff(dump(t, a, derived), dump(t, b, derived)); diff != "" {
		t.Errorf("derived columns (-exported +loaded):\n%.2000s", diff)
	}
	for _, again := range []string{"once more", "and once more"} {
		got, err := b.LoadParquet(ctx, path)
		if want := (mention.Loaded{Duplicate: 800}); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", again, got, err, want)
		}
	}
	// Loads after it know what it brought.
	if got, err := b.Load(ctx, mention.Batch{Stream: "m", Seq: 2, Mentions: ms}); err != nil || got.Accepted != 0 {
		t.Errorf("load after it: %+v, %v", got, err)
	}
	// An export of a part.
	f := metric.Filter{Entities: []string{"ceviche"}, Window: "12w"}
	n, err = a.ExportParquet(ctx, path, f)
	if want := storetest.Answer(ms, metric.Query{Filter: f, Measures: []string{"mentions"}}).Total; err != nil || n != want {
		t.Errorf("export of a part: %d, %v; want %d", n, err, want)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.partial")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestParquetMistakes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "s.duckdb"))
	text := filepath.Join(dir, "text.parquet")
	if err := os.WriteFile(text, []byte("id,text\n1,rico\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other.parquet")
	if _, err := s.db.Exec("COPY (SELECT 1 AS id, 'rico' AS text) TO " + quote(other) + " (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, want string }{
		{filepath.Join(dir, "none.parquet"), "no such file"},
		{text, "not a readable Parquet file"},
		{other, "columns missing: ts, source"},
	} {
		if _, err := s.LoadParquet(ctx, tt.path); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.path) {
			t.Errorf("%s: %v, want %q", tt.path, err, tt.want)
		}
	}
	if c, err := s.Coverage(ctx); err != nil || c.Mentions != 0 {
		t.Errorf("coverage after mistakes: %+v, %v", c, err)
	}
	if _, err := s.ExportParquet(ctx, filepath.Join(dir, "no", "x.parquet"), metric.Filter{}); err == nil {
		t.Error("an export into a directory that is not there succeeds")
	}
}

// TestRoutes: the questions of the pages are answered by roll-ups; only what those
// cannot know goes to the rows.
func TestRoutes(t *testing.T) {
	q := func(s string) metric.Query {
		t.Helper()
		var q metric.Query
		if err := q.UnmarshalText([]byte(s)); err != nil {
			t.Fatal(err)
		}
		return q
	}
	for _, tt := range []struct {
		query string
		want  table
	}{
		{"measures=mentions,net_sentiment,mean_rating,craving_rate", rollupSource},
		{"measures=mentions&by=week,sentiment&source=review&department=15", rollupKPI},
		{"measures=mentions,aspect_net&by=aspect&all=1", rollupKPI},
		{"measures=mentions,aspect_net&by=aspect,month", rollupSource},
		{"measures=mentions,negative_share&by=day,source&source=review&source=social", rollupSource},
		{"measures=mentions&by=day&sentiment=neg", rollupKPI},
		{"measures=mentions,net_sentiment&by=department", rollupKPI},
		{"measures=mentions,net_sentiment&by=entity&kind=dish", rollupEntity},
		{"measures=mentions&by=entity,day", rollupEntity},
		{"measures=mentions,positive_share&by=week&entity=ceviche", rollupEntity},
		{"measures=mentions,aspect_net&by=aspect&entity=ceviche", rollupEntity},
		{"measures=mentions&by=department&entity=ceviche", rollupDepartment},
		{"measures=mentions&by=entity&department=15", rollupDepartment},
		{"measures=mentions&by=entity,source", rawPairs},
		{"measures=mentions,net_sentiment&by=kind,month", rollupKind},
		{"measures=mentions,aspect_net&by=aspect&kind=dish&campaign=include", rollupKind},
		{"measures=mentions&by=kind&department=15", rawPairs},
		{"measures=mentions&by=kind&all=1", rawPairs},
		{"measures=mentions&by=kind&entity=ceviche&entity=camote", rawPairs},
		{"measures=mentions,aspect_net&by=aspect&entity=ceviche&department=15", rawPairs},
		{"measures=authors&entity=ceviche", rawPairs},
		{"measures=authors", rawMentions},
		{"measures=mentions&entity=ceviche&entity=camote", rawMentions},
		{"measures=mentions&kind=dish", rollupKind},
		{"measures=mentions&kind=dish&kind=drink", rawMentions},
		{"measures=mentions&kind=dish&source=review", rawMentions},
		{"measures=mentions&channel=reddit", rawMentions},
		{"measures=mentions&q=rico", rawMentions},
		{"measures=net_sentiment&aspect=food", rawMentions},
	} {
		x := q(tt.query)
		sp := spec{filter: x.Filter, by: x.By, need: x.Needs()}
		if got := route(&sp); got != tt.want {
			t.Errorf("%s is answered by %s, want %s", tt.query, got.name, tt.want.name)
		}
	}
}

// TestSeen: a filter never denies an id that was added, also after it has outgrown
// its size, and seldom suspects one that was not.
func TestSeen(t *testing.T) {
	g := storetest.NewGenerator(31)
	f := newBloom(10_000)
	var ids []mention.ID
	for range 10_000 {
		m := g.Next()
		ids = append(ids, m.ID)
		f.add(m.ID)
	}
	for _, id := range ids {
		if !f.has(id) {
			t.Fatalf("id %s was added and is denied", id)
		}
	}
	wrong := 0
	for range 10_000 {
		m := g.Next()
		if f.has(m.ID) {
			wrong++
		}
	}
	if wrong > 150 {
		t.Errorf("%d of 10,000 unknown ids are suspected, want about 40", wrong)
	}
	for _, b := range []uint64{0, 1, 800, 1<<17 - 1} {
		lo, hi := idRange(b, b)
		if bucketOf(lo) != b || bucketOf(hi) != b || slices.Compare(lo[:], hi[:]) >= 0 {
			t.Errorf("bucket %d: range %s..%s", b, lo, hi)
		}
	}
}

// TestFilterOutgrown: duplicates are still found when a bucket has grown past the
// size of its filter many times.
func TestFilterOutgrown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := open(t, filepath.Join(t.TempDir(), "s.duckdb"))
	g := storetest.NewGenerator(41)
	g.Days = 10
	ms := g.Many(15_000)
	for i := 0; i < len(ms); i += 3000 {
		if got, err := s.Load(ctx, mention.Batch{Mentions: ms[i : i+3000]}); err != nil || got.Accepted != 3000 {
			t.Fatalf("load: %+v, %v", got, err)
		}
	}
	if got, err := s.Load(ctx, mention.Batch{Mentions: ms}); err != nil || got.Accepted != 0 || got.Duplicate != len(ms) {
		t.Errorf("load again: %+v, %v", got, err)
	}
}

// TestParquetOfBefore: a file of before provinces were kept gets them when it is loaded,
// from text, place and district, where they lie in the department that it has.
func TestParquetOfBefore(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	a, b := open(t, filepath.Join(dir, "a.duckdb")), open(t, filepath.Join(dir, "b.duckdb"))
	ms := storetest.NewGenerator(22).Many(4)
	want := []mention.Province{1508, 401, 0, 0}
	for i, x := range []struct {
		text, district string
		resolved       mention.Department
	}{{"ceviche en Huacho", "", 15}, {"ceviche rico", "Cayma, Arequipa", 4}, {"ceviche en Huacho", "", 4}, {"ceviche rico", "", 0}} {
		ms[i].Text, ms[i].Place, ms[i].District, ms[i].Department, ms[i].Resolved, ms[i].Province = x.text, "", x.district, 0, x.resolved, 0
		ms[i].Entities, ms[i].Relevant = []mention.Entity{{ID: "ceviche", Name: "ceviche", Kind: "dish", Surface: "ceviche", Start: 0, End: 7}}, true
	}
	loadAll(t, a, ms)
	path, old := filepath.Join(dir, "new.parquet"), filepath.Join(dir, "old.parquet")
	if _, err := a.ExportParquet(ctx, path, metric.Filter{AllTopics: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.Exec("COPY (SELECT * EXCLUDE (province) FROM read_parquet(" + quote(path) + ")) TO " + quote(old) + " (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	if done, err := b.LoadParquet(ctx, old); err != nil || done.Accepted != len(ms) {
		t.Fatalf("load = %+v, %v", done, err)
	}
	for i := range ms {
		ms[i].Province = want[i]
		got, err := b.Mention(ctx, ms[i].ID)
		if err != nil || got.Province != want[i] {
			t.Errorf("%q, %q: province %d, %v; want %d", ms[i].Text, ms[i].District, got.Province, err, want[i])
		}
	}
	q := metric.Query{Measures: []string{"mentions", "sov"}, By: []metric.Dimension{metric.ByProvince, metric.ByEntity}}
	res, err := b.Query(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(storetest.Answer(ms, q).Rows, res.Rows, cmpopts.IgnoreFields(metric.Row{}, "Counts")); d != "" {
		t.Errorf("by province (-want +got):\n%s", d)
	}
}
