package dash

import (
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// sentinel is a value below all others, of the row that comes first.
func sentinel(low float64) string { return strconv.FormatFloat(low-1, 'f', -1, 64) }

const window28 = `window="28d"`

// tendencias: what rises and falls, and how sure that is.
func tendencias(o Options) *dashboard.DashboardBuilder {
	judged := func(metric string) string {
		return metric + `{kind=~"$kind",` + window28 + `} and on (entity) antojo_verdict{kind=~"$kind",` + window28 + `,verdict=~"rising|falling|spike|seasonal|price-driven|campaign-driven"}`
	}
	return board(o, "antojo-tendencias", "Tendencias de consumo", "Qué sube y qué baja en lo que la gente dice de comida, y qué tan seguro es.", "5m").
		WithVariable(choice("kind", "Tipo", `label_values(antojo_entity_mentions, kind)`, true)).
		WithVariable(choice("source", "Fuente", `label_values(antojo_mentions, source)`, true)).
		WithPanel(number("Menciones de comida, 28 días", "Menciones sobre comida de los últimos 28 días completos.", unitCount, 0,
			now("A", `sum(sum_over_time(antojo_mentions{source=~"$source"}[28d]))`, "menciones"))).
		WithPanel(number("En alza", "Entidades con veredicto «rising» (28 días frente a los 28 anteriores).", unitCount, 0,
			now("A", `count(antojo_verdict{kind=~"$kind",`+window28+`,verdict="rising"}) or vector(0)`, "en alza"))).
		WithPanel(number("En baja", "Entidades con veredicto «falling».", unitCount, 0,
			now("A", `count(antojo_verdict{kind=~"$kind",`+window28+`,verdict="falling"}) or vector(0)`, "en baja"))).
		WithPanel(number("Sentimiento neto, 28 días", "Parte positiva menos parte negativa, corregida por los errores del modelo como en las páginas.", unitShare, 1,
			now("A", `antojo_net_sentiment{by="total",`+window28+`}`, "neto")).Thresholds(signed())).
		WithPanel(stacked("Menciones por día y fuente", "Menciones sobre comida de cada día. El día de hoy falta hasta que termina.",
			exemplary("A", `sum by (source) (antojo_mentions{source=~"$source"})`, "{{source}}")).Span(14)).
		WithPanel(bars("Parte de voz entre los platos, 28 días", "Menciones del plato entre las de todos los platos.", unitShare,
			now("A", `topk(12, antojo_share_of_voice{by="entity",kind="dish",`+window28+`})`, "{{name}}")).Span(10)).
		WithPanel(list("Lo que cambia", "Crecimiento frente a los 28 días anteriores a igual volumen de los mismos canales, con su intervalo de 95 %, n y q. Solo lo que se distingue del azar.",
			[]string{"entity", "window"}, []column{{"name", "Qué", ""}, {"kind", "Tipo", ""}, {"verdict", "Veredicto", ""}, {"Value #A", "Crecimiento", unitShare},
				{"Value #B", "Desde", unitShare}, {"Value #C", "Hasta", unitShare}, {"Value #D", "n", unitCount}, {"Value #E", "q", "none"}}, "Crecimiento",
			rows("A", judged("antojo_growth_ratio")), rows("B", judged("antojo_growth_ratio_lower")), rows("C", judged("antojo_growth_ratio_upper")),
			rows("D", judged("antojo_growth_n")), rows("E", judged("antojo_growth_q"))).Span(14)).
		WithPanel(bars("Veredictos", "Cuántas entidades tienen cada veredicto (28 días).", unitCount,
			now("A", `sort_desc(count by (verdict) (antojo_verdict{kind=~"$kind",`+window28+`}))`, "{{verdict}}")).Height(10).Span(10)).
		WithPanel(chart("Las más nombradas, suma móvil de 7 días", "Las ocho entidades con más menciones en los últimos 28 días del periodo.", unitCount,
			daily("A", `sum by (name) (sum_over_time(antojo_entity_mentions{kind=~"$kind",source=~"$source"}[7d])) and on (name) topk(8, sum by (name) (sum_over_time(antojo_entity_mentions{kind=~"$kind",source=~"$source"}[28d] @ end())))`, "{{name}}")).Span(14)).
		WithPanel(list("Cambios de veredicto del trimestre", "La semana en que un veredicto pasó a decir otra cosa. Las mismas aparecen como marcas en los gráficos.",
			[]string{"entity", "Value"}, []column{{"name", "Qué", ""}, {"kind", "Tipo", ""}, {"was", "Antes", ""}, {"verdict", "Ahora", ""}}, "Qué",
			rows("A", `last_over_time(antojo_verdict_change{kind=~"$kind"}[90d])`)).Height(9).Span(10))
}
