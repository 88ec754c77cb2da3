package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/connector/file"
	"antojo/internal/infer"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// Errors leave as problem details (RFC 9457): status, title, what is wrong in
// words, and for each field at fault its place, such as query.kind or
// body.texts[2].text. The instance is the id under which the log knows the request.

// problem makes an error with a status.
func problem(status int, format string, args ...any) *huma.ErrorModel {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: fmt.Sprintf(format, args...)}
}

// fieldProblem is a 422 that names one field.
func fieldProblem(location, message string, value any) *huma.ErrorModel {
	p := problem(http.StatusUnprocessableEntity, "%s: %s", location, message)
	p.Errors = []*huma.ErrorDetail{{Location: location, Message: message, Value: value}}
	return p
}

// explain maps any error to what the asker sees: the one table of statuses. What it
// does not know is logged and not told.
func (s *Server) explain(ctx context.Context, err error) *huma.ErrorModel {
	var p *huma.ErrorModel
	var fe *metric.FieldError
	var fp *file.Problem
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &fe):
		if fe.Field == "parameter" {
			return fieldProblem("query."+clip(fe.Value), "unknown parameter; known are "+strings.TrimPrefix(fe.Want, "one of "), nil)
		}
		return fieldProblem("query."+fe.Field, "want "+fe.Want, fe.Value)
	case errors.As(err, &fp):
		msg := fp.What
		if fp.Do != "" {
			msg += "; " + fp.Do
		}
		return fieldProblem("body", msg, nil)
	case errors.As(err, &tooLarge):
		return problem(http.StatusRequestEntityTooLarge, "the body is larger than the %d bytes that are taken", tooLarge.Limit)
	case errors.Is(err, store.ErrNotFound):
		return problem(http.StatusNotFound, "there is no such thing; ask the list of this resource for what there is")
	case errors.Is(err, ErrInput):
		return problem(http.StatusUnprocessableEntity, "%s", strings.TrimSuffix(err.Error(), ": "+ErrInput.Error()))
	case errors.Is(err, context.DeadlineExceeded):
		return problem(http.StatusServiceUnavailable, "the answer took too long; ask for fewer days or groups, or try again later")
	case errors.Is(err, context.Canceled), errors.Is(err, infer.ErrClosed):
		return problem(http.StatusServiceUnavailable, "the server is stopping; try again in a moment")
	}
	x := exchangeOf(ctx)
	s.log.Error("request failed", "request_id", x.id, "operation", x.operation, "error", err.Error())
	return problem(http.StatusInternalServerError, "the server could not answer; its log says more under request %s", x.id)
}

const maxEcho = 200

func clip(v string) string {
	if len(v) > maxEcho {
		return strings.ToValidUTF8(v[:maxEcho], "") + "…"
	}
	return strings.ToValidUTF8(v, "\ufffd")
}

// finish completes a problem before it is written: its instance, no more than a
// line of what was given, and for the inference protocol the member "error".
func finish(ctx huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	return finished(p, exchangeOf(ctx.Context())), nil
}

func finished(p *huma.ErrorModel, x *exchange) any {
	out := *p
	out.Type = "about:blank"
	out.Instance = "urn:antojo:request:" + x.id
	if len(out.Errors) > 20 {
		out.Errors = out.Errors[:20]
	}
	list := make([]*huma.ErrorDetail, len(out.Errors))
	for i, e := range out.Errors {
		d := *e
		d.Message, d.Location = clip(plain(d.Message)), clip(d.Location)
		switch v := d.Value.(type) {
		case string:
			if d.Value = clip(v); d.Location == "body" {
				d.Value = nil // the body as it was sent
			}
		case nil, bool, int, int64, float64:
		default:
			d.Value = nil // whole objects are the asker's own and long
		}
		list[i] = &d
	}
	out.Errors = list
	if !strings.HasPrefix(x.path, "/v2") {
		return &out
	}
	msg := out.Detail
	for _, e := range out.Errors {
		if !strings.Contains(msg, e.Message) {
			msg += "; " + strings.TrimPrefix(e.Location+": "+e.Message, ": ")
		}
	}
	return &oipProblem{out, msg}
}

// plain replaces messages of the standard library's readers, which speak of Go.
func plain(msg string) string {
	for _, sign := range []string{"json: ", "Go value", "Go struct", "strconv.", "invalid character", "unexpected end of JSON", "parsing time"} {
		if strings.Contains(msg, sign) {
			return "it is not valid JSON, or a value is of the wrong type or too large"
		}
	}
	return msg
}

// writeProblem answers outside of an operation.
func writeProblem(w http.ResponseWriter, x *exchange, p *huma.ErrorModel) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(finished(p, x)) // the client may be gone
}

// notFound answers what no operation takes: another method of a known address, or
// nothing known at all.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	for path, item := range s.api.OpenAPI().Paths {
		if !samePath(path, r.URL.Path) {
			continue
		}
		var methods []string
		if item.Get != nil {
			methods = append(methods, http.MethodGet, http.MethodHead)
		}
		if item.Post != nil {
			methods = append(methods, http.MethodPost)
		}
		w.Header().Set("Allow", strings.Join(methods, ", "))
		writeProblem(w, x, problem(http.StatusMethodNotAllowed, "%s takes %s", path, strings.Join(methods, ", ")))
		return
	}
	writeProblem(w, x, problem(http.StatusNotFound, "there is nothing at %s; see %s for what there is", clip(r.URL.Path), referencePath))
}

// samePath reports whether a path is one of a pattern with {names}.
func samePath(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && (!strings.HasPrefix(a[i], "{") || b[i] == "") {
			return false
		}
	}
	return true
}
