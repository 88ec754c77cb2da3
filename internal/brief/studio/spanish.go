package studio

// spanish holds the texts by kind and trigger, and where they differ by aspect, by
// kind of food or by tone. The marks are those of package prose.
var spanish = map[string][]string{
	"label.post": {"Publicación"}, "label.campaign": {"Ángulo de campaña"}, "label.menu": {"Carta"}, "label.product": {"Producto"},

	// Publications.
	"title.post.rising": {"Ponle cámara {{@.to}}", "{{@.Entity}}, de cerca y con luz natural"},
	"post.rising.warm": {
		"¿Tú también has visto {{@.entity}} en tu feed? Acá [lo|la|los|las] preparamos a nuestra manera. Etiqueta a quien te acompaña y cuéntanos cómo [lo|la|los|las] pides.",
		"{{@.Entity}}, una mesa y tu gente. Cuéntanos en los comentarios cómo [lo|la|los|las] pides y te guardamos un sitio.",
	},
	"post.rising.formal": {
		"{{@.Entity}} [es|son] tema de conversación en la mesa peruana. Conozca nuestra versión y reserve su mesa.",
		"Le presentamos nuestra versión {{@.of}}: insumos elegidos con cuidado y una receta con oficio. Le esperamos.",
	},
	"post.rising.playful": {
		"Alerta de antojo: {{@.entity}}. Si ya te dio hambre, te esperamos. ¿Con quién [lo|la|los|las] compartes?",
		"Ibas a ver una cosa en tu celular y terminaste pensando en {{@.entity}}. Te entendemos. Pasa a la mesa.",
	},
	"post.rising.drink.warm":         {"¿Para empezar el turno o para la sobremesa? Cuéntanos en los comentarios cómo pides {{@.entity}} y te guardamos un sitio."},
	"post.rising.drink.playful":      {"Alerta de antojo: {{@.entity}}. Si ya te dio sed, te esperamos. ¿Con quién [lo|la|los|las] compartes?"},
	"title.post.rising.ingredient":   {"Pregunta de cocina: {{@.entity}}"},
	"post.rising.ingredient.warm":    {"¿A qué le pones {{@.name}} en tu casa? Cuéntanos en los comentarios y con lo que salga armamos una receta."},
	"post.rising.ingredient.formal":  {"{{@.Entity}} [es|son] tema de conversación en la mesa peruana. Conozca cómo [lo|la|los|las] trabajamos en nuestra cocina."},
	"post.rising.ingredient.playful": {"Debate serio: ¿a qué plato no le puede faltar {{@.name}}? Los comentarios están abiertos."},
	"title.post.liked":               {"{{@.Entity}}: que se note {{@.aspect}}", "Muestra de cerca {{@.aspect}}: {{@.entity}}"},
	"post.liked.warm": {
		"La gente lo cuenta: cuando se habla {{@.of}}, lo que gusta es {{@.aspect}}. Acá lo cuidamos plato a plato. ¿Vienes?",
		"Cuando se habla {{@.of}}, gusta {{@.aspect}}. ¿Y tú, con quién [lo|la|los|las] pides? Te leemos.",
	},
	"post.liked.formal": {
		"Cuando se habla {{@.of}}, se valora {{@.aspect}}. En nuestra casa es un compromiso. Le esperamos.",
	},
	"post.liked.playful": {
		"Dato de sobremesa: cuando se habla {{@.of}}, lo que gusta es {{@.aspect}}. Nosotros ponemos la mesa; tú, el hambre.",
	},
	"title.post.where":        {"Un guiño a {{@.place}} con {{@.entity}}"},
	"post.where.warm":         {"¡Hola, {{@.place}}! Cuéntanos dónde [lo|la|los|las] pides y con quién: queremos conocer tu rincón para {{@.entity}}."},
	"post.where.formal":       {"En {{@.place}} se habla de forma especial {{@.of}}. Conozca nuestra versión, hecha con respeto a la receta de la zona."},
	"post.where.playful":      {"{{@.place}}, te vimos: {{@.entity}} [está|están] en tu conversación y queremos enterarnos de tu receta."},
	"title.post.leader":       {"{{@.Entity}} a la mesa, con tu gente", "Un debate de sobremesa: {{@.entity}}"},
	"post.leader.warm":        {"{{@.Entity}} y una mesa compartida. ¿Con quién [lo|la|los|las] pedirías? Etiqueta aquí.", "Hay sabores que juntan a la familia. Cuéntanos tu historia con {{@.entity}} y la compartimos."},
	"post.leader.formal":      {"{{@.Entity}}, con la receta de la casa y el tiempo que pide. Reserve su mesa."},
	"post.leader.playful":     {"Debate serio: ¿{{@.entity}} en casa o en la calle? Los comentarios están abiertos."},
	"title.post.feast":        {"{{@.Feast}}: abre la conversación"},
	"post.feast.warm":         {"Anota: {{@.feast}}, {{@.days}}. ¿Con quién compartes la mesa? Etiqueta a tu gente y arma el plan."},
	"post.feast.formal":       {"{{@.Feast}}, {{@.days}}. Reserve su mesa con tiempo y comparta con los suyos."},
	"post.feast.playful":      {"Se busca excusa para salir a comer. Encontrada: {{@.feast}}, {{@.days}}."},
	"post.feast.food.warm":    {"Anota: {{@.feast}}, {{@.days}}. {{@.Entity}} [tiene|tienen] la palabra. ¿Con quién [lo|la|los|las] compartes?"},
	"post.feast.food.formal":  {"{{@.Feast}}, {{@.days}}. Le invitamos a compartir {{@.entity}} en nuestra casa. Reserve su mesa."},
	"post.feast.food.playful": {"Se busca excusa para pedir {{@.entity}}. Encontrada: {{@.feast}}, {{@.days}}."},

	// Campaign angles: a slogan by tone, then the angle.
	"slogan.rising.warm": {"{{@.Entity}}, como en casa"}, "slogan.rising.formal": {"{{@.Entity}}, con oficio"}, "slogan.rising.playful": {"{{@.Entity}}, sin pretextos"},
	"slogan.rising.ingredient.warm": {"Con {{@.name}}, como en casa"}, "slogan.rising.ingredient.formal": {"Con {{@.name}} y con oficio"}, "slogan.rising.ingredient.playful": {"Con {{@.name}}, sin pretextos"},
	"slogan.liked.warm": {"{{@.Entity}}: se nota el cariño"}, "slogan.liked.formal": {"{{@.Entity}}: el valor del detalle"}, "slogan.liked.playful": {"{{@.Entity}}: repetir no es pecado"},
	"slogan.where.warm": {"{{@.place}} en la mesa"}, "slogan.where.formal": {"{{@.place}}, a la carta"}, "slogan.where.playful": {"{{@.place}} tiene hambre"},
	"slogan.feast.warm": {"Tu mesa para {{@.feast}}"}, "slogan.feast.formal": {"{{@.Feast}}, a la mesa"}, "slogan.feast.playful": {"{{@.Feast}}: llegar con hambre"},
	"slogan.falling.warm": {"{{@.Entity}}: te extrañamos"}, "slogan.falling.formal": {"{{@.Entity}}: volver a la receta"}, "slogan.falling.playful": {"{{@.Entity}}: tenemos que hablar"},

	"title.campaign.rising": {"Ruta {{@.of}}", "{{@.Entity}}, de la cocina a la pantalla"},
	"campaign.rising": {
		"Arma una serie: {{@.entity}} [contado|contada|contados|contadas] desde la cocina, con quien cocina, quien provee y quien come. Cierra con una degustación y pide a la gente su versión.",
		"Invita a cocineros de barrio a mostrar su versión {{@.of}}. Una pieza corta para cada cocina, un mapa para guardar y una mesa larga como cierre.",
	},
	"title.campaign.rising.drink":      {"{{@.Entity}}, de la barra a la pantalla"},
	"campaign.rising.drink":            {"Arma una serie: {{@.entity}} [contado|contada|contados|contadas] desde la barra, con quien prepara, quien provee y quien brinda. Cierra con una degustación y pide a la gente su versión."},
	"title.campaign.rising.ingredient": {"Ruta {{@.of}}"},
	"campaign.rising.ingredient":       {"Arma una serie con quien provee, quien prepara y quien lleva {{@.entity}} a su mesa. Cierra con una receta que la gente pueda repetir en casa."},
	"title.campaign.liked":             {"{{@.Entity}}: {{@.aspect}} con nombre propio"},
	"campaign.liked": {
		"Pon al centro lo que ya gusta: {{@.aspect}}. Pide a comensales, con su permiso, que lo cuenten con sus palabras y acompaña cada relato con una foto de la cocina.",
	},
	"title.campaign.where": {"{{@.Entity}} con acento de {{@.place}}"},
	"campaign.where": {
		"Lleva la idea a {{@.place}}: pauta en medios de ahí, aliados de la zona y un guiño a su forma de hablar. Mide aparte lo que pase ahí.",
	},
	"title.campaign.feast": {"{{@.Feast}}: plan con tiempo"},
	"campaign.feast": {
		"Anuncia con tiempo una carta corta para {{@.feast}} ({{@.days}}), abre la reserva en línea y pide a la gente la foto de su mesa para el cierre.",
	},
	"campaign.feast.food": {
		"Anuncia con tiempo una carta corta con {{@.entity}} para {{@.feast}} ({{@.days}}), abre la reserva en línea y pide a la gente la foto de su mesa para el cierre.",
	},
	"title.campaign.falling": {"Escuchar antes de pautar: {{@.entity}}"},
	"campaign.falling": {
		"Antes de pautar, pregunta: conversa con tus clientes sobre {{@.entity}}, revisa la receta y vuelve con una historia propia.",
	},

	// Menu.
	"title.menu.rising":              {"{{@.Entity}} como sugerencia de la casa"},
	"menu.rising.dish":               {"Ofrece {{@.entity}} como sugerencia fuera de carta y anota los pedidos. Si la gente [lo|la|los|las] pide, dale un sitio fijo en la carta."},
	"menu.rising.drink":              {"Suma {{@.entity}} a la carta de bebidas en tamaño personal y jarra, y sugiere con qué plato va."},
	"menu.rising.ingredient":         {"Incluye {{@.entity}} en un plato que ya sale de tu cocina y nombra el ingrediente en la carta: así verás si la gente lo pide."},
	"title.menu.rising.ingredient":   {"Un plato con {{@.name}}, dicho en la carta"},
	"title.menu.disliked.ingredient": {"{{@.Entity}}: platos con plan de respaldo"},
	"menu.disliked.ingredient":       {"Revisa qué platos de la carta llevan {{@.name}} y ten al lado de cada plato una opción con otro insumo."},
	"title.menu.liked":               {"Que la carta cuente {{@.aspect}}: {{@.entity}}"},
	"menu.liked.food":                {"Describe {{@.entity}} en una línea: de dónde viene el insumo, cómo se prepara y con qué se acompaña. Es ahí donde está lo que gusta, {{@.aspect}}."},
	"menu.liked.portion":             {"Lo que gusta es {{@.aspect}}: dale {{@.to}} un recuadro propio en la carta y dilo ahí con tus palabras."},
	"menu.liked.price":               {"Lo que gusta es {{@.aspect}}: dale {{@.to}} un recuadro propio en la carta y dilo ahí con tus palabras."},
	"menu.liked.health":              {"Lo que gusta es {{@.aspect}}: dale {{@.to}} un recuadro propio en la carta y dilo ahí con tus palabras."},
	"title.menu.disliked":            {"Cuidar {{@.aspect}}: {{@.entity}}"},
	"menu.disliked.portion":          {"Ofrece {{@.entity}} en tamaño personal y en tamaño para compartir, y que la carta diga cuánto trae cada tamaño."},
	"menu.disliked.price":            {"Arma un combo con {{@.entity}}, bebida y postre, y ponlo junto a la opción suelta para que se pueda comparar."},
	"menu.disliked.food":             {"Revisa la receta {{@.of}} con una cata a ciegas del equipo y deja una sola versión en la carta."},
	"menu.disliked.health":           {"Agrega una guarnición fresca para {{@.entity}} y cuenta en la carta qué lleva el plato."},

	// Products and services.
	"title.product.rising":            {"{{@.Entity}} para llevar a casa"},
	"product.rising.dish":             {"Arma un kit {{@.of}}: insumos medidos, receta impresa y un video corto de la cocina. Empieza con un grupo chico y escucha qué dice la gente."},
	"product.rising.drink":            {"Ensaya {{@.entity}} en botella para llevar, con etiqueta propia y el nombre de quien provee el insumo."},
	"product.rising.ingredient":       {"Ensaya una salsa o un postre con {{@.name}} y ofrece muestras en la caja antes de fijar la receta."},
	"title.product.rising.ingredient": {"Una salsa o un postre con {{@.name}}"},
	"title.product.liked":             {"{{@.Entity}}: un sello propio"},
	"product.liked":                   {"Haz de lo que gusta, {{@.aspect}}, un sello propio {{@.of}}: dilo en el empaque, en la carta y en la respuesta a quien comenta."},
	"title.product.disliked":          {"Repensar {{@.aspect}}: {{@.entity}}"},
	"product.disliked.delivery":       {"Ensaya un empaque que separe lo seco de lo húmedo y aguante el viaje: {{@.entity}} [tiene|tienen] que llegar como [sale|salen] de la cocina."},
	"product.disliked.portion":        {"Desarrolla un formato personal y un formato familiar {{@.of}}, y deja que el pedido elija."},
	"product.disliked.price":          {"Desarrolla un formato de entrada {{@.of}}: mismo insumo, presentación simple y empaque que se reusa."},
	"product.disliked.service":        {"Ofrece recojo con turno para {{@.entity}}: el pedido se arma en línea y pasa de mano en mano, sin cola."},
	"product.disliked.food":           {"Ensaya recetas {{@.of}} con una mesa de comensales y quédate con la que elijan."},
	"title.product.where":             {"Edición de {{@.place}}: {{@.entity}}"},
	"product.where":                   {"Prepara una edición corta {{@.of}} con un insumo de {{@.place}} y véndela ahí antes de llevarla a otro lugar."},
	"title.product.feast":             {"Caja para {{@.feast}}"},
	"product.feast.food":              {"Una edición corta para {{@.feast}} ({{@.days}}): {{@.entity}} en caja para compartir, con reserva previa."},

	"title.post.feast.food":     {"{{@.Feast}} con {{@.entity}}", "{{@.Entity}} para {{@.feast}}"},
	"title.campaign.feast.food": {"{{@.Feast}}: plan con {{@.entity}}"},
	"title.menu.feast":          {"Una carta corta para {{@.feast}}"},
	"title.menu.feast.food":     {"{{@.Entity}} en la carta para {{@.feast}}"},
	"menu.feast":                {"Arma una carta corta para {{@.feast}} ({{@.days}}): un plato para compartir, una bebida y un postre, con reserva previa."},
	"menu.feast.food": {
		"Pon {{@.entity}} al centro de una carta corta para {{@.feast}} ({{@.days}}), en tamaño para compartir, con una bebida y un postre al lado.",
		"Ofrece {{@.entity}} fuera de carta para {{@.feast}} ({{@.days}}) y anota los pedidos: si la gente [lo|la|los|las] pide, dale un sitio fijo en la carta.",
	},
	"title.product.feast.food":  {"{{@.Entity}} en caja para {{@.feast}}"},
	"product.feast":             {"Una caja para {{@.feast}} ({{@.days}}): plato, bebida y postre de tu cocina, con reserva previa y recojo con turno."},
	"slogan.feast.food.warm":    {"{{@.Entity}} y tu gente: {{@.feast}}"},
	"slogan.feast.food.formal":  {"{{@.Entity}}, a la mesa {{@.ofFeast}}"},
	"slogan.feast.food.playful": {"{{@.Feast}}: se busca excusa para {{@.entity}}"},

	"line.menu": {"Línea para la carta:"}, "line.product": {"Línea para la etiqueta:"},

	"format.menu.instagram":    {"Instagram: foto del plato servido y la línea de la carta en el texto."},
	"format.menu.tiktok":       {"TikTok: del fuego a la mesa en una sola toma, y la línea de la carta en pantalla."},
	"format.menu.whatsapp":     {"WhatsApp: la carta del día en una foto, en el estado y a quien la pida."},
	"format.menu.email":        {"Correo: la carta nueva en una imagen, con el botón para reservar."},
	"format.menu.store":        {"En el local: inserto en la carta y la línea en la pizarra."},
	"format.product.instagram": {"Instagram: historia con dos opciones, para que la gente elija antes de producir."},
	"format.product.tiktok":    {"TikTok: cuenta cómo se hace la prueba y pide opiniones en los comentarios."},
	"format.product.whatsapp":  {"WhatsApp: ofrece la prueba a quien ya te escribe y anota lo que contesta."},
	"format.product.email":     {"Correo: invita a una prueba con cupo y pide la opinión después."},
	"format.product.store":     {"En el local: muestra en la caja y una tarjeta para opinar."},

	"format.post.instagram": {"Instagram: carrusel o reel vertical; la pregunta va en la portada y la respuesta, en los comentarios.", "Instagram: foto cenital con luz natural, texto corto y la pregunta al cierre; en historias, con caja de preguntas."},
	"format.post.tiktok":    {"TikTok: plano corto de la cocina, sonido real y la pregunta en pantalla desde el comienzo.", "TikTok: un solo plano, manos y olla; la frase va como texto en pantalla."},
	"format.post.whatsapp":  {"WhatsApp: mensaje corto con una foto; responde a quien escribe y no reenvíes a quien no lo pidió."},
	"format.post.email":     {"Correo: la pregunta va en el asunto, una foto y un solo botón."},
	"format.post.store":     {"En el local: pizarra o individual de mesa, letra grande y un código para responder."},

	"format.campaign.instagram": {"Instagram: una pieza a la vez, con el mismo marco y la misma voz."},
	"format.campaign.tiktok":    {"TikTok: episodios cortos con la misma entrada; responde los comentarios con video."},
	"format.campaign.whatsapp":  {"WhatsApp: lista de difusión solo para quien se anotó; un mensaje al abrir y otro al cerrar."},
	"format.campaign.email":     {"Correo: una carta al abrir, un recordatorio y una de cierre con las fotos de la gente."},
	"format.campaign.store":     {"En el local: mesa puesta, carta corta y un cuaderno donde la gente deje su versión."},
}
