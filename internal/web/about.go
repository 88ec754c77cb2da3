package web

import (
	"net/http"

	"antojo/internal/metric"
)

type aboutView struct {
	Measures []fact
	Verdicts []verdictView
}

type verdictView struct{ Verdict, Label, Text string }

// aboutPage says what each figure means and how far it can be trusted.
func (s *Server) aboutPage(w http.ResponseWriter, r *http.Request) error {
	p := s.newPage(w, r)
	text := s.catalog.For(p.Lang)
	var a aboutView
	for _, m := range metric.Measures {
		a.Measures = append(a.Measures, fact{text.T(m.Title), text.T("about." + m.Name)})
	}
	for _, v := range []string{"rising", "falling", "spike", "seasonal", "price-driven", "campaign-driven", "steady", "not-enough-data"} {
		a.Verdicts = append(a.Verdicts, verdictView{v, text.T("verdict." + v), text.T("about.verdict." + v)})
	}
	p.Title = text.T("about.title")
	p.Body = a
	return s.render(w, r, http.StatusOK, "about", p)
}
