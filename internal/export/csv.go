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
	quote := s != "" && (s[0] == ' ' || s[len(s)-1] == ' ')
	for i := 0; i < len(s) && !quote; i++ {
		quote = s[i] == c.sep || s[i] == '"' || s[i] == '\r' || s[i] == '\n'
	}
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

func appendDay(b []byte, day int64) []byte {
	return time.Unix(day*86400, 0).UTC().AppendFormat(b, "2006-01-02")
}

func appendTime(b []byte, us int64) []byte {
	return time.UnixMicro(us).UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
}
