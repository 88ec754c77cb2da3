package prom

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"

	"antojo/internal/metric"
	"antojo/internal/store"
)

// Version is the release of Prometheus whose read API this one is, which Grafana asks
// for to know what it may send.
const Version = "3.12.0"

var pageOfOne = store.Page{Limit: 1}

func formatCount(n int64) string { return strconv.FormatInt(n, 10) }

// Handler serves the API below /api/v1 of the path it is mounted at.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	both := func(path string, h func(*http.Request, url.Values) (any, error)) {
		f := a.answer(h)
		mux.Handle("GET "+path, f)
		mux.Handle("POST "+path, f)
	}
	both("/api/v1/query", a.query)
	both("/api/v1/query_range", a.queryRange)
	both("/api/v1/series", a.series)
	both("/api/v1/labels", a.labels)
	both("/api/v1/query_exemplars", a.queryExemplars)
	both("/api/v1/format_query", a.formatQuery)
	get := func(path string, h func(*http.Request, url.Values) (any, error)) {
		mux.Handle("GET "+path, a.answer(h))
	}
	get("/api/v1/label/{name}/values", a.labelValuesOf)
	get("/api/v1/metadata", a.metadata)
	get("/api/v1/status/buildinfo", a.buildInfo)
	get("/api/v1/rules", func(*http.Request, url.Values) (any, error) { return rulesAnswer{Groups: []struct{}{}}, nil })
	get("/api/v1/alerts", func(*http.Request, url.Values) (any, error) { return alertsAnswer{Alerts: []struct{}{}}, nil })
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		if a.o.Recorder != nil {
			_ = a.o.Recorder.WriteText(w) // the reader has gone
		}
	})
	mux.Handle("/", a.answer(func(*http.Request, url.Values) (any, error) {
		return nil, apiError{http.StatusNotFound, "not_found", "there is no such address; the read API is below api/v1: query, query_range, series, labels, label/<name>/values, metadata, query_exemplars, status/buildinfo"}
	}))
	return mux
}

// Answers are structs so that resultType comes before result: Grafana's parser reads
// them in that order.
type envelope struct {
	Status    string `json:"status"`
	Data      any    `json:"data,omitempty"`
	ErrorType string `json:"errorType,omitempty"`
	Error     string `json:"error,omitempty"`
}

type queryAnswer struct {
	ResultType parser.ValueType `json:"resultType"`
	Result     parser.Value     `json:"result"`
}

type rulesAnswer struct {
	Groups []struct{} `json:"groups"`
}

type alertsAnswer struct {
	Alerts []struct{} `json:"alerts"`
}

// apiError is an error as the API says it.
type apiError struct {
	status int
	kind   string
	text   string
}

func (e apiError) Error() string { return e.text }

func badData(format string, args ...any) error {
	return apiError{http.StatusBadRequest, "bad_data", fmt.Sprintf(format, args...)}
}

// maxForm bounds the body of a question.
const maxForm = 1 << 20

func (a *API) answer(h func(*http.Request, url.Values) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		began := time.Now()
		var data any
		err := r.ParseForm()
		if err != nil {
			err = badData("the form cannot be read: %v", err)
		} else {
			data, err = h(r, r.Form)
		}
		hd := w.Header()
		hd.Set("Content-Type", "application/json")
		hd.Set("Cache-Control", "no-store")
		e := envelope{Status: "success", Data: data}
		status := http.StatusOK
		if err != nil {
			said := a.explain(r, err)
			status, e = said.status, envelope{Status: "error", ErrorType: said.kind, Error: said.text}
		}
		var b []byte
		written := false
		if q, ok := e.Data.(queryAnswer); ok {
			b, written, err = appendAnswer(nil, q)
		}
		if !written && err == nil || e.Status == "error" {
			b, err = json.Marshal(e)
		}
		if err != nil { // a NaN in our own structs would be a mistake here
			a.log.Error("answer cannot be written", "path", r.URL.Path, "error", err)
			status, b = http.StatusInternalServerError, []byte(`{"status":"error","errorType":"internal","error":"the answer could not be written"}`)
		}
		hd.Set("Server-Timing", "promql;dur="+strconv.FormatFloat(float64(time.Since(began).Microseconds())/1000, 'f', 2, 64))
		w.WriteHeader(status)
		_, _ = w.Write(b)
	})
}

// explain says an error without what is inside.
func (a *API) explain(r *http.Request, err error) apiError {
	var said apiError
	var bad badExpr
	var late promql.ErrQueryTimeout
	var gone promql.ErrQueryCanceled
	var many promql.ErrTooManySamples
	var field *metric.FieldError
	switch {
	case errors.As(err, &said):
		return said
	case errors.As(err, &bad):
		return apiError{http.StatusBadRequest, "bad_data", bad.Error()}
	case errors.As(err, &late), errors.Is(err, context.DeadlineExceeded):
		return apiError{http.StatusServiceUnavailable, "timeout", "the query took longer than " + timeout.String() + "; ask for fewer days or fewer labels"}
	case errors.As(err, &gone), errors.Is(err, context.Canceled):
		return apiError{499, "canceled", "the query was given up"}
	case errors.As(err, &many), errors.Is(err, errTooMany), errors.Is(err, errWhich), errors.Is(err, errWindow), errors.As(err, &field):
		return apiError{http.StatusUnprocessableEntity, "execution", err.Error()}
	}
	var stored promql.ErrStorage
	if errors.As(err, &stored) {
		a.log.Error("metrics query failed", "path", r.URL.Path, "error", err.Error())
		return apiError{http.StatusInternalServerError, "internal", "the store could not answer; the log says why"}
	}
	return apiError{http.StatusUnprocessableEntity, "execution", err.Error()}
}

// parseTime reads seconds or RFC 3339.
func parseTime(name, s string) (time.Time, error) {
	if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1e11 {
		return time.UnixMilli(int64(math.Round(f * 1000))).UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.Year() > 0 && t.Year() < 5000 {
		return t.UTC(), nil
	}
	return time.Time{}, badData("%s %q: want seconds since 1970 or a time such as 2026-11-30T00:00:00Z", name, s)
}

func parseStep(s string) (time.Duration, error) {
	if f, err := strconv.ParseFloat(s, 64); err == nil && f > 0 && f < 1e9 {
		return time.Duration(f * float64(time.Second)), nil
	}
	if d, err := model.ParseDuration(s); err == nil && d > 0 {
		return time.Duration(d), nil
	}
	return 0, badData("step %q: want seconds or a duration such as 1d, above zero", s)
}

func (a *API) query(r *http.Request, v url.Values) (any, error) {
	at := a.o.Now()
	if s := v.Get("time"); s != "" {
		var err error
		if at, err = parseTime("time", s); err != nil {
			return nil, err
		}
	}
	res, err := a.Instant(r.Context(), v.Get("query"), at)
	if err != nil {
		return nil, err
	}
	return queryAnswer{res.Type(), res}, nil
}

func (a *API) queryRange(r *http.Request, v url.Values) (any, error) {
	start, err := parseTime("start", v.Get("start"))
	if err != nil {
		return nil, err
	}
	end, err := parseTime("end", v.Get("end"))
	if err != nil {
		return nil, err
	}
	step, err := parseStep(v.Get("step"))
	switch {
	case err != nil:
		return nil, err
	case end.Before(start):
		return nil, badData("end: want a time not before start")
	case end.Sub(start)/step > maxPoints:
		return nil, badData("step: want at most %d points; take a longer step or a shorter range", maxPoints)
	}
	res, err := a.Range(r.Context(), v.Get("query"), start, end, step)
	if err != nil {
		return nil, err
	}
	return queryAnswer{res.Type(), res}, nil
}

// ranges reads the range of a question about labels; without one it is the last 90 days.
func (a *API) ranges(v url.Values) (mint, maxt int64, err error) {
	end := a.o.Now()
	if s := v.Get("end"); s != "" {
		if end, err = parseTime("end", s); err != nil {
			return 0, 0, err
		}
	}
	start := end.AddDate(0, 0, -90)
	if s := v.Get("start"); s != "" {
		if start, err = parseTime("start", s); err != nil {
			return 0, 0, err
		}
	}
	// Samples lie at the ends of days: a range within a day still means that day.
	return start.Add(-lookback).UnixMilli(), end.UnixMilli(), nil
}

// matchSets reads match[]; without one, a set that matches all.
func (a *API) matchSets(v url.Values, required bool) ([][]*labels.Matcher, error) {
	var out [][]*labels.Matcher
	for _, s := range v["match[]"] {
		ms, err := a.parser.ParseMetricSelector(s)
		if err != nil {
			return nil, badExpr{err}
		}
		out = append(out, ms)
	}
	if out == nil {
		if required {
			return nil, badData("match[]: want at least one selector")
		}
		out = [][]*labels.Matcher{nil}
	}
	return out, nil
}

func (a *API) labels(r *http.Request, v url.Values) (any, error) {
	sets, err := a.matchSets(v, false)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, ms := range sets {
		list, err := a.labelNames(r.Context(), ms)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.Sort(out)
	return limited(slices.Compact(out), v), nil
}

func (a *API) labelValuesOf(r *http.Request, v url.Values) (any, error) {
	sets, err := a.matchSets(v, false)
	if err != nil {
		return nil, err
	}
	mint, maxt, err := a.ranges(v)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, ms := range sets {
		list, err := a.labelValues(r.Context(), r.PathValue("name"), ms, mint, maxt)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.Sort(out)
	return limited(slices.Compact(out), v), nil
}

// limited cuts a list to the limit of the question.
func limited[T any](list []T, v url.Values) []T {
	if n, err := strconv.Atoi(v.Get("limit")); err == nil && n > 0 && n < len(list) {
		return list[:n]
	}
	return list
}

// series lists the series of selectors that have samples in the range. Figures over
// windows are listed where the selector says which, as in queries.
func (a *API) series(r *http.Request, v url.Values) (any, error) {
	sets, err := a.matchSets(v, true)
	if err != nil {
		return nil, err
	}
	mint, maxt, err := a.ranges(v)
	if err != nil {
		return nil, err
	}
	out := []labels.Labels{}
	for _, ms := range sets {
		q := &querier{a: a, mint: mint, maxt: maxt}
		set := q.Select(r.Context(), true, nil, ms...)
		for set.Next() {
			out = append(out, set.At().Labels())
		}
		if err := set.Err(); err != nil {
			return nil, err
		}
	}
	return limited(out, v), nil
}

// Meta is what the API says of a family.
type meta struct {
	Type string `json:"type"`
	Help string `json:"help"`
	Unit string `json:"unit"`
}

func (a *API) metadata(_ *http.Request, v url.Values) (any, error) {
	limit, _ := strconv.Atoi(v.Get("limit"))
	out := map[string][]meta{}
	for _, f := range a.families() {
		if name := v.Get("metric"); name != "" && name != f.name || limit > 0 && len(out) >= limit {
			continue
		}
		out[f.name] = []meta{{Type: cmp.Or(f.kind, "gauge"), Help: f.help}}
	}
	return out, nil
}

func (a *API) queryExemplars(r *http.Request, v url.Values) (any, error) {
	start, err := parseTime("start", v.Get("start"))
	if err != nil {
		return nil, err
	}
	end, err := parseTime("end", v.Get("end"))
	if err != nil {
		return nil, err
	}
	return a.exemplars(r.Context(), v.Get("query"), start, end)
}

func (a *API) formatQuery(_ *http.Request, v url.Values) (any, error) {
	e, err := a.parser.ParseExpr(v.Get("query"))
	if err != nil {
		return nil, badExpr{err}
	}
	return e.Pretty(0), nil
}

type build struct {
	Application string `json:"application"`
	Version     string `json:"version"`
	Revision    string `json:"revision"`
	Branch      string `json:"branch"`
	BuildUser   string `json:"buildUser"`
	BuildDate   string `json:"buildDate"`
	GoVersion   string `json:"goVersion"`
}

func (a *API) buildInfo(*http.Request, url.Values) (any, error) {
	return build{Application: "antojo", Version: Version, Revision: a.o.Version, GoVersion: runtime.Version()}, nil
}

// selectors are the matchers of each selector of an expression.
func selectors(e parser.Expr) (out [][]*labels.Matcher) {
	parser.Inspect(e, func(n parser.Node, _ []parser.Node) error {
		if s, ok := n.(*parser.VectorSelector); ok {
			out = append(out, s.LabelMatchers)
		}
		return nil
	})
	return out
}
