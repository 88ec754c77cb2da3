package duckdb

import (
	"context"
	"fmt"
	"slices"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
)

// LexiconPass tells which food words the mentions were annotated with, and how far
// they have been brought to others.
func (s *Store) LexiconPass(ctx context.Context) (p mention.LexiconPass, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT lexicon, target, next_day, run, total, seen, changed FROM lexicon_pass").
		Scan(&p.Lexicon, &p.Target, &p.Next, &p.Run, &p.Total, &p.Seen, &p.Changed)
	if err != nil {
		err = fmt.Errorf("read which lexicon the mentions were annotated with: %w", err)
	}
	return p, err
}

func setLexiconPass(ctx context.Context, w *writer, p mention.LexiconPass, changed bool) error {
	_, err := w.exec(ctx, "UPDATE lexicon_pass SET lexicon = ?, target = ?, next_day = ?, run = ?, total = ?, seen = ?, changed = ?, rewritten = rewritten OR ?",
		p.Lexicon, p.Target, int32(p.Next), p.Run, p.Total, p.Seen, p.Changed, changed)
	return err
}

// MentionDays counts all mentions by day from the day first on, in order of days.
func (s *Store) MentionDays(ctx context.Context, first mention.Day) ([]mention.DayCount, error) {
	return s.LoadDays(ctx, first, 0, s.lastLoad.Load())
}

// MentionsOfDays yields the mentions of some days, in no order and without marks of
// copies.
func (s *Store) MentionsOfDays(ctx context.Context, from, to mention.Day, yield func(*mention.Annotated) error) error {
	rows, err := s.db.QueryContext(ctx, "SELECT "+mentionColumns+" FROM mentions WHERE day BETWEEN ? AND ?", int32(from), int32(to))
	if err != nil {
		return fmt.Errorf("read mentions of days: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		m, err := scanMention(rows)
		if err != nil {
			return fmt.Errorf("read mentions of days: %w", err)
		}
		if err := yield(&m); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Reannotate writes the entities, the province and the relevance of stored mentions anew, with all
// counts that follow from them, and how far the pass is, in one transaction. The copy
// in memory follows when the pass is done; until then its answers are the old ones.
func (s *Store) Reannotate(ctx context.Context, ms []mention.Annotated, p mention.LexiconPass) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.write(ctx, func(w *writer) error {
		if len(ms) > 0 {
			// The tail first: days are made anew from all mentions.
			if err := rollTail(ctx, w, s.lastLoad.Load()); err != nil {
				return err
			}
			if err := rewrite(ctx, w, ms); err != nil {
				return err
			}
			var days []mention.Day
			for i := range ms {
				days = append(days, ms[i].Day())
			}
			slices.Sort(days)
			if err := rebuildDays(ctx, w, slices.Compact(days)); err != nil {
				return err
			}
		}
		return setLexiconPass(ctx, w, p, len(ms) > 0)
	})
	if err != nil {
		return fmt.Errorf("annotate %d stored mentions again: %w", len(ms), err)
	}
	if len(ms) > 0 {
		s.rolledUp()
	}
	if p.Lexicon != p.Target || p.Changed == 0 {
		return nil
	}
	s.rereadHot()
	if err := s.refreshCoverage(ctx); err != nil {
		return fmt.Errorf("stored mentions are annotated again, but: %w", err)
	}
	return nil
}

// rewrite replaces the provinces and what follows from the entities of mentions.
func rewrite(ctx context.Context, w *writer, ms []mention.Annotated) error {
	if _, err := w.exec(ctx, "CREATE TEMP TABLE IF NOT EXISTS reannotated (id UUID NOT NULL, relevant BOOLEAN NOT NULL, kinds UTINYINT NOT NULL, entities VARCHAR NOT NULL, province USMALLINT NOT NULL)"); err != nil {
		return err
	}
	a, err := w.appender("temp", "reannotated")
	if err != nil {
		return err
	}
	rows := rowWriter{w: w}
	lo, hi := ms[0].Day(), ms[0].Day()
	for i := range ms {
		m := &ms[i]
		lo, hi = min(lo, m.Day()), max(hi, m.Day())
		c := rows.code(m)
		if err := a.AppendRow(duck.UUID(m.ID), m.Relevant, c.kinds, string(appendEntities(nil, m.Entities)), c.province); err != nil {
			return err
		}
	}
	if err := a.Flush(); err != nil {
		return err
	}
	days := fmt.Sprintf("day BETWEEN %d AND %d", lo, hi)
	// The load of each, so that new rows of entities go with it.
	loads := map[mention.ID]int32{}
	list, err := w.conn.QueryContext(ctx, "SELECT id, load_no FROM mentions WHERE "+days+" AND id IN (SELECT id FROM temp.reannotated)")
	if err != nil {
		return err
	}
	defer list.Close()
	for list.Next() {
		var id duck.UUID
		var n int32
		if err := list.Scan(&id, &n); err != nil {
			return err
		}
		loads[mention.ID(id)] = n
	}
	if err := list.Err(); err != nil {
		return err
	}
	list.Close()
	for _, q := range []string{
		"UPDATE mentions SET entities = u.entities, kinds = u.kinds, relevant = u.relevant, province = u.province FROM temp.reannotated u WHERE mentions." + days + " AND mentions.id = u.id",
		"DELETE FROM mention_entities WHERE " + days + " AND mention_id IN (SELECT id FROM temp.reannotated)",
		"DELETE FROM temp.reannotated",
	} {
		if _, err := w.exec(ctx, q); err != nil {
			return err
		}
	}
	for i := range ms {
		m := &ms[i]
		n, ok := loads[m.ID]
		if !ok || len(m.Entities) == 0 {
			continue
		}
		rows.loadNo = n
		c := rows.code(m)
		if err := rows.pairs(m, &c); err != nil {
			return err
		}
	}
	if pairs := w.appenders[".mention_entities"]; pairs != nil { // the roll-ups are made of them next
		return pairs.Flush()
	}
	return nil
}
