package pipeline_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/bus"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/store"
	"antojo/internal/store/duckdb"
)

// The crash test runs this test binary again as a child that is a whole
// pipeline: embedded log, worker and DuckDB in one process, fed without pause.
// The parent kills it with SIGKILL, starts it again, and at the end compares the
// store with what it must hold.
const (
	crashDir   = "ANTOJO_CRASH_DIR"   // set in a child: data directory
	crashFrom  = "ANTOJO_CRASH_FROM"  // first row to send
	crashLimit = "ANTOJO_CRASH_LIMIT" // first row not to send

	crashKills = 24
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if err := crashChild(dir); err != nil {
			fmt.Println("ERROR", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashRow is row i of the endless file: every 41st repeats an earlier one.
func crashRow(i int) mention.Raw {
	if i%41 == 40 {
		i -= 17
	}
	return pipeline.RawRow(i)
}

// parts are the real parts of a pipeline on a data directory.
type parts struct {
	bus       *bus.Bus
	store     *duckdb.Store
	collector *pipeline.Collector
	annotator *pipeline.Annotator
}

func openParts(ctx context.Context, dir string) (*parts, error) {
	var p parts
	var err error
	if p.store, err = duckdb.Open(ctx, duckdb.Options{Path: filepath.Join(dir, "antojo.duckdb"), MemoryLimit: "512MB"}); err != nil {
		return nil, err
	}
	if p.bus, err = bus.Open(ctx, bus.Options{Dir: filepath.Join(dir, "log")}); err != nil {
		return nil, err
	}
	key := bytes.Repeat([]byte{9}, privacy.KeySize)
	if p.collector, err = pipeline.NewCollector(pipeline.CollectorOptions{Bus: p.bus, Pseudonyms: privacy.NewPseudonymizer(key), Clock: pipeline.NewFakeClock()}); err != nil {
		return nil, err
	}
	lx, err := lexicon.Load()
	if err != nil {
		return nil, err
	}
	p.annotator, err = pipeline.NewAnnotator(pipeline.AnnotatorOptions{Lexicon: lx})
	return &p, err
}

func (p *parts) close() error { return errors.Join(p.bus.Close(), p.store.Close()) }

func crashChild(dir string) error {
	from, _ := strconv.Atoi(os.Getenv(crashFrom))
	limit, _ := strconv.Atoi(os.Getenv(crashLimit))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	fmt.Println("BEGIN")
	p, err := openParts(ctx, dir)
	if err != nil {
		return err
	}
	w, err := pipeline.NewWorker(pipeline.WorkerOptions{Bus: p.bus, Store: p.store, Annotator: p.annotator})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	go func() {
		for seq := uint64(1); w.Wait(ctx, seq) == nil; seq++ {
			fmt.Println("LOADED", seq)
		}
	}()
	fmt.Println("READY")
	s := p.collector.Begin(ctx, pipeline.NewRunID(time.Now()), pipeline.SessionOptions{
		Durable: func(rows int) { fmt.Println("ACK", from+rows) },
	})
	for i := from; i < limit; i++ {
		if err := s.Add(crashRow(i)); err != nil {
			return err
		}
	}
	receipt, err := s.Close()
	if err != nil {
		return err
	}
	if receipt.Rejected > 0 {
		return fmt.Errorf("%d rows rejected", receipt.Rejected)
	}
	// Not receipt.LastSeq: a life that has nothing to send ends with the log all the same.
	info, err := p.bus.Info(ctx, bus.Mentions)
	if err != nil {
		return err
	}
	if err := w.Wait(ctx, info.Last); err != nil {
		return err
	}
	cancel()
	if err := errors.Join(<-ended, p.close()); err != nil {
		return err
	}
	fmt.Println("DONE")
	return nil
}

// life runs a child until it is done or kill says so, which sees every line it
// prints. It returns the highest row that the child acknowledged.
func life(t *testing.T, dir string, from, limit int, kill func(line string) bool) (acked int, done bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir, crashFrom+"="+strconv.Itoa(from), crashLimit+"="+strconv.Itoa(limit))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	killed := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		line := lines.Text()
		if n, ok := strings.CutPrefix(line, "ACK "); ok {
			acked, _ = strconv.Atoi(n) // also after the kill: it was said before
		}
		if strings.HasPrefix(line, "ERROR") {
			t.Fatalf("child: %s", line)
		}
		done = done || line == "DONE"
		if !killed && kill(line) {
			killed = true
			if err := cmd.Process.Kill(); err != nil { // SIGKILL
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err != nil && !killed {
		t.Fatalf("child ended by itself: %v\n%s", err, stderr.String())
	}
	return acked, done
}

func TestCrash(t *testing.T) {
	dir := t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	acked, sent, kills := 0, 0, 0
	modes := map[string]int{}
	for kills < crashKills {
		// The sender goes on from the last row it knows to be acknowledged; now
		// and then it is less sure than it could be, and sends some again.
		from := acked
		if rng.IntN(3) == 0 {
			from = max(0, from-rng.IntN(1500))
		}
		limit := acked + 6_000
		sent = max(sent, limit)
		mode := []string{"start", "ingest", "load", "load"}[rng.IntN(4)]
		count := rng.IntN(6) + 1                                // lines of the kind to see before
		delay := time.Duration(rng.IntN(30)) * time.Millisecond // and then any moment of the work in between
		prefix := map[string]string{"start": "BEGIN", "ingest": "ACK", "load": "LOADED"}[mode]
		if mode == "start" {
			count = 1
			delay = time.Duration(rng.IntN(250)) * time.Millisecond
		}
		got, done := life(t, dir, from, limit, func(line string) bool {
			if !strings.HasPrefix(line, prefix) {
				return false
			}
			if count--; count > 0 {
				return false
			}
			pause := time.NewTimer(delay)
			<-pause.C
			return true
		})
		acked = max(acked, got)
		if !done {
			kills++
			modes[mode]++
		}
	}
	if _, done := life(t, dir, acked, sent, func(string) bool { return false }); !done {
		t.Fatal("the last life did not finish")
	}
	t.Logf("%d kills %v, %d rows acknowledged before the last life, %d in all", kills, modes, acked, sent)
	checkCrash(t, dir, sent)
}

// checkCrash compares the store with what rows 0..n-1 must have left in it:
// every mention once, with its entities, and roll-ups that say the same.
func checkCrash(t *testing.T, dir string, n int) {
	ctx := t.Context()
	p, err := openParts(ctx, dir)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()

	want := map[mention.ID]mention.Annotated{}
	var ms []mention.Mention
	for i := range n {
		row := crashRow(i)
		m, reason := p.collector.Prepare(&row, pipeline.NewFakeClock().Now())
		if reason != "" {
			t.Fatalf("row %d: %s", i, reason)
		}
		if _, ok := want[m.ID]; !ok {
			want[m.ID] = mention.Annotated{}
			ms = append(ms, m)
		}
	}
	as, err := p.annotator.Annotate(ctx, ms)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[metric.Dimension]map[string]int64{metric.ByEntity: {}, metric.ByDay: {}, metric.BySource: {}}
	for i, m := range ms {
		want[m.ID] = mention.Annotated{Mention: m, Annotation: as[i]}
		if !as[i].Relevant {
			continue
		}
		counts[metric.ByDay][m.Day().String()]++
		counts[metric.BySource][string(m.Source)]++
		seen := map[string]bool{}
		for _, e := range as[i].Entities {
			if !seen[e.ID] {
				counts[metric.ByEntity][e.ID]++
				seen[e.ID] = true
			}
		}
	}

	got := map[mention.ID]bool{}
	for page := (store.Page{Limit: 1000}); ; {
		rows, next, err := p.store.Mentions(ctx, metric.Filter{AllTopics: true}, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range rows {
			w, ok := want[g.ID]
			if !ok {
				t.Fatalf("%s is in the store, but was never sent", g.ID)
			}
			if got[g.ID] {
				t.Fatalf("%s is in the store twice", g.ID)
			}
			got[g.ID] = true
			g.Run = ""
			if diff := cmp.Diff(w, g); diff != "" {
				t.Fatalf("mention %s -want +got\n%s", g.ID, diff)
			}
		}
		if next == "" {
			break
		}
		page.After = next
	}
	if len(got) != len(want) {
		t.Errorf("%d mentions in the store, want %d", len(got), len(want))
	}
	for dim, w := range counts {
		res, err := p.store.Query(ctx, metric.Query{Measures: []string{"mentions"}, By: []metric.Dimension{dim}, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		g := map[string]int64{}
		for _, r := range res.Rows {
			g[r.Keys[0]] = int64(r.Values[0].Value)
		}
		if diff := cmp.Diff(w, g); diff != "" {
			t.Errorf("mentions by %s -raw +roll-up\n%s", dim, diff)
		}
	}
	if dead, err := pipeline.DeadList(ctx, p.bus); err != nil || len(dead) > 0 {
		t.Errorf("dead letters %v, %v", dead, err)
	}
}
