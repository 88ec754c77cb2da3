package dash

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// liveQuery subscribes to a stream of Grafana Live; the SDK has no type for it.
type liveQuery struct{}

// Build implements cog.Builder.
func (liveQuery) Build() (variants.Dataquery, error) {
	return variants.UnknownDataquery{"refId": "A", "queryType": "measurements", "channel": "stream/antojo/mentions",
		"buffer": 300000, "datasource": map[string]any{"type": "grafana", "uid": "-- Grafana --"}}, nil
}

// enVivo: what comes in now.
func enVivo(o Options) *dashboard.DashboardBuilder {
	live := chart("Grafana Live: menciones por segundo (opcional)",
		"Se llena solo si Antojo se inició con --grafana-live. Antojo envía cuentas cada segundo, nunca textos.", unitCount, liveQuery{}).
		Datasource(ref("grafana", "-- Grafana --")).Height(8).Span(24).NoValue("sin envíos")
	return board(o, "antojo-en-vivo", "En vivo", "Lo que está llegando ahora: últimas menciones, ritmo y frescura de cada fuente.", "10s").
		Time("now-6h", "now").
		WithPanel(number("Hoy hasta ahora", "Menciones sobre comida del día de hoy en Lima.", unitCount, 0, now("A", `sum(antojo_today_mentions)`, "hoy"))).
		WithPanel(number("Cargadas en 5 minutos", "Menciones que entraron al almacén, de la fecha que sean.", unitCount, 0,
			now("A", `sum(increase(antojo_stored_mentions_total[5m])) or vector(0)`, "cargadas"))).
		WithPanel(number("En el almacén", "Todas las menciones guardadas.", unitCount, 0, now("A", `antojo_stored_mentions_total`, "menciones"))).
		WithPanel(number("Sin procesar", "Menciones en la cola de cartas muertas: antojo runs dead list las muestra.", unitCount, 0,
			now("A", `antojo_dead_mentions`, "muertas")).Thresholds(steps("blue", step{1, "orange"}))).
		WithPanel(rowsPanel("Últimas menciones", "Textos ya sin datos personales. Para buscar: Explorar, fuente Antojo (menciones), {source=~\".+\"} |= \"ceviche\".",
			lines("A", `{source=~".+"} | line_format "{{.text}}"`, 60))).
		WithPanel(chart("Ritmo de carga", "Menciones por segundo que entran al almacén.", "cps",
			moving("A", `rate(antojo_stored_mentions_total[$__rate_interval])`, "menciones por segundo")).Height(7).Span(10)).
		WithPanel(bars("Hoy por fuente y sentimiento", "«none»: el modelo no pudo leerlas.", unitCount,
			now("A", `sum by (source, sentiment) (antojo_today_mentions)`, "{{source}} {{sentiment}}")).Height(7).Span(10)).
		WithPanel(chart("Menciones por hora", "Contadas fila por fila; por día las da la otra fuente de datos.", unitCount,
			lines("A", `sum by (source) (count_over_time({source=~".+"} [1h]))`, 100)).Datasource(lokiRef()).Height(8).Span(24)).
		WithPanel(live)
}
