package file

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

func isEOF(err error) bool { return errors.Is(err, io.EOF) }

// prepareText plans delimited text and JSON. head is what br will yield first.
func (s *Source) prepareText(ctx context.Context, br *bufio.Reader, head []byte, format string) error {
	enc := sniffEncoding(head)
	s.plan.Encoding = enc.String()
	cut := len(head) == sampleSize // the last line of the sample may be cut
	sample := enc.decodeSample(head)
	body := enc.reader(br)
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		sample = bytes.ReplaceAll(bytes.Clone(sample), []byte{'\r'}, []byte{'\n'})
		body = crReader{body}
	}
	if cut {
		if i := bytes.LastIndexByte(sample, '\n'); i > 0 {
			sample = sample[:i+1]
		}
	}
	if format != "text" {
		return s.prepareJSON(body, sample, enc, format)
	}
	return s.prepareCSV(body, sample, enc)
}

// prepareCSV finds delimiter and header and plans the columns.
func (s *Source) prepareCSV(body io.Reader, sample []byte, enc encoding) error {
	skip := 0
	var delim byte
	if d, ok := sepLine(sample); ok {
		delim, skip = d, 1
	} else {
		delim = sniffDelimiter(sample, enc, s.opt)
	}
	open := func(r io.Reader) *csvRows {
		return &csvRows{lines: newLineReader(r, s.opt.MaxRow), enc: enc, delim: delim, skip: skip, literal: literalLines(sample, delim, skip)}
	}
	s.plan.Format = "csv"
	switch delim {
	case '\t':
		s.plan.Format, s.plan.Delimiter = "tsv", "tab"
	case 0:
	default:
		s.plan.Delimiter = string(delim)
	}
	var first record
	if err := open(bytes.NewReader(sample)).next(&first); err != nil || first.bad != "" {
		what := "has no readable first row"
		if first.bad != "" {
			what = fmt.Sprintf("has no readable first row: line %d: %s", first.row, first.bad)
		}
		if len(sample) >= sampleSize/2 && bytes.IndexByte(sample, '\n') < 0 {
			what = fmt.Sprintf("has a first line of more than %d bytes", len(sample))
		}
		return &Problem{File: s.name, Kind: KindBinary, What: what, Do: "give a table with one row a line"}
	}
	names := make([]string, len(first.cells))
	for i, c := range first.cells {
		names[i] = strings.TrimSpace(c.s)
	}
	if err := s.mapColumns(names, nil); err != nil {
		return err
	}
	if s.plan.HasHeader {
		skip = first.row
		for _, c := range first.cells {
			skip += strings.Count(c.s, "\n")
		}
	}
	peek := open(bytes.NewReader(sample))
	peek.width = len(names)
	s.lookAhead(peek)
	real := open(body)
	real.width = len(names)
	s.rows = real
	return nil
}

// sepLine reads the hint that Excel writes and reads in a first line: sep=;
func sepLine(sample []byte) (byte, bool) {
	l, _, _ := bytes.Cut(sample, []byte{'\n'})
	l = bytes.Trim(bytes.TrimRight(l, "\r"), `"`)
	if len(l) == 5 && hasFold(l, "sep=") {
		return l[4], true
	}
	return 0, false
}

var delimiters = []byte{',', ';', '\t', '|'}

// sniffDelimiter picks the delimiter under which the first row names the most
// fields and the rows of the sample have the same number of columns as the first;
// 0 if there is only one column.
func sniffDelimiter(sample []byte, enc encoding, opt Options) byte {
	best, bestScore := byte(0), 0.0
	for _, d := range delimiters {
		c := &csvRows{lines: newLineReader(bytes.NewReader(sample), opt.MaxRow), enc: enc, delim: d}
		width, same, rows, fields := 0, 0, 0, 0
		var rec record
		for rows < 200 {
			rec = record{cells: rec.cells[:0]}
			if c.next(&rec) != nil {
				break
			}
			if rec.bad != "" {
				continue
			}
			if rows == 0 {
				width = len(rec.cells)
				names := make([]string, width)
				for i, x := range rec.cells {
					names[i] = x.s
				}
				fields = countFields(names, opt.Map)
			}
			rows++
			if len(rec.cells) == width {
				same++
			}
		}
		if width < 2 {
			continue
		}
		share := float64(same) / float64(rows)
		if fields == 0 && share < 0.8 { // a comma in a sentence
			continue
		}
		if score := share*4 + float64(fields)*3 + min(float64(width), 50)/100; score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// literalLines reports whether tab-separated lines are rows as they stand: then a
// quote at the start of a field is part of the text, as in most TSV exports.
func literalLines(sample []byte, delim byte, skip int) bool {
	if delim != '\t' {
		return false
	}
	width, n := -1, 0
	for l := range bytes.Lines(sample) {
		if n++; n <= skip || len(bytes.TrimSpace(l)) == 0 {
			continue
		}
		w := bytes.Count(l, []byte{delim})
		if width < 0 {
			width = w
		}
		if w != width {
			return false
		}
	}
	return true
}

// lookAhead reads the sample rows for the date order and the plan's sample.
func (s *Source) lookAhead(r rows) {
	var recs []record
	for len(recs) < 2000 {
		var rec record
		if r.next(&rec) != nil {
			break
		}
		rec.cells = append([]cell(nil), rec.cells...)
		recs = append(recs, rec)
	}
	s.plan.DateOrder = s.mapper.learn(recs)
	var notes Notes
	for i := range recs {
		if len(s.plan.Sample) == SampleRows {
			break
		}
		raw, bad := s.mapper.raw(&recs[i], &notes)
		switch {
		case bad == "":
			s.plan.Sample = append(s.plan.Sample, raw)
		case len(s.plan.Rejected) < SampleRows:
			s.plan.Rejected = append(s.plan.Rejected, fmt.Sprintf("row %d: %s", recs[i].row, bad))
		}
	}
}
