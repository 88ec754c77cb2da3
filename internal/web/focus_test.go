package web_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestReasonOnFocus: by keyboard alone the reasons of a verdict show when its chip gets
// the focus, go with Escape while the focus stays, come and go with Enter, and go when
// the focus goes; in browsers that do it by themselves and in those for which the script does.
func TestReasonOnFocus(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	s := newSite(t)
	s.get("/tendencias")
	s.srv.Settle()
	for _, c := range []struct {
		name string
		own  bool // the browser shows them by itself
	}{{"browser", true}, {"script", false}} {
		t.Run(c.name, func(t *testing.T) {
			ts := httptest.NewServer(s.srv)
			if !c.own { // pages as a browser sees them that has never heard of interestfor
				ts.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					r.Header.Del("Accept-Encoding")
					rec := httptest.NewRecorder()
					s.srv.ServeHTTP(rec, r)
					maps.Copy(w.Header(), rec.Header())
					w.Header().Del("Content-Length")
					w.WriteHeader(rec.Code)
					if _, err := io.WriteString(w, strings.ReplaceAll(rec.Body.String(), " interestfor=", " data-was=")); err != nil {
						t.Log(err)
					}
				})
			}
			t.Cleanup(ts.Close)
			tab, complaints := openTab(t, ts.URL)
			var knows bool
			if !c.own {
				if err := chromedp.Run(tab, chromedp.ActionFunc(func(ctx context.Context) error {
					_, err := page.AddScriptToEvaluateOnNewDocument(`delete HTMLButtonElement.prototype.interestForElement`).Do(ctx)
					return err
				})); err != nil {
					t.Fatal(err)
				}
			}
			if err := chromedp.Run(tab, chromedp.Navigate(ts.URL+"/tendencias"), chromedp.WaitReady("#main", chromedp.ByQuery),
				chromedp.Evaluate(`"interestForElement" in HTMLButtonElement.prototype`, &knows)); err != nil {
				t.Fatal(err)
			}
			if knows != c.own {
				t.Skipf("this Chromium knows interestfor: %v", knows)
			}
			press := func(key string, shift bool) {
				t.Helper()
				var mod []chromedp.KeyOption
				if shift {
					mod = append(mod, chromedp.KeyModifiers(input.ModifierShift))
				}
				if err := chromedp.Run(tab, chromedp.KeyEvent(key, mod...)); err != nil {
					t.Fatal(err)
				}
			}
			// Which chip has the focus, and whose reasons are shown; "" = none.
			want := func(step, focus, open string) {
				t.Helper()
				var got []string
				for start := time.Now(); time.Since(start) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
					if err := chromedp.Run(tab, chromedp.Evaluate(`[document.activeElement?.getAttribute("popovertarget") || "", document.querySelector(".pop:popover-open")?.id || ""]`, &got)); err != nil {
						t.Fatal(err)
					}
					if got[0] == focus && got[1] == open {
						return
					}
				}
				t.Fatalf("%s: focus at %q, shown %q; want %q and %q", step, got[0], got[1], focus, open)
			}
			var ids []string
			if err := chromedp.Run(tab, chromedp.Evaluate(`(() => { const chips = [...document.querySelectorAll("[data-test=trends] button.why")]; chips[0].closest("tr").querySelector("input").focus(); return chips.map((b) => b.getAttribute("popovertarget")); })()`, &ids)); err != nil {
				t.Fatal(err)
			}
			id := ids[0]
			want("before", "", "")
			press(kb.Tab, false)
			want("the chip has the focus", id, id)
			var name string
			if err := chromedp.Run(tab, chromedp.Evaluate(fmt.Sprintf(`document.getElementById(%q).innerText`, id), &name)); err != nil || name == "" {
				t.Errorf("the reasons say nothing: %q, %v", name, err)
			}
			press(kb.Escape, false)
			want("Escape", id, "")
			press(kb.Enter, false)
			want("Enter", id, id)
			press(kb.Enter, false)
			want("Enter again", id, "")
			press(kb.Tab, true)
			want("back", "", "")
			press(kb.Tab, false)
			want("the chip has the focus again", id, id)
			press(kb.Tab, false)
			want("the focus is gone", "", "")
			for _, say := range complaints() {
				t.Error(say)
			}
		})
	}
}
