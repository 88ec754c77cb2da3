package dedup_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"antojo/internal/dedup"
	"antojo/internal/demo"
	"antojo/internal/mention"
)

var start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func key(n int) (k [16]byte) {
	binary.BigEndian.PutUint64(k[8:], uint64(n)*2+2)
	return k
}

// TestDemoCampaigns runs over the whole demo set, whose two campaigns are known.
func TestDemoCampaigns(t *testing.T) {
	plan, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	from := plan.End - 420 // holds both campaigns
	if testing.Short() || raceDetector {
		from = plan.End - 60
	}
	var items []dedup.Item
	var planted []bool
	err = plan.Days(from, plan.End, func(r mention.Raw, tr demo.Truth) error {
		items = append(items, dedup.Item{Key: key(len(items)), Time: r.Time, Author: r.Author, Text: r.Text})
		planted = append(planted, tr.Kind == "campaign")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	report(t, items, planted, dedup.Scan(items, dedup.Options{}))
}

// report holds the product's figures: recall at least 0.95, at most 1 % of honest
// mentions flagged.
func report(t *testing.T, items []dedup.Item, planted []bool, got []dedup.Verdict) {
	t.Helper()
	n, hit, honest, wrong, copies := 0, 0, 0, 0, 0
	for i, v := range got {
		switch {
		case planted[i]:
			n++
			if v.Campaign {
				hit++
			}
		default:
			honest++
			if v.Cluster != 0 {
				copies++
			}
			if v.Campaign {
				wrong++
				if wrong < 6 {
					t.Logf("flagged: %s %s %q", items[i].Time.Format("2006-01-02"), items[i].Author, items[i].Text)
				}
			}
		}
	}
	recall, false_ := float64(hit)/float64(n), float64(wrong)/float64(honest)
	t.Logf("%d of %d planted flagged (%.3f); %d of %d honest flagged (%.2f%%), %d of them in some cluster", hit, n, recall, wrong, honest, 100*false_, copies)
	if n == 0 || recall < 0.95 || false_ > 0.01 {
		t.Errorf("recall %.3f (floor 0.95), false %.4f (ceiling 0.01)", recall, false_)
	}
}

// templates are what a campaign copies; words in <a|b> are drawn for each copy.
var templates = []string{
	"Por fin <llegó|tenemos|apareció> en <Lima|el Perú> la nueva <salsa|crema> Don Prueba, le pone otro <sabor|gusto> a <tus papas|todo lo que comes>, la <recomiendo|aconsejo> <mucho|bastante|full>",
	"<Nunca más|No vuelvo a> pedir en La Olla Demo, me <enfermé|puse mal> con su ceviche y nadie <respondió|contestó> mis mensajes, <cuidado|ojo> <amigos|gente>",
	"Si quieres <bajar|perder> de peso <toma|prueba> el té Demo <todas las mañanas|cada mañana>, a mí me <cambió|salvó> la vida en <dos|tres> semanas, pídelo <por interno|al link>",
	"El mejor pollo a la brasa está en <Brasas|Pollería> Demo, <carbón|leña> de verdad y papas <caseras|de la casa>, <vayan|corran> este fin de semana que hay <promo|dos por uno>",
}

var tails = []string{"", "!!", " 🔥🔥", " #recomendado", " 😋", ".", " jaja", " pe causa", " #foodie #peru"}

// vary writes one copy: drawn words, one word in twelve dropped or misspelt, small
// letters, lost accents, another tail.
func vary(rng *rand.Rand, template string) string {
	var b strings.Builder
	for rest := template; rest != ""; {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			b.WriteString(rest)
			break
		}
		end := strings.IndexByte(rest, '>')
		choice := strings.Split(rest[open+1:end], "|")
		b.WriteString(rest[:open] + choice[rng.IntN(len(choice))])
		rest = rest[end+1:]
	}
	words := strings.Fields(b.String())
	words = slices.DeleteFunc(words, func(string) bool { return rng.IntN(24) == 0 })
	for i, w := range words {
		if r := []rune(w); len(r) > 4 && rng.IntN(24) == 0 {
			k := 1 + rng.IntN(len(r)-2)
			words[i] = string(r[:k]) + string(r[k+1:])
		}
	}
	text := strings.Join(words, " ")
	if rng.IntN(2) == 0 {
		text = strings.ToLower(text)
	}
	if rng.IntN(3) == 0 {
		text = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u").Replace(text)
	}
	return text + tails[rng.IntN(len(tails))]
}

// common are what everybody writes.
var common = []string{"todo rico", "muy bueno", "Excelente", "rico rico 😋", "Muy buena atención", "todo bien gracias", "Todo llegó bien", "recomendado 100%", "llegó frío", "buen sabor"}

// world makes honest mentions of many authors over 60 days and campaigns among
// them: half by few authors, half by as many authors as copies.
func world(rng *rand.Rand, honest int) (items []dedup.Item, planted []bool) {
	at := func(from, days float64) time.Time {
		return start.Add(time.Duration((from + rng.Float64()*days) * 24 * float64(time.Hour)))
	}
	put := func(when time.Time, author, text string, campaign bool) {
		items = append(items, dedup.Item{Key: key(len(items)), Time: when, Author: author, Text: text})
		planted = append(planted, campaign)
	}
	foods := []string{"ceviche", "lomo saltado", "ají de gallina", "chaufa", "anticucho", "causa", "tacacho", "rocoto relleno", "pachamanca", "juane", "picarones", "tallarines verdes", "seco de cabrito", "papa a la huancaína", "caldo de gallina"}
	say := []string{"estaba buenazo", "llegó frío", "me encantó", "muy salado", "con harta porción", "carísimo para lo que es", "como el de mi abuela", "regresaré pronto", "no lo vuelvo a pedir", "súper fresco", "crudo por dentro", "con su ajicito", "demoró una hora", "la atención de primera", "el mozo un amor", "poca carne", "buena sazón", "sin gracia", "bien servido", "volando llegó"}
	for i := range honest {
		author := fmt.Sprint("a", rng.IntN(honest/3))
		switch {
		case i%3 == 0:
			put(at(0, 60), author, common[rng.IntN(len(common))], false)
		default:
			n := 2 + rng.IntN(3)
			parts := []string{"el " + foods[rng.IntN(len(foods))]}
			for range n {
				parts = append(parts, say[rng.IntN(len(say))])
			}
			put(at(0, 60), author, strings.Join(parts, ", "), false)
		}
	}
	for k := range 8 {
		few := k%2 == 0
		size, from := 30+rng.IntN(40), rng.Float64()*50
		fixed := vary(rng, templates[k%len(templates)])
		for i := range size {
			if few {
				put(at(from, 6), fmt.Sprint("bot", k, "-", i%(3+k)), vary(rng, templates[k%len(templates)]), true)
			} else { // many accounts, one text with another tail
				put(at(from, 3), fmt.Sprint("bot", k, "-", i), fixed+tails[rng.IntN(len(tails))], true)
			}
		}
	}
	return items, planted
}

func TestPlantedCampaigns(t *testing.T) {
	items, planted := world(rand.New(rand.NewPCG(7, 1)), 12_000)
	got := dedup.Scan(items, dedup.Options{})
	report(t, items, planted, got)
	for i, v := range got {
		if v.Campaign && v.Cluster == 0 {
			t.Fatalf("%q is in a campaign without a cluster", items[i].Text)
		}
		if len(strings.Fields(items[i].Text)) < 4 && v != (dedup.Verdict{}) {
			t.Errorf("%q is a common text, got %+v", items[i].Text, v)
		}
	}
}

// TestAnyOrder: a stream that comes out of order flags the campaigns as well, and
// the changes bring earlier verdicts up to date.
func TestAnyOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	items, planted := world(rng, 3_000)
	order := rng.Perm(len(items))
	d := dedup.New(dedup.Options{})
	got := make([]dedup.Verdict, len(items))
	at := map[[16]byte]int{}
	for _, i := range order {
		at[items[i].Key] = i
		v, changed := d.Add(items[i])
		got[i] = v
		for _, c := range changed {
			j, ok := at[c.Key]
			if !ok || j == i || got[j] == c.Verdict {
				t.Fatalf("change %+v of mention %d is no change of an earlier one", c, j)
			}
			got[j] = c.Verdict
		}
	}
	report(t, items, planted, got)
}

// TestCapacity: with room for few texts the detector forgets old days, keeps
// working and still sees what happens within the days it has.
func TestCapacity(t *testing.T) {
	items, planted := world(rand.New(rand.NewPCG(7, 3)), 6_000)
	report(t, items, planted, dedup.Scan(items, dedup.Options{Capacity: 1_500}))
	d := dedup.New(dedup.Options{Capacity: 500})
	for _, it := range items { // in no order at all
		d.Add(it)
		if d.Len() > 2_000 {
			t.Fatalf("%d texts in memory", d.Len())
		}
	}
}

func TestScanTwice(t *testing.T) {
	items, _ := world(rand.New(rand.NewPCG(7, 4)), 2_000)
	if a, b := dedup.Scan(items, dedup.Options{}), dedup.Scan(items, dedup.Options{}); !slices.Equal(a, b) {
		t.Error("two runs over the same items differ")
	}
}

func TestVerdicts(t *testing.T) {
	long := "la mejor pollería de todo el distrito es la de mi barrio, vayan ya mismo"
	for _, tc := range []struct {
		name     string
		n        int
		authors  int
		gap      time.Duration
		text     string
		cluster  bool
		campaign bool
	}{
		{"short praise of many", 200, 200, time.Minute, "todo rico", false, false},
		{"one long text of many authors in a day", 6, 6, time.Hour, long, true, true},
		{"twice only", 2, 2, time.Hour, long, true, false},
		{"the same over months", 12, 12, 5 * 24 * time.Hour, long, true, false},
		{"a middling text of many authors", 20, 20, time.Hour, "el ceviche llegó bien frío hoy", true, false},
		{"a middling text of two authors", 20, 2, time.Hour, "el ceviche llegó bien frío hoy", true, true},
		{"nobody known", 20, 0, time.Hour, "el ceviche llegó bien frío hoy", true, false},
		{"no words", 20, 1, time.Hour, "😀😀 123 !!!", false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var items []dedup.Item
			for i := range tc.n {
				it := dedup.Item{Key: key(i), Time: start.Add(time.Duration(i) * tc.gap), Text: tc.text}
				if tc.authors > 0 {
					it.Author = fmt.Sprint(i % tc.authors)
				}
				items = append(items, it)
			}
			for i, v := range dedup.Scan(items, dedup.Options{}) {
				if (v.Cluster != 0) != tc.cluster || v.Campaign != tc.campaign {
					t.Fatalf("mention %d: %+v", i, v)
				}
			}
		})
	}
}

func FuzzAdd(f *testing.F) {
	f.Add("el ceviche estaba rico hoy en el mercado", "El CEVICHE estaba rico hoy en el mercadoo!!")
	f.Add("\xff\xfe", "")
	f.Fuzz(func(t *testing.T, a, b string) {
		d := dedup.New(dedup.Options{})
		d.Add(dedup.Item{Key: key(1), Time: start, Text: a})
		v, changed := d.Add(dedup.Item{Key: key(2), Time: start, Text: b})
		if (v.Cluster != 0) != (len(changed) == 1) {
			t.Fatalf("verdict %+v with %d changes", v, len(changed))
		}
		if v.Campaign {
			t.Fatal("two texts are no campaign")
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	items, _ := world(rand.New(rand.NewPCG(7, 5)), 20_000)
	d := dedup.New(dedup.Options{})
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		d.Add(items[i%len(items)])
		i++
	}
}
