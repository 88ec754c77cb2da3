package api

import (
	"context"
	"math"
	"strings"

	"antojo/internal/metric"
)

// Value is one figure.
type Value struct {
	Value    *float64  `json:"value" doc:"null where there is nothing to compute it from"`
	Interval []float64 `json:"interval" minItems:"2" maxItems:"2" doc:"95 % interval; null where value is"`
	N        int64     `json:"n" doc:"observations behind the figure"`
	Raw      *float64  `json:"raw,omitempty" doc:"as counted, where value is corrected for the model's errors"`
}

func valueOf(v metric.Value) Value {
	out := Value{N: v.N}
	if v.Defined {
		out.Value, out.Interval = finite(v.Value), interval(v.Low, v.High)
	}
	if v.Corrected {
		out.Raw = finite(v.Raw)
	}
	return out
}

// interval is nil where an end is not a number.
func interval(low, high float64) []float64 {
	l, h := finite(low), finite(high)
	if l == nil || h == nil {
		return nil
	}
	return []float64{*l, *h}
}

// finite rounds to six decimals; nil where there is no number to give.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = math.Round(x*1e6) / 1e6
	return &x
}

// QueryResult is the answer to a query.
type QueryResult struct {
	Query       string                `json:"query" doc:"the question in its one canonical form" example:"by=entity&measures=mentions"`
	Window      Span                  `json:"window" doc:"the days that were asked for"`
	Total       int64                 `json:"total" doc:"mentions that the filter selects"`
	Corrections map[string]Correction `json:"corrections,omitempty" doc:"by measure: how its figures were corrected for the model's errors"`
	Rows        []QueryRow            `json:"rows" nullable:"false"`
}

// QueryRow is one group.
type QueryRow struct {
	Keys   map[string]string `json:"keys" doc:"by dimension: entity id, INEI code, ISO day …"`
	Values map[string]Value  `json:"values" doc:"by measure"`
}

// Correction says how the figures of one measure were corrected.
type Correction struct {
	Model string `json:"model,omitempty" doc:"whose confusion matrix was used"`
	Why   string `json:"why,omitempty" enum:"asked,no_matrix,several_models,selection,few_rows,too_deep" doc:"why not"`
}

// maxRows bounds an answer; a longer one is asked for in parts.
const maxRows = 10_000

var dimensions = []string{"entity", "kind", "department", "province", "source", "channel", "sentiment", "intent", "aspect", "day", "week", "month"}

func measureNames() (out []string) {
	for _, m := range metric.Measures {
		out = append(out, m.Name)
	}
	return out
}

func (s *Server) registerQuery() {
	op := get("query", "figures", "/query", "Ask for figures",
		"Measures by dimensions over the mentions that the filter selects, with the same parameters as the address of a page and as `antojo query`.")
	measures := queryParam("measures", "What to compute, in this order.", "", true, measureNames())
	measures.Required = true
	by := queryParam("by", "What to group by, at most three.", "", true, dimensions)
	*measures.Explode, *by.Explode = false, false
	measures.Example, by.Example = []string{"mentions", "net_sentiment"}, []string{"entity"}
	three := metric.MaxBy
	by.Schema.MaxItems = &three
	limit := queryParam("limit", "Most rows, at most 10,000.", "", false, nil)
	limit.Schema.Type, limit.Schema.MaxLength, limit.Example = "integer", nil, 10
	lo, hi := 1.0, float64(maxRows)
	limit.Schema.Minimum, limit.Schema.Maximum = &lo, &hi
	op.Parameters = append(append(op.Parameters, measures, by,
		queryParam("order", "A measure or dimension; - before it for descending.", "-mentions", false, nil), limit), filterParams()...)
	add(s, op, s.query)
}

func (s *Server) query(ctx context.Context, _ *struct{}) (*answer[QueryResult], error) {
	q, err := metric.ParseQuery(exchangeOf(ctx).query)
	if err != nil {
		return nil, err
	}
	if q.Limit > maxRows || q.Limit < 0 {
		return nil, &metric.FieldError{Field: "limit", Value: exchangeOf(ctx).query.Get("limit"), Want: "a whole number from 1 to 10000"}
	}
	res, err := s.o.Data.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	window, err := s.covered(ctx, q.Filter)
	if err != nil {
		return nil, err
	}
	out := QueryResult{Query: q.Values().Encode(), Window: window, Total: res.Total, Rows: make([]QueryRow, len(res.Rows))}
	for i, r := range res.Rows {
		row := QueryRow{Keys: make(map[string]string, len(q.By)), Values: make(map[string]Value, len(q.Measures))}
		for k, d := range q.By {
			row.Keys[string(d)] = r.Keys[k]
		}
		for k, m := range q.Measures {
			row.Values[m] = valueOf(r.Values[k])
		}
		out.Rows[i] = row
	}
	for i, c := range res.Corrections {
		if c == (metric.Correction{}) {
			continue
		}
		if out.Corrections == nil {
			out.Corrections = map[string]Correction{}
		}
		out.Corrections[q.Measures[i]] = Correction{Model: c.Model, Why: string(c.Why)}
	}
	return reply(out), nil
}

// covered is the span of days that a filter means, open ends filled from the store.
func (s *Server) covered(ctx context.Context, f metric.Filter) (Span, error) {
	cov, err := s.o.Data.Coverage(ctx)
	if err != nil {
		return Span{}, err
	}
	if f, err = f.Resolve(cov.Last); err != nil {
		return Span{}, err
	}
	if f.From == 0 {
		f.From = cov.First
	}
	if f.To == 0 {
		f.To = max(cov.Last, f.From)
	}
	return spanOf(f.From, f.To), nil
}

func oneOf(list []string) string { return strings.Join(list, ", ") }
