package chart

import "math"

// Spark is a word-sized line without axes; the last value carries a dot.
type Spark struct {
	Name   string // "" = decoration
	Values []float64
	Tone   Tone
	Width  int // default 96
	Height int // default 28
	Focus  int // the last Focus steps are drawn strong, the rest faint; 0 = all strong
}

// Render draws the line. With fewer than two values it is empty paper.
func (s Spark) Render() SVG {
	w, h := s.Width, s.Height
	if w == 0 {
		w = 96
	}
	if h == 0 {
		h = 28
	}
	c := &canvas{b: make([]byte, 0, 256+16*len(s.Values))}
	size := canvas{}
	size.raw(`width="`).int(w).raw(`" height="`).int(h).raw(`" viewBox="0 0 `).int(w).raw(" ").int(h).raw(`" preserveAspectRatio="xMinYMid"`)
	c.open("spark", s.Name, string(size.b))
	lo, hi := extent(math.Inf(1), math.Inf(-1), s.Values)
	n := len(s.Values)
	if n < 2 || math.IsInf(lo, 0) {
		return c.raw("</svg>").svg()
	}
	if lo > 0 && lo < hi/2 {
		lo = 0 // near enough to zero to show it
	}
	const pad = 4
	ys := scale{lo, hi, float64(h - 2*pad)}
	x := func(i int) float64 { return pad + float64(i)/float64(n-1)*float64(w-2*pad) }
	y := func(v float64) float64 {
		if hi == lo {
			return float64(h) / 2
		}
		return float64(h-pad) - ys.at(v)
	}
	path := func(from, to int, class string) {
		c.raw(`<path class="`).raw(class).raw(string(s.Tone)).raw(`" fill="none" d="`)
		pen := "M"
		for i := from; i < to; i++ {
			if math.IsNaN(s.Values[i]) {
				pen = "M"
				continue
			}
			c.raw(pen).num(x(i)).raw(" ").num(y(s.Values[i]))
			pen = "L"
		}
		c.raw(`"/>`)
	}
	strong := 0
	if s.Focus > 0 && s.Focus < n {
		strong = n - s.Focus - 1
		path(0, strong+1, "faint l-")
	}
	path(strong, n, "l-")
	if i := lastDefined(s.Values); i >= 0 {
		c.raw(`<circle class="t-`).raw(string(s.Tone)).raw(`" r="2.5"`).numAttr("cx", x(i), "").numAttr("cy", y(s.Values[i]), "").raw("/>")
	}
	return c.raw("</svg>").svg()
}

// Arrow is the sign of a change: up (+1), down (−1) or flat (0).
func Arrow(sign int, tone Tone) SVG {
	d := "M2 6h8"
	switch {
	case sign > 0:
		d = "M6 10V2M2.5 5.5 6 2l3.5 3.5"
	case sign < 0:
		d = "M6 2v8M2.5 6.5 6 10l3.5-3.5"
	}
	c := &canvas{}
	c.open("arrow", "", `width="12" height="12" viewBox="0 0 12 12"`)
	return c.raw(`<path class="l-`).raw(string(tone)).raw(`" fill="none" d="`).raw(d).raw(`"/></svg>`).svg()
}
