package train

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFoods(t *testing.T) {
	for _, c := range []struct {
		name, text string
		named      []goldEntity
		want       []food
	}{
		{"in the order of the text", "chicha y Causa", []goldEntity{{"Causa", "dish"}, {"chicha", "drink"}}, []food{{0, 6, "drink"}, {9, 14, "dish"}}},
		{"an overlap keeps the first", "papa a la huancaína", []goldEntity{{"papa a la huancaína", "dish"}, {"huancaína", "dish"}}, []food{{0, 20, "dish"}}},
		{"a surface that is not there", "nada", []goldEntity{{"ceviche", "dish"}, {"", "dish"}}, nil},
	} {
		if d := cmp.Diff(c.want, foods(c.text, c.named), cmp.AllowUnexported(food{})); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

func TestSwap(t *testing.T) {
	s, err := newSwapper()
	if err != nil {
		t.Fatal(err)
	}
	text := "Ceviche frío y chicha rica, causa"
	r := Row{Text: text, Foods: foods(text, []goldEntity{{"Ceviche", "dish"}, {"chicha", "drink"}})}
	rng := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for range 50 {
		got := s.swap(&r, rng)
		seen[got] = true
		if !strings.Contains(got, " frío y ") || !strings.HasSuffix(got, " rica, causa") {
			t.Fatalf("%q: words that are no food of the row changed", got)
		}
		if first := got[:strings.Index(got, " frío y ")]; first != "Ceviche" && strings.ToUpper(first[:1]) != first[:1] {
			t.Errorf("%q begins in lower case", got)
		}
	}
	if len(seen) < 20 {
		t.Errorf("50 swaps gave only %d different texts", len(seen))
	}
	if again := s.swap(&Row{Text: "sin comida"}, rng); again != "sin comida" {
		t.Errorf("a row without foods became %q", again)
	}
}

func TestFar(t *testing.T) {
	s, err := newSwapper()
	if err != nil {
		t.Fatal(err)
	}
	rows := s.far([]string{"hoy se juega la final en el estadio nacional", "qué rico el ceviche de mi tía en Chorrillos", "ya fue"})
	if len(rows) != 1 || rows[0].Text != "hoy se juega la final en el estadio nacional" {
		t.Fatalf("far keeps %v", rows)
	}
	if r := rows[0]; r.Labels[headRelevance] != 0 || r.Weight[headRelevance] != 1 || r.Labels[headSentiment] != -1 || r.Labels[headAspect] != -1 {
		t.Errorf("only relevance is known of it: %v %v", r.Labels, r.Weight)
	}
}
