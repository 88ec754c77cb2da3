package bus

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
)

func open(t *testing.T, o Options) *Bus {
	t.Helper()
	if o.Dir == "" && o.URL == "" {
		o.Dir = t.TempDir()
	}
	b, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func publish(t *testing.T, b *Bus, stream, id, data string) Ack {
	t.Helper()
	ack, err := b.Publish(t.Context(), stream, id, nil, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return ack
}

func fetch(t *testing.T, b *Bus, stream string, from uint64, limit int, wait time.Duration) []Entry {
	t.Helper()
	es, err := b.Fetch(t.Context(), stream, from, limit, wait)
	if err != nil {
		t.Fatal(err)
	}
	return es
}

func brief(es []Entry) []string {
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%d %s", e.Seq, e.Data))
	}
	return out
}

// each runs a test against the embedded server and against one over TCP.
func each(t *testing.T, test func(t *testing.T, b *Bus)) {
	t.Run("embedded", func(t *testing.T) { test(t, open(t, Options{})) })
	t.Run("remote", func(t *testing.T) { test(t, open(t, Options{URL: serve(t, true)})) })
}

func serve(t *testing.T, jetStream bool) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: jetStream, StoreDir: t.TempDir(),
		JetStreamMaxStore: 1 << 40, // not what the disk happens to have free
		NoSigs:            true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("server did not start")
	}
	return s.ClientURL()
}

func TestPublishFetch(t *testing.T) {
	each(t, func(t *testing.T, b *Bus) {
		if got := fetch(t, b, Mentions, 1, 10, time.Millisecond); len(got) != 0 {
			t.Errorf("fetch before the first publish = %v", brief(got))
		}
		for i := 1; i <= 100; i++ {
			ack := publish(t, b, Mentions, fmt.Sprint("id", i), fmt.Sprint("e", i))
			if diff := cmp.Diff(Ack{Seq: uint64(i)}, ack); diff != "" {
				t.Fatalf("ack -want +got\n%s", diff)
			}
		}
		if diff := cmp.Diff(Ack{Seq: 7, Duplicate: true}, publish(t, b, Mentions, "id7", "again")); diff != "" {
			t.Errorf("ack of a repeat -want +got\n%s", diff)
		}
		var all []Entry
		for from := uint64(1); ; {
			es := fetch(t, b, Mentions, from, 33, 0)
			if len(es) == 0 {
				break
			}
			all = append(all, es...)
			from = es[len(es)-1].Seq + 1
		}
		if len(all) != 100 {
			t.Fatalf("read %d entries, want 100", len(all))
		}
		for i, e := range all {
			if e.Seq != uint64(i+1) || string(e.Data) != fmt.Sprint("e", i+1) || e.Time.IsZero() {
				t.Fatalf("entry %d = %d %q at %s", i, e.Seq, e.Data, e.Time)
			}
		}
		// Any place can be read again, also one beyond the limit of one pull.
		if got := fetch(t, b, Mentions, 41, 60, 0); len(got) != 60 || got[0].Seq != 41 || got[59].Seq != 100 {
			t.Errorf("read %d entries from 41", len(got))
		}
		if got := fetch(t, b, Mentions, 101, 5, 20*time.Millisecond); got != nil {
			t.Errorf("fetch past the end = %v", brief(got))
		}
	})
}

func TestFetchSkipsGaps(t *testing.T) {
	each(t, func(t *testing.T, b *Bus) {
		for i := range 10 {
			publish(t, b, Dead, "", fmt.Sprint(i+1))
		}
		for _, seq := range []uint64{5, 6, 10, 10} { // twice: deleting again is harmless
			if err := b.Delete(t.Context(), Dead, seq); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Trim(t.Context(), Dead, 3); err != nil {
			t.Fatal(err)
		}
		want := []string{"3 3", "4 4", "7 7", "8 8", "9 9"}
		if diff := cmp.Diff(want, brief(fetch(t, b, Dead, 1, 100, 0))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		info, err := b.Info(t.Context(), Dead)
		if err != nil {
			t.Fatal(err)
		}
		if info.First != 3 || info.Last != 10 || info.Entries != 5 {
			t.Errorf("info = %+v", info)
		}
		if ack := publish(t, b, Dead, "", "11"); ack.Seq != 11 {
			t.Errorf("number after a deleted tail = %d, want 11: numbers are never given twice", ack.Seq)
		}
		if _, ok, err := b.Get(t.Context(), Dead, 5); ok || err != nil {
			t.Errorf("get of a deleted entry = %v, %v", ok, err)
		}
		if e, ok, err := b.Get(t.Context(), Dead, 7); !ok || err != nil || string(e.Data) != "7" {
			t.Errorf("get 7 = %q, %v, %v", e.Data, ok, err)
		}
	})
}

func TestFetchWaitsForTheFirst(t *testing.T) {
	each(t, func(t *testing.T, b *Bus) {
		publish(t, b, Mentions, "", "one")
		fetch(t, b, Mentions, 1, 1, 0)
		got := make(chan []Entry)
		go func() {
			es, err := b.Fetch(t.Context(), Mentions, 2, 100, time.Minute)
			if err != nil {
				t.Error(err)
			}
			got <- es
		}()
		publish(t, b, Mentions, "", "two")
		if diff := cmp.Diff([]string{"2 two"}, brief(<-got)); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
}

func TestFetchEndsWithContext(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Mentions, "", "one")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := b.Fetch(ctx, Mentions, 2, 1, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
	publish(t, b, Mentions, "", "two") // may go to the abandoned pull: it must not be lost
	if diff := cmp.Diff([]string{"2 two"}, brief(fetch(t, b, Mentions, 2, 10, time.Minute))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestHeaders(t *testing.T) {
	each(t, func(t *testing.T, b *Bus) {
		want := map[string]string{"Error": "no se pudo leer", "Stream": "mentions"}
		if _, err := b.Publish(t.Context(), Dead, "x", want, []byte{0, 1, 2}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, fetch(t, b, Dead, 1, 1, 0)[0].Header); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
}

func TestConcurrentPublish(t *testing.T) {
	b := open(t, Options{})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 25 {
				// Every id is sent by two goroutines.
				if _, err := b.Publish(t.Context(), Mentions, fmt.Sprint(g/2, "-", i), nil, []byte("x")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(fetch(t, b, Mentions, 1, 1000, 0)); got != 100 {
		t.Errorf("%d entries, want 100", got)
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	b := open(t, Options{Dir: dir})
	publish(t, b, Mentions, "a", "1")
	publish(t, b, Mentions, "b", "2")
	if err := b.PutState(t.Context(), "panel/home", []byte("x")); err != nil {
		t.Fatal(err)
	}
	before, err := b.Info(t.Context(), Mentions)
	if err != nil {
		t.Fatal(err)
	}
	b.Close()
	b.Close()
	if _, err := b.Publish(t.Context(), Mentions, "", nil, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("publish after close: %v", err)
	}

	b = open(t, Options{Dir: dir})
	after, err := b.Info(t.Context(), Mentions)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("info -before +after\n%s", diff)
	}
	if ack := publish(t, b, Mentions, "b", "2"); !ack.Duplicate || ack.Seq != 2 {
		t.Errorf("a repeat after a restart was stored again: %+v", ack)
	}
	if diff := cmp.Diff([]string{"1 1", "2 2"}, brief(fetch(t, b, Mentions, 1, 9, 0))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	v, ok, err := b.State(t.Context(), "panel/home")
	if string(v) != "x" || !ok || err != nil {
		t.Errorf("state = %q, %v, %v", v, ok, err)
	}
}

func TestIdentityChangesWithTheLog(t *testing.T) {
	dir := t.TempDir()
	id := func() string {
		b := open(t, Options{Dir: dir})
		defer b.Close()
		if err := b.Create(t.Context(), Mentions); err != nil {
			t.Fatal(err)
		}
		i, err := b.Info(t.Context(), Mentions)
		if err != nil {
			t.Fatal(err)
		}
		return i.Identity
	}
	first := id()
	if again := id(); again != first {
		t.Errorf("identity changed from %s to %s by opening again", first, again)
	}
	if err := os.RemoveAll(filepath.Join(dir, "jetstream")); err != nil {
		t.Fatal(err)
	}
	if anew := id(); anew == first {
		t.Errorf("a log begun again has the identity %s of the old one", anew)
	}
}

func TestSeqAt(t *testing.T) {
	b := open(t, Options{})
	for i := range 9 {
		publish(t, b, Mentions, "", fmt.Sprint(i))
	}
	if err := b.Delete(t.Context(), Mentions, 4); err != nil {
		t.Fatal(err)
	}
	es := fetch(t, b, Mentions, 1, 9, 0)
	for _, e := range es {
		got, err := b.SeqAt(t.Context(), Mentions, e.Time)
		if err != nil || got > e.Seq || (e.Seq > 5 && got < 5) {
			t.Errorf("SeqAt(time of %d) = %d, %v", e.Seq, got, err)
		}
	}
	if got, err := b.SeqAt(t.Context(), Mentions, time.Now().Add(time.Hour)); got != 10 || err != nil {
		t.Errorf("SeqAt(future) = %d, %v; want 10", got, err)
	}
	if got, err := b.SeqAt(t.Context(), Mentions, time.Unix(0, 0)); got != 1 || err != nil {
		t.Errorf("SeqAt(1970) = %d, %v; want 1", got, err)
	}
}

func TestFull(t *testing.T) {
	b := open(t, Options{MaxBytes: 4096})
	var err error
	n := 0
	for ; n < 100 && err == nil; n++ {
		_, err = b.Publish(t.Context(), Mentions, "", nil, make([]byte, 1000))
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("after %d entries of 1 kB in 4 kB: %v, want ErrFull", n, err)
	}
	kept := fetch(t, b, Mentions, 1, 100, 0)
	if len(kept) != n-1 || kept[0].Seq != 1 {
		t.Errorf("a full log kept %d of %d acknowledged entries", len(kept), n-1)
	}
	if err := b.Trim(t.Context(), Mentions, 3); err != nil {
		t.Fatal(err)
	}
	publish(t, b, Mentions, "", "room again")
}

func TestFullDisk(t *testing.T) {
	b := open(t, Options{MinFree: 1 << 60})
	_, err := b.Publish(t.Context(), Mentions, "", nil, []byte("x"))
	if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), b.Where()) {
		t.Errorf("err = %v, want ErrFull with the directory's name", err)
	}
	if err := b.PutState(t.Context(), "k", nil); !errors.Is(err, ErrFull) {
		t.Errorf("state: %v, want ErrFull", err)
	}
}

func TestTooLarge(t *testing.T) {
	b := open(t, Options{})
	publish(t, b, Mentions, "", string(make([]byte, MaxEntry)))
	if _, err := b.Publish(t.Context(), Mentions, "", nil, make([]byte, MaxEntry+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("err = %v, want ErrTooLarge", err)
	}
}

func TestSecondProcess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no kernel lock on this system")
	}
	dir := t.TempDir()
	open(t, Options{Dir: dir})
	_, err := Open(t.Context(), Options{Dir: dir})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("err = %v, want ErrInUse with directory and process", err)
	}
}

func TestBadDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dirs := map[string]string{"a file": file, "below a file": filepath.Join(file, "log")}
	if os.Geteuid() != 0 {
		ro := t.TempDir()
		if err := os.Chmod(ro, 0o500); err != nil {
			t.Fatal(err)
		}
		dirs["read-only"] = ro
	} else if runtime.GOOS == "linux" {
		dirs["read-only"] = "/proc/self" // not even root can write there
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			b, err := Open(t.Context(), Options{Dir: dir})
			if err == nil {
				b.Close()
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), dir) {
				t.Errorf("error does not name %s: %v", dir, err)
			}
		})
	}
}

func TestDamaged(t *testing.T) {
	cases := map[string]func(stream string) error{
		"description cut":  func(s string) error { return os.WriteFile(filepath.Join(s, "meta.inf"), []byte("{"), 0o600) },
		"checksum gone":    func(s string) error { return os.Remove(filepath.Join(s, "meta.sum")) },
		"description gone": func(s string) error { return os.Remove(filepath.Join(s, "meta.inf")) },
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			b := open(t, Options{Dir: dir})
			publish(t, b, Mentions, "", "precious")
			b.Close()
			stream := filepath.Join(dir, "jetstream", "$G", "streams", Mentions)
			if err := damage(stream); err != nil {
				t.Fatal(err)
			}
			_, err := Open(t.Context(), Options{Dir: dir})
			if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), stream) {
				t.Fatalf("err = %v, want ErrDamaged with the path", err)
			}
			blocks, _ := filepath.Glob(filepath.Join(stream, "msgs", "*.blk"))
			if len(blocks) == 0 {
				t.Error("the refusal removed the data")
			}
		})
	}
}

// Blocks that are damaged, cut or gone are noticed, and what to do works.
func TestDamagedBlocks(t *testing.T) {
	cases := map[string]func(block string, data []byte) error{
		// With its index at hand the server trusts it and sees a changed byte only when
		// it reads the block (docs/pipeline.md); without, it scans the block at start.
		"a byte in the middle": func(block string, data []byte) error {
			if err := os.Remove(filepath.Join(filepath.Dir(block), "index.db")); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			data[len(data)/2] ^= 0x55
			return os.WriteFile(block, data, 0o600)
		},
		"cut":  func(block string, data []byte) error { return os.WriteFile(block, data[:len(data)/2], 0o600) },
		"gone": func(block string, _ []byte) error { return os.Remove(block) },
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			b := open(t, Options{Dir: dir})
			for i := range 100 {
				publish(t, b, Mentions, "", fmt.Sprint("entry ", i, strings.Repeat("x", 200)))
			}
			b.Close()
			blocks, err := filepath.Glob(filepath.Join(dir, "jetstream", "$G", "streams", Mentions, "msgs", "*.blk"))
			if err != nil || len(blocks) != 1 {
				t.Fatal(blocks, err)
			}
			data, err := os.ReadFile(blocks[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(blocks[0], data); err != nil {
				t.Fatal(err)
			}
			for range 2 { // and it does not go away by trying again
				_, err = Open(t.Context(), Options{Dir: dir})
				if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "100 entries") {
					t.Fatalf("err = %v, want ErrDamaged with the directory", err)
				}
			}
			if err := os.Remove(filepath.Join(dir, "closed.json")); err != nil {
				t.Fatal(err)
			}
			publish(t, open(t, Options{Dir: dir}), Mentions, "", "going on")
		})
	}
}

// A process killed while it makes a stream leaves a directory without
// description; that must not keep the next one from starting.
func TestUnfinishedStream(t *testing.T) {
	dir := t.TempDir()
	open(t, Options{Dir: dir}).Close()
	if err := os.MkdirAll(filepath.Join(dir, "jetstream", "$G", "streams", Mentions, "msgs"), 0o700); err != nil {
		t.Fatal(err)
	}
	publish(t, open(t, Options{Dir: dir}), Mentions, "", "first")
}

func TestNoServer(t *testing.T) {
	_, err := Open(t.Context(), Options{URL: "nats://ana:secreto@127.0.0.1:1"})
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") || strings.Contains(err.Error(), "secreto") {
		t.Errorf("err = %v, want the address without the password", err)
	}
	_, err = Open(t.Context(), Options{URL: serve(t, false)})
	if err == nil || !strings.Contains(err.Error(), "JetStream") {
		t.Errorf("err = %v, want one that speaks of JetStream", err)
	}
	if _, err := Open(t.Context(), Options{}); err == nil {
		t.Error("no error for neither directory nor URL")
	}
	if _, err := open(t, Options{}).Publish(t.Context(), "mentiosn", "", nil, nil); err == nil {
		t.Error("no error for an unknown stream")
	}
}

func TestState(t *testing.T) {
	each(t, func(t *testing.T, b *Bus) {
		check := func(want string, there bool) {
			t.Helper()
			v, ok, err := b.State(t.Context(), "k")
			if string(v) != want || ok != there || err != nil {
				t.Errorf("state = %q, %v, %v; want %q, %v", v, ok, err, want, there)
			}
		}
		check("", false)
		if err := b.DeleteState(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		for _, v := range []string{"1", "2"} {
			if err := b.PutState(t.Context(), "k", []byte(v)); err != nil {
				t.Fatal(err)
			}
			check(v, true)
		}
		if err := b.DeleteState(t.Context(), "k"); err != nil {
			t.Fatal(err)
		}
		check("", false)
	})
}

func TestNotify(t *testing.T) {
	each(t, func(t *testing.T, b *Bus) {
		live, cancel, err := b.Subscribe("mentions", 2)
		if err != nil {
			t.Fatal(err)
		}
		other, cancelOther, err := b.Subscribe("runs", 1)
		if err != nil {
			t.Fatal(err)
		}
		defer cancelOther()
		if err := b.Notify("mentions", []byte("one")); err != nil {
			t.Fatal(err)
		}
		if got := string(<-live); got != "one" {
			t.Errorf("got %q", got)
		}
		// A slow reader keeps the newest: 100 are sent, at most 2 are held.
		for i := range 100 {
			if err := b.Notify("mentions", fmt.Append(nil, i)); err != nil {
				t.Fatal(err)
			}
		}
		for last := ""; last != "99"; {
			last = string(<-live)
		}
		cancel()
		cancel()
		if _, ok := <-live; ok {
			t.Error("channel not closed by cancel")
		}
		select {
		case m := <-other:
			t.Errorf("another topic got %q", m)
		default:
		}
	})
}

func BenchmarkPublish(b *testing.B) {
	for _, size := range []int{1 << 10, 40 << 10, 250 << 10} {
		b.Run(fmt.Sprintf("%dkB", size>>10), func(b *testing.B) {
			log, err := Open(b.Context(), Options{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			defer log.Close()
			data := make([]byte, size)
			b.SetBytes(int64(size))
			b.SetParallelism(4)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := log.Publish(b.Context(), Mentions, "", nil, data); err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

func BenchmarkFetch(b *testing.B) {
	log, err := Open(b.Context(), Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer log.Close()
	for range 500 {
		if _, err := log.Publish(b.Context(), Mentions, "", nil, make([]byte, 40<<10)); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(40 << 10)
	from := uint64(1)
	for i := 0; i < b.N; {
		es, err := log.Fetch(b.Context(), Mentions, from, 32, 0)
		if err != nil {
			b.Fatal(err)
		}
		i += len(es)
		if from += uint64(len(es)); len(es) == 0 {
			from = 1
		}
	}
}

func BenchmarkReopen(b *testing.B) {
	dir := b.TempDir()
	fill, err := Open(b.Context(), Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	for range 2000 { // 80 MB: a million mentions
		if _, err := fill.Publish(b.Context(), Mentions, "", nil, make([]byte, 40<<10)); err != nil {
			b.Fatal(err)
		}
	}
	fill.Close()
	for b.Loop() {
		log, err := Open(b.Context(), Options{Dir: dir})
		if err != nil {
			b.Fatal(err)
		}
		log.Close()
	}
}
