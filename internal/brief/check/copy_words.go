package check

// Words of invitations that claim nothing about the data. A word that the
// vocabulary of the brief knows keeps the meaning that it has there.
const (
	copySpanish = `gancho manos sonido contesta conteste correo adentro cierre toma adivina listo aquí prisa cuenten abiertos abre acento acá agrega aguante alerta aliados anota antojo anuncia arma barrio botella busca caja calle cariño casa cata
		celular cerca chico medios ciegas cierra cierre cocineros cola combo come comentarios comer comparta compartes compartida compartimos compartir
		compromiso conozca contada contadas contado contados conversa convierte cosa cuente cuenten cuidamos cuidar cuéntanos cámara dale
		debate degustación desarrolla diga dilo edición elegidos elija elijan empaque empieza encontrada ensaya entendemos enterarnos entrada
		equipo escucha escuchar esperamos etiqueta excusa extrañamos familia familiar feed fijar fijo formato fresca guardamos guardar
		guarnición guiño hambre has hecha historia hola húmedo ibas idea impresa insumo insumos invita invitamos jarra juntan kit llevar
		llevarla luz mano medidos mide muestras natural nombre note nuestra nuestro oficio opción pantalla pase pauta pautar pecado pedido
		pedidos pedir pedirla pedirlas pedirlo pedirlos pedirías pensando permiso personal peruana pide pides pieza plan pon ponemos ponle
		ponlo empezar salga armamos trabajamos sed haz respuesta barra brinda chacra olla siembra vende respaldo ten llevan pones postre prepara preparamos presentación presentamos pretextos provee pueda queremos quédate receta recetas recojo recuadro
		regalar relato repensar repetir reserva reserve respeto reusa revisa rincón ruta sabores salir salsa seco sello separe serio simple
		sitio sobremesa sola suelta sugerencia suyos tenemos terminaste ti tiempo tu turno tus tú versión verás viaje video vienes vimos
		visto volver vuelve véndela`
	copyEnglish = `hook subject craving feed bring seat accent alert allies already announce arrive ask asking asks back begin beside blind book booking bookings bottle box buy camera
		carte choose chosen collection coming commitment compare cooks corner craft craving debate describe dessert develop drink dry eat eats edition
		else ended entry excuse excuses fact family feed fixed flavours format fresh gift glass handed happens hello home house hunger hungry
		idea ingredient invite jug kit la label listen local long map media miss must natural neighbourhood nod off offer option order orders
		permission personal peruvian pick piece plain plan plate present presentation printed queue recipe recipes respect route samples sauce
		save screen seal seat sell serious set shared sharing short sin single story street supplies tables tag taking tasting team think
		thinking till trip turn understand units used version video wet your answer end plates bar sows sells cooks drinks prepares thirsty shift meal put pot field use work`
)
