package web

import (
	"context"
	"net/http"
	"net/url"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/panel"
	"antojo/internal/store"
	"antojo/internal/trend"
)

const (
	entityCo     = 10
	entityQuotes = 3
	entityRecent = 60 // mentions among which the quotes are looked for
)

// slowNames are what panels are called while they are on their way.
var slowNames = map[string]string{
	"topics-neg": "topics.neg.name", "topics-pos": "topics.pos.name", "drivers": "drivers.sentiment.name", "drivers-stars": "drivers.stars.name",
	"rivals": "rivals.name", "areas": "areas.name", "outlook": "outlook.name",
}

type entityView struct {
	ID, Name, Gloss, Kind, Region string
	Parent                        *choice
	Trend                         *trendRow
	Coming                        bool // the verdict is being computed
	Window, Previous              string
	Tiles                         []panel.Tile
	Weekly, Net, Aspects, Map, Co panelView
	Preferences                   []panelView
	Outlook                       panelView
	Alerts                        []alertRow // that ask for attention
	Quotes                        []quotes
	MentionsHref                  string
	Downloads, Weeks              downloads // its mentions; its figures by week
	Empty                         bool
}

// quotes are example mentions of one polarity.
type quotes struct {
	Class, Title, Href string
	Rows               []mentionView
}

// entityPage tells one dish, ingredient, drink, brand or kind of place.
func (s *Server) entityPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	id := r.PathValue("id")
	info, ok := s.o.Lexicon.Entity(id)
	if !ok {
		return errNotFound
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	v.filter.Entities = []string{id}
	v.scope.Filter = v.filter
	e := entityView{ID: id, Name: v.name(id), Gloss: s.names.gloss(id, v.page.Lang), Kind: v.text.T("kind." + info.Kind), MentionsHref: mentionsLink(v.filter)}
	if info.Parent != "" {
		e.Parent = &choice{Label: v.name(info.Parent), Href: v.entityLink(info.Parent)}
	}
	bs := []builder{
		{"weekly", func(ctx context.Context) (panel.Panel, error) { return panel.Weekly(ctx, v.scope) }},
		{"net", func(ctx context.Context) (panel.Panel, error) { return panel.Net(ctx, v.scope) }},
		{"aspects", func(ctx context.Context) (panel.Panel, error) { return panel.Aspects(ctx, v.scope) }},
		{"map", func(ctx context.Context) (panel.Panel, error) { return panel.Geography(ctx, v.scope, "sov") }},
		{"co", func(ctx context.Context) (panel.Panel, error) { return s.coMentions(ctx, v, id) }},
	}
	slow := append(s.topicBuilders(v, id), s.preferenceBuilders(v, id)...)
	slow = append(slow, builder{"outlook", func(ctx context.Context) (panel.Panel, error) { return s.outlook(ctx, v, id) }})
	if done, err := s.twin(w, r, v, append(bs, slow...)); done {
		return err
	}
	wait, cancel := patienceOf(r)
	defer cancel()
	for i, b := range bs {
		if b.id != "weekly" { // what the page is about
			bs[i] = s.soon(v, wait, b)
		}
	}
	for _, b := range slow {
		bs = append(bs, s.later(v, b, v.text.T(slowNames[b.id])))
	}
	var rep trend.Report
	var boxes map[string]panel.Panel
	var said [3][]mention.Annotated
	named := false // by anyone in the period
	jobs := []func(context.Context) error{
		func(ctx context.Context) (err error) { e.Tiles, err = panel.Tiles(ctx, v.scope); return err },
		func(ctx context.Context) (err error) { boxes, err = panels(ctx, bs); return err },
		func(ctx context.Context) (err error) { rep, e.Coming, err = s.trendsSoon(ctx, wait, v); return err },
		func(ctx context.Context) error {
			ms, err := s.data.Examples(ctx, v.filter, entityRecent, entityQuotes)
			named = len(ms) > 0
			for _, m := range ms {
				if k := m.Sentiment + 1; m.Scored {
					said[k] = append(said[k], m)
				}
			}
			return err
		},
	}
	if err := panel.Together(r.Context(), jobs...); err != nil {
		return err
	}
	if !e.Coming {
		e.Window, e.Previous = span(v, rep.Window), span(v, rep.Previous)
	}
	for _, t := range rep.Trends {
		if t.Entity == id {
			lo, hi := growthAxis([]trend.Trend{t})
			row := s.trendRow(v, rep, t, lo, hi)
			e.Trend = &row
		}
	}
	e.Weekly, e.Net, e.Aspects, e.Map, e.Co = viewOf(r, boxes["weekly"]), viewOf(r, boxes["net"]), viewOf(r, boxes["aspects"]), viewOf(r, boxes["map"]), viewOf(r, boxes["co"])
	e.Outlook = viewOf(r, boxes["outlook"])
	e.Alerts = s.alertsOf(v, id)
	for _, b := range slow[:len(slow)-1] {
		e.Preferences = append(e.Preferences, viewOf(r, boxes[b.id]))
	}
	e.Empty = e.Weekly.Empty != "" && !named // a first day is no whole week
	for _, i := range []int{2, 0, 1} {       // what people like first
		if len(said[i]) == 0 {
			continue
		}
		f := v.filter
		f.Sentiments = []mention.Sentiment{mention.Sentiment(i - 1)}
		l := mention.SentimentLabels[i]
		e.Quotes = append(e.Quotes, quotes{l, v.text.T("quotes." + l), mentionsLink(f), s.mentionViews(v, said[i])})
	}
	e.Downloads = v.download("mentions", v.text.T("export.what.mentions"), v.filter, nil)
	e.Weeks = v.download("query", v.text.T("export.what.weeks"), v.filter, url.Values{"measures": {"mentions,sov,net_sentiment"}, "by": {"week"}})
	v.page.Title = e.Name
	v.page.Filters = v.bar(r, []string{"source", "department", "campaign"})
	v.page.Body = e
	return s.render(w, r, http.StatusOK, "entity", v.page)
}

// coMentions ranks what is named together with an entity by lift: how many times
// more often than if the two had nothing to do with each other.
func (s *Server) coMentions(ctx context.Context, v *view, id string) (panel.Panel, error) {
	f := v.filter
	f.Entities = nil
	cos, err := s.data.CoMentions(ctx, id, f, entityCo)
	if err != nil {
		return panel.Panel{}, err
	}
	p := panel.Panel{ID: "co", Sub: v.text.T("co.sub", "days", v.text.Days(f.From, f.To))}
	if len(cos) == 0 {
		p.Title, p.Empty = v.text.T("co.name"), v.text.T("co.empty")
		return p, nil
	}
	hi := 1.0
	for _, c := range cos {
		hi = max(hi, min(c.High, 3*c.Lift))
	}
	p.Title = v.text.T("co.flat")
	if cos[0].Low > 1 {
		p.Title = v.text.T("co.title", "other", v.name(cos[0].Entity), "lift", v.text.Dec(cos[0].Lift, 1))
	}
	p.Note = v.text.T("co.note", "n", cos[0].Base)
	p.Table.Cols = []panel.Col{{Key: "entity", Title: v.text.T("col.entity")}, {Key: "lift", Title: v.text.T("col.lift"), Num: true}, {Key: "interval", Title: v.text.T("col.interval"), On: panel.PageOnly},
		{Key: "low", Title: v.text.T("col.low"), Num: true, On: panel.CSVOnly}, {Key: "high", Title: v.text.T("col.high"), Num: true, On: panel.CSVOnly}, {Key: "n", Title: v.text.T("col.together"), Num: true}}
	together := func(other string) string { // those that CoMentions has counted
		g := f
		g.Entities, g.With, g.Kinds, g.From = []string{id}, []string{other}, nil, max(f.From, f.To-store.CoMentionDays+1)
		return mentionsLink(g)
	}
	for _, c := range cos {
		tone := chart.Accent
		if c.Low <= 1 && c.High >= 1 {
			tone = chart.Neutral
		}
		p.Table.Rows = append(p.Table.Rows, []panel.Cell{
			{Text: v.name(c.Entity), Raw: c.Entity, Href: v.entityLink(c.Entity), Head: true},
			{Text: "×" + v.text.Dec(c.Lift, 1), Raw: v.text.Dec(c.Lift, 3), Num: true, Href: together(c.Entity)},
			{Draw: panel.HTML(chart.Range{Value: c.Lift, Low: c.Low, High: c.High, Min: 0, Max: hi, Tone: tone, Defined: true}.Render())},
			{Raw: v.text.Dec(c.Low, 3), Num: true}, {Raw: v.text.Dec(c.High, 3), Num: true},
			{Text: v.text.Int(c.N), Num: true, Href: together(c.Entity)},
		})
	}
	return p, nil
}
