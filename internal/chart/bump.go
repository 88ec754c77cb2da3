package chart

import "math"

// Rank is one entry of a Bump: its place at each step, 1 = first; 0 = not placed.
type Rank struct {
	Label  string
	Href   string // where a click leads (needs script; the table has the links)
	Title  string // what a pointer shows
	Tone   Tone
	Places []int
	Strong bool // told by the title: drawn over the others
}

// Bump shows how places change over a few steps of time: one line an entry, its
// place on the left at the first step and its name with the place on the right at
// the last one. Places beyond Most lie on the edge, so that an entry that comes from
// far below is seen to come in.
type Bump struct {
	Name  string
	Steps []string // names of the steps, left to right
	Most  int      // the last place drawn; default 10
	Ranks []Rank
}

const (
	bumpTop  = 22 // room for the names of the steps
	bumpLine = 28 // pixels a place
)

// Render draws the chart.
func (b Bump) Render() SVG {
	most := b.Most
	if most <= 0 {
		most = 10
	}
	height := bumpTop + most*bumpLine + bumpLine // one line more: the edge
	c := &canvas{b: make([]byte, 0, 1024+512*len(b.Ranks))}
	size := canvas{}
	size.raw(`width="100%" height="`).int(height).raw(`" data-marked="1"`)
	c.open("chart chart-bump chart-r", b.Name, string(size.b))
	x := func(i int) float64 {
		if len(b.Steps) < 2 {
			return unitsWide / 2
		}
		return float64(i) / float64(len(b.Steps)-1) * unitsWide
	}
	y := func(place int) float64 {
		if place < 1 || place > most {
			place = most + 1
		}
		return float64(bumpTop) + (float64(place)-.5)*bumpLine
	}
	c.raw(`<g class="grid">`)
	for i := range b.Steps {
		c.raw("<line").numAttr("x1", x(i)/10, "%").numAttr("x2", x(i)/10, "%").raw(` y1="22"`).numAttr("y2", float64(height), "").raw("/>")
	}
	c.raw(`</g><g class="axis axis-x">`)
	for i, s := range b.Steps {
		anchor := ""
		switch i {
		case 0:
			anchor = "start"
		case len(b.Steps) - 1:
			anchor = "end"
		}
		if i > 0 && i < len(b.Steps)-1 {
			anchor = "alt"
		}
		c.raw("<text").attr("class", anchor).numAttr("x", x(i)/10, "%").raw(` y="13">`).text(s).raw("</text>")
	}
	c.raw("</g>")
	for _, strong := range []bool{false, true} {
		for _, r := range b.Ranks {
			if r.Strong == strong && len(r.Places) > 0 {
				b.entry(c, r, x, y, most)
			}
		}
	}
	return c.raw("</svg>").svg()
}

// entry draws one line with its ends. Each has a plot of its own, so that a pointer
// finds the entry and not only a line.
func (b Bump) entry(c *canvas, r Rank, x func(int) float64, y func(int) float64, most int) {
	class := "rank"
	if r.Strong {
		class = "rank strong"
	}
	c.raw(`<g class="`).raw(class).raw(`"`).attr("data-href", r.Href).raw(">")
	if r.Title != "" {
		c.raw("<title>").text(r.Title).raw("</title>")
	}
	bottom := y(most+1) + bumpLine/2
	c.raw(`<svg class="plot" x="0" y="0" width="100%" preserveAspectRatio="none" overflow="visible"`).numAttr("height", bottom, "").raw(` viewBox="0 0 1000 `).num(bottom).raw(`">`)
	c.raw(`<path class="l-`).raw(string(r.Tone)).raw(`" fill="none" vector-effect="non-scaling-stroke" d="`)
	for i, p := range r.Places {
		if i == 0 {
			c.raw("M").num(x(i)).raw(" ").num(y(p))
			continue
		}
		mid := (x(i-1) + x(i)) / 2
		c.raw("C").num(mid).raw(" ").num(y(r.Places[i-1])).raw(" ").num(mid).raw(" ").num(y(p)).raw(" ").num(x(i)).raw(" ").num(y(p))
	}
	c.raw(`"/></svg>`)
	for i, p := range r.Places {
		radius := 4.0
		if p < 1 || p > most {
			radius = 2.5
		}
		c.raw(`<circle class="t-`).raw(string(r.Tone)).raw(`"`).numAttr("r", radius, "").numAttr("cx", x(i)/10, "%").numAttr("cy", y(p), "").raw("/>")
	}
	// Only entries that are on paper at the last step have their name there.
	last := len(r.Places) - 1
	if p := r.Places[last]; p >= 1 && p <= most {
		c.raw(`<text class="end-label f-`).raw(string(r.Tone)).raw(`" x="100%" dx="10"`).numAttr("y", y(p)+4, "").raw(">").int(p).raw(" ").text(r.Label).raw("</text>")
	} else if p := r.Places[0]; p >= 1 && p <= most {
		c.raw(`<text class="out-label f-`).raw(string(r.Tone)).raw(`" x="0" dx="10"`).numAttr("y", math.Max(12, y(p)-7), "").raw(">").text(r.Label).raw("</text>")
	}
	c.raw("</g>")
}
