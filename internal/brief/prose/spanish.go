package prose

// spanish holds the sentences by key (see key and set in prose.go). Sentences of a
// key mean the same.
var spanish = map[string][]string{
	"headline.up.clear": {
		"{{@.Entity}} [gana|ganan] terreno en la conversación",
		"{{@.Entity}} [sube|suben] con claridad",
		"Cada vez se habla más {{@.of}}",
		"{{@.Entity}} [marca|marcan] el alza del periodo",
	},
	"headline.up.bare": {
		"{{@.Entity}} [parece|parecen] subir",
		"Señales de alza {{@.of}}, aún sin certeza",
		"{{@.Entity}} [asoma|asoman] al alza, con cautela",
	},
	"headline.down.clear": {
		"{{@.Entity}} [pierde|pierden] terreno en la conversación",
		"{{@.Entity}} [baja|bajan] con claridad",
		"Se habla menos {{@.of}}",
	},
	"headline.down.bare": {
		"{{@.Entity}} [parece|parecen] bajar",
		"Señales de baja {{@.of}}, aún sin certeza",
	},
	"headline.both": {
		"{{@.Entity}} [sube|suben] mientras {{@2.entity}} [baja|bajan]",
		"{{@.Entity}} [gana|ganan] terreno; {{@2.entity}} lo [pierde|pierden]",
		"Se habla más {{@.of}} y menos {{@2.of}}",
	},
	"headline.leader": {
		"{{@.Entity}} [encabeza|encabezan] una semana sin cambios claros",
		"Semana tranquila, con {{@.entity}} al frente",
		"Sin cambios claros: {{@.entity}} [sigue|siguen] al frente",
	},

	"volume": {
		"En la semana {{P.week}} se leyeron {{@.mentions}} menciones de comida; en la anterior fueron {{@.previous}}.",
		"La semana {{P.week}} dejó {{@.mentions}} menciones de comida, frente a {{@.previous}} de la semana anterior.",
		"Se leyeron {{@.mentions}} menciones de comida en la semana {{P.week}} (la anterior: {{@.previous}}).",
	},
	"volume.alone": {"En la semana {{P.week}} se leyeron {{@.mentions}} menciones de comida."},
	"mood.up": {
		"El tono es favorable: el saldo entre opiniones positivas y negativas es de {{@.net}} ({{@.net.interval}}).",
		"Pesa más lo bueno que lo malo: {{@.positive}} de opiniones positivas y {{@.negative}} de negativas, un saldo de {{@.net}} ({{@.net.interval}}).",
		"El ánimo es bueno, con un saldo de opiniones de {{@.net}} ({{@.net.interval}}).",
	},
	"mood.up.bare": {
		"El tono parece favorable, aunque por poco: el saldo de opiniones es de {{@.net}} ({{@.net.interval}}).",
	},
	"mood.down.bare": {
		"El tono parece desfavorable, aunque por poco: el saldo de opiniones es de {{@.net}} ({{@.net.interval}}).",
	},
	"mood.down": {
		"El tono es desfavorable: el saldo entre opiniones positivas y negativas es de {{@.net}} ({{@.net.interval}}).",
		"Pesa más lo malo que lo bueno, con un saldo de opiniones de {{@.net}} ({{@.net.interval}}).",
	},
	"mood.none": {
		"Las opiniones positivas y las negativas se compensan: el saldo es de {{@.net}} y el intervalo incluye el equilibrio ({{@.net.between}}).",
	},
	"leader": {
		"Los platos más mencionados de la semana son <{{@.entity}} ({{@.share}})>.",
		"En la semana, la conversación sobre platos la encabezan <{{@.entity}} ({{@.share}})>.",
		"Entre los platos, los más nombrados de la semana son <{{@.entity}} ({{@.share}})>.",
	},
	"leader.one": {"El plato más mencionado de la semana es {{@.entity}}, con {{@.share}} de las menciones de platos ({{@.share.interval}})."},

	"change.up.clear": {
		"{{@.Entity}} [sube|suben] con claridad: {{@.growth}} frente al periodo anterior ({{@.growth.interval}}), con {{@.mentions}} menciones.",
		"Se habla más {{@.of}}: las menciones crecen {{@.growth.size}} ({{@.growth.interval}}) y llegan a {{@.mentions}}.",
		"{{@.Entity}} [gana|ganan] terreno, con un alza de {{@.growth.size}} que se distingue bien del azar ({{@.growth.interval}}).",
	},
	"change.up.clear.next": {
		"También [crece|crecen] {{@.entity}}, en {{@.growth.size}} ({{@.growth.interval}}; {{@.mentions}} menciones).",
	},
	"change.up.bare": {
		"{{@.Entity}} [parece|parecen] subir: {{@.growth}}, aunque el intervalo es amplio ({{@.growth.between}}).",
		"Hay señales de alza {{@.of}} ({{@.growth}}), pero conviene esperar más datos: el intervalo va de apenas lo visible a lo notable ({{@.growth.between}}).",
		"{{@.Entity}} [asoma|asoman] al alza con {{@.growth}}; el intervalo apenas excluye que nada haya cambiado ({{@.growth.between}}).",
	},
	"change.down.clear": {
		"{{@.Entity}} [baja|bajan] con claridad: {{@.growth}} frente al periodo anterior ({{@.growth.interval}}), con {{@.mentions}} menciones.",
		"Se habla menos {{@.of}}: las menciones caen {{@.growth.size}} ({{@.growth.interval}}) y quedan en {{@.mentions}}.",
		"{{@.Entity}} [pierde|pierden] terreno, con una baja de {{@.growth.size}} que se distingue bien del azar ({{@.growth.interval}}).",
	},
	"change.down.clear.next": {
		"También [retrocede|retroceden] {{@.entity}}, en {{@.growth.size}} ({{@.growth.interval}}; {{@.mentions}} menciones).",
	},
	"change.down.bare": {
		"{{@.Entity}} [parece|parecen] bajar: {{@.growth}}, aunque el intervalo es amplio ({{@.growth.between}}).",
		"Hay señales de baja {{@.of}} ({{@.growth}}), pero conviene esperar más datos ({{@.growth.between}}).",
		"{{@.Entity}} [asoma|asoman] a la baja con {{@.growth}}; el intervalo apenas excluye que nada haya cambiado ({{@.growth.between}}).",
	},
	"change.more.up": {
		"También suben <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
		"Al alza están además <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
	},
	"change.more.down": {
		"También bajan <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
		"A la baja están además <{{@.entity}} ({{@.growth}}; {{@.growth.interval}})>.",
	},
	"change.seasonal.up": {
		"{{@.Entity}} [sube|suben] {{@.growth.size}} ({{@.growth.interval}}), como se espera en estas fechas.",
		"El alza {{@.of}} ({{@.growth}}; {{@.growth.interval}}) es la de la temporada y no una novedad.",
		"{{@.Entity}} [crece|crecen] {{@.growth.size}} ({{@.growth.interval}}), pero es lo habitual en esta época del año.",
	},
	"change.seasonal.down": {
		"{{@.Entity}} [baja|bajan] {{@.growth.size}} ({{@.growth.interval}}), como cada año por estas fechas.",
		"La baja {{@.of}} ({{@.growth}}; {{@.growth.interval}}) es la que marca el calendario.",
		"{{@.Entity}} [cae|caen] {{@.growth.size}} ({{@.growth.interval}}), algo esperable por la temporada.",
	},
	"change.spike.up": {
		"{{@.Entity}} [tuvo|tuvieron] un pico breve ({{@.growth}}; {{@.growth.interval}}): un salto pasajero, no una tendencia.",
	},
	"change.spike.down": {
		"{{@.Entity}} [tuvo|tuvieron] una caída breve ({{@.growth}}; {{@.growth.interval}}), sin forma de tendencia.",
	},
	"change.price-driven.up": {
		"{{@.Entity}} [sube|suben] {{@.growth.size}} ({{@.growth.interval}}), y el cambio acompaña al movimiento de su precio.",
	},
	"change.price-driven.down": {
		"{{@.Entity}} [baja|bajan] {{@.growth.size}} ({{@.growth.interval}}), y el cambio acompaña al movimiento de su precio.",
	},
	"change.campaign-driven.up": {
		"El alza {{@.of}} ({{@.growth}}; {{@.growth.interval}}) viene de textos repetidos que parecen de una campaña; no conviene leerla como interés del público.",
	},
	"change.campaign-driven.down": {
		"La baja {{@.of}} ({{@.growth}}; {{@.growth.interval}}) acompaña al final de textos repetidos que parecen de una campaña.",
	},

	"aspects.up": {
		"Lo que más gusta es {{@.aspect}}, con un saldo de {{@.net}} ({{@.net.interval}}); también gusta {{@2.aspect}} ({{@2.net}}).",
		"Los elogios van sobre todo {{@.toAspect}}, con {{@.net}} de saldo ({{@.net.interval}}), y también {{@2.toAspect}}, con {{@2.net}}.",
	},
	"aspect.up": {
		"Lo que más gusta es {{@.aspect}}, con un saldo de {{@.net}} ({{@.net.interval}}).",
	},
	"aspects.down": {
		"Las quejas van sobre todo {{@.toAspect}}, con un saldo de {{@.net}} ({{@.net.interval}}), y también {{@2.toAspect}}, con {{@2.net}}.",
		"Lo que más molesta es {{@.aspect}}, con {{@.net}} de saldo ({{@.net.interval}}); le sigue {{@2.aspect}}, con {{@2.net}}.",
	},
	"aspect.down": {
		"Lo que más molesta es {{@.aspect}}, con un saldo de {{@.net}} ({{@.net.interval}}).",
		"Las quejas van sobre todo {{@.toAspect}}, con un saldo de {{@.net}} ({{@.net.interval}}).",
	},
	"aspect.both": {
		"{{@.Of}} se elogia {{@.aspect}}, con {{@.net}} de saldo, pero se critica {{@2.aspect}}, con {{@2.net}} ({{@2.net.interval}}).",
		"Cuando se habla {{@.of}}, gusta {{@.aspect}} ({{@.net}}; {{@.net.interval}}) y molesta {{@2.aspect}} ({{@2.net}}; {{@2.net.interval}}).",
	},
	"aspect.of.up": {
		"{{@.Of}} gusta sobre todo {{@.aspect}}, con un saldo de {{@.net}} ({{@.net.interval}}).",
		"Cuando se habla {{@.of}}, lo que gusta es {{@.aspect}}, con {{@.net}} de saldo ({{@.net.interval}}).",
	},
	"aspect.of.down": {
		"{{@.Of}} molesta sobre todo {{@.aspect}}, con un saldo de {{@.net}} ({{@.net.interval}}).",
		"Cuando se habla {{@.of}}, las quejas van {{@.toAspect}}, con {{@.net}} de saldo ({{@.net.interval}}).",
	},
	"quote.pos": {"Como dice una mención: {{@Q}}.", "Así lo cuenta una mención: {{@Q}}.", "En palabras de una mención: {{@Q}}."},
	"quote.neg": {"Como dice una mención: {{@Q}}.", "Así lo cuenta una mención: {{@Q}}.", "En palabras de una mención: {{@Q}}."},
	"quote.neu": {"Como dice una mención: {{@Q}}."},

	"where": {
		"{{@.Entity}} [destaca|destacan] en {{@.place}}: ahí se [menciona|mencionan] {{@.times}} lo que en el resto del país ({{@.times.interval}}).",
		"En {{@.place}} se habla {{@.of}} {{@.times}} lo que en el resto del país ({{@.times.interval}}).",
	},
	"no-change": {
		"Otras {{@.count}} comidas con datos suficientes no muestran un cambio que se distinga del azar.",
		"En {{@.count}} comidas más hay datos suficientes, pero ningún cambio que se distinga del azar.",
	},
	"few-data": {
		"De {{@.count}} comidas hay muy pocas menciones para decir algo, y este informe no lo intenta.",
		"Quedan {{@.count}} comidas con muy pocas menciones: de ellas no se puede decir si suben o bajan.",
	},
	"source": {
		"Lo leído en la semana viene sobre todo de <{{@.source}} ({{@.share}})>.",
	},
	"source.one": {"Lo leído en la semana viene sobre todo de {{@.source}} ({{@.share}})."},
	"coverage.low": {
		"Solo {{@.share}} de las menciones dice de qué departamento viene, y quienes opinan en línea no representan a todo el país.",
	},
	"coverage": {
		"Se conoce el departamento en {{@.share}} de las menciones; quienes opinan en línea no representan a todo el país.",
		"El departamento se conoce en {{@.share}} de las menciones. Quienes opinan en línea no representan a todo el país.",
	},
}
