package dash

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// mapa: where. Rates, never counts, which would only show where people live.
func mapa(o Options) *dashboard.DashboardBuilder {
	const share = `100 * sum by (department, ubigeo, geohash) (sum_over_time(antojo_entity_mentions{name="$entity",ubigeo!="none"}[90d])) / sum by (department, ubigeo, geohash) (sum_over_time(antojo_mentions{ubigeo!="none"}[90d]))`
	return board(o, "antojo-mapa", "Mapa", "Dónde se habla de qué. Se dibujan tasas y no cuentas, que solo dirían dónde vive más gente.", "5m").
		WithVariable(choice("entity", "Comida", `label_values(antojo_entity_mentions{kind="dish"}, name)`, false)).
		WithPanel(country(o, "Sentimiento neto por departamento, 90 días", "Donde hay al menos 30 menciones leídas por el modelo. Lugares: contorno simplificado; Callao es un círculo frente a la costa.",
			unitShare, -1, 1, dashboard.FieldColorModeIdContinuousRdYlGr,
			`(sum by (department, ubigeo, geohash) (antojo_net_sentiment{by="department",window="90d",ubigeo!="none"} and antojo_net_sentiment_n{by="department",window="90d"} >= 30))`)).
		WithPanel(country(o, "$entity: menciones por cada 100 del departamento, 90 días", "Parte de las menciones de comida del departamento que nombran la comida elegida.",
			"none", 0, 20, dashboard.FieldColorModeIdContinuousBlues, share)).
		WithPanel(list("Departamentos, 90 días", "Sentimiento neto con intervalo de 95 % y n.", []string{"by", "window", "geohash", "ubigeo"},
			[]column{{"department", "Departamento", ""}, {"Value #A", "Neto", unitShare}, {"Value #B", "Desde", unitShare}, {"Value #C", "Hasta", unitShare}, {"Value #D", "n", unitCount}}, "n",
			rows("A", `antojo_net_sentiment{by="department",window="90d"}`), rows("B", `antojo_net_sentiment_lower{by="department",window="90d"}`),
			rows("C", `antojo_net_sentiment_upper{by="department",window="90d"}`), rows("D", `antojo_net_sentiment_n{by="department",window="90d"}`))).
		WithPanel(list("$entity por departamento, 90 días", "Menciones que nombran la comida, y cuántas de cada 100 son.", []string{"geohash", "ubigeo"},
			[]column{{"department", "Departamento", ""}, {"Value #A", "Por cada 100", "none"}, {"Value #B", "Menciones", unitCount}}, "Por cada 100",
			rows("A", share), rows("B", `sum by (department, ubigeo, geohash) (sum_over_time(antojo_entity_mentions{name="$entity",ubigeo!="none"}[90d]))`))).
		WithPanel(stacked("Menciones por día y departamento", "Todas las menciones sobre comida; «none» son las que no dicen de dónde.",
			daily("A", `sum by (department) (antojo_mentions)`, "{{department}}")).Span(24))
}
