// Command demobuild makes assets/demo/demo.parquet: the synthetic demo set, read
// through the real collector, lexicon, encoder and store, all but its last days
// (which `antojo demo` annotates live). It takes minutes; run it after a change of
// the plan, the lexicon, the model or the store's columns (make demo-data).
//
//	go run ./cmd/demobuild -model assets/model -out assets/demo/demo.parquet
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"antojo/internal/bus"
	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/store/duckdb"
)

// maxBytes is the most that the shipped file may take.
const maxBytes = 15 << 20

// chunk is how many mentions are annotated and loaded at once.
const chunk = 4096

func main() {
	model := flag.String("model", "assets/model", "folder of the encoder; empty = lexicon only")
	out := flag.String("out", "assets/demo/demo.parquet", "file to write")
	days := flag.Int("days", 0, "only the last so many days before the tail (for trying); 0 = all")
	report := flag.String("report", "", "also write the comparison with the planted truth to this file")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *model, *out, *days, *report); err != nil {
		slog.Error("demo set not built", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, model, out string, days int, report string) error {
	dir, err := os.MkdirTemp("", "antojo-demobuild-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b, err := newBuilder(ctx, dir, model)
	if err != nil {
		return err
	}
	defer b.close()

	p, err := demo.Load()
	if err != nil {
		return err
	}
	from := p.Start
	if days > 0 {
		from = p.TailStart() - mention.Day(days)
	}
	err = p.Days(from, p.TailStart()-1, func(r mention.Raw, t demo.Truth) error {
		b.rows, b.truths = append(b.rows, r), append(b.truths, t)
		if len(b.rows) < chunk {
			return nil
		}
		return b.flush(ctx)
	})
	if err == nil {
		err = b.flush(ctx)
	}
	if err != nil {
		return err
	}
	if err := b.store.Compact(ctx); err != nil {
		return err
	}
	n, err := b.store.ExportParquet(ctx, out, metric.Filter{AllTopics: true})
	if err != nil {
		return err
	}
	info, err := os.Stat(out)
	if err != nil {
		return err
	}
	took := time.Since(b.began)
	fmt.Fprintf(os.Stderr, "%s: %d mentions, %d duplicates left out, %.1f MB, model %s, %s (%.0f mentions/s)\n",
		out, n, b.duplicates, float64(info.Size())/1e6, b.annotator.Model(), took.Round(time.Second), float64(n)/took.Seconds())
	if info.Size() > maxBytes {
		return fmt.Errorf("%s has %d bytes, at most %d may be shipped", out, info.Size(), maxBytes)
	}
	if n != int64(b.total-b.duplicates) {
		return fmt.Errorf("%s holds %d mentions, but %d were loaded", out, n, b.total-b.duplicates)
	}
	text := b.score.String()
	fmt.Fprint(os.Stderr, text)
	if report != "" {
		return os.WriteFile(report, []byte(text), 0o644)
	}
	return nil
}

// builder is a small pipeline in one goroutine.
type builder struct {
	bus       *bus.Bus
	collector *pipeline.Collector
	annotator *pipeline.Annotator
	store     *duckdb.Store
	closers   []func() error

	began      time.Time
	rows       []mention.Raw
	truths     []demo.Truth
	total      int
	duplicates int
	score      demo.Score
}

func newBuilder(ctx context.Context, dir, model string) (b *builder, err error) {
	b = &builder{began: time.Now()}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.bus, err = bus.Open(ctx, bus.Options{Dir: filepath.Join(dir, "bus")}); err != nil {
		return b, err
	}
	b.closers = append(b.closers, b.bus.Close)
	// The authors are invented: a fixed key keeps the file the same at every build.
	key := make([]byte, 32)
	copy(key, "antojo demo, authors are invented")
	if b.collector, err = pipeline.NewCollector(pipeline.CollectorOptions{Bus: b.bus, Pseudonyms: privacy.NewPseudonymizer(key)}); err != nil {
		return b, err
	}
	lx, err := lexicon.Load()
	if err != nil {
		return b, err
	}
	o := pipeline.AnnotatorOptions{Lexicon: lx}
	if model != "" {
		enc, err := openEncoder(model)
		if err != nil {
			return b, err
		}
		b.closers = append(b.closers, enc.Close)
		o.Encoder, o.Model = enc, enc.Info().Model()
	}
	if b.annotator, err = pipeline.NewAnnotator(o); err != nil {
		return b, err
	}
	if b.store, err = duckdb.Open(ctx, duckdb.Options{Path: filepath.Join(dir, "demo.duckdb")}); err != nil {
		return b, err
	}
	b.closers = append(b.closers, b.store.Close)
	return b, nil
}

func (b *builder) close() {
	for i := len(b.closers) - 1; i >= 0; i-- {
		if err := b.closers[i](); err != nil {
			slog.Warn("close failed", "error", err)
		}
	}
	b.closers = nil
}

// flush annotates and loads the rows at hand.
func (b *builder) flush(ctx context.Context) error {
	if len(b.rows) == 0 {
		return nil
	}
	ms := make([]mention.Mention, len(b.rows))
	for i := range b.rows {
		m, why := b.collector.Prepare(&b.rows[i], b.began)
		if why != "" {
			return fmt.Errorf("row %s: %s", b.rows[i].External, why)
		}
		ms[i] = m
	}
	as, err := b.annotator.Annotate(ctx, ms)
	if err != nil {
		return err
	}
	batch := mention.Batch{Mentions: make([]mention.Annotated, len(ms))}
	for i := range ms {
		b.score.Add(b.truths[i], as[i])
		batch.Mentions[i] = mention.Annotated{Mention: ms[i], Annotation: as[i], Run: "demo"}
	}
	done, err := b.store.Load(ctx, batch)
	if err != nil {
		return err
	}
	b.total += len(ms)
	b.duplicates += done.Duplicate
	fmt.Fprintf(os.Stderr, "\r%d mentions, %.0f/s ", b.total, float64(b.total)/time.Since(b.began).Seconds())
	b.rows, b.truths = b.rows[:0], b.truths[:0]
	return nil
}
