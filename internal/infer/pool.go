package infer

import (
	"context"
	"sync"
)

// pool serves batches of many callers with a few sessions. Callers with much work
// take turns batch by batch. Callers with little (their whole call fits the
// sessions at once) go first, but every fifth batch goes to the others as long as
// they wait, so nobody starves.
type pool struct {
	mu       sync.Mutex
	work     sync.Cond // a batch was queued, or closed was set
	small    []*job    // jobs with queued batches, next first
	bulk     []*job
	inARow   int // batches of small jobs served since the last bulk one
	closed   bool
	finished sync.WaitGroup // the serving goroutines
}

// smallInARow is how many small batches may pass a waiting bulk one.
const smallInARow = 4

// job is one call of Predict.
type job struct {
	small   bool
	queue   []*batch // guarded by pool.mu, as are all below
	listed  bool     // in pool.small or pool.bulk
	running int
	err     error         // the first; no batch starts after it
	change  chan struct{} // has a token after a batch has ended
}

func newPool(sessions []*session) *pool {
	p := &pool{}
	p.work.L = &p.mu
	for _, s := range sessions {
		p.finished.Go(func() { p.serve(s) })
	}
	return p
}

// serve runs batches until the pool is closed.
func (p *pool) serve(s *session) {
	defer s.close()
	for {
		j, b := p.next()
		if j == nil {
			return
		}
		logits, err := b.run(s)
		if err == nil {
			b.store(logits, s.width)
		}
		p.mu.Lock()
		j.running--
		if err != nil && j.err == nil {
			j.err = err
			j.queue = nil
		}
		p.mu.Unlock()
		j.signal()
	}
}

// next waits for the next batch; nil when the pool is closed.
func (p *pool) next() (*job, *batch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if p.closed {
			return nil, nil
		}
		list := &p.bulk
		if len(p.small) > 0 && (len(p.bulk) == 0 || p.inARow < smallInARow) {
			list = &p.small
		}
		if len(*list) == 0 {
			p.work.Wait()
			continue
		}
		j := (*list)[0]
		*list = (*list)[1:]
		if len(j.queue) == 0 { // abandoned
			j.listed = false
			continue
		}
		if j.small {
			p.inARow++
		} else {
			p.inARow = 0
		}
		b := j.queue[0]
		j.queue = j.queue[1:]
		j.running++
		if j.listed = len(j.queue) > 0; j.listed {
			*list = append(*list, j)
		}
		return j, b
	}
}

// submit queues batches of j.
func (p *pool) submit(j *job, batches []*batch) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	if j.err != nil || len(batches) == 0 {
		return j.err
	}
	j.queue = append(j.queue, batches...)
	if !j.listed {
		j.listed = true
		if j.small {
			p.small = append(p.small, j)
		} else {
			p.bulk = append(p.bulk, j)
		}
	}
	p.work.Broadcast()
	return nil
}

// wait returns once at most most batches of j are left, or on its first error. It
// leaves no batch running when it returns an error.
func (p *pool) wait(ctx context.Context, j *job, most int) error {
	cancelled := ctx.Done()
	for {
		p.mu.Lock()
		left, running, err := len(j.queue)+j.running, j.running, j.err
		p.mu.Unlock()
		if err == nil && left <= most || err != nil && running == 0 {
			return err
		}
		select {
		case <-j.change:
		case <-cancelled:
			p.abandon(j, context.Cause(ctx))
			cancelled = nil
		}
	}
}

// abandon drops what j has queued.
func (p *pool) abandon(j *job, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j.queue = nil
	if j.err == nil {
		j.err = err
	}
}

// signal wakes up the caller if it waits.
func (j *job) signal() {
	select {
	case j.change <- struct{}{}:
	default:
	}
}

// close stops the sessions after the batch they run and fails what is queued.
func (p *pool) close() error {
	p.mu.Lock()
	p.closed = true
	for _, list := range [][]*job{p.small, p.bulk} {
		for _, j := range list {
			j.queue = nil
			if j.err == nil {
				j.err = ErrClosed
			}
			j.signal()
		}
	}
	p.small, p.bulk = nil, nil
	p.work.Broadcast()
	p.mu.Unlock()
	p.finished.Wait()
	return nil
}
