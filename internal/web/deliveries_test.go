package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"antojo/internal/brief/report"
	"antojo/internal/deliver"
	"antojo/internal/deliver/channel"
	"antojo/internal/web"
	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
)

// post joins the real book and sender of deliveries for the page.
type post struct {
	*deliver.Sender
	*deliver.Book
}

func (p post) Log() ([]deliver.Event, error)                    { return p.Book.Log() }
func (p post) Add(x deliver.Schedule) (deliver.Schedule, error) { return p.Sender.Add(x) }
func (p post) Known(token string) error                         { _, err := p.Unsubscriber(token); return err }
func (p post) Unsubscribe(token string) error                   { return p.Book.Unsubscribe(token, time.Now()) }
func (p post) Channels() []string                               { return []string{deliver.Email, deliver.Webhook} }
func (p post) Preview(ctx context.Context, id string) (deliver.Document, error) {
	x, err := p.Schedule(id)
	if err != nil {
		return deliver.Document{}, err
	}
	m, err := p.Message(ctx, x, "")
	return m.Document, err
}
func (p post) Send(ctx context.Context, id, period string, again bool) (deliver.Event, error) {
	return p.Sender.Send(ctx, id, period, again)
}

// oneReport makes one report of every product.
type oneReport struct{}

func (oneReport) Check(string) error              { return nil }
func (oneReport) Period(string, time.Time) string { return "2026-W46" }
func (oneReport) Make(context.Context, string, string, string) (deliver.Document, error) {
	d := report.Document{Product: "weekly", Lang: "es", Title: "El ceviche <sube>", Parts: []report.Part{{
		Title:  "Lo que <sube>",
		Text:   []report.Sentence{{{Text: "Una <frase> del informe."}}},
		Tables: []report.Table{{Title: "Los platos", Cols: []report.Col{{Title: "Plato"}, {Title: "Menciones", Num: true}}, Rows: [][]string{{"el <menú>", "12"}, {"ceviche", "9"}}}},
	}}}
	page, err := d.Fragment()
	return deliver.Document{Title: d.Title, Period: "2026-W46", Text: "Una <frase> del informe.", Page: string(page)}, err
}

func deliverySite(t *testing.T) (site, *deliver.Book) {
	t.Helper()
	b, err := deliver.OpenBook(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	mail, err := channel.NewMail(channel.SMTP{Addr: "127.0.0.1:1", From: "informes@antojo.example"})
	if err != nil {
		t.Fatal(err)
	}
	s := &deliver.Sender{Book: b, Maker: oneReport{}, Channels: map[string]deliver.Channel{deliver.Email: mail, deliver.Webhook: channel.Hook{}}}
	return newSite(t, func(o *web.Options) { o.Deliveries = post{s, b} }), b
}

func TestDeliveries(t *testing.T) {
	s, b := deliverySite(t)
	form := url.Values{"product": {"weekly"}, "channel": {"email"}, "to": {"ana.quispe@example.org"}, "every": {"weekly"}, "weekday": {"1"}, "hour": {"8"}}
	cross := httptest.NewRequest(http.MethodPost, "/informes/envios", strings.NewReader(form.Encode()))
	cross.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := s.do(cross); w.Code != http.StatusForbidden {
		t.Errorf("a foreign page may add: %d", w.Code)
	}
	if w := s.submit("/informes/envios", form); w.Code != http.StatusSeeOther {
		t.Fatalf("add: %d", w.Code)
	}
	list, err := b.Schedules()
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	for _, lang := range []string{"es", "en"} {
		d := s.doc("/informes/envios?lang=" + lang + "&vista=" + list[0].ID)
		body := text(d.Find("main"))
		if strings.Contains(body, "ana.quispe") || strings.Contains(body, "⟦") || !strings.Contains(body, "a…@example.org") || !strings.Contains(body, "Una <frase> del informe.") {
			t.Errorf("%s: %s", lang, body)
		}
	}
	// A preview reads as the report does: headings and tables, and no markup of its text.
	view := s.doc("/informes/envios?vista=" + list[0].ID).Find("[data-test=preview]")
	if h := view.Find("h2, h3").FilterFunction(func(_ int, x *goquery.Selection) bool { return text(x) == "Lo que <sube>" }); h.Length() != 1 {
		t.Errorf("heading of the part: %d", h.Length())
	}
	var rows []string
	view.Find("table tr").Each(func(_ int, x *goquery.Selection) {
		var cells []string
		x.Find("th, td").Each(func(_ int, y *goquery.Selection) { cells = append(cells, text(y)) })
		rows = append(rows, strings.Join(cells, "|"))
	})
	if d := cmp.Diff([]string{"Plato|Menciones", "el <menú>|12", "ceviche|9"}, rows); d != "" {
		t.Errorf("table of the preview: %s", d)
	}
	for name, change := range map[string][2]string{"the same again": {"to", "ana.quispe@example.org"}, "inside the network": {"to", "https://127.0.0.1/x"}, "no address": {"to", "ana"}, "hour": {"hour", "25"}, "product": {"every", "hourly"}} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(change[0], change[1])
		if name == "inside the network" {
			bad.Set("channel", "webhook")
		}
		if w := s.submit("/informes/envios", bad); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `data-test="fault"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	hook := url.Values{"product": {"weekly"}, "channel": {"webhook"}, "to": {"https://hooks.example.org/x"}, "every": {"daily"}, "weekday": {"1"}, "hour": {"8"}}
	if w := s.submit("/informes/envios", hook); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "whsec_") {
		t.Errorf("webhook: %d", w.Code)
	}
	if w := s.get("/informes/envios"); strings.Contains(w.Body.String(), "whsec_") {
		t.Error("the secret is shown again")
	}
	if w := s.submit("/informes/envios/quitar", url.Values{"id": {list[0].ID}}); w.Code != http.StatusSeeOther {
		t.Errorf("remove: %d", w.Code)
	}
	if list, _ := b.Schedules(); len(list) != 1 || list[0].Channel != deliver.Webhook {
		t.Errorf("left: %d", len(list))
	}
}

// TestSendNow: one button sends a schedule at once, its outcome is in the log, and what
// was sent before goes out again only when that is confirmed.
func TestSendNow(t *testing.T) {
	var got atomic.Int64
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got.Add(1) }))
	t.Cleanup(receiver.Close)
	s, b := deliverySite(t)
	x, err := b.Add(deliver.Schedule{Product: "weekly", Lang: "es", Every: deliver.Monthly, Day: 1, Hour: 8, Channel: deliver.Webhook, To: receiver.URL, Private: true})
	if err != nil {
		t.Fatal(err)
	}
	send := func(again string) *goquery.Document {
		t.Helper()
		w := s.submit("/informes/envios/enviar", url.Values{"id": {x.ID}, "again": {again}})
		d, err := goquery.NewDocumentFromReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := send(""); d.Find("[data-test=sent].ok").Length() != 1 || d.Find("[data-test=event]").Length() != 1 || got.Load() != 1 {
		t.Errorf("first: %d received, page says %q", got.Load(), text(d.Find("main")))
	}
	d := send("")
	if d.Find("[data-test=fault]").Length() != 1 || d.Find("[data-test=again] input[name=id]").AttrOr("value", "") != x.ID || got.Load() != 1 {
		t.Errorf("second: %d received, page says %q", got.Load(), text(d.Find("main")))
	}
	if d := send("1"); d.Find("[data-test=sent].ok").Length() != 1 || got.Load() != 2 {
		t.Errorf("again: %d received, page says %q", got.Load(), text(d.Find("main")))
	}
	if w := s.submit("/informes/envios/enviar", url.Values{"id": {"0a1b2c3d4e5f"}}); w.Code != http.StatusNotFound {
		t.Errorf("unknown schedule: %d", w.Code)
	}
	if w := s.get("/informes/envios/enviar?id=" + x.ID); w.Code == http.StatusOK || got.Load() != 2 {
		t.Errorf("a link sends: %d, %d received", w.Code, got.Load())
	}
}

func TestUnsubscribe(t *testing.T) {
	s, b := deliverySite(t)
	x, err := b.Add(deliver.Schedule{Product: "weekly", Lang: "es", Every: deliver.Daily, Channel: deliver.Email, To: "ana@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	path := "/envios/baja?t=" + url.QueryEscape(b.Token(x.ID))
	if w := s.get("/envios/baja?t=" + x.ID + ".AAAA"); w.Code != http.StatusNotFound {
		t.Errorf("a link that was not made here: %d", w.Code)
	}
	if w := s.get(path); w.Code != http.StatusOK {
		t.Errorf("GET: %d", w.Code)
	}
	if list, _ := b.Schedules(); len(list) != 1 {
		t.Error("opening the link is enough to end it")
	}
	// RFC 8058: what a mail program posts, without cookies and origin.
	if w := s.submit(path, url.Values{"List-Unsubscribe": {"One-Click"}}); w.Code != http.StatusOK {
		t.Errorf("POST: %d", w.Code)
	}
	if list, _ := b.Schedules(); len(list) != 0 {
		t.Error("still there")
	}
	if w := s.submit(path, nil); w.Code != http.StatusOK {
		t.Errorf("again: %d", w.Code)
	}
}
