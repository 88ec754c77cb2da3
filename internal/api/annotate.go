package api

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"antojo/internal/api/token"
	"antojo/internal/mention"
	"antojo/internal/pipeline"
)

const (
	maxReaders = 64      // annotations under way at once
	maxTexts   = 1000    // texts of one JSON request
	maxTextsIn = 8 << 20 // bytes of one JSON request
	ndjson     = "application/x-ndjson"
)

// AnnotateRequest are texts to be read.
type AnnotateRequest struct {
	Texts []AnnotateText `json:"texts" minItems:"1" maxItems:"1000" nullable:"false"`
}

// AnnotateText is one text, with what may be known of it.
type AnnotateText struct {
	ID         string `json:"id,omitempty" maxLength:"200" doc:"comes back with the answer" example:"a1"`
	Text       string `json:"text" maxLength:"65536" example:"El sebiche estaba buenazo pero llegó tarde"`
	Place      string `json:"place,omitempty" maxLength:"500" doc:"establishment; it may tell the department"`
	District   string `json:"district,omitempty" maxLength:"200"`
	Department string `json:"department,omitempty" maxLength:"2" doc:"INEI code, a hint"`
	Lang       string `json:"lang,omitempty" maxLength:"10" doc:"language, where the text does not show it"`
}

// Annotations are the readings, in the order of the texts.
type Annotations struct {
	Model       string       `json:"model"`
	Annotations []Annotation `json:"annotations" nullable:"false"`
}

// Annotation is the reading of one text. Offsets are in the text as given.
type Annotation struct {
	ID string `json:"id"`
	Reading
	Redacted string `json:"redacted" doc:"the text as it would be stored"`
}

type annotateIn struct{ Body AnnotateRequest }

func (s *Server) registerAnnotate() {
	op := post("annotate", "annotate", "/annotate", "Read texts",
		"Language, relevance, sentiment, intent, aspects, entities and department of each text; nothing is stored. "+
			"As application/json up to 1,000 texts at once. As "+ndjson+" any number: one object a line in the form of `antojo annotate` "+
			"({\"id\":…,\"text\":…}), answered line by line in the same order while the request still comes in; a line that is not valid is answered with {\"id\":…,\"error\":…} and the rest goes on.",
		token.Annotate, http.StatusOK)
	op.MaxBodyBytes = maxTextsIn
	op.BodyReadTimeout = workTimeout
	op.Metadata = timeout(workTimeout)
	op.Middlewares = huma.Middlewares{s.annotateLines}
	op.Errors = []int{400, 401, 403, 413, 415, 422, 429, 503}
	add(s, op, s.annotate)
	doc := s.api.OpenAPI().Paths[base+"/annotate"].Post
	lines := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: "one JSON object a line"}}
	doc.RequestBody.Content[ndjson] = lines
	doc.Responses["200"].Content[ndjson] = lines
}

func (s *Server) annotate(ctx context.Context, in *annotateIn) (*answer[Annotations], error) {
	if exceeds := s.enter(); exceeds != nil {
		exchangeOf(ctx).w.Header().Set("Retry-After", "1")
		return nil, exceeds
	}
	defer s.leave()
	texts := make([]pipeline.Text, len(in.Body.Texts))
	for i, t := range in.Body.Texts {
		at := func(field string) string { return fmt.Sprintf("body.texts[%d].%s", i, field) }
		if len(t.Text) > pipeline.MaxText {
			return nil, fieldProblem(at("text"), fmt.Sprintf("it has %d bytes, at most %d are read", len(t.Text), pipeline.MaxText), nil)
		}
		if pipeline.Normalize(t.Text) == "" {
			return nil, fieldProblem(at("text"), "the text is empty", nil)
		}
		texts[i] = pipeline.Text{Text: t.Text, Place: t.Place, District: t.District, Lang: t.Lang}
		if t.Department != "" {
			d, err := mention.DepartmentByCode(t.Department)
			if err != nil {
				return nil, fieldProblem(at("department"), "want an INEI code from 01 to 25", t.Department)
			}
			texts[i].Department = d
		}
	}
	as, redacted, err := s.o.Annotator.AnnotateTexts(ctx, texts)
	if err != nil {
		return nil, err
	}
	out := Annotations{Model: s.o.Annotator.Model(), Annotations: make([]Annotation, len(as))}
	for i := range as {
		out.Annotations[i] = Annotation{ID: in.Body.Texts[i].ID, Reading: readingOf(&as[i]), Redacted: redacted[i]}
	}
	return reply(out), nil
}

// enter takes a place among the annotations under way.
func (s *Server) enter() *huma.ErrorModel {
	select {
	case s.readers <- struct{}{}:
		return nil
	default:
		return problem(http.StatusServiceUnavailable, "%d annotations are under way, as many as this server takes; try again in a moment", maxReaders)
	}
}

func (s *Server) leave() { <-s.readers }

// annotateLines answers line-delimited JSON; other content types pass, if there is a
// reader for them.
func (s *Server) annotateLines(ctx huma.Context, next func(huma.Context)) {
	x := exchangeOf(ctx.Context())
	kind, _, _ := mime.ParseMediaType(ctx.Header("Content-Type"))
	switch kind {
	case ndjson, "application/jsonl", "application/ndjson":
	case "application/json", "":
		next(ctx)
		return
	default:
		if strings.HasSuffix(kind, "+json") {
			next(ctx)
			return
		}
		writeProblem(x.w, x, problem(http.StatusUnsupportedMediaType, "Content-Type %q: want application/json or %s", clip(kind), ndjson))
		return
	}
	if p := s.enter(); p != nil {
		x.w.Header().Set("Retry-After", "1")
		writeProblem(x.w, x, p)
		return
	}
	defer s.leave()
	r, w := humago.Unwrap(ctx)
	rc := http.NewResponseController(w)
	// Answers go out while lines come in. Where there is no connection (tests), or it
	// is HTTP/2, that is so anyway.
	_ = rc.EnableFullDuplex()
	_ = rc.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no") // proxies must not hold lines back
	flush := &flusher{w: w, rc: rc}
	// Not under the time limit of other requests: it lasts as long as lines come.
	_, err := s.o.Annotator.AnnotateJSONL(r.Context(), &patient{r.Body, rc}, flush, pipeline.JSONLOptions{})
	if err == nil || r.Context().Err() != nil {
		return
	}
	p := s.explain(ctx.Context(), err)
	if isReadError(err) {
		p = problem(http.StatusBadRequest, "the request broke off before its end; the lines before are answered")
	}
	if !flush.wrote {
		writeProblem(w, x, p)
		return
	}
	// Lines are out already: the reason is the last one.
	_ = json.NewEncoder(w).Encode(map[string]any{"id": nil, "error": p.Detail})
}

// isReadError tells a broken upload from a fault of ours.
func isReadError(err error) bool { return strings.HasPrefix(err.Error(), "read input: ") }

// flusher sends what is written at once.
type flusher struct {
	w     http.ResponseWriter
	rc    *http.ResponseController
	wrote bool
}

func (f *flusher) Write(p []byte) (int, error) {
	f.wrote = true
	_ = f.rc.SetWriteDeadline(time.Now().Add(patience)) // a client that does not read is let go
	n, err := f.w.Write(p)
	if err == nil {
		_ = f.rc.Flush()
	}
	return n, err
}
