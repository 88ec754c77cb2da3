package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// maker makes requests from the document alone: for each parameter and body what the
// schema allows, what it nearly allows, and what it does not.
type maker struct {
	d   *document
	rnd *rand.Rand
	ops []madeOp
	ids map[string][]string // real values by the name of a parameter
}

type madeOp struct {
	method, path string
	op           map[string]any
}

func newMaker(d *document, seed uint64, ids map[string][]string) *maker {
	m := &maker{d: d, rnd: rand.New(rand.NewPCG(seed, 2)), ids: ids}
	for path, item := range d.paths {
		for method, op := range item {
			m.ops = append(m.ops, madeOp{strings.ToUpper(method), path, op.(map[string]any)})
		}
	}
	sort.Slice(m.ops, func(i, j int) bool { return m.ops[i].method+m.ops[i].path < m.ops[j].method+m.ops[j].path })
	return m
}

func (m *maker) chance(p float64) bool { return m.rnd.Float64() < p }

func pick[T any](m *maker, list []T) T { return list[m.rnd.IntN(len(list))] }

// nasty are texts that have broken servers.
var nasty = []string{"", " ", "0", "-1", "1e999", "NaN", "null", "true", "[]", "{}", "'", "\"", "\\", "%", "%00", "\x00", "\xff\xfe", "\u202e", "ñandú", "🥟", "..", "../../etc/passwd",
	"' OR 1=1 --", "\"; DROP TABLE mentions; --", "<script>alert(1)</script>", "${jndi:ldap://x}", "{{7*7}}", "9223372036854775808", "-9223372036854775809", "2026-13-45", "0000-00-00", "9999-12-31",
	"0001-01-01", strings.Repeat("a", 3000), strings.Repeat("ñ,", 500), "a,b,,c", "\r\nX-Evil: 1", "28d", "99999y", "1d", "0d", "-mentions", "ceviche", "15", "price:neg", "price:", ":neg"}

// request makes one request and how it was made.
func (m *maker) request(base string) (*http.Request, error) {
	o := pick(m, m.ops)
	path := o.path
	query := url.Values{}
	header := http.Header{}
	params, _ := o.op["parameters"].([]any)
	for _, p := range params {
		q := p.(map[string]any)
		name, in := q["name"].(string), q["in"].(string)
		schema, _ := q["schema"].(map[string]any)
		required, _ := q["required"].(bool)
		switch in {
		case "path":
			v := m.text(name, schema)
			if v == "" || v == "." || v == ".." {
				v = "x"
			}
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v))
		case "query":
			if required && m.chance(.95) || m.chance(.15) {
				if example, ok := q["example"].(string); ok && m.chance(.4) { // one that is sure to mean something
					query.Add(name, example)
					continue
				}
				for range 1 + m.rnd.IntN(2) {
					query.Add(name, m.text(name, schema))
				}
			}
		case "header":
			if m.chance(.3) {
				header.Set(name, strings.Map(func(r rune) rune {
					if r < ' ' || r > '~' {
						return 'x'
					}
					return r
				}, m.text(name, schema)))
			}
		}
	}
	if m.chance(.03) {
		query.Add(pick(m, nasty), pick(m, nasty))
	}
	target := base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	if m.chance(.02) {
		target += pick(m, []string{"&%zz", "?%", "&&=&", ";a=b"})
	}
	var body io.Reader
	if rb, ok := o.op["requestBody"].(map[string]any); ok {
		kind, b := m.body(rb["content"].(map[string]any))
		body = bytes.NewReader(b)
		header.Set("Content-Type", kind)
	}
	req, err := http.NewRequest(o.method, target, body)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if m.chance(.1) {
		req.Header.Set("Accept", pick(m, []string{"text/html", "application/cbor", "*/*;q=0", "x", "application/json;q=0.1"}))
	}
	if m.chance(.1) {
		req.Header.Set("If-None-Match", pick(m, nasty[:8]))
	}
	return req, nil
}

// text makes a value of a parameter: mostly one that means something.
func (m *maker) text(name string, schema map[string]any) string {
	if real := m.ids[name]; len(real) > 0 && m.chance(.6) {
		return pick(m, real)
	}
	if m.chance(.15) {
		return pick(m, nasty)
	}
	switch v := m.value(schema, 0).(type) {
	case string:
		return v
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, fmt.Sprint(x))
		}
		return strings.Join(parts, ",")
	default:
		return fmt.Sprint(v)
	}
}

// value makes a value that a schema allows, or nearly.
func (m *maker) value(schema map[string]any, depth int) any {
	if schema == nil || depth > 6 {
		return nil
	}
	if ref, ok := schema["$ref"].(string); ok {
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		return m.value(m.d.tree["components"].(map[string]any)["schemas"].(map[string]any)[name].(map[string]any), depth)
	}
	if m.chance(.02) { // another type
		return pick(m, []any{nil, true, 5.5, "x", []any{}, map[string]any{}, json.Number("1e400")})
	}
	if enum, ok := schema["enum"].([]any); ok && m.chance(.95) {
		return pick(m, enum)
	}
	kind, ok := schema["type"].(string)
	if list, many := schema["type"].([]any); many {
		kind, ok = list[0].(string), true
	}
	if !ok {
		return pick(m, nasty)
	}
	switch kind {
	case "string":
		if ex, ok := schema["examples"].([]any); ok && m.chance(.5) {
			return ex[0]
		}
		if schema["format"] == "date" && m.chance(.8) {
			return fmt.Sprintf("2026-%02d-%02d", 1+m.rnd.IntN(12), 1+m.rnd.IntN(28))
		}
		return pick(m, append(nasty[:len(nasty):len(nasty)], "El ceviche estaba buenazo", "qué asco, llegó frío", "Habla causa, ¿una causa limeña?"))
	case "integer":
		return pick(m, []any{0, 1, 2, 10, 1000, -1, 1001, 1 << 40})
	case "number":
		return pick(m, []any{0, 1.5, -3, 1e300})
	case "boolean":
		return m.chance(.5)
	case "array":
		items, _ := schema["items"].(map[string]any)
		out := []any{}
		n := m.rnd.IntN(3) + 1
		if m.chance(.02) {
			n = 1500
		}
		for range n {
			out = append(out, m.value(items, depth+1))
		}
		return out
	case "object":
		out := map[string]any{}
		props, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		names := make([]string, 0, len(props))
		for k := range props {
			names = append(names, k)
		}
		sort.Strings(names)
		for _, k := range names {
			if slices.Contains(required, any(k)) && m.chance(.97) || m.chance(.4) {
				out[k] = m.value(props[k].(map[string]any), depth+1)
			}
		}
		if m.chance(.03) {
			out[pick(m, nasty)] = pick(m, nasty)
		}
		return out
	}
	return nil
}

// body makes a body of one of the content types.
func (m *maker) body(content map[string]any) (kind string, b []byte) {
	kinds := make([]string, 0, len(content))
	for k := range content {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	kind = pick(m, kinds)
	switch {
	case m.chance(.05):
		b = []byte(pick(m, nasty))
	case kind == "application/json" && content[kind].(map[string]any)["schema"].(map[string]any)["format"] != "binary":
		v := m.value(content[kind].(map[string]any)["schema"].(map[string]any), 0)
		if m.chance(.5) {
			mend(v)
		}
		b, _ = json.Marshal(v)
		if b == nil {
			b = []byte("{")
		}
		if m.chance(.03) {
			b = b[:m.rnd.IntN(len(b)+1)]
		}
	case m.chance(.2):
		b = []byte("id,name,name_en,kind,region\nmi-plato,mi plato,my dish,dish,costa\n")
	default: // lines and tables
		for range 1 + m.rnd.IntN(3) {
			b = append(b, pick(m, []string{
				"id,text,date\n1,\"ceviche, rico\",2026-10-01\n", "date,item,place,value,unit\n2026-10-01,limon,Lima,4.5,PEN/kg\n", "action,id\nadd,x\n",
				`{"id":"a","text":"un ceviche","ts":"2026-10-01"}` + "\n", `{"id":1,"text":2}` + "\n", "PAR1", "PK\x03\x04", "text\n", pick(m, nasty) + "\n"})...)
		}
	}
	if m.chance(.05) {
		kind = pick(m, []string{"text/plain", "multipart/form-data", "application/xml", "", "application/json; charset=latin-1"})
	}
	return kind, b
}

// mend makes what a request for inference says of its tensor agree.
func mend(v any) {
	var inputs []any
	if m, ok := v.(map[string]any); ok {
		inputs, _ = m["inputs"].([]any)
		delete(m, "outputs")
	}
	if len(inputs) == 0 {
		return
	}
	delete(v.(map[string]any), "parameters")
	if in, ok := inputs[0].(map[string]any); ok {
		in["name"], in["datatype"], in["data"], in["shape"] = "text", "BYTES", []string{"un ceviche", "🥟"}, []int{2}
		delete(in, "parameters")
	}
	v.(map[string]any)["inputs"] = inputs[:1]
}

// TestTwoThousandRequests sends what the document suggests, well formed and not, as
// somebody who may do everything. No answer is a fault of the server, tells of its
// insides, differs from the document or fails to come.
func TestTwoThousandRequests(t *testing.T) {
	d := documentOf(t)
	s, err := build(4 * everyNth) // of its own: it gets filled with nonsense
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.stop(); err != nil {
			t.Errorf("the server did not end well: %v", err)
		}
		os.RemoveAll(s.data)
	}()
	n := 2000
	if testing.Short() {
		n = 200
	}
	meta := s.get(t, "/v2/models/"+modelName(t, s)).json(t)
	ids := map[string][]string{
		"entity": {"ceviche", "pollo-a-la-brasa", "pisco", "chifa"}, "model": {at(t, meta, "name").(string)}, "version": {at(t, meta, "versions", 0).(string)}, "period": {"latest", "2026-W46", "2026-W40"},
		"measures": {"mentions", "net_sentiment", "mentions,sov", "aspect_net"}, "by": {"entity", "day", "week,source", "department", "aspect"}, "order": {"-mentions", "day"},
		"window": {"28d", "4w", "1y"}, "to": {"2026-11-01"}, "from": {"2026-10-01"}, "name": {"a.csv", "b.jsonl"},
		"id": {at(t, s.get(t, "/api/v1/mentions?limit=1").json(t), "mentions", 0, "id").(string), s.imported["id"].(string), "builtin"},
	}
	m := newMaker(d, 20261122, ids)
	client := &http.Client{Timeout: 90 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	status := map[int]int{}
	reached := map[string]int{} // operations answered well
	for i := range n {
		req, err := m.request(s.url)
		if err != nil {
			continue // not even a client could send it
		}
		_, op := d.operation(req.Method, req.URL.EscapedPath())
		scope := "read"
		if req.Method == http.MethodPost {
			scope = "annotate"
			for _, other := range []string{"write", "read"} {
				if op != nil && strings.Contains(marshal(t, op["security"]), other) {
					scope = other
				}
			}
		}
		req.Header.Set("Authorization", "Bearer "+s.tokens[scope])
		said := fmt.Sprintf("request %d: %s %.300s", i, req.Method, req.URL)
		res, err := client.Do(req)
		if err != nil {
			t.Fatalf("%s: no answer: %v", said, err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatalf("%s: the answer broke off: %v", said, err)
		}
		status[res.StatusCode]++
		if res.StatusCode >= 500 && !(res.StatusCode == 503 && res.Header.Get("Retry-After") != "") {
			t.Errorf("%s: status %d: %.500s", said, res.StatusCode, body)
		}
		if res.StatusCode < 300 && op != nil {
			reached[op["operationId"].(string)]++
		}
		if err := leaks(s, body); err != nil {
			t.Errorf("%s: %v", said, err)
		}
		if err := d.check(req, res, body); err != nil {
			t.Errorf("%s: %v\n%.500s", said, err, body)
		}
	}
	t.Logf("answers by status: %v", status)
	if status[200] < n/5 {
		t.Errorf("only %d of %d requests were answered well: the maker does not reach the server", status[200], n)
	}
	if !testing.Short() {
		for _, o := range m.ops {
			id := o.op["operationId"].(string)
			if id == "get-alert" || id == "acknowledge-alert" {
				continue // these weeks have none; TestAlerts has
			}
			if reached[id] == 0 {
				t.Errorf("no request to %s was answered well: the maker does not reach it", id)
			}
		}
	}
	if r := s.get(t, "/api/v1/health"); r.StatusCode != 200 {
		t.Errorf("health afterwards: %d", r.StatusCode)
	}
}

func modelName(t testing.TB, s *server) string {
	t.Helper()
	model := s.get(t, "/api/v1/health").json(t)["model"].(string)
	return model[:strings.LastIndexByte(model, '-')]
}
