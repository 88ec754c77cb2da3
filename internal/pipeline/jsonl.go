package pipeline

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"antojo/internal/mention"
)

// Bounds of AnnotateJSONL.
const (
	maxLine    = 1 << 20               // bytes of one line
	maxHeld    = 16 << 20              // bytes of lines read and not yet written
	readAhead  = 2000                  // lines read and not yet in a batch
	batchLines = 1024                  // lines annotated together
	batchPause = 10 * time.Millisecond // input that stands still for so long is answered
)

// JSONLOptions configure AnnotateJSONL. The zero value is a good choice.
type JSONLOptions struct {
	Parallel int          // batches under way at once; 0: one more than cores
	Progress func(Counts) // called now and then, by one goroutine at a time; nil: not
}

// Counts says what became of lines.
type Counts struct {
	Lines    int // lines read
	Errors   int // of these, answered with an error
	Unscored int // answered without the encoder: other languages, no letters
}

// AnnotateJSONL reads one JSON object a line and writes one a line, in the same
// order: the annotation, or what is wrong with the line. It holds a bounded part
// of the input, however long it or one of its lines is, and answers what has come
// in as soon as the input pauses. The error is one of reading, writing or ctx.
func (a *Annotator) AnnotateJSONL(ctx context.Context, r io.Reader, w io.Writer, o JSONLOptions) (Counts, error) {
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0) + 1
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	j := &jsonl{a: a, held: budget{limit: maxHeld}}
	j.held.cond.L = &j.held.mu
	stop := context.AfterFunc(ctx, j.held.stop)
	defer stop()

	lines := make(chan line, readAhead)
	readErr := make(chan error, 1)
	go func() { // ends with the input, or after ctx with the next line: a read cannot be interrupted
		defer close(lines)
		readErr <- j.read(ctx, r, lines)
	}()
	work := make(chan *batch)
	order := make(chan *batch, o.Parallel)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(work)
		defer close(order)
		j.gather(ctx, lines, work, order)
	})
	for range o.Parallel {
		wg.Go(func() {
			for b := range work {
				j.annotate(ctx, b)
				close(b.done)
			}
		})
	}
	counts, err := j.write(ctx, w, order, o.Progress)
	cancel()
	wg.Wait()
	if err != nil {
		return counts, err
	}
	select {
	case err = <-readErr:
	default: // still in a read that ctx has made pointless
	}
	return counts, err
}

// line is one line of input, or what is wrong with it.
type line struct {
	data  []byte
	size  int // bytes counted as held
	wrong string
}

// batch is what is annotated together.
type batch struct {
	lines  []line
	out    []byte // the answers
	held   int
	counts Counts
	err    error
	done   chan struct{}
}

type jsonl struct {
	a    *Annotator
	held budget
}

// budget bounds the bytes that are held.
type budget struct {
	mu    sync.Mutex
	cond  sync.Cond
	limit int
	used  int
	ended bool
}

func (b *budget) take(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.used > 0 && b.used+n > b.limit && !b.ended {
		b.cond.Wait()
	}
	b.used += n
}

func (b *budget) give(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= n
	b.cond.Broadcast()
}

func (b *budget) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	b.cond.Broadcast()
}

// read cuts the input into lines. Of a line that is too long it keeps nothing.
func (j *jsonl) read(ctx context.Context, r io.Reader, lines chan<- line) error {
	br := bufio.NewReaderSize(r, 64<<10)
	if bom, err := br.Peek(3); err == nil && string(bom) == "\xef\xbb\xbf" {
		br.Discard(3)
	}
	for {
		var l line
		var err error
		size := 0
		for {
			var part []byte
			part, err = br.ReadSlice('\n')
			if size += len(part); size <= maxLine {
				l.data = append(l.data, part...)
			} else {
				l.data = nil
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if size == 0 && err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("read input: %w", err)
		}
		if size > maxLine {
			l.wrong = fmt.Sprintf("the line has %d bytes, at most %d are read", size, maxLine)
		}
		l.size = len(l.data) + 64
		j.held.take(l.size)
		select {
		case lines <- l:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// gather makes batches of lines: full ones while input flows, what there is when
// it pauses.
func (j *jsonl) gather(ctx context.Context, lines <-chan line, work, order chan<- *batch) {
	send := func(b *batch) bool {
		for _, ch := range []chan<- *batch{order, work} {
			select {
			case ch <- b:
			case <-ctx.Done():
				return false
			}
		}
		return true
	}
	for {
		var first line
		var ok bool
		select { // not range: the reader may hang in a read that nobody will answer
		case first, ok = <-lines:
		case <-ctx.Done():
		}
		if !ok {
			return
		}
		b := &batch{lines: []line{first}, held: first.size, done: make(chan struct{})}
		pause := time.NewTimer(batchPause)
		for more := true; more && len(b.lines) < batchLines; {
			select {
			case l, ok := <-lines:
				if more = ok; ok {
					b.lines = append(b.lines, l)
					b.held += l.size
				}
			case <-pause.C:
				more = len(lines) > 0
			case <-ctx.Done():
				pause.Stop()
				return
			}
		}
		pause.Stop()
		if !send(b) {
			return
		}
	}
}

// write writes the answers in order. It is the only one to count.
func (j *jsonl) write(ctx context.Context, w io.Writer, order <-chan *batch, progress func(Counts)) (Counts, error) {
	var c Counts
	for b := range order {
		select {
		case <-b.done:
		case <-ctx.Done():
			return c, ctx.Err()
		}
		if b.err != nil {
			return c, b.err
		}
		if _, err := w.Write(b.out); err != nil {
			return c, fmt.Errorf("write output: %w", err)
		}
		j.held.give(b.held)
		c.Lines += b.counts.Lines
		c.Errors += b.counts.Errors
		c.Unscored += b.counts.Unscored
		if progress != nil {
			progress(c)
		}
	}
	return c, ctx.Err()
}

// request is a line of input. What is not here is not needed and may be anything.
type request struct {
	ID         json.RawMessage `json:"id"`
	Text       *string         `json:"text"`
	Place      string          `json:"place"`
	District   string          `json:"district"`
	Department string          `json:"department"`
	Lang       string          `json:"lang"`
}

// parse reads one line.
func parse(l line) (id []byte, t Text, wrong string) {
	if l.wrong != "" {
		return nil, t, l.wrong
	}
	data := bytes.TrimSpace(l.data)
	switch {
	case len(data) == 0:
		return nil, t, "the line is empty"
	case data[0] != '{':
		return nil, t, "the line is not a JSON object"
	}
	var r request
	if err := json.Unmarshal(data, &r); err != nil {
		var wrongType *json.UnmarshalTypeError
		if !errors.As(err, &wrongType) {
			return nil, t, "the line is not valid JSON"
		}
		return r.ID, t, fmt.Sprintf("%q is a %s, it must be a string", wrongType.Field, wrongType.Value)
	}
	switch {
	case r.Text == nil:
		return r.ID, t, `"text" is missing`
	case len(*r.Text) > MaxText:
		return r.ID, t, fmt.Sprintf("the text has %d bytes, at most %d are read", len(*r.Text), MaxText)
	case Normalize(*r.Text) == "":
		return r.ID, t, "the text is empty"
	}
	given, _ := mention.DepartmentByCode(r.Department) // a hint; anything else is none
	return r.ID, Text{Text: *r.Text, Place: r.Place, District: r.District, Lang: r.Lang, Department: given}, ""
}

// annotate answers the lines of a batch.
func (j *jsonl) annotate(ctx context.Context, b *batch) {
	n := len(b.lines)
	ids, wrong := make([][]byte, n), make([]string, n)
	var texts []Text
	for i, l := range b.lines {
		var t Text
		ids[i], t, wrong[i] = parse(l)
		if wrong[i] == "" {
			texts = append(texts, t)
		}
		b.lines[i].data = nil
	}
	as, redacted, fails := j.each(ctx, texts)
	if ctx.Err() != nil {
		b.err = ctx.Err()
		return
	}
	b.counts.Lines = n
	k := 0
	for i := range n {
		reason := wrong[i]
		if reason == "" {
			if fails[k] == nil {
				if !as[k].Scored {
					b.counts.Unscored++
				}
				b.out = appendAnnotation(b.out, ids[i], &as[k], redacted[k])
				k++
				continue
			}
			reason = "the text cannot be annotated: " + fails[k].Error()
			k++
		}
		b.counts.Errors++
		b.out = appendError(b.out, ids[i], reason)
	}
}

// each annotates texts; when that fails, halves of them, down to the one at fault.
func (j *jsonl) each(ctx context.Context, texts []Text) ([]mention.Annotation, []string, []error) {
	if len(texts) == 0 {
		return nil, nil, nil
	}
	as, redacted, err := j.a.AnnotateTexts(ctx, texts)
	switch {
	case err == nil:
		return as, redacted, make([]error, len(texts))
	case len(texts) == 1 || ctx.Err() != nil:
		fails := make([]error, len(texts))
		for i := range fails {
			fails[i] = err
		}
		return make([]mention.Annotation, len(texts)), make([]string, len(texts)), fails
	}
	half := len(texts) / 2
	as, redacted, fails := j.each(ctx, texts[:half])
	as2, redacted2, fails2 := j.each(ctx, texts[half:])
	return append(as, as2...), append(redacted, redacted2...), append(fails, fails2...)
}
