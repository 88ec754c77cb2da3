package duckdb

import (
	"context"
	"fmt"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/hot"
)

// Profiles yields how many of the scored mentions that f selects are alike in
// source, sentiment, labels of all aspects and stars (0 = none), each kind once.
// aspects has a digit of base 4 for each aspect, food the lowest. These are all the
// counts that a regression on aspects needs; the tables, which have no roll-up of
// them, are read for the days of f.
func (s *Store) Profiles(ctx context.Context, f metric.Filter, yield func(source mention.Source, sentiment mention.Sentiment, aspects uint16, rating float32, n int64)) error {
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return err
	}
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return fmt.Errorf("profiles: %w", err)
	}
	defer snap.close()
	if snap.hot != nil {
		snap.hot.Profiles(&f, func(p hot.Profile, n int64) {
			yield(mention.Source(p.Source), mention.Sentiment(p.Sentiment), p.Aspects, p.Rating, n)
		})
		return nil
	}
	c := conditions{}
	c.filter(&f, rawMentions)
	c.add("scored")
	rows, err := snap.tx.QueryContext(ctx, "SELECT source, sentiment, aspects, rating, count(*) FROM mentions WHERE "+c.text()+" GROUP BY source, sentiment, aspects, rating", c.args...)
	if err != nil {
		return fmt.Errorf("profiles: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var source string
		var sentiment int8
		var aspects uint32
		var rating float32
		var n int64
		if err := rows.Scan(&source, &sentiment, &aspects, &rating, &n); err != nil {
			return fmt.Errorf("profiles: %w", err)
		}
		yield(mention.Source(source), mention.Sentiment(sentiment), uint16(aspects), rating, n)
	}
	return rows.Err()
}
