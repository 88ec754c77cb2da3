package ask

import (
	"strings"

	"antojo/internal/brief/fact"
	"antojo/internal/brief/outline"
	"antojo/internal/metric"
)

// overall answers about all food, or by figures that dossiers do not have.
func (w *writing) overall(q metric.Query, res metric.Result) error {
	rows := res.Rows
	keys := []string{} // of sentences of this package
	switch w.plan.Intent {
	case Volume:
		w.table.Volume(int64(rows[0].Values[0].Value))
		keys = append(keys, "volume.all")
	case Opinion:
		w.table.Mood("", rows[0].Values[0], rows[0].Values[1], rows[0].Values[2])
	case Top:
		w.table.Leaders(rows[:min(5, len(rows))])
		keys = append(keys, "top")
	case Sources:
		w.table.Sources(rows)
	case Best, Worst:
		rows = fact.ByBalance(rows, 0, w.plan.Intent == Worst)
		rows = rows[:min(10, len(rows))]
		for _, r := range rows[:min(3, len(rows))] {
			w.table.Mood(r.Keys[0], r.Values[0], metric.Value{}, metric.Value{})
		}
	case Aspect:
		w.table.Aspect(w.entity(), w.plan.Filter.Aspects[0].Aspect.String(), rows[0].Values[0])
	case Liked, Disliked:
		for _, r := range rows {
			w.table.Aspect("", r.Keys[0], r.Values[0])
		}
	}
	t, err := w.table.Table()
	if err != nil {
		return err
	}
	var fs []*fact.Fact
	var ids []string
	for i := range t.Facts {
		fs, ids = append(fs, &t.Facts[i]), append(ids, t.Facts[i].ID)
	}
	item := func(key string, ids ...string) {
		w.items(t, []outline.Item{{Section: outline.Summary, Key: key, Facts: ids}}, 1)
	}
	switch {
	case w.plan.Intent == Craving || w.plan.Intent == Rating || w.plan.Intent == History || w.plan.Intent == Where:
		rows = w.figures(rows)
	case len(fs) == 0:
		w.few()
	case w.plan.Intent == Opinion:
		item("", ids...)
	case w.plan.Intent == Sources:
		key := "month.source"
		if len(ids) == 1 {
			key = "month.source.one"
		}
		item(key, ids[:min(2, len(ids))]...)
	case w.plan.Intent == Best || w.plan.Intent == Worst:
		item("compare.mood", ids...)
	case w.plan.Intent == Aspect:
		key := "aspect."
		if fs[0].Entity == "" {
			key = "all."
		}
		w.own(t, key+string(fs[0].Direction), fs[0])
	case w.plan.Intent == Liked || w.plan.Intent == Disliked:
		w.opinions(t, fs)
	default:
		w.own(t, keys[0], fs[:min(3, len(fs))]...)
	}
	w.rows(q, rows)
	return nil
}

// opinions tells up to two aspects of the side that is asked for.
func (w *writing) opinions(t *fact.Table, fs []*fact.Fact) {
	want, n := fact.Up, 0
	if w.plan.Intent == Disliked {
		want = fact.Down
	}
	for _, f := range fs {
		if f.Direction == want && n < 2 {
			w.own(t, "all."+string(f.Direction), f)
			n++
		}
	}
	if n == 0 {
		w.plain(string(w.plan.Intent) + ".none")
	}
}

// figures answers by figures that no fact has: cravings, stars, counts by time and
// place. The text is ours and the figures are filled in, so nothing is generated here.
func (w *writing) figures(rows []metric.Row) []metric.Row {
	num := func(m string, v float64) string { return number(w.numbers, m, v) }
	switch w.plan.Intent {
	case Where:
		w.plain("where.all")
	case History:
		unit := "months"
		if w.plan.Weekly {
			unit = "weeks"
		}
		w.plain("history", "n", w.numbers.Int(w.out.Mentions), "rows", w.numbers.Int(int64(len(rows))), "unit", sentences[w.lang][unit])
	case Rating:
		v := rows[0].Values[0]
		if !v.Defined || v.N < fact.MinOpinions {
			w.few()
			return nil
		}
		w.plain("rating", "value", num("mean_rating", v.Value), "interval", interval(w.lang, w.numbers, "mean_rating", v.Low, v.High), "n", w.numbers.Int(v.N))
	case Craving:
		rows = fact.ByBalance(rows, 0, false)
		if len(rows) == 0 {
			w.few()
			return nil
		}
		rows = rows[:min(10, len(rows))]
		if w.entity() != "" {
			v := rows[0].Values[0]
			w.plain("craving.one", "value", num("craving_rate", v.Value), "interval", interval(w.lang, w.numbers, "craving_rate", v.Low, v.High), "n", w.numbers.Int(v.N))
			return rows
		}
		var list []string
		for _, r := range rows[:min(3, len(rows))] {
			v := r.Values[0]
			list = append(list, nameOf(w.lang, &fact.Table{}, w.a.Facts.Lexicon, metric.ByEntity, r.Keys[0])+" "+num("craving_rate", v.Value)+" ("+interval(w.lang, w.numbers, "craving_rate", v.Low, v.High)+")")
		}
		w.plain("craving", "min", w.numbers.Int(fact.MinOpinions), "list", strings.Join(list, "; "))
	}
	return rows
}
