package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"antojo/internal/api/token"
	"antojo/internal/metric"
)

// Questions answers questions in plain words by choosing a metrics query; lang "" is
// the language of the question. An error that wraps ErrInput is the asker's.
type Questions func(ctx context.Context, question, lang string) (AskAnswer, error)

// AskQuestion is a question in plain words.
type AskQuestion struct {
	Question string `json:"question" minLength:"1" maxLength:"300" doc:"in Spanish or English" example:"¿qué se dice del precio del ceviche?"`
	Lang     string `json:"lang,omitempty" enum:"es,en" doc:"language of the answer; that of the question unless said"`
}

// AskAnswer is what came of a question: sentences and a table, with the query they
// come from, or why there is no answer.
type AskAnswer struct {
	Question   string      `json:"question" doc:"with single spaces"`
	Lang       string      `json:"lang" enum:"es,en"`
	Answered   bool        `json:"answered"`
	Refusal    string      `json:"refusal,omitempty" enum:"unknown,sales,forecast,cause,person,instructions" doc:"why not"`
	Why        string      `json:"why,omitempty" doc:"the refusal in words"`
	Examples   []string    `json:"examples,omitempty" doc:"questions that can be asked, where this one cannot"`
	Intent     string      `json:"intent,omitempty" doc:"which of the known kinds of question it is" example:"aspect"`
	Understood string      `json:"understood,omitempty" doc:"the query in words"`
	Query      string      `json:"query,omitempty" doc:"the metrics query that was chosen, as parameters of /query" example:"aspect=price&entity=ceviche&measures=aspect_net%2Cmentions&window=28d"`
	Requests   []string    `json:"requests" nullable:"false" doc:"the same asked of this API: paths that give the figures of the answer"`
	Link       string      `json:"link,omitempty" doc:"page of the same selection"`
	Window     *Span       `json:"window,omitempty" doc:"the days of the answer"`
	Mentions   int64       `json:"mentions" doc:"that the query selects"`
	Sentences  []string    `json:"sentences" nullable:"false" doc:"written by rules from facts and checked against them"`
	Columns    []AskColumn `json:"columns" nullable:"false"`
	Rows       []AskRow    `json:"rows" nullable:"false"`
	Synthetic  bool        `json:"synthetic" doc:"the mentions are of the demo generator"`
}

// AskColumn is a measure of the table.
type AskColumn struct {
	Measure string `json:"measure" example:"net_sentiment"`
	Label   string `json:"label" doc:"in the language of the answer"`
}

// AskRow is a line of the table.
type AskRow struct {
	Key   string    `json:"key,omitempty" doc:"entity id, INEI code, source, ISO day …"`
	Name  string    `json:"name,omitempty"`
	Link  string    `json:"link,omitempty" doc:"page of the entity"`
	Cells []AskCell `json:"cells" nullable:"false" doc:"in the order of the columns"`
}

// AskCell is one figure.
type AskCell struct {
	Value    *float64  `json:"value" doc:"null where there is nothing to compute it from"`
	Interval []float64 `json:"interval" minItems:"2" maxItems:"2" doc:"95 % interval; null for plain counts and where value is"`
	N        int64     `json:"n" doc:"observations behind the figure"`
	Text     string    `json:"text" doc:"as the pages write it"`
}

// NewAskCell makes a cell of a figure; without interval low and high do not count.
func NewAskCell(v metric.Value, text string, withInterval bool) AskCell {
	out := AskCell{N: v.N, Text: text}
	if !v.Defined {
		return out
	}
	out.Value = finite(v.Value)
	if withInterval {
		out.Interval = interval(v.Low, v.High)
	}
	return out
}

type askIn struct{ Body AskQuestion }

func (s *Server) registerAsk() {
	op := post("ask", "figures", "/ask", "Ask in plain words",
		"Rules choose one of a short list of metrics queries by the foods, places, times and aspects that the question names, as `antojo ask` does. The query is shown, every figure has n and its interval, and what the data cannot answer is refused with a reason. A question never becomes SQL.", token.Read, http.StatusOK)
	add(s, op, s.ask)
}

func (s *Server) ask(ctx context.Context, in *askIn) (*answer[AskAnswer], error) {
	out, err := s.o.Ask(ctx, in.Body.Question, in.Body.Lang)
	if err != nil {
		return nil, err
	}
	out.Requests = []string{}
	if out.Query != "" {
		if out.Requests, err = requestsOf(&out); err != nil {
			return nil, err
		}
	}
	if out.Sentences == nil {
		out.Sentences = []string{}
	}
	if out.Columns == nil {
		out.Columns = []AskColumn{}
	}
	if out.Rows == nil {
		out.Rows = []AskRow{}
	}
	return reply(out), nil
}

// requestsOf lists the requests that give what an answer rests on: its query, and
// the verdicts where it tells what rises or falls.
func requestsOf(a *AskAnswer) ([]string, error) {
	out := []string{base + "/query?" + a.Query}
	v, err := url.ParseQuery(a.Query)
	if err != nil {
		return nil, err
	}
	q, err := metric.ParseQuery(v)
	if err != nil {
		return nil, err
	}
	path := base + "/trends"
	switch a.Intent {
	case "rising", "falling":
	case "trend":
		path += "/" + url.PathEscape(strings.Join(q.Filter.Entities, ""))
	default:
		return out, nil
	}
	q.Filter.Entities = nil
	if w := q.Filter.Values().Encode(); w != "" {
		path += "?" + w
	}
	return append(out, path), nil
}
