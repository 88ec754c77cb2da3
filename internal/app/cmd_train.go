package app

import (
	"os"
	"slices"

	"github.com/spf13/cobra"

	"antojo/internal/train"
)

func (c *cli) trainCmd() *cobra.Command {
	var task, config string
	var t train.EncoderConfig
	var w writerFlags
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train the encoder, or a TF-IDF baseline, from a configuration",
		Long: `Trains on the CPU from a clean checkout. The task encoder is the whole run:
vocabulary, pre-training, the baseline, fine-tuning of all heads, calibration,
scores, ONNX export. It saves checkpoints in --work and goes on from there after a
stop. The task baseline trains TF-IDF with logistic regression or a random forest
on the same rows and puts the model beside the built-in one, to be named with
--model. training/README.md tells which data the configurations need.

The task writer trains a language model to write briefs: it validates what antojo
brief approve and edit have kept, starts a job at an endpoint of the OpenAI
fine-tuning API and follows it (a stopped command goes on where it was), registers
the model and measures it against the deterministic writer. The briefs go to that
endpoint without figures and without mention text.`,
		Example: `  antojo train --task encoder --config training/configs/smoke.json --corpora training/data --work /tmp/w --out /tmp/model
  antojo train --task baseline --kind forest --config training/configs/antojo-es-4l256.json --corpora ../data
  antojo train --task writer --check > set.jsonl
  antojo train --task writer --llm-url https://llm.example/v1 --base MODEL`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if task == "writer" {
				return c.trainWriter(cmd.Context(), w)
			}
			if !slices.Contains([]string{"encoder", "pretrain", "crossval", "evidence", "baseline"}, task) {
				return usagef("--task %q: want encoder, pretrain, crossval, evidence, baseline or writer", task)
			}
			if t.Kind != train.LogReg && t.Kind != train.Forest {
				return usagef("--kind %q: want %s or %s", t.Kind, train.LogReg, train.Forest)
			}
			var err error
			if t.Config, err = train.LoadConfig(config); err != nil {
				return usageError{err}
			}
			switch task {
			case "baseline":
				if t.Out == "" {
					if t.Out, err = c.registry().Reserve("tfidf-" + t.Kind + "-" + t.Config.Version); err != nil {
						return err
					}
				}
				return train.Baseline(cmd.Context(), t, c.Err)
			case "pretrain":
				return train.Pretrain(cmd.Context(), t, c.Err)
			case "crossval":
				return train.CrossValidate(cmd.Context(), t, c.Err)
			case "evidence":
				return train.FitEvidence(cmd.Context(), t, c.Err)
			}
			if t.Out == "" {
				return usagef("--out: name the model folder to write")
			}
			return train.Encoder(cmd.Context(), t, c.Err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&task, "task", "", "what to train: encoder, pretrain (only its first and longest stage), crossval (encoder and baseline on all gold files but one, file by file; then eval --folds WORK/crossval), evidence (weights of the food words, from these folds), baseline or writer (a language model for briefs)")
	f.StringVar(&t.Kind, "kind", train.LogReg, "which baseline: logreg or forest")
	f.StringVar(&config, "config", "training/configs/antojo-es-4l256.json", "configuration file")
	f.StringVar(&t.Data, "corpora", "training/data", "folder that the paths in the configuration are relative to")
	f.StringVar(&t.Work, "work", "training/work", "folder for checkpoints")
	f.StringVar(&t.Out, "out", "", "model folder to write (baseline: default in the data dir)")
	f.BoolVar(&t.Alone, "no-baseline", false, "of an encoder or crossval: do not train the baseline to compare with")
	f.IntVar(&t.Threads, "threads", 0, "threads (0 = all cores)")
	f.StringVar(&w.url, "llm-url", os.Getenv("ANTOJO_LLM_URL"), "of a writer: base URL of the fine-tuning API, up to /v1 ($ANTOJO_LLM_URL)")
	f.StringVar(&w.keyFile, "llm-key-file", "", "of a writer: file that holds its key (default: $ANTOJO_LLM_KEY)")
	f.StringVar(&w.base, "base", "", "of a writer: model to start from")
	f.StringVar(&w.name, "name", "writer", "of a writer: name to register it under, and suffix of the model")
	f.BoolVar(&w.check, "check", false, "of a writer: validate the training set and print it, without sending it anywhere")
	return cmd
}
