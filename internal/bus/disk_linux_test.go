package bus

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a file system of its own, which only root may do.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("cannot mount a small disk here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// On a disk that fills up, everything acknowledged stays, the message names the
// directory, and room makes it go on without a restart.
func TestDiskFillsUp(t *testing.T) {
	dir := smallDisk(t, "96m")
	log := filepath.Join(dir, "log")
	b, err := Open(t.Context(), Options{Dir: log})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	data := make([]byte, 800_000)
	acked := 0
	for acked < 1000 {
		if _, err = b.Publish(t.Context(), Mentions, "", nil, data); err != nil {
			break
		}
		acked++
	}
	if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), log) {
		t.Fatalf("after %d entries: %v, want ErrFull with the directory", acked, err)
	}
	for from := uint64(1); from <= uint64(acked); {
		es := fetch(t, b, Mentions, from, 8, 0)
		if len(es) == 0 {
			t.Fatalf("entry %d of %d acknowledged is gone", from, acked)
		}
		from = es[len(es)-1].Seq + 1
	}
	if err := b.Trim(t.Context(), Mentions, uint64(acked)); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), Mentions, "", nil, data); err != nil {
		t.Errorf("with room again: %v", err)
	}
}

func TestOpenOnFullDisk(t *testing.T) {
	dir := smallDisk(t, "1m")
	f, err := os.Create(filepath.Join(dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	f.Close()
	b, err := Open(t.Context(), Options{Dir: filepath.Join(dir, "log")})
	if err == nil {
		b.Close()
		t.Fatal("no error on a full disk")
	}
	if !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "room") {
		t.Errorf("error names neither directory nor reason: %v", err)
	}
}
