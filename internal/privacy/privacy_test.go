package privacy

import (
	"testing"
)

func TestRedact(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"email", "escríbanme a ana.flores+99@correo.com.pe, por favor", "escríbanme a [correo], por favor"},
		{"email at end", "mi correo: ana_f@uni.edu.pe.", "mi correo: [correo]."},
		{"email provider only", "ana@gmail", "[correo]"},
		{"email spaced", "es anaf @gmail.com ok", "es [correo] ok"},
		{"email spoken", "es ana arroba gmail punto com y ya", "es [correo] y ya"},
		{"inclusive at", "tod@s l@s amig@s felices", "tod@s l@s amig@s felices"},
		{"at price", "papas @5 soles y @ 10 soles", "papas @5 soles y @ 10 soles"},
		{"handle", "gracias @la_causa.pe!", "gracias [usuario]!"},
		{"handle reddit", "como dijo u/causa_limena ayer", "como dijo [usuario] ayer"},
		{"handle app", "ig: ana_99 síganme", "ig: [usuario] síganme"},
		{"url", "mira https://x.pe/a?token=Ab12&b=3.", "mira [enlace]."},
		{"url bare", "pidan en www.antojo.pe o antojo.com/menu", "pidan en [enlace] o [enlace]"},
		{"url short", "wa.me/51987654321 directo", "[enlace] directo"},
		{"url comment", "(ver http://a.b/c)", "(ver [enlace])"},
		{"url second level", "reclamos en antojo.com.pe hoy", "reclamos en [enlace] hoy"},
		{"missing space", "muy rico.me encantó.la sazón.es lo máximo", "muy rico.me encantó.la sazón.es lo máximo"},
		{"url cue", "entren a la página antojo.pe ya", "entren a la página [enlace] ya"},
		{"mobile", "mi cel 987654321 llamen", "mi cel [teléfono] llamen"},
		{"mobile spaced", "987 654 321 / 987-654-322 / 987.654.323", "[teléfono] / [teléfono] / [teléfono]"},
		{"mobile prefix", "+51 987 654 321, 51987654321, (+51) 987654321, 0051 987654321", "[teléfono], [teléfono], [teléfono], [teléfono]"},
		{"landline", "(01) 234-5678 o 01 2345678 o 234-5678", "[teléfono] o [teléfono] o [teléfono]"},
		{"landline province", "(054) 234567 y 044-234567", "[teléfono] y [teléfono]"},
		{"cue phone", "teléfono 2345678", "teléfono [teléfono]"},
		{"foreign", "+57 310 123 4567 y +1 415 555 2671", "[teléfono] y [teléfono]"},
		{"dni", "DNI 45678912, dni: 45.678.912, D.N.I. N° 45678912", "DNI [documento], dni: [documento], D.N.I. N° [documento]"},
		{"dni after", "45678912 es mi DNI", "[documento] es mi DNI"},
		{"ruc", "RUC 20123456786 o código 10456789123", "RUC [documento] o código 10456789123"},
		{"ruc check", "20100070970", "[documento]"},
		{"ce", "carné de extranjería 001234567", "carné de extranjería [documento]"},
		{"passport", "pasaporte AB1234567", "pasaporte [documento]"},
		{"card", "4111 1111 1111 1111 y 4111111111111111", "[tarjeta] y [tarjeta]"},
		{"cci", "CCI 002-191-001234567890-55", "CCI [cuenta]"},
		{"account", "cuenta BCP 191-12345678-0-12", "cuenta BCP [cuenta]"},
		{"plate", "la moto de placa ABC-123 y placa: 1234-AB", "la moto de placa [placa] y placa: [placa]"},
		{"address", "vivo en Av. Larco 1234 dpto 302, Miraflores", "vivo en [dirección], Miraflores"},
		{"address lower", "av larco 123 miraflores", "[dirección] miraflores"},
		{"address mz", "Urb. Los Pinos Mz. C Lt. 14", "Urb. Los Pinos [dirección]"},
		{"address number name", "Av. 28 de Julio 450", "[dirección]"},
		{"address marker", "Calle Las Begonias N° 45", "[dirección]"},
		{"address colombia", "calle 100 # 19-61", "[dirección]"},
		{"street only", "en la av. Larco cobran 25 soles", "en la av. Larco cobran 25 soles"},
		{"street food", "comida de la calle 10/10, pedí 2 panes", "comida de la calle 10/10, pedí 2 panes"},
		{"apple", "jugo de manzana 2 litros", "jugo de manzana 2 litros"},
		{"name es", "Hola, mi nombre es Rosa Quispe y pedí", "Hola, mi nombre es [nombre] y pedí"},
		{"name lower", "mi nombre es juan perez y vivo", "mi nombre es [nombre] y vivo"},
		{"name llamo", "me llamo Ana María de la Cruz.", "me llamo [nombre]."},
		{"llamo la atencion", "me llamo la atencion el sabor, me llamó Mucho", "me llamo la atencion el sabor, me llamó Mucho"},
		{"soy", "Soy Juan, soy cliente, soy de Lima, soy Limeña", "Soy [nombre], soy cliente, soy de Lima, soy Limeña"},
		{"soy doc", "soy la Sra. Carmen Flores", "soy la Sra. [nombre]"},
		{"atte", "Gracias. Atte. Luis Ramos", "Gracias. Atte. [nombre]"},
		{"atte line", "Gracias\nAtentamente,\nLuis Ramos V.", "Gracias\nAtentamente,\n[nombre]"},
		{"atentamente", "nos atendieron atentamente. Volveremos", "nos atendieron atentamente. Volveremos"},
		{"prices", "S/ 25.90, 12 soles, S/. 1,200.00 y $ 15.50", "S/ 25.90, 12 soles, S/. 1,200.00 y $ 15.50"},
		{"dates", "2024-09-12 18:30:05, 12/09/2024, 9-12-2024 10 am", "2024-09-12 18:30:05, 12/09/2024, 9-12-2024 10 am"},
		{"numbers", "pedido 1234567, 10/10, 2x1, 500 gr, 12:30, mesa 12", "pedido 1234567, 10/10, 2x1, 500 gr, 12:30, mesa 12"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Redact(tt.in); got != tt.want {
				t.Errorf("Redact(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
		})
	}
}
