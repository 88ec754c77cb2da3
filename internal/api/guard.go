package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"antojo/internal/api/token"
)

// exchange is one request on its way through the server.
type exchange struct {
	id        string
	path      string
	operation string
	w         http.ResponseWriter
	r         *http.Request
	query     url.Values
	token     token.Token // zero without one
	anonymous bool
	local     bool // from this machine
	ours      bool // sent by a page of this server
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{id: "none"}
}

// Bounds of a request.
const (
	readTimeout  = 20 * time.Second  // to ask and be answered
	workTimeout  = 120 * time.Second // for a batch of texts
	maxQueryText = 16 << 10          // bytes of the part behind the question mark
)

// validText reports whether all names and values are UTF-8: the store takes nothing else.
func validText(q url.Values) bool {
	for name, values := range q {
		if !utf8.ValidString(name) || slices.ContainsFunc(values, func(v string) bool { return !utf8.ValidString(v) }) {
			return false
		}
	}
	return true
}

// guard is what happens before any operation: request id, headers, host check,
// CORS, who asks, rate limit, and a net for panics. Answers to GET get an ETag.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [6]byte
		rand.Read(b[:]) // never fails
		x := &exchange{id: hex.EncodeToString(b[:]), path: r.URL.Path, w: w, query: url.Values{}}
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		x.r = r
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Request-Id", x.id)
		h.Set("Cache-Control", "no-cache")
		h.Add("Vary", "Authorization, Origin")
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			s.log.Error("request panicked", "request_id", x.id, "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
			writeProblem(w, x, problem(http.StatusInternalServerError, "the server could not answer; its log says more under request %s", x.id))
		}()
		if !KnownHost(r.Host, s.o.Hosts) {
			writeProblem(w, x, problem(http.StatusMisdirectedRequest, "this server does not go by that name; add it with --host"))
			return
		}
		allowed := s.cors(w, r)
		if r.Method == http.MethodOptions {
			if allowed {
				w.WriteHeader(http.StatusNoContent)
			} else {
				writeProblem(w, x, problem(http.StatusForbidden, "no page of this origin may call the API; allow it with --cors-origin"))
			}
			return
		}
		if len(r.URL.RawQuery) > maxQueryText {
			writeProblem(w, x, problem(http.StatusRequestURITooLong, "the query has %d bytes, at most %d are read", len(r.URL.RawQuery), maxQueryText))
			return
		}
		var err error
		if x.query, err = url.ParseQuery(r.URL.RawQuery); err != nil {
			writeProblem(w, x, problem(http.StatusBadRequest, "the query part of the address is not well formed: write %% as %%25 and & between parameters"))
			return
		}
		if !utf8.ValidString(r.URL.Path) || !validText(x.query) {
			writeProblem(w, x, problem(http.StatusBadRequest, "the address holds bytes that are not UTF-8"))
			return
		}
		if p := s.identify(x, allowed); p != nil {
			if p.Status == http.StatusUnauthorized {
				h.Set("WWW-Authenticate", `Bearer realm="antojo", error="invalid_token"`)
			}
			writeProblem(w, x, p)
			return
		}
		if wait, ok := s.limits.take(x.client()); !ok {
			h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			writeProblem(w, x, problem(http.StatusTooManyRequests, "more than %g requests a second; wait as long as Retry-After says", s.o.Rate))
			return
		}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			tagged(next, w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// client is whose bucket a request takes from: the token's, else the address's
// (of IPv6 the network, which is one subscriber's).
func (x *exchange) client() string {
	if !x.anonymous {
		return "token " + x.token.ID
	}
	host, _, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil {
		host = x.r.RemoteAddr
	}
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() && !a.Is4In6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return host
}

// identify finds out who asks. A request that brings a token is judged by it alone.
func (s *Server) identify(x *exchange, allowedOrigin bool) *huma.ErrorModel {
	x.local = FromHere(x.r)
	given := x.r.Header.Get("Authorization")
	if given == "" {
		x.anonymous = true
		origin := x.r.Header.Get("Origin")
		site := x.r.Header.Get("Sec-Fetch-Site")
		x.ours = site == "same-origin" && (origin == "" || sameHost(origin, x.r.Host))
		// A page of another site must not use what this machine may do.
		foreign := site == "cross-site" || site == "same-site" || origin != "" && !sameHost(origin, x.r.Host)
		if foreign && !allowedOrigin && (x.r.Method != http.MethodGet || x.r.Header.Get("Sec-Fetch-Mode") != "navigate") {
			return problem(http.StatusForbidden, "no page of this origin may call the API; allow it with --cors-origin")
		}
		return nil
	}
	scheme, secret, _ := strings.Cut(given, " ")
	if !strings.EqualFold(scheme, "Bearer") || s.o.Tokens == nil {
		return problem(http.StatusUnauthorized, "send the token as Authorization: Bearer antojo_…; antojo tokens create makes one")
	}
	t, err := s.o.Tokens.Verify(strings.TrimSpace(secret), s.o.Now())
	switch err {
	case nil:
	case token.ErrUnknown, token.ErrExpired:
		return problem(http.StatusUnauthorized, "%s; antojo tokens create makes a new one", err)
	default:
		return s.explain(x.r.Context(), err)
	}
	x.token = t
	return nil
}

// FromHere reports whether a request comes from this machine itself, not through a
// proxy on it.
func FromHere(r *http.Request) bool {
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

func sameHost(origin, host string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

// KnownHost refuses names that a foreign page could have pointed at this machine
// (DNS rebinding): only addresses, localhost and the configured names pass.
func KnownHost(host string, hosts []string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(strings.ToLower(name), "[].")
	return name == "localhost" || net.ParseIP(name) != nil || strings.HasSuffix(name, ".localhost") || slices.Contains(hosts, name)
}

// cors writes the headers for an allowed origin and reports whether it is one.
func (s *Server) cors(w http.ResponseWriter, r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" || !slices.Contains(s.o.Origins, origin) && !slices.Contains(s.o.Origins, "*") {
		return false
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Expose-Headers", "ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed")
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, POST")
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, If-None-Match")
		h.Set("Access-Control-Max-Age", "600")
	}
	return true
}

// admit runs before each operation: it refuses what the asker may not do, and
// bounds how long the answer may take.
func (s *Server) admit(ctx huma.Context, next func(huma.Context)) {
	x := exchangeOf(ctx.Context())
	op := ctx.Operation()
	x.operation = op.OperationID
	x.r, x.w = humago.Unwrap(ctx)
	if need := scopeOf(op); need != "" {
		if p := s.refuse(x, need); p != nil {
			if p.Status == http.StatusUnauthorized {
				ctx.SetHeader("WWW-Authenticate", `Bearer realm="antojo", scope="`+string(need)+`"`)
			}
			writeProblem(x.w, x, p)
			return
		}
	}
	if p := unknownParameter(op, x.query); p != nil {
		writeProblem(x.w, x, p)
		return
	}
	limit, ok := op.Metadata[metaTimeout].(time.Duration)
	if !ok {
		limit = readTimeout
	}
	if limit > 0 {
		c, cancel := context.WithTimeout(ctx.Context(), limit)
		defer cancel()
		ctx = huma.WithContext(ctx, c)
	}
	next(ctx)
}

// refuse says why the asker may not do what needs a scope; nil if it may.
func (s *Server) refuse(x *exchange, need token.Scope) *huma.ErrorModel {
	if !x.anonymous {
		if !x.token.Has(need) {
			return problem(http.StatusForbidden, "the token %q lacks the scope %s; antojo tokens create --scope %s makes one that has it", x.token.Name, need, need)
		}
		return nil
	}
	switch {
	case s.o.Anonymous == AnonymousNone:
	case need != token.Write && (x.local || s.o.Anonymous == AnonymousRead):
		return nil
	case need == token.Write && x.local && x.ours && s.o.Anonymous == AnonymousLoopback:
		return nil
	}
	return problem(http.StatusUnauthorized, "this needs a token with the scope %s: antojo tokens create NAME --scope %s, sent as Authorization: Bearer antojo_…", need, need)
}

func unknownParameter(op *huma.Operation, q url.Values) *huma.ErrorModel {
	for name := range q {
		if !slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.In == "query" && p.Name == name }) {
			return fieldProblem("query."+clip(name), "unknown parameter", nil)
		}
	}
	return nil
}

// tagged answers a GET with an ETag of what it says, 304 where the asker has it
// already, and compressed where that is taken. A weak tag: the same figures in
// another coding are the same answer.
func tagged(next http.Handler, w http.ResponseWriter, r *http.Request) {
	b := &held{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(b, r)
	h := w.Header()
	if b.status == http.StatusOK {
		sum := sha256.Sum256(b.body.Bytes())
		tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
		h.Set("ETag", tag)
		if matches(r.Header.Get("If-None-Match"), tag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	body := b.body.Bytes()
	h.Add("Vary", "Accept-Encoding")
	if len(body) > 1024 && acceptsGzip(r) {
		var z bytes.Buffer
		zw, err := gzip.NewWriterLevel(&z, gzip.BestSpeed)
		if err == nil {
			if _, err = zw.Write(body); err == nil {
				err = zw.Close()
			}
		}
		if err == nil {
			h.Set("Content-Encoding", "gzip")
			body = z.Bytes()
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(b.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may be gone
	}
}

// held keeps an answer until it is whole.
type held struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *held) WriteHeader(code int)        { h.status = code }
func (h *held) Write(p []byte) (int, error) { return h.body.Write(p) }

// Unwrap lets http.ResponseController reach the connection.
func (h *held) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func matches(given, tag string) bool {
	for part := range strings.SplitSeq(given, ",") {
		if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
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

// patient gives a long upload time as long as bytes keep coming.
type patient struct {
	io.ReadCloser
	rc *http.ResponseController
}

const patience = time.Minute

func (p *patient) Read(b []byte) (int, error) {
	_ = p.rc.SetReadDeadline(time.Now().Add(patience)) // not there in tests without a connection
	return p.ReadCloser.Read(b)
}
