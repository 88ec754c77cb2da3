package file

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// The XLSX reader (ECMA-376, SpreadsheetML) streams the rows of one sheet and
// holds only the table of shared strings and the styles. It reads values, not
// formulas, and writes nothing to disk: cells may hold personal data.

// headerSearch is how many rows are searched for the header, under titles.
const headerSearch = 20

func (s *Source) prepareXLSX(ctx context.Context, at io.ReaderAt, size int64) error {
	s.plan.Format = "xlsx"
	wb, err := openWorkbook(at, size, s.opt.MaxMemory)
	if err != nil {
		return &Problem{File: s.name, Kind: KindUnreadable, Err: err, What: "is damaged or not a real XLSX file: " + err.Error(), Do: "open it in a spreadsheet program and save it again as .xlsx"}
	}
	names := make([]string, len(wb.sheets))
	var firstErr error
	for i, sh := range wb.sheets {
		names[i] = sh.name
		if s.opt.Sheet != "" && sh.name != s.opt.Sheet || s.opt.Sheet == "" && sh.hidden {
			continue
		}
		err := s.planSheet(ctx, wb, sh)
		if err == nil {
			return nil
		}
		var p *Problem
		if !errors.As(err, &p) || p.Kind == KindUnreadable || p.Kind == KindMapping {
			return err
		}
		if firstErr == nil || p.Kind == KindNoText && errors.As(firstErr, &p) && p.Kind == KindEmpty {
			firstErr = err
		}
	}
	if firstErr != nil {
		return firstErr
	}
	if s.opt.Sheet != "" {
		return &Problem{File: s.name, Kind: KindMapping, What: fmt.Sprintf("has no sheet %q", s.opt.Sheet), Do: "its sheets are " + strings.Join(names, ", ")}
	}
	return &Problem{File: s.name, Kind: KindEmpty, What: "has no visible sheet"}
}

// planSheet finds the header of one sheet and plans its columns.
func (s *Source) planSheet(ctx context.Context, wb *workbook, sh sheet) error {
	r, err := wb.open(sh, s.opt.MaxRow)
	if err != nil {
		return readProblem(s.name, 0, err)
	}
	var recs []record
	for len(recs) < 500 {
		if err := ctx.Err(); err != nil {
			r.Close()
			return err
		}
		var rec record
		err := r.next(&rec)
		if err == io.EOF {
			break
		}
		if err != nil {
			r.Close()
			return readProblem(s.name, r.row, err)
		}
		recs = append(recs, rec)
	}
	r.Close()
	if len(recs) == 0 {
		return &Problem{File: s.name, Kind: KindEmpty, What: fmt.Sprintf("sheet %q is empty", sh.name)}
	}
	h := s.headerRow(recs)
	cols := cellNames(recs[h].cells)
	if err := s.mapColumns(cols, nil); err != nil {
		return err
	}
	s.plan.Sheet = sh.name
	s.mapper.epoch = wb.epoch
	start := recs[h].row
	rest := recs[h:]
	if s.plan.HasHeader {
		rest = recs[h+1:]
		start++
	}
	s.lookAhead(&sliceRows{rest})
	real, err := wb.open(sh, s.opt.MaxRow)
	if err != nil {
		return readProblem(s.name, 0, err)
	}
	real.start = start
	s.close = append(s.close, real)
	s.rows = real
	return nil
}

// headerRow returns the index of the row that names a text column or a column of
// Map, else of the first row with the most cells.
func (s *Source) headerRow(recs []record) int {
	widest, width := 0, 0
	for i := range recs[:min(len(recs), headerSearch)] {
		n := 0
		hit := false
		for _, name := range cellNames(recs[i].cells) {
			if name == "" {
				continue
			}
			n++
			if f, _ := guessField(name); f == fText {
				hit = true
			}
			for _, want := range s.opt.Map {
				hit = hit || name == strings.TrimSpace(want) && !isNumber(want)
			}
		}
		if hit && (n > 1 || len(recs) == 1 || len(recs[min(i+1, len(recs)-1)].cells) <= 1) {
			return i
		}
		if n > width {
			widest, width = i, n
		}
	}
	return widest
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(strings.TrimSpace(s))
	return err == nil
}

func cellNames(cells []cell) []string {
	names := make([]string, len(cells))
	for i := range cells {
		names[i] = strings.TrimSpace(cells[i].text())
	}
	return names
}

// sliceRows yields records that are already in memory.
type sliceRows struct{ recs []record }

func (s *sliceRows) next(rec *record) error {
	if len(s.recs) == 0 {
		return io.EOF
	}
	*rec = s.recs[0]
	s.recs = s.recs[1:]
	return nil
}

// xlsxRows streams the rows of a sheet.
type xlsxRows struct {
	wb    *workbook
	rc    io.ReadCloser
	x     *xmlReader
	row   int
	start int // first row to yield
}

func (wb *workbook) open(sh sheet, maxRow int) (*xlsxRows, error) {
	rc, err := wb.files[sh.part].Open()
	if err != nil {
		return nil, err
	}
	return &xlsxRows{wb: wb, rc: rc, x: newXMLReader(rc, maxRow)}, nil
}

// Close releases the part.
func (r *xlsxRows) Close() error { return r.rc.Close() }

// next implements rows.
func (r *xlsxRows) next(rec *record) error {
	for {
		t, err := r.x.token()
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			if e, ok := t.(xml.EndElement); ok && e.Name.Local == "sheetData" {
				return io.EOF
			}
			continue
		}
		if e.Name.Local != "row" {
			continue
		}
		r.row++
		for _, a := range e.Attr {
			if a.Name.Local == "r" {
				if n, err := strconv.Atoi(a.Value); err == nil && n > 0 {
					r.row = n
				}
			}
		}
		rec.row = r.row
		rec.cells = rec.cells[:0]
		any, err := r.cells(rec)
		if err != nil {
			return unexpected(err)
		}
		if any && r.row >= r.start {
			return nil
		}
	}
}

// maxSheetColumns is the widest sheet that Excel allows.
const maxSheetColumns = 16384

// cells reads the cells of a row; any reports that one has a value.
func (r *xlsxRows) cells(rec *record) (any bool, err error) {
	col := -1
	for {
		t, err := r.x.token()
		if err != nil {
			return false, unexpected(err)
		}
		switch e := t.(type) {
		case xml.EndElement:
			if e.Name.Local == "row" {
				return any, nil
			}
		case xml.StartElement:
			if e.Name.Local != "c" {
				continue
			}
			col++
			typ, style := "", -1
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "r":
					if c := columnOf(a.Value); c >= 0 {
						col = c
					}
				case "t":
					typ = a.Value
				case "s":
					style, _ = strconv.Atoi(a.Value)
				}
			}
			if col >= maxSheetColumns {
				return false, errors.New("a cell lies outside the sheet")
			}
			c, err := r.cell(typ, style)
			if err != nil {
				return false, err
			}
			if c.kind == cNull {
				continue
			}
			any = any || c.kind != cText || strings.TrimSpace(c.s) != ""
			for len(rec.cells) <= col {
				rec.cells = append(rec.cells, cell{})
			}
			rec.cells[col] = c
		}
	}
}

// columnOf returns the 0-based column of a reference such as "BC12", -1 if wrong.
func columnOf(ref string) int {
	n := 0
	for i := 0; i < len(ref) && i < 4; i++ {
		c := ref[i]
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1
}

// cell reads the inside of one c element.
func (r *xlsxRows) cell(typ string, style int) (cell, error) {
	var v []byte
	in := false
	text, isText := "", false
	for {
		t, err := r.x.token()
		if err != nil {
			return cell{}, unexpected(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "v":
				in = true
			case "is":
				if text, err = r.x.textOf("is"); err != nil {
					return cell{}, err
				}
				isText = true
			}
		case xml.CharData:
			if in {
				if v = append(v, e...); len(v) > r.x.l.max {
					return cell{}, errToken
				}
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v":
				in = false
			case "c":
				if isText {
					return cell{kind: cText, s: text}, nil
				}
				return r.value(string(v), typ, style)
			}
		}
	}
}

// value interprets the text of a v element by the type of its cell.
func (r *xlsxRows) value(v, typ string, style int) (cell, error) {
	if v == "" {
		return cell{}, nil
	}
	switch typ {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || i < 0 || i >= len(r.wb.shared) {
			return cell{}, errors.New("a cell points to a text that does not exist")
		}
		return cell{kind: cText, s: r.wb.shared[i]}, nil
	case "str", "d", "inlineStr":
		return cell{kind: cText, s: excelEscapes(v)}, nil
	case "b":
		f := 0.0
		if v == "1" || v == "true" {
			f = 1
		}
		return cell{kind: cBool, f: f}, nil
	case "e":
		return cell{}, nil
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		return cell{kind: cText, s: v}, nil
	}
	if style >= 0 && style < len(r.wb.dates) && r.wb.dates[style] && f >= 0 && f < 3e6 {
		days, part := int(f), f-float64(int(f))
		return cell{kind: cTime, t: r.wb.epoch.AddDate(0, 0, days).Add(time.Duration(part*86400+0.5) * time.Second)}, nil
	}
	return cell{kind: cNumber, f: f}, nil
}
