package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/chart/figure"
	"antojo/internal/panel"
)

// A panel has several forms: chart and table on the page, and files of both. All are
// addresses of the page itself, so that they tell of the same selection:
//
//	?table=weekly,net           the page, with these panels as tables
//	?format=csv&panel=weekly    the table as a file
//	?format=svg&panel=weekly    the chart as a file, also as png (package figure)

// tableParam names the panels that are shown as tables.
const tableParam = "table"

// panelView is a panel with the addresses of its other forms, as the template wants it.
type panelView struct {
	panel.Panel
	CSV     string
	SVG     string // "" without a chart, as PNG
	PNG     string
	Parts   bool // drawn as several charts by its page, so there is no file of one
	Tabular bool // shown as a table
	AsChart string
	AsTable string
}

func viewOf(r *http.Request, p panel.Panel) panelView {
	q := r.URL.Query()
	for _, name := range []string{"lang", "theme", "after"} {
		q.Del(name)
	}
	v := panelView{Panel: p}
	address := func(q url.Values, anchor string) string {
		if len(q) == 0 {
			return r.URL.Path + anchor
		}
		return r.URL.Path + "?" + q.Encode() + anchor
	}
	tables := strings.FieldsFunc(q.Get(tableParam), func(c rune) bool { return c == ',' })
	v.Tabular = slices.Contains(tables, p.ID)
	other := slices.DeleteFunc(slices.Clone(tables), func(id string) bool { return id == p.ID })
	set := func(ids []string) string {
		q.Del(tableParam)
		if len(ids) > 0 {
			q.Set(tableParam, strings.Join(ids, ","))
		}
		return address(q, "#"+p.ID)
	}
	v.AsChart, v.AsTable = set(other), set(append(other, p.ID))
	q.Del(tableParam)
	q.Set("panel", p.ID)
	q.Set("format", "csv")
	v.CSV = address(q, "")
	if p.Chart != "" {
		q.Set("format", "svg")
		v.SVG = address(q, "")
		q.Set("format", "png")
		v.PNG = address(q, "")
	}
	return v
}

// twin answers ?format=…&panel=… with a panel's table or its chart as a file; done says
// that it did.
func (s *Server) twin(w http.ResponseWriter, r *http.Request, v *view, bs []builder) (done bool, err error) {
	q := r.URL.Query()
	format := q.Get("format")
	if format != "csv" && format != "svg" && format != "png" {
		return false, nil
	}
	i := slices.IndexFunc(bs, func(b builder) bool { return b.id == q.Get("panel") })
	if i < 0 {
		return true, errNotFound
	}
	p, err := bs[i].build(r.Context())
	if err != nil {
		return true, err
	}
	if format == "csv" {
		csvHeader(w, "antojo-"+bs[i].id+".csv")
		if err := p.Table.CSV(w); err != nil {
			s.log.Debug("reader left", "request_id", idOf(r))
		}
		return true, nil
	}
	if p.Chart == "" {
		return true, errNotFound
	}
	notes, err := s.figureNotes(r.Context(), v, p)
	if err != nil {
		return true, err
	}
	return true, writePicture(w, bs[i].id, format, p, notes, figureRights(v, p))
}

// writePicture writes a panel's chart as a picture that stands alone.
func writePicture(w http.ResponseWriter, id, format string, p panel.Panel, notes []string, rights string) error {
	f := figure.Figure{Title: p.Title, Sub: p.Sub, Chart: chart.SVG(p.Chart), Notes: notes, Rights: rights}
	if strings.HasPrefix(string(p.Legend), "<svg") {
		f.Legend = chart.SVG(p.Legend)
	} else if words := plainText(string(p.Legend)); words != "" {
		f.Notes = append([]string{words}, notes...)
	}
	var b bytes.Buffer
	kind, write := "image/svg+xml", f.SVG
	if format == "png" {
		kind, write = "image/png", f.PNG
	}
	if err := write(&b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="antojo-`+id+"."+format+`"`)
	h.Set("Cache-Control", "private, no-cache")
	_, _ = w.Write(b.Bytes()) // the reader may be gone
	return nil
}
