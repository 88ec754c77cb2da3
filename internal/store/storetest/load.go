package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// total counts all mentions, by the roll-ups and by the pages of raw rows.
func total(t testing.TB, s Store) int64 {
	t.Helper()
	ctx := context.Background()
	res, err := s.Query(ctx, metric.Query{Measures: []string{"mentions"}, Filter: metric.Filter{AllTopics: true}})
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(len(allPages(t, s, metric.Filter{AllTopics: true}, 1000)))
	if res.Total != rows {
		t.Errorf("roll-ups count %d mentions, there are %d rows", res.Total, rows)
	}
	return rows
}

func testExactlyOnce(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	ms := NewGenerator(1).Many(400)
	batch := func(seq uint64, rows ...mention.Annotated) mention.Batch {
		return mention.Batch{Stream: "mentions", Seq: seq, Mentions: rows}
	}
	steps := []struct {
		name   string
		batch  mention.Batch
		want   mention.Loaded
		offset uint64
		total  int64
	}{
		{"first", batch(100, ms[:100]...), mention.Loaded{Accepted: 100}, 100, 100},
		{"same batch again", batch(100, ms[:100]...), mention.Loaded{}, 100, 100},
		{"older batch", batch(50, ms[300:350]...), mention.Loaded{}, 100, 100},
		{"repeats inside the batch", batch(200, slices.Concat(ms[100:150], ms[120:150])...), mention.Loaded{Accepted: 50, Duplicate: 30}, 200, 150},
		{"repeats of older batches", batch(300, slices.Concat(ms[90:110], ms[150:160])...), mention.Loaded{Accepted: 10, Duplicate: 20}, 300, 160},
		{"only repeats", batch(301, ms[:160]...), mention.Loaded{Duplicate: 160}, 301, 160},
		{"nothing in it", batch(400), mention.Loaded{}, 400, 160},
		{"another stream", mention.Batch{Stream: "other", Seq: 1, Mentions: ms[150:170]}, mention.Loaded{Accepted: 10, Duplicate: 10}, 400, 170},
		{"no stream", mention.Batch{Mentions: ms[165:180]}, mention.Loaded{Accepted: 10, Duplicate: 5}, 400, 180},
		{"no stream again", mention.Batch{Mentions: ms[165:180]}, mention.Loaded{Duplicate: 15}, 400, 180},
	}
	for _, st := range steps {
		got, err := s.Load(ctx, st.batch)
		if err != nil {
			t.Fatalf("%s: %v", st.name, err)
		}
		offset, err := s.Offset(ctx, "mentions")
		if err != nil {
			t.Fatalf("%s: %v", st.name, err)
		}
		if got != st.want || offset != st.offset || total(t, s) != st.total {
			t.Errorf("%s: got %+v, offset %d, total %d; want %+v, %d, %d", st.name, got, offset, total(t, s), st.want, st.offset, st.total)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if n, err := s.Offset(ctx, "mentions"); n != 400 || err != nil {
		t.Errorf("offset after opening again: %d, %v; want 400", n, err)
	}
	if got, err := s.Load(ctx, batch(401, ms[:200]...)); err != nil || got != (mention.Loaded{Accepted: 20, Duplicate: 180}) {
		t.Errorf("load after opening again: %+v, %v", got, err)
	}
	if n := total(t, s); n != 200 {
		t.Errorf("total %d, want 200", n)
	}
}

// testUndated: undated mentions are found again although the time of their import,
// which they carry, differs.
func testUndated(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	row := func(text string, at time.Time) mention.Annotated {
		m := mention.Annotated{}
		m.Source, m.Channel, m.Text, m.Undated, m.Mention.Time, m.Relevant = mention.Survey, "csv", text, true, at, true
		m.ID = mention.ContentID(&m.Mention, "")
		return m
	}
	monday := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	first := []mention.Annotated{row("rico", monday), row("feo", monday)}
	second := []mention.Annotated{row("rico", monday.AddDate(0, 0, 9)), row("caro", monday.AddDate(0, 0, 9))}
	second = append(second, NewGenerator(5).Many(20)...)
	for i, tt := range []struct {
		rows []mention.Annotated
		want mention.Loaded
	}{
		{first, mention.Loaded{Accepted: 2}},
		{second, mention.Loaded{Accepted: 21, Duplicate: 1}},
		{second, mention.Loaded{Duplicate: 22}},
	} {
		got, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: uint64(i + 1), Mentions: tt.rows})
		if err != nil || got != tt.want {
			t.Errorf("load %d: got %+v, %v; want %+v", i, got, err, tt.want)
		}
	}
	m, err := s.Mention(ctx, first[0].ID)
	if err != nil || !m.Mention.Time.Equal(monday) || !m.Undated {
		t.Errorf("undated mention: %+v, %v", m, err)
	}
}

// loose compares mentions as far as stores keep them: probabilities to one part
// in 250, no difference between nil and empty.
var loose = cmp.Options{cmpopts.EquateEmpty(), cmpopts.EquateApprox(0, 0.0021)}

func testRoundTrip(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	ms := NewGenerator(2).Many(200)
	odd := ms[0]
	odd.Text = "emoji 🍋‍🟩 «comillas» <script>alert('x')</script> \t ñÑ % _ \\ \x00 fin"
	odd.Place, odd.District = "O'Higgins; DROP TABLE mentions", ""
	odd.Sentiments = [3]float32{0.123456, 0, 0.876544}
	odd.Mention.Time = time.Date(2026, 2, 28, 4, 59, 59, 999_000_000, time.UTC) // still the 27th in Lima
	odd.Undated = false
	odd.ID = mention.ContentID(&odd.Mention, "odd")
	ms = append(ms, odd)
	load(t, s, "m", ms, 64)
	for _, want := range ms {
		got, err := s.Mention(ctx, want.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, loose); diff != "" {
			t.Errorf("mention %s (-want +got):\n%s", want.ID, diff)
		}
	}
	if _, err := s.Mention(ctx, mention.ID{1}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown mention: %v, want %v", err, store.ErrNotFound)
	}
	broken := NewGenerator(3).Next()
	broken.Text = "not \xff UTF-8"
	broken.Author = "\xfe"
	if _, err := s.Load(ctx, mention.Batch{Mentions: []mention.Annotated{broken}}); err != nil {
		t.Errorf("invalid UTF-8 blocks a batch: %v", err)
	}
}

// testCancelledLoad: a load that fails leaves nothing, not even for the next one.
func testCancelledLoad(t *testing.T, open Opener) {
	s := open(t, t.TempDir())
	ms := NewGenerator(4).Many(300)
	load(t, s, "m", ms[:100], 100)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: 200, Mentions: ms[100:200]}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled load: %v, want %v", err, context.Canceled)
	}
	if n, _ := s.Offset(context.Background(), "m"); n != 100 {
		t.Errorf("offset after a cancelled load: %d, want 100", n)
	}
	if n := total(t, s); n != 100 {
		t.Errorf("total after a cancelled load: %d, want 100", n)
	}
	load(t, s, "m", ms[100:], 100)
	if n := total(t, s); n != 300 {
		t.Errorf("total: %d, want 300", n)
	}
}

func testRuns(t *testing.T, open Opener) {
	ctx := context.Background()
	dir := t.TempDir()
	s := open(t, dir)
	ms := NewGenerator(6).Many(60)
	for i := range ms {
		ms[i].Run = fmt.Sprintf("r%d", i%2)
	}
	started := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	r0 := mention.Run{ID: "r0", File: "reseñas.csv", Channel: "csv", Source: mention.Review, Started: started, Status: mention.Running,
		Accepted: 999, Duplicate: 999} // not for the importer to say
	r1 := r0
	r1.ID, r1.Started = "r1", started.Add(time.Hour)
	for _, r := range []mention.Run{r0, r1} {
		if err := s.PutRun(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	load(t, s, "m", ms, 20)
	if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: 100, Mentions: ms[:10]}); err != nil {
		t.Fatal(err)
	}
	r0.Status, r0.Finished, r0.Rejected, r0.Undated, r0.Dead = mention.Done, started.Add(time.Minute), 2, 3, 1
	r0.Rejections = []mention.Rejection{{File: "reseñas.csv", Row: 7, Reason: "no text"}}
	if err := s.PutRun(ctx, r0); err != nil {
		t.Fatal(err)
	}
	r0.Accepted, r0.Duplicate = 30, 5
	r1.Accepted, r1.Duplicate = 30, 5
	check := func(when string) {
		t.Helper()
		got, err := s.Runs(ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]mention.Run{r1, r0}, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	check("runs")
	if err := s.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	check("runs after compaction")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	check("runs after opening again")
	if got, err := s.Run(ctx, "r1"); err != nil || !cmp.Equal(got, r1, cmpopts.EquateEmpty()) {
		t.Errorf("run r1: %+v, %v", got, err)
	}
	if _, err := s.Run(ctx, "r9"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown run: %v, want %v", err, store.ErrNotFound)
	}
	if got, err := s.Runs(ctx, 1); err != nil || len(got) != 1 || got[0].ID != "r1" {
		t.Errorf("latest run: %+v, %v", got, err)
	}
	if err := s.PutRun(ctx, mention.Run{}); err == nil {
		t.Error("a run without id is taken")
	}
}

// testConcurrent: queries beside loads see whole batches only, and agree with
// themselves.
func testConcurrent(t *testing.T, open Opener) {
	ctx := context.Background()
	s := open(t, t.TempDir())
	const batches, size = 20, 100
	ms := NewGenerator(8).Many(batches * size)
	for i := range ms {
		ms[i].Relevant = true
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		for i := range batches {
			if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: uint64(i + 1), Mentions: ms[i*size : (i+1)*size]}); err != nil {
				t.Errorf("load: %v", err)
			}
			if i%10 == 9 {
				if err := s.Compact(ctx); err != nil {
					t.Errorf("compact: %v", err)
				}
			}
		}
	})
	for range 3 {
		wg.Go(func() {
			before := int64(0)
			for {
				select {
				case <-done:
					return
				default:
				}
				res, err := s.Query(ctx, metric.Query{Measures: []string{"mentions"}, By: []metric.Dimension{metric.BySource}})
				if err != nil {
					t.Errorf("query: %v", err)
					return
				}
				sum := int64(0)
				for _, r := range res.Rows {
					sum += r.Values[0].N
				}
				if sum != res.Total || sum%size != 0 || sum < before {
					t.Errorf("torn read: rows add up to %d of %d, after %d", sum, res.Total, before)
					return
				}
				before = sum
				if _, _, err := s.Mentions(ctx, metric.Filter{}, store.Page{Limit: 20}); err != nil {
					t.Errorf("mentions: %v", err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := total(t, s); n != batches*size {
		t.Errorf("total %d, want %d", n, batches*size)
	}
}
