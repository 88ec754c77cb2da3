package duckdb

import (
	"context"
	"fmt"
	"net/url"
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
// million as a service would load them, the rest copies of these at other seconds of
// their days, made by the engine, which is what makes tens of millions possible.
func manyMentions(b *testing.B, path string, n int) {
	b.Helper()
	ctx := context.Background()
	s := benchStore(b, path)
	const base = 100_000
	d := newBenchData(5)
	for range base / 10_000 {
		if _, err := s.Load(ctx, mention.Batch{Mentions: d.history(10_000)}); err != nil {
			b.Fatal(err)
		}
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
			switch c {
			case "id", "mention_id":
				c = "CAST(md5(CAST(" + c + " AS VARCHAR) || '%[1]d') AS UUID)"
			case "ts":
				c = "date_trunc('hour', ts) + to_seconds((epoch(ts) + %[1]d * 7919) %% 3600)"
			}
			out = append(out, c)
		}
		return strings.Join(out, ", ")
	}
	for _, table := range []string{"mentions", "mention_entities"} {
		cols := columns(table)
		for _, q := range []string{"CREATE TEMP TABLE base AS SELECT * FROM main." + table} {
			if _, err := s.w.exec(ctx, q); err != nil {
				b.Fatal(err)
			}
		}
		for k := 1; k < n/base; k++ {
			if _, err := s.w.exec(ctx, fmt.Sprintf("INSERT INTO main."+table+" SELECT "+cols+" FROM temp.base", k)); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := s.w.exec(ctx, "DROP TABLE temp.base"); err != nil {
			b.Fatal(err)
		}
	}
	err := s.write(ctx, func(w *writer) error {
		if err := rebuild(ctx, w, "1 = 1"); err != nil {
			return err
		}
		_, err := w.exec(ctx, fmt.Sprintf("UPDATE rolled SET upto = %d", s.lastLoad.Load()))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkDashboard measures 20 questions of the dashboards as a server answers them,
// its newest mentions in memory: p50 and p95 of each in milliseconds. Asked for are
// 25 ms at 10 M mentions and 50 ms at 50 M; ANTOJO_BENCH_ROWS says how many (a million
// without). 10 M need about 2 GB of disk.
func BenchmarkDashboard(b *testing.B) {
	path := filepath.Join(b.TempDir(), "s.duckdb")
	began := time.Now()
	manyMentions(b, path, benchRows())
	made := time.Since(began)
	s := benchStore(b, path)
	if err := s.Warm(DefaultWarm); err != nil {
		b.Fatal(err)
	}
	<-s.Warmed()
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
