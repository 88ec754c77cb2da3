package loki

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store/duckdb"
)

func TestParse(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`{}`, `{}`},
		{`{source="review"}`, `{source="review"}`},
		{` { source = "review" , sentiment != "pos", } # a comment`, `{source="review",sentiment!="pos"}`},
		{"{channel=~`goo.+`} |= \"a \\\"b\\\"\" != `x` |~ \"(?i)rico\" !~ \"caro$\"", `{channel=~"goo.+"} |= "a \"b\"" != "x" |~ "(?i)rico" !~ "caro$"`},
		{`{source="review"} | json | sentiment="neg" | line_format "{{.department}}: {{ .text }}"`, `{source="review",sentiment="neg"} | line_format "{{.department}}: {{ .text }}"`},
		{`{} | drop source, channel`, `{} | drop source,channel`},
		{`count_over_time({source="review"}[1h])`, `count_over_time({source="review"} [1h0m0s])`},
		{`sum by (source, level) (count_over_time({} |= "a" [2d]))`, `sum by (source,level) (count_over_time({} |= "a" [48h0m0s]))`},
		{`sum(rate({}[5m])) by (source)`, `sum by (source) (rate({} [5m0s]))`},
		{`sum without(source)(bytes_over_time({}[1h30m]))`, `sum without (source) (bytes_over_time({} [1h30m0s]))`},
		{`vector(1)+vector(1)`, `vector(2)`},
		{`vector(-1.5e1) * vector(2)`, `vector(-30)`},
	} {
		q, err := Parse(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
		} else if q.String() != tt.want {
			t.Errorf("%s is read as %s, want %s", tt.in, q, tt.want)
		}
	}
	for _, in := range []string{``, `{`, `{source}`, `{source="a"`, `{source='a'}`, `{source="a"} |`, `{source="a"} | logfmt x`, `{a=~"("}`, `{} |~ "["`,
		`{} | line_format "{{.text | upper}}"`, `rate({}[0s])`, `rate({})`, `sum(vector(1))`, `topk(1, rate({}[1m]))`, `{} {}`, `vector(x)`, `vector(1)+{}`, "{a=\"\xff\"}", strings.Repeat(" ", 6000)} {
		_, err := Parse(in)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("%.40q: error %v, want a syntax error", in, err)
		}
	}
}

// FuzzParse: what can be read is written so that it is read again as the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{source="review"} |= "x" | json | line_format "{{.text}}"`, `sum by (a) (count_over_time({a=~"b"}[1h]))`, `vector(1)+vector(1)`, "{a!=`b`} !~ `c` | drop a", `sum without () (rate({}[1d]))`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Error() == "" {
				t.Errorf("%q: error of another kind: %v", s, err)
			}
			return
		}
		again, err := Parse(q.String())
		if err != nil {
			t.Fatalf("%q is written as %q, which cannot be read: %v", s, q, err)
		}
		if again.String() != q.String() {
			t.Errorf("%q is written as %q, then as %q", s, q, again)
		}
	})
}

type lexicon map[string][2]string

func (l lexicon) EntityName(id string) (name, kind string, ok bool) {
	x, ok := l[id]
	return x[0], x[1], ok
}

func (l lexicon) EntityIDs() []string {
	var out []string
	for id := range l {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

var foods = lexicon{"ceviche": {"ceviche", "dish"}, "chicha": {"chicha morada", "drink"}}

// world is a real store with drawn mentions of ten days, and the mentions.
func world(t testing.TB) (*API, []mention.Annotated) {
	t.Helper()
	s, err := duckdb.Open(t.Context(), duckdb.Options{Path: filepath.Join(t.TempDir(), "store.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	rng := rand.New(rand.NewPCG(8, 9))
	last, _ := mention.ParseDay("2026-11-15")
	var batch []mention.Annotated
	for i := range 1200 {
		var a mention.Annotated
		a.Time = (last - mention.Day(rng.IntN(10))).Start().Add(time.Duration(rng.IntN(86_399_000)) * time.Millisecond)
		a.Source, a.Relevant, a.Language = mention.Sources[rng.IntN(4)], true, "es"
		a.Channel = fmt.Sprintf("canal-%d", rng.IntN(3))
		a.Text = fmt.Sprintf("%s número %d \"<&>\"", []string{"Qué rico el ceviche", "La chicha morada estaba fría", "Nada que decir"}[rng.IntN(3)], i)
		a.Resolved = mention.Department(rng.IntN(4))
		if a.Scored = rng.IntN(10) > 0; a.Scored {
			a.Sentiment, a.Intent = mention.Sentiment(rng.IntN(3)-1), mention.Intent(rng.IntN(5))
		}
		for id, x := range foods {
			if rng.IntN(2) == 0 {
				a.Entities = append(a.Entities, mention.Entity{ID: id, Name: x[0], Kind: x[1], Surface: "el", End: 2})
			}
		}
		a.ID = mention.ContentID(&a.Mention, fmt.Sprint(i))
		batch = append(batch, a)
	}
	if _, err := s.Load(t.Context(), mention.Batch{Stream: "test", Seq: 1, Mentions: batch}); err != nil {
		t.Fatal(err)
	}
	if err := s.Warm(len(batch)); err != nil {
		t.Fatal(err)
	}
	<-s.Warmed()
	a, err := New(Options{Data: s, Entities: foods, Now: func() time.Time { return (last + 1).Start() }})
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(batch, func(a, b mention.Annotated) int { return b.Time.Compare(a.Time) })
	return a, batch
}

func ask(t testing.TB, a *API, path string, v url.Values) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/loki/api/v1/"+path+"?"+v.Encode(), nil))
	return w.Code, w.Body.String()
}

// TestRows compares the answer with a plain walk over all mentions.
func TestRows(t *testing.T) {
	a, all := world(t)
	end := a.o.Now()
	start := end.Add(-5*24*time.Hour - 7*time.Hour)
	names := func(m *mention.Annotated, id string) bool {
		return slices.ContainsFunc(m.Entities, func(e mention.Entity) bool { return e.ID == id })
	}
	for _, tt := range []struct {
		query string
		keep  func(*mention.Annotated) bool
	}{
		{`{}`, func(*mention.Annotated) bool { return true }},
		{`{source="review"}`, func(m *mention.Annotated) bool { return m.Source == mention.Review }},
		{`{source=~"review|social",sentiment="neg"}`, func(m *mention.Annotated) bool {
			return (m.Source == mention.Review || m.Source == mention.Social) && m.Scored && m.Sentiment == mention.Negative
		}},
		{`{sentiment="none"}`, func(m *mention.Annotated) bool { return !m.Scored }},
		{`{sentiment!="pos",intent!="crave"}`, func(m *mention.Annotated) bool {
			return !m.Scored || m.Sentiment != mention.Positive && m.Intent != mention.Crave
		}},
		{`{level="info"}`, func(m *mention.Annotated) bool { return m.Scored && m.Sentiment == mention.Positive }},
		{`{department="none"}`, func(m *mention.Annotated) bool { return m.Resolved == 0 }},
		{`{department=~"A.*"} | channel="canal-1"`, func(m *mention.Annotated) bool { return (m.Resolved == 1 || m.Resolved == 3) && m.Channel == "canal-1" }},
		{`{entity="ceviche"}`, func(m *mention.Annotated) bool { return names(m, "ceviche") }},
		{`{entity="chicha morada"}`, func(m *mention.Annotated) bool { return names(m, "chicha") }},
		{`{entity!="ceviche",kind="drink"}`, func(m *mention.Annotated) bool { return !names(m, "ceviche") && names(m, "chicha") }},
		{`{entity=~"ce.*|chi.*"}`, func(m *mention.Annotated) bool { return len(m.Entities) > 0 }},
		{`{} |= "Qué rico"`, func(m *mention.Annotated) bool { return strings.Contains(m.Text, "Qué rico") }},
		{`{} |= "qué rico"`, func(*mention.Annotated) bool { return false }},
		{`{} |= "ichA"`, func(*mention.Annotated) bool { return false }},
		{`{} |= "icha" != "1"`, func(m *mention.Annotated) bool {
			return strings.Contains(m.Text, "icha") && !strings.Contains(m.Text, "1")
		}},
		{`{} |~ "(?i)QUÉ.*7"`, func(m *mention.Annotated) bool {
			return strings.HasPrefix(m.Text, "Qué") && strings.Contains(m.Text, "7")
		}},
		{`{nothing="x"}`, func(*mention.Annotated) bool { return false }},
		{`{nothing=""}`, func(*mention.Annotated) bool { return true }},
	} {
		var want []string
		for i := range all {
			if m := &all[i]; !m.Time.Before(start) && !m.Time.After(end) && tt.keep(m) {
				want = append(want, m.ID.String())
			}
		}
		for _, direction := range []string{"backward", "forward"} {
			expect := slices.Clone(want)
			if direction == "forward" {
				slices.Reverse(expect)
			}
			expect = expect[:min(len(expect), 300)]
			code, body := ask(t, a, "query_range", url.Values{"query": {tt.query}, "limit": {"300"}, "direction": {direction},
				"start": {fmt.Sprint(start.UnixNano())}, "end": {fmt.Sprint(end.UnixNano())}})
			var got struct {
				Data struct {
					Result []struct {
						Stream map[string]string
						Values [][2]string
					}
				}
			}
			if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusOK {
				t.Fatalf("%s: %d %.200s", tt.query, code, body)
			}
			var lines [][2]string
			for _, s := range got.Data.Result {
				lines = append(lines, s.Values...)
			}
			slices.SortStableFunc(lines, func(a, b [2]string) int {
				if direction == "forward" {
					return strings.Compare(a[0], b[0])
				}
				return strings.Compare(b[0], a[0])
			})
			var ids []string
			for _, l := range lines {
				var f fields
				if err := json.Unmarshal([]byte(l[1]), &f); err != nil {
					t.Fatal(err)
				}
				ids = append(ids, f.ID)
			}
			slices.Sort(ids)
			slices.Sort(expect)
			if d := cmp.Diff(expect, ids); d != "" {
				t.Errorf("%s %s: %d rows, want %d\n%.500s", tt.query, direction, len(ids), len(expect), d)
			}
		}
	}
}

// TestCounts compares counts over time with a plain walk, and with the metrics layer.
func TestCounts(t *testing.T) {
	a, all := world(t)
	end := a.o.Now()
	code, body := ask(t, a, "query_range", url.Values{"query": {`sum by (source) (count_over_time({sentiment="pos"}[6h]))`}, "step": {"21600"},
		"start": {fmt.Sprint(end.Add(-48 * time.Hour).UnixNano())}, "end": {fmt.Sprint(end.UnixNano())}})
	var got struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Values [][2]any
			}
		}
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil || code != http.StatusOK || len(got.Data.Result) != 4 {
		t.Fatalf("%d %v %.300s", code, err, body)
	}
	for _, s := range got.Data.Result {
		for _, v := range s.Values {
			at := time.UnixMilli(int64(v[0].(float64) * 1000))
			n := 0
			for _, m := range all {
				if m.Scored && m.Sentiment == mention.Positive && string(m.Source) == s.Metric["source"] && m.Time.After(at.Add(-6*time.Hour)) && !m.Time.After(at) {
					n++
				}
			}
			if v[1] != fmt.Sprint(n) {
				t.Errorf("%s at %s: %v, want %d", s.Metric["source"], at, v[1], n)
			}
		}
	}
	code, body = ask(t, a, "index/stats", url.Values{"query": {`{source="review"}`}, "start": {fmt.Sprint(end.Add(-20 * 24 * time.Hour).UnixNano())}, "end": {fmt.Sprint(end.UnixNano())}})
	res, err := a.o.Data.Query(t.Context(), metric.Query{Filter: metric.Filter{Sources: []mention.Source{mention.Review}}, Measures: []string{"mentions"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf(`"entries":%d`, res.Total); code != http.StatusOK || !strings.Contains(body, want) {
		t.Errorf("stats: %d %s, want %s", code, body, want)
	}
}

func TestSmallAnswers(t *testing.T) {
	a, _ := world(t)
	end := fmt.Sprint(a.o.Now().UnixNano())
	for _, tt := range []struct {
		path string
		v    url.Values
		code int
		want string
	}{
		{"labels", nil, 200, `{"status":"success","data":["channel","department","entity","intent","kind","level","sentiment","source"]}`},
		{"label/channel/values", url.Values{"end": {end}}, 200, `{"status":"success","data":["canal-0","canal-1","canal-2"]}`},
		{"label/entity/values", url.Values{"end": {end}}, 200, `{"status":"success","data":["ceviche","chicha"]}`},
		{"label/nothing/values", nil, 200, `{"status":"success","data":[]}`},
		{"query", url.Values{"query": {"vector(1)+vector(1)"}, "time": {"4000000000"}}, 200, `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[4000000000,"2"]}],"stats":{}}}`},
		{"query_range", url.Values{"query": {"{}"}, "limit": {"0"}}, 400, "limit \"0\": want 1 to 5000\n"},
		{"query_range", url.Values{"query": {"{}"}, "start": {"x"}}, 400, "start \"x\": want nanoseconds since 1970 or a time such as 2026-11-30T00:00:00Z\n"},
		{"query_range", url.Values{"query": {"{source=}"}}, 400, "parse error at character 9, near \"}\": want a string in quotes, such as \"ceviche\" (Antojo reads a subset of LogQL, see docs/grafana.md)\n"},
	} {
		code, body := ask(t, a, tt.path, tt.v)
		if code != tt.code || body != tt.want {
			t.Errorf("%s %v: %d %s\nwant %d %s", tt.path, tt.v, code, body, tt.code, tt.want)
		}
	}
}
