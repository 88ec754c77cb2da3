package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/lifecycle"
	"antojo/internal/brief/model"
	"antojo/internal/panel/locale"
)

// writerType is the model_type of a writer of briefs in the registry.
const writerType = "antojo-writer"

// writerCard is the config.json of a writer.
type writerCard struct {
	Type    string `json:"model_type"`
	BaseURL string `json:"base_url"`
	Model   string `json:"model"`
	Base    string `json:"base"`
	Job     string `json:"job"`
	Set     string `json:"training_set"` // checksum
	Tokens  int64  `json:"trained_tokens"`
}

func (c *cli) writerDir() string { return filepath.Join(c.data, "writer") }

func (c *cli) approvedSet() lifecycle.Set {
	return lifecycle.Set{Path: filepath.Join(c.writerDir(), "approved.jsonl")}
}

// approveCmds are the subcommands of brief that keep what a person has read.
func (c *cli) approveCmds() []*cobra.Command {
	var period, lang string
	var edits []string
	var llm llmFlags
	run := func(ctx context.Context, edits []string) error {
		if lang != "es" && lang != "en" {
			return usagef("--lang %q: want es or en", lang)
		}
		o := fact.Options{Period: period, Days: 28}
		if period != "" {
			var err error
			if o.Week, err = fact.ParsePeriod(period); err != nil {
				return usageError{err}
			}
		}
		w, err := llm.writer(c.data)
		if err != nil {
			return usageError{err}
		}
		n, err := c.openReader(ctx)
		if err != nil {
			return err
		}
		defer n.close()
		data, err := correct(n.store, c.model)
		if err != nil {
			return err
		}
		t, err := n.facts(ctx, data, o)
		if err != nil {
			return err
		}
		cat, err := locale.Load(assets.Web, "web/locales")
		if err != nil {
			return err
		}
		b, err := brief.Weekly(ctx, t, brief.Options{Lang: lang, Numbers: cat.For(lang), Writer: w, Deadline: llm.deadline})
		if err != nil {
			return err
		}
		a := lifecycle.FromBrief(b)
		for _, e := range edits {
			at, text, ok := strings.Cut(e, "=")
			i, err := strconv.Atoi(at)
			if !ok || err != nil {
				return usagef("--set %q: want a number of a sentence and its text, like 3='{{F2.Entity}} gana terreno'", at)
			}
			if err := a.Edit(i, text, cat.For(lang)); err != nil {
				return usageError{err}
			}
		}
		if edits != nil && len(edits) == 0 {
			for i, d := range a.Drafts {
				fmt.Fprintf(c.Out, "%d  %s\n", i+1, d)
			}
			return nil
		}
		a.At = time.Now().UTC()
		if err := c.approvedSet().Add(a, cat.For(lang)); err != nil {
			return err
		}
		fmt.Fprintf(c.Out, "approved: %s (%s), %d sentences, %d edited\n", t.Period, lang, len(a.Drafts), len(a.Edited))
		return nil
	}
	approve := &cobra.Command{
		Use: "approve", Short: "Keep the brief of a week as one that a model should learn to write", Args: cobra.NoArgs,
		Long: `Keeps the brief of a week, as it would be written now, in the data dir: antojo train
--task writer trains on what was approved. One of four weeks is held out, to judge
models with. A week that is approved again replaces what was approved before.`,
		Example: "  antojo brief approve --period 2026-W46\n  antojo brief approve --period 2026-W46 --llm-url http://127.0.0.1:11434/v1 --llm-model m",
		RunE:    func(cmd *cobra.Command, _ []string) error { return run(cmd.Context(), nil) },
	}
	edit := &cobra.Command{
		Use: "edit", Short: "Approve the brief of a week with sentences of your own", Args: cobra.NoArgs,
		Long: `Without --set, prints the sentences of the week's brief with their placeholders and
numbers. With --set N=TEXT (more than once if need be) replaces sentences and keeps
the brief as approved. An edit goes through the same checks as a model's sentence.`,
		Example: "  antojo brief edit --period 2026-W46\n  antojo brief edit --period 2026-W46 --set '3={{F2.Entity}} gana terreno con claridad.'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return run(cmd.Context(), append([]string{}, edits...))
		},
	}
	edit.Flags().StringArrayVar(&edits, "set", nil, "N=TEXT: sentence N becomes TEXT, figures and names as placeholders")
	for _, cmd := range []*cobra.Command{approve, edit} {
		f := cmd.Flags()
		f.StringVar(&period, "period", "", "ISO week such as 2026-W46 (default: the last whole one with data)")
		f.StringVar(&lang, "lang", "es", "language: es or en")
		f.StringVar(&llm.url, "llm-url", "", "base URL of a language model that writes it first (default: the deterministic writer)")
		f.StringVar(&llm.model, "llm-model", "", "its model")
		f.StringVar(&llm.keyFile, "llm-key-file", "", "file that holds its key (default: $ANTOJO_LLM_KEY)")
		f.DurationVar(&llm.deadline, "llm-deadline", brief.DefaultDeadline, "longest wait for the model in all")
		f.Int64Var(&llm.maxTokens, "llm-max-tokens", model.DefaultTokens, "budget of one brief in tokens")
	}
	return []*cobra.Command{approve, edit, c.rejectCmd(), c.judgedCmd()}
}

// rejectCmd takes a week out of what is trained on.
func (c *cli) rejectCmd() *cobra.Command {
	var period, lang, note string
	cmd := &cobra.Command{
		Use: "reject", Short: "Take the brief of a week out of what a model learns from", Args: cobra.NoArgs,
		Long: `Notes that the brief of a week is no example: antojo train --task writer leaves it
out, also if it was approved before. Approving it again puts it back.`,
		Example: "  antojo brief reject --period 2026-W46 --note 'demasiado largo'",
		RunE: func(*cobra.Command, []string) error {
			if lang != "es" && lang != "en" {
				return usagef("--lang %q: want es or en", lang)
			}
			if _, err := fact.ParsePeriod(period); err != nil {
				return usageError{err}
			}
			if err := c.approvedSet().Reject(period, lang, note, time.Now().UTC()); err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "rejected: %s (%s)\n", period, lang)
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&period, "period", "", "ISO week such as 2026-W46")
	f.StringVar(&lang, "lang", "es", "language: es or en")
	f.StringVar(&note, "note", "", "why, for people")
	return cmd
}

// judgedCmd lists what was approved and rejected.
func (c *cli) judgedCmd() *cobra.Command {
	return &cobra.Command{
		Use: "judged", Short: "List the briefs that were approved or rejected", Args: cobra.NoArgs, Example: "  antojo brief judged",
		RunE: func(*cobra.Command, []string) error {
			list, err := c.approvedSet().Judged()
			if err != nil {
				return err
			}
			for _, a := range list {
				what := fmt.Sprintf("approved  %d sentences, %d edited", len(a.Drafts), len(a.Edited))
				if a.Held() {
					what += ", held out"
				}
				if a.Rejected {
					what = strings.TrimSpace("rejected  " + a.Note)
				}
				fmt.Fprintf(c.Out, "%s  %s  %s  %s\n", a.Table.Period, a.Lang, a.At.Format("2006-01-02 15:04"), what)
			}
			return nil
		},
	}
}

// writerFlags configure train --task writer.
type writerFlags struct {
	url, base, name, keyFile string
	check                    bool
}

// trainWriter validates the approved briefs, runs a fine-tuning job, registers the
// model and measures it.
func (c *cli) trainWriter(ctx context.Context, f writerFlags) error {
	list, err := c.approvedSet().Load()
	if err != nil {
		return err
	}
	jsonl, sum, err := lifecycle.Training(list)
	if err != nil {
		return err
	}
	problems := lifecycle.Validate(jsonl)
	for _, p := range problems[:min(len(problems), 20)] {
		fmt.Fprintln(c.Err, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("the training set of %s has %d problems", c.approvedSet().Path, len(problems))
	}
	fmt.Fprintf(c.Err, "the training set is sound: %d bytes, sha256 %s\n", len(jsonl), sum)
	if f.check {
		_, err := c.Out.Write(jsonl)
		return err
	}
	if f.url == "" || f.base == "" {
		return usagef("--llm-url and --base: name the endpoint of the fine-tuning API and the model to start from")
	}
	id := f.name + "-" + sum[:8]
	dir, found := c.registry().Find(id)
	if found != nil { // before a job is paid for
		if dir, err = c.registry().Reserve(id); err != nil {
			return usageError{err}
		}
	}
	l := llmFlags{url: f.url, model: f.base, keyFile: f.keyFile}
	key, err := l.key()
	if err != nil {
		return usageError{err}
	}
	t := &lifecycle.Tuner{BaseURL: f.url, Key: key, Base: f.base, Suffix: f.name, Work: c.writerDir(), Report: func(s string) { fmt.Fprintln(c.Err, s) }}
	j, err := t.Run(ctx, jsonl, sum)
	if err != nil {
		return err
	}
	if found != nil {
		card := writerCard{writerType, f.url, j.Model, f.base, j.Job, sum, j.Tokens}
		if err := writeModel(dir, card); err != nil {
			return fmt.Errorf("register %s: %w", id, err)
		}
	}
	fmt.Fprintf(c.Err, "registered %s: %s\n", id, j.Model)
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return err
	}
	ev, err := lifecycle.Evaluate(ctx, list, func() (brief.Writer, error) {
		return model.New(model.Options{BaseURL: f.url, Model: j.Model, Key: key, Plain: true}) // no cache: each judgement asks the model
	}, func(lang string) fill.Numbers { return cat.For(lang) })
	if err != nil {
		return fmt.Errorf("%s is registered but not judged: %w; the same command judges it", id, err)
	}
	if err := keepJSON(filepath.Join(dir, "evaluation.json"), ev); err != nil {
		return err
	}
	row := func(name string, s lifecycle.Score) {
		fmt.Fprintf(c.Out, "%-14s grounding %.3f (at once %.3f)  coverage %.3f  readability %.1f  over %d briefs\n", name, s.Grounding, s.FirstTry, s.Coverage, s.Readability, s.Briefs)
	}
	row(id, ev.Model)
	row("deterministic", ev.Deterministic)
	if worse := ev.Worse(); len(worse) > 0 {
		fmt.Fprintf(c.Out, "it may not be promoted: %s\n", strings.Join(worse, "; "))
		return nil
	}
	fmt.Fprintf(c.Out, "it may be promoted: antojo models promote %s\n", id)
	return nil
}

// writeModel makes the folder of a writer, whole or not at all.
func writeModel(dir string, card writerCard) error {
	temp := dir + ".new"
	if err := errors.Join(os.RemoveAll(temp), os.Mkdir(temp, 0o755)); err != nil {
		return err
	}
	text := fmt.Sprintf("# %s\n\nA writer of briefs, fine-tuned from %s by the job %s on approved briefs (sha256 %s, %d tokens trained).\nIt is asked at %s, is told no figures, and what it writes is checked like any other's.\nevaluation.json sets it beside the deterministic writer.\n", filepath.Base(dir), card.Base, card.Job, card.Set, card.Tokens, card.BaseURL)
	if err := errors.Join(keepJSON(filepath.Join(temp, "config.json"), card), os.WriteFile(filepath.Join(temp, "README.md"), []byte(text), 0o644)); err != nil {
		return err
	}
	return os.Rename(temp, dir)
}

func keepJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func readJSON(path string, v any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func (c *cli) promoteCmd() *cobra.Command {
	return &cobra.Command{
		Use: "promote NAME", Short: "Let a fine-tuned writer write the briefs", Args: cobra.ExactArgs(1),
		Long: `Makes a writer that antojo train --task writer has registered the one that is asked
wherever --llm-url is given without --llm-model; "builtin" takes it back. It is
refused unless the evaluation found the writer at least as good as the
deterministic one in grounding, coverage and readability.`,
		Example: "  antojo models promote writer-1a2b3c4d\n  antojo models promote builtin",
		RunE: func(_ *cobra.Command, args []string) error {
			path := filepath.Join(c.writerDir(), "promoted.json")
			if args[0] == "builtin" {
				if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
					return err
				}
				return nil
			}
			dir, err := c.registry().Find(args[0])
			if err != nil {
				return usageError{fmt.Errorf("promote: %w", err)}
			}
			var card writerCard
			if err := readJSON(filepath.Join(dir, "config.json"), &card); err != nil {
				return fmt.Errorf("promote: %w", err)
			}
			if card.Type != writerType {
				return usagef("%s is no writer: models that read are chosen with antojo models use", args[0])
			}
			var ev lifecycle.Evaluation
			if err := readJSON(filepath.Join(dir, "evaluation.json"), &ev); err != nil {
				return fmt.Errorf("promote %s: it was not judged yet (antojo train --task writer does): %w", args[0], err)
			}
			if worse := ev.Worse(); len(worse) > 0 {
				return fmt.Errorf("promote %s: %w: %s", args[0], lifecycle.ErrWorse, strings.Join(worse, "; "))
			}
			if err := os.MkdirAll(c.writerDir(), 0o700); err != nil {
				return err
			}
			if err := keepJSON(path, card); err != nil {
				return err
			}
			fmt.Fprintf(c.Out, "promoted: %s writes where --llm-url is %s\n", card.Model, card.BaseURL)
			return nil
		},
	}
}

// promotedWriter names the model that was promoted for an endpoint; "" = none.
func promotedWriter(dataDir, url string) (string, error) {
	var card writerCard
	err := readJSON(filepath.Join(dataDir, "writer", "promoted.json"), &card)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the promoted writer: %w", err)
	}
	if strings.TrimSuffix(card.BaseURL, "/") != strings.TrimSuffix(url, "/") {
		return "", nil
	}
	return card.Model, nil
}
