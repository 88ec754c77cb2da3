// Package dash builds what a stock Grafana needs to show Antojo: dashboards, alert
// rules and data sources, as files that Grafana reads when it starts. Everything is
// code over grafana-foundation-sdk, so that a panel that Grafana could not read does
// not compile or does not pass the tests; the files are committed in deploy/grafana.
//
// One dashboard is one file here. Titles are Spanish, as the pages are by default.
// Read next: panels.go (the kinds of panels), tendencias.go.
package dash

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// Options are where things are.
type Options struct {
	URL     string // of Antojo as Grafana's server reaches it
	Public  string // of Antojo as a reader's browser reaches it; default URL
	Boards  string // folder of the dashboards as Grafana sees it
	From    string // range of time that dashboards open with
	To      string
	Token   bool // send a token, from Grafana's environment variable ANTOJO_TOKEN
	Version string
}

// Default options, which the committed files are made with.
const (
	DefaultURL    = "http://localhost:8080"
	DefaultBoards = "/etc/grafana/antojo/dashboards"
	DefaultFrom   = "now-90d"
	DefaultTo     = "now"
)

func (o Options) withDefaults() Options {
	set := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	set(&o.URL, DefaultURL)
	set(&o.Public, o.URL)
	set(&o.Boards, DefaultBoards)
	set(&o.From, DefaultFrom)
	set(&o.To, DefaultTo)
	return o
}

// Board is a dashboard.
type Board struct {
	File      string
	Dashboard dashboard.Dashboard
	JSON      []byte // with the fields that the SDK lacks (see formats)
}

// Boards builds all dashboards.
func Boards(o Options) ([]Board, error) {
	o = o.withDefaults()
	var out []Board
	for _, b := range []struct {
		file  string
		build func(Options) *dashboard.DashboardBuilder
	}{
		{"tendencias.json", tendencias}, {"preferencias.json", preferencias}, {"mapa.json", mapa},
		{"en-vivo.json", enVivo}, {"modelos.json", modelos}, {"operacion.json", operacion},
	} {
		d, err := b.build(o).Build()
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", b.file, err)
		}
		for i := range d.Panels { // links to a panel name its id
			d.Panels[i].Panel.Id = cog.ToPtr(uint32(i + 1))
		}
		raw, err := encode(d)
		if err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", b.file, err)
		}
		if raw, err = formats(raw); err != nil {
			return nil, fmt.Errorf("dashboard %s: %w", b.file, err)
		}
		out = append(out, Board{b.file, d, raw})
	}
	return out, nil
}

// Files builds everything, by path below the folder of the export.
func Files(o Options) (map[string][]byte, error) {
	o = o.withDefaults()
	boards, err := Boards(o)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{
		"provisioning/datasources/antojo.yaml": sources(o),
		"provisioning/dashboards/antojo.yaml":  provider(o),
	}
	if out["provisioning/alerting/antojo.json"], err = alerts(o); err != nil {
		return nil, err
	}
	for _, b := range boards {
		out[path.Join("dashboards", b.File)] = b.JSON
	}
	return out, nil
}

// Names are the paths of files in order.
func Names(files map[string][]byte) []string { return slices.Sorted(maps.Keys(files)) }

// encode writes JSON for people: indented, signs as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// FormatKeys are fields of an annotation of the Prometheus data source that Grafana
// reads and that the SDK does not know.
var FormatKeys = map[string]string{"titleFormat": "{{name}}", "textFormat": "{{was}} → {{verdict}}", "tagKeys": "kind,verdict,feast"}

// formats adds them: without a title an annotation is a line that says nothing. It
// takes out what the SDK writes beyond Grafana's schema: the fields of variables of
// intervals that it gives to all variables.
func formats(raw []byte) ([]byte, error) {
	var d map[string]any
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(&d); err != nil {
		return nil, err
	}
	list, _ := d["annotations"].(map[string]any)
	all, _ := list["list"].([]any)
	for _, x := range all {
		a, _ := x.(map[string]any)
		for k, v := range FormatKeys {
			if k == "textFormat" && a["name"] == feastsName {
				v = "Fecha del calendario"
			}
			a[k] = v
		}
	}
	variables, _ := d["templating"].(map[string]any)
	all, _ = variables["list"].([]any)
	for _, x := range all {
		v, _ := x.(map[string]any)
		for _, k := range []string{"auto", "auto_count", "auto_min"} {
			delete(v, k)
		}
	}
	return encode(d)
}

// Data sources, by fixed ids, so that dashboards find them.
const (
	PrometheusUID = "antojo-prometheus"
	LokiUID       = "antojo-loki"
)

func ref(kind, uid string) common.DataSourceRef {
	return common.DataSourceRef{Type: cog.ToPtr(kind), Uid: cog.ToPtr(uid)}
}

func prometheusRef() common.DataSourceRef { return ref("prometheus", PrometheusUID) }

func lokiRef() common.DataSourceRef { return ref("loki", LokiUID) }

const feastsName = "Fechas del calendario"

// board is a dashboard with what all have in common.
func board(o Options, uid, title, description, refresh string) *dashboard.DashboardBuilder {
	annotation := func(name, color, expr string) cog.Builder[dashboard.AnnotationQuery] {
		return dashboard.NewAnnotationQueryBuilder().Name(name).Datasource(prometheusRef()).Enable(true).IconColor(color).Expr(expr).
			Target(prometheus.NewDataqueryBuilder().Expr(expr).RefId("Anno").Range().Interval("1d").Datasource(prometheusRef()))
	}
	return dashboard.NewDashboardBuilder(title).Uid(uid).Description(description).Tags([]string{"antojo"}).
		Timezone("America/Lima").WeekStart("monday").Time(o.From, o.To).Refresh(refresh).Tooltip(dashboard.DashboardCursorSyncCrosshair).Editable().
		Annotation(annotation(feastsName, "yellow", `antojo_feast`)).
		Annotation(annotation("Cambios de veredicto", "blue", `antojo_verdict_change{kind="dish"}`)).
		Link(dashboard.NewDashboardLinkBuilder("Antojo").Type(dashboard.DashboardLinkTypeLink).Url(o.Public).TargetBlank(true).Icon("external link")).
		Link(dashboard.NewDashboardLinkBuilder("Tableros").Type(dashboard.DashboardLinkTypeDashboards).Tags([]string{"antojo"}).AsDropdown(true).KeepTime(true))
}

// choice is a variable whose values come from Antojo.
func choice(name, label, query string, all bool) *dashboard.QueryVariableBuilder {
	v := dashboard.NewQueryVariableBuilder(name).Label(label).Datasource(prometheusRef()).
		Query(dashboard.StringOrMap{Map: map[string]any{"query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery"}}).Definition(query).
		Refresh(dashboard.VariableRefreshOnDashboardLoad).Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc)
	if all {
		return v.IncludeAll(true).Multi(true).AllValue(".*").Current(option("All", "$__all"))
	}
	return v
}

func option(text, value string) dashboard.VariableOption {
	return dashboard.VariableOption{Selected: cog.ToPtr(true),
		Text:  dashboard.StringOrArrayOfString{String: cog.ToPtr(text)},
		Value: dashboard.StringOrArrayOfString{String: cog.ToPtr(value)}}
}
