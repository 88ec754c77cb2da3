package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"antojo/assets"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/product"
	"antojo/internal/deliver"
	"antojo/internal/deliver/channel"
	"antojo/internal/mention"
	"antojo/internal/panel/locale"
	"antojo/internal/trend/alert"
	"antojo/internal/web"
)

// deliverEvery is how often it is looked whether a report is due.
const deliverEvery = 30 * time.Second

// secretOf reads a variable, or the file that NAME_FILE names.
func secretOf(name string) (string, error) {
	path := os.Getenv(name + "_FILE")
	if path == "" {
		return os.Getenv(name), nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("$%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(b)), nil
}

// channels are those that the environment sets up. Slack, Teams and webhooks need
// nothing but an address.
func channels() (map[string]deliver.Channel, error) {
	out := map[string]deliver.Channel{deliver.Webhook: channel.Hook{}, deliver.Slack: channel.NewSlack(), deliver.Teams: channel.NewTeams()}
	if addr := os.Getenv("ANTOJO_SMTP_ADDR"); addr != "" {
		password, err := secretOf("ANTOJO_SMTP_PASSWORD")
		if err != nil {
			return nil, err
		}
		out[deliver.Email], err = channel.NewMail(channel.SMTP{Addr: addr, From: os.Getenv("ANTOJO_SMTP_FROM"), User: os.Getenv("ANTOJO_SMTP_USER"), Password: password, TLS: os.Getenv("ANTOJO_SMTP_TLS")})
		if err != nil {
			return nil, fmt.Errorf("$ANTOJO_SMTP_*: %w", err)
		}
	}
	token, err := secretOf("ANTOJO_TELEGRAM_TOKEN")
	if err != nil {
		return nil, err
	}
	if token != "" {
		if out[deliver.Telegram], err = channel.NewTelegram(channel.TelegramAPI, token); err != nil {
			return nil, fmt.Errorf("$ANTOJO_TELEGRAM_TOKEN: %w", err)
		}
	}
	return out, nil
}

// publicURL is where the pages are reached from outside, for links in messages, and
// its host.
func publicURL() (base, host string, err error) {
	base = strings.TrimSuffix(os.Getenv("ANTOJO_PUBLIC_URL"), "/")
	if base == "" {
		return "", "", nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		return "", "", fmt.Errorf("$ANTOJO_PUBLIC_URL %q: want an address such as https://antojo.example.org", base)
	}
	return base, strings.ToLower(u.Hostname()), nil
}

// sender sends what m makes; without m it can only be asked what there is.
func (c *cli) sender(m deliver.Maker) (*deliver.Sender, error) {
	chans, err := channels()
	if err != nil {
		return nil, usageError{err}
	}
	public, _, err := publicURL()
	if err != nil {
		return nil, usageError{err}
	}
	book, err := deliver.OpenBook(filepath.Join(c.data, "deliver"))
	if err != nil {
		return nil, err
	}
	return &deliver.Sender{Book: book, Maker: m, Channels: chans, Public: public, Logger: c.logger()}, nil
}

// delivered implements deliver.Maker by the products of the brief writer. The name
// of one about entities holds them: dossier:ceviche, comparison:ceviche,causa.
type delivered struct{ maker product.Maker }

func (d delivered) request(name string) product.Request {
	kind, list, ok := strings.Cut(name, ":")
	r := product.Request{Product: kind}
	if ok {
		r.Entities = strings.Split(list, ",")
	}
	return r
}

// Check implements deliver.Maker.
func (d delivered) Check(name string) error {
	if err := d.request(name).Check(); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), product.ErrInput.Error()+": "))
	}
	return nil
}

// Period implements deliver.Maker: the last whole month of a monthly report, the
// last whole week of the others, and the day of what has no period.
func (d delivered) Period(name string, at time.Time) string {
	yesterday := mention.DayOf(at) - 1
	switch d.request(name).Product {
	case product.Monthly:
		p, _ := fact.MonthOf(yesterday)
		return p
	case product.Alerts, product.Studio:
		return at.In(mention.Lima).Format(time.DateOnly)
	}
	p, _ := fact.PeriodOf(yesterday)
	return p
}

// Make implements deliver.Maker.
func (d delivered) Make(ctx context.Context, name, period, lang string) (deliver.Document, error) {
	r := d.request(name)
	r.Lang = lang
	if r.Product != product.Alerts && r.Product != product.Studio {
		r.Period = period
	}
	doc, err := d.maker.Make(ctx, r)
	if err != nil {
		return deliver.Document{}, err
	}
	var html, text bytes.Buffer
	page, err := doc.Fragment()
	if err := errors.Join(err, doc.Email(&html), doc.Markdown(&text)); err != nil {
		return deliver.Document{}, err
	}
	return deliver.Document{Product: name, Period: period, Lang: lang, Title: doc.Title, HTML: html.String(), Text: text.String(), Page: string(page), Synthetic: doc.Synthetic}, nil
}

// delivered makes the products of a node.
func (c *cli) delivered(n *node, alerts func() []alert.Alert) (delivered, error) {
	data, err := correct(n.store, c.model)
	if err != nil {
		return delivered{}, err
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		return delivered{}, err
	}
	m := maker(n, n.sources(data), cat)
	m.Alerts = alerts
	return delivered{m}, nil
}

// postman implements web.Deliveries.
type postman struct{ s *deliver.Sender }

func (p postman) Schedules() ([]deliver.Schedule, error) { return p.s.Book.Schedules() }
func (p postman) Log() ([]deliver.Event, error)          { return p.s.Book.Log() }
func (p postman) Remove(id string) error                 { return p.s.Book.Remove(id) }
func (p postman) Unsubscribe(token string) error {
	return p.s.Book.Unsubscribe(token, time.Now())
}
func (p postman) Known(token string) error {
	_, err := p.s.Book.Unsubscriber(token)
	return err
}

// Add implements web.Deliveries. The page never allows what is inside the network.
func (p postman) Add(x deliver.Schedule) (deliver.Schedule, error) {
	x.Private, x.Secret = false, ""
	return p.s.Add(x)
}

// Preview implements web.Deliveries.
func (p postman) Preview(ctx context.Context, id string) (deliver.Document, error) {
	x, err := p.s.Book.Schedule(id)
	if err != nil {
		return deliver.Document{}, err
	}
	m, err := p.s.Message(ctx, x, "")
	return m.Document, err
}

// Send implements web.Deliveries.
func (p postman) Send(ctx context.Context, id, period string, again bool) (deliver.Event, error) {
	return p.s.Send(ctx, id, period, again)
}

// Channels implements web.Deliveries.
func (p postman) Channels() []string {
	var out []string
	for _, c := range deliver.Channels {
		if _, ok := p.s.Channels[c]; ok {
			out = append(out, c)
		}
	}
	return out
}

var _ web.Deliveries = postman{} // the page needs no more than this

// publicHosts are the names under which links in messages reach the pages. That the
// address is sound, sender has checked.
func publicHosts() []string {
	if _, host, err := publicURL(); err == nil && host != "" {
		return []string{host}
	}
	return nil
}
