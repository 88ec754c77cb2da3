package file

import (
	"bufio"
	"io"
)

// lineReader yields lines without their end and their numbers. A line of more
// than max bytes is skipped without being held in memory.
type lineReader struct {
	r    *bufio.Reader
	max  int
	no   int // number of the last line
	buf  []byte
	back []line // lines given back by unread, next first
	own  int    // number of the last line read from r
}

type line struct {
	b    []byte
	no   int
	long bool // more than max bytes; b is empty
}

func newLineReader(r io.Reader, max int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 64<<10), max: max}
}

// next returns the next line; its bytes are valid until the call after. The error
// is io.EOF after the last line.
func (l *lineReader) next() (line, error) {
	if len(l.back) > 0 {
		x := l.back[0]
		l.back = l.back[1:]
		l.no = x.no
		return x, nil
	}
	b, err := l.r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		l.buf = append(l.buf[:0], b...)
		long := false
		for err == bufio.ErrBufferFull {
			b, err = l.r.ReadSlice('\n')
			if long = long || len(l.buf)+len(b) > l.max+2; !long {
				l.buf = append(l.buf, b...)
			}
		}
		b = l.buf
		if long {
			if err != nil && err != io.EOF {
				return line{}, err
			}
			l.own++
			l.no = l.own
			return line{no: l.no, long: true}, nil
		}
	}
	if err != nil && err != io.EOF {
		return line{}, err
	}
	if len(b) == 0 {
		return line{}, io.EOF
	}
	l.own++
	l.no = l.own
	if n := len(b); b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	if len(b) > l.max {
		return line{no: l.no, long: true}, nil
	}
	return line{b: b, no: l.no}, nil
}

// unread gives lines back; they must own their bytes.
func (l *lineReader) unread(lines []line) {
	l.back = append(lines[:len(lines):len(lines)], l.back...)
}
