package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"antojo/internal/connector/file"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/web"
)

// importEvery is how often a running upload reports to its page.
const importEvery = 300 * time.Millisecond

// importSource loads an opened file as one run. When the log is full it waits as
// long as the worker still drains it; once all of it is loaded, waiting would
// never end (the disk is full), and the import stops with what is safe so far.
func (n *node) importSource(ctx context.Context, src *file.Source, progress func(pipeline.Progress)) (pipeline.Report, error) {
	return n.importRun(ctx, src, "", progress)
}

// importRun is importSource as the run with that id; "" = a new one.
func (n *node) importRun(ctx context.Context, src *file.Source, id string, progress func(pipeline.Progress)) (pipeline.Report, error) {
	im := pipeline.Importer{Collector: n.collector, Runs: n.store, Wait: n.worker.Wait}
	p := src.Plan()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	rep, err := im.Import(ctx, src, mention.Run{ID: id, File: src.Name(), Channel: p.Channel, Source: p.Source}, func(pr pipeline.Progress) {
		if pr.Waiting != "" {
			if st, err := n.worker.Status(ctx); err == nil && st.Offset >= st.Last {
				stop(fmt.Errorf("%s: %s; rows accepted so far are kept: free some space and import the file again, nothing is counted twice", src.Name(), pr.Waiting))
			}
		}
		progress(pr)
	})
	if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	return rep, err
}

// importFile loads one file named on the command line, with a progress line.
func (c *cli) importFile(ctx context.Context, n *node, path string, o file.Options) (pipeline.Report, error) {
	src, err := file.OpenFile(ctx, path, o)
	if err != nil {
		return pipeline.Report{}, err
	}
	defer src.Close()
	bar := newProgress(c.Err, "read", "rows")
	defer bar.end()
	return n.importSource(ctx, src, func(p pipeline.Progress) {
		if p.Waiting != "" {
			n.log.Warn("import waits", "reason", p.Waiting)
		}
		share := 0.0
		if done, total := src.Progress(); total > 0 {
			share = float64(done) / float64(total)
		}
		bar.update(int64(p.Read), share)
	})
}

// importer takes the uploads of the pages.
type importer struct{ *node }

func (n importer) open(ctx context.Context, f web.File, o web.ImportOptions) (*file.Source, error) {
	return file.Open(ctx, f.Name, f.Reader(), file.Options{Source: o.Source, Channel: o.Channel})
}

// Preview implements web.Importer.
func (n importer) Preview(ctx context.Context, f web.File, o web.ImportOptions) (web.Preview, error) {
	src, err := n.open(ctx, f, o)
	if err != nil {
		return web.Preview{}, err
	}
	defer src.Close()
	p := src.Plan()
	out := web.Preview{Format: p.Format, Encoding: p.Encoding, Delimiter: p.Delimiter, Rows: p.Sample}
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, web.Column{Name: c.Name, Field: c.Field})
	}
	for _, reason := range p.Rejected {
		out.Rejected = append(out.Rejected, mention.Rejection{File: f.Name, Reason: reason})
	}
	return out, nil
}

// Import implements web.Importer.
func (n importer) Import(ctx context.Context, f web.File, o web.ImportOptions, report func(mention.Run)) (mention.Run, error) {
	src, err := n.open(ctx, f, o)
	if err != nil {
		return mention.Run{}, err
	}
	defer src.Close()
	p := src.Plan()
	last := time.Time{}
	rep, err := n.importSource(ctx, src, func(pr pipeline.Progress) {
		if now := time.Now(); now.Sub(last) >= importEvery {
			last = now
			report(mention.Run{File: privacy.Log(f.Name), Channel: p.Channel, Source: p.Source, Status: mention.Running,
				Accepted: int64(pr.Durable - pr.Rejected), Rejected: int64(pr.Rejected), Error: pr.Waiting})
		}
	})
	return rep.Run, err
}
