package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/bus"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/duckdb"
)

var (
	_ Store = (*duckdb.Store)(nil)
	_ Runs  = (*duckdb.Store)(nil)
)

func testStore(t testing.TB) *duckdb.Store {
	t.Helper()
	s, err := duckdb.Open(context.Background(), duckdb.Options{Path: filepath.Join(t.TempDir(), "antojo.duckdb"), MemoryLimit: "512MB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// rig is a whole pipeline on real parts.
type rig struct {
	bus       *bus.Bus
	store     *duckdb.Store
	clock     *fakeClock
	collector *Collector
	worker    *Worker
	stop      func() error
}

// newRig starts a pipeline; wrap may put something between worker and store.
func newRig(t testing.TB, e Encoder, busOptions bus.Options, wrap func(*duckdb.Store) Store) *rig {
	t.Helper()
	r := &rig{bus: testBus(t, busOptions), store: testStore(t), clock: newFakeClock()}
	r.collector = testCollector(t, CollectorOptions{Bus: r.bus, Clock: r.clock})
	var s Store = r.store
	if wrap != nil {
		s = wrap(r.store)
	}
	r.start(t, s, e)
	return r
}

func (r *rig) start(t testing.TB, s Store, e Encoder) {
	t.Helper()
	w, err := NewWorker(WorkerOptions{Bus: r.bus, Store: s, Annotator: testAnnotator(t, e), Clock: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	r.worker = w
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		if err := r.stop(); err != nil {
			t.Errorf("worker: %v", err)
		}
	})
}

func (r *rig) importer() *Importer {
	return &Importer{Collector: r.collector, Runs: r.store, Wait: r.worker.Wait, Clock: r.clock}
}

func rawRows(from, to int) Rows {
	var rows Rows
	for i := from; i < to; i++ {
		rows = append(rows, rawRow(i))
	}
	return rows
}

func (r *rig) load(t testing.TB, rows Rows) Report {
	t.Helper()
	rep, err := r.importer().Import(context.Background(), rows, mention.Run{File: "prueba.csv"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

// texts returns the texts in the store.
func (r *rig) texts(t testing.TB) map[string]int {
	t.Helper()
	out := map[string]int{}
	for page := (store.Page{Limit: 1000}); ; {
		rows, next, err := r.store.Mentions(context.Background(), metric.Filter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range rows {
			out[m.Text]++
		}
		if next == "" {
			return out
		}
		page.After = next
	}
}

func (r *rig) checkOnce(t testing.TB, rows Rows) {
	t.Helper()
	got := r.texts(t)
	for _, row := range rows {
		if n := got[row.Text]; n != 1 {
			t.Errorf("%q is %d times in the store", row.Text, n)
			return
		}
	}
	if len(got) != len(rows) {
		t.Errorf("%d mentions in the store, want %d", len(got), len(rows))
	}
}

func TestImport(t *testing.T) {
	r := newRig(t, &ruleEncoder{}, bus.Options{}, nil)
	rows := rawRows(0, 3000)
	in := append(Rows{}, rows...)
	in = append(in, rows[10], rows[2000]) // twice in the file
	bad := rawRow(5000)
	bad.Rating = 11
	undated := rawRow(6000)
	undated.Time = time.Time{}
	in = append(in, bad, undated)
	last := Progress{}
	rep, err := r.importer().Import(t.Context(), in, mention.Run{File: "prueba.csv", Channel: "csv:prueba.csv", Source: mention.Review}, func(p Progress) { last = p })
	if err != nil {
		t.Fatal(err)
	}
	want := Report{
		Run: mention.Run{
			ID: rep.ID, File: "prueba.csv", Channel: "csv:prueba.csv", Source: mention.Review, Started: r.clock.Now(), Finished: r.clock.Now(),
			Status: mention.Done, Accepted: 3001, Duplicate: 2, Rejected: 1, Undated: 1,
			Rejections: []mention.Rejection{{File: "prueba.csv", Row: 5001, Reason: "rating 11 is not between 1 and 5"}},
		},
		Rows: 3004, Reasons: map[string]int{"rating 11 is not between 1 and 5": 1},
	}
	if diff := cmp.Diff(want, rep); diff != "" {
		t.Errorf("report -want +got\n%s", diff)
	}
	if last.Durable != 3004 || last.Rejected != 1 {
		t.Errorf("last progress %+v", last)
	}
	kept, err := r.store.Run(t.Context(), rep.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(rep.Run, kept); diff != "" {
		t.Errorf("run in the store -report +store\n%s", diff)
	}
	r.checkOnce(t, append(rows, undated))

	again := r.load(t, in)
	if again.Accepted != 0 || again.Duplicate != 3003 || again.ID == rep.ID {
		t.Errorf("again: %+v", again.Run)
	}
}

func TestRunIDsSortByTime(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 678e6, mention.Lima)
	a, b, c := NewRunID(now), NewRunID(now), NewRunID(now.Add(time.Millisecond))
	if a == b || c <= a || c <= b || !strings.HasPrefix(a, "20260102T080405.678-") {
		t.Errorf("ids %s %s %s", a, b, c)
	}
}

func TestImportEmpty(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	if rep := r.load(t, nil); rep.Status != mention.Done || rep.Rows != 0 {
		t.Errorf("%+v", rep)
	}
}

// brokenSource fails after its rows.
type brokenSource struct {
	Rows
	err error
}

func (s brokenSource) Read(ctx context.Context, yield func(mention.Raw) error, reject func(mention.Rejection)) error {
	reject(mention.Rejection{File: "f", Row: 1, Reason: "the row has 3 columns, 5 are expected"})
	return errors.Join(s.Rows.Read(ctx, yield, reject), s.err)
}

func TestImportBrokenOff(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	broken := errors.New("file ends in the middle of a quote")
	rep, err := r.importer().Import(t.Context(), brokenSource{rawRows(0, 700), broken}, mention.Run{}, nil)
	if !errors.Is(err, broken) {
		t.Fatalf("err = %v", err)
	}
	if rep.Status != mention.Failed || rep.Accepted != 700 || rep.Rejected != 1 || !strings.Contains(rep.Error, broken.Error()) {
		t.Errorf("%+v", rep.Run)
	}
	r.checkOnce(t, rawRows(0, 700))
}

func TestRecoverInterruptedRuns(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	if err := r.store.PutRun(t.Context(), mention.Run{ID: "a", Status: mention.Running, Started: r.clock.Now()}); err != nil {
		t.Fatal(err)
	}
	done := r.load(t, rawRows(0, 1))
	if err := r.importer().Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]mention.RunStatus{"a": mention.Failed, done.ID: mention.Done} {
		if got, err := r.store.Run(t.Context(), id); err != nil || got.Status != want {
			t.Errorf("run %s: %q, %v; want %q", id, got.Status, err, want)
		}
	}
}

func TestWorkerGoesOnWhereItStopped(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	r.load(t, rawRows(0, 1200))
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	if err := r.worker.Wait(t.Context(), 1_000_000); !errors.Is(err, errEnded) {
		t.Errorf("wait for an ended worker: %v", err)
	}
	if _, err := r.collector.Collect(t.Context(), "x", rawRows(1000, 2500), SessionOptions{}); err != nil {
		t.Fatal(err)
	}
	r.start(t, r.store, nil)
	r.load(t, rawRows(2500, 2600))
	r.checkOnce(t, rawRows(0, 2600))
	st, err := r.worker.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Offset != st.Last || st.Dead != 0 || st.Trouble != "" || st.Loaded != (mention.Loaded{Accepted: 1400, Duplicate: 200}) {
		t.Errorf("status %+v", st)
	}
}

// flakyStore is a real store that is made to fail.
type flakyStore struct {
	*duckdb.Store
	mu   sync.Mutex
	fail func(b mention.Batch) error
}

func (s *flakyStore) Load(ctx context.Context, b mention.Batch) (mention.Loaded, error) {
	s.mu.Lock()
	err := s.fail(b)
	s.mu.Unlock()
	if err != nil {
		return mention.Loaded{}, err
	}
	return s.Store.Load(ctx, b)
}

func TestWorkerRetriesTheStore(t *testing.T) {
	left := 4
	r := newRig(t, nil, bus.Options{}, func(s *duckdb.Store) Store {
		return &flakyStore{Store: s, fail: func(mention.Batch) error {
			if left--; left >= 0 {
				return errors.New("disk hiccup")
			}
			return nil
		}}
	})
	r.load(t, rawRows(0, 300))
	r.checkOnce(t, rawRows(0, 300))
	if dead, err := DeadList(t.Context(), r.bus); err != nil || len(dead) > 0 {
		t.Errorf("dead letters %v, %v", dead, err)
	}
	want := []time.Duration{100 * time.Millisecond, 400 * time.Millisecond, 1600 * time.Millisecond, 6400 * time.Millisecond}
	if diff := cmp.Diff(want, r.clock.waits); diff != "" {
		t.Errorf("pauses -want +got\n%s", diff)
	}
}

// An envelope that the store refuses is set aside, the others are loaded, and a
// replay brings it in once the store has changed its mind.
func TestDeadLetterOfTheStoreAndReplay(t *testing.T) {
	var refuse sync.Map
	refuse.Store("on", true)
	r := newRig(t, nil, bus.Options{}, func(s *duckdb.Store) Store {
		return &flakyStore{Store: s, fail: func(b mention.Batch) error {
			if _, on := refuse.Load("on"); !on {
				return nil
			}
			for _, m := range b.Mentions {
				if strings.Contains(m.Text, "pedido 777 ") {
					return errors.New("cannot be stored")
				}
			}
			return nil
		}}
	})
	rep := r.load(t, rawRows(0, 3000))
	if rep.Accepted != 2500 || rep.Dead != 500 || rep.Status != mention.Done {
		t.Errorf("report %+v", rep.Run)
	}
	dead, err := DeadList(t.Context(), r.bus)
	if err != nil || len(dead) != 1 {
		t.Fatalf("dead letters %v, %v", dead, err)
	}
	d := dead[0]
	if d.Error != "cannot be stored" || d.Mentions != 500 || d.Run != rep.ID || !strings.HasPrefix(d.Stream, "mentions@") || d.Seq == 0 || d.Time.IsZero() {
		t.Errorf("dead letter %+v", d)
	}
	if _, err := DeadReplay(t.Context(), r.bus, d.ID+1); err == nil || !strings.Contains(err.Error(), fmt.Sprint(d.ID+1)) {
		t.Errorf("replay of what is not there: %v", err)
	}

	refuse.Delete("on")
	if n, err := DeadReplay(t.Context(), r.bus, d.ID); n != 1 || err != nil {
		t.Fatalf("replayed %d, %v", n, err)
	}
	r.load(t, rawRows(3000, 3001))
	r.checkOnce(t, rawRows(0, 3001))
	if dead, err := DeadList(t.Context(), r.bus); err != nil || len(dead) > 0 {
		t.Errorf("still dead: %v, %v", dead, err)
	}
	if n, err := DeadReplay(t.Context(), r.bus); n != 0 || err != nil {
		t.Errorf("replay of nothing: %d, %v", n, err)
	}
}

// A replay that was cut off between the log and the dead-letter stream is done
// again, and counts once.
func TestReplayTwice(t *testing.T) {
	r := newRig(t, nil, bus.Options{Window: 100 * time.Millisecond}, nil)
	ms := someMentions(20)
	for range 2 {
		if _, err := r.bus.Publish(t.Context(), bus.Dead, "", map[string]string{headerError: "x"}, r.worker.codec.pack("r", ms)); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := DeadReplay(t.Context(), r.bus); n != 2 || err != nil {
		t.Fatalf("replayed %d, %v", n, err)
	}
	rep := r.load(t, rawRows(0, 1))
	if got := r.texts(t); len(got) != 21 {
		t.Errorf("%d texts after replaying 20 twice and importing %d", len(got), rep.Accepted)
	}
}

// One text that the model chokes on must not take its neighbours along.
func TestPoisonedMention(t *testing.T) {
	e := &ruleEncoder{fail: func(text string) error {
		if strings.Contains(text, "pedido 123 ") {
			return errors.New("model chokes")
		}
		if strings.Contains(text, "pedido 1456 ") {
			panic("model dies")
		}
		return nil
	}}
	r := newRig(t, e, bus.Options{}, nil)
	rep := r.load(t, rawRows(0, 2000))
	if rep.Accepted != 1998 || rep.Dead != 2 {
		t.Errorf("report %+v", rep.Run)
	}
	dead, err := DeadList(t.Context(), r.bus)
	if err != nil || len(dead) != 2 || dead[0].Mentions != 1 || dead[1].Mentions != 1 {
		t.Fatalf("dead letters %+v, %v", dead, err)
	}
	all := dead[0].Error + dead[1].Error
	if !strings.Contains(all, "model chokes") || !strings.Contains(all, "model dies") || strings.Contains(all, "pedido") {
		t.Errorf("errors %q", all)
	}
	// Replaying without a remedy ends where it began, once.
	if n, err := DeadReplay(t.Context(), r.bus); n != 2 || err != nil {
		t.Fatalf("replayed %d, %v", n, err)
	}
	r.load(t, rawRows(2000, 2001))
	if dead, err := DeadList(t.Context(), r.bus); err != nil || len(dead) != 2 {
		t.Errorf("dead letters after a vain replay: %+v, %v", dead, err)
	}
}

// A model that is away for a while costs nothing but time.
func TestModelComesBack(t *testing.T) {
	var mu sync.Mutex
	left := 4
	e := &ruleEncoder{fail: func(string) error {
		mu.Lock()
		defer mu.Unlock()
		if left--; left >= 0 {
			return errors.New("session lost")
		}
		return nil
	}}
	r := newRig(t, e, bus.Options{}, nil)
	r.load(t, rawRows(0, 400))
	r.checkOnce(t, rawRows(0, 400))
	if dead, err := DeadList(t.Context(), r.bus); err != nil || len(dead) > 0 {
		t.Errorf("dead letters %v, %v", dead, err)
	}
}

// What is no envelope goes aside as it is, and the rest goes on.
func TestForeignEntry(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	if _, err := r.bus.Publish(t.Context(), bus.Mentions, "", nil, []byte(`{"text":"hola"}`)); err != nil {
		t.Fatal(err)
	}
	r.load(t, rawRows(0, 10))
	r.checkOnce(t, rawRows(0, 10))
	dead, err := DeadList(t.Context(), r.bus)
	if err != nil || len(dead) != 1 || !strings.Contains(dead[0].Error, "not an envelope") || dead[0].Mentions != 0 {
		t.Errorf("dead letters %+v, %v", dead, err)
	}
}

func TestWorkerRefusesAnOlderLog(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	r.load(t, rawRows(0, 10))
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	info, err := r.bus.Info(t.Context(), bus.Mentions)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.store.Load(t.Context(), mention.Batch{Stream: info.Identity, Seq: 99}); err != nil {
		t.Fatal(err)
	}
	w, err := NewWorker(WorkerOptions{Bus: r.bus, Store: r.store, Annotator: testAnnotator(t, nil)})
	if err != nil {
		t.Fatal(err)
	}
	err = w.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), r.bus.Where()) || !strings.Contains(err.Error(), "99") {
		t.Errorf("err = %v, want one that names the log and the position", err)
	}
	if werr := w.Wait(t.Context(), 100); werr == nil {
		t.Error("waiting for a worker that never began returned without an error")
	}
}

// A log begun again has numbers that the store has seen; they are new all the same.
func TestNewLogOldStore(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	r.load(t, rawRows(0, 1000))
	if err := r.stop(); err != nil {
		t.Fatal(err)
	}
	r.bus = testBus(t, bus.Options{})
	r.collector = testCollector(t, CollectorOptions{Bus: r.bus, Clock: r.clock})
	r.start(t, r.store, nil)
	if rep := r.load(t, rawRows(500, 1500)); rep.Accepted != 500 || rep.Duplicate != 500 {
		t.Errorf("report %+v", rep.Run)
	}
	r.checkOnce(t, rawRows(0, 1500))
}

func TestTidy(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	r.load(t, rawRows(0, 1600))
	if err := r.stop(); err != nil { // from here on only this test calls tidy
		t.Fatal(err)
	}
	entries := func() uint64 {
		info, err := r.bus.Info(t.Context(), bus.Mentions)
		if err != nil {
			t.Fatal(err)
		}
		return info.Entries
	}
	if _, err := r.collector.Collect(t.Context(), "x", rawRows(1600, 1601), SessionOptions{}); err != nil {
		t.Fatal(err)
	}
	r.clock.now = time.Now()
	r.worker.tidy(t.Context())
	if n := entries(); n != 5 {
		t.Errorf("%d entries within the retention, want 5", n)
	}
	r.clock.now = time.Now().Add(80 * time.Hour)
	r.worker.tidy(t.Context())
	if n := entries(); n != 1 {
		t.Errorf("%d entries after the retention, want the one that is not loaded", n)
	}
	r.start(t, r.store, nil)
	if err := r.worker.Wait(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	r.checkOnce(t, rawRows(0, 1601))
}

// The log takes 256 kB, the rows are more: the worker makes room as it loads.
func TestSmallLog(t *testing.T) {
	r := newRig(t, nil, bus.Options{MaxBytes: 256 << 10}, nil)
	r.load(t, rawRows(0, 30_000))
	info, err := r.bus.Info(t.Context(), bus.Mentions)
	if err != nil {
		t.Fatal(err)
	}
	if info.First < 2 {
		t.Error("the rows all fit, so nothing was tested")
	}
	cov, err := r.store.Coverage(t.Context())
	if err != nil || cov.Mentions != 30_000 {
		t.Errorf("%d mentions in the store, %v", cov.Mentions, err)
	}
}

func TestLive(t *testing.T) {
	r := newRig(t, nil, bus.Options{}, nil)
	notices, cancel, err := r.bus.Subscribe(LiveTopic, 1000)
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	rep := r.load(t, rawRows(0, 30))
	var live Live
	for live.Loaded == 0 {
		if err := json.Unmarshal(<-notices, &live); err != nil {
			t.Fatal(err)
		}
	}
	if len(live.Mentions) != maxLive || live.Loaded != 30 || live.Seq == 0 {
		t.Fatalf("notice %+v", live)
	}
	if m := live.Mentions[maxLive-1]; m.Text != rawRow(29).Text || m.Run != rep.ID || len(m.Entities) == 0 {
		t.Errorf("newest %+v", m)
	}
}

func BenchmarkPipeline(b *testing.B) {
	r := newRig(b, nil, bus.Options{}, nil)
	const n = 50_000
	done := 0
	for b.Loop() {
		b.StopTimer()
		rows := rawRows(done, done+n)
		b.StartTimer()
		r.load(b, rows)
		done += n
	}
	b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "mentions/s")
}
