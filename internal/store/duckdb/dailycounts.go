package duckdb

import (
	"context"
	"fmt"
	"math"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// DailyCounts counts the mentions of each entity by channel and day, and all mentions
// that f selects but for its entities and kinds by channel and day, with those by
// authors who had named the entity that day from a day on. All is read from one
// snapshot. The tables, which have no roll-up by channel, take seconds a million
// mentions, memory some ten milliseconds.
func (s *Store) DailyCounts(ctx context.Context, f metric.Filter, repeatsFrom mention.Day) (metric.Daily, error) {
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return metric.Daily{}, err
	}
	from, to := mention.Day(math.MinInt32), s.lastDay()
	if f.From != 0 {
		from = f.From
	}
	if f.To != 0 {
		to = f.To
	}
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return metric.Daily{}, fmt.Errorf("counts by day: %w", err)
	}
	if snap.hot != nil {
		if d, ok := snap.hot.Daily(&f, repeatsFrom); ok {
			if d.Days == 0 {
				d.First = to
			}
			return d, nil
		}
		tx, err := s.db.BeginTx(ctx, nil)
		if err != nil {
			return metric.Daily{}, fmt.Errorf("counts by day: %w", err)
		}
		snap = snapshot{tx: tx}
	}
	defer snap.close()
	b := metric.NewDailyBuilder(from, to)
	if err := s.buildDaily(ctx, snap, f, repeatsFrom, b); err != nil {
		return metric.Daily{}, err
	}
	return b.Daily(), nil
}

// buildDaily reads daily counts under f, resolved, from the tables.
func (s *Store) buildDaily(ctx context.Context, snap snapshot, f metric.Filter, repeatsFrom mention.Day, b *metric.DailyBuilder) error {
	sp := spec{filter: f, by: []metric.Dimension{metric.ByEntity, metric.ByChannel, metric.ByDay}}
	if err := s.read(ctx, snap, &sp, func(g group) {
		b.Add(g.keys[0].name, g.keys[1].name, mention.Day(g.keys[2].rank), g.counts.Mentions)
	}); err != nil {
		return fmt.Errorf("counts by entity, channel and day: %w", err)
	}
	sp = spec{filter: f, by: []metric.Dimension{metric.ByEntity, metric.ByDay}, need: metric.NeedAuthors}
	if sp.filter.From = max(f.From, repeatsFrom); f.To == 0 || sp.filter.From <= f.To {
		if err := s.read(ctx, snap, &sp, func(g group) {
			b.AddRepeats(g.keys[0].name, mention.Day(g.keys[1].rank), g.counts.Authored-g.counts.Authors)
		}); err != nil {
			return fmt.Errorf("authors by entity and day: %w", err)
		}
	}
	sp = spec{filter: f, by: []metric.Dimension{metric.ByChannel, metric.ByDay}}
	sp.filter.Entities, sp.filter.Kinds = nil, nil
	if err := s.read(ctx, snap, &sp, func(g group) {
		b.Add("", g.keys[0].name, mention.Day(g.keys[1].rank), g.counts.Mentions)
	}); err != nil {
		return fmt.Errorf("volume by channel and day: %w", err)
	}
	return nil
}
