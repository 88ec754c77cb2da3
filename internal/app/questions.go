package app

import (
	"context"
	"errors"
	"sync"

	"antojo/internal/brief/ask"
	"antojo/internal/brief/fact"
	"antojo/internal/web"
)

// questions implements web.Questions: it counts and ranks as the pages do, from what
// they remember, so that an answer and a page cannot disagree.
type questions struct {
	n     *node
	data  corrected
	mu    sync.Mutex
	asker *ask.Asker // set once the pages are there
}

// attach hands the pages over; before, nothing can be asked.
func (q *questions) attach(pages *web.Server) error {
	a, err := q.n.asker(q.data, pageRanker{pages})
	if err != nil {
		return err
	}
	a.Facts = fact.Sources{Query: pages, Rank: pageRanker{pages}, Read: q.n.store, Lexicon: q.n.names()}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asker = a
	return nil
}

// Examples implements web.Questions.
func (q *questions) Examples(lang string) []string { return ask.Examples(lang) }

// Question implements web.Questions.
func (q *questions) Question(ctx context.Context, text, lang string) (web.QuestionAnswer, error) {
	q.mu.Lock()
	asker := q.asker
	q.mu.Unlock()
	if asker == nil {
		return web.QuestionAnswer{}, errors.New("questions: the server is not ready")
	}
	a, err := asker.Ask(ctx, text, lang)
	if err != nil {
		return web.QuestionAnswer{}, err
	}
	out := web.QuestionAnswer{Answered: a.Answered, Why: a.Why, Understood: a.Understood, Query: a.Query, Link: a.Link, Mentions: a.Mentions, Sentences: a.Sentences}
	for _, c := range a.Columns {
		out.Columns = append(out.Columns, c.Label)
	}
	for _, r := range a.Rows {
		row := web.QuestionRow{Name: r.Name, Href: r.Link}
		for _, c := range r.Cells {
			row.Cells = append(row.Cells, web.QuestionCell{Text: c.Text, Interval: c.Interval, N: c.N})
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
