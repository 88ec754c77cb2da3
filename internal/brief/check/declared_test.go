package check_test

import (
	"strings"
	"testing"

	"antojo/internal/brief/check"
)

// TestDeclaredHonest: drafts whose writer declares truthfully what it says.
func TestDeclaredHonest(t *testing.T) {
	for _, suite := range []struct {
		file  string
		floor float64
	}{{"declared_1_honest.txt", .9}, {"declared_2_honest.txt", .97}, {"declared_3_honest.txt", .97}} {
		passed, plain, n := 0, 0, 0
		for _, l := range lines(t, suite.file) {
			lang, draft, _ := strings.Cut(l, "|")
			c := check.New(filler(t, table(), lang))
			n++
			if len(c.Draft(draft, nil)) == 0 {
				plain++
			}
			if why := c.Declared(draft, c.Derive(draft), nil); len(why) > 0 {
				t.Logf("%s: rejected though honest: %s\n    %v", lang, draft, why)
				continue
			}
			passed++
		}
		t.Logf("%s: %d of %d pass, %d without what is declared", suite.file, passed, n, plain)
		if float64(passed) < suite.floor*float64(n) {
			t.Errorf("%s: %d of %d pass, want %.0f %%", suite.file, passed, n, 100*suite.floor)
		}
	}
}

// lies are all drafts that lie: language, kind, draft.
func lies(t *testing.T) (out [][3]string) {
	t.Helper()
	for _, lang := range []string{"es", "en"} {
		for _, l := range lines(t, "adversarial_"+lang+".txt") {
			kind, draft, _ := strings.Cut(l, "|")
			out = append(out, [3]string{lang, kind, draft})
		}
	}
	for _, name := range append([]string{"adversarial_families"}, heldOut...) {
		if name != "adversarial_families" {
			name += "_adversarial"
		}
		for _, l := range lines(t, name+".txt") {
			p := strings.SplitN(l, "|", 3)
			out = append(out, [3]string{p[0], p[1], p[2]})
		}
	}
	for _, name := range []string{"declared_2_lies.txt", "declared_3_lies.txt"} {
		for _, l := range lines(t, name) {
			p := strings.SplitN(l, "|", 3)
			out = append(out, [3]string{p[0], p[1], p[2]})
		}
	}
	return out
}

// TestDeclaredLies: a liar that declares whatever is true of the words of its lie, which
// is the best that it can do, since what is not true of its fact is rejected.
func TestDeclaredLies(t *testing.T) {
	strict := 0
	all := lies(t)
	for _, l := range all {
		c := check.New(filler(t, table(), l[0]))
		claims := c.Derive(l[2])
		why := c.Declared(l[2], claims, nil)
		if len(why) == 0 {
			t.Errorf("%s %s passes: %s", l[0], l[1], l[2])
		}
		if own := c.OnlyDeclared(l[2], claims); len(own) > 0 {
			strict++
		} else {
			t.Logf("only the rules of words catch: %s %s: %s", l[0], l[1], l[2])
		}
	}
	t.Logf("%d lies, %d caught by what is declared alone", len(all), strict)
}

// TestToldPhrasesCanBeUsed: each phrase that a writer is told of passes in some plain
// sentence, so that no writer is led into a rejection.
func TestToldPhrasesCanBeUsed(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		c := check.New(filler(t, table(), lang))
		for _, s := range c.Sayings() {
			if !s.Usable {
				t.Errorf("%s: %s %s: %q passes in no sentence that was tried: %v", lang, s.Kind, s.Value, s.Words, s.Why)
			}
		}
	}
}
