package lexicon

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// found is what a test compares of a match.
type found struct{ Surface, ID string }

var loaded = sync.OnceValues(func() (*Matcher, error) {
	lx, err := Load()
	if err != nil {
		return nil, err
	}
	return NewMatcher(lx), nil
})

func matcher(t testing.TB) *Matcher {
	t.Helper()
	m, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func all(text string, ms []Match) (out []found) {
	for _, m := range ms {
		out = append(out, found{text[m.Start:m.End], m.Info.ID})
	}
	return out
}

func TestMatchSpellings(t *testing.T) {
	m := matcher(t)
	for _, tc := range []struct {
		name, text string
		want       []found
	}{
		{"plain", "comimos ceviche y chicha morada", []found{{"ceviche", "ceviche"}, {"chicha morada", "chicha-morada"}}},
		{"misspelt", "sebiche, seviche o cebiche", []found{{"sebiche", "ceviche"}, {"seviche", "ceviche"}, {"cebiche", "ceviche"}}},
		{"slip by rule", "un lomo zaltado", []found{{"lomo zaltado", "lomo-saltado"}}},
		{"no accents", "aji de gallina con limon", []found{{"aji de gallina", "aji-de-gallina"}, {"limon", "limon"}}},
		{"decomposed accents", "aji\u0301 de gallina", []found{{"aji\u0301 de gallina", "aji-de-gallina"}}},
		{"capitals", "AJÍ DE GALLINA", []found{{"AJÍ DE GALLINA", "aji-de-gallina"}}},
		{"drawn out", "quiero picaroneees y anticuchooo", []found{{"picaroneees", "picaron"}, {"anticuchooo", "anticucho"}}},
		{"plural", "dos lomos saltados y tres ajíes", []found{{"lomos saltados", "lomo-saltado"}, {"ajíes", "aji"}}},
		{"diminutive", "un lomito saltado y unas yuquitas fritas", []found{{"lomito saltado", "lomo-saltado"}, {"yuquitas fritas", "yuca-frita"}}},
		{"diminutive of arroz", "arrocito con pollo", []found{{"arrocito con pollo", "arroz-con-pollo"}}},
		{"augmentative", "tremendo juanazo", []found{{"juanazo", "juane"}}},
		{"longest", "arroz chaufa de mariscos", []found{{"arroz chaufa de mariscos", "chaufa-de-mariscos"}}},
		{"no match inside words", "el cevichito de Cevichelandia y los panes", []found{{"cevichito", "ceviche"}, {"panes", "pan"}}},
		{"comma parts words", "arroz, chaufa", []found{{"arroz", "arroz"}, {"chaufa", "arroz-chaufa"}}},
		{"hashtag with humps", "#PolloALaBrasa siempre", []found{{"PolloALaBrasa", "pollo-a-la-brasa"}}},
		{"hashtag glued", "#polloalabrasa", []found{{"polloalabrasa", "pollo-a-la-brasa"}}},
		{"hashtag with more", "#cevicheperuano #amoelceviche", []found{{"ceviche", "ceviche"}, {"ceviche", "ceviche"}}},
		{"hashtag underscores", "#arroz_con_pollo", []found{{"arroz_con_pollo", "arroz-con-pollo"}}},
		{"two letters of one", "la pizzza y el pollo", []found{{"pizzza", "pizza"}, {"pollo", "pollo"}}},
		{"run decides", "el polo rojo", nil},
		{"ñ is written as n", "pina golden", []found{{"pina golden", "pina-golden"}}},
		{"accent decides", "te quiero papá", nil},
		{"accent as listed", "un té y papa", []found{{"té", "te"}, {"papa", "papa"}}},
		{"fraction", "1/4 de pollo", []found{{"1/4 de pollo", "pollo-a-la-brasa"}}},
		{"brand after product", "leche Gloria", []found{{"leche", "leche"}, {"Gloria", "gloria"}}},
		{"brand spellings", "coca.cola, cocacola y Coca-Cola", []found{{"coca.cola", "coca-cola"}, {"cocacola", "coca-cola"}, {"Coca-Cola", "coca-cola"}}},
		{"apostrophe", "panetón D'Onofrio o donofrio", []found{{"panetón", "paneton"}, {"D'Onofrio", "donofrio"}, {"donofrio", "donofrio"}}},
		{"compound without a row", "helado de pitahaya", []found{{"helado de pitahaya", "helado"}}},
		{"adjective after an entity", "camote sancochado", []found{{"camote", "camote"}}},
		{"url", "https://rappi.com/ceviche/pollo fin", nil},
		{"emoji between", "ceviche🐟pollo", []found{{"ceviche", "ceviche"}, {"pollo", "pollo"}}},
		{"empty", "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, all(tc.text, m.Match(nil, tc.text))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestMatchAppends(t *testing.T) {
	m := matcher(t)
	dst := m.Match(nil, "ceviche")
	dst = m.Match(dst, "un lomo saltado")
	if len(dst) != 2 || dst[0].Info.ID != "ceviche" || dst[1].Start != 3 {
		t.Errorf("got %+v", dst)
	}
}

// TestSense checks words that are food in one text and slang in the other.
func TestSense(t *testing.T) {
	m := matcher(t)
	for _, tc := range []struct{ food, slang string }{
		{"la causa de atún estaba riquísima", "habla causa, qué planes"},
		{"pedimos causa limeña y una causita de pollo", "a causa de la lluvia no hay clases"},
		{"la piña está dulce, a 4 soles el kilo", "qué piña soy, otra vez perdí el bus"},
		{"pan con palta para el desayuno", "me da palta hablar en público"},
		{"jugo de papaya en ayunas", "el examen estuvo papaya"},
		{"yuca frita con ají", "mi jefe me metió yuca con el horario"},
		{"camote frito con chicharrón", "le tengo un camotazo a la chica nueva"},
		{"mango dulce con sal, riquísimo", "me debes 50 mangos ah"},
		{"un sancochado con su choclo y su papa", "la reunión terminó en un sancochado de gritos"},
		{"la chanfainita con mote, bien servida", "el evento fue una chanfaina, dos colas"},
		{"anticuchos con choclo en la parrilla", "le sacaron sus anticuchos al congresista"},
		{"el asado con puré quedó jugoso", "mi viejo está asado conmigo"},
		{"jugo de zanahoria con naranja", "no seas zanahoria, sal un rato"},
		{"chaufa con wantán", "chaufa con esta red social, cierro cuenta"},
		{"pavo al horno con puré de manzana", "no seas pavo, lee el contrato"},
		{"queso con choclo", "qué olor a queso de pies"},
		{"un cau cau con arroz", "mi horario es un cau cau, a veces entro tarde"},
		{"churros rellenos de manjar", "ese actor es un churro, por favor"},
		{"sopa de lentejas con arroz", "avanza como lenteja ese cajero"},
		{"el arroz con pollo estaba salado y sin ají", "estoy salado este mes, perdí todo"},
	} {
		for _, x := range m.Match(nil, tc.food) {
			if x.Slang {
				t.Errorf("%q: %q is taken for slang", tc.food, tc.food[x.Start:x.End])
			}
			if !Decide(x, 0.9) {
				t.Errorf("%q: %q is not taken for food", tc.food, tc.food[x.Start:x.End])
			}
		}
		for _, x := range m.Match(nil, tc.slang) {
			if Decide(x, 0.9) {
				t.Errorf("%q: %q is taken for food", tc.slang, tc.slang[x.Start:x.End])
			}
		}
	}
}

// TestSlangContext: a phrase takes the food out of the word with two senses, and
// leaves it in the words around.
func TestSlangContext(t *testing.T) {
	m := matcher(t)
	for _, tc := range []struct {
		text        string
		food, slang []found
	}{
		{"el pollo vino frío y la pizza vino sin queso", []found{{"pollo", "pollo"}, {"pizza", "pizza"}, {"queso", "queso"}}, nil},
		{"la hamburguesa vino cruda", []found{{"hamburguesa", "hamburguesa"}}, nil},
		{"dos chelas bien heladas", []found{{"chelas", "cerveza"}}, nil},
		{"el arroz helado y duro", []found{{"arroz", "arroz"}}, nil},
		{"le dicen pollo a mi hermano", nil, []found{{"pollo", "pollo"}}},
		{"mi causa dice que no viene", nil, []found{{"causa", "causa"}}},
	} {
		var food, slang []found
		for _, x := range m.Match(nil, tc.text) {
			f := found{tc.text[x.Start:x.End], x.Info.ID}
			if x.Slang {
				slang = append(slang, f)
			} else {
				food = append(food, f)
			}
		}
		if d := cmp.Diff(tc.food, food); d != "" {
			t.Errorf("%q, food: %s", tc.text, d)
		}
		if d := cmp.Diff(tc.slang, slang); d != "" {
			t.Errorf("%q, slang: %s", tc.text, d)
		}
	}
}

func TestDecide(t *testing.T) {
	for _, tc := range []struct {
		name string
		m    Match
		p    float32
		want bool
	}{
		{"one sense, likely", Match{FoodContext: true}, 0.5, true},
		{"one sense, unlikely", Match{FoodContext: true}, 0.1, false},
		{"ambiguous among food", Match{Homograph: true, FoodContext: true}, 0.6, true},
		{"ambiguous alone, unsure", Match{Homograph: true}, 0.6, false},
		{"ambiguous alone, sure", Match{Homograph: true}, 0.9, true},
		{"weak alone", Match{Homograph: true, Weak: true}, 0.99, false},
		{"slang", Match{Homograph: true, Slang: true}, 0.99, false},
	} {
		if got := Decide(tc.m, tc.p); got != tc.want {
			t.Errorf("%s: Decide = %v", tc.name, got)
		}
	}
}

func TestMatchConcurrent(t *testing.T) {
	m := matcher(t)
	want := all(benchTexts[0], m.Match(nil, benchTexts[0]))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			var dst []Match
			for range 50 {
				for _, text := range benchTexts {
					dst = m.Match(dst[:0], text)
				}
				dst = m.Match(dst[:0], benchTexts[0])
				if d := cmp.Diff(want, all(benchTexts[0], dst)); d != "" {
					t.Error(d)
					return
				}
			}
		})
	}
	wg.Wait()
}

func TestMatchDoesNotAllocate(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes pools forget at random; the ordinary run checks this")
	}
	m := matcher(t)
	dst := make([]Match, 0, 64)
	text := strings.Join(benchTexts, " ") + " y un rico anticucho con salchpapa #quierolomosaltado"
	dst = m.Match(dst[:0], text)
	if n := testing.AllocsPerRun(100, func() { dst = m.Match(dst[:0], text) }); n >= 1 {
		t.Errorf("Match allocates %.0f times a call", n)
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "pollo": "pollo", "Ñoquis": "noquis", "AJÍ  de\tGallina ": "aji de gallina", "D'Onofrio": "donofrio",
		"can\u0303a": "cana", "¿Qué?": "¿que?", "ceviche 🐟": "ceviche 🐟", " a\u00a0b": "a b", "Œuf": "ouf",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzMatch: whatever the bytes, matches are in order, apart, not empty, at rune
// and word boundaries, and found again in their own surface.
func FuzzMatch(f *testing.F) {
	m := matcher(f)
	for _, t := range benchTexts {
		f.Add(t)
	}
	f.Add("#CevicheÑandú#PolloALaBrasa@bembos 1/4 de pollo\xff\xc3aji\u0301\u0301 d'onofrio")
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, x := range m.Match(nil, text) {
			if x.Start < end || x.End <= x.Start || x.End > len(text) {
				t.Fatalf("match %d..%d after %d in %d bytes", x.Start, x.End, end, len(text))
			}
			end = x.End
			s := text[x.Start:x.End]
			if utf8.ValidString(text) && !utf8.ValidString(s) {
				t.Fatalf("surface %q is cut inside a rune", s)
			}
			if x.Info == nil || pattern(s) == "" {
				t.Fatalf("surface %q has no letter", s)
			}
			Decide(x, 0.5)
		}
	})
}

// FuzzFold: folding twice changes nothing, and no upper-case ASCII is left.
func FuzzFold(f *testing.F) {
	f.Add("AJÍ de Gallina")
	f.Add("\xff n\u0303 ñ ' ` x")
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		if strings.ContainsAny(once, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			t.Errorf("Fold(%q) = %q has capitals", s, once)
		}
	})
}
