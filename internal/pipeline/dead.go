package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/bus"
	"antojo/internal/privacy"
)

// Headers of an entry in the dead-letter stream.
const (
	headerError    = "Error"    // why it is there
	headerStream   = "Stream"   // identity of the stream it comes from
	headerSeq      = "Seq"      // its position there
	headerRun      = "Run"      // run of its mentions
	headerMentions = "Mentions" // how many they are; 0 when it cannot be unpacked
)

// bury writes mentions that cannot be enriched or loaded to the dead-letter
// stream. It waits for room for as long as it takes: what is not in the store
// must be there before the position moves on.
func (w *Worker) bury(ctx context.Context, j *job, data []byte, mentions int, cause error) error {
	header := map[string]string{
		headerError: oneLine(cause.Error()), headerStream: w.stream, headerSeq: strconv.FormatUint(j.entry.Seq, 10),
		headerRun: oneLine(j.run), headerMentions: strconv.Itoa(mentions),
	}
	id := fmt.Sprintf("dead:%s:%d:%d", w.stream, j.entry.Seq, mentions)
	for failures := 1; ; failures++ {
		_, err := w.opt.Bus.Publish(ctx, bus.Dead, id, header, data)
		if err == nil {
			w.log.Error("mentions set aside as dead letter", "position", j.entry.Seq, "run", j.run, "mentions", mentions, "error", header[headerError])
			return nil
		}
		if ctx.Err() != nil || errors.Is(err, bus.ErrClosed) {
			return err
		}
		w.change(func() { w.trouble = err.Error() })
		w.log.Error("dead letter cannot be written", "position", j.entry.Seq, "error", err.Error())
		if err := pause(ctx, w.opt.Clock, backoff(failures)); err != nil {
			return err
		}
	}
}

// oneLine makes an error text fit for a header: one line, of bounded length, and
// without personal data should an engine have repeated some of its input.
func oneLine(s string) string {
	s = privacy.Redact(clip(s, 500))
	return strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s)
}

// DeadLetter describes an entry of the dead-letter stream.
type DeadLetter struct {
	ID       uint64    `json:"id"` // its number, for DeadReplay
	Time     time.Time `json:"time"`
	Error    string    `json:"error"`
	Stream   string    `json:"stream"` // where it comes from
	Seq      uint64    `json:"seq"`    // its position there
	Run      string    `json:"run"`
	Mentions int       `json:"mentions"`
}

// DeadList lists the dead letters, oldest first.
func DeadList(ctx context.Context, b *bus.Bus) ([]DeadLetter, error) {
	var out []DeadLetter
	err := eachDead(ctx, b, func(e bus.Entry) error {
		seq, _ := strconv.ParseUint(e.Header[headerSeq], 10, 64) // shown only: 0 when it is not there
		n, _ := strconv.Atoi(e.Header[headerMentions])
		out = append(out, DeadLetter{ID: e.Seq, Time: e.Time, Error: e.Header[headerError], Stream: e.Header[headerStream],
			Seq: seq, Run: e.Header[headerRun], Mentions: n})
		return nil
	})
	return out, err
}

// DeadReplay puts dead letters back into the log, to be enriched and loaded as
// if they were new: those with the given numbers, or all. It returns how many it
// put back. An entry is removed only after it is in the log again; if the process
// dies between the two it is replayed twice, and the store takes its mentions once.
func DeadReplay(ctx context.Context, b *bus.Bus, ids ...uint64) (int, error) {
	info, err := b.Info(ctx, bus.Dead)
	if err != nil {
		return 0, err
	}
	n := 0
	var missing []string
	for _, id := range ids {
		if _, ok, err := b.Get(ctx, bus.Dead, id); err != nil {
			return 0, err
		} else if !ok {
			missing = append(missing, strconv.FormatUint(id, 10))
		}
	}
	if len(missing) > 0 {
		return 0, fmt.Errorf("there is no dead letter %s; list shows which there are", strings.Join(missing, ", "))
	}
	err = eachDead(ctx, b, func(e bus.Entry) error {
		if len(ids) > 0 && !slices.Contains(ids, e.Seq) {
			return nil
		}
		header := map[string]string{headerRun: e.Header[headerRun], headerMentions: e.Header[headerMentions]}
		if _, err := b.Publish(ctx, bus.Mentions, fmt.Sprintf("replay:%s:%d", info.Identity, e.Seq), header, e.Data); err != nil {
			return err
		}
		n++
		return b.Delete(ctx, bus.Dead, e.Seq)
	})
	return n, err
}

// eachDead calls f for the entries that are there now, so that what fails again
// during a replay is not replayed for ever.
func eachDead(ctx context.Context, b *bus.Bus, f func(bus.Entry) error) error {
	return each(ctx, b, bus.Dead, f)
}

// each calls f for the entries of a stream that are there now, in order.
func each(ctx context.Context, b *bus.Bus, stream string, f func(bus.Entry) error) error {
	info, err := b.Info(ctx, stream)
	if err != nil || info.Entries == 0 {
		return err
	}
	for from := info.First; from <= info.Last; {
		entries, err := b.Fetch(ctx, stream, from, 16, 0)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return nil
		}
		for _, e := range entries {
			if e.Seq > info.Last {
				return nil
			}
			if err := f(e); err != nil {
				return err
			}
			from = e.Seq + 1
		}
	}
	return nil
}
