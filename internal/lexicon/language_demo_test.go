package lexicon_test

import (
	"testing"

	"antojo/internal/demo"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
)

// TestLanguageOfDemo: the texts of the demo set say in which language they were
// written. A wrong answer is worse than "unknown".
func TestLanguageOfDemo(t *testing.T) {
	plan, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ n, right, unknown int }
	all := map[string]*tally{}
	wrong := map[string]int{}
	err = plan.Days(plan.End-120, plan.End, func(r mention.Raw, tr demo.Truth) error {
		c := all[tr.Language]
		if c == nil {
			c = &tally{}
			all[tr.Language] = c
		}
		c.n++
		switch got := lexicon.DetectLanguage(r.Text); got {
		case tr.Language:
			c.right++
		case "unknown":
			c.unknown++
		default:
			if wrong[tr.Language+" "+got]++; wrong[tr.Language+" "+got] < 3 {
				t.Logf("%s taken for %s: %q", tr.Language, got, r.Text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// Spanish dish names stand in all of them, so short Quechua ones may be unknown.
	right := map[string]float64{"es": 0.98, "en": 0.95, "pt": 0.85, "qu": 0.5}
	ceiling := map[string]float64{"es": 0.001, "en": 0.01, "pt": 0.05, "qu": 0.01}
	for lang, c := range all {
		bad := float64(c.n-c.right-c.unknown) / float64(c.n)
		t.Logf("%s: %d texts, %.1f%% right, %.1f%% unknown, %.2f%% wrong", lang, c.n, 100*float64(c.right)/float64(c.n), 100*float64(c.unknown)/float64(c.n), 100*bad)
		if bad > ceiling[lang] || float64(c.right) < right[lang]*float64(c.n) {
			t.Errorf("%s: below the floor of %.2f right or above the ceiling of %.3f wrong", lang, right[lang], ceiling[lang])
		}
	}
	if len(all) < 4 {
		t.Errorf("only %d languages seen", len(all))
	}
}
