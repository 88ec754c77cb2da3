package duckdb

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// benchData makes mentions like those of a running service: 500 entities with
// Zipf-like popularity, 1.8 a mention, texts of about 100 bytes, all departments,
// 50,000 authors, three years.
type benchData struct {
	rng      *rand.Rand
	zipf     *rand.Zipf
	entities []mention.Entity
	words    []string
	end      time.Time
	n        int
}

func newBenchData(seed uint64) *benchData {
	r := rand.New(rand.NewPCG(seed, 0))
	d := &benchData{rng: r, zipf: rand.NewZipf(r, 1.1, 8, 499), end: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)}
	for i := range 500 {
		name := fmt.Sprintf("plato-%03d", i)
		d.entities = append(d.entities, mention.Entity{ID: name, Name: name, Kind: metric.Kinds[i%len(metric.Kinds)], Surface: name, Start: i % 40, End: i%40 + 9})
	}
	d.words = strings.Fields("el la de que en un plato rico pedí señor llegó frío caro porción atención demoró volvería sazón limón ají casa barrio domingo familia precio mozo carta delivery caliente fresco")
	return d
}

// at makes one mention at a time.
func (d *benchData) at(t time.Time) mention.Annotated {
	r := d.rng
	d.n++
	var m mention.Annotated
	m.Source = mention.Sources[r.IntN(4)]
	m.Channel = "channel-" + strconv.Itoa(r.IntN(6))
	m.Mention.Time = t.Truncate(time.Millisecond)
	m.Author = fmt.Sprintf("%032x", r.IntN(50_000))
	m.Rating = float32(r.IntN(6))
	m.Resolved = mention.Department(r.IntN(26))
	m.Lang, m.Language, m.Model, m.Run = "es", "es", "antojo-es-1", "run-1"
	m.Relevant = r.IntN(10) > 0
	m.Scored = true
	m.Relevance = r.Float32()
	m.Sentiment = mention.Sentiment(r.IntN(3) - 1)
	m.Sentiments = [3]float32{r.Float32(), r.Float32(), r.Float32()}
	m.Intent, m.IntentP = mention.Intent(r.IntN(5)), r.Float32()
	for a := range m.Aspects {
		if r.IntN(5) == 0 {
			m.Aspects[a] = mention.AspectLabel(r.IntN(3) + 1)
		}
		m.AspectP[a] = r.Float32()
	}
	var text strings.Builder
	for range 17 {
		text.WriteString(d.words[r.IntN(len(d.words))])
		text.WriteByte(' ')
	}
	m.Text = text.String()
	for k := []int{0, 1, 1, 2, 2, 2, 3, 3, 4}[r.IntN(9)]; k > 0; k-- {
		m.Entities = append(m.Entities, d.entities[d.zipf.Uint64()])
	}
	m.ID = mention.ContentID(&m.Mention, strconv.Itoa(d.n))
	return m
}

// history makes n mentions spread over three years, in no order.
func (d *benchData) history(n int) []mention.Annotated {
	out := make([]mention.Annotated, n)
	for i := range out {
		out[i] = d.at(d.end.Add(-time.Duration(d.rng.Int64N(3 * 365 * 86400 * int64(time.Second)))))
	}
	return out
}

// live makes n mentions of one minute.
func (d *benchData) live(n int) []mention.Annotated {
	out := make([]mention.Annotated, n)
	for i := range out {
		out[i] = d.at(d.end.Add(time.Duration(d.n) * time.Millisecond))
	}
	return out
}

func benchStore(b *testing.B, path string) *Store {
	b.Helper()
	s, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// BenchmarkLoad measures durable loads with de-duplication, roll-ups and offset:
// mentions/s in batches of some size, of live mentions and of history spread over
// 1,000 days, one in 20 a repeat. An iteration loads as many mentions as start a
// roll-up of the tail, so each has one in it. 500 is an envelope alone, 10,000 what
// the worker loads at once when the log has a backlog.
func BenchmarkLoad(b *testing.B) {
	for _, kind := range []string{"live", "history"} {
		for _, size := range []int{500, 5000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", kind, size), func(b *testing.B) {
				ctx := b.Context()
				s := benchStore(b, filepath.Join(b.TempDir(), "s.duckdb"))
				d := newBenchData(1)
				make, most := d.live, s.maxTail
				if kind == "history" {
					make, most = d.history, sparseTails*s.maxTail
				}
				seq, rows, fresh := uint64(0), 0, 0
				var old []mention.Annotated
				for b.Loop() {
					b.StopTimer()
					var batches [][]mention.Annotated
					for n := 0; n < most+most/10; n += size {
						batch := make(size)
						copy(batch, old[:min(len(old), size/20)])
						old = batch
						batches = append(batches, batch)
					}
					b.StartTimer()
					for _, batch := range batches {
						seq++
						done, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: seq, Mentions: batch})
						if err != nil {
							b.Fatal(err)
						}
						rows += len(batch)
						fresh += done.Accepted
					}
				}
				var rolled int32
				if err := s.db.QueryRowContext(ctx, "SELECT upto FROM rolled").Scan(&rolled); err != nil {
					b.Fatal(err)
				}
				if rolled == 0 {
					b.Error("no roll-up was in the measurement")
				}
				b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "mentions/s")
				b.ReportMetric(100*float64(fresh)/float64(rows), "%new")
				start := time.Now()
				if err := s.Compact(ctx); err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(rows)/(b.Elapsed()+time.Since(start)).Seconds(), "compacted/s")
			})
		}
	}
}

// benchRows is the size of the store that pages are asked of; the environment
// variable ANTOJO_BENCH_ROWS changes it.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("ANTOJO_BENCH_ROWS")); err == nil && n > 0 {
		return n
	}
	return 1_000_000
}

// BenchmarkPages measures the questions of the pages at a million mentions while
// 500 mentions/s come in: p50 and p95 of each in milliseconds.
func BenchmarkPages(b *testing.B) {
	ctx := context.Background()
	s := benchStore(b, filepath.Join(b.TempDir(), "s.duckdb"))
	d := newBenchData(2)
	n := benchRows()
	began := time.Now()
	for seq := 0; seq < n; seq += 10_000 {
		if _, err := s.Load(ctx, mention.Batch{Mentions: d.history(10_000)}); err != nil {
			b.Fatal(err)
		}
	}
	loaded := time.Now()
	if err := s.Compact(ctx); err != nil {
		b.Fatal(err)
	}
	st, err := s.Stats(ctx)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d mentions made and loaded in %v, compacted in %v; %+v", n, loaded.Sub(began).Round(time.Millisecond), time.Since(loaded).Round(time.Millisecond), st)

	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				if _, err := s.Load(ctx, mention.Batch{Mentions: d.live(500)}); err != nil {
					b.Errorf("load: %v", err)
					return
				}
			}
		}
	})
	defer func() { close(stop); wg.Wait() }()

	query := func(text string) func() error {
		var q metric.Query
		if err := q.UnmarshalText([]byte(text)); err != nil {
			b.Fatal(err)
		}
		return func() error {
			_, err := s.Query(ctx, q)
			return err
		}
	}
	list := func(text string) func() error {
		var q metric.Query
		if err := q.UnmarshalText([]byte(text + "&measures=mentions")); err != nil {
			b.Fatal(err)
		}
		return func() error {
			_, _, err := s.Mentions(ctx, q.Filter, store.Page{Limit: 50})
			return err
		}
	}
	for _, p := range []struct {
		name string
		ask  func() error
	}{
		{"tiles", query("measures=mentions,net_sentiment,craving_rate,mean_rating&window=28d")},
		{"tiles-all-time", query("measures=mentions,net_sentiment,craving_rate,mean_rating")},
		{"authors-28d", query("measures=authors&window=28d")},
		{"authors-all-time", query("measures=authors")},
		{"weeks-by-sentiment", query("measures=mentions&by=week,sentiment&window=1y")},
		{"map", query("measures=mentions,net_sentiment&by=department&window=28d")},
		{"aspects", query("measures=mentions,aspect_net&by=aspect&window=28d")},
		{"ranking", query("measures=mentions,net_sentiment,sov&by=entity&kind=dish&window=28d&limit=50")},
		{"trend-entity-source", query("measures=mentions&by=entity,source&window=28d&limit=10000")},
		{"trend-entity-day-90", query("measures=mentions&by=entity,day&window=90d&limit=100000")},
		{"entity-weeks", query("measures=mentions,positive_share&by=week,sentiment&entity=plato-005&window=1y")},
		{"entity-weeks-rollup", query("measures=mentions,positive_share&by=week&entity=plato-005&window=1y")},
		{"entity-map", query("measures=mentions,net_sentiment&by=department&entity=plato-005")},
		{"entity-aspects", query("measures=mentions,aspect_net&by=aspect&entity=plato-005")},
		{"kinds-all-time", query("measures=mentions&by=kind")},
		{"co-mentions", func() error { _, err := s.CoMentions(ctx, "plato-005", metric.Filter{}, 20); return err }},
		{"newest", list("")},
		{"newest-of-entity", list("entity=plato-400")},
		{"search-common", list("q=señor")},
		{"search-nothing", list("q=inexistente")},
		{"filtered-raw-1y", query("measures=mentions,net_sentiment&by=week&channel=channel-1&intent=crave&window=1y")},
	} {
		b.Run(p.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				t := time.Now()
				if err := p.ask(); err != nil {
					b.Fatal(err)
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

// BenchmarkParquet measures the bulk load of an export of 200,000 mentions, the size
// of the demo set.
func BenchmarkParquet(b *testing.B) {
	ctx := context.Background()
	dir := b.TempDir()
	s := benchStore(b, filepath.Join(dir, "s.duckdb"))
	d := newBenchData(3)
	const n = 200_000
	for range n / 10_000 {
		if _, err := s.Load(ctx, mention.Batch{Mentions: d.history(10_000)}); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(dir, "x.parquet")
	if _, err := s.ExportParquet(ctx, path, metric.Filter{AllTopics: true}); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		i++
		t := benchStore(b, filepath.Join(dir, fmt.Sprintf("t%d.duckdb", i)))
		if got, err := t.LoadParquet(ctx, path); err != nil || got.Accepted != n {
			b.Fatalf("%+v, %v", got, err)
		}
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
	b.ReportMetric(float64(i)*n/b.Elapsed().Seconds(), "mentions/s")
}
