package web

import (
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"
)

// pageTimeout bounds the work for one page.
const pageTimeout = 15 * time.Second

// csp allows what the pages are made of and nothing else: no inline script or
// style, no other host, no frames.
const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type requestID struct{}

// idOf returns the id that a log line and an error page share.
func idOf(r *http.Request) string {
	id, _ := r.Context().Value(requestID{}).(string)
	return id
}

// middleware wraps all routes: request id, security headers, host check, CSRF
// check, and a net for panics.
func (s *Server) middleware(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.page(func(http.ResponseWriter, *http.Request) error { return errCrossOrigin }))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [6]byte
		rand.Read(b[:])
		id := hex.EncodeToString(b[:])
		r = r.WithContext(context.WithValue(r.Context(), requestID{}, id))
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("X-Request-Id", id)
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.log.Error("page panicked", "request_id", id, "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
			s.renderError(w, r, errors.New("panic"))
		}()
		if !s.knownHost(r.Host) {
			s.renderError(w, r, errHost)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// knownHost refuses names that a foreign page could have pointed at this machine
// (DNS rebinding): only addresses, localhost and the configured names pass.
func (s *Server) knownHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(strings.ToLower(name), "[].")
	return name == "localhost" || net.ParseIP(name) != nil || strings.HasSuffix(name, ".localhost") || slices.Contains(s.o.Hosts, name)
}

// handler is a page: it writes a response, or returns what went wrong.
type handler func(http.ResponseWriter, *http.Request) error

// page adapts a handler: a time limit, compression, and one place for errors.
func (s *Server) page(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			ctx, cancel := context.WithTimeout(r.Context(), pageTimeout)
			defer cancel()
			r = r.WithContext(ctx)
		}
		s.backlog.pages.Add(1)
		defer s.backlog.pages.Add(-1)
		started := s.o.Now()
		cw := newCompressor(w, r)
		defer cw.close()
		if err := h(cw, r); err != nil {
			s.renderError(cw, r, err)
		}
		s.log.Debug("page served", "request_id", idOf(r), "path", r.URL.Path, "ms", s.o.Now().Sub(started).Milliseconds())
	})
}

var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	return z
}}

// compressor writes gzip to clients that take it. Pages hold no secret beside
// what the reader put into the URL, so compressing them gives nothing away.
type compressor struct {
	http.ResponseWriter
	z *gzip.Writer
}

func newCompressor(w http.ResponseWriter, r *http.Request) *compressor {
	c := &compressor{ResponseWriter: w}
	w.Header().Add("Vary", "Accept-Encoding")
	if r.Method != http.MethodHead && acceptsGzip(r) {
		c.z = gzips.Get().(*gzip.Writer)
		c.z.Reset(w)
	}
	return c
}

func (c *compressor) WriteHeader(code int) {
	if c.z != nil && (code == http.StatusNoContent || code == http.StatusNotModified || code >= 300 && code < 400) {
		gzips.Put(c.z)
		c.z = nil
	}
	if c.z != nil {
		c.Header().Set("Content-Encoding", "gzip")
		c.Header().Del("Content-Length")
	}
	c.ResponseWriter.WriteHeader(code)
}

func (c *compressor) Write(b []byte) (int, error) {
	if c.z == nil {
		return c.ResponseWriter.Write(b)
	}
	if c.Header().Get("Content-Encoding") == "" {
		c.WriteHeader(http.StatusOK)
	}
	return c.z.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *compressor) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *compressor) close() {
	if c.z == nil {
		return
	}
	if c.Header().Get("Content-Encoding") != "" {
		c.z.Close()
	}
	gzips.Put(c.z)
	c.z = nil
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}
