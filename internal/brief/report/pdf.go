package report

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"antojo/internal/brief/fill"
	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/goregular"
)

// Measures of a page in millimetres: A4 upright.
const (
	pdfLeft, pdfTop, pdfRight, pdfBottom = 18.0, 16.0, 18.0, 18.0
	pdfWide                              = 210 - pdfLeft - pdfRight
	pdfFloor                             = 297 - pdfBottom
	pdfFont                              = "go"
)

// colour is red, green, blue.
type colour [3]int

var (
	inkColour   = colour{33, 28, 23}
	quietColour = colour{101, 92, 82}
	lineColour  = colour{226, 219, 208}
	headColour  = colour{122, 46, 14}
)

// PDF writes the document as PDF with text that can be searched and charts drawn
// from the same figures as those of the page. Equal documents give equal bytes.
func (d *Document) PDF(w io.Writer) error {
	p := &pdf{Fpdf: fpdf.New("P", "mm", "A4", ""), d: d}
	p.AddUTF8FontFromBytes(pdfFont, "", goregular.TTF)
	p.AddUTF8FontFromBytes(pdfFont, "B", gobold.TTF)
	p.AddUTF8FontFromBytes(pdfFont, "I", goitalic.TTF)
	p.SetCatalogSort(true)
	fixed := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // no clock in the bytes
	if d.Brief != nil {
		fixed = d.Brief.Table.Week.To.Date()
	}
	p.SetCreationDate(fixed)
	p.SetModificationDate(fixed)
	p.SetTitle(d.Title, true)
	p.SetSubject(d.Kicker, true)
	p.SetCreator("Antojo", true)
	p.SetLang(map[string]string{"en": "en", "es": "es-PE"}[d.Lang])
	p.SetMargins(pdfLeft, pdfTop, pdfRight)
	p.SetAutoPageBreak(true, pdfBottom)
	p.AliasNbPages("{nb}")
	p.SetFooterFunc(func() {
		p.SetY(-12)
		p.style("", 8, quietColour)
		p.CellFormat(pdfWide/2, 5, "Antojo · "+d.Kicker, "", 0, "L", false, 0, "")
		p.CellFormat(pdfWide/2, 5, fmt.Sprintf("%s %d %s {nb}", d.label("page"), p.PageNo(), d.label("of")), "", 0, "R", false, 0, "")
	})
	p.AddPage()
	p.document()
	if err := p.Error(); err != nil {
		return fmt.Errorf("report %s as PDF: %w", d.Product, err)
	}
	var b bytes.Buffer // whole before the first byte goes out
	if err := p.Output(&b); err != nil {
		return fmt.Errorf("report %s as PDF: %w", d.Product, err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

type pdf struct {
	*fpdf.Fpdf
	d *Document
}

func (p *pdf) style(weight string, size float64, c colour) {
	p.SetFont(pdfFont, weight, size)
	p.SetTextColor(c[0], c[1], c[2])
}

// room begins a page if less than h is left on this one.
func (p *pdf) room(h float64) {
	if p.GetY()+h > pdfFloor {
		p.AddPage()
	}
}

func (p *pdf) text(weight string, size, height float64, c colour, s string) {
	p.style(weight, size, c)
	p.MultiCell(0, height, s, "", "L", false)
}

func (p *pdf) document() {
	d := p.d
	if d.Synthetic {
		p.SetFillColor(255, 247, 237)
		p.style("B", 9, colour{138, 61, 5})
		p.MultiCell(0, 5, d.label("synthetic"), "", "L", true)
		p.Ln(2)
	}
	p.text("", 9, 4.6, quietColour, d.Kicker)
	p.text("B", 19, 8.4, inkColour, d.Title)
	p.Ln(2)
	if len(d.Parts) == 0 {
		p.text("", 10.5, 5.4, inkColour, d.label("empty"))
	}
	for _, part := range d.Parts {
		p.part(part)
	}
	if len(d.Notes) > 0 {
		p.heading(d.label("notes"))
		for _, n := range d.Notes {
			p.text("", 8.5, 4.3, quietColour, n)
			p.Ln(1)
		}
	}
	p.facts()
	if len(d.Provenance) > 0 {
		p.room(float64(len(d.Provenance)) * 5)
		p.Ln(3)
		for _, s := range d.Provenance {
			p.text("", 8, 4.1, quietColour, s)
		}
	}
}

// facts is the table of what each figure rests on.
func (p *pdf) facts() {
	d := p.d
	v := d.view(false)
	if len(v.Facts) == 0 {
		return
	}
	t := Table{Cols: []Col{{Title: d.label("col.fact")}, {Title: d.label("col.what")}, {Title: d.label("col.verdict")}, {Title: d.label("col.figures")}}}
	for _, r := range v.Facts {
		t.Rows = append(t.Rows, []string{r.ID, r.What, r.Verdict, r.Figures})
	}
	p.heading(d.label("facts"))
	p.table(t, 7.5)
}

func (p *pdf) heading(s string) {
	p.room(24)
	p.Ln(3)
	p.text("B", 12.5, 6.2, headColour, s)
	p.Bookmark(s, 0, -1)
	p.Ln(.6)
}

func (p *pdf) part(x Part) {
	if x.Title != "" {
		p.heading(x.Title)
	}
	if x.List {
		for _, t := range x.Text {
			p.text("", 10.5, 5.4, inkColour, "–\u00a0"+fill.Join(t))
			p.Ln(1)
		}
	} else if len(x.Text) > 0 {
		p.text("", 10.5, 5.4, inkColour, x.String())
		p.Ln(1)
	}
	for _, c := range x.Charts {
		p.chart(c)
	}
	for _, t := range x.Tables {
		if len(t.Rows) == 0 {
			continue
		}
		if t.Title != "" {
			p.room(22)
			p.Ln(2)
			p.text("B", 10, 5, inkColour, t.Title)
		}
		p.table(t, 8.5)
	}
	for _, i := range x.Ideas {
		p.idea(i)
	}
}

func (p *pdf) idea(x Idea) {
	p.room(42)
	p.Ln(2)
	top, page := p.GetY(), p.PageNo()
	p.SetLeftMargin(pdfLeft + 4)
	p.SetX(pdfLeft + 4)
	p.text("", 8, 4.2, colour{194, 65, 12}, x.Label)
	p.text("B", 11.5, 5.8, inkColour, x.Title)
	p.text("", 10.5, 5.4, inkColour, x.Copy)
	if x.Format != "" {
		p.text("I", 8.5, 4.4, quietColour, x.Format)
	}
	why := p.d.label("rests") + " " + strings.Join(x.Facts, ", ") + ": "
	for _, s := range x.Reason {
		why += s.Text
	}
	p.text("", 8.5, 4.4, quietColour, why+evidence(p.d, x))
	p.SetLeftMargin(pdfLeft)
	if p.PageNo() == page {
		p.SetDrawColor(234, 106, 31)
		p.SetLineWidth(.8)
		p.Line(pdfLeft, top, pdfLeft, p.GetY())
	}
	p.Ln(2)
}

// table draws a table; columns share the width by the length of what they hold.
func (p *pdf) table(t Table, size float64) {
	line := size * .47
	p.style("", size, inkColour)
	need := make([]float64, len(t.Cols))
	for i, c := range t.Cols {
		need[i] = p.GetStringWidth(c.Title) + 3
		for _, r := range t.Rows {
			if i < len(r) {
				need[i] = math.Max(need[i], math.Min(p.GetStringWidth(r[i])+3, pdfWide*.6))
			}
		}
	}
	sum := 0.0
	for _, n := range need {
		sum += n
	}
	// Shrunk in proportion, but no title is broken within a word.
	width := make([]float64, len(need))
	rest, shared := pdfWide, sum
	for i, c := range t.Cols {
		if least := p.GetStringWidth(c.Title) + 5; need[i]*pdfWide/sum < least {
			width[i] = least
			rest, shared = rest-least, shared-need[i]
		}
	}
	for i := range width {
		if width[i] == 0 {
			width[i] = need[i] * rest / shared
		}
	}
	head := func() {
		p.style("", size-.5, quietColour)
		p.row(t.Cols, width, titles(t.Cols), line)
		p.style("", size, inkColour)
	}
	head()
	for _, r := range t.Rows {
		if p.GetY()+p.height(width, r, line) > pdfFloor {
			p.AddPage()
			head()
		}
		p.row(t.Cols, width, r, line)
	}
	p.Ln(1)
}

func titles(cols []Col) []string {
	var out []string
	for _, c := range cols {
		out = append(out, c.Title)
	}
	return out
}

func (p *pdf) height(width []float64, r []string, line float64) float64 {
	most := 1
	for i, s := range r {
		if i < len(width) {
			most = max(most, len(p.SplitText(s, width[i]-2)))
		}
	}
	return float64(most)*line + 1.6
}

func (p *pdf) row(cols []Col, width []float64, r []string, line float64) {
	h := p.height(width, r, line)
	x, y := pdfLeft, p.GetY()
	for i, s := range r {
		if i >= len(width) {
			break
		}
		align := "L"
		if cols[i].Num {
			align = "R"
		}
		for k, l := range p.SplitText(s, width[i]-2) {
			p.SetXY(x, y+.8+float64(k)*line)
			p.CellFormat(width[i]-2, line, l, "", 0, align, false, 0, "")
		}
		x += width[i]
	}
	p.SetDrawColor(lineColour[0], lineColour[1], lineColour[2])
	p.SetLineWidth(.15)
	p.Line(pdfLeft, y+h, pdfLeft+pdfWide, y+h)
	p.SetXY(pdfLeft, y+h)
}
