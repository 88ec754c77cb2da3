package pipeline

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"antojo/internal/bus"
	"antojo/internal/mention"
	"antojo/internal/privacy"
)

// Bounds of a row; what lies outside is a mistake in the source.
const (
	maxField  = 200 // bytes of channel, place and district
	maxLang   = 8   // bytes of a language tag
	maxAhead  = 24 * time.Hour
	chunkText = 512 << 10 // bytes of text that fill a chunk before maxEnvelope rows do
)

// earliest is the first day a mention can have: before it nobody wrote online.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// CollectorOptions configure a Collector.
type CollectorOptions struct {
	Bus        *bus.Bus
	Pseudonyms *privacy.Pseudonymizer
	Clock      Clock        // nil: the real time
	Logger     *slog.Logger // nil: none
	Inflight   int          // envelopes prepared and published at once; 0: twice the cores
}

// Collector turns raw rows into mentions and writes them to the log. Personal
// data ends here: a mention holds a pseudonym and redacted text, and neither
// errors nor logs repeat anything of a row. It is safe for concurrent use.
type Collector struct {
	opt   CollectorOptions
	codec *codec
}

// NewCollector returns a Collector.
func NewCollector(o CollectorOptions) (*Collector, error) {
	if o.Bus == nil || o.Pseudonyms == nil {
		return nil, errors.New("collector needs a log and a pseudonymizer")
	}
	if o.Clock == nil {
		o.Clock = SystemClock{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Inflight <= 0 {
		o.Inflight = 2 * runtime.GOMAXPROCS(0)
	}
	c, err := newCodec()
	if err != nil {
		return nil, err
	}
	return &Collector{opt: o, codec: c}, nil
}

// Prepare turns one row into a mention, or says why the row is left out. now is
// the time given to a row without one.
func (c *Collector) Prepare(r *mention.Raw, now time.Time) (mention.Mention, string) {
	if len(r.Text) > MaxText {
		return mention.Mention{}, fmt.Sprintf("the text has %d bytes, at most %d are read; is a closing quote missing?", len(r.Text), MaxText)
	}
	m := mention.Mention{
		Source:     r.Source,
		Channel:    clip(r.Channel, maxField),
		Time:       r.Time.UTC().Truncate(time.Millisecond),
		Rating:     r.Rating,
		Place:      redactField(clip(r.Place, maxField)),
		Department: r.Department,
		District:   redactField(clip(r.District, maxField)),
		Lang:       strings.ToLower(clip(r.Lang, maxLang)),
		Text:       privacy.Redact(Normalize(r.Text)),
		Synthetic:  r.Synthetic,
	}
	switch {
	case m.Text == "":
		return m, "the text is empty"
	case r.Rating != 0 && !(r.Rating >= 1 && r.Rating <= 5):
		return m, fmt.Sprintf("rating %v is not between 1 and 5", r.Rating)
	case m.Department > mention.NumDepartments:
		return m, fmt.Sprintf("department %d is not an INEI code 01..25", m.Department)
	}
	if _, err := mention.ParseSource(string(m.Source)); err != nil {
		return m, "the source is not one of review, delivery, social, survey"
	}
	switch {
	case r.Time.IsZero():
		m.Time, m.Undated = now.UTC().Truncate(time.Millisecond), true
	case m.Time.Before(earliest):
		return m, "date " + m.Time.In(mention.Lima).Format("2006-01-02") + " is before 1990"
	case m.Time.After(now.Add(maxAhead)):
		return m, "date " + m.Time.In(mention.Lima).Format("2006-01-02") + " is in the future"
	}
	if m.Channel == "" {
		m.Channel = string(m.Source)
	}
	m.Author = c.opt.Pseudonyms.Author(m.Channel, Normalize(r.Author))
	m.ID = mention.ContentID(&m, r.External)
	return m, ""
}

// redactField redacts a short field that names a place: a mistaken column may
// hold anything, but the name of an owner in a restaurant's name is not private.
func redactField(s string) string {
	found := privacy.Find(s)
	if len(found) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, f := range found {
		if f.Kind == privacy.Name || f.Kind == privacy.Address {
			continue
		}
		b.WriteString(s[at:f.Start])
		b.WriteString(f.Kind.Tag())
		at = f.End
	}
	b.WriteString(s[at:])
	return b.String()
}

// SessionOptions say whom to tell what. The functions are called from several
// goroutines, but never two at a time.
type SessionOptions struct {
	// Reject takes each row that was left out.
	Reject func(mention.Rejection)
	// Durable is told how many rows, counted from the first one added, are
	// settled: on disk in the log, or rejected. A source that was cut off goes
	// on from there.
	Durable func(rows int)
	// Waiting is told why collecting stands still: the log is full.
	Waiting func(error)
}

// Receipt says what became of the rows of a session.
type Receipt struct {
	Rows     int    // rows added
	Sent     int    // mentions on disk in the log
	Undated  int    // of these, without a date
	Rejected int    // rows left out
	LastSeq  uint64 // position of the last envelope in the log
}

// Session collects rows of one run. Add may be called by one goroutine at a time.
type Session struct {
	c       *Collector
	run     string
	opt     SessionOptions
	now     time.Time
	ctx     context.Context
	cancel  context.CancelFunc
	chunks  chan *chunk
	workers sync.WaitGroup

	cur   *chunk
	bytes int
	index int // of the next chunk

	mu      sync.Mutex
	err     error
	receipt Receipt
	settled map[int]int // rows of chunks that are settled out of order
	next    int         // first chunk that is not settled
	rows    int         // rows settled in order
	pending sync.WaitGroup
}

type chunk struct {
	index int
	rows  []mention.Raw
}

// Begin starts collecting rows of a run. End it with Close.
func (c *Collector) Begin(ctx context.Context, run string, o SessionOptions) *Session {
	s := &Session{c: c, run: run, opt: o, now: c.opt.Clock.Now(), chunks: make(chan *chunk), settled: map[int]int{}}
	s.ctx, s.cancel = context.WithCancel(ctx)
	for range c.opt.Inflight {
		s.workers.Go(func() {
			for ch := range s.chunks {
				s.settle(ch, s.process(ch))
				s.pending.Done()
			}
		})
	}
	return s
}

// Collect writes rows to the log and returns once all are on disk or rejected.
func (c *Collector) Collect(ctx context.Context, run string, rows []mention.Raw, o SessionOptions) (Receipt, error) {
	s := c.Begin(ctx, run, o)
	for i := range rows {
		if s.Add(rows[i]) != nil {
			break // Close returns the error
		}
	}
	return s.Close()
}

// Add hands over one row. It blocks while too many rows are under way, and
// returns the first error of the session: after one, nothing more is written.
func (s *Session) Add(r mention.Raw) error {
	if s.cur == nil {
		s.cur = &chunk{index: s.index, rows: make([]mention.Raw, 0, maxEnvelope)}
		s.index++
		s.bytes = 0
	}
	if len(r.Text) > MaxText {
		r.Text = r.Text[:MaxText+1] // as good for the rejection, and the rest can go
	}
	s.cur.rows = append(s.cur.rows, r)
	s.bytes += len(r.Text)
	if len(s.cur.rows) == maxEnvelope || s.bytes >= chunkText {
		return s.send()
	}
	return nil
}

func (s *Session) send() error {
	if s.cur == nil {
		return s.failed()
	}
	s.pending.Add(1)
	select {
	case s.chunks <- s.cur:
		s.cur = nil
		return s.failed()
	case <-s.ctx.Done():
		s.pending.Done()
		if err := s.failed(); err != nil {
			return err
		}
		return s.ctx.Err()
	}
}

func (s *Session) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Flush returns once all rows added so far are on disk or rejected.
func (s *Session) Flush() error {
	if err := s.send(); err != nil {
		return err
	}
	s.pending.Wait()
	return s.failed()
}

// Close flushes, ends the session and says what became of the rows. The receipt
// is right also when there is an error: Sent mentions are in the log.
func (s *Session) Close() (Receipt, error) {
	err := s.Flush()
	close(s.chunks)
	s.workers.Wait()
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		err = s.err
	}
	return s.receipt, err
}

// settle records that a chunk is done and tells how far the session is.
func (s *Session) settle(ch *chunk, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		if s.err == nil {
			s.err = err
			s.cancel()
		}
		return
	}
	s.receipt.Rows += len(ch.rows)
	s.settled[ch.index] = len(ch.rows)
	moved := false
	for n, ok := s.settled[s.next]; ok; n, ok = s.settled[s.next] {
		delete(s.settled, s.next)
		s.rows += n
		s.next++
		moved = true
	}
	if moved && s.opt.Durable != nil {
		s.opt.Durable(s.rows)
	}
}

// process prepares the rows of a chunk and publishes them, in one envelope or,
// when texts are long, in several.
func (s *Session) process(ch *chunk) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	ms := make([]mention.Mention, 0, len(ch.rows))
	var rejected []mention.Rejection
	undated := 0
	for i := range ch.rows {
		m, reason := s.c.Prepare(&ch.rows[i], s.now)
		if reason != "" {
			rejected = append(rejected, mention.Rejection{File: ch.rows[i].File, Row: ch.rows[i].Row, Reason: reason})
			continue
		}
		if m.Undated {
			undated++
		}
		ms = append(ms, m)
	}
	part := 0
	var last uint64
	for rest := ms; len(rest) > 0; part++ {
		n, size := 0, 0
		for n < len(rest) && n < maxEnvelope {
			size += mentionSize(&rest[n])
			if n > 0 && size > maxBody {
				break
			}
			n++
		}
		seq, err := s.publish(ch.index, part, rest[:n])
		if err != nil {
			return err
		}
		last = max(last, seq)
		rest = rest[n:]
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.receipt.Sent += len(ms)
	s.receipt.Undated += undated
	s.receipt.Rejected += len(rejected)
	s.receipt.LastSeq = max(s.receipt.LastSeq, last)
	if s.opt.Reject != nil {
		for _, r := range rejected {
			s.opt.Reject(r)
		}
	}
	return nil
}

// mentionSize is at least the length of m in an envelope.
func mentionSize(m *mention.Mention) int {
	return 80 + len(m.Source) + len(m.Channel) + len(m.Author) + len(m.Place) + len(m.District) + len(m.Lang) + len(m.Text)
}

// publish writes one envelope, waiting for room when the log is full. Its message
// id is a hash of the run, the place in the run and the content ids: publishing
// again after a lost answer is dropped by the log, while the same rows twice in
// a file are two envelopes, whose rows the store tells apart from new ones.
func (s *Session) publish(index, part int, ms []mention.Mention) (uint64, error) {
	h := sha256.New()
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(index)<<16|uint64(part)))
	for i := range ms {
		h.Write(ms[i].ID[:])
	}
	h.Write([]byte(s.run))
	id := hex.EncodeToString(h.Sum(nil)[:16])
	data := s.c.codec.pack(s.run, ms)
	header := map[string]string{"Run": s.run, "Mentions": strconv.Itoa(len(ms))}
	for failures := 1; ; failures++ {
		ack, err := s.c.opt.Bus.Publish(s.ctx, bus.Mentions, id, header, data)
		if err == nil {
			return ack.Seq, nil
		}
		full := errors.Is(err, bus.ErrFull)
		if s.ctx.Err() != nil || errors.Is(err, bus.ErrClosed) || errors.Is(err, bus.ErrTooLarge) || (!full && failures >= 5) {
			return 0, err
		}
		if full {
			s.c.opt.Logger.Warn("log is full, collecting waits", "run", s.run, "error", err.Error())
			if s.opt.Waiting != nil {
				s.mu.Lock()
				s.opt.Waiting(err)
				s.mu.Unlock()
			}
		}
		if werr := pause(s.ctx, s.c.opt.Clock, min(backoff(failures), 5*time.Second)); werr != nil {
			return 0, errors.Join(err, werr)
		}
	}
}
