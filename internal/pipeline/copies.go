package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"antojo/internal/dedup"
	"antojo/internal/mention"
)

// CopyStore is what the search for copies needs of a store.
type CopyStore interface {
	// BeginCopies returns the pass that was interrupted, or a new one over the loads
	// since the last; Done == Target if there are none.
	BeginCopies(ctx context.Context) (mention.Pass, error)
	// UnsearchedLoads tells cheaply whether there are loads after done.
	UnsearchedLoads(done int32) bool
	// LoadDays counts the mentions of loads by day, in order of days.
	LoadDays(ctx context.Context, first mention.Day, after, upto int32) ([]mention.DayCount, error)
	// CopyTexts yields the dated mentions of days and loads with their marks, by time.
	CopyTexts(ctx context.Context, from, to mention.Day, after, upto int32, yield func(mention.CopyText) error) error
	// MarkCopies writes marks and how far the pass is in one transaction.
	MarkCopies(ctx context.Context, marks []mention.CopyMark, p mention.Pass) error
}

// CopiesOptions configure Copies; Store is needed.
type CopiesOptions struct {
	Store  CopyStore
	Dedup  dedup.Options
	Clock  Clock         // nil: the real time
	Logger *slog.Logger  // nil: none
	Every  time.Duration // how often to look for new loads; 0: one second
}

// Copies finds near-copies and campaigns among the mentions that were loaded,
// however they came: by the worker, from a Parquet file, or before this program
// knew of copies. It follows the store, in passes over the loads that are new to
// it: a mention counts once it is in the store, so what is delivered twice is not
// its own copy, and loading never waits. A pass goes by days, and what a day brought
// is written together with how far the pass is; after a kill it goes on there, with
// the texts and marks of the days around read back from the store.
//
// Undated mentions are left out: a burst needs a time.
type Copies struct {
	opt CopiesOptions
	log *slog.Logger

	mu  sync.Mutex // one pass at a time
	det *dedup.Detector
	end int32 // loads up to here are done
}

// Days of one step of a pass: as many as have copyStep mentions, without large gaps.
const (
	copyStep = 20_000
	copyGap  = 7
)

// NewCopies returns a Copies; Run starts it.
func NewCopies(o CopiesOptions) (*Copies, error) {
	if o.Store == nil {
		return nil, errors.New("search for copies needs a store")
	}
	if o.Clock == nil {
		o.Clock = SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Every <= 0 {
		o.Every = time.Second
	}
	return &Copies{opt: o, log: o.Logger, det: dedup.New(o.Dedup), end: -1}, nil
}

// Run searches what is loaded until ctx ends. A failure is told and tried again.
func (c *Copies) Run(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; {
		wait := c.opt.Every
		if err := c.CatchUp(ctx); err != nil && ctx.Err() == nil {
			failures++
			wait = max(wait, backoff(failures))
			c.log.Warn("search for copies failed, will try again", "error", err.Error())
		} else {
			failures = 0
		}
		if pause(ctx, c.opt.Clock, wait) != nil {
			return
		}
	}
}

// CatchUp searches everything that is loaded when it begins.
func (c *Copies) CatchUp(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.end >= 0 && !c.opt.Store.UnsearchedLoads(c.end) {
		return nil
	}
	for {
		p, err := c.opt.Store.BeginCopies(ctx)
		if err != nil {
			return err
		}
		if c.end = p.Done; p.Done >= p.Target {
			return nil
		}
		if err := c.pass(ctx, p); err != nil {
			return fmt.Errorf("search for copies: %w", err)
		}
	}
}

func (c *Copies) pass(ctx context.Context, p mention.Pass) error {
	days, err := c.opt.Store.LoadDays(ctx, p.Next, p.Done, p.Target)
	if err != nil {
		return err
	}
	for len(days) > 0 {
		n, k := days[0].N, 1
		for k < len(days) && n < copyStep && days[k].Day-days[k-1].Day <= copyGap {
			n += days[k].N
			k++
		}
		next := p
		if next.Next = days[k-1].Day + 1; k == len(days) {
			next = mention.Pass{Done: p.Target, Target: p.Target}
		}
		began := c.opt.Clock.Now()
		marks, err := c.step(ctx, p, days[0].Day, days[k-1].Day)
		if err == nil {
			err = c.opt.Store.MarkCopies(ctx, marks, next)
		}
		if err != nil {
			// What the detector has seen and the store has not would be no news the next time.
			c.det = dedup.New(c.opt.Dedup)
			return err
		}
		p, days = next, days[k:]
		if len(days) > 0 { // a long pass over history leaves room for what is live
			if err := pause(ctx, c.opt.Clock, c.opt.Clock.Now().Sub(began)/2); err != nil {
				return err
			}
		}
	}
	if p.Done < p.Target { // a pass whose days are all before Next: it was interrupted at its end
		return c.opt.Store.MarkCopies(ctx, nil, mention.Pass{Done: p.Target, Target: p.Target})
	}
	return nil
}

// step judges the mentions of a pass on some days.
func (c *Copies) step(ctx context.Context, p mention.Pass, first, last mention.Day) ([]mention.CopyMark, error) {
	for _, gap := range c.det.Missing(first.Start(), (last + 1).Start()) {
		if err := c.restore(ctx, p, gap); err != nil {
			return nil, err
		}
	}
	var marks []mention.CopyMark
	err := c.opt.Store.CopyTexts(ctx, first, last, p.Done, p.Target, func(t mention.CopyText) error {
		day := mention.DayOf(t.Time)
		v, changed := c.det.Add(dedup.Item{Key: t.ID, Time: t.Time, Author: t.Author, Text: t.Text})
		if mention.Cluster(v.Cluster) != t.Cluster || v.Campaign != t.Campaign {
			marks = append(marks, mention.CopyMark{ID: t.ID, Day: day, Cluster: mention.Cluster(v.Cluster), Campaign: v.Campaign})
		}
		for _, x := range changed {
			id := mention.ID(x.Key)
			marks = append(marks, mention.CopyMark{ID: id, Day: mention.DayOf(x.Time), Cluster: mention.Cluster(x.Cluster), Campaign: x.Campaign})
		}
		return nil
	})
	return marks, err
}

// restore gives the detector what was judged before of a stretch of time: the
// loads before the pass, and those of the pass on the days that it has passed.
func (c *Copies) restore(ctx context.Context, p mention.Pass, gap dedup.Stretch) error {
	var items []dedup.Restored
	add := func(t mention.CopyText) error {
		items = append(items, dedup.Restored{
			Item:    dedup.Item{Key: t.ID, Time: t.Time, Author: t.Author, Text: t.Text},
			Verdict: dedup.Verdict{Cluster: uint64(t.Cluster), Campaign: t.Campaign},
		})
		return nil
	}
	from, to := mention.DayOf(gap.Start), mention.DayOf(gap.End)
	if p.Done > 0 {
		if err := c.opt.Store.CopyTexts(ctx, from, to, 0, p.Done, add); err != nil {
			return err
		}
	}
	if from < p.Next {
		if err := c.opt.Store.CopyTexts(ctx, from, min(to, p.Next-1), p.Done, p.Target, add); err != nil {
			return err
		}
	}
	c.det.Restore(gap, items)
	return nil
}
