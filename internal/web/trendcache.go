package web

import (
	"context"
	"fmt"
	"time"

	"antojo/internal/trend"
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

// trendsOf ranks the entities of a view.
func (s *Server) trendsOf(ctx context.Context, v *view) (trend.Report, error) {
	rep, err := s.rank(ctx, v.filter)
	if err != nil {
		return trend.Report{}, fmt.Errorf("trends: %w", err)
	}
	return rep, nil
}

// span is a period as the pages write it.
func span(v *view, s trend.Span) string { return v.text.Days(s.From, max(s.To, s.From)) }
