package app

import (
	"slices"

	"github.com/spf13/cobra"

	"antojo/internal/train"
)

func (c *cli) trainCmd() *cobra.Command {
	var task, config string
	var t train.EncoderConfig
	cmd := &cobra.Command{
		Use:   "train",
		Short: "Train the encoder, or a TF-IDF baseline, from a configuration",
		Long: `Trains on the CPU from a clean checkout. The task encoder is the whole run:
vocabulary, pre-training, the baseline, fine-tuning of all heads, calibration,
scores, ONNX export. It saves checkpoints in --work and goes on from there after a
stop. The task baseline trains TF-IDF with logistic regression or a random forest
on the same rows and puts the model beside the built-in one, to be named with
--model. training/README.md tells which data the configurations need.`,
		Example: `  antojo train --task encoder --config training/configs/smoke.json --corpora training/data --work /tmp/w --out /tmp/model
  antojo train --task baseline --kind forest --config training/configs/antojo-es-4l256.json --corpora ../data`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains([]string{"encoder", "pretrain", "crossval", "baseline"}, task) {
				return usagef("--task %q: want encoder, pretrain, crossval or baseline", task)
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
			}
			if t.Out == "" {
				return usagef("--out: name the model folder to write")
			}
			return train.Encoder(cmd.Context(), t, c.Err)
		},
	}
	f := cmd.Flags()
	f.StringVar(&task, "task", "", "what to train: encoder, pretrain (only its first and longest stage), crossval (encoder and baseline on all gold files but one, file by file; then eval --folds WORK/crossval) or baseline")
	f.StringVar(&t.Kind, "kind", train.LogReg, "which baseline: logreg or forest")
	f.StringVar(&config, "config", "training/configs/antojo-es-4l256.json", "configuration file")
	f.StringVar(&t.Data, "corpora", "training/data", "folder that the paths in the configuration are relative to")
	f.StringVar(&t.Work, "work", "training/work", "folder for checkpoints")
	f.StringVar(&t.Out, "out", "", "model folder to write (baseline: default in the data dir)")
	f.IntVar(&t.Threads, "threads", 0, "threads (0 = all cores)")
	return cmd
}
