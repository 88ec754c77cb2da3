package dash

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// preferencias: what people like and dislike.
func preferencias(o Options) *dashboard.DashboardBuilder {
	one := func(metric string) string { return metric + `{by="entity",name="$entity",` + window28 + `}` }
	enough := func(metric string) string {
		return metric + `{by="entity",kind=~"$kind",window="90d"} and ` + metric + `_n{by="entity",kind=~"$kind",window="90d"} >= 100`
	}
	return board(o, "antojo-preferencias", "Preferencias", "Qué gusta y qué no de cada comida, en qué aspectos y según quién.", "5m").
		WithVariable(choice("kind", "Tipo", `label_values(antojo_entity_mentions, kind)`, true)).
		WithVariable(choice("entity", "Comida", `label_values(antojo_entity_mentions{kind=~"$kind"}, name)`, false)).
		WithPanel(number("Sentimiento neto", "De la comida elegida, 28 días.", unitShare, 1, now("A", one("antojo_net_sentiment"), "neto")).Thresholds(signed())).
		WithPanel(number("Menciones con sentimiento", "n del sentimiento neto: con pocas, el intervalo es ancho.", unitCount, 0, now("A", one("antojo_net_sentiment_n"), "n"))).
		WithPanel(number("Antojo", "Parte de las menciones en que alguien dice que se le antoja.", unitShare, 1, now("A", one("antojo_craving_rate"), "antojo"))).
		WithPanel(number("Estrellas", "Media de las menciones que traen estrellas, 90 días.", "none", 2,
			now("A", `antojo_mean_rating{by="total",window="90d"}`, "estrellas"))).
		WithPanel(band("Sentimiento neto de $entity", "Ventana móvil de 28 días, con intervalo de 95 %.", unitShare,
			one("antojo_net_sentiment"), one("antojo_net_sentiment_lower"), one("antojo_net_sentiment_upper")).Span(14)).
		WithPanel(bars("Aspectos de toda la comida, 90 días", "Neto de lo que se dice de cada aspecto.", unitShare,
			now("A", `sort_desc(antojo_aspect_net_sentiment{by="aspect",window="90d"})`, "{{aspect}}")).Thresholds(signed()).Span(10)).
		WithPanel(bars("Aspectos de $entity, 90 días", "Neto por aspecto, donde al menos 10 menciones hablan de él.", unitShare,
			now("A", `sort_desc(antojo_aspect_net_sentiment{by="aspect_entity",name="$entity",window="90d"} and antojo_aspect_net_sentiment_n{by="aspect_entity",name="$entity",window="90d"} >= 10)`, "{{aspect}}")).Thresholds(signed())).
		WithPanel(list("Aspectos según la fuente, 90 días", "Reseñas, pedidos, redes y encuestas hablan de cosas distintas.", []string{"by", "window"},
			[]column{{"aspect", "Aspecto", ""}, {"source", "Fuente", ""}, {"Value #A", "Neto", unitShare}, {"Value #B", "n", unitCount}}, "n",
			rows("A", `antojo_aspect_net_sentiment{by="aspect_source",window="90d"}`), rows("B", `antojo_aspect_net_sentiment_n{by="aspect_source",window="90d"}`)).Height(9)).
		WithPanel(bars("Lo que más gusta, 90 días", "Sentimiento neto, con al menos 100 menciones leídas por el modelo.", unitShare,
			now("A", `topk(12, `+enough("antojo_net_sentiment")+`)`, "{{name}}")).Thresholds(signed()).Height(11)).
		WithPanel(bars("Lo que menos gusta, 90 días", "Sentimiento neto más bajo, con al menos 100 menciones.", unitShare,
			now("A", `bottomk(12, `+enough("antojo_net_sentiment")+`)`, "{{name}}")).Thresholds(signed()).Height(11)).
		WithPanel(bars("Lo que más se antoja, 90 días", "Parte de las menciones que dicen antojo, con al menos 100.", unitShare,
			now("A", `topk(12, `+enough("antojo_craving_rate")+`)`, "{{name}}")).Height(11)).
		WithPanel(stacked("Qué busca quien escribe", "Menciones por intención.", daily("A", `sum by (intent) (antojo_intent_mentions)`, "{{intent}}")).Height(11))
}
