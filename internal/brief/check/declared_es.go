package check

// frameES are Spanish words that claim nothing beside placeholders.
const frameES = `
el la los las lo un una unos unas de del a al en con por para entre sobre ante frente desde hasta según
y e o u que se es son fue fueron está están ha han hay su sus este esta estos estas ese esa esto eso
otro otra otros otras además también asimismo mientras aunque pero donde cuando quienes quien cual cuales
semana semanas periodo período anterior anteriores antes mes informe parte total caso vez cuanto respecto
comida comidas plato platos bebida bebidas marca marcas alimento alimentos producto productos ingrediente ingredientes
gente público personas conversación conversaciones tema temas país resto departamento departamentos fuente fuentes
leyeron recogieron reunieron registraron registró contaron sumaron suma suman llega llegan alcanza alcanzan pasó pasaron fue queda quedan
habla hablan hablar hablando habló hablaron dice dicen cuenta cuentan menciona mencionan mencionó mencionaron nombra nombran
leído leídas recogido recogidas conoce conocen viene vienen proviene provienen procede proceden llegó llegaron
así como palabras ejemplo detalle trata tiene tienen tuvo recibe reciben muestra muestran registra registran presenta presentan
va van iba iban sigue siguen siguió siguieron seguir le les nos mención menciones estar estuvo estuvieron ser sea tener hubo cada mismo misma mismos mismas uno
sumó sumaron sumar contar contó quedó quedaron llegar pasar pasa pasan recibir recibió recibieron mostrar mostró mostraron registrar presentar presentó presentaron reúne reúnen reunió venir vino vinieron aparece aparecen apareció aparecieron comenta comentan comentó comentaron comentario comentarios dijo dijeron leer leyó leen lectura conocer conoció publica publican publicaron escribe escriben escribieron señala señalan señalaron indica indican
comparación comparado comparada vistas visto dato datos`

// sayingsES: kind value: phrases.
const sayingsES = `
direction up: sube|suben|subió|subieron|subir|subiendo, crece|crecen|creció|crecieron|crecer|creciendo, aumenta|aumentan|aumentó|aumentaron|aumentar, avanza|avanzan|avanzó|avanzaron|avanzar, gana|ganan|ganó|ganaron|ganar terreno|presencia|espacio|menciones, gana algo de presencia|terreno, alza, aumento, avance, subida, crecimiento, incremento, repunte, al alza, en alza, en aumento, más menciones que antes, salto
direction down: baja|bajan|bajó|bajaron|bajar|bajando, cae|caen|cayó|cayeron|caer|cayendo, retrocede|retroceden|retrocedió|retrocedieron|retroceder, disminuye|disminuyen|disminuyó|disminuyeron|disminuir, desciende|descienden|descendió|descendieron|descender, cede|ceden|cedió|cedieron|ceder, pierde|pierden|perdió|perdieron|perder terreno|presencia|espacio|menciones, cede|ceden|cedió|cedieron|ceder terreno, caída, baja, bajada, descenso, retroceso, disminución, a la baja, menos menciones que antes
direction none: estable|estables, se mantiene|mantienen, sin un cambio|cambios, sin cambio|cambios, sin cambio claro, no muestra|muestran un cambio|cambios, no muestra|muestran cambio|cambios, un cambio que se distinga del azar, cambio que se distinga del azar, cambios que se distingan del azar, cambio claro, sin un cambio que se distinga del azar, sin cambio que se distinga del azar, sin cambios que se distingan del azar, sin un cambio claro, sin cambios claros, no muestra|muestran un cambio claro, no muestra|muestran cambios claros, no muestra|muestran un cambio que se distinga del azar, no muestra|muestran cambios que se distingan del azar, no cambia|cambian
level liked: gusta|gustan|gustó|gustaron, elogia|elogian, elogio|elogios, favorable|favorables, predominan las opiniones positivas, predominan las opiniones favorables, se valora|valoran, agrada|agradan, bien recibido|recibida|recibidos|recibidas
level disliked: disgusta|disgustan, no gusta|gustan, queja|quejas, critica|critican, crítica|críticas, reclamo|reclamos, desfavorable|desfavorables, molesta|molestan
level elsewhere: destaca|destacan, resalta|resaltan, más que en el resto del país, lo que en el resto del país, lo que en otros departamentos
rank first: el|la|los|las más mencionado|mencionada|mencionados|mencionadas, el plato|alimento|producto más mencionado|nombrado, la comida más mencionada|nombrada, encabeza|encabezan, lidera|lideran, sobre todo, lo que más gusta, principalmente, se concentran en, en primer lugar
rank among: entre los platos|alimentos|productos más mencionados|nombrados, entre las comidas|bebidas más mencionadas|nombradas, entre los más mencionados|nombrados, entre las más mencionadas|nombradas, también destaca|destacan, seguido|seguida|seguidos|seguidas de|por, le siguen|sigue
level liked: lo que más gusta
strength clear: con claridad, claramente, claro|clara, se distingue|distinguen bien del azar, que se distingue bien del azar
strength large: con fuerza, fuerte, fuertemente
strength small: ligero|ligera, leve|leves, ligeramente, levemente, un poco, algo
uncertainty hedge: parece|parecen, al parecer, parecería, tal vez, quizá, quizás, hay señales de, podría|podrían, habría
uncertainty wide: el intervalo es amplio, con cautela, el margen es amplio
driver seasonal: de temporada, por temporada, la temporada, el calendario, corresponde a la temporada, es el calendario, como cada año, por estas fechas, de estas fechas, en estas fechas, estacional, como se espera en estas fechas, como corresponde a la temporada, es el calendario no una noticia, el habitual de estas fechas, la habitual de estas fechas, lo habitual de estas fechas, propio|propia de estas fechas, no es noticia, no una noticia
driver spike: pico, pico pasajero, pasajero|pasajera, un pico, un pico pasajero, un pico y no una tendencia, no una tendencia, puntual, un salto puntual
driver price: con su precio, acompaña|acompañan al precio, su precio, junto con su precio, al compás de su precio
driver campaign: campaña, una campaña, textos repetidos, mensajes repetidos, de una campaña, propio|propios|propias de una campaña
figure positive: positivas, opiniones positivas, favorables, opiniones favorables
figure negative: negativas, opiniones negativas, de negativas, desfavorables
figure net: saldo, ánimo, tono, opiniones, el saldo entre opiniones positivas y negativas
data few: pocas menciones, muy pocas menciones, muy pocos datos, no hay datos suficientes, sin datos suficientes, no hay datos suficientes para decir algo, no se puede decir, no se puede decir nada, no se puede decir si suben o bajan
data coverage: no representan a todo el país, quienes opinan en línea, en línea
`
