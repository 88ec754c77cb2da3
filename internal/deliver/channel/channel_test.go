package channel

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"antojo/internal/deliver"
)

func message(to string) deliver.Message {
	return deliver.Message{ID: "00112233445566778899aabbccddeeff", Time: time.Unix(1_795_000_000, 0).UTC(), To: to, Secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3",
		Unsubscribe: "https://antojo.example/envios/baja?t=a.b",
		Document:    deliver.Document{Product: "weekly", Period: "2026-W46", Lang: "es", Title: "El ceviche sube", HTML: "<html><body><p>El ceviche sube.</p></body></html>", Text: "# El ceviche sube\n\nCreció 20\\_por *ciento*."}}
}

// backend is a real SMTP server whose answers a test chooses.
type backend struct {
	mu                 sync.Mutex
	got                []string
	rcpt, data, logins int
	onRcpt, onData     func(n int) error
}

func (b *backend) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{b}, nil }

type session struct{ b *backend }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, pass string) error {
		s.b.mu.Lock()
		defer s.b.mu.Unlock()
		s.b.logins++
		if user != "antojo" || pass != "clave" {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}
func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(string, *smtp.RcptOptions) error {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.rcpt++
	if s.b.onRcpt != nil {
		return s.b.onRcpt(s.b.rcpt)
	}
	return nil
}
func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.b.mu.Lock()
	s.b.data++
	n, on := s.b.data, s.b.onData
	s.b.mu.Unlock()
	if on != nil {
		if err := on(n); err != nil {
			return err
		}
	}
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.got = append(s.b.got, string(text))
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// mailServer starts a server with STARTTLS, with a certificate of httptest.
func mailServer(t *testing.T, b *backend) (addr string, roots *tls.Config, server *smtp.Server) {
	t.Helper()
	certs := httptest.NewUnstartedServer(nil)
	certs.StartTLS()
	t.Cleanup(certs.Close)
	server = smtp.NewServer(b)
	server.Domain = "localhost"
	server.TLSConfig = &tls.Config{Certificates: certs.TLS.Certificates}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	roots = certs.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	return l.Addr().String(), roots, server
}

func TestMailArrivesOverStartTLS(t *testing.T) {
	b := &backend{}
	addr, roots, _ := mailServer(t, b)
	m, err := NewMail(SMTP{Addr: addr, From: "Antojo <informes@antojo.example>", User: "antojo", Password: "clave", Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(context.Background(), message("ana@example.org")); err != nil {
		t.Fatal(err)
	}
	if len(b.got) != 1 || b.logins != 1 {
		t.Fatalf("%d messages, %d logins", len(b.got), b.logins)
	}
	msg, err := mail.ReadMessage(strings.NewReader(b.got[0]))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, k := range []string{"Message-Id", "To", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"} {
		got[k] = msg.Header.Get(k)
	}
	want := map[string]string{"Message-Id": "<00112233445566778899aabbccddeeff@antojo.example>", "To": "<ana@example.org>",
		"List-Unsubscribe": "<https://antojo.example/envios/baja?t=a.b>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for r := multipart.NewReader(msg.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err != nil {
			break
		}
		text, _ := io.ReadAll(quotedprintable.NewReader(p))
		kinds = append(kinds, strings.Split(p.Header.Get("Content-Type"), ";")[0])
		if !bytes.Contains(text, []byte("envios/baja?t=a.b")) || !bytes.Contains(text, []byte("ceviche")) {
			t.Errorf("a part lacks the report or the link: %s", text)
		}
	}
	if d := cmp.Diff([]string{"text/plain", "text/html"}, kinds); d != "" {
		t.Error(d)
	}
}

func TestMailFailures(t *testing.T) {
	code := func(c int) func(int) error {
		return func(int) error {
			return &smtp.SMTPError{Code: c, EnhancedCode: smtp.EnhancedCode{c / 100, 1, 1}, Message: "ana@example.org"}
		}
	}
	hang := make(chan struct{})
	defer close(hang)
	for _, c := range []struct {
		name   string
		change func(*backend, *SMTP, **smtp.Server)
		class  deliver.Class
	}{
		{"no such mailbox", func(b *backend, _ *SMTP, _ **smtp.Server) { b.onRcpt = code(550) }, deliver.Permanent},
		{"greylisted", func(b *backend, _ *SMTP, _ **smtp.Server) { b.onRcpt = code(451) }, deliver.Temporary},
		{"refused after the text", func(b *backend, _ *SMTP, _ **smtp.Server) { b.onData = code(554) }, deliver.Permanent},
		{"full for now after the text", func(b *backend, _ *SMTP, _ **smtp.Server) { b.onData = code(452) }, deliver.Temporary},
		{"cut off after the text", func(b *backend, _ *SMTP, s **smtp.Server) {
			b.onData = func(int) error { (*s).Close(); return nil }
		}, deliver.Uncertain},
		{"no answer after the text", func(b *backend, o *SMTP, _ **smtp.Server) {
			o.Timeout = 300 * time.Millisecond
			b.onData = func(int) error { <-hang; return errors.New("late") }
		}, deliver.Uncertain},
		{"wrong password", func(_ *backend, o *SMTP, _ **smtp.Server) { o.Password = "otra" }, deliver.Temporary},
		{"no server", func(_ *backend, o *SMTP, _ **smtp.Server) { o.Addr = "127.0.0.1:1" }, deliver.Temporary},
		{"foreign certificate", func(_ *backend, o *SMTP, _ **smtp.Server) { o.Roots = nil }, deliver.Temporary},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &backend{}
			o := SMTP{From: "informes@antojo.example", User: "antojo", Password: "clave"}
			var s *smtp.Server
			o.Addr, o.Roots, s = mailServer(t, b)
			c.change(b, &o, &s)
			m, err := NewMail(o)
			if err != nil {
				t.Fatal(err)
			}
			err = m.Send(context.Background(), message("ana@example.org"))
			var se *deliver.SendError
			if !errors.As(err, &se) || se.Class != c.class {
				t.Errorf("got %v, want class %d", err, c.class)
			}
			if err != nil && strings.Contains(err.Error(), "ana@") {
				t.Errorf("the error repeats the address: %v", err)
			}
			if c.class != deliver.Uncertain && len(b.got) > 0 {
				t.Errorf("%d messages were taken", len(b.got))
			}
		})
	}
}

func TestMailOptions(t *testing.T) {
	for _, o := range []SMTP{{}, {Addr: "x", From: "a@b.c"}, {Addr: "x:25", From: "nadie"}, {Addr: "x:99999", From: "a@b.c"}, {Addr: "x:25", From: "a@b.c", TLS: "ssl3"}, {Addr: "mail.example:25", From: "a@b.c", User: "u", Password: "p", TLS: Plain}} {
		if _, err := NewMail(o); err == nil {
			t.Errorf("%+v: no error", o)
		} else if o.Password != "" && strings.Contains(err.Error(), " "+o.Password+" ") {
			t.Errorf("the password is in %v", err)
		}
	}
	m, err := NewMail(SMTP{Addr: "localhost:25", From: "a@b.c"})
	if err != nil {
		t.Fatal(err)
	}
	for to, ok := range map[string]bool{"ana@example.org": true, "ana": false, "Ana <ana@example.org>": false, "a@b.c\r\nBcc: x@y.z": false, "a@b.c, d@e.f": false} {
		if err := m.Check(to, false); (err == nil) != ok {
			t.Errorf("%q: %v", to, err)
		}
	}
}

func TestHookIsSigned(t *testing.T) {
	m := message("")
	m.Time = time.Now()
	var bad error
	got := 0
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got++
		body, _ := io.ReadAll(r.Body)
		bad = Verify(m.Secret, r.Header, body, time.Now())
		if Verify(m.Secret, r.Header, append(body, ' '), time.Now()) == nil || Verify(m.Secret, r.Header, body, time.Now().Add(time.Hour)) == nil ||
			Verify("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", r.Header, body, time.Now()) == nil {
			bad = errors.New("a changed body, an old message or another secret passes")
		}
	}))
	defer s.Close()
	m.To, m.Private = s.URL, true
	if err := (Hook{}).Send(context.Background(), m); err != nil || bad != nil || got != 1 {
		t.Errorf("sent: %v, verified: %v, %d requests", err, bad, got)
	}
}

func TestAnswersOfReceivers(t *testing.T) {
	hang := make(chan struct{})
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		class   deliver.Class
		after   time.Duration
		ok      bool
	}{
		{name: "taken", handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, ok: true},
		{name: "slow but in time", handler: func(w http.ResponseWriter, _ *http.Request) { time.Sleep(50 * time.Millisecond) }, ok: true},
		{name: "rate limit", handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(429)
		}, class: deliver.Temporary, after: 2 * time.Minute},
		{name: "gone", handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, class: deliver.Permanent},
		{name: "broken", handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, class: deliver.Temporary},
		{name: "gateway", handler: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, class: deliver.Uncertain},
		{name: "redirect", handler: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "http://169.254.169.254/", 307) }, class: deliver.Permanent},
		{name: "cut off", handler: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, class: deliver.Uncertain},
		{name: "no answer", handler: func(http.ResponseWriter, *http.Request) { <-hang }, class: deliver.Uncertain},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(c.handler)
			defer s.Close()
			if c.name == "no answer" {
				defer close(hang)
			}
			ctx, stop := context.WithTimeout(context.Background(), time.Second)
			defer stop()
			m := message(s.URL + "/secreto")
			m.Private = true
			err := NewSlack().Send(ctx, m)
			if c.ok {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var se *deliver.SendError
			if !errors.As(err, &se) || se.Class != c.class || se.After != c.after {
				t.Errorf("got %v, want class %d, after %s", err, c.class, c.after)
			}
			if err != nil && strings.Contains(err.Error(), "secreto") {
				t.Errorf("the error names the address: %v", err)
			}
		})
	}
}

// A name that leads inside is refused when the connection is made, and the request
// never leaves.
func TestGuard(t *testing.T) {
	asked := false
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer s.Close()
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(s.URL, "http://"))
	for _, host := range []string{"localhost", "127.0.0.1", "[::ffff:127.0.0.1]"} {
		var se *deliver.SendError
		if err := (Hook{}).Send(context.Background(), message("http://"+host+":"+port)); !errors.As(err, &se) || se.Class != deliver.Permanent {
			t.Errorf("%s: %v", host, err)
		}
	}
	if asked {
		t.Error("a request went inside")
	}
	for a, want := range map[string]bool{"8.8.8.8": true, "2606:4700::1": true, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "255.255.255.255": false,
		"::1": false, "fe80::1": false, "fc00::1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false, "224.0.0.1": false} {
		if got := outside(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
	for u, ok := range map[string]bool{"https://hooks.example.org/x": true, "http://hooks.example.org/x": false, "https://127.0.0.1/x": false, "https://[::1]/x": false, "file:///etc/passwd": false, "https://u:p@example.org": false, "": false, "https://": false} {
		if err := checkURL(u, false); (err == nil) != ok {
			t.Errorf("%q: %v", u, err)
		}
	}
}

func TestChatsHoldPlainText(t *testing.T) {
	m := message("@canal_de_prueba")
	m.Text = "# A & B <x>\n\n20\\_por *ciento*"
	slack, err := NewSlack().Preview(m)
	if err != nil || !strings.Contains(string(slack), `A &amp; B &lt;x&gt;\n\n20_por ciento`) {
		t.Errorf("%s %v", slack, err)
	}
	tg, err := NewTelegram("https://api.example", "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := tg.Preview(m); err != nil || !strings.Contains(string(b), `20_por ciento`) || strings.Contains(string(b), "parse_mode") || strings.Contains(string(b), "123456") {
		t.Errorf("%s %v", b, err)
	}
	if b, err := NewTeams().Preview(m); err != nil || !strings.Contains(string(b), `"AdaptiveCard"`) {
		t.Errorf("%s %v", b, err)
	}
	for to, ok := range map[string]bool{"@canal_de_prueba": true, "-100123": true, "": false, "../x": false, "@a b": false} {
		if err := tg.Check(to, false); (err == nil) != ok {
			t.Errorf("%q: %v", to, err)
		}
	}
}

func FuzzClip(f *testing.F) {
	f.Add("hola 🍲 mundo", 8)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if n < 1 || n > 1000 {
			return
		}
		if got := clip(s, n); len(got) > len(s)+3 {
			t.Errorf("%q became %q", s, got)
		}
		plain(s)
	})
}
