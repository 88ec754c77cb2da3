package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/api/token"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Names of what the document knows.
const (
	base         = "/api/v1"
	securityName = "token"
	metaTimeout  = "timeout" // Operation.Metadata: time.Duration, < 0 = none
)

// Tags, in the order of the reference.
var tags = []*huma.Tag{
	{Name: "figures", Description: "Measures, trends and entities. Every figure carries its n and its 95 % interval."},
	{Name: "mentions", Description: "The texts behind the figures, already redacted."},
	{Name: "annotate", Description: "Have texts read by the lexicon and the model; nothing is stored."},
	{Name: "imports", Description: "Bring in mentions and outside series."},
	{Name: "service", Description: "What the server holds and which models it has."},
	{Name: "inference", Description: "Open Inference Protocol v2 (KServe, Triton): the encoder alone."},
}

// config is the document's frame.
func (s *Server) config() huma.Config {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	format := huma.DefaultJSONFormat
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "Antojo",
				Version: "1",
				Description: "What people in Peru say about food: what rises and falls, what is liked and disliked, where, and how sure one may be. " +
					"Days are days of America/Lima. Shares lie between 0 and 1, net sentiment between −1 and 1. " +
					"A figure without enough data is null; its n says how much there was.",
			},
			Servers: []*huma.Server{{URL: "/"}},
			Tags:    tags,
			Components: &huma.Components{
				Schemas: registry,
				SecuritySchemes: map[string]*huma.SecurityScheme{securityName: {
					Type: "http", Scheme: "bearer", BearerFormat: "antojo_…",
					Description: "A token of `antojo tokens create`. From the machine of the server, reading and annotating need none, unless it was started with --api-anonymous none.",
				}},
			},
		},
		Formats:       map[string]huma.Format{"application/json": format, "json": format},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{finish},
	}
}

// get describes an operation that reads.
func get(id, tag, path, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: base + path, Tags: []string{tag}, Summary: summary, Description: description,
		Security: needs(token.Read, true)}
}

func post(id, tag, path, summary, description string, scope token.Scope, status int) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodPost, Path: base + path, Tags: []string{tag}, Summary: summary, Description: description,
		Security: needs(scope, scope != token.Write), DefaultStatus: status}
}

// needs says which scope an operation needs, and whether it may go without a token
// where the server allows that.
func needs(s token.Scope, orNone bool) []map[string][]string {
	out := []map[string][]string{{securityName: {string(s)}}}
	if orNone {
		out = append(out, map[string][]string{})
	}
	return out
}

// scopeOf is what refuse enforces; "" = nothing is needed.
func scopeOf(op *huma.Operation) token.Scope {
	for _, alternative := range op.Security {
		if scopes := alternative[securityName]; len(scopes) > 0 {
			return token.Scope(scopes[0])
		}
	}
	return ""
}

// add registers an operation whose errors are explained.
func add[I, O any](s *Server, op huma.Operation, h func(context.Context, *I) (*O, error)) {
	for _, p := range op.Parameters {
		p.Description = strings.TrimSpace(p.Description)
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err != nil {
			return nil, s.explain(ctx, err)
		}
		return out, nil
	})
}

// answer is a response of nothing but a body.
type answer[T any] struct{ Body T }

func reply[T any](v T) *answer[T] { return &answer[T]{v} }

// filterDocs says what each parameter of metric.Filter is; a test holds that none
// is missing.
var filterDocs = map[string]struct {
	doc, example string
	list         bool
	enum         []string
}{
	"from":       {"First day, inclusive.", "2026-10-01", false, nil},
	"to":         {"Last day, inclusive; by default the last day with mentions.", "2026-10-31", false, nil},
	"window":     {"Days, weeks, months or years back from `to`, instead of `from`.", "28d", false, nil},
	"entity":     {"Entities of the lexicon by id.", "ceviche", true, nil},
	"with":       {"Entities that the mention must name too, each of them.", "chicha-morada", true, nil},
	"kind":       {"Kinds of entities.", "dish", true, metric.Kinds},
	"department": {"Departments by INEI code, 15 = Lima.", "15", true, nil},
	"province":   {"Provinces by INEI code of four digits, 1501 = Lima.", "1501", true, nil},
	"source":     {"Sources.", "review", true, []string{"review", "delivery", "social", "survey"}},
	"channel":    {"Channels; a comma is part of the name.", "google_reviews", true, nil},
	"sentiment":  {"Sentiments.", "pos", true, mention.SentimentLabels},
	"intent":     {"Intents.", "crave", true, mention.IntentLabels},
	"aspect":     {"Aspects that are spoken of: `price`, or with polarity `price:neg`.", "price:neg", true, nil},
	"q":          {"Words that must all occur, compared without case and accents.", "bien servido", false, nil},
	"all":        {"1: also mentions that are not about food.", "1", false, []string{"0", "1"}},
	"run":        {"One import run.", "", false, nil},
	"correct":    {"raw: shares as the model counts them, not corrected for its errors.", "raw", false, nil},
	"campaign":   {"What becomes of copies that few authors spread.", "exclude", false, []string{"include", "exclude", "only"}},
	"cluster":    {"Near-copies of one text by the number of their cluster.", "", false, nil},
}

// filterParams documents the fields of a filter. They are read by metric.ParseFilter,
// the same as for pages, so that the document cannot promise what is not there.
func filterParams(without ...string) []*huma.Param {
	var out []*huma.Param
	for _, name := range metric.FilterFields {
		if slices.Contains(without, name) {
			continue
		}
		d := filterDocs[name]
		out = append(out, queryParam(name, d.doc, d.example, d.list, d.enum))
	}
	return out
}

func queryParam(name, doc, example string, list bool, enum []string) *huma.Param {
	most := 400
	schema := &huma.Schema{Type: huma.TypeString, MaxLength: &most}
	for _, e := range enum {
		schema.Enum = append(schema.Enum, e)
	}
	p := &huma.Param{Name: name, In: "query", Description: doc, Schema: schema}
	if example != "" {
		p.Example = any(example)
	}
	if list {
		items := 100
		p.Schema = &huma.Schema{Type: huma.TypeArray, Items: schema, MaxItems: &items}
		p.Style = "form"
		yes := true
		p.Explode = &yes
		if example != "" {
			p.Example = []string{example}
		}
	}
	return p
}

// filter reads the filter of a request.
func (s *Server) filter(ctx context.Context) (metric.Filter, error) {
	return metric.ParseFilter(exchangeOf(ctx).query)
}

// span resolves the window of a filter, or def where the request names no days,
// against what the store holds.
func (s *Server) span(ctx context.Context, f metric.Filter, def string) (metric.Filter, error) {
	cov, err := s.o.Data.Coverage(ctx)
	if err != nil {
		return f, fmt.Errorf("coverage: %w", err)
	}
	if f.Window == "" && f.From == 0 {
		f.Window = def
	}
	if f, err = f.Resolve(cov.Last); err != nil {
		return f, err
	}
	if f.To == 0 {
		f.To = max(cov.Last, f.From)
	}
	return f, nil
}

// Span is an inclusive range of days.
type Span struct {
	From string `json:"from" format:"date" example:"2026-10-01"`
	To   string `json:"to" format:"date" example:"2026-10-28"`
}

func spanOf(from, to mention.Day) Span { return Span{from.String(), to.String()} }

// timeout bounds an operation otherwise than readTimeout; negative: not at all.
func timeout(d time.Duration) map[string]any { return map[string]any{metaTimeout: d} }
