package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
)

// Load writes a batch in one transaction: new mentions, their entities, the counts
// of their runs and the offset of the stream. When it returns nil all of that is on
// disk and in every answer; otherwise none of it is. A batch at or below
// the stored offset of its stream is skipped, and mentions that are already there
// are counted as duplicates, so delivering anything twice changes nothing. A batch
// without a stream has no offset.
func (s *Store) Load(ctx context.Context, b mention.Batch) (mention.Loaded, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var done mention.Loaded
	if b.Stream != "" && b.Seq <= s.offsets[b.Stream] {
		return done, nil
	}
	var ids []mention.ID
	var fresh []int
	var rows rowWriter
	number := s.nextLoad()
	err := s.write(ctx, func(w *writer) error {
		var err error
		if fresh, err = s.newOnes(ctx, w, b.Mentions); err != nil {
			return err
		}
		runs := map[string]mention.Loaded{}
		for i := range b.Mentions {
			r := runs[b.Mentions[i].Run]
			r.Duplicate++ // corrected below for the new ones
			runs[b.Mentions[i].Run] = r
		}
		rows = rowWriter{w: w, loadNo: number, keep: s.warm.wanted()}
		for _, i := range fresh {
			m := &b.Mentions[i]
			r := runs[m.Run]
			r.Accepted++
			r.Duplicate--
			runs[m.Run] = r
			ids = append(ids, m.ID)
		}
		if err := rows.addAll(b.Mentions, fresh); err != nil {
			return err
		}
		if err := countRuns(w, runs); err != nil {
			return err
		}
		return s.setOffset(ctx, w, b.Stream, b.Seq)
	})
	if err != nil {
		return done, fmt.Errorf("load batch %s/%d of %d mentions: %w", b.Stream, b.Seq, len(b.Mentions), err)
	}
	if b.Stream != "" {
		s.offsets[b.Stream] = b.Seq
	}
	s.seen.add(ids)
	s.cover.add(b.Mentions, fresh)
	s.keepHot(rows.hot, rows.loadNo)
	done.Accepted = len(fresh)
	done.Duplicate = len(b.Mentions) - len(fresh)
	s.tail += len(fresh)
	if s.tail >= max(s.rollAt, s.maxTail) {
		// The batch is safe and counted whatever becomes of this; the next load or
		// compaction tries again.
		if err := s.roll(context.WithoutCancel(ctx)); err != nil {
			s.log.Warn("roll up failed", "error", err)
		}
	}
	return done, nil
}

// newOnes returns the indexes of the mentions that are neither in the store nor
// earlier in the batch, and were not erased.
func (s *Store) newOnes(ctx context.Context, w *writer, ms []mention.Annotated) ([]int, error) {
	first := make(map[mention.ID]bool, len(ms))
	fresh := make([]int, 0, len(ms))
	ids := make([]mention.ID, 0, len(ms))
	gone, err := s.seen.tombs(ctx, w)
	if err != nil {
		return nil, err
	}
	for i := range ms {
		if id := ms[i].ID; !first[id] && !gone.has(&ms[i].Mention) {
			first[id] = true
			fresh = append(fresh, i)
			ids = append(ids, id)
		}
	}
	if err := s.seen.ensure(ctx, w, ids); err != nil {
		return nil, err
	}
	var dated, undated []mention.ID
	for _, id := range ids {
		if s.seen.maybe(id) {
			if id.Undated() {
				undated = append(undated, id)
			} else {
				dated = append(dated, id)
			}
		}
	}
	old := map[mention.ID]bool{}
	// Undated ids are looked up apart: with them the range of ids to scan would
	// begin at zero.
	for _, list := range [][]mention.ID{dated, undated} {
		if err := lookUp(ctx, w, list, old); err != nil {
			return nil, err
		}
	}
	if len(old) > 0 {
		fresh = slices.DeleteFunc(fresh, func(i int) bool { return old[ms[i].ID] })
	}
	return fresh, nil
}

// lookUp adds to found those of ids that are in the store.
func lookUp(ctx context.Context, w *writer, ids []mention.ID, found map[mention.ID]bool) error {
	if len(ids) == 0 {
		return nil
	}
	a, err := w.appender("temp", "candidate_ids")
	if err != nil {
		return err
	}
	lo, hi := ids[0], ids[0]
	for _, id := range ids {
		if slices.Compare(id[:], lo[:]) < 0 {
			lo = id
		}
		if slices.Compare(id[:], hi[:]) > 0 {
			hi = id
		}
		if err := a.AppendRow(duck.UUID(id)); err != nil {
			return fmt.Errorf("look up ids: %w", err)
		}
	}
	if err := a.Flush(); err != nil {
		return fmt.Errorf("look up ids: %w", err)
	}
	rows, err := w.conn.QueryContext(ctx, "SELECT id FROM mentions WHERE id BETWEEN CAST(? AS UUID) AND CAST(? AS UUID) AND id IN (SELECT id FROM temp.candidate_ids)", uuid(lo), uuid(hi))
	if err != nil {
		return fmt.Errorf("look up ids: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var u duck.UUID
		if err := rows.Scan(&u); err != nil {
			return fmt.Errorf("look up ids: %w", err)
		}
		found[mention.ID(u)] = true
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("look up ids: %w", err)
	}
	rows.Close()
	if _, err := w.exec(ctx, "DELETE FROM temp.candidate_ids"); err != nil {
		return fmt.Errorf("look up ids: %w", err)
	}
	return nil
}

func countRuns(w *writer, runs map[string]mention.Loaded) error {
	a, err := w.appender("", "run_counts")
	if err != nil {
		return err
	}
	for _, run := range sortedKeys(runs) {
		if run == "" {
			continue
		}
		if err := a.AppendRow(run, int64(runs[run].Accepted), int64(runs[run].Duplicate)); err != nil {
			return fmt.Errorf("count run %s: %w", run, err)
		}
	}
	return nil
}

func (s *Store) setOffset(ctx context.Context, w *writer, stream string, seq uint64) error {
	if stream == "" {
		return nil
	}
	n, err := w.exec(ctx, "UPDATE offsets SET seq = ? WHERE stream = ?", seq, stream)
	if err == nil && n == 0 {
		_, err = w.exec(ctx, "INSERT INTO offsets VALUES (?, ?)", stream, seq)
	}
	if err != nil {
		return fmt.Errorf("set offset of %s: %w", stream, err)
	}
	return nil
}

// Offset returns how far a stream has been loaded; 0 = nothing yet.
func (s *Store) Offset(_ context.Context, stream string) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offsets[stream], nil
}

// appendRow appends values to a table, reusing the appender.
func (w *writer) appendRow(table string, values []driver.Value) error {
	a, err := w.appender("", table)
	if err != nil {
		return err
	}
	return a.AppendRow(values...)
}
