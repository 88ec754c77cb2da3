package deliver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"
)

// Sender sends what is due.
type Sender struct {
	Book     *Book
	Maker    Maker
	Channels map[string]Channel
	Public   string // address under which the pages are reached from outside; "" = no links
	Now      func() time.Time
	Backoff  []time.Duration // before the second attempt, the third …; default: minutes, then hours
	Timeout  time.Duration   // of one attempt, default a minute
	Abreast  int             // attempts at the same time, default 4
	Logger   *slog.Logger
}

// defaultBackoff is how long a delivery waits before each further attempt; after the
// last it has failed. In all it is tried for about 14 hours.
func defaultBackoff() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour}
}

// maxAfter bounds how long a receiver can make a delivery wait.
const maxAfter = 12 * time.Hour

func (s *Sender) now() time.Time {
	if s.Now != nil {
		return s.Now().UTC()
	}
	return time.Now().UTC()
}

func (s *Sender) backoff() []time.Duration {
	if s.Backoff != nil {
		return s.Backoff
	}
	return defaultBackoff()
}

func (s *Sender) log() *slog.Logger {
	if s.Logger != nil {
		return s.Logger
	}
	return slog.New(slog.DiscardHandler)
}

// Run sends what is due, now and then, until ctx ends.
func (s *Sender) Run(ctx context.Context, every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if _, err := s.Pass(ctx); err != nil && ctx.Err() == nil {
			s.log().Warn("deliveries could not be looked through, will try again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Add checks a schedule with its channel and product and keeps it.
func (s *Sender) Add(x Schedule) (Schedule, error) {
	c, ok := s.Channels[x.Channel]
	if !ok {
		return x, fmt.Errorf("%w: the channel %q is not set up", ErrInput, x.Channel)
	}
	if err := s.Maker.Check(x.Product); err != nil {
		return x, fmt.Errorf("%w: %w", ErrInput, err)
	}
	if err := c.Check(x.To, x.Private); err != nil {
		return x, fmt.Errorf("%w: %w", ErrInput, err)
	}
	if x.Created.IsZero() {
		x.Created = s.now()
	}
	return s.Book.Add(x)
}

// Message is what a schedule would send about a period; "" = the latest one.
func (s *Sender) Message(ctx context.Context, x Schedule, period string) (Message, error) {
	if period == "" {
		period = s.Maker.Period(x.Product, s.now())
	}
	d, err := s.Maker.Make(ctx, x.Product, period, x.Lang)
	if err != nil {
		return Message{}, err
	}
	return s.message(x, period, d), nil
}

func (s *Sender) message(x Schedule, period string, d Document) Message {
	m := Message{ID: s.Book.Key(x, period), Time: s.now(), To: x.To, Secret: x.Secret, Private: x.Private, Document: d}
	if s.Public != "" {
		m.Unsubscribe = s.Public + "/envios/baja?t=" + url.QueryEscape(s.Book.Token(x.ID))
	}
	return m
}

// Preview is what a schedule would send, as its channel sends it.
func (s *Sender) Preview(ctx context.Context, x Schedule, period string) ([]byte, error) {
	c, ok := s.Channels[x.Channel]
	if !ok {
		return nil, fmt.Errorf("%w: the channel %q is not set up", ErrInput, x.Channel)
	}
	m, err := s.Message(ctx, x, period)
	if err != nil {
		return nil, err
	}
	return c.Preview(m)
}

// work is one delivery to be attempted.
type work struct {
	x      Schedule
	period string
	key    string
	past   Event // the newest of this delivery; zero = none
}

// Pass sends all that is due and gives the outcomes. Only one pass, of any process,
// runs at a time.
func (s *Sender) Pass(ctx context.Context) (done []Event, err error) {
	err = s.Book.locked("sender.lock", func() error {
		list, err := s.Book.Schedules()
		if err != nil || len(list) == 0 {
			return err
		}
		state, err := s.recover()
		if err != nil {
			return err
		}
		now := s.now()
		var due []work
		for _, x := range list {
			slot := x.Last(now)
			if slot.Before(x.Created) {
				continue
			}
			w := work{x: x, period: s.Maker.Period(x.Product, slot)}
			w.key = s.Book.Key(x, w.period)
			w.past = state[w.key]
			if w.past.State == "" || w.past.State == Retry && !w.past.Next.After(now) {
				due = append(due, w)
			}
		}
		done, err = s.sendAll(ctx, due)
		return err
	})
	return done, err
}

// Send sends one schedule now. What was sent, or may have been, is sent again only
// if again is set.
func (s *Sender) Send(ctx context.Context, id, period string, again bool) (e Event, err error) {
	err = s.Book.locked("sender.lock", func() error {
		x, err := s.Book.Schedule(id)
		if err != nil {
			return err
		}
		state, err := s.recover()
		if err != nil {
			return err
		}
		if period == "" {
			period = s.Maker.Period(x.Product, s.now())
		}
		w := work{x: x, period: period, key: s.Book.Key(x, period)}
		w.past = state[w.key]
		if !again && (w.past.State == Sent || w.past.State == Unsure) {
			return fmt.Errorf("%w: %s of %s is %s to this recipient since %s; it is sent again only on demand (--again)", ErrInput, x.Product, period, w.past.State, w.past.At.Format(time.RFC3339))
		}
		done, err := s.sendAll(ctx, []work{w})
		if len(done) > 0 {
			e = done[0]
		}
		return err
	})
	return e, err
}

// recover reads the ledger and settles what a process that died left open. The
// caller holds the sender's lock, so nobody is sending.
func (s *Sender) recover() (map[string]Event, error) {
	events, err := s.Book.Log()
	if err != nil {
		return nil, err
	}
	state := latest(events)
	for key, e := range state {
		if e.State != Sending {
			continue
		}
		e.State, e.Code, e.At, e.Next = Unsure, "interrupted", s.now(), time.Time{}
		if c, ok := s.Channels[e.Channel]; ok && c.Repeats() {
			e.State, e.Next = Retry, e.At
		}
		if err := s.Book.append(e); err != nil {
			return nil, err
		}
		s.log().Warn("a delivery was interrupted", "recipient", e.Recipient, "state", string(e.State))
		state[key] = e
	}
	return state, nil
}

// sendAll attempts each delivery once, several at the same time.
func (s *Sender) sendAll(ctx context.Context, list []work) ([]Event, error) {
	made := map[[3]string]func() (Document, error){}
	for _, w := range list {
		at := [3]string{w.x.Product, w.period, w.x.Lang}
		if made[at] == nil {
			made[at] = sync.OnceValues(func() (Document, error) { return s.Maker.Make(ctx, at[0], at[1], at[2]) })
		}
	}
	abreast := s.Abreast
	if abreast == 0 {
		abreast = 4
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, abreast)
	out, errs := make([]Event, len(list)), make([]error, len(list))
	for i, w := range list {
		slots <- struct{}{}
		if ctx.Err() != nil {
			errs[i] = ctx.Err()
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i], errs[i] = s.attempt(ctx, w, made[[3]string{w.x.Product, w.period, w.x.Lang}])
		})
	}
	wg.Wait()
	done := out[:0]
	for _, e := range out {
		if e.State != "" {
			done = append(done, e)
		}
	}
	return done, errors.Join(errs...)
}

// attempt makes and sends one delivery and writes down what became of it.
func (s *Sender) attempt(ctx context.Context, w work, document func() (Document, error)) (Event, error) {
	e := Event{Key: w.key, Schedule: w.x.ID, Product: w.x.Product, Period: w.period, Channel: w.x.Channel, Recipient: s.Book.Recipient(w.x), Attempt: w.past.Attempt + 1}
	d, err := document()
	if ctx.Err() != nil {
		return Event{}, ctx.Err()
	}
	c, ok := s.Channels[w.x.Channel]
	var failed error
	switch {
	case err != nil:
		s.log().Warn("a report for delivery could not be made", "product", w.x.Product, "period", w.period, "error", err.Error())
		failed = &SendError{Code: "report"}
	case !ok:
		failed = &SendError{Code: "channel not set up"}
	default:
		// From here on the outcome counts as unknown until it is written.
		e.State, e.At = Sending, s.now()
		if err := s.Book.append(e); err != nil {
			return Event{}, err
		}
		timeout := s.Timeout
		if timeout == 0 {
			timeout = time.Minute
		}
		sctx, stop := context.WithTimeout(context.WithoutCancel(ctx), timeout) // an attempt that began is ended in order
		failed = c.Send(sctx, s.message(w.x, w.period, d))
		stop()
	}
	e.At = s.now()
	s.settle(&e, failed, c)
	if err := s.Book.append(e); err != nil {
		return Event{}, err
	}
	s.log().Info("delivery attempted", "product", e.Product, "period", e.Period, "channel", e.Channel, "recipient", e.Recipient, "state", string(e.State), "attempt", e.Attempt, "code", e.Code)
	return e, nil
}

// settle says what follows from an attempt.
func (s *Sender) settle(e *Event, failed error, c Channel) {
	if failed == nil {
		e.State = Sent
		return
	}
	var se *SendError
	if !errors.As(failed, &se) {
		se = &SendError{Code: "failed"}
	}
	e.Code = se.Code
	switch {
	case se.Class == Permanent:
		e.State = Failed
	case se.Class == Uncertain && !c.Repeats():
		e.State = Unsure
	case e.Attempt > len(s.backoff()):
		e.State = Failed
	default:
		e.State = Retry
		e.Next = e.At.Add(max(s.backoff()[e.Attempt-1], min(se.After, maxAfter)))
	}
}
