package check

// spanishThesaurus goes through what a report about mentions is written with, field by
// field: more, less, the same, praised, blamed, surely, perhaps, and the words of
// telling, counting, time and place that claim nothing. Words about sales, money,
// health, quality or the plans of firms are left out on purpose: no fact speaks of them.
var spanishThesaurus = families{
	neutral: {
		verbs: `averiguar persistir entender evaluar insistir protagonizar exhibir trazar dibujar pintar delinear plantear arrojar rondar plasmar aludir remitir recaer recolectar capturar procesar catalogar contabilizar computar totalizar sondear compilar rastrear cosechar congregar aglutinar nutrir
			emanar surgir brotar partir salir subrayar remarcar recalcar enfatizar acotar puntualizar matizar poseer ostentar lograr instalar colar/cuel meter sumar acercar alejar parecer asemejar bordear rozar orbitar verificar
			echar hallar evidenciar pensar/piens creer juzgar analizar rescatar dedicar otorgar asignar reservar guardar ligar vincular asociar enlazar atar encajar calzar cuadrar pertenecer incorporar integrar componer conformar
			retratar perfilar fotografiar enmarcar encuadrar desglosar dividir repartir separar fragmentar provenir derivarse cubrir abordar tratar tocar versar orientar dirigir apuntar inclinar volcar/vuelc mirar fijar
			coincidir discrepar oscilar flotar fluctuar rondar andar estirar arrancar redondear asomarse moverse desplazarse pasear viajar transitar recorrer cruzar llenar ocupar poblar habitar vestir
			resumirse escribirse leerse contarse comentarse decirse oir anotar apuntarse consignar documentar recopilar archivar guardar etiquetar filtrar ordenar listar enumerar desfilar concurrir acudir soler/suel
			intercambiar debatir discutir dialogar conversar platicar postear tuitear resenar calificar opinar dictaminar pronunciar expresar manifestar declarar sostener saludar interpretar figurar
			retener conservar preservar aguantar resistir durar quedarse estacionar posar descansar reposar sentar/sient alinear emparejar equiparar acompasar cotejar calibrar sopesar explorar indagar profundizar
			atender/atiend vigilar cuidar ensayar cocinar servir/sirv saborear`,
		adjectives: `humano callejero criollo casero norteno sureno costero andino amazonico capitalino provinciano ciudadano colectivo mutuo reciproco cotidiano rutinario corriente normal ordinario natural sereno calmo quieto discutible
			debatido comentado citado nombrado sonado hablado leido escrito visto oido presente ausente vecino contiguo paralelo transversal central lateral periferico marginal basico esencial fundamental elemental secundario adicional
			complementario extra otro igual equivalente comparable proporcional parcial bruto exacto redondo ajustado apretado cerrado abierto libre ancho angosto corto extenso vasto denso espeso fino grueso holgado
			llano escueto conciso sucinto resumido detallado minucioso fiel literal textual verbal oral visual grafico numerico cuantitativo cualitativo tecnico formal informal serio prolijo honesto sincero transparente legible
			actualizado vigente posterior simultaneo sucesivo consecutivo continuo discontinuo intermitente esporadico asiduo regular irregular
			inedito viejo antiguo moderno tipico caracteristico representado aludido mentado referido dicho citable atribuible metido`,
		nouns: `factor contenido oportunidad escasez carencia plaza cancha termometro radar vitrina agenda tablero boca oido cara cruz mirada vistazo dosis toque apunte apartado capitulo seccion pagina parrafo linea renglon titulo subtitulo rotulo etiqueta marcador contador cuenta suma recuento inventario
			pulso latido respiro pausa ruta itinerario sendero via carril pista escenario tarima telon fondo orilla borde frontera umbral puerta ventana piso suelo peldano escalon estante casillero casilla hueco sitio rincon esquina barrio distrito
			provincia localidad urbe capital norte sur este oeste oriente occidente altiplano litoral valle territorio geografia region macrorregion
			hilo tejido trama tela madeja nudo vinculo lazo puente nexo union bloque paquete bolsa canasta racimo lote serie cadena fila columna tabla cuadro grafico curva linea barra punta meseta valle llanura
			foro muro perfil cuenta chat hilo video foto imagen captura titular columna articulo cronica boletin informe reportaje
			modalidad variante version estilo acento matiz color ingrediente condimento menu antojo paladar bocado mordida cucharada vaso copa taza mesa barra fogon olla sarten horno parrilla
			almuerzo cena desayuno lonche postre entrada refresco fritura guiso sopa sobremesa gastronomia culinaria comedor cocinero chef 
			metodo criterio filtro regla norma convencion supuesto hipotesis teoria formula calculo operacion estimacion aproximacion promedio mediana cociente tasa ratio indice cota banda franja horquilla desviacion error varianza
			 tamano muestreo cobertura alcance lectura repaso relectura corte entrega edicion tirada tanda ronda vuelta turno
			 curiosidad intriga memoria recuerdo silencio murmullo voceo
			 asunto materia objeto sujeto protagonista actor figurante invitado huesped acompanante companero vecino colega gemelo hermano familia pariente
			lectura apreciacion parecer juicio criterio dictamen sentencia calificacion puntuacion puntaje comentarista resenador opinante autor firmante cibernauta foodie navegante hablante ciudadano peruano poblador residente turista`,
	},
	up: {
		verbs:      `subir ganar intensificar remontar acelerar expandir florecer avivar calentar/calient resurgir rebrotar prosperar progresar acrecentar engrosar mejorar levantar remontarse empinar agrandar engordar abultar robustecer vigorizar reactivar reavivar revivir repuntarse encumbrar encaramar`,
		adjectives: `creciente ascendente alcista expansivo`,
		nouns:      `racha mejora mejoria escalada expansion progreso aceleracion remontada resurgimiento reactivacion escalamiento crecida floracion ampliacion ensanchamiento intensificacion ascension`,
	},
	down: {
		verbs:      `bajar perder caer aflojar flaquear languidecer desvanecer diluir encoger achicar enfriar ceder decrecer menguar recortar replegar/replieg rezagar atenuar amainar palidecer deteriorar empeorar empequenecer mermar aplacar opacar deslucir difuminar desinflar despintar ralentizar escurrir marchitar recular resbalar tropezar/tropiez declinar apagarse achatar `,
		adjectives: `decreciente descendente bajista menguante decaido rezagado `,
		nouns:      `recorte enfriamiento repliegue bajon tropiezo freno declinacion rezago achicamiento encogimiento deterioro decaimiento desaceleracion resbalon traspie decrecimiento descenso`,
	},
	hugeUpWord:   {verbs: `catapultar propulsar`, nouns: `explosion estallido`},
	hugeDownWord: {verbs: `evaporar desaparecer pulverizar despenar`, nouns: `desplome derrumbe batacazo debacle hundimiento colapso`},
	slightWord:   {adjectives: `suave sutil timido minusculo infimo exiguo tibio marginal`},
	strong:       {adjectives: `inequivoco vigoroso potente intenso acentuado ostensible palpable patente categorico tajante cuantioso enfatico firme solvente`, nouns: `vigor potencia intensidad contundencia rotundidad nitidez solidez firmeza holgura`},
	steady:       {verbs: `estacionar aquietar`, adjectives: `inalterado inmovil estatico inmutable`, nouns: `quietud inmovilidad calma estancamiento estabilizacion`},
	hedge: {
		verbs:      `insinuar intuir entrever atisbar sospechar perfilar esbozar amagar aparentar/aparent vislumbrar adivinar suponer`,
		adjectives: `fragil endeble dudoso inseguro embrionario hipotetico presunto supuesto`,
		nouns:      `posibilidad probabilidad amago asomo barrunto sospecha conjetura esbozo reserva salvedad insinuacion `,
	},
	like: {
		verbs:      `fascinar seducir deleitar agradecer premiar aprobar/aprueb brillar lucir cautivar complacer entusiasmar acertar/aciert cumplir ovacionar ensalzar alabar simpatizar embelesar piropear reconfortar alegrar congratular ponderar adorar amar enganchar`,
		adjectives: `amable grato querido apreciado celebrado elogiado ponderado entusiasta feliz satisfactorio benevolo calido agradable agradecido complacido placentero acertado logrado lucido halagueno halagador amistoso simpatico complaciente conforme`,
		nouns:      `maravilla virtud aprobacion gratitud aprecio ovacion deleite encanto bondad piropo atractivo alegria sonrisa placer beneplacito fan hincha devoto admirador reconocimiento complacencia conformidad afecto amor acierto alago`,
	},
	dislike: {
		verbs:      `irritar enojar desagradar desilusionar desencantar protestar refunfunar renegar/renieg defraudar cojear castigar reprobar/reprueb chocar doler/duel desalentar/desalient cansar hartar repeler espantar amargar afear fustigar objetar desentonar chirriar flojear indignar exasperar impacientar agobiar`,
		adjectives: `molesto incomodo disconforme inconforme debil flojo flaco irritado enojado defraudado harto mejorable discordante insatisfactorio ingrato desagradable antipatico cuestionado criticado severo`,
		nouns:      `reparo protesta irritacion enojo desencanto desilusion falencia disconformidad inconformidad contrariedad rechazo friccion roce aspereza amargura hartazgo reniego tacha lunar mancha flaqueza reproche indignacion impaciencia enfado rabia`,
	},
	campaign:    {verbs: `inflar copiar replicar calcar orquestar clonar inducir`, adjectives: `artificial inflado inducido orquestado identico clonado replicado prefabricado pautado artificioso`, nouns: `replica copia calco plantilla clon pegado`},
	spike:       {adjectives: `transitorio pasajero temporal relampago instantaneo`, nouns: `chispazo fogonazo llamarada arrebato rafaga relampago cresta espuma destello`},
	calendar:    {adjectives: `ciclico estacional `, nouns: `estacionalidad almanaque festividad efemeride`},
	superlative: {verbs: `acaparar coronar comandar puntear capitanear`, nouns: `cima cuspide cumbre podio abanderado campeon corona liderazgo primacia hegemonia`, adjectives: `puntero `},
	compare:     {verbs: `aventajar sobrepasar eclipsar destronar desbancar`},
	cause:       {verbs: `suscitar propiciar fomentar incentivar acarrear ocasionar detonar`, nouns: `causante detonante culpable secuela`},
	chance:      {nouns: `casualidad`},
	more:        {},
	absolute:    {adjectives: `irrefutable imbatible incontestable arrollador apabullante imparable definitivo`},
	opinionWord: {nouns: `opinion valoracion percepcion sensacion animo sentir apreciacion `},
}

// spanishTurns are phrases, "*" for any ending.
var spanishTurns = lists{
	neutral: `buena_parte gran_parte buen_numero buena_cantidad buen_tramo un_buen_trecho buen_termometro buena_cuenta en_buena_cuenta
		tal_como tal_cual tal_es con_tal de_tal tal
		bajo_el bajo_la bajo_los bajo_las bajo_este bajo_esta bajo_su extremo_bajo limite_bajo lado_bajo borde_bajo extremo_inferior extremo_superior limite_inferior limite_superior cota_inferior cota_superior borde_inferior borde_superior parte_baja_del_intervalo
		por_lo_pronto por_lo_menos por_lo_general por_cierto por_delante por_detras por_ejemplo por_momentos por_otra_parte por_su_lado por_regiones por_region por_canal por_canales por_fuentes por_plato por_platos por_aspecto por_aspectos por_zonas por_entonces por_fin por_partes
		por_todas_partes por_aqui por_alli por_ahi por_igual por_dentro por_fuera por_donde por_escrito por_tramos por_medio por_medio_de por_via por_las_redes por_redes por_internet por_delivery por_quienes por_sus_clientes por_sus_comensales por_sus_consumidores por_sus_seguidores por_usuarios por_comensales
		paso_por pasa_por pasan_por pasar_por curiosidad_por atencion_por empezar_por empezando_por comenzar_por comenzando_por
		 a_primera_vista de_primera_mano en_segundo_plano segundo_plano uno_de_ones esta_vez a_veces rara_vez de_vez_en_cuando en_vez_de alguna_vez muchas_veces pocas_veces cada_vez a_la_vez una_vez_mas otra_vez de_una_vez de_nuevo una_y_otra_vez
		en_medio_de en_medio_del termino_medio a_la_par a_la_par_de a_la_par_del medios_sociales medios_digitales otros_medios en_cierto_grado en_menor_grado 
		punto_de_partida punto_aparte punto_medio hasta_cierto_punto en_este_punto desde_este_punto a_este_punto punto_de_referencia punto_de_comparacion puntos_de_referencia
		todo_el_periodo toda_la_ventana todo_lo_leido pese_a_todo a_pesar_de_todo despues_de_todo no_todo no_todos no_todas todo_tipo_de todos_modos todo_caso ante_todo en_todo_el_pais de_todo_el_pais todo_el_peru no_es_todo
		a_juzgar_por salvo excepto a_pesar_de pese_a sin_embargo no_obstante en_cambio mas_bien es_decir o_sea a_saber en_suma en_sintesis en_resumen en_concreto en_detalle en_cifras en_numeros en_corto
		cara_a de_cara_a de_la_mano_de de_la_mano_del al_compas_de al_compas_del al_ritmo_de al_ritmo_del a_tono_con en_sintonia_con en_paralelo a_su_vez a_lo_largo_de a_lo_largo_del a_lo_ancho en_curso en_boca_de dar_que_hablar da_que_hablar dan_que_hablar dio_que_hablar de_que_hablar
		de_un_periodo_a_otro de_una_ventana_a_otra de_un_tramo_a_otro en_lo_que_va_del_periodo el_periodo_que_termina el_periodo_que_cierra fuera_de_lima nada_mas ni_mas_ni_menos cuando_menos mas_alla al_menos a_lo_menos
		si_bien y_bien mas_o_menos en_lo_demas lo_demas de_igual_modo del_mismo_modo de_la_misma_forma mejor_dicho de_entrada de_salida
		numero_de numero_total_de el_numero_de un_numero_de cual_es el_hecho_de un_hecho que_pensar
		se_hace_un_lugar tiene_que_ver_con tienen_que_ver_con que_ver_con tiene_que_ver
		falta_de_informacion con_lo_que_hay con_estos_datos con_los_datos con_estas_cifras mas_informacion mas_evidencia mas_lecturas mas_observaciones mas_tiempo mas_paciencia mas_cautela mas_prudencia un_poco algo_de un_poco_de
		en_su_contra a_su_favor a_favor en_contra por_y_contra no_solo no_solamente no_es_solo por_si_solo por_si_sola por_si_solos
		segun_lo_leido segun_las_menciones segun_los_comentarios se_pasea esta_en_boca_de en_la_boca_de a_estas_alturas uno_a_uno una_a_una de_uno_en_uno entre_una_y_otra_ventana de_una_semana_a_otra
		de_las_que de_los_que en_los_que en_las_que los_que las_que `,
	beforeWord: `semana_pasada la_ultima_vez vez_anterior corte_anterior lectura_anterior ventana_previa antes_de_ahora que_antes`,
	up: `va_en_aumento van_en_aumento va_a_mas van_a_mas cobra*_fuerza toma*_fuerza tomo_fuerza cobro_fuerza gana*_fuerza toma*_vuelo cobra*_vuelo gana*_vuelo alza*_vuelo levanta*_vuelo toma*_impulso cobra*_impulso gana*_impulso cobra*_vida
		en_ascenso en_alza en_aumento en_crecimiento en_subida de_subida hacia_arriba para_arriba va_para_arriba cobra*_protagonismo gana*_peso gana*_espacio gana*_visibilidad gana*_notoriedad gana*_lugar gana*_cuota gana*_eco mas_presente mas_presentes mas_visible mas_visibles
		mas_comentado_que_antes mas_mencionado_que_antes mas_nombrado_que_antes viento_en_popa viento_a_favor por_buen_camino a_mas 
		por_encima_del_periodo_anterior por_encima_del_periodo_previo por_encima_de_lo_anterior por_encima_de_la_ventana_anterior por_encima_de_antes`,
	down: `va_a_menos van_a_menos en_baja en_bajada de_bajada hacia_abajo para_abajo cuesta_abajo de_capa_caida en_descenso en_retroceso en_retirada en_declive pierde*_aire pierde*_vigor pierde*_peso pierde*_lugar pierde*_ritmo pierde*_espacio pierde*_eco pierde*_visibilidad 
		queda*_atras menos_visible menos_visibles menos_presente menos_presentes pasa*_a_segundo_plano 
		por_debajo_del_periodo_anterior por_debajo_del_periodo_previo por_debajo_de_lo_anterior por_debajo_de_la_ventana_anterior por_debajo_de_antes `,
	steady: `en_calma sin_moverse como_antes sigue*_donde_estaba* sigue_en_lo_suyo en_su_sitio sin_novedades poco_movimiento nada_fuera_de_lo_comun nada_fuera_de_lo_normal en_la_misma_linea lo_de_siempre como_siempre sin_sobresaltos sin_sobresalto sin_movimiento sin_movimientos sin_mayores_cambios
		sin_mayor_cambio sin_mayores_movimientos sin_mayor_movimiento sin_mayor_novedad sin_mayores_novedades sin_alteraciones sin_alzas_ni_bajas sin_subidas_ni_bajadas ni_sube_ni_baja ni_suben_ni_bajan ni_subio_ni_bajo ni_subieron_ni_bajaron ni_crece_ni_cae ni_crecen_ni_caen ni_gana_ni_pierde ni_ganan_ni_pierden ni_alzas_ni_bajas ni_subidas_ni_bajadas ni_alza_ni_baja ni_para_arriba_ni_para_abajo ni_mas_ni_menos_que_antes no_hay_movimiento
		no_hay_novedad no_hay_novedades no_hay_cambios no_hay_cambio no_hubo_cambios no_hubo_cambio no_se_movio no_se_movieron en_el_mismo_nivel en_el_mismo_sitio en_el_mismo_lugar al_mismo_nivel al_mismo_ritmo en_niveles_similares en_un_nivel_similar sin_grandes_movimientos sin_grandes_novedades sin_variar en_su_nivel en_sus_niveles_habituales en_su_nivel_habitual en_su_ritmo_habitual dentro_de_lo_habitual dentro_de_su_rango en_su_rango rango_habitual nivel_habitual niveles_habituales comportamiento_habitual
		no_se_ve_un_cambio no_se_aprecia_un_cambio no_se_aprecian_cambios no_se_ven_cambios ningun_cambio ningun_movimiento`,
	spike: `flor_de_un_dia de_corta_duracion duro_poco duraron_poco se_apago_pronto fuego_de_paja de_paso fue_pasajero fue_pasajera dura_poco de_corto_aliento un_rato de_ida_y_vuelta`,
	campaign: `copia_y_pega copiar_y_pegar copiado_y_pegado copiados_y_pegados corta_y_pega textos_iguales mensajes_iguales textos_identicos mensajes_identicos mensajes_repetidos publicaciones_repetidas publicaciones_copiadas publicaciones_iguales textos_calcados mismo_texto mismos_textos misma_frase
		textos_en_serie mensajes_en_serie texto_repetido mensaje_repetido`,
	calendar: `cada_ano como_cada_ano todos_los_anos de_todos_los_anos por_estas_fechas de_estas_fechas propio_de_estas_fechas propia_de_estas_fechas pasada_la_temporada fuera_de_temporada fin_de_temporada fin_de_la_temporada acabada_la_temporada cerrada_la_temporada tras_la_temporada despues_de_la_temporada
		tras_la_fiesta tras_las_fiestas pasada_la_fiesta pasadas_las_fiestas tal_como_se_esperaba como_se_esperaba como_era_de_esperar como_era_de_esperarse era_de_esperar era_de_esperarse como_cabia_esperar fin_de_su_temporada termino_su_temporada termino_la_temporada paso_la_temporada paso_su_temporada acabo_su_temporada acabo_la_temporada es_cosa_de_la_temporada por_temporada por_la_temporada por_calendario
		despues_de_su_temporada tras_su_temporada por_la_fecha por_las_fechas por_ser_fecha por_su_temporada debe*_al_calendario debe*_a_la_temporada explica*_por_el_calendario explica*_por_la_temporada explica_el_calendario explica_la_temporada`,
	hedge: `con_reservas con_pinzas a_confirmar por_verse por_ver esta_por_verse sin_apresurarse al_limite a_duras_penas con_lo_justo por_la_minima por_escaso_margen por_poco_margen por_estrecho_margen por_un_pelo por_muy_poco al_parecer da_la_impresion dan_la_impresion deja_entrever dejan_entrever dejaria_entrever
		se_diria con_dudas con_salvedades no_es_seguro no_es_segura poco_firme falta_confirmar falta_confirmarlo faltaria_confirmarlo falta_confirmarla por_confirmarse no_se_descarta no_se_puede_descartar no_cabe_descartar hay_que_tomarlo_con cerca_del_limite cerca_del_cero roza*_el_cero casi_toca_el_cero casi_roza_el_cero a_un_paso_de_no_cambiar
		con_prudencia con_cautela habra_que_verlo habra_que_ver habra_que_confirmarlo habra_que_confirmar conviene_confirmarlo conviene_esperar convendria_esperar sin_cantar_victoria sin_echar_campanas sin_echar_las_campanas no_hay_que_apresurarse aun_es_temprano es_temprano todavia_es_temprano demasiado_temprano es_pronto_para aun_es_pronto todavia_es_pronto muy_pronto_para demasiado_pronto
		a_falta_de_confirmacion a_falta_de_confirmar pendiente_de_confirmar pendiente_de_confirmacion pendiente_de_confirmarse necesita_confirmarse requiere_confirmacion necesita_confirmacion no_del_todo_segura no_del_todo_seguro no_esta_claro no_queda_claro no_esta_clara lejos_de_ser_seguro con_muy_poco_margen margen_estrecho margen_minimo margen_escaso margen_corto margen_justo
		en_borrador a_media_voz en_voz_baja todo_por_confirmar si_se_confirma de_confirmarse se_intuye puede_que podria_ser cierto_aire ligeros_indicios intervalo_ajustado intervalo_justo`,
	like: `sale*_bien_parad* queda*_bien_parad* bien_parad* cae*_bien caer_bien da*_en_el_clavo punto_alto carta_fuerte lado_fuerte punto_a_favor puntos_a_favor se_lleva*_los_aplausos lleva_aplausos buena_nota buenas_notas buena_prensa buen_sabor_de_boca buenos_ojos buen_comentario
		habla*_maravillas habla*_muy_bien hablar_bien hablaron_bien dejan_content* deja_content* deja*_satisfech* se_lucio echa*_flores palabras_amables a_gusto gana*_aplausos gana*_elogios cosecha*_elogios cosecha*_aplausos recibe*_elogios saca_buena_nota pasa_la_prueba aprueba*_con_holgura
		mas_bueno_que_malo mas_aplausos_que_quejas mas_elogios_que_quejas mas_elogios_que_criticas mas_aplausos_que_criticas mas_bien_positiv* mas_bien_favorabl* mas_a_favor_que_en_contra mas_buenas_que_malas`,
	dislike: `deja*_que_desear mucho_que_desear no_convence no_convencen no_gusta no_gustan no_termina*_de_convencer no_acaba*_de_convencer no_cae*_bien no_agrada* hace*_ruido pasa*_factura talon_de_aquiles lado_flaco punto_flaco flanco_debil lado_debil dolor_de_cabeza cuenta_pendiente asignatura_pendiente materia_pendiente tarea_pendiente
		tarea_por_hacer en_deuda queda*_debiendo mala_nota malas_notas mal_sabor_de_boca malos_ojos punto_en_contra puntos_en_contra punto_de_dolor sale*_mal_parad* queda*_mal_parad* mal_parad* cae*_mal mal_visto mal_vista mal_recibid* habla*_mal hablar_mal bajo_lo_esperado poco_convincente
		mas_malo_que_bueno mas_quejas_que_elogios mas_quejas_que_aplausos mas_criticas_que_elogios mas_criticas_que_aplausos mas_reclamos_que_elogios mas_bien_negativ* mas_bien_desfavorabl* mas_en_contra_que_a_favor mas_malas_que_buenas poco_content* poco_satisfech* por_mejorar puede_mejorar espacio_para_mejorar margen_de_mejora debe_mejorar pide_mejoras pendiente_de_mejora`,
	superlative: `primer_puesto primer_lugar primera_posicion primera_ubicacion primer_sitio primera_plaza numero_uno delante_de_todos por_delante_de_todos a_la_cabeza en_cabeza en_la_cima en_lo_alto a_la_delantera en_punta toma_la_delantera lleva_la_delantera lo_mas_comentado lo_mas_mencionado mas_repetida mas_repetido mas_repetidas mas_repetidos mas_frecuente mas_frecuentes mas_sonado mas_comentado mas_comentada mas_comentados mas_comentadas mas_nombrado mas_nombrada mas_nombrados mas_nombradas mas_hablado mas_citado mas_citada mas_fuerte mas_fuertes mas_alto mas_alta mas_grande mas_bajo mas_baja`,
	absolute:    `no_cabe_duda no_hay_duda no_hay_dudas sin_discusion fuera_de_discusion fuera_de_toda_duda sin_rival sin_competencia como_nunca mas_que_nunca de_todos_los_tiempos por_primera_vez`,
	nextWord:    `le_sigue le_siguen a_continuacion_viene detras_viene detras_vienen luego_viene luego_vienen despues_viene despues_vienen viene_despues viene_luego sigue_en_la_lista siguen_en_la_lista siguiente_en_la_lista mas_atras escolta*`,
	chance:      `podria_ser_casualidad puede_ser_casualidad incluye_el_cero incluye_cero cruza_el_cero contiene_el_cero abarca_el_cero pasa_por_el_cero toca_el_cero a_ambos_lados_del_cero no_se_aparta_del_azar no_se_separa_del_azar no_se_diferencia_del_azar cabe_el_azar dentro_del_azar dentro_de_lo_que_da_el_azar ruido_estadistico`,
	strong:      `se_aparta_del_azar se_separa_del_azar se_aparta_con_claridad_del_azar lejos_del_azar lejos_del_cero a_paso_firme a_buen_ritmo con_ganas con_vigor con_contundencia con_nitidez sin_ambiguedad sin_ambiguedades sin_titubeos a_paso_rapido mayormente principalmente mayoritariamente fundamentalmente con_creces`,
	saldo:       `saldo_favorable saldo_desfavorable saldo_de_opiniones saldo_de_opinion balance_de_opiniones balance_de_opinion`,
	opinionWord: `buenas_y_malas malas_y_buenas elogios_y_criticas elogios_y_quejas criticas_y_elogios quejas_y_elogios aplausos_y_quejas favorables_y_desfavorables a_favor_y_en_contra buenos_y_malos favorables_ni_desfavorables`,
	number:      `mas_de_la_mitad menos_de_la_mitad`,
}
