package fact_test

import (
	"testing"

	"antojo/internal/brief/fact"
	"antojo/internal/mention"
)

func TestMonthOf(t *testing.T) {
	for last, want := range map[string]string{"2026-11-22": "2026-10", "2026-10-31": "2026-10", "2026-10-30": "2026-09", "2026-01-01": "2025-12", "2024-02-29": "2024-02", "2025-02-28": "2025-02"} {
		d, err := mention.ParseDay(last)
		if err != nil {
			t.Fatal(err)
		}
		name, s := fact.MonthOf(d)
		again, err := fact.ParseMonth(name)
		if name != want || err != nil || again != s || s.To > d {
			t.Errorf("on the evening of %s the last month is %s (%v to %v, %v), want %s", last, name, s.From, s.To, err, want)
		}
	}
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2026-10", "2024-02", "2026-13", "1970-12", "2026-1", "", "٢٠٢٦-١٠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		span, err := fact.ParseMonth(s)
		if err != nil {
			return
		}
		a, b := span.From.Date(), span.To.Date()
		if a.Format("2006-01") != s || a.Day() != 1 || a.Month() != b.Month() || b.AddDate(0, 0, 1).Day() != 1 {
			t.Errorf("%q is %v to %v", s, span.From, span.To)
		}
	})
}
