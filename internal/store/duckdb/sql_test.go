package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/store"
)

// newAnalyst opens a store with mentions of which some are in the roll-ups and some are not.
func newAnalyst(t testing.TB, n int) (*Store, *Analyst) {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, Options{Path: filepath.Join(t.TempDir(), "s.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	s.maxTail, s.dense = max(1, n/2), 0
	d := newBenchData(7)
	for _, part := range []int{n/2 + 1, n - n/2 - 1} {
		if _, err := s.Load(ctx, mention.Batch{Mentions: d.history(part)}); err != nil {
			t.Fatal(err)
		}
	}
	a, err := s.NewAnalyst(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return s, a
}

// ask returns an answer as lines.
func ask(t testing.TB, a *Analyst, text string, limit int) ([]store.SQLColumn, []string, bool, error) {
	t.Helper()
	var cols []store.SQLColumn
	var rows []string
	more, err := a.SQL(t.Context(), text, limit, func(c []store.SQLColumn) error { cols = c; return nil }, func(v []any) error {
		var cells []string
		for _, x := range v {
			if d, ok := x.(time.Time); ok {
				x = d.Format("2006-01-02")
			}
			cells = append(cells, fmt.Sprint(x))
		}
		rows = append(rows, strings.Join(cells, " "))
		return nil
	})
	return cols, rows, more, err
}

func TestSQLAnswers(t *testing.T) {
	_, a := newAnalyst(t, 400)
	same := func(one, two string) {
		t.Helper()
		_, x, _, err := ask(t, a, one, 0)
		if err != nil {
			t.Fatalf("%s: %v", one, err)
		}
		_, y, _, err := ask(t, a, two, 0)
		if err != nil {
			t.Fatalf("%s: %v", two, err)
		}
		if len(x) == 0 {
			t.Errorf("%s: no rows", one)
		}
		if d := cmp.Diff(x, y); d != "" {
			t.Errorf("%s\n%s\ndiffer: %s", one, two, d)
		}
	}
	// The roll-ups with their tail say the same as the mentions.
	same("SELECT count(*), sum(CASE WHEN aspect_price = 'neg' THEN 1 ELSE 0 END), sum(CASE WHEN food THEN 1 ELSE 0 END) FROM mention",
		"SELECT sum(n), sum(price_neg), sum(CASE WHEN food THEN n ELSE 0 END) FROM kpi_day")
	same("SELECT entity, count(*) AS n, sum(CASE WHEN sentiment = 'pos' THEN 1 ELSE 0 END), sum(CASE WHEN intent = 'crave' THEN 1 ELSE 0 END) FROM mention_entity WHERE food GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20",
		"SELECT entity, sum(n) AS n, sum(pos), sum(crave) FROM entity_day GROUP BY 1 ORDER BY n DESC, 1 LIMIT 20")
	same("SELECT department, department_name, count(*) FROM mention_entity WHERE food GROUP BY ALL ORDER BY 1",
		"SELECT department, department_name, sum(n) FROM entity_department_day GROUP BY ALL ORDER BY 1")
	same("SELECT 'Lima'", "SELECT DISTINCT department_name FROM mention WHERE department = '15'")

	cols, rows, more, err := ask(t, a, "WITH a AS (SELECT day, rating, food, text FROM mention) SELECT day, 1 AS i, 1.5 AS d, food, 'x' AS s, sum(1) OVER () AS h FROM a -- all of them ;", 3)
	if err != nil || len(rows) != 3 || !more {
		t.Fatalf("rows %d, more %v, %v", len(rows), more, err)
	}
	want := []store.SQLColumn{{Name: "day", Type: "DATE", Kind: store.SQLDay}, {Name: "i", Type: "INTEGER", Kind: store.SQLInt}, {Name: "d", Type: "DECIMAL(2,1)", Kind: store.SQLFloat},
		{Name: "food", Type: "BOOLEAN", Kind: store.SQLBool}, {Name: "s", Type: "VARCHAR"}, {Name: "h", Type: "HUGEINT", Kind: store.SQLFloat}}
	if d := cmp.Diff(want, cols); d != "" {
		t.Error(d)
	}
	if _, rows, more, err := ask(t, a, "SELECT id FROM mention; -- the first ones", 2); err != nil || len(rows) != 2 || !more {
		t.Errorf("a comment after the semicolon: %v %v", rows, err)
	}
	if _, rows, _, err := ask(t, a, "show tables;", 0); err != nil || len(rows) != len(AnalystViews()) {
		t.Errorf("SHOW TABLES: %v %v", rows, err)
	}
	// The views are as they are documented, and can be read whole.
	for _, v := range AnalystViews() {
		_, rows, _, err := ask(t, a, "DESCRIBE "+v.Name, 0)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, r := range rows {
			got = append(got, strings.Join(strings.Fields(r)[:2], " "))
		}
		for _, c := range v.Columns {
			want = append(want, c.Name+" "+c.Type)
			if strings.Contains(c.Name, "author") {
				t.Errorf("%s tells of authors: %s", v.Name, c.Name)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", v.Name, d)
		}
		if _, rows, _, err := ask(t, a, "FROM "+v.Name, 5); err != nil || len(rows) != 5 {
			t.Errorf("%s: %d rows, %v", v.Name, len(rows), err)
		}
	}
}

func TestSQLErrorsNameThePlace(t *testing.T) {
	_, a := newAnalyst(t, 20)
	for text, want := range map[string]string{
		"SELEC 1":                                       "line 1, column 1",
		"SELECT 'ñandú' AS ñ,\n  x FROMM y":             "line 2, column 11",
		"SELECT 'ñandú' AS ñ,\n  nada FROM mention":     "line 2, column 3: Referenced column \"nada\"",
		"SELECT 1\nFROM mentions":                       "line 2, column 6: there is no table \"mentions\"",
		"SELECT 'ñ', getenv('HOME')":                    "line 1, column 13: the function \"getenv\" is not allowed",
		"SELECT text\n\nFROM mention WHERE text || 'a'": "line 3, column 25: || is not allowed",
		"SELECT CAST('x' AS INTEGER)":                   "line 1, column 24: Could not convert",
	} {
		_, _, _, err := ask(t, a, text, 0)
		var told *store.SQLError
		if !errors.As(err, &told) || !strings.HasPrefix(told.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// hostile reads testdata/hostile.sql: statements between lines of ";;".
func hostile(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/hostile.sql")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for q := range strings.SplitSeq(string(b), "\n;;\n") {
		out = append(out, strings.TrimSuffix(q, "\n;;"))
	}
	// Those that are long.
	deep := func(open, close string, n int) string {
		return strings.Repeat(open, n) + "1" + strings.Repeat(close, n)
	}
	laughs := "WITH a0 AS (SELECT * FROM mention)"
	for i := range 40 {
		laughs += fmt.Sprintf(", a%d AS (SELECT x.id FROM a%d x, a%d y)", i+1, i, i)
	}
	return append(out, "SELECT "+deep("(", ")", 3000), "SELECT "+deep("NOT ", "", 1900), "SELECT "+deep("- ", "", 3900)+" -- slow", "SELECT 1"+strings.Repeat("+1", 3900),
		"SELECT "+deep("CASE WHEN 1=1 THEN ", " END", 300)+" -- slow", "SELECT 1"+strings.Repeat(" UNION ALL SELECT 1", 400)+" -- slow", "SELECT * FROM mention"+strings.Repeat(", mention", 800),
		"SELECT count(*) FROM mention GROUP BY CUBE (id,ts,day,month,source,channel,rating,place,department,district,text,model,run,food)",
		laughs+" SELECT * FROM a40", "SELECT "+strings.Repeat("(SELECT ", 59)+"1"+strings.Repeat(")", 59), "SELECT "+strings.Repeat("(SELECT ", 4)+"1"+strings.Repeat(")", 4)+" -- allowed",
		strings.Repeat("SELECT * FROM (", 59)+"SELECT 1"+strings.Repeat(")", 59), strings.Repeat("SELECT * FROM (", 10)+"SELECT 1"+strings.Repeat(")", 10)+" -- allowed",
		"SELECT 1"+strings.Repeat(" WHERE EXISTS (SELECT 1", 40)+strings.Repeat(")", 40), "SELECT 1 FROM mention WHERE "+strings.Repeat("(SELECT count(*) FROM kpi_day) > 1 AND ", 22)+"true -- allowed",
		"SELECT '"+strings.Repeat("a", 7000)+"' LIKE '"+strings.Repeat("%a", 400)+"%b' -- allowed", "SELECT '"+strings.Repeat("(", 100)+"'",
		"SELECT "+strings.Repeat("[", 50)+strings.Repeat("]", 50), "SELECT '"+strings.Repeat("a", 9000)+"'", "SELECT "+strings.Repeat("t.", 2000)+"a FROM mention t",
		"SELECT 1 FROM mention WHERE id IN ("+strings.Repeat("'a',", 1500)+"'b') -- allowed", "/*"+strings.Repeat("/*", 3000)+" SELECT 1")
}

// TestSQLHostile: none gets out, none hangs, and the store is as it was.
func TestSQLHostile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.csv")
	if err := os.WriteFile(secret, []byte("k\ntopsecret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ANTOJO_TEST_SECRET", "topsecret")
	s, a := newAnalyst(t, 3000)
	a.limit = time.Second
	before, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list := hostile(t)
	if len(list) < 90 {
		t.Fatalf("only %d statements", len(list))
	}
	for _, q := range list {
		q = strings.ReplaceAll(q, "$FILE", secret)
		at := time.Now()
		allowed := strings.Contains(q, "-- allowed")
		if a.limit = time.Second; allowed { // it is answered, however busy the machine is
			a.limit = time.Minute
		}
		_, rows, _, err := ask(t, a, q, 100)
		var told *store.SQLError
		switch {
		case err == nil && !allowed && !strings.Contains(q, "-- slow"):
			t.Errorf("%.200q was answered: %.200v", q, rows)
		case err != nil && allowed:
			t.Errorf("%.200q: %v", q, err)
		case err != nil && !errors.As(err, &told):
			t.Errorf("%.200q: %v is no error of the statement", q, err)
		case err != nil && (strings.Contains(err.Error(), s.path) || strings.Contains(err.Error(), "topsecret")):
			t.Errorf("%.200q: the error tells too much: %v", q, err)
		case strings.Contains(fmt.Sprint(rows), "topsecret"):
			t.Errorf("%.200q got out: %v", q, rows)
		}
		if d := time.Since(at); d > time.Second {
			t.Logf("%.200q took %v: %v", q, d, err)
		}
		if d := time.Since(at); d > 30*time.Second { // far beyond any slowness of the machine
			t.Errorf("%.200q hung for %v", q, d)
		}
	}
	after, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before.MemoryBytes, after.MemoryBytes, before.FileBytes, after.FileBytes = 0, 0, 0, 0
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("the store has changed: %s", d)
	}
	if _, err := os.Stat("/tmp/antojo-sql-out.csv"); err == nil {
		t.Error("a file was written")
	}
	if _, rows, _, err := ask(t, a, "SELECT count(*) FROM mention", 0); err != nil || rows[0] != "3000" {
		t.Errorf("afterwards: %v %v", rows, err)
	}
}

// TestSQLMemory: a statement that gathers much is stopped, and leaves nothing behind.
func TestSQLMemory(t *testing.T) {
	s, a := newAnalyst(t, 3000)
	_, _, _, err := ask(t, a, "SELECT count(*) FROM (SELECT DISTINCT a.id, b.id, c.text FROM mention a, mention b, mention c)", 0)
	var told *store.SQLError
	if !errors.As(err, &told) || !told.Limit {
		t.Fatalf("got %v, want that it was stopped", err)
	}
	st, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.MemoryBytes > sqlMemory {
		t.Errorf("%d bytes are still held", st.MemoryBytes)
	}
}

func TestSQLAtOnce(t *testing.T) {
	_, a := newAnalyst(t, 20)
	err := func() error {
		_, err := a.SQL(t.Context(), "SELECT 1", 0, func([]store.SQLColumn) error {
			_, err := a.SQL(t.Context(), "SELECT 1", 0, func([]store.SQLColumn) error {
				_, err := a.SQL(t.Context(), "SELECT 1", 0, func([]store.SQLColumn) error { return nil }, func([]any) error { return nil })
				return err
			}, func([]any) error { return nil })
			return err
		}, func([]any) error { return nil })
		return err
	}()
	if !errors.Is(err, store.ErrBusy) {
		t.Errorf("the third at once: %v", err)
	}
}

// FuzzSQL: whatever is asked, the answer is rows or an error of the statement.
func FuzzSQL(f *testing.F) {
	for _, q := range hostile(f) {
		f.Add(q)
	}
	f.Add("SELECT count(*) FROM mention")
	_, a := newAnalyst(f, 50)
	a.limit = time.Second
	f.Fuzz(func(t *testing.T, q string) {
		_, err := a.SQL(t.Context(), q, 10, func([]store.SQLColumn) error { return nil }, func([]any) error { return nil })
		var told *store.SQLError
		if err != nil && !errors.As(err, &told) {
			t.Errorf("%q: %v", q, err)
		}
	})
}
