package hot

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/lexicon"
	"antojo/internal/mention"
	"antojo/internal/metric"
)

func texts(list ...string) *Index {
	x := New(0)
	for i, s := range list {
		m := Mention{At: int64(i), Day: mention.Day(100 + i), Relevant: true, Folded: lexicon.Fold(s)}
		m.ID[15] = byte(i)
		if err := x.Add([]Mention{m}); err != nil {
			panic(err)
		}
	}
	return x
}

func TestSearchable(t *testing.T) {
	for text, want := range map[string]bool{
		"limon": true, "  Limón  ÑAÑEZ ": true, "ají 2x1": true, "": true, "¡qué": true,
		"100%": false, "snake_case": false, "a.b": false, "a\xffb c-d": false,
	} {
		if got := Searchable(text); got != want {
			t.Errorf("Searchable(%q) = %v, want %v", text, got, want)
		}
	}
}

func TestSearch(t *testing.T) {
	x := texts("rica limonada", "limón, ají", "nada", "LIMA limón limón", "")
	for _, tt := range []struct {
		text string
		want int64
	}{{"limon", 3}, {"lim", 3}, {"limon aji", 1}, {"ada", 2}, {"monada", 1}, {"zzz", 0}, {"", 5}, {"limon nada", 1}} {
		f := metric.Filter{Text: tt.text}
		total := x.View().Read(&Spec{Filter: f}, func(Group) {})
		if total != tt.want {
			t.Errorf("%q is in %d texts, want %d", tt.text, total, tt.want)
		}
		if got := len(x.View().Newest(&f, nil, 10)); got != int(tt.want) {
			t.Errorf("%q: %d newest, want %d", tt.text, got, tt.want)
		}
	}
}

// FuzzSearch compares the search with what the stores do: every word inside the
// folded text.
func FuzzSearch(f *testing.F) {
	f.Add("rica limonada", "limón ají", "limon")
	f.Add("ñandú añejo", "cafe\u0301 con leche", "fe CON")
	f.Add("a\x00b", "ab", "b")
	f.Fuzz(func(t *testing.T, one, two, query string) {
		if !Searchable(query) {
			t.Skip()
		}
		one, two = strings.ToValidUTF8(one, "?"), strings.ToValidUTF8(two, "?")
		v := texts(one, two).View()
		want := int64(0)
		for _, text := range []string{one, two} {
			if !slices.ContainsFunc(Words(query), func(w string) bool { return !strings.Contains(lexicon.Fold(text), w) }) {
				want++
			}
		}
		if got := v.Read(&Spec{Filter: metric.Filter{Text: query}}, func(Group) {}); got != want {
			t.Errorf("%q is in %d of %q and %q, want %d", query, got, one, two, want)
		}
	})
}

func TestView(t *testing.T) {
	x := texts("uno", "dos")
	v := x.View()
	if err := x.Add([]Mention{{At: 99, Day: 20, Relevant: true, Folded: "uno"}, {At: 98, Day: 101, Relevant: true, Folded: "dos"}}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "uno"} {
		f := metric.Filter{Text: text}
		before, after := v.Read(&Spec{Filter: f}, func(Group) {}), x.View().Read(&Spec{Filter: f}, func(Group) {})
		if want := int64(2); text == "" && before != want || text != "" && before != 1 || after <= before {
			t.Errorf("%q: the view has %d, a later one %d", text, before, after)
		}
	}
	if got := len(v.Newest(&metric.Filter{}, nil, 10)); got != 2 {
		t.Errorf("the view has %d mentions, want 2", got)
	}
}

func TestFrom(t *testing.T) {
	x := New(50)
	if err := x.Add([]Mention{{Day: 49, Relevant: true}, {Day: 50, Relevant: true}}); err != nil {
		t.Fatal(err)
	}
	v := x.View()
	got := []bool{v.Can(&metric.Filter{}), v.Can(&metric.Filter{From: 49}), v.Can(&metric.Filter{From: 50})}
	if diff := cmp.Diff([]bool{false, false, true}, got); diff != "" || x.Len() != 1 {
		t.Errorf("%d mentions; can answer (-want +got):\n%s", x.Len(), diff)
	}
}

func TestFull(t *testing.T) {
	x := New(0)
	err := error(nil)
	for i := 0; err == nil && i < 70_000; i++ {
		err = x.Add([]Mention{{Entities: []Entity{{ID: fmt.Sprint(i), Kind: "dish"}}}})
	}
	if !errors.Is(err, ErrFull) {
		t.Errorf("got %v, want ErrFull", err)
	}
}

// TestManyGroups meets keys that have no place each, and the bound on groups.
func TestManyGroups(t *testing.T) {
	x := New(0)
	r := rand.New(rand.NewPCG(1, 2))
	var ms []Mention
	want := map[string]int64{}
	for range 3000 {
		m := Mention{Day: mention.Day(r.IntN(3000)), Relevant: true}
		for _, k := range r.Perm(400)[:2] {
			e := Entity{ID: fmt.Sprint("e", k), Kind: "dish"}
			m.Entities = append(m.Entities, e)
			want[fmt.Sprint(e.ID, " ", m.Day)]++
		}
		ms = append(ms, m)
	}
	if err := x.Add(ms); err != nil {
		t.Fatal(err)
	}
	got := map[string]int64{}
	sp := Spec{By: []metric.Dimension{metric.ByEntity, metric.ByDay}}
	if total := x.View().Read(&sp, func(g Group) {
		got[fmt.Sprint(g.Keys[0].Name, " ", mention.Day(g.Keys[1].Code))] = g.Counts.Mentions
	}); total != 3000 {
		t.Errorf("total %d", total)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	sp.Most = 10
	n := 0
	x.View().Read(&sp, func(Group) { n++ })
	if n != 10 {
		t.Errorf("%d groups, want no more than 10", n)
	}
}
