package web

import (
	"context"
	"net/http"
	"time"
)

// warmEvery is well below trendStale, so that the first visitor after a quiet hour
// finds the default views computed.
const warmEvery = 5 * time.Minute

// KeepWarm asks for the default views at once and from time to time, until ctx
// ends, as a visitor would: what they read is then in memory for real visitors.
func (s *Server) KeepWarm(ctx context.Context) {
	for tick := time.Tick(warmEvery); ; {
		for _, path := range []string{"/", "/tendencias", "/preferencias"} {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
			if err != nil {
				return // the paths are constant: cannot happen
			}
			s.ServeHTTP(&nobody{header: http.Header{}}, r)
		}
		s.warmOutlook(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}

// nobody is a ResponseWriter that drops the page.
type nobody struct{ header http.Header }

func (n *nobody) Header() http.Header         { return n.header }
func (n *nobody) Write(b []byte) (int, error) { return len(b), nil }
func (n *nobody) WriteHeader(int)             {}
