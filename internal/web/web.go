// Package web serves the pages: server-rendered HTML with charts drawn as SVG,
// usable without JavaScript and on a phone. The URL is the whole state of a page
// (metric.Filter is its encoding); nothing is kept for a reader but the choice of
// language and theme, in two cookies.
//
// One page is one file with its handler: home.go, trends.go, entity.go,
// mentions.go, sources.go, about.go. Read next: page.go (how a page is rendered)
// and docs/frontend.md.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"antojo/assets"
	"antojo/internal/chart"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store"
	"antojo/internal/trend"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/topic"
)

// Data is what the pages read; a store has it.
type Data interface {
	Query(context.Context, metric.Query) (metric.Result, error)
	Mentions(context.Context, metric.Filter, store.Page) ([]mention.Annotated, string, error)
	Examples(ctx context.Context, f metric.Filter, among, each int) ([]mention.Annotated, error)
	Mention(context.Context, mention.ID) (mention.Annotated, error)
	CoMentions(ctx context.Context, entity string, f metric.Filter, limit int) ([]store.CoMention, error)
	Coverage(context.Context) (store.Coverage, error)
}

// Runs is what the page of sources reads; a store has it.
type Runs interface {
	Runs(ctx context.Context, limit int) ([]mention.Run, error)
	Run(ctx context.Context, id string) (mention.Run, error)
}

// Lexicon knows the entities; *lexicon.Lexicon does.
type Lexicon interface {
	Entity(id string) (lexicon.Info, bool)
	All() []lexicon.Info
}

// Importer reads uploaded files. Without one the page of sources offers no upload.
type Importer interface {
	// Preview says how a file would be understood, without storing anything.
	Preview(ctx context.Context, f File, o ImportOptions) (Preview, error)
	// Import stores a file's mentions and returns once they are loaded. report is
	// called now and then, from one goroutine at a time.
	Import(ctx context.Context, f File, o ImportOptions, report func(mention.Run)) (mention.Run, error)
}

// File is an uploaded file: nameless on disk, readable at any offset.
type File struct {
	Name string // as the browser gave it, without folders
	Size int64
	io.ReaderAt
}

// Reader reads f from its start.
func (f File) Reader() *io.SectionReader { return io.NewSectionReader(f, 0, f.Size) }

// ImportOptions are the choices of the upload form; empty ones are detected.
type ImportOptions struct {
	Source  mention.Source
	Channel string
}

// Preview is a file as understood.
type Preview struct {
	Format    string // csv, tsv, jsonl, xlsx, parquet
	Encoding  string
	Delimiter string
	Columns   []Column
	Rows      []mention.Raw // the first rows
	Rejected  []mention.Rejection
}

// Column says which field a column of the file was taken for; "" = not used.
type Column struct{ Name, Field string }

// Live opens a feed of mentions as they are loaded. The channel is closed when
// ctx ends or the feed breaks; a reader that falls behind may miss some.
type Live func(ctx context.Context) (<-chan mention.Annotated, error)

// Options are the needs of a Server. Data and Lexicon are required.
type Options struct {
	Data        Data
	Runs        Runs
	Themes      *topic.Book // ids of themes that stay; default: in memory, until the server ends
	Lexicon     Lexicon
	Import      Importer
	Live        Live
	Desk        Desk             // without, the page of food words only shows them
	Reader      Reader           // without, labels are not explained
	Corrections Corrections      // without, labels cannot be corrected
	SQL         SQL              // without, the page of SQL says that there is none
	Alerts      Alerts           // without, the page of alerts says that there are none
	Ask         Questions        // without, the page of questions says that it cannot be asked
	Reports     Reports          // without, the page of reports says that there are none
	Reviews     Reviews          // without, briefs cannot be approved on the page
	Deliveries  Deliveries       // without, the page of deliveries says that there are none
	Program     string           // name and version, for what is downloaded
	Logger      *slog.Logger     // default: discard
	Now         func() time.Time // default: time.Now
	Assets      fs.FS            // default: assets.Web; with Reload read anew for each page
	Reload      bool             // for work on templates and styles
	Hosts       []string         // names under which the server may be reached, beside localhost and addresses

	Models  Models // without, the page of models says that it knows none
	Shelf   string // file of saved views and notes; "" = in memory, until the server ends
	DataDir string // folder of the data, as the page of privacy names it; "" = not named

	MaxUpload  int64  // bytes; default 2 GiB
	StagingDir string // for uploads between preview and import; default the system's
}

// Server serves the pages. Close it after the HTTP server has shut down.
type Server struct {
	o        Options
	log      *slog.Logger
	catalog  *locale.Catalog
	country  *chart.Map
	inside   map[string]*chart.Map // provinces by code of the department
	names    entityNames
	static   *static
	pages    *pages
	trends   *memo[trend.Report]
	panels   *memo[*engine.Panel]
	outlooks *outlooks
	data     memoData // o.Data behind a short memory
	steady   memoData // the same, kept longer: preferences do not change within seconds
	insights insights
	backlog  backlog
	whys     *memo[explanation]
	pace     pace
	whySlot  chan struct{} // one explanation at a time
	uploads  *uploads
	shelf    *shelf
	handler  http.Handler
	ctx      context.Context // ends at Close; imports started by a form run under it
	stop     context.CancelFunc
	work     sync.WaitGroup
	liveSlot chan struct{}
}

// maxLive bounds the open live feeds, so that forgotten tabs cannot use up the process.
const maxLive = 200

// New checks the options and prepares templates and static files.
func New(o Options) (*Server, error) {
	if o.Data == nil || o.Lexicon == nil {
		return nil, errors.New("web: Data and Lexicon are required")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Themes == nil {
		o.Themes = topic.NewBook()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Assets == nil {
		o.Assets = assets.Web
	}
	if o.MaxUpload == 0 {
		o.MaxUpload = 2 << 30
	}
	s := &Server{o: o, log: o.Logger, names: newEntityNames(o.Lexicon), liveSlot: make(chan struct{}, maxLive)}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.trends = newStaleMemo[trend.Report](o.Now, trendAge, trendStale, trendKeep)
	s.trends.slow = true // a page that does not wait is refused
	s.panels = newStaleMemo[*engine.Panel](o.Now, trendAge, trendStale, panelKeep)
	s.outlooks = newOutlooks(o.Now)
	s.data = newMemoData(o.Data, o.Now)
	s.steady = newSteadyData(o.Data, o.Now)
	s.insights = newInsights(o.Now)
	s.whys, s.whySlot = newMemo[explanation](o.Now, whyAge, whyKeep), make(chan struct{}, 1)
	s.uploads = newUploads(o.Now, o.StagingDir)
	var err error
	if s.shelf, err = openShelf(o.Shelf); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.catalog, err = locale.Load(o.Assets, "web/locales"); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	b, err := fs.ReadFile(o.Assets, "web/map/departments.json")
	if err != nil {
		return nil, fmt.Errorf("web: read map: %w", err)
	}
	if s.country, err = chart.ParseMap(b); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if b, err = fs.ReadFile(o.Assets, "web/map/provinces.json"); err != nil {
		return nil, fmt.Errorf("web: read map of provinces: %w", err)
	}
	if s.inside, err = chart.ParseMaps(b); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.static, err = loadStatic(o.Assets); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if s.pages, err = loadPages(o.Assets, s.catalog, s.static); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s.handler = s.middleware(s.routes())
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends running uploads and waits for them. What they had already handed on
// is safe; the same file can be given again.
func (s *Server) Close() error {
	s.stop()
	s.work.Wait()
	s.uploads.close()
	return nil
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	page := func(pattern string, h handler) { mux.Handle(pattern, s.page(h)) }
	page("GET /{$}", s.home)
	page("GET /tendencias", s.trendsPage)
	page("GET /comparar", s.comparePage)
	page("GET /preferencias", s.preferences)
	page("GET /entidad/{id}", s.entityPage)
	page("GET /entidad/{id}/tema/{theme}", s.themePage)
	page("GET /menciones", s.mentionsPage)
	page("GET /mencion/{id}", s.mentionPage)
	page("POST /mencion/{id}/corregir", s.correct)
	page("GET /menciones/correcciones.jsonl", s.correctionsFile)
	page("GET /lexico", s.lexiconPage)
	page("GET /lexico/avance", s.lexiconProgress)
	page("GET /lexico/nuevas", s.lexiconLooking)
	page("POST /lexico/probar", s.lexiconTest)
	page("POST /lexico/palabra", s.lexiconWord)
	page("POST /lexico/quitar", s.lexiconRemove)
	page("POST /lexico/descubrir", s.lexiconDiscover)
	page("GET /fuentes", s.sourcesPage)
	page("POST /fuentes/vista", s.uploadPreview)
	page("POST /fuentes/importar", s.uploadImport)
	page("GET /cargas/{job}", s.uploadJob)
	page("GET /fuentes/{run}", s.runPage)
	page("GET /fuentes/{run}/rechazos.csv", s.rejectionsCSV)
	page("GET /alertas", s.alertsPage)
	page("POST /alertas", s.alertBudget)
	page("POST /alertas/{id}", s.alertAction)
	page("GET /sql", s.sqlPage)
	page("GET /preguntar", s.questionsPage)
	page("GET /informes", s.reportsPage)
	page("GET /informes/archivo", s.reportFile)
	page("GET /informes/revisar", s.reviewPage)
	page("POST /informes/revisar", s.reviewSave)
	page("GET /informes/envios", s.deliveriesPage)
	page("POST /informes/envios/enviar", s.deliverySend)
	page("POST /informes/envios", s.deliveryAdd)
	page("POST /informes/envios/quitar", s.deliveryRemove)
	page("GET /envios/baja", s.unsubscribe)
	page("POST /envios/baja", s.unsubscribe)
	page("GET /acerca", s.aboutPage)
	page("GET /buscar", s.search)
	page("GET /buscar/opciones", s.searchOptions)
	page("GET /mapa", s.atlasPage)
	page("GET /en-vivo", s.wallPage)
	s.keepingRoutes(page)
	page("/", func(http.ResponseWriter, *http.Request) error { return errNotFound })
	mux.HandleFunc("GET "+FigurePrefix+"{file}", s.figure)
	mux.HandleFunc("GET /live", s.live)
	mux.HandleFunc("GET /healthz", s.health)
	mux.Handle("GET /static/", s.static)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.static.url("icon.svg"), http.StatusMovedPermanently)
	})
	return mux
}

// HTTPServer returns a server with timeouts that suit the pages: a slow client
// cannot hold a connection for long; uploads and the live feed extend their own
// deadlines.
func (s *Server) HTTPServer(addr string) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           s,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
}

// health answers whether the store answers.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := s.o.Data.Coverage(ctx); err != nil {
		s.log.Error("health check failed", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"status":"unavailable"}`+"\n")
		return
	}
	io.WriteString(w, `{"status":"ok"}`+"\n")
}
