package product

// word is a label around sentences and figures, "" for what has none.
func word(lang, key string) string {
	w := words[key]
	if lang == "en" {
		return w[1]
	}
	return w[0]
}

// words are Spanish and English.
var words = map[string][2]string{
	"to": {"a", "to"},

	"kicker.weekly":     {"Informe semanal", "Weekly brief"},
	"kicker.monthly":    {"Informe mensual", "Monthly report"},
	"kicker.dossier":    {"Ficha", "Dossier"},
	"kicker.comparison": {"Comparación", "Comparison"},
	"kicker.alert":      {"Alertas", "Alerts"},
	"kicker.studio":     {"Estudio de contenidos", "Content studio"},

	"part.summary":        {"El periodo", "The period"},
	"part.rising":         {"Lo que sube", "What is rising"},
	"part.explained":      {"Lo que tiene otra explicación", "What has another explanation"},
	"part.falling":        {"Lo que baja", "What is falling"},
	"part.opinions":       {"Lo que gusta y lo que no", "What people like and dislike"},
	"part.where":          {"Dónde", "Where"},
	"part.limits":         {"Lo que no se puede decir y de dónde viene", "What cannot be said, and where it comes from"},
	"part.dossier.limits": {"De dónde viene lo leído", "Where what was read comes from"},
	"part.voice":          {"Cuánto se habla", "How much is said"},
	"part.moves":          {"Qué cambia", "What changes"},
	"part.mood":           {"Con qué ánimo", "In what mood"},
	"part.alerts":         {"Lo que salió de lo común", "What is out of the common"},
	"part.tables":         {"Tablas", "Tables"},
	"part.figures":        {"Las cifras", "The figures"},
	"part.said":           {"En sus palabras", "In their words"},
	"part.dates":          {"Fechas que vienen", "Dates ahead"},

	"chart.all":            {"Menciones de comida por semana", "Mentions of food by week"},
	"chart.entity":         {"Menciones por semana", "Mentions by week"},
	"chart.entities":       {"Menciones por semana de lo comparado", "Mentions by week of those compared"},
	"chart.dishes":         {"Los platos más mencionados y su parte de la conversación", "The most mentioned dishes and their share of the conversation"},
	"chart.aspects":        {"Lo que gusta y lo que molesta: saldo por aspecto", "What people like and dislike: balance by aspect"},
	"chart.aspects.entity": {"Saldo por aspecto", "Balance by aspect"},
	"chart.voices":         {"Parte de la conversación entre lo comparado", "Share of the conversation among those compared"},
	"chart.moods":          {"Saldo de opiniones", "Balance of opinions"},

	"table.changes": {"Lo que cambió, con su veredicto", "What changed, with its verdict"},
	"table.verdict": {"El veredicto", "The verdict"},
	"table.places":  {"Por departamento", "By department"},
	"table.sources": {"De dónde viene lo leído", "Where what was read comes from"},
	"table.sides":   {"Lado a lado", "Side by side"},
	"table.alerts":  {"Detalle", "Details"},

	"col.entity":   {"Comida", "Food"},
	"col.verdict":  {"Veredicto", "Verdict"},
	"col.mentions": {"Menciones", "Mentions"},
	"col.before":   {"Antes", "Before"},
	"col.growth":   {"Cambio (IC 95 %)", "Change (95% CI)"},
	"col.place":    {"Departamento", "Department"},
	"col.net":      {"Saldo (IC 95 %)", "Balance (95% CI)"},
	"col.source":   {"Fuente", "Source"},
	"col.share":    {"Parte (IC 95 %)", "Share (95% CI)"},
	"col.quote":    {"Mención", "Mention"},
	"col.side":     {"Opinión", "Opinion"},
	"col.mention":  {"Código", "Id"},
	"col.what":     {"De qué", "About"},
	"col.days":     {"Días", "Days"},
	"col.read":     {"Leídas", "Read"},
	"col.usual":    {"Lo común (95 %)", "Common (95%)"},
	"col.context":  {"Contexto", "Context"},
	"col.feast":    {"Fecha", "Date"},

	"side.pos": {"positiva", "positive"}, "side.neg": {"negativa", "negative"}, "side.neu": {"neutra", "neutral"},

	"verdict.rising":          {"sube", "rising"},
	"verdict.falling":         {"baja", "falling"},
	"verdict.seasonal":        {"estacional", "seasonal"},
	"verdict.spike":           {"pico", "spike"},
	"verdict.steady":          {"sin cambio claro", "steady"},
	"verdict.price-driven":    {"por precio", "price-driven"},
	"verdict.campaign-driven": {"por campaña", "campaign-driven"},
	"verdict.not-enough-data": {"sin datos suficientes", "not enough data"},

	"note.weeks":     {"Semanas completas, de lunes a domingo.", "Whole weeks, Monday to Sunday."},
	"note.dishes":    {"Parte de todas las menciones de platos del periodo, con su intervalo del 95 %.", "Share of all mentions of dishes in the period, with its 95% interval."},
	"note.aspects":   {"Saldo: positivas menos negativas por cada cien opiniones, con su intervalo del 95 %; a la izquierda lo negativo, a la derecha lo positivo.", "Balance: positive less negative for each hundred opinions, with its 95% interval; negative to the left, positive to the right."},
	"note.voices":    {"Parte del total de menciones de lo comparado, con su intervalo del 95 %.", "Share of all mentions of those compared, with its 95% interval."},
	"note.month":     {"El volumen compara meses enteros, que no tienen los mismos días; las tendencias comparan las últimas cuatro semanas del mes con las cuatro anteriores.", "The volume compares whole months, which differ in days; trends compare the last four weeks of the month with the four before."},
	"note.intervals": {"Una cifra con menos de 30 observaciones no se muestra como parte ni como saldo. Los intervalos son del 95 %.", "A figure of fewer than 30 observations is shown neither as a share nor as a balance. Intervals are 95%."},
	"note.coverage":  {"Cobertura: lo que se publica en línea en las fuentes cargadas. No representa a todo el país ni mide ventas.", "Coverage: what is published online in the sources that were loaded. It does not stand for the whole country and does not measure sales."},
	"note.category":  {"La parte de la conversación es frente a todo lo mencionado de su misma clase: platos entre platos, bebidas entre bebidas.", "The share of the conversation is against all that is mentioned of its kind: dishes among dishes, drinks among drinks."},
	"note.compare":   {"Lo comparado solo se ordena donde la diferencia se distingue del azar, contadas todas las parejas.", "Those compared are only ranked where the difference can be told from chance, counting all pairs."},
	"note.alerts":    {"Una alerta dice que se leyó más o menos de lo común en esos días, frente al propio pasado, el calendario y el volumen de las fuentes. No dice la causa.", "An alert says that more or less was read than is common on those days, against the own past, the calendar and the volume of the sources. It does not say the cause."},
	"note.studio":    {"Cada idea se apoya en un hallazgo y sus menciones. Los textos son propuestas: no llevan cifras ni prometen nada que los datos no digan.", "Each idea rests on a finding and its mentions. The texts are proposals: they hold no figures and promise nothing that the data do not say."},

	"alerts.none":    {"Ninguna alerta pide atención", "No alert asks for attention"},
	"alerts.all":     {"Toda la comida", "All food"},
	"alerts.channel": {"Canal", "Channel"},
	"alerts.part":    {"sobre todo en", "above all in"},
	"alerts.copied":  {"copias casi iguales:", "near-identical copies:"},
	"alerts.feast":   {"coincide con", "coincides with"},
	"alerts.partial": {"el último día aún no había cerrado", "the last day had not closed yet"},

	"studio.title":          {"Ideas con base en lo que la gente dice", "Ideas that rest on what people say"},
	"studio.title.for":      {"Ideas para", "Ideas for"},
	"studio.title.post":     {"Ideas de publicaciones, con base en lo que la gente dice", "Ideas for posts that rest on what people say"},
	"studio.title.campaign": {"Ángulos de campaña, con base en lo que la gente dice", "Campaign angles that rest on what people say"},
	"studio.title.menu":     {"Sugerencias de carta, con base en lo que la gente dice", "Suggestions for the menu that rest on what people say"},
	"studio.title.product":  {"Ideas de producto, con base en lo que la gente dice", "Ideas for products that rest on what people say"},
	"studio.title.for.post": {"Publicaciones para", "Posts for"}, "studio.title.for.campaign": {"Ángulos de campaña para", "Campaign angles for"},
	"studio.title.for.menu": {"Sugerencias de carta para", "Suggestions for the menu:"}, "studio.title.for.product": {"Ideas de producto para", "Product ideas for"},
	"studio.none":    {"No hay hallazgos sobre los que apoyar una idea en este periodo.", "There are no findings to rest an idea on in this period."},
	"ideas.post":     {"Publicaciones", "Posts"},
	"ideas.campaign": {"Ángulos de campaña", "Campaign angles"},
	"ideas.menu":     {"Carta", "Menu"},
	"ideas.product":  {"Productos y servicios", "Products and services"},
	"tone.warm":      {"tono cercano", "warm tone"}, "tone.formal": {"tono formal", "formal tone"}, "tone.playful": {"tono juguetón", "playful tone"},
	"channel.instagram": {"Instagram", "Instagram"}, "channel.tiktok": {"TikTok", "TikTok"}, "channel.whatsapp": {"WhatsApp", "WhatsApp"}, "channel.email": {"correo", "e-mail"}, "channel.store": {"local", "on site"},
}
