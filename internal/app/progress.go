package app

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// progress shows one line on a terminal: how much, how fast, how long still. On
// anything but a terminal it stays silent.
type progress struct {
	w          io.Writer
	verb, unit string
	start      time.Time

	mu   sync.Mutex
	last time.Time
	wide int
}

func newProgress(w io.Writer, verb, unit string) *progress {
	p := &progress{verb: verb, unit: unit, start: time.Now()}
	if f, ok := w.(*os.File); ok {
		if st, err := f.Stat(); err == nil && st.Mode()&os.ModeCharDevice != 0 {
			p.w = w
		}
	}
	return p
}

// update tells that done units are done and, where it is known, what share
// (0..1) of the whole that is; 0 = unknown.
func (p *progress) update(done int64, share float64) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if now.Sub(p.last) < 200*time.Millisecond {
		return
	}
	p.last = now
	spent := now.Sub(p.start)
	s := fmt.Sprintf("%s %s %s, %.0f/s", thousands(done), p.unit, p.verb, float64(done)/spent.Seconds())
	if share > 0 {
		left := time.Duration(float64(spent) * (1 - share) / share).Round(time.Second)
		s += fmt.Sprintf(", %.0f %%, about %s left", 100*share, left)
	}
	pad := max(0, p.wide-len(s))
	p.wide = len(s)
	fmt.Fprintf(p.w, "\r%s%s", s, strings.Repeat(" ", pad))
}

// end clears the line.
func (p *progress) end() {
	if p.w == nil || p.wide == 0 {
		return
	}
	fmt.Fprintf(p.w, "\r%s\r", strings.Repeat(" ", p.wide))
}

// thousands writes n with a comma between groups of three digits.
func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
