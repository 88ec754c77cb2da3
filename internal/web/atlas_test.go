package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestMapZooms: a department of the map leads to the map of its provinces, whose rows
// lead to their mentions; a filter and the measure stay, and a link leads out again.
func TestMapZooms(t *testing.T) {
	s := newSite(t)
	country := s.doc("/mapa?lang=es&window=12m&source=social&map=negative_share")
	lima := ""
	country.Find("#map table[data-twin] th a").EachWithBreak(func(_ int, a *goquery.Selection) bool {
		lima = a.AttrOr("href", "")
		return text(a) != "Lima"
	})
	u, err := url.Parse(lima)
	if err != nil || u.Path != "/mapa" || u.Query().Get("department") != "15" || u.Query().Get("source") != "social" || u.Query().Get("map") != "negative_share" || u.Query().Get("window") != "12m" {
		t.Fatalf("Lima leads to %q, %v", lima, err)
	}
	if area := country.Find(`#map .area[data-code="15"]`).AttrOr("data-href", ""); area != lima {
		t.Errorf("the area of Lima leads to %q, its row to %q", area, lima)
	}
	near := s.doc(lima + "&lang=es")
	if h := text(near.Find("h1")); h != "Provincias de Lima" {
		t.Errorf("heading %q", h)
	}
	if out := near.Find(".crumb a").AttrOr("href", ""); strings.Contains(out, "department") || !strings.Contains(out, "source=social") || !strings.Contains(out, "map=negative_share") {
		t.Errorf("out again: %q", out)
	}
	if n := near.Find("#map .area").Length(); n != 10 {
		t.Errorf("%d areas, Lima has ten provinces", n)
	}
	rows := near.Find("#map table[data-twin] tbody tr")
	if rows.Length() < 3 || text(rows.First().Find("th")) == "" {
		t.Fatalf("%d rows", rows.Length())
	}
	var sum int
	rows.Each(func(_ int, tr *goquery.Selection) {
		n := tr.Find("td a").Last()
		shown, err := strconv.Atoi(strings.Map(digits, text(n)))
		if err != nil {
			t.Fatalf("n %q", text(n))
		}
		sum += shown
		few := tr.Find(".few").Length() > 0
		if shown < 30 && !few {
			t.Errorf("%s: n = %d is not marked", text(tr.Find("th")), shown)
		}
		if q := hrefQuery(t, n); len(q.Get("province")) != 4 || q.Get("department") != "15" {
			t.Errorf("%s leads to %v", text(tr.Find("th")), q)
		}
	})
	if note := text(near.Find("#map .note")); !strings.Contains(note, "menciones del departamento dicen su provincia") || sum == 0 {
		t.Errorf("note %q, %d mentions", note, sum)
	}
	// What stands behind a figure is the figure.
	link := rows.First().Find("td a").Last()
	page := s.doc(link.AttrOr("href", "") + "&lang=es")
	if got := text(page.Find("[data-test=active], .filters")); !strings.Contains(got, "Provincia: ") {
		t.Errorf("the mentions behind do not tell their province: %q", got)
	}
	if n := page.Find(".mention").Length(); n == 0 {
		t.Error("no mentions behind the figure")
	}
}

// TestMapOfOneProvince: one area alone differs from nothing, so the title tells its
// figure; the limits of a key of shares are told with the decimals of their step.
func TestMapOfOneProvince(t *testing.T) {
	s := newSite(t)
	one := text(s.doc("/mapa?department=15&province=1501&lang=es&window=12m").Find("#map h2"))
	if !strings.HasPrefix(one, "Lima: ") || !strings.Contains(one, "IC 95 %: ") {
		t.Errorf("title of the province of Lima alone: %q", one)
	}
	if all := text(s.doc("/mapa?lang=es&window=12m").Find("#map h2")); strings.HasPrefix(all, "Lima: ") {
		t.Errorf("title of all: %q", all)
	}
}

// TestMapOfNobody: a department or province without mentions says so and does not draw.
func TestMapOfNobody(t *testing.T) {
	s := newSite(t)
	for path, status := range map[string]int{"/mapa?department=01&province=0102&from=2026-11-01&to=2026-11-01": 200, "/mapa?province=9999": 400, "/mapa?department=99": 400, "/mapa?department=none": 200} {
		if w := s.get(path); w.Code != status {
			t.Errorf("%s: status %d, want %d", path, w.Code, status)
		} else if status == http.StatusOK && !strings.Contains(w.Body.String(), `data-test="empty"`) {
			t.Errorf("%s says nothing of too little data", path)
		}
	}
}

func digits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

func hrefQuery(t *testing.T, a *goquery.Selection) url.Values {
	t.Helper()
	u, err := url.Parse(a.AttrOr("href", ""))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
