package api_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"antojo/internal/api/token"
)

// second is a server of its own with other settings, on the model alone.
func second(t *testing.T, data string, args ...string) *server {
	t.Helper()
	url, stop, err := start(append([]string{"serve", "--only", "inference", "--data", data}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
	return &server{url: url, data: data}
}

const oneText = `{"texts":[{"id":"a","text":"El ceviche estaba buenazo"}]}`

// TestWhoMay: what each kind of asker may do, on the server as it starts by default.
func TestWhoMay(t *testing.T) {
	s := serve(t)
	bearer := func(scope string) []string { return []string{"Authorization", "Bearer " + s.tokens[scope]} }
	ours := []string{"Sec-Fetch-Site", "same-origin", "Origin", s.url}
	foreign := []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}
	points := "date,item,place,value,unit\n2026-10-01,who-may,Lima,4.5,PEN/kg\n"
	for _, c := range []struct {
		name                 string
		method, path, body   string
		header               []string
		status               int
		challenge, mentioned string
	}{
		{"this machine reads", "GET", "/api/v1/sources", "", nil, 200, "", ""},
		{"this machine annotates", "POST", "/api/v1/annotate", oneText, nil, 200, "", ""},
		{"this machine does not write", "POST", "/api/v1/series", points, nil, 401, "write", "tokens create"},
		{"our page writes", "POST", "/api/v1/series", points, ours, 200, "", ""},
		{"a foreign page reads nothing", "GET", "/api/v1/sources", "", foreign, 403, "", "--cors-origin"},
		{"a foreign page writes nothing", "POST", "/api/v1/series", points, foreign, 403, "", ""},
		{"a page that lies about its site", "POST", "/api/v1/series", points, []string{"Sec-Fetch-Site", "same-origin", "Origin", "https://evil.example"}, 403, "", ""},
		{"a followed link is read", "GET", "/api/v1/sources", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200, "", ""},
		{"behind a proxy nothing without a token", "GET", "/api/v1/sources", "", []string{"X-Forwarded-For", "203.0.113.9"}, 401, "read", ""},
		{"behind a proxy health", "GET", "/api/v1/health", "", []string{"X-Forwarded-For", "203.0.113.9"}, 200, "", ""},
		{"behind a proxy with a token", "GET", "/api/v1/sources", "", append(bearer("read"), "X-Forwarded-For", "203.0.113.9"), 200, "", ""},
		{"our page behind a proxy writes nothing", "POST", "/api/v1/series", points, append([]string{"X-Forwarded-For", "203.0.113.9"}, ours...), 401, "write", ""},
		{"the scope read does not write", "POST", "/api/v1/series", points, bearer("read"), 403, "", "lacks the scope write"},
		{"the scope read does not annotate", "POST", "/api/v1/annotate", oneText, bearer("read"), 403, "", "lacks the scope annotate"},
		{"the scope annotate annotates", "POST", "/api/v1/annotate", oneText, bearer("annotate"), 200, "", ""},
		{"the scope annotate does not read", "GET", "/api/v1/sources", "", bearer("annotate"), 403, "", ""},
		{"the scope write writes", "POST", "/api/v1/series", points, bearer("write"), 200, "", ""},
		{"no such token", "GET", "/api/v1/sources", "", []string{"Authorization", "Bearer antojo_aaaaaaaabbbbbbbb"}, 401, "invalid_token", ""},
		{"a token of another kind", "GET", "/api/v1/sources", "", []string{"Authorization", "Basic YTpi"}, 401, "invalid_token", ""},
		{"a wrong token on health", "GET", "/api/v1/health", "", []string{"Authorization", "Bearer x"}, 401, "invalid_token", ""},
		{"a name that is not ours", "GET", "/api/v1/sources", "", []string{"Host", "evil.example"}, 421, "", "--host"},
		{"localhost", "GET", "/api/v1/sources", "", []string{"Host", "localhost:1"}, 200, "", ""},
		{"a question before a foreign call", "OPTIONS", "/api/v1/sources", "", foreign, 403, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := s.send(t, s.request(t, c.method, c.path, c.body, append([]string{"Content-Type", "application/json"}, c.header...)...))
			if c.path == "/api/v1/series" {
				r = s.send(t, s.request(t, c.method, c.path, c.body, append([]string{"Content-Type", "text/csv"}, c.header...)...))
			}
			if r.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %.300s", r.StatusCode, c.status, r.body)
			}
			if c.challenge != "" && !strings.Contains(r.Header.Get("WWW-Authenticate"), c.challenge) {
				t.Errorf("WWW-Authenticate %q, want %q in it", r.Header.Get("WWW-Authenticate"), c.challenge)
			}
			if !strings.Contains(string(r.body), c.mentioned) {
				t.Errorf("the answer does not say %q: %s", c.mentioned, r.body)
			}
			if h := r.Header.Get("Access-Control-Allow-Origin"); h != "" {
				t.Errorf("CORS is on by default: %q", h)
			}
		})
	}
}

// TestStrict: a server that wants a token from everybody, lets two origins call and
// allows two requests a second.
func TestStrict(t *testing.T) {
	dir := t.TempDir()
	secret, errs, code := antojo("", "tokens", "create", "robot", "--scope", "annotate,read", "--data", dir)
	if code != 0 {
		t.Fatal(errs)
	}
	secret = strings.TrimSpace(secret)
	s := second(t, dir, "--api-anonymous", "none", "--cors-origin", "https://a.example,https://b.example", "--host", "Antojo.example", "--api-rate", "2")
	auth := []string{"Authorization", "Bearer " + secret}
	if r := s.get(t, "/api/v1/models"); r.StatusCode != 401 {
		t.Errorf("without a token: %d", r.StatusCode)
	}
	if r := s.get(t, "/v2/health/ready"); r.StatusCode != 200 {
		t.Errorf("a balancer asks: %d", r.StatusCode)
	}
	if r := s.get(t, "/api/v1/models", append(auth, "Origin", "https://b.example", "Sec-Fetch-Site", "cross-site", "Host", "antojo.example")...); r.StatusCode != 200 || r.Header.Get("Access-Control-Allow-Origin") != "https://b.example" {
		t.Errorf("an allowed origin with a token: %d, %q", r.StatusCode, r.Header.Get("Access-Control-Allow-Origin"))
	}
	r := s.send(t, s.request(t, "OPTIONS", "/api/v1/annotate", "", "Origin", "https://a.example", "Access-Control-Request-Method", "POST"))
	if r.StatusCode != 204 || !strings.Contains(r.Header.Get("Access-Control-Allow-Headers"), "Authorization") || r.Header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %d %v", r.StatusCode, r.Header)
	}
	if r := s.get(t, "/api/v1/query?measures=mentions", auth...); r.StatusCode != 404 {
		t.Errorf("a server of the model alone answers a query: %d", r.StatusCode)
	}
	// Eight requests are taken at once, the ninth must wait a second at most.
	var last reply
	for range 12 {
		if last = s.get(t, "/api/v1/models", auth...); last.StatusCode == http.StatusTooManyRequests {
			break
		}
	}
	wait, err := strconv.Atoi(last.Header.Get("Retry-After"))
	if last.StatusCode != http.StatusTooManyRequests || err != nil || wait < 1 || wait > 2 {
		t.Errorf("many requests: %d, Retry-After %q", last.StatusCode, last.Header.Get("Retry-After"))
	}
	// Another address, or none, has a bucket of its own.
	if r := s.get(t, "/api/v1/health"); r.StatusCode != 200 {
		t.Errorf("without the token that asked too much: %d", r.StatusCode)
	}
}

// TestTokensCommand: make, list, revoke; a running server follows.
func TestTokensCommand(t *testing.T) {
	dir := t.TempDir()
	run := func(want int, args ...string) (string, string) {
		t.Helper()
		out, errs, code := antojo("", append(append([]string{"tokens"}, args...), "--data", dir)...)
		if code != want {
			t.Fatalf("antojo tokens %v: exit code %d, want %d: %s", args, code, want, errs)
		}
		return out, errs
	}
	run(2, "create", "x", "--scope", "everything")
	run(2, "create")
	run(2, "create", "x", "--expires", "soon")
	secret, _ := run(0, "create", "loader", "--scope", "read,write", "--expires", "90d")
	if !strings.HasPrefix(secret, "antojo_") {
		t.Fatalf("the token is %q", secret)
	}
	if _, errs := run(1, "create", "loader"); !strings.Contains(errs, "is taken") {
		t.Errorf("a second one of the name: %s", errs)
	}
	list, _ := run(0, "list", "--json")
	rows := decode[[]map[string]any](t, []byte(list))
	if len(rows) != 1 || rows[0]["name"] != "loader" || rows[0]["expires"] == nil || strings.Contains(list, "hash") {
		t.Errorf("list: %s", list)
	}
	s := second(t, dir, "--api-anonymous", "none")
	use := func() int {
		return s.get(t, "/api/v1/models", "Authorization", "Bearer "+strings.TrimSpace(secret)).StatusCode
	}
	if got := use(); got != 200 {
		t.Errorf("with the token: %d", got)
	}
	run(1, "revoke", "nobody")
	run(0, "revoke", "loader")
	f := token.File{Path: dir + "/tokens.json"}
	if ts, err := f.List(); err != nil || len(ts) != 0 {
		t.Errorf("after revoking: %v, %v", ts, err)
	}
	if list, _ := run(0, "list"); list != "" {
		t.Errorf("list is not empty: %s", list)
	}
}

// TestServeUsage: settings without a meaning are refused with what is meant.
func TestServeUsage(t *testing.T) {
	for _, args := range [][]string{{"--only", "pages"}, {"--api-anonymous", "all"}, {"--api-rate", "-1"}, {"--cors-origin", "example.org"}, {"--cors-origin", "https://example.org/x"}} {
		_, errs, code := antojo("", append([]string{"serve", "--data", t.TempDir()}, args...)...)
		if code != 2 || !strings.Contains(errs, args[0]) || !strings.Contains(errs, "want") {
			t.Errorf("serve %v: exit code %d: %s", args, code, errs)
		}
	}
}

// TestManyAtOnce: readers side by side get the same answer.
func TestManyAtOnce(t *testing.T) {
	s := serve(t)
	want := string(s.get(t, "/api/v1/query?measures=mentions&by=department&to=2026-10-31&window=8w").body)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got := string(s.get(t, "/api/v1/query?measures=mentions&by=department&to=2026-10-31&window=8w").body); got != want {
				t.Errorf("the answers differ:\n%s\n%s", want, got)
			}
		})
	}
	wg.Wait()
}
