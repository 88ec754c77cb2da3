package web

import (
	"net/http"
	"net/url"
	"strings"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
)

// paletteMost is how many places the palette offers at once: what a reader sees
// without scrolling.
const paletteMost = 9

// target is a place that the palette leads to.
type target struct{ Label, Kind, Href string }

// targets are the pages, departments and entities whose name begins with the query,
// then those that hold it; with an empty query the pages.
func (s *Server) targets(query string, text *locale.Printer, name func(string) string) []target {
	q := lexicon.Fold(strings.TrimSpace(query))
	var begin, hold []target
	offer := func(t target) {
		switch at := strings.Index(lexicon.Fold(t.Label), q); {
		case at == 0:
			begin = append(begin, t)
		case at > 0:
			hold = append(hold, t)
		}
	}
	for _, n := range nav {
		offer(target{text.T(n.Key), text.T("palette.page"), n.Href})
	}
	if q != "" {
		for d := mention.Department(1); d <= mention.NumDepartments; d++ {
			offer(target{d.Name(), text.T("palette.department"), link("/", metric.Filter{Departments: []mention.Department{d}})})
		}
		for _, in := range s.names.suggest(query, paletteMost) {
			offer(target{name(in.ID), text.T("kind." + in.Kind), "/entidad/" + url.PathEscape(in.ID)})
		}
		hold = append(hold, target{text.T("palette.mentions", "q", strings.TrimSpace(query)), text.T("nav.mentions"), "/buscar?" + url.Values{"q": {query}}.Encode()})
	}
	all := append(begin, hold...)
	if n := len(all); n > paletteMost { // the way to the mentions stays
		all = append(all[:paletteMost-1], all[n-1])
	}
	return all
}

// searchOptions answers the palette with the places for ?q= as list items.
func (s *Server) searchOptions(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query().Get("q")
	if len(q) > 200 {
		q = ""
	}
	lang := s.choose(w, r, "lang", locale.Default, s.catalog.Has)
	b, err := s.execute(lang, "home", "palette-options", s.targets(q, s.catalog.For(lang), s.names.in(lang)))
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie")
	if _, err := w.Write(b); err != nil {
		s.log.Debug("reader left", "request_id", idOf(r))
	}
	return nil
}
