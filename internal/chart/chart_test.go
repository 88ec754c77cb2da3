package chart

import (
	"encoding/xml"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

var nan = math.NaN()

const hostile = `"><script>alert('x')</script>&` + "\x00"

var square = &Map{Width: 20, Height: 10, Regions: []Region{
	{Code: "01", Path: "M0 0l10 0 0 10-10 0z", X: 5, Y: 5},
	{Code: "02", Path: "M10 0l10 0 0 10-10 0z", X: 15, Y: 5},
	{Code: "07", X: 1, Y: 1, Inset: 2, IX: 3, IY: 3},
}}

// drawings is every kind of chart in the states that differ.
var drawings = []struct {
	name string
	draw func() SVG
}{
	{"lines-band-gap-mark", func() SVG {
		return Lines{Name: "Neto por semana", Zero: true, Height: 200,
			Series: []Series{
				{Label: "Neto", Tone: Accent, Values: []float64{10, 12, nan, 8, 20}, Low: []float64{5, 6, nan, 2, 10}, High: []float64{15, 18, nan, 14, 30}},
				{Label: "Esperado", Tone: Muted, Values: []float64{9, 9, 9, 9, 19}, Dashed: true},
			},
			X: []Tick{{0, "ene"}, {2, "mar"}, {4, "may"}}, Marks: []Tick{{3, "Fiestas"}}}.Render()
	}},
	{"lines-empty", func() SVG { return Lines{Name: "Nada"}.Render() }},
	{"lines-one-point", func() SVG {
		return Lines{Name: "Uno", Series: []Series{{Label: "a", Tone: Accent, Values: []float64{3}}}}.Render()
	}},
	{"stack", func() SVG {
		return Stack{Name: "Menciones", Series: []Series{
			{Label: "Negativa", Tone: Negative, Values: []float64{1, 2, 3}},
			{Label: "Neutra", Tone: Neutral, Values: []float64{4, nan, 2}},
			{Label: "Positiva", Tone: Positive, Values: []float64{5, 6, -7}},
		}, X: []Tick{{0, "ene"}}}.Render()
	}},
	{"stack-empty", func() SVG { return Stack{Name: "Nada", Series: []Series{{Label: "a", Tone: Accent}}}.Render() }},
	{"reliability", func() SVG {
		return Reliability{Name: "Opinión", XTitle: "probabilidad", YTitle: "acierto", Parts: []Part{
			{Title: "109 respuestas", Sure: .52, Right: .5, Low: .41, High: .59, Tone: Neutral}, {Sure: .8, Right: .6, Low: .5, High: .69, Tone: Negative}, {Sure: .99, Right: 1, Low: .97, High: 1, Tone: Neutral}}}.Render()
	}},
	{"reliability-empty", func() SVG { return Reliability{Name: "Nada"}.Render() }},
	{"spark", func() SVG { return Spark{Values: []float64{1, 5, nan, 4, 8}, Tone: Accent, Focus: 2}.Render() }},
	{"spark-flat", func() SVG { return Spark{Name: "Igual", Values: []float64{4, 4, 4}, Tone: Neutral}.Render() }},
	{"spark-empty", func() SVG { return Spark{Tone: Accent}.Render() }},
	{"arrow-up", func() SVG { return Arrow(1, Positive) }},
	{"arrow-down", func() SVG { return Arrow(-1, Negative) }},
	{"arrow-flat", func() SVG { return Arrow(0, Ink) }},
	{"range", func() SVG {
		return Range{Name: "Crecimiento", Value: .3, Low: .1, High: 9, Min: -.5, Max: 1, Tone: Positive, Defined: true}.Render()
	}},
	{"range-undefined", func() SVG { return Range{Min: -1, Max: 1, Tone: Neutral}.Render() }},
	{"bars", func() SVG {
		return Bars{Name: "Cuota", Rows: []Bar{
			{Label: "Ceviche", Text: "12.3 %", Value: .123, Low: .1, High: .15, Tone: Accent, Defined: true},
			{Label: "Causa", Text: "pocos datos"},
		}}.Render()
	}},
	{"diverging", func() SVG {
		return Diverging{Name: "Aspectos", Rows: []Share{
			{Label: "Comida", Text: "+40", Pos: .4, Net: .4, Low: .3, High: .5, Defined: true},
			{Label: "Precio", Text: "−20", Neg: .2, Net: -.2, Low: -.3, High: -.1, Defined: true},
			{Label: "Salud", Text: "pocos datos"},
		}}.Render()
	}},
	{"map", func() SVG {
		return Choropleth{ID: "mapa", Name: "Mapa", Map: square, Scale: Divergent, Areas: []Area{
			{Code: "01", Title: "Amazonas: +3", Href: "/menciones?department=01", Class: 6, Defined: true},
			{Code: "02", Title: "Áncash: pocos datos", Class: 99, Defined: true, Few: true},
		}}.Render()
	}},
	{"legend", func() SVG {
		return Legend{Scale: Sequential, Breaks: []string{"1", "2", "3", "4", "5", "6", "7"}}.Render()
	}},
	{"scatter", func() SVG {
		return Scatter{Name: "Mapa", XTitle: "Antojo", YTitle: "Neto", XMid: 10, YMid: 20, Corners: [4]string{"a", "b", "c", "d"}, Points: []Point{
			{Label: "Pachamanca", Title: "Pachamanca: 20", Href: "/entidad/pachamanca", X: 20, XLow: 12, XHigh: 30, Y: 0, YLow: -10, YHigh: 10, Tone: Negative, Strong: true, Shape: Diamond},
			{Label: "Anticucho", X: 19, XLow: 15, XHigh: 25, Y: 1, YLow: -5, YHigh: 8, Tone: Negative, Strong: true, Shape: Triangle},
			{Label: "Causa", X: 29, XLow: 22, XHigh: 34, Y: 40, YLow: 30, YHigh: 50, Tone: Positive, Strong: true, Shape: Square},
			{Label: "Ceviche", Title: "Ceviche: 10", X: 10, Y: 22, Tone: Muted},
			{Label: "Nada", X: nan, Y: 3, Tone: Muted},
		}}.Render()
	}},
	{"bump", func() SVG {
		return Bump{Name: "Puestos", Steps: []string{"1 sep", "22 sep", "13 oct"}, Most: 3, Ranks: []Rank{
			{Label: "Ceviche", Href: "/entidad/ceviche", Title: "Ceviche: 1 a 2", Tone: Cat1, Places: []int{1, 1, 2}},
			{Label: "Pachamanca", Tone: Cat2, Places: []int{9, 3, 1}, Strong: true},
			{Label: "Causa", Tone: Cat3, Places: []int{2, 2, 0}},
		}}.Render()
	}},
	{"bump-empty", func() SVG { return Bump{Name: "Nada"}.Render() }},
	{"scatter-empty", func() SVG { return Scatter{Name: "Nada"}.Render() }},
	{"hostile", func() SVG {
		return Lines{Name: hostile, Series: []Series{{Label: hostile, Tone: Accent, Values: []float64{1, math.Inf(1), 3}}}, X: []Tick{{0, hostile}}, Marks: []Tick{{1, hostile}},
			Format: func(float64) string { return hostile }}.Render() +
			Bars{Name: hostile, Rows: []Bar{{Label: hostile, Text: hostile}}}.Render() +
			Diverging{Name: hostile, Rows: []Share{{Label: hostile, Text: hostile}}}.Render() +
			Choropleth{ID: hostile, Name: hostile, Map: square, Scale: Sequential, Areas: []Area{{Code: "01", Title: hostile, Href: hostile, Defined: true, Few: true}}}.Render() +
			Legend{Scale: Sequential, Breaks: []string{hostile}}.Render() +
			Bump{Name: hostile, Steps: []string{hostile}, Ranks: []Rank{{Label: hostile, Title: hostile, Href: hostile, Tone: Cat1, Places: []int{-4}}, {Label: hostile, Places: []int{1}}}}.Render() +
			Scatter{Name: hostile, XTitle: hostile, YTitle: hostile, Corners: [4]string{hostile, hostile, hostile, hostile}, Points: []Point{{Label: hostile, Title: hostile, Href: hostile, X: 1, Y: math.Inf(1), Strong: true}}}.Render()
	}},
}

func TestGolden(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, func(t *testing.T) {
			got := strings.ReplaceAll(string(d.draw()), "><", ">\n<") + "\n"
			path := filepath.Join("testdata", d.name+".svg")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("drawing differs from %s (-want +got); run with -update if it should:\n%s", path, diff)
			}
		})
	}
}

// TestWellFormed: what comes from outside can neither break the markup nor add to it.
func TestWellFormed(t *testing.T) {
	for _, d := range drawings {
		t.Run(d.name, func(t *testing.T) {
			svg := string(d.draw())
			dec := xml.NewDecoder(strings.NewReader("<r>" + svg + "</r>"))
			for {
				tok, err := dec.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("not well-formed: %v\n%s", err, svg)
				}
				el, ok := tok.(xml.StartElement)
				if !ok {
					continue
				}
				if el.Name.Local == "script" {
					t.Errorf("a script got in: %s", svg)
				}
				for _, a := range el.Attr {
					if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
						t.Errorf("attribute %s, which the pages' policy forbids", a.Name.Local)
					}
					if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
						t.Errorf("%s=%q is not a number", a.Name.Local, a.Value)
					}
				}
			}
			if string(d.draw()) != svg {
				t.Error("equal input gave different output")
			}
		})
	}
}

func TestAccessibleName(t *testing.T) {
	named := string(Spark{Name: "Doce semanas", Values: []float64{1, 2}, Tone: Accent}.Render())
	if !strings.Contains(named, `role="img"`) || !strings.Contains(named, `aria-label="Doce semanas"`) {
		t.Errorf("a named chart is not an image with that name: %s", named)
	}
	plain := string(Spark{Values: []float64{1, 2}, Tone: Accent}.Render())
	if !strings.Contains(plain, `aria-hidden="true"`) || strings.Contains(plain, "role") {
		t.Errorf("a nameless chart is not hidden from assistive technology: %s", plain)
	}
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		name   string
		lo, hi float64
		n      int
		want   []float64
	}{
		{"from zero", 0, 97, 4, []float64{0, 50, 100}},
		{"signed", -30, 45, 4, []float64{-40, -20, 0, 20, 40, 60}},
		{"small", 0, .004, 4, []float64{0, .001, .002, .003, .004}},
		{"one value", 5, 5, 4, []float64{5, 5.5, 6}},
		{"upside down", 9, 1, 4, []float64{0, .5, 1}},
		{"not a number", nan, 3, 4, []float64{0, .5, 1}},
		{"no ticks asked for", 0, 10, 0, []float64{0, 10}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Ticks(c.lo, c.hi, c.n)
			eq := cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9 })
			if diff := cmp.Diff(c.want, got, eq); diff != "" {
				t.Errorf("Ticks(%v, %v, %d) (-want +got):\n%s", c.lo, c.hi, c.n, diff)
			}
		})
	}
}

func TestBreaksAndClass(t *testing.T) {
	for _, c := range []struct {
		name   string
		scale  Scale
		values []float64
	}{
		{"rates", Sequential, []float64{.02, .05, .09}},
		{"narrow rates", Sequential, []float64{.50, .51, .52}},
		{"signed", Divergent, []float64{-.4, .1, .3}},
		{"one", Sequential, []float64{.3}},
		{"zero", Sequential, []float64{0}},
		{"none", Divergent, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := Breaks(c.scale, c.values)
			if len(b) != MapClasses-1 {
				t.Fatalf("%d breaks, want %d", len(b), MapClasses-1)
			}
			for i := 1; i < len(b); i++ {
				if !(b[i] > b[i-1]) {
					t.Fatalf("breaks do not rise: %v", b)
				}
			}
			for _, v := range c.values {
				k := Class(b, v)
				if k < 0 || k >= MapClasses {
					t.Errorf("class of %v is %d", v, k)
				}
				if c.scale == Divergent && (v < b[2] && k >= 3 || v > b[3] && k <= 3) {
					t.Errorf("%v lies in class %d, on the wrong side of the middle", v, k)
				}
			}
		})
	}
}

func TestParseMap(t *testing.T) {
	for _, c := range []struct{ name, json, want string }{
		{"script in a path", `{"width":1,"height":1,"regions":[{"code":"01","path":"M0 0\"><script>"}]}`, "other characters"},
		{"code with a quote", `{"width":1,"height":1,"regions":[{"code":"0\"1","path":"M0 0z"}]}`, "other characters"},
		{"nothing", `{}`, "no regions"},
		{"not JSON", `<svg>`, "parse map"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseMap([]byte(c.json))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestAppendNum(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{{0, "0"}, {-0.001, "0"}, {1.005, "1"}, {1.5, "1.5"}, {-12.34, "-12.34"}, {1e20, "100000000000000000000"}, {nan, "0"}, {math.Inf(-1), "0"}, {99.999, "100"}} {
		if got := string(appendNum(nil, c.v)); got != c.want {
			t.Errorf("appendNum(%v) = %q, want %q", c.v, got, c.want)
		}
	}
}

// BenchmarkLines1000 is the figure of the plan: 1,000 points with a band in under 2 ms.
func BenchmarkLines1000(b *testing.B) {
	s := Series{Label: "Neto", Tone: Accent}
	for i := range 1000 {
		v := math.Sin(float64(i)/40) * 50
		s.Values, s.Low, s.High = append(s.Values, v), append(s.Low, v-9), append(s.High, v+9)
	}
	l := Lines{Name: "Neto", Series: []Series{s}, Zero: true}
	b.ReportAllocs()
	for b.Loop() {
		l.Render()
	}
}

// FuzzText: no text breaks a drawing or gets into its markup.
func FuzzText(f *testing.F) {
	f.Add(hostile)
	f.Add("]]>\xff\xfe\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		svg := string(Lines{Name: s, Series: []Series{{Label: s, Tone: Accent, Values: []float64{1, 2}}}, X: []Tick{{0, s}}}.Render()) +
			string(Choropleth{ID: s, Name: s, Map: square, Scale: Sequential, Areas: []Area{{Code: "01", Title: s, Href: s, Defined: true, Few: true}}}.Render())
		dec := xml.NewDecoder(strings.NewReader("<r>" + svg + "</r>"))
		elements := 0
		for {
			tok, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			if _, ok := tok.(xml.StartElement); ok {
				elements++
			}
		}
		if want := 30; elements != want && s != "" {
			t.Errorf("%q: %d elements, want %d", s, elements, want)
		}
	})
}
