package check

import "strings"

// spanishWords is the Spanish vocabulary, folded (no accents, ñ as n).
var spanishWords = lists{
	number: `cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete dieciocho
		diecinueve veinte veinti* treinta treint* cuarenta cincuenta sesenta setenta ochenta noventa cien ciento* cientos cientas doscient* trescient*
		cuatrocient* quinient* seiscient* setecient* ochocient* novecient* mil miles millar* millon* billon* medio media mitad* tercio* cuarto*
		quinto quintos decimo* doble* triple* cuadruple* duplic* triplic* cuadruplic* par pares docena* decena* centena* centenar* quincena
		porcentual* porciento por_ciento puntos punto tanto_por ambos ambas primer primero primera segundo segunda tercer tercero tercera
		unidad* vez veces una_vez grado dupla trio cuarteto veintena* quintupl* simple_digito digito* i ii iii iv vi vii viii ix x xi xii xv xx xxx xl l c d m
		un_cuarto dos_tercios sendos porcentaje* multiplic* mayoria minoria mayor_parte casi_todo casi_todos casi_todas beinte trenta sinquenta`,
	absolute: `siempre nunca jamas todos todas todo toda nadie ninguna garantiz* segur* indudable* definitiv* absolut* innegable* irrefutable*
		demuestra demuestran prueba prueban comprobado comprobada evidente* innegablemente certeza_total sin_duda sin_dudas sin_ninguna_duda
		sin_lugar_a_dudas inevitable* imparable* total totalmente completamente perfecto unico unica incuestionable* confirm* asegura* imbatible*
		arrasa* domina* indiscutible* fenomeno furor revolucion* historico historica sin_precedentes masiv* unanime* entero entera`,
	forecast: `a_punto_de esta_por estan_por va_camino_de van_camino_de rumbo_a camino_a se_encamina* encamin* sera seran seguira seguiran continuara continuaran podra podran tendra tendran habra hara haran llegara llegaran
		pronto proximo proxima proximos proximas futuro futura manana previsible* pronostic* proyec* anticip* augura* promete* vendra vendran
		se_espera_que continua_subiendo tendera`,
	cause: `por debido gracias porque causa* provoc* impuls* ocasion* gener* motiv* culpa* raiz fruto consecuencia* resultado* efecto* explic*
		se_debe se_deben hace_que hizo_que hicieron_que por_eso por_lo_que asi_que tras pues ya_que dado_que puesto_que por_lo_tanto por_tanto
		lleva_a llevo_a llevaron_a gatill* desencaden* origin* influ* responsable* detras_de a_raiz ayud* favorec* deriv* despues_de responde_a
		responden_a obedece* atribu* producto_de en_respuesta estimul* empuj* contribuy* permit* razon razones motor`,
	neutral: `contenido contenidos durante mediante pese demasiado demasiada demasiados demasiadas ambito gran pudo pudieron por_ahora por_el_momento por_encima_del_azar por_departamento por_fuente por_semana por_parte_de por_ultimo por_otro_lado por_un_lado
		por_su_parte interes_por por_separado por_igual por_cautela ahora_bien
		el la los las un una unos unas lo al del de a ante con contra desde en entre hacia hasta para segun sobre y e o u ni que se le les su sus
		este esta estos estas ese esa esos esas eso esto aquel aquella ello ellos ellas quien quienes cual cuales cuyo cuya donde cuando como
		si mientras aunque pero sino es son fue fueron era eran ser siendo esta estan estaba estar estuvo ha han haber hay habia hubo tiene tienen
		tener tuvo tuvieron dice dicen decir da dan dar dio hace hacia hacian hacen hacer hecho va van viene vienen venir vino queda quedan quedar quedo sale salen llega llegan llegar
		llego pasa pasan paso pasar puede pueden poder permanecer ver verse vio ve vemos lee leen leer leerse leerla leerlo leyo leyeron leida leidas leido leidos leemos
		toma toman tomar cuenta cuentan contar conto muestra muestran mostrar mostro deja_ver indica indican indicar refleja reflejan reflejar
		senala senalan registra registran registrar registro registro_de suma suman sumar sumo acumula acumulan reune reunen reunir concentra concentran concentrar
		recibe reciben recibio aparece aparecen aparecer aparecio ocupa ocupan encontrar encuentra encuentran conviene conviene_esperar esperar espera tomarlo tomarse
		mirar mirarse mira seguir seguimiento sigue siguen leerse distingue distinguen distinguir separa separan representa representan representar trata
		habla hablan hablar hablo hablaron comenta comentan comentar comento menciona mencionan mencionar nombra nombran nombrar opina opinan opinar
		conversacion conversaciones dato datos cifra cifras intervalo intervalos cautela prudencia prudente cuidado margen margenes amplio amplia
		amplios estrecho estrecha ancho precision preciso precisa informe informe_no brief resumen lectura lecturas texto textos persona personas gente
		publico consumidor consumidores comensal comensales cliente clientes quienes_opinan cocina cocinas mesa mesas carta pais pais_entero nacional peru region
		regiones departamento departamentos lugar lugares ciudad zona zonas ahi alli aqui linea internet periodo periodos ventana tramo lapso
		fuente fuentes canal canales presencia interes atencion_del_publico volumen ritmo marcha movimiento movimientos dinamica panorama foto
		cuadro imagen mapa parte partes lado caso casos forma formas modo manera tema temas tipo rubro categoria categorias grupo grupos nota
		palabra palabras voz voces frase frases asi tambien ademas incluso aun todavia ya solo solamente bien mal_leido otra otro otras otros
		cada cada_vez cierto cierta ciertos ciertas mismo misma mismos mismas propio propia demas resto luego despues_va entonces
		notable visible suficiente suficientes bastante bastantes muy tan tanto tanta poca poco pocas pocos varias varios algun alguna algunas algunos algo
		especial particular general en_general en_particular en_especial sobre_todo de_todos_modos de_todas_formas ante_todo en_todo_caso con_todo del_todo
		al_respecto con_respecto respecto decir digno digna observar observarse observado observada observamos medir medido medida medidas comparar comparado comparada
		frente_al_azar azar lectura incluye incluyen incluir excluye excluyen excluir conoce conocen conocer sabe saber nombrado nombrada nombrados nombradas
		mencionado mencionada mencionados mencionadas comentado comentada comentados comentadas intenta intentar vale pena tranquila tranquilo quieta
		novedad novedades noticia noticias tendencia tendencias serie series hablando mencionando describe describen describir resume resumir
		equilibrio compensan compensa repartid* igual iguales parejo pareja claro clara claros claras certeza incertidumbre cautos cauto
		junto juntos juntas acompana acompanan acompanada acompanado balance_general apunta apuntan hacia_el hacia_la dejo trajo ofrece ofrecen ofrecer
		completa completan quedarse ubica ubican situa situan coloca colocan mantiene_la deteng* vista revisar revise revisarlo contexto contraste contrastar
		aparte lectores lector comun corto corta larga largo alcance alcanza alcanzan alcanzar bastan basta falta faltan faltar permanece permanecen detalle detalles
		necesita necesitan hace_falta haria juzgar juicio veredicto decision decisiones accion actuar afirmar sacar conclusiones concluir pregunta preguntas
		respecto_al relacion_con nivel niveles magnitud tamano rango rangos extremo extremos limite limites valor valores centro central abarca abarcan abarcar
		probar confianza confiable confiables solido solida solidos solidas muestra_de observa observan observo recoge recogen recogio recogieron recogidas recogidos
		conjunto medida_que punto_de sintesis titular corresponde corresponden mientras_tanto vigilar atentos atento toca monitorear monitoreo seguirle pista ojo
		lleva llevan se_lleva se_llevan contaron conto sumaron distinga distingan terreno esta_vez a_la_vez otra_vez llegaron reunio reunieron espacio deja dejan mirarla mirarlo mirarlas mirarlos leerlas leerlos tomarla marca marcan seguido seguida seguidos seguidas
		fuera aporta aportan aportar aporto dicho dicha dichos dijo dijeron cuanto cuantos nuevo nueva nuevos nuevas actual actuales alrededor base basan basa respaldo respalda respaldan trae traen quedaron queden hubiera describio
		todas_las_fuentes todos_los_platos estan_siendo eje ejes noto nota_se percibe percibir percibe_se reporte repaso recuento balance_de_la_semana mas_datos toda_la_semana dia_a_dia sea sean haya hayan nos nosotros me te quiza_no esas_voces plato_a_plato comida_a_comida ademas_de estas_paginas pagina`,
	up: `crecimient* suba suban sube suben subio subieron subir subiendo subida subidas alza alzas crec* aument* increment* gana ganan gano ganaron ganando ganar
		asciende ascienden ascenso* ascendio al_alza repunt* avanz* sumando_menciones escal* mejora_su_presencia despeg* gana_terreno ganan_terreno ganando_terreno al_alza`,
	down: `baje bajen caiga caigan baja bajan bajo bajaron bajar bajando bajada bajadas cae caen cayo cayeron caer cayendo caida caidas descien* descend* descens* disminu* pierde pierden
		perdio perdieron perder perdiendo retroce* reduc* reduj* declin* merm* decrec* decae decaen se_enfria se_enfrian enfri* a_la_baja cede ceden cedio cedieron ceder repliega* replieg*`,
	hugeUpWord:   `salto saltos saltan salta saltaron dispar* explot* boom auge vuela vuelan estall* meteoric* espectacular* enorme* abrupt* exponencial*`,
	hugeDownWord: `desplom* derrumb* hund* colaps* se_hunde se_hunden picada en_picada`,
	slightWord:   `leve* liger* modest* tibi* timid* pequen*`,
	steady: `estable* estabil* sin_cambio sin_cambios sin_variacion sin_variaciones mantiene mantienen mantuvo mantuvieron constante* invariable* plano plana planos igual_que_antes sin_moverse
		no_se_mueve no_se_mueven no_cambia no_cambian sin_novedad sin_cambios_claros sin_un_cambio_claro sin_grandes_cambios`,
	changeWord: `cambio cambios cambia cambian cambiar cambiado variacion* varia varian variar evoluci*`,
	chance: `no_se_distingue_del_azar no_se_distinguen_del_azar no_se_distingue_bien_del_azar podria_ser_azar puede_ser_azar podria_deberse_al_azar compatible_con_el_azar no_es_concluyente
		no_son_concluyentes no_concluyente`,
	negation: `no ni sin tampoco ningun nada`,
	hedge: `seria serian habria habrian tendria tendrian estaria estarian apenas_visible apenas_visibles parece parecen pareceria parecerian podria podrian quiza quizas tal_vez acaso posible* posiblemente probable* asoma asoman senal senales indicio* apenas
		aparente* insinua* sugier* sugiere con_cautela con_prudencia tentativ* preliminar* incipiente* sin_certeza aun_sin_certeza poco_margen por_poco asoman_indicios`,
	strong: `claramente con_claridad clarisim* fuerte* con_fuerza marcad* nitid* rotund* contundente* notablemente signific* solidamente con_solidez decidid* franc* sostenid* pronunciad*
		fuerza_clara se_distingue_bien_del_azar se_distingue_con_holgura_del_azar se_distingue_del_azar se_distinguen_del_azar firmemente con_firmeza con_holgura claro_avance`,
	calendar: `esperable esperables responde_al_calendario responde_a_la_temporada calendario temporada temporadas estacional* estacion fecha fechas en_estas_fechas epoca feriado* fiesta* fiestas_patrias como_se_espera como_es_habitual lo_habitual habitual* como_cada_ano
		lo_esperado esperad* propio_de_la_epoca`,
	campaign:  `campana* copiad* repetid* textos_repetidos coordinad* promocion* publicidad publicitari* pega*`,
	spike:     `pico picos pasajer* breve* puntual* fugaz* efimer* momentane*`,
	priceMove: `movimiento_de_su_precio movimiento_del_precio cambio_de_precio cambio_de_su_precio encarec* abarat*`,
	compare: `ganan_las_opiniones ganan_las_favorables ganan_las_positivas ganan_las_buenas gana_lo_bueno ganan_las_desfavorables ganan_las_negativas gana_la_opinion predomin* prevalec* supera* superan superior* inferior* por_encima por_debajo mas_que menos_que mas_alto_que mas_alta_que mas_bajo_que mas_baja_que mejor_que peor_que adelant* aventaj* desplaz* destron* releg* rebas* gana_a ganan_a
		frente_a_su_rival rival* compet* a_diferencia mientras_que_su alcanza_a iguala* igual_que tanto_como`,
	superlative: `que_mas lo_que_mas donde_mas encabez* lider* lidera al_frente mayor mayores principal principales maximo maxima record* tope top ranking estrella favorit* predilect* preferid* protagonist* reina rey numero ganador* ganadora
		primer_lugar mejor mejores peor peores menor menores minimo minima mas_mencionado mas_mencionada mas_mencionados mas_mencionadas destaca_entre`,
	more: `mas`,
	less: `menos`,
	like: `mas_positivas_que_negativas mas_positivo_que_negativo mas_favorables_que_desfavorables convenc* valorad* gusta gustan gusto gustar gustaron gustado agrad* elogi* aplau* celebr* alab* favorable* positiv* aprecia* aprueb* valora valoran disfrut* encant* satisf* conten* buen buena
		bueno buenos buenas content* bien_visto bien_vista bien_recibid* puntos_fuertes fortaleza* acierto* recomiend* felicit* pesa_mas_lo_bueno_que_lo_malo pesa_mas_lo_bueno destacan_lo_bueno simpati*`,
	dislike: `queja* quejan quejo molest* critic* desfavorable* negativ* disgust* descontent* malo mala malos malas mal reclam* reproch* insatisf* irrit* decepcion* fastid* debilidad* puntos_debiles
		punto_debil pesa_mas_lo_malo_que_lo_bueno pesa_mas_lo_malo incomod* rechaz* fall* problema*`,
	opinionWord:  `opinion opiniones animo tono humor clima sentir valoracion valoraciones opiniones_positivas_y_negativas opiniones_positivas_y_las_negativas positivas_y_negativas positivas_y_las_negativas percepcion`,
	saldo:        `saldo sentimiento balance`,
	mentionsWord: `mencion menciones comentarios_leidos`,
	foodsWord:    `comida comidas plato platos alimento alimentos producto productos entidad entidades bebida bebidas ingrediente ingredientes`,
	beforeWord:   `anterior anteriores previo previa previos previas antes pasad* frente_a frente frente_al precedente*`,
	elsewhere:    `resto_del_pais resto_de_el_pais resto_de_los_departamentos promedio_del_pais el_resto_del_peru otros_departamentos otras_regiones destaca destacan destacar resalta resaltan sobresal*`,
	week:         `semana semanal semanales esta_semana`,
	otherTime: `hoy ayer anoche ano anos mes meses mensual* dia dias diari* lunes martes miercoles jueves viernes sabado* domingo* enero febrero marzo abril mayo junio julio agosto setiembre
		septiembre octubre noviembre diciembre trimestre* semestre* decada* siglo* hora horas minuto* anual* fin_de_semana`,
}

var spanishRest = vocabulary{
	aspects: map[string][]string{
		"food": {"sabor", "sazón", "el sabor", "la comida en sí"}, "portion": {"porción", "porciones", "cantidad"}, "price": {"precio", "precios", "costo"},
		"service": {"atención", "servicio", "trato"}, "delivery": {"reparto", "delivery", "entrega", "entregas"}, "ambience": {"ambiente", "local"},
		"hygiene": {"limpieza", "higiene"}, "health": {"saludable", "lo saludable", "salud"},
	},
	sources: map[string][]string{
		"review": {"reseñas", "reseña"}, "delivery": {"comentarios de delivery", "pedidos a domicilio"}, "social": {"redes sociales", "redes", "las redes", "las redes sociales"}, "survey": {"encuestas", "encuesta"},
	},
	contrast: set("mientras pero aunque sino"),
	and:      set("y e"),
	link:     set("un una de en el la los las es del al casi cerca son llega alcanza"),
	reach:    set("a en hasta llegan llega"),
	from:     set("de desde"),
	to:       set("a hasta"),
	outweigh: set("ganan gana predominan predomina prevalecen prevalece pesan superan"),
	among:    set("entre"),
	orders:   set("agreguen agrega pongan pon ofrezcan prueben aprovechen aprovecha apuesten apuesta inviertan lancen sumen incluyan incorporen promocionen promuevan eliminen retiren destaquen compra compre compren pide pida pidan visita visite elige elija come coma coman bebe beba cocina sirve ordena aprovecha aproveche disfruta disfrute comparte publica lanza ofrece prueba prueben pruebe"),
	supplies: set("genera generan contribuye contribuyen"),
	noted:    set("destaca destacan resalta resaltan sobresale sobresalen"),
	compared: map[string]string{"mas que": "up", "menos que": "down", "mas alto que": "up", "mas alta que": "up", "mas bajo que": "down", "mas baja que": "down", "arriba de": "up", "por encima": "up", "por debajo": "down", "superior": "up", "superiores": "up", "inferior": "down", "inferiores": "down", "supera": "up", "superan": "up", "supero": "up", "superaron": "up", "superando": "up", "rebasa": "up", "rebasan": "up", "sobrepasa": "up", "sobrepasan": "up"},
	carries:  set("que se puede pueden podemos decir afirmar hablar cabe de un una"),
	weak:     set("debil debiles flojo floja flojos flojas flaco flaca endeble"),
	evidence: set("dato datos evidencia senal senales alza subida avance repunte baja bajada caida descenso indicio indicios base muestra movimiento crecimiento aumento retroceso tendencia"),
	twos:     set("caras lados lecturas historias noticias platos comidas nombres extremos tendencias movimientos ritmos polos cosas"),
	whole:    set("leido conversacion total conjunto casos textos comentarios que material registros resenas publicaciones voces recogido analizado volumen periodo semana ellas ellos categoria platos comidas departamento"),
	proper:   set("peru internet"),
	leaps:    set("salto saltos salta saltan saltaron"),
	evokes:   strings.Fields("encend enciend aviv atiz despert despiert levant arranc desat gener provoc caus suscit despiert motiv ocasion desencaden deja dejo arranc"),
	freed:    set("siempre todo todos toda todas segura seguro seguros seguras seguramente definitivo definitiva definitivamente confirma confirmar confirmado confirmada total totalmente prueba demuestra comprobado comprobada garantiza garantizado garantizar asegura asegurar aseguramos perfecto unica unico"),
	alike:    "parecido parecida parecidos parecidas similar similares semejante semejantes equivalente equivalentes",
	future:   strings.Fields("ara aran era eran ira iran aria arian eria erian iria irian aremos eremos iremos"),
}
