package web_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestSwapKeepsPlace: a page that asks again for what comes later leaves the reader where
// they are: the keyboard stays at the same link though it has no id, and what was opened
// stays open.
func TestSwapKeepsPlace(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	s := newSite(t)
	ts := httptest.NewServer(s.srv)
	t.Cleanup(ts.Close)
	tab, _ := openTab(t, ts.URL)
	do := func(as ...chromedp.Action) {
		t.Helper()
		if err := chromedp.Run(tab, as...); err != nil {
			t.Fatal(err)
		}
	}
	var was, is struct {
		Href string
		Nth  int
		Part string
		Open bool
	}
	const where = `(() => { const e = document.activeElement; const href = e.getAttribute("href") ?? e.tagName; return {
		href, nth: [...document.querySelectorAll("a")].indexOf(e), open: document.querySelector("#behind").open,
		part: e.closest("[id]")?.id ?? ""}; })()`
	do(chromedp.Navigate(ts.URL+"/menciones?q=ceviche"), chromedp.WaitReady("#behind", chromedp.ByQuery),
		chromedp.Click("#behind summary", chromedp.ByQuery),
		chromedp.Evaluate(`(() => { const as = [...document.querySelectorAll("main a[href]:not([id])")].filter((a) => a.checkVisibility()); as[as.length - 2].focus(); document.querySelector("main").dataset.old = "1"; })()`, nil),
		chromedp.Evaluate(where, &was),
		chromedp.Evaluate(`dispatchEvent(new PopStateEvent("popstate"))`, nil))
	if was.Nth < 0 || !was.Open {
		t.Fatalf("the keyboard is at %+v before: no link, or nothing opened", was)
	}
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		var swapped bool
		if do(chromedp.Evaluate(`!document.querySelector("main").dataset.old`, &swapped)); swapped {
			break
		}
		if time.Since(start) > 30*time.Second {
			t.Fatal("the page did not ask again")
		}
	}
	if do(chromedp.Evaluate(where, &is)); is != was {
		t.Errorf("the keyboard was at %+v, now at %+v", was, is)
	}
}
