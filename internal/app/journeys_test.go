package app_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"antojo/internal/demo"
	"antojo/internal/mention"
)

// run executes actions and names the step that failed.
func run(t *testing.T, ctx context.Context, step string, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
}

// text is the visible text of the first element that matches.
func text(t *testing.T, ctx context.Context, sel string) string {
	t.Helper()
	var s string
	run(t, ctx, "read "+sel, chromedp.WaitVisible(sel, chromedp.ByQuery), chromedp.Text(sel, &s, chromedp.ByQuery))
	return s
}

func quiet(t *testing.T, complaints func() []string) {
	t.Helper()
	for _, c := range complaints() {
		t.Errorf("the browser complains: %s", c)
	}
}

// noSidewaysScroll fails when the page is wider than the window.
func noSidewaysScroll(t *testing.T, ctx context.Context, page string) {
	t.Helper()
	var over float64
	run(t, ctx, "measure "+page, chromedp.Evaluate(`document.documentElement.scrollWidth - document.documentElement.clientWidth`, &over))
	if over > 0 {
		t.Errorf("%s scrolls sideways by %.0f px", page, over)
	}
}

// settled waits until the demo's last days are all loaded and rankings asked for
// before that are forgotten, so that two pages tell the same.
func settled(t *testing.T, url string) {
	t.Helper()
	p, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	if err := demo.Tail(p, func(mention.Raw) error { want++; return nil }); err != nil {
		t.Fatal(err)
	}
	span := "/menciones?all=1&lang=en&from=" + p.TailStart().String() + "&to=" + p.End.String()
	for range 300 {
		res, err := http.Get(url + span)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(body), fmt.Sprintf("%d mentions", want)) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("the %d mentions of the last days were not loaded within 30 s", want)
}

// TestJourneyDemo is a manager's first visit to the demo: what rises, one entity,
// the mentions behind it, English, and a phone.
func TestJourneyDemo(t *testing.T) {
	ctx, complaints := browser(t, 1440, 900)
	url := startServer(t, "demo", "--fast", "--data", filepath.Join(t.TempDir(), "data"))
	settled(t, url)

	run(t, ctx, "open home", chromedp.Navigate(url), chromedp.WaitVisible(`[data-test=tiles]`, chromedp.ByQuery))
	if s := text(t, ctx, `[data-test=synthetic]`); !strings.Contains(strings.ToLower(s), "datos sintéticos") {
		t.Errorf("banner says %q", s)
	}
	var rising string
	run(t, ctx, "first rising entity", chromedp.WaitVisible(`[data-test=rising] a[href^="/entidad/"]`, chromedp.ByQuery),
		chromedp.Text(`[data-test=rising] a[href^="/entidad/"]`, &rising, chromedp.ByQuery),
		chromedp.Click(`[data-test=rising] a[href^="/entidad/"]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-test=verdict]`, chromedp.ByQuery))
	if h := text(t, ctx, "h1"); !strings.EqualFold(h, strings.TrimSpace(rising)) {
		t.Errorf("clicking %q opens the page of %q", rising, h)
	}
	if v := text(t, ctx, `[data-test=verdict]`); !strings.Contains(v, "Sube") {
		t.Errorf("the page of a rising entity says %q", v)
	}
	run(t, ctx, "to the mentions behind", chromedp.Click(`main a[href^="/menciones?"]`, chromedp.ByQuery), chromedp.WaitVisible(`[data-test=mentions]`, chromedp.ByQuery))
	var at string
	run(t, ctx, "location", chromedp.Location(&at))
	if !strings.Contains(at, "/menciones?") || !strings.Contains(at, "entity=") {
		t.Errorf("the mentions behind a figure are at %s", at)
	}
	quiet(t, complaints)

	run(t, ctx, "English", chromedp.Navigate(url+"/tendencias?lang=en"), chromedp.WaitVisible(`[data-test=trends]`, chromedp.ByQuery))
	if h := text(t, ctx, "h1"); h != "Trends" {
		t.Errorf("English page is headed %q", h)
	}
	run(t, ctx, "phone", emulation.SetDeviceMetricsOverride(390, 844, 2, true))
	for _, page := range []string{"/?lang=es", "/tendencias", "/entidad/ceviche", "/menciones", "/fuentes", "/acerca"} {
		run(t, ctx, "open "+page, chromedp.Navigate(url+page), chromedp.WaitVisible("h1", chromedp.ByQuery))
		noSidewaysScroll(t, ctx, page)
	}
	quiet(t, complaints)
}

// TestJourneyUpload is an analyst's own file: an empty start, a preview, the
// import with its rejected rows, the figures that come of it, and the live feed.
func TestJourneyUpload(t *testing.T) {
	ctx, complaints := browser(t, 1280, 900)
	url := startServer(t, "serve", "--data", filepath.Join(t.TempDir(), "data"))
	file := filepath.Join(t.TempDir(), "reseñas.csv")
	csv := "fecha,texto,estrellas\n2026-11-20,El ceviche estaba fresquísimo,5\n2026-11-20,Pésimo el lomo saltado,1\n2099-01-01,Del futuro,5\n"
	if err := os.WriteFile(file, []byte(csv), 0o644); err != nil {
		t.Fatal(err)
	}
	run(t, ctx, "empty home", chromedp.Navigate(url), chromedp.WaitVisible(`[data-test=first-run], [data-test=empty]`, chromedp.ByQuery))
	run(t, ctx, "choose a file", chromedp.Navigate(url+"/fuentes"), chromedp.WaitReady(`[data-test=upload] input[type=file]`, chromedp.ByQuery),
		chromedp.SetUploadFiles(`[data-test=upload] input[type=file]`, []string{file}, chromedp.ByQuery),
		chromedp.Click(`[data-test=upload] button[type=submit]`, chromedp.ByQuery),
		chromedp.WaitVisible(`[data-test=preview]`, chromedp.ByQuery))
	if s := text(t, ctx, "main"); !strings.Contains(s, "fresquísimo") {
		t.Errorf("the preview does not show the first row: %.300q", s)
	}
	run(t, ctx, "confirm", chromedp.Click(`[data-test=confirm]`, chromedp.ByQuery), chromedp.WaitVisible(`[data-test=run]`, chromedp.ByQuery))
	for deadline := time.Now().Add(time.Minute); ; {
		var n int
		run(t, ctx, "wait for the import", chromedp.Evaluate(`document.querySelectorAll('[data-test=rejections]').length`, &n))
		if n > 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the import did not end within a minute")
		}
		time.Sleep(200 * time.Millisecond)
	}
	if s := text(t, ctx, `[data-test=rejections]`); !strings.Contains(s, "2099") {
		t.Errorf("rejected rows read %.300q", s)
	}
	run(t, ctx, "see the mentions", chromedp.Navigate(url+"/menciones?q=fresquisimo"), chromedp.WaitVisible(`[data-test=mention]`, chromedp.ByQuery))
	if s := text(t, ctx, `[data-test=mentions]`); !strings.Contains(s, "ceviche") {
		t.Errorf("the imported mention is not found: %.300q", s)
	}
	var banner int
	run(t, ctx, "no banner", chromedp.Evaluate(`document.querySelectorAll('[data-test=synthetic]').length`, &banner))
	if banner != 0 {
		t.Error("real data carry the banner of synthetic data")
	}
	quiet(t, complaints)
}

// TestJourneyWithoutScript reads the main pages with JavaScript switched off.
func TestJourneyWithoutScript(t *testing.T) {
	ctx, complaints := browser(t, 1024, 800)
	url := startServer(t, "demo", "--fast", "--data", filepath.Join(t.TempDir(), "data"))
	run(t, ctx, "switch JavaScript off", emulation.SetScriptExecutionDisabled(true))
	run(t, ctx, "home", chromedp.Navigate(url), chromedp.WaitVisible(`[data-test=tiles]`, chromedp.ByQuery), chromedp.WaitVisible(`main svg`, chromedp.ByQuery))
	run(t, ctx, "filter by a form", chromedp.Navigate(url+"/tendencias"), chromedp.WaitVisible(`[data-test=filters] select[name=kind]`, chromedp.ByQuery),
		chromedp.SetValue(`[data-test=filters] select[name=kind]`, "drink", chromedp.ByQuery),
		chromedp.Submit(`[data-test=filters] select[name=kind]`, chromedp.ByQuery), chromedp.WaitVisible(`[data-test=trends]`, chromedp.ByQuery))
	var at string
	run(t, ctx, "location", chromedp.Location(&at))
	if !strings.Contains(at, "kind=drink") {
		t.Errorf("the form leads to %s", at)
	}
	quiet(t, complaints)
}
