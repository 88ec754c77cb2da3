package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/metric"
)

// TestFilterDocs: each parameter of a filter is described, and none besides.
func TestFilterDocs(t *testing.T) {
	for _, name := range metric.FilterFields {
		if filterDocs[name].doc == "" {
			t.Errorf("the parameter %s is not described", name)
		}
	}
	if len(filterDocs) != len(metric.FilterFields) {
		t.Errorf("%d parameters are described, the filter has %d", len(filterDocs), len(metric.FilterFields))
	}
	want := make([]string, len(metric.Dimensions))
	for i, d := range metric.Dimensions {
		want[i] = string(d)
	}
	if fmt.Sprint(want) != fmt.Sprint(dimensions) {
		t.Errorf("dimensions %v, want %v", dimensions, want)
	}
}

// TestFilterExamples: what the document gives as an example is a filter.
func TestFilterExamples(t *testing.T) {
	for _, p := range filterParams() {
		var values []string
		switch e := p.Example.(type) {
		case string:
			values = []string{e}
		case []string:
			values = e
		}
		if len(values) == 0 {
			continue
		}
		if _, err := metric.ParseFilter(map[string][]string{p.Name: values}); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}

func TestLimiter(t *testing.T) {
	now := time.Unix(1000, 0)
	l := newLimiter(2, func() time.Time { return now })
	for i := range 8 { // four seconds' worth
		if wait, ok := l.take("a"); !ok {
			t.Fatalf("request %d must wait %v", i, wait)
		}
	}
	if wait, ok := l.take("a"); ok || wait != 500*time.Millisecond {
		t.Errorf("the ninth: %v, %v; want to wait half a second", wait, ok)
	}
	if _, ok := l.take("b"); !ok {
		t.Error("another one has no bucket of its own")
	}
	now = now.Add(500 * time.Millisecond)
	if _, ok := l.take("a"); !ok {
		t.Error("after half a second there is no place")
	}
	for i := range 2 * maxBuckets {
		now = now.Add(time.Millisecond)
		l.take(fmt.Sprint("address ", i))
	}
	if len(l.by) > maxBuckets {
		t.Errorf("%d buckets, at most %d are kept", len(l.by), maxBuckets)
	}
	free := newLimiter(-1, time.Now)
	for range 1000 {
		if _, ok := free.take("a"); !ok {
			t.Fatal("a limit where there is none")
		}
	}
}

func TestClient(t *testing.T) {
	for addr, want := range map[string]string{
		"203.0.113.9:1234":              "203.0.113.9",
		"[2001:db8:1:2:3:4:5:6]:80":     "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff:4:5:6]:443": "2001:db8:1:2::/64",
		"[::ffff:203.0.113.9]:80":       "::ffff:203.0.113.9",
		"pipe":                          "pipe",
	} {
		x := &exchange{anonymous: true, r: &http.Request{RemoteAddr: addr}}
		if got := x.client(); got != want {
			t.Errorf("%s belongs to %s, want %s", addr, got, want)
		}
	}
}

func TestLocal(t *testing.T) {
	for _, c := range []struct {
		addr, header string
		want         bool
	}{
		{"127.0.0.1:5", "", true}, {"[::1]:5", "", true}, {"[::ffff:127.0.0.1]:5", "", true}, {"192.168.1.5:5", "", false}, {"10.0.0.1:5", "", false},
		{"127.0.0.1:5", "X-Forwarded-For", false}, {"127.0.0.1:5", "Forwarded", false}, {"127.0.0.1:5", "Via", false}, {"", "", false},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.addr
		if c.header != "" {
			r.Header.Set(c.header, "1.2.3.4")
		}
		if got := FromHere(r); got != c.want {
			t.Errorf("%s %s: local %v, want %v", c.addr, c.header, got, c.want)
		}
	}
}

func TestMatches(t *testing.T) {
	const tag = `W/"abc"`
	for given, want := range map[string]bool{"": false, "*": true, `W/"abc"`: true, `"abc"`: true, `"x", W/"abc"`: true, `"abcd"`: false, "abc": false} {
		if got := matches(given, tag); got != want {
			t.Errorf("If-None-Match %s: %v, want %v", given, got, want)
		}
	}
}

// TestFinished: a problem shows no more of the input than a line, and for the
// inference protocol carries its message.
func TestFinished(t *testing.T) {
	long := string(make([]byte, 5000))
	p := fieldProblem("body.text", long, long)
	p.Errors = append(p.Errors, &huma.ErrorDetail{Location: "body", Value: map[string]any{"secret": 1}})
	for range 100 {
		p.Errors = append(p.Errors, &huma.ErrorDetail{Message: "more"})
	}
	out := finished(p, &exchange{id: "1", path: "/api/v1/x"}).(*huma.ErrorModel)
	if len(out.Errors) != 20 || out.Errors[1].Value != nil || len(out.Errors[0].Value.(string)) > 300 || len(out.Errors[0].Message) > 300 {
		t.Errorf("%d errors: %+v", len(out.Errors), out.Errors[0])
	}
	if q, ok := finished(fieldProblem("body.x", "no", nil), &exchange{path: "/v2/models/x"}).(*oipProblem); !ok || q.Error != "body.x: no" {
		t.Errorf("of the inference protocol: %+v", q)
	}
}
