package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter gives each token or address its own bucket of requests (token bucket).
type limiter struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu sync.Mutex
	by map[string]*bucket
}

type bucket struct {
	rate.Limiter
	seen time.Time
}

// maxBuckets bounds the memory; a bucket that is dropped starts again full.
const (
	maxBuckets = 10_000
	burstOf    = 4 // seconds' worth of requests that may come at once
)

func newLimiter(r rate.Limit, now func() time.Time) *limiter {
	l := &limiter{rate: r, burst: max(int(burstOf*r), 1), now: now, by: map[string]*bucket{}}
	if r < 0 {
		l.rate = rate.Inf
	}
	return l
}

// take takes a place for key, or says after how long there will be one.
func (l *limiter) take(key string) (wait time.Duration, ok bool) {
	if l.rate == rate.Inf {
		return 0, true
	}
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.by[key]
	if b == nil {
		if len(l.by) >= maxBuckets {
			l.sweep(now)
		}
		b = &bucket{Limiter: *rate.NewLimiter(l.rate, l.burst)}
		l.by[key] = b
	}
	b.seen = now
	res := b.ReserveN(now, 1)
	if wait = res.DelayFrom(now); wait > 0 {
		res.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// sweep drops buckets that are full again, and any if that is not enough.
func (l *limiter) sweep(now time.Time) {
	for k, b := range l.by {
		if now.Sub(b.seen) > 2*burstOf*time.Second {
			delete(l.by, k)
		}
	}
	for k := range l.by {
		if len(l.by) <= maxBuckets/2 {
			return
		}
		delete(l.by, k)
	}
}
