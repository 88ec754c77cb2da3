package web_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"antojo/internal/web"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// jumper measures what the browser's own account of layout shifts leaves out: parts
// that stand elsewhere after main has been replaced by a newer one. It is counted in
// the same way: the share of the window that a moved part covers before and after,
// times how far it moved as a share of the longer side of the window.
const jumper = `window.__jump = 0; window.__jumped = [];
(() => {
	let last = null;
	const look = () => {
		const out = new Map();
		for (const el of document.querySelectorAll("main > *, main .card, main .tiles, footer")) {
			const key = el.dataset.test || el.id || el.className;
			if (key && !out.has(key)) out.set(key, el.getBoundingClientRect());
		}
		return out;
	};
	const seen = (r) => [Math.max(0, Math.min(innerHeight, r.top)), Math.max(0, Math.min(innerHeight, r.bottom))];
	addEventListener("load", () => requestAnimationFrame(() => { last = look(); }));
	new MutationObserver((ms) => {
		if (!last || !ms.some((m) => [...m.addedNodes].some((n) => n.nodeName === "MAIN"))) return;
		const now = look();
		let worst = 0, area = 0;
		for (const [key, was] of last) {
			const is = now.get(key);
			if (!is || Math.abs(is.top - was.top) < 1) continue;
			const [a, b] = seen(was), [c, d] = seen(is);
			if (a === b && c === d) continue;
			worst = Math.max(worst, Math.min(innerHeight, Math.abs(is.top - was.top)));
			area = Math.max(area, (Math.max(b, d) - Math.min(a, c)) * Math.min(innerWidth, is.width));
			window.__jumped.push(key + " " + Math.round(was.top) + " → " + Math.round(is.top));
		}
		window.__jump += area / (innerWidth * innerHeight) * worst / Math.max(innerWidth, innerHeight);
		last = now;
	}).observe(document, {childList: true, subtree: true});
})();`

// most that a page may move in all while it loads and while its slow parts come. Good
// is below 0.1 (web.dev/cls); ours are asked for a fifth of that.
const mostMoved = 0.02

// TestNothingMoves opens each main page on a server that has computed nothing yet, in a
// browser that runs scripts, so that slow parts come later; it waits until all are
// there and asks how much has moved meanwhile.
func TestNothingMoves(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	tab, complaints := openTab(t, "http://127.0.0.1")
	if err := chromedp.Run(tab, chromedp.ActionFunc(func(ctx context.Context) error {
		for _, script := range []string{observer, jumper} {
			if _, err := page.AddScriptToEvaluateOnNewDocument(script).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})); err != nil {
		t.Fatal(err)
	}
	later := 0
	for _, look := range []struct{ width, height int64 }{{1440, 900}, {390, 844}} {
		for _, path := range []string{"/", "/tendencias", "/tendencias?by=aspect", "/entidad/ceviche", "/preferencias", "/mapa", "/comparar?e=ceviche&e=causa", "/menciones?q=ceviche", "/informes?product=weekly", "/fuentes", "/acerca", "/modelos", "/en-vivo", "/dev/components"} {
			name := path
			if look.width < 600 {
				name += " on a phone"
			}
			t.Run(name, func(t *testing.T) {
				f := open(t)
				s := newSite(t, withModels(t), func(o *web.Options) { o.Reports = reporter{f} })
				ts := httptest.NewServer(s.srv)
				defer ts.Close()
				var coming, there bool
				var shift, jump float64
				var moved, jumped []string
				var wide int64
				err := chromedp.Run(tab,
					network.SetCookie("scripts", "1").WithURL(ts.URL), network.SetCookie("tour", "1").WithURL(ts.URL), network.SetCookie("theme", "light").WithURL(ts.URL),
					emulation.SetDeviceMetricsOverride(look.width, look.height, 1, look.width < 600),
					chromedp.Navigate(ts.URL+path), chromedp.WaitReady("#main", chromedp.ByQuery),
					chromedp.Evaluate(`!!document.querySelector("[data-coming]")`, &coming))
				for start := time.Now(); err == nil && !there; time.Sleep(50 * time.Millisecond) {
					err = chromedp.Run(tab, chromedp.Evaluate(`!document.querySelector("[data-coming]") && document.readyState === "complete"`, &there))
					if time.Since(start) > time.Minute {
						t.Fatal("parts of the page did not come within a minute")
					}
				}
				if err == nil {
					err = chromedp.Run(tab, chromedp.Evaluate(`new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`, nil, awaited),
						chromedp.Evaluate(`window.__shift`, &shift), chromedp.Evaluate(`window.__moved`, &moved), chromedp.Evaluate(`window.__jump`, &jump), chromedp.Evaluate(`window.__jumped`, &jumped), chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide))
				}
				if err != nil {
					t.Fatal(err)
				}
				if coming {
					later++
				}
				if wide > look.width {
					t.Errorf("%d px wide in a window of %d px", wide, look.width)
				}
				t.Logf("shift %.4f, jump %.4f, in two steps: %v", shift, jump, coming)
				if shift+jump > mostMoved {
					t.Errorf("moves by %.4f while it loads and by %.4f when its slow parts come, at most %.2f in all: %v; %s", shift, jump, mostMoved, moved, strings.Join(jumped, ", "))
				}
			})
		}
	}
	if later < 4 {
		t.Errorf("%d pages came in two steps, want at least 4: else this tests nothing", later)
	}
	for _, c := range complaints() {
		if !strings.Contains(c, "http://127.0.0.1:") { // each page has a server of its own
			t.Error(c)
		}
	}
}
