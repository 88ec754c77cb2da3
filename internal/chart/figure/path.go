package figure

import (
	"fmt"
	"math"
	"strconv"
)

// circleK is how far the handles of a cubic reach that draws a quarter of a circle.
const circleK = 0.5522847498307936

func circle(x, y, r float64) []segment {
	k := r * circleK
	return []segment{{'M', [6]float64{x + r, y}}, {'C', [6]float64{x + r, y + k, x + k, y + r, x, y + r}}, {'C', [6]float64{x - k, y + r, x - r, y + k, x - r, y}},
		{'C', [6]float64{x - r, y - k, x - k, y - r, x, y - r}}, {'C', [6]float64{x + k, y - r, x + r, y - k, x + r, y}}, {op: 'Z'}}
}

func roundRect(x, y, w, h, r float64) []segment {
	if r <= 0 {
		return []segment{{'M', [6]float64{x, y}}, {'L', [6]float64{x + w, y}}, {'L', [6]float64{x + w, y + h}}, {'L', [6]float64{x, y + h}}, {op: 'Z'}}
	}
	k := r * (1 - circleK)
	return []segment{{'M', [6]float64{x + r, y}}, {'L', [6]float64{x + w - r, y}}, {'C', [6]float64{x + w - k, y, x + w, y + k, x + w, y + r}},
		{'L', [6]float64{x + w, y + h - r}}, {'C', [6]float64{x + w, y + h - k, x + w - k, y + h, x + w - r, y + h}},
		{'L', [6]float64{x + r, y + h}}, {'C', [6]float64{x + k, y + h, x, y + h - k, x, y + h - r}},
		{'L', [6]float64{x, y + r}}, {'C', [6]float64{x, y + k, x + k, y, x + r, y}}, {op: 'Z'}}
}

// parsePath reads what package chart and its maps write: M, L, H, V, Z and arcs of
// circles, also with places from the last one (small letters).
func parsePath(d string) ([]segment, error) {
	var out []segment
	var cmd byte
	var x, y, sx, sy float64
	i := 0
	num := func() (float64, error) {
		for i < len(d) && (d[i] == ' ' || d[i] == ',' || d[i] == '\n' || d[i] == '\t') {
			i++
		}
		from, dot := i, false
		if i < len(d) && (d[i] == '-' || d[i] == '+') {
			i++
		}
		for i < len(d) && (d[i] >= '0' && d[i] <= '9' || d[i] == '.' && !dot) {
			dot = dot || d[i] == '.'
			i++
		}
		v, err := strconv.ParseFloat(d[from:i], 64)
		if err != nil {
			return 0, fmt.Errorf("path: a number is missing at %d", from)
		}
		return v, nil
	}
	for {
		for i < len(d) && (d[i] == ' ' || d[i] == ',' || d[i] == '\n' || d[i] == '\t') {
			i++
		}
		if i == len(d) {
			return out, nil
		}
		if c := d[i]; c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			cmd = c
			i++
		} else if cmd == 'M' {
			cmd = 'L'
		} else if cmd == 'm' {
			cmd = 'l'
		} else if cmd == 0 || cmd == 'Z' || cmd == 'z' {
			return nil, fmt.Errorf("path: no command at %d", i)
		}
		rel := cmd >= 'a'
		want := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'C': 6, 'A': 7, 'Z': 0}
		n, known := want[cmd&^0x20]
		if !known {
			return nil, fmt.Errorf("path: command %q is not read here", cmd)
		}
		var a [7]float64
		for k := range n {
			v, err := num()
			if err != nil {
				return nil, err
			}
			a[k] = v
		}
		bx, by := 0.0, 0.0
		if rel {
			bx, by = x, y
		}
		switch cmd &^ 0x20 {
		case 'M':
			x, y = bx+a[0], by+a[1]
			sx, sy = x, y
			out = append(out, segment{'M', [6]float64{x, y}})
		case 'L':
			x, y = bx+a[0], by+a[1]
			out = append(out, segment{'L', [6]float64{x, y}})
		case 'H':
			x = bx + a[0]
			out = append(out, segment{'L', [6]float64{x, y}})
		case 'V':
			y = by + a[0]
			out = append(out, segment{'L', [6]float64{x, y}})
		case 'C':
			out = append(out, segment{'C', [6]float64{bx + a[0], by + a[1], bx + a[2], by + a[3], bx + a[4], by + a[5]}})
			x, y = bx+a[4], by+a[5]
		case 'A':
			tx, ty := bx+a[5], by+a[6]
			out = append(out, arc(x, y, tx, ty, a[0], a[3] != 0, a[4] != 0)...)
			x, y = tx, ty
		case 'Z':
			x, y = sx, sy
			out = append(out, segment{op: 'Z'})
		}
	}
}

// arc is a piece of a circle from (x0, y0) to (x1, y1) as cubics (SVG 1.1, F.6.5).
func arc(x0, y0, x1, y1, r float64, large, sweep bool) []segment {
	dx, dy := (x1-x0)/2, (y1-y0)/2
	half := math.Hypot(dx, dy)
	if half == 0 || r == 0 {
		return []segment{{'L', [6]float64{x1, y1}}}
	}
	r = max(math.Abs(r), half)
	h := math.Sqrt(max(0, r*r-half*half)) / half
	if large == sweep {
		h = -h
	}
	cx, cy := (x0+x1)/2-h*dy, (y0+y1)/2+h*dx
	from, to := math.Atan2(y0-cy, x0-cx), math.Atan2(y1-cy, x1-cx)
	turn := to - from
	switch {
	case sweep && turn <= 0:
		turn += 2 * math.Pi
	case !sweep && turn >= 0:
		turn -= 2 * math.Pi
	}
	n := int(math.Ceil(math.Abs(turn) / (math.Pi / 2)))
	step := turn / float64(n)
	k := 4.0 / 3 * math.Tan(step/4) * r
	var out []segment
	for i := range n {
		a, b := from+float64(i)*step, from+float64(i+1)*step
		ax, ay, bx, by := cx+r*math.Cos(a), cy+r*math.Sin(a), cx+r*math.Cos(b), cy+r*math.Sin(b)
		out = append(out, segment{'C', [6]float64{ax - k*math.Sin(a), ay + k*math.Cos(a), bx + k*math.Sin(b), by - k*math.Cos(b), bx, by}})
	}
	return out
}
