package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sort"
	"strconv"

	"antojo/internal/lexicon"
	"antojo/internal/metric"
	"antojo/internal/panel"
	"antojo/internal/trend"
)

type trendsView struct {
	Coming           bool // the ranking is being computed; the rest is empty
	Window, Previous string
	Rows             []trendRow
	Columns          []sortColumn
	Shown, Of        int64
	MoreHref         string
	CSV              string
	Downloads        downloads // of the ranking of entities
	Title            string
	By               []choice // what the ranking may be of
	Ranks            panelView
	Picks            *picks // what can be ticked to be compared; nil when rows are not entities
}

// picks is the form that leads to the comparison.
type picks struct {
	Hidden []hidden
	Most   int
}

// sortColumn is a column head that sorts by its link.
type sortColumn struct {
	Key, Label, Href string
	Sort             string // aria-sort: ascending, descending or ""
	Num              bool
}

// trendOrders are the orders of the table; the first direction is the natural one.
var trendOrders = []struct {
	key  string
	num  bool
	desc bool
	less func(a, b *trend.Trend) bool
}{
	{"verdict", false, false, nil}, // the engine's own order
	{"name", false, false, func(a, b *trend.Trend) bool { return lexicon.Fold(a.Name) < lexicon.Fold(b.Name) }},
	{"weeks", false, true, func(a, b *trend.Trend) bool { return weeksRatio(a) < weeksRatio(b) }},
	{"mentions", true, true, func(a, b *trend.Trend) bool { return a.N < b.N }},
	{"growth", true, true, func(a, b *trend.Trend) bool { return a.Growth < b.Growth }},
	{"low", false, true, func(a, b *trend.Trend) bool { return a.Low < b.Low }},
	{"sov", true, true, func(a, b *trend.Trend) bool { return a.Voice.Value < b.Voice.Value }},
	{"net", true, true, func(a, b *trend.Trend) bool { return a.Net.Value < b.Net.Value }},
}

const trendPage = 50

func (s *Server) trendsPage(w http.ResponseWriter, r *http.Request) error {
	if tidy(w, r) {
		return nil
	}
	v, err := s.view(w, r, true)
	if err != nil {
		return err
	}
	q := clean(r.URL.Query())
	wait, cancel := patienceOf(r)
	defer cancel()
	f := v.filter
	ranks, coming, err := rankSoon(r.Context(), wait, s, func(ctx context.Context) (ranking, error) { return s.ranked(ctx, q, f) })
	if err != nil {
		return fmt.Errorf("trends: %w", err)
	}
	v.page.Title = v.text.T("trends.title")
	v.page.Filters = v.bar(r, []string{"kind", "source", "department", "campaign"}, "sort", "by", "set", "term")
	if coming {
		v.page.Body = trendsView{Coming: true, By: byChoices(v, r)}
		return s.render(w, r, http.StatusOK, "trends", v.page)
	}
	rep, subjects := ranks.report, ranks.subjects
	list := slices.Clone(rep.Trends)
	order, desc := sortTrends(list, r.URL.Query().Get("sort"))
	if r.URL.Query().Get("panel") != "" {
		_, err := s.twin(w, r, v, []builder{{"ranks", func(context.Context) (panel.Panel, error) { return s.rankPanel(v, rep), nil }}})
		return err
	}
	if r.URL.Query().Get("format") == "csv" {
		csvHeader(w, "antojo-tendencias.csv")
		if err := trendTable(list).CSV(w); err != nil {
			s.log.Debug("reader left", "request_id", idOf(r))
		}
		return nil
	}
	limit := trendPage
	if n, err := strconv.Atoi(r.URL.Query().Get("rows")); err == nil && n > 0 {
		limit = min(n, 2000)
	}
	t := trendsView{Window: span(v, rep.Window), Previous: span(v, rep.Previous), Of: int64(len(list))}
	lo, hi := growthAxis(list)
	ticked := r.URL.Query()["e"]
	for _, x := range list[:min(limit, len(list))] {
		row := s.trendRow(v, rep, x, lo, hi)
		row.Picked = slices.Contains(ticked, x.Entity)
		if subjects != nil {
			row = subjectRow(v, rep, row, subjects)
		}
		t.Rows = append(t.Rows, row)
	}
	t.Shown = int64(len(t.Rows))
	href := func(name, value string) string {
		q := clean(r.URL.Query())
		for _, drop := range []string{"lang", "theme", "rows", tourParam} {
			q.Del(drop)
		}
		if name == "format" { // a file has no ticks
			q.Del("e")
		}
		q.Set(name, value)
		return "/tendencias?" + q.Encode()
	}
	if t.Shown < t.Of {
		t.MoreHref = href("rows", strconv.Itoa(limit+200))
	}
	t.CSV = href("format", "csv")
	if subjects == nil {
		t.Downloads = v.download("trends", v.text.T("export.what.trends"), v.filter, nil)
		t.Ranks = viewOf(r, s.rankPanel(v, rep))
		t.Picks = v.picks()
	}
	t.By = byChoices(v, r)
	for _, o := range trendOrders {
		c := sortColumn{Key: o.key, Label: v.text.T("trends.col." + o.key), Num: o.num}
		next := o.key
		if o.desc {
			next = "-" + o.key
		}
		if o.key == order {
			c.Sort = "ascending"
			next = "-" + o.key
			if desc {
				c.Sort, next = "descending", o.key
			}
		}
		c.Href = href("sort", next)
		t.Columns = append(t.Columns, c)
	}
	var up, down int64
	for _, x := range list {
		switch x.Verdict {
		case trend.Rising:
			up++
		case trend.Falling:
			down++
		}
	}
	t.Title = v.text.N("trends.finding", int64(len(list)), "up", v.text.N("trends.up", up), "down", v.text.N("trends.down", down))
	v.page.Body = t
	return s.render(w, r, http.StatusOK, "trends", v.page)
}

// sortTrends orders in place by a key with "-" before it for descending; figures
// that are not defined come last either way.
func sortTrends(list []trend.Trend, by string) (key string, desc bool) {
	if len(by) > 0 && by[0] == '-' {
		by, desc = by[1:], true
	}
	for _, o := range trendOrders {
		if o.key != by || o.less == nil {
			continue
		}
		missing := func(t *trend.Trend) bool {
			return (by == "growth" && math.IsNaN(t.Growth)) || by == "low" && math.IsNaN(t.Low) || by == "weeks" && math.IsNaN(weeksRatio(t)) || by == "net" && panel.Thin(metric.UnitNet, t.Net) || by == "sov" && !t.Voice.Defined
		}
		sort.SliceStable(list, func(i, j int) bool {
			a, b := &list[i], &list[j]
			if ma, mb := missing(a), missing(b); ma || mb {
				return !ma && mb
			}
			if desc {
				return o.less(b, a)
			}
			return o.less(a, b)
		})
		return by, desc
	}
	return "verdict", false
}

// weeksRatio compares the last third of the sparkline's weeks with the first third,
// which is what the eye does with it; NaN without mentions in the first.
func weeksRatio(t *trend.Trend) float64 {
	third := len(t.Spark) / 3
	var first, last int64
	for i := range third {
		first += t.Spark[i]
		last += t.Spark[len(t.Spark)-1-i]
	}
	if first == 0 {
		return math.NaN()
	}
	return float64(last) / float64(first)
}

func trendTable(list []trend.Trend) panel.Table {
	t := panel.Table{}
	for _, k := range []string{"entity", "name", "kind", "n", "n_previous", "growth", "low", "high", "q", "verdict", "share_of_voice", "net_sentiment", "net_low", "net_high", "net_n"} {
		t.Cols = append(t.Cols, panel.Col{Key: k})
	}
	num := func(v float64, ok bool) panel.Cell {
		if !ok || math.IsNaN(v) {
			return panel.Cell{Num: true}
		}
		return panel.Cell{Num: true, Raw: strconv.FormatFloat(v, 'g', 6, 64)}
	}
	for _, x := range list {
		t.Rows = append(t.Rows, []panel.Cell{
			{Text: x.Entity}, {Text: x.Name}, {Text: x.Kind}, num(float64(x.N), true), num(float64(x.NPrevious), true),
			num(x.Growth, x.Enough), num(x.Low, x.Enough), num(x.High, x.Enough), num(x.Q, x.Enough), {Text: string(x.Verdict)},
			num(x.Voice.Value, x.Voice.Defined), num(x.Net.Value, x.Net.Defined), num(x.Net.Low, x.Net.Defined), num(x.Net.High, x.Net.Defined), num(float64(x.Net.N), true),
		})
	}
	return t
}
