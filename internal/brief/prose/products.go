package prose

import (
	"hash/fnv"
	"maps"

	"antojo/internal/brief/fact"
)

// sentences joins the sentences of the weekly brief with those of the other products.
func sentences(parts ...map[string][]string) map[string][]string {
	out := map[string][]string{}
	for _, p := range parts {
		maps.Copy(out, p)
	}
	return out
}

// spanishProducts holds the sentences that monthly reports, dossiers, comparisons
// and alerts have beside those of the weekly brief.
var spanishProducts = map[string][]string{
	"month.headline.leader": {
		"{{@.Entity}} [encabeza|encabezan] un periodo sin cambios claros",
		"Sin cambios claros: {{@.entity}} [sigue|siguen] al frente",
	},
	"month.volume": {
		"En {{P.month}} se leyeron {{@.mentions}} menciones de comida, frente a {{@.previous}} de {{P.monthBefore}}.",
		"{{P.Month}} dejó {{@.mentions}} menciones de comida; el periodo anterior, {{@.previous}}.",
	},
	"month.volume.alone": {"En {{P.month}} se leyeron {{@.mentions}} menciones de comida."},
	"month.leader": {
		"Los platos más mencionados del periodo son <{{@.entity}} ({{@.share}})>.",
		"La conversación sobre platos la encabezan <{{@.entity}} ({{@.share}})>.",
	},
	"month.leader.one": {"El plato más mencionado del periodo es {{@.entity}}, con {{@.share}} de las menciones de platos ({{@.share.interval}})."},
	"month.source":     {"Lo leído en el periodo viene sobre todo de <{{@.source}} ({{@.share}})>."},
	"month.source.one": {"Lo leído en el periodo viene sobre todo de {{@.source}} ({{@.share}})."},

	"dossier.headline.steady":          {"{{@.Entity}}, sin cambios claros"},
	"dossier.headline.seasonal":        {"{{@.Entity}}, al ritmo de la temporada"},
	"dossier.headline.spike":           {"{{@.Entity}}: un pico pasajero, no una tendencia"},
	"dossier.headline.price-driven":    {"{{@.Entity}}: el cambio acompaña al movimiento de su precio"},
	"dossier.headline.campaign-driven": {"{{@.Entity}}: textos repetidos que parecen de una campaña"},
	"dossier.headline.thin":            {"{{@.Entity}}: aún no hay datos suficientes para un veredicto"},
	"dossier.voice": {
		"{{@.Entity}} [reúne|reúnen] {{@.mentions}} menciones {{P.window}}, {{@.share}} de la conversación de su categoría ({{@.share.interval}}).",
		"{{P.Window}} se leyeron {{@.mentions}} menciones {{@.of}}: {{@.share}} de la conversación de su categoría ({{@.share.interval}}).",
	},
	"dossier.voice.few": {"{{@.Entity}} [reúne|reúnen] {{@.mentions}} menciones {{P.window}}."},
	"dossier.steady": {
		"Frente al periodo anterior, {{@.entity}} no [muestra|muestran] un cambio que se distinga del azar ({{@.growth}}; {{@.growth.interval}}).",
		"No se puede afirmar un cambio {{@.of}} frente al periodo anterior ({{@.growth}}; {{@.growth.interval}}).",
	},
	"dossier.thin": {
		"Hay muy pocas menciones {{@.of}} para dar un veredicto, y este informe no lo intenta.",
	},
	"dossier.mood.up": {
		"El tono es favorable cuando se habla {{@.of}}: el saldo de opiniones es de {{@.net}} ({{@.net.interval}}), con {{@.positive}} de opiniones positivas y {{@.negative}} de negativas.",
		"Cuando se habla {{@.of}} pesa más lo bueno que lo malo, con un saldo de opiniones de {{@.net}} ({{@.net.interval}}).",
	},
	"dossier.mood.up.bare":   {"El tono parece favorable, aunque por poco, cuando se habla {{@.of}}: el saldo de opiniones es de {{@.net}} ({{@.net.interval}})."},
	"dossier.mood.down":      {"El tono es desfavorable cuando se habla {{@.of}}: el saldo de opiniones es de {{@.net}} ({{@.net.interval}})."},
	"dossier.mood.down.bare": {"El tono parece desfavorable, aunque por poco, cuando se habla {{@.of}}: el saldo de opiniones es de {{@.net}} ({{@.net.interval}})."},
	"dossier.mood.none": {
		"Cuando se habla {{@.of}}, las opiniones positivas y las negativas se compensan: el saldo es de {{@.net}} y el intervalo incluye el equilibrio ({{@.net.between}}).",
	},
	"dossier.source": {"Lo que se lee {{@.of}} viene sobre todo de <{{@.source}} ({{@.share}})>."},

	"compare.headline.top": {
		"{{@.Entity}} [lidera|lideran] la conversación entre lo comparado",
		"De lo comparado, se habla más {{@.of}}",
	},
	"compare.headline.even": {"Conversación pareja entre <{{@.entity}}>"},
	"compare.top": {
		"De lo comparado, lo que más se menciona es {{@.entity}}: {{@.mentions}} menciones {{P.window}}, {{@.share}} del conjunto ({{@.share.interval}}).",
		"{{@.Entity}} [encabeza|encabezan] la conversación {{P.window}}, con {{@.mentions}} menciones y {{@.share}} del conjunto ({{@.share.interval}}).",
	},
	"compare.rest": {"Del resto de lo comparado se leyeron menciones así: <{{@.entity}}, {{@.mentions}} ({{@.share}})>."},
	"compare.even": {"{{P.Window}}, la conversación se ve pareja: <{{@.entity}} ({{@.share}})>."},
	"compare.steady": {
		"No muestran un cambio que se distinga del azar <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
		"Frente al periodo anterior no hay un cambio que se distinga del azar en lo que se dice <{{@.of}} ({{@.growth}}; {{@.growth.interval}})>.",
	},
	"compare.mood.top":     {"Lo mejor valorado es {{@.entity}}, con un saldo de opiniones de {{@.net}} ({{@.net.interval}})."},
	"compare.mood":         {"El saldo de opiniones, por separado: <{{@.entity}}, {{@.net}} ({{@.net.interval}})>."},
	"compare.mood.rest":    {"El saldo de opiniones del resto: <{{@.entity}}, {{@.net}} ({{@.net.interval}})>."},
	"compare.headline.few": {"Muy pocas menciones para comparar <{{@.entity}}>"},
	"compare.few":          {"{{P.Window}} se leyeron muy pocas menciones para comparar: <{{@.entity}}, {{@.mentions}}>."},
	"compare.mood.one":     {"Solo {{@.entity}} [tiene|tienen] datos suficientes para un saldo de opiniones: {{@.net}} ({{@.net.interval}})."},
	"compare.thin":         {"Hay muy pocas menciones <{{@.of}}> para dar un veredicto."},

	"studio.leader": {"{{@.Entity}} [reúne|reúnen] {{@.mentions}} menciones, {{@.share}} de la conversación de su categoría ({{@.share.interval}})."},

	"alert.headline.up":           {"{{@.Of}} se habla más de lo común", "{{@.Entity}}: más menciones de lo común"},
	"alert.headline.down":         {"{{@.Of}} se habla menos de lo común", "{{@.Entity}}: menos menciones de lo común"},
	"alert.headline.channel.up":   {"{{@.mentions}} menciones de comida en {{@.channel}} {{@.days}}, más de lo común"},
	"alert.headline.channel.down": {"{{@.mentions}} menciones de comida en {{@.channel}} {{@.days}}, menos de lo común"},
	"alert.channel.up":            {"En {{@.channel}} se leyeron {{@.mentions}} menciones de comida {{@.days}}, más de lo común: el rango para ese tramo está {{@.usual.between}}, con {{@.usual}} al centro."},
	"alert.channel.down":          {"En {{@.channel}} se leyeron {{@.mentions}} menciones de comida {{@.days}}, menos de lo común: el rango para ese tramo está {{@.usual.between}}, con {{@.usual}} al centro."},
	"alert.headline.all.up":       {"{{@.mentions}} menciones de comida {{@.days}}, más de lo común"},
	"alert.headline.all.down":     {"{{@.mentions}} menciones de comida {{@.days}}, menos de lo común"},
	"alert.up": {
		"Se leyeron {{@.mentions}} menciones {{@.of}} {{@.days}}, más de lo común: el rango para ese tramo está {{@.usual.between}}, con {{@.usual}} al centro.",
		"Con {{@.mentions}} menciones {{@.days}}, {{@.entity}} [queda|quedan] fuera de lo común: se habla más, y el rango para ese tramo está {{@.usual.between}}.",
	},
	"alert.down": {
		"Se leyeron {{@.mentions}} menciones {{@.of}} {{@.days}}, menos de lo común: el rango para ese tramo está {{@.usual.between}}, con {{@.usual}} al centro.",
	},
	"alert.all.up":   {"Se leyeron {{@.mentions}} menciones de comida {{@.days}}, más de lo común: el rango para ese tramo está {{@.usual.between}}, con {{@.usual}} al centro."},
	"alert.all.down": {"Se leyeron {{@.mentions}} menciones de comida {{@.days}}, menos de lo común: el rango para ese tramo está {{@.usual.between}}, con {{@.usual}} al centro."},
}

// englishProducts holds the same keys.
var englishProducts = map[string][]string{
	"month.headline.leader": {"{{@.Entity}} [leads|lead] a period without clear changes"},
	"month.volume": {
		"In {{P.month}} we read {{@.mentions}} mentions of food, against {{@.previous}} in {{P.monthBefore}}.",
		"{{P.Month}} brought {{@.mentions}} mentions of food; the period before brought {{@.previous}}.",
	},
	"month.volume.alone": {"In {{P.month}} we read {{@.mentions}} mentions of food."},
	"month.leader":       {"The most mentioned dishes of the period are <{{@.entity}} ({{@.share}})>.", "The conversation about dishes is led by <{{@.entity}} ({{@.share}})>."},
	"month.leader.one":   {"The most mentioned dish of the period is {{@.entity}}, with {{@.share}} of all mentions of dishes ({{@.share.interval}})."},
	"month.source":       {"What was read in the period comes above all from <{{@.source}} ({{@.share}})>."},
	"month.source.one":   {"What was read in the period comes above all from {{@.source}} ({{@.share}})."},

	"dossier.headline.steady":          {"{{@.Entity}}, without clear changes"},
	"dossier.headline.seasonal":        {"{{@.Entity}}, in step with the season"},
	"dossier.headline.spike":           {"{{@.Entity}}: a brief spike, not a trend"},
	"dossier.headline.price-driven":    {"{{@.Entity}}: the change goes along with the movement of its price"},
	"dossier.headline.campaign-driven": {"{{@.Entity}}: repeated texts that look like a campaign"},
	"dossier.headline.thin":            {"{{@.Entity}}: not enough data for a verdict yet"},
	"dossier.voice": {
		"{{@.Entity}} [gathers|gather] {{@.mentions}} mentions ({{P.window}}), {{@.share}} of the conversation of its category ({{@.share.interval}}).",
	},
	"dossier.voice.few": {"{{@.Entity}} [gathers|gather] {{@.mentions}} mentions ({{P.window}})."},
	"dossier.steady": {
		"Against the period before, the change {{@.of}} cannot be told from chance ({{@.growth}}; {{@.growth.interval}}).",
		"What is said {{@.of}} changed by {{@.growth}}, which cannot be told from chance ({{@.growth.interval}}).",
	},
	"dossier.thin":           {"There are too few mentions {{@.of}} for a verdict, and this report does not try."},
	"dossier.mood.up":        {"The mood is favourable when people speak {{@.of}}: the balance of opinions is {{@.net}} ({{@.net.interval}}), with {{@.positive}} of opinions positive and {{@.negative}} negative."},
	"dossier.mood.up.bare":   {"The mood seems favourable, if only just, when people speak {{@.of}}: the balance of opinions is {{@.net}} ({{@.net.interval}})."},
	"dossier.mood.down":      {"The mood is unfavourable when people speak {{@.of}}: the balance of opinions is {{@.net}} ({{@.net.interval}})."},
	"dossier.mood.down.bare": {"The mood seems unfavourable, if only just, when people speak {{@.of}}: the balance of opinions is {{@.net}} ({{@.net.interval}})."},
	"dossier.mood.none":      {"When people speak {{@.of}}, positive and negative opinions even out: the balance is {{@.net}}, and the interval includes an even balance ({{@.net.between}})."},
	"dossier.source":         {"What is read {{@.of}} comes above all from <{{@.source}} ({{@.share}})>."},

	"compare.headline.top":  {"{{@.Entity}} [leads|lead] the conversation among those compared"},
	"compare.headline.even": {"An even conversation between <{{@.entity}}>"},
	"compare.top": {
		"Of those compared, the most mentioned is {{@.entity}}: {{@.mentions}} mentions ({{P.window}}), {{@.share}} of the whole ({{@.share.interval}}).",
	},
	"compare.rest":         {"The others compared: <{{@.entity}}, {{@.mentions}} mentions ({{@.share}})>."},
	"compare.even":         {"The conversation ({{P.window}}) looks even: <{{@.entity}} ({{@.share}})>."},
	"compare.steady":       {"Against the period before, the changes of <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})> cannot be told from chance."},
	"compare.mood.top":     {"The best balance of opinions is that {{@.of}}: {{@.net}} ({{@.net.interval}})."},
	"compare.mood":         {"The balance of opinions, case by case: <{{@.entity}}, {{@.net}} ({{@.net.interval}})>."},
	"compare.mood.rest":    {"The balance of opinions of the rest: <{{@.entity}}, {{@.net}} ({{@.net.interval}})>."},
	"compare.headline.few": {"Too few mentions for a verdict on <{{@.entity}}>"},
	"compare.few":          {"Too few mentions were read for a verdict ({{P.window}}): <{{@.entity}}, {{@.mentions}}>."},
	"compare.mood.one":     {"Only {{@.entity}} [has|have] enough data for a balance of opinions: {{@.net}} ({{@.net.interval}})."},
	"compare.thin":         {"There are too few mentions <{{@.of}}> for a verdict."},

	"studio.leader": {"{{@.Entity}} [gathers|gather] {{@.mentions}} mentions, {{@.share}} of the conversation of its category ({{@.share.interval}})."},

	"alert.headline.up":           {"More talk {{@.of}} than is common", "{{@.Entity}}: more mentions than is common"},
	"alert.headline.down":         {"Less talk {{@.of}} than is common", "{{@.Entity}}: fewer mentions than is common"},
	"alert.headline.channel.up":   {"{{@.mentions}} mentions of food in {{@.channel}} ({{@.days}}), up on what is common"},
	"alert.headline.channel.down": {"{{@.mentions}} mentions of food in {{@.channel}} ({{@.days}}), down on what is common"},
	"alert.channel.up":            {"In {{@.channel}} we read {{@.mentions}} mentions of food ({{@.days}}), up on what is common: the range for that stretch is {{@.usual.between}}, with {{@.usual}} at the centre."},
	"alert.channel.down":          {"In {{@.channel}} we read {{@.mentions}} mentions of food ({{@.days}}), down on what is common: the range for that stretch is {{@.usual.between}}, with {{@.usual}} at the centre."},
	"alert.headline.all.up":       {"{{@.mentions}} mentions of food ({{@.days}}), up on what is common"},
	"alert.headline.all.down":     {"{{@.mentions}} mentions of food ({{@.days}}), down on what is common"},
	"alert.up":                    {"We read {{@.mentions}} mentions {{@.of}} ({{@.days}}), up on what is common: the range for that stretch is {{@.usual.between}}, with {{@.usual}} at the centre."},
	"alert.down":                  {"We read {{@.mentions}} mentions {{@.of}} ({{@.days}}), down on what is common: the range for that stretch is {{@.usual.between}}, with {{@.usual}} at the centre."},
	"alert.all.up":                {"We read {{@.mentions}} mentions of food ({{@.days}}), up on what is common: the range for that stretch is {{@.usual.between}}, with {{@.usual}} at the centre."},
	"alert.all.down":              {"We read {{@.mentions}} mentions of food ({{@.days}}), down on what is common: the range for that stretch is {{@.usual.between}}, with {{@.usual}} at the centre."},
}

// Sentence puts facts into a sentence of a caller's own, by the marks of this
// package: {{@.growth}}, <…> for each fact, [a|b] by gender and number.
func (w *Writer) Sentence(s string, fs ...*fact.Fact) string { return w.set(s, fs) }

// Pick chooses one of n by the facts and a key: the same facts choose the same.
func (w *Writer) Pick(key string, n int) int {
	h := fnv.New32a()
	h.Write([]byte(w.hash + key))
	return int(h.Sum32() % uint32(max(1, n)))
}
