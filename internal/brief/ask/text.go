package ask

import (
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

// words are what an answer says beside the sentences of package prose, by language.
// Placeholders are those of package fill, {…} are filled here.
var sentences = map[string]map[string]string{
	"es": {
		"volume.all":   "Se leyeron {{@.mentions}} menciones de comida {{P.window}}.",
		"rising.none":  "Entre {{@.count}} comidas con datos suficientes no se ve un alza que se distinga del azar.",
		"falling.none": "Entre {{@.count}} comidas con datos suficientes no se ve una baja que se distinga del azar.",
		"top":          "Lo que más se menciona en el periodo: <{{@.entity}} ({{@.share}})>.",
		"aspect.up":    "Cuando se habla {{@.of}}, las opiniones sobre {{@.aspect}} son favorables: un saldo de {{@.net}} ({{@.net.interval}}).",
		"aspect.down":  "Cuando se habla {{@.of}}, las opiniones sobre {{@.aspect}} son desfavorables: un saldo de {{@.net}} ({{@.net.interval}}).",
		"aspect.none":  "Cuando se habla {{@.of}}, las opiniones positivas y las negativas sobre {{@.aspect}} se compensan: el saldo es de {{@.net}} y el intervalo incluye el equilibrio ({{@.net.between}}).",
		"all.up":       "Las opiniones sobre {{@.aspect}} son favorables: un saldo de {{@.net}} ({{@.net.interval}}).",
		"all.down":     "Las opiniones sobre {{@.aspect}} son desfavorables: un saldo de {{@.net}} ({{@.net.interval}}).",
		"all.none":     "Las opiniones positivas y las negativas sobre {{@.aspect}} se compensan: el saldo es de {{@.net}} y el intervalo incluye el equilibrio ({{@.net.between}}).",

		"few":           "Hay muy pocas menciones para responder con un número que valga: se leyeron {n} y hacen falta {min} con opinión.",
		"few.each":      "Ninguna comida tiene las {min} menciones con opinión que hacen falta; en total se leyeron {n}.",
		"nothing":       "No hay menciones que respondan a eso {days}.",
		"where.none":    "En ningún departamento se habla de ello mucho más que en el resto del país; la tabla muestra las menciones de cada uno.",
		"where.all":     "La tabla muestra de dónde son las menciones cuyo departamento se conoce.",
		"history":       "Se leyeron {n} menciones en {rows} {unit}; la tabla las muestra una por una.",
		"craving":       "Menciones que expresan antojo, entre las comidas con al menos {min} menciones: {list}.",
		"craving.one":   "{value} de las menciones expresa antojo ({interval}; n = {n}).",
		"rating":        "La nota media es de {value} sobre 5 ({interval}; n = {n}).",
		"liked.none":    "Ningún aspecto recibe más elogios que quejas de forma que se distinga del azar; la tabla muestra cada uno.",
		"disliked.none": "Ningún aspecto recibe más quejas que elogios de forma que se distinga del azar; la tabla muestra cada uno.",
		"interval":      "IC 95 %: {low} a {high}",
		"weeks":         "semanas", "months": "meses",
	},
	"en": {
		"volume.all":   "We read {{@.mentions}} mentions of food ({{P.window}}).",
		"rising.none":  "Among {{@.count}} foods with enough data there is no rise that can be told from chance.",
		"falling.none": "Among {{@.count}} foods with enough data there is no fall that can be told from chance.",
		"top":          "The most mentioned in the period: <{{@.entity}} ({{@.share}})>.",
		"aspect.up":    "When people speak {{@.of}}, opinions about {{@.aspect}} are favourable: a balance of {{@.net}} ({{@.net.interval}}).",
		"aspect.down":  "When people speak {{@.of}}, opinions about {{@.aspect}} are unfavourable: a balance of {{@.net}} ({{@.net.interval}}).",
		"aspect.none":  "When people speak {{@.of}}, positive and negative opinions about {{@.aspect}} even out: the balance is {{@.net}}, and the interval includes an even balance ({{@.net.between}}).",
		"all.up":       "Opinions about {{@.aspect}} are favourable: a balance of {{@.net}} ({{@.net.interval}}).",
		"all.down":     "Opinions about {{@.aspect}} are unfavourable: a balance of {{@.net}} ({{@.net.interval}}).",
		"all.none":     "Positive and negative opinions about {{@.aspect}} even out: the balance is {{@.net}}, and the interval includes an even balance ({{@.net.between}}).",

		"few":           "There are too few mentions for a figure that means something: {n} were read, and {min} with an opinion are needed.",
		"few.each":      "No food has the {min} mentions with an opinion that are needed; {n} were read in all.",
		"nothing":       "No mentions answer that ({days}).",
		"where.none":    "In no department is it spoken of much more than in the rest of the country; the table has the mentions of each.",
		"where.all":     "The table shows where the mentions come from whose department is known.",
		"history":       "{n} mentions were read in {rows} {unit}; the table has them one by one.",
		"craving":       "Mentions that express a craving, among foods with at least {min} mentions: {list}.",
		"craving.one":   "{value} of mentions express a craving ({interval}; n = {n}).",
		"rating":        "The mean rating is {value} out of 5 ({interval}; n = {n}).",
		"liked.none":    "No aspect gets more praise than complaint in a way that can be told from chance; the table has each one.",
		"disliked.none": "No aspect gets more complaint than praise in a way that can be told from chance; the table has each one.",
		"interval":      "95 % CI: {low} to {high}",
		"weeks":         "weeks", "months": "months",
	},
}

// refusalText says why a question is not answered.
var refusalText = map[string]map[Refusal]string{
	"es": {
		Unknown:      "No entendí la pregunta, o no trata de lo que la gente dice sobre comida.",
		Sales:        "Eso no se puede responder con estos datos: son menciones de comida, no ventas, precios en soles ni clientes.",
		Forecast:     "Aquí no se responde sobre el futuro: los datos dicen qué se mencionó hasta el último día leído.",
		Cause:        "Los datos muestran qué cambió, no por qué. La página de tendencias dice si un cambio acompaña al calendario, a un precio o a una campaña.",
		Person:       "No se guardan nombres, correos ni teléfonos de quienes opinan, y no se responde sobre personas.",
		Instructions: "Eso no es una pregunta sobre los datos. Aquí solo se responden preguntas sobre lo que se dice de la comida.",
	},
	"en": {
		Unknown:      "I did not understand the question, or it is not about what people say about food.",
		Sales:        "These data cannot answer that: they are mentions of food, not sales, prices in money or customers.",
		Forecast:     "The future is not answered here: the data say what was mentioned up to the last day read.",
		Cause:        "The data show what changed, not why. The page of trends says whether a change goes along with the calendar, a price or a campaign.",
		Person:       "No names, addresses or numbers of those who write are kept, and questions about persons are not answered.",
		Instructions: "That is not a question about the data. Only questions about what is said of food are answered here.",
	},
}

var unknownWord = map[string]string{"es": "No conozco «{word}».", "en": "I do not know “{word}”."}

// Examples are questions that can be asked, by language.
func Examples(lang string) []string {
	if lang == "en" {
		return []string{"What is rising in Arequipa this month?", "What do people say about the price of ceviche?", "Compare pollo a la brasa and chifa over the last 3 months",
			"Which drinks have the best opinions?", "Where is cuy talked about the most?", "What do people complain about at Rappi?"}
	}
	return []string{"¿Qué está subiendo en Arequipa este mes?", "¿Qué se dice del precio del ceviche?", "Compara pollo a la brasa con chifa en los últimos 3 meses",
		"¿Qué bebidas tienen mejores opiniones?", "¿Dónde se habla más del cuy?", "¿De qué se quejan en Rappi?"}
}

// intentText names an intent as "I understood" shows it.
var intentText = map[string]map[Intent]string{
	"es": {Rising: "qué sube", Falling: "qué baja", Trend: "cómo se mueve", Top: "lo más mencionado", Volume: "cuántas menciones", Opinion: "qué se opina", Aspect: "qué se dice de un aspecto",
		Liked: "qué gusta", Disliked: "de qué se quejan", Compare: "comparar", Where: "en qué departamentos", Sources: "de qué fuentes", History: "cómo ha evolucionado",
		Best: "lo mejor valorado", Worst: "lo peor valorado", Craving: "de qué hay antojo", Rating: "nota media"},
	"en": {Rising: "what rises", Falling: "what falls", Trend: "how it moves", Top: "most mentioned", Volume: "how many mentions", Opinion: "what people think", Aspect: "what is said of an aspect",
		Liked: "what people like", Disliked: "what people complain about", Compare: "compare", Where: "in which departments", Sources: "from which sources", History: "how it has evolved",
		Best: "best rated", Worst: "worst rated", Craving: "what people crave", Rating: "mean rating"},
}

var kindText = map[string]map[string]string{
	"es": {"dish": "platos", "drink": "bebidas", "ingredient": "ingredientes", "brand": "marcas", "place": "lugares"},
	"en": {"dish": "dishes", "drink": "drinks", "ingredient": "ingredients", "brand": "brands", "place": "places"},
}

var columnText = map[string]map[string]string{
	"es": {"mentions": "menciones", "growth": "cambio", "net_sentiment": "saldo de opiniones", "positive_share": "positivas", "negative_share": "negativas", "aspect_net": "saldo de opiniones",
		"sov": "cuota de menciones", "authors": "autores distintos", "craving_rate": "antojo", "mean_rating": "nota media"},
	"en": {"mentions": "mentions", "growth": "change", "net_sentiment": "balance of opinions", "positive_share": "positive", "negative_share": "negative", "aspect_net": "balance of opinions",
		"sov": "share of mentions", "authors": "distinct authors", "craving_rate": "craving", "mean_rating": "mean rating"},
}

// put fills {…} of a text.
func put(s string, kv ...string) string {
	for i := 0; i+1 < len(kv); i += 2 {
		s = strings.ReplaceAll(s, "{"+kv[i]+"}", kv[i+1])
	}
	return s
}

// number writes a value of a measure as pages do.
func number(n fill.Numbers, measure string, v float64) string {
	switch measure {
	case "growth":
		return n.SignedPercent(v, 0)
	case "net_sentiment", "aspect_net":
		return n.Signed(100*v, 0)
	case "positive_share", "negative_share", "sov", "craving_rate":
		return n.Percent(v, 0)
	case "mean_rating":
		return n.Dec(v, 2)
	}
	return n.Int(int64(v + .5))
}

func interval(lang string, n fill.Numbers, measure string, low, high float64) string {
	return put(sentences[lang]["interval"], "low", number(n, measure, low), "high", number(n, measure, high))
}

// nameOf names the key of a row.
func nameOf(lang string, t *fact.Table, lx fact.Lexicon, d metric.Dimension, key string) string {
	switch d {
	case metric.ByEntity:
		if e, ok := t.Entity(key); ok {
			if lang == "en" {
				return e.English()
			}
			return e.Display()
		}
		if name, en, kind, ok := lx.FoodName(key); ok {
			e := fact.Entity{ID: key, Name: name, NameEN: en, Kind: kind}
			if lang == "en" {
				return e.English()
			}
			return e.Display()
		}
	case metric.ByDepartment:
		if dep, err := mention.DepartmentByCode(key); err == nil && dep != 0 {
			return dep.Name()
		}
		return map[string]string{"es": "sin departamento", "en": "no department"}[lang]
	case metric.BySource:
		return fill.SourceName(lang, key)
	case metric.ByAspect:
		return fill.AspectName(lang, key)
	}
	return key
}

// Language guesses the language of a question: es unless its little words are English.
func Language(question string) string {
	en, es := 0, 0
	for _, w := range strings.Fields(normal(question)) {
		switch {
		case english[w]:
			en++
		case spanish[w]:
			es++
		}
	}
	if en > es {
		return "en"
	}
	return "es"
}

var (
	english = set("the what which is are do does did how in of at people this last week month year about most where who why who and or compare show many much say think like over with to for")
	spanish = set("que cual cuales es esta estan como en de del la las los el gente este esta ultimos semana mes ano sobre mas donde quien por y o compara muestra cuantas cuanto dice dicen opina gusta con para al lo se")
)
