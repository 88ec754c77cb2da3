package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"antojo/internal/deliver"
	"antojo/internal/deliver/channel"
	"antojo/internal/web"
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

// oneReport makes one report of every product.
type oneReport struct{}

func (oneReport) Check(string) error              { return nil }
func (oneReport) Period(string, time.Time) string { return "2026-W46" }
func (oneReport) Make(context.Context, string, string, string) (deliver.Document, error) {
	return deliver.Document{Title: "El ceviche <sube>", Period: "2026-W46", Text: "Una <frase> del informe."}, nil
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
