package web

import (
	"net/http"
	"net/url"

	"antojo/internal/metric"
)

// search leads from a word to the entity of that name, else to the mentions that
// hold the word.
func (s *Server) search(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query().Get("q")
	if id, ok := s.names.find(q); ok {
		http.Redirect(w, r, "/entidad/"+url.PathEscape(id), http.StatusSeeOther)
		return nil
	}
	if near := s.names.suggest(q, 2); len(near) == 1 {
		http.Redirect(w, r, "/entidad/"+url.PathEscape(near[0].ID), http.StatusSeeOther)
		return nil
	}
	f, err := metric.ParseFilter(url.Values{"q": {q}})
	if err != nil {
		return err
	}
	http.Redirect(w, r, mentionsLink(f), http.StatusSeeOther)
	return nil
}
