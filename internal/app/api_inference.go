package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"antojo/internal/api"
)

// routes joins the pages and the API on one address.
func routes(pages, rest http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle("/api/", rest)
	mux.Handle("/v2", rest)
	mux.Handle("/v2/", rest)
	return mux
}

// serveInference serves the model alone. It opens no store and no log, so that many
// may run beside each other; tokens come from the data dir, if it has any.
func (c *cli) serveInference(ctx context.Context, listen string) (err error) {
	start := time.Now()
	l, err := listenOn(listen)
	if err != nil {
		return err
	}
	defer l.Close()
	enc, ann, err := c.openModels()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, enc.Close()) }()
	o := c.apiOptions(nil)
	o.Annotator, o.Encoder = ann, enc
	o.Models = func(context.Context) ([]api.Model, error) { return c.apiModels(enc.Info()) }
	rest, err := api.New(o)
	if err != nil {
		return err
	}
	server := newServer(ctx, rest)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	fmt.Fprintf(c.Err, "antojo: %s ready in %.2f s on http://%s  (Ctrl-C stops)\n", ann.Model(), time.Since(start).Seconds(), l.Addr())
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	shut, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if e := server.Shutdown(shut); e != nil {
		_ = server.Close() // streams of texts: they end with the server
	}
	return errors.Join(err, rest.Close())
}
