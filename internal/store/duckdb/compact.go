package duckdb

import (
	"context"
	"fmt"
	"strings"

	"antojo/internal/mention"
)

// dirtyDays returns the days whose roll-up rows wait to be merged, in order.
func (s *Store) dirtyDays(ctx context.Context) ([]mention.Day, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT day FROM dirty_days ORDER BY day")
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

// compactDays bounds one transaction of Compact, so that loads wait for a moment
// only.
const compactDays = 120

// Compact makes the roll-up rows of the dirty days anew from the mentions, one
// row a key, and merges the counts of runs. Figures do not change; queries get
// faster. It is idempotent, gives way to loads between its transactions, and may
// be stopped at any point.
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
	days := sortedKeys(s.dirty)
	more = len(days) > compactDays
	if more {
		days = days[:compactDays]
	}
	err = s.write(ctx, func(w *writer) error {
		if len(days) > 0 {
			if err := rebuildDays(ctx, w, days); err != nil {
				return err
			}
		}
		if more {
			return nil
		}
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
	})
	if err != nil {
		return false, err
	}
	for _, d := range days {
		delete(s.dirty, d)
	}
	return more, nil
}

func rebuildDays(ctx context.Context, w *writer, days []mention.Day) error {
	list := make([]string, len(days))
	for i, d := range days {
		list[i] = fmt.Sprint(int32(d))
	}
	// Days are integers of ours, so writing them into the text is safe, and a list
	// of constants lets DuckDB skip the row groups of other days.
	where := fmt.Sprintf("day BETWEEN %d AND %d AND day IN (%s)", days[0], days[len(days)-1], strings.Join(list, ", "))
	for _, table := range []string{"kpi_day", "entity_day", "entity_department_day", "dirty_days"} {
		if _, err := w.exec(ctx, "DELETE FROM "+table+" WHERE "+where); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return rollUp(ctx, w, "mentions", "mention_entities", where)
}

// rollUp aggregates mentions and pairs into the roll-ups.
func rollUp(ctx context.Context, w *writer, mentions, pairs, where string) error {
	var aspects strings.Builder
	for _, a := range mention.AspectNames {
		for label := 1; label <= 3; label++ {
			fmt.Fprintf(&aspects, ", sum(CASE WHEN a_%s = %d THEN 1 ELSE 0 END)", a, label)
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
