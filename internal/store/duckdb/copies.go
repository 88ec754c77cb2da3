package duckdb

import (
	"context"
	"fmt"
	"math"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/hot"
)

// BeginCopies returns the pass over loads that were not searched for copies yet:
// the one that was interrupted, or a new one up to the last load. Done == Target if
// nothing is new.
func (s *Store) BeginCopies(ctx context.Context) (mention.Pass, error) {
	s.mu.Lock() // so that all loads up to lastLoad have been committed
	defer s.mu.Unlock()
	p, err := s.copyPass(ctx)
	if err != nil || p.Target > p.Done {
		return p, err
	}
	if last := s.lastLoad.Load(); last > p.Done {
		p.Target, p.Next = last, math.MinInt32
		err = s.write(ctx, func(w *writer) error { return setCopyPass(ctx, w, p) })
	}
	if err != nil {
		return p, fmt.Errorf("begin search for copies: %w", err)
	}
	return p, nil
}

func (s *Store) copyPass(ctx context.Context) (p mention.Pass, err error) {
	if err := s.db.QueryRowContext(ctx, "SELECT done, target, next_day FROM copy_pass").Scan(&p.Done, &p.Target, &p.Next); err != nil {
		return p, fmt.Errorf("read how far the search for copies is: %w", err)
	}
	return p, nil
}

func setCopyPass(ctx context.Context, w *writer, p mention.Pass) error {
	_, err := w.exec(ctx, "UPDATE copy_pass SET done = ?, target = ?, next_day = ?", p.Done, p.Target, int32(p.Next))
	return err
}

// UnsearchedLoads tells without reading whether mentions were loaded since the pass
// that ended at done.
func (s *Store) UnsearchedLoads(done int32) bool { return s.lastLoad.Load() > done }

// LoadDays counts the mentions of loads after one up to another by day, in order of
// days, from the day first on.
func (s *Store) LoadDays(ctx context.Context, first mention.Day, after, upto int32) ([]mention.DayCount, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT day, CAST(count(*) AS BIGINT) FROM mentions WHERE load_no > ? AND load_no <= ? AND day >= ? GROUP BY day ORDER BY day", after, upto, int32(first))
	if err != nil {
		return nil, fmt.Errorf("count mentions of loads: %w", err)
	}
	defer rows.Close()
	var out []mention.DayCount
	for rows.Next() {
		var d mention.DayCount
		if err := rows.Scan(&d.Day, &d.N); err != nil {
			return nil, fmt.Errorf("count mentions of loads: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// CopyTexts yields the dated mentions of some days and of the loads after one up to
// another, with their marks, in the order of time.
func (s *Store) CopyTexts(ctx context.Context, from, to mention.Day, after, upto int32, yield func(mention.CopyText) error) error {
	rows, err := s.db.QueryContext(ctx, `SELECT m.id, m.ts, m.author, m.text, coalesce(c.cluster, 0), coalesce(c.campaign, false)
		FROM (SELECT id, ts, author, text FROM mentions WHERE day BETWEEN ? AND ? AND load_no > ? AND load_no <= ? AND NOT undated) AS m
		LEFT JOIN (SELECT mention_id, cluster, campaign FROM copies WHERE day BETWEEN ? AND ?) AS c ON c.mention_id = m.id
		ORDER BY m.ts, m.id`, int32(from), int32(to), after, upto, int32(from), int32(to))
	if err != nil {
		return fmt.Errorf("read texts to search for copies: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var t mention.CopyText
		var id duck.UUID
		var cluster uint64
		if err := rows.Scan(&id, &t.Time, &t.Author, &t.Text, &cluster, &t.Campaign); err != nil {
			return fmt.Errorf("read texts to search for copies: %w", err)
		}
		t.ID, t.Time, t.Cluster = mention.ID(id), t.Time.UTC(), mention.Cluster(cluster)
		if err := yield(t); err != nil {
			return err
		}
	}
	return rows.Err()
}

// MarkCopies writes marks in the place of those that the mentions had, and how far
// the pass is, in one transaction.
func (s *Store) MarkCopies(ctx context.Context, marks []mention.CopyMark, p mention.Pass) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.write(ctx, func(w *writer) error {
		if err := writeMarks(ctx, w, marks); err != nil {
			return err
		}
		return setCopyPass(ctx, w, p)
	})
	if err != nil {
		return fmt.Errorf("mark %d copies: %w", len(marks), err)
	}
	s.markHot(marks)
	return nil
}

func writeMarks(ctx context.Context, w *writer, marks []mention.CopyMark) error {
	if len(marks) == 0 {
		return nil
	}
	lo, hi := marks[0].Day, marks[0].Day
	a, err := w.appender("temp", "candidate_ids")
	if err != nil {
		return err
	}
	for i := range marks {
		lo, hi = min(lo, marks[i].Day), max(hi, marks[i].Day)
		if err := a.AppendRow(duck.UUID(marks[i].ID)); err != nil {
			return err
		}
	}
	if err := a.Flush(); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "DELETE FROM copies WHERE day BETWEEN ? AND ? AND mention_id IN (SELECT id FROM temp.candidate_ids)", int32(lo), int32(hi)); err != nil {
		return err
	}
	if _, err := w.exec(ctx, "DELETE FROM temp.candidate_ids"); err != nil {
		return err
	}
	if a, err = w.appender("", "copies"); err != nil {
		return err
	}
	last := make(map[mention.ID]int, len(marks)) // of several marks of one mention the last counts
	for i := range marks {
		last[marks[i].ID] = i
	}
	for i, m := range marks {
		if last[m.ID] == i && m.Cluster != 0 {
			if err := a.AppendRow(duck.UUID(m.ID), int32(m.Day), uint64(m.Cluster), m.Campaign); err != nil {
				return err
			}
		}
	}
	return nil
}

// CopiedDays yields how many mentions of each entity on each day are part of a
// campaign, of those that f selects. Parts of a cell add up.
func (s *Store) CopiedDays(ctx context.Context, f metric.Filter, yield func(entity string, day mention.Day, copies int64)) error {
	if f.Campaign == metric.ExcludeCampaigns {
		return nil
	}
	f.Campaign = metric.OnlyCampaigns
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return err
	}
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return fmt.Errorf("copies by day: %w", err)
	}
	defer snap.close()
	sp := spec{filter: f, by: []metric.Dimension{metric.ByEntity, metric.ByDay}}
	if err := s.read(ctx, snap, &sp, func(g group) { yield(g.keys[0].name, mention.Day(g.keys[1].rank), g.counts.Mentions) }); err != nil {
		return fmt.Errorf("copies by day: %w", err)
	}
	return nil
}

// subtract reads the groups of sp, which leaves out campaigns, as those with them
// less the campaigns' own: roll-ups answer the one, and the other reads few rows.
// Its parts add up, some of them to nothing.
func (s *Store) subtract(ctx context.Context, snap snapshot, sp *spec, yield func(group)) error {
	all, only := *sp, *sp
	all.filter.Campaign, only.filter.Campaign = metric.IncludeCampaigns, metric.OnlyCampaigns
	if err := s.read(ctx, snap, &all, yield); err != nil {
		return err
	}
	return s.read(ctx, snap, &only, func(g group) {
		var minus metric.Counts
		minus.Sub(g.counts)
		g.counts = minus
		yield(g)
	})
}

// copyConditions adds what f asks of copies.
func (c *conditions) copyConditions(f *metric.Filter, t table) {
	id := "id"
	if t.pairs {
		id = "mention_id"
	}
	sub := func(part string, args ...any) (string, []any) {
		in := conditions{}
		in.days(f)
		in.add(part, args...)
		return "(SELECT mention_id FROM copies WHERE " + in.text() + ")", in.args
	}
	switch f.Campaign {
	case metric.ExcludeCampaigns:
		q, args := sub("campaign")
		c.add(id+" NOT IN "+q, args...)
	case metric.OnlyCampaigns:
		q, args := sub("campaign")
		c.add(id+" IN "+q, args...)
	}
	if f.Cluster != 0 {
		q, args := sub("cluster = ?", uint64(f.Cluster))
		c.add(id+" IN "+q, args...)
	}
}

// markHot notes marks that have been committed in the copy in memory. The caller
// holds s.mu.
func (s *Store) markHot(list []mention.CopyMark) {
	w := &s.warm
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index == nil || len(list) == 0 {
		return
	}
	out := make([]hot.Mark, len(list))
	for i, m := range list {
		out[i] = hot.Mark{ID: m.ID, Day: m.Day, Campaign: m.Campaign}
	}
	w.index.Mark(out)
}

// markAllHot notes all campaigns in an index that is still empty.
func (s *Store) markAllHot(ctx context.Context, index *hot.Index) error {
	rows, err := s.db.QueryContext(ctx, "SELECT mention_id, day FROM copies WHERE campaign AND day >= ?", int32(index.From()))
	if err != nil {
		return fmt.Errorf("read campaigns: %w", err)
	}
	defer rows.Close()
	var list []hot.Mark
	for rows.Next() {
		var id duck.UUID
		m := hot.Mark{Campaign: true}
		if err := rows.Scan(&id, &m.Day); err != nil {
			return fmt.Errorf("read campaigns: %w", err)
		}
		m.ID = mention.ID(id)
		list = append(list, m)
	}
	index.Mark(list)
	return rows.Err()
}
