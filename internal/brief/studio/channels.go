package studio

// Publications by channel: what is written for a counter is no caption and no letter.
// A script of TikTok has a hook, a take and a close; a message of WhatsApp greets and
// asks for an answer; a mail has a subject, a reason and one thing to do; a sign in the
// shop is one line and asks nothing of a network. Instagram has the texts of
// spanish.go and english.go.
var spanishByChannel = map[string][]string{
	"post.rising.tiktok.warm":      {"Gancho: ¿tú también has visto {{@.entity}} en tu feed?\nToma: las manos que [lo|la|los|las] preparan, con el sonido de la olla.\nCierre: dale, cuéntanos cómo [lo|la|los|las] pides."},
	"post.rising.tiktok.formal":    {"Gancho: así preparamos {{@.entity}} en nuestra cocina.\nToma: una sola toma, de la tabla al plato.\nCierre: conozca nuestra versión."},
	"post.rising.tiktok.playful":   {"Gancho: alerta de antojo.\nToma: {{@.entity}}, de cerca y sin palabras.\nCierre: ¿con quién [lo|la|los|las] compartes?"},
	"post.rising.whatsapp.warm":    {"¡Hola! Estamos preparando {{@.entity}}.\n¿Te guardamos un sitio? Contesta este mensaje y listo."},
	"post.rising.whatsapp.formal":  {"Le saludamos de la casa: tenemos {{@.entity}} en la carta.\nPara reservar su mesa, conteste este mensaje."},
	"post.rising.whatsapp.playful": {"Hola, aquí tu antojo: {{@.entity}}.\n¿Vienes o te llevamos? Contesta y armamos el plan."},
	"post.rising.email.warm":       {"Asunto: {{@.entity}}, y una mesa para ti\nHola: se habla {{@.of}} y acá [lo|la|los|las] preparamos a nuestra manera. Te esperamos con tu gente y sin prisa.\nReserva tu mesa"},
	"post.rising.email.formal":     {"Asunto: nuestra versión {{@.of}}\nLe presentamos {{@.entity}} como se trabaja en nuestra cocina: insumos elegidos con cuidado y el tiempo que la receta pide. Le esperamos en la mesa.\nReservar una mesa"},
	"post.rising.email.playful":    {"Asunto: para leer sin hambre\nAdentro de este correo hay {{@.entity}}, una mesa y un sitio con tu nombre. El resto lo pones tú.\nReserva tu sitio"},
	"post.rising.store.warm":       {"{{@.Entity}} y una mesa para ti. Pasa."},
	"post.rising.store.formal":     {"{{@.Entity}}: pida nuestra versión."},
	"post.rising.store.playful":    {"Tu antojo tiene nombre: {{@.entity}}."},
	"post.liked.tiktok.warm":       {"Gancho: lo que gusta {{@.of}} es {{@.aspect}}.\nToma: el plato completo, de cerca.\nCierre: ¿vienes?"},
	"post.liked.tiktok.formal":     {"Gancho: cuando se habla {{@.of}}, se valora {{@.aspect}}.\nToma: quien cocina lo cuenta en una frase.\nCierre: le esperamos."},
	"post.liked.tiktok.playful":    {"Gancho: adivina qué gusta {{@.of}}.\nToma: silencio, manos y olla.\nCierre: {{@.aspect}}. Eso."},
	"post.liked.whatsapp.warm":     {"¡Hola! Nos cuentan que cuando se habla {{@.of}} gusta {{@.aspect}}.\n¿Te guardamos una mesa? Contesta este mensaje."},
	"post.liked.whatsapp.formal":   {"Le saludamos de la casa. Cuando se habla {{@.of}}, se valora {{@.aspect}}, y lo cuidamos.\nPara reservar, conteste este mensaje."},
	"post.liked.whatsapp.playful":  {"Dato de cocina: {{@.of}}, lo que gusta es {{@.aspect}}.\n¿Vienes a opinar? Contesta y te guardamos la mesa."},
	"post.liked.email.warm":        {"Asunto: lo que gusta {{@.of}}\nHola: leemos lo que la gente cuenta, y cuando se habla {{@.of}} lo que gusta es {{@.aspect}}. Lo cuidamos plato a plato y queremos leer tu opinión.\nReserva y cuéntanos"},
	"post.liked.email.formal":      {"Asunto: {{@.entity}}, un compromiso de la casa\nCuando se habla {{@.of}}, se valora {{@.aspect}}. En nuestra cocina lo tomamos como un compromiso y trabajamos para cuidarlo en cada pedido.\nReservar una mesa"},
	"post.liked.email.playful":     {"Asunto: {{@.entity}} te espera\nYa lo cuenta la gente: cuando se habla {{@.of}}, gusta {{@.aspect}}. Nosotros ponemos la mesa; tú, el hambre.\nReserva tu mesa"},
	"post.liked.store.warm":        {"{{@.Entity}}: lo que gusta es {{@.aspect}}."},
	"post.liked.store.formal":      {"{{@.Entity}}. Se valora {{@.aspect}}; lo cuidamos."},
	"post.liked.store.playful":     {"Gusta {{@.aspect}}. El hambre la pones tú."},
}

var englishByChannel = map[string][]string{
	"post.rising.tiktok.warm":      {"Hook: have you seen {{@.entity}} in your feed too?\nTake: the hands at work, with the real sound.\nClose: tell us how you order yours."},
	"post.rising.tiktok.formal":    {"Hook: this is how our kitchen prepares {{@.entity}}.\nTake: a single take, from the board to the plate.\nClose: come and see our version."},
	"post.rising.tiktok.playful":   {"Hook: craving alert.\nTake: {{@.entity}}, close and without words.\nClose: with whom do you share?"},
	"post.rising.whatsapp.warm":    {"Hello! We are preparing {{@.entity}}.\nWe save you a seat: answer this message."},
	"post.rising.whatsapp.formal":  {"Hello from the house: {{@.entity}} is on our menu.\nTo book your table, answer this message."},
	"post.rising.whatsapp.playful": {"Hello, this is your craving: {{@.entity}}.\nAre you coming? Answer and we make the plan."},
	"post.rising.email.warm":       {"Subject: {{@.entity}}, and a table for you\nHello: people are talking about {{@.entity}}, and here we prepare it our way. Come and try it with your people.\nBook your table"},
	"post.rising.email.formal":     {"Subject: our version {{@.of}}\nWe present {{@.entity}} as our kitchen works with it: chosen with care, with the time that the recipe asks for.\nBook a table"},
	"post.rising.email.playful":    {"Subject: do not open this while hungry\nToo late. Inside there is {{@.entity}}, a table and a seat with your name. The rest is up to you.\nSave my seat"},
	"post.rising.store.warm":       {"{{@.Entity}} was waiting for you. Come in."},
	"post.rising.store.formal":     {"{{@.Entity}}: ask for our version."},
	"post.liked.tiktok.warm":       {"Hook: what people like {{@.of}} is {{@.aspect}}.\nTake: the whole plate, close.\nClose: are you coming?"},
	"post.liked.tiktok.formal":     {"Hook: when people speak of {{@.entity}}, they appreciate {{@.aspect}}.\nTake: who cooks tells why in a phrase.\nClose: your table is waiting."},
	"post.liked.tiktok.playful":    {"Hook: what do people like {{@.of}}?\nTake: silence, and the pot.\nClose: {{@.aspect}}. That."},
	"post.liked.whatsapp.warm":     {"Hello! When people speak of {{@.entity}}, they like {{@.aspect}}.\nWe save you a table: answer this message."},
	"post.liked.whatsapp.formal":   {"Hello from the house. When people speak of {{@.entity}}, they appreciate {{@.aspect}}.\nTo book your table, answer this message."},
	"post.liked.whatsapp.playful":  {"News from the kitchen: what people like {{@.of}} is {{@.aspect}}.\nAre you coming? Answer and we save your seat."},
	"post.liked.email.warm":        {"Subject: what people like {{@.of}}\nHello: we read what people tell, and when they speak of {{@.entity}} they like {{@.aspect}}. Here we take care of that plate by plate. Tell us what you think.\nBook and tell us"},
	"post.liked.email.formal":      {"Subject: {{@.entity}}, a commitment of the house\nWhen people speak of {{@.entity}}, they appreciate {{@.aspect}}. In our kitchen that is a commitment in each order.\nBook a table"},
	"post.liked.email.playful":     {"Subject: {{@.entity}} is asking for you\nPeople tell it: when they speak of {{@.entity}}, they like {{@.aspect}}. We set the table, you bring the hunger.\nSave my seat"},
	"post.liked.store.warm":        {"{{@.Entity}}: what people like is {{@.aspect}}."},
	"post.liked.store.formal":      {"{{@.Entity}}. People appreciate {{@.aspect}}."},
	"post.liked.store.playful":     {"People like {{@.aspect}} {{@.of}}. You bring the hunger."},
	"post.rising.store.playful":    {"Your craving has a name: {{@.entity}}."},
}
