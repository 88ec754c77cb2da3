package duckdb

import (
	"context"
	"fmt"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// ChannelDays yields the mentions of each entity by channel and day, and, with an
// entity of "", all mentions that f selects but for its entities and kinds, by
// channel and day. Both are read from one snapshot. A cell may come in parts,
// which add up; from memory each
// comes once. The tables, which have no roll-up by channel, take seconds a
// million mentions.
func (s *Store) ChannelDays(ctx context.Context, f metric.Filter, yield func(entity, channel string, day mention.Day, n int64)) error {
	f, err := f.Resolve(s.lastDay())
	if err == nil {
		err = f.Check()
	}
	if err != nil {
		return err
	}
	snap, err := s.snapshot(ctx, &f)
	if err != nil {
		return fmt.Errorf("counts by channel and day: %w", err)
	}
	defer snap.close()
	if snap.hot != nil {
		snap.hot.ChannelDays(&f, yield)
		return nil
	}
	sp := spec{filter: f, by: []metric.Dimension{metric.ByEntity, metric.ByChannel, metric.ByDay}}
	if err := s.read(ctx, snap, &sp, func(g group) {
		yield(g.keys[0].name, g.keys[1].name, mention.Day(g.keys[2].rank), g.counts.Mentions)
	}); err != nil {
		return fmt.Errorf("counts by entity, channel and day: %w", err)
	}
	sp = spec{filter: f, by: []metric.Dimension{metric.ByChannel, metric.ByDay}}
	sp.filter.Entities, sp.filter.Kinds = nil, nil
	if err := s.read(ctx, snap, &sp, func(g group) {
		yield("", g.keys[0].name, mention.Day(g.keys[1].rank), g.counts.Mentions)
	}); err != nil {
		return fmt.Errorf("volume by channel and day: %w", err)
	}
	return nil
}
