package web

import (
	"context"
	"errors"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/trend/alert"
	"antojo/internal/trend/calendar"
)

// Alerts keeps what stands out; the program computes it as days close.
type Alerts interface {
	Status() alert.Status
	Acknowledge(id string, seen bool) error
	Snooze(id string, until mention.Day) error
	// SetBudget sets the false alarms a month that are accepted, and looks again.
	SetBudget(ctx context.Context, perMonth float64) error
}

const (
	snoozeDays = 7
	alertsMost = 100 // on one page; CSV has all
)

type alertsView struct {
	Title, Lead, Checked string
	Tabs                 []choice
	Rows                 []alertRow
	Empty                string
	Budget               string
	CSV                  string
	Back                 string // what the forms lead back to
	More                 string
}

// alertRow is one alert in words.
type alertRow struct {
	ID, Name, Href, Kind string
	Verdict, Label       string
	Text                 string
	Reasons              []string
	When                 string
	Ratio                string
	Range                template.HTML
	MentionsHref         string
	Open, Active, Seen   bool
}

// alertsPage lists what stands out against its expectation.
func (s *Server) alertsPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	all := r.URL.Query().Get("show") == "all"
	a := alertsView{Back: "/alertas"}
	if all {
		a.Back = "/alertas?show=all"
	}
	v.page.Title = v.text.T("alerts.title")
	if s.o.Alerts == nil {
		a.Title, a.Empty = v.text.T("alerts.title"), v.text.T("alerts.off")
		v.page.Body = a
		return s.render(w, r, http.StatusOK, "alerts", v.page)
	}
	st := s.o.Alerts.Status()
	if r.URL.Query().Get("format") == "csv" {
		csvHeader(w, "antojo-alertas.csv")
		if err := alertTable(v, st.Alerts).CSV(w); err != nil {
			s.log.Debug("reader left", "request_id", idOf(r))
		}
		return nil
	}
	today := s.today()
	var active []alert.Alert
	for _, x := range st.Alerts {
		if x.Active(today) {
			active = append(active, x)
		}
	}
	list := active
	if all {
		list = st.Alerts
	}
	a.Title = v.text.N("alerts.finding", int64(len(active)))
	if len(active) == 0 {
		a.Title = v.text.T("alerts.none")
	}
	a.Budget = strconv.FormatFloat(st.Budget, 'g', -1, 64)
	switch {
	case st.To == 0:
		a.Empty = v.text.T("alerts.never")
	case len(list) == 0:
		a.Empty = v.text.T("alerts.empty")
	}
	if st.To != 0 {
		a.Lead = v.text.T("alerts.lead", "n", st.Series, "day", st.To)
		a.Checked = v.text.T("alerts.checked", "time", v.text.Time(st.Checked), "budget", v.text.Dec(st.Budget, decimalsOf(st.Budget)))
	}
	a.Tabs = []choice{{v.text.T("alerts.tab.active"), "/alertas", !all}, {v.text.T("alerts.tab.all"), "/alertas?show=all", all}}
	a.CSV = "/alertas?format=csv"
	if len(list) > alertsMost {
		a.More = v.text.T("alerts.more", "n", len(list)-alertsMost)
		list = list[:alertsMost]
	}
	for i := range list {
		a.Rows = append(a.Rows, s.alertRow(v, &list[i], today))
	}
	v.page.Body = a
	return s.render(w, r, http.StatusOK, "alerts", v.page)
}

func decimalsOf(x float64) int {
	if x == math.Trunc(x) {
		return 0
	}
	return 1
}

// alertRow writes an alert in words.
func (s *Server) alertRow(v *view, a *alert.Alert, today mention.Day) alertRow {
	row := alertRow{ID: a.ID, Open: a.Open, Active: a.Active(today), Seen: a.Seen}
	from, to := a.Window()
	f := metric.Filter{From: from, To: to}
	switch a.Scope {
	case alert.Entity:
		row.Name, row.Href = v.name(a.Of), "/entidad/"+url.PathEscape(a.Of)
		if info, ok := s.o.Lexicon.Entity(a.Of); ok {
			row.Kind = v.text.T("kind." + info.Kind)
		}
		f.Entities = []string{a.Of}
	case alert.Channel:
		row.Name, row.Kind = a.Of, v.text.T("alerts.channel")
		f.Channels = []string{a.Of}
	default:
		row.Name = v.text.T("alerts.total")
	}
	row.MentionsHref = mentionsLink(f)
	if row.Href == "" {
		row.Href = row.MentionsHref
	}
	row.Verdict, row.Label = "falling", v.text.T("alerts.down")
	if a.Up {
		row.Verdict, row.Label = "rising", v.text.T("alerts.up")
	}
	args := []any{"observed", int64(a.Observed), "expected", number(v, a.Expected), "low", int64(a.Low), "high", int64(a.High), "day", to, "days", v.text.Days(from, to)}
	if a.Days == 1 {
		row.Text = v.text.T("alert.day", args...)
	} else {
		row.Text = v.text.T("alert.days", args...)
	}
	tone := chart.Negative
	if a.Up {
		tone = chart.Positive
	}
	most := math.Max(a.Observed, a.High) * 1.05
	row.Range = panel.HTML(chart.Range{Value: a.Observed, Low: a.Low, High: a.High, Min: 0, Max: most, Tone: tone, Defined: true}.Render())
	row.Ratio = "×" + v.text.Dec(a.Ratio(), 1)
	if a.Ratio() < .95 {
		row.Ratio = v.text.SignedPercent(a.Ratio()-1, 0)
	}
	row.When = v.text.T("alert.span", "days", v.text.Days(a.From, a.To))
	if a.Open {
		row.When = v.text.T("alert.since", "day", a.From)
	}
	row.Reasons = alertReasons(v, a)
	return row
}

// alertsOf are the alerts on an entity that ask for attention.
func (s *Server) alertsOf(v *view, id string) []alertRow {
	if s.o.Alerts == nil {
		return nil
	}
	var out []alertRow
	today := s.today()
	list := s.o.Alerts.Status().Alerts
	for i := range list {
		if a := &list[i]; a.Scope == alert.Entity && a.Of == id && a.Active(today) {
			out = append(out, s.alertRow(v, a, today))
		}
	}
	return out
}

func number(v *view, x float64) string {
	if x < 10 {
		return v.text.Dec(x, 1)
	}
	return v.text.Int(int64(math.Round(x)))
}

// alertReasons says where the difference comes from.
func alertReasons(v *view, a *alert.Alert) []string {
	var out []string
	switch a.Scope {
	case alert.Entity:
		out = append(out, v.text.T("alert.why.entity"))
	default:
		out = append(out, v.text.T("alert.why.volume"))
	}
	if a.Part != "" {
		out = append(out, v.text.T("alert.part", "channel", a.Part, "share", v.text.Percent(a.Share, 0)))
	}
	if a.Copied > .05 {
		out = append(out, v.text.T("alert.copied", "share", v.text.Percent(a.Copied, 0)))
	}
	if a.PerHead > 0 {
		out = append(out, v.text.T("alert.heads", "n", v.text.Dec(a.PerHead, 1)))
	}
	for _, f := range calendar.Feasts() {
		if !slices.Contains(a.Feasts, f.ID) {
			continue
		}
		name := f.Name
		if v.page.Lang == "en" {
			name = f.NameEN
		}
		out = append(out, v.text.T("alert.feast", "feast", name))
	}
	if a.Partial {
		out = append(out, v.text.T("alert.partial"))
	}
	if a.Quiet != 0 && !a.Seen {
		out = append(out, v.text.T("alert.quiet", "day", mention.Day(a.Quiet)))
	}
	return out
}

// alertTable is the list as CSV.
func alertTable(v *view, list []alert.Alert) panel.Table {
	t := panel.Table{}
	for _, k := range []string{"id", "scope", "of", "name", "direction", "from", "to", "open", "window_from", "window_to", "observed", "expected", "low", "high", "p", "acknowledged"} {
		t.Cols = append(t.Cols, panel.Col{Key: k})
	}
	num := func(x float64) panel.Cell { return panel.Cell{Num: true, Raw: strconv.FormatFloat(x, 'g', 6, 64)} }
	for i := range list {
		a := &list[i]
		from, to := a.Window()
		name, dir := a.Of, "down"
		if a.Scope == alert.Entity {
			name = v.name(a.Of)
		}
		if a.Up {
			dir = "up"
		}
		t.Rows = append(t.Rows, []panel.Cell{{Text: a.ID}, {Text: string(a.Scope)}, {Text: a.Of}, {Text: name}, {Text: dir}, {Text: a.From.String()}, {Text: a.To.String()},
			{Text: strconv.FormatBool(a.Open)}, {Text: from.String()}, {Text: to.String()}, num(a.Observed), num(a.Expected), num(a.Low), num(a.High), num(a.P), {Text: strconv.FormatBool(a.Seen)}})
	}
	return t
}

// alertAction acknowledges, shows again or snoozes an alert.
func (s *Server) alertAction(w http.ResponseWriter, r *http.Request) error {
	if s.o.Alerts == nil {
		return errNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	id := r.PathValue("id")
	var err error
	switch r.PostForm.Get("do") {
	case "seen":
		err = s.o.Alerts.Acknowledge(id, true)
	case "show":
		err = s.o.Alerts.Acknowledge(id, false)
	case "snooze":
		err = s.o.Alerts.Snooze(id, s.today()+snoozeDays)
	default:
		return errBadForm
	}
	if errors.Is(err, alert.ErrUnknown) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	backToAlerts(w, r)
	return nil
}

// alertBudget sets the budget of false alarms.
func (s *Server) alertBudget(w http.ResponseWriter, r *http.Request) error {
	if s.o.Alerts == nil {
		return errNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	n, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(r.PostForm.Get("budget")), ",", ".", 1), 64)
	if err != nil || alert.CheckBudget(n) != nil {
		return errBudget
	}
	if err := s.o.Alerts.SetBudget(r.Context(), n); err != nil {
		return err
	}
	backToAlerts(w, r)
	return nil
}

// backToAlerts leads from a form to the list that it stood in.
func backToAlerts(w http.ResponseWriter, r *http.Request) {
	to := "/alertas"
	if r.PostForm.Get("back") == "/alertas?show=all" {
		to += "?show=all"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

var (
	errBadForm = &userError{status: http.StatusBadRequest, key: "bad_form"}
	errBudget  = &userError{status: http.StatusBadRequest, key: "budget", args: []any{"least", alert.LeastBudget, "most", alert.MostBudget}}
)
