package noun_test

import (
	"testing"

	"antojo/internal/brief/noun"
)

func TestArticles(t *testing.T) {
	for name, want := range map[string][3]string{
		"ceviche":               {"el ceviche", "del ceviche", "al ceviche"},
		"causa limeña":          {"la causa limeña", "de la causa limeña", "a la causa limeña"},
		"papas a la huancaína":  {"las papas a la huancaína", "de las papas a la huancaína", "a las papas a la huancaína"},
		"agua de coco":          {"el agua de coco", "del agua de coco", "al agua de coco"},
		"arepa":                 {"la arepa", "de la arepa", "a la arepa"},
		"anticuchos":            {"los anticuchos", "de los anticuchos", "a los anticuchos"},
		"ají de gallina":        {"el ají de gallina", "del ají de gallina", "al ají de gallina"},
		"leche de tigre":        {"la leche de tigre", "de la leche de tigre", "a la leche de tigre"},
		"picarones":             {"los picarones", "de los picarones", "a los picarones"},
		"conchas negras":        {"las conchas negras", "de las conchas negras", "a las conchas negras"},
		"chaufa de pollo":       {"el chaufa de pollo", "del chaufa de pollo", "al chaufa de pollo"},
		"champús":               {"el champús", "del champús", "al champús"},
		"infusión de muña":      {"la infusión de muña", "de la infusión de muña", "a la infusión de muña"},
		"carne seca":            {"la carne seca", "de la carne seca", "a la carne seca"},
		"promo":                 {"la promo", "de la promo", "a la promo"},
		"nuez":                  {"la nuez", "de la nuez", "a la nuez"},
		"camarones":             {"los camarones", "de los camarones", "a los camarones"},
		"sangre de grado (té)":  {"la sangre de grado (té)", "de la sangre de grado (té)", "a la sangre de grado (té)"},
		"maíz morado":           {"el maíz morado", "del maíz morado", "al maíz morado"},
		"haba":                  {"el haba", "del haba", "al haba"},
		"lentejas con arroz":    {"las lentejas con arroz", "de las lentejas con arroz", "a las lentejas con arroz"},
		"matcha latte":          {"el matcha latte", "del matcha latte", "al matcha latte"},
		"pollo a la brasa":      {"el pollo a la brasa", "del pollo a la brasa", "al pollo a la brasa"},
		"suspiro a la limeña":   {"el suspiro a la limeña", "del suspiro a la limeña", "al suspiro a la limeña"},
		"smash burger":          {"la smash burger", "de la smash burger", "a la smash burger"},
		"hot wings":             {"las hot wings", "de las hot wings", "a las hot wings"},
		"hot dog":               {"el hot dog", "del hot dog", "al hot dog"},
		"té":                    {"el té", "del té", "al té"},
		"coliflor":              {"la coliflor", "de la coliflor", "a la coliflor"},
		"hamburguesa al carbón": {"la hamburguesa al carbón", "de la hamburguesa al carbón", "a la hamburguesa al carbón"},
	} {
		p := noun.Food(name)
		if got := [3]string{p.The(), p.Of(), p.To()}; got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	p := noun.Name("Bembos")
	if p.The() != "Bembos" || p.Of() != "de Bembos" || p.To() != "a Bembos" {
		t.Errorf("a brand takes no article: %q %q %q", p.The(), p.Of(), p.To())
	}
}

func TestAgree(t *testing.T) {
	for name, want := range map[string]string{"ceviche": "mencionado", "causa": "mencionada", "anticuchos": "mencionados", "conchas": "mencionadas", "agua": "mencionada"} {
		if got := noun.Food(name).Agree("mencionado"); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestAnd(t *testing.T) {
	for _, c := range []struct {
		list []string
		want string
	}{
		{nil, ""}, {[]string{"el té"}, "el té"}, {[]string{"a", "b", "c"}, "a, b y c"},
		{[]string{"Lima", "Ica"}, "Lima e Ica"}, {[]string{"sal", "hielo"}, "sal y hielo"}, {[]string{"sal", "higos"}, "sal e higos"},
	} {
		if got := noun.And(c.list); got != c.want {
			t.Errorf("%q: got %q, want %q", c.list, got, c.want)
		}
	}
}
