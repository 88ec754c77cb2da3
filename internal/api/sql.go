package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"antojo/internal/api/token"
	"antojo/internal/store"
)

// SQL answers statements of analysts; *duckdb.Analyst does.
type SQL interface {
	SQL(ctx context.Context, text string, limit int, begin func([]store.SQLColumn) error, yield func([]any) error) (more bool, err error)
	Views() []store.SQLView
	Functions() []string
}

const sqlTimeout = 30 * time.Second // the statement itself ends earlier

// SQLQuestion is a statement.
type SQLQuestion struct {
	SQL   string `json:"sql" minLength:"1" maxLength:"8000" doc:"one SELECT, WITH, FROM, VALUES, DESCRIBE or SHOW TABLES" example:"SELECT entity, sum(n) AS n FROM entity_day GROUP BY entity ORDER BY n DESC LIMIT 10"`
	Limit int    `json:"limit,omitempty" minimum:"1" maximum:"10000" default:"1000" doc:"most rows; /export/sql gives more, as a file"`
}

// SQLAnswer is what it found.
type SQLAnswer struct {
	Columns []SQLColumn `json:"columns" nullable:"false"`
	Rows    [][]any     `json:"rows" nullable:"false" doc:"values in the order of the columns: text, number, boolean or null; days and times as text"`
	More    bool        `json:"more" doc:"there are further rows"`
}

// SQLColumn is a column of an answer.
type SQLColumn struct {
	Name string `json:"name"`
	Type string `json:"type" example:"BIGINT" doc:"as DuckDB writes it"`
}

// SQLSchema says what a statement may use.
type SQLSchema struct {
	Tables    []SQLTable `json:"tables" nullable:"false"`
	Functions []string   `json:"functions" nullable:"false" doc:"beside operators, CASE, CAST and the like"`
}

// SQLTable is a table that may be read.
type SQLTable struct {
	Name    string           `json:"name"`
	About   string           `json:"about"`
	Columns []SQLTableColumn `json:"columns" nullable:"false"`
}

// SQLTableColumn is a column of a table.
type SQLTableColumn struct {
	Name  string `json:"name"`
	Type  string `json:"type"`
	About string `json:"about,omitempty"`
}

type sqlIn struct{ Body SQLQuestion }

func (s *Server) registerSQL() {
	add(s, get("get-sql-schema", "figures", "/sql", "Tables for SQL", "What a statement may read and call."), func(context.Context, *struct{}) (*answer[SQLSchema], error) {
		out := SQLSchema{Tables: []SQLTable{}, Functions: s.o.SQL.Functions()}
		for _, v := range s.o.SQL.Views() {
			t := SQLTable{Name: v.Name, About: v.About}
			for _, c := range v.Columns {
				t.Columns = append(t.Columns, SQLTableColumn{c.Name, c.Type, c.About})
			}
			out.Tables = append(out.Tables, t)
		}
		return reply(out), nil
	})
	op := post("sql", "figures", "/sql", "Ask in SQL",
		"One statement in the dialect of DuckDB over a few tables, read-only, with bounds of time, memory and rows. Figures are as counted, not corrected for the model's errors.", token.Read, http.StatusOK)
	op.Metadata = timeout(sqlTimeout)
	add(s, op, s.sql)
}

func (s *Server) sql(ctx context.Context, in *sqlIn) (*answer[SQLAnswer], error) {
	out := SQLAnswer{Columns: []SQLColumn{}, Rows: [][]any{}}
	limit := in.Body.Limit
	if limit == 0 {
		limit = 1000
	}
	var cols []store.SQLColumn
	more, err := s.o.SQL.SQL(ctx, in.Body.SQL, limit, func(c []store.SQLColumn) error {
		cols = c
		for _, x := range c {
			out.Columns = append(out.Columns, SQLColumn{x.Name, x.Type})
		}
		return nil
	}, func(values []any) error {
		row := make([]any, len(values))
		for i, v := range values {
			row[i] = v
			if at, ok := v.(time.Time); ok && cols[i].Kind == store.SQLDay {
				row[i] = at.Format(time.DateOnly)
			}
		}
		out.Rows = append(out.Rows, row)
		return nil
	})
	var told *store.SQLError
	switch {
	case errors.As(err, &told) && told.Limit:
		return nil, problem(http.StatusServiceUnavailable, "%s", told.Message)
	case errors.As(err, &told):
		return nil, fieldProblem("body.sql", told.Error(), nil)
	case errors.Is(err, store.ErrBusy):
		return nil, problem(http.StatusServiceUnavailable, "%s; try again in a few seconds", store.ErrBusy)
	case err != nil:
		return nil, err
	}
	out.More = more
	return reply(out), nil
}
