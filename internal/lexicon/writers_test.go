package lexicon

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writerFiles are the labelled rows by file, each by another writer: those that
// models are trained on and those that wait.
func writerFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, dir := range []string{"gold", "waiting"} {
		f, err := filepath.Glob("../../training/data/" + dir + "/authored_*.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f...)
	}
	if len(files) == 0 {
		t.Skip("no rows in training/data/gold and training/data/waiting")
	}
	return files
}

func readRows(t *testing.T, name string) (rows []goldRow) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var r goldRow
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows = append(rows, r)
	}
	return rows
}

// encoderRelevance reads what `antojo annotate < rows > file` wrote, by row id, from
// the file that ANTOJO_RELEVANCE names; nil without one.
func encoderRelevance(t *testing.T) map[string]float32 {
	t.Helper()
	name := os.Getenv("ANTOJO_RELEVANCE")
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]float32{}
	sc := bufio.NewScanner(f)
	for sc.Buffer(nil, 1<<20); sc.Scan(); {
		var r struct {
			ID        string
			Relevance struct {
				Label bool
				Score float32 // of the label, whichever it is
			}
		}
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[r.ID] = r.Relevance.Score
		if !r.Relevance.Label {
			out[r.ID] = 1 - r.Relevance.Score
		}
	}
	return out
}

// TestWriters measures entities and places for each writer by themselves, since what
// one misses is not what the next one writes. x3 and u3 have never been looked at by
// those who write the tables.
func TestWriters(t *testing.T) {
	m, g, relevance := matcher(t), places(t), encoderRelevance(t)
	allNamed, allRight, allNone, allWrong := 0, 0, 0, 0
	for _, name := range writerFiles(t) {
		rows := readRows(t, name)
		writer := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "authored_"), ".jsonl")
		report := func(how string, s scores) {
			t.Logf("%s, relevance %-8s precision %.3f recall %.3f F1 %.3f name F1 %.3f, %.1f false in 100 of %d not-food rows", writer, how+":",
				float64(s.tp)/float64(s.tp+s.fp), float64(s.tp)/float64(s.tp+s.fn), f1(s.tp, s.fp, s.fn), f1(s.nameTP, s.nameFP, s.nameFN),
				100*float64(s.falseInNot)/float64(max(1, s.notFood)), s.notFood)
		}
		s := score(m, rows, oracle, nil, nil)
		report("labelled", s)
		if f, n := f1(s.tp, s.fp, s.fn), f1(s.nameTP, s.nameFP, s.nameFN); f < 0.80 || n < 0.70 {
			t.Errorf("%s: surface F1 %.3f (floor 0.80), name F1 %.3f (0.70)", writer, f, n)
		}
		report("none", score(m, rows, func(goldRow) float32 { return 0.6 }, nil, nil))
		if _, ok := relevance[rows[0].ID]; ok {
			report("encoder", score(m, rows, func(r goldRow) float32 { return relevance[r.ID] }, nil, nil))
		}
		named, right, none, wrong := 0, 0, 0, 0
		for _, r := range rows {
			switch d, _ := g.Resolve(r.Text, "", "", 0); {
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
		t.Logf("%s, places: %d of %d named departments right (%.3f), %d of %d others get one (%.2f%%)", writer, right, named,
			float64(right)/float64(max(1, named)), wrong, none, 100*float64(wrong)/float64(max(1, none)))
		allNamed, allRight, allNone, allWrong = allNamed+named, allRight+right, allNone+none, allWrong+wrong
	}
	acc, bad := float64(allRight)/float64(allNamed), float64(allWrong)/float64(allNone)
	t.Logf("places of all writers: %.3f right, %.2f%% false", acc, 100*bad)
	if acc < 0.94 || bad > 0.02 {
		t.Errorf("places of all writers: %.3f right (floor 0.94), %.4f false (ceiling 0.02)", acc, bad)
	}
}
