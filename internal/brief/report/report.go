// Package report holds a finished product of the brief writer before it is
// printed: checked sentences with the facts behind them, charts, tables and ideas.
// A document knows no file format; html.go, email.go, markdown.go, json.go and
// pdf.go print it, and all of them print the same figures.
//
// Read next: package product (how documents are made), html.go.
package report

import (
	"math"

	"antojo/internal/brief"
	"antojo/internal/brief/fact"
	"antojo/internal/brief/fill"
	"antojo/internal/chart"
)

// Document is one product, ready to be printed.
type Document struct {
	Product   string // weekly, monthly, dossier, comparison, alert, studio
	Lang      string // es or en
	Period    string // 2026-W46, 2026-10, or a range of days in words
	Kicker    string // what this is, above the title
	Title     string
	Synthetic bool
	Parts     []Part
	Notes     []string // method, coverage, who wrote
	// Provenance is the last of a PDF: the request, when and by what it was made, terms.
	Provenance []string
	Brief      *brief.Brief // sentences and facts; its outline's text is in Parts
	Numbers    fill.Numbers
}

// Part is a section: text, then charts, tables, ideas and quotes.
type Part struct {
	Title  string
	Text   []Sentence
	List   bool // the sentences stand each on their own line
	Charts []Chart
	Tables []Table
	Ideas  []Idea
}

// Sentence is checked text; a piece with a reference was filled from a fact.
type Sentence []fill.Piece

// Chart is one drawing. Exactly one of the forms is set; all are drawn from the same
// figures as the tables, in every format.
type Chart struct {
	Title     string   // what is shown
	Note      string   // n, interval, period
	Steps     []string // of Lines: what each step is called, all of them
	Lines     *chart.Lines
	Bars      *chart.Bars
	Diverging *chart.Diverging
}

// SVG draws the chart for a page.
func (c Chart) SVG() chart.SVG {
	switch {
	case c.Lines != nil:
		return c.Lines.Render()
	case c.Bars != nil:
		return c.Bars.Render()
	case c.Diverging != nil:
		return c.Diverging.Render()
	}
	return ""
}

// Table is a table of text; a cell that begins with a figure stands to the right.
type Table struct {
	Title string
	Name  string // for who cannot see it, where there is no title
	Cols  []Col
	Rows  [][]string
	// Behind are, for each row, the filter that selects the mentions that it counts, for
	// pages of the site; "" or too short = none.
	Behind []string
}

// Col is a column.
type Col struct {
	Title string
	Num   bool
}

// Idea is one suggestion of the content studio.
type Idea struct {
	Kind    string // post, campaign, menu, product
	Label   string // the kind in words
	Title   string
	Copy    string   // the text to publish, or the suggestion
	Format  string   // how to publish it on the channel
	Reason  Sentence // the finding in a checked sentence
	Facts   []string // fact ids that it rests on
	Mention []string // ids of mentions that are evidence
	Query   string   // filter of all mentions behind it
}

// Rows is the chart as a table: what a mail client shows in place of a drawing, and
// what a screen reader can follow. Scale is a bar's length, 0 to 1, for each row.
func (c Chart) Rows(n fill.Numbers) (t Table, scale []float64) {
	switch {
	case c.Bars != nil:
		most := c.Bars.Max
		for _, r := range c.Bars.Rows {
			most = math.Max(most, math.Max(r.Value, r.High))
		}
		for _, r := range c.Bars.Rows {
			t.Rows = append(t.Rows, []string{r.Label, r.Text})
			scale = append(scale, part(r.Value, most))
		}
	case c.Diverging != nil:
		for _, r := range c.Diverging.Rows {
			t.Rows = append(t.Rows, []string{r.Label, r.Text})
			scale = append(scale, math.Abs(r.Net))
		}
	case c.Lines != nil && len(c.Lines.Series) > 0:
		// The last steps of each series; a mail is no place for half a year of weeks.
		const last = 8
		s := c.Lines.Series[0]
		t.Cols = []Col{{}}
		for _, x := range c.Lines.Series {
			t.Cols = append(t.Cols, Col{x.Label, true})
		}
		most := 0.0
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				most = math.Max(most, v)
			}
		}
		for i := max(0, len(s.Values)-last); i < len(s.Values); i++ {
			label := ""
			if i < len(c.Steps) {
				label = c.Steps[i]
			}
			row := []string{label}
			for _, s := range c.Lines.Series {
				v := "–"
				if i < len(s.Values) && !math.IsNaN(s.Values[i]) {
					v = n.Int(int64(math.Round(s.Values[i])))
				}
				row = append(row, v)
			}
			t.Rows = append(t.Rows, row)
			scale = append(scale, part(s.Values[i], most))
		}
	}
	return t, scale
}

func part(v, most float64) float64 {
	if !(most > 0) || math.IsNaN(v) || v < 0 {
		return 0
	}
	return math.Min(1, v/most)
}

// Text is all sentences of a part in one string.
func (p Part) String() string {
	s := ""
	for i, x := range p.Text {
		if i > 0 {
			s += " "
		}
		s += fill.Join(x)
	}
	return s
}

// FromBrief makes the parts of a brief's sections, in their order, without the headline.
func FromBrief(b *brief.Brief, title func(key string) string) []Part {
	var out []Part
	for _, s := range b.Sections {
		if s.Key == "headline" {
			continue
		}
		p := Part{Title: title(string(s.Key))}
		for _, x := range s.Sentences {
			p.Text = append(p.Text, x.Pieces)
		}
		out = append(out, p)
	}
	return out
}

// facts are the facts of the document, none without a brief.
func (d *Document) facts() []fact.Fact {
	if d.Brief == nil {
		return nil
	}
	return d.Brief.Table.Facts
}

// filled reports whether a piece was filled from a fact and so may lead to it.
func filled(p fill.Piece) bool {
	return p.Ref != nil && p.Ref.Fact != "P" && p.Ref.Field != ""
}
