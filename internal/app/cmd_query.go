package app

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/internal/metric"
	"antojo/internal/metric/prevalence"
)

func (c *cli) queryCmd() *cobra.Command {
	var asJSON, asCSV bool
	cmd := &cobra.Command{
		Use:   "query 'measures=…&by=…&…'",
		Short: "Ask the metrics layer, with the parameters of a page's URL",
		Long: `Answers a query in the one language that pages, exports and the other commands
share. Every figure comes with n and its 95 % interval. Shares and net sentiment
are corrected for the model's errors where its confusion matrix is known
(correct=raw turns that off); the figure as counted stands beside them.

  measures   ` + strings.Join(measureNames(), ", ") + `
  by         entity, kind, department, source, channel, sentiment, intent, aspect, day, week, month
  filters    ` + strings.Join(metric.FilterFields, ", ") + `
  order      a measure or dimension, with - before it for descending
  limit      rows`,
		Example: "  antojo query 'measures=mentions,net_sentiment&by=entity&kind=dish&window=28d&order=-mentions&limit=10'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if asJSON && asCSV {
				return usagef("--json and --csv exclude each other")
			}
			v, err := url.ParseQuery(strings.TrimPrefix(args[0], "?"))
			if err != nil {
				return usagef("query %q: %w", args[0], err)
			}
			known := map[string]bool{}
			for _, n := range append(append([]string{}, metric.FilterFields...), metric.QueryFields...) {
				known[n] = true
			}
			for name := range v {
				if !known[name] {
					return usagef("query: unknown parameter %q; known are %s, %s", name, strings.Join(metric.QueryFields, ", "), strings.Join(metric.FilterFields, ", "))
				}
			}
			q, err := metric.ParseQuery(v)
			if err != nil {
				return usageError{fmt.Errorf("query: %w", err)}
			}
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			data, err := correct(n.store, c.model)
			if err != nil {
				return err
			}
			res, err := data.Query(cmd.Context(), q)
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return writeQueryJSON(c.Out, res)
			case asCSV:
				return writeQueryCSV(c.Out, res)
			default:
				return writeQueryText(c.Out, res)
			}
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "print CSV (RFC 4180)")
	cmd.Flags().StringVar(&c.model, "model", "", "folder of the encoder whose confusion matrices to use beside the built-in ones")
	return cmd
}

func measureNames() []string {
	var out []string
	for _, m := range metric.Measures {
		out = append(out, m.Name)
	}
	return out
}

type valueJSON struct {
	Value    *float64    `json:"value"`
	Interval *[2]float64 `json:"interval"`
	N        int64       `json:"n"`
	Raw      *float64    `json:"raw,omitempty"` // as counted, where value is corrected
}

func toValueJSON(v metric.Value) valueJSON {
	j := valueJSON{N: v.N}
	if v.Defined {
		j.Value, j.Interval = finite(v.Value), &[2]float64{round(v.Low), round(v.High)}
	}
	if v.Corrected {
		j.Raw = finite(v.Raw)
	}
	return j
}

func writeQueryJSON(w io.Writer, res metric.Result) error {
	rows := make([]map[string]any, 0, len(res.Rows))
	for _, r := range res.Rows {
		row := map[string]any{}
		for i, d := range res.Query.By {
			row[string(d)] = r.Keys[i]
		}
		for i, m := range res.Query.Measures {
			row[m] = toValueJSON(r.Values[i])
		}
		rows = append(rows, row)
	}
	notes := map[string]metric.Correction{}
	for i, c := range res.Corrections {
		if c != (metric.Correction{}) {
			notes[res.Query.Measures[i]] = c
		}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(struct {
		Query       string                       `json:"query"`
		Total       int64                        `json:"total"`
		Corrections map[string]metric.Correction `json:"corrections,omitempty"`
		Rows        []map[string]any             `json:"rows"`
	}{res.Query.Values().Encode(), res.Total, notes, rows})
}

func writeQueryCSV(w io.Writer, res metric.Result) error {
	cw := csv.NewWriter(w)
	var head []string
	for _, d := range res.Query.By {
		head = append(head, string(d))
	}
	for _, m := range res.Query.Measures {
		head = append(head, m, m+"_low", m+"_high", m+"_n")
		if prevalence.Corrects(m) {
			head = append(head, m+"_raw")
		}
	}
	if err := cw.Write(head); err != nil {
		return err
	}
	num := func(x float64) string { return strconv.FormatFloat(round(x), 'f', -1, 64) }
	for _, r := range res.Rows {
		rec := append([]string{}, r.Keys...)
		for i, v := range r.Values {
			if v.Defined {
				rec = append(rec, num(v.Value), num(v.Low), num(v.High), strconv.FormatInt(v.N, 10))
			} else {
				rec = append(rec, "", "", "", strconv.FormatInt(v.N, 10))
			}
			if !prevalence.Corrects(res.Query.Measures[i]) {
				continue
			}
			switch {
			case !v.Defined:
				rec = append(rec, "")
			case v.Corrected:
				rec = append(rec, num(v.Raw))
			default:
				rec = append(rec, num(v.Value))
			}
		}
		if err := cw.Write(rec); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

func writeQueryText(w io.Writer, res metric.Result) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var head []string
	for _, d := range res.Query.By {
		head = append(head, string(d))
	}
	for _, m := range res.Query.Measures {
		head = append(head, m+" (95 % interval, n)")
	}
	fmt.Fprintln(tw, strings.Join(head, "\t"))
	for _, r := range res.Rows {
		cells := append([]string{}, r.Keys...)
		for i, v := range r.Values {
			cells = append(cells, formatValue(res.Query.Measures[i], v))
		}
		fmt.Fprintln(tw, strings.Join(cells, "\t"))
	}
	fmt.Fprintf(tw, "\n%d mentions selected\n", res.Total)
	if err := tw.Flush(); err != nil {
		return err
	}
	for i, c := range res.Corrections {
		switch {
		case c.Model != "":
			fmt.Fprintf(w, "%s: corrected for the errors of %s\n", res.Query.Measures[i], c.Model)
		case c.Why != "":
			fmt.Fprintf(w, "%s: as counted, %s\n", res.Query.Measures[i], whyRaw[c.Why])
		}
	}
	return nil
}

// whyRaw says why a figure is not corrected for the model's errors.
var whyRaw = map[metric.Why]string{
	metric.WhyAsked:     "because the query asks for it",
	metric.WhyNoMatrix:  "because no confusion matrix of the model that labelled the mentions is known",
	metric.WhySeveral:   "because several models labelled the mentions of these days",
	metric.WhySelection: "because the query selects or groups by labels of the model",
	metric.WhyFewRows:   "because the model's development rows are too few to know its errors",
	metric.WhyTooDeep:   "because no dimension is left to tell the sources apart",
}

func formatValue(measure string, v metric.Value) string {
	if !v.Defined {
		return "no data"
	}
	m, err := metric.MeasureByName(measure)
	if err != nil {
		return fmt.Sprint(v.Value)
	}
	switch m.Unit {
	case metric.UnitCount:
		return fmt.Sprintf("%.0f (%.0f to %.0f)", v.Value, v.Low, v.High)
	case metric.UnitShare:
		counted := ""
		if v.Corrected {
			counted = fmt.Sprintf(", counted %.1f", 100*v.Raw)
		}
		return fmt.Sprintf("%.1f %% (%.1f to %.1f, n %d%s)", 100*v.Value, 100*v.Low, 100*v.High, v.N, counted)
	default:
		counted := ""
		if v.Corrected {
			counted = fmt.Sprintf(", counted %+.2f", v.Raw)
		}
		return fmt.Sprintf("%+.2f (%+.2f to %+.2f, n %d%s)", v.Value, v.Low, v.High, v.N, counted)
	}
}
