package privacy

import (
	"strings"
	"testing"
)

// TestHardCases are ways to write personal data that the generator of the suite
// does not know: they were written without looking at the rules, of which 35 of 40
// held at first. secret must not be left in the redacted text, but for those
// marked known, which are still missed.
func TestHardCases(t *testing.T) {
	known := map[string]bool{
		"zurulia":          true, // a name in small letters that no list has
		"nueve ocho siete": true, // a number in words
	}
	for _, tc := range []struct{ text, secret string }{
		{"llámame al +51 987-654-321 porfa", "987-654-321"},
		{"mi cel 9 8 7 6 5 4 3 2 1", "9 8 7 6 5 4 3 2 1"},
		{"wsp 987.654.321", "987.654.321"},
		{"fijo (01) 445-5667 anexo 12", "445-5667"},
		{"teléfono 01 4455667", "4455667"},
		{"de provincia: 054-223344", "223344"},
		{"escribe a ana.demo@example.com.pe ya", "ana.demo"},
		{"ana.demo arroba example punto com", "ana.demo"},
		{"ana_demo (at) example.com", "ana_demo"},
		{"mi dni es 70123456", "70123456"},
		{"DNI N° 70.123.456", "70.123.456"},
		{"dni:70123456-1", "70123456"},
		{"RUC 20123456786 para la boleta", "20123456786"},
		{"mi ruc 10-70123456-9", "70123456"},
		{"carné de extranjería 001234567", "001234567"},
		{"CE: 000123456", "000123456"},
		{"tarjeta 4111 1111 1111 1111 vence 12/28", "4111 1111 1111 1111"},
		{"pagué con 4111-1111-1111-1111", "4111-1111"},
		{"mi CCI 00219300123456789012", "00219300123456789012"},
		{"cuenta bcp 193-12345678-0-12", "12345678"},
		{"la placa es ABC-123", "ABC-123"},
		{"moto placa 1234-AB", "1234-AB"},
		{"placa a1b234", "a1b234"},
		{"sígueme en @ana.demo_99", "ana.demo_99"},
		{"mira https://example.com/x?token=abc123def456", "abc123def456"},
		{"vivo en Av. Los Demos 1234 dpto 502", "1234"},
		{"jr. demo 456, segundo piso", "456"},
		{"Calle Las Pruebas Mz. B Lt. 12", "Lt. 12"},
		{"manzana F lote 8, urb. Los Ejemplos", "lote 8"},
		{"mi nombre es Zurulia Demóstenes", "Zurulia"},
		{"me llamo zurulia demóstenes y quiero reclamar", "zurulia"},
		{"Atte. Zurulio Demóstenes Pérez", "Zurulio"},
		{"atentamente: Zurulia D.", "Zurulia"},
		{"soy Zurulia Demóstenes, clienta de años", "Zurulia"},
		{"les saluda Zurulio Demóstenes", "Zurulio"},
		{"a nombre de Zurulia Demóstenes", "Zurulia"},
		{"pasaporte 123456789", "123456789"},
		{"yapea al 987654321 a Zurulio", "987654321"},
		{"escríbeme al987654321 porfa", "987654321"},
		{"wsp:51987654321ya", "987654321"},
		{"ana.demo[at]example.com", "ana.demo"},
		{"carnet ext 001234567", "001234567"},
		{"número de pedido y cel: 987 65 43 21", "987 65 43 21"},
		{"mi número es nueve ocho siete seis cinco cuatro tres dos uno", "nueve ocho siete"},
	} {
		got := Redact(tc.text)
		if strings.Contains(got, tc.secret) != known[tc.secret] {
			t.Errorf("%q in %q: known to stay: %v", tc.secret, got, known[tc.secret])
		}
	}
}
