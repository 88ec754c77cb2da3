package check_test

import (
	"strings"
	"testing"

	"antojo/internal/brief/check"
)

// TestUnseenDrafts measures the checker on honest drafts that were written without a
// look at its vocabulary: two lists of a hundred, of one sitting. The rules were
// widened with the help of the first; the second was run only then, once.
func TestUnseenDrafts(t *testing.T) {
	for _, suite := range []struct {
		file  string
		floor int
	}{{"unseen_a.txt", 90}, {"unseen_b.txt", 0}, {"unseen_c.txt", 0}} {
		passed, n := 0, 0
		for _, l := range lines(t, suite.file) {
			lang, draft, _ := strings.Cut(l, "|")
			n++
			if why := check.New(filler(t, table(), lang)).Draft(draft, nil); len(why) > 0 {
				t.Logf("%s: rejected though honest: %s\n    %v", lang, draft, why)
				continue
			}
			passed++
		}
		t.Logf("%s: %d of %d pass", suite.file, passed, n)
		if n < 60 || passed < suite.floor {
			t.Errorf("%s: %d of %d pass, want %d", suite.file, passed, n, suite.floor)
		}
	}
}

// TestLiesInFamilies: words that came by families claim what their class says, and lies
// told with them are caught like any other.
func TestLiesInFamilies(t *testing.T) {
	for _, l := range lines(t, "adversarial_families.txt") {
		parts := strings.SplitN(l, "|", 3)
		if why := check.New(filler(t, table(), parts[0])).Draft(parts[2], nil); len(why) == 0 {
			t.Errorf("%s %s passes: %s", parts[0], parts[1], parts[2])
		}
	}
}

// heldOut are lists that were written before the rules met them, each run once as it
// was: passed and caught are what that first run gave, in docs/brief.md.
var heldOut = []string{"heldout_1", "heldout_2", "heldout_3", "heldout_4", "heldout_5", "heldout_6"}

// TestHeldOut: every lie is caught and at least nine of ten honest drafts pass. The rules
// were widened after each first run, so this guards what was learned; the share at first
// sight, of which 97 % is the aim, is in docs/brief.md.
func TestHeldOut(t *testing.T) {
	for _, name := range heldOut {
		passed, n := 0, 0
		for _, l := range lines(t, name+"_honest.txt") {
			lang, draft, _ := strings.Cut(l, "|")
			n++
			if why := check.New(filler(t, table(), lang)).Draft(draft, nil); len(why) > 0 {
				t.Logf("%s: rejected though honest: %s\n    %v", lang, draft, why)
				continue
			}
			passed++
		}
		caught, lies := 0, 0
		for _, l := range lines(t, name+"_adversarial.txt") {
			parts := strings.SplitN(l, "|", 3)
			lies++
			if why := check.New(filler(t, table(), parts[0])).Draft(parts[2], nil); len(why) == 0 {
				t.Errorf("%s %s passes: %s", parts[0], parts[1], parts[2])
				continue
			}
			caught++
		}
		t.Logf("%s: %d of %d honest drafts pass, %d of %d lies are caught", name, passed, n, caught, lies)
		floor := .9
		if name == "heldout_6" { // of it only what generalises was learned: docs/brief.md
			floor = .75
		}
		if float64(passed) < floor*float64(n) || n < 60 || lies < 60 {
			t.Errorf("%s: %d of %d pass, want %.0f %%", name, passed, n, floor*100)
		}
	}
}
