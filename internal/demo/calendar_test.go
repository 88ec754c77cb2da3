package demo

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/mention"
)

// The dates were worked out by hand from printed calendars, not by this code.
func TestFeastDays(t *testing.T) {
	want := map[string][5]string{ // 2023 … 2027
		"pisco_sour":         {"2023-02-04", "2024-02-03", "2025-02-01", "2026-02-07", "2027-02-06"},
		"pachamanca":         {"2023-02-05", "2024-02-04", "2025-02-02", "2026-02-01", "2027-02-07"},
		"semana_santa":       {"2023-04-07", "2024-03-29", "2025-04-18", "2026-04-03", "2027-03-26"},
		"dia_madre":          {"2023-05-14", "2024-05-12", "2025-05-11", "2026-05-10", "2027-05-09"},
		"papa":               {"2023-05-30", "2024-05-30", "2025-05-30", "2026-05-30", "2027-05-30"},
		"ron":                {"2023-06-03", "2024-06-01", "2025-06-07", "2026-06-06", "2027-06-05"},
		"chicharron":         {"2023-06-17", "2024-06-15", "2025-06-21", "2026-06-20", "2027-06-19"},
		"dia_padre":          {"2023-06-18", "2024-06-16", "2025-06-15", "2026-06-21", "2027-06-20"},
		"ceviche":            {"2023-06-28", "2024-06-28", "2025-06-28", "2026-06-28", "2027-06-28"},
		"pollo_brasa":        {"2023-07-16", "2024-07-21", "2025-07-20", "2026-07-19", "2027-07-18"},
		"pisco":              {"2023-07-23", "2024-07-28", "2025-07-27", "2026-07-26", "2027-07-25"},
		"cafe":               {"2023-08-25", "2024-08-23", "2025-08-22", "2026-08-28", "2027-08-27"},
		"gastronomia":        {"2023-09-10", "2024-09-08", "2025-09-14", "2026-09-13", "2027-09-12"},
		"pan_con_chicharron": {"2023-09-10", "2024-09-08", "2025-09-14", "2026-09-13", "2027-09-12"},
		"cacao":              {"2023-10-01", "2024-10-01", "2025-10-01", "2026-10-01", "2027-10-01"},
		"anticucho":          {"2023-10-15", "2024-10-20", "2025-10-19", "2026-10-18", "2027-10-17"},
		"salchipapa":         {"2023-11-19", "2024-11-17", "2025-11-16", "2026-11-15", "2027-11-21"},
	}
	p := plan(t)
	for _, f := range p.Feasts {
		dates, ok := want[f.Code]
		if !ok {
			continue
		}
		delete(want, f.Code)
		for i, w := range dates {
			from, to := f.Rule.Days(2023 + i)
			if from.String() != w || to != from {
				t.Errorf("%s falls on %s to %s, want %s", f.Code, from, to, w)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("feasts that the plan lacks: %v", want)
	}
}

func TestEaster(t *testing.T) {
	want := map[int]string{1961: "1961-04-02", 2008: "2008-03-23", 2011: "2011-04-24", 2019: "2019-04-21", 2023: "2023-04-09",
		2024: "2024-03-31", 2025: "2025-04-20", 2026: "2026-04-05", 2027: "2027-03-28", 2038: "2038-04-25"}
	for y, w := range want {
		if got := Easter(y).String(); got != w {
			t.Errorf("Easter %d is %s, want %s", y, got, w)
		}
	}
}

func TestParseRule(t *testing.T) {
	cases := []struct{ rule, from, to string }{
		{"date:06-28", "2026-06-28", "2026-06-28"},
		{"nth:1:sat:02", "2026-02-07", "2026-02-07"},
		{"easter:0", "2026-04-05", "2026-04-05"},
		{"week:01-15", "2026-01-12", "2026-01-18"},
		{"span:10-01:10-31", "2026-10-01", "2026-10-31"},
	}
	for _, c := range cases {
		r, err := ParseRule(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		from, to := r.Days(2026)
		if diff := cmp.Diff([2]string{c.from, c.to}, [2]string{from.String(), to.String()}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.rule, diff)
		}
	}
	for _, bad := range []string{"", "date", "date:13-01", "nth:6:sun:01", "nth:1:sunday:01", "nth:1:sun:0", "easter:x", "easter:99", "span:01-01", "moon:1"} {
		if _, err := ParseRule(bad); err == nil {
			t.Errorf("rule %q gave no error", bad)
		}
	}
}

func TestPaydays(t *testing.T) {
	for s, want := range map[string]bool{"2026-02-28": true, "2026-03-01": true, "2026-02-27": false, "2024-02-28": false,
		"2024-02-29": true, "2026-11-15": true, "2026-11-16": true, "2026-11-17": false, "2026-11-30": true, "2026-10-31": true} {
		d, err := mention.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		if d.Payday() != want {
			t.Errorf("payday %s: got %v", s, !want)
		}
	}
}

func FuzzParseRule(f *testing.F) {
	for _, s := range []string{"date:06-28", "nth:3:sun:07", "easter:-2", "week:01-15", "span:10-01:12-31"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRule(s)
		if err != nil {
			return
		}
		from, _ := r.Days(2026)
		if y := from.Date().Year(); y < 2025 || y > 2027 {
			t.Errorf("rule %q falls on %s", s, from)
		}
	})
}
