package channel

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf16"

	"antojo/internal/deliver"
)

// post sends JSON once.
func post(ctx context.Context, address string, private bool, body []byte, header http.Header) error {
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return &deliver.SendError{Class: deliver.Permanent, Code: "address"}
	}
	for k, v := range header {
		r.Header[k] = v
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Antojo")
	res, err := newClient(private).Do(r)
	if err != nil { // its text names the address, which is a secret in itself: not passed on
		switch {
		case errors.Is(err, errInside):
			return &deliver.SendError{Class: deliver.Permanent, Code: "address inside the own network"}
		case !connected.Load():
			return &deliver.SendError{Code: why(err, "no connection")}
		}
		return &deliver.SendError{Class: deliver.Uncertain, Code: why(err, "cut off")}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // the status alone decides
	out := &deliver.SendError{Code: "http " + strconv.Itoa(res.StatusCode)}
	switch c := res.StatusCode; {
	case c >= 200 && c < 300:
		return nil
	case c == http.StatusBadGateway || c == http.StatusGatewayTimeout: // a gateway in between does not know
		out.Class = deliver.Uncertain
	case c >= 500 || c == http.StatusTooManyRequests || c == http.StatusRequestTimeout || c == http.StatusTooEarly:
	default:
		out.Class = deliver.Permanent
	}
	out.After = retryAfter(res.Header.Get("Retry-After"), time.Now())
	return out
}

// retryAfter reads seconds or a date (RFC 9110, 10.2.3).
func retryAfter(s string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(s); err == nil {
		return time.Duration(min(max(n, 0), 7*24*3600)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// Chat implements deliver.Channel for services that have no id of messages.
type Chat struct {
	check   func(to string, private bool) error
	address func(to string) string
	body    func(deliver.Message) any
}

// Check implements deliver.Channel.
func (c *Chat) Check(to string, private bool) error { return c.check(to, private) }

// Repeats implements deliver.Channel.
func (c *Chat) Repeats() bool { return false }

// Preview implements deliver.Channel.
func (c *Chat) Preview(m deliver.Message) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(c.body(m))
	return b.Bytes(), err
}

// Send implements deliver.Channel.
func (c *Chat) Send(ctx context.Context, m deliver.Message) error {
	body, err := json.Marshal(c.body(m))
	if err != nil {
		return &deliver.SendError{Class: deliver.Permanent, Code: "message"}
	}
	return post(ctx, c.address(m.To), m.Private, body, nil)
}

func same(to string) string { return to }

// NewSlack posts to an incoming webhook of Slack.
func NewSlack() *Chat {
	return &Chat{checkURL, same, func(m deliver.Message) any {
		text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(plain(m.Text))
		return map[string]any{"text": clip(text, 12_000), "mrkdwn": false, "unfurl_links": false}
	}}
}

// NewTeams posts an adaptive card to a workflow of Teams.
func NewTeams() *Chat {
	return &Chat{checkURL, same, func(m deliver.Message) any {
		block := func(text string, more map[string]any) map[string]any {
			b := map[string]any{"type": "TextBlock", "text": text, "wrap": true}
			for k, v := range more {
				b[k] = v
			}
			return b
		}
		return map[string]any{"type": "message", "attachments": []any{map[string]any{
			"contentType": "application/vnd.microsoft.card.adaptive",
			"content": map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
				"body": []any{block(m.Title, map[string]any{"weight": "bolder", "size": "medium"}), block(clip(plain(m.Text), 12_000), nil)}},
		}}}
	}}
}

// TelegramAPI is the public bot API.
const TelegramAPI = "https://api.telegram.org"

// NewTelegram sends by a bot; recipients are chat ids or @names of channels. api is
// TelegramAPI but for a server of one's own.
func NewTelegram(api, token string) (*Chat, error) {
	if !regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]{20,100}$`).MatchString(token) {
		return nil, errors.New("the token of the Telegram bot is not of the form 123456:ABC…")
	}
	chat := regexp.MustCompile(`^(-?[0-9]{1,20}|@[A-Za-z0-9_]{4,64})$`)
	return &Chat{
		func(to string, _ bool) error {
			if !chat.MatchString(to) {
				return errors.New("the recipient is no chat of Telegram: want its number, or @name of a channel")
			}
			return nil
		},
		func(string) string {
			return strings.TrimSuffix(api, "/") + "/bot" + url.PathEscape(token) + "/sendMessage"
		},
		func(m deliver.Message) any { // without parse_mode: nothing in the text is markup
			return map[string]any{"chat_id": m.To, "text": clip(plain(m.Text), 4096), "link_preview_options": map[string]any{"is_disabled": true}}
		},
	}, nil
}

// plain takes the marks of headings and escapes out of Markdown.
func plain(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(strings.TrimLeft(line, "#> "), "\n ")
		if line == "---" {
			continue
		}
		var b strings.Builder
		for i := 0; i < len(line); i++ {
			switch {
			case line[i] == '\\' && i+1 < len(line) && strings.IndexByte("\\`*_{}[]()#+-.!<>|", line[i+1]) >= 0:
				i++
				b.WriteByte(line[i])
			case line[i] == '*':
			default:
				b.WriteByte(line[i])
			}
		}
		out = append(out, b.String())
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// clip cuts a text to so many UTF-16 units, which is how chats count, at a letter.
func clip(s string, limit int) string {
	n := 0
	for i, r := range s {
		n += max(1, utf16.RuneLen(r))
		if n > limit-1 && i+len(string(r)) < len(s) {
			return s[:i] + "…"
		}
	}
	return s
}

// Hook implements deliver.Channel for webhooks of one's own. It signs as Standard
// Webhooks says: HMAC-SHA256 over id, timestamp and body.
type Hook struct{}

// Repeats implements deliver.Channel: the id tells that it is the same.
func (Hook) Repeats() bool { return true }

// Check implements deliver.Channel.
func (Hook) Check(to string, private bool) error { return checkURL(to, private) }

type hookBody struct {
	Type      string    `json:"type"`
	Timestamp time.Time `json:"timestamp"`
	Data      hookData  `json:"data"`
}

type hookData struct {
	ID          string `json:"id"`
	Product     string `json:"product"`
	Period      string `json:"period"`
	Lang        string `json:"lang"`
	Title       string `json:"title"`
	Synthetic   bool   `json:"synthetic"`
	Markdown    string `json:"markdown"`
	HTML        string `json:"html"`
	Unsubscribe string `json:"unsubscribe,omitempty"`
}

func (Hook) body(m deliver.Message) ([]byte, error) {
	return json.Marshal(hookBody{"report.ready", m.Time, hookData{m.ID, m.Product, m.Period, m.Lang, m.Title, m.Synthetic, m.Text, m.HTML, m.Unsubscribe}})
}

// Preview implements deliver.Channel.
func (h Hook) Preview(m deliver.Message) ([]byte, error) {
	b, err := h.body(m)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Indent(&out, b, "", " ")
	return out.Bytes(), err
}

// Send implements deliver.Channel.
func (h Hook) Send(ctx context.Context, m deliver.Message) error {
	body, err := h.body(m)
	if err != nil {
		return &deliver.SendError{Class: deliver.Permanent, Code: "message"}
	}
	stamp := strconv.FormatInt(m.Time.Unix(), 10)
	sig, err := sign(m.Secret, m.ID, stamp, body)
	if err != nil {
		return &deliver.SendError{Class: deliver.Permanent, Code: "secret"}
	}
	return post(ctx, m.To, m.Private, body, http.Header{
		"Webhook-Id": {m.ID}, "Webhook-Timestamp": {stamp}, "Webhook-Signature": {sig}, "Idempotency-Key": {`"` + m.ID + `"`}})
}

func sign(secret, id, stamp string, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil || len(key) < 16 {
		return "", errors.New("the secret is not whsec_ and base64 of at least 16 bytes")
	}
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "%s.%s.", id, stamp)
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil)), nil
}

// Tolerance is how far the clock of a receiver may be off.
const Tolerance = 5 * time.Minute

// Verify is what a receiver does with a webhook: it holds the signature against the
// body and refuses what is older than Tolerance.
func Verify(secret string, h http.Header, body []byte, now time.Time) error {
	stamp := h.Get("Webhook-Timestamp")
	n, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || now.Sub(time.Unix(n, 0)).Abs() > Tolerance {
		return errors.New("webhook: the timestamp is missing or too far from now")
	}
	want, err := sign(secret, h.Get("Webhook-Id"), stamp, body)
	if err != nil {
		return err
	}
	for got := range strings.FieldsSeq(h.Get("Webhook-Signature")) {
		if subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1 {
			return nil
		}
	}
	return errors.New("webhook: the signature is not of this body")
}
