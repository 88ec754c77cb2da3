// Package panel makes the boxes of a page: a panel takes a filter, asks one
// metric.Query or two, and gives a chart, the same figures as a table, and a
// title that says what they show. One file a panel; a page lists the panels it
// wants, and every panel can also be had as CSV.
//
// A panel never guesses: figures come with n and a 95 % interval, and below
// MinN observations it says that there is not enough data.
//
// Read next: tiles.go (the key figures), compare.go (differences and their
// intervals), docs/frontend.md (how to add a panel).
package panel

import (
	"context"
	"encoding/csv"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
)

// MinN is the number of observations below which a share or mean is not shown as
// a figure to lean on: its 95 % interval is then wider than ±18 points.
const MinN = 30

// Querier answers metrics queries; a store does.
type Querier interface {
	Query(context.Context, metric.Query) (metric.Result, error)
}

// Scope is what the panels of a page have in common.
type Scope struct {
	Store  Querier
	Filter metric.Filter // From and To are set
	Text   *locale.Printer
	Map    *chart.Map

	// Name is an entity's name in the reader's language, its id if unknown.
	Name func(id string) string
	// Link is the page of the mentions that a filter selects.
	Link func(metric.Filter) string
	// Notes are what readers wrote down for days; charts over time mark them.
	Notes []Note
}

// Note is a reader's remark on a day.
type Note struct {
	Day  mention.Day
	Text string
}

// Days is the length of the scope's period.
func (s Scope) Days() int { return int(s.Filter.To-s.Filter.From) + 1 }

// Previous is the same selection in the period of equal length just before.
func (s Scope) Previous() metric.Filter {
	f := s.Filter
	n := mention.Day(s.Days())
	f.From, f.To = f.From-n, f.From-1
	return f
}

// Panel is one box of a page.
type Panel struct {
	ID     string // stable: id of its element and value of ?panel=
	Title  string // the finding
	Told   string // the finding as a sentence with interval and n, where another part repeats it
	Sub    string // what is shown, in which period
	Note   string // source, n and kind of interval
	Chart  template.HTML
	Legend template.HTML
	Table  Table
	Empty  string // why there is nothing to show; Chart and Table are then empty
	Coming bool   // it is being computed: the page asks again
}

// Table is the twin of a chart: the same figures as text.
type Table struct {
	Cols []Col
	Rows [][]Cell
}

// Col is a column. Key is its name in CSV, the same in every language.
type Col struct {
	Key, Title string
	Num        bool
	On         Medium
}

// Medium says where a column is to be seen.
type Medium uint8

// Media of a column.
const (
	Everywhere Medium = iota
	PageOnly          // drawn, nothing that CSV could hold
	CSVOnly           // too much for the page
)

// OnPage reports whether the page shows the column.
func (c Col) OnPage() bool { return c.On != CSVOnly }

// Cell is one entry of a Table.
type Cell struct {
	Hint string        // more about the figure: how it was before correction
	Text string        // as the page shows it
	Raw  string        // as CSV has it; Text if empty
	Href string        // the mentions behind it
	Draw template.HTML // a word-sized chart instead of the text
	Num  bool
	Few  bool // n below MinN
	Head bool // heads its row

	Small string // a second, smaller line: interval and n
	Class string // of the style sheet, such as heat-5
}

// CSV writes the table with a header line. Text that a spreadsheet would take
// for a formula gets an apostrophe in front (OWASP, "CSV Injection").
func (t Table) CSV(w io.Writer) error {
	cw := csv.NewWriter(w)
	rec := make([]string, 0, len(t.Cols))
	for _, c := range t.Cols {
		if c.On != PageOnly {
			rec = append(rec, c.Key)
		}
	}
	if err := cw.Write(rec); err != nil {
		return fmt.Errorf("write CSV header: %w", err)
	}
	for _, row := range t.Rows {
		rec = rec[:0]
		for i, c := range row {
			if t.Cols[i].On == PageOnly {
				continue
			}
			if c.Raw != "" || c.Num {
				rec = append(rec, c.Raw)
				continue
			}
			rec = append(rec, SafeCSV(c.Text))
		}
		if err := cw.Write(rec); err != nil {
			return fmt.Errorf("write CSV row: %w", err)
		}
	}
	cw.Flush()
	return cw.Error()
}

// SafeCSV disarms text that a spreadsheet would run as a formula.
func SafeCSV(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Write formats a figure in its unit, without interval.
func (s Scope) Write(u metric.Unit, v float64) string {
	switch u {
	case metric.UnitCount:
		return s.Text.Int(int64(v))
	case metric.UnitShare:
		return s.Text.Percent(v, decimals(v))
	case metric.UnitNet:
		return s.Text.Signed(100*v, 0)
	default:
		return s.Text.Dec(v, 2)
	}
}

// decimals gives small shares a second decimal, so that 0.04 % is not 0.0 %.
func decimals(share float64) int {
	if share > 0 && share < .01 {
		return 2
	}
	return 1
}

// Interval writes "IC 95 %: a a b".
func (s Scope) Interval(u metric.Unit, v metric.Value) string {
	return s.Text.T("interval", "low", s.Write(u, v.Low), "high", s.Write(u, v.High))
}

// figure is the cell of a value with its link, or a dash without data.
func (s Scope) figure(u metric.Unit, v metric.Value, href string) Cell {
	if !v.Defined {
		return Cell{Text: "–", Num: true}
	}
	return Cell{Text: s.Write(u, v.Value), Raw: raw(v.Value), Href: href, Num: true, Few: u != metric.UnitCount && Thin(u, v), Hint: s.hint(u, v)}
}

// hint says how a corrected figure was counted.
func (s Scope) hint(u metric.Unit, v metric.Value) string {
	if !v.Defined || !v.Corrected {
		return ""
	}
	return s.Text.T("corrected.hint", "raw", s.Write(u, v.Raw))
}

// counted is the cell of a figure as the model counts it, for CSV.
func (s Scope) counted(u metric.Unit, v metric.Value) Cell {
	if v.Corrected {
		return s.bound(u, v, v.Raw)
	}
	return s.bound(u, v, v.Value)
}

// Thin reports whether a figure is not to be leaned on: too few observations, or,
// for a corrected one, errors of the model that leave half of the scale open.
func Thin(u metric.Unit, v metric.Value) bool {
	widest := 0.5
	if u == metric.UnitNet {
		widest = 1
	}
	return v.N < MinN || v.Corrected && v.High-v.Low > widest
}

func (s Scope) count(n int64, href string) Cell {
	return Cell{Text: s.Text.Int(n), Raw: strconv.FormatInt(n, 10), Href: href, Num: true}
}

func (s Scope) bound(u metric.Unit, v metric.Value, bound float64) Cell {
	if !v.Defined {
		return Cell{Text: "–", Num: true}
	}
	return Cell{Text: s.Write(u, bound), Raw: raw(bound), Num: true}
}

func raw(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// noteOf is the line under a chart of the i-th measure of a result; it says whether
// the figures are corrected for the model's errors.
func (s Scope) noteOf(n int64, interval string, r metric.Result, i int) string {
	if i >= len(r.Corrections) {
		return s.note(n, interval)
	}
	switch c := r.Corrections[i]; {
	case c.Model != "":
		return s.noteWith(n, s.Text.T("method.corrected", "model", c.Model))
	case c.Why != "":
		return s.note(n, interval) + ". " + s.Text.T("raw."+string(c.Why))
	}
	return s.note(n, interval)
}

// note is the line under a chart.
func (s Scope) note(n int64, interval string) string {
	return s.noteWith(n, s.Text.T("method."+interval))
}

func (s Scope) noteWith(n int64, method string) string {
	sources := s.Text.T("note.all_sources")
	if len(s.Filter.Sources) > 0 {
		names := make([]string, len(s.Filter.Sources))
		for i, src := range s.Filter.Sources {
			names[i] = s.Text.T("source." + string(src))
		}
		sources = strings.Join(names, ", ")
	}
	return s.Text.T("note", "sources", sources, "n", n, "interval", method)
}

func html(svg chart.SVG) template.HTML { return template.HTML(svg) }

// monday is the first day of d's ISO week.
func monday(d mention.Day) mention.Day { return d - (d+3)%7 }

// HTML marks a chart as safe to write into a page: package chart escapes.
func HTML(svg chart.SVG) template.HTML { return html(svg) }
