package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/train"
	"antojo/internal/train/evalpage"
)

// evalFlags are the flags of antojo eval.
type evalFlags struct {
	config, against, folds, column string
	jsonFile, html, confusion      string
	calibration                    string
	latest                         int
	seed                           uint64
	noSpeed                        bool
	files                          []string // labelled rows to read
	e                              train.EvalConfig
}

func (c *cli) evalCmd() *cobra.Command {
	var o evalFlags
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure a model on development rows, on labelled files or over folds",
		Long: `Lets a model read rows whose labels are known and says how well it does: by head
and class, by source and length, with confusion matrices, 95 % intervals
(bootstrap over rows), calibration, speed and memory. With --against, another
model reads the same rows and the differences come with paired intervals.

The rows are the development rows of a configuration (those not trained on), or
those of --file: JSON lines with read labels for all heads, JSON lines with text
and label, or tab-separated rows with the columns text and label. --folds adds up
what the models of a cross-validation said of the rows they had not seen.

The report is JSON on stdout (or --json FILE), and one HTML page with --html.`,
		Example: `  antojo eval --config training/configs/smoke.json --corpora training/data --html report.html
  antojo eval --file reviews.jsonl --model ./my-model --against builtin
  antojo eval --folds training/work/m1/crossval --against logreg --html cv.html`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rep, err := c.evaluate(cmd, &o)
			if err != nil || rep == nil {
				return err
			}
			if o.html != "" {
				if err := writeWhole(o.html, func(w io.Writer) error { return evalpage.Write(w, rep) }); err != nil {
					return err
				}
			}
			js := func(w io.Writer) error {
				enc := json.NewEncoder(w)
				enc.SetIndent("", " ")
				return enc.Encode(rep)
			}
			if o.jsonFile != "" {
				return writeWhole(o.jsonFile, js)
			}
			return js(c.Out)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.config, "config", "training/configs/antojo-es-4l256.json", "configuration whose development rows are used (not with --file alone)")
	f.StringVar(&o.e.Data, "corpora", "training/data", "folder that the paths in the configuration are relative to")
	f.StringArrayVar(&o.files, "file", nil, "labelled rows to read; may be given again")
	f.IntVar(&o.latest, "latest", 0, "of each --file only the latest so many per cent by date, and of them only new texts")
	f.StringVar(&c.model, "model", "", "folder or name of the model (default: the one in use)")
	f.StringVar(&o.against, "against", "", "folder or name of a model to compare with, builtin, or baseline (a TF-IDF model of the data dir); with --folds a column of the predictions")
	f.StringVar(&o.folds, "folds", "", "folder with fold-*/predictions.jsonl to add up")
	f.StringVar(&o.column, "column", "", "with --folds: which model's predictions (default encoder)")
	f.StringVar(&o.jsonFile, "json", "", "write the report there instead of to stdout")
	f.StringVar(&o.html, "html", "", "write the report there as a page")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the bootstrap")
	f.BoolVar(&o.noSpeed, "no-speed", false, "leave out speed and memory, so that equal input gives an equal report")
	f.StringVar(&o.confusion, "confusion", "", "write only the confusion matrices by head and source to this file (a model folder's confusion.json)")
	f.StringVar(&o.calibration, "calibration", "", "write only how sure and how right the model is by head to this file (a model folder's calibration.json)")
	return cmd
}

// evaluate makes the report; nil if only a file of the model folder was asked for.
func (c *cli) evaluate(cmd *cobra.Command, o *evalFlags) (*train.Report, error) {
	ctx := cmd.Context()
	if o.folds != "" {
		return train.FoldsReport(o.folds, o.column, o.against, o.seed)
	}
	if o.latest < 0 || o.latest > 100 {
		return nil, usagef("--latest %d: want a share from 1 to 100", o.latest)
	}
	var sets []train.EvalSet
	if len(o.files) == 0 || cmd.Flags().Changed("config") || o.confusion+o.calibration != "" {
		var err error
		if o.e.Config, err = train.LoadConfig(o.config); err != nil {
			return nil, usageError{err}
		}
	}
	start := time.Now()
	m, enc, err := c.subject(c.model)
	if err != nil {
		return nil, err
	}
	defer enc.Close()
	took := time.Since(start)
	if o.confusion != "" {
		if err := writeConfusion(ctx, o.confusion, o.e, m.Reader, enc.Info().Model()); err != nil || o.calibration == "" {
			return nil, err
		}
	}
	if o.calibration != "" {
		x, err := train.ReliabilityOf(ctx, o.e, m.Reader, enc.Info().Model())
		if err != nil {
			return nil, err
		}
		return nil, writeWhole(o.calibration, x.Write)
	}
	if o.e.Config != nil {
		if sets, err = o.e.DevSets(); err != nil {
			return nil, err
		}
	}
	for _, path := range o.files {
		rows, err := train.ReadRows(path, o.latest)
		if err != nil {
			return nil, err
		}
		name := filepath.Base(path)
		if o.latest > 0 {
			name += fmt.Sprintf(" (latest %d %%)", o.latest)
		}
		sets = append(sets, train.EvalSet{Name: name, Rows: rows})
	}
	var other *train.Subject
	var otherTook time.Duration
	if o.against != "" {
		dir, err := c.resolveAgainst(o.against)
		if err != nil {
			return nil, err
		}
		start := time.Now()
		s, enc, err := c.subject(dir)
		if err != nil {
			return nil, err
		}
		defer enc.Close()
		otherTook = time.Since(start)
		if s.Info.String() == m.Info.String() { // two builds of one model
			m.Info.Name += differ(m.Info, s.Info, c.model)
			s.Info.Name += differ(s.Info, m.Info, dir)
		}
		other = &s
	}
	rep, err := train.NewReport(ctx, m, other, sets, o.seed)
	if err != nil || o.noSpeed {
		return rep, err
	}
	return rep, c.speeds(ctx, rep, m, other, sets, took, otherTook)
}

// differ tells two models of the same name apart: by precision, else by folder.
func differ(a, b train.ModelInfo, dir string) string {
	if a.Precision != b.Precision {
		return " " + a.Precision
	}
	if dir == "" {
		dir = "built in"
	}
	return " (" + dir + ")"
}

// speeds measures how fast the models read the texts of the sets.
func (c *cli) speeds(ctx context.Context, rep *train.Report, m train.Subject, other *train.Subject, sets []train.EvalSet, took, otherTook time.Duration) error {
	var texts []string
	for _, s := range sets {
		for i := range s.Rows {
			texts = append(texts, s.Rows[i].Text)
		}
	}
	texts = texts[:min(len(texts), 2000)]
	var err error
	if rep.Speed, err = train.MeasureSpeed(ctx, m.Reader, texts, took); err != nil || other == nil {
		return err
	}
	rep.Other, err = train.MeasureSpeed(ctx, other.Reader, texts, otherTook)
	return err
}

// resolveAgainst is resolveModel, and "baseline" is the only TF-IDF model of the
// data dir, or the logistic regression if there are several.
func (c *cli) resolveAgainst(ref string) (string, error) {
	if ref != "baseline" {
		return c.resolveModel(ref)
	}
	es, err := c.registry().List()
	if err != nil {
		return "", err
	}
	found := ""
	for _, e := range es { // by name, so the latest version of the best kind is last
		if strings.HasPrefix(e.Type, "tfidf-") && (found == "" || e.Type == "tfidf-"+train.LogReg) {
			found = e.Dir
		}
	}
	if found == "" {
		return "", usageError{errors.New("--against baseline: the data dir has no TF-IDF model; train one with antojo train --task baseline")}
	}
	return found, nil
}

// writeConfusion counts the errors of a model on development rows. The file
// appears whole or not at all.
func writeConfusion(ctx context.Context, path string, e train.EvalConfig, m train.Reader, name string) error {
	x, err := train.Confusion(ctx, e, m, name)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		return err
	}
	return writeWhole(path, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err })
}

// writeWhole writes a file that appears whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	temp := path + ".new"
	f, err := os.Create(temp)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	err = write(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
