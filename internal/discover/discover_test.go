package discover_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
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

// nameable are the entities that the texts name at least least times.
func nameable(lx *lexicon.Lexicon, docs iter.Seq[discover.Doc], least int) []string {
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
	return ids
}

// removed draws n of ids.
func removed(t testing.TB, ids []string, n int, seed uint64) []string {
	t.Helper()
	if len(ids) < n {
		t.Fatalf("only %d entities occur often enough", len(ids))
	}
	ids = slices.Clone(ids)
	rng := rand.New(rand.NewPCG(50, seed))
	rng.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:n]
}

// found counts the removed entities that some term of the list stands for: a
// spelling of it that m, of the whole lexicon, knows as exactly that entity.
func found(m *lexicon.Matcher, terms []discover.Term, ids []string) (hit []string) {
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

// goldDocs are the labelled rows of the writers whose letter is in pick, all as of one
// day. The list of general nouns was written with the candidates of t and u in view;
// v (half of it written to mislead) and w were only measured.
func goldDocs(t testing.TB, pick string) (docs []discover.Doc) {
	t.Helper()
	files, err := filepath.Glob("../../training/data/gold/authored_[" + pick + "]*.jsonl")
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
// which are few but varied (a removed term occurs five times and more). One draw of
// 50 is within three or four terms of the next, so several are taken and their mean
// is held; ANTOJO_DRAWS sets how many. Missed terms are told with their rank.
func TestFindsRemovedTerms(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name         string
		docs         []discover.Doc
		occurs, seen int
		draws        int
		floor, top   float64 // of the mean in the first 200 and in the first 50
	}{
		{"demo", demoDocs(t, 150), 8, 4, 2, 35, 31},
		{"gold", goldDocs(t, "tu"), 5, 3, 3, 37, 28},
		{"later writers", goldDocs(t, "vw"), 5, 3, 3, 35, 21},
	} {
		t.Run(tc.name, func(t *testing.T) {
			whole := lexicon.NewMatcher(lx)
			draws := tc.draws
			if n, err := strconv.Atoi(os.Getenv("ANTOJO_DRAWS")); err == nil && n > 0 {
				draws = n
			}
			all := nameable(lx, slices.Values(tc.docs), tc.occurs)
			var sum, squares, wide, top float64
			for draw := range draws {
				ids := removed(t, all, 50, uint64(5+draw))
				less := lx.Without(ids...)
				terms, err := discover.Find(slices.Values(tc.docs), discover.Options{Lexicon: less, Matcher: lexicon.NewMatcher(less), MinCount: tc.seen, Limit: 1000})
				if err != nil {
					t.Fatal(err)
				}
				first := terms[:min(200, len(terms))]
				hit := found(whole, first, ids)
				n := float64(len(hit))
				sum, squares = sum+n, squares+n*n
				top += float64(len(found(whole, terms[:min(50, len(terms))], ids)))
				near := found(whole, terms[:min(400, len(terms))], ids)
				wide += float64(len(near))
				t.Logf("draw %d: %d texts, %d of %d removed terms in the first %d, %d in the first 400", draw, len(tc.docs), len(hit), len(ids), len(first), len(near))
				for _, id := range ids {
					if slices.Contains(hit, id) {
						continue
					}
					rank := slices.IndexFunc(terms, func(x discover.Term) bool { return len(found(whole, []discover.Term{x}, []string{id})) > 0 })
					if rank < 0 {
						t.Logf("missed: %s, no candidate", id)
						continue
					}
					x := terms[rank]
					t.Logf("missed: %s, rank %d, n=%d place %.2f like %.2f food %.2f score %.2f", id, rank+1, x.Count, x.Place, x.Likeness, x.Food, x.Score)
				}
				if draw == 0 {
					for i, x := range first {
						t.Logf("%3d %-24s %-10s n=%d place %.2f like %.2f %v score %.2f %v", i+1, x.Text, x.Kind, x.Count, x.Place, x.Likeness, x.Like, x.Score, x.Variants)
					}
				}
			}
			n := float64(draws)
			mean := sum / n
			spread := math.Sqrt(max(0, squares/n-mean*mean))
			t.Logf("%s: mean %.1f of 50 over %d draws from %d terms, standard deviation %.1f; %.1f in the first 50, %.1f in the first 400", tc.name, mean, draws, len(all), spread, top/n, wide/n)
			if mean < tc.floor || top/n < tc.top {
				t.Errorf("found %.1f of 50 on average, floor %.0f; %.1f in the first 50, floor %.0f", mean, tc.floor, top/n, tc.top)
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
// What the lexicon has by that name cannot be added, so it is not offered, even where it
// reads it only in another spelling ("Sublime").
func TestOffersNothingTheLexiconHas(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	docs := demoDocs(t, 60) // among which there are words that it has not
	for i, in := range lx.All() {
		for k := range 6 {
			docs = append(docs, discover.Doc{Text: fmt.Sprintf("pedimos %s con papas y una gaseosa %d", strings.ToLower(in.Name), k), Day: docs[i%len(docs)].Day, Food: true})
		}
	}
	terms, err := discover.Find(slices.Values(docs), discover.Options{Lexicon: lx, Matcher: lexicon.NewMatcher(lx), Limit: 5000})
	if err != nil || len(terms) == 0 {
		t.Fatalf("%d terms, %v", len(terms), err)
	}
	for _, x := range terms {
		if in, has := lx.Entity(lexicon.Slug(x.Text)); has {
			t.Errorf("%q is offered, which is %s", x.Text, in.ID)
		}
	}
}

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

// TestStockPhrases: what stands where food stands, and is none: a verb, a word of one
// phrase, a word that goes with every dish, a place with a capital. The new dish that
// stands in all sorts of phrases comes first.
func TestStockPhrases(t *testing.T) {
	lx, err := lexicon.Load()
	if err != nil {
		t.Fatal(err)
	}
	foods := []string{"ceviche", "anticuchos", "causa limeña", "lomo saltado", "arroz chaufa", "juane", "pizza", "ramen"}
	say := []string{"comí %s riquísimo", "pedí un %s con papas", "el %s de mi barrio", "quiero %s para el almuerzo", "me sirvieron %s frío", "una porción de %s", "harto %s y cancha"}
	noise := []string{"la rompieron con %s", "un delirio el %s", "%s galáctico y limonada", "un restaurante de Huancavelica con %s", "preguntarles por %s"}
	var docs []discover.Doc
	for i := range 280 {
		food := foods[i%len(foods)]
		docs = append(docs, discover.Doc{Text: fmt.Sprintf(say[i%len(say)], food), Food: true}, discover.Doc{Text: fmt.Sprintf(noise[i%len(noise)], food), Food: true})
		if i%5 == 0 {
			docs = append(docs, discover.Doc{Text: fmt.Sprintf(say[i/5%len(say)], "zurulito"), Food: true})
		}
		docs = append(docs, discover.Doc{Text: "el partido estuvo aburrido"})
	}
	got, err := discover.Find(slices.Values(docs), discover.Options{Lexicon: lx, Matcher: lexicon.NewMatcher(lx)})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) == 0 || got[0].Text != "zurulito" {
		t.Fatalf("the new dish does not come first: %+v", got)
	}
	for _, x := range got[1:] {
		if x.Score > got[0].Score/3 {
			t.Errorf("%q scores %.2f beside %.2f of the new dish", x.Text, x.Score, got[0].Score)
		}
	}
}
