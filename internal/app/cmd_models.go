package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/internal/infer"
	"antojo/internal/registry"
)

func (c *cli) modelsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "models", Short: "List, show, bring in and choose the models that read",
		Example: `  antojo models list
  antojo models show
  antojo models pull beto --from ./beto-sentiment --map labels.json
  antojo models use beto-1`,
	}
	list := &cobra.Command{
		Use: "list", Short: "List the built-in model and those of the data dir", Args: cobra.NoArgs,
		Long:    "Lists the built-in model and those of the data dir. The one in use has a star.",
		Example: "  antojo models list",
		RunE:    func(cmd *cobra.Command, _ []string) error { return c.listModels() },
	}
	show := &cobra.Command{
		Use: "show [NAME|DIR]", Short: "Print the model card of the model in use, or of another one", Args: cobra.MaximumNArgs(1),
		Example: "  antojo models show\n  antojo models show builtin\n  antojo models show ./my-model",
		RunE: func(cmd *cobra.Command, args []string) error {
			ref := ""
			if len(args) == 1 {
				ref = args[0]
			}
			return c.showModel(ref)
		},
	}
	use := &cobra.Command{
		Use: "use NAME", Short: "Choose the model that reads from now on", Args: cobra.ExactArgs(1),
		Long: `Chooses which model reads from now on, for all commands without --model; "builtin"
goes back to the one inside the program. Mentions that were read before keep what
the model of then saw in them; each mention carries the name of its model.`,
		Example: "  antojo models use beto-1\n  antojo models use builtin",
		RunE: func(cmd *cobra.Command, args []string) error {
			if args[0] != registry.Builtin {
				dir, err := c.registry().Find(args[0])
				if err != nil {
					return usageError{fmt.Errorf("choose model: %w", err)}
				}
				if _, err := smoke(cmd.Context(), dir, c.logger()); err != nil {
					return fmt.Errorf("choose model: %w", err)
				}
			}
			id, err := c.registry().Use(args[0])
			if err == nil {
				fmt.Fprintf(c.Out, "in use: %s\n", id)
			}
			return err
		},
	}
	cmd.AddCommand(list, show, c.pullCmd(), use, c.promoteCmd())
	return cmd
}

func (c *cli) pullCmd() *cobra.Command {
	var o registry.PullOptions
	var sums []string
	var labels string
	cmd := &cobra.Command{
		Use: "pull NAME", Short: "Bring in a model from a folder or a URL", Args: cobra.ExactArgs(1),
		Long: `Brings a model into the data dir: config.json, tokenizer.json and model.onnx (or
onnx/model.onnx) in the layout of Hugging Face, from a folder or from below a URL.
It must classify texts (outputs logits), be in ONNX format, and have a WordPiece
tokenizer, as BERT and BETO have, or a BPE one, as RoBERTa and RoBERTuito have;
Unigram tokenizers (XLM-R) cannot be read. The model is checked, opened and made to
read a sentence before it gets its place.

A model with labels of its own is a sentiment model: common spellings of negative,
neutral and positive, and one to five stars, are known; --map names others. What it
does not judge stays empty: no intent and no aspects, and every text counts as
being about food.`,
		Example: `  antojo models pull beto --from ./beto-sentiment
  antojo models pull mine --from ./model --map labels.json
  antojo models pull mine --from https://models.example/mine --sha256 3f1a…`,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Name = args[0]
			if o.From == "" {
				return usagef("--from: name the folder or URL of the model")
			}
			o.SHA256 = map[string]string{}
			for _, s := range sums {
				name, sum, ok := strings.Cut(s, "=")
				if !ok {
					name, sum = "model.onnx", s
				}
				o.SHA256[name] = strings.ToLower(sum)
			}
			if labels != "" {
				b, err := os.ReadFile(labels)
				if err == nil {
					o.Map, err = registry.ParseMapping(b)
				}
				if err != nil {
					return usageError{fmt.Errorf("--map %s: %w", labels, err)}
				}
			}
			var info infer.Info
			o.Try = func(ctx context.Context, dir string) (err error) {
				info, err = smoke(ctx, dir, c.logger())
				return err
			}
			p, err := c.registry().Pull(cmd.Context(), o)
			if err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "%s is in %s\n", p.ID, p.Dir)
			if len(info.Absent) > 0 {
				fmt.Fprintf(c.Out, "it does not judge: %s; every text counts as being about food\n", strings.Join(info.Absent, ", "))
			}
			fmt.Fprintf(c.Out, "try it: antojo annotate --model %s; let it read from now on: antojo models use %s\n", p.ID, p.ID)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.From, "from", "", "folder or URL of the model")
	f.StringVar(&o.Version, "as-version", "", "version to file it under (default: its own, else the beginning of its checksum)")
	f.StringVar(&o.ONNX, "onnx", "", "name of the ONNX file there (default model.onnx, else onnx/model.onnx)")
	f.StringArrayVar(&sums, "sha256", nil, "checksum of model.onnx, or FILE=checksum; needed for a URL")
	f.StringVar(&labels, "map", "", `JSON file that says what the model's labels mean, like {"NEG": "neg", "NEU": "neu", "POS": "pos"}`)
	return cmd
}

func (c *cli) listModels() error {
	es, err := c.registry().List()
	if err != nil {
		return err
	}
	builtin, err := openEncoder("", c.logger())
	if err != nil {
		return err
	}
	defer builtin.Close()
	chosen := false
	for _, e := range es {
		chosen = chosen || e.Default
	}
	star := map[bool]string{true: "*"}
	tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "\tmodel\ttype\tprecision\tMB\tvocabulary\tengine\tfrom")
	row := func(mark, name, kind string, i infer.Info, bytes int64, from string) {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%.1f\t%d\t%s\t%s\n", mark, name, kind, orDash(i.Precision), float64(bytes)/1e6, i.Vocab, engineName(i), from)
	}
	i := builtin.Info()
	row(star[!chosen], i.Model(), "bert", i, int64(i.Bytes), registry.Builtin)
	for _, e := range es {
		from := "trained here"
		if e.Origin != nil {
			from = e.Origin.From
		}
		if e.Type == writerType {
			fmt.Fprintf(tw, "\t%s\t%s\t\t\t\t\twrites briefs: antojo models promote %s\n", e.ID, e.Type, e.ID)
			continue
		}
		enc, err := openEncoder(e.Dir, c.logger())
		if err != nil {
			fmt.Fprintf(tw, "%s\t%s\t%s\tdamaged: antojo models show %s says how\n", star[e.Default], e.ID, orDash(e.Type), e.ID)
			continue
		}
		row(star[e.Default], e.ID, orDash(e.Type), enc.Info(), e.Bytes, from)
		enc.Close()
	}
	return tw.Flush()
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// showModel prints the card of a model, and what is known of where it came from.
func (c *cli) showModel(ref string) error {
	dir, err := c.resolveModel(ref)
	if err != nil {
		return err
	}
	var w writerCard
	if dir != "" && readJSON(filepath.Join(dir, "config.json"), &w) == nil && w.Type == writerType {
		card, err := readModelFile(dir, "README.md")
		if err == nil {
			_, err = c.Out.Write(card)
		}
		return err
	}
	enc, err := openEncoder(dir, c.logger())
	if err != nil {
		return err
	}
	defer enc.Close()
	card, err := readModelFile(dir, "README.md")
	if errors.Is(err, fs.ErrNotExist) {
		i := enc.Info()
		card, err = fmt.Appendf(nil, "# %s\n\nThis model has no card (README.md). %d word pieces, up to %d tokens, %.1f MB, %s.\n",
			i.Model(), i.Vocab, i.MaxLen, float64(i.Bytes)/1e6, engineName(i)), nil
	}
	if err != nil {
		return fmt.Errorf("read the model card: %w", err)
	}
	if _, err := c.Out.Write(card); err != nil {
		return err
	}
	if absent := enc.Info().Absent; len(absent) > 0 {
		fmt.Fprintf(c.Out, "\nIt does not judge: %s.\n", strings.Join(absent, ", "))
	}
	return nil
}
