// Package pipeline carries mentions from a source to the store:
//
//	Raw → Collector (normalise, pseudonymise, redact, content id, envelope)
//	    → log (durable; the sender is acknowledged here)
//	    → Worker (lexicon, encoder and gazetteer; several envelopes at once)
//	    → store (rows, roll-ups and log position in one transaction, in log order)
//	    → live feed
//
// Nothing acknowledged is lost and nothing counts twice, whenever the process is
// killed; docs/pipeline.md says why.
//
// Read next: collect.go, annotate.go, worker.go; then import.go (a whole file as
// one run), dead.go (what could not be loaded), jsonl.go (antojo annotate).
package pipeline

import (
	"context"
	"time"

	"antojo/internal/infer"
	"antojo/internal/mention"
)

// LiveTopic is the live subject on which the worker announces what it loaded, as
// JSON of Live.
const LiveTopic = "mentions"

// Store is what the worker needs of a store.
type Store interface {
	// Load writes the rows of a batch, their counts per run and the batch's
	// position in one transaction. It skips a batch whose position is passed.
	Load(ctx context.Context, b mention.Batch) (mention.Loaded, error)
	// Offset is the position of the last batch loaded from a stream, 0 if none.
	Offset(ctx context.Context, stream string) (uint64, error)
}

// Runs keeps the book of imports.
type Runs interface {
	PutRun(ctx context.Context, r mention.Run) error
	Run(ctx context.Context, id string) (mention.Run, error)
	Runs(ctx context.Context, limit int) ([]mention.Run, error)
}

// Encoder reads texts with the model: out[i] is for texts[i]. It is safe for
// concurrent use and takes any number of texts.
type Encoder interface {
	Predict(ctx context.Context, texts []string, out []infer.Prediction) error
}

// Clock is the time, so that tests need not wait for it.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// SystemClock is the real time.
type SystemClock struct{}

// Now returns the current time.
func (SystemClock) Now() time.Time { return time.Now() }

// After returns a channel that receives once d has passed.
func (SystemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// pause waits for d or the end of ctx.
func pause(ctx context.Context, c Clock, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case <-c.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// backoff is the pause after the n-th failure in a row (n ≥ 1): 100 ms, then four
// times as long each time, at most 30 s.
func backoff(n int) time.Duration {
	d := 100 * time.Millisecond
	for ; n > 1 && d < 30*time.Second; n-- {
		d *= 4
	}
	return min(d, 30*time.Second)
}
