package figure

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"math"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// pngScale is how many dots a pixel of the figure has on a side: enough for a slide.
const pngScale = 2

// PNG draws the figure, twice as many dots wide as it is in pixels.
func (f *Figure) PNG(w io.Writer) error {
	shapes, width, height, err := f.layout()
	if err != nil {
		return err
	}
	fonts, err := loadFonts()
	if err != nil {
		return err
	}
	if height > 8*MaxWidth {
		return fmt.Errorf("figure: %g pixels are too high for a picture; take SVG", height)
	}
	img := image.NewRGBA(image.Rect(0, 0, int(math.Ceil(width*pngScale)), int(math.Ceil(height*pngScale))))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	c := &painter{img: img, ras: vector.NewRasterizer(img.Bounds().Dx(), img.Bounds().Dy())}
	for i := range shapes {
		s := &shapes[i]
		if s.text != "" {
			if err := c.write(s, fonts); err != nil {
				return err
			}
			continue
		}
		lines := outline(s.path)
		if s.fill.colour != "" {
			for _, l := range lines {
				c.polygon(l)
			}
			c.flush(s.fill, s.hatch)
		}
		if s.stroke.colour != "" {
			for _, l := range lines {
				c.stroke(l, s.width*pngScale, s.dash)
			}
			c.flush(s.stroke, false)
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img); err != nil {
		return err
	}
	const head = 8 + 25 // the signature and IHDR, which comes first
	meta := b.Bytes()[:head:head]
	for _, kv := range [][2]string{{"Title", f.Title}, {"Description", f.about()}, {"Copyright", f.Rights}} {
		if kv[1] != "" {
			meta = pngText(meta, kv[0], kv[1])
		}
	}
	if _, err := w.Write(meta); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes()[head:])
	return err
}

// pngText appends an uncompressed iTXt chunk, UTF-8 text under a keyword that the PNG
// specification names: length, type, keyword, 0, flag and method of compression,
// language, 0, keyword in that language, 0, text, CRC-32 of type and data.
func pngText(out []byte, keyword, text string) []byte {
	chunk := "iTXt" + keyword + "\x00\x00\x00\x00\x00" + text
	out = binary.BigEndian.AppendUint32(out, uint32(len(chunk)-4)) //nolint:gosec // some hundred bytes
	out = append(out, chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(chunk)))
}

type point struct{ x, y float64 }

// line is a piece of a path, in dots.
type line struct {
	p      []point
	closed bool
}

// outline turns a path into straight pieces.
func outline(path []segment) (out []line) {
	var cur line
	end := func() {
		if len(cur.p) > 1 {
			out = append(out, cur)
		}
		cur = line{}
	}
	for _, s := range path {
		switch s.op {
		case 'M':
			end()
			cur.p = append(cur.p, point{s.p[0] * pngScale, s.p[1] * pngScale})
		case 'L':
			cur.p = append(cur.p, point{s.p[0] * pngScale, s.p[1] * pngScale})
		case 'C':
			if len(cur.p) == 0 {
				continue
			}
			a := cur.p[len(cur.p)-1]
			b, c, d := point{s.p[0] * pngScale, s.p[1] * pngScale}, point{s.p[2] * pngScale, s.p[3] * pngScale}, point{s.p[4] * pngScale, s.p[5] * pngScale}
			n := 4 + int(math.Sqrt(math.Hypot(a.x-d.x, a.y-d.y)+math.Hypot(a.x-b.x, a.y-b.y)))
			for i := 1; i <= n; i++ {
				t := float64(i) / float64(n)
				u := 1 - t
				w := [4]float64{u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t}
				cur.p = append(cur.p, point{w[0]*a.x + w[1]*b.x + w[2]*c.x + w[3]*d.x, w[0]*a.y + w[1]*b.y + w[2]*c.y + w[3]*d.y})
			}
		case 'Z':
			if len(cur.p) > 0 {
				first := cur.p[0]
				cur.closed = true
				end()
				cur.p = append(cur.p, first)
			}
		}
	}
	end()
	return out
}

type painter struct {
	img *image.RGBA
	ras *vector.Rasterizer
}

func (c *painter) polygon(l line) {
	c.ras.MoveTo(float32(l.p[0].x), float32(l.p[0].y))
	for _, p := range l.p[1:] {
		c.ras.LineTo(float32(p.x), float32(p.y))
	}
	c.ras.ClosePath()
}

// stroke covers a line by a box for each piece and a disc at each joint. All turn the
// same way round, so that where they overlap they do not cancel each other.
func (c *painter) stroke(l line, width float64, dash []float64) {
	p := l.p
	if l.closed {
		p = append(append([]point{}, p...), p[0])
	}
	for _, part := range dashed(p, dash) {
		for i := 1; i < len(part); i++ {
			a, b := part[i-1], part[i]
			d := math.Hypot(b.x-a.x, b.y-a.y)
			if d == 0 {
				continue
			}
			nx, ny := (b.y-a.y)/d*width/2, -(b.x-a.x)/d*width/2
			c.polygon(line{p: []point{{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}}})
			if i+1 < len(part) && width > 1.5 {
				c.disc(b, width/2)
			}
		}
	}
}

func (c *painter) disc(at point, r float64) {
	const n = 12
	p := make([]point, n)
	for i := range p {
		a := 2 * math.Pi * float64(i) / n
		p[i] = point{at.x + r*math.Cos(a), at.y + r*math.Sin(a)}
	}
	c.polygon(line{p: p})
}

// dashed cuts a line into its dashes.
func dashed(p []point, dash []float64) [][]point {
	if len(dash) != 2 {
		return [][]point{p}
	}
	var out [][]point
	on, left := true, dash[0]*pngScale
	cur := []point{p[0]}
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		d := math.Hypot(b.x-a.x, b.y-a.y)
		for at := 0.0; at < d; {
			step := min(left, d-at)
			at += step
			left -= step
			q := point{a.x + (b.x-a.x)*at/d, a.y + (b.y-a.y)*at/d}
			if on {
				cur = append(cur, q)
			}
			if left <= 0 {
				if on && len(cur) > 1 {
					out = append(out, cur)
				}
				on = !on
				left = dash[1] * pngScale
				if on {
					left = dash[0] * pngScale
				}
				cur = []point{q}
			}
		}
	}
	if on && len(cur) > 1 {
		out = append(out, cur)
	}
	return out
}

// flush paints what was gathered.
func (c *painter) flush(p paint, hatch bool) {
	col := rgba(p)
	if !hatch {
		c.ras.Draw(c.img, c.img.Bounds(), image.NewUniform(col), image.Point{})
	} else {
		mask := image.NewAlpha(c.img.Bounds())
		c.ras.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
		for y := mask.Rect.Min.Y; y < mask.Rect.Max.Y; y++ {
			for x := mask.Rect.Min.X; x < mask.Rect.Max.X; x++ {
				if (x+y)%(8*pngScale) >= 3*pngScale {
					mask.SetAlpha(x, y, color.Alpha{})
				}
			}
		}
		draw.DrawMask(c.img, c.img.Bounds(), image.NewUniform(col), image.Point{}, mask, image.Point{}, draw.Over)
	}
	c.ras.Reset(c.img.Bounds().Dx(), c.img.Bounds().Dy())
}

func rgba(p paint) color.Color {
	v, _ := strconv.ParseUint(p.colour[1:], 16, 32) // colours are ours
	return color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), uint8(math.Round(255 * p.opacity))}
}

func (c *painter) write(s *shape, f *fonts) error {
	face, err := f.face(s.size*pngScale, s.bold)
	if err != nil {
		return err
	}
	defer face.Close()
	text := drawable(s.text)
	x := s.x * pngScale
	switch w := float64(font.MeasureString(face, text)) / 64; s.anchor {
	case "middle":
		x -= w / 2
	case "end":
		x -= w
	}
	d := font.Drawer{Dst: c.img, Src: image.NewUniform(rgba(s.fill)), Face: face, Dot: fixed.Point26_6{X: fixed.Int26_6(math.Round(x * 64)), Y: fixed.Int26_6(math.Round(s.y * pngScale * 64))}}
	d.DrawString(text)
	return nil
}
