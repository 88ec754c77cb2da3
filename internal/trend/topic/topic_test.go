package topic

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var vocabularies = [][]string{
	strings.Fields("demora repartidor tarde motorizado bolsa rota frío entrega tapa derramado"),
	strings.Fields("caro precio soles cobran subieron cuesta bolsillo estafa abuso cuenta"),
	strings.Fields("pelo mosca sucio higiene cucaracha asco baño mesa grasa uñas"),
	strings.Fields("crudo salado quemado soso grasoso duro seco picante agrio insípido"),
}

// planted writes n texts, each about one of the vocabularies, with words that say
// nothing in between; one in twenty says nothing at all.
func planted(n int, seed uint64) (docs []Doc, about []int) {
	rng := rand.New(rand.NewPCG(seed, 5))
	filler := strings.Fields("domingo vecino plaza esquina parque celular partido lluvia taxi radio vereda puerta")
	for i := range n {
		k := rng.IntN(len(vocabularies))
		var w []string
		if rng.IntN(20) > 0 {
			for range 3 + rng.IntN(3) {
				w = append(w, vocabularies[k][rng.IntN(10)])
			}
			if rng.IntN(4) == 0 { // a word of another theme
				w = append(w, vocabularies[rng.IntN(4)][rng.IntN(10)])
			}
		} else {
			k = -1
			w = append(w, fmt.Sprintf("z%cz%cz", 'a'+rng.IntN(20), 'a'+rng.IntN(20)))
		}
		for range 2 {
			w = append(w, filler[rng.IntN(len(filler))])
		}
		rng.Shuffle(len(w), func(a, b int) { w[a], w[b] = w[b], w[a] })
		docs, about = append(docs, Doc{Key: fmt.Sprintf("%05d", i), Text: strings.Join(w, " ")}), append(about, k)
	}
	return docs, about
}

// TestPlantedThemes: four planted themes are found as four, nearly pure, and each is
// named by words of its own.
func TestPlantedThemes(t *testing.T) {
	docs, about := planted(600, 1)
	r := Find(docs, nil)
	if len(r.Themes) < 4 || len(r.Themes) > 5 {
		t.Errorf("%d themes of four planted", len(r.Themes))
	}
	right, all := 0, 0
	found := map[int]bool{}
	for _, th := range r.Themes {
		n := map[int]int{}
		for _, k := range th.Docs {
			var i int
			fmt.Sscanf(k, "%d", &i)
			n[about[i]]++
		}
		best := 0
		for k := range vocabularies {
			if n[k] > n[best] {
				best = k
			}
		}
		found[best] = true
		right += n[best]
		all += len(th.Docs) - n[-1]
		for _, w := range th.Words[:3] {
			if !slices.Contains(vocabularies[best], w.Text) {
				t.Errorf("theme %d is named %q", best, th.Name())
				break
			}
		}
	}
	if len(found) != 4 || right < all*93/100 {
		t.Errorf("%d of the four found, %d of %d texts right", len(found), right, all)
	}
}

func TestFindIsDeterministic(t *testing.T) {
	docs, _ := planted(300, 2)
	want := Find(docs, nil)
	rng := rand.New(rand.NewPCG(3, 3))
	for range 3 {
		rng.Shuffle(len(docs), func(a, b int) { docs[a], docs[b] = docs[b], docs[a] })
		if diff := cmp.Diff(want, Find(docs, nil)); diff != "" {
			t.Fatalf("another order gives other themes (-want +got):\n%s", diff)
		}
	}
}

func TestFindLittle(t *testing.T) {
	docs, _ := planted(MinDocs-1, 1)
	if r := Find(docs, nil); len(r.Themes) != 0 || r.N != MinDocs-1 || r.Left != r.N {
		t.Errorf("%d themes in %d texts", len(r.Themes), r.N)
	}
	if r := Find(nil, nil); len(r.Themes) != 0 || r.N != 0 {
		t.Errorf("%+v", r)
	}
	var same []Doc
	for i := range 200 {
		same = append(same, Doc{Key: fmt.Sprint(i), Text: "llegó frío"})
	}
	if r := Find(same, nil); r.N != 200 || r.Left+sum(r.Themes) != 200 {
		t.Errorf("%d left, %d in themes", r.Left, sum(r.Themes))
	}
}

func sum(ts []Theme) (n int) {
	for _, t := range ts {
		n += len(t.Docs)
	}
	return n
}

func TestStems(t *testing.T) {
	for _, x := range []struct {
		text string
		want []string
	}{
		{"Fría fríos FRIO", []string{"fri"}},
		{"no llegó; llegó", []string{"lleg", "no_lleg"}},
		{"sin sabor, sabores", []string{"no_sabor", "sabor"}},
		{"caras caro carísimo", []string{"car"}},
		{"demooooró la tapa", []string{"demor", "tap"}},
		{"el de la que y 20 soles", []string{"sol"}},
		{"", nil},
	} {
		if diff := cmp.Diff(x.want, Stems(x.text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", x.text, diff)
		}
	}
	if got := tokenise(Doc{Text: "el ceviche frío", Skip: []Span{{3, 10}, {-4, 2}, {90, 95}}}); len(got) != 1 || got[0].form != "frío" {
		t.Errorf("%v", got)
	}
}

func FuzzTokenise(f *testing.F) {
	f.Add("no llegó la 'causa' ñandú \xff\u0301", 3, 9)
	f.Fuzz(func(t *testing.T, text string, a, b int) {
		for _, x := range tokenise(Doc{Text: text, Skip: []Span{{a, b}}}) {
			if x.stem == "" || x.form == "" {
				t.Errorf("%+v", x)
			}
		}
	})
}

func theme(words ...string) Theme {
	th := Theme{}
	for i, w := range words {
		th.Words = append(th.Words, Word{Text: w, Stem: w, Weight: 1 / float64(i+1)})
	}
	return th
}

func TestBook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "topics.json")
	b, err := OpenBook(path)
	if err != nil {
		t.Fatal(err)
	}
	first := []Theme{theme("frio", "tarde", "tapa"), theme("caro", "precio")}
	if err := b.Identify("ceviche/neg", first, 100, true); err != nil {
		t.Fatal(err)
	}
	if first[0].ID == "" || first[0].ID == first[1].ID {
		t.Fatalf("ids %q and %q", first[0].ID, first[1].ID)
	}
	if b, err = OpenBook(path); err != nil { // another day, another process
		t.Fatal(err)
	}
	next := []Theme{theme("caro", "soles", "precio"), theme("mosca", "pelo"), theme("frio", "demora", "tarde"), theme("frio", "tarde", "tapa", "bolsa")}
	if err := b.Identify("ceviche/neg", next, 128, true); err != nil {
		t.Fatal(err)
	}
	if next[0].ID != first[1].ID {
		t.Error("caro has another id")
	}
	if next[3].ID != first[0].ID || next[2].ID == first[0].ID {
		t.Error("of two cold themes the nearer one must keep the id")
	}
	if next[1].ID == first[0].ID || next[1].ID == first[1].ID {
		t.Error("a new theme has an old id")
	}
	other := []Theme{theme("frio", "tarde", "tapa")}
	if err := b.Identify("pizza/neg", other, 128, true); err != nil {
		t.Fatal(err)
	}
	if other[0].ID == first[0].ID {
		t.Error("themes of two entities share an id")
	}
	// A selection is told the ids but leaves no trace.
	part := []Theme{theme("caro", "precio"), theme("musica", "ruido")}
	if err := b.Identify("ceviche/neg", part, 128, false); err != nil {
		t.Fatal(err)
	}
	if part[0].ID != first[1].ID || part[1].ID == "" {
		t.Errorf("a selection is told %q and %q", part[0].ID, part[1].ID)
	}
	if n := len(b.known["ceviche/neg"]); n != 4 {
		t.Errorf("%d themes known, want 4", n)
	}
	for i := range 100 {
		if err := b.Identify("many", []Theme{theme(fmt.Sprint("word", i))}, 200, true); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.known["many"]); n != maxKnown {
		t.Errorf("%d themes known, want %d", n, maxKnown)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenBook(path); err == nil || !strings.Contains(err.Error(), "topics.json") {
		t.Errorf("a damaged file: %v", err)
	}
}
