package app

import (
	"context"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"antojo/internal/grafana"
	"antojo/internal/grafana/prom"
)

// liveFlags are the settings of the pushes to Grafana Live.
type liveFlags struct{ url string }

func (f *liveFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.url, "grafana-live", "", "URL of a Grafana to push counts of new mentions to, once a second; its token comes from $ANTOJO_GRAFANA_TOKEN (default: push nothing)")
}

// check reports a URL that cannot be pushed to.
func (f *liveFlags) check() error {
	if f.url == "" {
		return nil
	}
	if err := (&grafana.Pusher{URL: f.url}).Check(); err != nil {
		return usagef("--grafana-live: %w", err)
	}
	return nil
}

// besideGrafana records figures about the process and pushes counts, until ctx ends.
func (c *cli) besideGrafana(ctx context.Context, n *node, h *grafana.Handler, recorder *prom.Recorder, began time.Time) {
	var work sync.WaitGroup
	defer work.Wait()
	work.Go(func() {
		select {
		case <-n.store.Warmed():
			h.KeepWarm(ctx)
		case <-ctx.Done():
		}
	})
	work.Go(func() {
		recorder.Run(ctx, func(ctx context.Context) []prom.Own { return n.figures(ctx, began) })
	})
	if c.live.url == "" {
		return
	}
	feed, err := n.live(ctx)
	if err != nil {
		n.log.Warn("no live feed for Grafana", "error", err.Error())
		return
	}
	p := grafana.Pusher{URL: c.live.url, Token: os.Getenv("ANTOJO_GRAFANA_TOKEN"), Client: &http.Client{Timeout: 10 * time.Second}, Logger: n.log}
	p.Run(ctx, feed)
}
