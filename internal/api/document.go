package api

import (
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed reference
var referenceFiles embed.FS

const referencePath = base + "/reference"

// Document is the OpenAPI document, indented.
func (s *Server) Document() ([]byte, error) {
	return indented(s.api.OpenAPI())
}

// Document30 is the document in OpenAPI 3.0 for tools that read no later one.
func (s *Server) Document30() ([]byte, error) {
	b, err := s.api.OpenAPI().Downgrade()
	if err != nil {
		return nil, err
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return nil, err
	}
	without(v, "contentMediaType") // of 3.1, which the downgrade leaves in bodies of files
	return indented(v)
}

// without takes a keyword out of every schema of a document.
func without(v any, keyword string) {
	switch v := v.(type) {
	case map[string]any:
		if _, schema := v["type"].(string); schema {
			delete(v, keyword)
		}
		for _, x := range v {
			without(x, keyword)
		}
	case []any:
		for _, x := range v {
			without(x, keyword)
		}
	}
}

func indented(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write OpenAPI document: %w", err)
	}
	var tree any // sorts the keys, so that the document has one form
	if err := json.Unmarshal(b, &tree); err != nil {
		return nil, fmt.Errorf("write OpenAPI document: %w", err)
	}
	b, err = json.MarshalIndent(tree, "", " ")
	return append(b, '\n'), err
}

// documents serves the document and the reference made from it. They hold nothing
// but what the program itself says, so anybody may read them.
func (s *Server) documents(mux *http.ServeMux) error {
	doc, err := s.Document()
	if err != nil {
		return err
	}
	doc30, err := s.Document30()
	if err != nil {
		return err
	}
	yaml, err := s.api.OpenAPI().YAML()
	if err != nil {
		return fmt.Errorf("write OpenAPI document: %w", err)
	}
	page, err := s.reference()
	if err != nil {
		return err
	}
	css, err := referenceFiles.ReadFile("reference/reference.css")
	if err != nil {
		return err
	}
	file := func(path, kind string, b []byte) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(b) // the client may be gone
		})
	}
	file(base+"/openapi.json", "application/vnd.oai.openapi+json;version=3.1", doc)
	file(base+"/openapi-3.0.json", "application/vnd.oai.openapi+json;version=3.0", doc30)
	file(base+"/openapi.yaml", "application/vnd.oai.openapi;version=3.1", yaml)
	file(referencePath, "text/html; charset=utf-8", page)
	file(base+"/reference.css", "text/css; charset=utf-8", css)
	for _, from := range []string{"/api/{$}", base, base + "/{$}"} {
		mux.HandleFunc("GET "+from, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, referencePath, http.StatusFound)
		})
	}
	return nil
}

// The reference is a page of its own, drawn on the server from the document: no
// script, nothing from another host.

type refPage struct {
	Title, Description, Version string
	Groups                      []refGroup
	Schemas                     []refSchema
}

type refGroup struct {
	Name, Description string
	Operations        []refOperation
}

type refOperation struct {
	ID, Method, Path, Summary, Description, Scope, Example string
	Anonymous                                              bool
	Params                                                 []refField
	Body, Answers                                          []refContent
}

type refContent struct{ Label, Type, Schema, Description string }

type refField struct {
	Name, In, Type, Schema, Doc, Example string
	Required                             bool
}

type refSchema struct {
	Name   string
	Fields []refField
}

func (s *Server) reference() ([]byte, error) {
	doc := s.api.OpenAPI()
	page := refPage{Title: doc.Info.Title, Description: doc.Info.Description, Version: doc.Info.Version}
	for _, tag := range doc.Tags {
		g := refGroup{Name: tag.Name, Description: tag.Description}
		for path, item := range doc.Paths {
			for _, op := range []*huma.Operation{item.Get, item.Post} {
				if op != nil && slices.Contains(op.Tags, tag.Name) {
					g.Operations = append(g.Operations, refOp(path, op))
				}
			}
		}
		sort.Slice(g.Operations, func(i, j int) bool {
			a, b := &g.Operations[i], &g.Operations[j]
			return a.Path < b.Path || a.Path == b.Path && a.Method < b.Method
		})
		if len(g.Operations) > 0 {
			page.Groups = append(page.Groups, g)
		}
	}
	schemas := doc.Components.Schemas.Map()
	for name, sc := range schemas {
		page.Schemas = append(page.Schemas, refSchema{name, fieldsOf(sc)})
	}
	sort.Slice(page.Schemas, func(i, j int) bool { return page.Schemas[i].Name < page.Schemas[j].Name })
	t, err := template.ParseFS(referenceFiles, "reference/reference.html")
	if err != nil {
		return nil, fmt.Errorf("reference page: %w", err)
	}
	var b strings.Builder
	if err := t.Execute(&b, page); err != nil {
		return nil, fmt.Errorf("reference page: %w", err)
	}
	return []byte(b.String()), nil
}

func refOp(path string, op *huma.Operation) refOperation {
	o := refOperation{ID: op.OperationID, Method: op.Method, Path: path, Summary: op.Summary, Description: op.Description, Scope: string(scopeOf(op))}
	o.Anonymous = slices.ContainsFunc(op.Security, func(m map[string][]string) bool { return len(m) == 0 })
	query := []string{}
	for _, p := range op.Parameters {
		f := refField{Name: p.Name, In: p.In, Doc: p.Description, Required: p.Required}
		f.Type, f.Schema = typeName(p.Schema)
		if e := p.Example; e != nil {
			f.Example = strings.Trim(fmt.Sprint(e), "[]")
		}
		o.Params = append(o.Params, f)
		if p.Required && p.In == "query" {
			query = append(query, p.Name+"="+strings.ReplaceAll(f.Example, " ", ","))
		}
		if p.In == "path" && f.Example != "" {
			path = strings.ReplaceAll(path, "{"+p.Name+"}", f.Example)
		}
	}
	if op.Method == http.MethodGet {
		if o.Example = "curl http://127.0.0.1:8080" + path; len(query) > 0 {
			o.Example = "curl 'http://127.0.0.1:8080" + path + "?" + strings.Join(query, "&") + "'"
		}
	}
	if op.RequestBody != nil {
		o.Body = contents("", op.RequestBody.Content)
	}
	codes := make([]string, 0, len(op.Responses))
	for code := range op.Responses {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	for _, code := range codes {
		if r := op.Responses[code]; strings.HasPrefix(code, "2") {
			o.Answers = append(o.Answers, contents(code, r.Content)...)
		}
	}
	return o
}

func contents(label string, m map[string]*huma.MediaType) []refContent {
	var out []refContent
	for kind, mt := range m {
		c := refContent{Label: label, Type: kind}
		if mt.Schema != nil {
			c.Description, c.Schema = typeName(mt.Schema)
		}
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Type < out[j].Type })
	return out
}

func fieldsOf(sc *huma.Schema) []refField {
	names := make([]string, 0, len(sc.Properties))
	for n := range sc.Properties {
		names = append(names, n)
	}
	sort.Strings(names)
	var out []refField
	for _, n := range names {
		p := sc.Properties[n]
		f := refField{Name: n, Doc: p.Description, Required: slices.Contains(sc.Required, n)}
		f.Type, f.Schema = typeName(p)
		out = append(out, f)
	}
	return out
}

// typeName says a schema in a few words; ref is the schema to link to.
func typeName(s *huma.Schema) (name, ref string) {
	if s == nil {
		return "", ""
	}
	if s.Ref != "" {
		ref = s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return ref, ref
	}
	switch {
	case s.Type == huma.TypeArray:
		name, ref = typeName(s.Items)
		name = "list of " + name
	case s.Type == huma.TypeObject && s.AdditionalProperties != nil:
		if v, ok := s.AdditionalProperties.(*huma.Schema); ok {
			name, ref = typeName(v)
			name = "object of " + name
		} else {
			name = "object"
		}
	case s.Type == huma.TypeObject && len(s.Properties) > 0:
		var parts []string
		for _, f := range fieldsOf(s) {
			parts = append(parts, f.Name+" "+f.Type)
		}
		name = "{" + strings.Join(parts, ", ") + "}"
	case len(s.OneOf) > 0:
		var parts []string
		for _, o := range s.OneOf {
			n, _ := typeName(o)
			parts = append(parts, n)
		}
		name = strings.Join(parts, " or ")
	case s.Format != "" && s.Format != "double" && s.Format != "int64":
		name = s.Type + " (" + s.Format + ")"
	default:
		name = s.Type
	}
	if len(s.Enum) > 0 {
		var parts []string
		for _, e := range s.Enum {
			parts = append(parts, fmt.Sprint(e))
		}
		name = strings.Join(parts, " | ")
	}
	if s.Minimum != nil && s.Maximum != nil {
		name += fmt.Sprintf(" %g to %g", *s.Minimum, *s.Maximum)
	}
	if s.Nullable {
		name += " or null"
	}
	return name, ref
}
