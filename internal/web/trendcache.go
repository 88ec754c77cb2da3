package web

import (
	"context"
	"fmt"
	"sync"
	"time"

	"antojo/internal/metric"
	"antojo/internal/trend"
)

// trendCache keeps rankings for a short while: a ranking reads whole windows of
// counts and the same one is asked for by the home page, the table and every
// entity page. A verdict over weeks does not change within seconds.
type trendCache struct {
	now func() time.Time
	mu  sync.Mutex
	by  map[string]*trendEntry
}

type trendEntry struct {
	once sync.Once
	at   time.Time
	rep  trend.Report
	err  error
}

const (
	trendAge  = 30 * time.Second
	trendKeep = 64
)

func newTrendCache(now func() time.Time) *trendCache {
	return &trendCache{now: now, by: map[string]*trendEntry{}}
}

// get returns the ranking for a resolved filter, computing it once for all who
// ask at the same time.
func (c *trendCache) get(ctx context.Context, q trend.Querier, names trend.Namer, f metric.Filter) (trend.Report, error) {
	o := trend.Options{Filter: f, To: f.To, Days: int(f.To-f.From) + 1}
	key := f.Values().Encode()
	now := c.now()
	c.mu.Lock()
	e := c.by[key]
	if e == nil || now.Sub(e.at) > trendAge {
		if len(c.by) >= trendKeep {
			for k, old := range c.by {
				if now.Sub(old.at) > trendAge || len(c.by) >= trendKeep {
					delete(c.by, k)
				}
			}
		}
		e = &trendEntry{at: now}
		c.by[key] = e
	}
	c.mu.Unlock()
	e.once.Do(func() {
		// Not the first asker's context: others wait for the same answer.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pageTimeout)
		defer cancel()
		e.rep, e.err = trend.Rank(ctx, q, names, o)
	})
	if e.err != nil {
		c.mu.Lock()
		if c.by[key] == e {
			delete(c.by, key)
		}
		c.mu.Unlock()
		return trend.Report{}, fmt.Errorf("trends: %w", e.err)
	}
	return e.rep, nil
}

// trendsOf ranks the entities of a view. The entities of the filter are left out
// of it: a verdict is corrected for all that was looked at.
func (s *Server) trendsOf(ctx context.Context, v *view) (trend.Report, error) {
	f := v.filter
	f.Entities, f.Text = nil, ""
	return s.trends.get(ctx, s.o.Data, s.names, f)
}

// span is a period as the pages write it.
func span(v *view, s trend.Span) string { return v.text.Days(s.From, max(s.To, s.From)) }
