package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/trend"
)

func (c *cli) briefCmd() *cobra.Command {
	var period, lang, format, window string
	cmd := &cobra.Command{
		Use:   "brief",
		Short: "Write the verified brief of a week",
		Long: `Writes the brief of an ISO week: what rises and falls, what people like and
dislike, where, and what cannot be said. Every figure comes from the fact table,
which the JSON form holds in full, and every sentence is checked against it.

The default writer works by rules and needs no network.`,
		Example: "  antojo brief\n  antojo brief --period 2026-W46 --lang en --format md\n  antojo brief --format json > brief.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if lang != "es" && lang != "en" {
				return usagef("--lang %q: want es or en", lang)
			}
			var write func(*brief.Brief, io.Writer, fill.Numbers) error
			switch format {
			case "html":
				write = (*brief.Brief).HTML
			case "md":
				write = (*brief.Brief).Markdown
			case "json":
				write = (*brief.Brief).JSON
			case "pdf":
				return usagef("--format pdf is not there yet: use html and print it to PDF (it has a print style)")
			default:
				return usagef("--format %q: want html, md or json", format)
			}
			days, err := parseDays(window)
			if err != nil {
				return usageError{err}
			}
			o := fact.Options{Period: period, Days: days}
			if period != "" {
				if o.Week, err = fact.ParsePeriod(period); err != nil {
					return usageError{err}
				}
			}
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			t, err := n.facts(cmd.Context(), o)
			if err != nil {
				return err
			}
			cat, err := locale.Load(assets.Web, "web/locales")
			if err != nil {
				return err
			}
			b, err := brief.Weekly(cmd.Context(), t, brief.Options{Lang: lang, Numbers: cat.For(lang)})
			if err != nil {
				return err
			}
			return write(b, c.Out, cat.For(lang))
		},
	}
	f := cmd.Flags()
	f.StringVar(&period, "period", "", "ISO week such as 2026-W46 (default: the last whole week with data)")
	f.StringVar(&lang, "lang", "es", "language: es or en")
	f.StringVar(&format, "format", "md", "html, md or json")
	f.StringVar(&window, "window", "28d", "length of the window that trends judge, up to the end of the week")
	return cmd
}

// facts builds the fact table of a week, the last whole one if none is named.
func (n *node) facts(ctx context.Context, o fact.Options) (*fact.Table, error) {
	if o.Period == "" {
		cov, err := n.store.Coverage(ctx)
		if err != nil {
			return nil, err
		}
		if cov.Mentions == 0 {
			return nil, fmt.Errorf("no mentions in %s yet: import a file (antojo import FILE) or try the demo (antojo demo)", n.dir.path)
		}
		o.Period, o.Week = fact.PeriodOf(cov.Last)
	}
	return fact.Build(ctx, fact.Sources{Query: n.store, Rank: ranker{n}, Read: n.store, Lexicon: n.names()}, o)
}

// ranker implements fact.Ranker.
type ranker struct{ n *node }

// Rank implements fact.Ranker.
func (r ranker) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	return trend.Rank(ctx, r.n.store, r.n.names(), trend.Options{Filter: f, To: to, Days: days})
}

// FoodName implements fact.Lexicon.
func (e entityNames) FoodName(id string) (name, nameEN, kind string, ok bool) {
	info, ok := e.Entity(id)
	return info.Name, strings.TrimSpace(info.NameEN), info.Kind, ok
}
