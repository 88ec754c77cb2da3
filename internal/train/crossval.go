package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// CrossValidation leaves out one gold file at a time. The authored files are each
// by one writer, so that every fold shows how a model reads a writer whom it has
// never met; a random split would flatter it by style.
type CrossValidation struct {
	Files  []string `json:"files"`  // base names of gold files, one fold each; authored_t*.jsonl is one fold of several
	Rounds []Round  `json:"rounds"` // of fine-tuning, usually fewer passes than for the model that ships
}

// CrossValidate trains on all gold files but one and predicts that one, file by
// file, with the model, with its encoder alone ("deep"), and with the baseline. It starts from the pre-trained
// encoder in the work folder and leaves work/crossval/fold-NAME/predictions.jsonl;
// folds that are there are not repeated.
// Pre-training has read the texts of all folds, without their labels.
func CrossValidate(ctx context.Context, c EncoderConfig, log io.Writer) error {
	r, tok, err := newEncoderRun(c, log)
	if err != nil {
		return err
	}
	gold := slices.Concat(r.set.Train, r.set.Dev)
	for _, file := range r.cfg.CrossVal.Files {
		fold := filepath.Join(c.Work, "crossval", "fold-"+strings.ReplaceAll(strings.TrimSuffix(file, ".jsonl"), "*", "_"))
		if err := os.MkdirAll(fold, 0o755); err != nil {
			return fmt.Errorf("make folder of a fold: %w", err)
		}
		out := filepath.Join(fold, "predictions.jsonl")
		if _, err := os.Stat(out); err == nil {
			r.logf("fold %s: done before", file)
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("look for fold %s: %w", file, err)
		}
		f, err := r.fold(gold, file, fold)
		if err != nil {
			return err
		}
		probs := map[string][][]float32{}
		teacher := &reference{}
		if !c.Alone {
			ref, err := f.reference()
			if err != nil {
				return fmt.Errorf("fold %s: %w", file, err)
			}
			probs["logreg"] = ref.Dev
			if f.cfg.Finetune.TeachWeight > 0 {
				teacher = ref
			}
		}
		t, err := f.rounds(ctx, tok, teacher, f.cfg.CrossVal.Rounds, filepath.Join(c.Work, "pretrain.safetensors"))
		if err != nil {
			return fmt.Errorf("fold %s: %w", file, err)
		}
		if len(f.cfg.Wide) > 0 { // the encoder alone, to compare with
			alone, err := f.predict(t, tok, f.set.Dev)
			if err != nil {
				return err
			}
			probs["deep"] = Probabilities(alone)
			f.join(t.Model(), tok)
		}
		logits, err := f.predict(t, tok, f.set.Dev)
		if err != nil {
			return err
		}
		probs["encoder"] = Probabilities(logits)
		if err := WritePredictions(out, f.set.Dev, probs); err != nil {
			return err
		}
		for name, p := range probs {
			s := Evaluate(f.set.Dev, decodeAll(p))
			r.logf("fold %s: %s: sentiment %.3f, intent %.3f, not-food %.3f, aspects %.3f, polarity %.3f", file, name, s.Heads["sentiment"].MacroF1,
				s.Heads["intent"].MacroF1, s.Heads["relevance"].F1["other"], s.AspectF1, s.AspectPolarity)
		}
	}
	return nil
}

// fold is a run whose development rows are those of the files that the pattern
// names; no other row has one of their texts.
func (r *run) fold(gold []Row, file, work string) (*run, error) {
	if _, err := path.Match(file, ""); err != nil {
		return nil, fmt.Errorf("cross-validation: pattern %q: %w", file, err)
	}
	in := func(x *Row) bool { ok, _ := path.Match(file, x.File); return ok }
	f := *r
	f.work = work
	f.set = &Dataset{StarsDev: r.set.StarsDev, held: map[string]bool{}}
	for _, x := range gold {
		if in(&x) {
			f.set.Dev = append(f.set.Dev, x)
			f.set.held[textKey(x.Text)] = true
		}
	}
	if len(f.set.Dev) == 0 {
		return nil, fmt.Errorf("cross-validation: no gold file is called %s", file)
	}
	for _, x := range gold {
		if !in(&x) && !f.set.held[textKey(x.Text)] {
			f.set.Train = append(f.set.Train, x)
		}
	}
	for _, x := range r.set.StarsTrain {
		if !f.set.held[textKey(x.Text)] {
			f.set.StarsTrain = append(f.set.StarsTrain, x)
		}
	}
	r.logf("fold %s: %d rows to train, %d to predict", file, len(f.set.Train), len(f.set.Dev))
	return &f, nil
}
