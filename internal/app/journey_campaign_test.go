package app_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"antojo/internal/metric"
)

// TestJourneyCampaign is a doubt about a rise: a food that copied texts carry is said to
// be campaign-driven, the mentions behind it are copies, and without them it is small.
func TestJourneyCampaign(t *testing.T) {
	ctx, complaints := browser(t, 1280, 900)
	url := startServer(t, "demo", "--fast", "--data", filepath.Join(t.TempDir(), "data"))
	settled(t, url)
	const week = "from=2026-11-02&to=2026-11-08" // of the planted copies of kombucha
	n := func(step string) (n int) {
		t.Helper()
		shows(t, ctx, step, `tr[data-entity=kombucha] .t-n a`)
		run(t, ctx, step, chromedp.Evaluate(`Number(document.querySelector("tr[data-entity=kombucha] .t-n a").textContent.replace(/\D/g, ""))`, &n))
		return n
	}
	choose := func(c metric.Campaigns) {
		t.Helper()
		run(t, ctx, "choose "+string(c), chromedp.Evaluate(fmt.Sprintf(`(() => { const s = document.querySelector("#f-campaign"); s.value = %q; s.dispatchEvent(new Event("change", {bubbles: true})); })()`, c), nil))
		shows(t, ctx, "chosen "+string(c), fmt.Sprintf(`#f-campaign:has(option[value=%q][selected])`, c))
	}

	page := url + "/tendencias?kind=drink&sort=name&" + week
	until(t, ctx, "copies are found in the background", page, `!!document.querySelector("[data-test=copies]")`, 2*time.Minute)
	all := n("all")
	shows(t, ctx, "its verdict", `tr[data-entity=kombucha] .t-verdict .v-campaign-driven`)
	choose(metric.ExcludeCampaigns)
	without := n("without copies")
	if all < 200 || without > all/4 {
		t.Errorf("kombucha has %d mentions, %d without copies; about 260 copies were planted", all, without)
	}
	var told bool
	run(t, ctx, "its verdict without them", chromedp.Evaluate(`!!document.querySelector("tr[data-entity=kombucha] .t-verdict .v-campaign-driven")`, &told))
	if told {
		t.Error("kombucha is campaign-driven without the copies too")
	}
	shows(t, ctx, "days are kept", `.filters form:has(input[name=from][value="2026-11-02"])`)

	press(t, ctx, "the mentions that are left", `tr[data-entity=kombucha] .t-n a`)
	shows(t, ctx, "mentions", `[data-test=count]`)
	choose(metric.OnlyCampaigns)
	shows(t, ctx, "copies", `[data-test=mention]`)
	var marked, shown int
	run(t, ctx, "count the marks", chromedp.Evaluate(`document.querySelectorAll("[data-test=mention]").length`, &shown),
		chromedp.Evaluate(`[...document.querySelectorAll("[data-test=mention]")].filter(m => m.querySelector(".campaign")).length`, &marked))
	if marked != shown || shown == 0 {
		t.Errorf("%d of %d copies are marked as such", marked, shown)
	}
	quiet(t, complaints)
}
