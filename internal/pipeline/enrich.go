package pipeline

import (
	"context"

	"antojo/internal/mention"
)

// enrich unpacks and annotates one envelope.
func (w *Worker) enrich(ctx context.Context, j *job) {
	run, ms, err := w.codec.unpack(j.entry.Data)
	if err != nil {
		j.cause = err
		return
	}
	j.run = run
	j.out, j.dead, j.cause, j.err = w.annotate(ctx, run, ms)
}

// annotate tries all mentions at once. If that keeps failing it looks for the
// ones that make it fail: they are returned as dead with the reason, the others
// annotated. err is set only when ctx ended.
func (w *Worker) annotate(ctx context.Context, run string, ms []mention.Mention) (out []mention.Annotated, dead []mention.Mention, cause, err error) {
	todo := ms
	done := make(map[mention.ID]mention.Annotated)
	for failures := 0; len(todo) > 0; {
		as, e := w.opt.Annotator.Annotate(ctx, todo)
		if e == nil {
			if len(todo) == len(ms) { // nothing went wrong
				return annotated(nil, ms, as, run), nil, nil, nil
			}
			for i := range todo {
				done[todo[i].ID] = mention.Annotated{Mention: todo[i], Annotation: as[i], Run: run}
			}
			todo = nil
			break
		}
		if ctx.Err() != nil {
			return nil, nil, nil, ctx.Err()
		}
		cause = e
		failures++
		w.log.Warn("mentions cannot be annotated", "run", run, "mentions", len(todo), "failures", failures, "error", e.Error())
		if failures >= maxFailures {
			break
		}
		if perr := pause(ctx, w.opt.Clock, backoff(failures)); perr != nil {
			return nil, nil, nil, perr
		}
		if failures >= 2 && len(todo) > 1 { // not a passing trouble: keep what works
			todo = w.isolate(ctx, todo, run, done)
			if ctx.Err() != nil {
				return nil, nil, nil, ctx.Err()
			}
		}
	}
	if len(todo) == 0 {
		cause = nil
	}
	for i := range ms { // in the order of the envelope
		if a, ok := done[ms[i].ID]; ok {
			out = append(out, a)
		}
	}
	return out, todo, cause, nil
}

// isolate annotates halves of halves and returns the mentions that fail alone.
func (w *Worker) isolate(ctx context.Context, ms []mention.Mention, run string, done map[mention.ID]mention.Annotated) (bad []mention.Mention) {
	for _, half := range [2][]mention.Mention{ms[:len(ms)/2], ms[len(ms)/2:]} {
		if len(half) == 0 || ctx.Err() != nil {
			continue
		}
		as, err := w.opt.Annotator.Annotate(ctx, half)
		switch {
		case err == nil:
			for i := range half {
				done[half[i].ID] = mention.Annotated{Mention: half[i], Annotation: as[i], Run: run}
			}
		case len(half) == 1:
			bad = append(bad, half[0])
		default:
			bad = append(bad, w.isolate(ctx, half, run, done)...)
		}
	}
	return bad
}

func annotated(dst []mention.Annotated, ms []mention.Mention, as []mention.Annotation, run string) []mention.Annotated {
	if dst == nil {
		dst = make([]mention.Annotated, 0, len(ms))
	}
	for i := range ms {
		dst = append(dst, mention.Annotated{Mention: ms[i], Annotation: as[i], Run: run})
	}
	return dst
}
