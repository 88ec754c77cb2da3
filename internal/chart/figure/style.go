package figure

import "strings"

// Colours of the light theme; a test holds them against assets/web/css/tokens.css.
const (
	surface = "#ffffff"
	ink     = "#211c17"
	ink2    = "#655c52"
	lineCol = "#e9e3da"
	line2   = "#d5ccbf"
	empty   = "#ece7df"
)

// tone is a colour as a surface and as text.
type tone struct{ fill, text string }

var tones = map[string]tone{
	"accent": {"#ea6a1f", "#c2410c"}, "pos": {"#2a97a0", "#0b6e77"}, "neg": {"#c94b7d", "#a8265b"},
	"neu": {"#93897b", "#6f665c"}, "muted": {"#93897b", "#6f665c"}, "ink": {ink, ink},
	"c1": {"#c2410c", "#c2410c"}, "c2": {"#0b6e77", "#0b6e77"}, "c3": {"#6d4bb3", "#6d4bb3"}, "c4": {"#a8265b", "#a8265b"}, "c5": {"#1d5fa8", "#1d5fa8"}, "c6": {"#5f6b00", "#5f6b00"},
}

var ramps = map[string][]string{
	"seq": {"#fdf0e4", "#fadbc0", "#f6c095", "#f0a066", "#e37f3a", "#c95f1b", "#9a430e"},
	"div": {"#99205a", "#cc6694", "#e9b5cb", "#eee9e1", "#a9d5d8", "#4fa5ac", "#0b6670"},
}

// style gives a shape the colours of its classes, as assets/web/css/charts.css does.
func style(s *shape, f *frame, name string, own []string) {
	if name == "line" {
		s.stroke, s.width = paint{lineCol, 1}, 1
	} else {
		s.fill = paint{ink, 1}
	}
	if f.has("marks") && name == "line" {
		s.stroke, s.dash = paint{line2, 1}, []float64{2, 3}
	}
	if f.has("middle") && name == "line" {
		s.stroke, s.dash = paint{ink2, 1}, []float64{4, 4}
	}
	if f.has("point") && name == "path" {
		s.stroke, s.width = paint{surface, 1}, 1.5
	}
	area := f.has("area")
	if area {
		s.stroke, s.width = paint{surface, 1}, 1.25
	}
	for _, c := range f.classes {
		kind, rest, _ := strings.Cut(c, "-")
		t := tones[rest]
		switch kind {
		case "zero":
			s.stroke = paint{line2, 1}
		case "lead":
			s.stroke, s.width = paint{ink2, 1}, 1
		case "whisker":
			s.stroke, s.width = paint{ink, 1}, 1.5
		case "halo":
			s.stroke, s.width = paint{surface, .8}, 4
		case "dot":
			s.fill, s.stroke, s.width = paint{ink, 1}, paint{surface, 1}, 1.5
		case "none":
			s.fill = paint{empty, 1}
		case "dashed":
			s.dash = []float64{4, 4}
		case "seq", "div":
			if len(rest) == 1 && rest[0] >= '0' && int(rest[0]-'0') < len(ramps[kind]) {
				s.fill = paint{ramps[kind][rest[0]-'0'], 1}
			}
		case "l":
			if t.fill != "" {
				s.stroke, s.width = paint{t.fill, 1}, 2
			}
		case "t", "s":
			if t.fill != "" {
				s.fill = paint{t.fill, 1}
			}
		case "a":
			if t.fill != "" {
				s.fill = paint{t.fill, map[string]float64{"neu": .65, "muted": .4}[rest]}
				if s.fill.opacity == 0 {
					s.fill.opacity = 1
				}
			}
		case "b":
			if t.fill != "" {
				s.fill = paint{t.fill, map[string]float64{"accent": .2, "pos": .22, "neg": .22}[rest]}
				if s.fill.opacity == 0 {
					s.fill.opacity = .3
				}
			}
		}
	}
	for _, c := range own {
		if c == "ci" {
			s.width, s.stroke.opacity = 1.5, .45
		}
	}
	if f.has("faint") {
		s.fill.opacity *= .45
		s.stroke.opacity *= .45
	}
	if area && name == "line" {
		s.fill = paint{}
	}
}
