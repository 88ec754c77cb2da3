package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"antojo/internal/mention"
)

// The roll-ups lag behind the mentions by a tail of at most maxTail mentions, which
// queries read row by row. Adding each batch to the roll-ups in its own transaction
// was measured to cost more than the mentions themselves (ADR 0060); adding many at
// once costs a fraction of that, and answers are exact at every moment.
const maxTail = 100_000

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

// roll adds the tail to the roll-ups. The caller holds s.mu.
func (s *Store) roll(ctx context.Context) error {
	if err := s.write(ctx, func(w *writer) error { return rollTail(ctx, w, s.lastLoad.Load()) }); err != nil {
		return err
	}
	s.tail = 0
	return nil
}

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
		// The tail first: days are made anew from all mentions.
		if err := rollTail(ctx, w, s.lastLoad.Load()); err != nil {
			return err
		}
		days, err := dirtyDays(ctx, w)
		if err != nil {
			return err
		}
		var all int
		if err := w.conn.QueryRowContext(ctx, "SELECT count(DISTINCT day) FROM kpi_day").Scan(&all); err != nil {
			return fmt.Errorf("count days: %w", err)
		}
		more = false
		if len(days) > compactDays && 2*len(days) > all {
			// After an import of history: all at once, since only then each roll-up lies
			// in the order of its entities, which questions about one entity need.
			if err := rebuild(ctx, w, "1 = 1"); err != nil {
				return err
			}
			return mergeRuns(ctx, w)
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
		s.tail = 0
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

// rollUpTables are the tables that rollUp fills.
func rollUpTables() []string {
	return []string{rollupKPI.name, rollupSource.name, rollupKind.name, rollupEntity.name, rollupDepartment.name}
}

func rebuild(ctx context.Context, w *writer, where string) error {
	for _, table := range append(rollUpTables(), "dirty_days") {
		if _, err := w.exec(ctx, "DELETE FROM "+table+" WHERE "+where); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return rollUp(ctx, w, "mentions", "mention_entities", where)
}

// rollUp aggregates mentions and pairs into the roll-ups.
func rollUp(ctx context.Context, w *writer, mentions, pairs, where string) error {
	var aspects strings.Builder
	for a := range mention.NumAspects {
		for label := mention.AspectNeg; label <= mention.AspectPos; label++ {
			aspects.WriteString(", sum(CASE WHEN " + labelCondition(a, []mention.AspectLabel{label}) + " THEN 1 ELSE 0 END)")
		}
	}
	const (
		polarity = "sum(CASE WHEN sentiment = -1 THEN 1 ELSE 0 END), sum(CASE WHEN sentiment = 0 THEN 1 ELSE 0 END), sum(CASE WHEN sentiment = 1 THEN 1 ELSE 0 END)"
		crave    = "sum(CASE WHEN intent = 0 THEN 1 ELSE 0 END)"
		rating   = "sum(CASE WHEN rating > 0 THEN 1 ELSE 0 END), sum(CAST(rating AS DOUBLE)), sum(CAST(rating AS DOUBLE) * CAST(rating AS DOUBLE))"
	)
	for _, q := range []string{
		"INSERT INTO kpi_day SELECT day, month, source, sentiment, department, relevant, count(*), " + crave + ", " + rating + aspects.String() +
			" FROM " + mentions + " WHERE " + where + " GROUP BY day, month, source, sentiment, department, relevant ORDER BY day, source, department",
		"INSERT INTO source_day SELECT source, day, month, count(*), " + polarity + ", " + crave + ", " + rating + aspects.String() +
			" FROM " + mentions + " WHERE relevant AND " + where + " GROUP BY source, day, month ORDER BY day, source",
		"INSERT INTO kind_day SELECT kind, day, month, count(*), " + polarity + ", " + crave + ", " + rating + aspects.String() +
			" FROM " + pairs + " WHERE relevant AND first_of_kind AND " + where + " GROUP BY kind, day, month ORDER BY kind, day",
		"INSERT INTO entity_day SELECT entity, kind, day, month, count(*), " + polarity + ", " + crave + ", " + rating + aspects.String() +
			" FROM " + pairs + " WHERE relevant AND " + where + " GROUP BY entity, kind, day, month ORDER BY entity, day",
		"INSERT INTO entity_department_day SELECT entity, kind, department, day, month, count(*), " + polarity + ", " + crave + ", " + rating +
			" FROM " + pairs + " WHERE relevant AND " + where + " GROUP BY entity, kind, department, day, month ORDER BY entity, day, department",
	} {
		if _, err := w.exec(ctx, q); err != nil {
			return fmt.Errorf("roll up: %w", err)
		}
	}
	return nil
}
