// Package api serves everything that is not a page: REST under /api/v1, with an
// OpenAPI 3.1 document made from the Go types, and the Open Inference Protocol v2
// under /v2. It asks the same layers as the pages, so that the two never disagree.
//
// Who may do what: a request carries a token with scopes, or comes without one from
// this machine, which may read (Options.Anonymous). What an operation needs is
// written in its OpenAPI entry and enforced from there.
//
// One resource is one file. Read next: guard.go (what happens before an operation),
// operation.go (how one is registered), problem.go (errors), oip.go (inference),
// docs/api.md.
package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"golang.org/x/time/rate"

	"antojo/internal/api/token"
	"antojo/internal/infer"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
	"antojo/internal/store"
	"antojo/internal/trend"
	"antojo/internal/trend/series"
)

// Data is what the resources read; a store has it.
type Data interface {
	Query(context.Context, metric.Query) (metric.Result, error)
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
	Mention(context.Context, mention.ID) (mention.Annotated, error)
	Coverage(context.Context) (store.Coverage, error)
}

// Runs is the book of imports.
type Runs interface {
	Runs(ctx context.Context, limit int) ([]mention.Run, error)
	Run(ctx context.Context, id string) (mention.Run, error)
}

// Lexicon knows the entities; *lexicon.Lexicon does. It may change: All then gives
// another list.
type Lexicon interface {
	Entity(id string) (lexicon.Info, bool)
	All() []lexicon.Info
}

// Annotator reads texts; *pipeline.Annotator does.
type Annotator interface {
	AnnotateTexts(context.Context, []pipeline.Text) ([]mention.Annotation, []string, error)
	AnnotateJSONL(context.Context, io.Reader, io.Writer, pipeline.JSONLOptions) (pipeline.Counts, error)
	Model() string
}

// Encoder is the model behind the Open Inference Protocol.
type Encoder interface {
	Predict(ctx context.Context, texts []string, out []infer.Prediction) error
	Info() infer.Info
}

// Importer brings an uploaded file into the store.
type Importer interface {
	// Check reports why a file cannot be read at all, before it is taken.
	Check(ctx context.Context, f Upload) error
	// Import stores the mentions of a file as the run f.ID and returns once they
	// are loaded.
	Import(ctx context.Context, f Upload) (mention.Run, error)
}

// Upload is an uploaded file with the choices that came with it.
type Upload struct {
	ID      string // of the run
	Name    string // without folders
	Size    int64
	Source  mention.Source // "" = detect
	Channel string         // "" = from the name
	io.ReaderAt
}

// Reader reads the file from its start.
func (u Upload) Reader() *io.SectionReader { return io.NewSectionReader(u, 0, u.Size) }

// Series keeps outside series; series.File does.
type Series interface {
	Load() ([]series.Point, error)
	Merge([]series.Point) (added, replaced int, err error)
}

// State keeps small values; the log does.
type State interface {
	PutState(ctx context.Context, key string, value []byte) error
	State(ctx context.Context, key string) ([]byte, bool, error)
}

// Tokens checks a token that a request brought; token.File does.
type Tokens interface {
	Verify(secret string, now time.Time) (token.Token, error)
}

// Briefs writes the brief of an ISO week, "" meaning the last whole one, in a
// format (json, md or html) and language. An error that wraps ErrInput is the
// asker's.
type Briefs func(ctx context.Context, period, lang, format string) ([]byte, error)

// ErrInput marks errors that the asker can mend; their text is shown.
var ErrInput = errors.New("the request cannot be answered as it is")

// Anonymous says what requests without a token may do.
type Anonymous string

// What a request without a token may do. Loopback is the default: from this
// machine read and annotate, and write from our own pages; from elsewhere nothing.
const (
	AnonymousLoopback Anonymous = "loopback"
	AnonymousNone     Anonymous = "none" // a token is always needed
	AnonymousRead     Anonymous = "read" // anybody may read and annotate
)

// Options are the needs of a Server. A resource whose need is nil is not offered;
// with Annotator and Encoder alone the server does inference only.
type Options struct {
	Version string

	Data    Data
	Rank    func(ctx context.Context, f metric.Filter) (trend.Report, error) // f has From and To
	Runs    Runs
	Lexicon Lexicon
	Import  Importer
	State   State // keeps idempotency keys; nil: they are forgotten at the end
	Series  Series
	Alerts  Alerts
	Briefs  Briefs
	Ideas   Ideas
	SQL     SQL
	Ask     Questions
	Models  func(context.Context) ([]Model, error)

	CheckLexicon func(table io.Reader) (LexiconReport, error)

	Annotator Annotator
	Encoder   Encoder

	Tokens    Tokens    // nil: no token is valid
	Anonymous Anonymous // default AnonymousLoopback
	Origins   []string  // origins that browsers may call from (CORS); "*" = any; none by default
	Hosts     []string  // names of the server beside localhost and addresses
	Rate      float64   // requests a second for each token or address; 0 = DefaultRate, < 0 = no limit

	MaxUpload  int64  // bytes; default 2 GiB
	StagingDir string // of uploads while they are read; default the system's

	Logger *slog.Logger     // default: discard
	Now    func() time.Time // default: time.Now
}

// DefaultRate is how many requests a second one token or address may send; four
// seconds' worth may come at once.
const DefaultRate = 50

// Server answers /api/ and /v2. Close it after the HTTP server has shut down.
type Server struct {
	o        Options
	log      *slog.Logger
	api      huma.API
	handler  http.Handler
	limits   *limiter
	imports  *imports
	entities entityIndex
	readers  chan struct{} // one place for each annotation under way
	ctx      context.Context
	stop     context.CancelFunc
	work     sync.WaitGroup
	merging  sync.Mutex // of series
}

// New registers the operations.
func New(o Options) (*Server, error) {
	if (o.Annotator == nil) != (o.Encoder == nil) {
		return nil, errors.New("api: Annotator and Encoder go together")
	}
	if o.Data != nil && (o.Lexicon == nil || o.Rank == nil || o.Runs == nil) {
		return nil, errors.New("api: Data needs Lexicon, Rank and Runs")
	}
	if o.Alerts != nil && o.Lexicon == nil {
		return nil, errors.New("api: Alerts needs Lexicon")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Anonymous == "" {
		o.Anonymous = AnonymousLoopback
	}
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	if o.MaxUpload == 0 {
		o.MaxUpload = 2 << 30
	}
	if o.Version == "" {
		o.Version = "dev"
	}
	s := &Server{o: o, log: o.Logger, readers: make(chan struct{}, maxReaders)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.limits = newLimiter(rate.Limit(o.Rate), o.Now)
	s.imports = newImports(s)
	mux := http.NewServeMux()
	s.api = humago.New(mux, s.config())
	s.api.UseMiddleware(s.admit)
	s.register()
	if err := s.documents(mux); err != nil {
		return nil, err
	}
	mux.HandleFunc("/", s.notFound)
	s.handler = s.guard(mux)
	return s, nil
}

// register adds the operations of what is there.
func (s *Server) register() {
	if s.o.Data != nil {
		s.registerQuery()
		s.registerTrends()
		s.registerEntities()
		s.registerMentions()
		s.registerSources()
		s.registerRuns()
	}
	if s.o.Annotator != nil {
		s.registerAnnotate()
	}
	if s.o.Import != nil {
		s.registerImports()
	}
	if s.o.Series != nil {
		s.registerSeries()
	}
	if s.o.Briefs != nil {
		s.registerBriefs()
	}
	if s.o.Ideas != nil {
		s.registerIdeas()
	}
	if s.o.SQL != nil {
		s.registerSQL()
	}
	if s.o.Ask != nil {
		s.registerAsk()
	}
	if s.o.Alerts != nil {
		s.registerAlerts()
	}
	if s.o.Models != nil {
		s.registerModels()
	}
	if s.o.CheckLexicon != nil {
		s.registerLexicon()
	}
	s.registerPrivacy()
	s.registerHealth()
	if s.o.Encoder != nil {
		s.registerOIP()
	}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends running imports and waits for them; what they had handed on is safe.
func (s *Server) Close() error {
	s.stop()
	s.work.Wait()
	return nil
}
