package web

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestStaleMemo: an old answer is given at once while the next one is computed; one
// that is too old is not.
func TestStaleMemo(t *testing.T) {
	var now atomic.Int64
	m := newStaleMemo[int64](func() time.Time { return time.Unix(now.Load(), 0) }, time.Second, time.Minute, 4)
	var calls atomic.Int64
	release := make(chan struct{}, 10)
	get := func() int64 {
		t.Helper()
		v, err := m.get(t.Context(), "a", func(context.Context) (int64, error) { <-release; return calls.Add(1), nil })
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	release <- struct{}{}
	if v := get(); v != 1 {
		t.Fatalf("first answer %d", v)
	}
	now.Store(10)
	for range 3 { // nothing is released: whoever waits for the next answer hangs here
		if v := get(); v != 1 {
			t.Fatalf("answer %d while the next one is computed, want the old one", v)
		}
	}
	release <- struct{}{}
	for deadline := time.Now().Add(10 * time.Second); get() != 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the next answer never came")
		}
	}
	if n := calls.Load(); n != 2 {
		t.Errorf("%d computations, want 2: one for all who asked meanwhile", n)
	}
	now.Store(1000)
	release <- struct{}{}
	if v := get(); v != 3 {
		t.Errorf("an answer of 16 minutes ago was given: %d", v)
	}
}

func TestMemo(t *testing.T) {
	now := time.Unix(0, 0)
	m := newMemo[int](func() time.Time { return now }, time.Second, 4)
	var calls atomic.Int64
	compute := func(context.Context) (int, error) { return int(calls.Add(1)), nil }
	get := func(key string) int {
		t.Helper()
		v, err := m.get(t.Context(), key, compute)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if a, b := get("a"), get("a"); a != 1 || b != 1 {
		t.Errorf("asked twice: %d, %d", a, b)
	}
	now = now.Add(2 * time.Second)
	if v := get("a"); v != 2 {
		t.Errorf("an old answer was given: %d", v)
	}
	for i := range 20 {
		get(string(rune('b' + i)))
	}
	if len(m.by) > 4 {
		t.Errorf("%d answers are kept, at most 4", len(m.by))
	}
	boom := errors.New("boom")
	if _, err := m.get(t.Context(), "z", func(context.Context) (int, error) { return 0, boom }); !errors.Is(err, boom) {
		t.Errorf("error %v", err)
	}
	if _, err := m.get(t.Context(), "z", compute); err != nil {
		t.Errorf("an error was kept: %v", err)
	}
}

// TestMemoOnce: many askers, one computation, which outlives the first asker.
func TestMemoOnce(t *testing.T) {
	m := newMemo[int](time.Now, time.Hour, 4)
	var calls atomic.Int64
	gate := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			v, err := m.get(ctx, "k", func(ctx context.Context) (int, error) {
				<-gate
				calls.Add(1)
				return 7, ctx.Err()
			})
			if v != 7 || err != nil {
				t.Errorf("got %d, %v", v, err)
			}
		})
	}
	cancel()
	close(gate)
	wg.Wait()
	if calls.Load() != 1 {
		t.Errorf("computed %d times", calls.Load())
	}
}
