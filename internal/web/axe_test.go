package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"antojo/internal/metric"
	"antojo/internal/store"
	"antojo/internal/web"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axeFile is the rule engine of the accessibility test (npm ci in assets/web). It is
// handed to the browser by the debugger; no page of ours ever names it.
const axeFile = "../../assets/web/node_modules/axe-core/axe.min.js"

// browsedPages are the pages that a real browser looks at: one of each kind.
func browsedPages(s site) []string {
	list := []string{"/", "/?tour=2", "/tendencias", "/tendencias?tour=3", "/comparar?e=ceviche&e=causa", "/entidad/ceviche", "/preferencias", "/mapa", "/mapa?department=15", "/en-vivo", "/menciones?q=ceviche", "/alertas", "/lexico", "/sql?q=FROM+kpi_day+LIMIT+3", "/fuentes", "/acerca", "/no-existe", "/preguntar", "/informes", "/informes?product=monthly", "/informes?product=studio", "/modelos", "/privacidad", "/encuestas", "/ajustes", "/vistas?url=%2Ftendencias", "/dev/components"}
	ms, _, err := s.store.Mentions(s.t.Context(), metric.Filter{}, store.Page{Limit: 1})
	if err != nil || len(ms) == 0 {
		s.t.Fatalf("no mention to look at: %v", err)
	}
	return append(list, "/mencion/"+ms[0].ID.String())
}

// observer counts layout shifts from the first paint on.
const observer = `window.__shift = 0; window.__moved = [];
new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) {
	window.__shift += e.value;
	for (const s of e.sources || []) window.__moved.push(s.node ? String(s.node.id || (s.node.getAttribute && s.node.getAttribute("class")) || s.node.nodeName) : "?");
} }).observe({ type: "layout-shift", buffered: true });`

// maxShift is the cumulative layout shift that a load may have: a tenth of what counts
// as good (0.1). On a busy machine the font comes after the first paint and moves the
// figures of a table by a part of a pixel: 0.0015 was seen.
const maxShift = 0.01

type violation struct {
	ID, Impact, Help string
	Nodes            []struct {
		HTML           string
		Target         []any
		FailureSummary string
	}
}

// TestAccessible opens every kind of page in a real Chromium, in both languages, both
// themes, wide and narrow, and lets axe-core judge it against WCAG 2.2 A and AA and
// its best practices. On the way: nothing moves while a page loads, no page is wider
// than the window, no script fails, no request leaves the host.
func TestAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	axe, err := os.ReadFile(axeFile)
	if err != nil {
		t.Skip("axe-core is not there: (cd assets/web && npm ci)")
	}
	s := newSite(t, withModels(t), func(o *web.Options) { o.Reports, o.Reader = reporter{open(t)}, &cuts{} })
	paths := append(browsedPages(s), "/mencion/"+firstMention(t, s, "/menciones?q=ceviche")+"?why=aspects")
	for _, p := range paths { // what is made in the background is there when the browser asks
		s.get(p)
	}
	s.srv.Settle()
	ts := httptest.NewServer(s.srv)
	t.Cleanup(ts.Close)
	tab, complaints := openTab(t, ts.URL)
	if err := chromedp.Run(tab, chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(observer).Do(ctx)
		return err
	})); err != nil {
		t.Fatal(err)
	}
	for _, look := range []struct {
		lang  string
		width int64
	}{{"es", 1440}, {"en", 390}} {
		for _, path := range paths {
			t.Run(look.lang+path, func(t *testing.T) {
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				var shift float64
				var moved []string
				var wide bool
				if err := chromedp.Run(tab,
					emulation.SetDeviceMetricsOverride(look.width, 900, 1, look.width < 600),
					chromedp.Navigate(ts.URL+path+sep+"theme=light&lang="+look.lang),
					chromedp.WaitReady("#main", chromedp.ByQuery),
					chromedp.Evaluate(`new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`, nil, awaited),
					chromedp.Evaluate(`window.__shift`, &shift), chromedp.Evaluate(`window.__moved`, &moved),
					chromedp.Evaluate(fmt.Sprintf(`document.documentElement.scrollWidth > %d`, look.width), &wide), // innerWidth grows with what is too wide
					chromedp.Evaluate(string(axe)+";true", nil),
				); err != nil {
					t.Fatal(err)
				}
				if shift > maxShift {
					t.Errorf("the layout shifts by %.4f while loading: %v", shift, moved)
				}
				if wide {
					t.Errorf("wider than a window of %d px", look.width)
				}
				for _, theme := range []string{"light", "dark"} {
					for _, v := range judge(t, tab, theme) {
						t.Errorf("%s, %s: %s", theme, v.ID, v.Help)
						for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
							t.Logf("  %v %.200s\n%.300s", n.Target, n.HTML, n.FailureSummary)
						}
					}
				}
				for _, c := range complaints() {
					t.Error(c)
				}
			})
		}
	}
}

// judge runs axe-core over the open page in one theme.
func judge(t *testing.T, tab context.Context, theme string) []violation {
	t.Helper()
	var out string
	script := fmt.Sprintf(`document.documentElement.dataset.theme = %q;
axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) => JSON.stringify(r.violations))`, theme)
	if err := chromedp.Run(tab, chromedp.Evaluate(script, &out, awaited)); err != nil {
		t.Fatal(err)
	}
	var vs []violation
	if err := json.Unmarshal([]byte(out), &vs); err != nil {
		t.Fatal(err)
	}
	return vs
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// openTab starts a headless Chromium and collects what a visitor must never cause:
// exceptions and requests to another host.
func openTab(t *testing.T, origin string, more ...chromedp.ExecAllocatorOption) (tab context.Context, complaints func() []string) {
	t.Helper()
	var bin string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			bin = p
			break
		}
	}
	if bin == "" {
		t.Skip("no Chromium on this machine: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(bin), chromedp.NoSandbox, chromedp.DisableGPU, // its profile is a temporary folder that chromedp removes: a late process may still write there
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	opts = append(opts, more...)
	alloc, stop := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, cancel := chromedp.NewContext(alloc)
	ctx, late := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(func() { late(); cancel(); stop() })
	var mu sync.Mutex
	var found []string
	chromedp.ListenTarget(ctx, func(ev any) {
		say := ""
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			say = "exception: " + ev.ExceptionDetails.Error()
		case *network.EventRequestWillBeSent:
			if u := ev.Request.URL; !strings.HasPrefix(u, origin+"/") && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
				say = "request leaves the host: " + u
			}
		}
		if say != "" {
			mu.Lock()
			found = append(found, say)
			mu.Unlock()
		}
	})
	if err := chromedp.Run(ctx, network.Enable()); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx, func() []string {
		mu.Lock()
		defer mu.Unlock()
		all := found
		found = nil
		return all
	}
}
