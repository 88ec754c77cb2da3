package ask

import (
	"slices"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/outline"
	"antojo/internal/metric"
	"antojo/internal/trend"
)

// changes answers what rises or falls by the engine's verdicts.
func (w *writing) changes() error {
	want, verdict := fact.Up, trend.Rising
	if w.plan.Intent == Falling {
		want, verdict = fact.Down, trend.Falling
	}
	w.table.Changes(8, func(v trend.Verdict, d fact.Direction) bool { return v == verdict && d == want })
	t, err := w.table.Table()
	if err != nil {
		return err
	}
	var items []outline.Item
	for i := range t.Facts {
		if f := &t.Facts[i]; f.Kind == fact.Change {
			items = append(items, outline.Item{Section: outline.Rising, Facts: []string{f.ID}})
			w.changeRow(t, f)
		}
	}
	if len(items) == 0 {
		for i := range t.Facts {
			switch f := &t.Facts[i]; f.Kind {
			case fact.NoChanges:
				w.own(t, string(w.plan.Intent)+".none", f)
			case fact.FewData:
				items = append(items, outline.Item{Section: outline.Limits, Facts: []string{f.ID}})
			}
		}
	}
	w.items(t, items, 2)
	return nil
}

func (w *writing) changeRow(t *fact.Table, f *fact.Fact) {
	if len(w.out.Columns) == 0 {
		w.out.Columns = []Column{{"growth", columnText[w.lang]["growth"]}, {"mentions", columnText[w.lang]["mentions"]}}
	}
	g, n := f.Figures[fact.Growth], f.Figures[fact.Mentions]
	w.out.Rows = append(w.out.Rows, Row{Key: f.Entity, Name: nameOf(w.lang, t, w.a.Facts.Lexicon, metric.ByEntity, f.Entity), Link: "/entidad/" + f.Entity,
		Cells: []Cell{
			{g.Value, g.Low, g.High, g.N, g.Defined, number(w.numbers, "growth", g.Value), interval(w.lang, w.numbers, "growth", g.Low, g.High)},
			{Value: n.Value, Low: n.Value, High: n.Value, N: n.N, Defined: true, Text: number(w.numbers, "mentions", n.Value)},
		}})
}

// dossier answers about one food by the facts of its dossier.
func (w *writing) dossier() error {
	t, err := fact.BuildDossier(w.ctx, w.a.Facts, w.entity(), w.options)
	if err != nil {
		return err
	}
	want := map[Intent]outline.Section{Trend: outline.Moves, Where: outline.Where, Sources: outline.Limits, Liked: outline.Opinions, Disliked: outline.Opinions, Volume: outline.Voice, Opinion: outline.Mood}[w.plan.Intent]
	var items []outline.Item
	for _, it := range outline.Dossier(t) {
		if it.Section == want {
			it.Quote = ""
			items = append(items, it)
		}
	}
	// Who asks for complaints is not answered with praise.
	side := map[Intent]fact.Direction{Liked: fact.Up, Disliked: fact.Down}[w.plan.Intent]
	if side == "" || slices.ContainsFunc(t.Facts, func(f fact.Fact) bool { return f.Kind == fact.AspectOf && f.Direction == side }) {
		w.items(t, items, 2)
	}
	if w.plan.Intent == Trend {
		for i := range t.Facts {
			if f := &t.Facts[i]; f.Kind == fact.Change {
				w.changeRow(t, f)
			}
		}
	}
	if len(w.out.Sentences) > 0 {
		return nil
	}
	switch w.plan.Intent {
	case Where:
		w.plain("where.none")
	case Liked, Disliked:
		w.plain(string(w.plan.Intent) + ".none")
	default:
		w.few()
	}
	return nil
}

func (w *writing) few() {
	key := "few"
	if slices.Contains(w.plan.Query().By, metric.ByEntity) {
		key = "few.each"
	}
	w.plain(key, "n", w.numbers.Int(w.out.Mentions), "min", w.numbers.Int(fact.MinOpinions))
}
