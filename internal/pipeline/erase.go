package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"antojo/internal/bus"
	"antojo/internal/mention"
)

// Forgetter is a store that erases for good: what an erasure names goes from it with
// every count that follows, and is never loaded again, whoever delivers it.
type Forgetter interface {
	// Erase returns the ids of the mentions that it removed.
	Erase(ctx context.Context, e mention.Erasure) ([]mention.ID, error)
}

// Forgotten says what an erasure removed, and what it could not look into.
type Forgotten struct {
	Mentions    []mention.ID `json:"mentions"`     // from the store
	Envelopes   int          `json:"log_entries"`  // from the log, with all that they held
	DeadLetters int          `json:"dead_letters"` // that held some; the rest of each is kept
	Unreadable  int          `json:"unreadable"`   // dead letters that are no envelope, and so may hold anything
}

// Erase removes mentions and authors from the store, the log and the dead letters.
//
// The store comes first: from then on nothing of them is loaded, wherever it still
// lies, so a stop at any later point brings nothing back and the erasure can be run
// again. Then wait lets the worker pass all that the log holds; what it has passed is
// in the store or a dead letter, so an entry that holds some of them can go as a whole.
// Of a dead letter the other mentions are kept.
func Erase(ctx context.Context, b *bus.Bus, s Forgetter, wait func(ctx context.Context, seq uint64) error, e mention.Erasure) (Forgotten, error) {
	var out Forgotten
	if len(e.Mentions) == 0 && len(e.Authors) == 0 {
		return out, errors.New("erase: no mention and no author is named")
	}
	codec, err := newCodec()
	if err != nil {
		return out, err
	}
	if out.Mentions, err = s.Erase(ctx, e); err != nil {
		return out, err
	}
	info, err := b.Info(ctx, bus.Mentions)
	if err != nil {
		return out, err
	}
	if info.Last > 0 {
		if err := wait(ctx, info.Last); err != nil {
			return out, fmt.Errorf("erased from the store; the log is not cleaned yet: %w", err)
		}
	}
	// Found by the author, so that the id stays out whatever its author is called later.
	e.Mentions = append(e.Mentions, out.Mentions...)
	err = each(ctx, b, bus.Mentions, func(entry bus.Entry) error {
		if entry.Seq > info.Last {
			return nil // came after the erasure: the store has refused it
		}
		_, ms, err := codec.unpack(entry.Data)
		if err != nil {
			return nil // the worker made a dead letter of it
		}
		for i := range ms {
			if e.Hits(&ms[i]) {
				out.Envelopes++
				return b.Delete(ctx, bus.Mentions, entry.Seq)
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("erased from the store; the log is not clean yet: %w", err)
	}
	if err := eraseDead(ctx, b, codec, &e, &out); err != nil {
		return out, fmt.Errorf("erased from store and log; the dead letters are not clean yet: %w", err)
	}
	return out, nil
}

// eraseDead takes mentions out of the dead letters. The rest of a letter is written
// before the letter goes; a stop between the two leaves the letter, and what is in
// both is loaded once.
func eraseDead(ctx context.Context, b *bus.Bus, codec *codec, e *mention.Erasure, out *Forgotten) error {
	info, err := b.Info(ctx, bus.Dead)
	if err != nil {
		return err
	}
	return eachDead(ctx, b, func(entry bus.Entry) error {
		run, ms, err := codec.unpack(entry.Data)
		if err != nil {
			out.Unreadable++
			return nil
		}
		rest := ms[:0:0]
		for i := range ms {
			if !e.Hits(&ms[i]) {
				rest = append(rest, ms[i])
			}
		}
		if len(rest) == len(ms) {
			return nil
		}
		if len(rest) > 0 {
			header := maps.Clone(entry.Header)
			if header == nil {
				header = map[string]string{}
			}
			header[headerMentions] = strconv.Itoa(len(rest))
			id := fmt.Sprintf("rest:%s:%d:%d", info.Identity, entry.Seq, len(rest))
			if _, err := b.Publish(ctx, bus.Dead, id, header, codec.pack(run, rest)); err != nil {
				return err
			}
		}
		out.DeadLetters++
		return b.Delete(ctx, bus.Dead, entry.Seq)
	})
}

// DeadMentions yields the mentions of dead letters that an erasure is about; they are
// in no store. It returns how many letters it could not read.
func DeadMentions(ctx context.Context, b *bus.Bus, e mention.Erasure, yield func(run string, m *mention.Mention) error) (unreadable int, err error) {
	codec, err := newCodec()
	if err != nil {
		return 0, err
	}
	err = eachDead(ctx, b, func(entry bus.Entry) error {
		run, ms, err := codec.unpack(entry.Data)
		if err != nil {
			unreadable++
			return nil
		}
		for i := range ms {
			if e.Hits(&ms[i]) {
				if err := yield(run, &ms[i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return unreadable, err
}
