package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// leave does what ends in another page and waits until that page is there: the mark
// left on the old one is gone, whatever the navigation was (a form, a fragment).
func leave(t *testing.T, ctx context.Context, step string, actions ...chromedp.Action) {
	t.Helper()
	run(t, ctx, step, chromedp.Evaluate(`window.left = true`, nil), chromedp.Tasks(actions))
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var there bool // an error means that the page goes just now
		if chromedp.Run(ctx, chromedp.Evaluate(`!window.left && document.readyState === "complete"`, &there)) == nil && there {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: no other page within a minute", step)
		}
	}
}

// until looks at a page again and again until a condition in its script holds.
func until(t *testing.T, ctx context.Context, what, page, condition string, most time.Duration) {
	t.Helper()
	for deadline := time.Now().Add(most); ; {
		var ok bool
		run(t, ctx, what, chromedp.Navigate(page), chromedp.WaitVisible("h1", chromedp.ByQuery), chromedp.Evaluate(condition, &ok))
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: not within %s", what, most)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// TestJourneyWords is an analyst's care for the food words: what a text names, a word
// of one's own, that text again, a word that the mentions suggest, and back.
func TestJourneyWords(t *testing.T) {
	ctx, complaints := browser(t, 1280, 1000)
	url := startServer(t, "demo", "--fast", "--data", filepath.Join(t.TempDir(), "data"))
	const word, sentence = "Zumbalote", "Ayer comí un zumbalote con yuca y estaba riquísimo"
	try := func(step string) string {
		run(t, ctx, step, chromedp.Navigate(url+"/lexico"), chromedp.WaitVisible(`[data-test=test] textarea`, chromedp.ByQuery),
			chromedp.SendKeys(`[data-test=test] textarea`, sentence, chromedp.ByQuery))
		leave(t, ctx, step, chromedp.Click(`[data-test=test] button[type=submit]`, chromedp.ByQuery))
		return strings.ToLower(text(t, ctx, `[data-test=tested]`))
	}
	marked := func() (found bool) {
		run(t, ctx, "read the marks", chromedp.Evaluate(`[...document.querySelectorAll('[data-test=tested] mark')].some(m => m.textContent.toLowerCase() === 'zumbalote')`, &found))
		return found
	}
	if s := try("test a text"); !strings.Contains(s, "yuca") || marked() {
		t.Errorf("before the word is added the text reads %.300q", s)
	}
	run(t, ctx, "add a word", chromedp.SendKeys(`[data-test=add] input[name=name]`, word, chromedp.ByQuery),
		chromedp.SetValue(`[data-test=add] select[name=kind]`, "dish", chromedp.ByQuery))
	leave(t, ctx, "send it", chromedp.Click(`[data-test=add] button[type=submit]`, chromedp.ByQuery))
	if s := text(t, ctx, `[data-test=own]`); !strings.Contains(s, word) {
		t.Errorf("own words read %.300q", s)
	}
	if s := try("test the text again"); !marked() {
		t.Errorf("the added word is not found: %.300q", s)
	}

	leave(t, ctx, "look for new words", chromedp.Click(`[data-test=discover] form[action="/lexico/descubrir"] button`, chromedp.ByQuery))
	until(t, ctx, "new words", url+"/lexico", `document.querySelectorAll('[data-test=found]').length > 0`, 90*time.Second)
	var first string
	run(t, ctx, "the first new word", chromedp.Text(`[data-test=found] th`, &first, chromedp.ByQuery))
	leave(t, ctx, "adopt it", chromedp.Click(`[data-test=found] button[type=submit]`, chromedp.ByQuery))
	first = strings.TrimSpace(first)
	until(t, ctx, "the adopted word among one's own", url+"/lexico",
		fmt.Sprintf(`[...document.querySelectorAll('[data-test=own-row] th')].some(e => e.textContent.trim().toLowerCase() === %q)`, strings.ToLower(first)), 30*time.Second)
	var offered bool
	run(t, ctx, "it is not offered again", chromedp.Evaluate(fmt.Sprintf(`[...document.querySelectorAll('[data-test=found] th')].some(e => e.textContent.trim() === %q)`, first), &offered))
	if offered {
		t.Errorf("%q is offered after it was adopted", first)
	}
	run(t, ctx, "phone", emulation.SetDeviceMetricsOverride(390, 844, 2, true), chromedp.Navigate(url+"/lexico?q=ceviche"), chromedp.WaitVisible(`[data-test=word]`, chromedp.ByQuery))
	noSidewaysScroll(t, ctx, "/lexico")
	quiet(t, complaints)
}
