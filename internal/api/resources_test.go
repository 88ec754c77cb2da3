package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// at walks a tree by keys and indexes.
func at(t testing.TB, v any, keys ...any) any {
	t.Helper()
	for _, k := range keys {
		switch k := k.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok || m[k] == nil {
				t.Fatalf("no %q in %.300s", k, marshal(t, v))
			}
			v = m[k]
		case int:
			l, ok := v.([]any)
			if !ok || len(l) <= k {
				t.Fatalf("no element %d in %.300s", k, marshal(t, v))
			}
			v = l[k]
		}
	}
	return v
}

// TestImported: what was uploaded is what is there.
func TestImported(t *testing.T) {
	s := serve(t)
	accepted := at(t, s.imported, "accepted").(float64)
	if got := s.imported["status"]; got != "done" || accepted+s.imported["duplicate"].(float64) != float64(s.rows) || accepted < 0.95*float64(s.rows) {
		t.Errorf("import of %d rows: %v", s.rows, s.imported)
	}
	sources := s.get(t, "/api/v1/sources").json(t)
	if got := sources["mentions"].(float64); got < accepted { // other tests add some
		t.Errorf("%v mentions, want at least the %v of the import", got, accepted)
	}
	sum := 0.0
	for _, c := range sources["channels"].([]any) {
		sum += at(t, c, "mentions").(float64)
	}
	// Figures may lag some seconds behind the store, which other tests add to.
	if all := sources["mentions"].(float64); sum < accepted || sum > all {
		t.Errorf("the channels have %v mentions, the import brought %v, the store has %v", sum, accepted, all)
	}
}

// TestQueryAgreesWithMentions: the total of a query is the number of mentions that
// the list gives for the same filter, page by page, none twice.
func TestQueryAgreesWithMentions(t *testing.T) {
	s := serve(t)
	for _, filter := range []string{"entity=ceviche", "kind=drink&source=review&source=social", "sentiment=neg&aspect=delivery:neg", "department=15,07&intent=complain", "q=ceviche"} {
		t.Run(filter, func(t *testing.T) {
			total := at(t, s.get(t, "/api/v1/query?measures=mentions&"+filter).json(t), "total").(float64)
			seen := map[string]bool{}
			last := "z"
			next := "/api/v1/mentions?limit=37&" + filter
			for next != "" {
				r := s.get(t, next)
				page := r.json(t)
				for _, m := range page["mentions"].([]any) {
					id, ts := at(t, m, "id").(string), at(t, m, "ts").(string)
					if seen[id] {
						t.Fatalf("mention %s is on two pages", id)
					}
					if seen[id] = true; ts > last {
						t.Fatalf("%s comes after %s", ts, last)
					}
					last = ts
				}
				next = ""
				if link := r.Header.Get("Link"); link != "" {
					next, _, _ = strings.Cut(strings.TrimPrefix(link, "<"), ">")
					if u, err := url.Parse(next); err != nil || u.Query().Get("after") != page["next"] {
						t.Fatalf("Link %q does not carry the cursor %v", link, page["next"])
					}
				}
			}
			if float64(len(seen)) != total || total == 0 {
				t.Errorf("%d mentions in the list, %v in the query", len(seen), total)
			}
		})
	}
}

// TestFigures: each figure comes with n and an interval that holds it.
func TestFigures(t *testing.T) {
	s := serve(t)
	res := s.get(t, "/api/v1/query?measures=mentions,net_sentiment,positive_share,sov&by=entity&kind=dish&window=28d&order=-mentions&limit=20").json(t)
	rows := res["rows"].([]any)
	if len(rows) != 20 {
		t.Fatalf("%d rows, want 20", len(rows))
	}
	for _, r := range rows {
		for name, v := range at(t, r, "values").(map[string]any) {
			f := v.(map[string]any)
			if f["value"] == nil {
				if f["interval"] != nil {
					t.Errorf("%s has an interval without a value: %v", name, f)
				}
				continue
			}
			x, lo, hi := f["value"].(float64), at(t, f, "interval", 0).(float64), at(t, f, "interval", 1).(float64)
			if !(lo <= x && x <= hi) || f["n"].(float64) < 1 {
				t.Errorf("%s = %v in [%v, %v], n %v", name, x, lo, hi, f["n"])
			}
		}
	}
	if why := at(t, res, "corrections", "net_sentiment").(map[string]any); why["model"] == nil && why["why"] == nil {
		t.Errorf("the correction of net_sentiment says nothing: %v", why)
	}
	raw := s.get(t, "/api/v1/query?measures=net_sentiment&correct=raw").json(t)
	if at(t, raw, "corrections", "net_sentiment", "why") != "asked" {
		t.Errorf("correct=raw: %v", raw["corrections"])
	}
}

// TestTrends: the ranking, one of its entities, and the entity's own pages agree.
func TestTrends(t *testing.T) {
	s := serve(t)
	list := s.get(t, "/api/v1/trends?window=28d&lang=en&limit=1000").json(t)
	trends := list["trends"].([]any)
	if len(trends) < 20 || at(t, list, "total").(float64) != float64(len(trends)) {
		t.Fatalf("%d trends of %v", len(trends), list["total"])
	}
	enough := 0
	for _, x := range trends {
		tr := x.(map[string]any)
		if tr["verdict"] == "not-enough-data" {
			if tr["growth"] != nil || tr["interval"] != nil {
				t.Errorf("%v has no data and a figure: %v", tr["entity"], tr)
			}
			continue
		}
		enough++
		g, lo, hi := tr["growth"].(float64), at(t, tr, "interval", 0).(float64), at(t, tr, "interval", 1).(float64)
		if !(lo <= g && g <= hi) || len(tr["reasons"].([]any)) == 0 {
			t.Errorf("%v: growth %v in [%v, %v], reasons %v", tr["entity"], g, lo, hi, tr["reasons"])
		}
	}
	if enough == 0 {
		t.Error("no entity has enough data: the test shows nothing")
	}
	first := trends[0].(map[string]any)
	id := first["entity"].(string)
	one := s.get(t, "/api/v1/trends/"+id+"?window=28d&lang=en").json(t)
	if d := cmp.Diff(any(first), one["trend"]); d != "" {
		t.Errorf("%s alone differs from the ranking (-ranking +alone):\n%s", id, d)
	}
	if es := at(t, s.get(t, "/api/v1/trends/"+id+"?window=28d").json(t), "trend", "reasons", 0); es == at(t, first, "reasons", 0) {
		t.Errorf("the reasons are the same in Spanish and English: %v", es)
	}
	profile := s.get(t, "/api/v1/entities/"+id+"?window=28d").json(t)
	if got := at(t, profile, "mentions", "value"); got != first["n"] {
		t.Errorf("%s has %v mentions in its profile and %v in the ranking", id, got, first["n"])
	}
	series := s.get(t, "/api/v1/entities/"+id+"/series?grain=day&window=28d").json(t)
	sum, before := 0.0, ""
	for _, p := range series["points"].([]any) {
		sum += at(t, p, "values", "mentions", "value").(float64)
		if day := at(t, p, "start").(string); day <= before {
			t.Errorf("%s comes after %s", day, before)
		} else {
			before = day
		}
	}
	if sum != first["n"] {
		t.Errorf("the days of %s sum to %v, want %v", id, sum, first["n"])
	}
	// An entity of the lexicon that nobody speaks of.
	silent := s.get(t, "/api/v1/trends/ceviche-de-machas?window=1d&to=2026-10-01").json(t)
	if at(t, silent, "trend", "verdict") != "not-enough-data" {
		t.Errorf("an entity without mentions: %v", silent)
	}
}

// TestTrendsAreTheCommands: the contract's keys are those of antojo trends --json.
func TestTrendsAreTheContracts(t *testing.T) {
	s := serve(t)
	got := at(t, s.get(t, "/api/v1/trends").json(t), "trends", 0).(map[string]any)
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	want := []string{"entity", "growth", "interval", "kind", "n", "n_previous", "name", "net_sentiment", "q", "reasons", "verdict"}
	if d := cmp.Diff(want, keys); d != "" {
		t.Errorf("keys of a trend (-contract +got):\n%s", d)
	}
}

func TestEntities(t *testing.T) {
	s := serve(t)
	seen, next, total := 0, "", 0.0
	for first := true; first || next != ""; first = false {
		page := s.get(t, "/api/v1/entities?limit=300&kind=dish&after="+url.QueryEscape(next)).json(t)
		for _, e := range page["entities"].([]any) {
			if at(t, e, "kind") != "dish" || at(t, e, "id").(string) <= next {
				t.Fatalf("after %q: %v", next, e)
			}
			seen++
		}
		total = page["total"].(float64)
		next, _ = page["next"].(string)
	}
	if float64(seen) != total || seen < 300 {
		t.Errorf("%d dishes on pages, %v in all", seen, total)
	}
	found := s.get(t, "/api/v1/entities?q=SEBICHE").json(t)
	if at(t, found, "entities", 0, "id") != "ceviche" {
		t.Errorf("sebiche finds %v", found)
	}
}

func TestSingleThings(t *testing.T) {
	s := serve(t)
	id := at(t, s.get(t, "/api/v1/mentions?limit=1").json(t), "mentions", 0, "id").(string)
	run := s.imported["id"].(string)
	for path, want := range map[string]struct {
		key   string
		value any
	}{
		"/api/v1/mentions/" + id:  {"id", id},
		"/api/v1/imports/" + run:  {"id", run},
		"/api/v1/runs/" + run:     {"file", "demo.jsonl"},
		"/api/v1/models/builtin":  {"in_use", true},
		"/api/v1/entities/pisco":  {"kind", "drink"},
		"/api/v1/health":          {"status", "ok"},
		"/api/v1/series?item=no":  {"total", 0.0},
		"/v2/health/live":         {"live", true},
		"/v2/health/ready":        {"ready", true},
		"/v2":                     {"name", "antojo"},
		"/api/v1/runs?limit=1000": {"", nil},
		"/api/v1/models":          {"", nil},
		"/api/v1/briefs":          {"", nil},
		"/api/v1/alerts":          {"", nil},
	} {
		r := s.get(t, path)
		if r.StatusCode != 200 {
			t.Errorf("%s = %d: %.300s", path, r.StatusCode, r.body)
			continue
		}
		if v := r.json(t); want.key != "" && v[want.key] != want.value {
			t.Errorf("%s: %s = %v, want %v", path, want.key, v[want.key], want.value)
		}
	}
	// Authors are not told, not even as hashes.
	if b := string(s.get(t, "/api/v1/mentions?limit=100").body); strings.Contains(b, "author") {
		t.Error("mentions name authors")
	}
}

func TestBrief(t *testing.T) {
	s := serve(t)
	period := at(t, s.get(t, "/api/v1/briefs").json(t), "periods", 0).(string)
	for _, lang := range []string{"es", "en"} {
		b := s.get(t, "/api/v1/briefs/latest?lang="+lang).json(t)
		if b["period"] != period || b["lang"] != lang || len(b["sections"].([]any)) == 0 {
			t.Errorf("brief in %s: period %v, want %s; %d sections", lang, b["period"], period, len(b["sections"].([]any)))
		}
		facts := map[string]bool{}
		for _, f := range at(t, b, "table", "facts").([]any) {
			facts[at(t, f, "id").(string)] = true
		}
		for _, sec := range b["sections"].([]any) {
			for _, x := range at(t, sec, "sentences").([]any) {
				for _, f := range at(t, x, "facts").([]any) {
					if !facts[f.(string)] {
						t.Errorf("sentence %v rests on %v, which is not in the table", x, f)
					}
				}
			}
		}
	}
	md := s.get(t, "/api/v1/briefs/"+period+"?format=md")
	html := s.get(t, "/api/v1/briefs/"+period+"?format=html")
	if !strings.HasPrefix(string(md.body), "# ") || !strings.HasPrefix(strings.ToLower(string(html.body)), "<!doctype html") {
		t.Errorf("Markdown begins with %.20q, HTML with %.20q", md.body, html.body)
	}
	if r := s.get(t, "/api/v1/briefs/2019-W01"); r.StatusCode != 422 || !strings.Contains(string(r.body), "no mentions of 2019-W01") {
		t.Errorf("a week before the data: %d %s", r.StatusCode, r.body)
	}
}

// TestETag: an answer that has not changed is not sent again, compressed or not.
func TestETag(t *testing.T) {
	s := serve(t)
	path := "/api/v1/entities?limit=50"
	r := s.get(t, path)
	tag := r.Header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	again := s.get(t, path, "If-None-Match", `"other", `+tag)
	if again.StatusCode != http.StatusNotModified || len(again.body) != 0 || again.Header.Get("ETag") != tag {
		t.Errorf("the same again: %d with %d bytes", again.StatusCode, len(again.body))
	}
	other := s.get(t, path+"&kind=drink", "If-None-Match", tag)
	if other.StatusCode != 200 || other.Header.Get("ETag") == tag {
		t.Errorf("another question: %d, tag %s", other.StatusCode, other.Header.Get("ETag"))
	}
	zipped := s.get(t, path, "Accept-Encoding", "gzip")
	if zipped.Header.Get("Content-Encoding") != "gzip" || len(zipped.body) >= len(r.body) || zipped.Header.Get("ETag") != tag {
		t.Errorf("gzip: encoding %q, %d of %d bytes", zipped.Header.Get("Content-Encoding"), len(zipped.body), len(r.body))
	}
	head := s.send(t, s.request(t, http.MethodHead, path, ""))
	if head.StatusCode != 200 || head.Header.Get("ETag") != tag || len(head.body) != 0 {
		t.Errorf("HEAD: %d, %d bytes", head.StatusCode, len(head.body))
	}
	if p := s.get(t, "/api/v1/entities/none"); p.Header.Get("ETag") != "" {
		t.Error("a problem has an ETag")
	}
}

// TestProblems: each error says the status, names the field and shows no internals.
func TestProblems(t *testing.T) {
	s := serve(t)
	long := strings.Repeat("a", 17<<10)
	for _, c := range []struct {
		method, path, body string
		status             int
		location           string // of the first error, "" = none
	}{
		{"GET", "/api/v1/query", "", 422, "query.measures"},
		{"GET", "/api/v1/query?measures=foo", "", 422, "query.measures"},
		{"GET", "/api/v1/query?measures=mentions&by=planet", "", 422, "query.by"},
		{"GET", "/api/v1/query?measures=mentions&kind=soup", "", 422, "query.kind"},
		{"GET", "/api/v1/query?measures=mentions&department=99", "", 422, "query.department"},
		{"GET", "/api/v1/query?measures=mentions&from=2026-99-99", "", 422, "query.from"},
		{"GET", "/api/v1/query?measures=mentions&from=2026-10-02&to=2026-10-01", "", 422, "query.from"},
		{"GET", "/api/v1/query?measures=mentions&limit=999999", "", 422, "query.limit"},
		{"GET", "/api/v1/query?measures=mentions&colour=red", "", 422, "query.colour"},
		{"GET", "/api/v1/query?measures=mentions&order=-colour", "", 422, "query.order"},
		{"GET", "/api/v1/query?measures=mentions&q=%zz", "", 400, ""},
		{"GET", "/api/v1/query?q=" + long, "", 414, ""},
		{"GET", "/api/v1/trends?window=900d", "", 422, "query.window"},
		{"GET", "/api/v1/trends?lang=de", "", 422, "query.lang"},
		{"GET", "/api/v1/trends?limit=x", "", 422, "query.limit"},
		{"GET", "/api/v1/trends/none", "", 404, ""},
		{"GET", "/api/v1/entities/none/series", "", 404, ""},
		{"GET", "/api/v1/entities/pisco/series?measures=colour", "", 422, "query.measures"},
		{"GET", "/api/v1/mentions?after=x", "", 422, "query.after"},
		{"GET", "/api/v1/mentions/x", "", 422, "path.id"},
		{"GET", "/api/v1/mentions/" + strings.Repeat("0", 32), "", 404, ""},
		{"GET", "/api/v1/runs/none", "", 404, ""},
		{"GET", "/api/v1/imports/none", "", 404, ""},
		{"GET", "/api/v1/models/none", "", 404, ""},
		{"GET", "/api/v1/alerts/none", "", 404, ""},
		{"GET", "/api/v1/alerts?state=loud", "", 422, "query.state"},
		{"GET", "/api/v1/briefs/2026-W99", "", 422, ""},
		{"GET", "/api/v1/briefs/lunes", "", 422, "path.period"},
		{"GET", "/api/v1/nothing", "", 404, ""},
		{"DELETE", "/api/v1/mentions", "", 405, ""},
		{"POST", "/api/v1/annotate", "{", 400, "body"},
		{"POST", "/api/v1/annotate", `{"texts":[]}`, 422, "body.texts"},
		{"POST", "/api/v1/annotate", `{"texts":[{"text":5}]}`, 422, "body.texts[0].text"},
		{"POST", "/api/v1/annotate", `{"texts":[{"text":"a","planet":"x"}]}`, 422, "body.texts[0].planet"},
		{"POST", "/api/v1/annotate", `{"texts":[{"text":"ok"},{"text":" \u200b "}]}`, 422, "body.texts[1].text"},
		{"POST", "/api/v1/annotate", `{"texts":[{"text":"ok","department":"77"}]}`, 422, "body.texts[0].department"},
		{"POST", "/api/v1/annotate", strings.Repeat(" ", 9<<20), 413, ""},
		{"POST", "/v2/models/none/infer", `{"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":["a"]}]}`, 404, ""},
	} {
		t.Run(fmt.Sprintf("%s %.60s %.30s", c.method, c.path, strings.TrimSpace(c.body)), func(t *testing.T) {
			r := s.send(t, s.request(t, c.method, c.path, c.body, "Content-Type", "application/json"))
			if r.StatusCode != c.status {
				t.Fatalf("status %d, want %d: %.500s", r.StatusCode, c.status, r.body)
			}
			if kind := r.Header.Get("Content-Type"); kind != "application/problem+json" {
				t.Fatalf("content type %q: %.300s", kind, r.body)
			}
			p := r.json(t)
			if p["status"] != float64(c.status) || p["title"] != http.StatusText(c.status) || p["detail"] == "" {
				t.Errorf("problem %v", p)
			}
			if want := "urn:antojo:request:" + r.Header.Get("X-Request-Id"); p["instance"] != want {
				t.Errorf("instance %v, want %v", p["instance"], want)
			}
			if c.location != "" && at(t, p, "errors", 0, "location") != c.location {
				t.Errorf("field %v, want %s", at(t, p, "errors", 0, "location"), c.location)
			}
			if err := leaks(s, r.body); err != nil {
				t.Error(err)
			}
		})
	}
}

// leaks looks for what no answer may tell: places on disk, statements, code.
func leaks(s *server, body []byte) error {
	text := string(body)
	for _, bad := range []string{s.data, "/root/", "/tmp/", "/work/", "SELECT ", "FROM mentions", "INSERT ", "duckdb", "DuckDB", ".go:", "goroutine ", "panic", "runtime error", "nil pointer", "antojo/internal", "reflect.", "json: cannot unmarshal", "strconv."} {
		if strings.Contains(text, bad) {
			return fmt.Errorf("the answer holds %q: %.500s", bad, text)
		}
	}
	return nil
}

func decode[T any](t testing.TB, b []byte) (v T) {
	t.Helper()
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v: %.300s", err, b)
	}
	return v
}
