package web

import (
	"net/url"

	"antojo/internal/metric"
)

// downloads is the row of links under a table that give the same selection as files.
type downloads struct {
	What  string // what is in them, for readers who cannot see where the links are
	Links []choice
}

// downloadFormats are offered, the one that most readers can open first; the keys
// of their names begin with export.as.
var downloadFormats = []string{"xlsx", "csv-es", "zip", "csv", "parquet", "json"}

// download offers a table of /export/ with a filter; more are its other parameters.
func (v *view) download(table, what string, f metric.Filter, more url.Values) downloads {
	d := downloads{What: what}
	for _, format := range downloadFormats {
		q := f.Values()
		for k, x := range more {
			q[k] = x
		}
		q.Set("format", format)
		q.Set("lang", v.page.Lang)
		d.Links = append(d.Links, choice{Label: v.text.T("export.as." + format), Href: "/export/" + table + "?" + q.Encode()})
	}
	return d
}
