package trend

import (
	"context"
	"fmt"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/series"
)

// DailyReader gives daily counts of all entities at once; a store does. Repeats are
// needed from a day on. A Querier that is none is asked the same by Query.
type DailyReader interface {
	DailyCounts(ctx context.Context, f metric.Filter, repeatsFrom mention.Day) (metric.Daily, error)
}

// CopyReader knows which mentions are near-duplicates of earlier ones; a
// Querier that is none leaves campaigns to the count of authors.
type CopyReader interface {
	CopiedDays(ctx context.Context, f metric.Filter, yield func(entity string, day mention.Day, copies int64)) error
}

// SeriesReader has imported series, such as prices.
type SeriesReader interface {
	SeriesPoints(ctx context.Context) ([]series.Point, error)
}

const (
	historyDays = 3*364 + 28 // how far back the engine reads
	authorDays  = 224        // authors are needed for the last spans only
)

// ReadPanel reads the daily counts of all entities that f reaches, up to day to.
func ReadPanel(ctx context.Context, q Querier, names Namer, f metric.Filter, to mention.Day) (*engine.Panel, error) {
	f.From, f.To, f.Window = to-historyDays+1, to, ""
	d, err := readDaily(ctx, q, f, to-authorDays+1)
	if err != nil {
		return nil, err
	}
	p, index := panelOf(&d, func(id string) string {
		_, kind, _ := names.EntityName(id)
		return kind
	})
	if len(p.Series) == 0 {
		return p, nil
	}
	first := p.Start
	setAuthors(p, &d, to-authorDays+1)
	if r, ok := q.(CopyReader); ok {
		err := r.CopiedDays(ctx, f, func(entity string, day mention.Day, copies int64) {
			i, ok := index[entity]
			if !ok || day < first || day > to {
				return
			}
			s := &p.Series[i]
			if s.Copied == nil {
				s.Copied = make([]float32, p.Days)
			}
			s.Copied[day-first] += float32(copies)
		})
		if err != nil {
			return nil, fmt.Errorf("read copies: %w", err)
		}
	}
	if r, ok := q.(SeriesReader); ok {
		points, err := r.SeriesPoints(ctx)
		if err != nil {
			return nil, fmt.Errorf("read series: %w", err)
		}
		p.Prices = series.Weekly(points, p.Start, p.Days)
	}
	return p, nil
}

// setAuthors counts each author of a day once for each entity; mentions without an
// author count one each. Days before from count every mention, as if each had an
// author of its own, and entities without a mention since then have no authors.
func setAuthors(p *engine.Panel, d *metric.Daily, from mention.Day) {
	at := max(0, int(from-p.Start))
	for i := range p.Series {
		s := &p.Series[i]
		late := false
		for _, c := range s.Counts {
			late = late || c != nil && slices.ContainsFunc(c[at:], func(n float32) bool { return n > 0 })
		}
		if !late {
			continue
		}
		s.Authors = make([]float32, p.Days)
		for _, c := range s.Counts {
			for k, n := range c {
				s.Authors[k] += n
			}
		}
		for k, n := range d.Entities[i].Repeats {
			s.Authors[k] -= n
		}
	}
}

// readDaily reads the counts of a panel.
func readDaily(ctx context.Context, q Querier, f metric.Filter, repeatsFrom mention.Day) (metric.Daily, error) {
	if r, ok := q.(DailyReader); ok {
		return r.DailyCounts(ctx, f, repeatsFrom)
	}
	b := metric.NewDailyBuilder(f.From, f.To)
	ask := func(f metric.Filter, measure string, yield func(metric.Row), by ...metric.Dimension) error {
		res, err := q.Query(ctx, metric.Query{Filter: f, Measures: []string{measure}, By: by, Limit: maxRows})
		for _, row := range res.Rows {
			yield(row)
		}
		return err
	}
	count := func(r metric.Row) int64 { return int64(r.Values[0].Value) }
	err := ask(f, "mentions", func(r metric.Row) {
		if d, err := mention.ParseDay(r.Keys[2]); err == nil {
			b.Add(r.Keys[0], r.Keys[1], d, count(r))
		}
	}, metric.ByEntity, metric.ByChannel, metric.ByDay)
	if err != nil {
		return metric.Daily{}, err
	}
	late := f
	late.From = max(f.From, repeatsFrom)
	err = ask(late, "authors", func(r metric.Row) {
		if d, err := mention.ParseDay(r.Keys[1]); err == nil {
			b.AddRepeats(r.Keys[0], d, r.Values[0].N-count(r)) // N are mentions with an author
		}
	}, metric.ByEntity, metric.ByDay)
	if err != nil {
		return metric.Daily{}, err
	}
	f.Entities, f.Kinds = nil, nil
	err = ask(f, "mentions", func(r metric.Row) {
		if d, err := mention.ParseDay(r.Keys[1]); err == nil {
			b.Add("", r.Keys[0], d, count(r))
		}
	}, metric.ByChannel, metric.ByDay)
	return b.Daily(), err
}
