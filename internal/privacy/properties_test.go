package privacy

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func checkProperties(t *testing.T, text string) {
	t.Helper()
	found := Find(text)
	at := 0
	for _, f := range found {
		if f.Start < at || f.End <= f.Start || f.End > len(text) || f.Kind < Email || f.Kind > Name {
			t.Fatalf("findings of %q overlap or lie outside: %v", text, found)
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[f.Start:f.End]) {
			t.Fatalf("finding of %q cuts a rune: %v", text, f)
		}
		at = f.End
	}
	got := Redact(text)
	if (len(found) == 0) != (got == text) {
		t.Fatalf("%d findings, yet %q -> %q", len(found), text, got)
	}
	if utf8.ValidString(text) && !utf8.ValidString(got) {
		t.Fatalf("%q -> invalid UTF-8 %q", text, got)
	}
	if count(got) > count(text) {
		t.Fatalf("%q -> %q has more digits", text, got)
	}
	if again := Redact(got); again != got {
		t.Fatalf("not idempotent: %q -> %q -> %q", text, got, again)
	}
}

func count(s string) (n int) {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			n++
		}
	}
	return n
}

// TestProperties throws random mixtures of cues, numbers and signs at Redact.
func TestProperties(t *testing.T) {
	g := gen{rand.New(rand.NewPCG(3, 4))}
	pieces := []string{" ", " ", " ", "\n", ".", ",", ":", "-", "/", "@", "(", ")", "+", "#", "[", "]", "N°", "DNI", "cel", "soy", "Soy", "me llamo", "mi nombre es", "atte.", "Juan", "Pérez",
		"ana", "gmail.com", "http://", "www.", "wa.me/", "av.", "Calle", "mz", "lt", "A", "12", "987654321", "987", "4111", "1", "20", "51", "placa", "ABC", "soles", "S/", "[correo]", "[nombre]", "arroba", "punto", "com", "ñ", "😀", "\xff", "de", "la"}
	for range 20000 {
		var b strings.Builder
		for range 1 + g.IntN(16) {
			b.WriteString(pieces[g.IntN(len(pieces))])
		}
		checkProperties(t, b.String())
	}
	for range 3000 {
		text, _ := g.planted(Kind(1 + g.IntN(int(Name))))
		checkProperties(t, text+g.pick(" ", "", ". ", "\n")+g.clean())
	}
}

// TestLinear holds that no text takes more than a small multiple of tokens to
// decide: repeated traps of 256 kB must end while a quadratic rule would not.
func TestLinear(t *testing.T) {
	for _, trap := range []string{"@", "a@", "a.", "1", "1 ", "1-", "9 ", "soy Ana ", "av ", "Av. a ", "placa ", "placa A", "me llamo ", "http://", "www.", "a.com", "mz a ", "lt 1 ", "(", "[correo]", "+51 ", "dni ", "a arroba ", "a punto com ", "ig: a_", "u/", "_", "-", "ñ", "atte\n", "de la "} {
		text := strings.Repeat(trap, 1<<18/len(trap))
		if n := len(Redact(text)); n > 16*len(text) {
			t.Errorf("%q repeated grows from %d to %d bytes", trap, len(text), n)
		}
	}
}

func TestPseudonymizer(t *testing.T) {
	p := NewPseudonymizer(bytes.Repeat([]byte{7}, KeySize))
	a := p.Author("reddit", "Ana_F")
	if len(a) != 32 || strings.Trim(a, "0123456789abcdef") != "" {
		t.Errorf("pseudonym %q is not 32 hex digits", a)
	}
	same := []string{"ana_f", "@Ana_F", "  ANA_F\t"}
	for _, s := range same {
		if p.Author("reddit", s) != a {
			t.Errorf("%q and Ana_F differ", s)
		}
	}
	differ := map[string]string{
		"other channel": p.Author("google", "Ana_F"),
		"other author":  p.Author("reddit", "Ana_G"),
		"shifted":       p.Author("reddita", "na_F"),
		"other key":     NewPseudonymizer(bytes.Repeat([]byte{8}, KeySize)).Author("reddit", "Ana_F"),
	}
	for name, s := range differ {
		if s == a {
			t.Errorf("%s: the same pseudonym", name)
		}
	}
	for _, s := range []string{"", "  ", "@"} {
		if got := p.Author("reddit", s); got != "" {
			t.Errorf("Author(%q) = %q, want none", s, got)
		}
	}
	if got := p.Author("reddit", "Ana_F"); got != a {
		t.Errorf("not stable: %q then %q", a, got)
	}
}

func TestLoadOrCreateKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "author.key")
	done := make(chan []byte)
	for range 8 {
		go func() {
			k, err := LoadOrCreateKey(path)
			if err != nil {
				t.Error(err)
			}
			done <- k
		}()
	}
	first := <-done
	for range 7 {
		if k := <-done; !bytes.Equal(k, first) {
			t.Error("two processes that start together got two keys")
		}
	}
	if len(first) != KeySize || bytes.Equal(first, make([]byte, KeySize)) {
		t.Errorf("key %x", first)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".key-*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	if err := os.WriteFile(path, first[:10], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadOrCreateKey(path); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a cut key: %v", err)
	}
	if _, err := LoadOrCreateKey(filepath.Join(path, "x")); err == nil {
		t.Error("a key below a file")
	}
}

func BenchmarkRedact(b *testing.B) {
	g := gen{rand.New(rand.NewPCG(5, 6))}
	var texts []string
	n := 0
	for i := range 1000 {
		s := g.clean()
		if i%20 == 0 {
			s, _ = g.planted(Kind(1 + g.IntN(int(Name))))
		}
		n += len(s)
		texts = append(texts, s)
	}
	b.SetBytes(int64(n))
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range texts {
			Redact(s)
		}
	}
}
