package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"antojo/assets"
	"antojo/internal/app"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/lifecycle"
	"antojo/internal/panel/locale"
)

// approveWeeks keeps briefs of so many weeks in a data dir and gives the drafts of one.
func approveWeeks(t *testing.T, dir string, weeks int) []string {
	t.Helper()
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	n := func(v float64) fact.Figure { return fact.Figure{Value: v, N: int64(v), Exact: true, Defined: true} }
	var drafts []string
	best := 0.0 // the rules choose among sentences; the easiest to read stands for a good model
	for w := range weeks {
		table := &fact.Table{Period: fmt.Sprintf("2026-W%02d", w+1), Week: fact.Span{From: 20766, To: 20772}, Window: fact.Span{From: 20745, To: 20772}, Previous: fact.Span{From: 20717, To: 20744},
			Facts: []fact.Fact{{ID: "F1", Kind: fact.Volume, Weekly: true, Direction: fact.NoDirection, Strength: fact.Unclear, Period: fact.Span{From: 20766, To: 20772}, Figures: map[string]fact.Figure{fact.Mentions: n(1840), fact.Before: n(1795)}}}}
		b, err := brief.Weekly(context.Background(), table, brief.Options{Lang: "es", Numbers: cat.For("es")})
		if err != nil {
			t.Fatal(err)
		}
		a := lifecycle.FromBrief(b)
		text := ""
		for _, s := range b.Sections {
			for _, x := range s.Sentences {
				text += fill.Join(x.Pieces) + " "
			}
		}
		if r := lifecycle.Readability(text); r > best {
			drafts, best = a.Drafts, r
		}
		if err := (lifecycle.Set{Path: filepath.Join(dir, "writer", "approved.jsonl")}).Add(a, cat.For("es")); err != nil {
			t.Fatal(err)
		}
	}
	return drafts
}

// tuningEndpoint is the part of the published API that a whole run needs; the model
// that comes out answers every task with the drafts.
func tuningEndpoint(t *testing.T, drafts []string) string {
	t.Helper()
	reply := func(w http.ResponseWriter, text string) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, text)
	}
	const job = `{"id":"ftjob-1","object":"fine_tuning.job","model":"base","status":"succeeded","training_file":"file-1","trained_tokens":99,"fine_tuned_model":"ft:base:x"}`
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/files", func(w http.ResponseWriter, _ *http.Request) { reply(w, `{"id":"file-1","object":"file"}`) })
	mux.HandleFunc("POST /v1/fine_tuning/jobs", func(w http.ResponseWriter, _ *http.Request) { reply(w, job) })
	mux.HandleFunc("GET /v1/fine_tuning/jobs/ftjob-1", func(w http.ResponseWriter, _ *http.Request) { reply(w, job) })
	mux.HandleFunc("GET /v1/fine_tuning/jobs/ftjob-1/events", func(w http.ResponseWriter, _ *http.Request) { reply(w, `{"object":"list","data":[]}`) })
	mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Model string }
		if json.NewDecoder(r.Body).Decode(&body) != nil || body.Model != "ft:base:x" {
			http.Error(w, `{"error":{"message":"no such model"}}`, http.StatusNotFound)
			return
		}
		var list []map[string]any
		for i, d := range drafts {
			list = append(list, map[string]any{"item": i + 1, "text": d})
		}
		text, _ := json.Marshal(map[string]any{"sentences": list})
		chunk, _ := json.Marshal(map[string]any{"id": "x", "object": "chat.completion.chunk", "model": "m", "choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": string(text)}, "finish_reason": "stop"}}})
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, "data: %s\n\ndata: [DONE]\n\n", chunk)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/v1"
}

func TestWriterIsTrainedJudgedAndPromoted(t *testing.T) {
	for _, c := range []struct {
		name string
		lie  bool
	}{{"as good", false}, {"a liar", true}} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			drafts := approveWeeks(t, dir, 40)
			if c.lie {
				drafts[0] = "Las ventas subieron 40 %."
			}
			url := tuningEndpoint(t, drafts)
			run := func(args ...string) (int, string) {
				var out bytes.Buffer
				code := app.Main(context.Background(), append(args, "--data", dir), app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, "test")
				return code, out.String()
			}
			code, out := run("train", "--task", "writer", "--llm-url", url, "--base", "base")
			if code != 0 || !strings.Contains(out, "registered writer-") {
				t.Fatalf("%d %s", code, out)
			}
			_, id, _ := strings.Cut(out, "registered ")
			id, _, _ = strings.Cut(id, ":")
			code, out = run("models", "promote", id)
			if (code != 0) != c.lie || c.lie && !strings.Contains(out, "grounding 0.") {
				t.Errorf("promote: %d %s", code, out)
			}
			if code, out := run("train", "--task", "writer", "--llm-url", url, "--base", "base"); code != 0 {
				t.Errorf("again: %d %s", code, out)
			}
		})
	}
	t.Run("too few", func(t *testing.T) {
		dir := t.TempDir()
		approveWeeks(t, dir, 4)
		var out bytes.Buffer
		if code := app.Main(context.Background(), []string{"train", "--task", "writer", "--check", "--data", dir}, app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, "test"); code == 0 || !strings.Contains(out.String(), "at least 10") {
			t.Errorf("%d %s", code, &out)
		}
	})
}
