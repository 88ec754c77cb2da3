package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// maxPayload is the largest entry of the embedded server: NATS's own default, so
// that a log can move to a stock cluster.
const maxPayload = 1 << 20

// MaxEntry is the largest entry in bytes that callers should publish; it leaves
// room for headers below the server's limit.
const MaxEntry = 900_000

// fetchChunk bounds the entries of one pull, so that the client's buffers never
// hold more than fetchChunk × maxPayload bytes.
const fetchChunk = 32

// Ack says where an entry lies.
type Ack struct {
	Seq       uint64 // its sequence number, counted from 1
	Duplicate bool   // an entry with that id was there already, at Seq
}

// Entry is one entry of a stream.
type Entry struct {
	Seq    uint64
	Time   time.Time // when it was stored
	Header map[string]string
	Data   []byte
}

// Info describes a stream. A stream that nobody has published to is all zero.
type Info struct {
	// Identity is the name of the stream with the moment of its making. Positions
	// are only comparable within one identity: a log that was moved away and
	// begun again has another one.
	Identity  string
	First     uint64 // lowest sequence number present; Last+1 when empty
	Last      uint64 // highest sequence number ever given
	Entries   uint64
	Bytes     uint64
	Limit     int64 // bytes at which the stream takes nothing more; ≤ 0: none
	FirstTime time.Time
	LastTime  time.Time
}

// Publish appends data to a stream and returns once it is on disk. An id that
// was published within the window is not stored again: the answer is then the
// first one's place, with Duplicate set, so that repeating a Publish whose
// answer was lost is safe. An empty id is never a duplicate.
func (b *Bus) Publish(ctx context.Context, stream, id string, header map[string]string, data []byte) (Ack, error) {
	fail := func(err error) (Ack, error) {
		return Ack{}, fmt.Errorf("publish to stream %s at %s: %w", stream, b.where, err)
	}
	if len(data) > MaxEntry {
		return fail(fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), MaxEntry))
	}
	if err := b.Room(); err != nil {
		return fail(err)
	}
	if _, err := b.stream(ctx, stream, true); err != nil {
		return fail(fullOr(err))
	}
	msg := nats.NewMsg(subject(stream))
	msg.Data = data
	for k, v := range header {
		msg.Header.Set(k, v)
	}
	var opts []jetstream.PublishOpt
	if id != "" {
		opts = append(opts, jetstream.WithMsgID(id))
	}
	ack, err := b.js.PublishMsg(ctx, msg, opts...)
	if err != nil {
		return fail(fullOr(err))
	}
	return Ack{Seq: ack.Sequence, Duplicate: ack.Duplicate}, nil
}

// Room returns ErrFull when the disk of an embedded log is nearly full. Publish
// asks it first: the server stops for good when a write fails, while a refusal
// here ends as soon as there is room.
func (b *Bus) Room() error {
	if b.server == nil || b.opt.MinFree < 0 {
		return nil
	}
	free, err := freeBytes(b.opt.Dir)
	if err != nil {
		return fmt.Errorf("ask for free room: %w", err)
	}
	if free < b.opt.MinFree {
		return fmt.Errorf("%w: the disk of %s has %d MB left and %d MB must stay free; make room", ErrFull, b.opt.Dir, free>>20, b.opt.MinFree>>20)
	}
	return nil
}

// fullOr turns the server's ways of saying "full" into ErrFull.
func fullOr(err error) error {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode {
		case 10023, 10047, 10002, 10077: // insufficient (storage) resources, account limit, store failed
			return fmt.Errorf("%w: %s", ErrFull, api.Description)
		}
	}
	if errors.Is(err, nats.ErrConnectionClosed) {
		return ErrClosed
	}
	return err
}

// Info describes a stream.
func (b *Bus) Info(ctx context.Context, stream string) (Info, error) {
	s, err := b.stream(ctx, stream, false)
	if err != nil || s == nil {
		return Info{}, wrap("describe", stream, err)
	}
	si, err := s.Info(ctx)
	if err != nil {
		return Info{}, wrap("describe", stream, fullOr(err))
	}
	st := si.State
	return Info{
		Identity: stream + "@" + strconv.FormatInt(si.Created.UnixNano(), 36),
		First:    st.FirstSeq, Last: st.LastSeq, Entries: st.Msgs, Bytes: st.Bytes, Limit: si.Config.MaxBytes,
		FirstTime: st.FirstTime, LastTime: st.LastTime,
	}, nil
}

// Create makes a stream if it is not there yet, so that it has an identity.
func (b *Bus) Create(ctx context.Context, stream string) error {
	_, err := b.stream(ctx, stream, true)
	return wrap("make", stream, err)
}

// Trim removes the entries below a sequence number.
func (b *Bus) Trim(ctx context.Context, stream string, before uint64) error {
	s, err := b.stream(ctx, stream, false)
	if err != nil || s == nil || before < 2 {
		return wrap("trim", stream, err)
	}
	return wrap("trim", stream, s.Purge(ctx, jetstream.WithPurgeSequence(before)))
}

// Delete removes one entry and overwrites its bytes. Deleting what is not there
// is not an error.
func (b *Bus) Delete(ctx context.Context, stream string, seq uint64) error {
	s, err := b.stream(ctx, stream, false)
	if err != nil || s == nil {
		return wrap("delete from", stream, err)
	}
	if err = s.SecureDeleteMsg(ctx, seq); err != nil {
		if _, there, gerr := b.Get(ctx, stream, seq); gerr == nil && !there {
			return nil
		}
	}
	return wrap("delete from", stream, err)
}

// Get returns one entry; false when there is none with that number.
func (b *Bus) Get(ctx context.Context, stream string, seq uint64) (Entry, bool, error) {
	s, err := b.stream(ctx, stream, false)
	if err != nil || s == nil {
		return Entry{}, false, wrap("read", stream, err)
	}
	m, err := s.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Entry{}, false, nil
	}
	if err != nil {
		return Entry{}, false, wrap("read", stream, fullOr(err))
	}
	return Entry{Seq: m.Sequence, Time: m.Time, Header: flat(m.Header), Data: m.Data}, true, nil
}

// SeqAt returns the lowest sequence number stored at or after t, or Last+1.
func (b *Bus) SeqAt(ctx context.Context, stream string, t time.Time) (uint64, error) {
	info, err := b.Info(ctx, stream)
	if err != nil {
		return 0, err
	}
	// Times rise with numbers, numbers may be missing: search by halves, taking
	// for a missing one the next that is there.
	lo, hi := info.First, info.Last+1
	for lo < hi {
		mid := lo + (hi-lo)/2
		at, next := time.Time{}, mid
		for ; next < hi; next++ {
			e, ok, err := b.Get(ctx, stream, next)
			if err != nil {
				return 0, err
			}
			if ok {
				at = e.Time
				break
			}
		}
		if next == hi || !at.Before(t) {
			hi = mid
		} else {
			lo = next + 1
		}
	}
	return lo, nil
}

// Fetch returns up to limit entries with numbers of at least from, in order. When
// there are none it waits up to wait for the first, and returns none after that.
// Numbers that were deleted or trimmed are skipped. It remembers its place per
// stream, so reading on from the last entry plus one costs no set-up.
func (b *Bus) Fetch(ctx context.Context, stream string, from uint64, limit int, wait time.Duration) ([]Entry, error) {
	s, err := b.stream(ctx, stream, false)
	if err != nil {
		return nil, wrap("read", stream, err)
	}
	if s == nil { // nothing to read before someone publishes
		select {
		case <-time.After(min(wait, 50*time.Millisecond)):
			return nil, nil
		case <-ctx.Done():
			return nil, wrap("read", stream, ctx.Err())
		}
	}
	r := b.reader(stream, s)
	r.mu.Lock()
	defer r.mu.Unlock()
	out, err := r.fetch(ctx, from, limit, wait)
	return out, wrap("read", stream, fullOr(err))
}

func (b *Bus) reader(stream string, s jetstream.Stream) *reader {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.readers[stream]
	if r == nil {
		r = &reader{stream: s}
		b.readers[stream] = r
	}
	return r
}

// reader is a cached pull consumer and its place. It acknowledges nothing: the
// place is kept by whoever reads, in the store.
type reader struct {
	mu     sync.Mutex
	stream jetstream.Stream
	cons   jetstream.Consumer // nil: to be made
	next   uint64             // number that the consumer delivers next, at least
	count  uint64             // deliveries so far, to notice a lost one
}

func (r *reader) seek(ctx context.Context, from uint64) error {
	if r.cons != nil && r.next == from {
		return nil
	}
	r.drop(ctx)
	cons, err := r.stream.CreateConsumer(ctx, jetstream.ConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       from,
		AckPolicy:         jetstream.AckNonePolicy,
		InactiveThreshold: 10 * time.Minute,
		MemoryStorage:     true,
		Replicas:          1,
	})
	if err != nil {
		return err
	}
	r.cons, r.next, r.count = cons, from, 0
	return nil
}

func (r *reader) drop(ctx context.Context) {
	if r.cons != nil {
		// It would end by itself after a while, so a failure here is harmless.
		_ = r.stream.DeleteConsumer(ctx, r.cons.CachedInfo().Name)
		r.cons = nil
	}
}

func (r *reader) fetch(ctx context.Context, from uint64, limit int, wait time.Duration) ([]Entry, error) {
	from = max(from, 1)
	var out []Entry
	for tries := 0; len(out) < limit; {
		want := min(limit-len(out), fetchChunk)
		got, err := r.step(ctx, from, want, len(out) == 0, &wait)
		out = append(out, got...)
		if len(got) > 0 {
			from = got[len(got)-1].Seq + 1
		}
		switch {
		case err == nil && len(got) == 0:
			return out, nil
		case err != nil:
			r.cons = nil // whatever it was, a fresh consumer starts from a known place
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if tries++; tries > 2 {
				return out, err
			}
		}
	}
	return out, nil
}

// step reads what is there, up to n entries; when nothing is there and mayWait,
// it waits once for one.
func (r *reader) step(ctx context.Context, from uint64, n int, mayWait bool, wait *time.Duration) ([]Entry, error) {
	if err := r.seek(ctx, from); err != nil {
		return nil, err
	}
	got, err := r.pull(ctx, n, 0)
	if err != nil || len(got) > 0 || !mayWait || *wait <= 0 {
		return got, err
	}
	got, err = r.pull(ctx, 1, *wait)
	*wait = 0
	return got, err
}

// errGap says that a delivery went missing between server and client.
var errGap = errors.New("a delivery was lost")

// pull asks for up to n entries; with wait 0 for those that are there.
func (r *reader) pull(ctx context.Context, n int, wait time.Duration) ([]Entry, error) {
	var batch jetstream.MessageBatch
	var err error
	if wait > 0 {
		batch, err = r.cons.Fetch(n, jetstream.FetchMaxWait(max(wait, 10*time.Millisecond)))
	} else {
		batch, err = r.cons.FetchNoWait(n)
	}
	if err != nil {
		return nil, err
	}
	var out []Entry
	for {
		var m jetstream.Msg
		var ok bool
		select {
		case m, ok = <-batch.Messages():
		case <-ctx.Done():
			return out, ctx.Err()
		}
		if !ok {
			return out, batch.Error()
		}
		md, err := m.Metadata()
		if err != nil {
			return out, err
		}
		if md.Sequence.Consumer != r.count+1 {
			return out, errGap
		}
		r.count++
		r.next = md.Sequence.Stream + 1
		out = append(out, Entry{Seq: md.Sequence.Stream, Time: md.Timestamp, Header: flat(m.Headers()), Data: m.Data()})
	}
}

func flat(h nats.Header) map[string]string {
	if len(h) == 0 {
		return nil
	}
	out := make(map[string]string, len(h))
	for k, v := range h {
		if len(v) > 0 && k != jetstream.MsgIDHeader {
			out[k] = v[0]
		}
	}
	return out
}

func wrap(op, stream string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s stream %s: %w", op, stream, err)
}
