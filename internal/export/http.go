package export

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"antojo/internal/metric"
	"antojo/internal/store"
)

// Prefix is where the downloads are.
const Prefix = "/export/"

// Bounds of a download.
const (
	maxAtOnce = 4
	idle      = 60 * time.Second // without a byte going out
)

// Handler serves downloads: /export/mentions, /export/query and /export/trends with
// the parameters of a page's address, and format, lang, notes=1 and limit; and
// /export/sql with q, a statement.
type Handler struct {
	src  *Source
	log  *slog.Logger
	busy chan struct{}
}

// NewHandler returns a handler of src's tables.
func NewHandler(src *Source, log *slog.Logger) *Handler {
	return &Handler{src: src, log: log, busy: make(chan struct{}, maxAtOnce)}
}

// own are the parameters that a download has beside those of the question.
var own = []string{"format", "lang", "notes", "theme", "sort", "rows", "after"}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		problem(w, http.StatusMethodNotAllowed, "", "want GET")
		return
	}
	select {
	case h.busy <- struct{}{}:
		defer func() { <-h.busy }()
	default:
		w.Header().Set("Retry-After", "5")
		problem(w, http.StatusServiceUnavailable, "", "too many downloads at once; try again in a few seconds")
		return
	}
	v := r.URL.Query()
	format, err := ParseFormat(v.Get("format"))
	if err != nil {
		problem(w, http.StatusBadRequest, "format", err.Error())
		return
	}
	t, err := h.src.Table(r.Context(), strings.TrimPrefix(r.URL.Path, Prefix), v)
	if err != nil {
		h.refuse(w, r, err)
		return
	}
	hd := w.Header()
	hd.Set("Content-Type", format.ContentType())
	hd.Set("Content-Disposition", `attachment; filename="`+t.Name+format.Extension()+`"`)
	hd.Set("Cache-Control", "private, no-cache")
	hd.Set("Antojo-Query", oneLine(t.Notes.Query))
	hd.Set("Antojo-Model", oneLine(strings.Join(t.Notes.Models, ", ")))
	o := Options{Format: format, Notes: v.Get("notes") == "1"}
	switch format {
	case CSV:
		hd.Set("Link", "<"+otherFormat(r, CSVM)+`>; rel="describedby"; type="application/csvm+json"`)
	case CSVES:
		hd.Set("Link", "<"+otherFormat(r, CSVMES)+`>; rel="describedby"; type="application/csvm+json"`)
	case CSVM:
		o.URL = otherFormat(r, CSV)
	case CSVMES:
		o.URL = otherFormat(r, CSVES)
	}
	if r.Method == http.MethodHead {
		return
	}
	if _, err := Write(&patient{w, http.NewResponseController(w)}, t, o); err != nil {
		// The status is gone: a broken connection tells the reader that the file is not whole.
		h.log.Warn("download ended early", "path", r.URL.Path, "error", err.Error())
		panic(http.ErrAbortHandler)
	}
}

// otherFormat is the address of the same download in another format.
func otherFormat(r *http.Request, f Format) string {
	v := r.URL.Query()
	v.Set("format", string(f))
	return (&url.URL{Path: r.URL.Path, RawQuery: v.Encode()}).String()
}

// Table makes the table of a path below Prefix.
func (s *Source) Table(ctx context.Context, what string, v url.Values) (*Table, error) {
	clean := url.Values{}
	for k, list := range v {
		for _, x := range list {
			if strings.TrimSpace(x) != "" {
				clean.Add(k, x)
			}
		}
	}
	if clean.Has("from") {
		clean.Del("window") // as the pages do
	}
	lang := clean.Get("lang")
	switch what {
	case "query":
		q, err := metric.ParseQuery(clean, own...)
		if err != nil {
			return nil, err
		}
		return s.Query(ctx, q, lang)
	case "sql":
		return s.SQLTable(ctx, clean.Get("q"), lang)
	case "mentions", "trends":
		f, err := metric.ParseFilter(clean)
		if err != nil {
			return nil, err
		}
		for k := range clean {
			if !contains(metric.FilterFields, k) && !contains(own, k) && k != "limit" {
				return nil, &metric.FieldError{Field: "parameter", Value: k, Want: "one of " + strings.Join(metric.FilterFields, ", ") + ", format, lang, notes, limit"}
			}
		}
		if what == "trends" {
			return s.Trends(ctx, f, lang)
		}
		var limit int64
		if x := clean.Get("limit"); x != "" {
			if limit, err = strconv.ParseInt(x, 10, 64); err != nil || limit < 1 {
				return nil, &metric.FieldError{Field: "limit", Value: x, Want: "a whole number from 1 on; leave it out for all"}
			}
		}
		return s.Mentions(ctx, f, limit, lang)
	}
	return nil, store.ErrNotFound
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var field *metric.FieldError
	var told *store.SQLError
	switch {
	case errors.As(err, &told) && !told.Limit:
		problem(w, http.StatusBadRequest, "q", told.Error())
	case errors.As(err, &told):
		problem(w, http.StatusServiceUnavailable, "", told.Message)
	case errors.Is(err, store.ErrBusy):
		w.Header().Set("Retry-After", "5")
		problem(w, http.StatusServiceUnavailable, "", "too many statements at once; try again in a few seconds")
	case errors.As(err, &field):
		problem(w, http.StatusBadRequest, field.Field, field.Error())
	case errors.Is(err, store.ErrNotFound):
		problem(w, http.StatusNotFound, "", "there is no such download; there are /export/mentions, /export/query, /export/trends, /export/sql and /export/chart/NAME.svg")
	case r.Context().Err() != nil:
		problem(w, http.StatusServiceUnavailable, "", "stopped")
	default:
		h.log.Error("download failed", "path", r.URL.Path, "error", err.Error())
		problem(w, http.StatusInternalServerError, "", "something failed on our side; the log has it")
	}
}

func problem(w http.ResponseWriter, status int, field, text string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	body := map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": text}
	if field != "" {
		body["errors"] = []map[string]string{{"location": "query." + field, "message": text}}
	}
	_ = json.NewEncoder(w).Encode(body)
}

// patient moves the deadline on with every piece that goes out, so that a large file
// may take long and a reader who has gone away may not.
type patient struct {
	w  io.Writer
	rc *http.ResponseController
}

// Write implements io.Writer.
func (p *patient) Write(b []byte) (int, error) {
	_ = p.rc.SetWriteDeadline(time.Now().Add(idle)) // where the connection has none, there is none to set
	return p.w.Write(b)
}
