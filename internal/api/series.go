package api

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"antojo/internal/api/token"
	"antojo/internal/mention"
	"antojo/internal/trend/series"
)

// OutsideSeries are points of outside series, such as wholesale prices.
type OutsideSeries struct {
	Total  int           `json:"total" doc:"points that fit; points may hold fewer"`
	Points []OutsideItem `json:"points" nullable:"false"`
}

// OutsideItem is one value, which holds from its day until the next one.
type OutsideItem struct {
	Date  string  `json:"date" format:"date"`
	Item  string  `json:"item" doc:"lexicon id where there is one" example:"limon"`
	Place string  `json:"place,omitempty"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty" example:"PEN/kg"`
}

// SeriesReport says what became of the rows of an upload.
type SeriesReport struct {
	Accepted   int         `json:"accepted"`
	Replaced   int         `json:"replaced"`
	Duplicate  int         `json:"duplicate"`
	Rejected   int         `json:"rejected"`
	Rejections []Rejection `json:"rejections" nullable:"false" doc:"the first rows left out"`
}

type outsideIn struct {
	Item  string `query:"item" maxLength:"100" doc:"Only this item." example:"limon"`
	Place string `query:"place" maxLength:"100" doc:"Only this place."`
	From  string `query:"from" format:"date" doc:"First day."`
	To    string `query:"to" format:"date" doc:"Last day."`
	Limit int    `query:"limit" minimum:"1" maximum:"10000" default:"1000" doc:"Most points."`
}

const maxSeries = 64 << 20

func (s *Server) registerSeries() {
	add(s, get("list-series", "imports", "/series", "List outside series", "What was imported with `antojo import --series` or here, by item, place, unit and day."), s.series)
	op := post("import-series", "imports", "/series", "Upload outside series",
		"A CSV with the columns date, item, place, value, unit. A value of the same item, place, unit and day replaces the one before, so sending a file twice does no harm.", token.Write, http.StatusOK)
	op.MaxBodyBytes = maxSeries
	op.BodyReadTimeout = workTimeout
	op.Metadata = timeout(workTimeout)
	op.Errors = []int{400, 401, 403, 413, 422, 429, 503}
	add(s, op, s.importSeries)
}

func (s *Server) series(_ context.Context, in *outsideIn) (*answer[OutsideSeries], error) {
	var from, to mention.Day
	var err error
	if in.From != "" {
		if from, err = mention.ParseDay(in.From); err != nil {
			return nil, fieldProblem("query.from", "want a day such as 2026-10-01", in.From)
		}
	}
	if in.To != "" {
		if to, err = mention.ParseDay(in.To); err != nil {
			return nil, fieldProblem("query.to", "want a day such as 2026-10-31", in.To)
		}
	}
	points, err := s.o.Series.Load()
	if err != nil {
		return nil, err
	}
	out := OutsideSeries{Points: []OutsideItem{}}
	for _, p := range points {
		if in.Item != "" && p.Item != in.Item || in.Place != "" && !strings.EqualFold(p.Place, in.Place) || in.From != "" && p.Day < from || in.To != "" && p.Day > to {
			continue
		}
		out.Total++
		if v := finite(p.Value); v != nil && len(out.Points) < in.Limit {
			out.Points = append(out.Points, OutsideItem{Date: p.Day.String(), Item: p.Item, Place: p.Place, Value: *v, Unit: p.Unit})
		}
	}
	return reply(out), nil
}

func (s *Server) importSeries(_ context.Context, in *tableIn) (*answer[SeriesReport], error) {
	points, bad, err := series.Read(bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, fieldProblem("body", strings.TrimPrefix(err.Error(), "read series: "), nil)
	}
	out := SeriesReport{Rejected: len(bad), Rejections: []Rejection{}}
	for _, b := range bad[:min(len(bad), shownRejections)] {
		out.Rejections = append(out.Rejections, Rejection{b.Row, clip(b.Why)})
	}
	s.merging.Lock()
	defer s.merging.Unlock()
	if out.Accepted, out.Replaced, err = s.o.Series.Merge(points); err != nil {
		return nil, err
	}
	out.Duplicate = len(points) - out.Accepted - out.Replaced
	return reply(out), nil
}
