package fact

import (
	"fmt"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// quotes picks one mention for each entity of which it is told what people like or
// dislike, on that side: the first quotable one among the newest, so that the choice is the same each
// time. Where nothing can be quoted there is no quote.
func (b *builder) quotes() {
	var ids []string
	var wants []mention.Sentiment
	var filters []metric.Filter
	for _, id := range b.told {
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
		ids, wants = append(ids, id), append(wants, want)
		filters = append(filters, b.filter(b.t.Window, func(f *metric.Filter) {
			f.Entities, f.Sentiments = []string{id}, []mention.Sentiment{want}
		}))
	}
	if b.err != nil || len(filters) == 0 {
		return
	}
	lists, err := b.s.Read.NewestEach(b.ctx, filters, quotePage)
	if err != nil {
		b.err = fmt.Errorf("quotes: %w", err)
		return
	}
	for i, list := range lists {
		for _, m := range list {
			if _, ok := Quotable(m.Text); !ok || len(b.t.Quotes) >= maxQuotes || !m.Scored || m.Sentiment != wants[i] || m.Language != "es" || !names(m, ids[i]) {
				continue
			}
			b.t.Quotes = append(b.t.Quotes, Quote{ID: fmt.Sprintf("Q%d", len(b.t.Quotes)+1), Mention: m.ID.String(), Entity: ids[i],
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
