package web_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var token = regexp.MustCompile(`--([a-z0-9-]+):\s*#([0-9a-f]{6})\b`)

// TestContrast computes the contrast of the colours that meet on a page (WCAG 2.2,
// 1.4.3 and 1.4.11), in both themes.
func TestContrast(t *testing.T) {
	b, err := os.ReadFile("../../assets/web/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]map[string][3]float64{}
	for _, part := range strings.Split(string(b), "}") {
		head, body, ok := strings.Cut(part, "{")
		if !ok {
			continue
		}
		if strings.Contains(body, "{") { // inside @media
			head, body, _ = strings.Cut(body, "{")
		}
		colours := map[string][3]float64{}
		for _, m := range token.FindAllStringSubmatch(body, -1) {
			var rgb [3]float64
			for i := range rgb {
				v, err := strconv.ParseUint(m[2][2*i:2*i+2], 16, 8)
				if err != nil {
					t.Fatal(err)
				}
				rgb[i] = float64(v) / 255
			}
			colours[m[1]] = rgb
		}
		switch {
		case strings.Contains(head, `[data-theme="dark"]`):
			blocks["dark"] = colours
		case strings.Contains(head, ":not("):
			blocks["dark by the system"] = colours
		default:
			blocks["light"] = colours
		}
	}
	if len(blocks) != 3 {
		t.Fatalf("found %d themes, want 3", len(blocks))
	}
	pairs := []struct {
		front, back string
		least       float64
	}{
		{"ink", "surface", 7}, {"ink", "bg", 7}, {"ink-2", "surface", 4.5}, {"ink-2", "bg", 4.5}, {"ink-2", "sunken", 4.5},
		{"accent", "surface", 4.5}, {"accent", "bg", 4.5}, {"accent", "accent-soft", 4.5}, {"on-accent", "accent", 4.5}, {"ink", "mark", 4.5},
		{"pos", "surface", 4.5}, {"neg", "surface", 4.5}, {"neu", "surface", 4.5},
		{"pos", "pos-soft", 4.5}, {"neg", "neg-soft", 4.5}, {"neu", "neu-soft", 4.5}, {"warn", "warn-soft", 4.5},
		{"accent-fill", "surface", 3}, {"pos-fill", "surface", 3}, {"neg-fill", "surface", 3}, {"neu-fill", "surface", 3}, {"field", "surface", 3}, {"field", "bg", 3},
	}
	for theme, colours := range blocks {
		for _, p := range pairs {
			f, okF := colours[p.front]
			g, okG := colours[p.back]
			if !okF || !okG {
				t.Errorf("%s: --%s or --%s is missing", theme, p.front, p.back)
				continue
			}
			if c := contrast(f, g); c < p.least {
				t.Errorf("%s: --%s on --%s has %.2f:1, want %.1f:1", theme, p.front, p.back, c, p.least)
			}
		}
	}
}

func contrast(a, b [3]float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + .05) / (math.Min(la, lb) + .05)
}

func luminance(c [3]float64) float64 {
	lin := func(v float64) float64 {
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*lin(c[0]) + .7152*lin(c[1]) + .0722*lin(c[2])
}
