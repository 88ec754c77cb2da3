package web

import (
	"net/url"
	"strings"
	"testing"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

type noLexicon struct{}

func (noLexicon) Entity(string) (lexicon.Info, bool) { return lexicon.Info{}, false }
func (noLexicon) All() []lexicon.Info                { return nil }

// FuzzSegments: whatever offsets come with a text, cutting it at them loses and
// doubles nothing.
func FuzzSegments(f *testing.F) {
	f.Add("un ceviche y un ají de gallina", 3, 10, 16, 30)
	f.Add("ñandú ñoño", 1, 2, -4, 900)
	f.Add("", 0, 0, 0, 0)
	s := &Server{names: newEntityNames(noLexicon{})}
	v := &view{name: s.names.in("es")}
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		var out strings.Builder
		for _, seg := range s.segments(v, text, []mention.Entity{{ID: "x", Start: a, End: b}, {ID: "y", Start: c, End: d}}) {
			if seg.Text == "" {
				t.Error("an empty segment")
			}
			out.WriteString(seg.Text)
		}
		if out.String() != text {
			t.Errorf("%q became %q", text, out.String())
		}
	})
}

// FuzzClean: the address that tidy redirects to is itself tidy, so that it cannot
// redirect forever, and selects the same.
func FuzzClean(f *testing.F) {
	f.Add("source=&department=15&window=28d&from=2026-01-01")
	f.Add("q=+&q=a&x=%00")
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		once := clean(q)
		again, err := url.ParseQuery(once.Encode())
		if err != nil {
			t.Fatal(err)
		}
		if twice := clean(again); twice.Encode() != once.Encode() {
			t.Errorf("%q, then %q", once.Encode(), twice.Encode())
		}
		if fl, err := metric.ParseFilter(once); err == nil {
			back, err := metric.ParseFilter(fl.Values())
			if err != nil || back.Values().Encode() != fl.Values().Encode() {
				t.Errorf("filter %v does not come back: %v", fl.Values(), err)
			}
		}
	})
}
