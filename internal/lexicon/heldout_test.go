package lexicon

import "testing"

// TestHeldOut measures on rows of other authors, and holds the figures with a
// margin. docs/language.md says what was measured before these rows were looked
// at, and that u3 never was.
func TestHeldOut(t *testing.T) {
	rows := heldOutRows(t)
	m := matcher(t)
	for _, tc := range []struct {
		name      string
		relevance func(goldRow) float32
		// floors of precision, surface F1 and name F1; ceiling of false entities
		precision, surface, names, falseIn float64
	}{{"labelled relevance", oracle, 0.87, 0.88, 0.82, 0}, {"no encoder", func(goldRow) float32 { return 0.6 }, 0.84, 0.85, 0.79, 15}} {
		s := score(m, rows, tc.relevance, nil, nil)
		t.Logf("%s, %d rows: precision %.3f recall %.3f F1 %.3f, name F1 %.3f, %.1f false entities in 100 of %d not-food rows", tc.name,
			len(rows), float64(s.tp)/float64(s.tp+s.fp), float64(s.tp)/float64(s.tp+s.fn), f1(s.tp, s.fp, s.fn),
			f1(s.nameTP, s.nameFP, s.nameFN), 100*float64(s.falseInNot)/float64(s.notFood), s.notFood)
		if p, f, n, in := float64(s.tp)/float64(s.tp+s.fp), f1(s.tp, s.fp, s.fn), f1(s.nameTP, s.nameFP, s.nameFN), 100*float64(s.falseInNot)/float64(s.notFood); p < tc.precision || f < tc.surface || n < tc.names || in > tc.falseIn {
			t.Errorf("%s: precision %.3f (floor %.2f), F1 %.3f (%.2f), name F1 %.3f (%.2f), false %.1f (ceiling %.0f)", tc.name, p, tc.precision, f, tc.surface, n, tc.names, in, tc.falseIn)
		}
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
	if a, b := float64(ok)/float64(named), float64(wrong)/float64(none); a < 0.92 || b > 0.03 {
		t.Errorf("places: accuracy %.3f (floor 0.92), false %.3f (ceiling 0.03)", a, b)
	}
	t.Logf("places: %d of %d named departments right (%.3f), %d of %d others get one (%.2f%%)", ok, named, float64(ok)/float64(named), wrong, none, 100*float64(wrong)/float64(none))
}
