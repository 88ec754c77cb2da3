package panel

import (
	"antojo/internal/chart"
	"context"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"

	"antojo/internal/mention"
	"antojo/internal/metric"
)

// heatRows is how many entities a heat table shows.
const heatRows = 15

// Figure is the cell of a value with its link, or a dash without data; for panels
// that other packages put together.
func (s Scope) Figure(u metric.Unit, v metric.Value, href string) Cell { return s.figure(u, v, href) }

// Bound is the cell of one end of an interval.
func (s Scope) Bound(u metric.Unit, v metric.Value, bound float64) Cell { return s.bound(u, v, bound) }

// Count is the cell of a number of mentions.
func (s Scope) Count(n int64, href string) Cell { return s.count(n, href) }

// Note is the line under a chart: sources, n and how the interval was made.
func (s Scope) Note(n int64, method string) string { return s.noteWith(n, method) }

// NoteOf is Note for the i-th measure of a result: it says whether its figures are
// corrected, and if not why.
func (s Scope) NoteOf(n int64, interval string, r metric.Result, i int) string {
	return s.noteOf(n, interval, r, i)
}

// Largest returns the ids of the entities that the filter selects most mentions of,
// at most limit and none below MinN.
func Largest(ctx context.Context, s Scope, limit int) ([]string, error) {
	r, err := s.Store.Query(ctx, metric.Query{Filter: s.Filter, Measures: []string{"mentions"}, By: []metric.Dimension{metric.ByEntity}, Order: "-mentions", Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("largest entities: %w", err)
	}
	var out []string
	for _, row := range r.Rows {
		if row.Values[0].N >= MinN {
			out = append(out, row.Keys[0])
		}
	}
	return out, nil
}

// netCell is a net figure as a coloured cell with interval and n below it.
func (s Scope) netCell(v metric.Value, href string) Cell {
	if !v.Defined {
		return Cell{Text: "–", Num: true, Class: "heat"}
	}
	c := s.figure(metric.UnitNet, v, href)
	c.Class = "heat"
	if c.Few {
		c.Text = s.Text.T("heat.few", "n", v.N)
		c.Class = "heat thin"
		return c
	}
	c.Class = "heat heat-" + strconv.Itoa(heatClass(v.Value))
	c.Small = s.Text.T("heat.interval", "low", s.Write(metric.UnitNet, v.Low), "high", s.Write(metric.UnitNet, v.High), "n", v.N)
	return c
}

// heatClass puts a net figure into one of seven classes: 0 from −100 to −60, 3 about
// zero, 6 from +60 on.
func heatClass(net float64) int {
	i := int(math.Abs(net)*5 + .5)
	if i > 3 {
		i = 3
	}
	if net < 0 {
		return 3 - i
	}
	return 3 + i
}

// numbers are the columns of a value's parts for CSV.
func numbers(key string) []Col {
	return []Col{{Key: key + "_low", Num: true, On: CSVOnly}, {Key: key + "_high", Num: true, On: CSVOnly}, {Key: key + "_n", Num: true, On: CSVOnly}}
}

func (s Scope) parts(v metric.Value) []Cell {
	if !v.Defined {
		return []Cell{{Num: true}, {Num: true}, s.count(v.N, "")}
	}
	return []Cell{s.bound(metric.UnitNet, v, v.Low), s.bound(metric.UnitNet, v, v.High), s.count(v.N, "")}
}

// Heat is the table of aspects by entity: net sentiment of each aspect, coloured, with
// the entity's own net and its change against the period before.
func Heat(ctx context.Context, s Scope, link func(id string) string) (Panel, error) {
	p := Panel{ID: "heat", Sub: s.Text.T("heat.sub", "days", s.Text.Days(s.Filter.From, s.Filter.To))}
	ids := s.Filter.Entities
	if len(ids) == 0 {
		var err error
		if ids, err = Largest(ctx, s, heatRows); err != nil {
			return p, err
		}
	}
	if len(ids) == 0 {
		p.Title, p.Empty = s.Text.T("heat.name"), s.Text.T("empty.period")
		return p, nil
	}
	var net, before, aspects metric.Result
	f := s.Filter
	f.Entities = ids
	prev := s.Previous()
	prev.Entities = ids
	err := Together(ctx,
		s.ask(&net, metric.Query{Filter: f, Measures: []string{"net_sentiment", "mentions"}, By: []metric.Dimension{metric.ByEntity}, Order: "-mentions", Limit: len(ids)}),
		s.ask(&before, metric.Query{Filter: prev, Measures: []string{"net_sentiment"}, By: []metric.Dimension{metric.ByEntity}, Limit: len(ids)}),
		s.ask(&aspects, metric.Query{Filter: f, Measures: []string{"aspect_net"}, By: []metric.Dimension{metric.ByEntity, metric.ByAspect}, Limit: len(ids) * int(mention.NumAspects)}))
	if err != nil {
		return p, fmt.Errorf("aspects by entity: %w", err)
	}
	if len(net.Rows) == 0 {
		p.Title, p.Empty = s.Text.T("heat.name"), s.Text.T("empty.period")
		return p, nil
	}
	old := map[string]metric.Value{}
	for _, row := range before.Rows {
		old[row.Keys[0]] = row.Values[0]
	}
	cells := map[string]metric.Value{}
	var best, worst metric.Value
	var bestKey, worstKey [2]string
	for _, row := range aspects.Rows {
		v := row.Values[0]
		cells[row.Keys[0]+"\n"+row.Keys[1]] = v
		if !v.Defined || Thin(metric.UnitNet, v) {
			continue
		}
		if v.Low > 0 && (!best.Defined || v.Low > best.Low) {
			best, bestKey = v, [2]string{row.Keys[0], row.Keys[1]}
		}
		if v.High < 0 && (!worst.Defined || v.High < worst.High) {
			worst, worstKey = v, [2]string{row.Keys[0], row.Keys[1]}
		}
	}
	named := func(k [2]string) string {
		return s.Text.T("heat.cell", "aspect", s.Text.T("aspect_the."+k[1]), "entity", s.Name(k[0]))
	}
	switch {
	case best.Defined && worst.Defined:
		p.Title = s.Text.T("heat.both", "best", named(bestKey), "best_net", s.Write(metric.UnitNet, best.Value), "worst", named(worstKey), "worst_net", s.Write(metric.UnitNet, worst.Value))
	case best.Defined:
		p.Title = s.Text.T("heat.best", "best", named(bestKey), "best_net", s.Write(metric.UnitNet, best.Value))
	case worst.Defined:
		p.Title = s.Text.T("heat.worst", "worst", named(worstKey), "worst_net", s.Write(metric.UnitNet, worst.Value))
	default:
		p.Title = s.Text.T("heat.unclear")
	}
	p.Table.Cols = []Col{{Key: "entity", Title: s.Text.T("col.entity")}, {Key: "n", Title: "n", Num: true}, {Key: "net_sentiment", Title: s.Text.T("heat.net"), Num: true}}
	p.Table.Cols = append(p.Table.Cols, numbers("net_sentiment")...)
	p.Table.Cols = append(p.Table.Cols, Col{Key: "change", Title: s.Text.T("heat.change"), Num: true})
	p.Table.Cols = append(p.Table.Cols, numbers("change")...)
	for _, a := range mention.AspectNames {
		p.Table.Cols = append(p.Table.Cols, Col{Key: a, Title: s.Text.T("aspect." + a), Num: true})
		p.Table.Cols = append(p.Table.Cols, numbers(a)...)
	}
	var n int64
	for _, row := range net.Rows {
		id := row.Keys[0]
		of := f
		of.Entities, of.Kinds = []string{id}, nil
		v, mentions := row.Values[0], row.Values[1]
		n += mentions.N
		cs := []Cell{{Text: s.Name(id), Raw: id, Href: link(id), Head: true}, s.count(mentions.N, s.Link(of)), s.netCell(v, s.Link(of))}
		cs = append(cs, s.parts(v)...)
		d := Difference(v, old[id])
		cs = append(cs, s.changeCell(d, v, old[id]))
		cs = append(cs, s.parts(d)...)
		for i, a := range mention.AspectNames {
			v := cells[id+"\n"+a]
			g := of
			g.Aspects = []metric.AspectFilter{{Aspect: mention.Aspect(i)}}
			cs = append(cs, s.netCell(v, s.Link(g)))
			cs = append(cs, s.parts(v)...)
		}
		p.Table.Rows = append(p.Table.Rows, cs)
	}
	p.Note = s.noteOf(n, "net", aspects, 0) + ". " + s.Text.T("heat.note", "min", MinN)
	return p, nil
}

// changeCell is a change of net sentiment: bold words only if its interval excludes none.
func (s Scope) changeCell(d, now, before metric.Value) Cell {
	if !d.Defined || Thin(metric.UnitNet, now) || Thin(metric.UnitNet, before) {
		return Cell{Text: s.Text.T("few.short"), Num: true, Few: true}
	}
	c := Cell{Text: s.Write(metric.UnitNet, d.Value), Raw: raw(d.Value), Num: true, Class: "delta unsure",
		Small: s.Text.T("heat.interval", "low", s.Write(metric.UnitNet, d.Low), "high", s.Write(metric.UnitNet, d.High), "n", before.N)}
	if Clear(d) {
		c.Class = "delta good"
		if d.Value < 0 {
			c.Class = "delta bad"
		}
	}
	return c
}

// ask returns a job that asks q.
func (s Scope) ask(r *metric.Result, q metric.Query) func(context.Context) error {
	return func(ctx context.Context) (err error) {
		*r, err = s.Store.Query(ctx, q)
		return err
	}
}

// Voices compares up to six entities: how much of the talk about them each has, how
// it is felt and how much it is craved.
func Voices(ctx context.Context, s Scope, ids []string, link func(id string) string) (Panel, error) {
	p := Panel{ID: "voices", Sub: s.Text.T("voices.sub", "days", s.Text.Days(s.Filter.From, s.Filter.To))}
	if len(ids) < 2 {
		p.Title, p.Empty = s.Text.T("voices.name"), s.Text.T("voices.empty")
		return p, nil
	}
	f := s.Filter
	f.Entities, f.Kinds = ids, nil
	prev := s.Previous()
	prev.Entities, prev.Kinds = ids, nil
	by := []metric.Dimension{metric.ByEntity}
	var now, before metric.Result
	err := Together(ctx,
		s.ask(&now, metric.Query{Filter: f, Measures: []string{"mentions", "net_sentiment", "craving_rate"}, By: by, Order: "-mentions", Limit: len(ids)}),
		s.ask(&before, metric.Query{Filter: prev, Measures: []string{"mentions"}, By: by, Limit: len(ids)}))
	if err != nil {
		return p, fmt.Errorf("compare: %w", err)
	}
	counts, old := map[string]int64{}, map[string]int64{}
	var all, allOld int64
	for _, row := range now.Rows {
		counts[row.Keys[0]] = row.Values[0].N
		all += row.Values[0].N
	}
	for _, row := range before.Rows {
		old[row.Keys[0]] = row.Values[0].N
		allOld += row.Values[0].N
	}
	if all < MinN {
		p.Title, p.Empty = s.Text.T("voices.name"), s.Text.T("empty.few", "n", all, "min", MinN)
		return p, nil
	}
	// Shares of the pairs of (mention, entity) among those compared: they add up to 1.
	share := func(id string) metric.Value { return metric.Share(counts[id], all) }
	first := now.Rows[0].Keys[0]
	p.Title = s.Text.T("voices.title", "first", s.Name(first), "share", s.Write(metric.UnitShare, share(first).Value))
	if len(now.Rows) > 1 && share(now.Rows[1].Keys[0]).High >= share(first).Low {
		p.Title = s.Text.T("voices.close", "first", s.Name(first), "second", s.Name(now.Rows[1].Keys[0]))
	}
	hi := 0.0
	for _, id := range ids {
		hi = math.Max(hi, share(id).High)
	}
	p.Table.Cols = slices.Concat([]Col{{Key: "entity", Title: s.Text.T("col.entity")}, {Key: "mentions", Title: s.Text.T("measure.mentions"), Num: true},
		{Key: "share", Title: s.Text.T("voices.share"), Num: true}, {Key: "interval", Title: s.Text.T("col.interval"), On: PageOnly}}, numbers("share"),
		[]Col{{Key: "change", Title: s.Text.T("voices.change"), Num: true}, {Key: "net_sentiment", Title: s.Text.T("heat.net"), Num: true}}, numbers("net_sentiment"),
		[]Col{{Key: "craving_rate", Title: s.Text.T("measure.craving_rate"), Num: true}}, numbers("craving_rate"))
	rows := map[string]metric.Row{}
	for _, row := range now.Rows {
		rows[row.Keys[0]] = row
	}
	order := slices.Clone(ids)
	slices.SortStableFunc(order, func(a, b string) int { return int(counts[b] - counts[a]) })
	for _, id := range order {
		of := f
		of.Entities = []string{id}
		href := s.Link(of)
		v := share(id)
		var net, craving metric.Value
		if row, ok := rows[id]; ok {
			net, craving = row.Values[1], row.Values[2]
		}
		d := Difference(v, metric.Share(old[id], allOld))
		change := Cell{Text: "–", Num: true}
		if d.Defined {
			change = Cell{Text: s.Text.Points(d.Value), Raw: raw(d.Value), Num: true, Class: "delta unsure", Small: s.Text.T("interval.short", "low", s.Text.Points(d.Low), "high", s.Text.Points(d.High))}
			if Clear(d) {
				change.Class = "delta"
			}
		}
		voice := s.figure(metric.UnitShare, v, href)
		voice.Small = s.Text.T("interval.short", "low", s.Write(metric.UnitShare, v.Low), "high", s.Write(metric.UnitShare, v.High))
		crave := s.figure(metric.UnitShare, craving, href)
		if crave.Few {
			crave.Text = s.Text.T("heat.few", "n", craving.N)
		} else if craving.Defined {
			crave.Small = s.Text.T("heat.interval", "low", s.Write(metric.UnitShare, craving.Low), "high", s.Write(metric.UnitShare, craving.High), "n", craving.N)
		}
		cs := []Cell{{Text: s.Name(id), Raw: id, Href: link(id), Head: true}, s.count(counts[id], href), voice,
			{Draw: drawShare(v, hi)}}
		cs = append(cs, s.parts(v)...)
		cs = append(cs, change, s.netCell(net, href))
		cs = append(cs, s.parts(net)...)
		cs = append(cs, crave)
		cs = append(cs, s.parts(craving)...)
		p.Table.Rows = append(p.Table.Rows, cs)
	}
	p.Note = s.noteOf(all, "net", now, 1) + ". " + s.Text.T("voices.note")
	return p, nil
}

// Profiles sets the aspects of up to six entities side by side.
func Profiles(ctx context.Context, s Scope, ids []string) (Panel, error) {
	p := Panel{ID: "profiles", Sub: s.Text.T("profiles.sub", "days", s.Text.Days(s.Filter.From, s.Filter.To))}
	p.Title = s.Text.T("profiles.name")
	if len(ids) < 2 {
		p.Empty = s.Text.T("voices.empty")
		return p, nil
	}
	f := s.Filter
	f.Entities, f.Kinds = ids, nil
	r, err := s.Store.Query(ctx, metric.Query{Filter: f, Measures: []string{"aspect_net"}, By: []metric.Dimension{metric.ByEntity, metric.ByAspect}, Limit: len(ids) * int(mention.NumAspects)})
	if err != nil {
		return p, fmt.Errorf("aspect profiles: %w", err)
	}
	cells := map[string]metric.Value{}
	var n int64
	for _, row := range r.Rows {
		cells[row.Keys[0]+"\n"+row.Keys[1]] = row.Values[0]
		n += row.Values[0].N
	}
	p.Table.Cols = []Col{{Key: "aspect", Title: s.Text.T("col.aspect")}}
	for _, id := range ids {
		p.Table.Cols = append(p.Table.Cols, Col{Key: id, Title: s.Name(id), Num: true})
		p.Table.Cols = append(p.Table.Cols, numbers(id)...)
	}
	// The finding is the aspect in which two of them differ most surely.
	apart := 0.0
	for i, a := range mention.AspectNames {
		cs := []Cell{{Text: s.Text.T("aspect." + a), Raw: a, Head: true}}
		for _, id := range ids {
			v := cells[id+"\n"+a]
			of := f
			of.Entities, of.Aspects = []string{id}, []metric.AspectFilter{{Aspect: mention.Aspect(i)}}
			cs = append(cs, s.netCell(v, s.Link(of)))
			cs = append(cs, s.parts(v)...)
			for _, other := range ids {
				w := cells[other+"\n"+a]
				if v.Defined && w.Defined && !Thin(metric.UnitNet, v) && !Thin(metric.UnitNet, w) && v.Low-w.High > apart {
					apart = v.Low - w.High
					p.Title = s.Text.T("profiles.title", "aspect", lowerFirst(s.Text.T("aspect."+a)), "first", s.Name(id), "second", s.Name(other),
						"net", s.Write(metric.UnitNet, v.Value), "other", s.Write(metric.UnitNet, w.Value))
				}
			}
		}
		p.Table.Rows = append(p.Table.Rows, cs)
	}
	if apart == 0 {
		p.Title = s.Text.T("profiles.flat")
	}
	p.Note = s.noteOf(n, "net", r, 0) + ". " + s.Text.T("heat.note", "min", MinN)
	return p, nil
}

func drawShare(v metric.Value, hi float64) template.HTML {
	return html(chart.Range{Value: v.Value, Low: v.Low, High: v.High, Min: 0, Max: hi, Tone: chart.Accent, Defined: v.Defined}.Render())
}
