package app

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"antojo/internal/api"
	"antojo/internal/brief/ask"
	"antojo/internal/brief/fact"
	"antojo/internal/metric"
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

// ask answers once the pages are attached.
func (q *questions) ask(ctx context.Context, text, lang string) (*ask.Answer, error) {
	q.mu.Lock()
	asker := q.asker
	q.mu.Unlock()
	if asker == nil {
		return nil, errors.New("questions: the server is not ready")
	}
	return asker.Ask(ctx, text, lang)
}

// answer implements api.Questions.
func (q *questions) answer(ctx context.Context, text, lang string) (api.AskAnswer, error) {
	a, err := q.ask(ctx, text, lang)
	if errors.Is(err, ask.ErrNoData) {
		return api.AskAnswer{}, fmt.Errorf("%w: %w", err, api.ErrInput)
	}
	if err != nil {
		return api.AskAnswer{}, err
	}
	out := api.AskAnswer{Question: a.Question, Lang: a.Lang, Answered: a.Answered, Refusal: string(a.Refusal), Why: a.Why, Examples: a.Examples, Intent: string(a.Intent),
		Understood: a.Understood, Query: a.Query, Link: a.Link, Mentions: a.Mentions, Sentences: a.Sentences, Synthetic: a.Synthetic}
	if a.From != "" {
		out.Window = &api.Span{From: a.From, To: a.To}
	}
	for _, c := range a.Columns {
		out.Columns = append(out.Columns, api.AskColumn(c))
	}
	for _, r := range a.Rows {
		row := api.AskRow{Key: r.Key, Name: r.Name, Link: r.Link, Cells: []api.AskCell{}}
		for _, c := range r.Cells {
			row.Cells = append(row.Cells, api.NewAskCell(metric.Value{Value: c.Value, Low: c.Low, High: c.High, N: c.N, Defined: c.Defined}, c.Text, c.Interval != ""))
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// Question implements web.Questions.
func (q *questions) Question(ctx context.Context, text, lang string) (web.QuestionAnswer, error) {
	a, err := q.ask(ctx, text, lang)
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
