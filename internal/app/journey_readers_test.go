package app_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestJourneyReaders are the rounds of three of the five readers, and of anyone on the
// first visit. The manager's is TestJourneyDemo, the analyst's are TestJourneyExplore,
// TestJourneyWords and TestJourneyUpload.
func TestJourneyReaders(t *testing.T) {
	ctx, complaints := browser(t, 1280, 900)
	url := startServer(t, "demo", "--fast", "--data", filepath.Join(t.TempDir(), "data"))
	settled(t, url)
	get := func(t *testing.T, href string) []byte {
		t.Helper()
		res, err := http.Get(url + href)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s %v %.200s", href, res.Status, err, b)
		}
		return b
	}
	attr := func(t *testing.T, sel, name string) (v string) {
		t.Helper()
		run(t, ctx, "read "+sel, chromedp.Evaluate(fmt.Sprintf(`document.querySelector(%q)?.getAttribute(%q) ?? ""`, sel, name), &v))
		return v
	}

	t.Run("first visit", func(t *testing.T) {
		run(t, ctx, "home", chromedp.Navigate(url))
		press(t, ctx, "take the tour", `[data-test=tour-offer] a.primary`)
		for step := 1; step <= 6; step++ {
			shows(t, ctx, "the keyboard is at the card", fmt.Sprintf(`#tour[data-step="%d"]:focus`, step)) // the browser goes there with the fragment
			var seen bool
			run(t, ctx, "is the element in sight", chromedp.Evaluate(`document.querySelector("#tour + *").getBoundingClientRect().top < innerHeight - 80`, &seen))
			if !seen {
				t.Errorf("at stop %d the element is below the window", step)
			}
			if step == 6 {
				run(t, ctx, "leave by Escape", chromedp.KeyEvent(kb.Escape))
				break
			}
			tabs := kb.Tab
			if step > 1 { // past the link back
				tabs += kb.Tab
			}
			run(t, ctx, "next by keyboard", chromedp.KeyEvent(tabs), chromedp.KeyEvent(kb.Enter))
		}
		shows(t, ctx, "the tour is closed", `main:not(:has(#tour)) [data-test=reports]`)
		run(t, ctx, "home again", chromedp.Navigate(url))
		shows(t, ctx, "home again", `[data-test=tiles]`)
		if attr(t, "[data-test=tour-offer]", "class") != "" {
			t.Error("the tour is offered again")
		}
	})

	t.Run("director", func(t *testing.T) { // one screen, then a brief for the board
		run(t, ctx, "home", chromedp.Navigate(url))
		shows(t, ctx, "findings", `[data-test=findings] li > p`)
		if s := text(t, ctx, `[data-test=findings]`); !strings.Contains(s, "IC 95") {
			t.Errorf("the findings carry no interval: %.200q", s)
		}
		for _, sel := range []string{`[data-test=rising]`, `[data-test=falling]`, `[data-test=feasts]`, `[data-test=coverage]`} {
			shows(t, ctx, "one screen", sel)
		}
		press(t, ctx, "reports", `nav.nav a[href="/informes"]`)
		press(t, ctx, "the weekly brief", `[data-test=reports] a[href*="weekly"]`)
		shows(t, ctx, "the weekly brief", `[data-test=report] .report-part`)
		pdf := attr(t, `[data-test=downloads] a[href*="pdf"]`, "href")
		if b := get(t, pdf); !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Errorf("%s is not a PDF: %.20q", pdf, b)
		}
	})

	t.Run("back-end developer", func(t *testing.T) { // from a figure to the call that gives it
		run(t, ctx, "mentions", chromedp.Navigate(url+"/menciones?q=ceviche&window=28d"))
		press(t, ctx, "what stands behind", `#behind summary`)
		shows(t, ctx, "what stands behind", `#behind code`)
		var count string
		run(t, ctx, "how many", chromedp.Evaluate(`document.querySelector("[data-test=count]").textContent.replace(/[^0-9,].*/s, "").replace(/,/g, "")`, &count))
		b := get(t, attr(t, `#behind a[href^="/api/"]`, "href"))
		if count == "" || !bytes.Contains(b, []byte(count)) {
			t.Errorf("the page counts %q, the call answers %.300s", count, b)
		}
		if b := get(t, "/api/v1/openapi.json"); !bytes.Contains(b, []byte(`"openapi"`)) {
			t.Errorf("no document of the API: %.100s", b)
		}
	})

	t.Run("front-end developer", func(t *testing.T) { // every component in its states, dark, on a phone
		run(t, ctx, "gallery", emulation.SetDeviceMetricsOverride(390, 844, 2, true), chromedp.Navigate(url+"/dev/components?theme=dark"))
		shows(t, ctx, "gallery", `[data-test=specimens] figure svg`)
		noSidewaysScroll(t, ctx, "/dev/components")
		var groups, blank int
		run(t, ctx, "drawings", chromedp.Evaluate(`document.querySelectorAll("[data-test=specimens]").length`, &groups),
			chromedp.Evaluate(`[...document.querySelectorAll("[data-test=specimen] svg")].filter((s) => s.getBoundingClientRect().width < 20 && !s.parentElement.closest("svg")).length`, &blank))
		if groups < 10 || blank > 0 {
			t.Errorf("%d groups of drawings, %d drawings without room", groups, blank)
		}
		press(t, ctx, "light", `main a[href*="theme=light"]`)
		shows(t, ctx, "light", `html[data-theme=light] main [data-test=specimens]`)
	})
	quiet(t, complaints)
}
