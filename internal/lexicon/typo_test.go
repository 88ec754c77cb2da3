package lexicon

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestOneEdit(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"chaufa", "chafa", true}, {"chaufa", "chauffa", false}, {"ceviche", "cevihce", true}, {"ceviche", "cebiche", true},
		{"ceviche", "cevciche", true}, {"ceviche", "ceviche", false}, {"ceviche", "eviche", false}, {"camote", "calote", false}, {"ceviche", "cevicha", false},
		{"salados", "saladas", false}, {"parihuela", "pariuhela", true}, {"parihuela", "prihuela", true}, {"parihuela", "priuela", false},
		{"abcdef", "abdcfe", false}, {"abcdefg", "acbdefg", true}, {"abcdefg", "adcbefg", false},
	} {
		var x, y [typoMax]uint8
		a, _ := patternLetters(&x, tc.a)
		b, _ := patternLetters(&y, tc.b)
		if got := oneEdit(string(a), b); got != tc.want {
			t.Errorf("oneEdit(%q, %q) = %v", tc.a, tc.b, got)
		}
	}
}

func TestMatchTypos(t *testing.T) {
	m := matcher(t)
	for _, tc := range []struct {
		name, text string
		want       []found
	}{
		{"swapped, a cue near", "pedí un cevihce riquísimo", []found{{"cevihce", "ceviche"}}},
		{"missing letter, food near", "pollo a la brasa y salchpapa", []found{{"pollo a la brasa", "pollo-a-la-brasa"}, {"salchpapa", "salchipapa"}}},
		{"in a longer name", "almorcé arroz chufa especial de pollo", []found{{"arroz", "arroz"}, {"pollo", "pollo"}}}, // chufa has five letters
		{"in a name of several words", "un rico rocoto reyeno y un lomo saltdao", []found{{"rocoto reyeno", "rocoto-relleno"}, {"lomo saltdao", "lomo-saltado"}}},
		{"no food near", "el cevihce de la ley fue aprobado ayer en el pleno", nil},
		{"another word", "pedí pecado y sabores de mi semana", nil},
		{"ending differs", "la comida rica del pescador", nil},
		{"a slip is never slang's word", "comí rico, un cmaote", nil},
		{"glued hashtag", "#causalimeña #PolloALaBrasa #quierolomosaltado", []found{{"causalimeña", "causa-limena"}, {"PolloALaBrasa", "pollo-a-la-brasa"}, {"lomosaltado", "lomo-saltado"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := all(tc.text, m.Match(nil, tc.text))
			if len(got) != len(tc.want) {
				t.Fatalf("got %v, want %v", got, tc.want)
			}
			for i := range got {
				if got[i] != tc.want[i] {
					t.Errorf("got %v, want %v", got[i], tc.want[i])
				}
			}
		})
	}
}

// misspell changes one inner letter of a word: left out, put in, swapped or replaced.
func misspell(rng *rand.Rand, word string) string {
	r := []rune(word)
	i := 1 + rng.IntN(len(r)-3)
	letter := rune('a' + rng.IntN(26))
	if k := r[i] - 'a'; k >= 0 && k < 26 { // a wrong letter is one that is confused with the right one
		for confused[k]&(1<<(letter-'a')) == 0 {
			letter = rune('a' + rng.IntN(26))
		}
	}
	switch rng.IntN(4) {
	case 0:
		r = append(r[:i], r[i+1:]...)
	case 1:
		r = append(r[:i], append([]rune{letter}, r[i:]...)...)
	case 2:
		r[i], r[i+1] = r[i+1], r[i]
	default:
		r[i] = letter
	}
	return string(r)
}

// TestTyposInGold misspells one food word of six letters or more in each labelled
// row and counts how many are still found; and it counts, in the rows as they
// are, what slips bring in that nobody labelled.
func TestTyposInGold(t *testing.T) {
	m := matcher(t)
	rng := rand.New(rand.NewPCG(4, 3))
	tried, right, false_, chars := 0, 0, 0, 0
	for _, r := range goldRows(t) {
		chars += len(r.Text)
		listed := map[string]bool{}
		for _, e := range r.Entities {
			listed[e.Surface] = true
		}
		for _, x := range m.Match(nil, r.Text) {
			s := r.Text[x.Start:x.End]
			if x.Slip && !listed[s] {
				false_++
				t.Logf("false: %q as %s in %q", s, x.Info.ID, r.Text)
			}
			if x.Homograph || !listed[s] || !r.Food {
				continue
			}
			words := strings.Fields(s)
			longest := ""
			for _, w := range words {
				if len(w) > len(longest) {
					longest = w
				}
			}
			var buf [typoMax]uint8
			if _, ok := lettersOf(&buf, longest); !ok || strings.ContainsFunc(longest, unicode.IsPunct) {
				continue
			}
			wrong := misspell(rng, longest)
			at := x.Start + strings.Index(s, longest)
			text := r.Text[:at] + wrong + r.Text[at+len(longest):]
			tried++
			for _, y := range m.Match(nil, text) {
				if y.Start == x.Start && y.Info == x.Info {
					right++
				}
			}
		}
	}
	share := float64(right) / float64(tried)
	t.Logf("%d of %d misspelt food words found (%.3f); %d false ones in %d bytes of rows as they are", right, tried, share, false_, chars)
	if share < 0.75 || false_ > 5 {
		t.Errorf("found %.3f (floor 0.75), false %d (ceiling 5)", share, false_)
	}
}

// TestRemainders: taking a letter away gives the hash of the word without it.
func TestRemainders(t *testing.T) {
	var got []uint64
	remainders([]uint8{3, 5, 8, 13}, func(h uint64) bool { got = append(got, h); return true })
	for i, w := range [][]uint8{{3, 5, 8, 13}, {5, 8, 13}, {3, 8, 13}, {3, 5, 13}, {3, 5, 8}} {
		remainders(w, func(h uint64) bool {
			if h != got[i] {
				t.Errorf("remainder %d has another hash than the word itself", i)
			}
			return false
		})
	}
}

// TestMaybe: the filter lets every slip of every word through.
func TestMaybe(t *testing.T) {
	m := matcher(t)
	tried := 0
	for _, x := range m.typos.words {
		w := []uint8(x.letters)
		check := func(b []uint8) {
			if len(b) < typoMin || len(b) > typoMax || !oneEdit(x.letters, b) {
				return
			}
			if tried++; !m.typos.maybe(b) {
				t.Fatalf("%v is a slip of %v and is not let through", b, w)
			}
		}
		for i := range w {
			check(slices.Delete(slices.Clone(w), i, i+1))
			if i > 0 {
				b := slices.Clone(w)
				b[i-1], b[i] = b[i], b[i-1]
				check(b)
			}
			for k := uint8(classA); k < classZero; k++ {
				b := slices.Clone(w)
				b[i] = k
				check(b)
				check(slices.Insert(slices.Clone(w), i, k))
			}
		}
	}
	if tried < 100*len(m.typos.words) {
		t.Errorf("only %d slips of %d words tried", tried, len(m.typos.words))
	}
}
