package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"antojo/internal/deliver"
)

// Deliveries is what the page of deliveries shows and changes.
type Deliveries interface {
	Schedules() ([]deliver.Schedule, error)
	Log() ([]deliver.Event, error) // oldest first
	Channels() []string            // those that are set up
	Add(deliver.Schedule) (deliver.Schedule, error)
	Remove(id string) error
	Preview(ctx context.Context, id string) (deliver.Document, error)
	// Send sends one schedule now; what was sent before only with again.
	Send(ctx context.Context, id, period string, again bool) (deliver.Event, error)
	// Known says whether a link that ends deliveries was made here.
	Known(token string) error
	Unsubscribe(token string) error
}

const (
	maxDeliveryForm = 16 << 10
	deliveriesShown = 30
)

type deliveriesView struct {
	Off      bool
	Fault    string
	Secret   string // of a webhook that was just added
	Rows     []deliveryRow
	Log      []deliveryEvent
	Products []option
	Channels []option
	Cadences []option
	Weekdays []option
	Hours    []option
	To       string
	NoMail   bool
	Preview  *deliveryPreview
	Sent     string // outcome of what was just sent
	SentOK   bool
	Again    string // schedule that was sent before and may be sent again
}

type deliveryRow struct{ ID, Product, When, Next, Channel, To string }

type deliveryEvent struct{ When, Product, Period, Channel, Recipient, State, Code string }

type deliveryPreview struct {
	Title, Period string
	Body          template.HTML // written by the templates of reports, which escape
}

// deliveryProducts are those that need no choice of entities.
func deliveryProducts() []string { return []string{"weekly", "monthly", "alert"} }

// deliveriesPage lists schedules and what was sent, and shows a preview.
func (s *Server) deliveriesPage(w http.ResponseWriter, r *http.Request) error {
	return s.deliveriesAnswer(w, r, http.StatusOK, func(out *deliveriesView, v *view) error {
		id := r.URL.Query().Get("vista")
		if id == "" || s.o.Deliveries == nil {
			return nil
		}
		d, err := s.o.Deliveries.Preview(r.Context(), id)
		switch {
		case errors.Is(err, deliver.ErrUnknown):
			return errNotFound
		case err != nil && r.Context().Err() != nil:
			return err
		case err != nil:
			s.log.Info("preview of a delivery failed", "request_id", idOf(r), "error", err)
			out.Fault = v.text.T("deliver.fault.preview")
			return nil
		}
		out.Preview = &deliveryPreview{d.Title, d.Period, template.HTML(d.Page)}
		return nil
	})
}

func (s *Server) deliveriesAnswer(w http.ResponseWriter, r *http.Request, status int, fill func(*deliveriesView, *view) error) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	out := deliveriesView{Off: s.o.Deliveries == nil}
	if !out.Off {
		if err := s.fillDeliveries(v, &out); err != nil {
			return err
		}
	}
	if err := fill(&out, v); err != nil {
		return err
	}
	v.page.Path = "/informes"
	v.page.Title = v.text.T("deliver.title")
	v.page.Body = out
	return s.render(w, r, status, "deliveries", v.page)
}

func (s *Server) fillDeliveries(v *view, out *deliveriesView) error {
	list, err := s.o.Deliveries.Schedules()
	if err != nil {
		return err
	}
	label := func(prefix, key string) string { return v.text.T(prefix + key) }
	named := func(name string) string {
		kind, about, _ := strings.Cut(name, ":")
		text := label("deliver.product.", kind)
		if about != "" {
			text += ": " + strings.ReplaceAll(about, ",", ", ")
		}
		return text
	}
	for _, x := range list {
		when := label("deliver.every.", x.Every)
		switch x.Every {
		case deliver.Weekly:
			when += ", " + label("deliver.weekday.", strconv.Itoa(int(x.Weekday)))
		case deliver.Monthly:
			when += ", " + v.text.T("deliver.day", "day", int64(x.Day))
		}
		out.Rows = append(out.Rows, deliveryRow{x.ID, named(x.Product), when + ", " + hour(x.Hour), v.text.Time(x.Next(s.o.Now())), label("deliver.channel.", x.Channel), masked(x)})
	}
	events, err := s.o.Deliveries.Log()
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if e.State == deliver.Sending {
			continue // its outcome stands in another line
		}
		if len(out.Log) == deliveriesShown {
			break
		}
		out.Log = append(out.Log, deliveryEvent{v.text.Time(e.At), named(e.Product), e.Period, label("deliver.channel.", e.Channel), e.Recipient, label("deliver.state.", string(e.State)), e.Code})
	}
	options := func(prefix string, keys []string) (o []option) {
		for _, k := range keys {
			o = append(o, option{Value: k, Label: label(prefix, k)})
		}
		return o
	}
	out.Products = options("deliver.product.", deliveryProducts())
	out.Channels = options("deliver.channel.", s.o.Deliveries.Channels())
	out.NoMail = !slices.Contains(s.o.Deliveries.Channels(), deliver.Email)
	out.Cadences = options("deliver.every.", []string{deliver.Weekly, deliver.Daily, deliver.Monthly})
	out.Weekdays = options("deliver.weekday.", []string{"1", "2", "3", "4", "5", "6", "0"})
	for h := range 24 {
		out.Hours = append(out.Hours, option{Value: strconv.Itoa(h), Label: hour(h), Selected: h == 8})
	}
	return nil
}

func hour(h int) string { return time.Time{}.Add(time.Duration(h) * time.Hour).Format("15:04") }

// masked shows a recipient so that its owner knows it and nobody else learns it.
func masked(x deliver.Schedule) string {
	switch x.Channel {
	case deliver.Email:
		name, home, _ := strings.Cut(x.To, "@")
		if r := []rune(name); len(r) > 0 {
			return string(r[0]) + "…@" + home
		}
	case deliver.Telegram:
		if strings.HasPrefix(x.To, "@") {
			return x.To
		}
	default:
		rest := strings.TrimPrefix(strings.TrimPrefix(x.To, "https://"), "http://")
		host, _, _ := strings.Cut(rest, "/")
		return host + "/…"
	}
	return "…"
}

// deliveryAdd adds a schedule.
func (s *Server) deliveryAdd(w http.ResponseWriter, r *http.Request) error {
	if err := s.deliveryForm(w, r); err != nil {
		return err
	}
	field := func(name string) string {
		return strings.TrimSpace(clip(strings.ToValidUTF8(r.PostForm.Get(name), ""), 2000))
	}
	number := func(name string) int {
		n, err := strconv.Atoi(field(name))
		if err != nil {
			return -1
		}
		return n
	}
	x := deliver.Schedule{Product: field("product"), Lang: s.langOf(r), Every: field("every"), Weekday: time.Weekday(number("weekday")), Day: 1, Hour: number("hour"), Channel: field("channel"), To: field("to")}
	got, err := s.o.Deliveries.Add(x)
	if err == nil && got.Secret == "" {
		http.Redirect(w, r, "/informes/envios", http.StatusSeeOther)
		return nil
	}
	if err != nil && !errors.Is(err, deliver.ErrInput) {
		return err
	}
	status := http.StatusOK
	if err != nil {
		status = http.StatusUnprocessableEntity
	}
	return s.deliveriesAnswer(w, r, status, func(out *deliveriesView, v *view) error {
		out.Secret = got.Secret
		switch {
		case err == nil:
		case errors.Is(err, deliver.ErrTaken):
			out.Secret, out.Fault = "", v.text.T("deliver.fault.taken")
		default:
			out.Secret, out.Fault, out.To = "", v.text.T("deliver.fault.input"), x.To
		}
		return nil
	})
}

func (s *Server) deliveryForm(w http.ResponseWriter, r *http.Request) error {
	if s.o.Deliveries == nil {
		return errNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxDeliveryForm)
	if err := r.ParseForm(); err != nil {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	return nil
}

// deliverySend sends one schedule now. What was sent, or may have been, is sent again
// only by a second button, which says so.
func (s *Server) deliverySend(w http.ResponseWriter, r *http.Request) error {
	if err := s.deliveryForm(w, r); err != nil {
		return err
	}
	id := clip(r.PostForm.Get("id"), 64)
	ctx, cancel := context.WithTimeout(r.Context(), reportDeadline)
	defer cancel()
	e, err := s.o.Deliveries.Send(ctx, id, "", r.PostForm.Get("again") == "1")
	status := http.StatusOK
	switch {
	case errors.Is(err, deliver.ErrUnknown):
		return errNotFound
	case errors.Is(err, deliver.ErrInput):
		status = http.StatusConflict
	case err != nil && e.State == "":
		if r.Context().Err() != nil {
			return err
		}
		s.log.Info("a delivery by hand failed", "request_id", idOf(r), "error", err)
		status = http.StatusBadGateway
	}
	return s.deliveriesAnswer(w, r, status, func(out *deliveriesView, v *view) error {
		switch {
		case status == http.StatusConflict:
			out.Fault, out.Again = v.text.T("deliver.fault.before"), id
		case e.State == "":
			out.Fault = v.text.T("deliver.fault.send")
		default:
			out.Sent, out.SentOK = v.text.T("deliver.sent", "state", v.text.T("deliver.state."+string(e.State))), e.State == deliver.Sent
		}
		return nil
	})
}

// deliveryRemove ends a schedule.
func (s *Server) deliveryRemove(w http.ResponseWriter, r *http.Request) error {
	if err := s.deliveryForm(w, r); err != nil {
		return err
	}
	if err := s.o.Deliveries.Remove(r.PostForm.Get("id")); err != nil && !errors.Is(err, deliver.ErrUnknown) {
		return err
	}
	http.Redirect(w, r, "/informes/envios", http.StatusSeeOther)
	return nil
}

type unsubscribeView struct {
	Token string
	Done  bool
}

// unsubscribe asks once more (a link may be opened by a scanner of mail), and on
// POST ends the deliveries of the link. Mail programs post by themselves (RFC 8058).
func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	if s.o.Deliveries == nil {
		return errNotFound
	}
	token := r.URL.Query().Get("t")
	err := s.o.Deliveries.Known(token)
	if err != nil && !errors.Is(err, deliver.ErrUnknown) {
		return errNotFound
	}
	out := unsubscribeView{Token: token, Done: err != nil}
	if r.Method == http.MethodPost {
		if err := s.o.Deliveries.Unsubscribe(token); err != nil {
			return err
		}
		out.Done = true
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	v.page.Title = v.text.T("deliver.stop.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "unsubscribe", v.page)
}
