package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/export"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store"
	"antojo/internal/trend"
	"antojo/internal/web"
)

func (c *cli) exportCmd() *cobra.Command {
	var what, format, out, lang, chart string
	var notes bool
	cmd := &cobra.Command{
		Use:   "export ['QUERY']",
		Short: "Write mentions, trends or figures to a file: CSV, JSON, NDJSON, XLSX, Parquet",
		Long: `Writes what a page shows, with the parameters of the page's address. With measures=
the query is one to the metrics layer; otherwise --what says which table. Rows are
streamed, so the size of an export is not bounded by memory. Each file says its
query, days, model and terms of use: on a sheet of its own (xlsx), in the metadata
(parquet), in "notes" (json), in FILE-metadata.json beside it (csv), beside the CSV in
one file (zip), and with --notes before the header (csv, ndjson).

csv is RFC 4180; csv-es is what a spreadsheet in Spanish opens (semicolon, decimal
comma, byte order mark). A text that a spreadsheet would take for a formula gets an
apostrophe before it in both.`,
		Example: "  antojo export 'entity=ceviche&window=12w' --out ceviche.xlsx\n  antojo export 'kind=dish&window=28d' --what trends --format csv-es --out tendencias.csv\n  antojo export 'measures=mentions,net_sentiment&by=week,entity' --format parquet --out figures.parquet\n  antojo export 'entity=ceviche&window=365d' --chart weekly --out ceviche.png\n  antojo export all=1 --format ndjson | head\n  antojo export --what sql 'SELECT entity, sum(n) AS n FROM entity_day GROUP BY 1 ORDER BY 2 DESC'",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := ""
			if len(args) > 0 {
				query = strings.TrimPrefix(args[0], "?")
			}
			v, err := url.ParseQuery(query)
			if what == "sql" {
				v, err = url.Values{"q": {query}}, nil
			}
			if err != nil {
				return usagef("query %q: %w", query, err)
			}
			if what == "" {
				if what = "mentions"; v.Has("measures") {
					what = "query"
				}
			}
			if !slices.Contains([]string{"mentions", "query", "trends", "sql"}, what) {
				return usagef("--what %q: want mentions, query, trends or sql", what)
			}
			if chart != "" {
				return c.exportChart(cmd.Context(), chart, format, out, lang, v)
			}
			if format == "" {
				format = strings.TrimPrefix(filepath.Ext(out), ".") // "" = csv
			}
			f, err := export.ParseFormat(format)
			if err != nil {
				return usagef("--%w", err)
			}
			if lang != "es" && lang != "en" {
				return usagef("--lang %q: want es or en", lang)
			}
			v.Set("lang", lang)
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			if what == "sql" {
				if n.analyst, err = n.store.NewAnalyst(cmd.Context()); err != nil {
					return err
				}
			}
			data, err := correct(n.store, c.model)
			if err != nil {
				return err
			}
			src, err := c.exportSource(n, data, func(ctx context.Context, f metric.Filter) (trend.Report, error) {
				return trend.Rank(ctx, withSeries{data, n.dir.seriesPath()}, n.names(), trend.Options{Filter: f, To: f.To, Days: int(f.To-f.From) + 1})
			})
			if err != nil {
				return err
			}
			t, err := src.Table(cmd.Context(), what, v)
			var field *metric.FieldError
			var told *store.SQLError
			if errors.As(err, &field) || errors.As(err, &told) {
				return usageError{fmt.Errorf("export: %w", err)}
			}
			if err != nil {
				return err
			}
			return c.writeExport(t, out, export.Options{Format: f, Notes: notes})
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&what, "what", "", "mentions, trends, query or sql (default: query if the query has measures, else mentions)")
	fs.StringVar(&chart, "chart", "", "a chart as a picture instead of a table, svg or png: "+strings.Join(web.FigureNames, ", "))
	fs.StringVar(&format, "format", "", "csv, csv-es, json, ndjson, xlsx, parquet, or zip: csv with its notes (default: by the ending of --out, else csv)")
	fs.StringVarP(&out, "out", "o", "", "file to write (default: the standard output)")
	fs.StringVar(&lang, "lang", "es", "language of notes and reasons: es or en")
	fs.BoolVar(&notes, "notes", false, "write the notes before the header of csv and ndjson")
	fs.StringVar(&c.model, "model", "", "folder of the encoder whose confusion matrices to use beside the built-in ones")
	return cmd
}

// exportSource makes tables of a node's data.
func (c *cli) exportSource(n *node, data corrected, rank func(context.Context, metric.Filter) (trend.Report, error)) (*export.Source, error) {
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return nil, err
	}
	src := &export.Source{Data: data, Rank: rank, Name: n.names().EntityName, Catalog: cat, Program: "antojo " + c.version}
	if n.analyst != nil {
		src.SQL = n.analyst
	}
	return src, nil
}

// writeExport writes to a file that appears when it is whole, or to the standard output.
func (c *cli) writeExport(t *export.Table, out string, o export.Options) (err error) {
	if out == "" || out == "-" {
		_, err := export.Write(c.Out, t, o)
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".antojo-export-*")
	if err != nil {
		return fmt.Errorf("write %s: %w; give the path of a file in a folder that can be written", out, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	rows, err := export.Write(f, t, o)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	if (o.Format == export.CSV || o.Format == export.CSVES) && !o.Notes {
		if err := writeMetadata(t, out, o.Format); err != nil {
			return err
		}
	}
	if err := os.Rename(f.Name(), out); err != nil {
		return fmt.Errorf("write %s: %w", out, err)
	}
	_, err = io.WriteString(c.Err, fmt.Sprintf("antojo: %d rows in %s\n", rows, out))
	return err
}

// writeMetadata writes the notes of a CSV beside it.
func writeMetadata(t *export.Table, out string, f export.Format) error {
	var b bytes.Buffer
	if err := export.Metadata(&b, t, filepath.Base(out), f); err != nil {
		return err
	}
	if err := os.WriteFile(out+export.MetadataSuffix, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the notes of %s: %w", out, err)
	}
	return nil
}

// withExports serves the downloads to those who may read.
func (c *cli) withExports(src *export.Source, log *slog.Logger, rest http.Handler) http.Handler {
	downloads := c.readOnly(export.NewHandler(src, log))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Charts as pictures show what the pages show and are theirs.
		if strings.HasPrefix(r.URL.Path, export.Prefix) && !strings.HasPrefix(r.URL.Path, web.FigurePrefix) {
			downloads.ServeHTTP(w, r)
			return
		}
		rest.ServeHTTP(w, r)
	})
}
