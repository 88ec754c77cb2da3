package alert

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"antojo/internal/mention"
)

// Book keeps alerts and what the user said of them in one JSON file of the data
// dir. It is safe for several goroutines; between processes the lock of the data
// dir decides.
type Book struct {
	path string

	mu    sync.Mutex
	state state
}

// state is the file.
type state struct {
	Version   int         `json:"version"`
	Budget    float64     `json:"budget"`           // false alarms in 30 days
	To        mention.Day `json:"to,omitempty"`     // last day looked at
	Series    int         `json:"series,omitempty"` // series looked at on it
	Threshold float64     `json:"threshold,omitempty"`
	Checked   string      `json:"checked,omitempty"` // when, RFC 3339
	Alerts    []Alert     `json:"alerts"`
}

const (
	bookVersion = 1
	keepDays    = 400 // closed alerts are kept so long
	keepMost    = 5000
)

// Status is a copy of what the book holds.
type Status struct {
	Budget    float64
	To        mention.Day // last day looked at; 0 = never
	Series    int
	Threshold float64
	Checked   time.Time
	Alerts    []Alert // newest first
}

// OpenBook reads the file; without one the book is empty with the default budget.
func OpenBook(path string) (*Book, error) {
	b := &Book{path: path, state: state{Version: bookVersion, Budget: DefaultBudget}}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open alerts: %w", err)
	}
	if b.state, err = decode(raw); err != nil {
		return nil, fmt.Errorf("read alerts %s: %w; delete the file to begin anew (what was acknowledged is then forgotten)", path, err)
	}
	return b, nil
}

// decode reads a file of this version or an older one.
func decode(raw []byte) (state, error) {
	var s state
	if err := json.Unmarshal(raw, &s); err != nil {
		return state{}, err
	}
	switch {
	case s.Version < 1:
		return state{}, errors.New("it names no version")
	case s.Version > bookVersion:
		return state{}, fmt.Errorf("it was written by a newer program (version %d, this one reads %d)", s.Version, bookVersion)
	}
	// Versions below bookVersion are brought up to it here, one step at a time.
	s.Version = bookVersion
	if err := CheckBudget(s.Budget); err != nil {
		return state{}, err
	}
	return s, nil
}

// CheckBudget says what is wrong with a budget.
func CheckBudget(v float64) error {
	if math.IsNaN(v) || v < LeastBudget || v > MostBudget {
		return fmt.Errorf("budget %g: want %g to %d false alarms a month", v, LeastBudget, MostBudget)
	}
	return nil
}

// Status copies what the book holds.
func (b *Book) Status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := Status{Budget: b.state.Budget, To: b.state.To, Series: b.state.Series, Threshold: b.state.Threshold, Alerts: slices.Clone(b.state.Alerts)}
	s.Checked, _ = time.Parse(time.RFC3339, b.state.Checked) // empty before the first scan
	return s
}

// Update takes the result of a scan in and returns the alerts that are new. What
// was found before keeps its id and what the user said of it; what the scan should
// have found again and did not is withdrawn: late mentions, or a smaller budget,
// have explained it.
func (b *Book) Update(s Scanned, now time.Time) ([]Alert, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.state
	next.To, next.Series, next.Threshold, next.Checked = s.To, s.Series, s.Threshold, stamp(now)
	var fresh []Alert
	next.Alerts = nil
	known := slices.Clone(b.state.Alerts)
	used := make([]bool, len(known))
	for _, a := range s.Alerts {
		first := true
		for i := range known {
			if k := &known[i]; !used[i] && k.same(&a) {
				used[i], first = true, false
				a = merge(k, &a, s.From)
				break
			}
		}
		if first {
			a.Found = stamp(now)
			fresh = append(fresh, a)
		}
		next.Alerts = append(next.Alerts, a)
	}
	for i, k := range known {
		if used[i] || k.From > s.From && k.To <= s.To {
			continue
		}
		k.Open = k.Open && k.To >= s.To
		if s.To-k.To <= keepDays {
			next.Alerts = append(next.Alerts, k)
		}
	}
	slices.SortFunc(next.Alerts, compare)
	next.Alerts = next.Alerts[:min(len(next.Alerts), keepMost)]
	return fresh, b.write(next)
}

// merge is the found alert with what was known of it. A scan that begins within
// the episode does not know its beginning.
func merge(known, found *Alert, from mention.Day) Alert {
	a := *found
	a.ID, a.Found, a.Seen, a.Quiet = known.ID, known.Found, known.Seen, known.Quiet
	if known.From < from {
		a.From, a.Raised = min(a.From, known.From), min(a.Raised, known.Raised)
		if known.P < a.P {
			a.Day, a.Days, a.Observed, a.Expected, a.Low, a.High, a.P = known.Day, known.Days, known.Observed, known.Expected, known.Low, known.High, known.P
			a.Part, a.Share, a.Copied, a.PerHead, a.Feasts, a.Partial = known.Part, known.Share, known.Copied, known.PerHead, known.Feasts, known.Partial
		}
	}
	return a
}

// ErrUnknown says that there is no alert of that id.
var ErrUnknown = errors.New("no such alert")

// Acknowledge marks an alert as seen, or as not seen.
func (b *Book) Acknowledge(id string, seen bool) error {
	return b.change(id, func(a *Alert) { a.Seen, a.Quiet = seen, 0 })
}

// Snooze hides an alert up to and with a day.
func (b *Book) Snooze(id string, until mention.Day) error {
	return b.change(id, func(a *Alert) { a.Quiet = int(until) })
}

// SetBudget sets how many false alarms in 30 days are accepted. It holds from the
// next scan on.
func (b *Book) SetBudget(v float64) error {
	if err := CheckBudget(v); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.state
	next.Budget = v
	return b.write(next)
}

func (b *Book) change(id string, f func(*Alert)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next := b.state
	next.Alerts = slices.Clone(next.Alerts)
	i := slices.IndexFunc(next.Alerts, func(a Alert) bool { return a.ID == id })
	if i < 0 {
		return fmt.Errorf("alert %q: %w", id, ErrUnknown)
	}
	f(&next.Alerts[i])
	return b.write(next)
}

// write stores the next state, whole and moved into place, and takes it over once
// it is safe. The lock is held.
func (b *Book) write(next state) error {
	if next.Alerts == nil {
		next.Alerts = []Alert{}
	}
	raw, err := json.MarshalIndent(next, "", " ")
	if err != nil {
		return fmt.Errorf("write alerts: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(b.path), ".alerts-*")
	if err != nil {
		return fmt.Errorf("write alerts: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(append(raw, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), b.path)
	}
	if err != nil {
		return fmt.Errorf("write alerts: %w", err)
	}
	b.state = next
	return nil
}
