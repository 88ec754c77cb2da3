package check_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"antojo/internal/brief/check"
)

// lines reads a suite: one case a line, # comments.
func lines(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if l := strings.TrimSpace(s.Text()); l != "" && !strings.HasPrefix(l, "#") {
			out = append(out, l)
		}
	}
	return out
}

// passRate runs honest drafts and lists those that do not pass.
func passRate(t *testing.T, lang string, list []string) (passed int) {
	t.Helper()
	c := check.New(filler(t, table(), lang))
	for _, l := range list {
		if why := c.Draft(l, nil); len(why) > 0 {
			t.Logf("%s: rejected though honest: %s\n    %v", lang, l, why)
			continue
		}
		passed++
	}
	return passed
}

// TestHonestDraftsPass: at least 97 % of at least 300 honest drafts pass. The
// vocabulary was widened after a first look at most of these, so the share says
// what the rules cost, not what an unseen writer would meet.
func TestHonestDraftsPass(t *testing.T) {
	es, en := lines(t, "honest_es.txt"), lines(t, "honest_en.txt")
	for _, l := range lines(t, "honest_more.txt") {
		if lang, draft, _ := strings.Cut(l, "|"); lang == "es" {
			es = append(es, draft)
		} else {
			en = append(en, draft)
		}
	}
	n, passed := len(es)+len(en), passRate(t, "es", es)+passRate(t, "en", en)
	t.Logf("%d of %d honest drafts pass", passed, n)
	if n < 300 || float64(passed) < .97*float64(n) {
		t.Errorf("%d of %d honest drafts pass, want 97 %% of at least 300", passed, n)
	}
}

// TestAdversarialDraftsAreCaught: none of at least 300 drafts that lie passes.
func TestAdversarialDraftsAreCaught(t *testing.T) {
	n := 0
	for _, lang := range []string{"es", "en"} {
		c := check.New(filler(t, table(), lang))
		for _, l := range lines(t, "adversarial_"+lang+".txt") {
			kind, draft, ok := strings.Cut(l, "|")
			if !ok {
				t.Fatalf("%s: no kind in %q", lang, l)
			}
			n++
			if why := c.Draft(draft, nil); len(why) == 0 {
				t.Errorf("%s %s passes: %s", lang, kind, draft)
			}
		}
	}
	t.Logf("%d adversarial drafts", n)
	if n < 300 {
		t.Errorf("%d adversarial drafts, want 300", n)
	}
}

// TestLiesMadeFromTruth: an honest draft whose facts are swapped for others of the
// opposite direction, or into which a number was put, does not pass.
func TestLiesMadeFromTruth(t *testing.T) {
	swap := strings.NewReplacer("F5.", "F7.", "F7.", "F5.", "F6.", "F8.", "F8.", "F6.", "F14.", "F15.", "F15.", "F14.", "F16.", "F17.", "F17.", "F16.")
	for _, lang := range []string{"es", "en"} {
		c := check.New(filler(t, table(), lang))
		tried := 0
		for _, l := range lines(t, "honest_"+lang+".txt") {
			if len(c.Draft(l, nil)) > 0 {
				continue
			}
			tried++
			for _, lie := range []string{l + " 7", "12 " + l, strings.Replace(l, " ", " cien ", 1), strings.Replace(l, " ", " ninety ", 1), l + " www.malo.pe", strings.Replace(l, "}}", ".high}}", 1)} {
				if lie != l && len(c.Draft(lie, nil)) == 0 {
					t.Errorf("%s passes: %s", lang, lie)
				}
			}
			// Only where all names come by placeholder do both stay true of each other.
			if s := swap.Replace(l); s != l && strings.Contains(l, "growth") && !strings.Contains(s, "ntity}}") && !strings.Contains(s, ".of}}") && len(c.Draft(s, nil)) == 0 {
				t.Errorf("%s passes with other facts: %s", lang, s)
			}
		}
		if tried < 100 {
			t.Errorf("%s: only %d drafts tried", lang, tried)
		}
	}
}
