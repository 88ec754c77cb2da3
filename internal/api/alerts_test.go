package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/trend/alert"
)

// TestAlerts: an alert of the book is listed, shown with name, window and interval,
// and acknowledged for good.
func TestAlerts(t *testing.T) {
	book, err := alert.OpenBook(filepath.Join(t.TempDir(), "alerts.json"))
	if err != nil {
		t.Fatal(err)
	}
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) mention.Day {
		d, err := mention.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	_, err = book.Update(alert.Scanned{To: day("2026-11-19"), Series: 40, Threshold: 1e-5, Alerts: []alert.Alert{{ID: "entity-ceviche-up", Scope: alert.Entity, Of: "ceviche", Up: true,
		From: day("2026-11-16"), To: day("2026-11-19"), Raised: day("2026-11-17"), Open: true, Day: day("2026-11-18"), Days: 3, Observed: 90, Expected: 30.5, Low: 18, High: 44, P: 1e-7, Part: "x_posts", Share: .8}}}, now)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Alerts: book, Lexicon: lx, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ask := func(method, path, body string, header ...string) (int, map[string]any) {
		t.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.RemoteAddr, r.Host = "127.0.0.1:5", "127.0.0.1:8080"
		r.Header.Set("Content-Type", "application/json")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		var v map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
			t.Fatalf("%s %s: %v: %s", method, path, err, w.Body)
		}
		return w.Code, v
	}
	_, list := ask("GET", "/api/v1/alerts?state=active", "")
	alerts, _ := list["alerts"].([]any)
	if list["total"] != 1.0 || len(alerts) != 1 || list["looked_to"] != "2026-11-19" || list["series"] != 40.0 {
		t.Fatalf("list: %v", list)
	}
	a := alerts[0].(map[string]any)
	w := a["window"].(map[string]any)
	if a["name"] != "ceviche" || a["direction"] != "up" || a["n"] != 90.0 || a["expected"] != 30.5 || w["from"] != "2026-11-16" || w["to"] != "2026-11-18" || a["share"] != .8 || a["copied"] != nil {
		t.Errorf("alert: %v", a)
	}
	path := "/api/v1/alerts/" + a["id"].(string)
	if code, one := ask("GET", path, ""); code != 200 || one["id"] != a["id"] {
		t.Errorf("alone: %d %v", code, one)
	}
	if code, _ := ask("POST", path+"/acknowledge", `{"acknowledged":true}`); code != http.StatusUnauthorized {
		t.Errorf("acknowledged without a token: %d", code)
	}
	ours := []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1:8080"}
	if code, one := ask("POST", path+"/acknowledge", `{"acknowledged":true}`, ours...); code != 200 || one["acknowledged"] != true {
		t.Errorf("acknowledged: %d %v", code, one)
	}
	if _, list := ask("GET", "/api/v1/alerts?state=active", ""); list["total"] != 0.0 {
		t.Errorf("still active: %v", list)
	}
	if _, list := ask("GET", "/api/v1/alerts?state=open", ""); list["total"] != 1.0 {
		t.Errorf("not open any more: %v", list)
	}
	if code, _ := ask("POST", "/api/v1/alerts/none/acknowledge", `{"acknowledged":true}`, ours...); code != 404 {
		t.Errorf("an alert that is none: %d", code)
	}
}
