package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestBadFilters: a value that a filter does not take is told in the reader's language,
// with what it takes instead, and no more of it is repeated than can be read.
func TestBadFilters(t *testing.T) {
	s := newSite(t)
	for _, x := range []struct{ query, es, en string }{
		{"from=2026-13-45", "Se espera: un día como 2026-11-30", "Expected: a day such as 2026-11-30"},
		{"from=2026-11-20&to=2026-11-01", "no posterior al último", "not after the last"},
		{"window=-5d", "Se espera: un número de días", "Expected: a number of days"},
		{"department=99", "un código INEI de 01 a 25", "an INEI code 01 to 25"},
		{"province=1599", "un código INEI de cuatro cifras", "an INEI code of four digits"},
		{"kind=meal", "dish, ingredient, drink, brand o place", "dish, ingredient, drink, brand or place"},
		{"source=radio", "review, delivery, social o survey", "review, delivery, social or survey"},
		{"sentiment=good", "neg, neu o pos", "neg, neu or pos"},
		{"intent=buy", "crave, recommend", "crave, recommend"},
		{"aspect=smell", "para una sola polaridad", "for one polarity"},
		{"campaign=some", "include, exclude u only", "include, exclude or only"},
		{"cluster=x", "el número de un grupo de copias", "the number of a group of copies"},
		{"q=" + strings.Repeat("ají ", 200), "un texto más corto", "a shorter text"},
	} {
		v, err := url.ParseQuery(x.query)
		if err != nil {
			t.Fatal(err)
		}
		for lang, want := range map[string]string{"es": x.es, "en": x.en} {
			v.Set("lang", lang)
			w := s.get("/menciones?" + v.Encode())
			if w.Code != http.StatusBadRequest {
				t.Errorf("%s: status %d", x.query, w.Code)
				continue
			}
			page, err := goquery.NewDocumentFromReader(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			got := text(page.Find("[data-test=error] p:not(.code)").First())
			if !strings.Contains(got, want) || len(got) > 300 {
				t.Errorf("%s in %s: %q, want %q in it", x.query, lang, got, want)
			}
		}
	}
}

// TestLongQuestion: a question that is too long is told as a question, not as a filter.
func TestLongQuestion(t *testing.T) {
	s := newSite(t)
	w := s.get("/preguntar?lang=es&q=" + url.QueryEscape(strings.Repeat("¿qué sube? ", 100)))
	if w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

// TestCompareUnknown: a name that nobody knows is told, and one alone is not called too
// few data.
func TestCompareUnknown(t *testing.T) {
	s := newSite(t)
	page := s.doc("/comparar?lang=es&e=ceviche&e=nada-de-nada")
	if got := text(page.Find(".notice")); !strings.Contains(got, "nada-de-nada") {
		t.Errorf("notice %q", got)
	}
	if got := text(page.Find("h2")); !strings.Contains(got, "Solo Ceviche: agrega otra") {
		t.Errorf("headings %q", got)
	}
}

// TestBrandNames: brands stand as they write themselves.
func TestBrandNames(t *testing.T) {
	s := newSite(t)
	for id, want := range map[string]string{"inca-kola": "Inca Kola", "donofrio": "D'Onofrio", "kfc": "KFC", "ceviche": "Ceviche", "lomo-saltado": "Lomo saltado"} {
		if got := text(s.doc("/entidad/" + id + "?lang=es").Find("h1")); got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
}

// TestPreferencesOfNobody: aspects of something that is not mentioned are an empty state
// with what to do, not a table without rows.
func TestPreferencesOfNobody(t *testing.T) {
	s := newSite(t)
	page := s.doc("/preferencias?lang=es&entity=nada-de-nada&window=7d")
	if page.Find("#heat table, #heat thead").Length() > 0 || page.Find("[data-test=empty]").Length() == 0 {
		t.Errorf("aspects of nothing: %q", text(page.Find(".heatwrap").First()))
	}
}
