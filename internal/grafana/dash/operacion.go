package dash

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// operacion: whether the service is well.
func operacion(o Options) *dashboard.DashboardBuilder {
	return board(o, "antojo-operacion", "Operación", "Si el servicio está bien: carga, frescura, tamaño, memoria, errores. Antojo guarda estas cifras 24 horas; después de reiniciar empiezan de nuevo.", "15s").
		Time("now-3h", "now").
		WithPanel(number("Menciones guardadas", "", unitCount, 0, now("A", `antojo_stored_mentions_total`, "menciones"))).
		WithPanel(number("Cartas muertas", "Menciones que no se pudieron procesar; antojo runs dead replay las repite.", unitCount, 0,
			now("A", `antojo_dead_mentions`, "muertas")).Thresholds(steps("blue", step{1, "orange"}))).
		WithPanel(number("Memoria del proceso", "", unitBytes, 1, now("A", `process_resident_memory_bytes`, "memoria"))).
		WithPanel(number("Encendido hace", "", unitTime, 0, now("A", `antojo_uptime_seconds_total`, "encendido"))).
		WithPanel(bars("Antigüedad de lo más nuevo de cada fuente", "Tiempo desde la mención más nueva.", unitTime,
			now("A", `sort_desc(time() - antojo_source_newest_mention_timestamp_seconds)`, "{{source}}")).Height(8)).
		WithPanel(bars("Filas de las importaciones", "De las últimas mil corridas, qué fue de cada fila.", unitCount,
			now("A", `sort_desc(sum by (outcome) (antojo_run_rows))`, "{{outcome}}")).Height(8)).
		WithPanel(chart("Menciones cargadas por segundo", "", "cps", moving("A", `rate(antojo_stored_mentions_total[$__rate_interval])`, "todas"),
			moving("B", `rate(antojo_stored_food_mentions_total[$__rate_interval])`, "de comida"))).
		WithPanel(chart("Procesador", "Segundos de procesador por segundo, según el entorno de Go.", "none",
			moving("A", `sum by (class) (rate(go_cpu_seconds_total[$__rate_interval]))`, "{{class}}"))).
		WithPanel(chart("Memoria", "", unitBytes, moving("A", `process_resident_memory_bytes`, "residente"), moving("B", `go_memstats_heap_inuse_bytes`, "montículo de Go"),
			moving("C", `antojo_store_memory_bytes`, "almacén"))).
		WithPanel(chart("Tamaño en disco", "", unitBytes, moving("A", `antojo_store_file_bytes`, "almacén"), moving("B", `antojo_log_bytes`, "registro {{stream}}"))).
		WithPanel(chart("Días por consolidar", "Días cuyos resúmenes esperan ser unidos; bajan solos cada dos minutos.", unitCount, moving("A", `antojo_store_dirty_days`, "días"))).
		WithPanel(chart("Gorutinas", "", unitCount, moving("A", `go_goroutines`, "gorutinas"))).
		WithPanel(list("Corridas", "Las últimas mil, por estado.", nil, []column{{"status", "Estado", ""}, {"Value", "Corridas", unitCount}}, "Corridas",
			rows("A", `antojo_runs`)).Height(6)).
		WithPanel(list("Entradas del registro", "Por flujo.", nil, []column{{"stream", "Flujo", ""}, {"Value", "Entradas", unitCount}}, "Entradas",
			rows("A", `antojo_log_entries`)).Height(6))
}
