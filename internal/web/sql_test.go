package web_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"antojo/internal/web"
)

func sqlSite(t *testing.T) site {
	a, err := open(t).store.NewAnalyst(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return newSite(t, func(o *web.Options) { o.SQL = a; o.Program = "antojo test" })
}

func ask(q string) string { return "/sql?" + url.Values{"q": {q}}.Encode() }

// TestSQLPage: the statement stays in its field, the answer is a table, and what is
// wrong is said with its place.
func TestSQLPage(t *testing.T) {
	s := sqlSite(t)
	start := s.doc("/sql")
	if start.Find("[data-test=sql-answer]").Length() != 0 || start.Find("textarea[name=q]").Text() == "" {
		t.Error("the page begins with an example that was not asked yet")
	}
	if n := start.Find("[data-test=sql-schema] details").Length(); n < 6 {
		t.Errorf("%d tables and lists are shown", n)
	}
	examples := start.Find("[data-test=sql-ask] nav a")
	if examples.Length() < 4 {
		t.Fatalf("%d examples", examples.Length())
	}
	for i := range examples.Length() {
		href, _ := examples.Eq(i).Attr("href")
		if d := s.doc(href); d.Find("[data-test=sql-fault]").Length() != 0 || d.Find("[data-test=sql-answer] tbody tr").Length() == 0 {
			t.Errorf("example %q: %s", examples.Eq(i).Text(), text(d.Find("[data-test=sql-answer]")))
		}
	}

	d := s.doc(ask("SELECT 1234567 AS n, 0.25 AS share, NULL AS nothing, '<b>x</b>' AS t"))
	if got := text(d.Find("[data-test=sql-answer] tbody")); got != "1,234,567 0.25 NULL <b>x</b>" {
		t.Errorf("the row is %q", got)
	}
	if got := d.Find("textarea[name=q]").Text(); !strings.Contains(got, "'<b>x</b>' AS t") {
		t.Errorf("the statement became %q", got)
	}
	links := d.Find("[data-test=downloads] a")
	if href, _ := links.First().Attr("href"); links.Length() < 4 || !strings.HasPrefix(href, "/export/sql?") {
		t.Errorf("%d downloads, the first %q", links.Length(), href)
	}
	if got := text(s.doc(ask("FROM mention")).Find("[data-test=sql-answer] .card-head")); !strings.Contains(got, "primeras 200 filas") {
		t.Errorf("of many rows it says %q", got)
	}

	w := s.get(ask("SELECT\n  getenv('HOME')"))
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Línea 2, columna 3") {
		t.Errorf("a fault is answered %d", w.Code)
	}
	if got := text(newSite(t).doc("/sql").Find("main")); !strings.Contains(got, "no responde consultas") {
		t.Errorf("without SQL the page says %q", got)
	}
}

// TestDrawnFigures: each chart is a picture by its address, and says its question and model.
func TestDrawnFigures(t *testing.T) {
	s := sqlSite(t)
	for _, name := range web.FigureNames {
		q := "window=56d"
		if name == "outlook" || name == "weekly" {
			q += "&entity=pollo-a-la-brasa"
		}
		w := s.get("/export/chart/" + name + ".svg?" + q + "&lang=en")
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
			continue
		}
		for _, want := range []string{"<svg xmlns", "Query: ", "antojo test", "from=", "Synthetic", "<dc:rights>Figures may be cited with the query and the date", ">Figures may be cited"} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		if w.Header().Get("Set-Cookie") != "" || w.Header().Get("Content-Type") != "image/svg+xml" {
			t.Errorf("%s: %v", name, w.Header())
		}
		w = s.get("/export/chart/" + name + ".png?width=640&" + q)
		if img, err := png.Decode(bytes.NewReader(w.Body.Bytes())); err != nil || img.Bounds().Dx() != 1280 {
			t.Errorf("%s.png: %d %v", name, w.Code, err)
		}
		for _, want := range []string{"iTXtCopyright\x00\x00\x00\x00\x00Las cifras pueden citarse", "iTXtDescription", "Consulta: ", "antojo test"} {
			if !bytes.Contains(w.Body.Bytes(), []byte(want)) {
				t.Errorf("%s.png does not tell %q", name, want)
			}
		}
		if got := bytes.Contains(w.Body.Bytes(), []byte("MPL 2.0")); got != (name == "map") {
			t.Errorf("%s.png names the licence of the outlines: %v", name, got)
		}
	}
	for path, want := range map[string]int{
		"/export/chart/nosuch.svg": 404, "/export/chart/weekly.gif": 404, "/export/chart/weekly": 404, "/export/chart/outlook.svg": 400,
		"/export/chart/map.svg?measure=x": 400, "/export/chart/net.svg?width=9": 400, "/export/chart/net.svg?colour=red": 400, "/export/chart/net.svg?window=x": 400,
		"/export/chart/weekly.svg?entity=no-such-thing": 422,
	} {
		if w := s.get(path); w.Code != want || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s, want %d", path, w.Code, w.Body, want)
		}
	}
}
