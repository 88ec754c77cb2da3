package lexicon

import (
	"bufio"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// goldRow is one row of the labelled data; see the annotation guide.
type goldRow struct {
	ID       string
	Source   string
	Text     string
	Food     bool
	Entities []struct{ Surface, Name, Kind string }
	// Department is the official name, null if the text names no place.
	Department *string
}

// goldRows reads the labelled rows that the tables were written with in view:
// training/data/gold/authored_t*.jsonl of the repository, else of the folder in
// ANTOJO_SHARED or beside the repository. Without any, the test skips.
func goldRows(t testing.TB) []goldRow { return goldFiles(t, "authored_t*.jsonl") }

// heldOutRows reads the rows that other authors wrote later, against which the
// tables are measured.
func heldOutRows(t testing.TB) []goldRow { return goldFiles(t, "authored_u*.jsonl") }

func goldFiles(t testing.TB, pattern string) []goldRow {
	t.Helper()
	dirs := []string{"../../training/data/gold", "../../../shared/data/gold"}
	if s := os.Getenv("ANTOJO_SHARED"); s != "" {
		dirs = append(dirs, filepath.Join(s, "data", "gold"))
	}
	for _, dir := range dirs {
		files, _ := filepath.Glob(filepath.Join(dir, pattern))
		if len(files) == 0 {
			continue
		}
		var rows []goldRow
		for _, name := range files {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			sc := bufio.NewScanner(f)
			sc.Buffer(nil, 1<<20)
			for sc.Scan() {
				var r goldRow
				if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				rows = append(rows, r)
			}
			f.Close()
		}
		return rows
	}
	t.Skipf("no gold rows: no %s in training/data/gold nor $ANTOJO_SHARED/data/gold", pattern)
	return nil
}

// scores of entity finding.
type scores struct {
	tp, fp, fn             int // surfaces
	nameTP, nameFP, nameFN int // canonical names
	notFood, falseInNot    int
}

func f1(tp, fp, fn int) float64 { return 2 * float64(tp) / float64(2*tp+fp+fn) }

// score compares decided matches with gold. relevance gives P(food) for a row.
//
// A spelling counts once a row, however often it is there: the labels list it once
// (in all 100 places of t, u1 and u2 where a labelled spelling comes again), and the
// store counts a mention once for each entity. False entities in rows that are not
// about food are all counted.
func score(m *Matcher, rows []goldRow, relevance func(goldRow) float32, miss, extra map[string]int) scores {
	var s scores
	var buf []Match
	for _, r := range rows {
		buf = m.Match(buf[:0], r.Text)
		want, names := map[string]int{}, map[string]int{}
		for _, e := range r.Entities {
			want[e.Surface] = 1
			names[e.Name] = 1
		}
		said, called := map[string]bool{}, map[string]bool{}
		if !r.Food {
			s.notFood++
		}
		for _, x := range buf {
			if !Decide(x, relevance(r)) {
				continue
			}
			if !r.Food {
				s.falseInNot++
			}
			surface := r.Text[x.Start:x.End]
			switch {
			case said[surface]:
			case want[surface] > 0:
				want[surface]--
				s.tp++
			default:
				s.fp++
				if extra != nil {
					extra[x.Info.Name]++
				}
			}
			said[surface] = true
			switch {
			case called[x.Info.Name]:
			case names[x.Info.Name] > 0:
				names[x.Info.Name]--
				s.nameTP++
			default:
				s.nameFP++
			}
			called[x.Info.Name] = true
		}
		for k, n := range want {
			s.fn += n
			if miss != nil && n > 0 {
				miss[k] += n
			}
		}
		for _, n := range names {
			s.nameFN += n
		}
	}
	return s
}

func oracle(r goldRow) float32 {
	if r.Food {
		return 0.95
	}
	return 0.05
}

// TestGoldEntities holds the figures of docs/lexicon.md with a margin. Relevance is
// the labelled one, as a perfect encoder would give it, and then none at all:
// 0.6 for every row, so that tables and context alone decide.
func TestGoldEntities(t *testing.T) {
	rows := goldRows(t)
	m := matcher(t)
	for _, tc := range []struct {
		name                                  string
		relevance                             func(goldRow) float32
		precision, surfaceF1, nameF1, falseIn float64
	}{
		{"labelled relevance", oracle, 0.89, 0.90, 0.87, 0},
		{"no encoder", func(goldRow) float32 { return 0.6 }, 0.88, 0.88, 0.85, 6},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := score(m, rows, tc.relevance, nil, nil)
			p := float64(s.tp) / float64(s.tp+s.fp)
			f, n := f1(s.tp, s.fp, s.fn), f1(s.nameTP, s.nameFP, s.nameFN)
			per := 100 * float64(s.falseInNot) / float64(s.notFood)
			t.Logf("%d rows: precision %.3f recall %.3f F1 %.3f, name F1 %.3f, %.1f false entities in 100 not-food rows",
				len(rows), p, float64(s.tp)/float64(s.tp+s.fn), f, n, per)
			if p < tc.precision || f < tc.surfaceF1 || n < tc.nameF1 || per > tc.falseIn {
				t.Errorf("below the floor: precision %.3f (%.2f), F1 %.3f (%.2f), name F1 %.3f (%.2f), false %.1f (%.1f)",
					p, tc.precision, f, tc.surfaceF1, n, tc.nameF1, per, tc.falseIn)
			}
		})
	}
}

// TestGoldHomographs counts, for each ambiguous entity, how often the tables and
// the context alone tell food from slang: a match is right if it is taken for
// food exactly when the row lists it. Run with -v for the table.
func TestGoldHomographs(t *testing.T) {
	type tally struct{ n, right, notFood int }
	words := map[string]*tally{}
	total := tally{}
	m := matcher(t)
	var buf []Match
	for _, r := range goldRows(t) {
		buf = m.Match(buf[:0], r.Text)
		listed := map[string]bool{}
		for _, e := range r.Entities {
			listed[e.Surface] = true
		}
		for _, x := range buf {
			if !x.Homograph {
				continue
			}
			w := words[x.Info.Name]
			if w == nil {
				w = &tally{}
				words[x.Info.Name] = w
			}
			food := listed[r.Text[x.Start:x.End]]
			for _, c := range []*tally{w, &total} {
				c.n++
				if !food {
					c.notFood++
				}
				if Decide(x, 0.6) == food {
					c.right++
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if w := words[name]; w.notFood >= 2 {
			t.Logf("%-16s %3d uses, %3d not food, %3.0f%% right", name, w.n, w.notFood, 100*float64(w.right)/float64(w.n))
		}
	}
	acc := float64(total.right) / float64(total.n)
	t.Logf("all: %d uses, %d not food, %.1f%% right", total.n, total.notFood, 100*acc)
	if acc < 0.80 {
		t.Errorf("sense of ambiguous words right in %.3f, floor 0.80", acc)
	}
}

// TestGoldDepartments: the text alone must give the labelled department.
func TestGoldDepartments(t *testing.T) {
	g := places(t)
	named, right, none, wrong := 0, 0, 0, 0
	for _, r := range goldRows(t) {
		d, how := g.Resolve(r.Text, "", "", 0)
		if (d == 0) != (how == HowNone) {
			t.Fatalf("%s: department %d by %s", r.ID, d, how)
		}
		switch {
		case r.Department == nil:
			none++
			if d != 0 {
				wrong++
			}
		default:
			named++
			if d.Name() == *r.Department {
				right++
			}
		}
	}
	acc, bad := float64(right)/float64(named), float64(wrong)/float64(none)
	t.Logf("%d rows name a department: %.3f right; of %d that do not, %.2f%% get one", named, acc, none, 100*bad)
	if acc < 0.97 || bad > 0.015 {
		t.Errorf("accuracy %.3f (floor 0.97), false assignment %.4f (ceiling 0.015)", acc, bad)
	}
}

// TestGoldNames measures how many of the labelled canonical names the lexicon has.
func TestGoldNames(t *testing.T) {
	lx, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, in := range lx.All() {
		have[in.Name] = true
	}
	uses, covered := 0, 0
	for _, r := range goldRows(t) {
		for _, e := range r.Entities {
			uses++
			if have[e.Name] {
				covered++
			}
		}
	}
	share := float64(covered) / float64(uses)
	t.Logf("%.1f%% of %d labelled entities have their name in the lexicon", 100*share, uses)
	if share < 0.93 {
		t.Errorf("coverage %.3f, floor 0.93", share)
	}
}
