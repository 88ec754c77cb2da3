package export

import (
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// flushAt is how many bytes are collected before they go out.
const flushAt = 64 << 10

// csvWriter writes RFC 4180, or the dialect that Excel in Spanish opens by a double
// click: semicolons, decimal commas, a byte order mark.
type csvWriter struct {
	w        io.Writer
	sep, dot byte
	bom      bool
	notes    bool
	cols     []Column
	b        []byte
}

func (c *csvWriter) begin(t *Table) error {
	c.cols = t.Columns
	if c.bom {
		c.b = append(c.b, "\uFEFF"...)
	}
	if c.notes {
		for _, l := range t.Notes.lines() {
			c.b = append(c.b, "# "...)
			c.b = append(c.b, oneLine(l)...)
			c.b = append(c.b, "\r\n"...)
		}
	}
	for i, col := range t.Columns {
		if i > 0 {
			c.b = append(c.b, c.sep)
		}
		c.b = c.field(c.b, col.Key)
	}
	c.b = append(c.b, "\r\n"...)
	return nil
}

func (c *csvWriter) row(cells []Cell) error {
	for i := range cells {
		if i > 0 {
			c.b = append(c.b, c.sep)
		}
		x := &cells[i]
		if !x.Set {
			continue
		}
		switch c.cols[i].Kind {
		case Text:
			c.b = c.field(c.b, x.S)
		case Int:
			c.b = strconv.AppendInt(c.b, x.I, 10)
		case Float, Share:
			n := len(c.b)
			c.b = appendFloat(c.b, x.F)
			if c.dot != '.' {
				for k := n; k < len(c.b); k++ {
					if c.b[k] == '.' {
						c.b[k] = c.dot
					}
				}
			}
		case Bool:
			c.b = strconv.AppendInt(c.b, x.I, 10)
		case Day:
			c.b = appendDay(c.b, x.I)
		case Time:
			c.b = appendTime(c.b, x.I)
		}
	}
	c.b = append(c.b, "\r\n"...)
	if len(c.b) >= flushAt {
		return c.flush()
	}
	return nil
}

func (c *csvWriter) flush() error {
	_, err := c.w.Write(c.b)
	c.b = c.b[:0]
	return err
}

func (c *csvWriter) end() error { return c.flush() }

// field writes a text, disarmed if a spreadsheet would run it as a formula, and
// quoted where the format asks for it.
func (c *csvWriter) field(b []byte, s string) []byte {
	s = Disarm(s)
	quote := s != "" && (s[0] == ' ' || s[len(s)-1] == ' ') ||
		strings.IndexByte(s, c.sep) >= 0 || strings.IndexByte(s, '"') >= 0 || strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		b = append(append(b, s[:i+1]...), '"')
		s = s[i+1:]
	}
	return append(append(b, s...), '"')
}

// Disarm puts an apostrophe before a text that a spreadsheet would take for a
// formula (OWASP, "CSV Injection"), also when blanks or the full-width forms of the
// signs stand first.
func Disarm(s string) string {
	if s == "" {
		return s
	}
	if s[0] == '\t' || s[0] == '\r' || s[0] == '\n' {
		return "'" + s
	}
	if c := s[0]; c > '@' && c < utf8.RuneSelf {
		return s
	}
	t := strings.TrimLeft(s, " \t\r\n\u00a0")
	switch r, _ := utf8.DecodeRuneInString(t); r {
	case '=', '+', '-', '@', '＝', '＋', '－', '＠', '|', '%':
		return "'" + s
	}
	return s
}

// oneLine keeps a note on its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// appendFloat writes at most six decimals and no exponent.
func appendFloat(b []byte, x float64) []byte {
	if math.Abs(x) >= 1e15 {
		return strconv.AppendFloat(b, x, 'f', 0, 64)
	}
	n := int64(math.Round(x * 1e6))
	if math.Abs(x) >= 1e9 {
		return strconv.AppendFloat(b, x, 'f', 6, 64)
	}
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/1e6, 10)
	frac := n % 1e6
	if frac == 0 {
		return b
	}
	b = append(b, '.')
	for d := int64(1e5); d > 0 && frac > 0; d /= 10 {
		b = append(b, byte('0'+frac/d))
		frac %= d
	}
	return b
}

// appendDay writes 2006-01-02.
func appendDay(b []byte, day int64) []byte {
	y, m, d := civil(day)
	if y < 0 || y > 9999 {
		return time.Unix(day*86400, 0).UTC().AppendFormat(b, "2006-01-02")
	}
	return append(b, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
}

// appendTime writes 2006-01-02T15:04:05Z, what is less than a second left out.
func appendTime(b []byte, us int64) []byte {
	s := floorDiv(us, 1e6)
	day := floorDiv(s, 86400)
	s -= day * 86400
	b = append(appendDay(b, day), 'T')
	for i, x := range [3]int64{s / 3600, s / 60 % 60, s % 60} {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, byte('0'+x/10), byte('0'+x%10))
	}
	return append(b, 'Z')
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// civil is the date of a day since 1970-01-01: years are counted from March, so that
// the leap day is the last of them, in eras of 400 years.
func civil(day int64) (y, m, d int64) {
	day += 719468 // since 0000-03-01
	era := floorDiv(day, 146097)
	day -= era * 146097
	y = (day - day/1460 + day/36524 - day/146096) / 365
	day -= 365*y + y/4 - y/100
	m = (5*day + 2) / 153 // March = 0; months from March on have 153 days in five
	d = day - (153*m+2)/5 + 1
	y += era * 400
	if m += 3; m > 12 {
		m, y = m-12, y+1
	}
	return y, m, d
}
