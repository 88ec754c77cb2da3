package trend

import (
	"context"
	"fmt"
	"math"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/series"
)

// DayReader streams daily counts; a store does. With an entity of "" it yields
// the volume of each channel. A Querier that is none is asked the same by Query.
type DayReader interface {
	ChannelDays(ctx context.Context, f metric.Filter, yield func(entity, channel string, day mention.Day, n int64)) error
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
	b := NewPanelBuilder(f.From, to)
	var err error
	if r, ok := q.(DayReader); ok {
		err = r.ChannelDays(ctx, f, b.Add)
	} else {
		err = queryDays(ctx, q, f, b.Add)
	}
	if err != nil {
		return nil, err
	}
	p, index := b.Panel(func(id string) string {
		_, kind, _ := names.EntityName(id)
		return kind
	})
	if len(p.Series) == 0 {
		return p, nil
	}
	first := p.Start
	if err := readAuthors(ctx, q, f, p, index); err != nil {
		return nil, err
	}
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

// readAuthors counts each author of a day once for each entity; mentions without
// an author count one each.
func readAuthors(ctx context.Context, q Querier, f metric.Filter, p *engine.Panel, index map[string]int) error {
	last := p.Start + mention.Day(p.Days-1)
	f.From = max(f.From, last-authorDays+1)
	res, err := q.Query(ctx, metric.Query{Filter: f, Measures: []string{"authors"}, By: []metric.Dimension{metric.ByEntity, metric.ByDay}, Limit: maxRows})
	if err != nil {
		return err
	}
	for _, row := range res.Rows {
		i, ok := index[row.Keys[0]]
		day, err := mention.ParseDay(row.Keys[1])
		if !ok || err != nil || day < p.Start || day > last {
			continue
		}
		s, d := &p.Series[i], int(day-p.Start)
		if s.Authors == nil {
			// Days before count every mention, as if each had an author of its own.
			s.Authors = make([]float32, p.Days)
			for _, c := range s.Counts {
				for k := range c {
					s.Authors[k] += c[k]
				}
			}
		}
		v := row.Values[0]
		if v.Defined {
			s.Authors[d] = float32(math.Max(0, float64(s.Authors[d])-float64(v.N)+v.Value))
		}
	}
	return nil
}

func queryDays(ctx context.Context, q Querier, f metric.Filter, add func(entity, channel string, day mention.Day, n int64)) error {
	ask := func(f metric.Filter, by ...metric.Dimension) ([]metric.Row, error) {
		res, err := q.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}, By: by, Limit: maxRows})
		return res.Rows, err
	}
	rows, err := ask(f, metric.ByEntity, metric.ByChannel, metric.ByDay)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if d, err := mention.ParseDay(r.Keys[2]); err == nil {
			add(r.Keys[0], r.Keys[1], d, int64(r.Values[0].Value))
		}
	}
	f.Entities, f.Kinds = nil, nil
	if rows, err = ask(f, metric.ByChannel, metric.ByDay); err != nil {
		return err
	}
	for _, r := range rows {
		if d, err := mention.ParseDay(r.Keys[1]); err == nil {
			add("", r.Keys[0], d, int64(r.Values[0].Value))
		}
	}
	return nil
}
