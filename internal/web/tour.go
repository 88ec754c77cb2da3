package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"antojo/internal/metric"
)

// The tour leads a first-time reader past six elements, one a page: ?tour=3#tour shows
// the card of the third stop right before the element that it tells of. The address is
// its whole state, so it needs no script; a cookie only remembers that it was offered.
const (
	tourParam  = "tour" // 1 … len(tourStops); 0 = closed
	tourCookie = "tour"
)

// tourStop is a page with the element before which the card stands. A path that ends
// in "/" is completed with the entity that is named most.
type tourStop struct{ path, at string }

var tourStops = []tourStop{{"/", "findings"}, {"/", "tiles"}, {"/tendencias", "trends"}, {"/entidad/", "weekly"}, {"/menciones", "behind"}, {"/informes", "reports"}}

// tourCard is what the template shows of a stop.
type tourCard struct {
	N, Of       int
	Title, Text string
	Prev, Next  string // "" before the first and after the last
	Close       string
	at          string
}

// TourAt returns the card if it stands before the element of this name, else nil.
func (p *page) TourAt(at string) *tourCard {
	if p.tour == nil || p.tour.at != at {
		return nil
	}
	return p.tour
}

// guide reads which stop of the tour a page shows, and offers the tour to a reader who
// opens the home page for the first time.
func (s *Server) guide(w http.ResponseWriter, r *http.Request, p *page) {
	if r.Method != http.MethodGet {
		return
	}
	remember := func() {
		http.SetCookie(w, &http.Cookie{Name: tourCookie, Value: "1", Path: "/", MaxAge: cookieAge, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	q := r.URL.Query()
	if !q.Has(tourParam) {
		if _, err := r.Cookie(tourCookie); err != nil && p.Path == "/" && p.Coverage.Mentions > 0 && q.Get("format") == "" {
			p.TourOffer = true
			remember()
		}
		return
	}
	remember()
	n, err := strconv.Atoi(q.Get(tourParam))
	if err != nil || n < 1 || n > len(tourStops) {
		return
	}
	stop := tourStops[n-1]
	if p.Path != stop.path && (stop.path == "/" || !strings.HasSuffix(stop.path, "/") || !strings.HasPrefix(p.Path, stop.path)) {
		return
	}
	text := s.catalog.For(p.Lang)
	key := "tour." + strconv.Itoa(n)
	c := &tourCard{N: n, Of: len(tourStops), Title: text.T(key + ".title"), Text: text.T(key + ".text"), at: stop.at}
	q.Set(tourParam, "0")
	q.Del("lang")
	q.Del("theme")
	c.Close = p.Path + "?" + q.Encode()
	if n > 1 {
		c.Prev = s.tourHref(r.Context(), p, n-1)
	}
	if n < len(tourStops) {
		c.Next = s.tourHref(r.Context(), p, n+1)
	}
	p.tour = c
}

// tourHref is the address of a stop. Where no entity is named, the stop of its page
// falls back to the table of trends.
func (s *Server) tourHref(ctx context.Context, p *page, n int) string {
	stop := tourStops[n-1]
	q := url.Values{tourParam: {strconv.Itoa(n)}}
	path := stop.path
	if stop.at == "weekly" || stop.at == "behind" {
		most := s.mostNamed(ctx, p)
		switch {
		case most == "" && stop.at == "weekly":
			return "/tendencias?tour=3#tour"
		case stop.at == "weekly":
			path += url.PathEscape(most)
		case most != "":
			q.Set("entity", most)
			q.Set("window", defaultWindow)
		}
	}
	return path + "?" + q.Encode() + "#tour"
}

// mostNamed is the entity with most mentions in the default period, "" if there is none.
func (s *Server) mostNamed(ctx context.Context, p *page) string {
	f, err := metric.Filter{Window: defaultWindow}.Resolve(p.Coverage.Last)
	if err != nil {
		return ""
	}
	res, err := s.steady.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByEntity}, Order: "-mentions", Limit: 1})
	if err != nil || len(res.Rows) == 0 {
		return "" // the tour has a stop less; the page itself says what is wrong with the store
	}
	return res.Rows[0].Keys[0]
}
