package dash

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// modelos: how good the figures' makers are.
func modelos(o Options) *dashboard.DashboardBuilder {
	return board(o, "antojo-modelos", "Modelos", "Qué modelo está en uso, cómo le fue en textos que no había visto y cuánto cambian las cifras al corregir sus errores.", "5m").
		WithPanel(list("Modelo en uso", "", []string{"Value #A"}, []column{{"model", "Modelo", ""}, {"precision", "Precisión numérica", ""}, {"engine", "Motor", ""}, {"Value #B", "Tamaño", unitBytes}}, "Modelo",
			rows("A", `antojo_model_info`), rows("B", `antojo_model_bytes`)).Height(5).Span(12)).
		WithPanel(number("No leídas, 28 días", "Parte de las menciones que el modelo no pudo leer (otro idioma, vacías).", unitShare, 2,
			now("A", `(sum(sum_over_time(antojo_mentions{sentiment="none"}[28d])) or vector(0)) / sum(sum_over_time(antojo_mentions[28d]))`, "no leídas")).Height(5)).
		WithPanel(number("Sentimiento, F1 en textos nuevos", "Macro F1 en las filas doradas apartadas.", "none", 3,
			now("A", `antojo_model_score{who="encoder",set="gold",head="sentiment",score="macro_f1"}`, "F1")).Height(5)).
		WithPanel(bars("F1 por cabeza, filas doradas", "Macro F1 del codificador y de la línea de base (TF-IDF y regresión logística).", "none",
			now("A", `sort_desc(antojo_model_score{set="gold",score="macro_f1"})`, "{{head}} {{who}}")).Min(0).Max(1).Height(10)).
		WithPanel(list("Puntajes por conjunto", "Cada conjunto apartado con su número de filas.", []string{"score"},
			[]column{{"set", "Conjunto", ""}, {"head", "Cabeza", ""}, {"who", "Quién", ""}, {"Value #A", "Macro F1", "none"}, {"Value #B", "Filas", unitCount}}, "Filas",
			rows("A", `sum by (set, head, who) (antojo_model_score{score="macro_f1"})`), rows("B", `sum by (set, head, who) (antojo_model_score_rows)`))).
		WithPanel(chart("Corregido y sin corregir", "Sentimiento neto de 28 días: corregido por los errores del modelo, y como el modelo lo cuenta.", unitShare,
			daily("A", `antojo_net_sentiment{by="total",`+window28+`}`, "corregido"),
			daily("B", `(sum(sum_over_time(antojo_mentions{sentiment="pos"}[28d])) - sum(sum_over_time(antojo_mentions{sentiment="neg"}[28d]))) / sum(sum_over_time(antojo_mentions{sentiment!="none"}[28d]))`, "como se cuenta"))).
		WithPanel(chart("Lo que el modelo dice", "Reparto diario del sentimiento, como se cuenta. Un salto sin motivo pide mirar el modelo.", unitShare,
			daily("A", `sum by (sentiment) (antojo_mentions) / ignoring (sentiment) group_left () sum(antojo_mentions)`, "{{sentiment}}"))).
		WithPanel(chart("Aspectos por mención", "Aspectos de los que habla una mención, en promedio del día.", "none",
			daily("A", `sum by (aspect) (antojo_aspect_mentions) / ignoring (aspect) group_left () sum(antojo_mentions)`, "{{aspect}}"))).
		WithPanel(chart("Intenciones", "Reparto diario de las intenciones.", unitShare,
			daily("A", `sum by (intent) (antojo_intent_mentions) / ignoring (intent) group_left () sum(antojo_intent_mentions)`, "{{intent}}")))
}
