// Package grafana lets a stock Grafana, without any plug-in, show what Antojo knows:
//
//   - prom answers Prometheus's read API over the metrics layer,
//   - loki a part of Loki's over the mentions,
//   - this package the map, annotations as JSON and the pushes to Grafana Live,
//   - dash builds dashboards, alert rules and data sources as files.
//
// Read next: docs/grafana.md, then prom/prom.go.
package grafana

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"antojo/internal/chart"
	"antojo/internal/grafana/loki"
	"antojo/internal/grafana/prom"
	"antojo/internal/mention"
	"antojo/internal/trend/calendar"
)

// Data is what is read; a store has it.
type Data interface {
	prom.Data
	loki.Data
}

// Options are the needs of a Handler. Data, Entities and Map are required.
type Options struct {
	Data     Data
	Entities prom.Entities
	Map      *chart.Map
	Recorder *prom.Recorder
	Logger   *slog.Logger
	Now      func() time.Time
	Version  string
}

// Handler serves /prometheus/, /loki/ and /grafana/.
type Handler struct {
	prom  *prom.API
	mux   *http.ServeMux
	now   func() time.Time
	log   *slog.Logger
	shape []byte // GeoJSON of the departments
	spots []byte // one point for each
}

// New returns a handler.
func New(o Options) (*Handler, error) {
	if o.Map == nil {
		return nil, errors.New("grafana: Map is required")
	}
	h := &Handler{now: o.Now, log: o.Logger, mux: http.NewServeMux()}
	if h.now == nil {
		h.now = time.Now
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if h.prom, err = prom.New(prom.Options{Data: o.Data, Entities: o.Entities, Places: Places(o.Map), Recorder: o.Recorder, Logger: o.Logger, Now: o.Now, Version: o.Version}); err != nil {
		return nil, err
	}
	rows, err := loki.New(loki.Options{Data: o.Data, Entities: o.Entities, Logger: o.Logger, Now: o.Now, Version: o.Version})
	if err != nil {
		return nil, err
	}
	if h.shape, h.spots, err = geojson(o.Map); err != nil {
		return nil, err
	}
	h.mux.Handle("/prometheus/", http.StripPrefix("/prometheus", h.prom.Handler()))
	h.mux.Handle("/loki/", rows.Handler())
	h.mux.HandleFunc("GET /grafana/geo/departments.geojson", h.geo(h.shape))
	h.mux.HandleFunc("GET /grafana/geo/points.geojson", h.geo(h.spots))
	h.mux.HandleFunc("GET /grafana/annotations", h.annotations)
	h.mux.HandleFunc("GET /grafana/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "Data source URLs: /prometheus (type Prometheus), / (type Loki). Map: /grafana/geo/departments.geojson. Annotations: /grafana/annotations. Files for Grafana: antojo grafana export DIR.\n")
	})
	return h, nil
}

// Prom is the API of figures, for those that ask without HTTP.
func (h *Handler) Prom() *prom.API { return h.prom }

// warmEvery is how often verdicts are looked at before somebody asks.
const warmEvery = 10 * time.Minute

// KeepWarm judges the weeks whose verdicts are drawn as annotations before a dashboard
// asks for them, now and then until ctx ends: the first time takes about a second.
func (h *Handler) KeepWarm(ctx context.Context) {
	tick := time.NewTicker(warmEvery)
	defer tick.Stop()
	for {
		today := mention.DayOf(h.now())
		if _, err := h.prom.Changes(ctx, today-90, today); err != nil && ctx.Err() == nil {
			h.log.Warn("verdicts could not be judged ahead", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Serves reports whether a path is the handler's.
func Serves(path string) bool {
	return strings.HasPrefix(path, "/prometheus/") || strings.HasPrefix(path, "/loki/") || strings.HasPrefix(path, "/grafana/")
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hd := w.Header()
	hd.Set("X-Content-Type-Options", "nosniff")
	hd.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.mux.ServeHTTP(w, r)
}

// geo serves outlines. The browser that shows a Grafana reads them itself, from
// another origin, and they say nothing about mentions: any origin may.
func (h *Handler) geo(b []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		hd := w.Header()
		hd.Set("Content-Type", "application/geo+json")
		hd.Set("Cache-Control", "public, max-age=86400")
		hd.Set("Access-Control-Allow-Origin", "*")
		hd.Set("Cross-Origin-Resource-Policy", "cross-origin")
		_, _ = w.Write(b)
	}
}

// annotation is one as Grafana's own API has it; times are milliseconds.
type annotation struct {
	Time    int64    `json:"time"`
	TimeEnd int64    `json:"timeEnd"`
	Title   string   `json:"title"`
	Text    string   `json:"text"`
	Tags    []string `json:"tags"`
}

// annotationDays is the longest range that annotations are given for.
const annotationDays = 3 * 366

// annotations lists feasts and changes of verdicts between from and to (milliseconds
// since 1970; default: the last 90 days), with what=feasts or what=verdicts only those.
func (h *Handler) annotations(w http.ResponseWriter, r *http.Request) {
	fail := func(status int, text string) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(struct {
			Title  string `json:"title"`
			Status int    `json:"status"`
			Detail string `json:"detail"`
		}{http.StatusText(status), status, text})
	}
	to := h.now()
	times := map[string]int64{"to": to.UnixMilli(), "from": to.AddDate(0, 0, -90).UnixMilli()}
	for name := range times {
		if s := r.FormValue(name); s != "" {
			ms, err := strconv.ParseInt(s, 10, 64)
			if err != nil || ms < 0 || ms > 1e14 {
				fail(http.StatusBadRequest, name+": want milliseconds since 1970")
				return
			}
			times[name] = ms
		}
	}
	what := r.FormValue("what")
	if what != "" && what != "feasts" && what != "verdicts" {
		fail(http.StatusBadRequest, "what: want feasts or verdicts, or leave it out for both")
		return
	}
	first, last := mention.DayOf(time.UnixMilli(times["from"])), mention.DayOf(time.UnixMilli(times["to"]))
	if last < first || last-first > annotationDays {
		fail(http.StatusBadRequest, "to: want a time not before from, at most three years after it")
		return
	}
	out := []annotation{}
	if what != "verdicts" {
		for _, f := range calendar.Feasts() {
			for y := first.Date().Year(); y <= last.Date().Year()+1; y++ {
				if from, to, ok := f.Days(y); ok && to >= first && from <= last {
					out = append(out, annotation{from.Start().UnixMilli(), (to + 1).Start().UnixMilli(), f.Name, cmp.Or(f.Basis, "custom"), append([]string{"feast", f.ID}, f.Foods...)})
				}
			}
		}
	}
	if what != "feasts" {
		changes, err := h.prom.Changes(r.Context(), first, last)
		if err != nil {
			h.log.Error("annotations failed", "error", err.Error())
			fail(http.StatusInternalServerError, "the store could not answer; the log says why")
			return
		}
		for _, c := range changes {
			at := (c.Day + 1).Start().UnixMilli()
			out = append(out, annotation{at, at, c.Name, string(c.Was) + " → " + string(c.Verdict), []string{"verdict", string(c.Verdict), c.Entity, c.Kind}})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(out) // the reader has gone
}
