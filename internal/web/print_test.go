package web_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"antojo/internal/web"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var pdfPage = regexp.MustCompile(`/Type\s*/Page\b[^s]`)

// TestPrint prints pages to PDF in a real browser: as many sheets as a reader would
// expect, the figures with their links, and none of what only serves a screen. With
// ANTOJO_PRINTS=DIR the files stay there to be looked at.
func TestPrint(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser run")
	}
	f := open(t)
	s := newSite(t, withModels(t), func(o *web.Options) { o.Reports = reporter{f} })
	for _, x := range []struct {
		name, path, link string
		least, most      int // sheets of A4
	}{
		{"hoy", "/", "/menciones?", 2, 6},
		{"entidad", "/entidad/ceviche", "/menciones?", 3, 9},
		{"informe", "/informes?product=weekly", "/acerca", 1, 4},
		{"recorrido", "/?tour=1", "/menciones?", 2, 6},
	} {
		t.Run(x.name, func(t *testing.T) {
			s.get(x.path)
			s.srv.Settle()
			ts := httptest.NewServer(s.srv)
			defer ts.Close()
			tab, _ := openTab(t, ts.URL)
			var pdf []byte
			var shown []string
			if err := chromedp.Run(tab, chromedp.Navigate(ts.URL+x.path), chromedp.WaitReady("#main", chromedp.ByQuery),
				emulation.SetEmulatedMedia().WithMedia("print"),
				chromedp.Evaluate(`[...document.querySelectorAll("nav, form, button:not(.why), .side, .filters, .foot, .tour, .tour-offer, .skip, .pager, .views, .prefs, [download]")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().width > 0).map((e) => (e.getAttribute("aria-label") || e.className || e.tagName) + "")`, &shown),
				emulation.SetEmulatedMedia().WithMedia(""),
				chromedp.ActionFunc(func(ctx context.Context) (err error) {
					pdf, _, err = page.PrintToPDF().WithPaperWidth(8.27).WithPaperHeight(11.69).WithPrintBackground(false).Do(ctx)
					return err
				})); err != nil {
				t.Fatal(err)
			}
			if dir := os.Getenv("ANTOJO_PRINTS"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, x.name+".pdf"), pdf, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			for _, e := range shown {
				t.Errorf("printed, though it only serves a screen: %s", e)
			}
			if n := len(pdfPage.FindAll(pdf, -1)); n < x.least || n > x.most {
				t.Errorf("%d sheets, want %d to %d", n, x.least, x.most)
			}
			if !bytes.Contains(pdf, []byte(x.link)) {
				t.Errorf("no link to %s: links are not kept, or the test does not see them", x.link)
			}
			for _, nav := range []string{"/ajustes", "/privacidad", "lang=en"} {
				if bytes.Contains(pdf, []byte(nav)) {
					t.Errorf("the navigation is printed: a link to %s", nav)
				}
			}
			if strings.Count(string(pdf[:8]), "%PDF-") != 1 {
				t.Errorf("not a PDF: %.8q", pdf)
			}
		})
	}
}
