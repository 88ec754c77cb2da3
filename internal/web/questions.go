package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"antojo/internal/metric"
)

// Questions answers questions in plain words by choosing a metrics query; the program
// wires it. Without one the page of questions says that it cannot be asked.
type Questions interface {
	// Question answers in a language of the pages; examples are questions that can be asked.
	Question(ctx context.Context, text, lang string) (QuestionAnswer, error)
	Examples(lang string) []string
}

// QuestionAnswer is what came of a question: sentences and a table with intervals, or
// why there is no answer.
type QuestionAnswer struct {
	Answered   bool
	Why        string // where not answered
	Understood string // the query in words
	Query      string // the query as URL parameters
	Link       string // page of the same selection
	Mentions   int64
	Sentences  []string
	Columns    []string
	Rows       []QuestionRow
}

// QuestionRow is a line of an answer's table.
type QuestionRow struct {
	Name, Href string
	Cells      []QuestionCell
}

// QuestionCell is a figure in words, its interval ("" for a plain count) and n.
type QuestionCell struct {
	Text, Interval string
	N              int64
}

const (
	maxQuestion      = 300 // characters
	questionDeadline = 20 * time.Second
)

type questionsView struct {
	Off      bool
	Question string
	Fault    string
	Asked    bool
	Answer   QuestionAnswer
	Count    string
	Rows     []questionRow
	Examples []choice
	Mentions string // address of the mentions that the answer counts, "" if its query is none
}

type questionRow struct {
	Name, Href string
	Cells      []questionCell
}

type questionCell struct{ Text, Interval, N string }

// questionsPage holds the form, whose state is the URL, and the answer. It works
// without JavaScript.
func (s *Server) questionsPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	asked := r
	if q := r.URL.Query(); utf8.RuneCountInString(q.Get("q")) > maxQuestion { // told below, not as a filter that is too long
		q.Del("q")
		asked = r.Clone(r.Context())
		asked.URL.RawQuery = q.Encode()
	}
	v, err := s.view(w, asked, false)
	if err != nil {
		return err
	}
	v.page.Title = v.text.T("ask.title")
	text := strings.Join(strings.Fields(r.URL.Query().Get("q")), " ")
	b := questionsView{Question: text, Off: s.o.Ask == nil}
	v.page.Body = &b
	if b.Off {
		return s.render(w, r, http.StatusOK, "questions", v.page)
	}
	for _, e := range s.o.Ask.Examples(v.page.Lang) {
		b.Examples = append(b.Examples, choice{e, "/preguntar?q=" + url.QueryEscape(e), e == text})
	}
	switch {
	case text == "":
	case utf8.RuneCountInString(text) > maxQuestion || !utf8.ValidString(text):
		b.Question, b.Fault = "", v.text.T("ask.long", "n", maxQuestion)
	case v.page.Coverage.Mentions == 0:
		b.Fault = v.text.T("ask.empty")
	default:
		ctx, cancel := context.WithTimeout(r.Context(), questionDeadline)
		defer cancel()
		a, err := s.o.Ask.Question(ctx, text, v.page.Lang)
		if err != nil {
			return err
		}
		b.Asked, b.Answer = true, a
		b.Count = v.text.N("ask.count", a.Mentions)
		if asked, err := url.ParseQuery(a.Query); err == nil && a.Answered {
			if f, err := metric.ParseFilter(asked); err == nil {
				b.Mentions = mentionsLink(f)
			}
		}
		for _, r := range a.Rows {
			row := questionRow{Name: r.Name, Href: r.Href}
			for _, c := range r.Cells {
				cell := questionCell{Text: c.Text, Interval: c.Interval}
				if c.Interval != "" {
					cell.N = v.text.Int(c.N)
				}
				row.Cells = append(row.Cells, cell)
			}
			b.Rows = append(b.Rows, row)
		}
	}
	return s.render(w, r, http.StatusOK, "questions", v.page)
}
