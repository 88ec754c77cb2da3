package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"antojo/internal/discover"
	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// Desk is where food words are changed. Without one the page only shows them.
type Desk interface {
	// Entries are the rows that were written by the page.
	Entries() ([]lexicon.Entry, error)
	// Put adds a row and uses it at once. Problems mean that nothing was written.
	Put(lexicon.Entry) ([]lexicon.Problem, error)
	// Remove takes a row back.
	Remove(lexicon.Entry) error
	// Test says what a text holds; it is not stored.
	Test(ctx context.Context, text string) (Tested, error)
	// Progress is the last run that brought stored mentions to other words.
	Progress(ctx context.Context) (mention.Run, error)
	// Discover starts to look for new words, unless it does so already.
	Discover()
	Discovered() Discovery
}

// Tested is what a text holds.
type Tested struct {
	mention.Annotation
	Matches []TestedMatch
}

// TestedMatch is one match of the lexicon, and whether it is kept as food.
type TestedMatch struct {
	Surface    string
	Start, End int
	ID, Sense  string // clear, homograph, food context, weak, slang, misspelt
	Kept       bool
}

// Discovery is what the last look for new words has found.
type Discovery struct {
	Running, Failed bool
	At              time.Time // zero: nobody has looked yet
	Mentions        int
	Terms           []discover.Term
}

const (
	maxTestText  = 2000 // bytes of a text to test
	maxWordForm  = 64 << 10
	lexiconShown = 40
)

type lexiconView struct {
	Lead   string
	Query  string
	Rows   []wordRow
	More   string
	Empty  string
	Kinds  []option
	Desk   bool
	Test   testView
	Form   wordForm
	Own    []ownRow
	Run    *historyView
	Look   bool // new words are being looked for
	Found  []foundRow
	Looked string
	Fault  string
}

type wordRow struct {
	ID, Name, Gloss, Href, Kind, Parent, ParentHref, Region string
	Variants                                                string
}

type wordForm struct {
	ID, Name, NameEN, Parent, Variants string
	Faults                             []string
}

type ownRow struct {
	Action, ActionLabel, ID, Name, Href string
	Variants, Spellings                 string // with bars, as the form sends them, and with commas
}

type foundRow struct {
	Text, Kind, KindLabel, N, Growth, Like string
	Variants, Href                         string
}

type testView struct {
	Text     string
	Segments []segment
	Rows     []testRow
	Verdict  string
	Done     bool
}

type testRow struct {
	Surface, Name, Href, Sense string
	Kept                       bool
}

type historyView struct {
	Text, Figures string
	Running       bool
	Done, Total   int64
	Href          string
}

// lexiconPage shows the food words and lets them be changed.
func (s *Server) lexiconPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	return s.lexiconAnswer(w, r, http.StatusOK, func(*lexiconView, *view) {})
}

// lexiconAnswer renders the page with what a form has to say.
func (s *Server) lexiconAnswer(w http.ResponseWriter, r *http.Request, status int, fill func(*lexiconView, *view)) error {
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	out := lexiconView{Query: strings.TrimSpace(r.URL.Query().Get("q")), Desk: s.o.Desk != nil}
	all := s.o.Lexicon.All()
	count := map[string]int64{}
	for i := range all {
		count[all[i].Kind]++
	}
	out.Lead = v.text.T("lexicon.lead", "n", int64(len(all)), "dishes", count["dish"], "ingredients", count["ingredient"], "drinks", count["drink"], "brands", count["brand"], "places", count["place"])
	for _, k := range metric.Kinds {
		out.Kinds = append(out.Kinds, option{Value: k, Label: v.text.T("kind." + k)})
	}
	if out.Query != "" {
		hits := s.names.search(out.Query)
		for _, in := range hits[:min(len(hits), lexiconShown)] {
			out.Rows = append(out.Rows, s.wordRow(v, in))
		}
		if len(hits) > lexiconShown {
			out.More = v.text.T("lexicon.more", "n", int64(len(hits)-lexiconShown))
		}
		if len(hits) == 0 {
			out.Empty = v.text.T("lexicon.none", "query", out.Query)
			out.Form.Name = out.Query
		}
	}
	if s.o.Desk != nil {
		if err := s.fillDesk(r.Context(), v, &out); err != nil {
			return err
		}
	}
	fill(&out, v)
	v.page.Path = "/lexico"
	v.page.Title = v.text.T("lexicon.title")
	v.page.Body = out
	return s.render(w, r, status, "lexicon", v.page)
}

func (s *Server) wordRow(v *view, in lexicon.Info) wordRow {
	row := wordRow{ID: in.ID, Name: v.name(in.ID), Gloss: in.NameEN, Href: "/entidad/" + url.PathEscape(in.ID), Kind: v.text.T("kind." + in.Kind),
		Region: in.Region, Variants: strings.Join(in.Variants, ", ")}
	if strings.EqualFold(row.Gloss, row.Name) {
		row.Gloss = ""
	}
	if in.Parent != "" {
		row.Parent, row.ParentHref = v.name(in.Parent), "/entidad/"+url.PathEscape(in.Parent)
	}
	return row
}

func (s *Server) fillDesk(ctx context.Context, v *view, out *lexiconView) error {
	entries, err := s.o.Desk.Entries()
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(entries) {
		row := ownRow{Action: e.Action, ActionLabel: v.text.T("lexicon.action." + e.Action), ID: e.ID, Name: e.Name, Variants: strings.Join(e.Variants, "|"), Spellings: strings.Join(e.Variants, ", ")}
		if _, ok := s.o.Lexicon.Entity(e.ID); ok {
			row.Name, row.Href = v.name(e.ID), "/entidad/"+url.PathEscape(e.ID)
		}
		if row.Name == "" {
			row.Name = e.ID
		}
		out.Own = append(out.Own, row)
	}
	run, err := s.o.Desk.Progress(ctx)
	if err != nil {
		return err
	}
	out.Run = v.history(run)
	found := s.o.Desk.Discovered()
	out.Look = found.Running
	switch {
	case found.Failed:
		out.Looked = v.text.T("lexicon.discover.failed")
	case !found.At.IsZero():
		out.Looked = v.text.T("lexicon.discover.done", "n", int64(found.Mentions), "time", v.text.Time(found.At))
	}
	for _, t := range found.Terms {
		row := foundRow{Text: t.Text, Kind: t.Kind, KindLabel: v.text.T("kind." + t.Kind), N: v.text.Int(int64(t.Count)),
			Growth: "×" + v.text.Dec(t.Growth, 1), Variants: strings.Join(t.Variants, "|"), Href: mentionsLink(metric.Filter{Text: t.Text})}
		var like []string
		for _, id := range t.Like[:min(len(t.Like), 3)] {
			like = append(like, v.name(id))
		}
		row.Like = strings.Join(like, ", ")
		out.Found = append(out.Found, row)
	}
	return nil
}

// history says how far the stored mentions follow the words in use.
func (v *view) history(run mention.Run) *historyView {
	if run.ID == "" {
		return nil
	}
	h := &historyView{Running: run.Status == mention.Running, Done: run.Seen, Total: max(run.Total, 1), Href: "/lexico/avance",
		Figures: v.text.T("lexicon.run.figures", "seen", run.Seen, "total", run.Total, "changed", run.Changed)}
	key := "lexicon.run.done"
	switch run.Status {
	case mention.Running:
		key = "lexicon.run.running"
	case mention.Failed:
		key = "lexicon.run.failed"
	}
	h.Text = v.text.T(key)
	return h
}

// lexiconProgress shows how far the stored mentions are, and renews itself.
func (s *Server) lexiconProgress(w http.ResponseWriter, r *http.Request) error {
	if s.o.Desk == nil {
		return errNotFound
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	run, err := s.o.Desk.Progress(r.Context())
	if err != nil {
		return err
	}
	v.page.Title = v.text.T("lexicon.run.title")
	v.page.Body = v.history(run)
	return s.render(w, r, http.StatusOK, "lexicon_run", v.page)
}

// deskForm reads a form of the page.
func (s *Server) deskForm(w http.ResponseWriter, r *http.Request) error {
	if s.o.Desk == nil {
		return errNotFound
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxWordForm)
	if err := r.ParseForm(); err != nil {
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	return nil
}

// lexiconTest shows what a text holds. The text is not stored and not logged.
func (s *Server) lexiconTest(w http.ResponseWriter, r *http.Request) error {
	if err := s.deskForm(w, r); err != nil {
		return err
	}
	text := strings.ToValidUTF8(strings.ReplaceAll(r.PostForm.Get("text"), "\r\n", "\n"), "")
	if len(text) > maxTestText {
		cut := maxTestText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	got, err := s.o.Desk.Test(r.Context(), text)
	if err != nil {
		return err
	}
	return s.lexiconAnswer(w, r, http.StatusOK, func(out *lexiconView, v *view) {
		out.Test = testView{Text: text, Done: true, Segments: s.segments(v, text, got.Entities)}
		for _, m := range got.Matches {
			out.Test.Rows = append(out.Test.Rows, testRow{m.Surface, v.name(m.ID), "/entidad/" + url.PathEscape(m.ID), v.text.T("lexicon.sense." + strings.ReplaceAll(m.Sense, " ", "_")), m.Kept})
		}
		out.Test.Verdict = v.text.T("mention.unscored")
		if got.Scored {
			label := "other"
			if got.Relevant {
				label = "food"
			}
			out.Test.Verdict = v.text.T("lexicon.test.relevance", "label", v.text.T("relevance."+label), "p", v.text.Percent(float64(got.Relevance), 0))
		}
	})
}

// lexiconWord adds a word, gives one further spellings, or switches one off.
func (s *Server) lexiconWord(w http.ResponseWriter, r *http.Request) error {
	if err := s.deskForm(w, r); err != nil {
		return err
	}
	field := func(name string) string {
		return clip(strings.ToValidUTF8(r.PostForm.Get(name), ""), 400)
	}
	e := lexicon.Entry{Action: field("do"), ID: field("id"), Name: strings.ToLower(field("name")), NameEN: field("name_en"), Kind: field("kind"), Parent: field("parent")}
	for v := range strings.FieldsFuncSeq(field("variants"), func(r rune) bool { return r == '|' || r == ',' || r == ';' }) {
		v = strings.ToLower(strings.TrimSpace(v))
		if v != "" && !lexicon.SameSpelling(v, e.Name) && !slices.ContainsFunc(e.Variants, func(x string) bool { return lexicon.SameSpelling(x, v) }) {
			e.Variants = append(e.Variants, v)
		}
	}
	var faults []string
	fault := func(key string, args ...any) { faults = append(faults, s.catalog.For(s.langOf(r)).T(key, args...)) }
	info, known := s.o.Lexicon.Entity(e.ID)
	switch e.Action {
	case "add":
		e.ID = lexicon.Slug(e.Name)
		if e.NameEN == "" {
			e.NameEN = e.Name
		}
		e.Source = "page"
		if e.Parent != "" {
			if id, ok := s.names.find(e.Parent); ok {
				e.Parent = id
			}
		}
		_, taken := s.o.Lexicon.Entity(e.ID)
		switch {
		case e.ID == "":
			fault("lexicon.fault.name")
		case taken:
			fault("lexicon.fault.taken", "name", e.Name)
		case !slices.Contains(metric.Kinds, e.Kind):
			fault("lexicon.fault.kind")
		}
	case "merge":
		e = lexicon.Entry{Action: e.Action, ID: e.ID, Variants: e.Variants}
		have := append([]string{info.Name}, info.Variants...)
		e.Variants = slices.DeleteFunc(e.Variants, func(v string) bool {
			return slices.ContainsFunc(have, func(x string) bool { return lexicon.SameSpelling(x, v) })
		})
		switch {
		case !known:
			fault("lexicon.fault.unknown")
		case len(e.Variants) == 0:
			fault("lexicon.fault.variants")
		}
	case "disable":
		e = lexicon.Entry{Action: e.Action, ID: e.ID}
		if !known {
			fault("lexicon.fault.unknown")
		}
	default:
		return &userError{status: http.StatusBadRequest, key: "bad_form"}
	}
	if len(faults) == 0 {
		problems, err := s.o.Desk.Put(e)
		if err != nil {
			s.log.Info("food word refused", "request_id", idOf(r), "error", err)
			fault("lexicon.fault.refused", "reason", err.Error())
		}
		for _, p := range problems[:min(len(problems), 5)] {
			fault("lexicon.problem."+p.Rule, "value", p.Value, "other", s.names.in("")(p.Other))
		}
	}
	if len(faults) > 0 {
		return s.lexiconAnswer(w, r, http.StatusUnprocessableEntity, func(out *lexiconView, v *view) {
			out.Form = wordForm{e.ID, e.Name, e.NameEN, e.Parent, strings.Join(e.Variants, ", "), faults}
			for i := range out.Kinds {
				out.Kinds[i].Selected = out.Kinds[i].Value == e.Kind
			}
		})
	}
	to := "/lexico#propias"
	if field("from") == "nuevas" {
		to = "/lexico#nuevas"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// lexiconRemove takes a row of the page's own back.
func (s *Server) lexiconRemove(w http.ResponseWriter, r *http.Request) error {
	if err := s.deskForm(w, r); err != nil {
		return err
	}
	e := lexicon.Entry{Action: r.PostForm.Get("do"), ID: r.PostForm.Get("id")}
	if v := r.PostForm.Get("variants"); v != "" {
		e.Variants = strings.Split(v, "|")
	}
	if err := s.o.Desk.Remove(e); err != nil {
		return err
	}
	http.Redirect(w, r, "/lexico#propias", http.StatusSeeOther)
	return nil
}

// lexiconDiscover starts to look for new words.
func (s *Server) lexiconDiscover(w http.ResponseWriter, r *http.Request) error {
	if err := s.deskForm(w, r); err != nil {
		return err
	}
	s.o.Desk.Discover()
	http.Redirect(w, r, "/lexico/nuevas", http.StatusSeeOther)
	return nil
}

// lexiconLooking waits, by renewing itself, until new words have been looked for.
func (s *Server) lexiconLooking(w http.ResponseWriter, r *http.Request) error {
	if s.o.Desk == nil {
		return errNotFound
	}
	if !s.o.Desk.Discovered().Running {
		http.Redirect(w, r, "/lexico#nuevas", http.StatusSeeOther)
		return nil
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	v.page.Title = v.text.T("lexicon.discover.title")
	v.page.Body = &historyView{Text: v.text.T("lexicon.discover.running"), Running: true}
	return s.render(w, r, http.StatusOK, "lexicon_run", v.page)
}

// langOf is the reader's language, without remembering a new choice.
func (s *Server) langOf(r *http.Request) string {
	if c, err := r.Cookie("lang"); err == nil && s.catalog.Has(c.Value) {
		return c.Value
	}
	return "es"
}
