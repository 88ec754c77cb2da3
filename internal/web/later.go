package web

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"antojo/internal/panel"
)

// Panels that read texts, draw samples or look at all entities by weeks take up to a
// second the first time, and what they say hardly changes. A page shows them if they
// are at hand. Else it says that they are on their way, and they are computed after
// it, one at a time, when no page is being served.
const (
	backlogLen   = 16
	backlogQuiet = 50 * time.Millisecond // without a page before one is begun
	backlogMost  = 10 * time.Second      // that it waits for quiet
)

// errNotAtHand says that an answer would have to be computed.
var errNotAtHand = errors.New("web: the answer is not at hand")

// atHand is the key of a context under which slow answers are not computed.
type atHand struct{}

func onlyAtHand(ctx context.Context) bool { return ctx.Value(atHand{}) != nil }

// backlog are the panels to be computed.
type backlog struct {
	pages atomic.Int64 // being served

	mu      sync.Mutex
	urgent  []func(context.Context) // the newest first, and before all of jobs
	jobs    []func(context.Context) // in the order in which they are done
	running bool
}

// add has a job done. Of more than backlogLen the one that waits longest is given up, of
// the urgent ones only where no other waits. The caller holds b.mu.
func (b *backlog) add(job func(context.Context), first bool) {
	switch {
	case len(b.urgent)+len(b.jobs) < backlogLen:
	case len(b.jobs) > 0:
		b.jobs = b.jobs[1:]
	default:
		b.urgent = b.urgent[:len(b.urgent)-1]
	}
	if first {
		b.urgent = slices.Insert(b.urgent, 0, job)
	} else {
		b.jobs = append(b.jobs, job)
	}
}

// next takes the job to do now; nil = none waits. The caller holds b.mu.
func (b *backlog) next() (job func(context.Context)) {
	from := &b.urgent
	if len(*from) == 0 {
		from = &b.jobs
	}
	if len(*from) > 0 {
		job, *from = (*from)[0], (*from)[1:]
	}
	return job
}

// later is b for a page, which does not wait for it; title is what it is called
// meanwhile.
func (s *Server) later(v *view, b builder, title string) builder {
	return builder{b.id, func(ctx context.Context) (panel.Panel, error) {
		p, err := b.build(context.WithValue(ctx, atHand{}, true))
		if !errors.Is(err, errNotAtHand) {
			return p, err
		}
		s.compute(func(ctx context.Context) {
			if _, err := b.build(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("a panel could not be computed", "panel", b.id, "error", err.Error())
			}
		})
		return panel.Panel{ID: b.id, Title: title, Empty: v.text.T("outlook.coming"), Coming: true}, nil
	}}
}

// compute has a job done later. If too many wait, one is given up: its page asks again
// when it is loaded again.
func (s *Server) compute(job func(context.Context)) { s.queue(job, false) }

// computeFirst has a job done before the others that wait.
func (s *Server) computeFirst(job func(context.Context)) { s.queue(job, true) }

func (s *Server) queue(job func(context.Context), first bool) {
	b := &s.backlog
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(job, first)
	if !b.running && s.ctx.Err() == nil {
		b.running = true
		s.work.Go(s.catchUp)
	}
}

// catchUp does what waits, until nothing does.
func (s *Server) catchUp() {
	b := &s.backlog
	for s.quiet() {
		b.mu.Lock()
		job := b.next()
		b.running = job != nil
		b.mu.Unlock()
		if job == nil {
			return
		}
		ctx, cancel := context.WithTimeout(s.ctx, pageTimeout)
		job(ctx)
		cancel()
	}
}

// quiet waits until no page has been served for a moment, or for long enough. It
// returns false if the server has been closed.
func (s *Server) quiet() bool {
	const look = 5 * time.Millisecond
	tick := time.NewTicker(look)
	defer tick.Stop()
	calm := time.Duration(0)
	for waited := time.Duration(0); calm < backlogQuiet && waited < backlogMost; waited += look {
		select {
		case <-s.ctx.Done():
			return false
		case <-tick.C:
		}
		if calm += look; s.backlog.pages.Load() > 0 {
			calm = 0
		}
	}
	return true
}
