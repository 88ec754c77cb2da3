package figure

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"antojo/internal/chart"
)

// frame is how places inside an element become pixels: x·sx+ox, y·sy+oy, percent being
// of w and h.
type frame struct {
	ox, oy, sx, sy, w, h float64
	classes              []string // of this element and those around it
}

func (f *frame) x(v length) float64 {
	if v.percent {
		return f.ox + v.v/100*f.w*f.sx
	}
	return f.ox + v.v*f.sx
}

func (f *frame) y(v length) float64 {
	if v.percent {
		return f.oy + v.v/100*f.h*f.sy
	}
	return f.oy + v.v*f.sy
}

func (f *frame) has(class string) bool { return slices.Contains(f.classes, class) }

// length is a number with or without %.
type length struct {
	v       float64
	percent bool
}

func number(s string) length {
	t, percent := strings.CutSuffix(s, "%")
	v, err := strconv.ParseFloat(t, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return length{}
	}
	return length{v, percent}
}

type attributes map[string]string

func (a attributes) num(name string) length { return number(a[name]) }

// margins of a chart: room for labels that hang over its plot, at least what the style
// sheet gives and as much as the texts need.
func margins(svg chart.SVG, classes []string, fonts *fonts) (left, right float64) {
	switch {
	case slices.Contains(classes, "chart-ll"):
		left = 108
	case slices.Contains(classes, "chart-l"):
		left = 44
	}
	if slices.Contains(classes, "chart-r") {
		right = 62
	}
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	var stack []string
	var a attributes
	for {
		t, err := d.Token()
		if err != nil {
			return left, right
		}
		switch x := t.(type) {
		case xml.StartElement:
			a = attrs(x)
			stack = append(stack, a["class"])
		case xml.EndElement:
			stack = stack[:max(0, len(stack)-1)]
		case xml.CharData:
			in := strings.Join(stack, " ")
			w := fonts.measure(string(x), 13, true) + 12
			switch {
			case strings.Contains(in, "axis-y") || strings.Contains(in, "row-label"):
				left = max(left, w)
			case strings.Contains(in, "ends") || strings.Contains(in, "end-label") || strings.Contains(in, "row-value"):
				right = max(right, w)
			}
		}
	}
}

func attrs(e xml.StartElement) attributes {
	out := attributes{}
	for _, a := range e.Attr {
		out[a.Name.Local] = a.Value
	}
	return out
}

// flatten takes a chart apart, its upper left corner being (x, y) and its width, with
// the room for its labels, wide. It returns its height.
func flatten(svg chart.SVG, x, y, wide float64, fonts *fonts) (out []shape, height float64, err error) {
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	d.Entity = map[string]string{}
	var stack []frame
	skip := 0 // within an element that draws nothing here
	var text *shape
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out, height, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("read chart: %w", err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			if skip > 0 || e.Name.Local == "title" || e.Name.Local == "defs" {
				skip++
				continue
			}
			a := attrs(e)
			classes := strings.Fields(a["class"])
			if len(stack) == 0 {
				if e.Name.Local != "svg" {
					return nil, 0, fmt.Errorf("read chart: it begins with %s", e.Name.Local)
				}
				f := frame{sx: 1, sy: 1, classes: classes}
				f, height = root(svg, a, f, x, y, wide, fonts)
				stack = append(stack, f)
				continue
			}
			f := stack[len(stack)-1]
			f.classes = append(slices.Clip(f.classes), classes...)
			switch e.Name.Local {
			case "svg":
				f = nested(f, a)
			case "text":
				s := label(&f, a)
				text = &s
			case "g":
			default:
				if s, ok := shapeOf(&f, e.Name.Local, a, classes); ok {
					out = append(out, s)
				}
			}
			stack = append(stack, f)
		case xml.EndElement:
			if skip > 0 {
				skip--
				continue
			}
			if e.Name.Local == "text" && text != nil {
				if strings.TrimSpace(text.text) != "" {
					out = append(out, *text)
				}
				text = nil
			}
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if skip == 0 && text != nil {
				text.text += string(e)
			}
		}
	}
}

// root places the outer element: one with a viewBox as large as fits, the others with
// room for labels on both sides.
func root(svg chart.SVG, a attributes, f frame, x, y, wide float64, fonts *fonts) (frame, float64) {
	if box := strings.Fields(a["viewBox"]); len(box) == 4 {
		bw, bh := number(box[2]).v, number(box[3]).v
		if bw > 0 && bh > 0 {
			k := min(wide/bw, maxMap/bh)
			f.sx, f.sy, f.w, f.h = k, k, bw, bh
			f.ox, f.oy = x+(wide-bw*k)/2, y
			return f, bh * k
		}
	}
	left, right := margins(svg, f.classes, fonts)
	f.h = a.num("height").v
	f.w, f.ox, f.oy = wide-left-right, x+left, y
	return f, f.h
}

// nested places an inner element: one with a viewBox is stretched to its size.
func nested(f frame, a attributes) frame {
	g := f
	g.ox, g.oy = f.x(a.num("x")), f.y(a.num("y"))
	box := strings.Fields(a["viewBox"])
	if len(box) != 4 {
		return g
	}
	w, h := f.w, a.num("height").v
	if v := a.num("width"); !v.percent && v.v > 0 {
		w = v.v
	}
	if bw, bh := number(box[2]).v, number(box[3]).v; bw > 0 && bh > 0 && h > 0 {
		g.sx, g.sy, g.w, g.h = f.sx*w/bw, f.sy*h/bh, bw, bh
	}
	return g
}

// shapeOf makes a shape of an element; false where nothing is to be seen.
func shapeOf(f *frame, name string, a attributes, own []string) (s shape, ok bool) {
	switch name {
	case "line":
		s.path = []segment{{'M', [6]float64{f.x(a.num("x1")), f.y(a.num("y1"))}}, {'L', [6]float64{f.x(a.num("x2")), f.y(a.num("y2"))}}}
	case "rect":
		x, y := f.x(a.num("x")), f.y(a.num("y"))
		w, h := f.x(a.num("width"))-f.ox, f.y(a.num("height"))-f.oy
		if w <= 0 || h <= 0 {
			return s, false
		}
		s.path = roundRect(x, y, w, h, min(a.num("rx").v, w/2, h/2))
	case "circle":
		s.path = circle(f.x(a.num("cx")), f.y(a.num("cy")), a.num("r").v*radius(f))
	case "path":
		p, err := parsePath(a["d"])
		if err != nil || len(p) == 0 {
			return s, false
		}
		for i := range p {
			for k := 0; k < 6; k += 2 {
				p[i].p[k], p[i].p[k+1] = p[i].p[k]*f.sx+f.ox, p[i].p[k+1]*f.sy+f.oy
			}
		}
		s.path = p
	default:
		return s, false
	}
	style(&s, f, name, own)
	if a["fill"] == "none" {
		s.fill = paint{}
	}
	if strings.HasPrefix(a["fill"], "url(") {
		s.hatch, s.fill = true, paint{surface, .72}
		s.stroke = paint{}
	}
	return s, s.fill.colour != "" || s.stroke.colour != ""
}

// radius keeps circles round in a stretched plot.
func radius(f *frame) float64 {
	if f.sx == f.sy {
		return f.sx
	}
	return 1
}

// label begins a text; its words follow.
func label(f *frame, a attributes) shape {
	s := shape{x: f.x(a.num("x")) + a.num("dx").v, y: f.y(a.num("y")), size: 11.5, fill: paint{ink2, 1}}
	switch {
	case f.has("row-label"):
		s.size, s.fill.colour, s.anchor = 13, ink, "end"
	case f.has("row-value"):
		s.size, s.fill.colour, s.bold = 13, ink, true
	case f.has("ends"), f.has("labels"), f.has("end-label"), f.has("out-label"):
		s.size, s.bold = 12, true
	case f.has("axis-y"):
		s.anchor = "end"
	case f.has("axis-x"), f.has("legend"):
		s.anchor = "middle"
	}
	if f.has("axis-title") || f.has("corners") {
		s.bold = true
	}
	switch {
	case f.has("start"):
		s.anchor = "start"
	case f.has("end"):
		s.anchor = "end"
	}
	for _, c := range f.classes {
		if tone, ok := strings.CutPrefix(c, "f-"); ok && tones[tone].text != "" {
			s.fill.colour = tones[tone].text
		}
	}
	return s
}
