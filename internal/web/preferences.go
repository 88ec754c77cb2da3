package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/lexicon"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/trend/preference"
)

// preferenceWindow is the period of the page of preferences when its URL names none:
// aspects are spoken of in a part of the mentions only, so four weeks say little.
const preferenceWindow = "90d"

const (
	mapEntities = 60 // entities on the opportunity map
	compareMost = 6
	compareAuto = 4 // brands compared when the reader has chosen none
)

type preferencesView struct {
	Heat, Map        panelView
	Voices, Profiles panelView
	Compared         []choice // each with the link that takes it out
	CompareHidden    []hidden
	CompareFull      bool
	Suggested        []string // names for the field
	NotFound         string
	Empty            bool
}

// preferences is what people like, want and miss, by entity.
func (s *Server) preferences(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.viewOver(w, r, preferenceWindow)
	if err != nil {
		return err
	}
	v.scope.Store = s.steady
	plain := len(v.asked.Kinds) == 0 && len(v.asked.Entities) == 0
	if plain { // wanting differs between a dish and a kind of place: one kind at a time
		v.asked.Kinds = []string{"dish"}
		v.filter.Kinds = v.asked.Kinds
		v.scope.Filter = v.filter
	}
	body := preferencesView{Empty: v.page.Coverage.Mentions == 0}
	v.page.Title = v.text.T("preferences.title")
	if body.Empty {
		v.page.Body = body
		return s.render(w, r, http.StatusOK, "preferences", v.page)
	}
	ids, moved, err := s.compared(w, r, v, &body)
	if err != nil || moved {
		return err
	}
	all := v.scope
	all.Filter.Entities, all.Filter.Kinds = nil, nil
	bs := []builder{
		{"heat", func(ctx context.Context) (panel.Panel, error) { return panel.Heat(ctx, v.scope, v.entityLink) }},
		{"opportunity", func(ctx context.Context) (panel.Panel, error) { return s.opportunity(ctx, v) }},
		{"voices", func(ctx context.Context) (panel.Panel, error) { return panel.Voices(ctx, all, ids, v.entityLink) }},
		{"profiles", func(ctx context.Context) (panel.Panel, error) { return panel.Profiles(ctx, all, ids) }},
	}
	if done, err := s.twin(w, r, v, bs); done {
		return err
	}
	wait, cancel := patienceOf(r)
	defer cancel()
	for i, b := range bs {
		bs[i] = s.soon(v, wait, b)
	}
	boxes, err := panels(r.Context(), bs)
	if err != nil {
		return err
	}
	body.Heat, body.Map, body.Voices, body.Profiles = viewOf(r, boxes["heat"]), viewOf(r, boxes["opportunity"]), viewOf(r, boxes["voices"]), viewOf(r, boxes["profiles"])
	bar := v.bar(r, []string{"kind", "source", "department"}, "vs")
	if plain { // the choice that was made for the reader is not one to take away
		bar.Active = slices.DeleteFunc(bar.Active, func(c choice) bool { return c.Label == v.text.T("kind.dish") })
	}
	for i := range bar.Selects {
		if f := &bar.Selects[i]; f.Name == "kind" && len(v.asked.Entities) == 0 {
			f.Options = f.Options[1:] // not all kinds at once
		}
	}
	v.page.Filters = bar
	v.page.Body = body
	return s.render(w, r, http.StatusOK, "preferences", v.page)
}

// compared reads which entities are set side by side: those of the URL (vs=a,b), else
// the largest brands of the selection. A name typed into the form (add=…) is looked up
// and becomes part of the URL; moved says that the reader was sent there.
func (s *Server) compared(w http.ResponseWriter, r *http.Request, v *view, body *preferencesView) (ids []string, moved bool, err error) {
	q := clean(r.URL.Query())
	chosen := q.Has("vs")
	for _, id := range strings.Split(q.Get("vs"), ",") {
		if _, ok := s.o.Lexicon.Entity(id); ok && !slices.Contains(ids, id) && len(ids) < compareMost {
			ids = append(ids, id)
		}
	}
	if !chosen || len(ids) == 0 {
		brands := v.scope
		brands.Filter.Entities, brands.Filter.Kinds = nil, []string{"brand"}
		if ids, err = panel.Largest(r.Context(), brands, compareAuto); err != nil {
			return nil, false, err
		}
	}
	to := func(ids []string) string {
		next := clean(r.URL.Query())
		for _, name := range []string{"add", "lang", "theme", "format", "panel"} {
			next.Del(name)
		}
		next.Set("vs", strings.Join(ids, ","))
		return r.URL.Path + "?" + next.Encode() + "#compare"
	}
	if name := q.Get("add"); name != "" {
		id, ok := s.names.find(name)
		if !ok {
			if list := s.names.suggest(name, 1); len(list) > 0 {
				id, ok = list[0].ID, true
			}
		}
		if ok {
			if !slices.Contains(ids, id) && len(ids) < compareMost {
				ids = append(slices.Clone(ids), id)
			}
			http.Redirect(w, r, to(ids), http.StatusSeeOther)
			return nil, true, nil
		}
		body.NotFound = v.text.T("compare.unknown", "name", name)
	}
	for i, id := range ids {
		body.Compared = append(body.Compared, choice{Label: v.name(id), Href: to(without(ids, i))})
	}
	body.CompareFull = len(ids) >= compareMost
	for _, k := range sorted(q) {
		if k != "add" && k != "vs" && k != "lang" && k != "theme" {
			for _, x := range q[k] {
				body.CompareHidden = append(body.CompareHidden, hidden{k, x})
			}
		}
	}
	body.CompareHidden = append(body.CompareHidden, hidden{"vs", strings.Join(ids, ",")})
	body.Suggested = s.suggestions(ids)
	return ids, false, nil
}

// suggestions are the names of brands that could be compared.
func (s *Server) suggestions(ids []string) []string {
	var out []string
	for _, in := range s.o.Lexicon.All() {
		if in.Kind == "brand" && !slices.Contains(ids, in.ID) {
			out = append(out, title(in))
		}
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(lexicon.Fold(a), lexicon.Fold(b)) })
	return out
}

func sorted(q url.Values) []string {
	names := make([]string, 0, len(q))
	for k := range q {
		names = append(names, k)
	}
	slices.Sort(names)
	return names
}

// quadrantLook is how the map draws a quadrant.
var quadrantLook = map[preference.Quadrant]struct {
	tone  chart.Tone
	shape chart.Shape
}{
	preference.Opportunity: {chart.Negative, chart.Diamond},
	preference.Strength:    {chart.Positive, chart.Circle},
	preference.Weakness:    {chart.Accent, chart.Triangle},
	preference.Comfort:     {chart.Ink, chart.Square},
	preference.Unclear:     {chart.Muted, chart.Circle},
}

// opportunity maps what is craved against how it is felt.
func (s *Server) opportunity(ctx context.Context, v *view) (panel.Panel, error) {
	sc := v.scope
	f := v.filter
	f.Entities = nil
	p := panel.Panel{ID: "opportunity", Sub: v.text.T("opportunity.sub", "days", v.text.Days(f.From, f.To))}
	var each, middle metric.Result
	err := panel.Together(ctx,
		func(ctx context.Context) (err error) {
			each, err = sc.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"craving_rate", "net_sentiment", "mentions"}, By: []metric.Dimension{metric.ByEntity}, Order: "-mentions", Limit: mapEntities})
			return err
		},
		func(ctx context.Context) (err error) {
			middle, err = sc.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"craving_rate", "net_sentiment"}})
			return err
		})
	if err != nil {
		return p, fmt.Errorf("opportunity map: %w", err)
	}
	var midWanted, midLiked metric.Value
	if len(middle.Rows) == 1 {
		midWanted, midLiked = middle.Rows[0].Values[0], middle.Rows[0].Values[1]
	}
	points := map[preference.Quadrant][]preference.Point{}
	shown := 0
	var n int64
	for _, row := range each.Rows {
		pt := preference.Place(row.Keys[0], row.Values[0], row.Values[1], midWanted, midLiked)
		points[pt.Quadrant] = append(points[pt.Quadrant], pt)
		if pt.Quadrant != preference.NoData {
			shown++
			n += row.Values[2].N
		}
	}
	if shown < 3 {
		p.Title, p.Empty = v.text.T("opportunity.name"), v.text.T("empty.few", "n", n, "min", panel.MinN)
		return p, nil
	}
	p.Title = v.text.T("opportunity.none")
	if list := points[preference.Opportunity]; len(list) > 0 {
		p.Title = v.text.N("opportunity.finding", int64(len(list)), "first", v.name(list[0].ID))
	} else if list := points[preference.Strength]; len(list) > 0 {
		p.Title = v.text.T("opportunity.strength", "first", v.name(list[0].ID))
	}
	d := chart.Scatter{Name: p.Title + ". " + p.Sub, XTitle: v.text.T("opportunity.x"), YTitle: v.text.T("opportunity.y"),
		XMid: 100 * midWanted.Value, YMid: 100 * midLiked.Value,
		XFormat: func(x float64) string { return v.text.Percent(x/100, 0) }, YFormat: func(y float64) string { return v.text.Signed(y, 0) },
		Corners: [4]string{v.text.T("quadrant.comfort"), v.text.T("quadrant.strength"), v.text.T("quadrant.weakness"), v.text.T("quadrant.opportunity")}}
	p.Table.Cols = []panel.Col{{Key: "entity", Title: v.text.T("col.entity")}, {Key: "craving_rate", Title: v.text.T("measure.craving_rate"), Num: true},
		{Key: "craving_low", Num: true, On: panel.CSVOnly}, {Key: "craving_high", Num: true, On: panel.CSVOnly},
		{Key: "net_sentiment", Title: v.text.T("heat.net"), Num: true}, {Key: "net_low", Num: true, On: panel.CSVOnly}, {Key: "net_high", Num: true, On: panel.CSVOnly},
		{Key: "n", Title: "n", Num: true}, {Key: "place", Title: v.text.T("opportunity.place")}}
	for _, k := range preference.Quadrants {
		for _, pt := range points[k] {
			if k == preference.NoData {
				continue
			}
			own := f
			own.Entities, own.Kinds = []string{pt.ID}, nil
			look := quadrantLook[k]
			d.Points = append(d.Points, chart.Point{Label: v.name(pt.ID), Href: v.entityLink(pt.ID), Tone: look.tone, Shape: look.shape, Strong: k != preference.Unclear,
				Title: v.text.T("opportunity.point", "name", v.name(pt.ID), "wanted", sc.Write(metric.UnitShare, pt.Wanted.Value), "liked", sc.Write(metric.UnitNet, pt.Liked.Value), "n", pt.Liked.N),
				X:     100 * pt.Wanted.Value, XLow: 100 * pt.Wanted.Low, XHigh: 100 * pt.Wanted.High, Y: 100 * pt.Liked.Value, YLow: 100 * pt.Liked.Low, YHigh: 100 * pt.Liked.High})
			wanted, liked := sc.Figure(metric.UnitShare, pt.Wanted, mentionsLink(own)), sc.Figure(metric.UnitNet, pt.Liked, mentionsLink(own))
			wanted.Small = v.text.T("interval.short", "low", sc.Write(metric.UnitShare, pt.Wanted.Low), "high", sc.Write(metric.UnitShare, pt.Wanted.High))
			liked.Small = v.text.T("interval.short", "low", sc.Write(metric.UnitNet, pt.Liked.Low), "high", sc.Write(metric.UnitNet, pt.Liked.High))
			p.Table.Rows = append(p.Table.Rows, []panel.Cell{
				{Text: v.name(pt.ID), Raw: pt.ID, Href: v.entityLink(pt.ID), Head: true},
				wanted, sc.Bound(metric.UnitShare, pt.Wanted, pt.Wanted.Low), sc.Bound(metric.UnitShare, pt.Wanted, pt.Wanted.High),
				liked, sc.Bound(metric.UnitNet, pt.Liked, pt.Liked.Low), sc.Bound(metric.UnitNet, pt.Liked, pt.Liked.High),
				sc.Count(pt.Liked.N, mentionsLink(own)), {Text: v.text.T("quadrant." + string(k)), Raw: string(k)}})
		}
	}
	p.Chart = panel.HTML(d.Render())
	p.Note = sc.NoteOf(n, "net", each, 1) + ". " + v.text.T("opportunity.note", "wanted", sc.Write(metric.UnitShare, midWanted.Value), "liked", sc.Write(metric.UnitNet, midLiked.Value))
	if few := len(points[preference.NoData]); few > 0 {
		p.Note += " " + v.text.T("opportunity.few", "n", few)
	}
	return p, nil
}
