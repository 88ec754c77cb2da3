package app

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"antojo/assets"
	"antojo/internal/demo"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
)

// demoParquet is the annotated demo set within the embedded files.
const demoParquet = "demo/demo.parquet"

// demoPause is the time between two mentions of the last days, which are
// annotated live so that a visitor sees the flow.
const demoPause = 250 * time.Millisecond

func (c *cli) demoCmd() *cobra.Command {
	var listen string
	var fast bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Fill an empty data dir with the synthetic demo set, then serve it",
		Long: `Fills an empty data dir with the demo set, which is made by a generator and says
so on every page, then serves the pages. The last days of the set are annotated
live by the model while you watch.`,
		Example: "  antojo demo\n  antojo demo --data /tmp/antojo --listen 127.0.0.1:9090",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.serve(cmd.Context(), listen, serveHooks{before: c.fillDemo, beside: func(ctx context.Context, n *node) error {
				return c.demoTail(ctx, n, fast)
			}})
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "address to listen on")
	cmd.Flags().StringVar(&c.model, "model", "", "folder of another encoder (HF layout; default: the built-in one)")
	cmd.Flags().BoolVar(&fast, "fast", false, "annotate the last days at once instead of as a slow live feed")
	return cmd
}

// fillDemo loads the shipped set into an empty store.
func (c *cli) fillDemo(ctx context.Context, n *node) error {
	cov, err := n.store.Coverage(ctx)
	if err != nil {
		return err
	}
	if cov.Mentions > 0 {
		if !cov.Synthetic {
			return fmt.Errorf("data dir %s holds data of its own, and the demo set must not be mixed with it: name an empty folder with --data, or use antojo serve", n.dir.path)
		}
		return nil
	}
	start := time.Now()
	fmt.Fprintln(c.Err, "antojo: loading the demo set (synthetic data, made by a generator)")
	f, err := assets.Demo.Open(demoParquet)
	if err != nil {
		return fmt.Errorf("the demo set is not in this build (%w): run make demo-data and build again", err)
	}
	defer f.Close()
	path := filepath.Join(n.dir.path, "demo.parquet.partial")
	defer os.Remove(path)
	if err := copyOut(path, f); err != nil {
		return explainDir(n.dir.path, err)
	}
	loaded, err := n.store.LoadParquet(ctx, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Err, "antojo: %s mentions loaded in %.1f s\n", thousands(int64(loaded.Accepted)), time.Since(start).Seconds())
	return nil
}

func copyOut(path string, f fs.File) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := out.ReadFrom(f); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// demoTail sends the last days of the plan through the whole flow, in small
// pieces; what an earlier run sent already is dropped as duplicates.
func (c *cli) demoTail(ctx context.Context, n *node, fast bool) error {
	p, err := demo.Load()
	if err != nil {
		return err
	}
	have, err := n.store.Query(ctx, metric.Query{Filter: metric.Filter{From: p.TailStart(), To: p.End, AllTopics: true}, Measures: []string{"mentions"}})
	if err != nil {
		return err
	}
	var rows []mention.Raw
	if err := demo.Tail(p, func(r mention.Raw) error { rows = append(rows, r); return nil }); err != nil {
		return err
	}
	if have.Total >= int64(len(rows)) {
		return nil
	}
	step := 2
	if fast {
		step = len(rows)
	}
	for len(rows) > 0 {
		k := min(step, len(rows))
		if _, err := n.collector.Collect(ctx, "demo-live", rows[:k], pipeline.SessionOptions{}); err != nil {
			return err
		}
		rows = rows[k:]
		if fast {
			continue
		}
		select {
		case <-time.After(demoPause):
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}
