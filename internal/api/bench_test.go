package api_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// benchServer is a server over the data dir ANTOJO_BENCH_DATA (made by antojo demo,
// say), or else over the few weeks that the tests have.
func benchServer(b *testing.B) *server {
	b.Helper()
	dir := os.Getenv("ANTOJO_BENCH_DATA")
	if dir == "" {
		return serve(b)
	}
	url, stop, err := start("serve", "--data", dir, "--api-rate", "0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := stop(); err != nil {
			b.Error(err)
		}
	})
	return &server{url: url, data: dir}
}

// questions are what a dashboard and its reader ask.
func questions() (out []string) {
	q := func(s string) { out = append(out, "/api/v1/query?"+s) }
	for _, w := range []string{"28d", "12w"} {
		q("measures=mentions,net_sentiment&window=" + w)
		q("measures=mentions,net_sentiment&by=entity&kind=dish&order=-mentions&limit=10&window=" + w)
		q("measures=mentions&by=day&window=" + w)
		q("measures=mentions,positive_share,negative_share&by=week&window=" + w)
		q("measures=mentions,net_sentiment&by=department&window=" + w)
		q("measures=mentions&by=week,source&window=" + w)
		q("measures=aspect_net&by=aspect&window=" + w)
		q("measures=mentions,sov&by=entity&kind=drink&order=-sov&limit=10&window=" + w)
		q("measures=mentions&by=week&entity=ceviche&window=" + w)
		q("measures=craving_rate&by=entity&kind=dish&order=-craving_rate&limit=10&window=" + w)
		out = append(out, "/api/v1/trends?limit=50&window="+w, "/api/v1/trends/ceviche?window="+w, "/api/v1/entities/ceviche?window="+w,
			"/api/v1/entities/pollo-a-la-brasa/series?grain=week&window="+w, "/api/v1/mentions?entity=ceviche&limit=20&window="+w)
	}
	return append(out, "/api/v1/mentions?limit=50", "/api/v1/entities?q=ceviche", "/api/v1/sources", "/api/v1/health", "/api/v1/runs", "/api/v1/models")
}

// fetch asks once and reads the answer.
func fetch(c *http.Client, url string) (time.Duration, error) {
	begin := time.Now()
	res, err := c.Get(url)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: %s", url, res.Status)
	}
	return time.Since(begin), nil
}

func pooled() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
}

func report(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	for _, p := range []int{50, 95, 99} {
		b.ReportMetric(float64(took[min(len(took)*p/100, len(took)-1)].Microseconds())/1e3, fmt.Sprintf("p%d-ms", p))
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkQuery is the time of one question over HTTP, one after the other; a new
// question each time, so that nothing is remembered ("first"), or the same ("again").
func BenchmarkQuery(b *testing.B) {
	s := benchServer(b)
	c := pooled()
	queries := slices.DeleteFunc(questions(), func(q string) bool { return !strings.HasPrefix(q, "/api/v1/query") })
	for _, name := range []string{"first", "again"} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			i := 0
			for b.Loop() {
				u := s.url + queries[i%len(queries)]
				if i++; name == "first" { // another last day
					u += fmt.Sprintf("&to=%s", time.Date(2026, 11, 15, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -(i/len(queries))%600).Format(time.DateOnly))
				}
				d, err := fetch(c, u)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, d)
			}
			report(b, took)
		})
	}
}

// BenchmarkMixedReads sends 500 requests a second, whether or not the ones before are
// answered, and reports how long they take: one iteration is one second. The asker
// shares the processors with the server.
func BenchmarkMixedReads(b *testing.B) {
	const perSecond = 500
	s := benchServer(b)
	c := pooled()
	all := questions()
	for _, q := range all { // as after the first minute of a dashboard
		if _, err := fetch(c, s.url+q); err != nil {
			b.Fatal(err)
		}
	}
	var mu sync.Mutex
	var took []time.Duration
	failed := 0
	var wg sync.WaitGroup
	i := 0
	for b.Loop() {
		begin := time.Now()
		for k := range perSecond {
			time.Sleep(time.Until(begin.Add(time.Duration(k) * time.Second / perSecond)))
			u := s.url + all[i%len(all)]
			i++
			due := time.Now()
			wg.Go(func() {
				_, err := fetch(c, u)
				d := time.Since(due)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					failed++
					return
				}
				took = append(took, d)
			})
		}
		time.Sleep(time.Until(begin.Add(time.Second)))
	}
	wg.Wait()
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(failed), "errors")
	report(b, took)
}
