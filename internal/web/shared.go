package web

import (
	"context"

	"antojo/internal/metric"
	"antojo/internal/trend"
	"antojo/internal/trend/engine"
)

// Query answers a query as the pages do, from what they remember of the last
// seconds. Callers must not change the rows of the result. The API asks here, so
// that it and the pages cannot disagree.
func (s *Server) Query(ctx context.Context, q metric.Query) (metric.Result, error) {
	return s.data.Query(ctx, q)
}

// Rank judges all entities that the filter reaches in its days From to To, which
// must be set, as the page of trends does.
func (s *Server) Rank(ctx context.Context, f metric.Filter) (trend.Report, error) {
	return s.rank(ctx, f)
}

// rank remembers rankings, and the daily counts behind them, which do not depend on
// the window and serve all of them. Entities and words of the filter are left out: a
// verdict is corrected for all that was looked at.
func (s *Server) rank(ctx context.Context, f metric.Filter) (trend.Report, error) {
	f.Entities, f.Text, f.Cluster = nil, "", 0
	return s.trends.get(ctx, f.Values().Encode(), func(ctx context.Context) (trend.Report, error) {
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
}
