package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// NewestIDs returns, for each filter, the ids of the newest mentions that it selects,
// at most each of them. All are read from one snapshot and, from the tables, in one
// pass over mentions and one over pairs, so that the evidence of thirty facts costs
// little more than that of one.
func (s *Store) NewestIDs(ctx context.Context, fs []metric.Filter, each int) ([][]mention.ID, error) {
	out := make([][]mention.ID, len(fs))
	if len(fs) == 0 || each <= 0 {
		return out, nil
	}
	fail := func(err error) ([][]mention.ID, error) {
		return nil, fmt.Errorf("read the newest of %d filters: %w", len(fs), err)
	}
	each = min(each, maxPage)
	resolved := make([]metric.Filter, len(fs))
	var all metric.Filter // days of all filters together
	open := false         // one of them ends with the last day
	for i, f := range fs {
		if err := f.Check(); err != nil {
			return nil, err
		}
		f, err := f.Resolve(s.lastDay())
		if err != nil {
			return nil, err
		}
		resolved[i] = f
		open = open || f.To == 0
		if i == 0 {
			all.From, all.To = f.From, f.To
			continue
		}
		all.From = min(all.From, f.From) // 0 = open
		all.To = max(all.To, f.To)
	}
	if open {
		all.To = 0
	}
	snap, err := s.snapshot(ctx, &all)
	if err == nil && snap.hot != nil && slices.ContainsFunc(resolved, func(f metric.Filter) bool { return !snap.hot.Can(&f) }) {
		var tx *sql.Tx // one moment for all of them
		tx, err = s.db.BeginTx(ctx, nil)
		snap = snapshot{tx: tx}
	}
	if err != nil {
		return fail(err)
	}
	defer snap.close()
	if snap.hot != nil {
		for i := range resolved {
			for _, p := range newestHot(snap.hot, &resolved[i], nil, each) {
				out[i] = append(out[i], p.id)
			}
		}
		return out, nil
	}
	var pairs, mentions, alone []int
	for i := range resolved {
		switch f := &resolved[i]; {
		case f.Text != "" || f.Run != "" || f.Campaign != metric.IncludeCampaigns || f.Cluster != 0 || len(f.Entities) > 1 || len(f.With) > 0:
			alone = append(alone, i)
		case len(f.Entities) == 1:
			pairs = append(pairs, i)
		default:
			mentions = append(mentions, i)
		}
	}
	days := conditions{}
	days.days(&all)
	// The columns that filters name stand in both tables, so the moment of a pair comes by
	// names of its own.
	from := "mention_entities JOIN (SELECT id AS of_id, ts AS of_ts FROM mentions WHERE " + days.text() + ") ON of_id = mention_id"
	if err := s.newestOf(ctx, snap, out, resolved, pairs, each, rawPairs, "mention_id", "{'t': of_ts, 'i': of_id}", from, days); err != nil {
		return fail(err)
	}
	days.args = days.args[:len(days.args):len(days.args)]
	if err := s.newestOf(ctx, snap, out, resolved, mentions, each, rawMentions, "id", "{'t': ts, 'i': id}", "mentions", days); err != nil {
		return fail(err)
	}
	for _, i := range alone {
		f := resolved[i]
		cover, err := s.Coverage(ctx)
		if err != nil {
			return fail(err)
		}
		first, last := max(cover.First, f.From), cover.Last
		if f.To != 0 {
			last = min(last, f.To)
		}
		found, err := walk(ctx, snap.tx, f, first, last, nil, each)
		if err != nil {
			return fail(err)
		}
		for _, p := range found {
			out[i] = append(out[i], p.id)
		}
	}
	return out, nil
}

// newestOf answers the filters at some places by one statement over a table: one column
// of ids for each, joined by commas, which the driver reads far faster than lists.
func (s *Store) newestOf(ctx context.Context, snap snapshot, out [][]mention.ID, fs []metric.Filter, at []int, each int, t table, id, order, from string, days conditions) error {
	if len(at) == 0 {
		return nil
	}
	var columns []string
	var args []any
	for _, i := range at {
		c := conditions{}
		c.filter(&fs[i], t)
		columns = append(columns, fmt.Sprintf("coalesce(array_to_string(CAST(max_by(%s, %s, %d) FILTER (WHERE %s) AS VARCHAR[]), ','), '')", id, order, each, c.text()))
		args = append(args, c.args...)
	}
	if t.pairs {
		args = append(args, days.args...)
	}
	args = append(args, days.args...)
	texts := make([]string, len(at))
	into := make([]any, len(at))
	for k := range texts {
		into[k] = &texts[k]
	}
	rows, err := s.queryIn(ctx, snap, "SELECT "+strings.Join(columns, ", ")+" FROM "+from+" WHERE "+days.text(), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for k, i := range at {
		if texts[k] == "" {
			continue
		}
		for _, one := range strings.Split(texts[k], ",") {
			x, err := mention.ParseID(strings.ReplaceAll(one, "-", ""))
			if err != nil {
				return err
			}
			out[i] = append(out[i], x)
		}
	}
	return nil
}

// NewestEach is NewestIDs with whole mentions, all read at once.
func (s *Store) NewestEach(ctx context.Context, fs []metric.Filter, each int) ([][]mention.Annotated, error) {
	ids, err := s.NewestIDs(ctx, fs, each)
	if err != nil {
		return nil, err
	}
	seen := map[mention.ID]bool{}
	var want []mention.ID
	for _, l := range ids {
		for _, id := range l {
			if !seen[id] {
				seen[id] = true
				want = append(want, id)
			}
		}
	}
	out := make([][]mention.Annotated, len(fs))
	if len(want) == 0 {
		return out, nil
	}
	c := conditions{}
	lo, hi, open := mention.Day(0), mention.Day(0), false
	for i, f := range fs {
		open = open || f.From == 0 || f.To == 0
		if i == 0 || f.From < lo {
			lo = f.From
		}
		hi = max(hi, f.To)
	}
	if !open { // the days spare most of the table
		c.add("day BETWEEN ? AND ?", int32(lo), int32(hi))
	}
	inCast(&c, "id", "CAST(? AS UUID)", want, func(id mention.ID) any { return uuid(id) })
	rows, err := s.db.QueryContext(ctx, "SELECT "+mentionColumns+" FROM mentions WHERE "+c.text(), c.args...)
	if err != nil {
		return nil, fmt.Errorf("read mentions: %w", err)
	}
	defer rows.Close()
	var list []mention.Annotated
	for rows.Next() {
		m, err := scanMention(rows)
		if err != nil {
			return nil, fmt.Errorf("read mentions: %w", err)
		}
		list = append(list, m)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read mentions: %w", err)
	}
	if err := s.addMarks(ctx, snapshot{}, list); err != nil {
		return nil, fmt.Errorf("read mentions: %w", err)
	}
	at := make(map[mention.ID]int, len(list))
	for i := range list {
		at[list[i].ID] = i
	}
	for k, l := range ids {
		for _, id := range l {
			if i, ok := at[id]; ok { // deleted meanwhile otherwise
				out[k] = append(out[k], list[i])
			}
		}
	}
	return out, nil
}
