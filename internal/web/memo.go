package web

import (
	"context"
	"strconv"
	"sync"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// memo keeps answers for a short while and computes each once for all who ask at
// the same time. Errors are not kept. An answer that is older than age, but not by
// more than stale, is still given, while the next one is computed beside it: nobody
// waits for a figure that somebody saw a moment ago.
type memo[T any] struct {
	now   func() time.Time
	age   time.Duration
	stale time.Duration
	keep  int
	slow  bool // an asker that wants only what is at hand is refused

	mu sync.Mutex
	by map[string]*memoEntry[T]
}

type memoEntry[T any] struct {
	once       sync.Once
	at         time.Time
	done       bool // val and err are set; under the memo's lock
	refreshing bool
	val        T
	err        error
}

func newMemo[T any](now func() time.Time, age time.Duration, keep int) *memo[T] {
	return newStaleMemo[T](now, age, 0, keep)
}

func newStaleMemo[T any](now func() time.Time, age, stale time.Duration, keep int) *memo[T] {
	return &memo[T]{now: now, age: age, stale: stale, keep: keep, by: map[string]*memoEntry[T]{}}
}

func (m *memo[T]) get(ctx context.Context, key string, compute func(context.Context) (T, error)) (T, error) {
	now := m.now()
	m.mu.Lock()
	e := m.by[key]
	if m.slow && onlyAtHand(ctx) && (e == nil || !e.done || now.Sub(e.at) > m.age+m.stale) {
		m.mu.Unlock()
		var none T
		return none, errNotAtHand
	}
	switch {
	case e == nil || now.Sub(e.at) > m.age && !e.done || now.Sub(e.at) > m.age+m.stale:
		if len(m.by) >= m.keep {
			m.shrink(now)
		}
		e = &memoEntry[T]{at: now}
		m.by[key] = e
	case now.Sub(e.at) > m.age && !e.refreshing:
		e.refreshing = true
		old, next := e, &memoEntry[T]{at: now}
		go func() {
			m.fill(ctx, next, compute)
			m.mu.Lock()
			defer m.mu.Unlock()
			if old.refreshing = false; next.err == nil && m.by[key] == old {
				m.by[key] = next
			}
		}()
	}
	m.mu.Unlock()
	m.fill(ctx, e, compute)
	if e.err != nil {
		m.mu.Lock()
		if m.by[key] == e {
			delete(m.by, key)
		}
		m.mu.Unlock()
	}
	return e.val, e.err
}

// fill computes the answer of e, once. It is not under the first asker's context:
// others wait for the same answer.
func (m *memo[T]) fill(ctx context.Context, e *memoEntry[T], compute func(context.Context) (T, error)) {
	e.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageTimeout)
		defer cancel()
		e.val, e.err = compute(ctx)
		m.mu.Lock()
		e.done = true
		m.mu.Unlock()
	})
}

// shrink drops what is too old, and anything until half of the places are free.
func (m *memo[T]) shrink(now time.Time) {
	for k, e := range m.by {
		if now.Sub(e.at) > m.age+m.stale {
			delete(m.by, k)
		}
	}
	for k := range m.by {
		if len(m.by) <= m.keep/2 {
			return
		}
		delete(m.by, k)
	}
}

// queryAge is how far a figure may lag behind the store. It spares the store the
// same question from several tabs, panels and reloads.
const queryAge = 5 * time.Second

// memoData answers repeated queries from memory.
type memoData struct {
	Data
	queries  *memo[metric.Result]
	together *memo[[]store.CoMention]
	quotes   *memo[[]mention.Annotated]
}

func newMemoData(d Data, now func() time.Time) memoData {
	return memoData{d, newMemo[metric.Result](now, queryAge, 512),
		newMemo[[]store.CoMention](now, queryAge, 128), newMemo[[]mention.Annotated](now, queryAge, 64)}
}

// newSteadyData keeps answers as rankings are kept: those of a page that speaks of
// months need not be of this second, and nobody waits while they are made anew.
func newSteadyData(d Data, now func() time.Time) memoData {
	return memoData{d, newStaleMemo[metric.Result](now, trendAge, trendStale, 256),
		newStaleMemo[[]store.CoMention](now, trendAge, trendStale, 64), newStaleMemo[[]mention.Annotated](now, trendAge, trendStale, 64)}
}

// Query implements panel.Querier. Callers must not change the rows of a result.
func (d memoData) Query(ctx context.Context, q metric.Query) (metric.Result, error) {
	return d.queries.get(ctx, q.Values().Encode(), func(ctx context.Context) (metric.Result, error) {
		return d.Data.Query(ctx, q)
	})
}

// CoMentions answers like Query. Callers must not change the result.
func (d memoData) CoMentions(ctx context.Context, entity string, f metric.Filter, limit int) ([]store.CoMention, error) {
	key := entity + "\n" + strconv.Itoa(limit) + "\n" + f.Values().Encode()
	return d.together.get(ctx, key, func(ctx context.Context) ([]store.CoMention, error) {
		return d.Data.CoMentions(ctx, entity, f, limit)
	})
}

// Examples answers like Query. The page of mentions itself reads afresh, so that a
// new mention is there at once.
func (d memoData) Examples(ctx context.Context, f metric.Filter, among, each int) ([]mention.Annotated, error) {
	key := strconv.Itoa(among) + "\n" + strconv.Itoa(each) + "\n" + f.Values().Encode()
	return d.quotes.get(ctx, key, func(ctx context.Context) ([]mention.Annotated, error) {
		return d.Data.Examples(ctx, f, among, each)
	})
}
