package web

import (
	"net/http"
	"net/url"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/privacy"
	"antojo/internal/store"
)

// privacySample is how many of the newest mentions the page of privacy reads to
// count what was masked in them.
const privacySample = 1000

type privacyView struct {
	Sampled string
	Kinds   []maskRow
	Authors []figureFact
	DataDir string
	Days    string
}

type maskRow struct {
	Name, Tag, Count, Per, Href string
}

// privacyPage says what is kept and what is masked, and counts the masks that stand
// in the newest mentions.
func (s *Server) privacyPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	ms, _, err := s.o.Data.Mentions(r.Context(), metric.Filter{AllTopics: true}, store.Page{Limit: privacySample})
	if err != nil {
		return err
	}
	names := map[privacy.Kind]string{privacy.Email: v.text.T("privacy.email"), privacy.Phone: v.text.T("privacy.phone"), privacy.Document: v.text.T("privacy.document"), privacy.Card: v.text.T("privacy.card"), privacy.Account: v.text.T("privacy.account"),
		privacy.Plate: v.text.T("privacy.plate"), privacy.Handle: v.text.T("privacy.handle"), privacy.Link: v.text.T("privacy.link"), privacy.Address: v.text.T("privacy.address"), privacy.Name: v.text.T("privacy.name")}
	out := privacyView{DataDir: s.o.DataDir}
	var found privacy.Sample
	for i := range ms {
		found.Add(ms[i].Text, ms[i].Author)
	}
	if n := found.Mentions; n > 0 {
		out.Sampled = v.text.N("privacy.sampled", n)
		for _, k := range privacy.Kinds() {
			out.Kinds = append(out.Kinds, maskRow{names[k], k.Tag(), v.text.Int(found.Masks[k]), v.text.Dec(1000*float64(found.Masks[k])/float64(n), 1),
				mentionsLink(metric.Filter{AllTopics: true, Text: k.Tag()})})
		}
		all := mentionsLink(metric.Filter{AllTopics: true})
		out.Authors = []figureFact{{v.text.T("privacy.authors"), v.text.Int(found.Authors()), all}, {v.text.T("privacy.noauthor"), v.text.Int(found.Unknown), all}}
		out.Days = v.text.Days(v.page.Coverage.First, v.page.Coverage.Last)
	}
	v.page.Title = v.text.T("privacy.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "privacy", v.page)
}

type surveysView struct {
	Rows    []surveyRow
	Columns []fact
}

type surveyRow struct {
	Channel, N, Href, Rated, Net, NetRange, Last string
	Few                                          bool
}

// surveysPage shows which surveys there are, and how to bring one in.
func (s *Server) surveysPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	f := metric.Filter{AllTopics: true, Sources: []mention.Source{mention.Survey}}
	res, err := s.data.Query(r.Context(), metric.Query{Filter: f, Measures: []string{"mentions", "mean_rating", "net_sentiment"}, By: []metric.Dimension{metric.ByChannel}, Order: "-mentions", Limit: 200})
	if err != nil {
		return err
	}
	var out surveysView
	for _, row := range res.Rows {
		g := f
		g.Channels = []string{row.Keys[0]}
		sr := surveyRow{Channel: row.Keys[0], N: v.text.Int(int64(row.Values[0].Value)), Href: mentionsLink(g), Rated: "–", Net: "–"}
		if c := row.Values[1]; c.Defined {
			sr.Rated = v.text.Dec(c.Value, 2)
		}
		if c := row.Values[2]; c.Defined {
			sr.Net, sr.NetRange = v.text.Signed(100*c.Value, 0), v.text.T("interval", "low", v.text.Signed(100*c.Low, 0), "high", v.text.Signed(100*c.High, 0))
			sr.Few = c.N < panel.MinN
		}
		out.Rows = append(out.Rows, sr)
	}
	out.Columns = []fact{{"texto", v.text.T("surveys.col.text")}, {"estrellas", v.text.T("surveys.col.stars")}, {"fecha", v.text.T("surveys.col.date")}, {"canal", v.text.T("surveys.col.channel")}, {"autor", v.text.T("surveys.col.author")}, {"departamento", v.text.T("surveys.col.department")}}
	v.page.Title = v.text.T("surveys.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "surveys", v.page)
}

// startCookie holds the selection with which the pages of the menu open, in the
// encoding of metric.Filter. It only changes the links of the menu: an address
// means the same to everybody.
const startCookie = "start"

// startFields are the parts of a selection that can be set.
var startFields = []string{"window", "source", "department"}

// startPages are the pages whose links in the menu carry the selection.
var startPages = []string{"/", "/tendencias", "/preferencias", "/mapa", "/menciones"}

// start reads the selection of the cookie; what is not understood is dropped.
func start(r *http.Request) string {
	c, err := r.Cookie(startCookie)
	if err != nil || len(c.Value) > 300 {
		return ""
	}
	raw, err := url.QueryUnescape(c.Value)
	if err != nil {
		return ""
	}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return ""
	}
	return startOf(q)
}

// startOf keeps the known fields of a selection, "" if they make no valid filter.
func startOf(q url.Values) string {
	out := url.Values{}
	for _, f := range startFields {
		if x := strings.TrimSpace(q.Get(f)); x != "" {
			out.Set(f, x)
		}
	}
	if out.Get("window") == defaultWindow {
		out.Del("window")
	}
	if _, err := metric.ParseFilter(out); err != nil {
		return ""
	}
	return out.Encode()
}

type settingsView struct {
	Langs, Themes []choice
	Selects       []selectField
	Start         string
	Saved         bool
}

// settingsPage shows the reader's choices; they live in the browser's cookies.
func (s *Server) settingsPage(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	out := settingsView{Start: start(r), Saved: r.URL.Query().Get("saved") == "1"}
	for _, l := range []struct{ code, label string }{{"es", "Español"}, {"en", "English"}} {
		out.Langs = append(out.Langs, choice{l.label, "/ajustes?lang=" + l.code, v.page.Lang == l.code})
	}
	for _, t := range []struct{ code, label string }{{"auto", v.text.T("theme.auto")}, {"light", v.text.T("theme.light")}, {"dark", v.text.T("theme.dark")}} {
		out.Themes = append(out.Themes, choice{t.label, "/ajustes?theme=" + t.code, v.page.Theme == t.code})
	}
	q, _ := url.ParseQuery(out.Start)
	if v.asked, err = metric.ParseFilter(q); err != nil {
		return err
	}
	wins := selectField{Name: "window", Label: v.text.T("settings.window")}
	for _, x := range windows {
		cur := q.Get("window")
		wins.Options = append(wins.Options, option{x, v.text.T("window." + x), cur == x || cur == "" && x == defaultWindow})
	}
	out.Selects = []selectField{wins, v.selectField("source"), v.selectField("department")}
	v.page.Title = v.text.T("settings.title")
	v.page.Body = out
	return s.render(w, r, http.StatusOK, "settings", v.page)
}

// settingsSave remembers the selection with which the pages open.
func (s *Server) settingsSave(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxWordForm)
	if err := r.ParseForm(); err != nil {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	val := startOf(r.PostForm)
	c := &http.Cookie{Name: startCookie, Value: url.QueryEscape(val), Path: "/", MaxAge: cookieAge, HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if val == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
	http.Redirect(w, r, "/ajustes?saved=1", http.StatusSeeOther)
	return nil
}
