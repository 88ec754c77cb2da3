package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"antojo/internal/chart"
	"antojo/internal/mention"
)

// TestCommittedMap: the map has every department once, in INEI order.
func TestCommittedMap(t *testing.T) {
	b, err := os.ReadFile("../../../assets/web/map/departments.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := chart.ParseMap(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Regions) != mention.NumDepartments {
		t.Fatalf("%d regions, want %d", len(m.Regions), mention.NumDepartments)
	}
	for i, r := range m.Regions {
		if want := mention.Department(i + 1).Code(); r.Code != want {
			t.Errorf("region %d is %s, want %s", i, r.Code, want)
		}
		if r.X <= 0 || r.X >= m.Width || r.Y <= 0 || r.Y >= m.Height || (r.Path == "") != (r.Inset > 0) {
			t.Errorf("region %s: %+v", r.Code, r)
		}
	}
	if !strings.Contains(string(b), "Mozilla Public License") {
		t.Error("the notice of the licence is missing")
	}
}

// TestBordersFit: two neighbours that share a wiggly border still share it after
// simplification, whichever way round each ring goes.
func TestBordersFit(t *testing.T) {
	const doc = `{"features":[
	{"properties":{"FIRST_IDDP":"01"},"geometry":{"type":"Polygon","coordinates":[[[-80,0],[-76,0],[-76.1,-2],[-75.9,-4],[-76.02,-4.1],[-76,-10],[-80,-10],[-80,0]]]}},
	{"properties":{"FIRST_IDDP":"02"},"geometry":{"type":"MultiPolygon","coordinates":[[[[-76,-10],[-76.02,-4.1],[-75.9,-4],[-76.1,-2],[-76,0],[-72,0],[-72,-10],[-76,-10]]],[[[-70,0],[-69.95,0],[-69.95,-0.05],[-70,0]]]]}}]}`
	var out bytes.Buffer
	if err := build([]byte(doc), &out); err != nil {
		t.Fatal(err)
	}
	m, err := chart.ParseMap(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	a, b := corners(t, m.Regions[0].Path), corners(t, m.Regions[1].Path)
	shared := 0
	for p := range a {
		if b[p] {
			shared++
		}
	}
	if shared < 4 {
		t.Errorf("the neighbours share %d corners of their border: %v %v", shared, a, b)
	}
	if strings.Count(m.Regions[1].Path, "M") != 1 {
		t.Errorf("a speck of an island was kept: %s", m.Regions[1].Path)
	}
	if err := build([]byte("[]"), &out); err == nil {
		t.Error("a file that is no GeoJSON is not reported")
	}
}

// corners reads the absolute corners of a path back, in tenths.
func corners(t *testing.T, path string) map[[2]int]bool {
	t.Helper()
	out := map[[2]int]bool{}
	var x, y int
	for i, n := range numbers(path) {
		if i%2 == 0 {
			x += n
		} else {
			y += n
			out[[2]int{x, y}] = true
		}
	}
	return out
}

func numbers(path string) []int {
	var out []int
	n, sign, tenths, in := 0, 1, false, false
	flush := func() {
		if in {
			if !tenths {
				n *= 10
			}
			out = append(out, sign*n)
		}
		n, sign, tenths, in = 0, 1, false, false
	}
	for _, r := range path {
		switch {
		case r >= '0' && r <= '9':
			n, in = n*10+int(r-'0'), true
		case r == '.':
			tenths = true
		default:
			flush()
			if r == '-' {
				sign = -1
			}
		}
	}
	flush()
	return out
}

// TestCommittedProvinces: every department has a map of its provinces, with all but the
// one that is younger than the source of the map.
func TestCommittedProvinces(t *testing.T) {
	b, err := os.ReadFile("../../../assets/web/map/provinces.json")
	if err != nil {
		t.Fatal(err)
	}
	maps, err := chart.ParseMaps(b)
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for d := mention.Department(1); d <= mention.NumDepartments; d++ {
		m := maps[d.Code()]
		if m == nil {
			t.Errorf("no map of %s", d.Name())
			continue
		}
		have := map[string]bool{}
		for _, r := range m.Regions {
			p, err := mention.ProvinceByCode(r.Code)
			if err != nil || p.Department() != d || r.Path == "" || r.X <= 0 || r.X >= m.Width || r.Y <= 0 || r.Y >= m.Height {
				t.Errorf("%s: region %s at %g, %g", d.Name(), r.Code, r.X, r.Y)
			}
			have[r.Code] = true
		}
		for _, p := range d.Provinces() {
			if !have[p.Code()] {
				missing = append(missing, p.Name())
			}
		}
	}
	if len(missing) != 1 || missing[0] != "Putumayo" {
		t.Errorf("provinces without a drawing: %q, want only Putumayo", missing)
	}
	if !strings.Contains(string(b), "Mozilla Public License") {
		t.Error("the notice of the licence is missing")
	}
}

// TestProvincesOfTwoDepartments: each department is drawn at its own scale, and a
// province that comes in two features has the outlines of both.
func TestProvincesOfTwoDepartments(t *testing.T) {
	const doc = `{"features":[
	{"properties":{"FIRST_IDPR":"0102"},"geometry":{"type":"Polygon","coordinates":[[[-76,-10],[-76,0],[-72,0],[-72,-10],[-76,-10]]]}},
	{"properties":{"FIRST_IDPR":"0101"},"geometry":{"type":"Polygon","coordinates":[[[-80,0],[-76,0],[-76,-10],[-80,-10],[-80,0]]]}},
	{"properties":{"FIRST_IDPR":"0201"},"geometry":{"type":"Polygon","coordinates":[[[-71,0],[-70,0],[-70,-1],[-71,-1],[-71,0]]]}},
	{"properties":{"FIRST_IDPR":"0201"},"geometry":{"type":"Polygon","coordinates":[[[-69,0],[-68,0],[-68,-1],[-69,-1],[-69,0]]]}}]}`
	var out bytes.Buffer
	if err := build([]byte(doc), &out); err != nil {
		t.Fatal(err)
	}
	maps, err := chart.ParseMaps(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(maps) != 2 || len(maps["01"].Regions) != 2 || maps["01"].Regions[0].Code != "0101" {
		t.Fatalf("maps: %+v", maps)
	}
	if m := maps["01"]; m.Height != height || m.Width > widest {
		t.Errorf("the tall department is %g by %g, want it %g high", m.Width, m.Height, height)
	}
	if m := maps["02"]; m.Width != widest || m.Height >= height || strings.Count(m.Regions[0].Path, "M") != 2 {
		t.Errorf("the wide department is %g by %g: %q", m.Width, m.Height, m.Regions[0].Path)
	}
}
