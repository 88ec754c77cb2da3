// Package figure makes a chart of package chart a picture that stands alone: an SVG
// with its colours in it, or a PNG. On a page a chart takes colours, margins and
// widths from the style sheet; here they are built in, in the light theme, and around
// the chart stand its title, what it shows and where it comes from.
//
// A chart is first taken apart into shapes in pixels (flatten.go); both formats are
// written from these, so they cannot differ.
//
// Read next: flatten.go, svg.go, png.go.
package figure

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"antojo/internal/chart"
)

// Figure is a picture to be made.
type Figure struct {
	Title  string // the finding
	Sub    string // what is shown, in which period
	Chart  chart.SVG
	Legend chart.SVG // "" = none
	Notes  []string  // source, n, question, date, model
	Rights string    // under which terms it may be used; drawn last, and told to programs
	Width  int       // pixels; 0 = DefaultWidth
}

// Widths of a figure in pixels.
const (
	DefaultWidth = 960
	MinWidth     = 320
	MaxWidth     = 2400
)

// Sizes of what surrounds a chart, in pixels.
const (
	pad        = 24.0
	titleSize  = 20.0
	titleLine  = 27.0
	subSize    = 13.0
	subLine    = 19.0
	noteSize   = 11.0
	noteLine   = 16.0
	maxMap     = 560.0 // height of a map
	legendWide = 360.0
)

// about says in words what the figure shows and where it comes from, for programs
// and for readers who do not see it.
func (f *Figure) about() string {
	lines := []string{f.Sub}
	for _, n := range f.Notes {
		if strings.TrimSpace(n) != "" {
			lines = append(lines, n)
		}
	}
	return strings.Join(lines, "\n")
}

// layout places everything.
func (f *Figure) layout() ([]shape, float64, float64, error) {
	width := f.Width
	switch {
	case width == 0:
		width = DefaultWidth
	case width < MinWidth || width > MaxWidth:
		return nil, 0, 0, fmt.Errorf("figure: width %d: want %d to %d", width, MinWidth, MaxWidth)
	}
	if f.Chart == "" {
		return nil, 0, 0, errors.New("figure: there is no chart")
	}
	fonts, err := loadFonts()
	if err != nil {
		return nil, 0, 0, err
	}
	w, inner := float64(width), float64(width)-2*pad
	var out []shape
	y := pad
	write := func(s string, size, line float64, bold bool, colour string) {
		for _, l := range fonts.wrap(s, size, bold, inner) {
			y += line
			out = append(out, shape{text: l, x: pad, y: y - (line-size)/2 - size*.2, size: size, bold: bold, fill: paint{colour, 1}})
		}
	}
	write(f.Title, titleSize, titleLine, true, ink)
	write(f.Sub, subSize, subLine, false, ink2)
	y += 14
	body, h, err := flatten(f.Chart, pad, y, inner, fonts)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("figure: %w", err)
	}
	out = append(out, body...)
	y += h
	if f.Legend != "" {
		y += 10
		wide := min(inner, legendWide)
		body, h, err := flatten(f.Legend, pad+(inner-wide)/2, y, wide, fonts)
		if err != nil {
			return nil, 0, 0, fmt.Errorf("figure: legend: %w", err)
		}
		out = append(out, body...)
		y += h
	}
	y += 12
	for _, n := range append(slices.Clone(f.Notes), f.Rights) {
		if strings.TrimSpace(n) != "" {
			write(n, noteSize, noteLine, false, ink2)
		}
	}
	return out, w, y + pad, nil
}

// paint is a colour, "" = none.
type paint struct {
	colour  string // #rrggbb
	opacity float64
}

// shape is a path or a line of text, in pixels.
type shape struct {
	path   []segment
	fill   paint
	stroke paint
	width  float64   // of the stroke
	dash   []float64 // of the stroke
	hatch  bool      // filled with thin lines only

	text   string
	x, y   float64
	anchor string // start, middle, end; "" = start
	size   float64
	bold   bool
}

// segment is a move ('M'), line ('L'), cubic ('C') or close ('Z').
type segment struct {
	op byte
	p  [6]float64
}
