// Package loki answers the part of Loki's read API that Grafana's built-in data source
// needs to show mentions as rows: in Explore, in logs and table panels, and as counts
// over time. It reads a subset of LogQL (logql.go has the grammar); the store keeps
// mentions, nothing is written here.
//
// A stream has the labels source, channel, department, sentiment, intent and level; a
// line is a mention as JSON, its text redacted as everywhere. Line filters look at the
// text alone, not at the JSON around it.
package loki

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// Data is what is read; a store has it.
type Data interface {
	Query(context.Context, metric.Query) (metric.Result, error)
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
}

// Entities knows the entities of the lexicon.
type Entities interface {
	EntityName(id string) (name, kind string, ok bool)
	EntityIDs() []string
}

// Options are the needs of an API. Data and Entities are required.
type Options struct {
	Data     Data
	Entities Entities
	Logger   *slog.Logger     // default: discard
	Now      func() time.Time // default: time.Now
	Version  string
}

// API answers the read API. It is safe for concurrent use.
type API struct {
	o   Options
	log *slog.Logger
}

// New returns an API.
func New(o Options) (*API, error) {
	if o.Data == nil || o.Entities == nil {
		return nil, errors.New("loki API: Data and Entities are required")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &API{o, o.Logger}, nil
}

// Bounds of one question.
const (
	timeout      = 30 * time.Second
	maxForm      = 1 << 20
	defaultLimit = 100
	maxLimit     = 5000
	maxRead      = 50_000 // mentions read for rows
	maxCounted   = 50_000 // mentions read for counts
	maxPoints    = 11_000
)

// Handler serves the API below /loki/api/v1.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	both := func(path string, h func(*http.Request, url.Values) (any, error)) {
		f := a.answer(h)
		mux.Handle("GET /loki/api/v1"+path, f)
		mux.Handle("POST /loki/api/v1"+path, f)
	}
	both("/query_range", func(r *http.Request, v url.Values) (any, error) { return a.query(r.Context(), v, true) })
	both("/query", func(r *http.Request, v url.Values) (any, error) { return a.query(r.Context(), v, false) })
	both("/labels", func(*http.Request, url.Values) (any, error) { return success{"success", selectLabels}, nil })
	both("/label/{name}/values", func(r *http.Request, v url.Values) (any, error) { return a.values(r.Context(), r.PathValue("name"), v) })
	both("/series", func(r *http.Request, v url.Values) (any, error) { return a.series(r.Context(), v) })
	both("/index/stats", func(r *http.Request, v url.Values) (any, error) { return a.stats(r.Context(), v) })
	both("/index/volume", func(r *http.Request, v url.Values) (any, error) { return a.volume(r.Context(), v) })
	both("/detected_labels", func(*http.Request, url.Values) (any, error) {
		return detectedLabels{[]struct{}{}}, nil
	})
	both("/detected_fields", func(*http.Request, url.Values) (any, error) {
		return detectedFields{[]struct{}{}, maxLimit}, nil
	})
	both("/patterns", func(*http.Request, url.Values) (any, error) { return success{"success", []string{}}, nil })
	both("/status/buildinfo", func(*http.Request, url.Values) (any, error) {
		return buildInfo{Version: "3.0.0", Revision: a.o.Version}, nil
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "there is no such address; this is a subset of Loki's read API: query, query_range, labels, label/<name>/values, series, index/stats, index/volume (docs/grafana.md)", http.StatusNotFound)
	})
	return mux
}

type success struct {
	Status string `json:"status"`
	Data   any    `json:"data"`
}

type answer struct {
	ResultType string `json:"resultType"`
	Result     any    `json:"result"`
	Stats      stats  `json:"stats"`
}

// stats are looked for by clients and may be empty.
type stats struct{}

type stream struct {
	Stream map[string]string `json:"stream"`
	Values [][2]string       `json:"values"`
}

type detectedLabels struct {
	DetectedLabels []struct{} `json:"detectedLabels"`
}

type detectedFields struct {
	Fields []struct{} `json:"fields"`
	Limit  int        `json:"limit"`
}

type buildInfo struct {
	Version   string `json:"version"`
	Revision  string `json:"revision"`
	Branch    string `json:"branch"`
	GoVersion string `json:"goVersion"`
}

// badRequest is a question that cannot be answered as it is.
type badRequest struct{ error }

func bad(format string, args ...any) error { return badRequest{fmt.Errorf(format, args...)} }

func (a *API) answer(h func(*http.Request, url.Values) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), timeout)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		w.Header().Set("Cache-Control", "no-store")
		var data any
		var b []byte
		err := r.ParseForm()
		if err != nil {
			err = bad("the form cannot be read: %w", err)
		} else if data, err = h(r, r.Form); err == nil {
			b, err = json.Marshal(data)
		}
		if err == nil {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(b)
			return
		}
		var syntax *SyntaxError
		var asked badRequest
		var wide errWide
		var field *metric.FieldError
		status, text := http.StatusInternalServerError, "the store could not answer; the log says why"
		switch {
		case errors.As(err, &syntax), errors.As(err, &asked), errors.As(err, &wide), errors.As(err, &field):
			status, text = http.StatusBadRequest, err.Error()
		case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
			status, text = http.StatusServiceUnavailable, "the query took longer than "+timeout.String()+"; ask for less time"
		default:
			a.log.Error("mention rows query failed", "path", r.URL.Path, "error", err.Error())
		}
		http.Error(w, text, status)
	})
}

// parseTime reads nanoseconds (integers), seconds (with a point) or RFC 3339.
func parseTime(name, s string, def time.Time) (time.Time, error) {
	if s == "" {
		return def, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && n >= 0 {
		if n < 1e11 { // Loki reads short integers as seconds
			return time.Unix(n, 0).UTC(), nil
		}
		return time.Unix(0, n).UTC(), nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f >= 0 && f < 1e11 {
		return time.UnixMicro(int64(f * 1e6)).UTC(), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && t.Year() >= 1970 && t.Year() < 2262 {
		return t.UTC(), nil
	}
	return time.Time{}, bad("%s %q: want nanoseconds since 1970 or a time such as 2026-11-30T00:00:00Z", name, s)
}

func (a *API) span(v url.Values, def time.Duration) (start, end time.Time, err error) {
	if end, err = parseTime("end", v.Get("end"), a.o.Now()); err != nil {
		return start, end, err
	}
	start, err = parseTime("start", v.Get("start"), end.Add(-def))
	return start, end, err
}

func (a *API) query(ctx context.Context, v url.Values, ranged bool) (any, error) {
	q, err := Parse(v.Get("query"))
	if err != nil {
		return nil, err
	}
	start, end, err := a.span(v, time.Hour)
	if err != nil {
		return nil, err
	}
	if !ranged {
		if end, err = parseTime("time", v.Get("time"), end); err != nil {
			return nil, err
		}
	}
	switch {
	case q.Number != nil:
		return a.number(*q.Number, v, start, end, ranged)
	case q.Metric != nil:
		return a.metric(ctx, q.Metric, v, start, end, ranged)
	}
	if !ranged {
		start = end.Add(-time.Hour)
	}
	limit := defaultLimit
	if s := v.Get("limit"); s != "" {
		if limit, err = strconv.Atoi(s); err != nil || limit <= 0 || limit > maxLimit {
			return nil, bad("limit %q: want 1 to %d", s, maxLimit)
		}
	}
	streams, err := a.rows(ctx, q.Log, start, end, limit, v.Get("direction") == "forward")
	if err != nil {
		return nil, err
	}
	return success{"success", answer{"streams", streams, stats{}}}, nil
}

// rows are the rows of a query, newest first, or oldest first with forward.
func (a *API) rows(ctx context.Context, l *Log, start, end time.Time, limit int, forward bool) ([]*stream, error) {
	var found []row
	err := a.scan(ctx, l, start, end, maxRead, func(r *row) bool {
		found = append(found, *r)
		return forward || len(found) < limit
	})
	var wide errWide
	if err != nil && (forward || !errors.As(err, &wide)) { // newest first, what was found is right as far as it goes
		return nil, err
	}
	if forward {
		slices.Reverse(found)
		found = found[:min(limit, len(found))]
	}
	out := []*stream{}
	of := map[[6]string]*stream{}
	for i := range found {
		r := &found[i]
		s := of[r.labels]
		if s == nil {
			s = &stream{Stream: map[string]string{}}
			for j, name := range streamLabels {
				if !slices.Contains(l.Drop, name) {
					s.Stream[name] = r.labels[j]
				}
			}
			of[r.labels] = s
			out = append(out, s)
		}
		line, err := r.line(l.Format)
		if err != nil {
			return nil, err
		}
		s.Values = append(s.Values, [2]string{strconv.FormatInt(r.m.Time.UnixNano(), 10), line})
	}
	return out, nil
}

func (a *API) values(ctx context.Context, name string, v url.Values) (any, error) {
	out := []string{}
	switch name {
	case "source":
		for _, s := range mention.Sources {
			out = append(out, string(s))
		}
	case "department":
		out = departments()
	case "sentiment":
		out = sentiments()
	case "intent":
		out = intents()
	case "level":
		for _, l := range levels {
			out = append(out, l)
		}
	case "kind":
		out = metric.Kinds
	case "channel", "entity":
		start, end, err := a.span(v, 30*24*time.Hour)
		if err != nil {
			return nil, err
		}
		by := metric.ByChannel
		if name == "entity" {
			by = metric.ByEntity
		}
		res, err := a.o.Data.Query(ctx, metric.Query{Filter: metric.Filter{From: max(1, mention.DayOf(start)), To: max(1, mention.DayOf(start), mention.DayOf(end)), Raw: true},
			Measures: []string{"mentions"}, By: []metric.Dimension{by}, Limit: maxLimit})
		if err != nil {
			return nil, err
		}
		for _, r := range res.Rows {
			out = append(out, r.Keys[0])
		}
	}
	out = slices.Clone(out)
	slices.Sort(out)
	return success{"success", out}, nil
}

// selector reads a query that must be a log query.
func selector(s string) (*Log, error) {
	if strings.TrimSpace(s) == "" {
		return &Log{}, nil
	}
	q, err := Parse(s)
	if err != nil {
		return nil, err
	}
	if q.Log == nil {
		return nil, bad("query: want a selector such as {source=\"review\"}")
	}
	return q.Log, nil
}

func (a *API) series(ctx context.Context, v url.Values) (any, error) {
	start, end, err := a.span(v, time.Hour)
	if err != nil {
		return nil, err
	}
	out := []map[string]string{}
	seen := map[[6]string]bool{}
	for _, s := range append(v["match[]"], v["match"]...) {
		l, err := selector(s)
		if err != nil {
			return nil, err
		}
		err = a.scan(ctx, l, start, end, maxRead, func(r *row) bool {
			if !seen[r.labels] {
				seen[r.labels] = true
				one := map[string]string{}
				for i, name := range streamLabels {
					one[name] = r.labels[i]
				}
				out = append(out, one)
			}
			return len(out) < maxLimit
		})
		var wide errWide
		if err != nil && !errors.As(err, &wide) { // the streams of the newest mentions are enough
			return nil, err
		}
	}
	return success{"success", out}, nil
}

// indexStats is the size of what a query would read, which clients warn by.
type indexStats struct {
	Streams int   `json:"streams"`
	Chunks  int   `json:"chunks"`
	Entries int64 `json:"entries"`
	Bytes   int64 `json:"bytes"`
}

// meanLine is about how long a line is, in bytes.
const meanLine = 400

func (a *API) stats(ctx context.Context, v url.Values) (any, error) {
	l, err := selector(v.Get("query"))
	if err != nil {
		return nil, err
	}
	start, end, err := a.span(v, time.Hour)
	if err != nil {
		return nil, err
	}
	f, none := a.narrow(l)
	if none || end.Before(start) {
		return indexStats{}, nil
	}
	f.From, f.To, f.Raw = max(1, mention.DayOf(start)), max(1, mention.DayOf(end)), true
	res, err := a.o.Data.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}})
	if err != nil {
		return nil, err
	}
	return indexStats{1, 1, res.Total, res.Total * meanLine}, nil
}

func positive(f float64) bool { return f > 0 && !math.IsInf(f, 0) }
