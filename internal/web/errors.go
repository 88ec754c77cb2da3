package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode/utf8"

	"antojo/internal/metric"
	"antojo/internal/store"
)

// userError is an error that the reader can do something about: an HTTP status
// and a message of the locales. What it wraps is for the log.
type userError struct {
	status int
	key    string // locale keys error.<key>.title and error.<key>.text
	args   []any
}

func (e *userError) Error() string { return "web: " + e.key }

var (
	errNotFound    = &userError{status: http.StatusNotFound, key: "not_found"}
	errCrossOrigin = &userError{status: http.StatusForbidden, key: "cross_origin"}
	errHost        = &userError{status: http.StatusMisdirectedRequest, key: "host"}
	errNoUpload    = &userError{status: http.StatusServiceUnavailable, key: "no_upload"}
	errNoFile      = &userError{status: http.StatusBadRequest, key: "no_file"}
	errGone        = &userError{status: http.StatusGone, key: "upload_gone"}
	errTooLarge    = &userError{status: http.StatusRequestEntityTooLarge, key: "too_large"}
	errBusy        = &userError{status: http.StatusServiceUnavailable, key: "busy"}
)

// explain maps any error to what the reader sees: the one table of statuses.
func explain(err error) *userError {
	var ue *userError
	var fe *metric.FieldError
	var mbe *http.MaxBytesError
	switch {
	case errors.As(err, &ue):
		return ue
	case errors.As(err, &fe):
		return &userError{status: http.StatusBadRequest, key: "filter", args: []any{"field", fe.Field, "value", clipped(fe.Value), "want", fe.Want}}
	case errors.Is(err, store.ErrNotFound):
		return errNotFound
	case errors.As(err, &mbe):
		return errTooLarge
	case errors.Is(err, context.DeadlineExceeded):
		return &userError{status: http.StatusGatewayTimeout, key: "slow"}
	default:
		return &userError{status: http.StatusInternalServerError, key: "internal"}
	}
}

// clipped is what a reader gave, as far as a message repeats it.
func clipped(s string) string {
	const most = 60
	if n := utf8.RuneCountInString(s); n > most || !utf8.ValidString(s) {
		r := []rune(strings.ToValidUTF8(s, "\uFFFD"))
		return string(r[:min(most, len(r))]) + "…"
	}
	return s
}

type errorView struct {
	Status      int
	Title, Text string
	RequestID   string
}

// renderError answers with the error page. If the answer has already begun, the
// page ends where it is.
func (s *Server) renderError(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the reader has left
	}
	ue := explain(err)
	if ue.status >= 500 {
		s.log.Error("page failed", "request_id", idOf(r), "path", r.URL.Path, "error", err)
	}
	p := s.newPage(w, r)
	text := s.catalog.For(p.Lang)
	title := text.T("error." + ue.key + ".title")
	var fe *metric.FieldError
	if key := ""; errors.As(err, &fe) && ue.key == "filter" {
		if key = "want." + fe.Field; text.Has(key) { // else as the command line says it
			ue.args[len(ue.args)-1] = text.T(key)
		}
	}
	p.Title = title
	p.Body = errorView{ue.status, title, text.T("error."+ue.key+".text", ue.args...), idOf(r)}
	if e := s.render(w, r, ue.status, "error", p); e != nil {
		s.log.Error("error page failed", "request_id", idOf(r), "error", e)
		http.Error(w, title, ue.status)
	}
}
