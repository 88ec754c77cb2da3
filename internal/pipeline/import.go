package pipeline

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"antojo/internal/mention"
)

// Bounds of what a report keeps of rejected rows; the counts are always whole.
const (
	maxRejections = 1000 // rows named
	maxReasons    = 200  // different reasons counted
)

// otherReasons counts what comes after maxReasons different ones.
const otherReasons = "other reasons"

// Source is something that yields rows: a connector. It calls reject for rows
// that it cannot read itself.
type Source interface {
	Read(ctx context.Context, yield func(mention.Raw) error, reject func(mention.Rejection)) error
}

// Importer brings all rows of a source into the store, as one run.
type Importer struct {
	Collector *Collector
	Runs      Runs
	// Wait returns once a log position is loaded; Worker.Wait does.
	Wait  func(ctx context.Context, seq uint64) error
	Clock Clock // nil: the real time
}

// Progress says how far an import is.
type Progress struct {
	Read     int // rows read, rejected ones included
	Durable  int // rows that are safe in the log, or rejected
	Rejected int
	Waiting  string // why it stands still, "" when it does not
}

// Report says what became of the rows of a source.
type Report struct {
	mention.Run
	Rows    int            // rows read, rejected ones included
	Reasons map[string]int // rejected rows by reason
}

// NewRunID makes a run id: unique, and in the order of time as text.
func NewRunID(now time.Time) string {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return now.UTC().Format("20060102T150405.000") + "-" + hex.EncodeToString(b[:])
}

// Import reads src to its end and returns when every accepted row is enriched and
// loaded. run names file, channel and source; ID and Started are set when they are
// empty. progress may be nil. When reading fails midway the rows before are
// loaded all the same, and the report says so beside the error: importing the
// same source again adds only what is missing.
func (im *Importer) Import(ctx context.Context, src Source, run mention.Run, progress func(Progress)) (Report, error) {
	clock := im.Clock
	if clock == nil {
		clock = SystemClock{}
	}
	if run.Started.IsZero() {
		run.Started = clock.Now().UTC().Truncate(time.Millisecond)
	}
	if run.ID == "" {
		run.ID = NewRunID(run.Started)
	}
	run.Status = mention.Running
	if err := im.Runs.PutRun(ctx, run); err != nil {
		return Report{Run: run}, fmt.Errorf("begin import: %w", err)
	}
	t := &tally{report: Report{Run: run, Reasons: map[string]int{}}, tell: progress}
	err := im.collect(ctx, src, t)

	// Whatever happened, the book is closed, also when ctx has ended.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	r := &t.report
	counts, rerr := im.Runs.Run(end, run.ID)
	if rerr != nil {
		err = errors.Join(err, fmt.Errorf("read counts of import: %w", rerr))
	}
	r.Accepted, r.Duplicate = counts.Accepted, counts.Duplicate
	r.Finished = clock.Now().UTC().Truncate(time.Millisecond)
	r.Status = mention.Done
	if err == nil {
		r.Dead = max(int64(t.receipt.Sent)-r.Accepted-r.Duplicate, 0)
	} else {
		r.Status, r.Error = mention.Failed, oneLine(err.Error())
	}
	if perr := im.Runs.PutRun(end, r.Run); perr != nil {
		err = errors.Join(err, fmt.Errorf("end import: %w", perr))
	}
	return *r, err
}

func (im *Importer) collect(ctx context.Context, src Source, t *tally) error {
	s := im.Collector.Begin(ctx, t.report.ID, SessionOptions{
		Reject:  t.reject,
		Durable: t.durable,
		Waiting: t.waiting,
	})
	rerr := src.Read(ctx, func(r mention.Raw) error {
		t.read()
		return s.Add(r)
	}, func(r mention.Rejection) {
		t.read()
		t.reject(r)
	})
	receipt, cerr := s.Close()
	t.receipt = receipt
	t.report.Undated = int64(receipt.Undated)
	if cerr != nil {
		return cerr // it is also what Read returned, if it stopped Read
	}
	if receipt.LastSeq > 0 {
		if err := im.Wait(ctx, receipt.LastSeq); err != nil {
			return errors.Join(rerr, err)
		}
	}
	return rerr
}

// Recover closes the books of runs that were cut off by the end of the process.
// Call it before the first import.
func (im *Importer) Recover(ctx context.Context) error {
	runs, err := im.Runs.Runs(ctx, 1000)
	if err != nil {
		return fmt.Errorf("look for interrupted imports: %w", err)
	}
	for _, r := range runs {
		if r.Status != mention.Running || r.Kind != "" { // other runs go on by themselves
			continue
		}
		r.Status = mention.Failed
		r.Error = "interrupted: rows accepted so far are kept; import the file again to add the rest, nothing is counted twice"
		if err := im.Runs.PutRun(ctx, r); err != nil {
			return fmt.Errorf("close interrupted import %s: %w", r.ID, err)
		}
	}
	return nil
}

// tally counts the rows of an import; rows are read and settled by different
// goroutines.
type tally struct {
	mu      sync.Mutex
	p       Progress
	report  Report
	receipt Receipt
	tell    func(Progress)
	quiet   int // rows read since the last progress
}

func (t *tally) read() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p.Read++
	t.report.Rows++
	if t.quiet++; t.quiet >= 1000 {
		t.show()
	}
}

func (t *tally) reject(r mention.Rejection) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p.Rejected++
	t.report.Rejected++
	if len(t.report.Rejections) < maxRejections {
		t.report.Rejections = append(t.report.Rejections, r)
	}
	key := r.Reason
	if _, known := t.report.Reasons[key]; !known && len(t.report.Reasons) >= maxReasons {
		key = otherReasons
	}
	t.report.Reasons[key]++
}

func (t *tally) durable(rows int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p.Durable = rows
	t.p.Waiting = ""
	t.show()
}

func (t *tally) waiting(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p.Waiting = err.Error()
	t.show()
}

func (t *tally) show() {
	t.quiet = 0
	if t.tell != nil {
		t.tell(t.p)
	}
}

// Rows is a Source of rows that are in memory.
type Rows []mention.Raw

// Read yields the rows.
func (rs Rows) Read(ctx context.Context, yield func(mention.Raw) error, _ func(mention.Rejection)) error {
	for _, r := range rs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(r); err != nil {
			return err
		}
	}
	return nil
}
