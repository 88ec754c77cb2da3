package ask

import "strings"

// cue is a rule from words to what they ask for: a pattern of words on folded text, in
// which a word that ends in * matches by its beginning, … matches up to three words,
// and alternatives are parted by |.
type cue struct {
	words string
	to    string
}

// Words that ask for what is not answered. They are looked for before anything else.
var refusals = []cue{
	{"ignor* … instruc*|olvid* lo anterior|olvid* … instruc*|olvida todo|system prompt|tu prompt|jailbreak|drop table|select * from|select … from|union select|delete from|insert into|ignore … instructions|ignore previous|ignore all|disregard|actua como|act as|pretend|escribe que|escribi que|di que|write that|say that|muestra … tablas|muestr* … contrasena*|password|api key|script|base de datos|sql", string(Instructions)},
	{"telefono*|celular de|correo|email|e mail|mail de|dni|direccion de|nombre del|nombre de la persona|nombres de los|nombres de las|quien escribi*|quien dijo|quien public*|quien se quej*|quien coment*|quienes escrib*|quienes se quej*|autor de|who wrote|who said|who posted|who complained|phone number|username|usuario que|address of|name of the", string(Person)},
	{"venta*|vendi*|vendera*|vender|vende|venden|factur*|ganancia*|ingresos|utilidad*|rentab*|cuota de mercado|participacion de mercado|market share|sell|sells|sold|sales|revenue|profit*|cuantos soles|cuanto cuesta|cuanto cuestan|cuanto vale|cuanto valen|a como esta*|cuanto esta el kilo|how much does … cost|how much do … cost|soles cuesta|demanda de|cuantos clientes|cuanta gente va|how many customers", string(Sales)},
	{"va a|van a|vamos a|sera|seran|seguira*|estara|estaran|habra|crecera*|subira*|bajara*|caera*|proximo*|proxima*|siguiente mes|siguiente ano|el ano que viene|la semana que viene|el mes que viene|futuro|predi*|pronostic*|will|going to|next week|next month|next year|forecast*|predict*|tomorrow|que pasara|pegara|dejara", string(Forecast)},
	{"por que|a que se debe*|cual es la causa|causa de la|causas de|la razon|las razones|motivo*|que explica|que provoc*|que causo|why|what caused|the reason|reasons for|what explains", string(Cause)},
	{"receta*|como se prepara|como prepar*|como se hace|como hago|como hacer|como cocin*|como se cocina|prepararlo|calori*|nutri*|engorda*|vitamina*|poema|poem|cancion|chiste|joke|clima|weather|temperatura|partido|futbol|capital de|capital of|recipe|how do i cook|how to cook|how do you make|how to make|cook|calories|translate|traduce|presidente|dolar|eleccion*|quien gano|who won|donde queda*|horario*|a que hora|reserva*|recomiendame|recomienda* un|where can i|donde puedo|donde como|best place to eat|quien es|who is|quien invent*", string(Unknown)},
}

// Words for what is wanted, the first that fits wins. Those with a food are told apart
// from those without in parse.go.
var intents = []cue{
	{"evoluc*|ha evolucionado|historia|historial|historic*|por semana|por mes|por meses|por semanas|mes a mes|semana a semana|a lo largo|linea de tiempo|over time|by week|by month|per week|per month|weekly|monthly|evolved|history|timeline", string(History)},
	{"que fuentes|cuales fuentes|fuente|fuentes|de donde vien*|de donde sal*|de donde son|which sources|what sources|source|sources|come from|comes from", string(Sources)},
	{"donde|departamento|departamentos|en que region*|que region*|regiones|en que ciudad*|que ciudad*|ciudades|en que provincia*|en que lugar* del peru|en que parte*|where|which department*|which region*|which cit*|what region*|what cit*|departments|regions", string(Where)},
	{"mejor* valorad*|mejor* opin*|mejor* calificad*|mejor* coment*|mejor* puntuad*|mejor* resen*|mejor visto*|mejor vista*|mas querid*|que mas gusta*|mas gusta*|gusta mas|gustan mas|favorit*|preferid*|prefier*|best rated|best opinion*|best review*|highest rated|top rated|best liked|most liked|most loved|favorite*|favourite*|best", string(Best)},
	{"peor* opin*|peor* valorad*|peor* calificad*|peor* coment*|peor* resen*|peor* puntuad*|peor visto*|peor vista*|peor|peores|menos gusta*|gusta menos|gustan menos|mas odiad*|worst|lowest rated|least liked|most hated", string(Worst)},
	{"estrella*|puntaje*|puntuacion*|calificacion*|nota promedio|rating*|stars|score|scores", string(Rating)},
	{"antoj*|ganas de|que provoca comer|crav*|feel like eating", string(Craving)},
	{"compar*|vs|versus|frente a|diferencia entre|contra|better|compare", string(Compare)},
	{"como va|como van|como anda*|como viene*|como le va|sube o baja|subiendo o bajando|how is … doing|how are … doing|up or down|tendencia de|trend of|trend for", string(Trend)},
	{"que … quej*|de que se quej*|quejas|quej*|critic*|que molesta*|molest*|disgust*|no les gusta|no le gusta a la gente|que no gusta|que no les gusta|lo malo|lo peor de|reclam*|fastidi*|complain*|complaint*|dislike*|hate|hates|criticis*|criticiz*|what is wrong with|the worst of", string(Disliked)},
	{"gusta … o no|gustan … o no|like … or not", string(Opinion)},
	{"que … gusta* de|que … gusta* del|que les gusta|que le gusta a|lo que gusta|que gusta|lo bueno|lo mejor de|que elogi*|elogi*|que encanta|que destacan|que valoran|like about|likes about|love about|liked about|what … like in|what … like at|praise*|the best of", string(Liked)},
	{"cuanta*|cuanto se habla|cuanto se menciona|cuanto hablan|cuantas veces|numero de menciones|cantidad de menciones|volumen|how many|how much … talk*|how often|number of mentions|volume", string(Volume)},
	{"mas mencionad*|mas comentad*|mas habla*|mas nombrad*|mas popular*|mas conocid*|mas famos*|suena* mas|mas suena*|mas se habla|se habla mas|se habla*|mas se menciona*|se menciona* mas|mas menciones|top|ranking|most mentioned|most talked*|talked about most|most popular|most discussed|mentioned most|popular|de que se habla|de que habla*|who leads|lider*", string(Top)},
	{"bajando|baja|bajan|bajo|bajar|bajaron|cae|caen|cayo|cayendo|caida|caidas|caer|perdi*|pierde*|descend*|descen*|dismin*|retroced*|ya no pega*|ya no se habla|paso de moda|pasando de moda|menos se habla|se habla menos|enfri*|falling|fall|falls|dropping|drop|declin*|losing|fading|going down|less popular|decreas*", string(Falling)},
	{"subiendo|sube|suben|subio|subir|subieron|suba|subido|en alza|al alza|crec*|aument*|de moda|moda|tendencia|tendencias|de nuevo|novedad*|nuevo|nueva|despeg*|auge|la rompe*|rompiendola|pegando|pega|pegan|rising|rise|rises|growing|grow|grows|trending|trend|trends|gaining|increas*|going up|hot|new|emerging|se viene", string(Rising)},
	{"opin*|dice|dicen|decir|comenta|comentan|comentario*|piensa*|que tal|como cae|cae bien|cae mal|tal cae|sentimiento|animo|percep*|percib*|reputacion|imagen|gusta|gustan|encanta*|se dice|hablan|habla|valora*|think*|thought*|say|says|said|opinion*|sentiment|mood|feel|feels|like|likes|love|reputation|perception|review*", string(Opinion)},
}

// Words for aspects.
var aspects = []cue{
	{"precio*|caro|cara|caros|caras|carisimo*|carisima*|barat*|costo|costoso*|costosa*|price*|expensive|cheap|cost|costs|value for money|pricey|relacion calidad precio", "price"},
	{"atencion|servicio|trato|mozo*|meser*|atienden|service|staff|waiter*|waitress*|attention", "service"},
	{"sabor*|sazon|que tan ric*|taste|tastes|flavor*|flavour*|tasty", "food"},
	{"porcion*|tamano|que tan grand*|cantidad que sirven|bien servid*|portion*|serving*|size", "portion"},
	{"delivery|reparto|entrega*|envio*|pedido*|llegan bien|llega frio|llega fria|deliver*|orders arrive", "delivery"},
	{"ambiente|decoracion|ruido|musica|ambience|ambiance|atmosphere|decor", "ambience"},
	{"limpieza|limpio*|limpia|limpias|higiene|higienic*|sucio*|sucia*|suciedad|clean|cleanliness|hygiene|dirty|hygienic", "hygiene"},
	{"saludable*|salud|sano|sana|sanos|sanas|health|healthy", "health"},
}

// Words for kinds of food.
var kinds = []cue{
	{"plato|platos|platillo*|dish|dishes|meal|meals", "dish"},
	{"bebida|bebidas|trago|tragos|drink|drinks|beverage*", "drink"},
	{"ingrediente*|insumo|insumos|ingredient*", "ingredient"},
	{"marca|marcas|cadena|cadenas|franquicia*|brand|brands|chain|chains", "brand"},
}

// Words for sources.
var sources = []cue{
	{"en resenas|en las resenas|en google|google maps|in reviews|resenas|in the reviews", "review"},
	{"en redes sociales|en las redes sociales|redes sociales|en redes|en las redes|tiktok|instagram|facebook|twitter|en internet|social media|social networks|on social|redes", "social"},
	{"en encuestas|encuesta|encuestas|survey|surveys", "survey"},
	{"en apps de delivery|apps de delivery|aplicaciones de delivery|delivery apps", "delivery"},
}

// slang maps spellings of messages and common slips to words of the rules.
var slang = pairs(`ke que|q que|k que|qe que|xq por que|xk por que|pq por que|porq por que|kiero quiero|kisiera quisiera|ta esta|tan estan|toy estoy|cuzco cusco|x por|d de|dl del|pa para|komo como|kual cual|kuanto cuanto|kuantas cuantas|cebiche ceviche|ppl people|wat what|wats what is|whats what is|u you|r are|ay hay|asta hasta|aser hacer|ase hace|dnd donde|dond donde|bn bien|tb tambien|tmb tambien|msj mensaje|presio precio|presios precios|vraza brasa|comprar comparar|komparar comparar|menciónes menciones|mensiones menciones|mension mencion`)

// filler are words that ask for nothing: a question that has others beside what the rules
// read is about something else.
var filler = set(`a al ante con contra de del desde el ella ellas ellos en entre es esa ese eso esos esta estan estas este esto estos fue fueron ha han hay la las le les lo los mas me mi mis muy no nos o para pero por pues que quien quienes se segun ser si sin sobre son su sus tan te tiene tienen tu tus un una uno unas unos y ya e u
cual cuales cuando cuanto como hasta tanto tambien solo cada otro otra todo todos toda todas algo alguna algun alguien bien mal mucho mucha muchos muchas poco menos mejor mejores mayor
gente publico persona personas consumidor consumidores cliente clientes comensal comensales usuario usuarios limenos peruanos peruano peruana peruanas peru pais nacional general mercado
quiero quisiera querria saber dime diganme dame muestrame muestra muestren mostrar ver lista listado puedes podrias puedo ayuda ayudame favor porfa porfavor gracias oye causita pata brother bro amigo amiga hola buenas buenos dias tardes noches consulta pregunta informacion info dato datos cifra cifras reporte resumen analisis
comida comidas alimento alimentos comer come comen plato platos cosa cosas tema temas mencion menciones mencionado mencionada menciona mencionan comentario comentarios resena resenas opinion opiniones conversacion conversaciones local locales restaurante restaurantes sitio sitios lugar lugares zona zonas
esta estan estuvo estaba viene vienen va van anda andan hace hacia hubo tuvo sigue siguen sale salen llega llegan pone ponen dan da dar hizo tienen recibe reciben califica califican calificar considera consideran sienten siente promedio total actual actualmente fuerza real realmente verdad tal parece existe existen dia tiempo ultimo ultimos ultima ultimas periodo semana mes ano rico ricos rica ricas bueno buena buenos buenas malo mala malos malas grande grandes chico caliente fresco
the an of in on at for to from by with about and or is are was were be been being do does did has have had it its this that these those there here what which who how when where whom much many more most less least any some all other than then as so too very just also not no yes i you he she we they me my your our their us them can could would should may might please show tell give list see know want let get got go goes up people person customers customer diners diner consumers consumer public folks food foods eat eating eats mention mentions mentioned mentioning comment comments talk talks talked talking review reviews restaurant restaurants place places average one good bad well said peruvian peruvians country data figures figure number overall general currently getting become becoming these hi hello hey thanks most only between over during per within across each good great currently rated ranked liked like across please`)

func pairs(s string) map[string]string {
	m := map[string]string{}
	for _, p := range strings.Split(s, "|") {
		from, to, _ := strings.Cut(p, " ")
		m[from] = to
	}
	return m
}

func set(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}
