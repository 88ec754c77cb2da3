package api_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"

	client "antojo/clients/go"
)

// TestGoClient walks through the API with the generated client.
func TestGoClient(t *testing.T) {
	s := serve(t)
	c, err := client.New(s.url, s.tokens["read"])
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	kind, lang := []client.ListTrendsParamsKind{"dish"}, client.ListTrendsParamsLang("en")
	trends, err := c.ListTrendsWithResponse(ctx, &client.ListTrendsParams{Kind: &kind, Lang: &lang})
	if err != nil || trends.JSON200 == nil || len(trends.JSON200.Trends) == 0 {
		t.Fatalf("trends: %v, %s", err, trends.Body)
	}
	if top := trends.JSON200.Trends[0]; top.Kind != "dish" || top.Growth != nil && (top.Interval == nil || len(*top.Interval) != 2) {
		t.Errorf("the first trend: %+v", top)
	}
	by, order, limit := []client.QueryParamsBy{"entity"}, "-mentions", 3
	figures, err := c.QueryWithResponse(ctx, &client.QueryParams{Measures: []client.QueryParamsMeasures{"mentions", "net_sentiment"}, By: &by, Order: &order, Limit: &limit})
	if err != nil || figures.JSON200 == nil || len(figures.JSON200.Rows) != 3 {
		t.Fatalf("query: %v, %s", err, figures.Body)
	}
	entity := figures.JSON200.Rows[0].Keys["entity"]
	entities := []string{entity}
	page, n := int64(100), 0
	params := &client.ListMentionsParams{Entity: &entities, Limit: &page}
	for {
		res, err := c.ListMentionsWithResponse(ctx, params)
		if err != nil || res.JSON200 == nil {
			t.Fatalf("mentions: %v, %s", err, res.Body)
		}
		n += len(res.JSON200.Mentions)
		if params.After = res.JSON200.Next; params.After == nil {
			break
		}
	}
	if v := figures.JSON200.Rows[0].Values["mentions"]; v.Value == nil || *v.Value != float64(n) || v.N != int64(n) {
		t.Errorf("%s: %d mentions on pages, the query says %+v", entity, n, v)
	}
	asked, err := c.AskWithResponse(ctx, client.AskQuestion{Question: "¿qué se dice del precio del ceviche?"})
	if err != nil || asked.JSON200 == nil || !asked.JSON200.Answered || asked.JSON200.Intent == nil || *asked.JSON200.Intent != "aspect" || len(asked.JSON200.Requests) != 1 {
		t.Errorf("ask: %v, %s", err, asked.Body)
	}
	bad := []client.ListTrendsParamsKind{"soup"}
	refused, err := c.ListTrendsWithResponse(ctx, &client.ListTrendsParams{Kind: &bad})
	if err != nil {
		t.Fatal(err)
	}
	if p := refused.ApplicationproblemJSONDefault; p == nil || p.Errors == nil || (*p.Errors)[0].Location == nil || *(*p.Errors)[0].Location != "query.kind" {
		t.Errorf("a kind that is none: %d %s", refused.StatusCode(), refused.Body)
	}
	id := "a1"
	denied, err := c.AnnotateWithResponse(ctx, client.AnnotateRequest{Texts: []client.AnnotateText{{Id: &id, Text: "un ceviche"}}})
	if err != nil || denied.StatusCode() != http.StatusForbidden {
		t.Errorf("annotate with the scope read: %v %d", err, denied.StatusCode())
	}
	if c, err = client.New(s.url, s.tokens["annotate"]); err != nil {
		t.Fatal(err)
	}
	read, err := c.AnnotateWithResponse(ctx, client.AnnotateRequest{Texts: []client.AnnotateText{{Id: &id, Text: "El sebiche estaba buenazo"}}})
	if err != nil || read.JSON200 == nil || read.JSON200.Annotations[0].Entities[0].Id != "ceviche" || read.JSON200.Annotations[0].Sentiment == nil {
		t.Fatalf("annotate: %v, %s", err, read.Body)
	}
	model := modelName(t, s)
	out, err := c.OipInferWithResponse(ctx, model, client.InferRequest{Inputs: []client.InferInput{{Name: "text", Datatype: "BYTES", Shape: []int64{1}, Data: []string{"El ceviche estaba buenazo"}}}})
	if err != nil || out.JSON200 == nil || out.JSON200.ModelName != model || len(out.JSON200.Outputs) != 11 {
		t.Errorf("infer: %v, %s", err, out.Body)
	}
}

// TestTypeScriptClient bundles the client with a small program, runs it with Node
// against the server, and compares what it saw with what Go sees.
func TestTypeScriptClient(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no Node on this machine")
	}
	s := serve(t)
	out := filepath.Join(t.TempDir(), "check.mjs")
	built := api.Build(api.BuildOptions{EntryPoints: []string{root(t, "clients", "typescript", "check.ts")}, Bundle: true, Write: true, Outfile: out,
		Format: api.FormatESModule, Platform: api.PlatformNode, Target: api.ES2022, LogLevel: api.LogLevelSilent})
	if len(built.Errors) > 0 {
		t.Fatalf("bundle: %v", built.Errors)
	}
	secret, errs, code := antojo("", "tokens", "create", "node", "--scope", "read,annotate", "--data", s.data)
	if code != 0 {
		t.Fatal(errs)
	}
	b, err := exec.CommandContext(t.Context(), node, out, s.url, strings.TrimSpace(secret)).Output()
	if err != nil {
		if e, ok := err.(*exec.ExitError); ok {
			t.Fatalf("%v: %s", err, e.Stderr)
		}
		t.Fatal(err)
	}
	got := decode[map[string]any](t, b)
	row := at(t, s.get(t, "/api/v1/query?measures=mentions&by=entity&kind=dish&order=-mentions&limit=1").json(t), "rows", 0)
	want := map[string]any{"entity": at(t, row, "keys", "entity"), "counted": at(t, row, "values", "mentions", "value"), "mentions": at(t, row, "values", "mentions", "value"),
		"verdict": at(t, s.get(t, "/api/v1/trends?kind=dish&limit=1").json(t), "trends", 0, "verdict"), "found": "ceviche", "sentiment": got["sentiment"], "field": "422 query.kind", "asked": "volume", "answered": true}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("what the client saw (-want +got):\n%s", d)
	}
	if s, ok := got["sentiment"].(string); !ok || s == "" {
		t.Errorf("sentiment %v", got["sentiment"])
	}
}

// TestTypeScriptTypes checks client and program with the strict compiler, where npm
// has put one (make assets).
func TestTypeScriptTypes(t *testing.T) {
	tsc := root(t, "assets", "web", "node_modules", "typescript", "bin", "tsc")
	if _, err := os.Stat(tsc); err != nil {
		t.Skip("TypeScript is not installed: cd assets/web && npm ci")
	}
	if b, err := exec.CommandContext(t.Context(), "node", tsc, "-p", root(t, "clients", "typescript")).CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, b)
	}
}
