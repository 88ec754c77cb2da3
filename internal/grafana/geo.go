package grafana

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"antojo/internal/chart"
	"antojo/internal/grafana/prom"
	"antojo/internal/mention"
)

// The map that the pages draw is an equirectangular projection with the parallel 9.2° S
// true to scale, fitted to Peru's northernmost and westernmost points (mapbuild). Read
// back, an outline is exact to some 300 m, which is what the drawing holds.
const (
	west     = -81.3267
	north    = -0.0386
	south    = -18.3510
	parallel = 9.2
)

type lonlat [2]float64

// place turns map units into degrees.
func place(m *chart.Map, x, y float64) lonlat {
	scale := m.Height / (north - south)
	round := func(v float64) float64 { return math.Round(v*1e4) / 1e4 }
	return lonlat{round(west + x/(scale*math.Cos(parallel*math.Pi/180))), round(north - y/scale)}
}

type feature struct {
	Type       string     `json:"type"`
	ID         string     `json:"id"`
	Properties properties `json:"properties"`
	Geometry   geometry   `json:"geometry"`
}

type properties struct {
	Ubigeo     string `json:"ubigeo"`
	Department string `json:"department"`
	Geohash    string `json:"geohash"`
}

type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

type collection struct {
	Type     string    `json:"type"`
	License  string    `json:"license"`
	Features []feature `json:"features"`
}

const mapLicense = "Outlines from peru-geojson, Mozilla Public License 2.0 (https://mozilla.org/MPL/2.0/); simplified"

// geojson writes the departments as outlines and as points. The id stands at the top
// of each feature, where Grafana's layers look for it.
func geojson(m *chart.Map) (shapes, spots []byte, err error) {
	a := collection{Type: "FeatureCollection", License: mapLicense}
	b := a
	places := Places(m)
	for _, r := range m.Regions {
		d, err := mention.DepartmentByCode(r.Code)
		if err != nil {
			return nil, nil, fmt.Errorf("map: %w", err)
		}
		rings, err := outline(m, r)
		if err != nil {
			return nil, nil, fmt.Errorf("map of department %s: %w", r.Code, err)
		}
		f := feature{Type: "Feature", ID: r.Code, Properties: properties{r.Code, d.Name(), places[d].Geohash}}
		polygons := make([][][]lonlat, len(rings))
		for i, ring := range rings {
			polygons[i] = [][]lonlat{ring}
		}
		f.Geometry = geometry{"MultiPolygon", polygons}
		a.Features = append(a.Features, f)
		f.Geometry = geometry{"Point", centre(m, r)}
		b.Features = append(b.Features, f)
	}
	if shapes, err = json.Marshal(a); err == nil {
		spots, err = json.Marshal(b)
	}
	return shapes, spots, err
}

// centre is the point of a region that marks stand on.
func centre(m *chart.Map, r chart.Region) lonlat {
	if r.Inset > 0 {
		return place(m, r.IX, r.IY)
	}
	return place(m, r.X, r.Y)
}

// outline are the rings of a region. A region that is drawn as a circle off the coast,
// because it would be too small to see, is one here too.
func outline(m *chart.Map, r chart.Region) ([][]lonlat, error) {
	if r.Inset > 0 {
		const corners = 24
		ring := make([]lonlat, 0, corners+1)
		for i := range corners {
			sin, cos := math.Sincos(-2 * math.Pi * float64(i) / corners) // counter-clockwise on the map
			ring = append(ring, place(m, r.IX+r.Inset*cos, r.IY+r.Inset*sin))
		}
		return [][]lonlat{append(ring, ring[0])}, nil
	}
	var rings [][]lonlat
	for _, part := range strings.Split(strings.TrimSuffix(r.Path, "z"), "z") {
		ring, err := subpath(m, part)
		if err != nil {
			return nil, err
		}
		rings = append(rings, ring)
	}
	return rings, nil
}

// subpath reads "Mx yldx dy…", a corner and relative moves, and closes the ring.
func subpath(m *chart.Map, s string) ([]lonlat, error) {
	start, moves, ok := strings.Cut(strings.TrimPrefix(s, "M"), "l")
	if !ok || !strings.HasPrefix(s, "M") {
		return nil, fmt.Errorf("path %.20q does not begin with M and l", s)
	}
	first, err := numbers(start)
	if err != nil {
		return nil, err
	}
	rest, err := numbers(moves)
	if err != nil {
		return nil, err
	}
	if len(first) != 2 || len(rest) < 4 || len(rest)%2 != 0 {
		return nil, fmt.Errorf("path %.20q has no pairs of numbers", s)
	}
	x, y := first[0], first[1]
	at := [][2]float64{{x, y}}
	for i := 0; i < len(rest); i += 2 {
		x, y = x+rest[i], y+rest[i+1]
		at = append(at, [2]float64{x, y})
	}
	area := 0.0
	for i, p := range at {
		q := at[(i+1)%len(at)]
		area += p[0]*q[1] - q[0]*p[1]
	}
	ring := make([]lonlat, 0, len(at)+1)
	for i := range at {
		p := at[i]
		if area > 0 { // outer rings run counter-clockwise (RFC 7946); y points down here
			p = at[len(at)-1-i]
		}
		ring = append(ring, place(m, p[0], p[1]))
	}
	return append(ring, ring[0]), nil
}

// numbers reads numbers parted by spaces or by the sign of the next.
func numbers(s string) ([]float64, error) {
	var out []float64
	for _, f := range strings.Fields(strings.ReplaceAll(s, "-", " -")) {
		v, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", f)
		}
		out = append(out, v)
	}
	return out, nil
}

// Places are the departments' marks as geohashes, which Grafana reads without a table
// of places.
func Places(m *chart.Map) map[mention.Department]prom.Place {
	out := map[mention.Department]prom.Place{}
	for _, r := range m.Regions {
		if d, err := mention.DepartmentByCode(r.Code); err == nil {
			p := centre(m, r)
			out[d] = prom.Place{Geohash: geohash(p[0], p[1], 6)}
		}
	}
	return out
}

// geohash writes a place in the base-32 code of G. Niemeyer (2008).
func geohash(lon, lat float64, n int) string {
	const digits = "0123456789bcdefghjkmnpqrstuvwxyz"
	lo, la := [2]float64{-180, 180}, [2]float64{-90, 90}
	out := make([]byte, 0, n)
	code := 0
	for bit := 0; len(out) < n; bit++ {
		r, v := &lo, lon
		if bit%2 == 1 {
			r, v = &la, lat
		}
		mid := (r[0] + r[1]) / 2
		code <<= 1
		if v >= mid {
			code |= 1
			r[0] = mid
		} else {
			r[1] = mid
		}
		if bit%5 == 4 {
			out = append(out, digits[code])
			code = 0
		}
	}
	return string(out)
}
