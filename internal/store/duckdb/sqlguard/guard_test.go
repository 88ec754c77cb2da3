package sqlguard

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"antojo/internal/store"
)

func newGuard(t testing.TB) *Guard {
	t.Helper()
	g, err := New(context.Background(), []string{"mention", "kpi_day"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	return g
}

func TestCheck(t *testing.T) {
	g := newGuard(t)
	for _, c := range []struct{ text, fault string }{
		{"SELECT 1", ""},
		{"  select * from MENTION ;; ", ""},
		{"FROM mention LIMIT 3", ""},
		{"WITH a AS (SELECT * FROM mention), b AS (SELECT * FROM a) SELECT count(*) FROM b JOIN a USING (id)", ""},
		{"WITH mention AS (SELECT 1 AS x) SELECT x FROM mention", ""},
		{"SELECT * FROM (VALUES (1, 'a')) AS t(n, s) WHERE n IN (SELECT 1) AND s LIKE 'a%' AND EXISTS (FROM kpi_day)", ""},
		{"SELECT CASE WHEN food THEN 'x' ELSE NULL END, CAST(day AS VARCHAR), extract(year FROM day), day - INTERVAL 7 DAY FROM mention", ""},
		{"SELECT source, count(DISTINCT place) FILTER (WHERE food), rank() OVER (PARTITION BY source ORDER BY count(*) DESC) FROM mention GROUP BY ROLLUP (source) HAVING count(*) > 1 QUALIFY rank() OVER (ORDER BY source) < 3", ""},
		{"SELECT a.*, b.* EXCLUDE (id) FROM mention a ASOF JOIN mention b ON a.ts >= b.ts USING SAMPLE 100 ROWS", ""},
		{"SELECT range FROM range(10) UNION ALL SELECT 1 ORDER BY 1 LIMIT 5 OFFSET 2", ""},
		{"DESCRIBE mention", ""},
		{"SHOW TABLES", ""},
		{"DESCRIBE SELECT count(*) FROM kpi_day", ""},
		{"", "there is no statement"},
		{"-- nothing", "there is no statement"},
		{"SELECT 1; SELECT 2", "2 statements"},
		{"DELETE FROM mention", "only one SELECT"},
		{"SELECT * FROM a.mention", "no catalog or schema"},
		{"SELECT * FROM secret", `there is no table "secret"`},
		{"SELECT * FROM (SELECT * FROM secret)", `there is no table "secret"`},
		{"SELECT 1 WHERE 1 IN (SELECT x FROM secret)", `there is no table "secret"`},
		{"SELECT sum(n) OVER (ORDER BY (SELECT x FROM secret)) FROM kpi_day", `there is no table "secret"`},
		{"SELECT 1 ORDER BY (SELECT x FROM secret)", `there is no table "secret"`},
		{"SELECT 1 LIMIT (SELECT x FROM secret)", `there is no table "secret"`},
		{"WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a", `there is no table "b"`},
		{"SELECT (WITH b AS (SELECT 1) SELECT * FROM b), (SELECT * FROM b)", `there is no table "b"`},
		{"SELECT count(*) FILTER (WHERE getenv('x') = '') FROM mention", `"getenv" is not allowed`},
		{"SELECT * REPLACE (getenv('x') AS id) FROM mention", `"getenv" is not allowed`},
		{"SELECT * FROM mention JOIN kpi_day ON getenv('x') = ''", `"getenv" is not allowed`},
		{"SELECT DISTINCT ON (getenv('x')) 1 FROM mention", `"getenv" is not allowed`},
		{"SELECT 1 GROUP BY getenv('x')", `"getenv" is not allowed`},
		{"FROM range((SELECT x FROM secret))", `there is no table "secret"`},
		{"VALUES (getenv('x'))", `"getenv" is not allowed`},
		{"SELECT lag(getenv('x')) OVER () FROM mention", `"getenv" is not allowed`},
		{"SELECT sum(1 ORDER BY getenv('x')) FROM mention", `"getenv" is not allowed`},
		{"SELECT string_agg(text, ',') OVER () FROM mention", "string_agg is not allowed"},
		{"SELECT 'a' || 'b'", "|| is not allowed"},
		{"SELECT CAST(1 AS JSON)", "a cast to JSON is not allowed"},
		{"WITH RECURSIVE a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a", "WITH RECURSIVE is not allowed"},
		{"SUMMARIZE mention", "of SHOW and DESCRIBE"},
		{"SELECT $1", "parameters are not allowed"},
		{"SELECT * FROM mention AT (VERSION => 1)", "no catalog or schema"},
	} {
		_, err := g.Check(t.Context(), c.text)
		var told *store.SQLError
		switch {
		case c.fault == "" && err != nil:
			t.Errorf("%q: %v", c.text, err)
		case c.fault != "" && (!errors.As(err, &told) || !strings.Contains(told.Message, c.fault)):
			t.Errorf("%q: %v, want %q", c.text, err, c.fault)
		}
	}
}

// FuzzCheck: any text is answered; and what is allowed is allowed too where the store
// puts it, within brackets, so nothing can close them from inside.
func FuzzCheck(f *testing.F) {
	b, err := os.ReadFile("../testdata/hostile.sql")
	if err != nil {
		f.Fatal(err)
	}
	for q := range strings.SplitSeq(string(b), "\n;;\n") {
		f.Add(q)
	}
	f.Add("SELECT count(*) FROM mention m JOIN kpi_day USING (day) -- x")
	g := newGuard(f)
	f.Fuzz(func(t *testing.T, text string) {
		st, err := g.Check(t.Context(), text)
		var told *store.SQLError
		if err != nil {
			if !errors.As(err, &told) {
				t.Fatalf("%q: %v", text, err)
			}
			if told.Message == "" || told.Line < 0 || told.Line > 0 && told.Column < 1 {
				t.Fatalf("%q: %+v", text, told)
			}
			return
		}
		if st.Shape || len(text) > MaxBytes-100 {
			return
		}
		if _, err := g.Check(t.Context(), "SELECT * FROM (\n"+st.Text+"\n) AS answer LIMIT 1"); err != nil {
			for _, bound := range []string{"nested", "parts", "reads tables", "too deep", "Max expression depth", "syntax error"} {
				if strings.Contains(err.Error(), bound) {
					return // refused once more, which the store tells its reader
				}
			}
			t.Fatalf("%q is allowed alone, but in its place: %v", text, err)
		}
	})
}
