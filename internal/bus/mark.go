package bus

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"
)

// A server that finds a damaged block drops what follows in it and says nothing.
// So Close leaves a note of what each stream holds, and the next Open compares.
// The note is removed while the log is open: after a kill there is none, and the
// worker still compares the log with the position that the store has kept.

// note is what a stream held when the log was closed.
type note struct {
	Last    uint64 `json:"last"`
	Entries uint64 `json:"entries"`
}

func notePath(dir string) string { return filepath.Join(dir, "closed.json") }

// holdings asks the server what its streams hold.
func (b *Bus) holdings() (map[string]note, error) {
	info, err := b.server.Jsz(&server.JSzOptions{Accounts: true, Streams: true})
	if err != nil {
		return nil, err
	}
	out := map[string]note{}
	for _, a := range info.AccountDetails {
		for _, s := range a.Streams {
			out[s.Name] = note{Last: s.State.LastSeq, Entries: s.State.Msgs}
		}
	}
	return out, nil
}

// leaveNote writes the note. Without one the next Open has less to check, so a
// failure is no reason to fail Close.
func (b *Bus) leaveNote() {
	held, err := b.holdings()
	var data []byte
	if err == nil {
		data, err = json.Marshal(held)
	}
	if err == nil {
		err = os.WriteFile(notePath(b.opt.Dir), data, 0o600)
	}
	if err != nil {
		b.log.Warn("log closed without a note of what it holds", "error", err.Error())
		os.Remove(notePath(b.opt.Dir))
	}
}

// checkNote compares what the streams hold with the note of the last Close, and
// removes the note when all is there.
func (b *Bus) checkNote(held map[string]note) error {
	path := notePath(b.opt.Dir)
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	var noted map[string]note
	if err := json.Unmarshal(data, &noted); err != nil {
		b.log.Warn("note of what the log held cannot be read", "path", path, "error", err.Error())
		noted = nil // half a note says nothing about the streams
	}
	for name, was := range noted {
		is := held[name]
		if is.Last >= was.Last && is.Entries >= was.Entries {
			continue
		}
		return fmt.Errorf("%w: stream %q in %s held %d entries up to number %d when it was closed, now %d up to %d; restore the directory from a backup, or remove %s to go on with what is left",
			ErrDamaged, name, b.opt.Dir, was.Entries, was.Last, is.Entries, is.Last, path)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	return nil
}
