package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/infer"
	"antojo/internal/train"
)

func (c *cli) modelsCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "models", Short: "Show the encoder in use, its card and its scores",
		Example: "  antojo models list\n  antojo models show\n  antojo models show ./my-model",
	}
	list := &cobra.Command{
		Use: "list", Short: "List the encoder that is built in", Args: cobra.NoArgs,
		Example: "  antojo models list",
		RunE: func(cmd *cobra.Command, _ []string) error {
			enc, err := openEncoder("", c.logger())
			if err != nil {
				return err
			}
			defer enc.Close()
			i := enc.Info()
			tw := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "model\tversion\tprecision\tMB\tvocabulary\tmax tokens\tengine")
			fmt.Fprintf(tw, "%s\t%s\t%s\t%.1f\t%d\t%d\tONNX Runtime %s\n", i.Name, i.Version, i.Precision, float64(i.Bytes)/1e6, i.Vocab, i.MaxLen, i.Engine)
			return tw.Flush()
		},
	}
	show := &cobra.Command{
		Use: "show [DIR]", Short: "Print the model card of the built-in encoder or of the one in DIR", Args: cobra.MaximumNArgs(1),
		Example: "  antojo models show",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := fs.Sub(assets.Model, "model")
			if len(args) == 1 {
				dir, err = os.DirFS(args[0]), nil
			}
			if err != nil {
				return err
			}
			card, err := fs.ReadFile(dir, "README.md")
			if err != nil {
				return fmt.Errorf("read the model card: %w; give a folder in the Hugging Face layout", err)
			}
			_, err = c.Out.Write(card)
			return err
		},
	}
	cmd.AddCommand(list, show)
	return cmd
}

func (c *cli) trainCmd() *cobra.Command {
	var task, config string
	var t train.EncoderConfig
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train the encoder, or the TF-IDF baseline, from a configuration",
		Long: `Trains on the CPU from a clean checkout: vocabulary, pre-training, the baseline,
fine-tuning of all heads, calibration, scores, ONNX export. It saves checkpoints
in --work and goes on from there after a stop. training/README.md tells which
data the configurations need.`,
		Example: "  antojo train --task encoder --config training/configs/smoke.json --corpora training/data --work /tmp/w --out /tmp/model\n  antojo train --task baseline --config training/configs/antojo-es-4l256.json --corpora ../data --work work",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if task != "encoder" && task != "baseline" && task != "pretrain" {
				return usagef("--task %q: want encoder, pretrain or baseline", task)
			}
			var err error
			if t.Config, err = train.LoadConfig(config); err != nil {
				return usageError{err}
			}
			switch task {
			case "baseline":
				return train.Baseline(cmd.Context(), t, c.Err)
			case "pretrain":
				return train.Pretrain(cmd.Context(), t, c.Err)
			}
			if t.Out == "" {
				return usagef("--out: name the model folder to write")
			}
			return train.Encoder(cmd.Context(), t, c.Err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&task, "task", "", "what to train: encoder, pretrain (only its first and longest stage) or baseline")
	f.StringVar(&config, "config", "training/configs/antojo-es-4l256.json", "configuration file")
	f.StringVar(&t.Data, "corpora", "training/data", "folder that the paths in the configuration are relative to")
	f.StringVar(&t.Work, "work", "training/work", "folder for checkpoints")
	f.StringVar(&t.Out, "out", "", "model folder to write")
	f.IntVar(&t.Threads, "threads", 0, "threads (0 = all cores)")
	return cmd
}

func (c *cli) evalCmd() *cobra.Command {
	var config, confusion string
	var e train.EvalConfig
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure an encoder on development rows and on labelled files",
		Long: `Runs the encoder on the development rows of a configuration (those that were not
trained on) and on further files of JSON lines with text and label (neg, neu,
pos), and prints scores by head and class as JSON.`,
		Example: "  antojo eval --config training/configs/smoke.json --corpora training/data",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := train.LoadConfig(config)
			if err != nil {
				return usageError{err}
			}
			e.Config = cfg
			enc, err := openEncoder(c.model, c.logger())
			if err != nil {
				return err
			}
			defer enc.Close()
			if confusion != "" {
				return writeConfusion(cmd.Context(), confusion, e, enc)
			}
			met, err := train.Score(cmd.Context(), e, train.Folder{Encoder: enc}, c.Err)
			if err != nil {
				return err
			}
			met.Model, met.Version = enc.Info().Name, enc.Info().Version // the rows are the configuration's, the model is this one
			out := json.NewEncoder(c.Out)
			out.SetIndent("", " ")
			return out.Encode(met)
		},
	}
	f := cmd.Flags()
	f.StringVar(&config, "config", "training/configs/antojo-es-4l256.json", "configuration whose development rows are used")
	f.StringVar(&e.Data, "corpora", "training/data", "folder that the paths in the configuration are relative to")
	f.StringVar(&e.Work, "work", "", "folder of the training run, to compare with its baseline")
	f.StringArrayVar(&e.Files, "file", nil, "further labelled files (JSON lines)")
	f.StringVar(&c.model, "model", "", "folder of another encoder (HF layout; default: the built-in one)")
	f.StringVar(&confusion, "confusion", "", "write only the confusion matrices by head and source to this file (a model folder's confusion.json)")
	return cmd
}

// writeConfusion counts the errors of an encoder on development rows. The file
// appears whole or not at all.
func writeConfusion(ctx context.Context, path string, e train.EvalConfig, enc *infer.Encoder) error {
	m, err := train.Confusion(ctx, e, train.Folder{Encoder: enc}, enc.Info().Model())
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		return err
	}
	temp := path + ".new"
	if err := os.WriteFile(temp, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write confusion matrices: %w", err)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("write confusion matrices: %w", err)
	}
	return nil
}

func (c *cli) doctorCmd() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Check that everything Antojo needs is here and works", Args: cobra.NoArgs,
		Example: "  antojo doctor",
		RunE: func(cmd *cobra.Command, _ []string) error {
			bad := 0
			check := func(what string, f func() (string, error)) {
				if say, err := f(); err != nil {
					bad++
					fmt.Fprintf(c.Out, "FAIL  %-12s %v\n", what, err)
				} else {
					fmt.Fprintf(c.Out, "ok    %-12s %s\n", what, say)
				}
			}
			check("engine", func() (string, error) { return infer.FindLibrary("") })
			check("model", func() (string, error) { return c.checkModel(cmd.Context()) })
			check("data", func() (string, error) { return c.checkData(cmd.Context()) })
			if bad > 0 {
				return fmt.Errorf("%d of 3 checks failed", bad)
			}
			return nil
		},
	}
}

func (c *cli) checkModel(ctx context.Context) (string, error) {
	enc, err := openEncoder(c.model, c.logger())
	if err != nil {
		return "", err
	}
	defer enc.Close()
	out := make([]infer.Prediction, 1)
	if err := enc.Predict(ctx, []string{"El ceviche estaba buenazo"}, out); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s reads a sentence (%d tokens)", enc.Info().Model(), out[0].Tokens), nil
}

func (c *cli) checkData(ctx context.Context) (string, error) {
	abs, err := filepath.Abs(c.data)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(abs); os.IsNotExist(err) {
		return fmt.Sprintf("%s is not there yet; the first command that writes makes it", abs), nil
	}
	n, err := c.openReader(ctx)
	if err != nil {
		return "", err
	}
	defer n.close()
	cov, err := n.store.Coverage(ctx)
	if err != nil {
		return "", err
	}
	if cov.Mentions == 0 {
		return fmt.Sprintf("%s is empty", abs), nil
	}
	return fmt.Sprintf("%s: %s mentions, %s to %s", abs, thousands(cov.Mentions), cov.First, cov.Last), nil
}
