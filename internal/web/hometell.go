package web

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/trend"
	"antojo/internal/trend/calendar"
)

const (
	homeFindings = 2   // of each direction, told as sentences
	feastsAhead  = 120 // days
	feastsShown  = 4
	feastFoods   = 3
	feastLift    = 1.1 // factor from which a feast is said to bring something
	gapExpected  = 10  // mentions that a gap must lack to be told: by chance e^-10
	sourceSilent = 3   // days without a mention after which a source is said to be silent
)

// finding is a sentence of the home page with what stands behind it.
type finding struct {
	Row  *trendRow // of the verdict
	Text string
	Href string // the mentions behind it
	Link string // what the link says
}

// findings tell the surest rises and falls, and what is liked and disliked.
func (v *view) findings(h *homeView) []finding {
	var out []finding
	tell := func(key string, rows []trendRow) {
		for i := range rows[:min(homeFindings, len(rows))] {
			r := &rows[i]
			out = append(out, finding{Row: r, Text: v.text.T(key, "name", r.Name, "growth", r.Growth, "interval", r.Interval, "n", r.N, "before", r.NPrevious), Href: r.NHref, Link: v.text.T("findings.mentions", "n", r.N)})
		}
	}
	tell("findings.up", h.Rising)
	tell("findings.down", h.Falling)
	if h.Aspects.Empty == "" && h.Aspects.Told != "" {
		out = append(out, finding{Text: h.Aspects.Told, Href: "#aspects", Link: v.text.T("findings.aspects")})
	}
	return out
}

// feastRow is a feast ahead with what it brought in earlier years.
type feastRow struct {
	Name, Day, In string
	Foods         []choice
	Known         bool // Foods are what earlier years brought, not only what it is named after
}

// feasts lists the feasts of the next weeks. What they bring is read from the outlook
// if that is at hand; the page does not wait for it.
func (s *Server) feasts(ctx context.Context, v *view, rep trend.Report) []feastRow {
	today := v.filter.To
	o, err := s.outlookOf(context.WithValue(ctx, atHand{}, true), v.filter)
	if err != nil {
		o = nil
	}
	type lifted struct {
		id   string
		lift float64
	}
	brings := map[string][]lifted{} // by feast and day
	if o != nil {
		for _, t := range rep.Trends {
			i := o.Index(t.Entity)
			if i < 0 || i >= len(o.Feasts) {
				continue
			}
			for _, m := range o.Feasts[i] {
				if m.Day > today && m.Lift >= feastLift {
					key := m.Feast.ID + m.Day.String()
					brings[key] = append(brings[key], lifted{t.Entity, m.Lift})
				}
			}
		}
	}
	type ahead struct {
		calendar.Feast
		day mention.Day
	}
	var next []ahead
	for _, f := range calendar.Feasts() {
		for year := today.Date().Year(); year <= today.Date().Year()+1; year++ {
			if a, _, ok := f.Days(year); ok && a > today && a <= today+feastsAhead {
				next = append(next, ahead{f, a})
			}
		}
	}
	slices.SortStableFunc(next, func(a, b ahead) int { return cmp.Compare(a.day, b.day) })
	var out []feastRow
	for _, f := range next[:min(len(next), feastsShown)] {
		name := f.Name
		if v.page.Lang == "en" {
			name = f.NameEN
		}
		row := feastRow{Name: upperFirst(bare(name)), Day: v.text.Day(f.day), In: v.text.N("feasts.in", int64(f.day-today))}
		list := brings[f.ID+f.day.String()]
		slices.SortStableFunc(list, func(a, b lifted) int { return cmp.Compare(b.lift, a.lift) })
		for _, l := range list[:min(len(list), feastFoods)] {
			row.Known = true
			row.Foods = append(row.Foods, choice{Label: v.name(l.id) + " ×" + v.text.Dec(l.lift, 1), Href: v.entityLink(l.id)})
		}
		if !row.Known {
			for _, id := range f.Foods {
				if _, ok := s.o.Lexicon.Entity(id); ok {
					row.Foods = append(row.Foods, choice{Label: v.name(id), Href: v.entityLink(id)})
				}
			}
		}
		out = append(out, row)
	}
	return out
}

// freshRow is how far one source reaches, and where it has holes.
type freshRow struct {
	Name, N, Href, Last string
	Class, State        string // chip
	Gaps                string
}

// sourcesOf says how fresh each source is and on which days of the period it is silent.
func (s *Server) sourcesOf(ctx context.Context, v *view) ([]freshRow, error) {
	f := v.filter
	r, err := s.data.Query(ctx, metric.Query{Filter: f, Measures: []string{"mentions"}, By: []metric.Dimension{metric.BySource, metric.ByDay}, Limit: 10_000})
	if err != nil {
		return nil, err
	}
	days := int(f.To-f.From) + 1
	counts := map[string][]int64{}
	for _, row := range r.Rows {
		d, err := mention.ParseDay(row.Keys[1])
		if i := int(d - f.From); err == nil && i >= 0 && i < days {
			if counts[row.Keys[0]] == nil {
				counts[row.Keys[0]] = make([]int64, days)
			}
			counts[row.Keys[0]][i] += int64(row.Values[0].Value)
		}
	}
	var out []freshRow
	for _, src := range mention.Sources {
		newest, ever := v.page.Coverage.Newest[src]
		by := counts[string(src)]
		if !ever && by == nil {
			continue
		}
		own := f
		own.Sources = []mention.Source{src}
		var n int64
		for _, x := range by {
			n += x
		}
		row := freshRow{Name: v.text.T("source." + string(src)), N: v.text.Int(n), Href: mentionsLink(own), Class: "pos", State: v.text.T("coverage.fresh")}
		if ever {
			last := mention.DayOf(newest)
			row.Last = v.text.Day(last)
			if silent := int(v.page.Coverage.Last - last); silent >= sourceSilent {
				row.Class, row.State = "neg", v.text.N("coverage.silent", int64(silent))
			}
		}
		var gaps []string
		for _, g := range gapsOf(by, n) {
			gaps = append(gaps, v.text.Days(f.From+mention.Day(g[0]), f.From+mention.Day(g[1])))
		}
		if len(gaps) > 0 {
			row.Gaps = strings.Join(gaps, "; ")
			if row.Class == "pos" {
				row.Class, row.State = "neu", v.text.N("coverage.gaps", int64(len(gaps)))
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// gapsOf finds runs of days without a mention that are too long to be chance: at the
// source's own daily mean over the other days they lack gapExpected mentions.
func gapsOf(by []int64, total int64) [][2]int {
	with := 0
	for _, n := range by {
		if n > 0 {
			with++
		}
	}
	if with == 0 {
		return nil
	}
	mean := float64(total) / float64(with)
	var out [][2]int
	for i := 0; i < len(by); {
		j := i
		for j < len(by) && by[j] == 0 {
			j++
		}
		if j > i && mean*float64(j-i) >= gapExpected {
			out = append(out, [2]int{i, j - 1})
		}
		i = max(j, i+1)
	}
	return out
}

// behind is what stands behind a figure whose mentions a page lists: the question, how
// to ask it again, the models and the coverage.
type behind struct {
	Query, Command, API string
	Models              string
	Sources             []choice // with their counts
	Days                string
	Coverage            string
}

// behindOf describes a selection; models are those of the mentions shown.
func behindOf(v *view, bySource metric.Result, shown []mention.Annotated) behind {
	f := v.filter
	q := f.Values().Encode()
	b := behind{Query: q, Command: "antojo query 'measures=mentions&" + q + "'", API: "/api/v1/query?measures=mentions&" + q}
	var models []string
	for i := range shown {
		if m := shown[i].Model; m != "" && !slices.Contains(models, m) {
			models = append(models, m)
		}
	}
	slices.Sort(models)
	b.Models = strings.Join(models, ", ")
	for _, row := range bySource.Rows {
		own := f
		own.Sources = []mention.Source{mention.Source(row.Keys[0])}
		b.Sources = append(b.Sources, choice{Label: v.text.T("source."+row.Keys[0]) + ": " + v.text.Int(int64(math.Round(row.Values[0].Value))), Href: mentionsLink(own)})
	}
	if f.From != 0 {
		b.Days = v.text.Days(f.From, max(f.From, f.To))
	}
	c := v.page.Coverage
	b.Coverage = v.text.T("behind.coverage.text", "n", c.Mentions, "days", v.text.Days(c.First, max(c.First, c.Last)), "age", v.text.Time(newestOf(c.Newest)))
	return b
}

func newestOf(by map[mention.Source]time.Time) (last time.Time) {
	for _, t := range by {
		if t.After(last) {
			last = t
		}
	}
	return last
}
