package web_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestReasonOnHover: the reasons of a verdict show while the pointer rests on
// it, and by a click in browsers that know neither.
func TestReasonOnHover(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	s := newSite(t)
	s.get("/tendencias")
	s.srv.Settle()
	ts := httptest.NewServer(s.srv)
	t.Cleanup(ts.Close)
	tab, _ := openTab(t, ts.URL)
	const chip = `document.querySelector("[data-test=trends] button.why")`
	shown := func(how string, want bool) {
		t.Helper()
		var open bool
		for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
			if err := chromedp.Run(tab, chromedp.Evaluate(`!!document.querySelector(".pop:popover-open")`, &open)); err != nil {
				t.Fatal(err)
			}
			if open == want {
				return
			}
		}
		t.Fatalf("%s: the reasons are shown: %v, want %v", how, open, want)
	}
	var knows bool
	var at []float64
	if err := chromedp.Run(tab, chromedp.Navigate(ts.URL+"/tendencias"), chromedp.WaitReady("#main", chromedp.ByQuery),
		chromedp.Evaluate(`"interestForElement" in HTMLButtonElement.prototype`, &knows),
		chromedp.Evaluate(fmt.Sprintf(`(() => { const e = %s; e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, chip), &at)); err != nil {
		t.Fatal(err)
	}
	if knows {
		if err := chromedp.Run(tab, input.DispatchMouseEvent(input.MouseMoved, at[0], at[1])); err != nil {
			t.Fatal(err)
		}
		shown("pointer on the chip", true)
		if err := chromedp.Run(tab, input.DispatchMouseEvent(input.MouseMoved, 5, 5)); err != nil {
			t.Fatal(err)
		}
		shown("pointer gone", false)
	} else {
		t.Log("this Chromium does not know interestfor: only the click is tested")
	}
	if err := chromedp.Run(tab, chromedp.MouseClickXY(at[0], at[1])); err != nil {
		t.Fatal(err)
	}
	shown("clicked", true)
}
