package fact

import (
	"fmt"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// sureOfAspect is the probability from which a mention is taken to speak of an aspect
// before any other; below it the surest is taken.
const sureOfAspect = .8

// quotes picks one mention for each entity of which it is told what people like or
// dislike: it speaks of the aspect that is told, on that side, and of no other on the
// other side. The first such among the newest that is sure, so that the choice is the
// same each time. Where nothing can be quoted there is no quote.
func (b *builder) quotes() {
	var asked []wanted
	var filters []metric.Filter
	for _, id := range b.told {
		w, ok := b.side(id, Up)
		if !ok {
			w, ok = b.side(id, Down)
		}
		if !ok {
			continue // nothing told that a quote could stand for
		}
		asked = append(asked, w)
		filters = append(filters, b.filter(b.t.Window, w.filter))
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
		if len(b.t.Quotes) < maxQuotes {
			b.quote(asked[i], list, 1)
		}
	}
}

// wanted is what a quote is to stand for.
type wanted struct {
	entity string
	side   mention.Sentiment
	aspect metric.AspectFilter
}

// side is what is told of an entity on one side: of what people like the first aspect,
// of what they dislike the last.
func (b *builder) side(id string, dir Direction) (w wanted, ok bool) {
	w = wanted{entity: id, side: mention.Positive}
	polarity := mention.AspectPos
	if dir == Down {
		w.side, polarity = mention.Negative, mention.AspectNeg
	}
	for _, f := range b.t.Facts {
		if f.Kind == AspectOf && f.Entity == id && f.Direction == dir && (!ok || dir == Down) {
			w.aspect, ok = aspect(f.Aspect), true
			w.aspect.Polarity = polarity
		}
	}
	return w, ok
}

func (w wanted) filter(f *metric.Filter) {
	f.Entities, f.Sentiments, f.Aspects = []string{w.entity}, []mention.Sentiment{w.side}, []metric.AspectFilter{w.aspect}
}

// quote adds up to most quotes from a list of mentions, the newest first.
func (b *builder) quote(w wanted, list []mention.Annotated, most int) {
	var fit []mention.Annotated
	for _, m := range list {
		if _, ok := Quotable(m.Text); ok && m.Scored && m.Sentiment == w.side && m.Language == "es" && names(m, w.entity) && w.speaks(m) {
			fit = append(fit, m)
		}
	}
	for range most {
		best := -1
		for i, m := range fit {
			p := m.AspectP[w.aspect.Aspect]
			if best < 0 || p > fit[best].AspectP[w.aspect.Aspect] {
				best = i
			}
			if p >= sureOfAspect {
				best = i
				break
			}
		}
		if best < 0 {
			return
		}
		m := fit[best]
		fit = append(fit[:best], fit[best+1:]...)
		b.t.Quotes = append(b.t.Quotes, Quote{ID: fmt.Sprintf("Q%d", len(b.t.Quotes)+1), Mention: m.ID.String(), Entity: w.entity, Aspect: w.aspect.Aspect.String(),
			Sentiment: m.Sentiment.String(), Source: string(m.Source), Text: m.Text})
	}
}

// speaks: of the aspect, on the side that is told, and of none on the other: "good, but
// the delivery was late" is no praise to quote.
func (w wanted) speaks(m mention.Annotated) bool {
	other := mention.AspectNeg
	if w.aspect.Polarity == mention.AspectNeg {
		other = mention.AspectPos
	}
	for _, l := range m.Aspects {
		if l == other {
			return false
		}
	}
	return m.Aspects[w.aspect.Aspect] == w.aspect.Polarity
}

func names(m mention.Annotated, id string) bool {
	for _, e := range m.Entities {
		if e.ID == id {
			return true
		}
	}
	return false
}
