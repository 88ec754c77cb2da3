// Package alert tells what stands out against its expectation, day by day, at a
// number of false alarms a month that the user sets. It reads counts and writes
// one small file; whoever runs it decides when.
//
// Read next: scan.go (what is an alert), book.go (what is kept), engine/watch.go
// (the statistics).
package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"antojo/internal/mention"
)

// Scope is what kind of thing an alert is about.
type Scope string

// Scopes.
const (
	Entity  Scope = "entity"  // mentions of an entity, at equal volume of the channels
	Channel Scope = "channel" // all mentions about food of one channel
	Total   Scope = "total"   // all mentions about food
)

// Alert is one episode in which a series stood out on one side.
type Alert struct {
	ID    string      `json:"id"`
	Scope Scope       `json:"scope"`
	Of    string      `json:"of,omitempty"` // entity or channel; empty for the total
	Up    bool        `json:"up"`
	From  mention.Day `json:"from"` // first and last day on which it stood out
	To    mention.Day `json:"to"`
	Open  bool        `json:"open"` // it still does, as of the last day looked at

	// Raised is the last day of the look that raised the alert: looks over a week
	// raise it up to six days after From.
	Raised mention.Day `json:"raised"`

	// The look in which it stood out most: the Days days that end with Day.
	Day      mention.Day `json:"day"`
	Days     int         `json:"days"`
	Observed float64     `json:"observed"`
	Expected float64     `json:"expected"`
	Low      float64     `json:"low"` // 95 % of what is usual
	High     float64     `json:"high"`
	P        float64     `json:"p"` // one-sided, calibrated

	Part    string   `json:"part,omitempty"`        // the channel that makes up most of it
	Share   float64  `json:"share,omitempty"`       // part of the difference that it makes up
	Copied  float64  `json:"copied,omitempty"`      // part of the mentions that are near-identical copies
	PerHead float64  `json:"per_head,omitempty"`    // mentions an author
	Feasts  []string `json:"feasts,omitempty"`      // calendar ids that touch the episode
	Partial bool     `json:"partial,omitempty"`     // the day had not closed when it was found
	Found   string   `json:"found,omitempty"`       // when it was first seen, RFC 3339
	Seen    bool     `json:"seen,omitempty"`        // acknowledged
	Quiet   int      `json:"quiet_until,omitempty"` // snoozed up to this day (of mention.Day); 0 = not
}

// Ratio is observed over expected.
func (a *Alert) Ratio() float64 { return a.Observed / a.Expected }

// Active says whether the alert asks for attention on day today: it is not
// acknowledged and not snoozed.
func (a *Alert) Active(today mention.Day) bool {
	return !a.Seen && (a.Quiet == 0 || today > mention.Day(a.Quiet))
}

// Window is the look in which the alert stood out most.
func (a *Alert) Window() (from, to mention.Day) { return a.Day - mention.Day(a.Days-1), a.Day }

// name gives the alert its id: the same episode has the same id whoever finds it.
func (a *Alert) name() {
	sum := sha256.Sum256([]byte(string(a.Scope) + "\x00" + a.Of + "\x00" + strconv.FormatBool(a.Up) + "\x00" + a.From.String()))
	a.ID = hex.EncodeToString(sum[:5])
}

// same says whether two alerts are one episode: the same side of the same series,
// with at most a week between.
func (a *Alert) same(b *Alert) bool {
	return a.Scope == b.Scope && a.Of == b.Of && a.Up == b.Up && a.From <= b.To+mergeDays && b.From <= a.To+mergeDays
}

// mergeDays is how far apart two bouts of one thing may be and still be one alert.
const mergeDays = 7

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
