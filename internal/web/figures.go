package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/chart"
	"antojo/internal/chart/figure"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
)

// FigurePrefix is where charts are had as pictures.
const FigurePrefix = "/export/chart/"

// FigureNames are the charts that can be had as pictures.
var FigureNames = []string{"weekly", "net", "aspects", "map", "opportunity", "outlook"}

// figureFields are the parameters of a picture beside those of the filter.
var figureFields = []string{"lang", "theme", "width", "measure", "format", "panel", "vs"}

// modelDays is what a store tells of the models that labelled its mentions.
type modelDays interface {
	ModelDays(ctx context.Context, after int64, yield func(model string, day mention.Day)) (int64, error)
}

// FigureHref is the address of a chart as a picture; format is svg or png. f is the
// filter of the page that shows it.
func FigureHref(name, format, lang string, f metric.Filter, more url.Values) string {
	q := f.Values()
	for k, v := range more {
		q[k] = v
	}
	q.Set("lang", lang)
	return FigurePrefix + name + "." + format + "?" + q.Encode()
}

// figureBuilder makes the panel of a chart; ok is false where there is none of the name.
func (s *Server) figureBuilder(name string, v *view, q url.Values) (build func(context.Context) (panel.Panel, error), ok bool, err error) {
	switch name {
	case "weekly":
		return func(ctx context.Context) (panel.Panel, error) { return panel.Weekly(ctx, v.scope) }, true, nil
	case "net":
		return func(ctx context.Context) (panel.Panel, error) { return panel.Net(ctx, v.scope) }, true, nil
	case "aspects":
		return func(ctx context.Context) (panel.Panel, error) { return panel.Aspects(ctx, v.scope) }, true, nil
	case "map":
		measure := q.Get("measure")
		if measure == "" {
			measure = panel.GeoMeasures[0]
			if len(v.filter.Entities) > 0 {
				measure = "sov"
			}
		}
		if !slices.Contains(panel.GeoMeasures, measure) && measure != "sov" {
			return nil, true, &metric.FieldError{Field: "measure", Value: measure, Want: "one of " + strings.Join(panel.GeoMeasures, ", ") + ", sov"}
		}
		return func(ctx context.Context) (panel.Panel, error) { return panel.Geography(ctx, v.scope, measure) }, true, nil
	case "opportunity":
		if len(v.filter.Kinds) == 0 && len(v.filter.Entities) == 0 { // as its page does
			v.filter.Kinds = []string{"dish"}
			v.scope.Filter = v.filter
		}
		return func(ctx context.Context) (panel.Panel, error) { return s.opportunity(ctx, v) }, true, nil
	case "outlook":
		if len(v.filter.Entities) != 1 {
			return nil, true, &metric.FieldError{Field: "entity", Value: strings.Join(v.filter.Entities, ","), Want: "exactly one entity, such as ceviche"}
		}
		id := v.filter.Entities[0]
		return func(ctx context.Context) (panel.Panel, error) { return s.outlook(ctx, v, id) }, true, nil
	}
	return nil, false, nil
}

// figure answers /export/chart/NAME.svg and NAME.png: a chart of the pages with its
// title, what it shows, n, the question, the date, the model and the terms of use.
func (s *Server) figure(w http.ResponseWriter, r *http.Request) {
	err := s.writeFigure(w, r)
	var field *metric.FieldError
	switch {
	case err == nil:
	case errors.As(err, &field):
		figureProblem(w, http.StatusBadRequest, field.Field, field.Error())
	case errors.Is(err, errNotFound):
		figureProblem(w, http.StatusNotFound, "", "there is no such chart; there are "+strings.Join(FigureNames, ", ")+", each as .svg and .png")
	case errors.Is(err, errNoFigure):
		figureProblem(w, http.StatusUnprocessableEntity, "", "there are not enough data for this chart; take more days or fewer filters")
	case r.Context().Err() != nil:
		figureProblem(w, http.StatusServiceUnavailable, "", "stopped")
	default:
		s.log.Error("figure failed", "request_id", idOf(r), "path", r.URL.Path, "error", err.Error())
		figureProblem(w, http.StatusInternalServerError, "", "something failed on our side; the log has it")
	}
}

var errNoFigure = errors.New("not enough data for the chart")

func (s *Server) writeFigure(w http.ResponseWriter, r *http.Request) error {
	name, format, _ := strings.Cut(r.PathValue("file"), ".")
	if format != "svg" && format != "png" {
		return errNotFound
	}
	q := clean(r.URL.Query())
	for k := range q {
		if !slices.Contains(metric.FilterFields, k) && !slices.Contains(figureFields, k) {
			return &metric.FieldError{Field: "parameter", Value: k, Want: "one of " + strings.Join(metric.FilterFields, ", ") + ", lang, width, measure"}
		}
	}
	width := 0
	if x := q.Get("width"); x != "" {
		n, err := strconv.Atoi(x)
		if err != nil || n < figure.MinWidth || n > figure.MaxWidth {
			return &metric.FieldError{Field: "width", Value: x, Want: "a whole number of pixels from " + strconv.Itoa(figure.MinWidth) + " to " + strconv.Itoa(figure.MaxWidth)}
		}
		width = n
	}
	v, err := s.view(w, r, true)
	w.Header().Del("Set-Cookie") // a picture in another page is no choice of its reader
	if err != nil {
		return err
	}
	build, ok, err := s.figureBuilder(name, v, q)
	if err != nil {
		return err
	}
	if !ok {
		return errNotFound
	}
	p, err := build(r.Context())
	if err != nil {
		return err
	}
	if p.Chart == "" {
		return errNoFigure
	}
	notes, err := s.figureNotes(r.Context(), v, p)
	if err != nil {
		return err
	}
	f := figure.Figure{Title: p.Title, Sub: p.Sub, Chart: chart.SVG(p.Chart), Notes: notes, Rights: figureRights(v, p), Width: width}
	if strings.HasPrefix(string(p.Legend), "<svg") {
		f.Legend = chart.SVG(p.Legend)
	} else if words := plainText(string(p.Legend)); words != "" {
		f.Notes = append([]string{words}, notes...)
	}
	var b bytes.Buffer
	if format == "png" {
		err = f.PNG(&b)
	} else {
		err = f.SVG(&b)
	}
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", map[string]string{"svg": "image/svg+xml", "png": "image/png"}[format])
	h.Set("Content-Disposition", `inline; filename="antojo-`+name+"."+format+`"`)
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Content-Language", v.page.Lang)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		s.log.Debug("reader left", "request_id", idOf(r))
	}
	return nil
}

// figureNotes are the lines below a chart.
func (s *Server) figureNotes(ctx context.Context, v *view, p panel.Panel) ([]string, error) {
	asked := v.filter
	asked.Window = ""
	notes := []string{p.Note, v.text.T("figure.query", "query", asked.Values().Encode())}
	var models []string
	if m, ok := s.o.Data.(modelDays); ok {
		_, err := m.ModelDays(ctx, 0, func(model string, day mention.Day) {
			if day >= v.filter.From && (v.filter.To == 0 || day <= v.filter.To) && model != "" && !slices.Contains(models, model) {
				models = append(models, model)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(models)
	if len(models) > 4 {
		models = append(models[:4], "…")
	}
	made := v.text.T("figure.made", "date", s.o.Now().UTC().Format(time.DateOnly), "program", s.o.Program)
	if len(models) > 0 {
		made += " · " + v.text.T("figure.models", "models", strings.Join(models, ", "))
	}
	notes = append(notes, made)
	if v.page.Coverage.Synthetic {
		notes = append(notes, v.text.T("banner.synthetic"))
	}
	return notes, nil
}

// figureRights are the terms of use of a chart. A legend that is drawn belongs to a
// map, whose outlines have a licence of their own.
func figureRights(v *view, p panel.Panel) string {
	rights := v.text.T("figure.rights")
	if strings.HasPrefix(string(p.Legend), "<svg") {
		rights += " " + v.text.T("figure.outlines")
	}
	return rights
}

// plainText is what a piece of markup says.
func plainText(markup string) string {
	var out strings.Builder
	for markup != "" {
		before, rest, found := strings.Cut(markup, "<")
		out.WriteString(before)
		if !found {
			break
		}
		out.WriteByte(' ')
		_, markup, _ = strings.Cut(rest, ">")
	}
	return strings.Join(strings.Fields(html.UnescapeString(out.String())), " ")
}

func figureProblem(w http.ResponseWriter, status int, field, text string) {
	body := map[string]any{"type": "about:blank", "title": http.StatusText(status), "status": status, "detail": text}
	if field != "" {
		body["errors"] = []map[string]string{{"location": "query." + field, "message": text}}
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the reader may be gone
}
