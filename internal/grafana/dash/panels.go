package dash

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/geomap"
	"github.com/grafana/grafana-foundation-sdk/go/logs"
	"github.com/grafana/grafana-foundation-sdk/go/loki"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/text"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

type query = cog.Builder[variants.Dataquery]

// daily asks for a point for each day: samples lie at the ends of days.
func daily(id, expr, legend string) query {
	return prometheus.NewDataqueryBuilder().RefId(id).Expr(expr).LegendFormat(legend).Range().Interval("1d").
		Format(prometheus.PromQueryFormatTimeSeries).EditorMode(prometheus.QueryEditorModeCode).Datasource(prometheusRef())
}

// exemplary is daily with marks that lead to mentions.
func exemplary(id, expr, legend string) query {
	return prometheus.NewDataqueryBuilder().RefId(id).Expr(expr).LegendFormat(legend).Range().Interval("1d").Exemplar(true).
		Format(prometheus.PromQueryFormatTimeSeries).EditorMode(prometheus.QueryEditorModeCode).Datasource(prometheusRef())
}

// moving asks for as many points as the panel is wide.
func moving(id, expr, legend string) query {
	return prometheus.NewDataqueryBuilder().RefId(id).Expr(expr).LegendFormat(legend).Range().
		Format(prometheus.PromQueryFormatTimeSeries).EditorMode(prometheus.QueryEditorModeCode).Datasource(prometheusRef())
}

// now asks for the end of the range only.
func now(id, expr, legend string) query {
	return prometheus.NewDataqueryBuilder().RefId(id).Expr(expr).LegendFormat(legend).Instant().
		Format(prometheus.PromQueryFormatTimeSeries).EditorMode(prometheus.QueryEditorModeCode).Datasource(prometheusRef())
}

// rows asks for the end of the range as a table.
func rows(id, expr string) query {
	return prometheus.NewDataqueryBuilder().RefId(id).Expr(expr).Instant().
		Format(prometheus.PromQueryFormatTable).EditorMode(prometheus.QueryEditorModeCode).Datasource(prometheusRef())
}

func lines(id, expr string, most int64) query {
	return loki.NewDataqueryBuilder().RefId(id).Expr(expr).QueryType("range").MaxLines(most).EditorMode(loki.QueryEditorModeCode).Datasource(lokiRef())
}

// Units of Grafana.
const (
	unitShare = "percentunit"
	unitCount = "locale"
	unitBytes = "bytes"
	unitTime  = "s"
)

// step is a threshold with its colour.
type step struct {
	from  float64
	color string
}

func steps(base string, list ...step) cog.Builder[dashboard.ThresholdsConfig] {
	all := []dashboard.Threshold{{Color: base}}
	for _, s := range list {
		all = append(all, dashboard.Threshold{Value: cog.ToPtr(s.from), Color: s.color})
	}
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(all)
}

// signed are the colours of figures from −1 to 1; grey near zero, where the interval
// usually includes it.
func signed() cog.Builder[dashboard.ThresholdsConfig] {
	return steps("orange", step{-.05, "text"}, step{.05, "blue"})
}

func plain() cog.Builder[dashboard.ThresholdsConfig] { return steps("blue") }

// number is one figure in large.
func number(title, description, unit string, decimals float64, q query) *stat.PanelBuilder {
	return stat.NewPanelBuilder().Title(title).Description(description).Datasource(prometheusRef()).Unit(unit).Decimals(decimals).
		Thresholds(plain()).ColorMode(common.BigValueColorModeValue).GraphMode(common.BigValueGraphModeNone).Orientation(common.VizOrientationAuto).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).NoValue("sin datos").Height(4).Span(6).WithTarget(q)
}

// chart is lines over time.
func chart(title, description, unit string, qs ...query) *timeseries.PanelBuilder {
	return timeseries.NewPanelBuilder().Title(title).Description(description).Datasource(prometheusRef()).Unit(unit).Targets(qs).
		DrawStyle(common.GraphDrawStyleLine).LineWidth(2).FillOpacity(0).ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).
		NoValue("sin datos").Height(9).Span(12)
}

// stacked is a chart of bars that add up.
func stacked(title, description string, qs ...query) *timeseries.PanelBuilder {
	return chart(title, description, unitCount, qs...).DrawStyle(common.GraphDrawStyleBars).FillOpacity(70).LineWidth(0).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal)).Min(0)
}

// band is a figure with its interval: the ends are thin lines with the room between
// them filled.
func band(title, description, unit, value, lower, upper string) *timeseries.PanelBuilder {
	thin := func(below string) []dashboard.DynamicConfigValue {
		out := []dashboard.DynamicConfigValue{{Id: "custom.lineWidth", Value: 0}, {Id: "color", Value: map[string]any{"mode": "fixed", "fixedColor": "light-blue"}}}
		if below != "" {
			out = append(out, dashboard.DynamicConfigValue{Id: "custom.fillBelowTo", Value: below}, dashboard.DynamicConfigValue{Id: "custom.fillOpacity", Value: 25})
		}
		return out
	}
	return chart(title, description, unit, daily("A", value, "valor"), daily("B", upper, "límite superior 95 %"), daily("C", lower, "límite inferior 95 %")).
		OverrideByName("límite superior 95 %", thin("límite inferior 95 %")).
		OverrideByName("límite inferior 95 %", thin("")).
		OverrideByName("valor", []dashboard.DynamicConfigValue{{Id: "color", Value: map[string]any{"mode": "fixed", "fixedColor": "blue"}}})
}

// bars is a ranking.
func bars(title, description, unit string, q query) *bargauge.PanelBuilder {
	return bargauge.NewPanelBuilder().Title(title).Description(description).Datasource(prometheusRef()).Unit(unit).WithTarget(q).
		Orientation(common.VizOrientationHorizontal).DisplayMode(common.BarGaugeDisplayModeBasic).ValueMode(common.BarGaugeValueModeText).ShowUnfilled(false).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).Thresholds(plain()).NoValue("sin datos").Height(9).Span(12)
}

// column renames and formats a column of a table.
type column struct{ field, title, unit string }

// list is a table of instant queries, joined by their labels, largest first by the
// column named sort.
func list(title, description string, drop []string, columns []column, sort string, qs ...query) *table.PanelBuilder {
	rename, exclude := map[string]any{}, map[string]any{"Time": true, "__name__": true}
	for _, d := range drop {
		exclude[d] = true
	}
	order := map[string]any{}
	for i, c := range columns {
		rename[c.field] = c.title
		order[c.field] = i
	}
	p := table.NewPanelBuilder().Title(title).Description(description).Datasource(prometheusRef()).Targets(qs).
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{"excludeByName": exclude, "renameByName": rename, "indexByName": order}}).
		SortBy([]cog.Builder[common.TableSortByFieldState]{common.NewTableSortByFieldStateBuilder().DisplayName(sort).Desc(true)}).
		Footer(common.NewTableFooterOptionsBuilder().Show(false).Reducer([]string{"sum"})). // the SDK writes one in any case
		CellOptions(common.TableCellOptions{TableAutoCellOptions: common.NewTableAutoCellOptions()}).Filterable(true).NoValue("sin datos").Height(10).Span(12)
	for _, c := range columns {
		if c.unit != "" {
			p.OverrideByName(c.title, []dashboard.DynamicConfigValue{{Id: "unit", Value: c.unit}, {Id: "decimals", Value: 1}})
		}
	}
	return p
}

// prose is a text that explains a dashboard.
func prose(md string) *text.PanelBuilder {
	return text.NewPanelBuilder().Title("").Mode(text.TextModeMarkdown).Content(md).Transparent(true).Height(3).Span(24)
}

func rowsPanel(title, description string, q query) *logs.PanelBuilder {
	return logs.NewPanelBuilder().Title(title).Description(description).Datasource(lokiRef()).WithTarget(q).
		ShowTime(true).WrapLogMessage(true).EnableLogDetails(true).SortOrder(common.LogsSortOrderDescending).DedupStrategy(common.LogsDedupStrategyNone).Height(14).Span(14)
}

// emptyTile is a transparent picture as a template of tiles. Without a template, or
// without a layer below the others, Grafana fetches tiles from a service on the internet.
const emptyTile = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="

// country is a map of the departments: a choropleth from the outlines that Antojo
// serves, the same figures as marks (which need no outlines), and no tiles from
// elsewhere. The first row of the answer is a department that does not exist, since
// the dynamic layer passes over the first row.
func country(o Options, title, description, unit string, low, high float64, scheme dashboard.FieldColorModeId, expr string) *geomap.PanelBuilder {
	color := map[string]any{"field": "Value", "fixed": "dark-blue"}
	outline := common.NewMapLayerOptionsBuilder().Type("geojson").Name("Límites").Tooltip(false).Config(map[string]any{
		"src":   o.Public + "/grafana/geo/departments.geojson",
		"rules": []any{}, "style": map[string]any{"color": map[string]any{"fixed": "text"}, "opacity": 0, "lineWidth": 1},
	})
	area := common.NewMapLayerOptionsBuilder().Type("dynamic-geojson").Name("Departamentos").Tooltip(true).Config(map[string]any{
		"src": o.Public + "/grafana/geo/departments.geojson", "idField": "ubigeo",
		"dataStyle": map[string]any{"color": color, "opacity": .8}, "style": map[string]any{"color": map[string]any{"fixed": "transparent"}, "opacity": 0},
		"rules": []any{},
	})
	mark := common.NewMapLayerOptionsBuilder().Type("markers").Name("Marcas").Tooltip(true).
		Location(common.NewFrameGeometrySourceBuilder().Mode(common.FrameGeometrySourceModeGeohash).Geohash("geohash")).
		Config(map[string]any{"showLegend": true, "style": map[string]any{"color": color, "opacity": .9,
			"size":   map[string]any{"fixed": 7, "min": 4, "max": 14},
			"symbol": map[string]any{"mode": "fixed", "fixed": "img/icons/marker/circle.svg"}}})
	return geomap.NewPanelBuilder().Title(title).Description(description).Datasource(prometheusRef()).Unit(unit).Min(low).Max(high).Decimals(1).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(scheme)).
		WithTarget(rows("A", `sort(label_replace(label_replace(vector(`+sentinel(low)+`), "ubigeo", "00", "", ""), "geohash", "", "", "") or `+expr+`)`)).
		Basemap(common.NewMapLayerOptionsBuilder().Type("xyz").Name("Sin fondo").Config(map[string]any{"url": emptyTile, "attribution": ""})).
		Layers([]cog.Builder[common.MapLayerOptions]{area, outline, mark}).
		View(geomap.NewMapViewConfigBuilder().Id("coords").Lat(-9).Lon(-75).Zoom(5)).
		Controls(geomap.NewControlsOptionsBuilder().ShowZoom(true).MouseWheelZoom(false).ShowAttribution(false)).
		Tooltip(geomap.NewTooltipOptionsBuilder().Mode(geomap.TooltipModeDetails)).Height(16).Span(12)
}
