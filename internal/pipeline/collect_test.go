package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/bus"
	"antojo/internal/mention"
	"antojo/internal/privacy"
)

// fakeClock never makes anyone wait; it notes how long they wanted to.
type fakeClock struct {
	mu     sync.Mutex
	now    time.Time
	waits  []time.Duration
	onWait func(time.Duration)
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	f := c.onWait
	c.mu.Unlock()
	if f != nil {
		f(d)
	}
	ch := make(chan time.Time, 1)
	ch <- c.Now()
	return ch
}

func testBus(t testing.TB, o bus.Options) *bus.Bus {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	b, err := bus.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func testCollector(t testing.TB, o CollectorOptions) *Collector {
	t.Helper()
	if o.Bus == nil {
		o.Bus = testBus(t, bus.Options{})
	}
	o.Pseudonyms = privacy.NewPseudonymizer(bytes.Repeat([]byte{7}, privacy.KeySize))
	c, err := NewCollector(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// rawRow is the i-th row of an endless made-up file.
func rawRow(i int) mention.Raw {
	dishes := []string{"ceviche", "lomo saltado", "ají de gallina", "anticuchos", "causa limeña", "juane", "rocoto relleno"}
	return mention.Raw{
		File: "prueba.csv", Row: i + 1, Source: mention.Sources[i%4], Channel: "csv:prueba.csv",
		Text:   fmt.Sprintf("Pedí %s y estuvo muy rico, pedido %d del mes", dishes[i%len(dishes)], i),
		Time:   time.Date(2026, 1, 1, 12, 0, 0, 0, mention.Lima).Add(time.Duration(i) * time.Minute),
		Author: fmt.Sprint("comensal", i%97), Rating: float32(i%5 + 1),
	}
}

func logged(t testing.TB, b *bus.Bus) []mention.Mention {
	t.Helper()
	c := testCodec(t)
	var out []mention.Mention
	for from := uint64(1); ; {
		es, err := b.Fetch(context.Background(), bus.Mentions, from, 32, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(es) == 0 {
			return out
		}
		for _, e := range es {
			_, ms, err := c.unpack(e.Data)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, ms...)
			from = e.Seq + 1
		}
	}
}

func TestPrepare(t *testing.T) {
	clock := newFakeClock()
	c := testCollector(t, CollectorOptions{Clock: clock})
	now := clock.Now()
	ok := func(change func(*mention.Raw)) mention.Raw {
		r := rawRow(0)
		if change != nil {
			change(&r)
		}
		return r
	}
	cases := []struct {
		name, reason string
		raw          mention.Raw
	}{
		{"good", "", ok(nil)},
		{"no date", "", ok(func(r *mention.Raw) { r.Time = time.Time{} })},
		{"no rating", "", ok(func(r *mention.Raw) { r.Rating = 0 })},
		{"tomorrow in another zone", "", ok(func(r *mention.Raw) { r.Time = now.Add(23 * time.Hour) })},
		{"10 kB", "", ok(func(r *mention.Raw) { r.Text = strings.Repeat("rico ", 2000) })},
		{"emoji", "", ok(func(r *mention.Raw) { r.Text = "😋😋" })},
		{"html", "", ok(func(r *mention.Raw) { r.Text = "<script>alert(1)</script>" })},
		{"empty", "the text is empty", ok(func(r *mention.Raw) { r.Text = " \x00\u200b\n" })},
		{"too long", "the text has 65537 bytes, at most 65536 are read; is a closing quote missing?", ok(func(r *mention.Raw) { r.Text = strings.Repeat("a", MaxText+1) })},
		{"rating 11", "rating 11 is not between 1 and 5", ok(func(r *mention.Raw) { r.Rating = 11 })},
		{"rating -1", "rating -1 is not between 1 and 5", ok(func(r *mention.Raw) { r.Rating = -1 })},
		{"1900", "date 1900-01-01 is before 1990", ok(func(r *mention.Raw) { r.Time = time.Date(1900, 1, 1, 12, 0, 0, 0, time.UTC) })},
		{"future", "date 2027-11-22 is in the future", ok(func(r *mention.Raw) { r.Time = now.AddDate(1, 0, 0) })},
		{"department", "department 26 is not an INEI code 01..25", ok(func(r *mention.Raw) { r.Department = 26 })},
		{"source", "the source is not one of review, delivery, social, survey", ok(func(r *mention.Raw) { r.Source = "radio" })},
	}
	for _, cse := range cases {
		t.Run(cse.name, func(t *testing.T) {
			m, reason := c.Prepare(&cse.raw, now)
			if reason != cse.reason {
				t.Fatalf("reason %q, want %q", reason, cse.reason)
			}
			if reason == "" && (m.ID == mention.ID{} || m.Text == "" || m.Time.IsZero() || m.Undated != cse.raw.Time.IsZero()) {
				t.Errorf("mention %+v", m)
			}
		})
	}
	undated := ok(func(r *mention.Raw) { r.Time = time.Time{} })
	a, _ := c.Prepare(&undated, now)
	b, _ := c.Prepare(&undated, now.Add(48*time.Hour))
	if a.ID != b.ID {
		t.Error("an undated row has another id when it is imported again later")
	}
}

// Nothing personal of a row may reach the log's files, an error or a log line.
func TestNoPersonalData(t *testing.T) {
	var lines bytes.Buffer
	dir := t.TempDir()
	b := testBus(t, bus.Options{Dir: dir})
	c := testCollector(t, CollectorOptions{Bus: b, Logger: slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	secrets := []string{"zoila.cuervo@example.com", "987654321", "@zoilacuervo", "zoila_la_critica", "https://example.com/zoila"}
	row := rawRow(1)
	row.Text = "Pedí causa, escríbanme a zoila.cuervo@example.com o al 987654321, soy @zoilacuervo, https://example.com/zoila"
	row.Author = "zoila_la_critica"
	row.Place = "local 987654321"
	bad := row
	bad.Rating = 99
	var rejected []mention.Rejection
	_, err := c.Collect(t.Context(), "r", []mention.Raw{row, bad}, SessionOptions{Reject: func(r mention.Rejection) { rejected = append(rejected, r) }})
	if err != nil {
		t.Fatal(err)
	}
	seen := lines.String() + fmt.Sprint(rejected) + fmt.Sprintf("%+v", logged(t, b))
	for _, s := range secrets {
		if strings.Contains(seen, s) {
			t.Errorf("%q is in the log, a rejection or a log line:\n%s", s, seen)
		}
	}
	ms := logged(t, b)
	if len(ms) != 1 || !strings.Contains(ms[0].Text, "causa") || len(ms[0].Author) != 32 {
		t.Errorf("logged %+v", ms)
	}
	b.Close()
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, s := range secrets {
			if bytes.Contains(data, []byte(s)) {
				t.Errorf("%q is in %s", s, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCollect(t *testing.T) {
	b := testBus(t, bus.Options{})
	c := testCollector(t, CollectorOptions{Bus: b})
	const n = 2345
	var rows []mention.Raw
	for i := range n {
		r := rawRow(i)
		if i%100 == 99 {
			r.Rating = 77
		}
		if i%50 == 0 {
			r.Time = time.Time{}
		}
		rows = append(rows, r)
	}
	last, rejected := 0, map[int]bool{}
	opt := SessionOptions{
		Reject: func(r mention.Rejection) { rejected[r.Row] = true },
		Durable: func(rows int) {
			if rows < last {
				t.Errorf("durable rows fell from %d to %d", last, rows)
			}
			last = rows
		},
	}
	got, err := c.Collect(t.Context(), "run", rows, opt)
	if err != nil {
		t.Fatal(err)
	}
	info, err := b.Info(t.Context(), bus.Mentions)
	if err != nil {
		t.Fatal(err)
	}
	want := Receipt{Rows: n, Sent: n - 23, Undated: 47, Rejected: 23, LastSeq: info.Last}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt -want +got\n%s", diff)
	}
	if last != n || len(rejected) != 23 || !rejected[100] || !rejected[2300] {
		t.Errorf("durable %d, rejected rows %v", last, rejected)
	}
	ids := map[mention.ID]bool{}
	for _, m := range logged(t, b) {
		ids[m.ID] = true
	}
	if len(ids) != n-23 {
		t.Errorf("%d mentions in the log, want %d", len(ids), n-23)
	}
	// The same again is dropped by the log.
	if _, err := c.Collect(t.Context(), "run", rows, SessionOptions{}); err != nil {
		t.Fatal(err)
	}
	if after, err := b.Info(t.Context(), bus.Mentions); err != nil || after.Last != info.Last {
		t.Errorf("repeating moved the log from %d to %d (%v)", info.Last, after.Last, err)
	}
}

func TestCollectLongTexts(t *testing.T) {
	b := testBus(t, bus.Options{})
	c := testCollector(t, CollectorOptions{Bus: b})
	var rows []mention.Raw
	for i := range 100 {
		r := rawRow(i)
		var s strings.Builder // hardly compressible
		for j := 0; s.Len() < MaxText-20; j++ {
			fmt.Fprintf(&s, "plato %x ", (i*1_000_003+j)*2_654_435_761)
		}
		r.Text = s.String()
		rows = append(rows, r)
	}
	got, err := c.Collect(t.Context(), "run", rows, SessionOptions{})
	if err != nil || got.Sent != 100 {
		t.Fatalf("%+v, %v", got, err)
	}
	if ms := logged(t, b); len(ms) != 100 {
		t.Errorf("%d mentions in the log", len(ms))
	}
}

func TestCollectWaitsForRoom(t *testing.T) {
	b := testBus(t, bus.Options{MaxBytes: 64 << 10})
	clock := newFakeClock()
	c := testCollector(t, CollectorOptions{Bus: b, Clock: clock, Inflight: 1})
	kept := 0
	clock.onWait = func(time.Duration) { // someone makes room while the collector waits
		kept += len(logged(t, b))
		info, err := b.Info(t.Context(), bus.Mentions)
		if err == nil {
			err = b.Trim(t.Context(), bus.Mentions, info.Last+1)
		}
		if err != nil {
			t.Error(err)
		}
	}
	waited := 0
	s := c.Begin(t.Context(), "run", SessionOptions{Waiting: func(err error) {
		if waited++; !errors.Is(err, bus.ErrFull) {
			t.Errorf("waiting because of %v", err)
		}
	}})
	const n = 20_000
	for i := range n {
		if err := s.Add(rawRow(i)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Close()
	if err != nil || got.Sent != n {
		t.Fatalf("%+v, %v", got, err)
	}
	if kept += len(logged(t, b)); waited == 0 || kept != n {
		t.Errorf("waited %d times, %d of %d mentions were in the log", waited, kept, n)
	}
}

func TestCollectEnds(t *testing.T) {
	t.Run("bus closed", func(t *testing.T) {
		b := testBus(t, bus.Options{})
		c := testCollector(t, CollectorOptions{Bus: b})
		b.Close()
		got, err := c.Collect(t.Context(), "r", []mention.Raw{rawRow(1)}, SessionOptions{Durable: func(int) { t.Error("acknowledged") }})
		if !errors.Is(err, bus.ErrClosed) || got.Sent != 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		c := testCollector(t, CollectorOptions{})
		ctx, cancel := context.WithCancel(t.Context())
		s := c.Begin(ctx, "r", SessionOptions{})
		cancel()
		var err error
		for i := 0; i < 10*maxEnvelope && err == nil; i++ {
			err = s.Add(rawRow(i))
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Add: %v", err)
		}
		if _, err := s.Close(); !errors.Is(err, context.Canceled) {
			t.Errorf("Close: %v", err)
		}
	})
}

func BenchmarkCollect(b *testing.B) {
	c := testCollector(b, CollectorOptions{})
	rows := make([]mention.Raw, 50_000)
	for i := range rows {
		rows[i] = rawRow(i)
	}
	n := 0
	for b.Loop() {
		got, err := c.Collect(b.Context(), fmt.Sprint("run", n), rows, SessionOptions{})
		if err != nil {
			b.Fatal(err)
		}
		n += got.Sent
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "mentions/s")
}
