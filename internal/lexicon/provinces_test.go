package lexicon

import (
	"io/fs"
	"testing"

	"antojo/assets"
	"antojo/internal/mention"
)

// TestProvinceNames: the names of provinces in package mention are those of the table of
// districts, in the order of their codes.
func TestProvinceNames(t *testing.T) {
	seen := map[mention.Province]bool{}
	sub, err := fs.Sub(assets.Lexicon, "lexicon")
	if err != nil {
		t.Fatal(err)
	}
	err = readTable(sub, "ubigeo.csv", []string{"code", "department", "province", "district", "capital", "population"}, func(row []string) error {
		p, err := mention.ProvinceByCode(row[0][:4])
		if err != nil {
			return err
		}
		if p.Name() != row[2] || p.Code() != row[0][:4] || p.Department().Code() != row[0][:2] {
			t.Errorf("%s is %q (%s) in %s, the table says %q", row[0][:4], p.Name(), p.Code(), p.Department().Name(), row[2])
		}
		seen[p] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		for i, p := range d.Provinces() {
			if n++; !seen[p] || p.Number() != i+1 || i+1 >= maxProvinces {
				t.Errorf("%s is not in the table of districts", p.Code())
			}
		}
	}
	if n != len(seen) || n != 196 {
		t.Errorf("%d provinces are named, the table of districts has %d", n, len(seen))
	}
	for _, bad := range []string{"", "15", "0000", "1500", "1511", "2601", "+501", "01501", "15a1"} {
		if p, err := mention.ProvinceByCode(bad); err == nil {
			t.Errorf("%q is read as province %d", bad, p)
		}
	}
}

// TestLocate: a province is told where text, district or place name it for sure, and
// is always one of the department.
func TestLocate(t *testing.T) {
	g, err := NewGazetteer()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		name, text, place, district string
		given                       mention.Department
		dep                         mention.Department
		prov                        mention.Province
	}{
		{"district in the text", "El mejor ceviche de Barranco", "", "", 0, 15, 1501},
		{"city in the text", "En Huancayo probé la papa a la huancaína", "", "", 0, 12, 1201},
		{"capital that does not lend its name", "en Tarapoto el juane es otra cosa", "", "", 0, 22, 2209},
		{"department of one big province", "Acá en Lima se come rico", "", "", 0, 15, 1501},
		{"name of a department alone", "En Cusco se come rico", "", "", 0, 8, 0},
		{"narrower name before that of the department", "Almuerzo en Huacho, Lima", "", "", 0, 15, 1508},
		{"usual meaning of a name that a small district has", "En Surco no hay pierde", "", "", 0, 15, 1501},
		{"the same in a field", "rico todo", "", "Surco", 0, 15, 1501},
		{"landmark", "en Larcomar todo es caro", "", "", 0, 15, 1501},
		{"two provinces alike", "De Huaral a Barranca buscando picarones", "", "", 0, 15, 0},
		{"of two departments", "rico todo", "", "Miraflores", 4, 4, 401},
		{"district field", "rico todo", "", "Miraflores", 15, 15, 1501},
		{"city that has the name of the department, in a field", "rico todo", "", "Cusco", 0, 8, 801},
		{"district and province in a field", "rico todo", "", "Sicuani, Canchis, Cusco", 0, 8, 806},
		{"given department and a district elsewhere", "rico todo", "", "Yanahuara", 15, 15, 0},
		{"text before field", "En Huacho mejor que acá", "", "Barranco", 0, 15, 1508},
		{"field where the text names the department", "En Cusco se come rico", "", "Sicuani", 0, 8, 806},
		{"place", "rico todo", "Picantería de Yanahuara", "", 0, 4, 401},
		{"place in the department that was given", "rico todo", "Chifa de Juliaca", "", 21, 21, 2111},
		{"department of one province", "rico todo", "", "", 7, 7, 701},
		{"nothing", "rico todo", "", "", 0, 0, 0},
		{"department only", "rico todo", "", "", 15, 15, 0},
	} {
		t.Run(x.name, func(t *testing.T) {
			dep, prov, how := g.Locate(x.text, x.place, x.district, x.given)
			if dep != x.dep || prov != x.prov {
				t.Errorf("Locate = %s, %s (%s), want %s, %s", dep.Code(), prov.Code(), how, x.dep.Code(), x.prov.Code())
			}
			if d, h := g.Resolve(x.text, x.place, x.district, x.given); d != dep || h != how {
				t.Errorf("Resolve = %s (%s), but Locate %s (%s)", d.Code(), h, dep.Code(), how)
			}
		})
	}
}

// FuzzLocate: a province lies in the department.
func FuzzLocate(f *testing.F) {
	g, err := NewGazetteer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("en Huacho, Lima", "Chifa de Juliaca", "Sicuani, Canchis", uint8(15))
	f.Fuzz(func(t *testing.T, text, place, district string, given uint8) {
		dep, prov, _ := g.Locate(text, place, district, mention.Department(given%(mention.NumDepartments+1)))
		if !prov.Valid() || prov != 0 && prov.Department() != dep {
			t.Errorf("Locate(%q, %q, %q, %d) = %d, %d", text, place, district, given, dep, prov)
		}
	})
}
