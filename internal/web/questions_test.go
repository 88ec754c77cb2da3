package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"antojo/internal/metric"
	"antojo/internal/web"
)

// counter answers every question with how many mentions the store has: what the page
// does with an answer is looked at here, what an answer says in package ask.
type counter struct{ data web.Data }

func (c counter) Examples(lang string) []string {
	return []string{map[string]string{"es": "¿qué sube?", "en": "what rises?"}[lang]}
}

func (c counter) Question(ctx context.Context, text, lang string) (web.QuestionAnswer, error) {
	if strings.HasPrefix(text, "por") {
		return web.QuestionAnswer{Why: "no: " + text}, nil
	}
	q := metric.Query{Measures: []string{"mentions", "net_sentiment"}}
	res, err := c.data.Query(ctx, q)
	if err != nil {
		return web.QuestionAnswer{}, err
	}
	return web.QuestionAnswer{Answered: true, Understood: text, Query: q.Values().Encode(), Link: "/menciones", Mentions: res.Total, Sentences: []string{"Una frase."},
		Columns: []string{"menciones", "saldo"}, Rows: []web.QuestionRow{{Name: "todo", Cells: []web.QuestionCell{{Text: "1"}, {Text: "+3", Interval: "IC 95 %: +1 a +5", N: 7}}}}}, nil
}

func TestQuestionsPage(t *testing.T) {
	s := newSite(t, func(o *web.Options) { o.Ask = counter{o.Data} })
	at := func(q string) string { return "/preguntar?q=" + url.QueryEscape(q) }
	for _, c := range []struct {
		path       string
		want, none []string
	}{
		{"/preguntar", []string{`data-test="ask-form"`, "/preguntar?q=%C2%BFqu%C3%A9&#43;sube%3F"}, []string{`data-test="ask-answer"`}},
		{at("¿cuántas?"), []string{"Una frase.", `value="¿cuántas?"`, "IC 95 %: &#43;1 a &#43;5", "n = 7", "measures=mentions"}, []string{"ask-refused"}},
		{at("por qué"), []string{`data-test="ask-refused"`, "no: por qué"}, []string{"Una frase."}},
		{at(`"><script>alert(1)</script>`), []string{"&lt;script&gt;"}, []string{"<script>alert"}},
		{at(strings.Repeat("a", 301)), []string{`role="alert"`}, []string{"Una frase."}},
		{at("\xff\xfe"), nil, []string{"Una frase."}},
	} {
		res := s.get(c.path)
		body := res.Body.String()
		if res.Code != http.StatusOK && !strings.Contains(c.path, "%FF") {
			t.Errorf("%s: status %d", c.path, res.Code)
		}
		for _, w := range c.want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: no %q", c.path, w)
			}
		}
		for _, w := range c.none {
			if strings.Contains(body, w) {
				t.Errorf("%s: has %q", c.path, w)
			}
		}
	}
	if body := newSite(t).get(at("algo")).Body.String(); !strings.Contains(body, "no se puede preguntar") {
		t.Error("without questions the page does not say so")
	}
}
