package web

import "time"

// Settle waits until all panels that pages have asked for are computed.
func (s *Server) Settle() {
	for {
		s.backlog.mu.Lock()
		running := s.backlog.running
		s.backlog.mu.Unlock()
		if !running {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
