package lexicon

import "testing"

// TestHeldOut measures on rows of other authors. The floors are those of the
// product; see docs/language.md for what was measured before these rows were
// looked at.
func TestHeldOut(t *testing.T) {
	rows := heldOutRows(t)
	m := matcher(t)
	for _, tc := range []struct {
		name      string
		relevance func(goldRow) float32
	}{{"labelled relevance", oracle}, {"no encoder", func(goldRow) float32 { return 0.6 }}} {
		s := score(m, rows, tc.relevance, nil, nil)
		t.Logf("%s, %d rows: precision %.3f recall %.3f F1 %.3f, name F1 %.3f, %.1f false entities in 100 of %d not-food rows", tc.name,
			len(rows), float64(s.tp)/float64(s.tp+s.fp), float64(s.tp)/float64(s.tp+s.fn), f1(s.tp, s.fp, s.fn),
			f1(s.nameTP, s.nameFP, s.nameFN), 100*float64(s.falseInNot)/float64(s.notFood), s.notFood)
	}
	n, right, notFood, byContext := 0, 0, 0, 0
	var buf []Match
	for _, r := range rows {
		buf = m.Match(buf[:0], r.Text)
		listed := map[string]int{}
		for _, e := range r.Entities {
			listed[e.Surface]++
		}
		for _, x := range buf {
			if !x.Homograph {
				continue
			}
			food := listed[r.Text[x.Start:x.End]] > 0
			n++
			if !food {
				notFood++
			}
			if Decide(x, 0.6) == food {
				right++
			}
			if Decide(x, oracle(r)) == food {
				byContext++
			}
		}
	}
	t.Logf("ambiguous words: %d uses, %d not food, %.1f%% right without an encoder, %.1f%% with labelled relevance", n, notFood, 100*float64(right)/float64(n), 100*float64(byContext)/float64(n))
	g := places(t)
	named, ok, none, wrong := 0, 0, 0, 0
	for _, r := range rows {
		d, _ := g.Resolve(r.Text, "", "", 0)
		if r.Department == nil {
			none++
			if d != 0 {
				wrong++
			}
		} else {
			named++
			if d.Name() == *r.Department {
				ok++
			}
		}
	}
	t.Logf("places: %d of %d named departments right (%.3f), %d of %d others get one (%.2f%%)", ok, named, float64(ok)/float64(named), wrong, none, 100*float64(wrong)/float64(none))
}
