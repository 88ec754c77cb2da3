// Package prom answers Prometheus's read API, so that a stock Grafana, promtool or
// any other client of Prometheus can ask for the figures of Antojo in PromQL.
//
// Expressions are run by Prometheus's own engine over a Storage that holds nothing
// itself: each selector becomes queries of the metrics layer (metric.Query), with
// its label matchers as the filter, its range as days and the labels that the
// aggregation around it keeps as the dimensions. So the store adds up, not the
// engine, and a figure here is the figure of the pages.
//
// Read next: catalog.go (the metrics), pushdown.go (what an aggregation keeps),
// counts.go (mentions by day), measures.go (figures with intervals), trends.go,
// own.go (figures about Antojo itself), http.go (the API).
package prom

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/trend"
)

// Data is what is read; a store has it.
type Data interface {
	Query(context.Context, metric.Query) (metric.Result, error)
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
	Coverage(context.Context) (store.Coverage, error)
}

// Entities knows the entities of the lexicon.
type Entities interface {
	EntityName(id string) (name, kind string, ok bool)
	EntityIDs() []string
}

// Place is where a department lies, for maps.
type Place struct{ Geohash string }

// Options are the needs of an API. Data and Entities are required.
type Options struct {
	Data     Data
	Entities Entities
	Places   map[mention.Department]Place // may be nil
	Recorder *Recorder                    // figures about Antojo itself; may be nil
	Logger   *slog.Logger                 // default: discard
	Now      func() time.Time             // default: time.Now
	Version  string
}

// API is the read API. It is safe for concurrent use.
type API struct {
	o       Options
	log     *slog.Logger
	engine  *promql.Engine
	parser  parser.Parser
	catalog []family
	trends  *rankings
	results *results

	mu       sync.Mutex
	channels []string // of the store, as last seen
	seenAt   time.Time
}

// Limits of one query.
const (
	maxSamples = 20_000_000 // samples in memory at a time
	maxSeries  = 50_000     // series of one selector
	maxPoints  = 11_000     // points of one series, as Prometheus has it
	timeout    = 30 * time.Second
	lookback   = 24 * time.Hour // the distance of samples, so that exactly one is found
)

// New returns an API.
func New(o Options) (*API, error) {
	if o.Data == nil || o.Entities == nil {
		return nil, errors.New("prometheus API: Data and Entities are required")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	a := &API{o: o, log: o.Logger, parser: parser.NewParser(parser.Options{}), catalog: catalog()}
	a.trends = newRankings(o)
	a.results = newResults(o)
	a.engine = promql.NewEngine(promql.EngineOpts{
		MaxSamples: maxSamples, Timeout: timeout, LookbackDelta: lookback, Parser: a.parser,
		EnableAtModifier: true, EnableNegativeOffset: true,
		NoStepSubqueryIntervalFn: func(int64) int64 { return dayMillis },
	})
	return a, nil
}

// Range evaluates an expression at each step from start to end.
func (a *API) Range(ctx context.Context, expr string, start, end time.Time, step time.Duration) (promql.Matrix, error) {
	res, done, err := a.exec(ctx, expr, func(qs string) (promql.Query, error) {
		return a.engine.NewRangeQuery(ctx, a, promql.NewPrometheusQueryOpts(false, 0), qs, start, end, step)
	})
	if err != nil {
		return nil, err
	}
	defer done()
	m, ok := res.(promql.Matrix)
	if !ok {
		return nil, fmt.Errorf("%s: the answer is a %s", expr, res.Type())
	}
	return copyMatrix(m), nil
}

// Instant evaluates an expression at one moment.
func (a *API) Instant(ctx context.Context, expr string, at time.Time) (parser.Value, error) {
	res, done, err := a.exec(ctx, expr, func(qs string) (promql.Query, error) {
		return a.engine.NewInstantQuery(ctx, a, promql.NewPrometheusQueryOpts(false, 0), qs, at)
	})
	if err != nil {
		return nil, err
	}
	defer done()
	if m, ok := res.(promql.Matrix); ok {
		return copyMatrix(m), nil
	}
	return res, nil
}

// copyMatrix takes the points out of the engine's pools.
func copyMatrix(m promql.Matrix) promql.Matrix {
	out := make(promql.Matrix, len(m))
	for i, s := range m {
		out[i] = promql.Series{Metric: s.Metric, Floats: slices.Clone(s.Floats)}
	}
	return out
}

// badExpr is an expression that cannot be read.
type badExpr struct{ err error }

func (e badExpr) Error() string { return e.err.Error() }
func (e badExpr) Unwrap() error { return e.err }

// exec runs an expression after noting in each selector what is kept of it. The
// value is valid until done is called.
func (a *API) exec(ctx context.Context, expr string, query func(string) (promql.Query, error)) (_ parser.Value, done func(), err error) {
	parsed, err := a.parser.ParseExpr(expr)
	if err != nil {
		return nil, nil, badExpr{err}
	}
	note(parsed)
	q, err := query(parsed.String())
	if err != nil {
		return nil, nil, badExpr{err}
	}
	res := q.Exec(ctx)
	if res.Err != nil {
		q.Close()
		return nil, nil, res.Err
	}
	return res.Value, q.Close, nil
}

// Querier implements storage.Queryable.
func (a *API) Querier(mint, maxt int64) (storage.Querier, error) {
	return &querier{a: a, mint: mint, maxt: maxt}, nil
}

var _ storage.Queryable = (*API)(nil)

// querier reads from mint to maxt, milliseconds.
type querier struct {
	a          *API
	mint, maxt int64
}

// Close implements storage.Querier.
func (q *querier) Close() error { return nil }

// Select implements storage.Querier.
func (q *querier) Select(ctx context.Context, sorted bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	r := request{ctx: ctx, mint: q.mint, maxt: q.maxt, whole: hints == nil, listing: hints == nil}
	if hints != nil {
		r.mint, r.maxt = hints.Start, hints.End
		r.whole = hints.Func == "sum_over_time" && hints.Range > 0 && hints.End-hints.Start == hints.Range-1
		if hints.Range == 0 {
			r.step = hints.Step
		}
	}
	var name []*labels.Matcher
	for _, m := range matchers {
		switch m.Name {
		case labels.MetricName:
			name = append(name, m)
		case keepLabel:
			r.keep = parseKeep(m.Value)
		default:
			r.matchers = append(r.matchers, m)
		}
	}
	var out []series
	for i := range q.a.catalog {
		f := &q.a.catalog[i]
		if !matchesAll(name, f.name) {
			continue
		}
		r.family = f
		list, err := f.read(q.a, &r)
		if err != nil {
			return &seriesSet{err: fmt.Errorf("%s: %w", f.name, err)}
		}
		if out = append(out, list...); len(out) > maxSeries {
			return &seriesSet{err: fmt.Errorf("%s: more than %d series; add label matchers or aggregate, e.g. sum by (department) (%s)", f.name, maxSeries, f.name)}
		}
	}
	if q.a.o.Recorder != nil {
		out = append(out, q.a.o.Recorder.read(name, &r)...)
	}
	return newSet(out, sorted)
}

func matchesAll(ms []*labels.Matcher, value string) bool {
	for _, m := range ms {
		if !m.Matches(value) {
			return false
		}
	}
	return true
}

// LabelValues implements storage.Querier.
func (q *querier) LabelValues(ctx context.Context, name string, _ *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	v, err := q.a.labelValues(ctx, name, matchers, q.mint, q.maxt)
	return v, nil, err
}

// LabelNames implements storage.Querier.
func (q *querier) LabelNames(ctx context.Context, _ *storage.LabelHints, matchers ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	v, err := q.a.labelNames(ctx, matchers)
	return v, nil, err
}

// lastDay is the last day that is over and that the store has mentions up to; ok is
// false if there is none.
func (a *API) lastDay(ctx context.Context) (first, last mention.Day, ok bool, err error) {
	cov, err := a.o.Data.Coverage(ctx)
	if err != nil || cov.Mentions == 0 {
		return 0, 0, false, err
	}
	last = min(cov.Last, mention.DayOf(a.o.Now())-1)
	return cov.First, last, cov.First <= last, nil
}

// rankingsOf are the verdicts of a window that ends on a day; last is the last day of
// the store.
func (a *API) rankingsOf(ctx context.Context, days int, to, last mention.Day) (trend.Report, error) {
	return a.trends.get(ctx, days, to, last)
}
