package lexicon

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
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

// goldRows reads the labelled rows: training/data/gold of the repository, else
// the folder in ANTOJO_SHARED or beside the repository. Without any, the test skips.
func goldRows(t testing.TB) []goldRow {
	t.Helper()
	dirs := []string{"../../training/data/gold", "../../../shared/data/gold"}
	if s := os.Getenv("ANTOJO_SHARED"); s != "" {
		dirs = append(dirs, filepath.Join(s, "data", "gold"))
	}
	for _, dir := range dirs {
		files, _ := filepath.Glob(filepath.Join(dir, "*.jsonl"))
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
	t.Skip("no gold rows: neither training/data/gold nor $ANTOJO_SHARED/data/gold is there")
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
func score(m *Matcher, rows []goldRow, relevance func(goldRow) float32, miss, extra map[string]int) scores {
	var s scores
	var buf []Match
	for _, r := range rows {
		buf = m.Match(buf[:0], r.Text)
		want, names := map[string]int{}, map[string]int{}
		for _, e := range r.Entities {
			want[e.Surface]++
			names[e.Name]++
		}
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
			if want[surface] > 0 {
				want[surface]--
				s.tp++
			} else {
				s.fp++
				if extra != nil {
					extra[x.Info.Name]++
				}
			}
			if names[x.Info.Name] > 0 {
				names[x.Info.Name]--
				s.nameTP++
			} else {
				s.nameFP++
			}
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
