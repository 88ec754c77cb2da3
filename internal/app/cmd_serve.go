package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/grafana/prom"
	"antojo/internal/pipeline"
	"antojo/internal/store/corrections"
	"antojo/internal/store/duckdb"
	"antojo/internal/trend/alert"
	"antojo/internal/trend/topic"
	"antojo/internal/web"
)

const defaultListen = "127.0.0.1:8080"

func (c *cli) serveCmd() *cobra.Command {
	var listen, only string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the pages and the API and take in mentions, everything in one process",
		Long: `Runs log, workers, store, web pages and API (/api/v1, /v2) in one process. It
listens on loopback unless told otherwise. The API checks tokens (antojo tokens);
the pages have no accounts yet, so open them to others only behind something that
checks who they are. With --only inference it serves the model alone, without data:
/api/v1/annotate and the Open Inference Protocol under /v2.`,
		Example: "  antojo serve\n  antojo serve --listen 127.0.0.1:9090 --data /var/lib/antojo\n  antojo serve --only inference --listen 0.0.0.0:8080 --api-anonymous none",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := errors.Join(c.api.check(), c.live.check()); err != nil {
				return err
			}
			switch only {
			case "":
				return c.serve(cmd.Context(), listen, serveHooks{})
			case "inference":
				return c.serveInference(cmd.Context(), listen)
			}
			return usagef("--only %q: want inference, or leave it out", only)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "address to listen on")
	cmd.Flags().StringVar(&c.model, "model", "", "folder of another encoder (HF layout; default: the built-in one)")
	cmd.Flags().StringVar(&only, "only", "", "inference: serve the model alone, without data and pages")
	c.api.add(cmd)
	c.live.add(cmd)
	return cmd
}

// serveHooks are what a command does around the server; each may be nil.
type serveHooks struct {
	before func(context.Context, *node) error // before the first page is served
	beside func(context.Context, *node) error // while serving; its failure does not end the server
}

// compactEvery is how often the roll-up rows of days that changed are merged. Pages
// read the newest mentions from memory, so only questions to the tables gain.
const compactEvery = 2 * time.Minute

func listenOn(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("listen on %s: the address is in use by another program; stop it or choose another one with --listen, e.g. --listen 127.0.0.1:0 for any free port", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; give host:port with --listen", addr, err)
	}
	return l, nil
}

// newServer bounds what a slow client can hold. The API sets its own deadlines.
func newServer(ctx context.Context, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
}

// serve runs everything until ctx ends.
func (c *cli) serve(ctx context.Context, listen string, hooks serveHooks) (err error) {
	start := time.Now()
	l, err := listenOn(listen)
	if err != nil {
		return err
	}
	defer l.Close()
	n, err := c.openNode(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.close()) }()
	if err := (&pipeline.Importer{Runs: n.store}).Recover(ctx); err != nil {
		return err
	}
	if hooks.before != nil {
		if err := hooks.before(ctx, n); err != nil {
			return err
		}
	}
	if n.analyst, err = n.store.NewAnalyst(ctx); err != nil {
		return err
	}
	// In the background: until it is done, pages read the tables.
	if err := n.store.Warm(duckdb.WarmFor(machineMemory(os.DirFS("/")))); err != nil {
		return err
	}
	addr := l.Addr().String()
	if err := n.dir.announce(addr); err != nil {
		return explainDir(n.dir.path, err)
	}
	data, err := correct(n.store, c.model)
	if err != nil {
		return err
	}
	themes, err := topic.OpenBook(n.dir.themesPath())
	if err != nil {
		return err
	}
	alerts, err := newWatcher(n, withSeries{data, n.dir.seriesPath()})
	if err != nil {
		return err
	}
	reports := &reports{n: n, alerts: alerts, set: c.approvedSet()}
	models, err := c.modelShelf()
	if err != nil {
		return err
	}
	asks := &questions{n: n, data: data}
	made, err := c.delivered(n, func() []alert.Alert { return alerts.Status().Alerts })
	if err != nil {
		return err
	}
	post, err := c.sender(made)
	if err != nil {
		return err
	}
	said, err := corrections.Open(n.dir.correctionsPath())
	if err != nil {
		return err
	}
	defer said.Close()
	pages, err := web.New(web.Options{
		Reader: reader{n.encoder}, Corrections: said,
		Deliveries: postman{post}, Hosts: publicHosts(),
		Models: models, Shelf: filepath.Join(n.dir.path, "shelf.json"), DataDir: n.dir.path,
		Ask: asks, Reports: reports, Reviews: reports, Data: withSeries{data, n.dir.seriesPath()}, Alerts: alerts, SQL: n.analyst, Program: "antojo " + c.version, Themes: themes, Runs: n.store, Lexicon: n.words, Desk: &desk{n: n, dir: c.overlayDir(), ctx: n.background}, Import: importer{n}, Live: n.live, Logger: n.log,
	})
	if err != nil {
		return err
	}
	if err := errors.Join(reports.attach(pages), asks.attach(pages)); err != nil {
		return errors.Join(err, pages.Close())
	}
	rest, err := c.newAPI(n, data, pages, alerts, asks)
	if err != nil {
		return errors.Join(err, pages.Close())
	}
	recorder := prom.NewRecorder(prom.DefaultEvery, prom.DefaultKeep)
	boards, err := c.newGrafana(n, withSeries{data, n.dir.seriesPath()}, recorder)
	if err != nil {
		return errors.Join(err, pages.Close())
	}
	downloads, err := c.exportSource(n, data, pages.Rank)
	if err != nil {
		return errors.Join(err, pages.Close())
	}
	tools, err := c.newMCP(n, data, n.words, "http://"+addr, pages.Rank)
	if err != nil {
		return errors.Join(err, pages.Close())
	}
	server := newServer(ctx, c.withMCP(tools, c.withExports(downloads, n.log, c.withGrafana(boards, routes(pages, rest)))))
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(l) }()
	go func() { // a worker that ends while the server runs is a failure of the whole
		if err := <-n.workerDone; ctx.Err() == nil {
			failed <- fmt.Errorf("the worker stopped: %w", errors.Join(err, errors.New("start antojo again; nothing accepted is lost")))
			n.workerDone <- nil
		} else {
			n.workerDone <- err
		}
	}()
	var beside sync.WaitGroup
	beside.Go(func() { n.compact(ctx) })
	beside.Go(func() { post.Run(ctx, deliverEvery) })
	beside.Go(func() { c.besideGrafana(ctx, n, boards, recorder, start) })
	beside.Go(func() {
		select {
		case <-n.store.Warmed():
			beside.Go(func() { n.watch(ctx, alerts) })
			pages.KeepWarm(ctx)
		case <-ctx.Done():
		}
	})
	if hooks.beside != nil {
		beside.Go(func() {
			if err := hooks.beside(ctx, n); err != nil && ctx.Err() == nil {
				n.log.Error("background work failed", "error", err.Error())
			}
		})
	}
	fmt.Fprintf(c.Err, "antojo: ready in %.2f s on http://%s  (data in %s; Ctrl-C stops)\n", time.Since(start).Seconds(), addr, n.dir.path)
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop()
	shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if e := server.Shutdown(shut); e != nil {
		_ = server.Close() // open live feeds: they end with the server
	}
	rest.Close()
	pages.Close()
	beside.Wait()
	return err
}

// compact merges roll-up rows now and then, until ctx ends.
func (n *node) compact(ctx context.Context) {
	tick := time.NewTicker(compactEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := n.store.Compact(ctx); err != nil && ctx.Err() == nil {
				n.log.Warn("compaction failed, will try again", "error", err.Error())
			}
		}
	}
}
