package web

import (
	"context"
	"net/http"
	"slices"

	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/store"
	"antojo/internal/trend"
)

const (
	homeMovers   = 5
	homeMentions = 8
)

type homeView struct {
	Lead            string
	Tiles           []panel.Tile
	Rising, Falling []trendRow
	Previous        string
	TrendsHref      string
	Map, Aspects    panelView
	Leaders         panelView
	RisingTitle     string
	FallingTitle    string
	MapChoices      []choice
	Newest          []mentionView
	Live            bool
	Coming          bool // rises and falls are being computed
	Empty           bool
	Findings        []finding
	Feasts          []feastRow
	Sources         []freshRow
}

// home is the period in one screen.
func (s *Server) home(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	measure := r.URL.Query().Get("map")
	if !slices.Contains(panel.GeoMeasures, measure) {
		measure = panel.GeoMeasures[0]
	}
	bs := []builder{
		{"map", func(ctx context.Context) (panel.Panel, error) { return panel.Geography(ctx, v.scope, measure) }},
		{"aspects", func(ctx context.Context) (panel.Panel, error) { return panel.Aspects(ctx, v.scope) }},
		{"leaders", func(ctx context.Context) (panel.Panel, error) { return panel.Leaders(ctx, v.scope, v.entityLink) }},
	}
	if done, err := s.twin(w, r, v, bs); done {
		return err
	}
	wait, cancel := patienceOf(r)
	defer cancel()
	h := homeView{Live: s.o.Live != nil, Empty: v.page.Coverage.Mentions == 0, TrendsHref: link("/tendencias", v.asked)}
	v.page.Title = v.text.T("home.title")
	if h.Empty {
		v.page.Body = h
		return s.render(w, r, http.StatusOK, "home", v.page)
	}
	parts := make([]builder, len(bs))
	for i, b := range bs {
		parts[i] = s.soon(v, wait, b)
	}
	var rep trend.Report
	var boxes map[string]panel.Panel
	err = panel.Together(r.Context(),
		func(ctx context.Context) (err error) { h.Tiles, err = panel.Tiles(ctx, v.scope); return err },
		func(ctx context.Context) (err error) { boxes, err = panels(ctx, parts); return err },
		func(ctx context.Context) (err error) { rep, h.Coming, err = s.trendsSoon(ctx, wait, v); return err },
		func(ctx context.Context) (err error) { h.Sources, err = s.sourcesOf(ctx, v); return err },
		func(ctx context.Context) error {
			ms, _, err := s.data.Mentions(ctx, v.filter, store.Page{Limit: homeMentions})
			h.Newest = s.mentionViews(v, ms)
			return err
		})
	if err != nil {
		return err
	}
	if h.Coming {
		h.RisingTitle, h.FallingTitle = v.text.T("verdict.rising"), v.text.T("verdict.falling")
	} else {
		s.tellMovers(v, &h, rep)
	}
	h.Map, h.Aspects, h.Leaders = viewOf(r, boxes["map"]), viewOf(r, boxes["aspects"]), viewOf(r, boxes["leaders"])
	for _, m := range panel.GeoMeasures {
		q := clean(r.URL.Query())
		q.Set("map", m)
		def, err := metric.MeasureByName(m)
		if err != nil {
			return err
		}
		h.MapChoices = append(h.MapChoices, choice{v.text.T(def.Title), "/?" + q.Encode() + "#map", m == measure})
	}
	if !h.Coming {
		h.Lead = s.homeLead(v, h)
		h.Findings = v.findings(&h)
	}
	h.Feasts = s.feasts(r.Context(), v, rep)
	v.page.Filters = v.bar(r, []string{"source", "department", "campaign"}, "map")
	v.page.Body = h
	return s.render(w, r, http.StatusOK, "home", v.page)
}

// tellMovers fills in what rises and falls.
func (s *Server) tellMovers(v *view, h *homeView, rep trend.Report) {
	h.Previous = span(v, rep.Previous)
	h.Rising, h.Falling = s.movers(v, rep)
	h.RisingTitle, h.FallingTitle = v.moverTitle("rising", rep, trend.Rising, h.Rising), v.moverTitle("falling", rep, trend.Falling, h.Falling)
}

// headline says whether an entity is told on the home page as rising or falling: a
// verdict that stands only because it stood last week, over an interval that by now
// includes no change, is for the table, which gives its reason.
func headline(t *trend.Trend, verdict trend.Verdict) bool {
	return t.Verdict == verdict && (t.Low > 0 || t.High < 0)
}

// movers picks the strongest rises and falls.
func (s *Server) movers(v *view, rep trend.Report) (rising, falling []trendRow) {
	var up, down []trend.Trend
	for _, t := range rep.Trends {
		switch {
		case headline(&t, trend.Rising):
			up = append(up, t)
		case headline(&t, trend.Falling):
			down = append(down, t)
		}
	}
	// The ranking ends falls with the steepest last or first by its own rule; here
	// the surest comes first: the one whose interval ends farthest below zero.
	slices.SortStableFunc(down, func(a, b trend.Trend) int {
		switch {
		case a.High < b.High:
			return -1
		case a.High > b.High:
			return 1
		}
		return 0
	})
	up, down = up[:min(len(up), homeMovers)], down[:min(len(down), homeMovers)]
	lo, hi := growthAxis(append(slices.Clone(up), down...))
	for _, t := range up {
		rising = append(rising, s.trendRow(v, rep, t, lo, hi))
	}
	for _, t := range down {
		falling = append(falling, s.trendRow(v, rep, t, lo, hi))
	}
	return rising, falling
}

// homeLead is the finding in a sentence or two, made of figures on the page.
func (s *Server) homeLead(v *view, h homeView) string {
	switch {
	case len(h.Rising) > 0 && len(h.Falling) > 0:
		return v.text.T("home.lead.both", "up", h.Rising[0].Name, "up_growth", h.Rising[0].Growth, "up_interval", h.Rising[0].Interval,
			"down", h.Falling[0].Name, "down_growth", h.Falling[0].Growth, "down_interval", h.Falling[0].Interval)
	case len(h.Rising) > 0:
		return v.text.T("home.lead.up", "up", h.Rising[0].Name, "up_growth", h.Rising[0].Growth, "up_interval", h.Rising[0].Interval)
	case len(h.Falling) > 0:
		return v.text.T("home.lead.down", "down", h.Falling[0].Name, "down_growth", h.Falling[0].Growth, "down_interval", h.Falling[0].Interval)
	default:
		return v.text.T("home.lead.none")
	}
}

// moverTitle states how many rise or fall, and which one most surely.
func (v *view) moverTitle(key string, rep trend.Report, verdict trend.Verdict, shown []trendRow) string {
	var n int64
	for _, t := range rep.Trends {
		if headline(&t, verdict) {
			n++
		}
	}
	if n == 0 {
		return v.text.T(key + ".none")
	}
	return v.text.N(key+".finding", n, "first", shown[0].Name)
}
