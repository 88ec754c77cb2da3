package web

import (
	"net/http"
	"slices"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/store"
)

const mentionsPerPage = 25

type mentionsView struct {
	Total     string
	Title     string
	Text      string
	Rows      []mentionView
	NextHref  string
	FirstHref string // set on later pages
	Empty     bool
	Downloads downloads
	Behind    behind
	Corrected string // how many labels people corrected, "" = none
}

// mentionsPage is the explorer: the mentions behind any figure.
func (s *Server) mentionsPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	m := mentionsView{Text: v.filter.Text}
	v.page.Query = v.filter.Text
	after := r.URL.Query().Get("after")
	rows, next, err := s.data.Mentions(r.Context(), v.filter, store.Page{After: after, Limit: mentionsPerPage})
	if err != nil {
		return err
	}
	total := int64(len(rows))
	var bySource metric.Result
	if after != "" || next != "" { // else the one page is all there is, and counting would read everything again
		bySource, err = s.data.Query(r.Context(), metric.Query{Filter: v.filter, Measures: []string{"mentions"}, By: []metric.Dimension{metric.BySource}})
		if err != nil {
			return err
		}
		total = 0
		for _, row := range bySource.Rows {
			total += int64(row.Values[0].Value)
		}
	}
	m.Behind = behindOf(v, bySource, rows)
	m.Rows = s.mentionViews(v, rows)
	m.Empty = len(rows) == 0
	m.Title = v.text.N("mentions.count", total)
	q := clean(r.URL.Query())
	for _, name := range []string{"lang", "theme", "after"} {
		q.Del(name)
	}
	if after != "" {
		m.FirstHref = "/menciones?" + q.Encode()
	}
	if next != "" {
		q.Set("after", next)
		m.NextHref = "/menciones?" + q.Encode()
	}
	if s.o.Corrections != nil && s.o.Corrections.Count() > 0 {
		m.Corrected = v.text.N("correct.count", int64(s.o.Corrections.Count()))
	}
	m.Downloads = v.download("mentions", v.text.T("export.what.mentions"), v.filter, nil)
	v.page.Title = v.text.T("mentions.title")
	v.page.Filters = v.bar(r, []string{"sentiment", "intent", "aspect", "source", "department", "kind", "campaign"})
	v.page.Body = m
	return s.render(w, r, http.StatusOK, "mentions", v.page)
}

type mentionPageView struct {
	M      mentionView
	Facts  []fact
	Labels []headView
	Silent []headView // aspects of which it does not speak
	Action string     // where corrections go; "" = they are not taken
	Why    *whyView
	Said   *saidView // words behind the aspects, once asked for
	AskFor string    // address that shows them, "" = there are none or they are shown
}

// sayAspects is the value of why= that only marks the words behind aspects.
const sayAspects = "aspects"

// fact is a term with what is known about it.
type fact struct{ Term, Value string }

// figureFact is a term with a figure and the mentions behind it.
type figureFact struct{ Term, Value, Href string }

// mentionPage shows one mention with everything the models said of it.
func (s *Server) mentionPage(w http.ResponseWriter, r *http.Request) error {
	id, err := mention.ParseID(r.PathValue("id"))
	if err != nil {
		return errNotFound
	}
	m, err := s.data.Mention(r.Context(), id)
	if err != nil {
		return err
	}
	v, err := s.view(w, r, false)
	if err != nil {
		return err
	}
	out := mentionPageView{M: s.mentionView(v, &m)}
	add := func(key, value string) {
		if value != "" {
			out.Facts = append(out.Facts, fact{v.text.T(key), value})
		}
	}
	if !m.Undated {
		add("fact.time", v.text.Time(m.Time))
	}
	add("fact.source", out.M.Source)
	add("fact.channel", m.Channel)
	add("fact.place", m.Place)
	add("fact.district", m.District)
	add("fact.department", m.Resolved.Name())
	add("fact.province", m.Province.Name())
	add("fact.language", v.text.T("language."+language(m.Language)))
	if m.Cluster != 0 {
		add("fact.copies", m.Cluster.String())
	}
	add("fact.model", m.Model)
	add("fact.run", m.Run)
	add("fact.id", m.ID.String())
	if m.Scored {
		out.Labels, out.Silent = s.headViews(v, &m)
		if s.o.Corrections != nil {
			out.Action = "/mencion/" + m.ID.String() + "/corregir"
		}
	}
	status := http.StatusOK
	if head := r.URL.Query().Get("why"); head != "" && m.Scored && s.o.Reader != nil {
		if head != sayAspects {
			if out.Why, err = s.why(r.Context(), v, &m, head); err != nil {
				return err
			}
		}
		e, err := s.explain(r.Context(), &m)
		switch {
		case err == errTooFast:
			out.Said = &saidView{Busy: true}
		case err != nil:
			return err
		default:
			said := v.said(&m, &e)
			out.Said, out.M.Pieces = &said, pieces(out.M.Segments, said.Aspects)
		}
		if out.Said.Busy || out.Why != nil && out.Why.Busy {
			status = http.StatusTooManyRequests
			w.Header().Set("Retry-After", "2")
		}
	}
	if out.Said == nil && s.o.Reader != nil && m.Scored && slices.ContainsFunc(m.Aspects[:], func(a mention.AspectLabel) bool { return a != mention.AspectNone }) {
		out.AskFor = "/mencion/" + m.ID.String() + "?why=" + sayAspects + "#aspectos"
	}
	v.page.Title = v.text.T("mention.title")
	v.page.Body = out
	return s.render(w, r, status, "mention", v.page)
}

// language maps a detected language to the ones that have a name in the locales.
func language(l string) string {
	switch l {
	case "es", "en", "pt", "qu", "ay":
		return l
	case "other":
		return "other"
	default:
		return "unknown"
	}
}
