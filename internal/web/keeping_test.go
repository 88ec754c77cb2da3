package web_test

import (
	"context"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"antojo/assets"
	"antojo/internal/web"
	"github.com/PuerkitoBio/goquery"
)

// shippedModel lists the model inside the program, as the program does.
type shippedModel struct{ t testing.TB }

func (m shippedModel) Models(context.Context) ([]web.Model, error) {
	read := func(name string) []byte {
		b, err := fs.ReadFile(assets.Model, "model/"+name)
		if err != nil {
			m.t.Fatal(err)
		}
		return b
	}
	return []web.Model{{ID: "shipped", Type: "bert", Bytes: 10 << 20, Builtin: true, InUse: true, Metrics: read("metrics.json"), Confusion: read("confusion.json"), Calibration: read("calibration.json"), Card: read("README.md")}}, nil
}

func withModels(t testing.TB) func(*web.Options) {
	return func(o *web.Options) { o.Models = shippedModel{t} }
}

// TestModelsPage: the page shows the shipped model's scores with intervals, its
// confusions, whose rows add up to all of the row, its calibration and its data.
func TestModelsPage(t *testing.T) {
	d := newSite(t, withModels(t)).doc("/modelos")
	if n := d.Find("[data-test=scores]").Length(); n != 4 {
		t.Errorf("%d tables of scores, want 4", n)
	}
	if n := d.Find("[data-test=matrix]").Length(); n != 3 {
		t.Errorf("%d matrices, want 3", n)
	}
	if n := d.Find("[data-test=calibration] tbody tr").Length(); n != 12 { // eleven heads, and the aspects together
		t.Errorf("%d rows under calibration, want 12", n)
	}
	if n := d.Find("[data-test=scores] td.bar svg, [data-test=calibration] > svg").Length(); n != d.Find("[data-test=scores] tbody tr").Length()+1 {
		t.Errorf("%d drawings, want one a score and one of the calibration", n)
	}
	if n := d.Find("[data-test=curve] svg.chart-reliability .part").Length(); n != 12*15 {
		t.Errorf("%d parts drawn on the reliability curves, want 12 of 15: if the model has changed, make assets/model/calibration.json again with antojo eval --calibration", n)
	}
	if rows := d.Find("[data-test=curve] tbody tr").Length(); rows != 12*15 {
		t.Errorf("%d rows in the tables of the curves, want one a part", rows)
	}
	licences := text(d.Find("[data-test=licences] tbody"))
	for _, want := range []string{"MIT", "CC BY 4.0"} {
		if !strings.Contains(licences, want) {
			t.Errorf("the licences do not name %s: %.200s", want, licences)
		}
	}
	if got := text(d.Find("[data-test=scores] .chip.neg")); got == "" {
		t.Error("the score that is worse than the baseline is not shown as worse")
	}
}

// TestPrivacyPage: a mask in a stored text is counted under its kind.
func TestPrivacyPage(t *testing.T) {
	d := newSite(t, func(o *web.Options) { o.DataDir = "/srv/antojo" }).doc("/privacidad")
	if n := d.Find("[data-test=mask]").Length(); n != 10 {
		t.Errorf("%d kinds of masks, want 10", n)
	}
	if !strings.Contains(text(d.Find("main")), "/srv/antojo") {
		t.Error("the page does not say where the data lie")
	}
}

// TestSurveysPage: each survey has its n, and a net sentiment in points of a hundred
// inside its interval.
func TestSurveysPage(t *testing.T) {
	d := newSite(t).doc("/encuestas")
	rows := d.Find("[data-test=survey]")
	if rows.Length() == 0 {
		t.Fatal("no survey is listed")
	}
	rows.Each(func(_ int, row *goquery.Selection) {
		if net := text(row.Find("td").Last()); strings.HasPrefix(net, "0") || !strings.Contains(net, "IC 95 %: ") {
			t.Errorf("net sentiment %q", net)
		}
	})
}

// TestEmptyKeeping: on an empty store and without a model each page says what to do.
func TestEmptyKeeping(t *testing.T) {
	s := emptySite(t)
	for path, n := range map[string]int{"/modelos": 1, "/privacidad": 1, "/encuestas": 1, "/vistas?url=/": 2} {
		if got := s.doc(path).Find("[data-test=empty]").Length(); got != n {
			t.Errorf("%s has %d empty states, want %d", path, got, n)
		}
	}
}

// TestSettings: the selection of the settings goes into the links of the menu, and
// into nothing else.
func TestSettings(t *testing.T) {
	s := newSite(t)
	w := s.form("/ajustes", url.Values{"window": {"90d"}, "source": {"review"}, "department": {""}, "q": {"x"}})
	if w.Code != http.StatusSeeOther {
		t.Fatalf("status %d, want 303", w.Code)
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("%d cookies, want 1", len(cookies))
	}
	get := func(path string) string {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(cookies[0])
		return s.do(r).Body.String()
	}
	d := parse(t, get("/acerca"))
	if d.Find(`nav.nav a[href="/tendencias?source=review&window=90d"]`).Length() != 1 {
		t.Error("the menu does not carry the selection")
	}
	if got := text(parse(t, get("/menciones?window=7d")).Find(".filters [aria-current]")); !strings.Contains(got, "7") {
		t.Errorf("an address means another period with the cookie: %q", got)
	}
	for _, bad := range []string{"window=ever", "source=nobody", "%zz", strings.Repeat("a", 999)} {
		r := httptest.NewRequest(http.MethodGet, "/acerca", nil)
		r.AddCookie(&http.Cookie{Name: "start", Value: url.QueryEscape(bad)})
		if w := s.do(r); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "/tendencias?") {
			t.Errorf("cookie %.20q: status %d, or it reached the menu", bad, w.Code)
		}
	}
}

func (s site) form(path string, v url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

// TestShelf: views and notes are kept in the file, listed, opened, drawn and removed.
func TestShelf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shelf.json")
	keep := func(o *web.Options) { o.Shelf = path }
	s := newSite(t, keep)
	if w := s.form("/vistas", url.Values{"name": {"Norte"}, "url": {"http://127.0.0.1:8080/tendencias?kind=dish&lang=en"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("save: status %d: %.300s", w.Code, w.Body)
	}
	day := (s.last - 20).String()
	if w := s.form("/vistas/nota", url.Values{"day": {day}, "text": {"Campaña <b>de prueba</b>"}, "entity": {"ceviche"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("note: status %d: %.300s", w.Code, w.Body)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Fatalf("shelf file: %v, %v", st, err)
	}
	s = newSite(t, keep) // as after a restart
	d := s.doc("/vistas?url=/")
	if got := d.Find("[data-test=view] a").AttrOr("href", ""); got != "/tendencias?kind=dish" {
		t.Errorf("saved address %q", got)
	}
	marked := func(path string) bool {
		return strings.Contains(text(s.doc(path).Find(".marks")), "Campaña <b>de prueba</b>")
	}
	if !marked("/entidad/ceviche") {
		t.Error("the note is not on the chart of its food")
	}
	if marked("/entidad/pollo-a-la-brasa") {
		t.Error("the note is on the chart of another food")
	}
	for _, sel := range []string{"[data-test=view] input[name=id]", "[data-test=note] input[name=id]"} {
		id := d.Find(sel).AttrOr("value", "")
		if w := s.form("/vistas/quitar", url.Values{"id": {id}}); id == "" || w.Code != http.StatusSeeOther {
			t.Errorf("remove %q: status %d", id, w.Code)
		}
	}
	if n := s.doc("/vistas?url=/").Find("[data-test=view], [data-test=note]").Length(); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	for _, bad := range []string{"", "https://example.org/", "//example.org/x", "/\\example.org", "javascript:alert(1)", "/a\nb", "http://user@127.0.0.1:8080/"} {
		if w := s.form("/vistas", url.Values{"name": {"x"}, "url": {bad}}); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("address %q: status %d, want 422", bad, w.Code)
		}
	}
	if w := s.form("/vistas/nota", url.Values{"day": {"ayer"}, "text": {""}, "entity": {"zzz"}}); w.Code != http.StatusUnprocessableEntity || parse(t, w.Body.String()).Find("[data-test=faults] p").Length() != 3 {
		t.Errorf("a bad note: status %d", w.Code)
	}
	r := httptest.NewRequest(http.MethodPost, "/vistas", strings.NewReader("name=x&url=/"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := s.do(r); w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: status %d, want 403", w.Code)
	}
	r = httptest.NewRequest(http.MethodGet, "/vistas", nil)
	r.Header.Set("Referer", "http://127.0.0.1:8080/mapa?window=90d")
	if w := s.do(r); w.Header().Get("Location") != "/vistas?url=%2Fmapa%3Fwindow%3D90d" {
		t.Errorf("from another page: %q", w.Header().Get("Location"))
	}
}

// TestGallery: every kind of chart is there, drawn, in more than one state.
func TestGallery(t *testing.T) {
	d := newSite(t).doc("/dev/components")
	if n := d.Find("[data-test=specimen]").Length(); n < 20 {
		t.Errorf("%d specimens", n)
	}
	for _, id := range []string{"lines", "stack", "spark", "range", "bars", "diverging", "scatter", "bump", "map"} {
		if d.Find("#chart-"+id+" svg").Length() == 0 {
			t.Errorf("%s is not drawn", id)
		}
	}
}
