package fact

import (
	"fmt"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

// quotes picks one mention for each entity of which it is told what people like or
// dislike, on that side: the first quotable one among the newest, so that the choice is the same each
// time. Where nothing can be quoted there is no quote.
func (b *builder) quotes() {
	for _, id := range b.told {
		if len(b.t.Quotes) >= maxQuotes || b.err != nil {
			return
		}
		liked, disliked := false, false
		for _, f := range b.t.Facts {
			if f.Entity == id && f.Kind == AspectOf {
				liked, disliked = liked || f.Direction == Up, disliked || f.Direction == Down
			}
		}
		if !liked && !disliked {
			continue // nothing told that a quote could stand for
		}
		want := mention.Positive
		if !liked {
			want = mention.Negative
		}
		f := b.filter(b.t.Window, func(f *metric.Filter) {
			f.Entities, f.Sentiments = []string{id}, []mention.Sentiment{want}
		})
		list, _, err := b.s.Read.Mentions(b.ctx, f, store.Page{Limit: quotePage})
		if err != nil {
			b.err = fmt.Errorf("quotes of %s: %w", id, err)
			return
		}
		for _, m := range list {
			if _, ok := Quotable(m.Text); !ok || !m.Scored || m.Sentiment != want || m.Language != "es" || !names(m, id) {
				continue
			}
			b.t.Quotes = append(b.t.Quotes, Quote{ID: fmt.Sprintf("Q%d", len(b.t.Quotes)+1), Mention: m.ID.String(), Entity: id,
				Sentiment: m.Sentiment.String(), Source: string(m.Source), Text: m.Text})
			break
		}
	}
}

func names(m mention.Annotated, id string) bool {
	for _, e := range m.Entities {
		if e.ID == id {
			return true
		}
	}
	return false
}
