package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"antojo/internal/mention"
)

// The roll-ups lag behind the mentions by a tail of some maxTail mentions, which
// queries read row by row. Adding each batch to the roll-ups in its own transaction
// was measured to cost more than the mentions themselves (ADR 0060); adding many at
// once costs a fraction of that, and answers are exact at every moment.
//
// A tail spread over so many days that it has fewer than denseTail mentions a day would
// add about a row of each roll-up for each mention, so that nobody gains by it: an import
// of history waits until the tail has sparseTails times as many (ADR 0060).
const (
	maxTail     = 100_000
	sparseTails = 10
	denseTail   = 500
)

// nextLoad gives a load its number. The caller holds s.mu.
func (s *Store) nextLoad() int32 { return s.lastLoad.Add(1) }

// tailOf returns the load up to which the roll-ups of a snapshot reach, and whether
// the snapshot may hold mentions beyond it.
func (s *Store) tailOf(ctx context.Context, tx *sql.Tx) (upto int32, some bool, err error) {
	if err := tx.QueryRowContext(ctx, "SELECT upto FROM rolled").Scan(&upto); err != nil {
		return 0, false, fmt.Errorf("read how far roll-ups reach: %w", err)
	}
	return upto, s.lastLoad.Load() > upto, nil
}

// roll adds the tail to the roll-ups if that is worth it yet. The caller holds s.mu.
func (s *Store) roll(ctx context.Context) error {
	if s.tail < sparseTails*s.maxTail {
		var days int
		if err := s.db.QueryRowContext(ctx, "SELECT count(DISTINCT day) FROM mentions WHERE load_no > (SELECT upto FROM rolled)").Scan(&days); err != nil {
			return fmt.Errorf("count the days of the tail: %w", err)
		}
		if s.tail < days*s.dense {
			s.rollAt = (s.tail/s.maxTail + 1) * s.maxTail
			return nil
		}
	}
	if err := s.write(ctx, func(w *writer) error { return rollTail(ctx, w, s.lastLoad.Load()) }); err != nil {
		return err
	}
	s.rolledUp()
	return nil
}

// rolledUp notes that the roll-ups lack nothing. The caller holds s.mu.
func (s *Store) rolledUp() { s.tail, s.rollAt = 0, 0 }

// rollTail adds the mentions of the loads up to last that the roll-ups lack.
func rollTail(ctx context.Context, w *writer, last int32) error {
	var upto int32
	if err := w.conn.QueryRowContext(ctx, "SELECT upto FROM rolled").Scan(&upto); err != nil {
		return fmt.Errorf("read how far roll-ups reach: %w", err)
	}
	if upto >= last {
		return nil
	}
	where := fmt.Sprintf("load_no > %d", upto)
	// A day that has rows already will have several for some keys.
	if _, err := w.exec(ctx, "INSERT INTO dirty_days SELECT DISTINCT day FROM mentions WHERE "+where+" AND day IN (SELECT day FROM kpi_day)"); err != nil {
		return fmt.Errorf("mark days: %w", err)
	}
	if err := rollUp(ctx, w, "mentions", "mention_entities", where); err != nil {
		return err
	}
	_, err := w.exec(ctx, "UPDATE rolled SET upto = ?", last)
	return err
}

// compactDays bounds one transaction of Compact, so that loads wait for a moment
// only.
const compactDays = 120

// Compact adds the tail to the roll-ups, makes their rows of the dirty days anew
// from the mentions, one row a key, and merges the counts of runs. Figures do not
// change; queries get faster. It is idempotent, gives way to loads between its
// transactions, and may be stopped at any point.
func (s *Store) Compact(ctx context.Context) error {
	for {
		more, err := s.compactSome(ctx)
		if err != nil {
			return fmt.Errorf("compact roll-ups: %w", err)
		}
		if !more {
			return nil
		}
	}
}

func (s *Store) compactSome(ctx context.Context) (more bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.write(ctx, func(w *writer) error {
		last := s.lastLoad.Load()
		var stale, all int
		if err := w.conn.QueryRowContext(ctx, `WITH stale AS (SELECT day FROM dirty_days UNION SELECT day FROM mentions WHERE load_no > (SELECT upto FROM rolled))
			SELECT (SELECT count(*) FROM stale), (SELECT count(*) FROM (SELECT day FROM stale UNION SELECT day FROM kpi_day))`).Scan(&stale, &all); err != nil {
			return fmt.Errorf("count days: %w", err)
		}
		more = false
		if stale > compactDays && 2*stale > all {
			// After an import of history: all at once, since only then each roll-up lies
			// in the order of its entities, which questions about one entity need.
			if err := rebuild(ctx, w, "1 = 1"); err != nil {
				return err
			}
			if _, err := w.exec(ctx, "UPDATE rolled SET upto = ?", last); err != nil {
				return err
			}
			return mergeRuns(ctx, w)
		}
		// The tail first: days are made anew from all mentions.
		if err := rollTail(ctx, w, last); err != nil {
			return err
		}
		days, err := dirtyDays(ctx, w)
		if err != nil {
			return err
		}
		if more = len(days) > compactDays; more {
			days = days[:compactDays]
		}
		if len(days) > 0 {
			if err := rebuildDays(ctx, w, days); err != nil {
				return err
			}
		}
		if more {
			return nil
		}
		return mergeRuns(ctx, w)
	})
	if err == nil {
		s.rolledUp()
	}
	return more, err
}

// dirtyDays returns the days whose roll-up rows wait to be merged, in order.
func dirtyDays(ctx context.Context, w *writer) ([]mention.Day, error) {
	rows, err := w.conn.QueryContext(ctx, "SELECT DISTINCT day FROM dirty_days ORDER BY day")
	if err != nil {
		return nil, fmt.Errorf("read dirty days: %w", err)
	}
	defer rows.Close()
	var out []mention.Day
	for rows.Next() {
		var d mention.Day
		if err := rows.Scan(&d); err != nil {
			return nil, fmt.Errorf("read dirty days: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// mergeRuns makes one row of the counts of each run.
func mergeRuns(ctx context.Context, w *writer) error {
	for _, q := range []string{
		"CREATE OR REPLACE TEMP TABLE merged AS SELECT run, CAST(sum(accepted) AS BIGINT) AS accepted, CAST(sum(duplicate) AS BIGINT) AS duplicate FROM run_counts GROUP BY run",
		"DELETE FROM run_counts",
		"INSERT INTO run_counts SELECT run, accepted, duplicate FROM temp.merged ORDER BY run",
		"DROP TABLE temp.merged",
	} {
		if _, err := w.exec(ctx, q); err != nil {
			return fmt.Errorf("merge run counts: %w", err)
		}
	}
	return nil
}

func rebuildDays(ctx context.Context, w *writer, days []mention.Day) error {
	list := make([]string, len(days))
	for i, d := range days {
		list[i] = fmt.Sprint(int32(d))
	}
	// Days are integers of ours, so writing them into the text is safe, and a list
	// of constants lets DuckDB skip the row groups of other days.
	where := fmt.Sprintf("day BETWEEN %d AND %d AND day IN (%s)", days[0], days[len(days)-1], strings.Join(list, ", "))
	return rebuild(ctx, w, where)
}

func rebuild(ctx context.Context, w *writer, where string) error {
	for _, table := range append(rollUpTables(), "dirty_days") {
		if _, err := w.exec(ctx, "DELETE FROM "+table+" WHERE "+where); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return rollUp(ctx, w, "mentions", "mention_entities", where)
}
