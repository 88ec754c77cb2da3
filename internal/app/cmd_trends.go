package app

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
)

func (c *cli) trendsCmd() *cobra.Command {
	var (
		window, to, lang                    string
		kinds, departments, sources, filter []string
		by                                  string
		sets, terms                         []string
		asJSON                              bool
		limit                               int
	)
	cmd := &cobra.Command{
		Use:   "trends",
		Short: "Rank what is rising and falling, with intervals",
		Long: `Compares each entity's mentions in the last window with the window before,
against the volume of the same sources, and gives the change with its 95 %
interval, a verdict, and the reasons. Entities with too few mentions to see even
a doubling are listed as not-enough-data, without a figure.`,
		Example: "  antojo trends --window 28d --kind dish --department 15\n  antojo trends --by aspect --filter entity=ceviche\n  antojo trends --set gaseosas=inca-kola,coca-cola --set aguas=san-mateo,cielo\n  antojo trends --term matcha\n  antojo trends --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			v := url.Values{"kind": kinds, "department": departments, "source": sources}
			for _, kv := range filter {
				name, value, ok := strings.Cut(kv, "=")
				if !ok {
					return usagef("--filter %q: want field=value", kv)
				}
				v.Add(name, value)
			}
			f, err := metric.ParseFilter(v)
			if err != nil {
				return usagef("%w", err)
			}
			days, err := parseDays(window)
			if err != nil {
				return usageError{err}
			}
			if lang != "es" && lang != "en" {
				return usagef("--lang %q: want es or en", lang)
			}
			if n := min(len(sets), 1) + min(len(terms), 1) + min(len(by), 1); n > 1 || by != "" && by != trend.AspectSubject {
				return usagef("--by %q: want --by aspect, or --set, or --term, one of them", by)
			}
			o := trend.Options{Filter: f, Days: days}
			if to != "" {
				if o.To, err = mention.ParseDay(to); err != nil {
					return usagef("--to: %w", err)
				}
			}
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			if o.To == 0 {
				cov, err := n.store.Coverage(cmd.Context())
				if err != nil {
					return err
				}
				o.To = cov.Last
			}
			data, err := correct(n.store, c.model)
			if err != nil {
				return err
			}
			var subjects []trend.Subject
			switch {
			case by != "":
				o.Filter, subjects = trend.Aspects(f)
			case len(sets) > 0:
				o.Filter, subjects, err = trend.Sets(f, sets, func(id string) bool { _, _, ok := n.names().EntityName(id); return ok })
			case len(terms) > 0:
				o.Filter, subjects, err = trend.Terms(f, terms)
			}
			if err != nil {
				return usageError{err}
			}
			var rep trend.Report
			if subjects != nil {
				rep, err = trend.RankSubjects(cmd.Context(), data, subjects, o)
			} else {
				rep, err = trend.Rank(cmd.Context(), withSeries{data, n.dir.seriesPath()}, n.names(), o)
			}
			if err != nil {
				return err
			}
			if limit > 0 && len(rep.Trends) > limit {
				rep.Trends = rep.Trends[:limit]
			}
			if asJSON {
				return writeTrendsJSON(c.Out, rep, lang)
			}
			return writeTrendsText(c.Out, rep, lang)
		},
	}
	f := cmd.Flags()
	f.StringVar(&window, "window", "28d", "length of the window: 14d, 4w")
	f.StringVar(&to, "to", "", "last day of the window (default: the last day with data)")
	f.StringSliceVar(&kinds, "kind", nil, "only these kinds: dish, ingredient, drink, brand, place")
	f.StringSliceVar(&departments, "department", nil, "only these departments (INEI codes, 15 = Lima)")
	f.StringSliceVar(&sources, "source", nil, "only these sources: review, delivery, social, survey")
	f.StringArrayVar(&filter, "filter", nil, "any other filter, as field=value")
	f.StringVar(&by, "by", "", "rank what is spoken of instead of entities: aspect")
	f.StringArrayVar(&sets, "set", nil, "rank sets of entities, each name=id,id,… (repeat for more)")
	f.StringArrayVar(&terms, "term", nil, "rank terms that the lexicon need not know (repeat for more)")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	f.IntVar(&limit, "limit", 0, "at most so many rows (0 = all)")
	f.StringVar(&lang, "lang", "es", "language of the reasons: es or en")
	return cmd
}

// parseDays reads a window such as 28d or 4w.
func parseDays(s string) (int, error) {
	if s != "" {
		n, err := strconv.Atoi(s[:len(s)-1])
		if err == nil && n > 0 {
			switch s[len(s)-1] {
			case 'd':
				if n <= 366 {
					return n, nil
				}
			case 'w':
				if n <= 52 {
					return 7 * n, nil
				}
			}
		}
	}
	return 0, fmt.Errorf("window %q: want days or weeks up to a year, such as 28d or 4w", s)
}

type spanJSON struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type netJSON struct {
	Value    *float64    `json:"value"`
	Interval *[2]float64 `json:"interval"`
	N        int64       `json:"n"`
}

type trendJSON struct {
	Entity       string      `json:"entity"`
	Name         string      `json:"name"`
	Kind         string      `json:"kind"`
	N            int64       `json:"n"`
	NPrevious    int64       `json:"n_previous"`
	Growth       *float64    `json:"growth"`
	Interval     *[2]float64 `json:"interval"`
	Q            *float64    `json:"q"`
	Verdict      string      `json:"verdict"`
	Reasons      []string    `json:"reasons"`
	NetSentiment netJSON     `json:"net_sentiment"`
}

func writeTrendsJSON(w io.Writer, rep trend.Report, lang string) error {
	out := struct {
		Window   spanJSON    `json:"window"`
		Previous spanJSON    `json:"previous"`
		Trends   []trendJSON `json:"trends"`
	}{
		spanJSON{rep.Window.From.String(), rep.Window.To.String()},
		spanJSON{rep.Previous.From.String(), rep.Previous.To.String()},
		[]trendJSON{},
	}
	for _, t := range rep.Trends {
		j := trendJSON{Entity: t.Entity, Name: t.Name, Kind: t.Kind, N: t.N, NPrevious: t.NPrevious,
			Verdict: string(t.Verdict), Reasons: []string{}, NetSentiment: netJSON{N: t.Net.N}}
		if t.Enough {
			j.Growth, j.Interval = finite(t.Growth), &[2]float64{round(t.Low), round(t.High)}
			j.Q = finite(t.Q)
		}
		if t.Net.Defined {
			j.NetSentiment.Value = finite(t.Net.Value)
			j.NetSentiment.Interval = &[2]float64{round(t.Net.Low), round(t.Net.High)}
		}
		for _, r := range t.Reasons {
			j.Reasons = append(j.Reasons, r.In(lang))
		}
		out.Trends = append(out.Trends, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// finite is nil where there is no number to give.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	x = round(x)
	return &x
}

func writeTrendsText(w io.Writer, rep trend.Report, lang string) error {
	if len(rep.Trends) == 0 {
		_, err := fmt.Fprintln(w, "no mentions of food in the window and the one before; import some, or try a longer --window")
		return err
	}
	fmt.Fprintf(w, "%s to %s, against %s to %s\n\n", rep.Window.From, rep.Window.To, rep.Previous.From, rep.Previous.To)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "verdict\tentity\tkind\tn\tbefore\tgrowth (95 % interval)\tq\tnet sentiment (95 % interval)")
	for _, t := range rep.Trends {
		growth, q, net := "not enough data", "", "no data"
		if t.Enough {
			growth = fmt.Sprintf("%+.0f %% (%+.0f to %+.0f)", 100*t.Growth, 100*t.Low, 100*t.High)
			q = fmt.Sprintf("%.3f", t.Q)
		}
		if t.Net.Defined {
			net = fmt.Sprintf("%+.2f (%+.2f to %+.2f)", t.Net.Value, t.Net.Low, t.Net.High)
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%d\t%s\t%s\t%s\n", t.Verdict, t.Name, t.Kind, t.N, t.NPrevious, growth, q, net)
	}
	return tw.Flush()
}
