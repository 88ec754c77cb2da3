package web

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/store"
	"antojo/internal/trend"
	"antojo/internal/trend/engine"
	"antojo/internal/trend/preference"
	"antojo/internal/trend/topic"
)

// Preferences of one entity change slowly and need many mentions, so these panels
// look at a year up to the period's end, whatever period the page shows, and say so.
const preferenceDays = 365

const (
	rivalRows   = 8
	choiceReads = 300 // texts read for each cue of a choice
	choiceKeep  = 256
)

// profileReader counts kinds of mention; a store does.
type profileReader interface {
	Profiles(ctx context.Context, f metric.Filter, yield func(source mention.Source, sentiment mention.Sentiment, aspects uint16, rating float32, n int64)) error
}

// insights keeps what takes long to compute, apart from words and language.
type insights struct {
	drivers *memo[[2]preference.Analysis]
	rivals  *memo[rivals]
	areas   *memo[preference.Areas]
	topics  *memo[topic.Result]
}

type rivals struct {
	list     []preference.Rival
	enough   bool
	contests []preference.HeadToHead
	from, to mention.Day // days that the weeks span
}

// year is the filter of a view over a year up to its last day, or longer if it is.
func (v *view) year() metric.Filter {
	f := v.filter
	f.From = min(f.From, f.To-preferenceDays+1)
	return f
}

// preferenceBuilders are the panels of preferences on an entity's page.
func (s *Server) preferenceBuilders(v *view, id string) []builder {
	return []builder{
		{"drivers", func(ctx context.Context) (panel.Panel, error) { return s.drivers(ctx, v, preference.Sentiment) }},
		{"drivers-stars", func(ctx context.Context) (panel.Panel, error) { return s.drivers(ctx, v, preference.Stars) }},
		{"rivals", func(ctx context.Context) (panel.Panel, error) { return s.substitutes(ctx, v, id) }},
		{"areas", func(ctx context.Context) (panel.Panel, error) { return s.departments(ctx, v) }},
	}
}

// drivers shows which aspects go with an outcome.
func (s *Server) drivers(ctx context.Context, v *view, outcome preference.Outcome) (panel.Panel, error) {
	f := v.year()
	id := "drivers"
	if outcome == preference.Stars {
		id = "drivers-stars"
	}
	p := panel.Panel{ID: id, Title: v.text.T("drivers." + string(outcome) + ".name"), Sub: v.text.T("drivers."+string(outcome)+".sub", "days", v.text.Days(f.From, f.To))}
	both, err := s.insights.drivers.get(ctx, f.Values().Encode(), func(ctx context.Context) (out [2]preference.Analysis, err error) {
		r, ok := s.o.Data.(profileReader)
		if !ok {
			return out, nil
		}
		var ps []preference.Profile
		err = r.Profiles(ctx, f, func(source mention.Source, sentiment mention.Sentiment, aspects uint16, rating float32, n int64) {
			ps = append(ps, preference.Profile{Source: source, Sentiment: sentiment, Aspects: preference.UnpackAspects(aspects), Rating: float64(rating), N: n})
		})
		return [2]preference.Analysis{preference.Drivers(ps, preference.Sentiment), preference.Drivers(ps, preference.Stars)}, err
	})
	if err != nil {
		return p, fmt.Errorf("drivers: %w", err)
	}
	a := both[0]
	if outcome == preference.Stars {
		a = both[1]
	}
	if !a.Enough {
		p.Empty = v.text.T("drivers.few", "n", a.N)
		return p, nil
	}
	p.Title = v.text.T("drivers.unclear")
	if first := a.Drivers[0]; first.Clear() {
		p.Title = v.text.T("drivers."+string(outcome)+".title", "aspect", v.text.T("aspect_the."+first.Aspect.String()), "share", v.text.Percent(first.Share.Value, 0))
	}
	effect := func(x metric.Value, q float64, label mention.AspectLabel, aspect mention.Aspect) panel.Cell {
		g := f
		g.Aspects = []metric.AspectFilter{{Aspect: aspect, Polarity: label}}
		hint := ""
		if outcome == preference.Stars {
			hint = v.text.T("drivers.stars.hint")
		}
		if !x.Defined {
			return panel.Cell{Text: v.text.T("heat.few", "n", x.N), Num: true, Few: true, Href: mentionsLink(g), Hint: hint}
		}
		write := func(y float64) string { return v.scope.Write(metric.UnitNet, y) }
		if outcome == preference.Stars {
			write = func(y float64) string { return v.text.Signed(y, 2) }
		}
		c := panel.Cell{Text: write(x.Value), Raw: strconv.FormatFloat(x.Value, 'g', 6, 64), Num: true, Class: "delta unsure",
			Small: v.text.T("heat.interval", "low", write(x.Low), "high", write(x.High), "n", x.N), Href: mentionsLink(g), Hint: hint}
		if q <= .05 {
			if c.Class = "delta good"; x.Value < 0 {
				c.Class = "delta bad"
			}
		}
		return c
	}
	ends := func(x metric.Value) []panel.Cell {
		out := make([]panel.Cell, 3)
		for i := range out {
			out[i].Num = true
		}
		if x.Defined {
			out[0].Raw, out[1].Raw = strconv.FormatFloat(x.Low, 'g', 6, 64), strconv.FormatFloat(x.High, 'g', 6, 64)
		}
		out[2].Raw = strconv.FormatInt(x.N, 10)
		return out
	}
	hidden := func(key string) []panel.Col {
		return []panel.Col{{Key: key + "_low", Num: true, On: panel.CSVOnly}, {Key: key + "_high", Num: true, On: panel.CSVOnly}, {Key: key + "_n", Num: true, On: panel.CSVOnly}}
	}
	p.Table.Cols = slices.Concat([]panel.Col{{Key: "aspect", Title: v.text.T("col.aspect")}, {Key: "weight", Title: v.text.T("drivers.weight"), Num: true}, {Key: "range", Title: v.text.T("col.interval"), On: panel.PageOnly}}, hidden("weight"),
		[]panel.Col{{Key: "praised", Title: v.text.T("drivers.praised"), Num: true}}, hidden("praised"), []panel.Col{{Key: "criticised", Title: v.text.T("drivers.criticised"), Num: true}}, hidden("criticised"))
	hi := 0.0
	for _, d := range a.Drivers {
		hi = math.Max(hi, d.Share.High)
	}
	for _, d := range a.Drivers {
		tone := chart.Accent
		if !d.Clear() {
			tone = chart.Neutral
		}
		weight := panel.Cell{Text: v.text.Percent(d.Share.Value, 0), Raw: strconv.FormatFloat(d.Share.Value, 'g', 6, 64), Num: true,
			Small: v.text.T("interval.short", "low", v.text.Percent(d.Share.Low, 0), "high", v.text.Percent(d.Share.High, 0))}
		row := []panel.Cell{{Text: v.text.T("aspect." + d.Aspect.String()), Raw: d.Aspect.String(), Head: true}, weight,
			{Draw: panel.HTML(chart.Range{Value: d.Share.Value, Low: d.Share.Low, High: d.Share.High, Max: hi, Tone: tone, Defined: true}.Render())}}
		row = append(row, ends(d.Share)...)
		row = append(row, effect(d.Praised, d.QPraised, mention.AspectPos, d.Aspect))
		row = append(row, ends(d.Praised)...)
		row = append(row, effect(d.Criticised, d.QCriticised, mention.AspectNeg, d.Aspect))
		p.Table.Rows = append(p.Table.Rows, append(row, ends(d.Criticised)...))
	}
	p.Note = v.scope.Note(a.N, v.text.T("drivers.method")) + ". " + v.text.T("drivers."+string(outcome)+".note", "explained", v.text.Percent(a.Explained, 0))
	return p, nil
}

// departments draws the net sentiment of each department towards the others.
func (s *Server) departments(ctx context.Context, v *view) (panel.Panel, error) {
	f := v.year()
	f.Departments, f.Provinces = nil, nil
	p := panel.Panel{ID: "areas", Title: v.text.T("areas.name"), Sub: v.text.T("areas.sub", "days", v.text.Days(f.From, f.To))}
	r, err := s.steady.Query(ctx, metric.Query{Filter: f, Measures: []string{"net_sentiment"}, By: []metric.Dimension{metric.ByDepartment}, Limit: 100})
	if err != nil {
		return p, fmt.Errorf("departments: %w", err)
	}
	areas, err := s.insights.areas.get(ctx, f.Values().Encode(), func(context.Context) (preference.Areas, error) {
		var list []preference.Area
		for _, row := range r.Rows {
			if row.Keys[0] != "" {
				list = append(list, preference.Area{Key: row.Keys[0], Direct: row.Values[0]})
			}
		}
		return preference.Shrink(list, -1, 1), nil
	})
	if err != nil {
		return p, fmt.Errorf("departments: %w", err)
	}
	list := slices.Clone(areas.List)
	slices.SortStableFunc(list, func(a, b preference.Area) int {
		switch {
		case a.Shrunk.Defined != b.Shrunk.Defined:
			if a.Shrunk.Defined {
				return -1
			}
			return 1
		case a.Shrunk.Value != b.Shrunk.Value:
			if a.Shrunk.Value > b.Shrunk.Value {
				return -1
			}
			return 1
		}
		return int(b.Direct.N - a.Direct.N)
	})
	shown := 0
	var n int64
	lo, hi := 0.0, 0.0
	for _, a := range list {
		n += a.Direct.N
		if a.Shrunk.Defined {
			shown++
			lo, hi = min(lo, a.Shrunk.Low), max(hi, a.Shrunk.High)
		}
	}
	if shown == 0 {
		p.Empty = v.text.T("empty.few", "n", n, "min", panel.MinN)
		return p, nil
	}
	name := func(a preference.Area) string {
		d, _ := mention.DepartmentByCode(a.Key) // keys of a query are codes
		return d.Name()
	}
	p.Title = v.text.T("areas.flat", "mean", v.scope.Write(metric.UnitNet, areas.Mean))
	first, last := list[0], list[shown-1]
	switch up, down := first.Shrunk.Low > areas.Mean, last.Shrunk.High < areas.Mean; {
	case up && down:
		p.Title = v.text.T("areas.both", "top", name(first), "top_net", v.scope.Write(metric.UnitNet, first.Shrunk.Value), "bottom", name(last), "bottom_net", v.scope.Write(metric.UnitNet, last.Shrunk.Value))
	case up:
		p.Title = v.text.T("areas.top", "top", name(first), "net", v.scope.Write(metric.UnitNet, first.Shrunk.Value))
	case down:
		p.Title = v.text.T("areas.bottom", "bottom", name(last), "net", v.scope.Write(metric.UnitNet, last.Shrunk.Value))
	}
	p.Table.Cols = []panel.Col{{Key: "department", Title: v.text.T("col.department")}, {Key: "net_sentiment", Title: v.text.T("heat.net"), Num: true}, {Key: "range", Title: v.text.T("col.interval"), On: panel.PageOnly},
		{Key: "low", Num: true, On: panel.CSVOnly}, {Key: "high", Num: true, On: panel.CSVOnly}, {Key: "direct", Title: v.text.T("areas.direct"), Num: true}, {Key: "own", Title: v.text.T("areas.own"), Num: true}, {Key: "n", Title: "n", Num: true}}
	for _, a := range list {
		g := f
		d, err := mention.DepartmentByCode(a.Key)
		if err != nil {
			continue
		}
		g.Departments = []mention.Department{d}
		href := mentionsLink(g)
		if !a.Shrunk.Defined {
			p.Table.Rows = append(p.Table.Rows, []panel.Cell{{Text: d.Name(), Head: true, Few: true}, {Text: v.text.T("few.short"), Num: true, Few: true}, {}, {Num: true}, {Num: true}, {Text: "–", Num: true}, {Text: "–", Num: true}, v.scope.Count(a.Direct.N, href)})
			continue
		}
		tone := chart.Neutral
		if a.Shrunk.Low > areas.Mean || a.Shrunk.High < areas.Mean {
			tone = chart.Accent
		}
		x := a.Shrunk
		cell := panel.Cell{Text: v.scope.Write(metric.UnitNet, x.Value), Raw: strconv.FormatFloat(x.Value, 'g', 6, 64), Num: true, Href: href,
			Small: v.text.T("interval.short", "low", v.scope.Write(metric.UnitNet, x.Low), "high", v.scope.Write(metric.UnitNet, x.High))}
		direct := panel.Cell{Text: v.scope.Write(metric.UnitNet, a.Direct.Value), Raw: strconv.FormatFloat(a.Direct.Value, 'g', 6, 64), Num: true,
			Small: v.text.T("interval.short", "low", v.scope.Write(metric.UnitNet, a.Direct.Low), "high", v.scope.Write(metric.UnitNet, a.Direct.High))}
		p.Table.Rows = append(p.Table.Rows, []panel.Cell{{Text: d.Name(), Head: true}, cell,
			{Draw: panel.HTML(chart.Range{Value: x.Value, Low: x.Low, High: x.High, Min: lo, Max: hi, Tone: tone, Defined: true}.Render())},
			v.scope.Bound(metric.UnitNet, x, x.Low), v.scope.Bound(metric.UnitNet, x, x.High), direct,
			{Text: v.text.Percent(a.Own, 0), Raw: strconv.FormatFloat(a.Own, 'g', 4, 64), Num: true}, v.scope.Count(x.N, href)})
	}
	p.Note = v.scope.NoteOf(n, "net", r, 0) + ". " + v.text.T("areas.note", "mean", v.scope.Write(metric.UnitNet, areas.Mean), "min", panel.MinN)
	return p, nil
}

// rivalsOf compares an entity with the others of its kind by weeks and by what texts
// say.
func (s *Server) rivalsOf(ctx context.Context, v *view, id string) (rivals, error) {
	f := v.filter
	f.Entities, f.Text = nil, ""
	f.From = f.To // whatever period the page shows
	return s.insights.rivals.get(ctx, id+"\n"+f.Values().Encode(), func(ctx context.Context) (rivals, error) {
		var out rivals
		all := f
		all.From, all.Window = f.To, ""
		p, err := s.panels.get(ctx, all.Values().Encode(), func(ctx context.Context) (*engine.Panel, error) {
			return trend.ReadPanel(ctx, s.o.Data, s.names, f, f.To)
		})
		if err != nil {
			return out, err
		}
		out.list, out.enough = preference.Substitutes(p, id)
		out.from, out.to = f.To, f.To
		if p.Days > 0 {
			out.from, out.to = p.Start, p.Start+mention.Day(p.Days)-1
		}
		if p.Days >= 7 { // whole weeks
			out.from += mention.Day(p.Days % 7)
		}
		var choices []preference.Choice
		seen := map[mention.ID]bool{}
		for _, cue := range preference.Cues {
			g := f
			g.From, g.Entities, g.Text = out.from, []string{id}, cue
			ms, _, err := s.o.Data.Mentions(ctx, g, store.Page{Limit: choiceReads})
			if err != nil {
				return out, err
			}
			for _, m := range ms {
				if !seen[m.ID] {
					seen[m.ID] = true
					choices = append(choices, preference.Choices(m.Text, m.Entities)...)
				}
			}
		}
		out.contests = preference.Contests(id, choices)
		return out, nil
	})
}

// substitutes shows what rises when an entity falls, and what texts prefer to it.
func (s *Server) substitutes(ctx context.Context, v *view, id string) (panel.Panel, error) {
	p := panel.Panel{ID: "rivals", Title: v.text.T("rivals.name")}
	r, err := s.rivalsOf(ctx, v, id)
	if err != nil {
		return p, fmt.Errorf("substitutes: %w", err)
	}
	p.Sub = v.text.T("rivals.sub", "days", v.text.Days(r.from, r.to))
	if !r.enough {
		p.Empty = v.text.T("rivals.few")
		return p, nil
	}
	said := map[string]metric.Value{}
	for _, c := range r.contests {
		said[c.ID] = c.Wins
	}
	var rows []preference.Rival
	found := 0
	for i, x := range r.list {
		if x.Substitute() {
			found++
		}
		if i < rivalRows || said[x.ID].N >= 3 {
			rows = append(rows, x)
		}
	}
	if len(rows) == 0 {
		p.Empty = v.text.T("rivals.alone")
		return p, nil
	}
	p.Title = v.text.T("rivals.none", "n", len(r.list))
	if found > 0 {
		p.Title = v.text.N("rivals.finding", int64(found), "name", v.name(id), "first", v.name(rows[0].ID))
	}
	p.Table.Cols = []panel.Col{{Key: "entity", Title: v.text.T("col.entity")}, {Key: "together", Title: v.text.T("rivals.together"), Num: true}, {Key: "range", Title: v.text.T("col.interval"), On: panel.PageOnly},
		{Key: "low", Num: true, On: panel.CSVOnly}, {Key: "high", Num: true, On: panel.CSVOnly}, {Key: "q", Title: "q", Num: true}, {Key: "weeks", Title: v.text.T("rivals.weeks"), Num: true}, {Key: "weekly", Title: v.text.T("rivals.weekly"), Num: true},
		{Key: "preferred", Title: v.text.T("rivals.said"), Num: true}, {Key: "choices", Num: true, On: panel.CSVOnly}}
	num := func(x float64, digits int) panel.Cell {
		return panel.Cell{Text: v.text.Signed(x, digits), Raw: strconv.FormatFloat(x, 'g', 4, 64), Num: true}
	}
	for _, x := range rows {
		tone := chart.Neutral
		if x.Q <= .05 {
			if tone = chart.Positive; x.Together.Value < 0 {
				tone = chart.Negative
			}
		}
		together := num(x.Together.Value, 2)
		together.Small = v.text.T("interval.short", "low", v.text.Signed(x.Together.Low, 2), "high", v.text.Signed(x.Together.High, 2))
		wins := said[x.ID]
		preferred := panel.Cell{Text: "–", Num: true}
		if wins.Defined {
			won := int64(math.Round(wins.Value * float64(wins.N)))
			preferred = panel.Cell{Text: v.text.T("rivals.choices", "won", won, "n", wins.N), Raw: strconv.FormatInt(won, 10), Num: true,
				Small: v.text.T("interval.short", "low", v.text.Percent(wins.Low, 0), "high", v.text.Percent(wins.High, 0))}
		}
		f := v.filter
		f.From, f.To, f.Entities, f.Kinds = r.from, r.to, []string{x.ID}, nil
		weekly := panel.Cell{Text: v.text.Dec(x.Weekly, 1), Raw: strconv.FormatFloat(x.Weekly, 'g', 4, 64), Num: true, Href: mentionsLink(f)}
		p.Table.Rows = append(p.Table.Rows, []panel.Cell{{Text: v.name(x.ID), Raw: x.ID, Href: v.entityLink(x.ID), Head: true}, together,
			{Draw: panel.HTML(chart.Range{Value: x.Together.Value, Low: x.Together.Low, High: x.Together.High, Min: -1, Max: 1, Tone: tone, Defined: true}.Render())},
			num(x.Together.Low, 2), num(x.Together.High, 2), {Text: v.text.Dec(x.Q, 3), Raw: strconv.FormatFloat(x.Q, 'g', 4, 64), Num: true},
			{Text: v.text.Int(x.Together.N), Raw: strconv.FormatInt(x.Together.N, 10), Num: true}, weekly, preferred, {Raw: strconv.FormatInt(wins.N, 10), Num: true}})
	}
	p.Note = v.text.T("rivals.note", "n", len(r.list), "name", v.name(id))
	return p, nil
}

func newInsights(now func() time.Time) insights {
	return insights{
		drivers: slowMemo(newStaleMemo[[2]preference.Analysis](now, trendAge, insightStale, choiceKeep)),
		rivals:  slowMemo(newStaleMemo[rivals](now, trendAge, insightStale, choiceKeep)),
		areas:   slowMemo(newStaleMemo[preference.Areas](now, trendAge, insightStale, choiceKeep)),
		topics:  slowMemo(newTopicMemo(now)),
	}
}

// insightStale is how long a figure over a year is given while the next is computed.
const insightStale = 6 * trendStale

// slowMemo makes m refuse whoever wants only what is at hand (see later.go).
func slowMemo[T any](m *memo[T]) *memo[T] {
	m.slow = true
	return m
}
