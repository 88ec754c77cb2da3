package check_test

import (
	"fmt"
	"strings"
	"testing"

	"antojo/internal/brief/check"
	"antojo/internal/brief/fill"
	"antojo/internal/brief/outline"
	"antojo/internal/brief/prose"
)

// TestDeterministicWriterPasses: every sentence that the writer can choose passes
// the checks it is the replacement for. The period's name changes the hash, and
// with it the choice of sentences.
func TestDeterministicWriterPasses(t *testing.T) {
	for _, lang := range []string{"es", "en"} {
		seen := map[string]bool{}
		for week := range 60 {
			tab := table()
			tab.Period = fmt.Sprintf("2026-W%02d", week+1)
			f := filler(t, tab, lang)
			c := check.New(f)
			items := outline.Weekly(tab)
			for i, d := range prose.New(f).Drafts(items) {
				scope := append(append([]string{}, items[i].Facts...), items[i].Quote)
				if seen[d] {
					continue
				}
				seen[d] = true
				if why := c.Draft(d, scope); len(why) > 0 {
					t.Errorf("%s: %s\n  %v", lang, d, why)
					continue
				}
				p, err := f.Fill(d)
				if err != nil {
					t.Fatal(err)
				}
				text := fill.Join(p)
				if strings.ContainsAny(text, "{}[]<>@") || strings.Contains(text, "  ") {
					t.Errorf("%s: left-over marks in %q", lang, text)
				}
				if week == 0 && testing.Verbose() {
					t.Log(text)
				}
			}
		}
		if len(seen) < 35 {
			t.Errorf("%s: only %d different drafts in 60 weeks", lang, len(seen))
		}
	}
}
