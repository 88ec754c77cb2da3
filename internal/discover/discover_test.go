package discover_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"antojo/internal/demo"
	"antojo/internal/discover"
	"antojo/internal/lexicon"
	"antojo/internal/mention"

	"github.com/google/go-cmp/cmp"
)

// demoDocs are the texts of the last days of the demo set.
func demoDocs(t testing.TB, days int) []discover.Doc {
	t.Helper()
	plan, err := demo.Load()
	if err != nil {
		t.Fatal(err)
	}
	var docs []discover.Doc
	err = plan.Days(plan.End-mention.Day(days), plan.End, func(r mention.Raw, tr demo.Truth) error {
		docs = append(docs, discover.Doc{Text: r.Text, Day: mention.DayOf(r.Time), Food: tr.Food})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return docs
}

// removed draws n entities that the texts name at least least times.
func removed(t testing.TB, lx *lexicon.Lexicon, docs iter.Seq[discover.Doc], n, least int) []string {
	t.Helper()
	m := lexicon.NewMatcher(lx)
	count := map[string]int{}
	var buf []lexicon.Match
	for d := range docs {
		buf = m.Match(buf[:0], d.Text)
		for _, x := range buf {
			if d.Food && lexicon.Decide(x, 0.9) {
				count[x.Info.ID]++
			}
		}
	}
	var ids []string
	for _, in := range lx.All() {
		if count[in.ID] >= least {
			ids = append(ids, in.ID)
		}
	}
	rng := rand.New(rand.NewPCG(50, 5))
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	if len(ids) < n {
		t.Fatalf("only %d entities occur %d times", len(ids), least)
	}
	return ids[:n]
}

// found counts the removed entities that some term of the list stands for: a
// spelling of it that the whole lexicon knows as exactly that entity.
func found(t testing.TB, lx *lexicon.Lexicon, terms []discover.Term, ids []string) (hit []string) {
	t.Helper()
	m := lexicon.NewMatcher(lx)
	for _, id := range ids {
		if slices.ContainsFunc(terms, func(x discover.Term) bool {
			return slices.ContainsFunc(append([]string{x.Text}, x.Variants...), func(s string) bool {
				ms := m.Match(nil, strings.ToUpper(s)) // proper names need their capital
				return len(ms) == 1 && ms[0].Info.ID == id && ms[0].Start == 0 && ms[0].End == len(s)
			})
		}) {
			hit = append(hit, id)
		}
	}
	return hit
}

// goldDocs are the labelled rows of t and u, all as of one day. Those of v are half
// about what only sounds like food, and were written to mislead.
func goldDocs(t testing.TB) (docs []discover.Doc) {
	t.Helper()
	files, err := filepath.Glob("../../training/data/gold/authored_[tu]*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no gold rows in training/data/gold: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(b) {
			var r struct {
				Text string
				Food bool
			}
			if err := json.Unmarshal(line, &r); err != nil {
				t.Fatal(err)
			}
			docs = append(docs, discover.Doc{Text: r.Text, Food: r.Food})
		}
	}
	return docs
}

// TestFindsRemovedTerms takes 50 terms out of the lexicon and looks for them among
// the first 200 candidates: in texts of the demo set, and in the labelled rows,
// which are few but varied (a removed term occurs five times and more).
func TestFindsRemovedTerms(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name         string
		docs         []discover.Doc
		occurs, seen int
		floor        int
	}{
		{"demo", demoDocs(t, 150), 8, 4, 35},
		{"gold", goldDocs(t), 5, 3, 30},
	} {
		t.Run(tc.name, func(t *testing.T) {
			ids := removed(t, lx, slices.Values(tc.docs), 50, tc.occurs)
			less := lx.Without(ids...)
			terms, err := discover.Find(slices.Values(tc.docs), discover.Options{Lexicon: less, Matcher: lexicon.NewMatcher(less), MinCount: tc.seen})
			if err != nil {
				t.Fatal(err)
			}
			hit := found(t, lx, terms, ids)
			t.Logf("%d texts: %d of %d removed terms in the first %d", len(tc.docs), len(hit), len(ids), len(terms))
			for i, x := range terms[:min(20, len(terms))] {
				t.Logf("%3d %-24s %-10s n=%d place %.2f like %.2f %v score %.2f %v", i+1, x.Text, x.Kind, x.Count, x.Place, x.Likeness, x.Like, x.Score, x.Variants)
			}
			for _, id := range ids {
				if !slices.Contains(hit, id) {
					t.Logf("missed: %s", id)
				}
			}
			if len(hit) < tc.floor {
				t.Errorf("found %d of %d, floor %d", len(hit), len(ids), tc.floor)
			}
		})
	}
}

func TestFindIsDeterministic(t *testing.T) {
	docs := demoDocs(t, 20)
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	less := lx.Without("pizza", "ramen", "ceviche")
	o := discover.Options{Lexicon: less, Matcher: lexicon.NewMatcher(less)}
	a, err := discover.Find(slices.Values(docs), o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := discover.Find(slices.Values(docs), o)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	if len(a) == 0 {
		t.Error("nothing found")
	}
}

// TestRisingComesFirst: of two unknown words in the same places, the one that is
// new ranks higher and shows its growth; spellings are one term.
func TestRisingComesFirst(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	var docs []discover.Doc
	foods := []string{"ceviche", "anticucho", "causa limeña", "lomo saltado", "chaufa", "juane"}
	say := []string{"comí un %s riquísimo", "pedí %s con papas", "el %s de mi barrio", "quiero %s para el almuerzo", "me sirvieron %s frío"}
	put := func(day int, food string, i int) {
		docs = append(docs, discover.Doc{Text: fmt.Sprintf(say[i%len(say)], food), Day: mention.Day(day), Food: true})
	}
	for day := range 100 {
		for i := range 12 {
			put(day, foods[(day+i)%len(foods)], i)
		}
		put(day, "zurulito", day)
		if day >= 80 {
			put(day, []string{"mandrelo", "mandrello", "Mandrelo", "mandrelos"}[day%4], day)
			put(day, "mandrelo", day+2)
			put(day, "mandrelo", day+3)
			put(day, "mandrelo", day+1)
		}
		docs = append(docs, discover.Doc{Text: "el partido estuvo aburrido", Day: mention.Day(day)})
	}
	got, err := discover.Find(slices.Values(docs), discover.Options{Lexicon: lx, Matcher: lexicon.NewMatcher(lx), Since: 80})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 2 || got[0].Text != "mandrelo" || got[1].Text != "zurulito" {
		t.Fatalf("got %+v", got)
	}
	if m := got[0]; m.Now != 80 || m.Past != 0 || m.Growth < 10 || m.Rise < 20 || !slices.Contains(m.Variants, "mandrello") {
		t.Errorf("mandrelo: %+v", m)
	}
	if z := got[1]; z.Growth > 2 || z.Rise > 4 {
		t.Errorf("zurulito does not rise: %+v", z)
	}
}
