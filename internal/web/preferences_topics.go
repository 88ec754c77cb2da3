package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/store"
	"antojo/internal/trend/topic"
)

const (
	topicReads = 1000 // newest complaints (praises) that themes are looked for in
	topicKeep  = 128
	themeShown = 200 // mentions on the page of a theme
)

// polarity is a side that themes are looked for on.
type polarity struct {
	key, panel string
	sentiment  mention.Sentiment
	tone       chart.Tone
}

var polarities = []polarity{
	{"neg", "topics-neg", mention.Negative, chart.Negative},
	{"pos", "topics-pos", mention.Positive, chart.Positive},
}

// topicBuilders are the panels of what complaints and praises are about.
func (s *Server) topicBuilders(v *view, id string) []builder {
	var out []builder
	for _, p := range polarities {
		out = append(out, builder{p.panel, func(ctx context.Context) (panel.Panel, error) { return s.topics(ctx, v, id, p) }})
	}
	return out
}

// topicFilter selects the texts that themes are looked for in.
func (v *view) topicFilter(p polarity) metric.Filter {
	f := v.year()
	f.Sentiments = []mention.Sentiment{p.sentiment}
	return f
}

// themesOf finds the themes of one side of an entity. Only what the whole selection
// up to the last day says is remembered: filters see the same themes but move none.
func (s *Server) themesOf(ctx context.Context, v *view, id string, p polarity) (topic.Result, error) {
	f := v.topicFilter(p)
	return s.insights.topics.get(ctx, id+"\n"+f.Values().Encode(), func(ctx context.Context) (topic.Result, error) {
		ms, _, err := s.o.Data.Mentions(ctx, f, store.Page{Limit: topicReads})
		if err != nil {
			return topic.Result{}, err
		}
		docs := make([]topic.Doc, 0, len(ms))
		for _, m := range ms {
			docs = append(docs, topic.DocOf(&m, id))
		}
		key := id + "/" + p.key
		r := topic.Find(docs, s.o.Themes.Current(key))
		whole := metric.Filter{From: f.From, To: f.To, Entities: f.Entities, Sentiments: f.Sentiments}
		learn := f.Values().Encode() == whole.Values().Encode() && f.To >= v.page.Coverage.Last && len(r.Themes) > 0
		if err := s.o.Themes.Identify(key, r.Themes, f.To, learn); err != nil {
			s.log.Warn("themes could not be remembered; their ids may change at the next start", "error", err.Error())
		}
		return r, nil
	})
}

// topics lists what complaints or praises are about.
func (s *Server) topics(ctx context.Context, v *view, id string, pol polarity) (panel.Panel, error) {
	f := v.topicFilter(pol)
	p := panel.Panel{ID: pol.panel, Title: v.text.T("topics." + pol.key + ".name")}
	r, err := s.themesOf(ctx, v, id, pol)
	if err != nil {
		return p, fmt.Errorf("themes: %w", err)
	}
	p.Sub = v.text.T("topics."+pol.key+".sub", "n", r.N, "days", v.text.Days(f.From, f.To))
	if len(r.Themes) == 0 {
		p.Empty = v.text.T("topics."+pol.key+".few", "n", r.N, "min", topic.MinDocs)
		return p, nil
	}
	first := r.Themes[0]
	p.Title = v.text.T("topics."+pol.key+".title", "first", first.Name(), "share", v.text.Percent(first.Share.Value, 0))
	if len(r.Themes) > 1 && r.Themes[1].Share.High >= first.Share.Low {
		p.Title = v.text.T("topics."+pol.key+".close", "first", first.Name(), "second", r.Themes[1].Name())
	}
	hi := 0.0
	for _, t := range r.Themes {
		hi = max(hi, t.Share.High)
	}
	p.Table.Cols = []panel.Col{{Key: "theme", Title: v.text.T("topics.theme")}, {Key: "share", Title: v.text.T("topics.share"), Num: true}, {Key: "range", Title: v.text.T("col.interval"), On: panel.PageOnly},
		{Key: "low", Num: true, On: panel.CSVOnly}, {Key: "high", Num: true, On: panel.CSVOnly}, {Key: "n", Title: "n", Num: true}}
	for _, t := range r.Themes {
		href := v.themeLink(id, pol, t.ID)
		share := v.scope.Figure(metric.UnitShare, t.Share, href)
		share.Few = false // the shares are of all texts looked at, which are enough
		share.Small = v.text.T("interval.short", "low", v.scope.Write(metric.UnitShare, t.Share.Low), "high", v.scope.Write(metric.UnitShare, t.Share.High))
		n := int64(len(t.Docs))
		p.Table.Rows = append(p.Table.Rows, []panel.Cell{
			{Text: t.Name(), Href: href, Head: true}, share,
			{Draw: panel.HTML(chart.Range{Value: t.Share.Value, Low: t.Share.Low, High: t.Share.High, Max: hi, Tone: pol.tone, Defined: true}.Render())},
			v.scope.Bound(metric.UnitShare, t.Share, t.Share.Low), v.scope.Bound(metric.UnitShare, t.Share, t.Share.High),
			{Text: v.text.Int(n), Raw: strconv.FormatInt(n, 10), Href: href, Num: true}})
	}
	p.Note = v.text.T("topics.note", "n", r.N, "left", v.text.Percent(float64(r.Left)/float64(r.N), 1))
	return p, nil
}

// themeLink is the page of a theme's mentions.
func (v *view) themeLink(id string, p polarity, theme string) string {
	f := v.asked
	f.Entities, f.Kinds, f.Text = nil, nil, ""
	return link("/entidad/"+url.PathEscape(id)+"/tema/"+p.key+"-"+theme, f)
}

type themeView struct {
	Entity, EntityHref string
	Name, Lead         string
	Words              []string
	Rows               []mentionView
}

// themePage shows the mentions of a theme, the most typical first.
func (s *Server) themePage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	id, name := r.PathValue("id"), r.PathValue("theme")
	if _, ok := s.o.Lexicon.Entity(id); !ok || len(name) < 5 {
		return errNotFound
	}
	at := slices.IndexFunc(polarities, func(p polarity) bool { return p.key+"-" == name[:4] })
	if at < 0 {
		return errNotFound
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	v.filter.Entities = []string{id}
	v.scope.Filter = v.filter
	pol := polarities[at]
	res, err := s.themesOf(r.Context(), v, id, pol)
	if err != nil {
		return err
	}
	k := slices.IndexFunc(res.Themes, func(t topic.Theme) bool { return t.ID == name[4:] })
	if k < 0 {
		return errNotFound
	}
	t := res.Themes[k]
	ms, _, err := s.data.Mentions(r.Context(), v.topicFilter(pol), store.Page{Limit: topicReads})
	if err != nil {
		return err
	}
	by := make(map[string]mention.Annotated, len(ms))
	for _, m := range ms {
		by[m.ID.String()] = m
	}
	var show []mention.Annotated
	for _, key := range t.Docs[:min(themeShown, len(t.Docs))] {
		if m, ok := by[key]; ok {
			show = append(show, m)
		}
	}
	body := themeView{Entity: v.name(id), EntityHref: v.entityLink(id), Name: t.Name(), Rows: s.mentionViews(v, show)}
	body.Lead = v.text.T("theme."+pol.key, "n", len(t.Docs), "of", res.N, "share", v.text.Percent(t.Share.Value, 1), "low", v.text.Percent(t.Share.Low, 1), "high", v.text.Percent(t.Share.High, 1))
	for _, x := range t.Words[:min(12, len(t.Words))] {
		body.Words = append(body.Words, x.Text)
	}
	v.page.Title = t.Name() + " · " + body.Entity
	v.page.Filters = v.bar(r, nil)
	v.page.Body = body
	return s.render(w, r, http.StatusOK, "theme", v.page)
}

func newTopicMemo(now func() time.Time) *memo[topic.Result] {
	return newStaleMemo[topic.Result](now, trendStale, 6*trendStale, topicKeep)
}
