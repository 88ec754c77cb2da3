package chart

import "math"

// Range is one figure with its interval, drawn as a dot on a whisker over a
// common axis; a cell of a table. Interval-first: the eye sees what is known,
// not only the point.
type Range struct {
	Name             string // "" = decoration
	Value, Low, High float64
	Min, Max         float64 // the axis, the same for all rows of a table
	Tone             Tone
	Defined          bool
}

// Render draws the cell; undefined figures give only the zero line.
func (r Range) Render() SVG {
	c := &canvas{}
	c.open("range", r.Name, `width="100%" height="18"`)
	xs := scale{r.Min, r.Max, 100}
	if r.Min < 0 && r.Max > 0 {
		z := xs.clamp(0)
		c.raw(`<line class="zero" y1="1" y2="17"`).numAttr("x1", z, "%").numAttr("x2", z, "%").raw("/>")
	}
	if r.Defined {
		// A head instead of the end says that there is more beyond the axis; a figure
		// beyond it has no dot, for a dot would say that it lies there.
		a, b := xs.clamp(r.Low), xs.clamp(r.High)
		c.raw(`<rect class="b-`).raw(string(r.Tone)).raw(`" y="6" height="6" rx="3"`).numAttr("x", a, "%").numAttr("width", math.Max(0, b-a), "%").raw("/>")
		if r.Value >= r.Min && r.Value <= r.Max {
			c.raw(`<circle class="t-`).raw(string(r.Tone)).raw(`" cy="9" r="4"`).numAttr("cx", xs.clamp(r.Value), "%").raw("/>")
		}
		if r.High > r.Max {
			c.raw(`<svg x="100%" overflow="visible"><path class="t-`).raw(string(r.Tone)).raw(`" d="M-4 4l7 5l-7 5z"/></svg>`)
		}
		if r.Low < r.Min {
			c.raw(`<svg overflow="visible"><path class="t-`).raw(string(r.Tone)).raw(`" d="M4 4l-7 5l7 5z"/></svg>`)
		}
	}
	return c.raw("</svg>").svg()
}

// Bar is one row of Bars.
type Bar struct {
	Label            string
	Text             string // the figure as text
	Value, Low, High float64
	Tone             Tone
	Defined          bool
}

// Bars is a horizontal bar chart with intervals.
type Bars struct {
	Name string
	Max  float64 // of the axis; 0 = the largest High or Value
	Rows []Bar
}

const rowHeight = 30

// Render draws the chart. Labels hang over the left edge (class chart-ll),
// figures over the right one.
func (b Bars) Render() SVG {
	hi := b.Max
	if hi == 0 {
		for _, r := range b.Rows {
			if r.Defined {
				hi = math.Max(hi, math.Max(r.Value, r.High))
			}
		}
	}
	xs := scale{0, hi, 100}
	c := rows("chart chart-bars chart-ll chart-r", b.Name, len(b.Rows))
	for i, r := range b.Rows {
		y := float64(i * rowHeight)
		rowText(c, r.Label, r.Text, y)
		if !r.Defined || hi <= 0 {
			continue
		}
		c.raw(`<rect class="s-`).raw(string(r.Tone)).raw(`" x="0" height="14" rx="2"`).numAttr("y", y+8, "").numAttr("width", xs.clamp(r.Value), "%").raw("/>")
		whisker(c, xs, r.Low, r.High, y+15)
	}
	return c.raw("</svg>").svg()
}

// Share is one row of Diverging: the parts of a whole to the left and the right
// of zero, and the net of both with its interval.
type Share struct {
	Label          string
	Text           string // the net figure as text
	Neg, Pos       float64
	Net, Low, High float64
	Defined        bool
}

// Diverging shows what is disliked (left) and liked (right) about each row, with
// the net as a dot on its interval.
type Diverging struct {
	Name string
	Max  float64 // of the axis on both sides; 0 = the largest part
	Rows []Share
}

// Render draws the chart.
func (d Diverging) Render() SVG {
	hi := d.Max
	if hi == 0 {
		for _, r := range d.Rows {
			if r.Defined {
				hi = math.Max(hi, math.Max(r.Neg, r.Pos))
			}
		}
	}
	if hi <= 0 {
		hi = 1
	}
	xs := scale{-hi, hi, 100}
	c := rows("chart chart-diverging chart-ll chart-r", d.Name, len(d.Rows))
	c.raw(`<line class="zero" x1="50%" x2="50%" y1="0"`).numAttr("y2", float64(len(d.Rows)*rowHeight), "").raw("/>")
	for i, r := range d.Rows {
		y := float64(i * rowHeight)
		rowText(c, r.Label, r.Text, y)
		if !r.Defined {
			continue
		}
		left := xs.clamp(-r.Neg)
		c.raw(`<rect class="s-neg" height="14" rx="2"`).numAttr("x", left, "%").numAttr("y", y+8, "").numAttr("width", 50-left, "%").raw("/>")
		c.raw(`<rect class="s-pos" x="50%" height="14" rx="2"`).numAttr("y", y+8, "").numAttr("width", xs.clamp(r.Pos)-50, "%").raw("/>")
		whisker(c, xs, r.Low, r.High, y+15)
		c.raw(`<circle class="dot" r="4"`).numAttr("cx", xs.clamp(r.Net), "%").numAttr("cy", y+15, "").raw("/>")
	}
	return c.raw("</svg>").svg()
}

func rows(class, name string, n int) *canvas {
	c := &canvas{b: make([]byte, 0, 256+n*420)}
	size := canvas{}
	size.raw(`width="100%" height="`).int(max(n, 1) * rowHeight).raw(`"`)
	return c.open(class, name, string(size.b))
}

func rowText(c *canvas, label, text string, y float64) {
	c.raw(`<text class="row-label" x="0" dx="-10"`).numAttr("y", y+19, "").raw(">").text(label).raw("</text>")
	c.raw(`<text class="row-value" x="100%" dx="10"`).numAttr("y", y+19, "").raw(">").text(text).raw("</text>")
}

// whisker draws an interval as a line with a halo, so that it shows on a bar too.
func whisker(c *canvas, xs scale, lo, hi, y float64) {
	if !(hi > lo) {
		return
	}
	a, b := xs.clamp(lo), xs.clamp(hi)
	for _, class := range []string{"halo", "whisker"} {
		c.raw("<line").attr("class", class).numAttr("x1", a, "%").numAttr("x2", b, "%").numAttr("y1", y, "").numAttr("y2", y, "").raw("/>")
	}
}
