package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"antojo/internal/bus"
	"antojo/internal/mention"
)

// Bounds of the worker.
const (
	maxLoad     = 10_000                 // mentions in one store transaction; bounded in bytes too, since an envelope is
	maxFailures = 5                      // failures in a row after which something is set aside
	fetchWait   = time.Second            // how long one fetch waits for the log to grow
	liveEvery   = 250 * time.Millisecond // least time between live notices while there is a backlog
	tidyEvery   = 2 * time.Second        // least time between looks at the log's size while loading
	tidyIdle    = 10 * time.Second       // the same while nothing comes in
)

// WorkerOptions configure a Worker.
type WorkerOptions struct {
	Bus       *bus.Bus
	Store     Store
	Annotator *Annotator
	Clock     Clock         // nil: the real time
	Logger    *slog.Logger  // nil: none
	Parallel  int           // envelopes enriched at once; 0: one a core
	Retention time.Duration // how long loaded envelopes stay in the log; 0: 72 hours
}

// Worker carries the log into the store: it enriches several envelopes at once
// and loads them strictly in log order, rows and position in one transaction.
// One worker may run per store.
type Worker struct {
	opt   WorkerOptions
	log   *slog.Logger
	codec *codec

	stream   string // identity of the stream, under which the store keeps the position
	lastLive time.Time
	lastTidy time.Time

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever what follows changes
	offset  uint64        // position of the last envelope loaded
	total   mention.Loaded
	trouble string // why loading stands still, "" when it does not
	ended   error  // why Run returned
}

// errEnded is what waits for a worker get when it was told to stop.
var errEnded = errors.New("the worker has ended")

// NewWorker returns a Worker; Run starts it.
func NewWorker(o WorkerOptions) (*Worker, error) {
	if o.Bus == nil || o.Store == nil || o.Annotator == nil {
		return nil, errors.New("worker needs a log, a store and an annotator")
	}
	if o.Clock == nil {
		o.Clock = SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	if o.Retention == 0 {
		o.Retention = 72 * time.Hour
	}
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	return &Worker{opt: o, log: o.Logger, codec: c, changed: make(chan struct{})}, nil
}

// Status says how far a worker is.
type Status struct {
	Offset  uint64         // position of the last envelope loaded
	Last    uint64         // position of the last envelope in the log
	Dead    uint64         // entries in the dead-letter stream
	Loaded  mention.Loaded // since the worker started
	Trouble string         // why loading stands still, "" when it does not
}

// Status says how far the worker is.
func (w *Worker) Status(ctx context.Context) (Status, error) {
	info, err := w.opt.Bus.Info(ctx, bus.Mentions)
	if err != nil {
		return Status{}, err
	}
	dead, err := w.opt.Bus.Info(ctx, bus.Dead)
	if err != nil {
		return Status{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return Status{Offset: w.offset, Last: info.Last, Dead: dead.Entries, Loaded: w.total, Trouble: w.trouble}, nil
}

// Wait returns once the envelope at seq, and all before it, are loaded or set
// aside as dead letters. It returns an error when the worker ends before.
func (w *Worker) Wait(ctx context.Context, seq uint64) error {
	for {
		w.mu.Lock()
		offset, ended, changed := w.offset, w.ended, w.changed
		w.mu.Unlock()
		if offset >= seq {
			return nil
		}
		if ended != nil {
			return fmt.Errorf("wait for log position %d: %w", seq, ended)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// change updates what Wait and Status see.
func (w *Worker) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
	close(w.changed)
	w.changed = make(chan struct{})
}

// job is one envelope on its way.
type job struct {
	entry bus.Entry
	run   string
	out   []mention.Annotated
	dead  []mention.Mention // those that the annotator fails on
	cause error             // why dead, or why the whole entry is (out and dead empty)
	err   error             // the worker is ending
	done  chan struct{}
}

// Run loads the log until ctx ends, which is no error. It returns an error when
// log and store do not belong together or the log cannot be read.
func (w *Worker) Run(ctx context.Context) (err error) {
	defer func() {
		if ctx.Err() != nil && err != nil {
			err = nil
		}
		w.change(func() {
			if w.ended = err; err == nil {
				w.ended = errEnded
			}
		})
	}()
	from, err := w.start(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	// The reader feeds each job to the enrichers and, in log order, to the
	// loader; the bounded channels hold it back when they are behind.
	work := make(chan *job)
	order := make(chan *job, max(2*w.opt.Parallel, maxLoad/maxEnvelope+2))
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	var readErr error
	wg.Go(func() {
		defer close(work)
		defer close(order)
		readErr = w.read(ctx, from, work, order)
	})
	for range w.opt.Parallel {
		wg.Go(func() {
			for j := range work {
				w.enrich(ctx, j)
				close(j.done)
			}
		})
	}
	if err := w.load(ctx, order); err != nil {
		return err
	}
	return readErr // load ends without error only after the reader has closed its channels
}

// start compares log and store and returns the first position to read.
func (w *Worker) start(ctx context.Context) (uint64, error) {
	if err := w.opt.Bus.Create(ctx, bus.Mentions); err != nil {
		return 0, err
	}
	info, err := w.opt.Bus.Info(ctx, bus.Mentions)
	if err != nil {
		return 0, err
	}
	offset, err := w.opt.Store.Offset(ctx, info.Identity)
	if err != nil {
		return 0, fmt.Errorf("ask the store for its log position: %w", err)
	}
	if offset > info.Last {
		return 0, fmt.Errorf("the log at %s ends at position %d, but the store has loaded up to %d: the log is older than the store; restore both from one backup, or move the log away to start an empty one",
			w.opt.Bus.Where(), info.Last, offset)
	}
	if offset+1 < info.First {
		w.log.Warn("log was trimmed beyond the store's position", "store_position", offset, "log_begins", info.First)
	}
	w.stream = info.Identity
	w.change(func() { w.offset = offset })
	return offset + 1, nil
}

// read fetches envelopes in order.
func (w *Worker) read(ctx context.Context, from uint64, work, order chan<- *job) error {
	for failures := 0; ctx.Err() == nil; {
		entries, err := w.opt.Bus.Fetch(ctx, bus.Mentions, from, 16, fetchWait)
		if err != nil {
			if errors.Is(err, bus.ErrClosed) || ctx.Err() != nil {
				return err
			}
			failures++
			w.log.Warn("log cannot be read", "position", from, "error", err.Error())
			if err := pause(ctx, w.opt.Clock, backoff(failures)); err != nil {
				return err
			}
			continue
		}
		failures = 0
		for _, e := range entries {
			j := &job{entry: e, done: make(chan struct{})}
			for _, ch := range []chan<- *job{order, work} {
				select {
				case ch <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			from = e.Seq + 1
		}
	}
	return ctx.Err()
}

// load takes jobs in log order and loads as many at once as are ready: one when
// little comes in, so that it is seen at once; up to maxLoad mentions when there
// is a backlog.
func (w *Worker) load(ctx context.Context, order <-chan *job) error {
	idle := time.NewTicker(tidyIdle)
	defer idle.Stop()
	var held *job // taken from order, but not yet enriched
	for {
		first := held
		held = nil
		for first == nil {
			select {
			case j, ok := <-order:
				if !ok {
					return nil
				}
				first = j
			case <-idle.C:
				w.tidy(ctx)
			}
		}
		select {
		case <-first.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		group := []*job{first}
		size := len(first.out)
		for more := true; more && size < maxLoad; {
			select {
			case j, ok := <-order:
				if !ok {
					more = false
					break
				}
				select {
				case <-j.done:
					group = append(group, j)
					size += len(j.out)
				default:
					held, more = j, false
				}
			default:
				more = false
			}
		}
		if err := w.commit(ctx, group); err != nil {
			return err
		}
		if held == nil && len(order) == 0 || w.opt.Clock.Now().Sub(w.lastLive) >= liveEvery {
			w.announce(group)
		}
		if now := w.opt.Clock.Now(); now.Sub(w.lastTidy) >= tidyEvery {
			w.tidy(ctx)
		}
	}
}

// commit loads a group of envelopes in one transaction. When that fails, it
// loads them one by one, so that one bad envelope does not take others with it.
func (w *Worker) commit(ctx context.Context, group []*job) error {
	b := mention.Batch{Stream: w.stream}
	for _, j := range group {
		if j.err != nil {
			return j.err
		}
		// Dead letters go first: once the position has moved nobody looks here again.
		if len(j.dead) > 0 {
			if err := w.bury(ctx, j, w.codec.pack(j.run, j.dead), len(j.dead), j.cause); err != nil {
				return err
			}
		} else if j.cause != nil {
			if err := w.bury(ctx, j, j.entry.Data, 0, j.cause); err != nil {
				return err
			}
		}
		b.Seq = j.entry.Seq
		if len(group) == 1 {
			b.Mentions = j.out
		} else {
			b.Mentions = append(b.Mentions, j.out...)
		}
	}
	for failures := 1; ; failures++ {
		loaded, err := w.opt.Store.Load(ctx, b)
		if err == nil {
			w.change(func() {
				w.offset = b.Seq
				w.trouble = ""
				w.total.Accepted += loaded.Accepted
				w.total.Duplicate += loaded.Duplicate
			})
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		w.log.Error("mentions cannot be loaded", "position", b.Seq, "mentions", len(b.Mentions), "failures", failures, "error", err.Error())
		w.change(func() { w.trouble = err.Error() })
		if len(group) > 1 {
			for _, j := range group {
				j.dead, j.cause = nil, nil // buried above
				if err := w.commit(ctx, []*job{j}); err != nil {
					return err
				}
			}
			return nil
		}
		// A store that does not even tell its position, or a full disk, is not
		// the fault of this envelope: wait for better times.
		if failures >= maxFailures && len(b.Mentions) > 0 && w.opt.Bus.Room() == nil {
			if _, oerr := w.opt.Store.Offset(ctx, w.stream); oerr == nil {
				j := group[0]
				ms := make([]mention.Mention, len(j.out))
				for i := range j.out {
					ms[i] = j.out[i].Mention
				}
				if err := w.bury(ctx, j, w.codec.pack(j.run, ms), len(ms), err); err != nil {
					return err
				}
				j.out, b.Mentions, failures = nil, nil, 0 // only the position is left to load
				continue
			}
		}
		if err := pause(ctx, w.opt.Clock, backoff(failures)); err != nil {
			return err
		}
	}
}

// tidy removes from the log what is loaded and old, and everything that is
// loaded when room is short. A failure only means that the log stays longer.
func (w *Worker) tidy(ctx context.Context) {
	now := w.opt.Clock.Now()
	w.lastTidy = now
	err := func() error {
		info, err := w.opt.Bus.Info(ctx, bus.Mentions)
		if err != nil || info.Entries == 0 {
			return err
		}
		w.mu.Lock()
		before := w.offset + 1
		w.mu.Unlock()
		short := w.opt.Bus.Room() != nil || info.Limit > 0 && info.Bytes > uint64(info.Limit)/2
		if !short {
			if info.FirstTime.After(now.Add(-w.opt.Retention)) {
				return nil
			}
			old, err := w.opt.Bus.SeqAt(ctx, bus.Mentions, now.Add(-w.opt.Retention))
			if err != nil {
				return err
			}
			before = min(before, old)
		}
		if before <= info.First {
			return nil
		}
		return w.opt.Bus.Trim(ctx, bus.Mentions, before)
	}()
	if err != nil && ctx.Err() == nil {
		w.log.Warn("log cannot be tidied", "error", err.Error())
	}
}
