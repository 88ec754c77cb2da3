package file

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// jsonRows reads JSON Lines: one object a line. Names of nested values are joined
// by dots (user.name). A line that is not an object is rejected alone.
type jsonRows struct {
	lines   *lineReader
	enc     encoding
	index   map[string]int // column of each name
	names   []string
	scan    jsonScanner
	scratch []byte
}

func newJSONRows(r io.Reader, enc encoding, maxRow int) *jsonRows {
	return &jsonRows{lines: newLineReader(r, maxRow), enc: enc, index: map[string]int{}}
}

// prepareJSON plans JSON Lines and JSON arrays.
func (s *Source) prepareJSON(body io.Reader, sample []byte, enc encoding, format string) error {
	s.plan.Format = format
	if format == "jsonl" && stretched(sample) {
		format = "json" // objects over several lines
	}
	oneLine := bytes.IndexByte(bytes.TrimSpace(sample), '\n') < 0
	open := func(r io.Reader) (rows, *jsonRows) {
		j := newJSONRows(r, enc, s.opt.MaxRow)
		if format == "json" {
			return &elementRows{jsonRows: j, r: bufio.NewReaderSize(r, 64<<10), max: s.opt.MaxRow, line: 1, number: oneLine}, j
		}
		return j, j
	}
	look, js := open(bytes.NewReader(sample))
	bad := ""
	good := 0
	var rec record
	for n := 0; n < 500; n++ {
		rec = record{cells: rec.cells[:0]}
		if look.next(&rec) != nil {
			break
		}
		if rec.bad == "" {
			good++
		} else if bad == "" {
			bad = fmt.Sprintf("line %d: %s", rec.row, rec.bad)
		}
	}
	if good == 0 {
		if bad == "" {
			return &Problem{File: s.name, Kind: KindEmpty, What: "holds no JSON object", Do: "give one object a line, or an array of objects"}
		}
		return &Problem{File: s.name, Kind: KindBinary, What: "is not JSON that can be read as rows: " + bad, Do: "give one object a line, or an array of objects"}
	}
	names := append([]string(nil), js.names...)
	if err := s.mapColumns(names, js); err != nil {
		return err
	}
	s.plan.HasHeader = true
	look, js = open(bytes.NewReader(sample))
	js.know(names)
	s.mapper.names = js
	s.lookAhead(look)
	s.rows, js = open(body)
	js.know(names)
	s.mapper.names = js
	return nil
}

// stretched reports whether the first object does not end on its line and the
// second line does not begin another one.
func stretched(sample []byte) bool {
	first, rest, ok := bytes.Cut(bytes.TrimLeft(sample, " \t\r\n"), []byte{'\n'})
	if !ok || bytes.HasSuffix(bytes.TrimSpace(first), []byte{'}'}) {
		return false
	}
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] != '{'
}

// know gives names their columns before the first row.
func (j *jsonRows) know(names []string) {
	for _, n := range names {
		j.index[n] = len(j.names)
		j.names = append(j.names, n)
	}
}

// next implements rows.
func (j *jsonRows) next(rec *record) error {
	for {
		l, err := j.lines.next()
		if err != nil {
			return err
		}
		rec.row = l.no
		if l.long {
			rec.bad = fmt.Sprintf("%s: more than %d bytes in one line", longRow, j.lines.max)
			return nil
		}
		if len(bytes.TrimSpace(l.b)) == 0 {
			continue
		}
		j.object(rec, l.b)
		return nil
	}
}

// maxColumns bounds the names that are remembered, for files whose keys are data.
const maxColumns = 1000

// object fills rec from the bytes of one JSON object.
func (j *jsonRows) object(rec *record, b []byte) {
	fixed, mixed, bad := j.enc.fixLine(j.scratch, b)
	if mixed {
		j.scratch = fixed
	}
	rec.mixed = mixed
	if bad != "" {
		rec.bad = bad
		return
	}
	for i := range rec.cells {
		rec.cells[i] = cell{}
	}
	err := j.scan.object(fixed, func(name string, c cell) {
		i, ok := j.index[name]
		if !ok {
			if len(j.names) >= maxColumns {
				return
			}
			i = len(j.names)
			j.index[name] = i
			j.names = append(j.names, name)
			rec.fresh = append(rec.fresh, name)
		}
		for len(rec.cells) <= i {
			rec.cells = append(rec.cells, cell{})
		}
		rec.cells[i] = c
	})
	if err != nil {
		rec.bad = "not a JSON object: " + err.Error()
	}
}

// elementRows reads the objects of a JSON array, or objects that follow each
// other over several lines. An element that breaks the syntax is rejected, and
// reading goes on at the next line or comma after which an object begins.
type elementRows struct {
	*jsonRows
	r    *bufio.Reader
	max  int
	line int // number of the current line
	buf  []byte
	back []byte // bytes read but not used after a broken element
	lost int    // broken elements since the last good one
	// number says that rows are counted by element, because all stand on one line.
	number bool
	count  int
}

func (e *elementRows) byte() (byte, error) {
	var c byte
	if len(e.back) > 0 {
		c = e.back[0]
		e.back = e.back[1:]
	} else {
		var err error
		if c, err = e.r.ReadByte(); err != nil {
			return 0, err
		}
	}
	if c == '\n' {
		e.line++
	}
	return c, nil
}

// next implements rows.
func (e *elementRows) next(rec *record) error {
	err := e.element(rec)
	if e.count++; e.number {
		rec.row = e.count
	}
	return err
}

func (e *elementRows) element(rec *record) error {
	// To the opening brace.
	for {
		c, err := e.byte()
		if err != nil {
			return err
		}
		if c == '{' {
			break
		}
		switch c {
		case ' ', '\t', '\r', '\n', ',', '[', ']':
			continue
		}
		// A value that is no object: to the next comma or line end.
		rec.row, rec.bad = e.line, "not a JSON object"
		for c != ',' && c != '\n' && c != ']' {
			if c, err = e.byte(); err != nil {
				break
			}
			if c == '{' {
				e.back = append([]byte{'{'}, e.back...)
				break
			}
		}
		return nil
	}
	rec.row = e.line
	e.buf = append(e.buf[:0], '{')
	depth := 1
	inString, escaped := false, false
	why := ""
	for depth > 0 {
		c, err := e.byte()
		if err == io.EOF {
			why = "the file ends inside it"
			break
		}
		if err != nil {
			return err
		}
		e.buf = append(e.buf, c)
		if len(e.buf) > e.max {
			why = fmt.Sprintf("%s: more than %d bytes in one element", longRow, e.max)
			break
		}
		switch {
		case inString:
			switch {
			case escaped:
				escaped = false
			case c == '\\':
				escaped = true
			case c == '"':
				inString = false
			case c == '\n':
				why = "a text runs over the end of its line"
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if why != "" {
			break
		}
	}
	if why == "" {
		e.object(rec, e.buf)
		if rec.bad == "" {
			e.lost = 0
			return nil
		}
		e.lost++
		return nil
	}
	rec.bad = why
	if !bytes.HasPrefix([]byte(why), []byte(longRow)) {
		rec.bad = "not a JSON object: " + why
	}
	e.lost++
	return e.resync()
}

// resync looks for the next place where an element can begin: a brace after a
// line end or after "},". What was read of the broken element is searched too,
// unless many elements in a row were broken (that would make the work quadratic).
func (e *elementRows) resync() error {
	if e.lost <= 16 && len(e.buf) > 1 {
		tail := bytes.Clone(e.buf[1:])
		e.line -= bytes.Count(tail, []byte{'\n'})
		e.back = append(tail, e.back...)
	}
	const (
		none = iota
		closed
		ready
	)
	state := none
	for {
		c, err := e.byte()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case c == '{' && state == ready:
			e.back = append([]byte{'{'}, e.back...)
			return nil
		case c == '\n':
			state = ready
		case c == '}':
			state = closed
		case c == ',' && state == closed:
			state = ready
		case c == ' ' || c == '\t' || c == '\r':
		case c == ',' && state == ready:
		default:
			state = none
		}
	}
}
