package chart

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"
	"strings"
)

// Map is a drawn territory: one path a region, in map units.
type Map struct {
	Width   float64  `json:"width"`
	Height  float64  `json:"height"`
	Regions []Region `json:"regions"`
}

// Region is one area of a Map. Inset, where set, is a circle drawn instead of a
// path that would be too small to see or to hit.
type Region struct {
	Code  string  `json:"code"`
	Path  string  `json:"path"`
	X     float64 `json:"x"` // a point inside, for marks
	Y     float64 `json:"y"`
	Inset float64 `json:"inset,omitempty"` // radius of the circle at Inset position
	IX    float64 `json:"ix,omitempty"`
	IY    float64 `json:"iy,omitempty"`
}

// ParseMap reads a map as the map tool writes it. Paths may only hold commands,
// digits and separators, so that they can be written as they are.
func ParseMap(b []byte) (*Map, error) {
	var m Map
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("parse map: %w", err)
	}
	for _, r := range m.Regions {
		if strings.Trim(r.Path, "MLlmZzHhVv0123456789.- ") != "" || safeID(r.Code) != r.Code {
			return nil, fmt.Errorf("parse map: region %q has a path or a code with other characters than a path's", r.Code)
		}
	}
	if len(m.Regions) == 0 || m.Width <= 0 || m.Height <= 0 {
		return nil, fmt.Errorf("parse map: no regions or no size")
	}
	return &m, nil
}

// ParseMaps reads the maps of provinces, by the code of their department, as the map
// tool writes them.
func ParseMaps(b []byte) (map[string]*Map, error) {
	var doc struct {
		Maps map[string]json.RawMessage `json:"maps"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("parse maps: %w", err)
	}
	out := make(map[string]*Map, len(doc.Maps))
	for code, one := range doc.Maps {
		m, err := ParseMap(one)
		if err != nil {
			return nil, fmt.Errorf("department %s: %w", code, err)
		}
		out[code] = m
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("parse maps: there are none")
	}
	return out, nil
}

// Scale names the colour ramp of a choropleth.
type Scale string

// Ramps: sequential for rates from zero, diverging for signed figures.
const (
	Sequential Scale = "seq"
	Divergent  Scale = "div"
)

// MapClasses is the number of colour classes of a ramp.
const MapClasses = 7

// Area is one region's figure.
type Area struct {
	Code    string
	Title   string // what a pointer shows: name, figure, n
	Href    string // where a click leads (needs script; the table beside has the links)
	Class   int    // 0..MapClasses-1; see Breaks
	Defined bool   // false: no data, drawn as empty
	Few     bool   // hatched: n too low to lean on
}

// Choropleth colours a Map by class.
type Choropleth struct {
	ID    string // unique in the page (the hatch pattern needs one)
	Name  string
	Map   *Map
	Scale Scale
	Areas []Area
}

// Render draws the map.
func (g Choropleth) Render() SVG {
	by := make(map[string]Area, len(g.Areas))
	for _, a := range g.Areas {
		by[a.Code] = a
	}
	id := safeID(g.ID)
	c := &canvas{b: make([]byte, 0, 24<<10)}
	size := canvas{}
	size.raw(`viewBox="0 0 `).num(g.Map.Width).raw(" ").num(g.Map.Height).raw(`"`)
	c.open("chart chart-map", g.Name, string(size.b))
	c.raw(`<defs><pattern id="`).raw(id).raw(`-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="2.2" height="6"/></pattern></defs>`)
	shape := func(r Region) {
		if r.Inset > 0 {
			c.raw("<circle").numAttr("cx", r.IX, "").numAttr("cy", r.IY, "").numAttr("r", r.Inset, "")
			return
		}
		c.raw(`<path d="`).raw(r.Path).raw(`"`)
	}
	for _, r := range g.Map.Regions {
		a, ok := by[r.Code]
		c.raw(`<g class="area `)
		if ok && a.Defined {
			c.raw(string(g.Scale)).raw("-").int(min(max(a.Class, 0), MapClasses-1))
		} else {
			c.raw("none")
		}
		c.raw(`"`).attr("data-code", r.Code).attr("data-href", a.Href).raw(">")
		if a.Title != "" {
			c.raw("<title>").text(a.Title).raw("</title>")
		}
		if r.Inset > 0 {
			c.raw(`<line class="lead"`).numAttr("x1", r.X, "").numAttr("y1", r.Y, "").numAttr("x2", r.IX, "").numAttr("y2", r.IY, "").raw("/>")
		}
		shape(r)
		c.raw("/>")
		if ok && a.Defined && a.Few {
			shape(r)
			c.raw(` class="few" fill="url(#`).raw(id).raw(`-hatch)"/>`)
		}
		c.raw("</g>")
	}
	return c.raw("</svg>").svg()
}

// Legend is the key of a choropleth: its classes in a row, labels at the breaks.
type Legend struct {
	Scale  Scale
	Breaks []string // the MapClasses-1 inner limits, as text
}

// Render draws the key as decoration; the labels are also in the table.
func (l Legend) Render() SVG {
	c := &canvas{}
	c.open("legend", "", `width="100%" height="30"`)
	w := 100.0 / MapClasses
	for i := range MapClasses {
		c.raw(`<rect class="`).raw(string(l.Scale)).raw("-").int(i).raw(`" y="0" height="10"`).numAttr("x", float64(i)*w, "%").numAttr("width", w, "%").raw("/>")
	}
	for i, s := range l.Breaks {
		if i >= MapClasses-1 {
			break
		}
		c.raw("<text").numAttr("x", float64(i+1)*w, "%").raw(` y="24">`).text(s).raw("</text>")
	}
	return c.raw("</svg>").svg()
}

// Breaks chooses the inner limits of MapClasses classes. A divergent scale gets
// equal steps on both sides of zero, with the middle class around it; a
// sequential one equal steps of round size from zero.
func Breaks(s Scale, values []float64) []float64 {
	lo, hi := extent(math.Inf(1), math.Inf(-1), values)
	if math.IsInf(lo, 0) {
		lo, hi = 0, 1
	}
	out := make([]float64, MapClasses-1)
	if s == Divergent {
		step := roundStep(2 * math.Max(math.Abs(lo), math.Abs(hi)) / MapClasses)
		for i := range out {
			out[i] = (float64(i) - float64(MapClasses)/2 + 1) * step
		}
		return out
	}
	step := roundStep((hi - math.Min(lo, hi/2)) / MapClasses)
	start := math.Floor(lo/step) * step
	for i := range out {
		out[i] = start + float64(i+1)*step
	}
	return out
}

// roundStep is the least of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10^k that is not below v.
func roundStep(v float64) float64 {
	if !(v > 0) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10} {
		if m*p >= v*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// Class finds the class of v among Breaks.
func Class(breaks []float64, v float64) int {
	return sort.Search(len(breaks), func(i int) bool { return v < breaks[i] })
}
