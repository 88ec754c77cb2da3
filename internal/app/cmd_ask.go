package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/brief/ask"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/trend"
)

func (c *cli) askCmd() *cobra.Command {
	var lang string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Answer a question in plain Spanish or English",
		Long: `Answers a question about what is said of food, such as "¿qué está subiendo en
Arequipa este mes?". Rules choose one of a short list of queries by the foods,
places, times and aspects that the question names; the query is shown, and every
figure has n and a 95 % interval. What the data cannot answer is said to be so.
See docs/questions.md for what can be asked.`,
		Example: "  antojo ask \"¿qué se dice del precio del ceviche?\"\n  antojo ask --json \"compare ceviche and tiradito over the last 3 months\"",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if lang != "" && lang != "es" && lang != "en" {
				return usagef("--lang %q: want es or en", lang)
			}
			q := strings.Join(args, " ")
			if n := utf8.RuneCountInString(q); n > ask.MaxQuestion {
				return usagef("the question has %d characters; at most %d are read", n, ask.MaxQuestion)
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
			asker, err := n.asker(data, dataRanker{n, data})
			if err != nil {
				return err
			}
			a, err := asker.Ask(cmd.Context(), q, lang)
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(c.Out)
				enc.SetIndent("", " ")
				enc.SetEscapeHTML(false)
				return enc.Encode(a)
			}
			return writeAnswer(c.Out, a)
		},
	}
	cmd.Flags().StringVar(&lang, "lang", "", "language of the answer: es or en (default: that of the question)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&c.model, "model", "", "folder of the encoder whose confusion matrices to use beside the built-in ones")
	return cmd
}

// rankers judges changes; see fact.Ranker.
type rankers interface {
	Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error)
}

// asker answers questions over a node's data.
func (n *node) asker(data corrected, rank rankers) (*ask.Asker, error) {
	lx := n.lexicon
	g, err := lexicon.NewGazetteer()
	if err != nil {
		return nil, err
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return nil, err
	}
	return &ask.Asker{
		Parser:  ask.NewParser(lx, lexicon.NewMatcher(lx), g),
		Facts:   fact.Sources{Query: data, Rank: rank, Read: n.store, Lexicon: n.names()},
		Numbers: func(lang string) fill.Numbers { return cat.For(lang) },
	}, nil
}

// writeAnswer prints an answer for a terminal.
func writeAnswer(w io.Writer, a *ask.Answer) error {
	if !a.Answered {
		fmt.Fprintln(w, a.Why)
		fmt.Fprintln(w)
		for _, e := range a.Examples {
			fmt.Fprintln(w, "  "+e)
		}
		return nil
	}
	fmt.Fprintln(w, a.Understood)
	fmt.Fprintln(w)
	for _, s := range a.Sentences {
		fmt.Fprintln(w, s)
	}
	if len(a.Rows) > 0 {
		fmt.Fprintln(w)
		t := tabwriter.NewWriter(w, 2, 0, 2, ' ', 0)
		var head []string
		for _, c := range a.Columns {
			head = append(head, c.Label)
		}
		fmt.Fprintln(t, "\t"+strings.Join(head, "\t"))
		for _, r := range a.Rows {
			cells := []string{r.Name}
			for _, c := range r.Cells {
				s := c.Text
				if c.Interval != "" {
					s += fmt.Sprintf(" (%s; n = %d)", c.Interval, c.N)
				}
				cells = append(cells, s)
			}
			fmt.Fprintln(t, strings.Join(cells, "\t"))
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\nn = %d\nquery: %s\n", a.Mentions, a.Query)
	return err
}
