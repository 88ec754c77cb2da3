package check

// spanishFamilies are lemmas beside the words of words_es.go: what reports about
// mentions are written with. Neutral ones say nothing of a figure, a direction, a cause
// or an opinion; the rest make the claim of their class.
var spanishFamilies = families{
	neutral: {
		verbs: `pasar tratar analizar interpretar considerar presentar quedar expresar ilustrar resumir identificar ubicar localizar detectar apreciar/apreci encontrar/encuentr recoger registrar reflejar
			representar corresponder proceder provenir/provien sumar reunir/reun alcanzar abarcar describir referir/refier relacionar coincidir acompanar concentrar distribuir ocupar figurar aparecer completar cerrar/cierr
			abrir iniciar comenzar/comienz empezar/empiez terminar concluir continuar situar mover/muev moverse volver/vuelv regresar convertir/conviert despertar/despiert atraer captar llamar invitar recordar/recuerd
			tener/tien mantener distinguir separar diferenciar comparar contrastar medir/mid evaluar valorar estimar calcular revisar consultar observar mirar leer escuchar preguntar responder comentar conversar charlar opinar
			hablar nombrar mencionar citar senalar apuntar indicar marcar mostrar/muestr exhibir reportar informar contar/cuent narrar relatar notar percibir sentir/sient vivir experimentar probar/prueb pedir/pid comer beber
			consumir incluir excluir abundar escasear agregar anadir juntar compartir publicar escribir difundir circular girar rondar tocar entrar salir dejar seguir/sig suceder ocurrir resultar permanecer rodear aislar
			interesar involucrar participar tomar dar traer llevar poner recibir ofrecer acumular agrupar ordenar clasificar detallar precisar aclarar matizar limitar faltar bastar caber requerir/requier necesitar exigir
			merecer convenir/convien vigilar monitorear atender/atiend esperar aguardar descartar suponer saber conocer entender/entiend comprender ver usar utilizar emplear trabajar hacer decir poder/pued querer/quier deber
			presenciar servir/sirv cocinar preparar disponer contener complementar sintetizar repasar resonar/resuen sonar/suen inclinar oscilar repetir/repit insistir comportar hilar ceder resumir girar enfocar centrar sostener/sostien despedir cruzar basar apoyar respaldar sustentar fundar`,
		adjectives: `grande reciente actual presente nuevo inicial general particular global local nacional regional peruano limeno digital publico privado propio ajeno comun diverso distinto diferente
			diferenciado similar parecido semejante analogo relativo respectivo correspondiente relevante limitado escaso reducido disponible conocido desconocido cercano lejano cierto dudoso incierto valido fiable comparable medible observable
			apreciable perceptible identificado analizado leido recogido acumulado simple sencillo completo parcial largo amplio estrecho representativo ilustrativo tipico concreto especifico
			preciso aproximado cauteloso prudente moderado razonable interesante llamativo curioso solo ultimo restante pendiente suficiente insuficiente util aislado disperso repartido conjunto individual medio habitual frecuente ocasional
			gastronomico culinario alimentario alimenticio urbano masculino femenino joven adulto abundante escueto neto bruto estadistico metodologico tematico territorial geografico sorprendente conversacional promedio`,
		nouns: `evidencia informacion dato material registro muestra conteo volumen base total conjunto universo respuesta pregunta duda certeza interpretacion lectura analisis estudio medicion indicador resultado hallazgo conclusion observacion
			comentario usuario internauta consumidor cliente comensal visitante seguidor persona familia hogar clienta usuaria gente audiencia comunidad mensaje publicacion post texto resena testimonio voz palabra expresion frase ejemplo muestra
			conversacion charla dialogo debate tema asunto cuestion aspecto protagonismo atencion notoriedad visibilidad presencia relevancia actividad participacion peso cuota proporcion parte porcion fraccion tajada
			direccion sentido rumbo comportamiento patron dinamica evolucion trayectoria recorrido camino paso etapa fase momento periodo tramo intervalo rango margen ventana corte cierre inicio comienzo fin final
			impresion imagen figura papel rol lugar puesto posicion cabeza lista grupo conjunto clase categoria rubro sector mundo escena mapa territorio zona departamento region ciudad capital costa sierra selva pais
			marca cadena negocio restaurante local establecimiento cocina carta plato comida bebida producto ingrediente insumo alimento opcion propuesta oferta preparacion receta sabor experiencia acogida recepcion continuidad novedad
			ruido eco foco centro alrededor torno lado contexto entorno marco nivel escala medida unidad forma manera modo tipo caso situacion circunstancia condicion vista respecto relacion comparacion contraste diferencia
			red canal medio plataforma fuente origen procedencia ubicacion prudencia cautela paciencia confirmacion seguimiento matiz salvedad limite limitacion alcance`,
	},
	up:           {verbs: `repuntar rebotar escalar aumentar incrementar crecer ascender/asciend trepar remontar elevar ampliar ensanchar empinar`, nouns: `incremento aumento alza subida repunte ascenso crecimiento avance despegue`},
	down:         {verbs: `frenar disminuir descender/desciend decaer reducir retroceder menguar debilitar apagar aminorar bajar perder/pierd desinflar contraer desacelerar desgastar`, nouns: `disminucion descenso caida bajada reduccion retroceso perdida merma baja declive desgaste contraccion debilitamiento`},
	slightWord:   {adjectives: `leve ligero discreto modesto tenue`},
	strong:       {verbs: `consolidar afianzar asentar/asient fortalecer`, adjectives: `importante considerable sustancial notorio destacado robusto firme rotundo`},
	hedge:        {nouns: `indicio senal atisbo`, adjectives: `tentativo preliminar incipiente provisional`},
	like:         {verbs: `elogiar celebrar aplaudir disfrutar agradar convencer/convenz conquistar recomendar/recomiend enamorar`, nouns: `elogio aplauso halago alabanza cumplido carino entusiasmo satisfaccion agrado aceptacion`, adjectives: `generoso positivo favorable elogioso satisfecho encantado`},
	dislike:      {verbs: `criticar reclamar molestar preocupar disgustar incomodar fastidiar lamentar reprochar cuestionar objetar decepcionar`, nouns: `critica queja reclamo malestar descontento molestia disgusto insatisfaccion frustracion preocupacion incomodidad reproche objecion resistencia desagrado`, adjectives: `negativo desfavorable critico insatisfecho descontento adverso`},
	steady:       {verbs: `estancar estabilizar`, nouns: `estabilidad`, adjectives: `estable invariable`},
	campaign:     {adjectives: `espontaneo organico genuino autentico promocional publicitario copiado repetido calcado`, nouns: `publicidad promocion`},
	spike:        {adjectives: `pasajero momentaneo puntual fugaz efimero`, nouns: `pico`},
	superlative:  {adjectives: `popular`},
	mentionsWord: {nouns: `mencion`},
	foodsWord:    {nouns: `alimento comida plato producto`},
}

// englishFamilies are lemmas beside the words of words_en.go.
var englishFamilies = families{
	neutral: {
		verbs: `analyse analyze interpret consider present express illustrate identify locate detect register record reflect represent correspond describe relate match coincide accompany concentrate distribute occupy feature appear complete close open
			start begin end finish conclude continue move return attract draw call invite remember distinguish separate compare contrast measure evaluate estimate calculate review consult observe look read listen ask answer comment discuss opine
			talk mention name cite point indicate mark show display report inform count tell narrate notice perceive feel live experience try taste order eat drink consume include exclude add join share post publish write circulate revolve turn
			touch enter leave follow happen occur remain stay surround interest involve participate take give bring carry put receive offer collect group sort classify detail specify clarify limit lack suffice require need deserve watch monitor
			await wait rule suppose understand see use work serve cook prepare contain summarise summarize sound support base rest treat handle supply provide place rate judge come hold keep make find centre center capture lean hover linger garner command signal gauge earn`,
		adjectives: `recent current present new initial general particular global local national regional peruvian digital public private own common diverse different similar alike relative respective corresponding relevant
			limited scarce reduced available known unknown near distant doubtful uncertain valid reliable comparable measurable observable appreciable perceptible simple complete partial long wide narrow representative illustrative typical concrete specific precise approximate cautious prudent moderate reasonable interesting striking curious last remaining pending sufficient insufficient useful isolated scattered joint individual
			frequent occasional culinary urban young adult abundant net statistical thematic geographic total key separate meaningful noticeable discussed broad thin full ordinary regular everyday online real clear`,
		nouns: `evidence information material record sample count volume base total set universe answer question doubt interpretation reading analysis study measurement indicator finding conclusion observation comment user consumer customer diner
			visitor follower fan person family household audience community message post text review testimony voice word expression phrase example conversation chat dialogue debate topic matter issue aspect prominence attention visibility presence
			relevance activity participation weight share proportion part portion slice direction sense course behaviour behavior pattern dynamic evolution path way step stage phase moment period stretch interval range margin window start beginning
			impression image figure role place position head list group class category sector world scene map territory zone department region city capital coast highland jungle country brand chain business restaurant establishment kitchen menu
			option proposal preparation recipe flavour flavor experience reception continuity noise echo focus momentum chance side context setting frame level scale measure form manner mode kind case situation condition view respect relation comparison contrast
			difference network channel medium platform source origin location prudence patience confirmation caveat limit limitation scope traction bit buzz talk way overview headline hotspot corner plate`,
	},
	up:           {verbs: `regain rebound increase grow climb rise gain advance strengthen expand edge pick ascend`, nouns: `increase rise gain growth uptick upturn climb`},
	down:         {verbs: `decrease decline drop/p fall dwindle weaken shrink recede slip/p ease ebb/ slide soften dip/p`, nouns: `decrease decline drop fall loss slide downturn dip`},
	slightWord:   {adjectives: `slight modest mild gentle marginal`},
	strong:       {verbs: `consolidate cement`, adjectives: `notable considerable substantial important robust prominent remarkable solid`},
	hedge:        {adjectives: `tentative preliminary provisional incipient`, nouns: `hint sign indication`},
	like:         {verbs: `praise enjoy appreciate applaud welcome recommend admire please delight charm`, nouns: `praise compliment applause enthusiasm satisfaction approval acclaim`, adjectives: `generous positive favourable favorable warmest warm upbeat pleasant`},
	dislike:      {verbs: `complain criticise criticize annoy disappoint frustrate bother grumble worry lament fault`, nouns: `complaint criticism annoyance disappointment frustration dissatisfaction discontent grievance gripe worry`, adjectives: `negative unfavourable unfavorable critical unhappy dissatisfied sore`},
	steady:       {verbs: `stall plateau stagnate`, adjectives: `stable steady`, nouns: `stability`},
	campaign:     {adjectives: `spontaneous organic genuine authentic promotional copied`, nouns: `advertisement`},
	superlative:  {adjectives: `popular`},
	mentionsWord: {nouns: `mention`},
	foodsWord:    {nouns: `food dish product`},
}

// Phrases that free a word of its strict reading, or give it one.
var (
	spanishIdioms = lists{
		neutral: `a_partir_de habra_que dice_poco dicen_poco por_el_publico por_la_gente por_los_clientes por_los_comensales por_los_usuarios por_los_consumidores sin_cambios_apreciables cambios_apreciables cambio_apreciable se_aprecia se_aprecian en_total del_total un_total_de volumen_total total_de_la_semana total_analizado en_torno_a por_parte_de quienes_prueban quienes_piden a_simple_vista en_sentido_contrario por_el_contrario valor_real que_comentar para_opinar
			de_cerca se_relaciona_con en_linea_con las_primeras los_primeros de_forma_particular fuera_de_duda_razonable a_partir_de_ahi motivo_de_conversacion punto_de_vista sin_continuidad por_ahora_sin por_falta_de_datos falta_de_datos por_la_falta_de_datos`,
		hedge:       `por_confirmar todavia_por_confirmar sin_confirmar aun_sin_confirmar con_mucha_incertidumbre hay_que_confirmarlo evidencia_limitada muy_cerca_de_no_cambiar esta_empezando este_empezando`,
		calendar:    `algo_normal como_suele_ocurrir como_suele_pasar como_suele_suceder como_sucede_cada_temporada terminada_la_temporada al_terminar_la_temporada epoca_del_ano por_la_epoca_del_ano propio_de_la_temporada como_es_costumbre`,
		steady:      `dentro_de_lo_normal sigue_igual siguen_igual todo_sigue_igual conserva_su_nivel conservan_su_nivel sin_variaciones_importantes sin_cambios_relevantes`,
		dislike:     `punto_mas_criticado puntos_mas_criticados punto_debil motivo_de_queja motivo_de_quejas pendiente_mejorar genera_malestar generan_malestar genera_quejas generan_quejas provoca_quejas provocan_quejas causa_malestar despierta_criticas despertar_algunas_criticas`,
		like:        `punto_mas_valorado punto_fuerte se_percibe_bien se_perciben_bien bien_percibido bien_percibida hablan_bien habla_bien buena_impresion`,
		campaign:    `mensajes_copiados textos_copiados`,
		spike:       `pico_aislado repunte_breve salto_momentaneo`,
		priceMove:   `variacion_de_su_precio el_precio_se_movio movimiento_de_precio`,
		superlative: `a_la_cabeza al_frente_de mejor_valorado mejor_valorada mas_valora mas_valorado`,
		up:          `gana_protagonismo ganan_protagonismo gana_presencia mas_atencion`,
		down:        `pierde_presencia pierde_fuerza perder_fuerza pierde_protagonismo`,
		saldo:       `saldo_neto`,
	}
	englishIdioms = lists{
		neutral: `says_little say_little well_outside outside_of_chance a_total_of in_total one_customer one_diner one_person one_user one_reviewer one_comment one_of_them in_the_words_of once_the sore_points by_contrast in_contrast more_and_more and_then returned_to_normal too_few_mentions
			as_often_as a_bit put_it_this_way for_a_reliable talked_about not_be_read no_change_that_could over_the_period at_the_top_of following_the_movement told_apart_from_chance in_line_with`,
		hedge:       `far_from_certain not_certain early_signs nearly_touches hard_to_tell it_seems evidence_is_thin some_doubt`,
		calendar:    `as_usually_happens once_the_season_ends as_happens_every_season`,
		steady:      `held_steady holds_steady usual_range within_their_usual_range little_movement no_meaningful_change`,
		dislike:     `sore_point weak_point weakest_point off_putting put_off`,
		like:        `strong_point strongest_point good_impression well_received`,
		spike:       `short_lived_spike`,
		priceMove:   `matches_the_movement_of_its_price`,
		saldo:       `net_sentiment net_score net_balance`,
		superlative: `tops_the_list most_talked`,
		campaign:    `copied_posts repeated_posts`,
		chance:      `told_apart_from_chance`,
	}
)
