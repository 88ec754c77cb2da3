package api

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"antojo/internal/api/token"
	"antojo/internal/mention"
	"antojo/internal/trend/alert"
)

// Alerts is the book of what stood out; alert.Book is one.
type Alerts interface {
	Status() alert.Status
	Acknowledge(id string, seen bool) error
}

// AlertList is what stood out, newest first.
type AlertList struct {
	Budget    float64 `json:"false_alarms_per_month" doc:"false alarms in 30 days that are accepted"`
	LookedTo  string  `json:"looked_to,omitempty" format:"date" doc:"last day looked at; absent before the first look"`
	Series    int     `json:"series" doc:"series looked at on it"`
	Threshold float64 `json:"threshold" doc:"probability below which a look is an alert"`
	Total     int     `json:"total" doc:"alerts that fit; alerts may hold fewer"`
	Alerts    []Alert `json:"alerts" nullable:"false"`
}

// Alert is an episode in which a series stood out on one side.
type Alert struct {
	ID           string    `json:"id"`
	Scope        string    `json:"scope" enum:"entity,channel,total"`
	Of           string    `json:"of,omitempty" doc:"entity or channel"`
	Name         string    `json:"name,omitempty" doc:"name of the entity"`
	Direction    string    `json:"direction" enum:"up,down"`
	From         string    `json:"from" format:"date" doc:"first day on which it stood out"`
	To           string    `json:"to" format:"date"`
	Open         bool      `json:"open" doc:"it still does"`
	Window       Span      `json:"window" doc:"the days in which it stood out most; the figures are of these"`
	N            int64     `json:"n" doc:"mentions in the window"`
	Expected     *float64  `json:"expected" doc:"mentions that are usual"`
	Interval     []float64 `json:"interval" minItems:"2" maxItems:"2" doc:"95 % of what is usual"`
	P            *float64  `json:"p" doc:"one-sided, calibrated"`
	Channel      string    `json:"channel,omitempty" doc:"the channel that makes up most of it"`
	Share        *float64  `json:"share,omitempty" doc:"part of the difference that the channel makes up"`
	Copied       *float64  `json:"copied,omitempty" doc:"part of the mentions that are near-identical copies"`
	PerAuthor    *float64  `json:"per_author,omitempty" doc:"mentions of one author"`
	Feasts       []string  `json:"feasts,omitempty" nullable:"false" doc:"feasts that touch the episode"`
	Partial      bool      `json:"partial" doc:"the day had not closed when it was found"`
	Found        string    `json:"found,omitempty" doc:"when it was first seen, RFC 3339"`
	Acknowledged bool      `json:"acknowledged"`
	SnoozedUntil string    `json:"snoozed_until,omitempty" format:"date"`
}

type alertsIn struct {
	State string `query:"state" enum:"all,open,active" default:"all" doc:"open: it still stands out; active: neither acknowledged nor snoozed."`
	Limit int    `query:"limit" minimum:"1" maximum:"5000" default:"100" doc:"Most alerts."`
}

type alertIn struct {
	ID string `path:"id" maxLength:"200" doc:"Id of the alert."`
}

type acknowledgeIn struct {
	ID   string `path:"id" maxLength:"200" doc:"Id of the alert."`
	Body Acknowledgement
}

// Acknowledgement says whether an alert has been seen.
type Acknowledgement struct {
	Acknowledged bool `json:"acknowledged"`
}

func (s *Server) registerAlerts() {
	add(s, get("list-alerts", "figures", "/alerts", "What stands out", "Days and hours on which an entity, a channel or all of it stood out against its own expectation, at a number of false alarms a month that is set with antojo alerts."), s.alerts)
	add(s, get("get-alert", "figures", "/alerts/{id}", "One alert", ""), s.alert)
	add(s, post("acknowledge-alert", "figures", "/alerts/{id}/acknowledge", "Acknowledge an alert", "Marks it as seen, or as not seen.", token.Write, http.StatusOK), s.acknowledge)
}

func (s *Server) alerts(_ context.Context, in *alertsIn) (*answer[AlertList], error) {
	st := s.o.Alerts.Status()
	out := AlertList{Budget: st.Budget, Series: st.Series, Threshold: st.Threshold, Alerts: []Alert{}}
	if st.To != 0 {
		out.LookedTo = st.To.String()
	}
	today := mention.DayOf(s.o.Now())
	for i := range st.Alerts {
		a := &st.Alerts[i]
		if in.State == "open" && !a.Open || in.State == "active" && !a.Active(today) {
			continue
		}
		if out.Total++; len(out.Alerts) < in.Limit {
			out.Alerts = append(out.Alerts, s.alertOf(a))
		}
	}
	return reply(out), nil
}

func (s *Server) alert(_ context.Context, in *alertIn) (*answer[Alert], error) {
	st := s.o.Alerts.Status()
	i := slices.IndexFunc(st.Alerts, func(a alert.Alert) bool { return a.ID == in.ID })
	if i < 0 {
		return nil, problem(http.StatusNotFound, "there is no alert %q; %s/alerts lists them", clip(in.ID), base)
	}
	return reply(s.alertOf(&st.Alerts[i])), nil
}

func (s *Server) acknowledge(ctx context.Context, in *acknowledgeIn) (*answer[Alert], error) {
	err := s.o.Alerts.Acknowledge(in.ID, in.Body.Acknowledged)
	if err != nil && !errors.Is(err, alert.ErrUnknown) {
		return nil, err
	}
	return s.alert(ctx, &alertIn{in.ID})
}

func (s *Server) alertOf(a *alert.Alert) Alert {
	from, to := a.Window()
	out := Alert{ID: a.ID, Scope: string(a.Scope), Of: a.Of, Direction: "down", From: a.From.String(), To: a.To.String(), Open: a.Open, Window: spanOf(from, to),
		N: int64(a.Observed + .5), Expected: finite(a.Expected), Interval: interval(a.Low, a.High), P: finite(a.P), Channel: a.Part, Feasts: a.Feasts,
		Partial: a.Partial, Found: a.Found, Acknowledged: a.Seen}
	if a.Up {
		out.Direction = "up"
	}
	if a.Scope == alert.Entity {
		if info, ok := s.o.Lexicon.Entity(a.Of); ok {
			out.Name = info.Name
		}
	}
	for _, x := range []struct {
		from float64
		to   **float64
	}{{a.Share, &out.Share}, {a.Copied, &out.Copied}, {a.PerHead, &out.PerAuthor}} {
		if x.from != 0 {
			*x.to = finite(x.from)
		}
	}
	if a.Quiet != 0 {
		out.SnoozedUntil = mention.Day(a.Quiet).String()
	}
	return out
}
