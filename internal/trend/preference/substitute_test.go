package preference

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"antojo/internal/mention"
	"antojo/internal/trend/engine"
	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"
)

// market is a world of entities in two channels over three years of weeks. pairs
// lists those of which the second loses what the first wins.
type market struct {
	entities int
	weekly   float64 // mean mentions a week of an entity
	strength float64 // standard deviation of the log of what changes over
	pairs    [][2]int
	surge    int // an entity whose volume moves strongly on its own; -1 = none
	outage   bool
}

func (m market) panel(rng *rand.Rand) *engine.Panel {
	const days = 3 * 364
	p := &engine.Panel{Start: 20_000, Days: days, Strata: []string{"a", "b"}, Exposure: [][]float32{make([]float32, days), make([]float32, days)}}
	for i := range m.entities {
		p.Series = append(p.Series, engine.Series{ID: fmt.Sprintf("e%02d", i), Kind: "dish", Counts: [][]float32{make([]float32, days), make([]float32, days)}})
	}
	level := make([]float64, m.entities) // log of the own wandering, correlated from week to week
	swap := make([]float64, len(m.pairs))
	for w := range days / 7 {
		season := math.Sin(2 * math.Pi * float64(w) / 52.18)
		for i := range level {
			sd := .10
			if i == m.surge {
				sd = .6
			}
			level[i] = .3*level[i] + sd*rng.NormFloat64()
		}
		for k := range swap {
			swap[k] = .3*swap[k] + m.strength*rng.NormFloat64()
		}
		for i := range m.entities {
			l := level[i] + .4*season*math.Cos(float64(i)) // each its own season
			for k, pair := range m.pairs {
				switch i {
				case pair[0]:
					l += swap[k]
				case pair[1]:
					l -= swap[k]
				}
			}
			for d := 7 * w; d < 7*w+7; d++ {
				for s, share := range []float64{.6, .4} {
					if m.outage && s == 1 && w >= 60 && w < 75 {
						continue
					}
					n := distuv.Poisson{Lambda: m.weekly / 7 * share * math.Exp(l), Src: rng}.Rand()
					p.Series[i].Counts[s][d] += float32(n)
					p.Exposure[s][d] += float32(n)
				}
			}
		}
		for d := 7 * w; d < 7*w+7; d++ { // mentions that name none of them
			for s := range p.Exposure {
				if !(m.outage && s == 1 && w >= 60 && w < 75) {
					p.Exposure[s][d] += float32(distuv.Poisson{Lambda: m.weekly / 7 * float64(m.entities) * .3, Src: rng}.Rand())
				}
			}
		}
	}
	return p
}

// TestSubstitutesAreFound: planted pairs are found, and little else is.
func TestSubstitutesAreFound(t *testing.T) {
	found, planted, claims, wrong := 0, 0, 0, 0
	for seed := range uint64(12) {
		m := market{entities: 24, weekly: 60, strength: .25, pairs: [][2]int{{0, 1}, {2, 3}}, surge: -1}
		p := m.panel(rand.New(rand.NewPCG(seed, 1)))
		for i, partner := range map[int]string{0: "e01", 2: "e03", 4: ""} {
			rivals, enough := Substitutes(p, p.Series[i].ID)
			if !enough || len(rivals) != 23 {
				t.Fatalf("enough %v, %d rivals", enough, len(rivals))
			}
			if partner != "" {
				planted++
			}
			for _, r := range rivals {
				if !r.Substitute() {
					continue
				}
				claims++
				if r.ID == partner {
					found++
				} else {
					wrong++
				}
			}
		}
	}
	t.Logf("%d of %d planted found, %d of %d claims wrong", found, planted, wrong, claims)
	if found < planted*8/10 || wrong > max(2, claims/8) {
		t.Errorf("%d of %d planted found, %d of %d claims wrong", found, planted, wrong, claims)
	}
}

// TestSubstitutesNull: where nothing changes over, a page rarely names a substitute,
// not even when one entity swells (which lowers every share of the whole), when
// seasons are opposed, or when a channel is silent.
func TestSubstitutesNull(t *testing.T) {
	for name, m := range map[string]market{
		"nothing":            {entities: 20, weekly: 40, surge: -1},
		"few mentions":       {entities: 20, weekly: 7, surge: -1},
		"one swells":         {entities: 20, weekly: 40, surge: 0},
		"few and one swells": {entities: 6, weekly: 60, surge: 0},
		"outage":             {entities: 20, weekly: 40, surge: -1, outage: true},
	} {
		t.Run(name, func(t *testing.T) {
			pages, claims := 0, 0
			for seed := range uint64(8) {
				p := m.panel(rand.New(rand.NewPCG(seed, 2)))
				for i := range 5 {
					rivals, enough := Substitutes(p, p.Series[i].ID)
					if !enough {
						continue
					}
					pages++
					for _, r := range rivals {
						if r.Substitute() {
							claims++
							break
						}
					}
				}
			}
			t.Logf("%d of %d pages name a substitute", claims, pages)
			if claims > 5 { // of 40 at 5 %: P(more) = .014
				t.Errorf("%d of %d pages name a substitute", claims, pages)
			}
		})
	}
}

func TestSubstitutesNotEnough(t *testing.T) {
	m := market{entities: 3, weekly: 3, surge: -1}
	p := m.panel(rand.New(rand.NewPCG(1, 3)))
	if _, enough := Substitutes(p, "e00"); enough {
		t.Error("three mentions a week are enough")
	}
	if _, enough := Substitutes(p, "nobody"); enough {
		t.Error("an entity that is not there has enough")
	}
	if _, enough := Substitutes(&engine.Panel{Start: 1, Days: 300, Series: p.Series}, "e00"); enough {
		t.Error("less than a year is enough")
	}
}

// named marks the names of a text, written in square brackets, as entities.
func named(s string) (string, []mention.Entity) {
	var text []byte
	var out []mention.Entity
	for i := 0; i < len(s); i++ {
		if s[i] != '[' {
			text = append(text, s[i])
			continue
		}
		e := mention.Entity{Start: len(text)}
		for i++; s[i] != ']'; i++ {
			text = append(text, s[i])
		}
		e.End = len(text)
		e.ID = string(text[e.Start:e.End])
		out = append(out, e)
	}
	return string(text), out
}

func TestChoices(t *testing.T) {
	for _, x := range []struct {
		text string
		want []Choice
	}{
		{"Prefiero el [anticucho] que la [salchipapa], siempre", []Choice{{"anticucho", "salchipapa"}}},
		{"yo PREFIERO comer [tacacho] antes que un [sushi]", []Choice{{"tacacho", "sushi"}}},
		{"pedí [tiradito] en vez de [ceviche]", []Choice{{"tiradito", "ceviche"}}},
		{"[tiradito] en lugar del [ceviche] y [chicha] en vez de [gaseosa]", []Choice{{"tiradito", "ceviche"}, {"chicha", "gaseosa"}}},
		{"cambié la [gaseosa] por [chicha]", []Choice{{"chicha", "gaseosa"}}},
		{"mejor un [emoliente] que un [cafe]", []Choice{{"emoliente", "cafe"}}},
		{"el [pan] es mejor que la [pizza]", []Choice{{"pan", "pizza"}}},
		{"la [causa] le gana al [arroz]", []Choice{{"causa", "arroz"}}},
		{"no prefiero el [anticucho] que la [salchipapa]", nil},
		{"nunca cambio el [ceviche] por [sushi]", nil},
		{"no pido [tiradito] en vez de [ceviche]", nil},
		{"prefiero el lugar; el [anticucho] que la [salchipapa] tapa", nil},
		{"prefiero ir por [anticucho], que la [salchipapa] es mala", nil},
		{"[ceviche] con [chicha]", nil},
		{"[ceviche] en vez de [ceviche]", nil},
		{"en vez de [ceviche]", nil},
		{"", nil},
	} {
		text, es := named(x.text)
		if diff := cmp.Diff(x.want, Choices(text, es)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", x.text, diff)
		}
	}
}

func TestContests(t *testing.T) {
	got := Contests("a", []Choice{{"a", "b"}, {"b", "a"}, {"a", "b"}, {"c", "d"}, {"c", "a"}})
	if len(got) != 2 || got[0].ID != "b" || got[0].Wins.N != 3 || math.Abs(got[0].Wins.Value-2./3) > 1e-12 || got[1].ID != "c" || got[1].Wins.Value != 0 {
		t.Errorf("%+v", got)
	}
}

// FuzzChoices: whatever a text and spans hold, nothing breaks, and a choice is
// between two different names of the text.
func FuzzChoices(f *testing.F) {
	f.Add("prefiero el anticucho que la salchipapa", 12, 21, 29, 39)
	f.Add("\xff prefiero \u0301 ñ", 0, 3, 5, 90)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		es := []mention.Entity{{ID: "x", Start: a, End: b}, {ID: "y", Start: c, End: d}}
		for _, c := range Choices(text, es) {
			if c.Over == c.Under || c.Over != "x" && c.Over != "y" {
				t.Errorf("%+v", c)
			}
		}
	})
}
