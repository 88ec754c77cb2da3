package web

import (
	"context"
	"fmt"
	"time"

	"antojo/internal/trend"
	"antojo/internal/trend/engine"
)

// Rankings are kept longer than single figures: one reads whole windows of counts,
// the same one is asked for by the home page, the table and every entity page, and
// a verdict over weeks does not change within seconds. The daily counts behind it do
// not depend on the window and serve all of them.
const (
	trendAge   = 30 * time.Second
	trendStale = 10 * time.Minute
	trendKeep  = 64
	panelKeep  = 4 // of a few megabytes each
)

// trendsOf ranks the entities of a view. The entities of the filter are left out
// of it: a verdict is corrected for all that was looked at.
func (s *Server) trendsOf(ctx context.Context, v *view) (trend.Report, error) {
	f := v.filter
	f.Entities, f.Text = nil, ""
	rep, err := s.trends.get(ctx, f.Values().Encode(), func(ctx context.Context) (trend.Report, error) {
		all := f
		all.From, all.Window = f.To, ""
		p, err := s.panels.get(ctx, all.Values().Encode(), func(ctx context.Context) (*engine.Panel, error) {
			return trend.ReadPanel(ctx, s.o.Data, s.names, f, f.To)
		})
		if err != nil {
			return trend.Report{}, err
		}
		return trend.RankPanel(ctx, s.data, s.names, p, trend.Options{Filter: f, To: f.To, Days: int(f.To-f.From) + 1})
	})
	if err != nil {
		return trend.Report{}, fmt.Errorf("trends: %w", err)
	}
	return rep, nil
}

// span is a period as the pages write it.
func span(v *view, s trend.Span) string { return v.text.Days(s.From, max(s.To, s.From)) }
