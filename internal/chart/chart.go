// Package chart draws: pure functions from figures to SVG, the standard library
// only. Equal input gives equal bytes, everything that comes from outside is
// escaped, and colours are class names (the tones below), so that one style
// sheet serves light, dark and print, and a Content-Security-Policy without
// inline style holds.
//
// # Layout without a fixed width
//
// A chart with text must not shrink its text on a phone, so the outer element
// has no viewBox: what is placed along x is given in percent, what is placed
// along y in pixels. Paths cannot be given in percent; they lie in an inner
// element that is 1000 units wide and stretched (preserveAspectRatio="none",
// strokes do not scale). Room for labels beside the plot comes from the margins
// of the classes chart-l and chart-r in the style sheet; the text itself hangs
// over the edge of the plot.
//
// Read next: line.go (series over time), bars.go (rows), geo.go (map).
package chart

import (
	"math"
	"strconv"
	"strings"
)

// SVG is one finished, escaped <svg> element. Only this package makes one.
type SVG string

// Tone names a colour by its meaning; the style sheet gives it a value.
type Tone string

// Tones.
const (
	Accent   Tone = "accent"
	Positive Tone = "pos"
	Neutral  Tone = "neu"
	Negative Tone = "neg"
	Muted    Tone = "muted"
	Ink      Tone = "ink"

	// Six that mean nothing but "another one", for entities side by side.
	Cat1 Tone = "c1"
	Cat2 Tone = "c2"
	Cat3 Tone = "c3"
	Cat4 Tone = "c4"
	Cat5 Tone = "c5"
	Cat6 Tone = "c6"
)

// Tick is a labelled position; At is an index (x axis) or a value (y axis).
type Tick struct {
	At    float64
	Label string
}

// canvas appends markup. Numbers are written with at most two decimals and never
// in exponent form, so that output is short and the same on every machine.
type canvas struct{ b []byte }

func (c *canvas) raw(s string) *canvas { c.b = append(c.b, s...); return c }

func (c *canvas) text(s string) *canvas { c.b = appendEscaped(c.b, s); return c }

func (c *canvas) num(v float64) *canvas { c.b = appendNum(c.b, v); return c }

func (c *canvas) int(v int) *canvas { c.b = strconv.AppendInt(c.b, int64(v), 10); return c }

// attr writes a text attribute, unless it is empty.
func (c *canvas) attr(name, value string) *canvas {
	if value == "" {
		return c
	}
	return c.raw(" ").raw(name).raw(`="`).text(value).raw(`"`)
}

// numAttr writes a number attribute with its unit ("" or "%").
func (c *canvas) numAttr(name string, v float64, unit string) *canvas {
	return c.raw(" ").raw(name).raw(`="`).num(v).raw(unit).raw(`"`)
}

func (c *canvas) svg() SVG { return SVG(c.b) }

// open starts the outer element. With a name it is an image for assistive
// technology; without, it is decoration beside text that says the same.
func (c *canvas) open(class, name, size string) *canvas {
	c.raw(`<svg class="`).raw(class).raw(`" `).raw(size)
	if name == "" {
		return c.raw(` aria-hidden="true" focusable="false">`)
	}
	return c.raw(` role="img" focusable="false"`).attr("aria-label", name).raw(">")
}

func appendNum(b []byte, v float64) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return append(b, '0')
	}
	n := math.Round(v * 100)
	if n == 0 {
		return append(b, '0')
	}
	if math.Abs(n) < 1<<53 {
		i := int64(n)
		if i < 0 {
			b, i = append(b, '-'), -i
		}
		b = strconv.AppendInt(b, i/100, 10)
		switch f := i % 100; {
		case f == 0:
		case f%10 == 0:
			b = append(b, '.', byte('0'+f/10))
		default:
			b = append(b, '.', byte('0'+f/10), byte('0'+f%10))
		}
		return b
	}
	return strconv.AppendFloat(b, v, 'f', 0, 64)
}

// appendEscaped escapes text for element content and quoted attributes, and
// drops characters that XML does not allow.
func appendEscaped(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&#34;"...)
		case r == '\'':
			b = append(b, "&#39;"...)
		case r < ' ' && r != '\n' && r != '\t', r == 0xFFFE, r == 0xFFFF:
		default:
			b = append(b, string(r)...)
		}
	}
	return b
}

// safeID keeps what may stand in an id that is used in url(#…).
func safeID(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, s)
}
