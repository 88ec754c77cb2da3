package fill

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		draft string
		want  []Piece
	}{
		{"", nil},
		{"sin nada", []Piece{{Text: "sin nada"}}},
		{"{{F3.growth}}", []Piece{{Ref: &Ref{"F3", "growth", ""}}}},
		{"a {{F12.growth.interval}} b{{Q1}}", []Piece{{Text: "a "}, {Ref: &Ref{"F12", "growth", "interval"}}, {Text: " b"}, {Ref: &Ref{"Q1", "", ""}}}},
		{"{{ P.week }}.", []Piece{{Ref: &Ref{"P", "week", ""}}, {Text: "."}}},
	} {
		got, err := Parse(c.draft)
		if err != nil {
			t.Errorf("%q: %v", c.draft, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q (-want +got)\n%s", c.draft, d)
		}
	}
	for _, bad := range []string{"{{F0.growth}}", "{{F1.growth", "F1}}", "{F1.growth}", "{{{F1.growth}}}", "{{X1}}", "{{F1.growth.interval.n}}", "{{F1.GROWTH.Size}}", "{{F1..n}}", "{{}}", "{{F99999}}", "{{q1}}", "{{F1.growth}} }", "{{F1\n.growth}}"} {
		if got, err := Parse(bad); err == nil {
			t.Errorf("%q is read as %v", bad, got)
		}
	}
}

// FuzzParse: pieces put together are the draft again, but for spaces inside of
// placeholders; no brace is left in text, and a second reading gives the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"{{F3.growth}} sube", "{{Q1}}{{P.week}}", "{{ F1.of }}", "{{F1", "}}{{", "é{{F9.n}}\x80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, draft string) {
		pieces, err := Parse(draft)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, p := range pieces {
			if p.Ref != nil {
				b.WriteString(p.Ref.String())
				continue
			}
			if strings.ContainsAny(p.Text, "{}") || p.Text == "" {
				t.Fatalf("%q: piece %q", draft, p.Text)
			}
			b.WriteString(p.Text)
		}
		again, err := Parse(b.String())
		if err != nil {
			t.Fatalf("%q: put together as %q: %v", draft, b.String(), err)
		}
		if d := cmp.Diff(pieces, again); d != "" {
			t.Fatalf("%q: read twice (-first +second)\n%s", draft, d)
		}
	})
}
