package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/model"
	"antojo/internal/brief/product"
	"antojo/internal/panel/locale"
)

func (c *cli) briefCmd() *cobra.Command {
	var period, lang, format, window string
	var llm llmFlags
	var kind productFlags
	cmd := &cobra.Command{
		Use:   "brief",
		Short: "Write verified reports: weekly, monthly, dossier, comparison, alerts, ideas",
		Long: `Writes the brief of an ISO week: what rises and falls, what people like and
dislike, where, and what cannot be said. Every figure comes from the fact table,
which the JSON form holds in full, and every sentence is checked against it.

The default writer works by rules and needs no network. With --llm-url a language
model behind any endpoint of the OpenAI form writes the sentences instead: it is
told no figures and no mention text, what fails the checks is replaced, and the
brief says so. The key comes from --llm-key-file or $ANTOJO_LLM_KEY.

--product chooses another one: monthly (a report with charts and tables), dossier
(one --entity), comparison (two to six), alert (the text of the alerts that ask for
attention) or studio (ideas for content: --kind post, campaign, menu or product, with
--tone, --channel, a --feast, or the calendar --ahead). All can be had as md, html, email, json and pdf.`,
		Example: "  antojo brief --product monthly --format pdf > octubre.pdf\n  antojo brief --product comparison --entity ceviche,causa --format html\n  antojo brief --product studio --kind post --feast navidad --tone playful --channel tiktok\n  antojo brief\n  antojo brief --period 2026-W46 --lang en --format md\n  antojo brief --format json > brief.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if lang != "es" && lang != "en" {
				return usagef("--lang %q: want es or en", lang)
			}
			if kind.product != product.Weekly || format == "email" || format == "pdf" {
				return c.product(cmd.Context(), kind.request(lang, period), format, window, llm)
			}
			var write func(*brief.Brief, io.Writer, fill.Numbers) error
			switch format {
			case "html":
				write = (*brief.Brief).HTML
			case "md":
				write = (*brief.Brief).Markdown
			case "json":
				write = (*brief.Brief).JSON
			default:
				return usagef("--format %q: want html, md, json, email or pdf", format)
			}
			days, err := parseDays(window)
			if err != nil {
				return usageError{err}
			}
			w, err := llm.writer(c.data)
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
			data, err := correct(n.store, c.model)
			if err != nil {
				return err
			}
			t, err := n.facts(cmd.Context(), data, o)
			if err != nil {
				return err
			}
			cat, err := locale.Load(assets.Web, "web/locales")
			if err != nil {
				return err
			}
			b, err := brief.Weekly(cmd.Context(), t, brief.Options{Lang: lang, Numbers: cat.For(lang), Writer: w, Deadline: llm.deadline})
			if err != nil {
				return err
			}
			return write(b, c.Out, cat.For(lang))
		},
	}
	f := cmd.Flags()
	f.StringVar(&period, "period", "", "ISO week such as 2026-W46, of a monthly report a month such as 2026-10 (default: the last whole one with data)")
	f.StringVar(&lang, "lang", "es", "language: es or en")
	f.StringVar(&format, "format", "md", "html, md, json, email or pdf")
	kind.add(f)
	f.StringVar(&window, "window", "28d", "length of the window that trends judge, up to the end of the week")
	f.StringVar(&llm.url, "llm-url", os.Getenv("ANTOJO_LLM_URL"), "base URL of a language model's endpoint, up to /v1 ($ANTOJO_LLM_URL)")
	f.StringVar(&llm.model, "llm-model", os.Getenv("ANTOJO_LLM_MODEL"), "its model ($ANTOJO_LLM_MODEL)")
	f.StringVar(&llm.keyFile, "llm-key-file", "", "file that holds its key (default: $ANTOJO_LLM_KEY)")
	f.DurationVar(&llm.deadline, "llm-deadline", brief.DefaultDeadline, "longest wait for the model in all")
	f.Int64Var(&llm.maxTokens, "llm-max-tokens", model.DefaultTokens, "budget of one brief in tokens, prompt and answer")
	f.BoolVar(&llm.quotes, "llm-send-quotes", false, "let the model read the chosen quotes (redacted)")
	cmd.AddCommand(c.approveCmds()...)
	return cmd
}

// llmFlags configure the model writer; without a URL there is none.
type llmFlags struct {
	url, model, keyFile string
	deadline            time.Duration
	maxTokens           int64
	quotes              bool
}

// writer is nil, the interface, where no endpoint is configured.
func (l llmFlags) writer(dataDir string) (brief.Writer, error) {
	if l.url == "" {
		return nil, nil
	}
	key, err := l.key()
	if err != nil {
		return nil, err
	}
	trained := l.model == "" // on sentences without what they claim
	if trained {
		if l.model, err = promotedWriter(dataDir, l.url); err != nil {
			return nil, err
		}
	}
	w, err := model.New(model.Options{BaseURL: l.url, Model: l.model, Key: key, MaxTokens: l.maxTokens,
		Plain: trained, SendQuotes: l.quotes, CacheDir: filepath.Join(dataDir, "cache", "llm")})
	if err != nil {
		return nil, err
	}
	return w, nil
}

// key reads the endpoint's key; "" = it needs none.
func (l llmFlags) key() (string, error) {
	if l.keyFile == "" {
		return os.Getenv("ANTOJO_LLM_KEY"), nil
	}
	b, err := os.ReadFile(l.keyFile)
	if err != nil {
		return "", fmt.Errorf("--llm-key-file: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}

// facts builds the fact table of a week, the last whole one if none is named.
func (n *node) facts(ctx context.Context, data corrected, o fact.Options) (*fact.Table, error) {
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
	return fact.Build(ctx, n.sources(data), o)
}

// sources are what every brief and report is made from, whatever its form: figures
// corrected for the model's errors, as the pages show them.
func (n *node) sources(data corrected) fact.Sources {
	return fact.Sources{Query: data, Rank: dataRanker{n, data}, Read: n.store, Lexicon: n.names()}
}

// FoodName implements fact.Lexicon.
func (e entityNames) FoodName(id string) (name, nameEN, kind string, ok bool) {
	info, ok := e.Entity(id)
	return info.Name, strings.TrimSpace(info.NameEN), info.Kind, ok
}
