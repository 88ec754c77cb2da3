package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTrendsOfSubjects: the table can be of aspects, sets and terms; its numbers
// lead to the mentions that they count.
func TestTrendsOfSubjects(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct{ path, row, name string }{
		{"/tendencias?by=aspect", "price", "Precio"},
		{"/tendencias?by=aspect&department=15", "food:pos", "Comida · Positiva"},
		{"/tendencias?set=ceviche%2Clomo-saltado&set=papa", "", "Ceviche + Lomo saltado"},
		{"/tendencias?term=rico", "rico", "rico"},
	} {
		d := s.doc(tc.path)
		rows := d.Find("tr[data-entity]")
		found := false
		for _, tr := range rows.EachIter() {
			if strings.TrimSpace(tr.Find("th.name a").Text()) != tc.name {
				continue
			}
			found = true
			a := tr.Find(".t-n > a")
			href := a.AttrOr("href", "")
			if got := strings.Fields(text(s.doc(href).Find("[data-test=count]")))[0]; got != text(a) {
				t.Errorf("%s: %s says %s, the mentions behind it are %s (%s)", tc.path, tc.name, text(a), got, href)
			}
			if id := tr.AttrOr("data-entity", ""); tc.row != "" && id != tc.row {
				t.Errorf("%s: row %q, want %q", tc.path, id, tc.row)
			}
		}
		if !found {
			t.Errorf("%s: no row %q among %d", tc.path, tc.name, rows.Length())
		}
		if cur := d.Find("[data-test=by] [aria-current]"); cur.Length() != 1 {
			t.Errorf("%s: %d choices are current", tc.path, cur.Length())
		}
	}
	for _, path := range []string{"/tendencias?by=colour", "/tendencias?set=nothing-of-that-name", "/tendencias?term=a&term=a"} {
		if w := s.get(path); w.Code != http.StatusBadRequest {
			t.Errorf("%s = %d, want 400", path, w.Code)
		}
	}
}
