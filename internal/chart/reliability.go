package chart

import "math"

// Reliability draws how often answers are right (up) against how sure they were said
// (right), both as shares on the same scale. On the diagonal a probability means what
// it says; a whisker that misses the diagonal is a part that is clearly off.
type Reliability struct {
	Name           string
	Height         int // pixels; default 220
	XTitle, YTitle string
	Parts          []Part               // by rising Sure
	Format         func(float64) string // of the axes; default: the number
}

// Part is one part of the answers: their mean probability and the share that is right,
// with its interval.
type Part struct {
	Title            string // what a pointer shows
	Sure             float64
	Right, Low, High float64
	Tone             Tone
}

const (
	reliabilityTop    = 22
	reliabilityBottom = 38
)

// Render draws the chart: grid, diagonal, whiskers, then the dots.
func (r Reliability) Render() SVG {
	height := r.Height
	if height == 0 {
		height = 220
	}
	lo := 1.0
	for _, p := range r.Parts {
		lo, _ = extent(lo, 1, []float64{p.Sure, p.Low})
	}
	lo = math.Max(0, math.Floor(lo*10-1e-9)/10)
	if len(r.Parts) == 0 || lo >= 1 {
		lo = 0
	}
	plot := float64(height - reliabilityTop - reliabilityBottom)
	xs, ys := scale{lo, 1, 100}, scale{lo, 1, plot}
	y := func(v float64) float64 { return reliabilityTop + plot - ys.clamp(v) }
	write := r.Format
	if write == nil {
		write = func(v float64) string { return string(appendNum(nil, v)) }
	}
	c := &canvas{b: make([]byte, 0, 1024+220*len(r.Parts))}
	size := canvas{}
	size.raw(`width="100%" height="`).int(height).raw(`"`)
	c.open("chart chart-reliability chart-l", r.Name, string(size.b))
	c.raw(`<g class="grid">`)
	ticks := Ticks(lo, 1, 3)
	for len(ticks) > 0 && ticks[0] < lo-1e-9 {
		ticks = ticks[1:]
	}
	for len(ticks) > 0 && ticks[len(ticks)-1] > 1+1e-9 {
		ticks = ticks[:len(ticks)-1]
	}
	for _, v := range ticks {
		c.raw(`<line x1="0" x2="100%"`).numAttr("y1", y(v), "").numAttr("y2", y(v), "").raw("/>")
	}
	c.raw(`</g><g class="axis axis-y">`)
	for _, v := range ticks {
		c.raw(`<text x="0" dx="-8"`).numAttr("y", y(v)+4, "").raw(">").text(write(v)).raw("</text>")
	}
	c.raw(`<text class="start" x="0" y="10" dx="-8">`).text(r.YTitle).raw("</text></g>")
	c.raw(`<g class="axis axis-x">`)
	for i, v := range ticks {
		anchor := ""
		switch {
		case i == 0 && xs.at(v) < 5:
			anchor = "start"
		case xs.at(v) > 95:
			anchor = "end"
		}
		c.raw("<text").attr("class", anchor).numAttr("x", xs.at(v), "%").numAttr("y", reliabilityTop+plot+16, "").raw(">").text(write(v)).raw("</text>")
	}
	c.raw(`<text class="end" x="100%"`).numAttr("y", reliabilityTop+plot+32, "").raw(">").text(r.XTitle).raw("</text></g>")
	c.raw(`<line class="diagonal" x1="0" x2="100%"`).numAttr("y1", reliabilityTop+plot, "").numAttr("y2", reliabilityTop, "").raw("/>")
	for _, p := range r.Parts {
		if math.IsNaN(p.Sure) || math.IsNaN(p.Right) {
			continue
		}
		x := xs.clamp(p.Sure)
		c.raw(`<g class="part">`)
		if p.Title != "" {
			c.raw("<title>").text(p.Title).raw("</title>")
		}
		c.raw(`<line class="l-`).raw(string(p.Tone)).raw(`"`).numAttr("x1", x, "%").numAttr("x2", x, "%").numAttr("y1", y(p.Low), "").numAttr("y2", y(p.High), "").raw("/>")
		c.raw(`<circle class="t-`).raw(string(p.Tone)).raw(`" r="3.5"`).numAttr("cx", x, "%").numAttr("cy", y(p.Right), "").raw("/></g>")
	}
	return c.raw("</svg>").svg()
}
