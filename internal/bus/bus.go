// Package bus is the durable log of Antojo: JetStream streams of envelopes, a
// small key-value state and core subjects for the live feed. By default the
// NATS server runs inside the process, listens on no port and keeps its files
// in one directory; given a URL, the same code talks to a NATS cluster.
//
// The server syncs every write, so a Publish that returned without an error has
// reached the disk: it survives a kill -9 and a power cut.
//
// Read next: stream.go (publish, fetch, trim), embedded.go (the server and the
// checks before it starts), notify.go (live feed), state.go (key-value).
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// The streams. A stream is made when it is first published to.
const (
	Mentions = "mentions" // envelopes of collected mentions
	Dead     = "dead"     // envelopes that could not be enriched or loaded
	Audit    = "audit"    // who did what
	Runs     = "runs"     // imports and collection runs
	Alerts   = "alerts"   // fired alerts
	Labels   = "labels"   // human labels
)

var streams = []string{Mentions, Dead, Audit, Runs, Alerts, Labels}

// stateBucket is the key-value bucket of small state.
const stateBucket = "state"

// Errors that callers act on.
var (
	// ErrFull says that the log takes nothing more: its limit is reached or the
	// disk has no room. Nothing was stored; wait and publish again.
	ErrFull = errors.New("log is full")
	// ErrTooLarge says that one entry is larger than the server takes.
	ErrTooLarge = errors.New("entry is too large")
	// ErrInUse says that another process has the directory open.
	ErrInUse = errors.New("in use by another process")
	// ErrDamaged says that files of the log cannot be read.
	ErrDamaged = errors.New("log is damaged")
	// ErrClosed says that the bus was closed.
	ErrClosed = errors.New("bus is closed")
)

// Options say where the log lives. The zero value of each field but Dir and URL
// is a good choice.
type Options struct {
	// Dir is the directory of the embedded server; it is made when missing.
	Dir string
	// URL is the address of a NATS server or cluster with JetStream, e.g.
	// nats://user:password@host:4222. When set, no server is embedded.
	URL string
	// MaxBytes bounds each stream; a full stream refuses what comes (ErrFull)
	// and never drops what it holds. 0 means 16 GiB.
	MaxBytes int64
	// MinFree is the room that must stay free on the embedded log's disk;
	// below it Publish answers ErrFull. 0 means 64 MiB, negative no check.
	MinFree int64
	// Window is how long a message id is remembered. 0 means two minutes.
	Window time.Duration
	// Replicas of each stream on a cluster, 0 means 1.
	Replicas int
	// Logger takes what the server reports; nil means none.
	Logger *slog.Logger
}

// Bus is one connection to the log. It is safe for concurrent use.
type Bus struct {
	opt     Options
	log     *slog.Logger
	server  *server.Server // nil when remote
	unlock  func()
	conn    *nats.Conn
	js      jetstream.JetStream
	where   string // directory or URL, for messages
	mu      sync.Mutex
	streams map[string]jetstream.Stream
	readers map[string]*reader
	closed  bool
}

// Open starts the embedded server on o.Dir, or connects to o.URL. An existing
// directory opens with all it holds; a directory that cannot be used, is used by
// another process or holds damaged files is refused with an error that names it.
func Open(ctx context.Context, o Options) (*Bus, error) {
	if (o.Dir == "") == (o.URL == "") {
		return nil, errors.New("open log: give either a directory or a URL")
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 16 << 30
	}
	if o.MinFree == 0 {
		o.MinFree = 64 << 20
	}
	if o.Window == 0 {
		o.Window = 2 * time.Minute
	}
	if o.Replicas == 0 {
		o.Replicas = 1
	}
	b := &Bus{opt: o, log: o.Logger, where: o.Dir + o.URL, unlock: func() {},
		streams: map[string]jetstream.Stream{}, readers: map[string]*reader{}}
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if o.URL != "" {
		b.where = redactURL(o.URL)
	}
	opts := []nats.Option{
		nats.Name("antojo"),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(200 * time.Millisecond),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrSlowConsumer) && s != nil {
				b.log.Warn("live subscriber is slow", "subject", s.Subject)
				return
			}
			b.log.Warn("bus connection", "error", err.Error())
		}),
	}
	if o.URL == "" {
		if err := b.startServer(); err != nil {
			return nil, fmt.Errorf("open log in %s: %w", o.Dir, err)
		}
		opts = append(opts, nats.InProcessServer(b.server))
	}
	conn, err := nats.Connect(o.URL, opts...)
	if err != nil {
		b.stopServer()
		return nil, fmt.Errorf("connect to log at %s: %w", b.where, err)
	}
	b.conn = conn
	b.js, err = jetstream.New(conn, jetstream.WithDefaultTimeout(30*time.Second))
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("open log at %s: %w", b.where, err)
	}
	if err := b.check(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("open log at %s: %w", b.where, err)
	}
	return b, nil
}

// check asks the server whether JetStream answers, so that a server without it
// is an error now and not at the first publish.
func (b *Bus) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := b.js.AccountInfo(ctx)
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount) {
		return errors.New("the NATS server has no JetStream; start it with -js")
	}
	return err
}

// Where is the directory or address of the log, without credentials.
func (b *Bus) Where() string { return b.where }

// Close stops the readers and the embedded server, which writes its files out.
// It may be called more than once.
func (b *Bus) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	b.mu.Unlock()
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server != nil {
		b.leaveNote()
	}
	b.stopServer()
	return nil
}

// stream returns the handle of a stream, making the stream when create is set.
// Without create, a stream that nobody has published to yet is (nil, nil).
func (b *Bus) stream(ctx context.Context, name string, create bool) (jetstream.Stream, error) {
	if !slices.Contains(streams, name) {
		return nil, fmt.Errorf("there is no stream %q", name)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	if s := b.streams[name]; s != nil {
		return s, nil
	}
	cfg := jetstream.StreamConfig{
		Name:       name,
		Subjects:   []string{subject(name)},
		Storage:    jetstream.FileStorage,
		Retention:  jetstream.LimitsPolicy,
		Discard:    jetstream.DiscardNew,
		MaxBytes:   b.opt.MaxBytes,
		Duplicates: b.opt.Window,
		Replicas:   b.opt.Replicas,
	}
	s, err := b.js.Stream(ctx, name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound) && !create:
		return nil, nil
	case errors.Is(err, jetstream.ErrStreamNotFound):
		if s, err = b.js.CreateStream(ctx, cfg); errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			s, err = b.js.Stream(ctx, name) // another process was faster
		}
	case err == nil && b.server != nil:
		// On a cluster the operator's limits stand; in our own server ours do.
		if old := s.CachedInfo().Config; old.MaxBytes != cfg.MaxBytes || old.Duplicates != cfg.Duplicates {
			s, err = b.js.UpdateStream(ctx, cfg)
		}
	}
	if err != nil {
		return nil, err
	}
	b.streams[name] = s
	return s, nil
}

func subject(stream string) string { return "antojo." + stream }
