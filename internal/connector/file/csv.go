package file

import (
	"bytes"
	"fmt"
	"strings"
)

// csvRows reads delimited text. Unlike encoding/csv it bounds the memory of a
// row, knows the line on which each row starts, and finds its feet again after a
// quote that is never closed: that row alone is rejected and reading goes on at
// the line after the quote, where a strict reader would swallow rows until the
// next quote, or the whole file.
//
// A quote closes a field if a delimiter or the end of the line follows. On the
// line where a field began, any other quote is taken literally (people write
// "dijo "hola" y se fue"); once the field has run over a line end it is the proof
// that an earlier quote was left open.
type csvRows struct {
	lines   *lineReader
	enc     encoding
	delim   byte // 0: one column, whole lines
	width   int  // columns of the header; 0 = not known yet
	literal bool // quotes do not span lines: every line of the sample is a row
	skip    int  // lines before the first row

	out     []byte // unquoted fields of the row, one after the other
	ends    []int
	held    []line // lines of a row that spans lines
	scratch []byte
	wasted  int // bytes that were parsed and given back
	seen    int // bytes parsed
}

const maxRowLines = 1000

const (
	badQuote = "quote without a closing quote: the row cannot be told from the next ones"
	longRow  = "row too long"
)

// next implements rows.
func (c *csvRows) next(rec *record) error {
	for {
		l, err := c.lines.next()
		if err != nil {
			return err
		}
		if l.no <= c.skip {
			continue
		}
		if l.long {
			rec.row, rec.bad = l.no, fmt.Sprintf("%s: more than %d bytes in one line", longRow, c.lines.max)
			return nil
		}
		c.seen += len(l.b)
		rec.row = l.no
		fixed, mixed, bad := c.enc.fixLine(c.scratch, l.b)
		if mixed {
			c.scratch = fixed
		}
		if bad != "" {
			rec.bad = bad
			return nil
		}
		if len(bytes.TrimSpace(fixed)) == 0 {
			continue
		}
		rec.mixed = mixed
		c.out, c.ends = c.out[:0], c.ends[:0]
		if c.parse(fixed) == rowOpen {
			if bad, err = c.goOn(l, rec); err != nil {
				return err
			}
			if bad != "" {
				rec.bad = bad
				return nil
			}
		}
		c.cells(rec)
		return nil
	}
}

// goOn reads the further lines of a row whose quote is open at the end of first.
func (c *csvRows) goOn(first line, rec *record) (bad string, err error) {
	single := c.literal || c.wasted > 4*c.seen+4<<20
	c.held = c.held[:0]
	size := len(first.b)
	for !single && len(c.held) < maxRowLines {
		l, err := c.lines.next()
		if err != nil {
			if len(c.held) == 0 {
				break
			}
			if !isEOF(err) {
				return "", err
			}
			break
		}
		own := line{b: bytes.Clone(l.b), no: l.no, long: l.long}
		c.held = append(c.held, own)
		size += len(l.b)
		if l.long || size > c.lines.max {
			break
		}
		fixed, mixed, bad := c.enc.fixLine(nil, own.b)
		if bad != "" {
			break
		}
		rec.mixed = rec.mixed || mixed
		switch c.resume(fixed) {
		case rowDone:
			c.held = c.held[:0]
			return "", nil
		case rowOpen:
			continue
		}
		break
	}
	// Not closed: give the lines after the first back. The budget keeps the total
	// work linear for files made to trip this up.
	c.wasted += size
	if len(c.held) > 0 {
		c.lines.unread(bytesOwned(c.held))
		c.held = nil
	}
	if c.literal || c.delim == '\t' || c.delim == 0 {
		// Without quoting the line is a row in itself.
		fixed, _, _ := c.enc.fixLine(nil, first.b)
		c.out, c.ends = c.out[:0], c.ends[:0]
		c.split(fixed)
		return "", nil
	}
	return badQuote, nil
}

func bytesOwned(l []line) []line { return append([]line(nil), l...) }

type rowState uint8

const (
	rowDone rowState = iota
	rowOpen          // a quoted field goes on in the next line
	rowBad           // a quote proves that an earlier one was left open
)

// parse splits a line into fields.
func (c *csvRows) parse(b []byte) rowState {
	i := 0
	for {
		j := i
		for j < len(b) && b[j] == ' ' {
			j++
		}
		if j < len(b) && b[j] == '"' {
			end, st := c.quoted(b, j+1, false)
			if st != rowDone {
				return st
			}
			i = end
		} else {
			end := len(b)
			if c.delim != 0 {
				if n := bytes.IndexByte(b[i:], c.delim); n >= 0 {
					end = i + n
				}
			}
			c.out = append(c.out, b[i:end]...)
			c.ends = append(c.ends, len(c.out))
			i = end
		}
		if i >= len(b) {
			return rowDone
		}
		i++ // the delimiter
		if i == len(b) {
			c.ends = append(c.ends, len(c.out))
			return rowDone
		}
	}
}

// resume goes on in an open quoted field with the next line.
func (c *csvRows) resume(b []byte) rowState {
	c.out = append(c.out, '\n')
	end, st := c.quoted(b, 0, true)
	if st != rowDone {
		return st
	}
	if end >= len(b) {
		return rowDone
	}
	if end+1 == len(b) {
		c.ends = append(c.ends, len(c.out))
		return rowDone
	}
	return c.parse(b[end+1:])
}

// quoted reads a quoted field from i, after its quote, and returns where its
// delimiter stands.
func (c *csvRows) quoted(b []byte, i int, crossed bool) (int, rowState) {
	for {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			c.out = append(c.out, b[i:]...)
			return len(b), rowOpen
		}
		c.out = append(c.out, b[i:i+n]...)
		i += n + 1
		if i < len(b) && b[i] == '"' {
			c.out = append(c.out, '"')
			i++
			continue
		}
		j := i
		for j < len(b) && b[j] == ' ' {
			j++
		}
		if j == len(b) || c.delim != 0 && b[j] == c.delim {
			c.ends = append(c.ends, len(c.out))
			return j, rowDone
		}
		if crossed {
			return i, rowBad
		}
		c.out = append(c.out, '"')
	}
}

// split cuts a line at its delimiters and leaves quotes alone.
func (c *csvRows) split(b []byte) {
	for {
		n := -1
		if c.delim != 0 {
			n = bytes.IndexByte(b, c.delim)
		}
		if n < 0 {
			c.out = append(c.out, b...)
			c.ends = append(c.ends, len(c.out))
			return
		}
		c.out = append(c.out, b[:n]...)
		c.ends = append(c.ends, len(c.out))
		b = b[n+1:]
	}
}

// cells hands the fields of the row over as strings that share one allocation.
func (c *csvRows) cells(rec *record) {
	all := string(c.out)
	at := 0
	for _, e := range c.ends {
		rec.cells = append(rec.cells, cell{kind: cText, s: all[at:e]})
		at = e
	}
	if c.width == 0 {
		return
	}
	for len(rec.cells) > c.width && strings.TrimSpace(rec.cells[len(rec.cells)-1].s) == "" {
		rec.cells = rec.cells[:len(rec.cells)-1]
	}
	if n := len(rec.cells); n > c.width {
		rec.bad = fmt.Sprintf("too many columns: %d instead of %d (a %q inside a text needs quotes around the text)", n, c.width, c.delim)
	}
}
