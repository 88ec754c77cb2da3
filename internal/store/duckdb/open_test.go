package duckdb

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/store/storetest"
)

// childEnv makes this test binary a loader for TestKilledLoader and TestInUse.
const childEnv = "ANTOJO_STORE_TEST_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		if err := loadForever(path); err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// childBatch is the size of the child's batches; batch i holds the mentions
// i*childBatch … of the generator, and every third batch also repeats old ones.
const childBatch = 200

// loadForever loads batches from the stored offset on and says after each that it
// was acknowledged.
func loadForever(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, Options{Path: path, MemoryLimit: "512MB"})
	if err != nil {
		return err
	}
	seq, err := s.Offset(ctx, "m")
	if err != nil {
		return err
	}
	fmt.Println("acked", seq)
	g := storetest.NewGenerator(99)
	all := g.Many(int(seq) * childBatch)
	for {
		batch := g.Many(childBatch)
		all = append(all, batch...)
		seq++
		if seq%3 == 0 {
			batch = append(batch, all[:childBatch]...)
		}
		if _, err := s.Load(ctx, mention.Batch{Stream: "m", Seq: seq, Mentions: batch}); err != nil {
			return err
		}
		fmt.Println("acked", seq)
		if seq%7 == 0 {
			if err := s.Compact(ctx); err != nil {
				return err
			}
		}
	}
}

// child starts this binary as a loader and returns its acknowledgements.
func child(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

func acked(t *testing.T, out *bufio.Scanner) (n uint64) {
	t.Helper()
	if !out.Scan() {
		t.Fatal("the loader ended early")
	}
	if _, err := fmt.Sscanf(out.Text(), "acked %d", &n); err != nil {
		t.Fatalf("the loader says %q", out.Text())
	}
	return n
}

// TestKilledLoader kills a loading process again and again: what it acknowledged is
// there, once, and rows, roll-ups and offset belong together.
func TestKilledLoader(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.duckdb")
	var last uint64
	for round := range 5 {
		cmd, out := child(t, path)
		if at := acked(t, out); at < last || at > last+1 { // one may be durable and not yet told
			t.Errorf("round %d: begins at %d after %d was acknowledged", round, at, last)
		}
		for range 3 + 2*round {
			last = acked(t, out)
		}
		if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		for out.Scan() { // what was told before the end
			fmt.Sscanf(out.Text(), "acked %d", &last) //nolint:errcheck // a torn last line
		}
		cmd.Wait() //nolint:errcheck // killed
	}
	s := open(t, path)
	ctx := context.Background()
	seq, err := s.Offset(ctx, "m")
	if err != nil || seq < last || seq > last+1 {
		t.Fatalf("offset %d, %v; acknowledged %d", seq, err, last)
	}
	all := storetest.NewGenerator(99).Many(int(seq) * childBatch)
	for _, q := range []metric.Query{
		{Measures: []string{"mentions", "authors", "mean_rating"}, Filter: metric.Filter{AllTopics: true}, By: []metric.Dimension{metric.BySource}},
		{Measures: []string{"mentions", "net_sentiment"}, By: []metric.Dimension{metric.ByEntity}},
		{Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByDepartment, metric.ByEntity}},
	} {
		got, err := s.Query(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		want := storetest.Answer(all, q)
		if got.Total != want.Total || len(got.Rows) != len(want.Rows) {
			t.Fatalf("%s: total %d in %d rows, want %d in %d", q.Values().Encode(), got.Total, len(got.Rows), want.Total, len(want.Rows))
		}
		for i := range want.Rows {
			if fmt.Sprint(got.Rows[i].Keys, got.Rows[i].Values[0].N) != fmt.Sprint(want.Rows[i].Keys, want.Rows[i].Values[0].N) {
				t.Errorf("%s: row %d: %v, want %v", q.Values().Encode(), i, got.Rows[i], want.Rows[i])
			}
		}
	}
}

func TestInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "store.duckdb")
	cmd, out := child(t, path)
	defer cmd.Wait()         //nolint:errcheck // killed
	defer cmd.Process.Kill() //nolint:errcheck
	acked(t, out)
	_, err := Open(context.Background(), Options{Path: path})
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), fmt.Sprint(cmd.Process.Pid)) {
		t.Errorf("open beside process %d: %v, want %v with path and process", cmd.Process.Pid, err, store.ErrInUse)
	}
}

// TestOpenMistakes: each bad place gets one message with the path and what to do.
func TestOpenMistakes(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := filepath.Join(dir, "good.duckdb")
	s, err := Open(context.Background(), Options{Path: good})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	newer := filepath.Join(dir, "newer.duckdb")
	change(t, newer, "CREATE TABLE schema_version (version INTEGER); INSERT INTO schema_version VALUES (9999)")
	foreign := filepath.Join(dir, "foreign.duckdb")
	change(t, foreign, "CREATE TABLE sales (x INTEGER)")
	header := []byte(whole)
	copy(header[4096:8192*2], make([]byte, 8192))
	for _, tt := range []struct {
		name, path string
		is         error
		want       string
	}{
		{"no path", "", nil, "no path"},
		{"a directory", dir, nil, "is a directory"},
		{"no such directory", filepath.Join(dir, "none", "x.duckdb"), nil, "does not exist"},
		{"another kind of file", write("text.duckdb", strings.Repeat("not a database. ", 500)), store.ErrDamaged, "backup"},
		{"cut off", write("cut.duckdb", string(whole[:5000])), store.ErrDamaged, "backup"},
		{"overwritten", write("zero.duckdb", string(header)), store.ErrDamaged, "backup"},
		{"newer schema", newer, store.ErrNewer, "newer"},
		{"another program's tables", foreign, store.ErrDamaged, "did not make"},
	} {
		s, err := Open(context.Background(), Options{Path: tt.path})
		if err == nil {
			s.Close()
			t.Errorf("%s: opened", tt.name)
			continue
		}
		if tt.is != nil && !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), tt.path) {
			t.Errorf("%s: %v; want %v with %q", tt.name, err, tt.is, tt.want)
		}
	}
}

// TestReadOnlyPlace needs a user whom permissions bind.
func TestReadOnlyPlace(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), Options{Path: filepath.Join(dir, "x.duckdb")}); err == nil || !strings.Contains(err.Error(), "must be writable") {
		t.Errorf("open in a read-only directory: %v", err)
	}
}

// change runs SQL on a file of its own.
func change(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("duckdb", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestUseAfterClose(t *testing.T) {
	s, err := Open(context.Background(), Options{Path: filepath.Join(t.TempDir(), "x.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	ctx := context.Background()
	if _, err := s.Load(ctx, mention.Batch{Seq: 1}); err == nil {
		t.Error("a closed store loads")
	}
	if _, err := s.Query(ctx, metric.Query{Measures: []string{"mentions"}}); err == nil {
		t.Error("a closed store answers")
	}
}
