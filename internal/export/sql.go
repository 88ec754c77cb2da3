package export

import (
	"context"
	"time"

	"antojo/internal/metric"
	"antojo/internal/store"
)

// SQL answers statements of analysts; *duckdb.Analyst does.
type SQL interface {
	SQL(ctx context.Context, text string, limit int, begin func([]store.SQLColumn) error, yield func([]any) error) (more bool, err error)
}

// SQLTable is the answer to a statement. It is asked before the first byte goes out, so
// that what is wrong with it is an error and not half a file; the store bounds its rows.
func (s *Source) SQLTable(ctx context.Context, text, lang string) (*Table, error) {
	if s.SQL == nil {
		return nil, store.ErrNotFound
	}
	n, _, err := s.notes(ctx, "sql", text, metric.Filter{}, lang)
	if err != nil {
		return nil, err
	}
	t := &Table{Name: "antojo-sql"}
	var rows [][]Cell
	more, err := s.SQL.SQL(ctx, text, 0, func(cols []store.SQLColumn) error {
		for _, c := range cols {
			t.Columns = append(t.Columns, Column{unique(t.Columns, c.Name), [...]Kind{store.SQLText: Text, store.SQLInt: Int, store.SQLFloat: Float, store.SQLBool: Bool, store.SQLDay: Day, store.SQLTime: Time}[c.Kind]})
		}
		return nil
	}, func(values []any) error {
		row := make([]Cell, len(values))
		for i, v := range values {
			row[i] = cellOf(v, t.Columns[i].Kind)
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	p := s.Catalog.For(lang)
	n.Remarks = append(n.Remarks, p.T("export.remark.sql"))
	if more {
		n.Remarks = append(n.Remarks, p.T("export.remark.more", "n", int64(len(rows))))
	}
	t.Notes = n
	t.Rows = func(yield func([]Cell) error) error {
		for _, r := range rows {
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}
	return t, nil
}

// unique gives a column a name that no other has, as files want.
func unique(cols []Column, name string) string {
	if name == "" {
		name = "column"
	}
	for out, i := name, 2; ; i++ {
		taken := false
		for _, c := range cols {
			taken = taken || c.Key == out
		}
		if !taken {
			return out
		}
		out = name + "_" + string(appendFloat(nil, float64(i)))
	}
}

func cellOf(v any, kind Kind) Cell {
	switch x := v.(type) {
	case string:
		return Cell{S: x, Set: kind == Text}
	case int64:
		return Cell{I: x, F: float64(x), Set: kind == Int || kind == Float}
	case float64:
		return Cell{F: x, Set: kind == Float}
	case bool:
		c := Cell{Set: kind == Bool}
		if x {
			c.I = 1
		}
		return c
	case time.Time:
		if kind == Day {
			return Cell{I: x.Unix() / 86400, Set: true}
		}
		return Cell{I: x.UnixMicro(), Set: kind == Time}
	}
	return Cell{}
}
