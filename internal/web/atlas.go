package web

import (
	"context"
	"net/http"
	"slices"

	"antojo/internal/metric"
	"antojo/internal/panel"
)

type atlasView struct {
	Map     panelView
	Choices []choice
	Over    panelView
	Maps    []panel.SmallMap
	Empty   bool
}

// atlasPage is the page of the map: departments by a rate, ranked beside it, and the
// same over the last periods.
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
	var over panel.Atlas
	bs := []builder{
		{"map", func(ctx context.Context) (panel.Panel, error) { return panel.Geography(ctx, v.scope, measure) }},
		{"over", func(ctx context.Context) (_ panel.Panel, err error) {
			over, err = panel.Over(ctx, v.scope, measure)
			return over.Panel, err
		}},
	}
	if done, err := s.twin(w, r, v, bs); done {
		return err
	}
	a := atlasView{Empty: v.page.Coverage.Mentions == 0}
	v.page.Title = v.text.T("atlas.name")
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
	v.page.Filters = v.bar(r, []string{"kind", "source", "campaign"}, "map")
	v.page.Body = a
	return s.render(w, r, http.StatusOK, "atlas", v.page)
}
