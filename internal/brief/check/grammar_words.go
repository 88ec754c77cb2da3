package check

// The small words and irregular forms that every text needs, whatever it is about: they
// come from grammar, not from drafts that failed.
var spanishGrammar = lists{
	neutral: `casi delante cerca lejos encima debajo atras adentro afuera asimismo inclusive aca alla despues ahora recien temprano tarde acorde excepto salvo cuyos cuyas cuanta cuantas alguno cualquiera cualquier conmigo contigo ustedes usted yo tu ella os
		mi tengo he hemos estamos somos vamos vaya veamos digamos notemos recordemos aviso advertencia alerta equipo colegas senores jefe gerente reunion cosa cosas mediano anteriormente previamente finalmente especialmente usualmente meramente puramente
		comparativamente practicamente virtualmente visiblemente logicamente afortunadamente lamentablemente cantidad huella rastro sintoma excepcion excepciones velocidad consonancia sintonia correspondencia coincidencia espejo compas vaiven vaivenes altibajos oscilacion oscilaciones fluctuacion fluctuaciones
		discusion discusiones chachara oreja opuesto opuesta opuestos opuestas contrario contraria contrarios contrarias inverso inversa mixto mixta mixtos mixtas dividido dividida divididos divididas ambiguo ambigua neutro neutra neutral neutrales disputado disputada renido renida
		tranquilidad noche tarde rato instante tiempo plazo ir buscar busca buscan existir existe existen oir acabar acaba aceptar reconocer imaginar detener decidir olvidar evitar preferir estudiar desear correr jugar descubrir
		vieron hizo hicieron estuvieron dieron puso pusieron quiso quisieron supo supieron vinieron trajeron anduvo cupo obtuvo obtuvieron obtiene obtienen sostuvo sostiene sostienen detuvo detiene contuvo contiene contienen retuvo retiene atrae atraen atrajo atrajeron tradujo traduce condujo propuso supuso supone suponen dispuso
		expuso compuso compone componen siguio siguieron sintio sintieron pidio pidieron repitio repitieron consiguio consiguieron consigue consiguen sirvio sirvieron eligio eligieron midio midieron oyo oyeron oye oyen creyo creyeron incluyo incluyeron excluyo excluyeron concluyo concluyeron
		tenga tengan vea vean haga hagan diga digan ponga pongan salga salgan venga vengan traiga traigan sepa sepan valga valgan tardar echarle mucho_ojo mucho_cuidado mucha_cautela mucha_prudencia mucho_que un_mismo aviso vale_la_pena por_escasez por_falta por_la_escasez alboroto_por revuelo_por ruido_por no_hay_que_alarmarse no_hay_que_preocuparse no_es_para_alarmarse no_es_para_preocuparse sin_alarmarse no_hay_motivo_de_alarma no_mas_que_eso por_el_lado peor_escenario mejor_escenario peor_caso mejor_caso peor_de_los_casos mejor_de_los_casos
		pleno plena plenos plenas nuestra nuestro nuestras nuestros sorprende sorprenden sorpresa sorpresas alboroto revuelo runrun cuento historia historias urge urgen apremia prefiere prefieren preferimos callar callamos alguien bolsillo bolsillos oro descontar descontemos descontamos apartemos
		reluce juego cancha relato capitulo sabemos digamoslo escuchemos miremos leamos esperemos tomemos sigamos vigilemos dejemos pongamos hagamos quedemonos busquemos
		 lista_corta tablero titular_del titulares vuelta_de_hoja giro oportunidad_de_mejora mensaje recado moraleja salvedad letra_chica pie_de_pagina entre_parentesis entre_comillas a_grandes_rasgos grosso_modo en_pocas_palabras en_una_frase dicho_de_otro_modo dicho_de_otra_forma en_otras_palabras en_plata en_cristiano
		de_un_lado del_otro_lado de_otro_lado por_un_lado_y al_reves por_otro lo_uno_y_lo_otro esto_escribio escribio escribieron relato cuenta_asi
		sin_mas ni_siquiera siquiera pues_bien no_muy nada_de_eso tal_cual lugar_a a_un_lado al_lado al_final al_principio al_cierre de_fondo a_fondo con_calma sin_prisa sin_alarmas sin_alarma no_alarma`,
	number:   `decena_de`,
	forecast: `para_quedarse llego_para_quedarse vino_para_quedarse se_viene se_vienen`,
	up:       `arriba recuperar recupera recuperan recupero recuperaron recuperacion retoma retoman retomo reaparece reaparecio despunta despuntan despunto irrumpe irrumpio emerge emergen emergio subidon estiron brinco buen_periodo buen_momento buena_racha buen_tramo buena_noticia buenas_noticias buen_paso buen_ritmo de_buena_racha le_fue_bien le_va_bien les_fue_bien mejor_noticia mejores_noticias `,
	down:     `abajo mal_periodo mal_momento mala_racha mala_noticia malas_noticias no_le_fue_bien no_le_va_bien le_fue_mal le_va_mal peor_noticia peores_noticias cansancio fatiga agotamiento bache baches de_mala_racha`,
	strong:   `mucho mucha muchos muchas rapido rapida rapidos rapidas rapidamente velozmente muchisimo muchisima con_fuerza con_energia firme firmes firmemente fuerza energia dinamismo`,
	hedge: `esta_por_confirmar* estan_por_confirmar* esta_por_ver* no_da_para_celebrar no_es_para_celebrar no_da_para_mucho no_da_para_mas proxima_lectura proximo_informe proximo_corte proxima_medicion proxima_edicion proximo_reporte siguiente_lectura siguiente_informe siguiente_corte siguiente_reporte con_cuidado con_mucho_cuidado con_mucha_cautela incierto incierta sin_seguridad
		presumiblemente dudas_sobre`,
	calendar:    `era_previsible es_previsible fue_previsible previsible_por hasta_la_proxima_temporada verano invierno otono primavera ciclo`,
	chance:      `casual casuales fortuito fortuita azaroso azarosa aleatorio aleatoria`,
	compare:     `brecha ventaja desventaja distancia_con empata empatan`,
	superlative: `ventaja_clara roba se_roba delantera`,
	cause:       `detras crear crea crean produce producen produjo produjeron producir`,
	absolute:    `cualquiera_sabe obvio obviamente evidentemente ninguno todo_el_pais todo_el_peru todo_lima todo_el_mundo`,
	like:        `rico rica ricos ricas sabroso sabrosa sabrosos sabrosas delicioso deliciosa rendidor gana*_por_goleada por_goleada goleada excelente excelentes admiracion fervor fanatico fanaticos aficionado aficionados genera*_entusiasmo visto_bueno`,
	dislike:     `caro caros caras costoso costosa costosos costosas carisimo deuda deudas dolor_de_cabeza genera*_dudas despierta*_dudas genera*_desconfianza desconfianza recelo temor inquietud alarma bronca dardo dardos pullas palos detractor detractores quejoso quejosos quejosa`,
	alike:       `casi_las_mismas casi_los_mismos casi_la_misma casi_el_mismo casi_igual las_mismas_que los_mismos_que practicamente_igual practicamente_las_mismas muy_cerca_de_la_anterior a_la_par`,
	steady:      `todo_sigue_como sigue_como_estaba siguen_como_estaban como_estaba como_estaban sin_altibajos sin_vaivenes`,
	nextWord:    `secunda seguido_por seguida_por seguidos_por seguidas_por seguido_de seguida_de seguidos_de`,
}

var englishGrammar = lists{
	neutral: `team colleagues folks boss manager meeting alert warning thing things stuff short quick late formerly finally purely comparatively practically virtually naturally surprisingly fortunately unfortunately sadly happily under beyond beside besides beneath inside toward towards upon
		throughout until till unless either plenty pieces latter former opposite opposing contrary inverse mixed ambiguous neutral uneven why ever sometimes seldom rarely hardly almost truly actually indeed somehow somewhat instead otherwise likewise furthermore nevertheless nonetheless am doing done going getting
		knew thought taken felt become meant begun play played ran wrote written sat meet met learnt understood stop stopped allow allowed spend spent walk walked sent decide decided bet bets wager relax quantity degree confidence clue symptom symptoms exception exceptions discussion gossip term date rumour hole swing
		swings brink inch himself herself ourselves yourself mine yours ours theirs him her his hers me my i your someone somebody anyone anybody built chose chosen found told heard spoke gave given held hid laid rang rung sang sang slept taught tore threw thrown wore worn woke swam stuck swept
		nothing_to_worry_about no_need_to_worry no_cause_for_concern no_reason_to_worry do_not_panic no_need_to_panic no_cause_for_alarm no_reason_for_alarm read_too_much_into large_number large_numbers great_deal kinds_of let_us don t isn doesn aren wasn weren ve re clients crowd crowds
		no_more_than_that worst_case best_case story stories tale tales prefer prefers preferred silent somebody plain fuss footnote takeaway takeaways put_simply put_differently on_one_hand on_the_other_hand on_the_one_hand pocket pockets wallet wallets surprise surprises no_surprise simply as_much_as much_as as_many as_many_as a_while for_a_while`,
	up:          `best_news better_period good_period good_spell good_run good_news recover recovers recovered recovering recovery bounce bounces bounced reappear reappears reappeared busier`,
	down:        `worst_news fatigue tiredness bad_period bad_spell bad_run bad_news rough_patch rough_spell slump slumps slumped `,
	strong:      `large big rapid rapidly quickly fast quick_rise force energy surely_felt sizeable sizable truly_strong high_energy`,
	hedge:       `next_reading next_report next_brief next_update next_look likely unlikely unclear presumably we_would i_would within_a_hair within_a_whisker within_a_hair_of_no_change close_to_no_change near_no_change a_hair_from_no_change hair_s_breadth on_the_brink on_the_verge_of_no_change with_care far_from_clear`,
	calendar:    `summer winter autumn spring`,
	compare:     `above below better worse gap advantage distance_from`,
	superlative: `steal steals stole tops`,
	cause:       `create creates created creating produced`,
	absolute:    `obviously surely everything impossible`,
	like:        `tasty delicious great nice excellent fine wonderful win wins won enthusiast enthusiasts`,
	dislike:     `trouble troubles troubled concern concerns concerned alarm alarmed snag snags hurdle hurdles pricey expensive overpriced costly headache headaches needs_work needs_attention needs_fixing raise*_doubts detractor detractors`,
	alike:       `nearly_the_same almost_the_same about_the_same_number much_the_same_number as_many_as_before in_line_with_last`,
	forecast:    `here_to_stay to_stay come_to_stay expect expecting`,
	otherTime:   `this_morning this_afternoon`,
}

// people are words for persons: the facts count mentions and never people.
var people = set(`fans fan fanaticos seguidores seguidoras hinchas adeptos adeptas devotos amantes followers lovers devotees admirers converts personas persona gente peruanos peruanas peruano limenos limenas consumidores consumidoras clientes comensales habitantes usuarios usuarias publico hogares familias jovenes adultos mujeres hombres poblacion ciudadanos vecinos
	people peruvians peruvian customers diners households consumers users inhabitants families citizens residents public population women men adults visitors`)
