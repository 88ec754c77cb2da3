// Package corrections keeps what people say a model read wrongly: one line of JSON a
// correction, appended to a file of the data dir and never changed, so that it can be
// read, copied and counted with any tool. The last line of a mention's head holds.
//
// A line names the mention by its id and holds no text: when the mention is deleted,
// nothing of it stays here.
package corrections

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"antojo/internal/mention"
)

// Record is one correction. Head and Label are names of mention.Heads; an empty Label
// takes the correction back.
type Record struct {
	At    time.Time  `json:"at"`
	ID    mention.ID `json:"id"`
	Head  string     `json:"head"`
	Label string     `json:"label"`
	Was   string     `json:"was"`   // what the model said
	Model string     `json:"model"` // which one
}

// Check reports a head or label that does not exist.
func (r Record) Check() error {
	for _, h := range mention.Heads {
		if h.Name != r.Head {
			continue
		}
		if r.Label == "" || slices.Contains(h.Labels, r.Label) {
			return nil
		}
		return fmt.Errorf("correction of %s: %s has no label %q; it has %v", r.ID, r.Head, r.Label, h.Labels)
	}
	return fmt.Errorf("correction of %s: there is no head %q", r.ID, r.Head)
}

// Book is a file of corrections. It is safe for use by many at once, in one process.
type Book struct {
	mu    sync.RWMutex
	file  *os.File
	by    map[mention.ID][]Record // one a head, in order of first correction
	count int                     // labels corrected now
}

// Open reads the book at path and makes it if there is none. A last line that is cut
// off, as by a crash while it was written, is dropped.
func Open(path string) (*Book, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open corrections: %w", err)
	}
	b := &Book{file: f, by: map[mention.ID][]Record{}}
	end, err := b.read(f)
	if err == nil {
		err = f.Truncate(end)
	}
	if err == nil {
		_, err = f.Seek(end, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read corrections %s: %w", path, err), f.Close())
	}
	return b, nil
}

// read takes in all whole lines and returns where they end.
func (b *Book) read(r io.Reader) (end int64, err error) {
	br := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, err := br.ReadBytes('\n')
		if err == io.EOF {
			return end, nil
		}
		if err != nil {
			return end, err
		}
		end += int64(len(line))
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var rec Record
		if err := json.Unmarshal(line, &rec); err != nil {
			return end, fmt.Errorf("line %d: %w", n, err)
		}
		if err := rec.Check(); err != nil {
			return end, fmt.Errorf("line %d: %w", n, err)
		}
		b.take(rec)
	}
}

func (b *Book) take(rec Record) {
	list := b.by[rec.ID]
	i := slices.IndexFunc(list, func(r Record) bool { return r.Head == rec.Head })
	switch {
	case i < 0 && rec.Label != "":
		list = append(list, rec)
		b.count++
	case i >= 0 && rec.Label == "":
		list = slices.Delete(slices.Clone(list), i, i+1)
		b.count--
	case i >= 0:
		list = slices.Clone(list)
		list[i] = rec
	}
	if len(list) == 0 {
		delete(b.by, rec.ID)
		return
	}
	b.by[rec.ID] = list
}

// Add writes a correction; when it returns, it is on disk.
func (b *Book) Add(rec Record) error {
	if err := rec.Check(); err != nil {
		return err
	}
	line, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("correction of %s: %w", rec.ID, err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("write correction of %s: %w", rec.ID, err)
	}
	if err := b.file.Sync(); err != nil {
		return fmt.Errorf("write correction of %s: %w", rec.ID, err)
	}
	b.take(rec)
	return nil
}

// Of returns the corrections of a mention that hold; callers must not change them.
func (b *Book) Of(id mention.ID) []Record {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.by[id]
}

// Count is how many labels are corrected.
func (b *Book) Count() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.count
}

// Mentions lists the mentions with corrections, oldest mention first.
func (b *Book) Mentions() []mention.ID {
	b.mu.RLock()
	defer b.mu.RUnlock()
	ids := make([]mention.ID, 0, len(b.by))
	for id := range b.by {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y mention.ID) int { return bytes.Compare(x[:], y[:]) })
	return ids
}

// Close closes the file.
func (b *Book) Close() error { return b.file.Close() }
