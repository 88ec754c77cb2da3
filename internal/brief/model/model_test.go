package model_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/model"
	"antojo/internal/panel/locale"
)

func table() *fact.Table {
	n := func(v float64) fact.Figure { return fact.Figure{Value: v, N: int64(v), Exact: true, Defined: true} }
	return &fact.Table{Period: "2026-W46", Week: fact.Span{From: 20766, To: 20772}, Window: fact.Span{From: 20745, To: 20772}, Previous: fact.Span{From: 20717, To: 20744},
		Entities: []fact.Entity{{ID: "matcha", Name: "matcha", Kind: "drink"}},
		Quotes:   []fact.Quote{{ID: "Q1", Mention: "0197f0a1b2c3d4e5", Entity: "matcha", Sentiment: "pos", Source: "social", Text: "El matcha con leche estuvo riquísimo de verdad."}},
		Facts: []fact.Fact{
			{ID: "F1", Kind: fact.Volume, Weekly: true, Direction: fact.NoDirection, Strength: fact.Unclear, Figures: map[string]fact.Figure{fact.Mentions: n(1840), fact.Before: n(1795)}},
			{ID: "F2", Kind: fact.Change, Entity: "matcha", Verdict: "rising", Top: true, Direction: fact.Up, Strength: fact.Clear,
				Figures: map[string]fact.Figure{fact.Growth: {Value: .82, Low: .48, High: 1.24, N: 410, Defined: true}, fact.Mentions: n(265), fact.Before: n(145)}},
			{ID: "F3", Kind: fact.AspectOf, Entity: "matcha", Aspect: "food", Top: true, Direction: fact.Up, Strength: fact.Clear, Figures: map[string]fact.Figure{fact.Net: {Value: .6, Low: .5, High: .7, N: 150, Defined: true}}},
		}}
}

func numbers(t *testing.T) fill.Numbers {
	t.Helper()
	c, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	return c.For("es")
}

// endpoint is a chat completions endpoint written to the published API: it streams
// server-sent events, one chunk for each few letters of the answer.
type endpoint struct {
	*httptest.Server
	requests atomic.Int32
	bodies   chan string
}

// serve starts an endpoint; script writes the reply to request n (from 1).
func serve(t *testing.T, script func(w http.ResponseWriter, r *http.Request, n int)) *endpoint {
	t.Helper()
	e := &endpoint{bodies: make(chan string, 20)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body json.RawMessage
		if r.URL.Path != "/v1/chat/completions" || json.NewDecoder(r.Body).Decode(&body) != nil {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		e.bodies <- string(body)
		script(w, r, int(e.requests.Add(1)))
	}))
	t.Cleanup(e.Close)
	return e
}

func chunk(w http.ResponseWriter, text, finish string, usage bool) {
	delta := map[string]any{"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m",
		"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": text}, "finish_reason": nil}}}
	if finish != "" {
		delta["choices"].([]any)[0].(map[string]any)["finish_reason"] = finish
	}
	if usage {
		delta["choices"] = []any{}
		delta["usage"] = map[string]any{"prompt_tokens": 900, "completion_tokens": 100, "total_tokens": 1000}
	}
	b, _ := json.Marshal(delta)
	fmt.Fprintf(w, "data: %s\n\n", b)
	w.(http.Flusher).Flush()
}

func stream(w http.ResponseWriter, answer string) {
	w.Header().Set("Content-Type", "text/event-stream")
	letters := []rune(answer) // a chunk is valid JSON, so it never ends within a letter
	for len(letters) > 0 {
		n := min(17, len(letters))
		chunk(w, string(letters[:n]), "", false)
		letters = letters[n:]
	}
	chunk(w, "", "stop", false)
	chunk(w, "", "", true)
	fmt.Fprint(w, "data: [DONE]\n\n")
}

// good answers the items of table() well.
const good = `{"sentences":[{"item":1,"text":"{{F2.Entity}} gana terreno con claridad"},{"item":2,"text":"Se leyeron {{F1.mentions}} menciones en la semana {{P.week}}."},` +
	`{"item":3,"text":"El interés por el matcha crece {{F2.growth.size}} ({{F2.growth.interval}})."},{"item":4,"text":"Del matcha se elogia el sabor ({{F3.net}}). Una mención dice: {{Q1}}."}]}`

func compose(t *testing.T, o model.Options, deadline time.Duration) (*brief.Brief, *model.Writer) {
	t.Helper()
	w, err := model.New(o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := brief.Weekly(context.Background(), table(), brief.Options{Writer: w, Numbers: numbers(t), Deadline: deadline})
	if err != nil {
		t.Fatal(err)
	}
	return b, w
}

func options(e *endpoint) model.Options {
	return model.Options{BaseURL: e.URL + "/v1", Model: "m", Key: "sk-test", HTTP: e.Client(), Delay: time.Millisecond}
}

func TestStreamsACheckedBrief(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.Header.Get("Authorization") != "Bearer sk-test" {
			http.Error(w, "no key", http.StatusUnauthorized)
			return
		}
		stream(w, good)
	})
	b, w := compose(t, options(e), 0)
	if b.Replaced != 0 || b.Trouble != "" || b.Writer != "m" {
		for _, s := range b.Sections {
			for _, x := range s.Sentences {
				t.Logf("%q %v", x.Draft, x.Rejected)
			}
		}
		t.Fatalf("replaced %d, trouble %q", b.Replaced, b.Trouble)
	}
	if u := w.Used(); u.Prompt != 900 || u.Answer != 100 || u.Requests != 1 {
		t.Errorf("usage %+v", u)
	}
	body := <-e.bodies
	for _, figure := range []string{"1840", "0.82", "265", "riquísimo"} {
		if strings.Contains(body, figure) {
			t.Errorf("the request holds %q: figures and quotes stay here", figure)
		}
	}
	for _, want := range []string{`"stream":true`, `json_schema`, `{{F2.growth.size}}`} {
		if !strings.Contains(body, want) {
			t.Errorf("the request lacks %s", want)
		}
	}
}

func TestTroubles(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	for _, c := range []struct {
		name     string
		script   func(w http.ResponseWriter, r *http.Request, n int)
		change   func(*model.Options)
		trouble  string
		replaced int
		requests int32
	}{
		{"rate limit, then an answer", func(w http.ResponseWriter, _ *http.Request, n int) {
			if n == 1 {
				w.Header().Set("Retry-After-Ms", "1")
				http.Error(w, `{"error":{"message":"slow down"}}`, http.StatusTooManyRequests)
				return
			}
			stream(w, good)
		}, nil, "", 0, 2},
		{"rate limit for good", func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Retry-After-Ms", "1")
			http.Error(w, `{"error":{"message":"slow down"}}`, http.StatusTooManyRequests)
		}, nil, brief.TroubleUnavailable, 4, 3},
		{"wrong key", func(w http.ResponseWriter, _ *http.Request, _ int) {
			http.Error(w, `{"error":{"message":"no"}}`, http.StatusUnauthorized)
		}, nil, brief.TroubleUnavailable, 4, 1},
		{"malformed JSON", func(w http.ResponseWriter, _ *http.Request, _ int) { stream(w, `{"sentences":[{"item":"uno"`) }, nil, brief.TroubleUnavailable, 4, 1},
		{"no JSON", func(w http.ResponseWriter, _ *http.Request, _ int) { stream(w, "Con gusto: el ceviche sube.") }, nil, brief.TroubleUnavailable, 4, 1},
		{"no stream", func(w http.ResponseWriter, _ *http.Request, _ int) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<html>proxy</html>")
		}, nil, brief.TroubleUnavailable, 4, 1},
		{"cut off by length: the whole sentences stay", func(w http.ResponseWriter, _ *http.Request, n int) {
			if n > 1 {
				http.Error(w, "gone", http.StatusNotFound)
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			chunk(w, good[:strings.Index(good, `{"item":3`)], "length", false)
			fmt.Fprint(w, "data: [DONE]\n\n")
		}, nil, brief.TroubleUnavailable, 2, 2},
		{"slow", func(_ http.ResponseWriter, r *http.Request, _ int) {
			select {
			case <-hang:
			case <-r.Context().Done():
			}
		}, func(o *model.Options) { o.Retries = -1 }, brief.TroubleSlow, 4, 1},
		{"budget in tokens", func(w http.ResponseWriter, _ *http.Request, _ int) { stream(w, good) }, func(o *model.Options) { o.MaxTokens = 500 }, brief.TroubleBudget, 4, 0},
		{"budget in money", func(w http.ResponseWriter, _ *http.Request, _ int) { stream(w, good) }, func(o *model.Options) { o.PriceIn, o.PriceOut, o.MaxCost = 5, 15, .001 }, brief.TroubleBudget, 4, 0},
		{"redirect", func(w http.ResponseWriter, r *http.Request, _ int) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, func(o *model.Options) { o.Retries = -1 }, brief.TroubleUnavailable, 4, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := serve(t, c.script)
			o, deadline := options(e), 20*time.Second
			if c.change != nil {
				c.change(&o)
			}
			if c.trouble == brief.TroubleSlow {
				deadline = 50 * time.Millisecond
			}
			b, _ := compose(t, o, deadline)
			if b.Trouble != c.trouble || b.Replaced != c.replaced {
				t.Errorf("trouble %q, replaced %d; want %q, %d", b.Trouble, b.Replaced, c.trouble, c.replaced)
			}
			if n := e.requests.Load(); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			if len(b.Sections) == 0 {
				t.Error("no brief")
			}
		})
	}
}

func TestRejectedGoBackWithReasons(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) {
		if n == 1 {
			stream(w, strings.Replace(good, "crece {{F2.growth.size}}", "cae {{F2.growth.size}}", 1))
			return
		}
		stream(w, `{"sentences":[{"item":3,"text":"El matcha crece {{F2.growth.size}} ({{F2.growth.interval}})."}]}`)
	})
	b, _ := compose(t, options(e), 0)
	if b.Rewritten != 1 || b.Replaced != 0 {
		t.Errorf("rewritten %d, replaced %d; want 1, 0", b.Rewritten, b.Replaced)
	}
	<-e.bodies
	if body := <-e.bodies; !strings.Contains(body, "direction: F2") {
		t.Error("the second request does not give the reason")
	}
}

func TestCacheByFacts(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { stream(w, good) })
	o := options(e)
	o.CacheDir = t.TempDir()
	compose(t, o, 0)
	b, w := compose(t, o, 0)
	if e.requests.Load() != 1 || w.Used().Cached != 1 || b.Replaced != 0 {
		t.Errorf("%d requests, %+v", e.requests.Load(), w.Used())
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []model.Options{{}, {BaseURL: "http://x"}, {Model: "m"}, {BaseURL: "ftp://x", Model: "m"}} {
		if _, err := model.New(o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
}

// TestDeclaredClaims: what a model declares is held against the facts and the words; a
// sentence that declares nothing beside others that do claims nothing.
func TestDeclaredClaims(t *testing.T) {
	claim := func(f, kind, value, words string) map[string]string {
		return map[string]string{"fact": f, "kind": kind, "value": value, "words": words}
	}
	answer := func(first any) string {
		b, err := json.Marshal(map[string]any{"sentences": []any{
			map[string]any{"item": 1, "text": "{{F2.Entity}} gana terreno con claridad", "claims": first},
			map[string]any{"item": 2, "text": "En la semana se leyeron {{F1.mentions}} menciones.", "claims": []any{}},
			map[string]any{"item": 3, "text": "{{F2.Entity}} crece {{F2.growth.size}} ({{F2.growth.interval}}).", "claims": []any{claim("F2", "direction", "up", "crece")}},
			map[string]any{"item": 4, "text": "De {{F3.name}} gusta {{F3.aspect}} ({{F3.net}}).", "claims": []any{claim("F3", "level", "liked", "gusta")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, c := range map[string]struct {
		claims   any
		replaced int
	}{
		"true and whole":      {[]any{claim("F2", "direction", "up", "gana terreno"), claim("F2", "strength", "clear", "con claridad")}, 0},
		"one left out":        {[]any{claim("F2", "direction", "up", "gana terreno")}, 1},
		"none":                {[]any{}, 1},
		"null":                {nil, 1},
		"against its fact":    {[]any{claim("F2", "direction", "down", "gana terreno"), claim("F2", "strength", "clear", "con claridad")}, 1},
		"of another fact":     {[]any{claim("F3", "direction", "up", "gana terreno"), claim("F2", "strength", "clear", "con claridad")}, 1},
		"of words not there":  {[]any{claim("F2", "direction", "up", "gana terreno"), claim("F2", "strength", "clear", "con claridad"), claim("F2", "direction", "up", "sube")}, 1},
		"of no kind we know":  {[]any{claim("F2", "fame", "up", "gana terreno"), claim("F2", "strength", "clear", "con claridad")}, 1},
		"of no fact of ours":  {[]any{claim("F9", "direction", "up", "gana terreno"), claim("F2", "strength", "clear", "con claridad")}, 1},
		"the other way round": {[]any{claim("F2", "direction", "up", "con claridad"), claim("F2", "strength", "clear", "gana terreno")}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			e := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) { stream(w, answer(c.claims)) })
			b, _ := compose(t, options(e), 0)
			if b.Replaced != c.replaced || b.Trouble != "" {
				for _, s := range b.Sections {
					for _, x := range s.Sentences {
						t.Logf("%q %v", x.Draft, x.Rejected)
					}
				}
				t.Errorf("replaced %d, want %d; trouble %q", b.Replaced, c.replaced, b.Trouble)
			}
			body := <-e.bodies
			if !strings.Contains(body, `"claims"`) || !strings.Contains(body, "se distingue") {
				t.Error("the model is not told to declare, or of which words")
			}
		})
	}
}
