package calendar

import (
	"testing"
	"time"
)

// Dates looked up in printed calendars.
func TestFeastsFallOnTheirDays(t *testing.T) {
	want := map[string]map[int]string{
		"semana-santa":       {2024: "2024-03-28", 2025: "2025-04-17", 2026: "2026-04-02"},
		"dia-padre":          {2024: "2024-06-16", 2025: "2025-06-15", 2026: "2026-06-21"},
		"pollo-brasa":        {2024: "2024-07-21", 2025: "2025-07-20", 2026: "2026-07-19"},
		"pisco-sour":         {2025: "2025-02-01", 2026: "2026-02-07"},
		"cafe":               {2025: "2025-08-22", 2026: "2026-08-28"},
		"salchipapa":         {2025: "2025-11-16", 2026: "2026-11-15"},
		"anio-nuevo":         {2026: "2025-12-31"},
		"semana-chilcano":    {2026: "2026-01-12"},
		"pan-con-chicharron": {2025: "2025-09-14"},
	}
	seen := 0
	for _, f := range Feasts() {
		for year, day := range want[f.ID] {
			seen++
			if from, _, ok := f.Days(year); !ok || from.String() != day {
				t.Errorf("%s %d is %s, want %s", f.ID, year, from, day)
			}
		}
	}
	if seen != 18 {
		t.Errorf("%d dates checked, want 18: a feast lost its id", seen)
	}
	for _, f := range Feasts() {
		if _, _, ok := f.Days(2024); ok == (f.ID == "pan-con-chicharron") {
			t.Errorf("%s in 2024: %v", f.ID, ok)
		}
	}
}

func TestEaster(t *testing.T) {
	for year, want := range map[int]string{1954: "1954-04-18", 1981: "1981-04-19", 2000: "2000-04-23", 2019: "2019-04-21", 2027: "2027-03-28", 2038: "2038-04-25", 2049: "2049-04-18"} {
		if got := Easter(year).String(); got != want {
			t.Errorf("Easter %d: %s, want %s", year, got, want)
		}
	}
}

func TestPaydaysAndHolidays(t *testing.T) {
	for _, tc := range []struct {
		month       time.Month
		dom         int
		pay, school bool
	}{{1, 15, true, true}, {1, 16, true, true}, {2, 28, true, true}, {3, 1, true, true}, {3, 30, true, false}, {4, 29, false, false}, {7, 31, true, true}, {12, 24, false, true}} {
		d := Date(2026, tc.month, tc.dom)
		if d.Payday() != tc.pay || SchoolHoliday(d) != tc.school {
			t.Errorf("%s: payday %v school holiday %v", d, d.Payday(), SchoolHoliday(d))
		}
	}
}
