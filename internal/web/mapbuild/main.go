// Command mapbuild turns the outlines of Peru's departments or provinces (GeoJSON) into
// the small drawings that the pages embed. It is run by hand, once for a new source:
//
//	go run ./internal/web/mapbuild peru_departamental_simple.geojson > assets/web/map/departments.json
//	go run ./internal/web/mapbuild peru_provincial_simple.geojson > assets/web/map/provinces.json
//
// Provinces give one drawing a department, each at its own scale.
// Borders are simplified as shared lines, so that neighbours still fit together;
// the projection is equirectangular with Peru's mid-latitude as standard
// parallel (true to scale within 2 % there). Origin and licence of the source:
// assets/web/map/NOTICE.md.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math"
	"os"
	"sort"
	"strconv"

	"antojo/internal/chart"
)

const (
	height    = 600.0 // map units, at most
	widest    = 720.0
	minArea   = 9.0  // a corner whose triangle is smaller (in square units) is dropped
	minRing   = 12.0 // islands and holes below this area are left out
	callao    = "07" // 141 km²: drawn as a circle off the coast
	callaoR   = 9.0
	callaoOff = 34.0
)

type point [2]float64

type feature struct {
	Properties struct {
		Department string `json:"FIRST_IDDP"`
		Province   string `json:"FIRST_IDPR"`
	} `json:"properties"`
	Geometry struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: mapbuild departments.geojson > departments.json, or the same with provinces")
	}
	b, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if err := build(b, os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func build(b []byte, w io.Writer) error {
	var doc struct{ Features []feature }
	if err := json.Unmarshal(b, &doc); err != nil {
		return fmt.Errorf("read GeoJSON: %w", err)
	}
	by := map[string]*area{}
	provinces := false
	for _, f := range doc.Features {
		code := f.Properties.Department
		if f.Properties.Province != "" {
			code, provinces = f.Properties.Province, true
		}
		var polys [][][]point
		if f.Geometry.Type == "Polygon" {
			polys = make([][][]point, 1)
			if err := json.Unmarshal(f.Geometry.Coordinates, &polys[0]); err != nil {
				return fmt.Errorf("area %s: %w", code, err)
			}
		} else if err := json.Unmarshal(f.Geometry.Coordinates, &polys); err != nil {
			return fmt.Errorf("area %s: %w", code, err)
		}
		if by[code] == nil { // a code may come in several features
			by[code] = &area{code: code}
		}
		for _, p := range polys {
			by[code].rings = append(by[code].rings, p...)
		}
	}
	areas := make([]area, 0, len(by))
	for _, a := range by {
		areas = append(areas, *a)
	}
	sort.Slice(areas, func(i, j int) bool { return areas[i].code < areas[j].code })

	var drawn any
	if provinces {
		maps := map[string]chart.Map{}
		for i := 0; i < len(areas); {
			j := i
			for j < len(areas) && areas[j].code[:2] == areas[i].code[:2] {
				j++
			}
			maps[areas[i].code[:2]] = draw(areas[i:j])
			i = j
		}
		drawn = struct {
			License string               `json:"license"`
			Maps    map[string]chart.Map `json:"maps"`
		}{license, maps}
	} else {
		drawn = struct {
			License string `json:"license"`
			chart.Map
		}{license, draw(areas)}
	}
	enc, err := json.MarshalIndent(drawn, "", " ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(enc, '\n'))
	return err
}

const license = "This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/."

// area is one department or province as in the source.
type area struct {
	code  string
	rings [][]point
}

// draw projects areas, fits them into one drawing and simplifies their borders.
func draw(areas []area) chart.Map {
	// Project and fit.
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, a := range areas {
		for _, r := range a.rings {
			for i, p := range r {
				q := point{p[0] * math.Cos(9.2*math.Pi/180), -p[1]}
				r[i] = q
				for k := range q {
					lo[k], hi[k] = math.Min(lo[k], q[k]), math.Max(hi[k], q[k])
				}
			}
		}
	}
	scale := math.Min(height/(hi[1]-lo[1]), widest/(hi[0]-lo[0]))
	for _, a := range areas {
		for _, r := range a.rings {
			for i, p := range r {
				r[i] = point{math.Round((p[0]-lo[0])*scale*10) / 10, math.Round((p[1]-lo[1])*scale*10) / 10}
			}
		}
	}

	// A vertex that has other neighbours in another ring is a junction and stays.
	near := map[point]map[point]bool{}
	for _, a := range areas {
		for _, r := range a.rings {
			for i := range r[:len(r)-1] {
				prev := r[(i+len(r)-2)%(len(r)-1)]
				if near[r[i]] == nil {
					near[r[i]] = map[point]bool{}
				}
				near[r[i]][prev], near[r[i]][r[i+1]] = true, true
			}
		}
	}
	fixed := func(p point) bool { return len(near[p]) > 2 }

	m := chart.Map{Width: math.Ceil((hi[0] - lo[0]) * scale), Height: math.Ceil((hi[1]-lo[1])*scale - 1e-6)}
	for _, a := range areas {
		region := chart.Region{Code: a.code}
		best := 0.0
		for _, r := range a.rings {
			if math.Abs(ringArea(r)) < minRing && a.code != callao {
				continue
			}
			s := simplify(r, fixed)
			region.Path += path(s)
			if ar := math.Abs(ringArea(s)); ar > best {
				best = ar
				region.X, region.Y = centroid(s)
			}
		}
		if a.code == callao {
			region.Path = ""
			region.Inset, region.IX, region.IY = callaoR, region.X-callaoOff, region.Y+6
		}
		m.Regions = append(m.Regions, region)
	}
	return m
}

// simplify drops corners by Visvalingam's area rule, arc by arc between
// junctions, each arc walked in one canonical direction so that both neighbours
// drop the same corners.
func simplify(ring []point, fixed func(point) bool) []point {
	r := ring[:len(ring)-1]
	start := -1
	for i, p := range r {
		if fixed(p) {
			start = i
			break
		}
	}
	if start < 0 { // an island: its lowest point stands in for a junction
		start = 0
		for i, p := range r {
			if less(p, r[start]) {
				start = i
			}
		}
	}
	r = append(append([]point{}, r[start:]...), r[:start]...)
	r = append(r, r[0])
	var out []point
	for i := 0; i < len(r)-1; {
		j := i + 1
		for j < len(r)-1 && !fixed(r[j]) {
			j++
		}
		out = append(out, arc(r[i : j+1])[1:]...)
		i = j
	}
	return append([]point{out[len(out)-1]}, out...)
}

func arc(a []point) []point {
	b := append([]point{}, a...)
	reversed := less(b[len(b)-1], b[0]) || b[0] == b[len(b)-1] && less(b[len(b)-2], b[1])
	if reversed {
		reverse(b)
	}
	floor := 2
	if b[0] == b[len(b)-1] {
		floor = 5
	}
	for len(b) > floor {
		at, least := 0, minArea
		for i := 1; i < len(b)-1; i++ {
			if t := math.Abs(cross(b[i-1], b[i], b[i+1])) / 2; t < least {
				at, least = i, t
			}
		}
		if at == 0 {
			break
		}
		b = append(b[:at], b[at+1:]...)
	}
	if reversed {
		reverse(b)
	}
	return b
}

func less(a, b point) bool { return a[0] < b[0] || a[0] == b[0] && a[1] < b[1] }

func reverse(b []point) {
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
}

func cross(a, b, c point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (c[0]-a[0])*(b[1]-a[1])
}

func ringArea(r []point) float64 {
	s := 0.0
	for i := range r[:len(r)-1] {
		s += r[i][0]*r[i+1][1] - r[i+1][0]*r[i][1]
	}
	return s / 2
}

func centroid(r []point) (x, y float64) {
	a := ringArea(r)
	for i := range r[:len(r)-1] {
		c := r[i][0]*r[i+1][1] - r[i+1][0]*r[i][1]
		x += (r[i][0] + r[i+1][0]) * c
		y += (r[i][1] + r[i+1][1]) * c
	}
	return math.Round(x / (6 * a)), math.Round(y / (6 * a))
}

// path writes a ring with relative moves in tenths of a unit.
func path(r []point) string {
	num := func(b []byte, tenths int, sep bool) []byte {
		if sep && tenths >= 0 {
			b = append(b, ' ')
		}
		return strconv.AppendFloat(b, float64(tenths)/10, 'f', -1, 64)
	}
	tenths := func(v float64) int { return int(math.Round(v * 10)) }
	b := []byte{'M'}
	b = num(b, tenths(r[0][0]), false)
	b = num(b, tenths(r[0][1]), true)
	b = append(b, 'l')
	for i := 1; i < len(r)-1; i++ {
		b = num(b, tenths(r[i][0])-tenths(r[i-1][0]), i > 1)
		b = num(b, tenths(r[i][1])-tenths(r[i-1][1]), true)
	}
	return string(append(b, 'z'))
}
