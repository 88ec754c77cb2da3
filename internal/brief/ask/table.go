package ask

import (
	"antojo/internal/brief/fact"
	"antojo/internal/metric"
)

// rows writes the table of the query.
func (w *writing) rows(q metric.Query, rows []metric.Row) {
	for _, m := range q.Measures {
		w.out.Columns = append(w.out.Columns, Column{m, columnText[w.lang][m]})
	}
	for _, r := range rows {
		row := Row{}
		if len(r.Keys) > 0 {
			row.Key, row.Name = r.Keys[0], nameOf(w.lang, &fact.Table{}, w.a.Facts.Lexicon, q.By[0], r.Keys[0])
			if q.By[0] == metric.ByEntity {
				row.Link = "/entidad/" + r.Keys[0]
			}
		}
		for i, v := range r.Values {
			c := Cell{Value: v.Value, Low: v.Low, High: v.High, N: v.N, Defined: v.Defined}
			switch m := q.Measures[i]; {
			case !v.Defined:
				c = Cell{N: v.N, Text: "–"}
			case m == "mentions" || m == "authors":
				c.Text = number(w.numbers, m, v.Value)
			default:
				c.Text, c.Interval = number(w.numbers, m, v.Value), interval(w.lang, w.numbers, m, v.Low, v.High)
			}
			row.Cells = append(row.Cells, c)
		}
		w.out.Rows = append(w.out.Rows, row)
	}
}
