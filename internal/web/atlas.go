package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
)

type atlasView struct {
	Map     panelView
	Choices []choice
	Over    panelView
	Maps    []panel.SmallMap
	Empty   bool
	// Inside names the department whose provinces are shown; Back leads out again.
	Inside, Back string
}

// atlasPage is the page of the map: departments by a rate, ranked beside it, and the
// same over the last periods. A selection of one department shows its provinces.
func (s *Server) atlasPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	v.scope.Store = s.steady
	measure := r.URL.Query().Get("map")
	if !slices.Contains(panel.GeoMeasures, measure) {
		measure = panel.GeoMeasures[0]
	}
	level, inside := s.level(v, measure)
	var over panel.Atlas
	bs := []builder{
		{"map", func(ctx context.Context) (panel.Panel, error) { return panel.Areas(ctx, v.scope, level, measure) }},
		{"over", func(ctx context.Context) (_ panel.Panel, err error) {
			over, err = panel.Over(ctx, v.scope, level, measure)
			return over.Panel, err
		}},
	}
	if done, err := s.twin(w, r, v, bs); done {
		return err
	}
	a := atlasView{Empty: v.page.Coverage.Mentions == 0}
	v.page.Title = v.text.T("atlas.name")
	if inside != 0 {
		out := v.asked
		out.Departments, out.Provinces = nil, nil
		a.Inside, a.Back = inside.Name(), mapLink(out, measure)
		v.page.Title = v.text.T("atlas.inside", "name", inside.Name())
	}
	if a.Empty {
		v.page.Body = a
		return s.render(w, r, http.StatusOK, "atlas", v.page)
	}
	boxes, err := panels(r.Context(), bs)
	if err != nil {
		return err
	}
	a.Map, a.Over, a.Maps = viewOf(r, boxes["map"]), viewOf(r, boxes["over"]), over.Maps
	a.Over.Parts = true
	for _, m := range panel.GeoMeasures {
		q := clean(r.URL.Query())
		for _, drop := range []string{"lang", "theme"} {
			q.Del(drop)
		}
		q.Set("map", m)
		def, err := metric.MeasureByName(m)
		if err != nil {
			return err
		}
		a.Choices = append(a.Choices, choice{v.text.T(def.Title), "/mapa?" + q.Encode(), m == measure})
	}
	v.page.Filters = v.bar(r, []string{"department", "kind", "source", "campaign"}, "map")
	v.page.Body = a
	return s.render(w, r, http.StatusOK, "atlas", v.page)
}

// level is what the map shows: the provinces of the department that the address selects
// alone, else the departments, each of which leads to the map of its provinces.
func (s *Server) level(v *view, measure string) (panel.Level, mention.Department) {
	if ds := v.filter.Departments; len(ds) == 1 && ds[0] != 0 {
		if m := s.inside[ds[0].Code()]; m != nil {
			return v.scope.Within(ds[0], m), ds[0]
		}
	}
	l := v.scope.Country()
	l.Zoom = func(f metric.Filter) string {
		near := v.asked
		near.Departments, near.Provinces = f.Departments, nil
		return mapLink(near, measure)
	}
	return l, 0
}

// mapLink is the page of the map for a filter; the usual measure is not spelled out.
func mapLink(f metric.Filter, measure string) string {
	to := link("/mapa", f)
	if measure == panel.GeoMeasures[0] {
		return to
	}
	if strings.Contains(to, "?") {
		return to + "&map=" + measure
	}
	return to + "?map=" + measure
}
