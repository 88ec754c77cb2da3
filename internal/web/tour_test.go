package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestTour: the tour leads from the home page past six elements and back, each card
// right before the element that it tells of, in both languages, by links alone.
func TestTour(t *testing.T) {
	s := reportSite(t)
	at := map[string]string{"1": "findings", "2": "tiles", "3": "trends", "4": "panel-weekly", "5": "behind", "6": "reports"}
	for _, lang := range []string{"es", "en"} {
		path, seen := "/?tour=1#tour", 0
		for step := 1; step <= len(at); step++ {
			page, fragment, _ := strings.Cut(path, "#")
			if fragment != "tour" {
				t.Fatalf("step %d is at %s: the browser would not go to the card", step, path)
			}
			d := s.doc(page + "&lang=" + lang)
			card := d.Find("#tour")
			n := card.AttrOr("data-step", "")
			if card.Length() != 1 || n != string(rune('0'+step)) {
				t.Fatalf("%s: %d cards, step %q, want step %d", path, card.Length(), n, step)
			}
			seen++
			if got := card.Next().AttrOr("data-test", ""); got != at[n] {
				t.Errorf("%s: the card stands before %q, want %q", path, got, at[n])
			}
			if text(card.Find("h2")) == "" || strings.Contains(text(card), "⟦") {
				t.Errorf("%s: the card says %q", path, text(card))
			}
			if prev := card.Find("[data-test=tour-prev]"); (prev.Length() == 1) != (step > 1) {
				t.Errorf("%s: %d links back", path, prev.Length())
			}
			closed, _ := card.Find("[data-test=tour-close]").Attr("href")
			if c := s.doc(closed); c.Find("#tour").Length() != 0 || c.Find("[data-test=tour-offer]").Length() != 0 {
				t.Errorf("%s does not close the tour", closed)
			}
			path = card.Find("[data-test=tour-next]").AttrOr("href", "")
		}
		if path != "" || seen != 6 {
			t.Errorf("after %d stops the tour leads to %q", seen, path)
		}
	}
	if s.doc("/menciones?tour=1").Find("#tour").Length() != 0 {
		t.Error("the card of another page is shown")
	}
}

// TestTourOffered: on the first visit of the home page only, and not without data; the
// page of help always leads to it.
func TestTourOffered(t *testing.T) {
	s := newSite(t)
	first := s.get("/")
	if parse(t, first.Body.String()).Find("[data-test=tour-offer]").Length() != 1 {
		t.Fatal("the first visit offers no tour")
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	var given bool
	for _, c := range first.Result().Cookies() {
		given = given || c.Name == "tour" && c.MaxAge > 0
		r.AddCookie(c)
	}
	if !given {
		t.Error("that it was offered is not remembered")
	}
	if parse(t, s.do(r).Body.String()).Find("[data-test=tour-offer]").Length() != 0 {
		t.Error("the second visit offers the tour again")
	}
	if s.doc("/acerca").Find(`[data-test=tour-again] a[href="/?tour=1#tour"]`).Length() != 1 {
		t.Error("the page of help does not lead to the tour")
	}
	for _, path := range []string{"/?tour=9", "/?tour=x", "/?tour=", "/?tour=-1"} {
		if w := s.get(path); w.Code >= 400 || strings.Contains(w.Body.String(), `id="tour"`) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if emptySite(t).doc("/").Find("[data-test=tour-offer]").Length() != 0 {
		t.Error("the tour is offered without data")
	}
}
