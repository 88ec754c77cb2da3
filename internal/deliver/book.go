package deliver

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// State is how far a delivery is.
type State string

// The states. Sending is written before anything leaves the machine.
const (
	Sending State = "sending"
	Sent    State = "sent"
	Retry   State = "retry"     // was not accepted, will be tried again
	Failed  State = "failed"    // was not accepted, will not be tried again
	Unsure  State = "uncertain" // may have arrived; not tried again
	Stopped State = "stopped"   // the recipient ended the deliveries
)

const (
	maxLine  = 64 << 10
	keyBytes = 32
	idBytes  = 6
	maxPlans = 1000
	fileMode = 0o600
)

// Event is one line of the ledger. It holds no address.
type Event struct {
	Key       string    `json:"key"` // of product, period and recipient
	Schedule  string    `json:"schedule"`
	Product   string    `json:"product"`
	Period    string    `json:"period"`
	Channel   string    `json:"channel"`
	Recipient string    `json:"recipient"` // keyed hash
	State     State     `json:"state"`
	Attempt   int       `json:"attempt"`
	Code      string    `json:"code,omitempty"`
	At        time.Time `json:"at"`
	Next      time.Time `json:"next,omitzero"` // of Retry
}

// Book keeps schedules and ledger in a folder. Several processes may use it.
type Book struct {
	dir string
	key []byte
}

// OpenBook opens the folder, which is made if need be.
func OpenBook(dir string) (*Book, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("deliveries: %w", err)
	}
	b := &Book{dir: dir}
	return b, b.locked("lock", func() (err error) {
		path := b.path("key")
		b.key, err = os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			b.key = make([]byte, keyBytes)
			rand.Read(b.key)
			err = writeWhole(path, b.key)
		}
		if err == nil && len(b.key) != keyBytes {
			err = fmt.Errorf("%s has %d bytes, want %d; without it the links that end a delivery are worth nothing: restore it, or delete it to get a new one", path, len(b.key), keyBytes)
		}
		return err
	})
}

func (b *Book) path(name string) string { return filepath.Join(b.dir, name) }

// locked runs f while no other process or goroutine is in the same section.
func (b *Book) locked(name string, f func() error) error {
	l, err := os.OpenFile(b.path(name), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return fmt.Errorf("deliveries: %w", err)
	}
	defer l.Close()
	for {
		if err = syscall.Flock(int(l.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("deliveries: lock %s: %w", l.Name(), err)
	}
	if err := f(); err != nil {
		return fmt.Errorf("deliveries: %w", err)
	}
	return nil
}

// writeWhole replaces a file or leaves it as it was.
func writeWhole(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func (b *Book) read() (list []Schedule, err error) {
	data, err := os.ReadFile(b.path("schedules.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", b.path("schedules.json"), err)
	}
	return list, nil
}

func (b *Book) write(list []Schedule) error {
	data, err := json.MarshalIndent(list, "", " ")
	if err != nil {
		return err
	}
	return writeWhole(b.path("schedules.json"), append(data, '\n'))
}

// Schedules lists them, oldest first.
func (b *Book) Schedules() (list []Schedule, err error) {
	err = b.locked("lock", func() error { list, err = b.read(); return err })
	return list, err
}

// Schedule gives one by its id.
func (b *Book) Schedule(id string) (Schedule, error) {
	list, err := b.Schedules()
	if err != nil {
		return Schedule{}, err
	}
	if i := slices.IndexFunc(list, func(s Schedule) bool { return s.ID == id }); i >= 0 {
		return list[i], nil
	}
	return Schedule{}, fmt.Errorf("%w: %w (id %.40q)", ErrInput, ErrUnknown, id)
}

// Add keeps a schedule and gives it an id, and a webhook its secret.
func (b *Book) Add(s Schedule) (Schedule, error) {
	if err := s.check(); err != nil {
		return s, err
	}
	id := make([]byte, idBytes)
	rand.Read(id)
	s.ID = hex.EncodeToString(id)
	if s.Channel == Webhook && s.Secret == "" {
		secret := make([]byte, 24)
		rand.Read(secret)
		s.Secret = "whsec_" + base64.StdEncoding.EncodeToString(secret)
	}
	if s.Created.IsZero() {
		s.Created = time.Now().UTC()
	}
	err := b.locked("lock", func() error {
		list, err := b.read()
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.Product == s.Product && x.Channel == s.Channel && x.To == s.To && x.Lang == s.Lang {
				return fmt.Errorf("%w: %w: %s (%s)", ErrInput, ErrTaken, s.Product, x.ID)
			}
		}
		if len(list) >= maxPlans {
			return fmt.Errorf("%w: there are %d deliveries, which is the most", ErrInput, len(list))
		}
		return b.write(append(list, s))
	})
	return s, err
}

// Remove ends a schedule and forgets its recipient.
func (b *Book) Remove(id string) error {
	return b.locked("lock", func() error {
		list, err := b.read()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(s Schedule) bool { return s.ID == id })
		if i < 0 {
			return fmt.Errorf("%w: %w (id %.40q)", ErrInput, ErrUnknown, id)
		}
		return b.write(slices.Delete(list, i, i+1))
	})
}

// mac is a keyed hash of parts, which cannot be mistaken for one another.
func (b *Book) mac(parts ...string) []byte {
	m := hmac.New(sha256.New, b.key)
	for _, p := range parts {
		fmt.Fprintf(m, "%d:%s", len(p), p)
	}
	return m.Sum(nil)
}

// Recipient is the keyed hash that stands for an address in ledger and logs.
func (b *Book) Recipient(s Schedule) string {
	return hex.EncodeToString(b.mac("recipient", s.Channel, s.To)[:8])
}

// Key names the delivery of a product about a period to a recipient.
func (b *Book) Key(s Schedule, period string) string {
	return hex.EncodeToString(b.mac("delivery", s.Product, s.Lang, period, s.Channel, s.To)[:16])
}

// Token is the part of an unsubscribe link that proves that it was made here.
func (b *Book) Token(id string) string {
	return id + "." + base64.RawURLEncoding.EncodeToString(b.mac("unsubscribe", id)[:16])
}

// Unsubscriber gives the schedule that a token ends. A schedule that ended already
// is ErrUnknown.
func (b *Book) Unsubscriber(token string) (Schedule, error) {
	id, _, _ := strings.Cut(token, ".")
	if !hmac.Equal([]byte(token), []byte(b.Token(id))) {
		return Schedule{}, fmt.Errorf("%w: the link was not made here", ErrInput)
	}
	return b.Schedule(id)
}

// Unsubscribe ends what a token names, once or again.
func (b *Book) Unsubscribe(token string, now time.Time) error {
	s, err := b.Unsubscriber(token)
	if errors.Is(err, ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := b.Remove(s.ID); err != nil && !errors.Is(err, ErrUnknown) {
		return err
	}
	return b.append(Event{Schedule: s.ID, Product: s.Product, Channel: s.Channel, Recipient: b.Recipient(s), State: Stopped, At: now.UTC()})
}

// append adds a line to the ledger and returns once it is on the disk.
func (b *Book) append(e Event) error {
	return b.locked("lock", func() error { return b.appendLine(e) })
}

func (b *Book) appendLine(e Event) (err error) {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	path := b.path("ledger.jsonl")
	_, missing := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	// A line that a dying process left half stands alone, so that the next is whole.
	if end, err := f.Seek(0, 2); err == nil && end > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, end-1); err == nil && last[0] != '\n' {
			line = append([]byte{'\n'}, line...)
		}
	}
	if _, err = f.Write(append(line, '\n')); err != nil {
		return err
	}
	if err = f.Sync(); err == nil && missing != nil {
		err = syncDir(b.dir)
	}
	return err
}

// Log is the ledger, oldest first. Half lines are left out: their writer died
// before it went on.
func (b *Book) Log() (out []Event, err error) {
	err = b.locked("lock", func() error { out, err = b.events(); return err })
	return out, err
}

func (b *Book) events() ([]Event, error) {
	data, err := os.ReadFile(b.path("ledger.jsonl"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return parseLedger(data)
}

func parseLedger(data []byte) (out []Event, err error) {
	sc := bufio.NewScanner(bytes.NewReader(data))
	sc.Buffer(nil, maxLine)
	for sc.Scan() {
		var e Event
		if json.Unmarshal(sc.Bytes(), &e) == nil && e.State != "" {
			out = append(out, e)
		}
	}
	return out, sc.Err()
}

// latest gives the newest event of each delivery.
func latest(events []Event) map[string]Event {
	out := map[string]Event{}
	for _, e := range events {
		if e.Key != "" {
			out[e.Key] = e
		}
	}
	return out
}
