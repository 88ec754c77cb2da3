package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
)

// tombstones are the mentions and authors that must not be loaded: what the tables
// erased and erased_authors hold. They are few, so they are kept in memory.
type tombstones struct {
	ids     map[mention.ID]bool
	authors map[string]bool
}

// has reports whether a mention must stay out.
func (t *tombstones) has(m *mention.Mention) bool {
	return t.ids[m.ID] || m.Author != "" && t.authors[m.Author]
}

// tombs reads the tombstones when they are first needed. The caller holds s.mu.
func (s *seen) tombs(ctx context.Context, w *writer) (*tombstones, error) {
	if s.gone != nil {
		return s.gone, nil
	}
	t := &tombstones{ids: map[mention.ID]bool{}, authors: map[string]bool{}}
	rows, err := w.conn.QueryContext(ctx, "SELECT id FROM erased")
	if err != nil {
		return nil, fmt.Errorf("read what was erased: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id duck.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read what was erased: %w", err)
		}
		t.ids[mention.ID(id)] = true
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read what was erased: %w", err)
	}
	rows.Close()
	names, err := w.conn.QueryContext(ctx, "SELECT author FROM erased_authors")
	if err != nil {
		return nil, fmt.Errorf("read who was erased: %w", err)
	}
	defer names.Close()
	for names.Next() {
		var a string
		if err := names.Scan(&a); err != nil {
			return nil, fmt.Errorf("read who was erased: %w", err)
		}
		t.authors[a] = true
	}
	if err := names.Err(); err != nil {
		return nil, fmt.Errorf("read who was erased: %w", err)
	}
	s.gone = t
	return t, nil
}

// Channels lists the channels that mentions came by.
func (s *Store) Channels(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT channel FROM mentions ORDER BY channel")
	if err != nil {
		return nil, fmt.Errorf("read channels: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("read channels: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// whatErasure selects the mentions that an erasure is about.
func whatErasure(e *mention.Erasure) (string, []any) {
	var c conditions
	var parts []string
	if len(e.Mentions) > 0 {
		inCast(&c, "id", "CAST(? AS UUID)", e.Mentions, func(id mention.ID) any { return uuid(id) })
		parts = append(parts, c.text())
	}
	args := c.args
	if len(e.Authors) > 0 {
		var a conditions
		in(&a, "author", e.Authors, text)
		parts = append(parts, a.text())
		args = append(args, a.args...)
	}
	if len(parts) == 0 {
		return "false", nil
	}
	return "((" + strings.Join(parts, ") OR (") + "))", args
}

// MentionsOf yields the mentions that an erasure is about, oldest first.
func (s *Store) MentionsOf(ctx context.Context, e mention.Erasure, yield func(*mention.Annotated) error) error {
	where, args := whatErasure(&e)
	rows, err := s.db.QueryContext(ctx, "SELECT "+mentionColumns+" FROM mentions WHERE "+where+" ORDER BY ts, id", args...)
	if err != nil {
		return fmt.Errorf("read mentions to hand out or erase: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		m, err := scanMention(rows)
		if err != nil {
			return fmt.Errorf("read mentions to hand out or erase: %w", err)
		}
		if err := yield(&m); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Erase removes mentions and all that authors wrote, with every count that follows
// from them, and keeps both from being loaded again, in one transaction. It returns
// the ids of the mentions that it removed. What it names and is not there stays out
// all the same.
//
// Texts are overwritten before their rows go, and a checkpoint follows, so that the
// file keeps them in no block in use; the disk may keep what was in a block before.
func (s *Store) Erase(ctx context.Context, e mention.Erasure) ([]mention.ID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var gone []mention.ID
	if e.At.IsZero() {
		e.At = time.Now()
	}
	err := s.write(ctx, func(w *writer) error {
		gone = nil
		var days []mention.Day
		where, args := whatErasure(&e)
		rows, err := w.conn.QueryContext(ctx, "SELECT id, day FROM mentions WHERE "+where, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id duck.UUID
			var day mention.Day
			if err := rows.Scan(&id, &day); err != nil {
				return err
			}
			gone, days = append(gone, mention.ID(id)), append(days, day)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
		if err := s.bury(ctx, w, &e, gone); err != nil {
			return err
		}
		if len(gone) == 0 {
			return nil
		}
		// The tail first: days are made anew from all mentions.
		if err := rollTail(ctx, w, s.lastLoad.Load()); err != nil {
			return err
		}
		if err := remove(ctx, w, gone, slices.Min(days), slices.Max(days)); err != nil {
			return err
		}
		slices.Sort(days)
		for list := range slices.Chunk(slices.Compact(days), compactDays) {
			if err := rebuildDays(ctx, w, list); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("erase mentions: %w", err)
	}
	s.seen.gone = nil // read anew by the next load
	if len(gone) == 0 {
		return nil, nil
	}
	s.rolledUp()
	s.rereadHot()
	if _, err := s.db.ExecContext(context.WithoutCancel(ctx), "CHECKPOINT"); err != nil {
		s.log.Warn("erased mentions leave the file at the next checkpoint", "error", err.Error())
	}
	if err := s.refreshCoverage(ctx); err != nil {
		return gone, fmt.Errorf("mentions are erased, but: %w", err)
	}
	return gone, nil
}

// bury notes what must not come back.
func (s *Store) bury(ctx context.Context, w *writer, e *mention.Erasure, gone []mention.ID) error {
	have, err := s.seen.tombs(ctx, w)
	if err != nil {
		return err
	}
	at := e.At.UTC().Truncate(time.Microsecond)
	noted := map[mention.ID]bool{}
	for _, id := range append(slices.Clone(e.Mentions), gone...) {
		if have.ids[id] || noted[id] {
			continue
		}
		noted[id] = true
		if err := w.appendRow("erased", []driver.Value{duck.UUID(id), at}); err != nil {
			return err
		}
	}
	for _, a := range e.Authors {
		if a == "" || have.authors[a] {
			continue
		}
		if err := w.appendRow("erased_authors", []driver.Value{a, at}); err != nil {
			return err
		}
	}
	return nil
}

// remove overwrites and deletes the rows of mentions between two days.
func remove(ctx context.Context, w *writer, ids []mention.ID, first, last mention.Day) error {
	a, err := w.appender("temp", "candidate_ids")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := a.AppendRow(duck.UUID(id)); err != nil {
			return err
		}
	}
	if err := a.Flush(); err != nil {
		return err
	}
	of := func(column string) string {
		return fmt.Sprintf("day BETWEEN %d AND %d AND %s IN (SELECT id FROM temp.candidate_ids)", first, last, column)
	}
	for _, q := range []string{
		"UPDATE mentions SET text = '', folded = '', entities = '[]', author = '', author_key = 0, place = '', district = '' WHERE " + of("id"),
		"DELETE FROM mention_entities WHERE " + of("mention_id"),
		"DELETE FROM copies WHERE " + of("mention_id"),
		"DELETE FROM mentions WHERE " + of("id"),
		"DELETE FROM temp.candidate_ids",
	} {
		if _, err := w.exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
