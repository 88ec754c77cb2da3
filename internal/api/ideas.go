package api

import (
	"context"
	"encoding/json"
	"fmt"
)

// IdeasRequest asks the content studio. Kind "" means all kinds, Feast "" no feast
// above others, Entity "" any food.
type IdeasRequest struct {
	Kind, Tone, Channel, Feast, Entity string
	Period, Lang                       string
}

// Ideas makes ideas for content as JSON, in the shape that report/json.go writes. An
// error that wraps ErrInput is the asker's.
type Ideas func(context.Context, IdeasRequest) ([]byte, error)

// IdeaList are suggestions for marketing. Each rests on facts of the table.
type IdeaList struct {
	Title     string   `json:"title"`
	Period    string   `json:"period" doc:"ISO week up to which trends are judged" example:"2026-W46"`
	Lang      string   `json:"lang"`
	Synthetic bool     `json:"synthetic"`
	Ideas     []Idea   `json:"ideas" nullable:"false"`
	Notes     []string `json:"notes" nullable:"false"`
	Table     Any      `json:"table" doc:"the facts; see docs/brief.md"`
}

// Idea is one suggestion, with the finding that it rests on.
type Idea struct {
	Kind     string   `json:"kind" enum:"post,campaign,menu,product"`
	Title    string   `json:"title"`
	Copy     string   `json:"copy" doc:"the text to publish, or the suggestion; it holds no figure but days of a feast"`
	Format   string   `json:"format,omitempty" doc:"how to bring it to the channel"`
	Reason   string   `json:"reason" doc:"the finding, as a checked sentence"`
	Facts    []string `json:"facts" nullable:"false" doc:"ids in the table"`
	Evidence []string `json:"evidence" nullable:"false" doc:"ids of up to three mentions; none where the finding is a day of the calendar"`
	Query    string   `json:"query,omitempty" doc:"parameters of GET /mentions that select all mentions behind it"`
}

type ideasIn struct {
	Kind    string `query:"kind" enum:"post,campaign,menu,product" doc:"Kind of idea; all kinds if left out."`
	Tone    string `query:"tone" enum:"warm,formal,playful" default:"warm" doc:"Tone of what is published."`
	Channel string `query:"channel" enum:"instagram,tiktok,whatsapp,email,store" default:"instagram" doc:"Where it is published."`
	Feast   string `query:"feast" maxLength:"40" doc:"Ideas for one feast of the calendar, joined with foods that have a finding." example:"navidad"`
	Entity  string `query:"entity" maxLength:"80" doc:"Ideas about one food, by its id in the lexicon." example:"ceviche"`
	Period  string `query:"period" pattern:"^[0-9]{4}-W[0-9]{2}$" doc:"ISO week; the last whole one if left out." example:"2026-W46"`
	Lang    string `query:"lang" enum:"es,en" default:"es" doc:"Language."`
}

func (s *Server) registerIdeas() {
	op := get("list-ideas", "figures", "/ideas", "Ideas for content", "Posts, campaign angles, menu suggestions and product ideas, written by rules. Each rests on a finding, which is given as a checked sentence with its figures, the facts of the table and mentions as evidence.")
	op.Metadata = timeout(workTimeout)
	op.Errors = []int{401, 403, 422, 429, 503}
	add(s, op, s.ideas)
}

func (s *Server) ideas(ctx context.Context, in *ideasIn) (*answer[IdeaList], error) {
	b, err := s.o.Ideas(ctx, IdeasRequest(*in))
	if err != nil {
		return nil, err
	}
	var doc struct {
		IdeaList
		Parts []struct {
			Ideas []Idea `json:"ideas"`
		} `json:"parts"`
		Brief struct {
			Table json.RawMessage `json:"table"`
		} `json:"brief"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("ideas: %w", err)
	}
	out := doc.IdeaList
	out.Ideas, out.Table = []Idea{}, Any(doc.Brief.Table)
	for _, p := range doc.Parts {
		out.Ideas = append(out.Ideas, p.Ideas...)
	}
	if out.Notes == nil {
		out.Notes = []string{}
	}
	return reply(out), nil
}
