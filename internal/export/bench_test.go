package export_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"antojo/assets"
	"antojo/internal/export"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
)

// benchMentions makes n mentions over a year: texts of about 100 bytes, one or two
// entities each, all departments.
func benchMentions(r *rand.Rand, from, n int) []mention.Annotated {
	words := strings.Fields("el la de que en un plato rico pedí señor llegó frío caro porción atención demoró volvería sazón limón ají casa barrio domingo familia precio mozo carta delivery caliente fresco")
	end := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	out := make([]mention.Annotated, n)
	for i := range out {
		m := &out[i]
		m.Source, m.Channel = mention.Sources[r.IntN(4)], "canal-"+strconv.Itoa(r.IntN(6))
		m.Time = end.Add(-time.Duration(r.Int64N(365*86400)) * time.Second)
		m.Author = fmt.Sprintf("%032x", r.IntN(50_000))
		m.Rating, m.Resolved, m.District = float32(r.IntN(6)), mention.Department(r.IntN(26)), "Miraflores"
		m.Lang, m.Language, m.Model, m.Run = "es", "es", "antojo-es-1", "run-1"
		m.Scored, m.Relevant, m.Relevance = true, r.IntN(10) > 0, r.Float32()
		m.Sentiment, m.Sentiments = mention.Sentiment(r.IntN(3)-1), [3]float32{r.Float32(), r.Float32(), r.Float32()}
		m.Intent, m.IntentP = mention.Intent(r.IntN(5)), r.Float32()
		for a := range m.Aspects {
			if r.IntN(5) == 0 {
				m.Aspects[a] = mention.AspectLabel(r.IntN(3) + 1)
			}
		}
		var text strings.Builder
		for range 17 {
			text.WriteString(words[r.IntN(len(words))])
			text.WriteByte(' ')
		}
		m.Text = text.String()
		for range r.IntN(3) {
			name := fmt.Sprintf("plato-%03d", r.IntN(500))
			m.Entities = append(m.Entities, mention.Entity{ID: name, Name: name, Kind: "dish", Surface: name, Start: 3, End: 12})
		}
		m.ID = mention.ContentID(&m.Mention, strconv.Itoa(from+i))
	}
	return out
}

// BenchmarkMentions writes the mentions of a store, which it makes itself, as CSV:
// rows a second of the clock and of the processors, and how much more memory the
// process has at its peak. ANTOJO_BENCH_ROWS says how many (200,000 without); the
// figure asked for is 1 M rows in under 10 s with under 200 MB. ANTOJO_EXPORT_STORE
// names another store, of which it takes a copy.
func BenchmarkMentions(b *testing.B) {
	path := filepath.Join(b.TempDir(), "s.duckdb")
	if from := os.Getenv("ANTOJO_EXPORT_STORE"); from != "" {
		data, err := os.ReadFile(from)
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	st, err := duckdb.Open(b.Context(), duckdb.Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	cov, err := st.Coverage(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if cov.Mentions == 0 {
		n := 200_000
		if v, err := strconv.Atoi(os.Getenv("ANTOJO_BENCH_ROWS")); err == nil && v > 0 {
			n = v
		}
		r := rand.New(rand.NewPCG(1, 0))
		for at := 0; at < n; at += 10_000 {
			if _, err := st.Load(b.Context(), mention.Batch{Mentions: benchMentions(r, at, min(10_000, n-at))}); err != nil {
				b.Fatal(err)
			}
		}
		// What loading left in memory is not the export's.
		if err := st.Close(); err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		if st, err = duckdb.Open(b.Context(), duckdb.Options{Path: path}); err != nil {
			b.Fatal(err)
		}
	}
	defer st.Close()
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		b.Fatal(err)
	}
	src := &export.Source{Data: st, Catalog: cat, Name: names{}.EntityName}
	var peak atomic.Int64
	before := resident()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-stop:
				tick.Stop()
				return
			case <-tick.C:
				peak.Store(max(peak.Load(), resident()))
			}
		}
	}()
	var rows int64
	var cpu time.Duration
	for b.Loop() {
		began := processor()
		t, err := src.Mentions(b.Context(), metric.Filter{AllTopics: true}, 0, "es")
		if err != nil {
			b.Fatal(err)
		}
		n, err := export.Write(io.Discard, t, export.Options{})
		if err != nil {
			b.Fatal(err)
		}
		rows += n
		cpu += processor() - began
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(rows)/cpu.Seconds(), "rows/cpu-s")
	b.ReportMetric(float64(peak.Load()-before)/1e6, "MB-more")
}

// resident is the memory of this process in bytes, 0 where the system does not say.
func resident() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b))
	if len(f) < 2 {
		return 0
	}
	n, _ := strconv.ParseInt(f[1], 10, 64) // 0 where it is no number
	return n * int64(os.Getpagesize())
}

// processor is the time of the processors that this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
