package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"

	"antojo/internal/brief"
	"antojo/internal/brief/fill"
)

var (
	//go:embed page.gohtml
	pageText string
	//go:embed email.gohtml
	emailText string
	//go:embed page.css
	pageStyle string
)

// view is what the templates read.
type view struct {
	*Document
	Links bool // link to the mentions of the site the fragment stands in
	Facts []brief.FactRow
	Style template.CSS
}

// Label writes a word of the frame.
func (v view) Label(key string) string { return v.label(key) }

// Drawing is a chart as SVG; package chart escapes all that it writes.
func (v view) Drawing(c Chart) template.HTML { return template.HTML(c.SVG()) }

// Evidence is the address of the mentions behind an idea.
func (v view) Evidence(x Idea) string { return "/menciones?" + x.Query }

// Mention is the address of one mention.
func (v view) Mention(id string) string { return "/mencion/" + url.PathEscape(id) }

// Short is an id as tables write it.
func (v view) Short(id string) string { return short(id) }

// Behind is the address of the mentions that a filter selects.
func (v view) Behind(query string) string { return "/menciones?" + query }

// Linked is a table with the addresses of the mentions behind its rows.
func (v view) Linked(t Table) linkedTable { return linkedTable{t, v.Links} }

type linkedTable struct {
	Table
	links bool
}

// Href is the address of the mentions behind a row, "" where there is none.
func (t linkedTable) Href(row int) string {
	if !t.links || row >= len(t.Behind) || t.Behind[row] == "" {
		return ""
	}
	return "/menciones?" + t.Behind[row]
}

// Filled reports whether a piece leads to a fact.
func (v view) Filled(p fill.Piece) bool { return filled(p) }

// Lines cuts a text to publish into its lines.
func (v view) Lines(s string) []string { return strings.Split(s, "\n") }

// Bars is a chart as rows with the length of their bars, for e-mail.
func (v view) Bars(c Chart) []barRow {
	t, scale := c.Rows(v.Numbers)
	out := make([]barRow, len(t.Rows))
	for i, r := range t.Rows {
		full := int(scale[i]*96 + .5)
		out[i] = barRow{r[0], strings.Join(r[1:], " · "), max(1, full), 100 - max(1, full), "#ea6a1f"}
		if c.Diverging != nil {
			if out[i].Colour = "#2a97a0"; c.Diverging.Rows[i].Net < 0 {
				out[i].Colour = "#c94b7d"
			}
		}
	}
	return out
}

// Heads names the columns of a chart with several lines.
func (v view) Heads(c Chart) string {
	if c.Lines == nil || len(c.Lines.Series) < 2 {
		return ""
	}
	var names []string
	for _, s := range c.Lines.Series {
		names = append(names, s.Label)
	}
	return strings.Join(names, " · ")
}

type barRow struct {
	Label, Text string
	Full, Rest  int // per cent of the bar's cell
	Colour      string
}

func (d *Document) view(links bool) view {
	v := view{Document: d, Links: links, Style: template.CSS(pageStyle)}
	if d.Brief != nil {
		v.Facts = d.Brief.Rows(d.Numbers)
	}
	return v
}

// Fragment writes the document for a page of the site: no style of its own, no
// heading of first order, with links to the mentions.
func (d *Document) Fragment() (template.HTML, error) {
	var b bytes.Buffer
	if err := d.execute(&b, pageText, "body", true); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil
}

// HTML writes the document as one page without scripts, with nothing loaded from
// elsewhere and a style for print.
func (d *Document) HTML(w io.Writer) error { return d.execute(w, pageText, "page", false) }

// Email writes the document as HTML for mail clients: tables for layout, styles in
// attributes, no drawing, nothing loaded from elsewhere.
func (d *Document) Email(w io.Writer) error { return d.execute(w, emailText, "email", false) }

func (d *Document) execute(w io.Writer, text, name string, links bool) error {
	t, err := template.New("report").Parse(text)
	if err != nil {
		return fmt.Errorf("report template: %w", err)
	}
	var b bytes.Buffer // whole before the first byte goes out
	if err := t.ExecuteTemplate(&b, name, d.view(links)); err != nil {
		return fmt.Errorf("report %s: %w", d.Product, err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// inside is a sentence with the view around it.
type inside struct {
	View   view
	Pieces Sentence
}

// With hands a sentence on to its template.
func (v view) With(s Sentence) inside { return inside{v, s} }
