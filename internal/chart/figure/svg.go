package figure

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
)

// SVG writes the figure as a document that needs nothing else.
func (f *Figure) SVG(w io.Writer) error {
	shapes, width, height, err := f.layout()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	n := func(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
	text := func(s string) { _ = xml.EscapeText(&b, []byte(s)) } // a buffer takes everything
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img" font-family="Inter, 'Go', 'Noto Sans', 'Liberation Sans', Arial, sans-serif">`, n(width), n(height), n(width), n(height))
	b.WriteString("\n<title>")
	text(f.Title)
	b.WriteString("</title><desc>")
	text(f.about())
	b.WriteString("</desc>\n")
	if f.Rights != "" {
		// Dublin Core in RDF, as the SVG specification recommends for metadata.
		b.WriteString(`<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"><rdf:Description rdf:about=""><dc:rights>`)
		text(f.Rights)
		b.WriteString("</dc:rights></rdf:Description></rdf:RDF></metadata>\n")
	}
	b.WriteString(`<defs><pattern id="few" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.2" height="6" fill="` + surface + `"/></pattern></defs>` + "\n")
	fmt.Fprintf(&b, `<rect width="%s" height="%s" fill="%s"/>`+"\n", n(width), n(height), surface)
	for i := range shapes {
		s := &shapes[i]
		if s.text != "" {
			fmt.Fprintf(&b, `<text x="%s" y="%s" font-size="%s" fill="%s"`, n(s.x), n(s.y), n(s.size), s.fill.colour)
			if s.anchor != "" && s.anchor != "start" {
				fmt.Fprintf(&b, ` text-anchor="%s"`, s.anchor)
			}
			if s.bold {
				b.WriteString(` font-weight="600"`)
			}
			b.WriteString(">")
			text(s.text)
			b.WriteString("</text>\n")
			continue
		}
		b.WriteString(`<path d="`)
		for _, g := range s.path {
			b.WriteByte(g.op)
			for k := range map[byte]int{'M': 2, 'L': 2, 'C': 6}[g.op] {
				if k > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(n(g.p[k]))
			}
		}
		b.WriteString(`"`)
		switch {
		case s.hatch:
			fmt.Fprintf(&b, ` fill="url(#few)" fill-opacity="%s"`, n(s.fill.opacity))
		case s.fill.colour == "":
			b.WriteString(` fill="none"`)
		default:
			fmt.Fprintf(&b, ` fill="%s"`, s.fill.colour)
			if s.fill.opacity != 1 {
				fmt.Fprintf(&b, ` fill-opacity="%s"`, n(s.fill.opacity))
			}
		}
		if s.stroke.colour != "" {
			fmt.Fprintf(&b, ` stroke="%s" stroke-width="%s" stroke-linejoin="round"`, s.stroke.colour, n(s.width))
			if s.stroke.opacity != 1 {
				fmt.Fprintf(&b, ` stroke-opacity="%s"`, n(s.stroke.opacity))
			}
			if len(s.dash) == 2 {
				fmt.Fprintf(&b, ` stroke-dasharray="%s %s"`, n(s.dash[0]), n(s.dash[1]))
			}
		}
		b.WriteString("/>\n")
	}
	b.WriteString("</svg>\n")
	_, err = w.Write(b.Bytes())
	return err
}
