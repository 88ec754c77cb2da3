package file

import (
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonScanner walks one JSON object and reports its values; names of nested
// objects are joined by dots, arrays are checked and left out. It accepts what
// encoding/json accepts, nested at most maxDepth deep, and is several times
// faster than decoding into a map.
type jsonScanner struct {
	b    []byte
	i    int
	emit func(name string, c cell)
	buf  []byte
}

const maxDepth = 64

// object parses b, which must be one object and nothing else.
func (s *jsonScanner) object(b []byte, emit func(name string, c cell)) error {
	s.b, s.i, s.emit = b, 0, emit
	defer func() { s.emit = nil }()
	s.space()
	if s.i >= len(b) || b[s.i] != '{' {
		return s.fail("it does not begin with {")
	}
	if err := s.members("", 0, true); err != nil {
		return err
	}
	s.space()
	if s.i < len(b) {
		return s.fail("something follows the closing brace")
	}
	return nil
}

func (s *jsonScanner) fail(what string) error {
	return fmt.Errorf("%s (byte %d)", what, s.i+1)
}

func (s *jsonScanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\t' || s.b[s.i] == '\n' || s.b[s.i] == '\r') {
		s.i++
	}
}

// members parses an object whose brace is at s.i.
func (s *jsonScanner) members(prefix string, depth int, report bool) error {
	if depth >= maxDepth {
		return s.fail("it is nested too deep")
	}
	s.i++
	s.space()
	if s.i < len(s.b) && s.b[s.i] == '}' {
		s.i++
		return nil
	}
	for {
		s.space()
		if s.i >= len(s.b) || s.b[s.i] != '"' {
			return s.fail("a name in quotes is missing")
		}
		name, err := s.str()
		if err != nil {
			return err
		}
		s.space()
		if s.i >= len(s.b) || s.b[s.i] != ':' {
			return s.fail("a colon is missing")
		}
		s.i++
		if report && prefix != "" {
			name = prefix + "." + name
		}
		if err := s.value(name, depth, report); err != nil {
			return err
		}
		s.space()
		if s.i >= len(s.b) {
			return s.fail("the closing brace is missing")
		}
		switch s.b[s.i] {
		case ',':
			s.i++
		case '}':
			s.i++
			return nil
		default:
			return s.fail("a comma is missing")
		}
	}
}

func (s *jsonScanner) value(name string, depth int, report bool) error {
	s.space()
	if s.i >= len(s.b) {
		return s.fail("a value is missing")
	}
	var c cell
	switch b := s.b[s.i]; {
	case b == '"':
		v, err := s.str()
		if err != nil {
			return err
		}
		c = cell{kind: cText, s: v}
	case b == '{':
		return s.members(name, depth+1, report && depth < 3)
	case b == '[':
		return s.array(depth + 1)
	case b == 't':
		if !s.word("true") {
			return s.fail("a value is not understood")
		}
		c = cell{kind: cBool, f: 1}
	case b == 'f':
		if !s.word("false") {
			return s.fail("a value is not understood")
		}
		c = cell{kind: cBool}
	case b == 'n':
		if !s.word("null") {
			return s.fail("a value is not understood")
		}
	default:
		start := s.i
		if !s.number() {
			return s.fail("a value is not understood")
		}
		lit := string(s.b[start:s.i])
		f, err := strconv.ParseFloat(lit, 64)
		c = cell{kind: cNumber, f: f}
		if err != nil || len(lit) > 15 { // an id with more digits than a float holds
			c = cell{kind: cText, s: lit}
		}
	}
	if report {
		s.emit(name, c)
	}
	return nil
}

func (s *jsonScanner) word(w string) bool {
	if s.i+len(w) > len(s.b) || string(s.b[s.i:s.i+len(w)]) != w {
		return false
	}
	s.i += len(w)
	return true
}

func (s *jsonScanner) array(depth int) error {
	if depth >= maxDepth {
		return s.fail("it is nested too deep")
	}
	s.i++
	s.space()
	if s.i < len(s.b) && s.b[s.i] == ']' {
		s.i++
		return nil
	}
	for {
		if err := s.value("", depth, false); err != nil {
			return err
		}
		s.space()
		if s.i >= len(s.b) {
			return s.fail("the closing bracket is missing")
		}
		switch s.b[s.i] {
		case ',':
			s.i++
		case ']':
			s.i++
			return nil
		default:
			return s.fail("a comma is missing")
		}
	}
}

// number steps over a number of the JSON grammar (RFC 8259, section 6).
func (s *jsonScanner) number() bool {
	b, i := s.b, s.i
	run := func() bool {
		start := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i > start
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	if i < len(b) && b[i] == '0' {
		i++
	} else if !run() {
		return false
	}
	if i < len(b) && b[i] == '.' {
		i++
		if !run() {
			return false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !run() {
			return false
		}
	}
	s.i = i
	return true
}

// str parses the string whose quote is at s.i.
func (s *jsonScanner) str() (string, error) {
	s.i++
	start := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			v := string(s.b[start:s.i])
			s.i++
			return v, nil
		case c == '\\':
			return s.escaped(start)
		case c < 0x20:
			return "", s.fail("a line end or control character stands in a text")
		}
		s.i++
	}
	return "", s.fail("the closing quote of a text is missing")
}

func (s *jsonScanner) escaped(start int) (string, error) {
	s.buf = append(s.buf[:0], s.b[start:s.i]...)
	for s.i < len(s.b) {
		c := s.b[s.i]
		switch {
		case c == '"':
			s.i++
			return string(s.buf), nil
		case c < 0x20:
			return "", s.fail("a line end or control character stands in a text")
		case c != '\\':
			s.buf = append(s.buf, c)
			s.i++
			continue
		}
		s.i++
		if s.i >= len(s.b) {
			break
		}
		c = s.b[s.i]
		s.i++
		switch c {
		case '"', '\\', '/':
			s.buf = append(s.buf, c)
		case 'b':
			s.buf = append(s.buf, '\b')
		case 'f':
			s.buf = append(s.buf, '\f')
		case 'n':
			s.buf = append(s.buf, '\n')
		case 'r':
			s.buf = append(s.buf, '\r')
		case 't':
			s.buf = append(s.buf, '\t')
		case 'u':
			r, ok := s.hex()
			if !ok {
				return "", s.fail("an escape is not understood")
			}
			if utf16.IsSurrogate(r) {
				pair := rune(utf8.RuneError)
				if at := s.i; at+1 < len(s.b) && s.b[at] == '\\' && s.b[at+1] == 'u' {
					s.i += 2
					if low, ok := s.hex(); ok {
						pair = utf16.DecodeRune(r, low)
					}
					if pair == utf8.RuneError {
						s.i = at
					}
				}
				r = pair
			}
			s.buf = utf8.AppendRune(s.buf, r)
		default:
			return "", s.fail("an escape is not understood")
		}
	}
	return "", s.fail("the closing quote of a text is missing")
}

func (s *jsonScanner) hex() (rune, bool) {
	if s.i+4 > len(s.b) {
		return 0, false
	}
	var r rune
	for _, c := range s.b[s.i : s.i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	s.i += 4
	return r, true
}
