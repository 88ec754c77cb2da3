package duckdb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"antojo/internal/mention"
	"antojo/internal/store"
)

// PutRun writes or replaces a run. Accepted and Duplicate are not taken from it:
// Load counts them in the transaction that brings the rows.
func (s *Store) PutRun(ctx context.Context, r mention.Run) error {
	if r.ID == "" {
		return fmt.Errorf("put run: no id")
	}
	rejections, err := json.Marshal(r.Rejections)
	if err != nil {
		return fmt.Errorf("put run %s: %w", r.ID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.write(ctx, func(w *writer) error {
		if _, err := w.exec(ctx, "DELETE FROM runs WHERE id = ?", r.ID); err != nil {
			return err
		}
		finished := sql.NullTime{Time: r.Finished.UTC(), Valid: !r.Finished.IsZero()}
		_, err := w.exec(ctx, "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r.ID, clean(r.File), clean(r.Channel), string(r.Source), r.Started.UTC(), finished, string(r.Status), clean(r.Error),
			r.Rejected, r.Undated, r.Dead, string(rejections), r.Kind, r.Total, r.Seen, r.Changed)
		return err
	})
	if err != nil {
		return fmt.Errorf("put run %s: %w", r.ID, err)
	}
	return nil
}

const selectRuns = `SELECT r.id, r.file, r.channel, r.source, r.started, r.finished, r.status, r.error,
	r.rejected, r.undated, r.dead, r.rejections, coalesce(c.accepted, 0), coalesce(c.duplicate, 0), r.kind, r.total, r.seen, r.changed
	FROM (SELECT * FROM runs %s) r LEFT JOIN
	(SELECT run, CAST(sum(accepted) AS BIGINT) AS accepted, CAST(sum(duplicate) AS BIGINT) AS duplicate FROM run_counts GROUP BY run) c
	ON c.run = r.id ORDER BY r.started DESC, r.id DESC`

// Run returns one run with its counts, or store.ErrNotFound.
func (s *Store) Run(ctx context.Context, id string) (mention.Run, error) {
	runs, err := s.runs(ctx, fmt.Sprintf(selectRuns, "WHERE id = ?"), id)
	if err != nil {
		return mention.Run{}, fmt.Errorf("read run %s: %w", id, err)
	}
	if len(runs) == 0 {
		return mention.Run{}, fmt.Errorf("run %q: %w", id, store.ErrNotFound)
	}
	return runs[0], nil
}

// Runs returns the latest runs, newest first; limit 0 = 100.
func (s *Store) Runs(ctx context.Context, limit int) ([]mention.Run, error) {
	if limit <= 0 {
		limit = 100
	}
	runs, err := s.runs(ctx, fmt.Sprintf(selectRuns, "ORDER BY started DESC, id DESC LIMIT ?"), limit)
	if err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	return runs, nil
}

func (s *Store) runs(ctx context.Context, query string, args ...any) ([]mention.Run, error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []mention.Run
	for rows.Next() {
		var r mention.Run
		var finished sql.NullTime
		var rejections string
		err := rows.Scan(&r.ID, &r.File, &r.Channel, &r.Source, &r.Started, &finished, &r.Status, &r.Error,
			&r.Rejected, &r.Undated, &r.Dead, &rejections, &r.Accepted, &r.Duplicate, &r.Kind, &r.Total, &r.Seen, &r.Changed)
		if err != nil {
			return nil, err
		}
		r.Started = r.Started.UTC()
		if finished.Valid {
			r.Finished = finished.Time.UTC()
		} else {
			r.Finished = time.Time{}
		}
		if err := json.Unmarshal([]byte(rejections), &r.Rejections); err != nil {
			return nil, fmt.Errorf("rejections of run %s: %w", r.ID, err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
