package api

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/danielgtaylor/huma/v2"

	"antojo/internal/mention"
)

// BriefList lists the weeks of which a brief can be written.
type BriefList struct {
	Periods []string `json:"periods" nullable:"false" doc:"whole ISO weeks with data, newest first" example:"[\"2026-W46\"]"`
}

// Brief is the checked report of a week. Each sentence names the facts it rests on,
// and the table holds them with figures, intervals, n and ids of mentions.
type Brief struct {
	Period    string         `json:"period"`
	Lang      string         `json:"lang"`
	Title     string         `json:"title"`
	Synthetic bool           `json:"synthetic"`
	Writer    string         `json:"writer"`
	Sentences int            `json:"sentences"`
	Rewritten int            `json:"rewritten"`
	Replaced  int            `json:"replaced"`
	Trouble   string         `json:"trouble,omitempty"`
	Hash      string         `json:"hash" doc:"of the fact table"`
	Notes     []string       `json:"notes" nullable:"false"`
	Sections  []BriefSection `json:"sections" nullable:"false"`
	Table     Any            `json:"table" doc:"the facts; see docs/brief.md"`
}

// BriefSection is a part of a brief.
type BriefSection struct {
	Section   string          `json:"section"`
	Sentences []BriefSentence `json:"sentences" nullable:"false"`
}

// BriefSentence is one checked sentence.
type BriefSentence struct {
	Text  string   `json:"text"`
	Facts []string `json:"facts" doc:"ids in the table"`
	Quote string   `json:"quote,omitempty" doc:"id of the quote"`
}

type briefIn struct {
	Period string `path:"period" pattern:"^(latest|[0-9]{4}-W[0-9]{2})$" doc:"ISO week, or latest." example:"latest"`
	Lang   string `query:"lang" enum:"es,en" default:"es" doc:"Language."`
	Format string `query:"format" enum:"json,md,html" default:"json" doc:"Form of the answer."`
}

type briefOut struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

var briefTypes = map[string]string{"json": "application/json", "md": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8"}

func (s *Server) registerBriefs() {
	if s.o.Data != nil {
		add(s, get("list-briefs", "figures", "/briefs", "List weeks with a brief", ""), s.briefs)
	}
	op := get("get-brief", "figures", "/briefs/{period}", "The brief of a week", "Written by rules from the fact table, each sentence checked against it; as JSON with the facts, or to read as Markdown or HTML.")
	op.Metadata = timeout(workTimeout)
	op.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[Brief](), true, "Brief")},
		"text/markdown":    {Schema: &huma.Schema{Type: huma.TypeString}},
		"text/html":        {Schema: &huma.Schema{Type: huma.TypeString}},
	}}}
	op.Errors = []int{401, 403, 404, 422, 429, 503}
	add(s, op, s.brief)
}

func (s *Server) briefs(ctx context.Context, _ *struct{}) (*answer[BriefList], error) {
	cov, err := s.o.Data.Coverage(ctx)
	if err != nil {
		return nil, err
	}
	out := BriefList{Periods: []string{}}
	if cov.Mentions == 0 {
		return reply(out), nil
	}
	monday := func(d mention.Day) mention.Day { return d - mention.Day((int(d.Date().Weekday())+6)%7) }
	for m := monday(cov.Last+1) - 7; m+6 >= cov.First && len(out.Periods) < 1000; m -= 7 {
		y, w := m.Date().ISOWeek()
		out.Periods = append(out.Periods, fmt.Sprintf("%04d-W%02d", y, w))
	}
	return reply(out), nil
}

func (s *Server) brief(ctx context.Context, in *briefIn) (*briefOut, error) {
	period := in.Period
	if period == "latest" {
		period = ""
	}
	b, err := s.o.Briefs(ctx, period, in.Lang, in.Format)
	if err != nil {
		return nil, err
	}
	if in.Format == "json" { // in the shape that the document promises
		var v Brief
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, fmt.Errorf("brief %s: %w", period, err)
		}
		for i := range v.Sections {
			for k := range v.Sections[i].Sentences {
				if q := &v.Sections[i].Sentences[k]; q.Facts == nil {
					q.Facts = []string{}
				}
			}
		}
		if b, err = json.Marshal(v); err != nil {
			return nil, fmt.Errorf("brief %s: %w", period, err)
		}
	}
	if in.Format == "html" { // it carries its own style and nothing else
		exchangeOf(ctx).w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
	}
	return &briefOut{briefTypes[in.Format], b}, nil
}
