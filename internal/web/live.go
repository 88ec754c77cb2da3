package web

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

// live streams new mentions about food as server-sent events. Each event is the
// same piece of HTML that the home page shows, so that the script has nothing to
// build. With several a second the newest are sent and the rest are counted.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	if s.o.Live == nil {
		http.NotFound(w, r)
		return
	}
	select {
	case s.liveSlot <- struct{}{}:
		defer func() { <-s.liveSlot }()
	default:
		w.Header().Set("Retry-After", "60")
		http.Error(w, "too many open feeds", http.StatusServiceUnavailable)
		return
	}
	v, err := s.view(w, r, false)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx := r.Context()
	feed, err := s.o.Live(ctx)
	if err != nil {
		s.log.Error("live feed failed to open", "request_id", idOf(r), "error", err)
		http.Error(w, "no feed", http.StatusServiceUnavailable)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	rc := http.NewResponseController(w)
	send := func(b []byte) bool {
		if err := rc.SetWriteDeadline(time.Now().Add(30 * time.Second)); err != nil && err != http.ErrNotSupported {
			return false
		}
		if _, err := w.Write(b); err != nil {
			return false
		}
		return rc.Flush() == nil
	}
	if !send([]byte("retry: 5000\n\n")) {
		return
	}
	beat := time.NewTicker(20 * time.Second)
	defer beat.Stop()
	pace := time.NewTicker(700 * time.Millisecond)
	defer pace.Stop()
	var waiting []mentionView
	var seen int64
	var count *tally // for the wall screen, which asks for it
	if r.URL.Query().Has("counters") {
		count = &tally{}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.ctx.Done():
			return
		case m, ok := <-feed:
			if !ok {
				return
			}
			if !m.Relevant {
				continue
			}
			seen++
			if count != nil {
				count.add(m, s.o.Now())
			}
			waiting = append(waiting, s.mentionView(v, &m))
			if len(waiting) > livePerBeat {
				waiting = waiting[1:]
			}
		case <-pace.C:
			if len(waiting) == 0 {
				continue
			}
			b, err := s.event(v, waiting, seen)
			if err != nil {
				s.log.Error("live event failed", "request_id", idOf(r), "error", err)
				return
			}
			if !send(b) {
				return
			}
			waiting = waiting[:0]
			if count == nil {
				continue
			}
			if b, err = s.counterEvent(v, count, s.o.Now()); err != nil {
				s.log.Error("live event failed", "request_id", idOf(r), "error", err)
				return
			}
			if !send(b) {
				return
			}
		case <-beat.C:
			if !send([]byte(": beat\n\n")) {
				return
			}
		}
	}
}

// livePerBeat is how many mentions one event carries at most: more than a reader
// can take in at a glance would only flicker.
const livePerBeat = 3

// event writes one server-sent event: list items, and the count since opening.
func (s *Server) event(v *view, ms []mentionView, seen int64) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "event: mentions\nid: %d\n", seen)
	for i := len(ms) - 1; i >= 0; i-- {
		html, err := s.execute(v.page.Lang, "home", "mention", ms[i])
		if err != nil {
			return nil, err
		}
		for line := range bytes.Lines(html) {
			b.WriteString("data: ")
			b.Write(bytes.TrimRight(line, "\r\n"))
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
