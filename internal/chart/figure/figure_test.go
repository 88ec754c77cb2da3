package figure

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"hash/crc32"
	"image/color"
	"image/png"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/chart"
)

func figures(t testing.TB) map[string]*Figure {
	t.Helper()
	b, err := os.ReadFile("../../../assets/web/map/departments.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := chart.ParseMap(b)
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	out := map[string]*Figure{
		"lines": {Chart: chart.Lines{Name: "x", Series: []chart.Series{{Label: "Ceviche & <más>", Tone: chart.Accent, Values: []float64{1, 3, nan, 2, 5}, Low: []float64{0, 2, nan, 1, 4}, High: []float64{2, 4, nan, 3, 6}},
			{Label: "b", Tone: chart.Negative, Dashed: true, Values: []float64{2, 2, 2, 3, 3}}}, X: []chart.Tick{{At: 0, Label: "ene"}, {At: 4, Label: "may"}}, Marks: []chart.Tick{{At: 2, Label: "feria"}}}.Render()},
		"stack":  {Chart: chart.Stack{Series: []chart.Series{{Label: "a", Tone: chart.Negative, Values: []float64{1, 2, 3}}, {Label: "b", Tone: chart.Positive, Values: []float64{1, 2, 3}}}}.Render()},
		"bars":   {Chart: chart.Bars{Rows: []chart.Bar{{Label: "un nombre que es bastante largo", Text: "12", Value: 12, Low: 9, High: 15, Tone: chart.Accent, Defined: true}, {Label: "nada"}}}.Render()},
		"shares": {Chart: chart.Diverging{Rows: []chart.Share{{Label: "precio", Text: "−20", Neg: 30, Pos: 10, Net: -20, Low: -30, High: -10, Defined: true}}}.Render()},
		"scatter": {Chart: chart.Scatter{XTitle: "x", YTitle: "y", Corners: [4]string{"a", "b", "c", "d"}, Points: []chart.Point{{Label: "p", X: 1, Y: 2, XLow: 0, XHigh: 2, YLow: 1, YHigh: 3, Tone: chart.Positive, Strong: true},
			{Label: "q", X: 2, Y: 1, Tone: chart.Muted, Shape: chart.Diamond}}}.Render()},
		"map": {Chart: chart.Choropleth{ID: "m", Map: m, Scale: chart.Sequential, Areas: []chart.Area{{Code: "15", Class: 6, Defined: true}, {Code: "07", Class: 2, Defined: true, Few: true}}}.Render(),
			Legend: chart.Legend{Scale: chart.Sequential, Breaks: []string{"1", "2", "3", "4", "5", "6"}}.Render()},
	}
	for name, f := range out {
		f.Title, f.Sub, f.Notes = "Título de "+name+" <&>", "lo que muestra", []string{"n = 12", "Consulta: entity=ceviche"}
		f.Rights = "puede citarse"
	}
	return out
}

// TestSVG: it is well-formed, needs nothing else, and keeps its words and colours.
func TestSVG(t *testing.T) {
	for name, f := range figures(t) {
		var b bytes.Buffer
		if err := f.SVG(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		elements, texts := map[string]int{}, ""
		for d := xml.NewDecoder(&b); ; {
			tok, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is not well-formed: %v", name, err)
			}
			switch x := tok.(type) {
			case xml.StartElement:
				elements[x.Name.Local]++
				for _, a := range x.Attr {
					if a.Name.Local == "class" || a.Name.Local == "href" || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "%") || strings.Contains(a.Value, "var(") {
						t.Errorf("%s: %s=%q needs a page", name, a.Name.Local, a.Value)
					}
				}
			case xml.CharData:
				texts += string(x)
			}
		}
		if elements["path"] < 3 || elements["text"] < 3 {
			t.Errorf("%s: %v", name, elements)
		}
		for _, want := range []string{f.Title, f.Sub, f.Notes[0], f.Notes[1], f.Rights} {
			if strings.Count(texts, want) < 2 { // drawn and told
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}

// TestPNG: the size is as asked, and colours of the chart are where they belong.
func TestPNG(t *testing.T) {
	fs := figures(t)
	for name, f := range fs {
		f.Width = 400
		var b bytes.Buffer
		if err := f.PNG(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := map[string]string{"Title": f.Title, "Description": f.Sub + "\n" + strings.Join(f.Notes, "\n"), "Copyright": f.Rights}
		if diff := cmp.Diff(want, pngTexts(t, b.Bytes())); diff != "" {
			t.Errorf("%s tells (-want +got)\n%s", name, diff)
		}
		img, err := png.Decode(&b)
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Dx(); got != 800 {
			t.Errorf("%s is %d wide", name, got)
		}
		seen := map[color.RGBA]int{}
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				seen[color.RGBAModel.Convert(img.At(x, y)).(color.RGBA)]++
			}
		}
		tone := map[string]color.RGBA{"lines": {0xea, 0x6a, 0x1f, 255}, "stack": {0x2a, 0x97, 0xa0, 255}, "bars": {0xea, 0x6a, 0x1f, 255}, "shares": {0xc9, 0x4b, 0x7d, 255}, "scatter": {0x2a, 0x97, 0xa0, 255}, "map": {0x9a, 0x43, 0x0e, 255}}[name]
		if seen[tone] < 20 {
			t.Errorf("%s has %d dots of %v", name, seen[tone], tone)
		}
		if seen[color.RGBA{255, 255, 255, 255}] < img.Bounds().Dx()*img.Bounds().Dy()/4 {
			t.Errorf("%s has hardly any ground", name)
		}
	}
}

// pngTexts reads the texts of a PNG by the layout of the specification, CRCs checked.
func pngTexts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	out := map[string]string{}
	for b = b[8:]; len(b) >= 12; {
		n := int(binary.BigEndian.Uint32(b))
		body := b[4 : 8+n]
		if got := binary.BigEndian.Uint32(b[8+n:]); got != crc32.ChecksumIEEE(body) {
			t.Errorf("%s has a wrong CRC", body[:4])
		}
		if string(body[:4]) == "iTXt" {
			keyword, rest, _ := strings.Cut(string(body[4:]), "\x00")
			out[keyword] = rest[4:] // not compressed, no language
		}
		b = b[12+n:]
	}
	return out
}

func TestRefuses(t *testing.T) {
	f := figures(t)["bars"]
	for name, bad := range map[string]*Figure{"no chart": {}, "narrow": {Chart: f.Chart, Width: 10}, "wide": {Chart: f.Chart, Width: 1e6}, "no svg": {Chart: "<p>x</p>"}, "broken": {Chart: `<svg height="3"><g>`}} {
		if err := bad.SVG(io.Discard); err == nil {
			t.Errorf("%s was drawn", name)
		}
	}
}

// TestColours holds the colours here against the light theme of the pages.
func TestColours(t *testing.T) {
	b, err := os.ReadFile("../../../assets/web/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	_, css, _ := strings.Cut(string(b), ":root {")
	css, _, _ = strings.Cut(css, "@media")
	token := func(name string) string {
		_, rest, _ := strings.Cut(css, "--"+name+": ")
		v, _, _ := strings.Cut(rest, ";")
		return v
	}
	got := map[string]string{"surface": surface, "ink": ink, "ink-2": ink2, "line": lineCol, "line-2": line2, "empty": empty}
	for _, n := range []string{"accent", "pos", "neg", "neu"} {
		got[n], got[n+"-fill"] = tones[n].text, tones[n].fill
	}
	for _, n := range []string{"c1", "c2", "c3", "c4", "c5", "c6"} {
		got[n] = tones[n].text
	}
	for ramp, list := range ramps {
		for i, c := range list {
			got[ramp+"-"+string(rune('0'+i))] = c
		}
	}
	want := map[string]string{}
	for name := range got {
		want[name] = token(name)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"M0-6L6 0L0 6L-6 0Z", "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z", "M1 2 3 4h5v-6z", "", "M", "Q1 2 3 4", "M1e9 1.5.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, d string) {
		p, err := parsePath(d)
		if err != nil {
			return
		}
		for _, s := range p {
			for _, v := range s.p {
				if math.IsNaN(v) {
					t.Fatalf("%q gives a place that is no number", d)
				}
			}
		}
	})
}
