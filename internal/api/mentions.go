package api

import (
	"context"
	"net/url"
	"time"

	"antojo/internal/mention"
	"antojo/internal/store"
)

// Mention is one text with what is known of it. Authors are not told, not even as
// the keyed hashes that the store has.
type Mention struct {
	ID        string    `json:"id" pattern:"^[0-9a-f]{32}$"`
	Time      time.Time `json:"ts" doc:"UTC; the time of the import where undated"`
	Undated   bool      `json:"undated" doc:"the source gave no date"`
	Source    string    `json:"source" enum:"review,delivery,social,survey"`
	Channel   string    `json:"channel"`
	Run       string    `json:"run,omitempty" doc:"import that brought it"`
	Rating    *float64  `json:"rating" doc:"stars, 1 to 5"`
	Place     string    `json:"place,omitempty"`
	District  string    `json:"district,omitempty" doc:"as given"`
	Text      string    `json:"text" doc:"normalised and redacted"`
	Synthetic bool      `json:"synthetic" doc:"made by the demo generator"`
	Cluster   string    `json:"cluster,omitempty" doc:"number of its near-copies; filter with cluster="`
	Campaign  bool      `json:"campaign" doc:"one of many copies by few authors"`
	Reading
}

// Mentions is a page of mentions.
type Mentions struct {
	Mentions []Mention `json:"mentions" nullable:"false" doc:"newest first"`
	Next     string    `json:"next,omitempty" doc:"cursor of the next page; absent at the end"`
}

func mentionOf(m *mention.Annotated) Mention {
	out := Mention{ID: m.ID.String(), Time: m.Time.UTC(), Undated: m.Undated, Source: string(m.Source), Channel: m.Channel, Run: m.Run,
		Place: m.Place, District: m.District, Text: m.Text, Synthetic: m.Synthetic, Cluster: m.Cluster.String(), Campaign: m.Campaign, Reading: readingOf(&m.Annotation)}
	if m.Rating > 0 {
		out.Rating = finite(float64(m.Rating))
	}
	return out
}

type mentionsIn struct {
	After string `query:"after" maxLength:"100" doc:"Cursor that the page before gave."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"Most mentions of a page."`
}

type mentionsOut struct {
	Link string `header:"Link" doc:"address of the next page, rel=next"`
	Body Mentions
}

func (s *Server) registerMentions() {
	op := get("list-mentions", "mentions", "/mentions", "List mentions", "Newest first. Pages that follow cursors neither skip nor repeat a mention, whatever is loaded meanwhile.")
	op.Parameters = filterParams()
	add(s, op, s.mentions)
	add(s, get("get-mention", "mentions", "/mentions/{id}", "One mention", ""), s.mention)
}

func (s *Server) mentions(ctx context.Context, in *mentionsIn) (*mentionsOut, error) {
	f, err := s.filter(ctx)
	if err != nil {
		return nil, err
	}
	ms, next, err := s.o.Data.Mentions(ctx, f, store.Page{After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &mentionsOut{Body: Mentions{Mentions: make([]Mention, len(ms)), Next: next}}
	for i := range ms {
		out.Body.Mentions[i] = mentionOf(&ms[i])
	}
	if next != "" {
		q := url.Values{}
		for k, v := range exchangeOf(ctx).query {
			q[k] = v
		}
		q.Set("after", next)
		out.Link = "<" + base + "/mentions?" + q.Encode() + `>; rel="next"`
	}
	return out, nil
}

type mentionIn struct {
	ID string `path:"id" pattern:"^[0-9a-f]{32}$" doc:"Id of the mention."`
}

func (s *Server) mention(ctx context.Context, in *mentionIn) (*answer[Mention], error) {
	id, err := mention.ParseID(in.ID)
	if err != nil {
		return nil, fieldProblem("path.id", "want 32 hex digits", in.ID)
	}
	m, err := s.o.Data.Mention(ctx, id)
	if err != nil {
		return nil, err
	}
	return reply(mentionOf(&m)), nil
}
