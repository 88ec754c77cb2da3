package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"time"

	"antojo/internal/mention"
	"antojo/internal/store"
)

// coverage is kept in memory, since every page asks for it: read once at opening
// and after bulk loads, then moved on by each committed batch.
type coverage struct {
	mu       sync.Mutex
	c        store.Coverage
	entities map[string]bool
}

func (c *coverage) add(ms []mention.Annotated, fresh []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range fresh {
		m := &ms[i]
		day := m.Day()
		if c.c.Mentions == 0 {
			c.c.First, c.c.Last = day, day
		}
		c.c.First, c.c.Last = min(c.c.First, day), max(c.c.Last, day)
		c.c.Mentions++
		if m.Relevant {
			c.c.Relevant++
		}
		c.c.Synthetic = c.c.Synthetic || m.Synthetic
		// Microseconds, as the store keeps them.
		if at := m.Time.UTC().Truncate(time.Microsecond); at.After(c.c.Newest[m.Source]) {
			c.c.Newest[m.Source] = at
		}
		for j := range m.Entities {
			c.entities[m.Entities[j].ID] = true
		}
	}
}

func (s *Store) refreshCoverage(ctx context.Context) error {
	c := store.Coverage{Newest: map[mention.Source]time.Time{}}
	entities := map[string]bool{}
	err := s.db.QueryRowContext(ctx, `SELECT CAST(coalesce(min(day), 0) AS BIGINT), CAST(coalesce(max(day), 0) AS BIGINT),
		count(*), CAST(coalesce(sum(CASE WHEN relevant THEN 1 ELSE 0 END), 0) AS BIGINT) FROM mentions`).
		Scan(&c.First, &c.Last, &c.Mentions, &c.Relevant)
	if err != nil {
		return fmt.Errorf("read coverage: %w", err)
	}
	rows, err := s.db.QueryContext(ctx, "SELECT source, max(ts), max(CASE WHEN synthetic THEN 1 ELSE 0 END) FROM mentions GROUP BY source")
	if err != nil {
		return fmt.Errorf("read coverage: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var source mention.Source
		var at time.Time
		var synthetic int
		if err := rows.Scan(&source, &at, &synthetic); err != nil {
			return fmt.Errorf("read coverage: %w", err)
		}
		c.Newest[source] = at.UTC()
		c.Synthetic = c.Synthetic || synthetic == 1
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read coverage: %w", err)
	}
	names, err := s.db.QueryContext(ctx, "SELECT DISTINCT entity FROM mention_entities")
	if err != nil {
		return fmt.Errorf("read coverage: %w", err)
	}
	defer names.Close()
	for names.Next() {
		var e string
		if err := names.Scan(&e); err != nil {
			return fmt.Errorf("read coverage: %w", err)
		}
		entities[e] = true
	}
	if err := names.Err(); err != nil {
		return fmt.Errorf("read coverage: %w", err)
	}
	s.cover.mu.Lock()
	s.cover.c, s.cover.entities = c, entities
	s.cover.mu.Unlock()
	return nil
}

// Coverage says what the store holds. It costs nothing.
func (s *Store) Coverage(context.Context) (store.Coverage, error) {
	s.cover.mu.Lock()
	defer s.cover.mu.Unlock()
	c := s.cover.c
	c.Newest = maps.Clone(c.Newest)
	c.Entities = len(s.cover.entities)
	return c, nil
}

// lastDay is the last day with mentions, which windows end on.
func (s *Store) lastDay() mention.Day {
	s.cover.mu.Lock()
	defer s.cover.mu.Unlock()
	return s.cover.c.Last
}

// Stats returns figures about the store itself.
func (s *Store) Stats(ctx context.Context) (store.Stats, error) {
	var st store.Stats
	counts := []struct {
		query string
		into  *int64
	}{
		{"SELECT count(*) FROM mentions", &st.Mentions},
		{"SELECT count(*) FROM mention_entities", &st.Pairs},
		{"SELECT (SELECT count(*) FROM " + strings.Join(rollUpTables(), ") + (SELECT count(*) FROM ") + ")", &st.RollupRows},
		{"SELECT count(DISTINCT day) FROM dirty_days", &st.DirtyDays},
		{"SELECT CAST(coalesce(sum(memory_usage_bytes), 0) AS BIGINT) FROM duckdb_memory()", &st.MemoryBytes},
	}
	for _, c := range counts {
		if err := s.db.QueryRowContext(ctx, c.query).Scan(c.into); err != nil && err != sql.ErrNoRows {
			return st, fmt.Errorf("store figures: %w", err)
		}
	}
	for _, path := range []string{s.path, s.path + ".wal"} {
		if info, err := os.Stat(path); err == nil {
			st.FileBytes += info.Size()
		}
	}
	var err error
	st.Schema, err = s.schema(ctx)
	return st, err
}
