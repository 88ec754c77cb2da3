// Package brief writes reports that cannot lie: the fact table is computed first
// (package fact), an outline decides what is told (outline), a writer writes
// sentences with placeholders (prose, or a language model in package model), every
// sentence is checked against the facts (check), and only then figures and names
// are filled in (fill). A sentence that fails is written once more by its writer,
// and then replaced by the deterministic one; the brief says how many were.
//
// Read next: fact/fact.go, outline/outline.go, check/check.go, render.go.
package brief

import (
	"context"
	"errors"
	"fmt"
	"time"

	"antojo/internal/brief/check"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/prose"
)

// Task is what a writer is asked for: one draft for each item.
type Task struct {
	Table *fact.Table
	Lang  string // es or en
	Items []outline.Item
}

// Rejected is a draft that may not be published, with the reasons.
type Rejected struct {
	Item    int // index into Task.Items
	Draft   string
	Reasons []check.Reason
}

// Writer writes drafts, by a language model say. Both methods return one draft for
// each item asked for; an empty draft stands for none.
type Writer interface {
	Name() string
	Draft(context.Context, Task) ([]string, error)
	Redraft(context.Context, Task, []Rejected) ([]string, error)
}

// Declarer is a Writer that also declares what its drafts claim, sentence by sentence.
// Such drafts are held to what is declared (check.Checker.Declared); those of which it
// says false, to the rules of words alone.
type Declarer interface {
	Claims(draft string) ([]check.Claim, bool)
}

// examine checks one draft of a writer.
func examine(c *check.Checker, w Writer, draft string, scope []string) []check.Reason {
	if d, ok := w.(Declarer); ok {
		if claims, declared := d.Claims(draft); declared {
			return c.Declared(draft, claims, scope)
		}
	}
	return c.Draft(draft, scope)
}

// DefaultDeadline bounds what a Writer may take; after it the deterministic
// sentences stand.
const DefaultDeadline = 45 * time.Second

// Options of a composition.
type Options struct {
	Lang     string       // es (default) or en
	Numbers  fill.Numbers // writes numbers as the pages do
	Writer   Writer       // nil: the deterministic writer
	Deadline time.Duration
}

// Brief is a checked report.
type Brief struct {
	Table    *fact.Table
	Lang     string
	Writer   string // "deterministic" or the writer's name
	Sections []Section

	Sentences int    // items written
	Rewritten int    // passed only after the writer wrote them again
	Replaced  int    // replaced by the deterministic sentence
	Trouble   string // why the writer was not used or not to the end: a Trouble… code
}

// What can be wrong with a writer.
const (
	TroubleSlow        = "slow"        // took longer than the deadline
	TroubleUnavailable = "unavailable" // answered with an error or nonsense
	TroubleBudget      = "budget"      // would cost more than allowed
)

// ErrBudget is wrapped by a Writer whose budget does not allow the task.
var ErrBudget = errors.New("over the budget")

// Section is a part of a brief.
type Section struct {
	Key       outline.Section
	Sentences []Sentence
}

// Sentence is one checked item.
type Sentence struct {
	Item     outline.Item
	Draft    string
	Pieces   []fill.Piece
	Replaced bool
	Rejected []Rejected // what its writer wrote first, and why it did not pass
}

// Weekly composes the one-page brief of a table.
func Weekly(ctx context.Context, t *fact.Table, o Options) (*Brief, error) {
	return Compose(ctx, t, outline.Weekly(t), o)
}

// Compose writes the items of any outline of a table: by the writer of the options,
// by rules where there is none or where what it writes does not pass.
func Compose(ctx context.Context, t *fact.Table, items []outline.Item, o Options) (*Brief, error) {
	if o.Lang == "" {
		o.Lang = "es"
	}
	if o.Deadline == 0 {
		o.Deadline = DefaultDeadline
	}
	f := fill.Filler{Table: t, Lang: o.Lang, Numbers: o.Numbers}
	task := Task{Table: t, Lang: o.Lang, Items: items}
	b := &Brief{Table: t, Lang: o.Lang, Writer: "deterministic", Sentences: len(task.Items)}
	safe := prose.New(f).Drafts(task.Items)
	out := make([]Sentence, len(task.Items))
	for i, it := range task.Items {
		out[i] = Sentence{Item: it, Draft: safe[i]}
	}
	checker := check.New(f)
	if o.Writer != nil && len(task.Items) > 0 {
		b.Writer = o.Writer.Name()
		wctx, stop := context.WithTimeout(ctx, o.Deadline)
		err := b.consult(wctx, o.Writer, task, checker, out)
		late := wctx.Err() != nil
		stop()
		if ctx.Err() != nil {
			return nil, fmt.Errorf("brief %s: %w", t.Period, ctx.Err())
		}
		switch {
		case err == nil:
		case errors.Is(err, ErrBudget):
			b.Trouble = TroubleBudget
		case late:
			b.Trouble = TroubleSlow
		default:
			b.Trouble = TroubleUnavailable
		}
	}
	for i := range out {
		pieces, err := f.Fill(out[i].Draft)
		if err != nil {
			return nil, fmt.Errorf("brief %s: fill %q: %w", t.Period, out[i].Draft, err)
		}
		out[i].Pieces = pieces
	}
	for _, key := range outline.Order(items) {
		s := Section{Key: key}
		for _, x := range out {
			if x.Item.Section == key {
				s.Sentences = append(s.Sentences, x)
			}
		}
		if len(s.Sentences) > 0 {
			b.Sections = append(b.Sections, s)
		}
	}
	return b, nil
}

// consult lets a writer write what passes the checks; the rest keeps the
// deterministic sentence, which stands in out already.
func (b *Brief) consult(ctx context.Context, w Writer, task Task, c *check.Checker, out []Sentence) error {
	drafts, err := answer(ctx, func() ([]string, error) { return w.Draft(ctx, task) })
	if err != nil && len(drafts) == 0 {
		b.Replaced = len(out)
		for i := range out {
			out[i].Replaced = true
		}
		return err
	}
	var rejected []Rejected
	for i := range out {
		d := ""
		if i < len(drafts) {
			d = drafts[i]
		}
		if why := examine(c, w, d, Scope(task.Items[i])); len(why) > 0 {
			rejected = append(rejected, Rejected{i, d, why})
			continue
		}
		out[i].Draft = d
	}
	if len(rejected) == 0 {
		return err
	}
	var again []string
	if err == nil {
		again, err = answer(ctx, func() ([]string, error) { return w.Redraft(ctx, task, rejected) })
	}
	for k, r := range rejected {
		s := &out[r.Item]
		s.Rejected = append(s.Rejected, r)
		if k < len(again) && again[k] != "" {
			why := examine(c, w, again[k], Scope(task.Items[r.Item]))
			if len(why) == 0 {
				s.Draft = again[k]
				b.Rewritten++
				continue
			}
			s.Rejected = append(s.Rejected, Rejected{r.Item, again[k], why})
		}
		s.Replaced = true
		b.Replaced++
	}
	return err
}

// answer waits for a writer, but not longer than its context: a writer that does
// not heed the deadline cannot hold up a brief.
func answer(ctx context.Context, ask func() ([]string, error)) ([]string, error) {
	type result struct {
		drafts []string
		err    error
	}
	done := make(chan result, 1)
	go func() {
		d, err := ask()
		done <- result{d, err}
	}()
	select {
	case r := <-done:
		return r.drafts, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Scope lists the facts and quotes that an item's draft may use.
func Scope(it outline.Item) []string {
	s := append([]string{}, it.Facts...)
	if it.Quote != "" {
		s = append(s, it.Quote)
	}
	return s
}
