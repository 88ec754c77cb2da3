package report

import (
	"math"

	"antojo/internal/chart"
)

// Layout of charts in millimetres.
const (
	chartTall  = 46.0 // plot of a line chart
	barTall    = 6.2  // one row of bars
	labelWide  = 38.0
	figureWide = 40.0
)

// toneOf is a tone as a colour of the printed page.
func toneOf(t chart.Tone) colour {
	switch t {
	case chart.Accent:
		return colour{234, 106, 31}
	case chart.Positive:
		return colour{42, 151, 160}
	case chart.Negative:
		return colour{201, 75, 125}
	case chart.Ink:
		return inkColour
	}
	return colour{147, 137, 123}
}

func (p *pdf) draw(c colour, width float64) {
	p.SetDrawColor(c[0], c[1], c[2])
	p.SetLineWidth(width)
}

func (p *pdf) chart(c Chart) {
	tall := chartTall + 10
	if c.Bars != nil {
		tall = float64(len(c.Bars.Rows)) * barTall
	} else if c.Diverging != nil {
		tall = float64(len(c.Diverging.Rows)) * barTall
	}
	p.room(math.Min(tall+14, 200))
	p.Ln(2)
	p.text("B", 10, 5, inkColour, c.Title)
	p.Ln(1)
	switch {
	case c.Lines != nil:
		p.lines(c.Lines)
	case c.Bars != nil:
		p.bars(c.Bars)
	case c.Diverging != nil:
		p.diverging(c.Diverging)
	}
	if c.Note != "" {
		p.text("", 8, 4.2, quietColour, c.Note)
	}
	p.Ln(1)
}

func (p *pdf) at(x, y float64, size float64, c colour, s string) {
	p.style("", size, c)
	p.Text(x, y, s)
}

func (p *pdf) lines(l *chart.Lines) {
	lo, hi, n := math.Inf(1), math.Inf(-1), 0
	if l.Zero {
		lo, hi = 0, 0
	}
	named := false
	for _, s := range l.Series {
		n = max(n, len(s.Values))
		named = named || s.Label != ""
		for _, v := range s.Values {
			if !math.IsNaN(v) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	ticks := chart.Ticks(lo, hi, 4)
	lo, hi = ticks[0], ticks[len(ticks)-1]
	left, top := pdfLeft+13, p.GetY()+2
	wide := pdfWide - 13
	if named {
		wide -= 34
	}
	x := func(i int) float64 {
		if n < 2 {
			return left + wide/2
		}
		return left + wide*float64(i)/float64(n-1)
	}
	y := func(v float64) float64 { return top + chartTall*(1-(v-lo)/(hi-lo)) }
	format := l.Format
	if format == nil {
		format = func(v float64) string { return p.d.Numbers.Int(int64(math.Round(v))) }
	}
	for _, v := range ticks {
		p.draw(lineColour, .2)
		p.Line(left, y(v), left+wide, y(v))
		s := format(v)
		p.style("", 7.5, quietColour)
		p.Text(left-2-p.GetStringWidth(s), y(v)+1, s)
	}
	for _, t := range l.X {
		p.style("", 7.5, quietColour)
		w := p.GetStringWidth(t.Label)
		p.Text(math.Max(left, math.Min(left+wide-w, x(int(t.At))-w/2)), top+chartTall+4.5, t.Label)
	}
	type end struct {
		y float64
		s chart.Series
	}
	var ends []end
	for _, s := range l.Series {
		p.draw(toneOf(s.Tone), .6)
		if s.Dashed {
			p.SetDashPattern([]float64{1.4, 1.2}, 0)
		}
		for i := 1; i < len(s.Values); i++ {
			if a, b := s.Values[i-1], s.Values[i]; !math.IsNaN(a) && !math.IsNaN(b) {
				p.Line(x(i-1), y(a), x(i), y(b))
			}
		}
		p.SetDashPattern(nil, 0)
		if k := len(s.Values); k > 0 && s.Label != "" && !math.IsNaN(s.Values[k-1]) {
			ends = append(ends, end{y(s.Values[k-1]), s})
		}
	}
	for i := range ends { // from top to bottom, moved apart where they would overlap
		for k := i; k > 0 && ends[k].y < ends[k-1].y; k-- {
			ends[k], ends[k-1] = ends[k-1], ends[k]
		}
	}
	for i := 1; i < len(ends); i++ {
		ends[i].y = math.Max(ends[i].y, ends[i-1].y+3.6)
	}
	limit := top + chartTall
	for i := len(ends) - 1; i >= 0; i-- {
		ends[i].y = math.Min(ends[i].y, limit)
		limit = ends[i].y - 3.6
		p.at(left+wide+2, ends[i].y+1, 8, toneOf(ends[i].s.Tone), ends[i].s.Label)
	}
	p.SetXY(pdfLeft, top+chartTall+7)
}

// cut shortens a label to a width.
func (p *pdf) cut(s string, wide float64) string {
	r := []rune(s)
	for len(r) > 1 && p.GetStringWidth(string(r)) > wide {
		r = r[:len(r)-1]
	}
	if len(r) < len([]rune(s)) {
		return string(r[:max(1, len(r)-1)]) + "…"
	}
	return s
}

func (p *pdf) label(s, figure string, y float64) {
	p.style("", 8.5, inkColour)
	s = p.cut(s, labelWide-2)
	p.Text(pdfLeft+labelWide-2-p.GetStringWidth(s), y+barTall*.62, s)
	p.at(pdfLeft+pdfWide-figureWide+2, y+barTall*.62, 8, inkColour, figure)
}

func (p *pdf) whisker(a, b, y float64) {
	if !(b > a) {
		return
	}
	p.draw(colour{255, 255, 255}, 1)
	p.Line(a, y, b, y)
	p.draw(inkColour, .35)
	p.Line(a, y, b, y)
}

func (p *pdf) bars(b *chart.Bars) {
	most := b.Max
	for _, r := range b.Rows {
		most = math.Max(most, math.Max(r.Value, r.High))
	}
	left, wide, y := pdfLeft+labelWide, pdfWide-labelWide-figureWide, p.GetY()
	for _, r := range b.Rows {
		p.label(r.Label, r.Text, y)
		if r.Defined && most > 0 {
			c := toneOf(r.Tone)
			p.SetFillColor(c[0], c[1], c[2])
			p.Rect(left, y+1.4, wide*part(r.Value, most), barTall-2.8, "F")
			p.whisker(left+wide*part(r.Low, most), left+wide*part(r.High, most), y+barTall/2)
		}
		y += barTall
	}
	p.SetXY(pdfLeft, y+1)
}

func (p *pdf) diverging(d *chart.Diverging) {
	most := d.Max
	for _, r := range d.Rows {
		most = math.Max(most, math.Max(r.Neg, r.Pos))
	}
	if most <= 0 {
		most = 1
	}
	left, wide, y := pdfLeft+labelWide, pdfWide-labelWide-figureWide, p.GetY()
	zero := left + wide/2
	x := func(v float64) float64 { return zero + wide/2*math.Max(-1, math.Min(1, v/most)) }
	for _, r := range d.Rows {
		p.label(r.Label, r.Text, y)
		if r.Defined {
			n, q := toneOf(chart.Negative), toneOf(chart.Positive)
			p.SetFillColor(n[0], n[1], n[2])
			p.Rect(x(-r.Neg), y+1.4, zero-x(-r.Neg), barTall-2.8, "F")
			p.SetFillColor(q[0], q[1], q[2])
			p.Rect(zero, y+1.4, x(r.Pos)-zero, barTall-2.8, "F")
			p.whisker(x(r.Low), x(r.High), y+barTall/2)
			p.SetFillColor(inkColour[0], inkColour[1], inkColour[2])
			p.Circle(x(r.Net), y+barTall/2, .9, "F")
		}
		y += barTall
	}
	p.draw(lineColour, .2)
	p.Line(zero, p.GetY(), zero, y)
	p.SetXY(pdfLeft, y+1)
}
