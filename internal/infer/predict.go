package infer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"antojo/internal/lexicon"
	"antojo/internal/lexicon/evidence"
)

// Sizes of the work, in texts and tokens (padding included). A forward pass of
// fewer than 128 tokens wastes the engine's fixed costs; one of more than 512
// does not fit the processor's second-level cache.
const (
	windowTexts = 1024
	minTokens   = 128
	maxTokens   = 384
	maxRows     = 128
)

// Predict reads all texts and writes out[i] for texts[i]. It takes any number of
// texts and may be called by many goroutines. Texts are cut to the model's
// length. When ctx ends, queued work is dropped and the context's cause is
// returned; after an error, out is incomplete.
//
// With an int8 model the probabilities of a text depend, in the third decimal, on
// the texts it shares a batch with, because activations are quantised with one
// scale a batch. The same call always gives the same result.
func (e *Encoder) Predict(ctx context.Context, texts []string, out []Prediction) error {
	if len(out) < len(texts) {
		return fmt.Errorf("predict %d texts: there is room for %d results", len(texts), len(out))
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	j := &job{change: make(chan struct{}, 1)}
	for at := 0; at < len(texts); at += windowTexts {
		n := min(windowTexts, len(texts)-at)
		w := e.window(texts[at:at+n], out[at:at+n])
		batches := w.batches(e.info.Sessions)
		if at == 0 {
			j.small = n == len(texts) && len(batches) <= e.info.Sessions
		}
		if err := e.pool.submit(j, batches); err != nil {
			e.pool.abandon(j, err)
			return e.failed(ctx, j, len(texts), err)
		}
		// Prepare the next window while at least half of this one is still to do.
		if err := e.pool.wait(ctx, j, len(batches)/2); err != nil {
			return e.failed(ctx, j, len(texts), err)
		}
	}
	if err := e.pool.wait(ctx, j, 0); err != nil {
		return e.failed(ctx, j, len(texts), err)
	}
	return e.weigh(texts, out)
}

// weigh adds the evidence of the food words to the relevance of texts that have been
// read.
func (e *Encoder) weigh(texts []string, out []Prediction) error {
	if e.evidence == nil {
		return nil
	}
	m, err := e.words()
	if err != nil {
		return fmt.Errorf("load the food words that the model weighs: %w", err)
	}
	var matches []lexicon.Match
	for i, text := range texts {
		p := &out[i]
		if p.Tokens == 0 {
			continue
		}
		matches = m.Match(matches[:0], text)
		f := evidence.Features(p.Relevance, evidence.Aspect(&p.Aspects), matches)
		p.Relevance = e.evidence.Food(&f)
	}
	return nil
}

// failed waits until no batch of j runs any more and says what went wrong.
func (e *Encoder) failed(ctx context.Context, j *job, texts int, err error) error {
	e.pool.abandon(j, err)
	_ = e.pool.wait(context.WithoutCancel(ctx), j, 0) // its error is err
	if errors.Is(err, ErrClosed) || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("predict %d texts: %w", texts, err)
}

// window is a run of texts that are sorted together.
type window struct {
	ids   []int32 // of all texts
	items []item  // longest first, equal texts side by side
	heads headMap
	pad   int64
	out   []Prediction
}

// item is a text of the window: its result goes to out[index].
type item struct {
	index, start, end int32
}

func (w *window) tokens(i item) []int32 { return w.ids[i.start:i.end] }

// window tokenises the texts.
func (e *Encoder) window(texts []string, out []Prediction) *window {
	w := &window{items: make([]item, 0, len(texts)), heads: e.heads, pad: e.pad, out: out}
	size := 0
	for _, s := range texts {
		size += min(len(s)/3+4, e.maxLen)
	}
	w.ids = make([]int32, 0, size)
	for i, s := range texts {
		start := len(w.ids)
		w.ids = e.tok.Encode(w.ids, s, e.maxLen)
		out[i] = summary(e.tok, w.ids[start:])
		if out[i].Tokens > 0 {
			w.items = append(w.items, item{int32(i), int32(start), int32(len(w.ids))})
		}
	}
	slices.SortFunc(w.items, func(a, b item) int {
		if c := cmp.Compare(b.end-b.start, a.end-a.start); c != 0 {
			return c
		}
		if c := slices.Compare(w.tokens(a), w.tokens(b)); c != 0 {
			return c
		}
		return cmp.Compare(a.index, b.index)
	})
	return w
}

// summary counts what the tokenizer could spell.
func summary(tok tokenizer, ids []int32) Prediction {
	p := Prediction{Tokens: max(len(ids)-tok.Overhead(), 0)}
	if p.Tokens > 0 {
		unknown := 0
		for _, id := range ids {
			if id == tok.Unknown() {
				unknown++
			}
		}
		p.Unknown = float32(unknown) / float32(p.Tokens)
	}
	return p
}

// batch is one forward pass.
type batch struct {
	w      *window
	length int
	rows   []row
}

// row stands for the items lo … hi−1 of the window, which are equal.
type row struct{ lo, hi int32 }

// batches cuts the window into forward passes of about equal cost. If there is
// little work, the passes are smaller, so that all sessions have some.
func (w *window) batches(sessions int) []*batch {
	var rows []row
	total := 0
	for lo := 0; lo < len(w.items); {
		hi := lo + 1
		for hi < len(w.items) && slices.Equal(w.tokens(w.items[lo]), w.tokens(w.items[hi])) {
			hi++
		}
		rows = append(rows, row{int32(lo), int32(hi)})
		total += len(w.tokens(w.items[lo]))
		lo = hi
	}
	budget := min(maxTokens, max(minTokens, (total+sessions-1)/sessions))
	var out []*batch
	for at := 0; at < len(rows); {
		length := w.length(rows[at])
		n := 1
		for n < maxRows && at+n < len(rows) && (n+1)*length <= budget {
			// Rather a smaller pass than a quarter of padding.
			if n*length >= minTokens && 4*w.length(rows[at+n]) < 3*length {
				break
			}
			n++
		}
		out = append(out, &batch{w: w, length: length, rows: rows[at : at+n]})
		at += n
	}
	return out
}

func (w *window) length(r row) int {
	i := w.items[r.lo]
	return int(i.end - i.start)
}

// run computes the logits of the batch.
func (b *batch) run(s *session) ([]float32, error) {
	ids, mask := s.room(len(b.rows), b.length)
	for r, row := range b.rows {
		tokens := b.w.tokens(b.w.items[row.lo])
		at := r * b.length
		for k := range b.length {
			if k < len(tokens) {
				ids[at+k], mask[at+k] = int64(tokens[k]), 1
			} else {
				ids[at+k], mask[at+k] = b.w.pad, 0
			}
		}
	}
	return s.forward(len(b.rows), b.length)
}

// store writes the results of the batch.
func (b *batch) store(logits []float32, width int) {
	for r, row := range b.rows {
		first := &b.w.out[b.w.items[row.lo].index]
		b.w.heads.decode(logits[r*width:(r+1)*width], first)
		for _, same := range b.w.items[row.lo+1 : row.hi] {
			b.w.out[same.index] = *first
		}
	}
}
