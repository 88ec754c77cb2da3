package duckdb

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"antojo/internal/store/storetest"
)

var _ storetest.Store = (*Store)(nil)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Path: path, MemoryLimit: "512MB", Readers: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB, dir string) storetest.Store {
		s := open(t, filepath.Join(dir, "store.duckdb"))
		s.maxTail, s.dense = 350, 0 // so that loads of the suite meet roll-ups, tails and both
		return s
	})
}

// TestWarmStore runs the suite over the copy in memory.
func TestWarmStore(t *testing.T) {
	storetest.Run(t, func(t testing.TB, dir string) storetest.Store {
		s := open(t, filepath.Join(dir, "store.duckdb"))
		warm(t, s, 1_000_000)
		return s
	})
}

// warm takes the newest mentions into memory and waits until they are there.
func warm(t testing.TB, s *Store, most int) {
	t.Helper()
	if err := s.Warm(most); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Warmed():
	case <-time.After(time.Minute):
		t.Fatal("the copy in memory is not complete after a minute")
	}
}
