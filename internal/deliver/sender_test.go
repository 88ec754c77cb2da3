package deliver_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"antojo/internal/deliver"
	"antojo/internal/deliver/channel"
	"antojo/internal/mention"
)

// reports makes small reports; period is the day.
type reports struct {
	mu   sync.Mutex
	made int
	fail error
}

func (r *reports) Check(product string) error {
	if product != "weekly" {
		return fmt.Errorf("no product %q", product)
	}
	return nil
}
func (r *reports) Period(_ string, at time.Time) string {
	return at.In(mention.Lima).Format(time.DateOnly)
}
func (r *reports) Make(_ context.Context, product, period, lang string) (deliver.Document, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.made++
	return deliver.Document{Product: product, Period: period, Lang: lang, Title: "Informe " + period, HTML: "<p>hola</p>", Text: "hola"}, r.fail
}

type clock struct{ t time.Time }

func (c *clock) now() time.Time { return c.t }

// receiver is a server of webhooks that answers with what a test says.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	ids    []string
	status func(n int) int // 0 = cut the connection
}

func newReceiver(t *testing.T, status func(n int) int) *receiver {
	t.Helper()
	r := &receiver{status: status}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		_, _ = io.Copy(io.Discard, req.Body)
		r.mu.Lock()
		r.ids = append(r.ids, req.Header.Get("Webhook-Id"))
		c := r.status(len(r.ids))
		r.mu.Unlock()
		if c == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(c)
	}))
	t.Cleanup(r.Close)
	return r
}

func always(c int) func(int) int { return func(int) int { return c } }

func sender(t *testing.T, dir string, now *clock) (*deliver.Sender, *bytes.Buffer) {
	t.Helper()
	b, err := deliver.OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	return &deliver.Sender{Book: b, Maker: &reports{}, Now: now.now, Public: "https://antojo.example", Abreast: 1,
		Channels: map[string]deliver.Channel{deliver.Webhook: channel.Hook{}, deliver.Slack: channel.NewSlack()},
		Logger:   slog.New(slog.NewTextHandler(&log, nil))}, &log
}

func hook(to, kind string, created time.Time) deliver.Schedule {
	return deliver.Schedule{Product: "weekly", Lang: "es", Every: deliver.Daily, Hour: 8, Channel: kind, To: to, Private: true, Created: created}
}

func pass(t *testing.T, s *deliver.Sender) (states []string) {
	t.Helper()
	done, err := s.Pass(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range done {
		states = append(states, strings.TrimSpace(string(e.State)+" "+e.Code))
	}
	return states
}

func lima(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, mention.Lima)
	if err != nil {
		panic(err)
	}
	return t
}

func TestCalendar(t *testing.T) {
	for _, c := range []struct {
		s               deliver.Schedule
		now, last, next string
	}{
		{deliver.Schedule{Every: deliver.Daily, Hour: 8}, "2026-11-22 07:59", "2026-11-21 08:00", "2026-11-22 08:00"},
		{deliver.Schedule{Every: deliver.Daily, Hour: 8}, "2026-11-22 08:00", "2026-11-22 08:00", "2026-11-23 08:00"},
		{deliver.Schedule{Every: deliver.Weekly, Weekday: time.Monday, Hour: 8}, "2026-11-22 12:00", "2026-11-16 08:00", "2026-11-23 08:00"},
		{deliver.Schedule{Every: deliver.Weekly, Weekday: time.Monday, Hour: 8}, "2026-11-23 07:00", "2026-11-16 08:00", "2026-11-23 08:00"},
		{deliver.Schedule{Every: deliver.Weekly, Weekday: time.Sunday, Hour: 0}, "2026-11-22 00:00", "2026-11-22 00:00", "2026-11-29 00:00"},
		{deliver.Schedule{Every: deliver.Monthly, Day: 1, Hour: 9}, "2026-01-01 08:00", "2025-12-01 09:00", "2026-01-01 09:00"},
		{deliver.Schedule{Every: deliver.Monthly, Day: 28, Hour: 23}, "2028-03-01 00:00", "2028-02-28 23:00", "2028-03-28 23:00"},
	} {
		got := [2]string{c.s.Last(lima(c.now).UTC()).Format("2006-01-02 15:04"), c.s.Next(lima(c.now).UTC()).Format("2006-01-02 15:04")}
		if d := cmp.Diff([2]string{c.last, c.next}, got); d != "" {
			t.Errorf("%s %s: %s", c.s.Every, c.now, d)
		}
	}
}

func TestSentOnceAndMadeUpOnce(t *testing.T) {
	r := newReceiver(t, always(204))
	now := &clock{lima("2026-11-20 12:00")}
	s, _ := sender(t, t.TempDir(), now)
	if _, err := s.Add(hook(r.URL, deliver.Webhook, time.Time{})); err != nil {
		t.Fatal(err)
	}
	if got := pass(t, s); got != nil {
		t.Errorf("sent what was due before the schedule was made: %v", got)
	}
	now.t = lima("2026-11-25 12:00") // five days missed
	if d := cmp.Diff([]string{"sent"}, pass(t, s)); d != "" {
		t.Error(d)
	}
	now.t = lima("2026-11-26 07:59")
	if got := pass(t, s); got != nil {
		t.Errorf("sent again: %v", got)
	}
	now.t = lima("2026-11-26 08:00")
	if d := cmp.Diff([]string{"sent"}, pass(t, s)); d != "" {
		t.Error(d)
	}
	if len(r.ids) != 2 || r.ids[0] == r.ids[1] {
		t.Errorf("ids %v", r.ids)
	}
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name, kind string
		status     func(n int) int
		want       []string // by pass, an hour apart
		requests   int
	}{
		{"broken, then well", deliver.Webhook, func(n int) int { return map[bool]int{true: 503, false: 200}[n < 3] }, []string{"retry http 503", "retry http 503", "sent"}, 3},
		{"gone", deliver.Webhook, always(410), []string{"failed http 410"}, 1},
		{"a webhook cut off comes again with its id", deliver.Webhook, func(n int) int { return map[bool]int{true: 0, false: 200}[n < 2] }, []string{"retry cut off", "sent"}, 2},
		{"a chat cut off does not", deliver.Slack, always(0), []string{"uncertain cut off"}, 1},
		{"a chat that is refused does", deliver.Slack, func(n int) int { return map[bool]int{true: 429, false: 200}[n < 2] }, []string{"retry http 429", "sent"}, 2},
		{"never well", deliver.Webhook, always(500), []string{"retry http 500", "retry http 500", "retry http 500", "failed http 500"}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newReceiver(t, c.status)
			now := &clock{lima("2026-11-20 12:00")}
			s, log := sender(t, t.TempDir(), now)
			s.Backoff = []time.Duration{time.Hour, time.Hour, time.Hour}
			if _, err := s.Add(hook(r.URL, c.kind, lima("2026-11-20 00:00"))); err != nil {
				t.Fatal(err)
			}
			var got []string
			for range 6 {
				got = append(got, pass(t, s)...)
				if again := pass(t, s); again != nil {
					t.Errorf("attempted before its time: %v", again)
				}
				now.t = now.t.Add(time.Hour)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if len(r.ids) != c.requests {
				t.Errorf("%d requests, want %d", len(r.ids), c.requests)
			}
			for _, id := range r.ids[1:] {
				if id != r.ids[0] {
					t.Errorf("ids %v: want one", r.ids)
				}
			}
			if strings.Contains(log.String(), r.URL) {
				t.Error("the log holds the address")
			}
		})
	}
}

func TestReportThatCannotBeMadeIsTriedAgain(t *testing.T) {
	r := newReceiver(t, always(200))
	now := &clock{lima("2026-11-20 12:00")}
	s, _ := sender(t, t.TempDir(), now)
	m := s.Maker.(*reports)
	m.fail = errors.New("no mentions yet")
	for _, to := range []string{"/a", "/b", "/c"} {
		if _, err := s.Add(hook(r.URL+to, deliver.Webhook, lima("2026-11-20 00:00"))); err != nil {
			t.Fatal(err)
		}
	}
	pass(t, s)
	m.fail = nil
	now.t = now.t.Add(time.Hour)
	if d := cmp.Diff([]string{"sent", "sent", "sent"}, pass(t, s)); d != "" {
		t.Error(d)
	}
	if m.made != 2 {
		t.Errorf("the report was made %d times, want once a pass", m.made)
	}
}

func TestAddressesStayInOneFile(t *testing.T) {
	r := newReceiver(t, always(200))
	dir := t.TempDir()
	now := &clock{lima("2026-11-20 12:00")}
	s, log := sender(t, dir, now)
	x, err := s.Add(hook(r.URL+"/ana-quispe", deliver.Webhook, lima("2026-11-20 00:00")))
	if err != nil {
		t.Fatal(err)
	}
	pass(t, s)
	token := s.Book.Token(x.ID)
	for _, bad := range []string{"", x.ID, x.ID + ".", token + "A", "ffffffffffff" + token[12:]} {
		if err := s.Book.Unsubscribe(bad, now.t); err == nil {
			t.Errorf("token %q passes", bad)
		}
	}
	for range 2 { // a mail program may ask twice
		if err := s.Book.Unsubscribe(token, now.t); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.Book.Schedules(); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("ana-quispe")) {
			t.Errorf("%s holds the address after the recipient has left", f.Name())
		}
		if i, _ := f.Info(); i.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", f.Name(), i.Mode())
		}
	}
	if strings.Contains(log.String(), "ana-quispe") {
		t.Error("the log holds the address")
	}
}

func TestSendNowAndDuplicates(t *testing.T) {
	r := newReceiver(t, always(200))
	now := &clock{lima("2026-11-20 12:00")}
	s, _ := sender(t, t.TempDir(), now)
	x, err := s.Add(hook(r.URL, deliver.Webhook, lima("2026-11-20 00:00")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Add(hook(r.URL, deliver.Webhook, lima("2026-11-20 00:00"))); !errors.Is(err, deliver.ErrInput) {
		t.Errorf("the same schedule twice: %v", err)
	}
	if e, err := s.Send(context.Background(), x.ID, "", false); err != nil || e.State != deliver.Sent {
		t.Fatal(e, err)
	}
	if got := pass(t, s); got != nil {
		t.Errorf("what was sent by hand went out again: %v", got)
	}
	if _, err := s.Send(context.Background(), x.ID, "", false); !errors.Is(err, deliver.ErrInput) {
		t.Errorf("sent twice without being asked: %v", err)
	}
	if _, err := s.Send(context.Background(), x.ID, "", true); err != nil || len(r.ids) != 2 {
		t.Errorf("%v, %d requests", err, len(r.ids))
	}
}

// mailbox is a real SMTP server that counts messages by id.
type mailbox struct {
	mu  sync.Mutex
	ids map[string]int
}

func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return m, nil }
func (m *mailbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (m *mailbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (m *mailbox) Reset()                                      {}
func (m *mailbox) Logout() error                               { return nil }
func (m *mailbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, id, _ := strings.Cut(string(text), "Message-ID: ")
	id, _, _ = strings.Cut(id, "\r\n")
	m.mu.Lock()
	m.ids[id]++
	m.mu.Unlock()
	time.Sleep(3 * time.Millisecond) // kills fall between taking and answering too
	return nil
}

const crashEnv = "ANTOJO_TEST_DELIVER_CRASH"

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(crashEnv); dir != "" {
		os.Exit(crashChild(dir, os.Getenv("ANTOJO_TEST_SMTP")))
	}
	os.Exit(m.Run())
}

// crashChild sends what is due of twenty days, one day a pass, and says so.
func crashChild(dir, addr string) int {
	b, err := deliver.OpenBook(dir)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	mail, err := channel.NewMail(channel.SMTP{Addr: addr, From: "informes@antojo.example", TLS: channel.Plain})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	for day := range crashDays {
		at := lima("2026-11-01 12:00").AddDate(0, 0, day)
		s := &deliver.Sender{Book: b, Maker: &reports{}, Now: func() time.Time { return at }, Abreast: 2, Backoff: []time.Duration{0, 0, 0, 0, 0, 0, 0, 0},
			Channels: map[string]deliver.Channel{deliver.Email: mail, deliver.Webhook: channel.Hook{}}}
		if _, err := s.Pass(context.Background()); err != nil {
			fmt.Println(err)
			return 1
		}
		fmt.Println("day", day)
	}
	fmt.Println("done")
	return 0
}

const crashDays = 50

// Kills at random moments: no mail arrives twice, each webhook arrives at least once
// with one id, and the ledger knows of each delivery how it ended.
func TestKillsNeverSendMailTwice(t *testing.T) {
	box := &mailbox{ids: map[string]int{}}
	server := smtp.NewServer(box)
	server.Domain = "localhost"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(l)
	defer server.Close()
	r := newReceiver(t, always(200))
	dir := t.TempDir()
	book, err := deliver.OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	created := lima("2026-10-30 00:00")
	for i := range 3 {
		x := hook(fmt.Sprintf("persona%d@example.org", i), deliver.Email, created)
		if _, err := book.Add(x); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.Add(hook(r.URL, deliver.Webhook, created)); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 11))
	kills, finished := 0, false
	for run := 0; run < 60 && !finished; run++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crashEnv+"="+dir, "ANTOJO_TEST_SMTP="+l.Addr().String())
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if run < 25 { // the last runs end by themselves
			time.AfterFunc(time.Duration(20+rng.IntN(50))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
		for sc := bufio.NewScanner(out); sc.Scan(); {
			finished = finished || sc.Text() == "done"
		}
		if cmd.Wait() != nil {
			kills++
		}
		if run < 25 {
			finished = false
		}
	}
	if !finished || kills == 0 {
		t.Fatalf("finished %v after %d kills", finished, kills)
	}
	events, err := book.Log()
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]deliver.Event{}
	for _, e := range events {
		last[e.Key] = e
	}
	unsure := 0
	for key, e := range last {
		n := box.ids["<"+key+"@antojo.example>"]
		switch {
		case e.Channel == deliver.Email && n > 1:
			t.Errorf("%s arrived %d times", key, n)
		case e.Channel == deliver.Email && e.State == deliver.Sent && n != 1:
			t.Errorf("%s is sent by the ledger but arrived %d times", key, n)
		case e.State == deliver.Unsure:
			unsure++
		case e.State != deliver.Sent:
			t.Errorf("%s ended as %s %s", key, e.State, e.Code)
		}
	}
	hooks := map[string]bool{}
	for _, id := range r.ids {
		hooks[id] = true
	}
	if len(hooks) != crashDays || len(last) != 4*crashDays {
		t.Errorf("%d webhooks and %d deliveries, want %d and %d", len(hooks), len(last), crashDays, 4*crashDays)
	}
	t.Logf("%d kills; %d mails of %d uncertain; %d webhook requests for %d", kills, unsure, 3*crashDays, len(r.ids), crashDays)
}

func FuzzLedger(f *testing.F) {
	f.Add([]byte("{\"key\":\"a\",\"state\":\"sent\"}\n{\"key\":\"b\",\"sta"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		b, err := deliver.OpenBook(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "ledger.jsonl"), data, 0o600); err != nil {
			t.Fatal(err)
		}
		events, err := b.Log()
		for _, e := range events {
			if err == nil && e.State == "" {
				t.Error("an event without a state")
			}
		}
	})
}
