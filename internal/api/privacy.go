package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"antojo/internal/api/token"
	"antojo/internal/metric"
	"antojo/internal/pipeline"
	"antojo/internal/privacy"
	"antojo/internal/store"
)

// privacySample is how many of the newest mentions are read to count what was masked
// in them, as on the page of privacy.
const privacySample = 1000

// Privacy says what is masked, and how much of it stands in the newest mentions.
type Privacy struct {
	Sampled int           `json:"sampled" doc:"newest mentions that were looked at"`
	Masks   []PrivacyMask `json:"masks" nullable:"false"`
	Authors struct {
		Known   int `json:"known" doc:"different authors among those mentions"`
		Unknown int `json:"unknown" doc:"mentions without an author"`
	} `json:"authors" doc:"kept as keyed hashes that no answer tells"`
}

// PrivacyMask is one kind of personal data.
type PrivacyMask struct {
	Kind        string  `json:"kind" example:"phone"`
	Tag         string  `json:"tag" example:"[teléfono]" doc:"what stands in its place"`
	N           int64   `json:"n" doc:"masks in the mentions looked at"`
	PerThousand float64 `json:"per_thousand" doc:"n for each thousand mentions"`
}

// RedactRequest are texts to be masked.
type RedactRequest struct {
	Texts []string `json:"texts" minItems:"1" maxItems:"1000" nullable:"false" example:"[\"llámame al 999 888 777\"]"`
}

// RedactAnswer are these texts as they would be kept.
type RedactAnswer struct {
	Texts []RedactedText `json:"texts" nullable:"false" doc:"in the order of the request"`
}

// RedactedText is a text as it would be kept.
type RedactedText struct {
	Text   string           `json:"text" doc:"normalised and masked"`
	Masked map[string]int64 `json:"masked" nullable:"false" doc:"how often by kind of personal data; empty where there was none"`
}

type redactIn struct{ Body RedactRequest }

func (s *Server) registerPrivacy() {
	if s.o.Data != nil {
		add(s, get("get-privacy", "service", "/privacy", "What is masked in the texts", "The kinds of personal data that are masked before anything is stored, with how often that was among the newest mentions."), s.privacy)
	}
	op := post("redact", "annotate", "/privacy/redact", "Mask personal data in texts", "As every text is masked before it is stored. Nothing is stored.", token.Annotate, http.StatusOK)
	op.Metadata = timeout(workTimeout)
	op.MaxBodyBytes = maxTextsIn
	op.BodyReadTimeout = workTimeout
	add(s, op, s.redact)
}

func (s *Server) redact(ctx context.Context, in *redactIn) (*answer[RedactAnswer], error) {
	if exceeds := s.enter(); exceeds != nil {
		exchangeOf(ctx).w.Header().Set("Retry-After", "1")
		return nil, exceeds
	}
	defer s.leave()
	out := RedactAnswer{Texts: make([]RedactedText, len(in.Body.Texts))}
	for i, t := range in.Body.Texts {
		if len(t) > pipeline.MaxText {
			return nil, fieldProblem(fmt.Sprintf("body.texts[%d]", i), fmt.Sprintf("it has %d bytes, at most %d are read", len(t), pipeline.MaxText), nil)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		t = pipeline.Normalize(t)
		r := RedactedText{Text: privacy.Redact(t), Masked: map[string]int64{}}
		for _, k := range privacy.Kinds() { // tags that were there before are no masks
			if n := strings.Count(r.Text, k.Tag()) - strings.Count(t, k.Tag()); n > 0 {
				r.Masked[k.String()] = int64(n)
			}
		}
		out.Texts[i] = r
	}
	return reply(out), nil
}

func (s *Server) privacy(ctx context.Context, _ *struct{}) (*answer[Privacy], error) {
	ms, _, err := s.o.Data.Mentions(ctx, metric.Filter{AllTopics: true}, store.Page{Limit: privacySample})
	if err != nil {
		return nil, err
	}
	var found privacy.Sample
	for i := range ms {
		found.Add(ms[i].Text, ms[i].Author)
	}
	out := Privacy{Sampled: len(ms), Masks: []PrivacyMask{}}
	for _, k := range privacy.Kinds() {
		m := PrivacyMask{Kind: k.String(), Tag: k.Tag(), N: found.Masks[k]}
		if len(ms) > 0 {
			m.PerThousand = *finite(1000 * float64(m.N) / float64(len(ms)))
		}
		out.Masks = append(out.Masks, m)
	}
	out.Authors.Known, out.Authors.Unknown = int(found.Authors()), int(found.Unknown)
	return reply(out), nil
}
