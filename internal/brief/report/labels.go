package report

// Label is a word of the frame around the sentences, in Spanish or English.
func Label(lang, key string) string {
	l, ok := labels[key]
	if !ok {
		return key
	}
	if lang == "en" {
		return l[1]
	}
	return l[0]
}

func (d *Document) label(key string) string { return Label(d.Lang, key) }

// labels are Spanish and English.
var labels = map[string][2]string{
	"synthetic":    {"Datos sintéticos: este informe se hizo con el conjunto de demostración, no con opiniones reales.", "Synthetic data: this report was made from the demo set, not from real opinions."},
	"facts":        {"Los hechos detrás de cada cifra", "The facts behind each figure"},
	"notes":        {"Método y cobertura", "Method and coverage"},
	"empty":        {"No hay menciones de comida en este periodo.", "There are no mentions of food in this period."},
	"col.fact":     {"Hecho", "Fact"},
	"col.what":     {"De qué", "About"},
	"col.verdict":  {"Veredicto", "Verdict"},
	"col.figures":  {"Cifras (IC 95 %; n)", "Figures (95% CI; n)"},
	"col.mentions": {"Menciones detrás", "Mentions behind it"},
	"rests":        {"Se apoya en", "Rests on"},
	"evidence":     {"menciones", "mentions"},
	"page":         {"Página", "Page"},
	"of":           {"de", "of"},
	"sign":         {"Antojo", "Antojo"},
	"charts.mail":  {"En el correo las gráficas van como tablas; la página y el PDF las dibujan.", "In e-mail the charts are tables; the page and the PDF draw them."},
}
