package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"antojo/internal/bus"
	"antojo/internal/lexicon"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/store/duckdb"
)

// node is one running Antojo: the data dir and whatever of it a command needs.
type node struct {
	log     *slog.Logger
	dir     *dataDir
	store   *duckdb.Store
	lexicon *lexicon.Lexicon
	analyst *duckdb.Analyst // of a node that serves

	bus       *bus.Bus
	encoder   encoder
	annotator *pipeline.Annotator
	collector *pipeline.Collector
	worker    *pipeline.Worker
	copies    *pipeline.Copies
	words     *words // the food words in use; lexicon has those of the start
	history   *pipeline.Reannotator

	beside     sync.WaitGroup  // what ends with the worker
	background context.Context // ends with the worker
	stopWorker context.CancelFunc
	workerDone chan error
}

// openReader opens the store for questions. It needs the data dir to itself, as
// DuckDB lets one process in.
func (c *cli) openReader(ctx context.Context) (*node, error) {
	if _, err := os.Stat(c.data); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no data in %s yet: import a file (antojo import FILE) or try the demo (antojo demo), or name another folder with --data", c.data)
	}
	n := &node{log: c.logger()}
	var err error
	if n.dir, err = openDataDir(c.data); err != nil {
		return nil, err
	}
	if err = n.openStore(ctx); err == nil {
		n.lexicon, err = lexicon.LoadWith(overlayDir(c.data))
	}
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	return n, nil
}

func (n *node) openStore(ctx context.Context) (err error) {
	n.store, err = duckdb.Open(ctx, duckdb.Options{Path: n.dir.storePath(), Logger: n.log})
	return err
}

// openNode opens everything: log, store and models, and starts the worker. The
// three slow parts are opened side by side.
func (c *cli) openNode(ctx context.Context) (*node, error) {
	n := &node{log: c.logger()}
	var err error
	if n.dir, err = openDataDir(c.data); err != nil {
		return nil, err
	}
	stamp, err := lexicon.Stamp(overlayDir(c.data)) // before the tables are read, so that no change is missed
	if err != nil {
		return nil, errors.Join(err, n.close())
	}
	var wg sync.WaitGroup
	errs := make([]error, 3)
	wg.Go(func() { errs[0] = n.openStore(ctx) })
	wg.Go(func() {
		n.bus, errs[1] = bus.Open(ctx, bus.Options{Dir: n.dir.logDir(), Logger: n.log})
	})
	wg.Go(func() {
		if n.lexicon, errs[2] = lexicon.LoadWith(overlayDir(c.data)); errs[2] != nil {
			return
		}
		enc, err := openEncoder(c.model, n.log)
		if errs[2] = err; err == nil { // a failed one is not kept: close would close it
			n.encoder = enc
			n.annotator, errs[2] = newAnnotator(n.lexicon, n.encoder)
		}
	})
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(err, n.close())
	}
	key, err := privacy.LoadOrCreateKey(n.dir.keyPath())
	if err == nil {
		n.collector, err = pipeline.NewCollector(pipeline.CollectorOptions{
			Bus: n.bus, Pseudonyms: privacy.NewPseudonymizer(key), Logger: n.log})
	}
	if err == nil {
		n.worker, err = pipeline.NewWorker(pipeline.WorkerOptions{Bus: n.bus, Store: n.store, Annotator: n.annotator, Logger: n.log})
	}
	if err == nil {
		n.copies, err = pipeline.NewCopies(pipeline.CopiesOptions{Store: n.store, Logger: n.log})
	}
	if err != nil {
		return nil, errors.Join(explainDir(n.dir.path, err), n.close())
	}
	n.words = &words{}
	n.words.set(n.lexicon)
	if n.history, err = pipeline.NewReannotator(pipeline.ReannotatorOptions{Store: n.store, Annotator: n.annotator, Settle: n.settle, Logger: n.log}, n.lexicon.Fingerprint()); err != nil {
		return nil, errors.Join(err, n.close())
	}
	wctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	n.stopWorker, n.workerDone = stop, make(chan error, 1)
	go func() { n.workerDone <- n.worker.Run(wctx) }()
	n.beside.Go(func() { n.copies.Run(wctx) })
	n.background = wctx
	n.beside.Go(func() { n.history.Run(wctx) })
	go n.watchLexicon(wctx, overlayDir(c.data), stamp, lexiconEvery)
	return n, nil
}

// watchLexicon lays the user's tables over the lexicon again whenever they change,
// until ctx ends. Tables that cannot be read are said and change nothing. Mentions
// that come from then on are annotated with them, those that are stored follow in
// the background, and the pages name new entities at once.
//
// last is the fingerprint of the tables that are in use.
func (n *node) watchLexicon(ctx context.Context, dir, last string, every time.Duration) {
	for tick := time.NewTicker(every); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
		now, err := lexicon.Stamp(dir)
		if err != nil || now == last {
			continue
		}
		last = now
		lx, err := lexicon.LoadWith(dir)
		if err != nil {
			n.log.Error("lexicon tables changed but cannot be read; the ones before stay in use", "err", err)
			continue
		}
		n.useLexicon(lx)
		n.log.Info("lexicon tables changed and are in use", "entities", len(lx.All()))
	}
}

// lexiconEvery is how often the tables are looked at.
const lexiconEvery = 3 * time.Second

func newAnnotator(lx *lexicon.Lexicon, enc encoder) (*pipeline.Annotator, error) {
	return pipeline.NewAnnotator(pipeline.AnnotatorOptions{Lexicon: lx, Encoder: enc, Model: enc.Info().Model()})
}

// close ends what is open, in the order of the flow: worker, log, store, models.
func (n *node) close() error {
	var errs []error
	if n.stopWorker != nil {
		n.stopWorker()
		if err := <-n.workerDone; err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, err)
		}
	}
	n.beside.Wait()
	if n.bus != nil {
		errs = append(errs, n.bus.Close())
	}
	if n.analyst != nil {
		errs = append(errs, n.analyst.Close())
	}
	if n.store != nil {
		errs = append(errs, n.store.Close())
	}
	if n.encoder != nil {
		errs = append(errs, n.encoder.Close())
	}
	if n.dir != nil {
		errs = append(errs, n.dir.close())
	}
	return errors.Join(errs...)
}

// names gives entities their names.
func (n *node) names() entityNames {
	if n.words != nil {
		return entityNames{n.words}
	}
	return entityNames{n.lexicon}
}

type entityNames struct{ entities }

type entities interface {
	Entity(id string) (lexicon.Info, bool)
	All() []lexicon.Info
}

// EntityName implements trend.Namer.
func (e entityNames) EntityName(id string) (name, kind string, ok bool) {
	info, ok := e.Entity(id)
	return info.Name, info.Kind, ok
}
