package privacy

import "strings"

// bits says what a folded word (lower case, no accents, ñ as n) can mean here.
type bits uint64

const (
	// Cues of numbers.
	dniCue bits = 1 << iota
	rucCue
	ceCue
	passportCue
	phoneCue
	cardCue
	cvvCue
	accountCue
	orderCue // order, ticket, bill: shadows the cues before it
	plateCue
	// Links and accounts.
	arrobaCue
	dotCue
	appCue
	mailHost
	safeTLD  // ends a domain wherever it stands
	riskyTLD // ends a domain only with a path, a second-level label or a cue
	linkCue
	// Addresses.
	streetStrong
	streetWeak
	streetAbbrev // a street only with its dot
	streetCO     // of a numbered street net
	mzCue
	lotCue
	markerWord // N°, nro., número
	blockWord  // cuadra
	unitCue    // dpto., piso
	// Names.
	nombreCue
	llamoCue
	soyCue
	greetCue
	signCue
	attCue // signCue that ends in a dot
	titleWord
	articleWord
	joinWord // de, del, la, los, y: inside names of streets and people
	givenName
	surname
	// Neither.
	moneyWord
	unitWord
	stopWord  // never part of a name
	placeWord // a place or month: no person, but it may name a street

	streetAny = streetStrong | streetWeak | streetCO
	nameCue   = nombreCue | llamoCue | soyCue | greetCue | signCue
	numberCue = dniCue | rucCue | ceCue | phoneCue | cardCue | cvvCue | accountCue | orderCue
)

// words maps a folded word to its bits. It is built once and never written to.
var words = func() map[string]bits {
	m := make(map[string]bits, 2048)
	for _, e := range [...]struct {
		b    bits
		list string
	}{
		{dniCue, "dni dnis documento documentos identidad libreta lmi"},
		{rucCue, "ruc"},
		{ceCue, "ce ext extranjeria cpp ptp"},
		{passportCue, "pasaporte passport"},
		{phoneCue, "telefono telefonos telf tlf tel fono fonos celular celulares cel cell movil whatsapp whatssap whastapp watsap wasap guasap wsp wpp wtsp wa llamar llamen llamenme llameme llamame llamarme contacto contactame contactarme contactenme comunicarse comuniquense escribeme escribanme yape yapeo yapear yapee yapeen yapeame plin plinear numero phone"},
		{cardCue, "tarjeta tarjetas visa mastercard amex diners card"},
		{cvvCue, "cvv cvc cvv2"},
		{accountCue, "cuenta cuentas cta ctas cci interbancaria interbancario ahorros bcp bbva interbank scotiabank banbif pichincha deposito depositar depositen depositarme transferir transferencia abonar abono"},
		{orderCue, "pedido pedidos orden ordenes boleta boletas factura facturas ticket voucher reserva mesa codigo cupon reclamo comprobante order guia tracking operacion"},
		{plateCue, "placa placas matricula"},

		{arrobaCue, "arroba at"},
		{dotCue, "punto dot"},
		{appCue, "ig insta instagram tiktok twitter facebook fb face telegram threads usuario user snapchat"},
		{mailHost, "gmail hotmail outlook yahoo icloud live msn protonmail ymail"},
		{safeTLD, "com net org edu gob gov mil xyz biz"},
		{riskyTLD, "pe es co me la io app link ly gl gle be tv mx cl ar br ec bo us uk eu it fr de info shop store online site web club dev ai page ee to cc menu delivery bio gg im so id tk ml ga cf gd la delivery restaurant food cafe pizza tienda vip top live blog cloud tech world news mobi ve uy py cr"},
		{linkCue, "web pagina link enlace url sitio website visita visiten visitar visitanos entra entren entrar ingresa ingresen ingresar ingresando www dominio clic click portal"},

		{streetStrong, "av avda avenida jr jiron psje pje pasaje prolongacion prol alameda malecon carretera autopista"},
		{streetWeak, "calle ca paseo cl"},
		{streetAbbrev, "ca cl prol"},
		{streetCO, "calle cl carrera cra kra kr cr diagonal transversal dg tv avenida av"},
		{mzCue, "mz mza mzna manzana mzn"},
		{lotCue, "lt lte lote lot"},
		{markerWord, "n no nro num numero nr nº"},
		{blockWord, "cdra cdr cuadra cda"},
		{unitCue, "dpto depto dep dpt departamento apto apartamento interior int piso of ofic oficina block bloque torre tienda stand urb mz lt lote km"},

		{nombreCue, "nombre nombres name nome"},
		{llamoCue, "llamo chamo"},
		{soyCue, "soy"},
		{greetCue, "saluda escribe habla"},
		{signCue, "atte att atentamente fdo firma firmado firman saludos cordialmente"},
		{attCue, "atte att fdo"},
		{titleWord, "sr sra srta senor senora senorita don dona doctor doctora dr dra ing ingeniero ingeniera lic licenciado licenciada profesor profesora prof joven dni"},
		{articleWord, "el la"},
		{joinWord, "de del la las los el y da dos san santa santo"},

		{moneyWord, "soles sol nuevos lucas luca mangos mango dolares dolar pesos peso euros euro usd pen mil millones millon centimos cop clp mxn barras cocos ferros"},
		{unitWord, "kg kilo kilos g gr gramos ml l lt litro litros unidades unidad und min minuto minutos mins hora horas hrs hr h am pm dia dias semana semanas mes meses ano anos vez veces persona personas platos plato puntos pts estrellas panes porciones porcion piezas presas metros metro mts m km cuadras cuadra local locales tiendas sedes x cm onzas oz"},
		{givenName, givenNames},
		{surname, surnames},
		{stopWord, stopWords},
		{stopWord | placeWord, placeWords},
	} {
		for w := range strings.FieldsSeq(e.list) {
			m[w] |= e.b
		}
	}
	return m
}()

// stopWords never begin or continue a name unless a list of names has them and
// they are capitalised. Besides function words they are what people say they
// are: customers, fans, of some place.
const stopWords = `
a al ante bajo cada como con contra cual cuando cuanto cuya de del desde donde durante e el ella ellas ellos en entre
era eran eras es esa esas ese eso esos esta estaba estaban estamos estan estar este esto estos estoy etc fue fueron fui
ha hace hacia han hasta hay he hoy i in is it la las le les lo los mas me mi mia mio mis mucha muchas mucho muchos muy
nada nadie ni ninguna ninguno no nos nosotras nosotros nunca o os otra otras otro otros para pero poca poco por porque
pues que quien quienes se sea ser si sido siempre sin sino sobre solo somos son soy su sus tal tambien tampoco tan tanto
te tengo tener tenia ti tiene todo toda todas todos tu tus tuya tuyo u un una unas uno unos va vamos van vez vi vine vivo
y ya yo and am at but for from my not of on or our the this to very was we were with you your um uma meu
aca ahi ahora alla alli antes apenas asi aun aunque ayer bien bueno buena buenas buenos casi claro cliente clienta
clientes clientela creo cualquier dado debe debo deben decir despues dice dicen digo dije dijo dio ellos entonces
encima excelente excelentes fan fanatica fanatico fans feliz fiel fin gracias gran grande gusta gustan gusto haber hacer
hola igual jamas juego llego llegue lugar luego mal mala malo manera maso mejor mejores menos mientras misma mismo momento
pedi pedido pedidos peor pesima pesimo pido pide poder podria primera primero puede puedo quede quejo quiere quiero
realmente recien reclamo recomiendo rica rico sabe sabor salio segun seguro senores servicio sigue siento sola soles
tarde tiempo todavia trabajo tras trato usuaria usuario usuarios varias varios veces verdad volvere volveremos volveria
amante amiga amigo adicta adicto alergica alergico vegana vegano vegetariana vegetariano celiaca celiaco diabetica
diabetico intolerante madre mama papa padre mujer hombre persona humano nuevo nueva exigente honesto honesta sincera
sincero sinceramente directo breve team equipo chef cocinera cocinero mozo repartidor motorizado dueno duena turista
estudiante peruana peruano peruanos limena limeno extranjera extranjero venezolana venezolano colombiana
colombiano chilena chileno mexicana mexicano argentina argentino espanola espanol americano americana norteno nortena
aries tauro geminis cancer leo virgo libra escorpio sagitario capricornio acuario piscis alianza universitario cristal
rappi rappido pedidosya glovo uber ubereats didi faso google facebook instagram tiktok yape plin bembos kfc mcdonalds
popeyes norky rokys pardos starbucks tambo oxxo metro wong plaza tottus vivanda
atencion administracion gerencia gerente saludos atte comensal consumidor consumidora empresa encargado encargada
restaurante local equipo familia servidor tienda comida pollo pollos ceviche cevicheria polleria chifa pizza menu combo
delivery envio entrega desayuno almuerzo cena postre bebida salsa crema cremas papas arroz carne lomo causa
directamente finalmente lamentablemente nuevamente personalmente normalmente
cobran cobraron cobro costo cuesta cuestan paga pague pagamos pagan venden vende vale valen tienen atienden atiende abre
abren cierra cierran queda quedan esperamos espere demoro demora tardo tardaron trajeron llegaron gaste gastamos comi
comimos pedimos compre compramos sirven sirvieron dan dieron piden encontre fuimos habia hubo paso pasaron
molesto molesta indignado indignada decepcionado decepcionada contento contenta encantado encantada satisfecho satisfecha
cliente-frecuente asiduo asidua asi vecina vecino mayor menor joven hijo hija hermano hermana esposa esposo
`

// placeWords follow "soy" without "de" now and then, and name streets.
const placeWords = `
lima chiclayo cusco arequipa piura trujillo tacna puno iquitos chimbote huancayo ica callao chosica barranco miraflores
surco lince brena comas rimac ventanilla ancon peru enero febrero marzo abril mayo junio julio agosto setiembre septiembre octubre noviembre diciembre lunes martes miercoles jueves viernes sabado domingo navidad
`

// givenNames and surnames are common in Peru; each is carried by thousands.
const givenNames = `
aaron abel abigail abraham ada adela adelaida adolfo adrian adriana agustin agustina aida alan alba alberto alcides
aldo alejandra alejandro alessandra alessandro alex alexander alexandra alexis alfonso alfredo alicia alina alma alondra
alvaro amalia amanda amelia amparo ana anabel anahi analia anderson andre andrea andres andy angel angela angelica angelina
angelo angie anibal anita anthony antonella antonia antonio araceli ariana ariel armando arnaldo arturo astrid augusto
aurelia aurelio aurora azucena barbara bartolome beatriz belen benito benjamin bernardo bertha betty bianca blanca boris
brayan brenda brian briana briggitte bruno bryan camila camilo candy carla carlo carlos carmela carmen carol carola carolina
catalina catherine cecilia celia celso cesar christian christopher cinthia cintia clara clarisa claudia claudio clemente
consuelo cristhian cristian cristina cristobal cynthia dafne dalia daniel daniela danilo danny dante dario david dayana
debora delia demetrio denis denisse deyvi diana diego dina domingo dora doris edgar edgardo edilberto edinson edith
edson eduarda eduardo edward edwin efrain elena eleana elias elisa elizabeth elmer eloy elsa elva elvira emanuel emerson
emilia emiliano emilio emma enrique erick erica erika erik ernesto esperanza estefani estefania estela esteban ester esther
eugenia eugenio eulalia eva evelyn fabian fabiana fabiola fabricio fatima federico felicita felipe felix fermin fernanda
fernando fidel fiorella flavia flavio flor florencia francesca francesco francis francisca francisco freddy fredy gabriel
gabriela gary geraldine gerardo german gerson gian giancarlo gianella gianfranco gilberto gilmer gina giovanna giovanni
gisela gladys gloria gonzalo grace graciela gregorio grecia greta griselda guadalupe guido guillermo gustavo harold hector
heidi helen helena henry herbert heriberto hermelinda hernan hilda hilario homero hugo humberto ibeth ignacio inocencio ines
ingrid irene iris irma isaac isabel isaias isidro ismael israel ivan ivonne jack jackeline jacqueline jacinto jaime jair
jairo james janet javier jean jeannette jefferson jenifer jennifer jenny jeremias jerson jesica jessica jesus jhon jhonatan
jhonny jimena jimmy joan joaquin joel johana johanna john johnny jonathan jorge jose josefa josefina joselyn joseph josue
joyce juan juana juanita judith julia julian juliana julio julissa junior justina kael karen karin karina karla karol
katherine katia katy kelly ketty kevin kiara kimberly laura laureano lazaro leandro leidy leonardo leonel leonor
leopoldo lesly leticia lidia lila lilia lilian liliana linda lisbeth lisset liz lizbeth lizeth lorena lorenzo lourdes lucas
lucero lucia luciana luciano lucila lucio lucy luis luisa luz mabel magali magaly magdalena maia manuel manuela marcela
marcelino marcelo marco marcos margarita margot maria mariana mariano maribel maricarmen maricielo mariela marilu marilyn
marina mario marisol maritza marleny marlene marlon marta martha martin martina mateo matias matilde mauricio maura mauro
maximo mayra melanie melani melissa mercedes mery mia micaela michael michelle miguel milagros milena milton mirella miriam
mirtha moises monica myriam nancy naomi natali natalia nataly natividad nelida nelly nelson nestor nicanor nicolas nicole
nicolasa nilda nilton noelia noemi nora norma octavio ofelia olenka olga olinda oliver olivia orlando oscar osvaldo otto
pablo paloma pamela paola paolo patricia patricio patrick paul paula paulina paulo pedro percy perla pierina piero pilar
priscila rafael raimundo ramiro ramon raquel raul rebeca regina renato renzo reyna ricardina ricardo richard rita robert
roberto robinson rocio rodolfo rodrigo roger rogelio rolando roman romina romulo ronald ronaldo rosa rosalia rosalinda
rosana rosario rosmery roxana roy ruben rufino rut ruth sabina sabrina sally salome salvador samantha samir samuel sandra
santiago santos sara saul sebastian segundo selena sergio sheyla shirley silvana silvia simon sofia solange soledad sonia
sonya stefani stefano stephanie steven susana susan tamara tania tatiana teodora teodoro teofilo teresa thalia thiago tito
tomas tula ursula valentin valentina valeria valerie vanesa vanessa vanina veronica vicente victor victoria vilma violeta
virginia viviana vladimir walter washington wendy wilder wilfredo wilian william wilmer wilson wilver xavier ximena xiomara
yajaira yamile yanet yanina yasmin yelena yenifer yenny yesenia yessica yohana yolanda yony yosselin yovana yuliana yulissa
yuri zaida zenaida zoila zulema zully
ale caro charo chabela chela coco dani eli fer gabi javi kike lalo lili lucho lupe majo mari mariafe mili nacho nati pame
pancho pao pati pepe pochita rafa richi santi sebas tato toño tono vale vane vero
nina nayra illari killa sumaq inti amaru yma sayri
gladis nidia elsy rosaura herminia eufemia saturnina toribio melchor baltazar gaspar abelardo absalon nazario cirilo
`

const surnames = `
abad abanto acosta acuna aguero aguilar aguirre alarcon alba alcantara alegre alfaro aliaga almeida altamirano alva alvarado
alvarez alayo amaya amaro ampuero anaya angulo antezana apaza aquino aragon arana aranda arango araujo arce arenas arevalo
arias arica arias arroyo arteaga ascencio asto atencio avalos avendano avila ayala azana aznaran bailon balbin ballon balta
baltodano barba barboza barrantes barreda barreto barrientos barrios barron bautista bazan becerra bejarano bellido benavente
benavides benites benitez bermudez bernal berrios blas bocanegra bolanos borja bravo briceno bueno burga burgos bustamante
bustos caballero cabanillas cabello cabrera caceres calderon calle calisaya camacho camargo campos canales cano caqui cardenas
cardoza carbajal carranza carrasco carrera carrillo carrion casas castaneda castillo castro cateriano ccallo ccama ccori
centeno cerna cervantes cervera cespedes chambi chamorro champi chang chavarri chavez chavarria checa chero chino chirinos
choque choquehuanca chu chumpitaz chuquimango churata cisneros coaquira cochachin coila collantes colque concha condo
condori contreras cordova coronado coronel corrales correa cortez cotrina crisostomo cruz cruzado cubas cueva cuellar cusi
cutipa delgado diaz dominguez donayre duarte duran echevarria elguera enriquez escalante escobar escobedo espejo espinal
espinoza esquivel estrada estela fajardo falcon farfan fernandez ferrer figueroa flores fonseca franco fuentes gallardo
gallegos galvez gamarra gamboa garay garcia garrido gastelu gil godoy gomez gongora gonzales gonzalez granados grados guerra
guerrero guevara gutierrez guzman hancco haro heredia hernandez herrera hidalgo hinostroza holguin hoyos huaman huamani
huanca huapaya huaranga huarcaya huarcaya huayhua huaylla hurtado ibanez ibarra iglesias infante inga izquierdo jacinto jara
jaramillo jauregui jimenez juarez julca kuroki laguna lara lazaro lazo leiva leon lima linares lizarraga llamosas llanos
llerena llontop loayza lobaton lopez lozano luca lujan luna luque machaca machuca macedo malca maldonado malpartida mamani
manrique mantilla marin marquez marroquin martinez matos maza medina medrano mejia melendez melgarejo mendez mendoza meneses
meza milla miranda mogollon molina monge montalvo montenegro montero montes montesinos montoya morales moran moreno mori
mosquera mostacero munoz murillo najarro napan narvaez navarrete navarro neira neyra nieto nina noriega novoa nunez ocampo
ocana ochoa olano olaya oliva olivares olivera ordonez orellana orosco orozco ortega ortiz osorio otero oviedo pacheco padilla
paiva palacios palomino pantoja pardo paredes pari parra pastor paucar paz pena peralta perea pereyra perez pezo pinedo pineda
pinto piscoya pisco pizarro polo ponce porras portilla portugal poma prado prieto puma quenaya quezada quintana quintanilla
quinones quiroga quiroz quispe ramirez ramos rengifo requena retamozo revilla reyes reynoso ricra rincon rios riva rivas rivera
rivero robles roca rodas rodriguez rojas roldan romani romero roque rosales rosas rubio rueda ruiz saavedra saenz salas
salazar salcedo saldana salinas salvatierra samaniego sanchez sandoval santana santiago santillan santisteban santos saravia
sarmiento sanabria segovia segura sernaque serrano sihuas silva sifuentes silvestre solano solis solorzano soria sosa sotelo
soto suarez sulca sullon supo taboada tafur taipe talavera tapia tarazona tasayco tejada tello tenorio ticona tineo tipismana
tito toledo torres trejo trigoso trujillo tupac tuesta turpo ugarte ulloa uribe urbina urquizo urrutia valderrama valdez
valdivia valencia valenzuela valera valladares valle vallejos valverde vargas vasquez vega vela velarde velasco velasquez
velez vera vergara vicente vidal vigo vila vilca vilcapoma villa villacorta villalobos villanueva villar villarreal villavicencio
villegas vivanco yataco yauri yarleque yupanqui zamora zambrano zapata zarate zavala zavaleta zegarra zelaya zevallos zuniga
zubieta zumaeta
`
