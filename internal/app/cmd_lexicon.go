package app

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/internal/discover"
	"antojo/internal/lexicon"
)

func (c *cli) lexiconCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lexicon",
		Short: "Look at the food words: check tables of your own, test a text, discover new words",
		Long: `The lexicon is built in; tables in DATA/lexicon/*.csv are laid over it (see
docs/lexicon.md): they add entities, merge further spellings into those that are
there, and disable what does not fit.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(c.lexiconCheckCmd(), c.lexiconTestCmd(), c.lexiconDiscoverCmd())
	return cmd
}

// overlayDir is where the user's tables lie.
func (c *cli) overlayDir() string { return overlayDir(c.data) }

func overlayDir(data string) string { return filepath.Join(data, "lexicon") }

func (c *cli) lexiconCheckCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "check [FILE|-]",
		Short: "Check a table of food words against the lexicon, or the lexicon as it is",
		Long: `Lays FILE over the lexicon (with the tables of DATA/lexicon) without writing
anything, and reports what cannot be read, spellings that two entities claim,
parents that are missing or circular, bad ids and names. Without FILE it checks
the lexicon as it is. The exit code is 3 if there is something to mend.`,
		Example: "  antojo lexicon check mis-platos.csv && cp mis-platos.csv antojo-data/lexicon/",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			lx, err := lexicon.LoadWith(c.overlayDir())
			if err != nil {
				return err
			}
			var changes []lexicon.Change
			old := map[lexicon.Problem]bool{}
			if len(args) == 1 {
				for _, p := range lexicon.Lint(lx) {
					old[p] = true
				}
				name, in := args[0], c.In
				if name == "-" {
					name = "stdin"
				} else {
					f, err := os.Open(name)
					if err != nil {
						return err
					}
					defer f.Close()
					in = f
				}
				if lx, changes, err = lx.Overlay(name, in); err != nil {
					return err
				}
			}
			n := 0
			for _, p := range lexicon.Lint(lx) {
				if !old[p] {
					fmt.Fprintln(c.Out, p)
					n++
				}
			}
			did := map[string]int{}
			for _, ch := range changes {
				did[ch.Action]++
			}
			if len(args) == 1 {
				fmt.Fprintf(c.Out, "%d rows: %d add, %d merge, %d disable; %d to mend\n", len(changes), did["add"], did["merge"], did["disable"], n)
			} else {
				fmt.Fprintf(c.Out, "%d entities; %d to mend\n", len(lx.All()), n)
			}
			if n > 0 {
				return errRejected
			}
			return nil
		},
	}
}

// testMatch is one match as antojo lexicon test shows it.
type testMatch struct {
	Surface string `json:"surface"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Note    string `json:"note"` // clear, homograph, food context, weak, slang, misspelt
	Source  string `json:"source,omitempty"`
}

func (c *cli) lexiconTestCmd() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "test TEXT|-",
		Short:   "Show which food words the lexicon finds in a text, and how sure it is",
		Example: `  antojo lexicon test "Habla causa, ¿una causa limeña?"`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			text := args[0]
			if text == "-" {
				b, err := io.ReadAll(io.LimitReader(c.In, 1<<20))
				if err != nil {
					return fmt.Errorf("read the text: %w", err)
				}
				text = string(b)
			}
			lx, err := lexicon.LoadWith(c.overlayDir())
			if err != nil {
				return err
			}
			out := []testMatch{}
			for _, m := range lexicon.NewMatcher(lx).Match(nil, text) {
				out = append(out, testMatch{text[m.Start:m.End], m.Start, m.End, m.Info.ID, m.Info.Name, m.Info.Kind, note(m), m.Info.Source})
			}
			if asJSON {
				return writeJSON(c.Out, out)
			}
			if len(out) == 0 {
				_, err := fmt.Fprintln(c.Out, "no food word found")
				return err
			}
			w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "SURFACE\tID\tKIND\tSENSE")
			for _, m := range out {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", m.Surface, m.ID, m.Kind, m.Note)
			}
			return w.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "write JSON")
	return cmd
}

// note says in a word how sure the lexicon is of a match.
func note(m lexicon.Match) string {
	switch {
	case m.Slang:
		return "slang"
	case m.Slip:
		return "misspelt"
	case m.Homograph && m.FoodContext:
		return "food context"
	case m.Weak:
		return "weak"
	case m.Homograph:
		return "homograph"
	}
	return "clear"
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func (c *cli) lexiconDiscoverCmd() *cobra.Command {
	var asJSON bool
	var limit, most, least int
	cmd := &cobra.Command{
		Use:   "discover",
		Short: "Find food words that the lexicon lacks, in the mentions that are stored",
		Long: `Reads the newest mentions and lists runs of one to three words that stand where
food words stand, are written about food and rise against their own past; best
first, spellings of one word together. Nothing is written: put what you want to
keep into a table in DATA/lexicon.`,
		Example: "  antojo lexicon discover --limit 50\n  antojo lexicon discover --json > nuevas.json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 1 || most < 1 || least < 1 {
				return usagef("--limit, --mentions and --min must be at least 1")
			}
			n, err := c.openReader(cmd.Context())
			if err != nil {
				return err
			}
			defer n.close()
			terms, docs, err := discoverIn(cmd.Context(), n.store, n.lexicon, lexicon.NewMatcher(n.lexicon), most, discover.Options{Limit: limit, MinCount: least})
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(c.Out, terms)
			}
			if len(terms) == 0 {
				_, err := fmt.Fprintf(c.Out, "nothing new in %d mentions\n", docs)
				return err
			}
			w := tabwriter.NewWriter(c.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "TERM\tKIND\tN\tLAST 28 DAYS\tGROWTH\tLIKE\tALSO")
			for _, t := range terms {
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t×%.1f\t%s\t%s\n", t.Text, t.Kind, t.Count, t.Now, t.Growth, strings.Join(t.Like, ", "), strings.Join(t.Variants, ", "))
			}
			return w.Flush()
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "write JSON")
	f.IntVar(&limit, "limit", 50, "how many terms")
	f.IntVar(&most, "mentions", 100_000, "how many of the newest mentions to read")
	f.IntVar(&least, "min", 4, "how often a term must occur in mentions about food")
	return cmd
}

// backwards yields docs from the last to the first: they were read newest first.
func backwards(docs []discover.Doc) iter.Seq[discover.Doc] {
	return func(yield func(discover.Doc) bool) {
		for i := len(docs) - 1; i >= 0; i-- {
			if !yield(docs[i]) {
				return
			}
		}
	}
}
