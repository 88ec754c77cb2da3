package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is the server's OpenAPI document, with its schemas compiled by a
// validator that has nothing to do with the library that wrote them.
type document struct {
	raw     []byte
	tree    map[string]any
	paths   map[string]map[string]any
	mu      sync.Mutex
	c       *jsonschema.Compiler
	schemas map[string]*jsonschema.Schema
}

var shared struct {
	once sync.Once
	*document
	err error
}

func documentOf(t testing.TB) *document {
	t.Helper()
	s := serve(t)
	shared.once.Do(func() { shared.document, shared.err = readDocument(s.url) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.document
}

func readDocument(url string) (*document, error) {
	res, err := http.Get(url + "/api/v1/openapi.json")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	d := &document{schemas: map[string]*jsonschema.Schema{}, paths: map[string]map[string]any{}}
	if d.raw, err = io.ReadAll(res.Body); err != nil {
		return nil, err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.raw))
	if err != nil {
		return nil, err
	}
	d.tree = v.(map[string]any)
	for p, item := range d.tree["paths"].(map[string]any) {
		d.paths[p] = item.(map[string]any)
	}
	d.c = jsonschema.NewCompiler()
	d.c.DefaultDraft(jsonschema.Draft2020)
	d.c.AssertFormat()
	return d, d.c.AddResource("openapi.json", v)
}

// operation finds the operation that a request means.
func (d *document) operation(method, path string) (pattern string, op map[string]any) {
	for p, item := range d.paths {
		if o, ok := item[strings.ToLower(method)].(map[string]any); ok && matchesPath(p, path) && (op == nil || !strings.Contains(p, "{")) {
			pattern, op = p, o
		}
	}
	return pattern, op
}

func matchesPath(pattern, path string) bool {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && !(strings.HasPrefix(a[i], "{") && b[i] != "") {
			return false
		}
	}
	return true
}

// schema compiles the schema at a JSON pointer.
func (d *document) schema(pointer ...string) (*jsonschema.Schema, error) {
	for i, p := range pointer {
		pointer[i] = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(p)
	}
	at := "openapi.json#/" + strings.Join(pointer, "/")
	d.mu.Lock()
	defer d.mu.Unlock()
	if s := d.schemas[at]; s != nil {
		return s, nil
	}
	s, err := d.c.Compile(at)
	if err == nil {
		d.schemas[at] = s
	}
	return s, err
}

// check holds an answer against the document: its status and content type are
// there, and its body is as the schema says.
func (d *document) check(req *http.Request, res *http.Response, body []byte) error {
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err == nil {
			body, err = io.ReadAll(z)
		}
		if err != nil {
			return fmt.Errorf("the body is not compressed as it says: %w", err)
		}
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if kind == "application/problem+json" {
		return d.validate(body, "components", "schemas", "ErrorModel")
	}
	pattern, op := d.operation(req.Method, req.URL.EscapedPath())
	if op == nil || req.Method == http.MethodHead || res.StatusCode == http.StatusNotModified {
		return nil
	}
	code := fmt.Sprint(res.StatusCode)
	responses := op["responses"].(map[string]any)
	r, ok := responses[code].(map[string]any)
	if !ok {
		return fmt.Errorf("status %s of %s is not in the document", code, pattern)
	}
	content, _ := r["content"].(map[string]any)
	if _, ok := content[kind]; !ok {
		return fmt.Errorf("content type %q of %s is not in the document", kind, pattern)
	}
	if kind != "application/json" {
		return nil
	}
	return d.validate(body, "paths", pattern, strings.ToLower(req.Method), "responses", code, "content", kind, "schema")
}

func (d *document) validate(body []byte, pointer ...string) error {
	s, err := d.schema(pointer...)
	if err != nil {
		return fmt.Errorf("the document's schema does not compile: %w", err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the body is not JSON: %w", err)
	}
	if pointer[len(pointer)-1] == "ErrorModel" { // the inference protocol adds a member
		if m, ok := v.(map[string]any); ok {
			delete(m, "error")
		}
	}
	return s.Validate(v)
}

// TestDocumentCommitted: the documents from which the clients are made are the
// server's.
func TestDocumentCommitted(t *testing.T) {
	s := serve(t)
	for name, path := range map[string]string{"openapi.json": "/api/v1/openapi.json", "openapi-3.0.json": "/api/v1/openapi-3.0.json"} {
		got := s.get(t, path).body
		file := root(t, "clients", name)
		if *update {
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("clients/%s is not the server's document (-committed +served); run go test ./internal/api -run TestDocumentCommitted -update and go generate ./clients:\n%.2000s", name, d)
		}
	}
}

// TestDocument30 has nothing in its schemas that only later versions of OpenAPI know.
func TestDocument30(t *testing.T) {
	s := serve(t)
	var doc map[string]any
	if err := json.Unmarshal(s.get(t, "/api/v1/openapi-3.0.json").body, &doc); err != nil {
		t.Fatal(err)
	}
	if v, _ := doc["openapi"].(string); !strings.HasPrefix(v, "3.0.") {
		t.Errorf("it calls itself %q", v)
	}
	later := []string{"contentMediaType", "contentEncoding", "const", "examples", "$defs", "prefixItems", "if", "unevaluatedProperties", "patternProperties", "propertyNames", "dependentRequired"}
	schemas := 0
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, ok := v["type"].(string); ok && !strings.HasSuffix(at, ".properties") {
				schemas++
				for _, k := range later {
					if _, ok := v[k]; ok {
						t.Errorf("%s has %s", at, k)
					}
				}
				for _, k := range []string{"exclusiveMinimum", "exclusiveMaximum"} {
					if _, ok := v[k].(float64); ok {
						t.Errorf("%s has a number as %s", at, k)
					}
				}
			}
			if list, ok := v["type"].([]any); ok && !strings.HasSuffix(at, ".properties") {
				t.Errorf("%s has the types %v", at, list)
			}
			for k, x := range v {
				walk(at+"."+k, x)
			}
		case []any:
			for i, x := range v {
				walk(fmt.Sprintf("%s[%d]", at, i), x)
			}
		}
	}
	walk("", doc)
	if schemas < 200 {
		t.Errorf("only %d schemas", schemas)
	}
}

// TestSchemasCompile: each schema of the document is one.
func TestSchemasCompile(t *testing.T) {
	d := documentOf(t)
	n := 0
	for name := range d.tree["components"].(map[string]any)["schemas"].(map[string]any) {
		if _, err := d.schema("components", "schemas", name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		n++
	}
	if n < 40 {
		t.Errorf("%d schemas, want at least 40", n)
	}
}

// TestDocumentSaysWhatIsNeeded: each operation has a summary, an id of its own, a
// tag of the list and an answer with a schema.
func TestDocumentSaysWhatIsNeeded(t *testing.T) {
	d := documentOf(t)
	tags, ids := map[string]bool{}, map[string]bool{}
	for _, tag := range d.tree["tags"].([]any) {
		tags[tag.(map[string]any)["name"].(string)] = true
	}
	for path, item := range d.paths {
		for method, o := range item {
			op := o.(map[string]any)
			id, _ := op["operationId"].(string)
			if ids[id] || id == "" {
				t.Errorf("%s %s: operation id %q is missing or there twice", method, path, id)
			}
			ids[id] = true
			if op["summary"] == "" || op["summary"] == nil {
				t.Errorf("%s has no summary", id)
			}
			for _, tag := range op["tags"].([]any) {
				if !tags[tag.(string)] {
					t.Errorf("%s has the unknown tag %v", id, tag)
				}
			}
			if op["security"] == nil {
				t.Errorf("%s does not say who may use it", id)
			}
			params, _ := op["parameters"].([]any)
			for _, p := range params {
				if q := p.(map[string]any); q["description"] == nil || q["description"] == "" {
					t.Errorf("%s: parameter %v is not described", id, q["name"])
				}
			}
		}
	}
	if len(ids) < 25 {
		t.Errorf("%d operations, want at least 25", len(ids))
	}
}

// TestReference: the page names every operation and schema, and loads nothing from
// elsewhere.
func TestReference(t *testing.T) {
	s := serve(t)
	d := documentOf(t)
	r := s.get(t, "/api/v1/reference")
	page := string(r.body)
	for path, item := range d.paths {
		if !strings.Contains(page, path) {
			t.Errorf("the reference lacks %s", path)
		}
		for _, o := range item {
			if id := o.(map[string]any)["operationId"].(string); !strings.Contains(page, `id="`+id+`"`) {
				t.Errorf("the reference lacks %s", id)
			}
		}
	}
	for _, bad := range []string{"<script", "https://", "src=\"http", "@import", "cdn"} {
		if strings.Contains(page, bad) {
			t.Errorf("the reference has %q", bad)
		}
	}
	if csp := r.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("Content-Security-Policy is %q", csp)
	}
	if css := s.get(t, "/api/v1/reference.css"); css.StatusCode != 200 || bytes.Contains(css.body, []byte("url(")) {
		t.Errorf("the style answers %d or loads something", css.StatusCode)
	}
	for _, from := range []string{"/api/v1", "/api/"} {
		if r := s.get(t, from); r.Request.URL.Path != "/api/v1/reference" {
			t.Errorf("%s leads to %s, want the reference", from, r.Request.URL.Path)
		}
	}
}

// TestYAML: the YAML form is served and is the same document by its size of paths.
func TestYAML(t *testing.T) {
	s := serve(t)
	y := string(s.get(t, "/api/v1/openapi.yaml").body)
	for path := range documentOf(t).paths {
		if !strings.Contains(y, path+":") && !strings.Contains(y, `"`+path+`":`) {
			t.Errorf("the YAML document lacks %s", path)
		}
	}
	if !strings.Contains(y, "openapi: 3.1") {
		t.Error("the YAML document does not say that it is OpenAPI 3.1")
	}
}

func marshal(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
