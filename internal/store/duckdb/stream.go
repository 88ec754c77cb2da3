package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// streamChunk is about how many mentions EachMention holds at a time: enough that
// the cost of a question does not count, few enough that memory stays flat.
const streamChunk = 20_000

// EachMention yields all mentions that f selects, newest first, of one moment of the
// store and in memory that does not grow with their number. The mention is the
// caller's only until yield returns. An error of yield ends it and is returned as
// it is.
func (s *Store) EachMention(ctx context.Context, f metric.Filter, yield func(*mention.Annotated) error) error {
	cover, err := s.Coverage(ctx)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	if err := f.Check(); err != nil {
		return err
	}
	if f, err = f.Resolve(cover.Last); err != nil {
		return err
	}
	first, last := max(cover.First, f.From), cover.Last
	if f.To != 0 {
		last = min(last, f.To)
	}
	if cover.Mentions == 0 || first > last {
		return nil
	}
	days, err := s.MentionDays(ctx, first)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("read mentions: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	for i := len(days) - 1; i >= 0; {
		if days[i].Day > last {
			i--
			continue
		}
		to, n := days[i].Day, 0
		from := to
		for ; i >= 0 && (n == 0 || n+days[i].N <= streamChunk); i-- {
			from, n = days[i].Day, n+days[i].N
		}
		f.From, f.To = from, to
		if err := eachOfDays(ctx, tx, &f, yield); err != nil {
			return err
		}
	}
	return nil
}

// eachOfDays yields the mentions of a few days, in pages in case one day is huge
// (an import without dates lies on one day).
func eachOfDays(ctx context.Context, tx *sql.Tx, f *metric.Filter, yield func(*mention.Annotated) error) error {
	fail := func(err error) error { return fmt.Errorf("read mentions of %s to %s: %w", f.From, f.To, err) }
	marks, err := marksOfDays(ctx, tx, f.From, f.To)
	if err != nil {
		return fail(err)
	}
	var after *position
	for {
		c := conditions{}
		c.filter(f, rawMentions)
		if after != nil {
			at := time.UnixMicro(after.at).UTC()
			c.add("(ts < ? OR (ts = ? AND id < CAST(? AS UUID)))", at, at, uuid(after.id))
		}
		rows, err := tx.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM mentions WHERE %s ORDER BY ts DESC, id DESC LIMIT %d", mentionColumns, c.text(), streamChunk), c.args...)
		if err != nil {
			return fail(err)
		}
		n := 0
		for rows.Next() {
			m, err := scanMention(rows)
			if err != nil {
				rows.Close()
				return fail(err)
			}
			n++
			if k, ok := marks[m.ID]; ok {
				m.Cluster, m.Campaign = k.cluster, k.campaign
			}
			after = &position{m.Time.UnixMicro(), m.ID}
			if err := yield(&m); err != nil {
				rows.Close()
				return err
			}
		}
		err = rows.Err()
		rows.Close()
		if err != nil {
			return fail(err)
		}
		if n < streamChunk {
			return nil
		}
	}
}

type copyMark struct {
	cluster  mention.Cluster
	campaign bool
}

// marksOfDays reads what is known of copies among the mentions of some days.
func marksOfDays(ctx context.Context, tx *sql.Tx, from, to mention.Day) (map[mention.ID]copyMark, error) {
	rows, err := tx.QueryContext(ctx, "SELECT mention_id, cluster, campaign FROM copies WHERE day BETWEEN ? AND ?", int32(from), int32(to))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[mention.ID]copyMark{}
	for rows.Next() {
		var id duck.UUID
		var cluster uint64
		var campaign bool
		if err := rows.Scan(&id, &cluster, &campaign); err != nil {
			return nil, err
		}
		out[mention.ID(id)] = copyMark{mention.Cluster(cluster), campaign}
	}
	return out, rows.Err()
}
