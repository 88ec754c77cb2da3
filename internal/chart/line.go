package chart

import (
	"math"
	"sort"
	"strings"
)

// Series is one line or layer over equal steps of time. NaN is a gap. Low and
// High, where given, have the length of Values and are drawn as a band.
type Series struct {
	Label     string
	Tone      Tone
	Values    []float64
	Low, High []float64
	Dashed    bool
}

// Lines is a line chart with optional bands and direct labels at the line ends.
type Lines struct {
	Name   string // accessible name: what the chart shows and its finding
	Height int    // pixels; default 220
	Series []Series
	X      []Tick               // At is an index
	Marks  []Tick               // vertical marks, e.g. feast days; At is an index
	Format func(float64) string // labels of the y axis
	Zero   bool                 // the axis must contain zero
	Ticks  int                  // about how many y ticks; default 4
}

const (
	plotTop    = 14 // room for the topmost tick label
	plotBottom = 24 // room for x labels
	unitsWide  = 1000
)

// Render draws the chart.
func (l Lines) Render() SVG {
	lo, hi := math.Inf(1), math.Inf(-1)
	if l.Zero {
		lo, hi = 0, 0
	}
	for _, s := range l.Series {
		lo, hi = extent(lo, hi, s.Values)
		lo, hi = extent(lo, hi, s.Low)
		lo, hi = extent(lo, hi, s.High)
	}
	n := 0
	for _, s := range l.Series {
		n = max(n, len(s.Values))
	}
	f := newFrame(l.Name, "chart chart-lines chart-l chart-r", l.Height, n, lo, hi, l.Ticks, l.Format)
	f.grid(l.X, l.Marks)
	f.plot()
	for _, s := range l.Series {
		f.band(s)
	}
	for _, s := range l.Series {
		f.line(s)
	}
	f.endPlot()
	ends := make([]endLabel, 0, len(l.Series))
	for _, s := range l.Series {
		if i := lastDefined(s.Values); i >= 0 {
			y := f.y(s.Values[i])
			f.raw(`<circle class="t-`).raw(string(s.Tone)).raw(`" r="3"`).numAttr("cx", f.x(i)/10, "%").numAttr("cy", y, "").raw("/>")
			ends = append(ends, endLabel{y, s.Label, s.Tone})
		}
	}
	f.ends(ends)
	return f.raw("</svg>").svg()
}

// Stack is a stacked area chart: each series is a layer, the first at the bottom.
// NaN and negative values count as zero.
type Stack struct {
	Name   string
	Height int
	Series []Series
	X      []Tick
	Marks  []Tick
	Format func(float64) string
	Ticks  int
}

// Render draws the chart.
func (st Stack) Render() SVG {
	n := 0
	for _, s := range st.Series {
		n = max(n, len(s.Values))
	}
	base := make([]float64, n)
	tops := make([][]float64, len(st.Series))
	hi := 0.0
	for k, s := range st.Series {
		top := make([]float64, n)
		for i := range top {
			v := 0.0
			if i < len(s.Values) && s.Values[i] > 0 {
				v = s.Values[i]
			}
			top[i] = base[i] + v
			hi = math.Max(hi, top[i])
		}
		tops[k], base = top, top
	}
	f := newFrame(st.Name, "chart chart-stack chart-l chart-r", st.Height, n, 0, hi, st.Ticks, st.Format)
	f.grid(st.X, st.Marks)
	f.plot()
	low := make([]float64, n)
	for k, s := range st.Series {
		f.raw(`<path class="a-`).raw(string(s.Tone)).raw(`" d="`)
		f.outline(low, tops[k])
		f.raw(`"/>`)
		low = tops[k]
	}
	f.endPlot()
	ends := make([]endLabel, 0, len(st.Series))
	for k, s := range st.Series {
		if n == 0 {
			break
		}
		bottom := 0.0
		if k > 0 {
			bottom = tops[k-1][n-1]
		}
		ends = append(ends, endLabel{f.y((bottom + tops[k][n-1]) / 2), s.Label, s.Tone})
	}
	f.ends(ends)
	return f.raw("</svg>").svg()
}

// frame is what line and area charts share: the outer element, axes and scales.
type frame struct {
	canvas
	h      float64 // height of the plot in pixels
	n      int     // number of steps
	ys     scale
	yTicks []float64
	format func(float64) string
}

func newFrame(name, class string, height, n int, lo, hi float64, ticks int, format func(float64) string) *frame {
	if height == 0 {
		height = 220
	}
	if ticks == 0 {
		ticks = 4
	}
	if format == nil {
		format = func(v float64) string { return string(appendNum(nil, v)) }
	}
	f := &frame{h: float64(height - plotTop - plotBottom), n: n, format: format}
	f.b = make([]byte, 0, 2048+n*48)
	f.yTicks = Ticks(lo, hi, ticks)
	f.ys = scale{f.yTicks[0], f.yTicks[len(f.yTicks)-1], f.h}
	size := canvas{}
	size.raw(`width="100%" height="`).int(height).raw(`" data-n="`).int(n).raw(`" data-top="`).int(plotTop).raw(`" data-plot="`).int(int(f.h)).raw(`"`)
	f.open(class, name, string(size.b))
	return f
}

// x is the position of step i in plot units; a single step stands in the middle.
func (f *frame) x(i int) float64 {
	if f.n < 2 {
		return unitsWide / 2
	}
	return float64(i) / float64(f.n-1) * unitsWide
}

// py is a value's height in the plot, y the same in the outer element.
func (f *frame) py(v float64) float64 { return f.h - f.ys.clamp(v) }
func (f *frame) y(v float64) float64  { return plotTop + f.py(v) }

func (f *frame) grid(xs, marks []Tick) {
	f.raw(`<g class="grid">`)
	for _, v := range f.yTicks {
		class := ""
		if v == 0 {
			class = "zero"
		}
		y := f.y(v)
		f.raw("<line").attr("class", class).raw(` x1="0" x2="100%"`).numAttr("y1", y, "").numAttr("y2", y, "").raw("/>")
	}
	f.raw(`</g><g class="axis axis-y">`)
	for _, v := range f.yTicks {
		f.raw(`<text x="0" dx="-8"`).numAttr("y", f.y(v)+4, "").raw(">").text(f.format(v)).raw("</text>")
	}
	f.raw(`</g><g class="axis axis-x">`)
	for i, t := range xs {
		anchor := ""
		switch x := f.x(int(t.At)); {
		case x < 30:
			anchor = "start"
		case x > unitsWide-30:
			anchor = "end"
		}
		if (len(xs)-1-i)%2 == 1 { // left out where it is narrow
			anchor = strings.TrimSpace(anchor + " alt")
		}
		f.raw("<text").attr("class", anchor).numAttr("x", f.x(int(t.At))/10, "%").numAttr("y", plotTop+f.h+17, "").raw(">").text(t.Label).raw("</text>")
	}
	f.raw("</g>")
	if len(marks) == 0 {
		return
	}
	f.raw(`<g class="marks">`)
	for _, t := range marks {
		x := f.x(int(t.At)) / 10
		f.raw("<line").numAttr("x1", x, "%").numAttr("x2", x, "%").numAttr("y1", plotTop, "").numAttr("y2", plotTop+f.h, "").raw("/>")
		f.raw("<text").numAttr("x", x, "%").raw(` dx="4"`).numAttr("y", plotTop+9, "").raw(">").text(t.Label).raw("</text>")
	}
	f.raw("</g>")
}

func (f *frame) plot() {
	f.raw(`<svg class="plot" x="0" width="100%" preserveAspectRatio="none" overflow="visible"`).
		numAttr("y", plotTop, "").numAttr("height", f.h, "").raw(` viewBox="0 0 1000 `).num(f.h).raw(`">`)
}

func (f *frame) endPlot() { f.raw("</svg>") }

func (f *frame) line(s Series) {
	f.raw(`<path class="l-`).raw(string(s.Tone))
	if s.Dashed {
		f.raw(" dashed")
	}
	f.raw(`" fill="none" vector-effect="non-scaling-stroke" d="`)
	pen := byte('M')
	for i, v := range s.Values {
		if math.IsNaN(v) {
			pen = 'M'
			continue
		}
		f.step(pen, i, v)
		pen = 'L'
	}
	f.raw(`"/>`)
}

// band fills between Low and High, one closed path per gap-free run.
func (f *frame) band(s Series) {
	if len(s.Low) == 0 || len(s.Low) != len(s.High) {
		return
	}
	f.raw(`<path class="b-`).raw(string(s.Tone)).raw(`" d="`)
	for i := 0; i < len(s.Low); {
		j := i
		for j < len(s.Low) && !math.IsNaN(s.Low[j]) && !math.IsNaN(s.High[j]) {
			j++
		}
		pen := byte('M')
		for k := i; k < j; k++ {
			f.step(pen, k, s.High[k])
			pen = 'L'
		}
		for k := j - 1; k >= i; k-- {
			f.step('L', k, s.Low[k])
		}
		if j > i {
			f.raw("Z")
		}
		i = j + 1
	}
	f.raw(`"/>`)
}

func (f *frame) outline(low, high []float64) {
	pen := byte('M')
	for i := range high {
		f.step(pen, i, high[i])
		pen = 'L'
	}
	for i := len(low) - 1; i >= 0; i-- {
		f.step('L', i, low[i])
	}
	if len(high) > 0 {
		f.raw("Z")
	}
}

func (f *frame) step(pen byte, i int, v float64) {
	f.b = append(f.b, pen)
	f.num(f.x(i)).raw(" ").num(f.py(v))
}

type endLabel struct {
	y    float64
	text string
	tone Tone
}

const labelGap = 15 // pixels between the base lines of two end labels

// ends writes the labels beside the right edge, moved apart where they would overlap.
func (f *frame) ends(ls []endLabel) {
	sort.SliceStable(ls, func(a, b int) bool { return ls[a].y < ls[b].y })
	for i := 1; i < len(ls); i++ {
		ls[i].y = math.Max(ls[i].y, ls[i-1].y+labelGap)
	}
	limit := plotTop + f.h
	for i := len(ls) - 1; i >= 0; i-- {
		ls[i].y = math.Min(ls[i].y, limit)
		limit = ls[i].y - labelGap
	}
	f.raw(`<g class="ends">`)
	for _, l := range ls {
		f.raw(`<text class="f-`).raw(string(l.tone)).raw(`" x="100%" dx="8"`).numAttr("y", l.y+4, "").raw(">").text(l.text).raw("</text>")
	}
	f.raw("</g>")
}

func lastDefined(vs []float64) int {
	for i := len(vs) - 1; i >= 0; i-- {
		if !math.IsNaN(vs[i]) {
			return i
		}
	}
	return -1
}
