package fill_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/mention"
)

func day(t testing.TB, s string) mention.Day {
	t.Helper()
	d, err := mention.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestWords: months, days and feasts stand in a sentence as Spanish and English
// write them.
func TestWords(t *testing.T) {
	span := func(a, b string) fact.Span { return fact.Span{From: day(t, a), To: day(t, b)} }
	tab := &fact.Table{Week: span("2026-01-01", "2026-01-31")}
	for _, id := range []string{"ceviche", "navidad", "san-valentin", "fiestas-patrias", "san-juan"} {
		tab.Facts = append(tab.Facts, fact.Fact{ID: "F" + string(rune('1'+len(tab.Facts))), Kind: fact.Feast, Feast: id, Period: span("2026-06-28", "2026-06-28")})
	}
	tab.Facts = append(tab.Facts, fact.Fact{ID: "F6", Period: span("2026-07-28", "2026-07-29")}, fact.Fact{ID: "F7", Feast: "no-such-day"})
	for lang, cases := range map[string]map[string]string{
		"es": {"{{P.month}}": "enero de 2026", "{{P.Month}}": "Enero de 2026", "{{P.monthBefore}}": "diciembre de 2025", "{{F1.days}}": "el 28 de junio", "{{F6.days}}": "del 28 al 29 de julio",
			"{{F1.ofFeast}}": "del Día Nacional del Ceviche", "{{F1.toFeast}}": "al Día Nacional del Ceviche", "{{F2.ofFeast}}": "de la Navidad", "{{F3.toFeast}}": "a San Valentín", "{{F4.Feast}}": "Las Fiestas Patrias", "{{F5.feast}}": "la Fiesta de San Juan"},
		"en": {"{{P.month}}": "January 2026", "{{P.monthBefore}}": "December 2025", "{{F1.days}}": "28 June", "{{F1.ofFeast}}": "of Ceviche Day", "{{F5.feast}}": "the Feast of Saint John"},
	} {
		f := fill.Filler{Table: tab, Lang: lang}
		for draft, want := range cases {
			p, err := f.Fill(draft)
			if err != nil {
				t.Errorf("%s %s: %v", lang, draft, err)
			} else if got := fill.Join(p); got != want {
				t.Errorf("%s %s: %q, want %q", lang, draft, got, want)
			}
		}
		for _, draft := range []string{"{{F7.feast}}", "{{F6.channel}}", "{{F6.feast}}"} {
			if _, err := f.Fill(draft); err == nil {
				t.Errorf("%s: %s is filled without a value", lang, draft)
			}
		}
	}
	tab.Week = span("2026-01-02", "2026-01-31")
	if _, err := (fill.Filler{Table: tab, Lang: "es"}).Fill("{{P.month}}"); err == nil {
		t.Error("a month without its first day has a name")
	}
}

// FuzzChannelName: whatever a channel is called in the data, no markup, placeholder
// or other script of it is printed.
func FuzzChannelName(f *testing.F) {
	for _, s := range []string{"tiktok_comments", "<script>alert(1)</script>", "{{F1.mentions}}", "канал", "a\u202eb", "Niño-2", strings.Repeat("x", 80), "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := fill.ChannelName(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 40 || strings.ContainsAny(got, "<>{}[]()\"'`&/\\*|#\n\u202e") || fill.ChannelName(got) != got {
			t.Errorf("%q gives %q", s, got)
		}
	})
}
