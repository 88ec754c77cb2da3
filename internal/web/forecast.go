package web

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/trend"
	"antojo/internal/trend/calendar"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/forecast"
)

// An outlook looks at whole weeks of all entities at once, so that they can learn
// from each other: it takes most of a second, and late mentions of past weeks hardly
// change it. A page does not wait for the first one of a selection (see later).
const (
	outlookAge   = 10 * time.Minute
	outlookStale = 12 * time.Hour
	outlookKeep  = 4
)

// outlooks keeps outlooks and computes one at a time, so that readers who leaf
// through selections do not slow down the pages of others.
type outlooks struct {
	*memo[*forecast.Outlook]
	slot chan struct{}
}

func newOutlooks(now func() time.Time) *outlooks {
	return &outlooks{slowMemo(newStaleMemo[*forecast.Outlook](now, outlookAge, outlookStale, outlookKeep)), make(chan struct{}, 1)}
}

// outlookOf looks back and ahead over a resolved selection, all entities. It is the
// same for all days of a week, as it begins with the last whole one.
func (s *Server) outlookOf(ctx context.Context, f metric.Filter) (*forecast.Outlook, error) {
	f.Entities, f.Text, f.Window, f.From = nil, "", "", 0
	week := f
	week.To -= mention.Day((calendar.Weekday(f.To) + 1) % 7)
	return s.outlooks.get(ctx, week.Values().Encode(), func(ctx context.Context) (*forecast.Outlook, error) {
		select {
		case s.outlooks.slot <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		defer func() { <-s.outlooks.slot }()
		p, err := s.panelOf(ctx, f)
		if err != nil {
			return nil, err
		}
		return forecast.NewOutlook(p, f.To), nil
	})
}

// outlook is the panel of one entity.
func (s *Server) outlook(ctx context.Context, v *view, id string) (panel.Panel, error) {
	o, err := s.outlookOf(ctx, v.filter)
	if err != nil {
		return panel.Panel{}, fmt.Errorf("outlook: %w", err)
	}
	return panel.OutlookOf(v.scope, s.outlookFigures(v, o, id)), nil
}

// outlookFigures picks the figures of one entity.
func (s *Server) outlookFigures(v *view, o *forecast.Outlook, id string) panel.Outlook {
	var out panel.Outlook
	i := o.Index(id)
	if i < 0 || o.Expected == nil {
		return out
	}
	nan := math.NaN()
	empty := panel.OutlookWeek{Observed: nan, Expected: nan, Low: nan, High: nan, Point: nan, Low50: nan, High50: nan, Low80: nan, High80: nan, Low95: nan, High95: nan, Then: nan, ThenLow80: nan, ThenHigh80: nan}
	for k, l := range o.Expected.Looks[i][0] {
		w := empty
		w.From = o.Expected.Day(k) - 6
		if w.Observed = o.Count(i, w.From); math.IsNaN(w.Observed) && len(out.Weeks) == 0 {
			continue // before the first mention
		}
		if w.Expected = l.Expected; !math.IsNaN(w.Expected) {
			w.Low, w.High = l.Interval(.95)
		}
		out.Weeks = append(out.Weeks, w)
	}
	out.Past = len(out.Weeks)
	if out.Past == 0 {
		return out
	}
	at := func(from mention.Day) *panel.OutlookWeek {
		if k := int(from-out.Weeks[0].From) / 7; k >= 0 && k < len(out.Weeks) {
			return &out.Weeks[k]
		}
		return nil
	}
	if o.Then != nil {
		for _, b := range o.Then[i].Weeks {
			w := at(b.From)
			if w == nil || math.IsNaN(b.Actual) {
				continue
			}
			w.Then, w.ThenLow80, w.ThenHigh80 = b.Point, b.Low80, b.High80
			out.Of++
			if b.Actual >= b.Low80 && b.Actual <= b.High80 {
				out.Held++
			}
		}
	}
	out.Model = string(o.Ahead[i].Model)
	for _, b := range o.Ahead[i].Weeks {
		w := empty
		w.From, w.Point = b.From, b.Point
		w.Low50, w.High50, w.Low80, w.High80, w.Low95, w.High95 = b.Low50, b.High50, b.Low80, b.High80, b.Low95, b.High95
		out.Weeks = append(out.Weeks, w)
	}
	for _, m := range o.Feasts[i] {
		name := m.Feast.Name
		if v.page.Lang == "en" {
			name = m.Feast.NameEN
		}
		out.Feasts = append(out.Feasts, panel.OutlookFeast{Day: m.Day, Name: bare(name)})
	}
	name, _, _ := s.names.EntityName(id)
	weeks := make([]mention.Day, len(out.Weeks))
	for k := range weeks {
		weeks[k] = out.Weeks[k].From
	}
	out.Prices = pricesOf(o, id, name, weeks, func(name string, n int) string {
		return v.text.T("outlook.price.median", "name", name, "n", n)
	})
	return out
}

// bare drops a Spanish article, for a label.
func bare(name string) string {
	for _, article := range []string{"el ", "la ", "las ", "los "} {
		if rest, ok := strings.CutPrefix(name, article); ok {
			return rest
		}
	}
	return name
}

// panelOf reads the daily counts of a selection; the same serve rankings, outlooks
// and every window that ends on the same day.
func (s *Server) panelOf(ctx context.Context, f metric.Filter) (*engine.Panel, error) {
	f.From, f.Window = f.To, ""
	return s.panels.get(ctx, f.Values().Encode(), func(ctx context.Context) (*engine.Panel, error) {
		return trend.ReadPanel(ctx, s.o.Data, s.names, f, f.To)
	})
}

// warmOutlook computes the outlook of the default selection ahead of its readers.
func (s *Server) warmOutlook(ctx context.Context) {
	cov, err := s.data.Coverage(ctx)
	if err != nil || cov.Last == 0 {
		return
	}
	f, err := (metric.Filter{Window: defaultWindow}).Resolve(cov.Last)
	if err != nil {
		return
	}
	if _, err := s.outlookOf(ctx, f); err != nil && ctx.Err() == nil {
		s.log.Warn("outlook could not be computed ahead", "error", err.Error())
	}
}
