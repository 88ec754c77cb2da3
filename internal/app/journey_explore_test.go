package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// shows waits until the page is loaded and something that matches is visible. It asks the page anew
// each time: a page in two steps replaces its main part, and with it what was found.
func shows(t *testing.T, ctx context.Context, step, sel string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var there bool
		script := fmt.Sprintf(`document.readyState === "complete" && !!document.querySelector(%q)?.checkVisibility() && !document.querySelector("main[aria-busy=true]")`, sel)
		if chromedp.Run(ctx, chromedp.Evaluate(script, &there)) == nil && there {
			return
		}
		if time.Now().After(deadline) {
			var at, main string
			_ = chromedp.Run(ctx, chromedp.Location(&at), chromedp.Evaluate(`document.querySelector("main").getAttribute("aria-busy") + " " + document.querySelector("main").innerText.slice(0, 600)`, &main))
			t.Fatalf("%s: %s is not shown at %s within a minute, but: %s", step, sel, at, main)
		}
	}
}

// press clicks with the mouse on the middle of what matches, where it is by then.
func press(t *testing.T, ctx context.Context, step, sel string) {
	t.Helper()
	shows(t, ctx, step, sel)
	var at []float64
	run(t, ctx, step, chromedp.Evaluate(fmt.Sprintf(`(() => { const e = document.querySelector(%q); e.scrollIntoView({block: "center", behavior: "instant"}); const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`, sel), &at))
	run(t, ctx, step, chromedp.MouseClickXY(at[0], at[1]))
}

// TestJourneyExplore is an analyst's round: sort and tick trends, see them side by
// side, a chart by keyboard and as a table, then a mention: why, and what is right.
func TestJourneyExplore(t *testing.T) {
	ctx, complaints := browser(t, 1024, 900)
	url := startServer(t, "demo", "--fast", "--data", filepath.Join(t.TempDir(), "data"))
	settled(t, url)

	run(t, ctx, "trends", chromedp.Navigate(url+"/tendencias"))
	press(t, ctx, "sort by growth", `th.h-growth a`)
	shows(t, ctx, "sorted by growth", `th.h-growth[aria-sort=descending]`)
	noSidewaysScroll(t, ctx, "/tendencias")
	var cut bool
	run(t, ctx, "measure the table", chromedp.Evaluate(`(() => { const s = document.querySelector("[data-test=trends] .scroll"); return s.scrollWidth > s.clientWidth; })()`, &cut))
	if cut {
		t.Error("the table of trends is wider than its card at 1,024 px")
	}
	press(t, ctx, "tick the first", `tbody tr:nth-child(1) input[name=e]`)
	press(t, ctx, "tick the second", `tbody tr:nth-child(2) input[name=e]`)
	var ticked []string
	const ticks = `[...new FormData(document.querySelector("#picks")).getAll("e")].sort()`
	run(t, ctx, "what is ticked", chromedp.Evaluate(ticks, &ticked))
	if len(ticked) != 2 {
		t.Fatalf("ticked %v, want two", ticked)
	}
	press(t, ctx, "sort by mentions", `th.h-mentions a`)
	shows(t, ctx, "sorted by mentions", `th.h-mentions[aria-sort]`)
	var still []string
	run(t, ctx, "what is still ticked", chromedp.Evaluate(ticks, &still))
	if strings.Join(still, " ") != strings.Join(ticked, " ") {
		t.Errorf("after sorting %v are ticked, before %v", still, ticked)
	}
	press(t, ctx, "compare", `[data-test=compare]`)
	shows(t, ctx, "side by side", `#abreast svg.chart`)
	var rows int
	run(t, ctx, "rows", chromedp.Evaluate(`document.querySelectorAll("[data-test=figures] tbody tr").length`, &rows))
	if rows != 2 {
		t.Errorf("%d entities side by side, want 2", rows)
	}
	run(t, ctx, "the chart by keyboard", chromedp.Focus(`#abreast a-chart`, chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft))
	if s := text(t, ctx, "#abreast .readout"); !strings.Contains(s, "2026") {
		t.Errorf("the chart reads %q", s)
	}
	press(t, ctx, "as a table", `#abreast [data-key="table-abreast"]`)
	shows(t, ctx, "as a table", `#abreast table[data-twin]`)
	var at string
	run(t, ctx, "location", chromedp.Location(&at))
	if !strings.Contains(at, "table=abreast") {
		t.Errorf("the address %s does not say that it is a table", at)
	}

	run(t, ctx, "mentions", chromedp.Navigate(url+"/menciones?sentiment=neg"))
	press(t, ctx, "a mention", `[data-test=mention] .meta a`)
	shows(t, ctx, "a mention", `[data-test=labels]`)
	press(t, ctx, "why", `a[data-swap][href*="why=sentiment"]`)
	shows(t, ctx, "the words that count", `[data-test=why] .why-text`)
	press(t, ctx, "correct it", `button[value="sentiment=pos"]`)
	shows(t, ctx, "corrected", `[data-test=labels] [data-test=corrected]`)
	if s := text(t, ctx, `[data-test=labels] [data-test=corrected]`); !strings.Contains(s, "Negativa") {
		t.Errorf("the corrected label says %q", s)
	}
	quiet(t, complaints)
}
