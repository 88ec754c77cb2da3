package file

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// reader returns r without a byte order mark and, for UTF-16, as UTF-8. Bytes of
// UTF-8 and Windows-1252 files pass unchanged; fixLine decodes them row by row,
// because files put together from several exports mix the two.
func (e encoding) reader(r io.Reader) io.Reader {
	switch e {
	case utf16le:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case utf16be:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	case utf8BOM:
		return &skipReader{r: r, skip: 3}
	}
	return r
}

// skipReader drops the first bytes of r.
type skipReader struct {
	r    io.Reader
	skip int
}

func (s *skipReader) Read(p []byte) (int, error) {
	if s.skip > 0 {
		n, err := io.CopyN(io.Discard, s.r, int64(s.skip))
		s.skip -= int(n)
		if err != nil {
			return 0, err
		}
	}
	return s.r.Read(p)
}

// decodeSample decodes the head of a file for looking at it.
func (e encoding) decodeSample(head []byte) []byte {
	if e.wide() {
		head = head[:len(head)&^1]
	}
	if e.wide() || e == utf8BOM {
		out, _ := io.ReadAll(e.reader(bytes.NewReader(head)))
		return out
	}
	return head
}

// fixLine returns line as valid UTF-8. Valid UTF-8 stays; in any other line each
// byte that is not part of a UTF-8 sequence is taken as Windows-1252. mixed
// reports that the line was not in the encoding of the plan, bad why it cannot be
// text. dst is scratch space for the result.
func (e encoding) fixLine(dst, line []byte) (out []byte, mixed bool, bad string) {
	isASCII, nul := true, false
	for _, c := range line {
		isASCII = isASCII && c < utf8.RuneSelf
		nul = nul || c == 0
	}
	if nul {
		return nil, false, "NUL byte in the row"
	}
	if isASCII {
		return line, false, ""
	}
	if utf8.Valid(line) {
		return line, e == win1252, ""
	}
	dst = dst[:0]
	for len(line) > 0 {
		if c := line[0]; c < utf8.RuneSelf {
			dst = append(dst, c)
			line = line[1:]
			continue
		}
		r, n := utf8.DecodeRune(line)
		if r == utf8.RuneError && n == 1 {
			r = cp1252(line[0])
			if r == 0 {
				return nil, false, "bytes that are neither UTF-8 nor Windows-1252"
			}
		}
		dst = utf8.AppendRune(dst, r)
		line = line[n:]
	}
	return dst, e != win1252, ""
}

// cp1252 maps a byte from 0x80 up to its rune, 0 for the five unassigned bytes
// (WHATWG Encoding Standard, index windows-1252, without its C1 fallbacks).
func cp1252(c byte) rune {
	if c >= 0xa0 {
		return rune(c)
	}
	return [32]rune{
		0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
		0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
	}[c-0x80]
}

// crReader turns lone carriage returns (old Mac files) into line feeds.
type crReader struct{ r io.Reader }

func (c crReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i := range p[:n] {
		if p[i] == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
