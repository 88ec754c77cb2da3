package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"antojo/internal/app"
	"antojo/internal/demo"
	"antojo/internal/mention"
)

var update = flag.Bool("update", false, "rewrite the committed OpenAPI documents")

// The tests run the program itself, in this process: its store, log and model are
// the real ones, and the data came in through the API. One server is shared.
var site struct {
	once sync.Once
	*server
	err error
}

// server is `antojo serve` on a port of its own.
type server struct {
	url, data  string
	tokens     map[string]string // by scope
	imported   map[string]any    // status of the import that brought the data
	rows       int
	importBody []byte
	stop       func() error
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if site.server != nil {
		if err := site.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "the server did not end well:", err)
			code = 1
		}
		os.RemoveAll(site.data)
	}
	os.Exit(code)
}

// tail collects what a command says.
type tail struct {
	mu  sync.Mutex
	b   bytes.Buffer
	had chan struct{}
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b.Write(p)
	select {
	case t.had <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

var readyLine = regexp.MustCompile(`ready in \S+ s on (http://\S+)`)

// start runs `antojo ARGS… --listen 127.0.0.1:0` until stop.
func start(args ...string) (url string, stop func() error, err error) {
	ctx, cancel := context.WithCancel(context.Background())
	out := &tail{had: make(chan struct{}, 1)}
	ended := make(chan int, 1)
	go func() {
		ended <- app.Main(ctx, append(args, "--listen", "127.0.0.1:0"), app.Streams{In: strings.NewReader(""), Out: io.Discard, Err: out}, "test")
	}()
	for {
		if m := readyLine.FindStringSubmatch(out.String()); m != nil {
			return m[1], func() error {
				cancel()
				if code := <-ended; code != 0 {
					return fmt.Errorf("exit code %d: %s", code, out)
				}
				return nil
			}, nil
		}
		select {
		case <-out.had:
		case code := <-ended:
			cancel()
			return "", nil, fmt.Errorf("antojo %s ended with %d: %s", strings.Join(args, " "), code, out)
		}
	}
}

// antojo runs a command to its end.
func antojo(stdin string, args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = app.Main(context.Background(), args, app.Streams{In: strings.NewReader(stdin), Out: &out, Err: &errs}, "test")
	return out.String(), errs.String(), code
}

// serve returns the shared server, which holds some weeks of the demo set.
func serve(t testing.TB) *server {
	t.Helper()
	site.once.Do(func() { site.server, site.err = build(everyNth) })
	if site.err != nil {
		t.Fatal(site.err)
	}
	return site.server
}

const (
	demoDays = 70
	everyNth = 4 // row of the demo set
)

// build starts a server of its own and fills it with every nth row of some weeks.
func build(nth int) (*server, error) {
	dir, err := os.MkdirTemp("", "antojo-api-test-")
	if err != nil {
		return nil, err
	}
	s := &server{data: dir, tokens: map[string]string{}}
	for _, scope := range []string{"read", "annotate", "write"} {
		out, errs, code := antojo("", "tokens", "create", "the-"+scope, "--scope", scope, "--data", dir)
		if code != 0 {
			return nil, fmt.Errorf("create token: %s", errs)
		}
		s.tokens[scope] = strings.TrimSpace(out)
	}
	if s.url, s.stop, err = start("serve", "--data", dir, "--api-rate", "0"); err != nil {
		return nil, err
	}
	if s.importBody, s.rows, err = demoRows(nth); err == nil {
		err = s.load()
	}
	if err != nil {
		return nil, fmt.Errorf("%w (stopping: %v)", err, s.stop())
	}
	return s, nil
}

// demoRows are the last weeks of the demo set as the generator writes them.
func demoRows(nth int) ([]byte, int, error) {
	plan, err := demo.Load()
	if err != nil {
		return nil, 0, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	i, n := 0, 0
	err = plan.Days(plan.End-demoDays+1, plan.End, func(r mention.Raw, _ demo.Truth) error {
		if i++; i%nth != 0 {
			return nil
		}
		n++
		return enc.Encode(map[string]any{"id": r.External, "text": r.Text, "ts": r.Time.UTC().Format(time.RFC3339), "author": r.Author, "rating": r.Rating,
			"place": r.Place, "department": r.Department.Code(), "source": r.Source, "channel": r.Channel})
	})
	return b.Bytes(), n, err
}

// load uploads the rows and waits until they can be asked for.
func (s *server) load() error {
	req, err := http.NewRequest(http.MethodPost, s.url+"/api/v1/imports?name=demo.jsonl", bytes.NewReader(s.importBody))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.tokens["write"])
	req.Header.Set("Idempotency-Key", "the-first-one")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusAccepted {
		return fmt.Errorf("import: %d %s %v", res.StatusCode, body, err)
	}
	s.imported, err = s.waitFor(res.Header.Get("Location"))
	return err
}

// waitFor asks for the status of an import until it has ended.
func (s *server) waitFor(location string) (map[string]any, error) {
	for {
		res, err := http.Get(s.url + location)
		if err != nil {
			return nil, err
		}
		var v map[string]any
		err = json.NewDecoder(res.Body).Decode(&v)
		res.Body.Close()
		if err != nil {
			return nil, err
		}
		if v["status"] != "running" {
			return v, nil
		}
		time.Sleep(50 * time.Millisecond) // between questions, as a client would
	}
}

// reply is an answer, read to its end.
type reply struct {
	*http.Response
	body []byte
}

// json is the answer as a tree.
func (r reply) json(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("the answer is not a JSON object: %v: %.300s", err, r.body)
	}
	return v
}

// request makes a request to the shared server; header pairs follow the body.
func (s *server) request(t testing.TB, method, path, body string, header ...string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
			continue
		}
		req.Header.Set(header[i], header[i+1])
	}
	return req
}

// send sends a request and holds its answer against the document.
func (s *server) send(t testing.TB, req *http.Request) reply {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := documentOf(t).check(req, res, b); err != nil {
		t.Errorf("%s %s: %v\n%.1000s", req.Method, req.URL, err, b)
	}
	return reply{res, b}
}

func (s *server) get(t testing.TB, path string, header ...string) reply {
	t.Helper()
	return s.send(t, s.request(t, http.MethodGet, path, "", header...))
}

func (s *server) post(t testing.TB, path, body string, header ...string) reply {
	t.Helper()
	return s.send(t, s.request(t, http.MethodPost, path, body, header...))
}

func root(t testing.TB, elem ...string) string {
	t.Helper()
	p, err := filepath.Abs(filepath.Join(append([]string{"..", ".."}, elem...)...))
	if err != nil {
		t.Fatal(err)
	}
	return p
}
