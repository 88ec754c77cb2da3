package lexicon

import (
	"sync"
	"testing"
	"testing/fstest"

	"antojo/internal/mention"
)

var loadedPlaces = sync.OnceValues(NewGazetteer)

func places(t testing.TB) *Gazetteer {
	t.Helper()
	g, err := loadedPlaces()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// dep finds a department by its official name.
func dep(t testing.TB, name string) mention.Department {
	t.Helper()
	for d := mention.Department(0); d <= mention.NumDepartments; d++ {
		if d.Name() == name {
			return d
		}
	}
	t.Fatalf("no department %q", name)
	return 0
}

func TestResolve(t *testing.T) {
	g := places(t)
	for _, tc := range []struct {
		name                         string
		text, place, district, given string
		want                         string
		how                          How
	}{
		{"city", "el mejor juane de Tarapoto", "", "", "", "San Martín", HowText},
		{"lower case", "qué rico se come en huancayo", "", "", "", "Junín", HowText},
		{"text wins over given", "el rocoto relleno de Arequipa", "", "", "Lima", "Arequipa", HowText},
		{"given", "qué rico", "", "", "Piura", "Piura", HowGiven},
		{"given before district", "qué rico", "", "Cayma", "Piura", "Piura", HowGiven},
		{"district", "qué rico", "", "Cayma", "", "Arequipa", HowDistrict},
		{"district with province", "qué rico", "", "Miraflores, Arequipa", "", "Arequipa", HowDistrict},
		{"district with department", "qué rico", "", "La Victoria / Chiclayo / Lambayeque", "", "Lambayeque", HowDistrict},
		{"place", "qué rico", "Norky's Huancayo", "", "", "Junín", HowPlace},
		{"nothing", "qué rico", "Norky's", "", "", "", HowNone},
		{"usual meaning", "una pollería en Miraflores", "", "", "", "Lima", HowText},
		{"other place decides", "en Miraflores, acá en Arequipa", "", "", "", "Arequipa", HowText},
		{"given decides", "una pollería en Miraflores", "", "", "Arequipa", "Arequipa", HowText},
		{"repeated name says nothing", "nos vemos en Santa Rosa", "", "", "", "", HowNone},
		{"repeated name with given", "nos vemos en Santa Rosa", "", "", "Puno", "Puno", HowText},
		{"demonym in a dish", "causa limeña y papa a la huancaína", "", "", "", "", HowNone},
		{"demonym with ñ in a dish", "quiero suspiro limeño y sancochado limeño", "", "", "", "", HowNone},
		{"demonym alone", "una chicha morada con este calor piurano", "", "", "", "Piura", HowText},
		{"demonym that is a food", "la huancaína bien espesa", "", "", "", "", HowNone},
		{"demonym of a person", "mi suegra huantina cocina mejor", "", "", "", "", HowNone},
		{"a name outweighs a demonym", "comida arequipeña en Tacna", "", "", "", "Tacna", HowText},
		{"lower case after a seat", "la plaza de lince", "", "", "", "Lima", HowText},
		{"lower case without one", "cambié la correa de ate", "", "", "", "", HowNone},
		{"beer is not a city", "una Cusqueña bien helada y una Inca Kola", "", "", "", "", HowNone},
		{"orange", "la naranja Huando es dulce", "", "", "", "", HowNone},
		{"word", "la comida estuvo mala y la cola lenta", "", "", "", "", HowNone},
		{"district Mala", "desayuno en el distrito de Mala", "", "", "", "Lima", HowText},
		{"person", "la señora Rosario cocina rico", "", "", "", "", HowNone},
		{"street", "por la avenida Arequipa, cuadra 20", "", "", "", "", HowNone},
		{"street short", "av. Tacna 120", "", "", "", "", HowNone},
		{"drink", "un vaso de pisco y otro de lima", "", "", "", "", HowNone},
		{"city of that name", "corte de luz en Pisco", "", "", "", "Ica", HowText},
		{"hashtag", "qué rico #Huancayo", "", "", "", "Junín", HowText},
		{"route", "la comida del bus Tacna–Arequipa", "", "", "", "", HowNone},
		{"list", "sembríos en Huánuco, Puno y Cusco", "", "", "", "", HowNone},
		{"abbreviation", "hacen delivery a SJL?", "", "", "", "Lima", HowText},
		{"Callao", "la cevichería de La Punta", "", "", "", "Callao", HowText},
		{"football", "hoy juega Alianza Lima", "", "", "", "", HowNone},
		{"empty", "", "", "", "", "", HowNone},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, how := g.Resolve(tc.text, tc.place, tc.district, dep(t, tc.given))
			if got != dep(t, tc.want) || how != tc.how {
				t.Errorf("Resolve = %q by %s, want %q by %s", got.Name(), how, tc.want, tc.how)
			}
		})
	}
}

// TestResolveAllDepartments: every department and its capital is found by name.
func TestResolveAllDepartments(t *testing.T) {
	g := places(t)
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		if got, _ := g.Resolve("comimos rico en "+d.Name(), "", "", 0); got != d {
			t.Errorf("in %s: got %q", d.Name(), got.Name())
		}
		if got, how := g.Resolve("", "", d.Name(), 0); got != d || how != HowDistrict {
			t.Errorf("district field %s: got %q by %s", d.Name(), got.Name(), how)
		}
	}
}

func TestGazetteerErrors(t *testing.T) {
	lx, err := LoadFS(tables(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	ubi := "code,department,province,district,capital,population\n"
	loc := "name,department,rule,note\n"
	for name, files := range map[string][2]string{
		"code":       {ubi + "1,Lima,Lima,Lima,Lima,5\n", loc},
		"department": {ubi + "990101,Lima,Lima,Lima,Lima,5\n", loc},
		"population": {ubi + "150101,Lima,Lima,Lima,Lima,many\n", loc},
		"rule":       {ubi, loc + "Gamarra,15,sometimes,\n"},
		"no place":   {ubi, loc + "Gamarra,,,\n"},
		"no letter":  {ubi, loc + "?,15,,\n"},
		"columns":    {ubi, "a,b\n"},
	} {
		fsys := fstest.MapFS{"ubigeo.csv": {Data: []byte(files[0])}, "localities.csv": {Data: []byte(files[1])}}
		if _, err := newGazetteer(fsys, lx); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// FuzzResolve: never panics, and what it says is a department with a reason.
func FuzzResolve(f *testing.F) {
	g := places(f)
	f.Add("en Huancayo", "Norky's Lima", "Cayma, Arequipa", uint8(3))
	f.Add("#Ica–Tacna, av. Lima\xff", "", "//,(", uint8(0))
	f.Fuzz(func(t *testing.T, text, place, district string, given uint8) {
		given %= mention.NumDepartments + 1
		d, how := g.Resolve(text, place, district, mention.Department(given))
		if d > mention.NumDepartments || (d == 0) != (how == HowNone) {
			t.Fatalf("Resolve = %d by %s", d, how)
		}
		if given != 0 && d == 0 {
			t.Fatal("a given department is lost")
		}
	})
}
