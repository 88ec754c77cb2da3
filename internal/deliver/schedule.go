package deliver

import (
	"fmt"
	"slices"
	"time"

	"antojo/internal/mention"
)

// How often.
const (
	Daily   = "daily"
	Weekly  = "weekly"
	Monthly = "monthly"
)

// Cadences lists how often a report can be sent.
var Cadences = []string{Daily, Weekly, Monthly}

// Schedule is one report to one recipient, again and again.
type Schedule struct {
	ID      string       `json:"id"`
	Product string       `json:"product"`
	Lang    string       `json:"lang"`
	Every   string       `json:"every"`
	Weekday time.Weekday `json:"weekday"` // of Weekly
	Day     int          `json:"day"`     // of Monthly, 1 to 28
	Hour    int          `json:"hour"`    // 0 to 23 in Lima
	Channel string       `json:"channel"`
	To      string       `json:"to"`
	Secret  string       `json:"secret,omitempty"` // of a webhook
	Private bool         `json:"private,omitempty"`
	Created time.Time    `json:"created"`
}

// check says what is wrong with a schedule, apart from product and recipient.
func (s Schedule) check() error {
	bad := func(format string, a ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrInput}, a...)...)
	}
	switch {
	case s.Lang != "es" && s.Lang != "en":
		return bad("language %q: want es or en", s.Lang)
	case !slices.Contains(Cadences, s.Every):
		return bad("every %q: want daily, weekly or monthly", s.Every)
	case s.Weekday < time.Sunday || s.Weekday > time.Saturday:
		return bad("weekday %d: want 0 (Sunday) to 6", s.Weekday)
	case s.Every == Monthly && (s.Day < 1 || s.Day > 28):
		return bad("day %d: want 1 to 28, which every month has", s.Day)
	case s.Hour < 0 || s.Hour > 23:
		return bad("hour %d: want 0 to 23, in Lima", s.Hour)
	case !slices.Contains(Channels, s.Channel):
		return bad("channel %q: want one of %v", s.Channel, Channels)
	case len(s.To) > 2000:
		return bad("the recipient is longer than 2000 bytes")
	}
	return nil
}

// Last is the latest moment, up to now, at which the report is due. After a pause
// of any length only this one is made up for.
func (s Schedule) Last(now time.Time) time.Time {
	now = now.In(mention.Lima)
	y, m, d := now.Date()
	at := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, s.Hour, 0, 0, 0, mention.Lima) }
	switch s.Every {
	case Weekly:
		back := (int(now.Weekday()) - int(s.Weekday) + 7) % 7
		if t := at(y, m, d-back); !t.After(now) {
			return t
		}
		return at(y, m, d-back-7)
	case Monthly:
		if t := at(y, m, s.Day); !t.After(now) {
			return t
		}
		return at(y, m-1, s.Day)
	}
	if t := at(y, m, d); !t.After(now) {
		return t
	}
	return at(y, m, d-1)
}

// Next is the first moment after now at which the report is due.
func (s Schedule) Next(now time.Time) time.Time {
	t := s.Last(now)
	switch s.Every {
	case Weekly:
		return t.AddDate(0, 0, 7)
	case Monthly:
		return t.AddDate(0, 1, 0)
	}
	return t.AddDate(0, 0, 1)
}
