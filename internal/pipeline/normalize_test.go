package pipeline

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestNormalize(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"plain", "Qué rico ceviche, ñaño ¡!", "Qué rico ceviche, ñaño ¡!"},
		{"blanks", "  un \t\n  ají \r\n de  gallina\u00a0\u2003 ", "un ají de gallina"},
		{"only blanks", " \t\u2028 ", ""},
		{"decomposed", "aji\u0301 de gallin\u0303a", "ají de galliña"},
		{"zero width", "ce\u200bvi\u200dche\ufeff", "ceviche"},
		{"accent behind a zero-width", "aji\u200b\u0301", "ají"},
		{"direction", "\u202eehcivec\u202c \u2066x\u2069", "ehcivec x"},
		{"soft hyphen", "anti\u00adcucho", "anticucho"},
		{"controls", "lo\x00mo\x1b[31m sal\x7ftado\u0085fin", "lomo[31m saltado fin"},
		{"tags", "hola\U000e0041\U000e0042", "hola"},
		{"private", "a\ue000b\U000f0000", "ab"},
		{"no characters", "a\ufffe\U0001ffffb\ufdd0", "ab"},
		{"broken bytes", "caf\xe9\xff\xfe rico", "caf\ufffd rico"},
		{"emoji", "rico 😋👍🏽 ❤️", "rico 😋👍🏽 ❤️"},
		{"html stays text", "<b>rico</b> <script>x</script>", "<b>rico</b> <script>x</script>"},
		{"piled marks", "a" + strings.Repeat("\u0336", 60) + "b", "a" + strings.Repeat("\u0336", maxMarks) + "b"},
		{"quechua", "sumaq mikhunan, ch'aki", "sumaq mikhunan, ch'aki"},
		{"soft hyphen alone", "\u00ad", ""},
		{"compatibility forms stay", "½ ﬁ", "½ ﬁ"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Normalize(c.in); got != c.want {
				t.Errorf("Normalize(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
}

func TestNormalizeTracksOffsets(t *testing.T) {
	in := "  aji\u0301  de\u200b gallina\xff!"
	out, at := normalize(in, true)
	want := map[string]int{"a": 2, "í": 4, "de": 9, "gallina": 15, "!": 23}
	for part, pos := range want {
		if i := strings.LastIndex(out, part); part != "a" && int(at[i]) != pos {
			t.Errorf("%q of %q came from %d, want %d", part, out, at[i], pos)
		}
	}
	if len(at) != len(out) {
		t.Errorf("%d offsets for %d bytes", len(at), len(out))
	}
}

func TestClip(t *testing.T) {
	cases := []struct {
		in   string
		n    int
		want string
	}{
		{"Cevichería  Pez", 50, "Cevichería Pez"},
		{"ññññ", 5, "ññ"},
		{"ab cd", 3, "ab"},
		{strings.Repeat("x", 1000), 4, "xxxx"},
		{"\x00\x00", 4, ""},
	}
	for _, c := range cases {
		if got := clip(c.in, c.n); got != c.want {
			t.Errorf("clip(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"", "ají", "aji\u0301", " a \u200b\u0301", "\xff\u0300", "한국\u1160", "\u2000x", "e\u034f\u0301", "\u0f71\u0f72\u0f74", "‮x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Normalize(s)
		if !utf8.ValidString(got) {
			t.Fatalf("Normalize(%q) = %q is not valid UTF-8", s, got)
		}
		if again := Normalize(got); again != got {
			t.Errorf("Normalize(%q) = %q, and again %q", s, got, again)
		}
		if !norm.NFC.IsNormalString(got) {
			t.Errorf("Normalize(%q) = %q is not NFC", s, got)
		}
		if strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("Normalize(%q) = %q has loose blanks", s, got)
		}
		slow, at := normalize(s, true)
		if slow != got || len(at) != len(slow) {
			t.Errorf("normalize(%q) = %q with %d offsets, but Normalize gives %q", s, slow, len(at), got)
		}
		last := int32(0)
		for _, p := range at {
			if p < last || int(p) >= len(s) {
				t.Fatalf("offsets of %q are not in order: %v", s, at)
			}
			last = p
		}
	})
}
