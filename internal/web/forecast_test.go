package web_test

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// TestOutlook: the panel of an entity has past weeks with what was expected, and
// twelve weeks ahead with bands that lie within each other; its counts are those of
// the weekly panel.
func TestOutlook(t *testing.T) {
	s := newSite(t)
	read := func(id string) []map[string]string {
		t.Helper()
		w := s.get("/entidad/ceviche?format=csv&panel=" + id)
		if w.Code != http.StatusOK {
			t.Fatalf("CSV of %s: %d", id, w.Code)
		}
		rows, err := csv.NewReader(w.Body).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var out []map[string]string
		for _, r := range rows[1:] {
			m := map[string]string{}
			for i, k := range rows[0] {
				m[k] = r[i]
			}
			out = append(out, m)
		}
		return out
	}
	num := func(v string) float64 {
		t.Helper()
		x, err := strconv.ParseFloat(v, 64)
		if err != nil {
			t.Fatalf("%q is no number", v)
		}
		return x
	}
	weekly := map[string]string{}
	for _, r := range read("weekly") {
		weekly[r["week"]] = r["total"]
	}
	past, ahead, expected := 0, 0, 0
	for _, r := range read("outlook") {
		if r["observed"] == "" {
			ahead++
			for _, pair := range [][2]string{{"low95", "low80"}, {"low80", "low50"}, {"low50", "forecast"}, {"forecast", "high50"}, {"high50", "high80"}, {"high80", "high95"}} {
				if num(r[pair[0]]) > num(r[pair[1]]) {
					t.Errorf("week %s: %s %s above %s %s", r["week"], pair[0], r[pair[0]], pair[1], r[pair[1]])
				}
			}
			continue
		}
		past++
		if got := num(r["observed"]); got != num(weekly[r["week"]]) {
			t.Errorf("week %s: %g here, %s in the weekly panel", r["week"], got, weekly[r["week"]])
		}
		if r["expected"] != "" {
			expected++
			if num(r["expected_low95"]) > num(r["expected"]) || num(r["expected_high95"]) < num(r["expected"]) {
				t.Errorf("week %s: %s expected, outside its own band", r["week"], r["expected"])
			}
		}
	}
	if past < 8 || ahead != 12 || expected < 4 {
		t.Errorf("%d past weeks, %d of them with an expectation, %d ahead", past, expected, ahead)
	}
	// What was computed for the CSV is at hand for the page.
	for lang, want := range map[string]string{"es": "Dentro de 12 semanas", "en": "In 12 weeks"} {
		p := s.doc("/entidad/ceviche?lang=" + lang).Find("#outlook")
		if got := text(p.Find("h2")); !strings.Contains(got, want) {
			t.Errorf("%s: title %q", lang, got)
		}
		if p.Find("svg[role=img]").Length() == 0 || p.Find("table[data-twin] tbody tr").Length() != past+ahead {
			t.Errorf("%s: no chart, or a table of %d rows", lang, p.Find("table[data-twin] tbody tr").Length())
		}
	}
}
