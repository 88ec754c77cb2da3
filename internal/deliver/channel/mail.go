// Package channel speaks to recipients of reports: SMTP, the webhooks of Slack and
// Teams, the bot API of Telegram, and webhooks of one's own.
//
// Read next: mail.go, http.go (what the others share), guard.go (where they may go).
package channel

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"antojo/internal/deliver"
)

// The ways to encrypt SMTP.
const (
	StartTLS    = "starttls" // required; the default
	ImplicitTLS = "tls"      // from the first byte, port 465
	Plain       = "none"     // not encrypted: for a server on the same machine
)

// SMTP says how mail leaves.
type SMTP struct {
	Addr     string // host:port, such as smtp.example.org:587
	From     string // "Antojo <informes@example.org>"
	User     string // "" = no login
	Password string
	TLS      string        // StartTLS, ImplicitTLS or Plain
	Roots    *tls.Config   // nil: the certificates that the system trusts
	Timeout  time.Duration // of each step, default 30 s
}

// Mail implements deliver.Channel by SMTP.
type Mail struct {
	o          SMTP
	host       string
	port       int
	from, home string // address and its domain
}

// NewMail checks the options. It makes no connection.
func NewMail(o SMTP) (*Mail, error) {
	host, port, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("SMTP server %q: want host:port, such as smtp.example.org:587", o.Addr)
	}
	m := &Mail{o: o, host: host}
	if m.port, err = strconv.Atoi(port); err != nil || m.port < 1 || m.port > 65535 {
		return nil, fmt.Errorf("SMTP server %q: %q is no port", o.Addr, port)
	}
	a, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, errors.New("SMTP sender: want an address, such as Antojo <informes@example.org>")
	}
	_, m.home, _ = strings.Cut(a.Address, "@")
	m.from = a.String()
	switch m.o.TLS {
	case "":
		m.o.TLS = StartTLS
	case StartTLS, ImplicitTLS:
	case Plain:
		if o.User != "" && host != "localhost" && !net.ParseIP(host).IsLoopback() {
			return nil, errors.New("SMTP: a password is not sent without encryption to another machine: use starttls or tls")
		}
	default:
		return nil, fmt.Errorf("SMTP encryption %q: want %s, %s or %s", o.TLS, StartTLS, ImplicitTLS, Plain)
	}
	if m.o.Timeout == 0 {
		m.o.Timeout = 30 * time.Second
	}
	return m, nil
}

// Repeats implements deliver.Channel: SMTP has no way to tell a message sent twice.
func (m *Mail) Repeats() bool { return false }

// Check implements deliver.Channel.
func (m *Mail) Check(to string, _ bool) error {
	a, err := mail.ParseAddress(to)
	if err != nil || a.Address != to || len(to) > 254 {
		return errors.New("the recipient is no e-mail address")
	}
	return nil
}

func (m *Mail) message(x deliver.Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.From(m.from); err != nil {
		return nil, &deliver.SendError{Class: deliver.Permanent, Code: "sender"}
	}
	if err := msg.To(x.To); err != nil {
		return nil, &deliver.SendError{Class: deliver.Permanent, Code: "recipient"}
	}
	msg.Subject(strings.Join(strings.Fields(x.Title), " "))
	msg.SetDateWithValue(x.Time)
	msg.SetMessageIDWithValue(x.ID + "@" + m.home) // the same each time: some receivers drop the second
	msg.SetUserAgent("Antojo")
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834
	text := x.Text
	if x.Unsubscribe != "" {
		// RFC 8058 asks for https; over http the link is there without one click.
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+x.Unsubscribe+">")
		if strings.HasPrefix(x.Unsubscribe, "https://") {
			msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
		}
		text += "\n\n" + farewell(x.Lang) + ": " + x.Unsubscribe + "\n"
	}
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, withFarewell(x))
	return msg, nil
}

func farewell(lang string) string {
	if lang == "en" {
		return "Stop receiving these reports"
	}
	return "Dejar de recibir estos informes"
}

// withFarewell puts the link that ends the deliveries at the end of the page. The
// link is our own (an address and base64), so it needs no escaping but that of &.
func withFarewell(x deliver.Message) string {
	if x.Unsubscribe == "" {
		return x.HTML
	}
	link := `<p style="font:13px sans-serif;color:#555;text-align:center"><a href="` + strings.ReplaceAll(x.Unsubscribe, "&", "&amp;") + `">` + farewell(x.Lang) + `</a></p>`
	if i := strings.LastIndex(x.HTML, "</body>"); i >= 0 {
		return x.HTML[:i] + link + x.HTML[i:]
	}
	return x.HTML + link
}

// Preview implements deliver.Channel: the whole message as it would go out.
func (m *Mail) Preview(x deliver.Message) ([]byte, error) {
	msg, err := m.message(x)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	return b.Bytes(), nil
}

// Send implements deliver.Channel.
func (m *Mail) Send(ctx context.Context, x deliver.Message) error {
	msg, err := m.message(x)
	if err != nil {
		return err
	}
	conf := &tls.Config{}
	if m.o.Roots != nil {
		conf = m.o.Roots.Clone()
	}
	conf.ServerName, conf.MinVersion = m.host, tls.VersionTLS12
	opts := []gomail.Option{gomail.WithPort(m.port), gomail.WithTimeout(m.o.Timeout), gomail.WithTLSConfig(conf), gomail.WithoutNoop()}
	switch m.o.TLS {
	case StartTLS:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case ImplicitTLS:
		opts = append(opts, gomail.WithSSL())
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if m.o.User != "" {
		kind := gomail.SMTPAuthAutoDiscover
		if m.o.TLS == Plain {
			kind = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(kind), gomail.WithUsername(m.o.User), gomail.WithPassword(m.o.Password))
	}
	client, err := gomail.NewClient(m.host, opts...)
	if err != nil {
		return &deliver.SendError{Code: "smtp options"}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // what fails after the server has taken it does not matter
		return nil
	}
	return smtpError(err)
}

// smtpError says what is known after a failure. Until the end of the text is
// written nothing is accepted; after it only an answer tells.
func smtpError(err error) error {
	var se *gomail.SendError
	if !errors.As(err, &se) {
		return &deliver.SendError{Code: "smtp " + why(err, "connection or login")}
	}
	out := &deliver.SendError{Code: "smtp"}
	if c := se.ErrorCode(); c >= 400 {
		out.Code += " " + strconv.Itoa(c)
		if e := se.EnhancedStatusCode(); e != "" {
			out.Code += " " + e
		}
		if c >= 500 {
			out.Class = deliver.Permanent
		}
		return out
	}
	switch se.Reason {
	case gomail.ErrSMTPDataClose, gomail.ErrWriteContent, gomail.ErrAmbiguous: // leaving in mid-text may still end it with a dot
		out.Class, out.Code = deliver.Uncertain, "smtp "+why(err, "cut off after the text")
	default:
		out.Code = "smtp " + why(err, "cut off")
	}
	return out
}

// why names a failure without repeating what the other side said.
func why(err error, other string) string {
	var n net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &n) && n.Timeout():
		return "timeout"
	}
	return other
}
