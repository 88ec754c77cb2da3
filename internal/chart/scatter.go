package chart

import (
	"math"
	"sort"
)

// Point is one thing on a Scatter: two figures, each with its interval.
type Point struct {
	Label              string
	Title              string // what a pointer shows: name, figures, n
	Href               string // where a click leads
	X, XLow, XHigh     float64
	Y, YLow, YHigh     float64
	Tone               Tone
	Strong             bool // drawn with intervals and label; the others are faint dots
	Shape              Shape
	labelAt, labelSide float64
}

// Shape tells groups apart without colour.
type Shape uint8

// Shapes.
const (
	Circle Shape = iota
	Diamond
	Square
	Triangle
)

// Scatter is a map of two figures with the middle of all as a cross of lines and a
// word in each corner.
type Scatter struct {
	Name             string
	Height           int // pixels; default 420
	XTitle, YTitle   string
	XMid, YMid       float64
	Corners          [4]string // top left, top right, bottom left, bottom right
	Points           []Point
	XFormat, YFormat func(float64) string
}

const (
	scatterTop    = 26
	scatterBottom = 46
	labelLine     = 14 // pixels between labels
	labelReach    = 24 // per cent of the width that a label may cover
)

// Render draws the chart: grid, middle, corners, faint points, then strong ones with
// their intervals, and labels last.
func (s Scatter) Render() SVG {
	height := s.Height
	if height == 0 {
		height = 420
	}
	xlo, xhi := s.XMid, s.XMid
	ylo, yhi := s.YMid, s.YMid
	for _, p := range s.Points {
		xlo, xhi = extent(xlo, xhi, []float64{p.X})
		ylo, yhi = extent(ylo, yhi, []float64{p.Y})
		if p.Strong {
			xlo, xhi = extent(xlo, xhi, []float64{p.XLow, p.XHigh})
			ylo, yhi = extent(ylo, yhi, []float64{p.YLow, p.YHigh})
		}
	}
	xt, yt := Ticks(xlo, xhi, 5), Ticks(ylo, yhi, 5)
	xs := scale{xt[0], xt[len(xt)-1], 100}
	plot := float64(height - scatterTop - scatterBottom)
	ys := scale{yt[0], yt[len(yt)-1], plot}
	y := func(v float64) float64 { return scatterTop + plot - ys.clamp(v) }
	format := func(f func(float64) string, v float64) string {
		if f == nil {
			return string(appendNum(nil, v))
		}
		return f(v)
	}
	c := &canvas{b: make([]byte, 0, 2048+320*len(s.Points))}
	size := canvas{}
	size.raw(`width="100%" height="`).int(height).raw(`"`)
	c.open("chart chart-scatter chart-l", s.Name, string(size.b))
	c.raw(`<g class="grid">`)
	for _, v := range yt {
		c.raw(`<line x1="0" x2="100%"`).numAttr("y1", y(v), "").numAttr("y2", y(v), "").raw("/>")
	}
	c.raw(`</g><g class="axis axis-y">`)
	for _, v := range yt {
		c.raw(`<text x="0" dx="-8"`).numAttr("y", y(v)+4, "").raw(">").text(format(s.YFormat, v)).raw("</text>")
	}
	c.raw(`</g><g class="axis axis-x">`)
	for i, v := range xt {
		anchor := ""
		switch i {
		case 0:
			anchor = "start"
		case len(xt) - 1:
			anchor = "end"
		}
		c.raw("<text").attr("class", anchor).numAttr("x", xs.at(v), "%").numAttr("y", scatterTop+plot+17, "").raw(">").text(format(s.XFormat, v)).raw("</text>")
	}
	c.raw(`<text class="end axis-title" x="100%"`).numAttr("y", scatterTop+plot+36, "").raw(">").text(s.XTitle).raw("</text>")
	c.raw(`<text class="start axis-title" x="0" y="11" dx="-8">`).text(s.YTitle).raw("</text></g>")
	c.raw(`<g class="middle"><line`).numAttr("x1", xs.clamp(s.XMid), "%").numAttr("x2", xs.clamp(s.XMid), "%").numAttr("y1", scatterTop, "").numAttr("y2", scatterTop+plot, "").
		raw(`/><line x1="0" x2="100%"`).numAttr("y1", y(s.YMid), "").numAttr("y2", y(s.YMid), "").raw("/></g>")
	c.raw(`<g class="corners">`)
	for i, word := range s.Corners {
		if word == "" {
			continue
		}
		at := scatterTop + 14.0
		if i >= 2 {
			at = scatterTop + plot - 8
		}
		if i%2 == 0 {
			c.raw(`<text class="start" x="0" dx="6"`)
		} else {
			c.raw(`<text class="end" x="100%" dx="-6"`)
		}
		c.numAttr("y", at, "").raw(">").text(word).raw("</text>")
	}
	c.raw("</g>")
	ps := make([]Point, len(s.Points))
	copy(ps, s.Points)
	sort.SliceStable(ps, func(a, b int) bool { return !ps[a].Strong && ps[b].Strong })
	for i := range ps {
		ps[i].render(c, xs, y)
	}
	labels(ps, xs, y)
	c.raw(`<g class="labels">`)
	for _, p := range ps {
		if !p.Strong {
			continue
		}
		side, dx := "start", 9.0
		if p.labelSide < 0 {
			side, dx = "end", -9
		}
		c.raw(`<text class="`).raw(side).raw(" f-").raw(string(p.Tone)).raw(`"`).numAttr("x", xs.clamp(p.X), "%").numAttr("dx", dx, "").numAttr("y", p.labelAt+4, "").raw(">").text(p.Label).raw("</text>")
	}
	return c.raw("</g></svg>").svg()
}

func (p *Point) render(c *canvas, xs scale, y func(float64) float64) {
	if math.IsNaN(p.X) || math.IsNaN(p.Y) {
		return
	}
	class := "point"
	if !p.Strong {
		class = "point faint"
	}
	c.raw(`<g class="`).raw(class).raw(`"`).attr("data-href", p.Href).raw(">")
	if p.Title != "" {
		c.raw("<title>").text(p.Title).raw("</title>")
	}
	px, py := xs.clamp(p.X), y(p.Y)
	if p.Strong {
		c.raw(`<line class="l-`).raw(string(p.Tone)).raw(` ci"`).numAttr("x1", xs.clamp(p.XLow), "%").numAttr("x2", xs.clamp(p.XHigh), "%").numAttr("y1", py, "").numAttr("y2", py, "").raw("/>")
		c.raw(`<line class="l-`).raw(string(p.Tone)).raw(` ci"`).numAttr("x1", px, "%").numAttr("x2", px, "%").numAttr("y1", y(p.YLow), "").numAttr("y2", y(p.YHigh), "").raw("/>")
	}
	// A nested element carries x in percent, so that the shape's own units are pixels.
	c.raw(`<svg overflow="visible"`).numAttr("x", px, "%").numAttr("y", py, "").raw(`><path class="t-`).raw(string(p.Tone)).raw(`" d="`)
	switch p.Shape {
	case Diamond:
		c.raw("M0-6L6 0L0 6L-6 0Z")
	case Square:
		c.raw("M-4.5-4.5H4.5V4.5H-4.5Z")
	case Triangle:
		c.raw("M0-6L5.5 4.5H-5.5Z")
	default:
		c.raw("M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z")
	}
	c.raw(`"/></svg></g>`)
}

// labels places the names of strong points beside them, on the side with room, and
// moves apart those that would overlap.
func labels(ps []Point, xs scale, y func(float64) float64) {
	var idx []int
	for i := range ps {
		if !ps[i].Strong {
			continue
		}
		ps[i].labelSide, ps[i].labelAt = 1, y(ps[i].Y)-9 // above the interval
		if xs.clamp(ps[i].X) > 100-labelReach {
			ps[i].labelSide = -1
		}
		idx = append(idx, i)
	}
	sort.SliceStable(idx, func(a, b int) bool { return ps[idx[a]].labelAt < ps[idx[b]].labelAt })
	span := func(p *Point) (lo, hi float64) {
		x := xs.clamp(p.X)
		if p.labelSide < 0 {
			return x - labelReach, x
		}
		return x, x + labelReach
	}
	for n, i := range idx {
		for _, j := range idx[:n] {
			alo, ahi := span(&ps[i])
			blo, bhi := span(&ps[j])
			if alo < bhi && blo < ahi && ps[i].labelAt < ps[j].labelAt+labelLine {
				ps[i].labelAt = ps[j].labelAt + labelLine
			}
		}
	}
}
