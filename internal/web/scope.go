package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/panel/locale"
)

// defaultWindow is the period of a page whose URL names none.
const defaultWindow = "28d"

// windows are the periods that the pages offer by one click.
var windows = []string{"7d", "28d", "90d", "365d"}

// view is what a handler works with: the filter as the URL has it, the same
// resolved to days, and the words to speak.
type view struct {
	page   *page
	text   *locale.Printer
	name   func(string) string
	asked  metric.Filter // as in the URL, with the default window
	filter metric.Filter // resolved: From and To are set
	scope  panel.Scope
	def    string // period of the page when its URL names none
}

// clean drops empty parameters, which a GET form sends for every untouched field,
// and a window beside a typed start, which would contradict it.
func clean(v url.Values) url.Values {
	out := url.Values{}
	for k, vs := range v {
		for _, x := range vs {
			if strings.TrimSpace(x) != "" {
				out.Add(k, x)
			}
		}
	}
	if out.Has("from") {
		out.Del("window")
	}
	return out
}

// tidy sends a reader whose form left empty fields in the URL to the clean one,
// so that equal selections have equal addresses.
func tidy(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	c := clean(q)
	if len(c) == len(q) && !slices.ContainsFunc(mapValues(q), func(s string) bool { return strings.TrimSpace(s) == "" }) {
		return false
	}
	to := r.URL.Path
	if len(c) > 0 {
		to += "?" + c.Encode()
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return true
}

func mapValues(v url.Values) []string {
	var out []string
	for _, vs := range v {
		out = append(out, vs...)
	}
	return out
}

// view reads the URL. With window, a URL without a period gets the default one.
func (s *Server) view(w http.ResponseWriter, r *http.Request, window bool) (*view, error) {
	f, err := metric.ParseFilter(clean(r.URL.Query()))
	if err != nil {
		return nil, err
	}
	v := &view{page: s.newPage(w, r), asked: f, def: defaultWindow}
	v.text = s.catalog.For(v.page.Lang)
	v.name = s.names.in(v.page.Lang)
	if window && f.From == 0 && f.Window == "" {
		v.asked.Window = defaultWindow
	}
	last := v.page.Coverage.Last
	if last == 0 {
		last = s.today()
	}
	if v.filter, err = v.asked.Resolve(last); err != nil {
		return nil, err
	}
	if window && v.filter.To == 0 {
		v.filter.To = max(last, v.filter.From)
	}
	v.scope = panel.Scope{Store: s.data, Filter: v.filter, Text: v.text, Map: s.country, Name: v.name, Link: mentionsLink, Notes: s.notes(append(slices.Clone(f.Entities), r.PathValue("id")))}
	return v, nil
}

// viewOver is view for a page with a default window of its own.
func (s *Server) viewOver(w http.ResponseWriter, r *http.Request, window string) (*view, error) {
	q := clean(r.URL.Query())
	if !q.Has("window") && !q.Has("from") {
		q.Set("window", window)
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
	}
	v, err := s.view(w, r, true)
	if err == nil {
		v.def = window
	}
	return v, err
}

// mentionsLink is the page of the mentions that a filter selects.
func mentionsLink(f metric.Filter) string { return "/menciones?" + f.Values().Encode() }

// entityLink is an entity's page in the same selection.
func (v *view) entityLink(id string) string {
	f := v.asked
	f.Entities, f.Kinds, f.Text = nil, nil, ""
	return link("/entidad/"+url.PathEscape(id), f)
}

// link is a page with a filter; the default window is not spelled out.
func link(path string, f metric.Filter) string {
	if f.Window == defaultWindow && f.To == 0 {
		f.Window = ""
	}
	if q := f.Values().Encode(); q != "" {
		return path + "?" + q
	}
	return path
}

// filterBar is the row of choices above a page.
type filterBar struct {
	Action   string
	Windows  []choice
	Selects  []selectField
	Hidden   []hidden // the rest of the selection, kept by the form
	Active   []choice // what narrows the selection, each with the link that takes it away
	Copies   *copiesNote
	From, To string // for the date fields
	Period   string
}

// copiesNote says that there are campaigns among the mentions of a page, with the
// page of them and the same page without them.
type copiesNote struct{ Label, Href, Without string }

type choice struct {
	Label, Href string
	Current     bool
}

type selectField struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Label string
	Selected     bool
}

type hidden struct{ Name, Value string }

// bar builds the choices of a page; fields names the selects it offers. Extra
// are parameters of the page beside the filter (sort order, map measure).
func (v *view) bar(r *http.Request, fields []string, extra ...string) *filterBar {
	b := &filterBar{Action: r.URL.Path, From: v.filter.From.String(), To: v.filter.To.String()}
	if v.filter.From != 0 {
		b.Period = v.text.Days(v.filter.From, v.filter.To)
	} else {
		b.From, b.To = "", ""
	}
	q := clean(r.URL.Query())
	extra = append(extra, tableParam)
	to := func(f metric.Filter) string {
		out := f.Values()
		if f.Window == v.def {
			out.Del("window")
		}
		for _, name := range extra {
			if x := q[name]; len(x) > 0 {
				out[name] = x
			}
		}
		if len(out) == 0 {
			return r.URL.Path
		}
		return r.URL.Path + "?" + out.Encode()
	}
	for _, w := range windows {
		f := v.asked
		f.From, f.To, f.Window = 0, 0, w
		b.Windows = append(b.Windows, choice{v.text.T("window." + w), to(f), v.asked.Window == w && v.asked.To == 0})
	}
	for _, name := range fields {
		b.Selects = append(b.Selects, v.selectField(name))
	}
	b.Active = v.active(to)
	b.Copies = v.copies(r.Context(), to)
	rest := v.asked.Values()
	for _, name := range fields {
		rest.Del(name)
	}
	if v.asked.Window == v.def {
		rest.Del("window")
	}
	for _, name := range extra {
		if x := q[name]; len(x) > 0 {
			rest[name] = x
		}
	}
	names := make([]string, 0, len(rest))
	for k := range rest {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		for _, x := range rest[k] {
			b.Hidden = append(b.Hidden, hidden{k, x})
		}
	}
	return b
}

// selectField offers the values of one field. A field that has several values in
// the URL shows the first; the others are among the active choices.
func (v *view) selectField(name string) selectField {
	vals := v.asked.Values()[name]
	current := ""
	if len(vals) > 0 {
		current = vals[0]
	}
	f := selectField{Name: name, Label: v.text.T("field." + name)}
	add := func(value, label string) {
		f.Options = append(f.Options, option{value, label, value == current})
	}
	add("", v.text.T("field."+name+".all"))
	switch name {
	case "source":
		for _, x := range mention.Sources {
			add(string(x), v.text.T("source."+string(x)))
		}
	case "department":
		for d := mention.Department(1); d <= mention.NumDepartments; d++ {
			add(d.Code(), d.Name())
		}
	case "kind":
		for _, k := range metric.Kinds {
			add(k, v.text.T("kind."+k))
		}
	case "sentiment":
		for _, l := range mention.SentimentLabels {
			add(l, v.text.T("sentiment."+l))
		}
	case "intent":
		for _, l := range mention.IntentLabels {
			add(l, v.text.T("intent."+l))
		}
	case "campaign":
		for _, c := range []metric.Campaigns{metric.ExcludeCampaigns, metric.OnlyCampaigns} {
			add(string(c), v.text.T("field.campaign."+string(c)))
		}
	case "aspect":
		for _, l := range mention.AspectNames {
			add(l, v.text.T("aspect."+l))
		}
		if current != "" && !slices.ContainsFunc(f.Options, func(o option) bool { return o.Selected }) {
			add(current, v.aspectLabel(v.asked.Aspects[0]))
		}
	}
	return f
}

func (v *view) aspectLabel(a metric.AspectFilter) string {
	label := v.text.T("aspect." + a.Aspect.String())
	if a.Polarity != mention.AspectNone {
		label += " · " + v.text.T("sentiment."+a.Polarity.String())
	}
	return label
}

// active lists what narrows the selection beside the period.
func (v *view) active(to func(metric.Filter) string) []choice {
	var out []choice
	f := v.asked
	drop := func(label string, change func(*metric.Filter)) {
		g := f
		change(&g)
		out = append(out, choice{Label: label, Href: to(g)})
	}
	for i, id := range f.Entities {
		drop(v.name(id), func(g *metric.Filter) { g.Entities = without(f.Entities, i) })
	}
	for i, id := range f.With {
		drop(v.text.T("active.with", "name", v.name(id)), func(g *metric.Filter) { g.With = without(f.With, i) })
	}
	for i, k := range f.Kinds {
		drop(v.text.T("kind."+k), func(g *metric.Filter) { g.Kinds = without(f.Kinds, i) })
	}
	for i, d := range f.Departments {
		name := d.Name()
		if d == 0 {
			name = v.text.T("department.none")
		}
		drop(name, func(g *metric.Filter) { // its provinces go with it
			g.Departments = without(f.Departments, i)
			g.Provinces = slices.DeleteFunc(slices.Clone(f.Provinces), func(p mention.Province) bool { return p.Department() == d })
		})
	}
	for i, p := range f.Provinces {
		name := v.text.T("province.none")
		if p != 0 {
			name = v.text.T("active.province", "name", p.Name())
		}
		drop(name, func(g *metric.Filter) { g.Provinces = without(f.Provinces, i) })
	}
	for i, x := range f.Sources {
		drop(v.text.T("source."+string(x)), func(g *metric.Filter) { g.Sources = without(f.Sources, i) })
	}
	for i, c := range f.Channels {
		drop(c, func(g *metric.Filter) { g.Channels = without(f.Channels, i) })
	}
	for i, x := range f.Sentiments {
		drop(v.text.T("sentiment."+x.String()), func(g *metric.Filter) { g.Sentiments = without(f.Sentiments, i) })
	}
	for i, x := range f.Intents {
		drop(v.text.T("intent."+x.String()), func(g *metric.Filter) { g.Intents = without(f.Intents, i) })
	}
	for i, a := range f.Aspects {
		drop(v.aspectLabel(a), func(g *metric.Filter) { g.Aspects = without(f.Aspects, i) })
	}
	if f.Text != "" {
		drop("“"+f.Text+"”", func(g *metric.Filter) { g.Text = "" })
	}
	if f.Run != "" {
		drop(v.text.T("active.run", "run", f.Run), func(g *metric.Filter) { g.Run = "" })
	}
	if f.Campaign != metric.IncludeCampaigns {
		drop(v.text.T("active.campaign."+string(f.Campaign)), func(g *metric.Filter) { g.Campaign = metric.IncludeCampaigns })
	}
	if f.Cluster != 0 {
		drop(v.text.T("active.cluster"), func(g *metric.Filter) { g.Cluster = 0 })
	}
	if f.AllTopics {
		drop(v.text.T("active.all"), func(g *metric.Filter) { g.AllTopics = false })
	}
	if f.Raw {
		drop(v.text.T("active.raw"), func(g *metric.Filter) { g.Raw = false })
	}
	if f.From != 0 && len(out) == 0 && f.Window == "" {
		drop(v.text.Days(f.From, v.filter.To), func(g *metric.Filter) { g.From, g.To = 0, 0 })
	} else if f.From != 0 {
		out = append([]choice{{Label: v.text.Days(f.From, max(v.filter.To, f.From)), Href: to(func() metric.Filter { g := f; g.From, g.To = 0, 0; return g }())}}, out...)
	}
	return out
}

// copies looks for campaigns among the mentions of the page; nil if there are none,
// or if the reader has chosen what becomes of them. That they cannot be counted is
// no reason to fail: the figures of the page will say what is wrong.
func (v *view) copies(ctx context.Context, to func(metric.Filter) string) *copiesNote {
	if v.asked.Campaign != metric.IncludeCampaigns || v.asked.Cluster != 0 {
		return nil
	}
	f := v.filter
	f.Campaign = metric.OnlyCampaigns
	res, err := v.scope.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}})
	if err != nil || res.Total == 0 {
		return nil
	}
	g := v.asked
	g.Campaign = metric.ExcludeCampaigns
	return &copiesNote{Label: v.text.N("filters.copies", res.Total), Href: mentionsLink(f), Without: to(g)}
}

func without[T any](list []T, i int) []T {
	return append(append([]T{}, list[:i]...), list[i+1:]...)
}
