// Package deliver sends reports on a schedule: by e-mail, to Slack, Teams and
// Telegram, and to webhooks with a signature. What a report is, is the caller's
// business (Maker); how a channel is spoken to, that of package channel.
//
// A delivery is one product about one period to one recipient. Its key is written
// to a ledger before anything is sent and again with the outcome, so that a process
// that is killed in between never sends the same twice by itself. Where the outcome
// of an attempt cannot be known, e-mail and chats are not tried again (at most
// once), and webhooks are, with the same id (at least once).
//
// Addresses are personal data: they are in schedules.json of the data dir and
// nowhere else. Ledger and logs hold a keyed hash.
//
// Read next: schedule.go (when), book.go (what is kept), sender.go (sending).
package deliver

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// The channels.
const (
	Email    = "email"
	Slack    = "slack"
	Teams    = "teams"
	Telegram = "telegram"
	Webhook  = "webhook"
)

// Channels lists them in the order in which they are offered.
var Channels = []string{Email, Slack, Teams, Telegram, Webhook}

// ErrInput is wrapped by errors that the one who asks can mend.
var ErrInput = errors.New("input")

// ErrUnknown says that there is no such schedule.
var ErrUnknown = errors.New("there is no such delivery")

// Document is a finished report.
type Document struct {
	Product, Period, Lang string
	Title                 string
	HTML                  string // a page that loads nothing from elsewhere
	Text                  string // the same as Markdown
	Page                  string // the same as blocks for a page of the site, which has its style; not sent
	Synthetic             bool
}

// Maker makes reports. A product is a name that it resolves, such as weekly.
type Maker interface {
	// Check says what is wrong with the name of a product.
	Check(product string) error
	// Period names what a report that is due at a moment is about, such as 2026-W46.
	Period(product string, at time.Time) string
	Make(ctx context.Context, product, period, lang string) (Document, error)
}

// Message is a report on its way to one recipient.
type Message struct {
	ID          string // the key of the delivery; the same for each attempt
	Time        time.Time
	To          string
	Secret      string // of a webhook: signs the message
	Private     bool   // of a webhook: may be inside the own network
	Unsubscribe string // address of the page that ends it; "" = there is none
	Document
}

// Channel speaks to recipients.
type Channel interface {
	// Check says what is wrong with a recipient.
	Check(to string, private bool) error
	// Preview is what would be sent.
	Preview(Message) ([]byte, error)
	// Send sends. Errors are a *SendError, anything else counts as Temporary.
	Send(context.Context, Message) error
	// Repeats says whether a message whose fate is not known may be sent again,
	// because the receiver can tell by its id that it is the same.
	Repeats() bool
}

// Class says what is known after an attempt that failed.
type Class int

// The classes.
const (
	Temporary Class = iota // not accepted; another attempt may succeed
	Permanent              // not accepted, and will not be
	Uncertain              // may have been accepted
)

// SendError is a failed attempt. It holds no text of the other side, which may
// repeat an address or a secret.
type SendError struct {
	Class Class
	Code  string        // such as "http 503", "smtp 550 5.1.1", "timeout"
	After time.Duration // the receiver asks to wait so long; 0 = it does not
}

// Error implements error.
func (e *SendError) Error() string {
	return fmt.Sprintf("%s (%s)", e.Code, [...]string{"will be tried again", "for good", "it may have arrived"}[e.Class])
}

// ErrTaken says that a recipient gets a product already.
var ErrTaken = errors.New("this recipient gets the report already")
