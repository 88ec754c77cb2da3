package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"antojo/internal/mention"
)

// HistoryStore is what a change of the food words needs of a store.
type HistoryStore interface {
	Runs
	LexiconPass(ctx context.Context) (mention.LexiconPass, error)
	MentionDays(ctx context.Context, first mention.Day) ([]mention.DayCount, error)
	MentionsOfDays(ctx context.Context, from, to mention.Day, yield func(*mention.Annotated) error) error
	// Reannotate writes mentions anew and how far the pass is in one transaction.
	Reannotate(ctx context.Context, ms []mention.Annotated, p mention.LexiconPass) error
}

// ReannotatorOptions configure a Reannotator; Store and Annotator are needed.
type ReannotatorOptions struct {
	Store     HistoryStore
	Annotator *Annotator
	// Settle returns once all that was annotated before is in the store; nil: at once.
	Settle func(context.Context) error
	Clock  Clock        // nil: the real time
	Logger *slog.Logger // nil: none
}

// Reannotator brings the mentions that are stored to the food words that are in use:
// it reads them by days, matches them again with what the encoder said of them then,
// and writes those that changed. What is done is written together with how far it
// is, so it goes on there after a kill; a newer change of the words begins anew. New
// mentions never wait for more than the days at hand.
type Reannotator struct {
	opt  ReannotatorOptions
	log  *slog.Logger
	news chan struct{}

	mu     sync.Mutex
	target string
}

// historyStep is how many mentions are read at a time, in whole days.
const historyStep = 10_000

// NewReannotator returns a Reannotator for the food words with a fingerprint; Run
// starts it.
func NewReannotator(o ReannotatorOptions, fingerprint string) (*Reannotator, error) {
	if o.Store == nil || o.Annotator == nil {
		return nil, errors.New("annotating history needs a store and an annotator")
	}
	if o.Clock == nil {
		o.Clock = SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	r := &Reannotator{opt: o, log: o.Logger, news: make(chan struct{}, 1)}
	r.Changed(fingerprint)
	return r, nil
}

// Changed tells that the annotator has other food words now.
func (r *Reannotator) Changed(fingerprint string) {
	r.mu.Lock()
	r.target = fingerprint
	r.mu.Unlock()
	select {
	case r.news <- struct{}{}:
	default:
	}
}

func (r *Reannotator) wanted() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.target
}

// Run works until ctx ends. A failure is told and tried again.
func (r *Reannotator) Run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		select {
		case <-r.news:
		case <-ctx.Done():
			return
		}
		for r.CatchUp(ctx) != nil && ctx.Err() == nil {
			failures++
			if pause(ctx, r.opt.Clock, backoff(failures)) != nil {
				return
			}
		}
		failures = 0
	}
}

// CatchUp brings all stored mentions to the food words in use.
func (r *Reannotator) CatchUp(ctx context.Context) (err error) {
	defer func() {
		if err != nil && ctx.Err() == nil {
			r.log.Warn("annotating history failed, will try again", "error", err.Error())
		}
	}()
	for {
		target := r.wanted()
		p, err := r.opt.Store.LexiconPass(ctx)
		if err != nil {
			return err
		}
		if p.Lexicon == target && p.Target == target {
			if run, err := r.opt.Store.Run(ctx, p.Run); p.Run != "" && err == nil && run.Status == mention.Running {
				return r.book(ctx, p, mention.Done, "") // killed just before it
			}
			return nil
		}
		if r.opt.Settle != nil {
			if err := r.opt.Settle(ctx); err != nil {
				return fmt.Errorf("wait for mentions on their way: %w", err)
			}
		}
		if p.Target != target || p.Run == "" {
			if p, err = r.begin(ctx, p, target); err != nil {
				return err
			}
		}
		if p.Lexicon == p.Target {
			continue // there is nothing to bring up to date
		}
		if err := r.pass(ctx, p); err != nil {
			return err
		}
	}
}

// begin starts a pass, or, over an empty store, ends it at once.
func (r *Reannotator) begin(ctx context.Context, p mention.LexiconPass, target string) (mention.LexiconPass, error) {
	if p.Run != "" && p.Lexicon != p.Target { // the words changed again
		if err := r.book(ctx, p, mention.Failed, "given up for a newer change of the food words"); err != nil {
			return p, err
		}
	}
	days, err := r.opt.Store.MentionDays(ctx, math.MinInt32)
	if err != nil {
		return p, err
	}
	next := mention.LexiconPass{Lexicon: p.Lexicon, Target: target, Next: math.MinInt32}
	for _, d := range days {
		next.Total += int64(d.N)
	}
	if next.Total == 0 {
		next.Lexicon = target
		return next, r.opt.Store.Reannotate(ctx, nil, next)
	}
	next.Run = NewRunID(r.opt.Clock.Now())
	if err := r.book(ctx, next, mention.Running, ""); err != nil {
		return p, err
	}
	return next, r.opt.Store.Reannotate(ctx, nil, next)
}

// book writes how far the pass is into the book of runs.
func (r *Reannotator) book(ctx context.Context, p mention.LexiconPass, status mention.RunStatus, why string) error {
	run, err := r.opt.Store.Run(ctx, p.Run)
	if err != nil {
		run = mention.Run{ID: p.Run, File: "lexicon", Kind: mention.Reannotation, Started: r.opt.Clock.Now().UTC()}
	}
	run.Status, run.Error, run.Total, run.Seen, run.Changed = status, why, p.Total, p.Seen, p.Changed
	if status != mention.Running {
		run.Finished = r.opt.Clock.Now().UTC()
	}
	if err := r.opt.Store.PutRun(ctx, run); err != nil {
		return fmt.Errorf("note how far annotating history is: %w", err)
	}
	return nil
}

// bookEvery is the least time between notes in the book of runs.
const bookEvery = 2 * time.Second

func (r *Reannotator) pass(ctx context.Context, p mention.LexiconPass) error {
	days, err := r.opt.Store.MentionDays(ctx, p.Next)
	if err != nil {
		return err
	}
	noted := r.opt.Clock.Now()
	for len(days) > 0 {
		if r.wanted() != p.Target {
			return nil // CatchUp begins with the newer words
		}
		n, k := days[0].N, 1
		for k < len(days) && n+days[k].N <= historyStep {
			n += days[k].N
			k++
		}
		began := r.opt.Clock.Now()
		var changed []mention.Annotated
		seen := 0
		err := r.opt.Store.MentionsOfDays(ctx, days[0].Day, days[k-1].Day, func(m *mention.Annotated) error {
			seen++
			if r.opt.Annotator.Rematch(m) {
				changed = append(changed, *m)
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		next := p
		next.Seen += int64(seen)
		next.Changed += int64(len(changed))
		if next.Next = days[k-1].Day + 1; k == len(days) {
			next.Lexicon = p.Target
		}
		if err := r.opt.Store.Reannotate(ctx, changed, next); err != nil {
			return err
		}
		p, days = next, days[k:]
		if len(days) == 0 {
			break
		}
		now := r.opt.Clock.Now()
		if now.Sub(noted) >= bookEvery {
			if err := r.book(ctx, p, mention.Running, ""); err != nil {
				return err
			}
			noted = now
		}
		if err := pause(ctx, r.opt.Clock, now.Sub(began)/2); err != nil {
			return err
		}
	}
	if p.Lexicon != p.Target { // it was interrupted between its last day and its end
		p.Lexicon = p.Target
		if err := r.opt.Store.Reannotate(ctx, nil, p); err != nil {
			return err
		}
	}
	r.log.Info("stored mentions follow the food words in use", "mentions", p.Seen, "changed", p.Changed)
	return r.book(ctx, p, mention.Done, "")
}
