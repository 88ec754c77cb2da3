package duckdb

import (
	"context"
	"fmt"

	"antojo/internal/mention"
)

// ModelDays calls yield for each model and day of which it labelled mentions, among
// those that were loaded after the load with number after, and returns the number
// of the last load. Asking again with that number gives what came since.
func (s *Store) ModelDays(ctx context.Context, after int64, yield func(model string, day mention.Day)) (last int64, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT model, day, max(load_no) FROM mentions WHERE load_no > ? AND scored GROUP BY model, day", after)
	if err != nil {
		return after, fmt.Errorf("read the models of mentions: %w", err)
	}
	defer rows.Close()
	last = after
	for rows.Next() {
		var model string
		var day, load int64
		if err := rows.Scan(&model, &day, &load); err != nil {
			return after, fmt.Errorf("read the models of mentions: %w", err)
		}
		yield(model, mention.Day(day))
		last = max(last, load)
	}
	if err := rows.Err(); err != nil {
		return after, fmt.Errorf("read the models of mentions: %w", err)
	}
	return last, nil
}

// LastDay is the last day with mentions, on which windows without an end end; 0 if
// there are none.
func (s *Store) LastDay() mention.Day { return s.lastDay() }
