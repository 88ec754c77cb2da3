package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/connector/file"
	"antojo/internal/mention"
)

// importFlags are the choices of antojo import.
type importFlags struct {
	source, channel, dateOrder, sheet string
	mapping                           []string
	header                            string
	scale                             int
	dryRun, asJSON, series            bool
}

func (c *cli) importCmd() *cobra.Command {
	var fl importFlags
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Read files of mentions into the data dir",
		Long: `Reads CSV, TSV, JSONL, XLSX and Parquet files (- is stdin; .gz is fine), finds
out encoding, delimiter and columns, and waits until the rows are annotated and
loaded. Rows that cannot be used are listed with line and reason; the rest goes
in, and the exit code is 3. Reading a file again adds only what is new.

Columns are known by their Spanish and English names; --map names others:
  --map text=opinión --map ts=cuándo      by column name
  --map text=3                            by number, for files without header
  --map author=-                          leave a field out
Fields: id, text, ts, author, rating, place, department, district, source,
channel, lang.`,
		Example: `  antojo import reseñas.csv --source review
  antojo import reseñas.csv --dry-run
  cat posts.jsonl | antojo import - --source social --channel facebook
  antojo import --series precios.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("name at least one file, or - for stdin")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if fl.series {
				return c.importSeries(args, fl.asJSON)
			}
			o, err := fl.options(c.In)
			if err != nil {
				return err
			}
			if fl.dryRun {
				return c.dryRun(cmd.Context(), args, o, fl.asJSON)
			}
			return c.importFiles(cmd.Context(), args, o, fl.asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&fl.source, "source", "", "source of the rows: review, delivery, social, survey (default: from a column, else guessed)")
	f.StringVar(&fl.channel, "channel", "", "channel of the rows, such as google_reviews (default: the file)")
	f.StringArrayVar(&fl.mapping, "map", nil, "field=column, by name or number; repeat")
	f.StringVar(&fl.dateOrder, "date-order", "auto", "order of dates such as 03/04/2025: auto, dmy, mdy")
	f.StringVar(&fl.header, "header", "auto", "whether the first row names the columns: auto, yes, no")
	f.IntVar(&fl.scale, "rating-scale", 5, "top of the rating scale: 5, 10 or 100")
	f.StringVar(&fl.sheet, "sheet", "", "sheet of an XLSX file (default: the first with text)")
	f.BoolVar(&fl.series, "series", false, "the files are prices or other series: a CSV with date,item,place,value,unit")
	f.BoolVar(&fl.dryRun, "dry-run", false, "show the columns and the first rows as understood; load nothing")
	f.BoolVar(&fl.asJSON, "json", false, "print the report as JSON")
	f.StringVar(&c.model, "model", "", "folder of another encoder (HF layout; default: the built-in one)")
	return cmd
}

func (fl *importFlags) options(stdin io.Reader) (file.Options, error) {
	o := file.Options{Channel: fl.channel, Sheet: fl.sheet, RatingMax: fl.scale, Stdin: stdin, Map: map[string]string{}}
	var err error
	if fl.source != "" {
		if o.Source, err = mention.ParseSource(fl.source); err != nil {
			return o, usageError{err}
		}
	}
	if o.Order, err = file.ParseDateOrder(fl.dateOrder); err != nil {
		return o, usageError{err}
	}
	switch fl.header {
	case "auto":
	case "yes":
		o.Header = file.HeaderPresent
	case "no":
		o.Header = file.HeaderAbsent
	default:
		return o, usagef("--header %q: want auto, yes or no", fl.header)
	}
	for _, m := range fl.mapping {
		field, column, ok := strings.Cut(m, "=")
		if !ok || field == "" || column == "" {
			return o, usagef("--map %q: want field=column", m)
		}
		o.Map[field] = column
	}
	return o, nil
}

// dryRun shows how files are understood. The rows shown are those of the file, as
// they are, on the user's own terminal; nothing is written anywhere.
func (c *cli) dryRun(ctx context.Context, paths []string, o file.Options, asJSON bool) error {
	var failed error
	for _, path := range paths {
		src, err := file.OpenFile(ctx, path, o)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		p := src.Plan()
		src.Close()
		if asJSON {
			err = json.NewEncoder(c.Out).Encode(p)
		} else {
			err = writePlan(c.Err, p)
		}
		if err != nil {
			return err
		}
	}
	return failed
}

func writePlan(w io.Writer, p file.Plan) error {
	fmt.Fprintf(w, "%s: %s", p.File, p.Format)
	if p.Encoding != "" {
		fmt.Fprintf(w, ", %s", p.Encoding)
	}
	if p.Delimiter != "" {
		fmt.Fprintf(w, ", delimiter %q", p.Delimiter)
	}
	if p.Sheet != "" {
		fmt.Fprintf(w, ", sheet %q", p.Sheet)
	}
	fmt.Fprintf(w, "; source %s, channel %s, dates %s\n", p.Source, p.Channel, p.DateOrder)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "  column\ttaken for")
	for _, col := range p.Columns {
		field := col.Field
		if field == "" {
			field = "(not used)"
		}
		fmt.Fprintf(tw, "  %s\t%s\n", col.Name, field)
	}
	tw.Flush()
	fmt.Fprintln(w, "first rows as understood:")
	for _, r := range p.Sample {
		when := "no date"
		if !r.Time.IsZero() {
			when = r.Time.In(mention.Lima).Format(time.DateTime)
		}
		stars := ""
		if r.Rating > 0 {
			stars = fmt.Sprintf("  %.1f★", r.Rating)
		}
		fmt.Fprintf(w, "  %d: %s  %s%s  %s\n", r.Row, when, r.Source, stars, clip(r.Text, 100))
	}
	for _, reason := range p.Rejected {
		fmt.Fprintf(w, "  rejected: %s\n", reason)
	}
	fmt.Fprintln(w, "nothing was loaded (dry run); change columns with --map field=column")
	return nil
}

func clip(s string, runes int) string {
	s = strings.Join(strings.Fields(s), " ")
	n := 0
	for i := range s {
		if n == runes {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// importJSON is the report of antojo import --json.
type importJSON struct {
	Accepted   int64               `json:"accepted"`
	Duplicate  int64               `json:"duplicate"`
	Rejected   int64               `json:"rejected"`
	Undated    int64               `json:"undated"`
	Dead       int64               `json:"dead"`
	Rejections []mention.Rejection `json:"rejections"` // the first 1,000 of each file

	reasons map[string]int // all rejected rows, by reason
}

func (c *cli) importFiles(ctx context.Context, paths []string, o file.Options, asJSON bool) (err error) {
	n, err := c.openNode(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	total := importJSON{Rejections: []mention.Rejection{}, reasons: map[string]int{}}
	var failed error
	for _, path := range paths {
		run, err := c.importFile(ctx, n, path, o)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			failed = errors.Join(failed, err)
		}
		total.Accepted += run.Accepted
		total.Duplicate += run.Duplicate
		total.Rejected += run.Rejected
		total.Undated += run.Undated
		total.Dead += run.Dead
		total.Rejections = append(total.Rejections, run.Rejections...)
		for reason, k := range run.Reasons {
			total.reasons[reason] += k
		}
	}
	if err := n.copies.CatchUp(ctx); err != nil {
		n.log.Warn("copies and campaigns not searched, the server will when it runs", "error", err.Error())
	}
	if err := n.store.Compact(ctx); err != nil {
		n.log.Warn("roll-ups not merged, queries will be slower until the next time", "error", err.Error())
	}
	if asJSON {
		if err := json.NewEncoder(c.Out).Encode(total); err != nil {
			return err
		}
	} else {
		c.reportImport(total)
	}
	if failed != nil {
		return failed
	}
	if total.Rejected > 0 || total.Dead > 0 {
		return errRejected
	}
	return nil
}

// reportImport says what became of the rows, rejected ones by reason.
func (c *cli) reportImport(t importJSON) {
	fmt.Fprintf(c.Err, "%s accepted, %s duplicate, %s rejected", thousands(t.Accepted), thousands(t.Duplicate), thousands(t.Rejected))
	if t.Undated > 0 {
		fmt.Fprintf(c.Err, " (%s without a date were given the time of the import)", thousands(t.Undated))
	}
	fmt.Fprintln(c.Err)
	if t.Dead > 0 {
		fmt.Fprintf(c.Err, "%s could not be loaded and wait as dead letters: antojo runs dead list\n", thousands(t.Dead))
	}
	where := map[string][]string{}
	for _, r := range t.Rejections {
		where[r.Reason] = append(where[r.Reason], fmt.Sprintf("%s:%d", r.File, r.Row))
	}
	reasons := slices.SortedFunc(maps.Keys(t.reasons), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.reasons[b], t.reasons[a]), cmp.Compare(a, b))
	})
	for _, reason := range reasons {
		at := where[reason]
		more := ""
		if t.reasons[reason] > 5 {
			at, more = at[:min(5, len(at))], ", …"
		}
		fmt.Fprintf(c.Err, "  %s × %s (%s%s)\n", thousands(int64(t.reasons[reason])), reason, strings.Join(at, ", "), more)
	}
}
