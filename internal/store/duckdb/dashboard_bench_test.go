package duckdb

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// dashboardQueries are what the pages and the Grafana dashboards ask most.
var dashboardQueries = []struct{ name, query string }{
	{"tiles-28d", "measures=mentions,net_sentiment,craving_rate,mean_rating&window=28d"},
	{"tiles-90d", "measures=mentions,net_sentiment,craving_rate,mean_rating&window=90d"},
	{"tiles-all", "measures=mentions,net_sentiment,craving_rate,mean_rating"},
	{"days-90d", "measures=mentions&by=day&window=90d"},
	{"weeks-sentiment-1y", "measures=mentions&by=week,sentiment&window=1y"},
	{"months-all", "measures=mentions,net_sentiment&by=month"},
	{"sources-90d", "measures=mentions,net_sentiment&by=source&window=90d"},
	{"source-days-28d", "measures=mentions&by=day,source&window=28d"},
	{"departments-28d", "measures=mentions,net_sentiment&by=department&window=28d"},
	{"departments-days-90d", "measures=net_sentiment&by=day,department&window=90d"},
	{"aspects-28d", "measures=mentions,aspect_net&by=aspect&window=28d"},
	{"ranking-28d", "measures=mentions,net_sentiment,sov&by=entity&kind=dish&window=28d&limit=50"},
	{"ranking-department-90d", "measures=mentions&by=entity&department=15&window=90d&limit=50"},
	{"kinds-all", "measures=mentions&by=kind"},
	{"entity-tiles-28d", "measures=mentions,net_sentiment&entity=plato-005&window=28d"},
	{"entity-weeks-1y", "measures=mentions,positive_share&by=week&entity=plato-005&window=1y"},
	{"entity-days-90d", "measures=mentions,net_sentiment&by=day&entity=plato-005&window=90d"},
	{"entity-departments-1y", "measures=mentions,net_sentiment&by=department&entity=plato-005&window=1y"},
	{"entity-aspects-1y", "measures=mentions,aspect_net&by=aspect&entity=plato-005&window=1y"},
	{"entities-weeks-1y", "measures=mentions&by=week,entity&entity=plato-001&entity=plato-002&entity=plato-003&window=1y"},
}

// manyMentions fills a new store with about n mentions over three years: a tenth of a
// million as a service would load them, the rest copies of these made by the engine,
// which is what makes tens of millions possible. Each copy lies on another day, second
// and department, so that the roll-ups have about as many rows as n mentions of their
// own would give them; of its text it has some words, to save disk.
func manyMentions(b *testing.B, path string, n int) {
	b.Helper()
	ctx := context.Background()
	s, err := Open(ctx, Options{Path: path, MemoryLimit: "3GB"})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const base = 100_000
	d := newBenchData(5)
	for range base / 10_000 {
		if _, err := s.Load(ctx, mention.Batch{Mentions: d.history(10_000)}); err != nil {
			b.Fatal(err)
		}
	}
	var first, days int32
	if err := s.db.QueryRowContext(ctx, "SELECT min(day), max(day) - min(day) + 1 FROM mentions").Scan(&first, &days); err != nil {
		b.Fatal(err)
	}
	exec := func(q string) {
		b.Helper()
		if _, err := s.w.exec(ctx, q); err != nil {
			b.Fatal(err)
		}
	}
	day := fmt.Sprintf("(%d + (day - %d + %%[1]d * 389) %%%% %d)", first, first, days)
	changed := map[string]string{
		"day":        "CAST(" + day + " AS INTEGER)",
		"month":      "CAST(epoch(date_trunc('month', DATE '1970-01-01' + CAST(" + day + " AS INTEGER))) / 86400 AS INTEGER)",
		"ts":         "date_trunc('hour', ts) + to_seconds((epoch(ts) + %[1]d * 7919) %% 3600) + to_days(CAST(" + day + " - day AS INTEGER))",
		"department": "CAST((CAST(department AS INTEGER) + %[1]d) %% 26 AS UTINYINT)",
		"id":         "CAST(md5(CAST(id AS VARCHAR) || '%[1]d') AS UUID)",
		"mention_id": "CAST(md5(CAST(mention_id AS VARCHAR) || '%[1]d') AS UUID)",
		"text":       "left(text, 24)",
		"folded":     "left(folded, 24)",
	}
	columns := func(table string) string {
		rows, err := s.db.QueryContext(ctx, "SELECT column_name FROM (DESCRIBE "+table+")")
		if err != nil {
			b.Fatal(err)
		}
		defer rows.Close()
		var out []string
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				b.Fatal(err)
			}
			out = append(out, cmp.Or(changed[c], c))
		}
		return strings.Join(out, ", ")
	}
	// Several copies to a statement, so that whole row groups go straight into the file
	// and not through its log; UNION ALL keeps the order, in which mentions and their
	// entities must agree.
	const together = 10
	for _, table := range []string{"mentions", "mention_entities"} {
		cols, began := columns(table), time.Now()
		exec("CREATE TEMP TABLE base AS SELECT * FROM main." + table)
		for k := 1; k < n/base; k += together {
			var copies []string
			for k := k; k < min(k+together, n/base); k++ {
				copies = append(copies, fmt.Sprintf("SELECT "+cols+" FROM temp.base", k))
			}
			exec("INSERT INTO main." + table + " " + strings.Join(copies, " UNION ALL "))
		}
		exec("DROP TABLE temp.base")
		b.Logf("%s copied in %v", table, time.Since(began).Round(time.Second))
	}
	err = s.write(ctx, func(w *writer) error {
		if err := rebuild(ctx, w, "1 = 1"); err != nil {
			return err
		}
		_, err := w.exec(ctx, fmt.Sprintf("UPDATE rolled SET upto = %d", s.lastLoad.Load()))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDashboard measures 20 questions of the dashboards as a server answers them,
// its newest mentions in memory: p50 and p95 of each in milliseconds. Asked for are
// 25 ms at 10 M mentions and 50 ms at 50 M; ANTOJO_BENCH_ROWS says how many (a million
// without). ANTOJO_BENCH_STORE is a file to keep the store in for another run.
func BenchmarkDashboard(b *testing.B) {
	path := cmp.Or(os.Getenv("ANTOJO_BENCH_STORE"), filepath.Join(b.TempDir(), "s.duckdb"))
	began := time.Now()
	if _, err := os.Stat(path); err != nil {
		manyMentions(b, path, benchRows())
	}
	made := time.Since(began)
	s := benchStore(b, path)
	if err := s.Warm(DefaultWarm); err != nil {
		b.Fatal(err)
	}
	<-s.Warmed()
	if err := s.Compact(b.Context()); err != nil {
		b.Fatal(err)
	}
	// What came in since the roll-ups were made, as in a server that is loading.
	d := newBenchData(6)
	for range 5 {
		batch := d.live(10_000)
		for i := range batch {
			batch[i].ID = mention.ContentID(&batch[i].Mention, fmt.Sprint(time.Now().UnixNano(), i)) // also beside those of an earlier run
		}
		if _, err := s.Load(b.Context(), mention.Batch{Mentions: batch}); err != nil {
			b.Fatal(err)
		}
	}
	st, err := s.Stats(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("made in %v, opened and warm after %v; %+v", made.Round(time.Second), (time.Since(began) - made).Round(time.Second), st)
	for _, d := range dashboardQueries {
		v, err := url.ParseQuery(d.query)
		if err != nil {
			b.Fatal(err)
		}
		q, err := metric.ParseQuery(v)
		if err != nil {
			b.Fatalf("%s: %v", d.name, err)
		}
		b.Run(d.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				t := time.Now()
				res, err := s.Query(b.Context(), q)
				if err != nil || len(res.Rows) == 0 {
					b.Fatalf("%d rows, %v", len(res.Rows), err)
				}
				took = append(took, time.Since(t))
			}
			slices.Sort(took)
			ms := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000 }
			b.ReportMetric(ms(0.5), "p50-ms")
			b.ReportMetric(ms(0.95), "p95-ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}
