package figure

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
)

// fonts are the Go fonts, which come with the program, so that a picture looks the
// same on every machine.
type fonts struct{ regular, bold *opentype.Font }

func loadFonts() (*fonts, error) {
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("figure: font: %w", err)
	}
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("figure: font: %w", err)
	}
	return &fonts{regular, bold}, nil
}

func (f *fonts) face(size float64, bold bool) (font.Face, error) {
	of := f.regular
	if bold {
		of = f.bold
	}
	face, err := opentype.NewFace(of, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("figure: font: %w", err)
	}
	return face, nil
}

// measure is the width of a text in pixels.
func (f *fonts) measure(s string, size float64, bold bool) float64 {
	face, err := f.face(size, bold)
	if err != nil {
		return 0
	}
	defer face.Close()
	return float64(font.MeasureString(face, drawable(s))) / 64
}

// drawable replaces blanks that the fonts do not have.
func drawable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
}

// wrap breaks a text into lines of at most wide pixels; a word that is longer is cut.
func (f *fonts) wrap(s string, size float64, bold bool, wide float64) []string {
	face, err := f.face(size, bold)
	if err != nil {
		return []string{s}
	}
	defer face.Close()
	width := func(s string) float64 { return float64(font.MeasureString(face, drawable(s))) / 64 }
	var out []string
	line := ""
	for _, word := range strings.Fields(s) {
		for {
			next := word
			if line != "" {
				next = line + " " + word
			}
			if width(next) <= wide {
				line = next
				break
			}
			if line != "" {
				out = append(out, line)
				line = ""
				continue
			}
			cut := len(word)
			for cut > 1 && width(word[:cut]) > wide {
				cut--
				for cut > 1 && word[cut]&0xc0 == 0x80 {
					cut--
				}
			}
			out = append(out, word[:cut])
			if word = word[cut:]; word == "" {
				break
			}
		}
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}
