package web

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"antojo/internal/panel/locale"
	"antojo/internal/store"
)

// SQL answers statements of analysts; *duckdb.Analyst does.
type SQL interface {
	SQL(ctx context.Context, text string, limit int, begin func([]store.SQLColumn) error, yield func([]any) error) (more bool, err error)
	Views() []store.SQLView
	Functions() []string
}

const (
	sqlShown   = 200  // rows on the page; the files have more
	sqlMaxText = 8000 // as the store takes
)

type sqlView struct {
	Off       bool
	Text      string
	Asked     bool
	Fault     string
	Head      []sqlHead
	Rows      [][]sqlCell
	Count     string
	Downloads downloads
	Examples  []choice
	Views     []sqlSchema
	Functions string
}

type sqlHead struct {
	Name, Type string
	Num        bool
}

type sqlCell struct {
	Text      string
	Num, Null bool
}

type sqlSchema struct {
	store.SQLView
	Href string // of its first rows
	Open bool
}

// sqlExamples are statements that show what can be asked; their titles are sql.example.
var sqlExamples = []struct{ key, text string }{
	{"rising", "SELECT entity, kind,\n  sum(CASE WHEN day >= (SELECT max(day) - 27 FROM kpi_day) THEN n ELSE 0 END) AS last_28,\n  sum(CASE WHEN day <  (SELECT max(day) - 27 FROM kpi_day) THEN n ELSE 0 END) AS before_28\nFROM entity_day\nWHERE day >= (SELECT max(day) - 55 FROM kpi_day) AND kind = 'dish'\nGROUP BY entity, kind\nHAVING sum(n) >= 30\nORDER BY last_28 / greatest(before_28, 1) DESC\nLIMIT 20"},
	{"price", "SELECT date_trunc('month', day) AS month, department_name,\n  sum(price_neg) AS price_neg, sum(n) AS n,\n  round(100.0 * sum(price_neg) / sum(n), 1) AS percent\nFROM kpi_day\nWHERE food AND department IN ('15', '04', '08')\nGROUP BY ALL\nORDER BY month DESC, department_name"},
	{"hours", "SELECT hour(ts - INTERVAL 5 HOUR) AS hour_in_lima, count(*) AS n,\n  round(avg(rating), 2) AS stars\nFROM mention\nWHERE food AND source = 'delivery'\nGROUP BY 1\nORDER BY 1"},
	{"together", "SELECT b.entity, count(*) AS together\nFROM mention_entity a JOIN mention_entity b ON a.mention_id = b.mention_id\nWHERE a.entity = 'ceviche' AND b.entity <> 'ceviche' AND a.food\nGROUP BY b.entity\nORDER BY together DESC\nLIMIT 15"},
}

// sqlPage lets analysts ask in SQL. The statement is in the address, as everything that
// a page shows.
func (s *Server) sqlPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(r.URL.Query().Get("q"), "\r\n", "\n")
	if len(text) > 2*sqlMaxText { // the store says that it is too long
		text = strings.ToValidUTF8(text[:2*sqlMaxText], "")
	}
	out := sqlView{Off: s.o.SQL == nil, Text: text, Asked: strings.TrimSpace(text) != ""}
	status := http.StatusOK
	if !out.Off {
		for _, e := range sqlExamples {
			out.Examples = append(out.Examples, choice{Label: v.text.T("sql.example." + e.key), Href: "/sql?" + url.Values{"q": {e.text}}.Encode()})
		}
		for i, view := range s.o.SQL.Views() {
			out.Views = append(out.Views, sqlSchema{view, "/sql?" + url.Values{"q": {"FROM " + view.Name + "\nLIMIT 20"}}.Encode(), i == 0 && !out.Asked})
		}
		out.Functions = strings.Join(s.o.SQL.Functions(), ", ")
	}
	if out.Asked && !out.Off {
		if status, err = s.sqlAnswer(r.Context(), v, text, &out); err != nil {
			return err
		}
	}
	if !out.Asked {
		out.Text = sqlExamples[0].text
	}
	v.page.Title = v.text.T("sql.title")
	v.page.Body = out
	return s.render(w, r, status, "sql", v.page)
}

func (s *Server) sqlAnswer(ctx context.Context, v *view, text string, out *sqlView) (status int, err error) {
	var cols []store.SQLColumn
	began := s.o.Now()
	more, err := s.o.SQL.SQL(ctx, text, sqlShown, func(c []store.SQLColumn) error {
		cols = c
		for _, x := range c {
			out.Head = append(out.Head, sqlHead{x.Name, x.Type, x.Kind == store.SQLInt || x.Kind == store.SQLFloat})
		}
		return nil
	}, func(values []any) error {
		row := make([]sqlCell, len(values))
		for i, x := range values {
			row[i] = sqlText(v.text, x, cols[i].Kind)
		}
		out.Rows = append(out.Rows, row)
		return nil
	})
	var told *store.SQLError
	switch {
	case errors.As(err, &told):
		out.Head, out.Rows = nil, nil
		// What DuckDB says is English; the place is told in the reader's language.
		out.Fault = told.Message
		if told.Line > 0 {
			out.Fault = v.text.T("sql.fault", "line", int64(told.Line), "column", int64(told.Column), "reason", told.Message)
		}
		return http.StatusUnprocessableEntity, nil
	case errors.Is(err, store.ErrBusy):
		out.Fault = v.text.T("sql.busy")
		return http.StatusServiceUnavailable, nil
	case err != nil:
		return 0, err
	}
	ms := s.o.Now().Sub(began).Milliseconds()
	out.Count = v.text.N("sql.rows", int64(len(out.Rows))) + " · " + v.text.T("sql.time", "ms", ms)
	if more {
		out.Count = v.text.T("sql.first", "n", int64(len(out.Rows))) + " · " + v.text.T("sql.time", "ms", ms)
	}
	out.Downloads = downloads{What: v.text.T("sql.what")}
	for _, format := range downloadFormats {
		out.Downloads.Links = append(out.Downloads.Links, choice{Label: v.text.T("export.as." + format),
			Href: "/export/sql?" + url.Values{"q": {text}, "format": {format}, "lang": {v.page.Lang}}.Encode()})
	}
	return http.StatusOK, nil
}

// sqlText writes a value as the page shows it. Numbers keep the form of the file, with
// the reader's marks.
func sqlText(p *locale.Printer, x any, kind store.SQLKind) sqlCell {
	switch v := x.(type) {
	case nil:
		return sqlCell{Text: "NULL", Null: true}
	case int64:
		return sqlCell{Text: p.Int(v), Num: true}
	case float64:
		if v == float64(int64(v)) {
			return sqlCell{Text: p.Int(int64(v)), Num: true}
		}
		decimals := 1
		for x := v * 10; decimals < 4 && x != math.Trunc(x); x *= 10 {
			decimals++
		}
		return sqlCell{Text: p.Dec(v, decimals), Num: true}
	case bool:
		return sqlCell{Text: map[bool]string{true: "true", false: "false"}[v]}
	case time.Time:
		if kind == store.SQLDay {
			return sqlCell{Text: v.Format(time.DateOnly)}
		}
		return sqlCell{Text: v.Format("2006-01-02 15:04:05")}
	case string:
		return sqlCell{Text: clip(v, 300)}
	}
	return sqlCell{}
}
