package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"antojo/assets"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/product"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
	"antojo/internal/trend"
	"antojo/internal/web"
	"github.com/PuerkitoBio/goquery"
)

// reporter wires the brief writer to the pages, as the program does.
type reporter struct{ f fixture }

type reportNames struct{ lx *lexicon.Lexicon }

func (n reportNames) FoodName(id string) (string, string, string, bool) {
	in, ok := n.lx.Entity(id)
	return in.Name, in.NameEN, in.Kind, ok
}

func (n reportNames) EntityName(id string) (string, string, bool) {
	in, ok := n.lx.Entity(id)
	return in.Name, in.Kind, ok
}

var (
	reportRanks   = map[rankOf]trend.Report{}
	reportRanksMu sync.Mutex
)

// rankOf is a day of a store.
type rankOf struct {
	store *duckdb.Store
	to    mention.Day
}

// Rank implements fact.Ranker; the fixture does not change, so each day is ranked once.
func (r reporter) Rank(ctx context.Context, f metric.Filter, to mention.Day, days int) (trend.Report, error) {
	reportRanksMu.Lock()
	defer reportRanksMu.Unlock()
	key := rankOf{r.f.store, to}
	if rep, ok := reportRanks[key]; ok {
		return rep, nil
	}
	rep, err := trend.Rank(ctx, r.f.store, reportNames{r.f.lx}, trend.Options{Filter: f, To: to, Days: days})
	if err == nil {
		reportRanks[key] = rep
	}
	return rep, err
}

func (r reporter) Report(ctx context.Context, q web.ReportRequest) (web.Report, error) {
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return web.Report{}, err
	}
	m := product.Maker{Facts: fact.Sources{Query: r.f.store, Rank: r, Read: r.f.store, Lexicon: reportNames{r.f.lx}},
		Numbers: func(lang string) fill.Numbers { return cat.For(lang) }}
	d, err := m.Make(ctx, product.Request{Product: q.Product, Lang: q.Lang, Period: q.Period, Entities: q.Entities, Kind: q.Kind, Tone: q.Tone, Channel: q.Channel, Feast: q.Feast})
	if errors.Is(err, product.ErrInput) {
		return web.Report{}, fmt.Errorf("%w: %w", web.ErrReportInput, err)
	}
	if err != nil {
		return web.Report{}, err
	}
	out := web.Report{Title: d.Title, Kicker: d.Kicker}
	if q.Format == "" {
		out.Body, err = d.Fragment()
		return out, err
	}
	var b bytes.Buffer
	err = map[string]func(io.Writer) error{"md": d.Markdown, "html": d.HTML, "email": d.Email, "json": d.JSON, "pdf": d.PDF}[q.Format](&b)
	out.Data = b.Bytes()
	return out, err
}

func reportSite(t *testing.T) site {
	return newSite(t, func(o *web.Options) { o.Reports = reporter{open(t)} })
}

// TestReports: each product has its page, whose address is its whole state, and its
// files; links on it lead to the facts and to pages that are there.
func TestReports(t *testing.T) {
	s := reportSite(t)
	index := s.doc("/informes")
	if n := index.Find("[data-test=reports] a").Length(); n != 6 {
		t.Errorf("%d products, want 6", n)
	}
	for path, title := range map[string]string{
		"/informes?product=weekly":                                             "",
		"/informes?product=monthly&period=2026-10":                             "",
		"/informes?product=dossier&entity=Ceviche":                             "ceviche",
		"/informes?product=comparison&entity=ceviche,Lomo+saltado":             "",
		"/informes?product=alert":                                              "Ninguna alerta",
		"/informes?product=studio&tone=playful&channel=tiktok&period=2026-W46": "Ideas",
		"/informes?product=studio&entity=pollo-a-la-brasa&tone=formal&lang=en": "Ideas",
		"/informes?product=studio&idea=menu&feast=navidad&channel=store":       "Sugerencias de carta",
	} {
		t.Run(path, func(t *testing.T) {
			d := s.doc(path)
			if d.Find("[data-test=fault]").Length() > 0 {
				t.Fatalf("no report: %s", text(d.Find("[data-test=fault]")))
			}
			if h := text(d.Find("h1")); !strings.Contains(h, title) || h == "" {
				t.Errorf("title %q, want %q in it", h, title)
			}
			d.Find("style, [style], iframe, img").Each(func(_ int, el *goquery.Selection) { t.Error("the page's policy forbids this") })
			u, err := url.Parse(path)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"tone", "channel", "period", "idea", "feast"} {
				if want := u.Query().Get(name); want != "" {
					if got := d.Find("select[name="+name+"] option[selected]").AttrOr("value", ""); got != want {
						t.Errorf("%s is %q in the form, want %q", name, got, want)
					}
				}
			}
			files := d.Find("[data-test=downloads] a")
			if files.Length() != 5 {
				t.Fatalf("%d files, want 5", files.Length())
			}
			files.Each(func(_ int, a *goquery.Selection) {
				href := a.AttrOr("href", "")
				w := s.get(href)
				if w.Code != http.StatusOK || w.Body.Len() < 300 || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
					t.Errorf("%s: status %d, %d bytes", href, w.Code, w.Body.Len())
				}
			})
			links := map[string]bool{}
			d.Find("[data-test=report] a").Each(func(_ int, a *goquery.Selection) {
				href := a.AttrOr("href", "")
				switch {
				case strings.HasPrefix(href, "#"):
					if d.Find(href).Length() != 1 {
						t.Errorf("%s leads nowhere", href)
					}
				case strings.HasPrefix(href, "/menc"):
					links[href] = true
				}
			})
			for href := range links {
				if w := s.get(href); w.Code != http.StatusOK {
					t.Errorf("%s: status %d", href, w.Code)
				}
			}
		})
	}
}

// TestReportForms: what is missing or wrong is said in the page, with the form.
func TestReportForms(t *testing.T) {
	s := reportSite(t)
	for path, want := range map[string]string{
		"/informes?product=dossier":                                            "Escribe una comida",
		"/informes?product=dossier&entity=ceviche,causa":                       "Escribe una comida",
		"/informes?product=comparison&entity=ceviche":                          "de dos a seis",
		"/informes?product=comparison&entity=ceviche,xyzzyx":                   "xyzzyx",
		"/informes?product=weekly&period=1999-W01":                             "Elige otro",
		"/informes?product=monthly&period=%3Cb%3E":                             "Elige otro",
		"/informes?product=studio&tone=angry":                                  "Elige otro",
		"/informes?product=studio&idea=poem":                                   "Elige otro",
		"/informes?product=studio&feast=birthday":                              "Elige otro",
		"/informes?product=dossier&entity=%3Cscript%3Ealert(1)%3C%2Fscript%3E": "<script>",
	} {
		d := s.doc(path)
		if got := text(d.Find("[data-test=fault]")); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", path, got, want)
		}
		if d.Find("[data-test=report-form]").Length() != 1 {
			t.Errorf("%s: no form", path)
		}
	}
	for path, want := range map[string]int{
		"/informes?product=poem": http.StatusNotFound, "/informes/archivo?product=weekly": http.StatusNotFound, "/informes/archivo?product=weekly&format=exe": http.StatusNotFound,
		"/informes/archivo?product=dossier&format=pdf": http.StatusBadRequest, "/informes/archivo?product=weekly&format=pdf&period=x": http.StatusBadRequest,
		"/informes?product=dossier&entity=&period=": http.StatusSeeOther,
	} {
		if w := s.get(path); w.Code != want {
			t.Errorf("%s: status %d, want %d", path, w.Code, want)
		}
	}
	if got := text(newSite(t).doc("/informes?product=weekly").Find("[data-test=fault]")); !strings.Contains(got, "no escribe informes") {
		t.Errorf("without a writer: %q", got)
	}
}
