package discover

import "strings"

// general are nouns that stand where food stands and are not food: people, rooms,
// furniture and crockery, parts and amounts, days and times, what happens to an
// order. They may be part of a term ("menú de la casa"), but are none by themselves.
// Folded, singular; plurals follow by rule.
var general = strings.Fields(`senora senor senorita dueno duena mozo moza mesero mesera cajero cajera chico chica joven nino nina bebe tio tia dona don amigo amiga
 companero companera gente persona hermano hermana primo prima suegra hijo hija padre madre esposo esposa novio novia vecino vecina cliente turista cocinero encargado
 encargada administrador personal chofer proveedor productor
 mesa silla mantel servilleta cubierto cuchillo vaso copa jarra plato taza bandeja envase tapa tapita bolsa caja cajita botella frasco pomo lata paquete pack tarro olla
 sarten microondas refrigeradora refri congeladora horno wok vitrina mostrador barra balanza lavadero cano trapo guante vidrio plastico carton carbon jabon vela
 enchufe cartel mapa etiqueta carta boleta factura vuelto ticket tarjeta cupon app pedido reserva puerta pared piso techo ventana escalera luz agua espuma fuente
 local sitio lugar plaza parque patio terraza salon bano cocina barrio esquina vereda cuadra calle ovalo avenida grifo hotel hospedaje posta hospital colegio
 universidad oficina banco aeropuerto muelle playa laguna montana rio mar tierra huerta finca chacra festival feria concurso evento fiesta matrimonio cumple
 cumpleanos domingo lunes martes miercoles jueves viernes sabado enero febrero marzo abril mayo junio julio agosto setiembre septiembre octubre noviembre
 diciembre dia semana mes ano hora minuto segundo momento tiempo rato noche manana mediodia madrugada temporada vez infancia
 lado fondo costado centro punto mitad resto parte pedazo trozo gota grano punta borde monton cantidad tamano promedio porcion racion kilo gramo litro docena
 par unidad sorbo bocado pinza palito hojita
 sonrisa carino amor alma calma gracia fama mito moda novedad verdad mentira ganas olor color aroma textura sensacion presion nombre autor idea cosa tema problema
 motivo razon detalle error cortesia ausencia paciencia suerte pena bulla musica ambiente atencion servicio limpieza higiene precio costo promo promocion oferta
 descuento propina opinion experiencia recuerdo costumbre tradicion felicitaciones sorpresa fila cola espera demora lluvia calor frio viento sol nube
 avion bus taxi moto carro bicicleta celular foto video noticia pelicula partido trabajo chamba clase estudio salud anemia colesterol diabetes estrenimiento gastritis
 embarazo alergia dolor estomago hierro calcio vitamina octogono lonchera hormiga mosca cucaracha pelo piedra hueso cuero
 supongo conte literal clasico personalizado`)

// isGeneral reports whether a folded word is one of general, or its plural.
func isGeneral(set map[string]bool, w string) bool {
	if set[w] {
		return true
	}
	if s, ok := strings.CutSuffix(w, "s"); ok {
		if set[s] {
			return true
		}
		if s, ok = strings.CutSuffix(s, "e"); ok && set[s] {
			return true
		}
	}
	return false
}
