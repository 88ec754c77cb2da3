package web_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"antojo/internal/mention"
	"antojo/internal/trend/alert"
	"antojo/internal/web"
)

// figures are the elements of a page that hold a number about mentions: cells and terms
// with figures, key figures and their changes, findings.
const figures = "main td.num, main th.num + td, main .num, main .value, main .delta, main .figure, main .facts dd:not(.text), main [data-test=count], main [data-figure]"

// beside is what a figure shares with the link to what is behind it.
const beside = "tr, li, .tile, .facts > div, [data-behind]"

var digit = regexp.MustCompile(`[0-9]`)

// leadsBehind reports whether an address shows the mentions, query, model and coverage
// behind a figure.
func leadsBehind(href string) bool {
	u, err := url.Parse(href)
	if err != nil {
		return false
	}
	theme := strings.HasPrefix(u.Path, "/entidad/") && strings.Contains(u.Path, "/tema/") // a theme's mentions, which no filter selects
	return u.Path == "/menciones" || strings.HasPrefix(u.Path, "/mencion/") || theme
}

// TestEveryFigureLeadsBehind: on every page each figure about mentions is in, or beside,
// a link to the mentions that it counts, and that page tells query, model and coverage.
func TestEveryFigureLeadsBehind(t *testing.T) {
	s := newSite(t, func(o *web.Options) {
		b, err := alert.OpenBook(filepath.Join(t.TempDir(), "alerts.json"))
		if err != nil {
			t.Fatal(err)
		}
		to := mention.Day(20778)
		if _, err := b.Update(alert.Scanned{From: to - 34, To: to, Series: 240, Threshold: 1e-4, Alerts: someAlerts()}, time.Unix(int64(to)*86400, 0)); err != nil {
			t.Fatal(err)
		}
		o.Alerts, o.Reports, o.Ask = book{b}, reporter{open(t)}, counter{o.Data}
	})
	id := firstMention(t, s, "/menciones?q=ceviche")
	for _, c := range []struct {
		path string
		skip string // figures that are about no mentions, by selector
	}{
		{path: "/"}, {path: "/?department=15&source=review&map=craving_rate"}, {path: "/?table=aspects,map"},
		{path: "/tendencias"}, {path: "/tendencias?by=aspect"}, {path: "/tendencias?table=ranks"},
		{path: "/entidad/ceviche"}, {path: "/entidad/ceviche?table=weekly,outlook,aspects,co,net,map,drivers,substitutes,topics,places"},
		{path: "/comparar?e=ceviche&e=causa&e=anticucho"}, {path: "/comparar?e=ceviche&e=causa&table=abreast"},
		{path: "/preferencias"}, {path: "/preferencias?table=opportunity,heat,voices,profiles&vs=ceviche,causa"},
		{path: "/mapa"}, {path: "/mapa?table=map,over"}, {path: "/mapa?department=15"}, {path: "/mapa?department=15&table=map,over"},
		{path: "/menciones", skip: "[data-test=count]"}, // the page is what a figure leads to
		{path: "/mencion/" + id, skip: ".head-row"},     // how sure the model is of this very mention
		{path: "/encuestas"}, {path: "/fuentes"}, {path: "/privacidad"}, {path: "/en-vivo"}, {path: "/lexico"},
		{path: "/alertas"}, {path: "/preguntar?q=hola"},
		{path: "/informes?product=weekly"}, {path: "/informes?product=monthly"}, {path: "/informes?product=dossier&entity=ceviche"}, {path: "/informes?product=comparison&entity=ceviche,causa"},
	} {
		t.Run(c.path, func(t *testing.T) {
			s.get(c.path)
			s.srv.Settle()
			w := s.get(c.path)
			if w.Code != http.StatusOK {
				t.Fatalf("status %d", w.Code)
			}
			d := parse(t, w.Body.String())
			n, bad := 0, 0
			d.Find(figures).Not("th").Each(func(_ int, el *goquery.Selection) {
				if c.skip != "" && (el.Is(c.skip) || el.ParentsFiltered(c.skip).Length() > 0) || !digit.MatchString(text(el)) || text(el) == "0" || el.ParentsFiltered("svg, [hidden]").Length() > 0 {
					return
				}
				n++
				near := el.AddSelection(el.ParentsFiltered("a")).AddSelection(el.Find("a")).AddSelection(el.ParentsFiltered(beside).Find("a"))
				for _, a := range near.EachIter() {
					if leadsBehind(a.AttrOr("href", "")) {
						return
					}
				}
				if bad++; bad <= 40 {
					t.Errorf("the figure %q (%s) leads nowhere: %.300s", text(el), where(el), outer(el))
				}
			})
			t.Logf("%d figures, %d lead nowhere", n, bad)
		})
	}
}

// where names the panel that an element stands in.
func where(el *goquery.Selection) string {
	p := el.ParentsFiltered("[data-test], [id]").First()
	return p.AttrOr("id", "") + "/" + p.AttrOr("data-test", "")
}
