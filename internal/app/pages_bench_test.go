package app_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"antojo/internal/app"
	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/store/duckdb"
	"antojo/internal/web"
)

// benchMentions is how many mentions the pages are measured on; ANTOJO_BENCH_MENTIONS changes it.
const benchMentions = 1_000_000

func manyMentions(b *testing.B) int {
	b.Helper()
	v := os.Getenv("ANTOJO_BENCH_MENTIONS")
	if v == "" {
		return benchMentions
	}
	n, err := strconv.Atoi(v)
	if err != nil || n <= 0 {
		b.Fatalf("ANTOJO_BENCH_MENTIONS=%q: want a number of mentions", v)
	}
	return n
}

// annotatedDemo turns a row of the generator into what the flow would make of it
// if the models were right, so that a large store can be built without them.
func annotatedDemo(lx *lexicon.Lexicon, r mention.Raw, t demo.Truth, id string) mention.Annotated {
	var a mention.Annotated
	a.Source, a.Channel, a.Time, a.Author, a.Rating = r.Source, r.Channel, r.Time, r.Author, r.Rating
	a.Place, a.Department, a.District, a.Text, a.Synthetic, a.Run = r.Place, r.Department, r.District, r.Text, true, "bench"
	a.Language, a.Scored, a.Relevant, a.Relevance = t.Language, t.Language == "es", t.Food, .9
	a.Sentiment, a.Sentiments, a.Intent, a.IntentP, a.Aspects = t.Sentiment, [3]float32{.1, .1, .8}, t.Intent, .8, t.Aspects
	a.Resolved, a.Model = t.Department, "bench"
	for _, e := range t.Entities {
		info, ok := lx.Entity(e)
		if ok {
			a.Entities = append(a.Entities, mention.Entity{ID: e, Name: info.Name, Kind: string(info.Kind), Surface: info.Name, End: min(len(info.Name), len(r.Text))})
		}
	}
	a.ID = mention.ContentID(&a.Mention, id)
	return a
}

// bigStore is a store of n mentions of the demo plan, kept between runs in the
// folder ANTOJO_BENCH_DIR if that is set.
func bigStore(b *testing.B, lx *lexicon.Lexicon, n int) *duckdb.Store {
	b.Helper()
	dir := os.Getenv("ANTOJO_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	s, err := duckdb.Open(b.Context(), duckdb.Options{Path: filepath.Join(dir, fmt.Sprintf("pages-%d.duckdb", n))})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if cov, err := s.Coverage(b.Context()); err != nil {
		b.Fatal(err)
	} else if cov.Mentions >= int64(n) {
		return s
	}
	p, err := demo.Load()
	if err != nil {
		b.Fatal(err)
	}
	var batch []mention.Annotated
	seq, made := uint64(0), 0
	load := func() {
		seq++
		if _, err := s.Load(b.Context(), mention.Batch{Stream: "bench", Seq: seq, Mentions: batch}); err != nil {
			b.Fatal(err)
		}
		batch = batch[:0]
	}
	for round := 0; made < n; round++ {
		p.Seed = uint64(1000 + round)
		err := demo.GenerateLabelled(p, func(r mention.Raw, t demo.Truth) error {
			if made >= n {
				return nil
			}
			batch = append(batch, annotatedDemo(lx, r, t, fmt.Sprintf("%d-%s", round, r.External)))
			if made++; len(batch) == 20_000 {
				load()
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	if len(batch) > 0 {
		load()
	}
	if err := s.Compact(b.Context()); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkPages measures the server time of each page over a million mentions
// while 500 mentions a second are loaded: p50 and p95 in milliseconds, and the
// size of the first load in kB as it goes over the wire (gzip). "again" asks for
// the same page as others did in the last seconds, as a dashboard in use does;
// "first" asks for days that nobody has looked at, so that nothing is remembered;
// the browser asks again for what a page says is on its way, as its script does, and
// whole-p95-ms is when it has all. "whole" is the same by a browser without scripts,
// which gets no page in two steps.
func BenchmarkPages(b *testing.B) {
	lx, err := lexicon.Load()
	if err != nil {
		b.Fatal(err)
	}
	s := bigStore(b, lx, manyMentions(b))
	// As serve does: the newest mentions in memory (all of them, as on a machine of 16 GB up
	// to 19 million), roll-up rows merged now and then.
	begun, before := time.Now(), heap()
	if err := s.Warm(max(duckdb.DefaultWarm, manyMentions(b)/5*6)); err != nil {
		b.Fatal(err)
	}
	<-s.Warmed()
	b.Logf("mentions were in memory after %.1f s and take %.0f MB", time.Since(begun).Seconds(), (heap()-before)/1e6)
	data, err := app.Correct(s, "")
	if err != nil {
		b.Fatal(err)
	}
	pages, err := web.New(web.Options{Data: data, Runs: s, Lexicon: lx})
	if err != nil {
		b.Fatal(err)
	}
	defer pages.Close()

	ctx, stop := context.WithCancel(b.Context())
	var ingest sync.WaitGroup
	loaded := 0
	ingest.Go(func() { loaded = loadSteadily(ctx, b, s, lx, 500) })
	ingest.Go(func() {
		for tick := time.Tick(app.CompactEvery); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick:
				if err := s.Compact(ctx); err != nil && ctx.Err() == nil {
					b.Error(err)
				}
			}
		}
	})
	defer func() {
		stop()
		ingest.Wait()
		b.Logf("%d mentions were loaded meanwhile", loaded)
	}()

	for _, path := range []string{"/", "/tendencias", "/tendencias?kind=dish&window=12w", "/preferencias", "/preferencias?window=365d", "/entidad/ceviche", "/entidad/pollo-a-la-brasa?department=15",
		"/menciones", "/menciones?entity=ceviche&sentiment=neg", "/menciones?q=limon", "/menciones?q=zzzzinexistente", "/fuentes", "/acerca"} {
		for _, how := range []string{"again", "first", "whole"} {
			b.Run(how+path, func(b *testing.B) {
				var times, whole []time.Duration
				size := 0
				cpu := cpuTime()
				for i := 0; b.Loop(); i++ {
					start := time.Now()
					body := askPage(b, pages, address(how, path, i), how != "whole")
					times = append(times, time.Since(start))
					size = len(body)
					for try := 1; how == "first" && strings.Contains(unzip(b, body), "data-coming"); try++ {
						if try > 15 {
							b.Fatalf("%s is never whole", address(how, path, i))
						}
						time.Sleep(min(3*time.Second, time.Duration(try)*300*time.Millisecond))
						body = askPage(b, pages, address(how, path, i), true)
					}
					whole = append(whole, time.Since(start))
				}
				at := func(times []time.Duration, q float64) float64 {
					slices.Sort(times)
					return float64(times[int(q*float64(len(times)-1))]) / 1e6
				}
				b.ReportMetric(at(times, .5), "p50-ms")
				b.ReportMetric(at(times, .95), "p95-ms")
				if how == "first" {
					b.ReportMetric(at(whole, .95), "whole-p95-ms")
				}
				b.ReportMetric(float64(size)/1e3, "kB-gzip")
				// Of the whole process, the loading included: what does not depend on how
				// busy the machine is with other work.
				b.ReportMetric((cpuTime()-cpu).Seconds()*1e3/float64(len(times)), "cpu-ms")
			})
		}
	}
}

// askPage returns a page as it goes over the wire, to a browser that runs scripts or not.
func askPage(b *testing.B, pages http.Handler, address string, scripts bool) []byte {
	req := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://localhost"+address, nil)
	req.Header.Set("Accept-Encoding", "gzip")
	if scripts {
		req.AddCookie(&http.Cookie{Name: "scripts", Value: "1"})
	}
	rec := httptest.NewRecorder()
	pages.ServeHTTP(rec, req)
	if rec.Code != http.StatusOK {
		b.Fatalf("status %d: %.300s", rec.Code, rec.Body)
	}
	return rec.Body.Bytes()
}

func unzip(b *testing.B, body []byte) string {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return string(body)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	return string(all)
}

// heap is the number of bytes in use by Go.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// cpuTime is the processor time that the process has used.
func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// address gives each first request another last day; pages without a window stay
// as they are.
func address(how, path string, i int) string {
	if how == "again" || path == "/fuentes" || path == "/acerca" {
		return path
	}
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	day := i % 300
	if how == "whole" { // none that "first" has asked for
		day += 300
	}
	return path + sep + "to=" + (lastDay - mention.Day(day)).String()
}

// lastDay is the last day of the demo plan, 2026-11-21.
const lastDay = mention.Day(20778)

// loadSteadily loads perSecond mentions a second in batches, as the worker does
// with a live source, and returns how many.
func loadSteadily(ctx context.Context, b *testing.B, s *duckdb.Store, lx *lexicon.Lexicon, perSecond int) int {
	cov, err := s.Coverage(ctx)
	if err != nil {
		b.Error(err)
		return 0
	}
	p, err := demo.Load()
	if err != nil {
		b.Error(err)
		return 0
	}
	seq, err := s.Offset(ctx, "live")
	if err != nil {
		b.Error(err)
		return 0
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	n := 0
	var batch []mention.Annotated
	begun := time.Now().UnixNano()
	for ctx.Err() == nil { // a month of the demo is 15 seconds
		if err := p.Days(p.End-30, p.End, func(r mention.Raw, t demo.Truth) error {
			r.Time = cov.Last.Start().Add(time.Duration(n) * time.Millisecond)
			batch = append(batch, annotatedDemo(lx, r, t, fmt.Sprintf("live-%d-%d", begun, n)))
			n++
			if len(batch) < perSecond/5 {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-tick.C:
			}
			seq++
			if _, err := s.Load(ctx, mention.Batch{Stream: "live", Seq: seq, Mentions: batch}); err != nil && ctx.Err() == nil {
				b.Error(err)
			}
			batch = batch[:0]
			return nil
		}); err != nil && ctx.Err() == nil {
			b.Error(err)
			break
		}
	}
	return n
}
