package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/assets"
	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/lifecycle"
	"antojo/internal/panel/locale"
)

func table(period string) *fact.Table {
	n := func(v float64) fact.Figure { return fact.Figure{Value: v, N: int64(v), Exact: true, Defined: true} }
	return &fact.Table{Period: period, Week: fact.Span{From: 20766, To: 20772}, Window: fact.Span{From: 20745, To: 20772}, Previous: fact.Span{From: 20717, To: 20744},
		Entities: []fact.Entity{{ID: "matcha", Name: "matcha", Kind: "drink"}},
		Facts: []fact.Fact{
			{ID: "F1", Kind: fact.Volume, Weekly: true, Direction: fact.NoDirection, Strength: fact.Unclear, Period: fact.Span{From: 20766, To: 20772}, Figures: map[string]fact.Figure{fact.Mentions: n(1840), fact.Before: n(1795)}},
			{ID: "F2", Kind: fact.Change, Entity: "matcha", Verdict: "rising", Top: true, Direction: fact.Up, Strength: fact.Clear, Period: fact.Span{From: 20745, To: 20772},
				Figures: map[string]fact.Figure{fact.Growth: {Value: .82, Low: .48, High: 1.24, N: 410, Defined: true}, fact.Mentions: n(265), fact.Before: n(145)}},
		}}
}

func numbers(t testing.TB) func(string) fill.Numbers {
	t.Helper()
	c, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	return func(lang string) fill.Numbers { return c.For(lang) }
}

// approved fills a set with briefs of so many weeks and reads it back.
func approved(t testing.TB, weeks int) []lifecycle.Approved {
	t.Helper()
	nums := numbers(t)
	s := lifecycle.Set{Path: filepath.Join(t.TempDir(), "writer", "approved.jsonl")}
	for w := range weeks {
		b, err := brief.Weekly(context.Background(), table(fmt.Sprintf("2026-W%02d", w+1)), brief.Options{Lang: "es", Numbers: nums("es")})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(lifecycle.FromBrief(b), nums("es")); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.Load()
	if err != nil || len(list) != weeks {
		t.Fatalf("%d briefs, %v", len(list), err)
	}
	return list
}

func training(t testing.TB) (jsonl []byte, sum string) {
	t.Helper()
	jsonl, sum, err := lifecycle.Training(approved(t, 40))
	if err != nil {
		t.Fatal(err)
	}
	return jsonl, sum
}

func TestEditsAreChecked(t *testing.T) {
	nums := numbers(t)("es")
	a := approved(t, 1)[0]
	var refused *lifecycle.RefusedError
	for _, bad := range []string{"El matcha sube 82 %.", "El matcha cae {{F2.growth.size}}.", "{{F9.Entity}} sube.", ""} {
		for n := range a.Drafts {
			if err := a.Edit(n+1, bad, nums); !errors.As(err, &refused) {
				t.Errorf("%q passes as sentence %d: %v", bad, n+1, err)
			}
		}
	}
	if err := a.Edit(99, "x", nums); err == nil {
		t.Error("sentence 99")
	}
	a.Drafts[0] = "El matcha sube 82 %."
	if err := (lifecycle.Set{Path: filepath.Join(t.TempDir(), "x")}).Add(a, nums); !errors.As(err, &refused) {
		t.Errorf("a lie is approved: %v", err)
	}
	// What is approved again replaces what was approved before.
	s := lifecycle.Set{Path: filepath.Join(t.TempDir(), "x")}
	b := approved(t, 1)[0]
	first := b.Drafts[0]
	for _, d := range []string{first, "{{F2.Entity}} gana terreno con claridad"} {
		b.Drafts[0] = d
		if err := s.Add(b, nums); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.Load(); err != nil || len(list) != 1 || list[0].Drafts[0] == first {
		t.Errorf("%d briefs, %v", len(list), err)
	}
}

func TestValidate(t *testing.T) {
	jsonl, _ := training(t)
	if p := lifecycle.Validate(jsonl); len(p) > 0 {
		t.Fatalf("an honest set: %v", p)
	}
	for _, figure := range []string{"0.82", "1840", "82 %"} {
		if strings.Contains(string(jsonl), figure) {
			t.Errorf("the set holds the figure %s", figure)
		}
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(jsonl), "\n"), "\n")
	type turn struct {
		Role    string `json:"role"`
		Content string `json:"content"`
	}
	with := func(change func(m []turn) []turn) string {
		var x struct {
			Messages []turn `json:"messages"`
		}
		if err := json.Unmarshal([]byte(lines[3]), &x); err != nil {
			t.Fatal(err)
		}
		x.Messages = change(x.Messages)
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		return string(b) + "\n"
	}
	answer := func(text string) string {
		return with(func(m []turn) []turn {
			var x struct {
				Sentences []map[string]any `json:"sentences"`
			}
			if err := json.Unmarshal([]byte(m[2].Content), &x); err != nil {
				t.Fatal(err)
			}
			x.Sentences[0]["text"] = text
			b, _ := json.Marshal(x)
			m[2].Content = string(b)
			return m
		})
	}
	for name, c := range map[string]struct{ line, want string }{
		"not JSON":            {"{\n", "not an object"},
		"another key":         {strings.Replace(lines[3], `{"messages"`, `{"weight":1,"messages"`, 1), "not an object"},
		"roles":               {with(func(m []turn) []turn { return m[:2] }), "roles"},
		"a free figure":       {answer("El matcha sube 82 por ciento."), "a free figure"},
		"a figure in Arabic":  {answer("El matcha sube ٨٢."), "a free figure"},
		"a sign":              {answer("El matcha sube {{F2.growth}} %."), "a free figure"},
		"unknown placeholder": {answer("{{F7.Entity}} sube."), "not offered"},
		"personal data":       {answer("El matcha sube, dice ana.quispe@correo.pe."), "personal data"},
		"empty":               {answer(""), "characters"},
		"long":                {answer(strings.Repeat("muy ", 2000)), "characters"},
		"answer cut off":      {with(func(m []turn) []turn { m[2].Content = m[2].Content[:20]; return m }), "one sentence"},
		"too long":            {with(func(m []turn) []turn { m[0].Content = strings.Repeat("a", 60<<10); return m }), "bytes"},
	} {
		bad := strings.Join(lines[:3], "") + c.line + strings.Join(lines[4:], "")
		p := lifecycle.Validate([]byte(bad))
		if len(p) == 0 || p[0].Line != 4 || !strings.Contains(p[0].What, c.want) {
			t.Errorf("%s: %v", name, p)
		}
	}
	if p := lifecycle.Validate([]byte(lines[0])); len(p) != 1 || p[0].Line != 0 {
		t.Errorf("one example is enough: %v", p)
	}
}

func FuzzValidate(f *testing.F) {
	jsonl, _ := training(f)
	line, _, _ := strings.Cut(string(jsonl), "\n")
	f.Add([]byte(line))
	f.Add([]byte(`{"messages":[{"role":"system","content":""}]}`))
	f.Fuzz(func(t *testing.T, b []byte) { lifecycle.Validate(b) })
}

// Worked by hand: words, syllables and sentences of short texts.
func TestReadability(t *testing.T) {
	for _, c := range []struct {
		text                        string
		words, syllables, sentences float64
	}{
		{"El pan sube.", 3, 4, 1},
		{"La gente come maíz y camote. Guía del queso: ¡sí!", 10, 11 + 6, 2},
		{"Oído, caos, poeta, ciudad, cuáles, pingüino, averigüéis, aéreo", 8, 3 + 2 + 3 + 2 + 2 + 3 + 4 + 4, 1},
	} {
		want := 206.835 - 62.3*c.syllables/c.words - c.words/c.sentences
		if got := lifecycle.Readability(c.text); math.Abs(got-want) > .001 {
			t.Errorf("%q: %.3f, want %.3f", c.text, got, want)
		}
	}
	if lifecycle.Readability("12 %") != 0 {
		t.Error("no words")
	}
}

// api is an endpoint with the files and fine_tuning parts of the published API. A
// test says what goes wrong.
type api struct {
	*httptest.Server
	mu     sync.Mutex
	files  int
	jobs   int
	polls  int
	set    string
	status func(poll int) string
	wrong  func(w http.ResponseWriter, r *http.Request, a *api) bool // true = it has answered
}

func newAPI(t *testing.T) *api {
	t.Helper()
	a := &api{status: func(int) string { return "succeeded" }}
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v)
	}
	job := func(status string) map[string]any {
		m := map[string]any{"id": "ftjob-1", "object": "fine_tuning.job", "created_at": 1, "model": "base", "status": status, "training_file": "file-1", "trained_tokens": nil, "fine_tuned_model": nil, "error": nil}
		if status == "succeeded" {
			m["fine_tuned_model"], m["trained_tokens"] = "ft:base:antojo", 12345
		}
		if status == "failed" {
			m["error"] = map[string]any{"code": "invalid_training_file", "message": "bad file", "param": nil}
		}
		return m
	}
	mux.HandleFunc("POST /v1/files", func(w http.ResponseWriter, r *http.Request) {
		f, _, err := r.FormFile("file")
		if err != nil || r.FormValue("purpose") != "fine-tune" {
			http.Error(w, `{"error":{"message":"bad form"}}`, 400)
			return
		}
		b, _ := io.ReadAll(f)
		a.set = string(b)
		a.files++
		reply(w, map[string]any{"id": "file-1", "object": "file", "bytes": len(b), "purpose": "fine-tune", "created_at": 1, "filename": "x.jsonl", "status": "processed"})
	})
	mux.HandleFunc("POST /v1/fine_tuning/jobs", func(w http.ResponseWriter, r *http.Request) {
		var p struct{ Model, Suffix, Training_File string }
		if json.NewDecoder(r.Body).Decode(&p) != nil || p.Model != "base" || p.Training_File != "file-1" {
			http.Error(w, `{"error":{"message":"bad job"}}`, 400)
			return
		}
		a.jobs++
		reply(w, job("validating_files"))
	})
	mux.HandleFunc("GET /v1/fine_tuning/jobs", func(w http.ResponseWriter, r *http.Request) {
		var data []any
		if a.jobs > 0 && r.URL.Query().Get("after") == "" {
			data = append(data, job("running"))
		}
		reply(w, map[string]any{"object": "list", "data": data, "has_more": false})
	})
	mux.HandleFunc("GET /v1/fine_tuning/jobs/ftjob-1", func(w http.ResponseWriter, _ *http.Request) {
		a.polls++
		reply(w, job(a.status(a.polls)))
	})
	mux.HandleFunc("GET /v1/fine_tuning/jobs/ftjob-1/events", func(w http.ResponseWriter, _ *http.Request) {
		var data []any
		for i := a.polls; i > 0; i-- {
			data = append(data, map[string]any{"id": fmt.Sprint("ev", i), "object": "fine_tuning.job.event", "created_at": i, "level": "info", "message": fmt.Sprint("step ", i), "type": "message"})
		}
		reply(w, map[string]any{"object": "list", "data": data, "has_more": false})
	})
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer sk-test" {
			http.Error(w, `{"error":{"message":"no key"}}`, 401)
			return
		}
		if a.wrong != nil && a.wrong(w, r, a) {
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

func tuner(a *api, work string) (*lifecycle.Tuner, *[]string) {
	var said []string
	return &lifecycle.Tuner{BaseURL: a.URL + "/v1", Key: "sk-test", Base: "base", Suffix: "antojo", Work: work, HTTP: a.Client(), Every: time.Millisecond, Retries: 2, Patience: 3,
		Report: func(s string) { said = append(said, s) }}, &said
}

func TestJobIsFollowed(t *testing.T) {
	jsonl, sum := training(t)
	a := newAPI(t)
	a.status = func(n int) string { return []string{"queued", "running", "running", "succeeded"}[min(n-1, 3)] }
	tu, said := tuner(a, t.TempDir())
	j, err := tu.Run(context.Background(), jsonl, sum)
	if err != nil || j.Model != "ft:base:antojo" || j.Tokens != 12345 || a.set != string(jsonl) {
		t.Fatalf("%+v %v", j, err)
	}
	want := []string{fmt.Sprintf("uploaded %d bytes as file-1", len(jsonl)), "started ftjob-1", "step 1", "ftjob-1: queued", "step 2", "ftjob-1: running", "step 3", "step 4", "ftjob-1: succeeded"}
	if d := cmp.Diff(want, *said); d != "" {
		t.Error(d)
	}
	if _, err := tu.Run(context.Background(), jsonl, sum); err != nil || a.files != 1 || a.jobs != 1 {
		t.Errorf("run again: %v, %d files, %d jobs", err, a.files, a.jobs)
	}
}

func TestJobTroubles(t *testing.T) {
	jsonl, sum := training(t)
	once := func(path string, f func(w http.ResponseWriter)) func(http.ResponseWriter, *http.Request, *api) bool {
		done := false
		return func(w http.ResponseWriter, r *http.Request, _ *api) bool {
			if done || r.Method+" "+r.URL.Path != path {
				return false
			}
			done = true
			f(w)
			return true
		}
	}
	cut := func(http.ResponseWriter) { panic(http.ErrAbortHandler) }
	for _, c := range []struct {
		name  string
		wrong func(http.ResponseWriter, *http.Request, *api) bool
		// runs until the model is there, and jobs that were started in all
		runs, jobs int
	}{
		{"rate limit at the upload", once("POST /v1/files", func(w http.ResponseWriter) {
			w.Header().Set("Retry-After-Ms", "1")
			w.WriteHeader(429)
		}), 1, 1},
		{"server error while following", once("GET /v1/fine_tuning/jobs/ftjob-1", func(w http.ResponseWriter) { w.WriteHeader(500) }), 1, 1},
		{"malformed JSON while following", once("GET /v1/fine_tuning/jobs/ftjob-1", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"id":"ftjob-1","status":`)
		}), 1, 1},
		{"not JSON while following", once("GET /v1/fine_tuning/jobs/ftjob-1", func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") }), 1, 1},
		{"cut off while following", once("GET /v1/fine_tuning/jobs/ftjob-1", cut), 1, 1},
		{"events fail", func(w http.ResponseWriter, r *http.Request, _ *api) bool {
			if strings.HasSuffix(r.URL.Path, "/events") {
				http.Error(w, "{}", 404)
				return true
			}
			return false
		}, 1, 1},
		{"the job is refused", once("POST /v1/fine_tuning/jobs", func(w http.ResponseWriter) { http.Error(w, `{"error":{"message":"quota"}}`, 403) }), 2, 1},
		{"the answer to the start is lost: not started twice", func() func(http.ResponseWriter, *http.Request, *api) bool {
			return func(_ http.ResponseWriter, r *http.Request, a *api) bool {
				if r.Method == "POST" && r.URL.Path == "/v1/fine_tuning/jobs" && a.jobs == 0 {
					a.jobs++
					panic(http.ErrAbortHandler)
				}
				return false
			}
		}(), 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := newAPI(t)
			a.wrong = c.wrong
			work := t.TempDir()
			runs := 0
			for ; runs < 4; runs++ {
				tu, _ := tuner(a, work)
				j, err := tu.Run(context.Background(), jsonl, sum)
				if err == nil {
					if j.Model != "ft:base:antojo" {
						t.Errorf("%+v", j)
					}
					break
				}
			}
			if runs+1 != c.runs || a.jobs != c.jobs || a.files != 1 {
				t.Errorf("%d runs, %d jobs, %d files; want %d, %d, 1", runs+1, a.jobs, a.files, c.runs, c.jobs)
			}
		})
	}
	t.Run("failed for good", func(t *testing.T) {
		a := newAPI(t)
		a.status = func(int) string { return "failed" }
		tu, _ := tuner(a, t.TempDir())
		if _, err := tu.Run(context.Background(), jsonl, sum); !errors.Is(err, lifecycle.ErrJobFailed) || !strings.Contains(err.Error(), "bad file") {
			t.Error(err)
		}
	})
	t.Run("wrong key", func(t *testing.T) {
		a := newAPI(t)
		tu, _ := tuner(a, t.TempDir())
		tu.Key = "sk-otra"
		if _, err := tu.Run(context.Background(), jsonl, sum); err == nil || strings.Contains(err.Error(), "sk-otra") {
			t.Error(err)
		}
	})
	t.Run("stopped, then followed", func(t *testing.T) {
		a := newAPI(t)
		a.status = func(int) string { return "running" }
		ctx, stop := context.WithCancel(context.Background())
		a.wrong = func(_ http.ResponseWriter, _ *http.Request, a *api) bool {
			if a.polls == 2 {
				stop()
			}
			return false
		}
		work := t.TempDir()
		tu, _ := tuner(a, work)
		if _, err := tu.Run(ctx, jsonl, sum); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		a.mu.Lock()
		a.wrong, a.status = nil, func(int) string { return "succeeded" }
		a.mu.Unlock()
		tu, _ = tuner(a, work)
		if j, err := tu.Run(context.Background(), jsonl, sum); err != nil || j.Model == "" || a.jobs != 1 || a.files != 1 {
			t.Errorf("%+v %v", j, err)
		}
	})
}

// scripted writes what a test gives it for every brief.
type scripted struct{ drafts []string }

func (s scripted) Name() string                                        { return "scripted" }
func (s scripted) Draft(context.Context, brief.Task) ([]string, error) { return s.drafts, nil }
func (s scripted) Redraft(_ context.Context, _ brief.Task, r []brief.Rejected) ([]string, error) {
	return make([]string, len(r)), nil
}

func TestEvaluation(t *testing.T) {
	list := approved(t, 40)
	nums := numbers(t)
	same := func() (brief.Writer, error) { return scripted{list[0].Drafts}, nil }
	ev, err := lifecycle.Evaluate(context.Background(), list, same, nums)
	if err != nil {
		t.Fatal(err)
	}
	if ev.Model.Briefs < lifecycle.LeastHeld || ev.Model.Grounding != 1 || ev.Deterministic.Grounding != 1 || ev.Deterministic.Coverage <= 0 {
		t.Errorf("%+v", ev)
	}
	liar := append([]string{}, list[0].Drafts...)
	liar[0] = "El matcha cae sin remedio."
	ev, err = lifecycle.Evaluate(context.Background(), list, func() (brief.Writer, error) { return scripted{liar}, nil }, nums)
	if err != nil {
		t.Fatal(err)
	}
	if w := strings.Join(ev.Worse(), "; "); ev.Model.Grounding >= 1 || !strings.Contains(w, "grounding") {
		t.Errorf("a liar may be promoted: %+v %s", ev, w)
	}
	if _, err := lifecycle.Evaluate(context.Background(), list[:1], same, nums); err == nil {
		t.Error("one brief is enough to judge")
	}
	if w := (lifecycle.Evaluation{}).Worse(); len(w) == 0 {
		t.Error("a writer that was never measured may be promoted")
	}
	if w := (lifecycle.Evaluation{Model: lifecycle.Score{Briefs: 9, Readability: math.NaN()}}).Worse(); len(w) == 0 {
		t.Error("NaN is good enough")
	}
}
