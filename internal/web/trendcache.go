package web

import (
	"context"
	"fmt"
	"time"

	"antojo/internal/trend"
)

// Rankings are kept longer than single figures: one reads whole windows of counts,
// the same one is asked for by the home page, the table and every entity page, and
// a verdict over weeks does not change within seconds.
const (
	trendAge  = 30 * time.Second
	trendKeep = 64
)

// trendsOf ranks the entities of a view. The entities of the filter are left out
// of it: a verdict is corrected for all that was looked at.
func (s *Server) trendsOf(ctx context.Context, v *view) (trend.Report, error) {
	f := v.filter
	f.Entities, f.Text = nil, ""
	rep, err := s.trends.get(ctx, f.Values().Encode(), func(ctx context.Context) (trend.Report, error) {
		return trend.Rank(ctx, s.o.Data, s.names, trend.Options{Filter: f, To: f.To, Days: int(f.To-f.From) + 1})
	})
	if err != nil {
		return trend.Report{}, fmt.Errorf("trends: %w", err)
	}
	return rep, nil
}

// span is a period as the pages write it.
func span(v *view, s trend.Span) string { return v.text.Days(s.From, max(s.To, s.From)) }
