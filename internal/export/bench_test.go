package export_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"antojo/assets"
	"antojo/internal/export"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
)

// BenchmarkMentions writes all mentions of the store that $ANTOJO_EXPORT_STORE names
// (a DuckDB file, of which it takes a copy). The figure asked for is 1 M rows to CSV
// in under 10 s.
func BenchmarkMentions(b *testing.B) {
	from := os.Getenv("ANTOJO_EXPORT_STORE")
	if from == "" {
		b.Skip("ANTOJO_EXPORT_STORE does not name a store")
	}
	data, err := os.ReadFile(from)
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "s.duckdb")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	data = nil
	st, err := duckdb.Open(b.Context(), duckdb.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		b.Fatal(err)
	}
	src := &export.Source{Data: st, Catalog: cat, Name: names{}.EntityName}
	for b.Loop() {
		t, err := src.Mentions(b.Context(), metric.Filter{AllTopics: true}, 0, "es")
		if err != nil {
			b.Fatal(err)
		}
		n, err := export.Write(io.Discard, t, export.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
}
