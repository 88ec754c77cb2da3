package web_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
	"antojo/internal/trend/alert"
	"antojo/internal/web"
)

// book is a real book whose scans the test gives.
type book struct{ *alert.Book }

func (b book) SetBudget(_ context.Context, v float64) error { return b.Book.SetBudget(v) }

func alertSite(t *testing.T, as ...alert.Alert) (site, *alert.Book) {
	t.Helper()
	b, err := alert.OpenBook(filepath.Join(t.TempDir(), "alerts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if as != nil {
		to := mention.Day(20778)
		if _, err := b.Update(alert.Scanned{From: to - 34, To: to, Series: 240, Threshold: 1e-4, Alerts: as}, time.Unix(int64(to)*86400, 0)); err != nil {
			t.Fatal(err)
		}
	}
	return newSite(t, func(o *web.Options) { o.Alerts = book{b} }), b
}

func someAlerts() []alert.Alert {
	d := mention.Day(20770)
	return []alert.Alert{
		{ID: "aa11", Scope: alert.Entity, Of: "ceviche", Up: true, From: d, To: d + 2, Raised: d, Open: true, Day: d, Days: 1, Observed: 58, Expected: 20.6, Low: 12, High: 31, P: 1e-7, Part: "tiktok", Share: .8, Feasts: []string{"fiestas-patrias"}},
		{ID: "bb22", Scope: alert.Channel, Of: "<b>gmaps", From: d - 9, To: d - 5, Raised: d - 5, Day: d - 5, Days: 7, Observed: 120, Expected: 300, Low: 250, High: 350, P: 1e-5},
	}
}

func (s site) submit(path string, form url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(r)
}

func TestAlertsPage(t *testing.T) {
	s, _ := alertSite(t, someAlerts()...)
	for lang, want := range map[string][]string{
		"es": {"2 alertas por ver", "58 menciones el 13 nov 2026; se esperaban 21 (95 % de las veces, de 12 a 31)", "el 80 % de la diferencia está en tiktok", "coincide con las Fiestas Patrias", "<b>gmaps", "−60 %", "120 menciones en los siete días"},
		"en": {"2 alerts to look at", "58 mentions on 13 Nov 2026; 21 were expected (95% of the time 12 to 31)", "coincides with Independence Days"},
	} {
		d := s.doc("/alertas?lang=" + lang)
		body := text(d.Find("main"))
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: no %q in %s", lang, w, body)
			}
		}
		if strings.Contains(body, "⟦") {
			t.Errorf("%s: a message is missing", lang)
		}
		if href := d.Find("[data-id=aa11] .btn").First().AttrOr("href", ""); href != "/menciones?entity=ceviche&from=2026-11-13&to=2026-11-13" {
			t.Errorf("mentions behind the alert: %s", href)
		}
	}
	rows, err := csv.NewReader(s.get("/alertas?format=csv").Body).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][0] != "aa11" || rows[1][4] != "up" {
		t.Errorf("CSV: %v, %v", rows, err)
	}
}

func TestAlertsAreAnswered(t *testing.T) {
	s, b := alertSite(t, someAlerts()...)
	ids := func(path string) (out []string) {
		for _, n := range s.doc(path).Find("[data-test=alert]").EachIter() {
			out = append(out, n.AttrOr("data-id", ""))
		}
		return out
	}
	for _, step := range []struct {
		path  string
		form  url.Values
		code  int
		shown []string
	}{
		{"/alertas/aa11", url.Values{"do": {"seen"}}, http.StatusSeeOther, []string{"bb22"}},
		{"/alertas/bb22", url.Values{"do": {"snooze"}, "back": {"/alertas?show=all"}}, http.StatusSeeOther, nil},
		{"/alertas/aa11", url.Values{"do": {"show"}}, http.StatusSeeOther, []string{"aa11"}},
		{"/alertas/none", url.Values{"do": {"seen"}}, http.StatusNotFound, []string{"aa11"}},
		{"/alertas/aa11", url.Values{"do": {"burn"}}, http.StatusBadRequest, []string{"aa11"}},
		{"/alertas", url.Values{"budget": {"a lot"}}, http.StatusBadRequest, []string{"aa11"}},
		{"/alertas", url.Values{"budget": {"1e9"}}, http.StatusBadRequest, []string{"aa11"}},
		{"/alertas", url.Values{"budget": {"2,5"}, "back": {"https://elsewhere.example/"}}, http.StatusSeeOther, []string{"aa11"}},
	} {
		w := s.submit(step.path, step.form)
		if w.Code != step.code {
			t.Errorf("POST %s %v = %d, want %d", step.path, step.form, w.Code, step.code)
		}
		if to := w.Header().Get("Location"); w.Code == http.StatusSeeOther && to != "/alertas" && to != "/alertas?show=all" {
			t.Errorf("led to %q", to)
		}
		if d := cmp.Diff(step.shown, ids("/alertas")); d != "" {
			t.Errorf("after POST %s %v: %s", step.path, step.form, d)
		}
	}
	if d := cmp.Diff([]string{"aa11", "bb22"}, ids("/alertas?show=all")); d != "" {
		t.Error(d)
	}
	if got := b.Status().Budget; got != 2.5 {
		t.Errorf("budget %g, want 2.5", got)
	}
	r := httptest.NewRequest(http.MethodPost, "/alertas", strings.NewReader("budget=9"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := s.do(r); w.Code != http.StatusForbidden {
		t.Errorf("a form of another site = %d, want 403", w.Code)
	}
}

func TestAlertsPageWithoutAny(t *testing.T) {
	s, _ := alertSite(t)
	if got := text(s.doc("/alertas").Find("main")); !strings.Contains(got, "Aún no se ha revisado") {
		t.Error(got)
	}
	if got := text(newSite(t).doc("/alertas").Find("main")); !strings.Contains(got, "Este servidor no calcula alertas") {
		t.Error(got)
	}
}
