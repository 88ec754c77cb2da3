package dash

import (
	"fmt"
	"strings"
	"text/template"

	"github.com/grafana/grafana-foundation-sdk/go/alerting"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/expr"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// rule fires while expr gives more than limit.
type rule struct {
	uid, title, summary, expr, pending, severity string
	limit                                        float64
}

// rulesOf are the alert rules. Rules that stay silent without data do so on purpose:
// no entity with the verdict is the usual case.
var rulesOf = []rule{
	{"antojo-plato-en-alza", "Un plato empieza a subir", "{{ .Labels.name }} está en alza: 28 días frente a los 28 anteriores, distinguible del azar.",
		`last_over_time(antojo_verdict{kind="dish",window="28d",verdict="rising"}[3d])`, "0s", "info", 0},
	{"antojo-sentimiento-cae", "El sentimiento neto cae", "En {{ .Labels.source }} el sentimiento neto de 7 días está debajo del intervalo de los 90 días.",
		`last_over_time(antojo_net_sentiment_lower{by="source",window="90d"}[3d]) - on (source) last_over_time(antojo_net_sentiment_upper{by="source",window="7d"}[3d])`, "0s", "warning", 0},
	{"antojo-higiene", "Más quejas de higiene", "Las menciones negativas de higiene de 7 días son {{ .Values.A.Value }} veces las habituales de las 4 semanas anteriores.",
		`(sum(sum_over_time(antojo_aspect_mentions{aspect="hygiene",polarity="neg"}[7d])) + 5) / (sum(sum_over_time(antojo_aspect_mentions{aspect="hygiene",polarity="neg"}[28d] offset 7d)) / 4 + 5)`, "0s", "warning", 2},
	{"antojo-fuente-callada", "Una fuente no trae nada nuevo", "{{ .Labels.source }} no trae menciones nuevas desde hace más de dos días.",
		`time() - antojo_source_newest_mention_timestamp_seconds`, "1h", "warning", 2 * 86400},
	{"antojo-cartas-muertas", "Menciones sin procesar", "Hay {{ .Values.A.Value }} menciones que no se pudieron procesar: antojo runs dead list.",
		`antojo_dead_mentions`, "5m", "critical", 0},
}

// Alert is a rule as the tests look at it.
type Alert struct{ UID, Expr string }

// Alerts lists the rules.
func Alerts() []Alert {
	var out []Alert
	for _, r := range rulesOf {
		out = append(out, Alert{r.uid, r.expr})
	}
	return out
}

// The file form of rules that Grafana provisions, which the SDK has no type for.
type alertFile struct {
	APIVersion int          `json:"apiVersion"`
	Groups     []alertGroup `json:"groups"`
}

type alertGroup struct {
	OrgID    int         `json:"orgId"`
	Name     string      `json:"name"`
	Folder   string      `json:"folder"`
	Interval string      `json:"interval"`
	Rules    []alertRule `json:"rules"`
}

type alertRule struct {
	UID          string            `json:"uid"`
	Title        string            `json:"title"`
	Condition    string            `json:"condition"`
	Data         []alerting.Query  `json:"data"`
	NoDataState  string            `json:"noDataState"`
	ExecErrState string            `json:"execErrState"`
	For          string            `json:"for"`
	Annotations  map[string]string `json:"annotations"`
	Labels       map[string]string `json:"labels"`
	IsPaused     bool              `json:"isPaused"`
}

func alerts(o Options) ([]byte, error) {
	g := alertGroup{OrgID: 1, Name: "antojo", Folder: "Antojo", Interval: "5m"}
	for _, r := range rulesOf {
		a, err := alerting.NewQueryBuilder("A").DatasourceUid(PrometheusUID).RelativeTimeRange(600, 0).
			Model(prometheus.NewDataqueryBuilder().RefId("A").Expr(r.expr).Instant().EditorMode(prometheus.QueryEditorModeCode).Datasource(prometheusRef())).Build()
		if err != nil {
			return nil, fmt.Errorf("alert %s: %w", r.uid, err)
		}
		c, err := alerting.NewQueryBuilder("C").DatasourceUid("__expr__").RelativeTimeRange(0, 0).
			Model(expr.NewTypeThresholdBuilder().RefId("C").Expression("A").Datasource(ref("__expr__", "__expr__")).
				Conditions([]cog.Builder[expr.ExprTypeThresholdConditions]{expr.NewExprTypeThresholdConditionsBuilder().
					Evaluator(expr.NewExprTypeThresholdConditionsEvaluatorBuilder().Type(expr.ExprTypeThresholdConditionsEvaluatorTypeGt).Params([]float64{r.limit}))})).Build()
		if err != nil {
			return nil, fmt.Errorf("alert %s: %w", r.uid, err)
		}
		g.Rules = append(g.Rules, alertRule{UID: r.uid, Title: r.title, Condition: "C", Data: []alerting.Query{a, c}, NoDataState: "OK", ExecErrState: "Error", For: r.pending,
			Annotations: map[string]string{"summary": r.summary}, Labels: map[string]string{"service": "antojo", "severity": r.severity}})
	}
	return encode(alertFile{1, []alertGroup{g}})
}

// The YAML files are short and of fixed shape; strings are written in double quotes,
// which YAML reads as JSON does.
var sourcesText = template.Must(template.New("").Parse(`# Data sources of Antojo. Written by antojo grafana export.
apiVersion: 1
datasources:
  - name: Antojo
    uid: {{.PrometheusUID}}
    type: prometheus
    access: proxy
    url: {{.Prometheus}}
    isDefault: false
    editable: false
    jsonData:
      httpMethod: POST
      prometheusType: Prometheus
      timeInterval: 15s
      queryTimeout: 30s
      disableRecordingRules: true
      exemplarTraceIdDestinations:
        - name: mention_id
          url: {{.Mention}}
          urlDisplayLabel: Ver la mención
{{- if .Token}}
      httpHeaderName1: Authorization
    secureJsonData:
      httpHeaderValue1: "Bearer $ANTOJO_TOKEN"
{{- end}}
  - name: Antojo (menciones)
    uid: {{.LokiUID}}
    type: loki
    access: proxy
    url: {{.Loki}}
    editable: false
    jsonData:
      maxLines: 500
      timeout: 30
      derivedFields:
        - name: mención
          matcherRegex: '"id":"([0-9a-f]{32})"'
          url: {{.Mention}}
          urlDisplayLabel: Ver la mención
{{- if .Token}}
      httpHeaderName1: Authorization
    secureJsonData:
      httpHeaderValue1: "Bearer $ANTOJO_TOKEN"
{{- end}}
`))

func sources(o Options) []byte {
	var b strings.Builder
	// Writing to a Builder does not fail, and the template is part of the program.
	// $$ is a dollar: Grafana puts its environment into these files.
	_ = sourcesText.Execute(&b, map[string]any{"PrometheusUID": PrometheusUID, "LokiUID": LokiUID, "Token": o.Token,
		"Prometheus": fmt.Sprintf("%q", strings.TrimSuffix(o.URL, "/")+"/prometheus"), "Loki": fmt.Sprintf("%q", strings.TrimSuffix(o.URL, "/")),
		"Mention": fmt.Sprintf("%q", strings.TrimSuffix(o.Public, "/")+"/mencion/$${__value.raw}")})
	return []byte(b.String())
}

func provider(o Options) []byte {
	return []byte(fmt.Sprintf(`# Where Grafana finds the dashboards of Antojo. Written by antojo grafana export.
apiVersion: 1
providers:
  - name: antojo
    orgId: 1
    folder: Antojo
    folderUid: antojo
    type: file
    disableDeletion: true
    allowUiUpdates: false
    updateIntervalSeconds: 60
    options:
      path: %q
      foldersFromFilesStructure: false
`, o.Boards))
}
