package file

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"antojo/internal/mention"
)

// The XLSX reader (ECMA-376, SpreadsheetML) streams the rows of one sheet and
// holds only the table of shared strings and the styles. It reads values, not
// formulas, and writes nothing to disk: cells may hold personal data.

// workbook is what is needed of an opened XLSX file.
type workbook struct {
	files  map[string]*zip.File
	sheets []sheet
	shared []string
	dates  []bool // by style index: the number is a date
	epoch  time.Time
}

type sheet struct {
	name, part string
	hidden     bool
}

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

func openWorkbook(at io.ReaderAt, size, maxMemory int64) (*workbook, error) {
	zr, err := zip.NewReader(at, size)
	if err != nil {
		return nil, err
	}
	wb := &workbook{files: make(map[string]*zip.File, len(zr.File)), epoch: time.Date(1899, 12, 30, 0, 0, 0, 0, mention.Lima)}
	for _, f := range zr.File {
		wb.files[strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/")] = f
	}
	main := "xl/workbook.xml"
	rels, err := wb.rels("_rels/.rels")
	if err != nil {
		return nil, err
	}
	for _, r := range rels {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			main = resolve("", r.Target)
		}
	}
	var book struct {
		Pr struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			RID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			RID2  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := wb.decode(main, &book); err != nil {
		return nil, err
	}
	if v := book.Pr.Date1904; v == "1" || v == "true" {
		wb.epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, mention.Lima)
	}
	dir, file := path.Split(main)
	if rels, err = wb.rels(dir + "_rels/" + file + ".rels"); err != nil {
		return nil, err
	}
	target := map[string]string{}
	sharedPart, stylePart := "", ""
	for _, r := range rels {
		p := resolve(dir, r.Target)
		target[r.ID] = p
		switch path.Base(r.Type) {
		case "sharedStrings":
			sharedPart = p
		case "styles":
			stylePart = p
		}
	}
	for i, sh := range book.Sheets {
		part := target[sh.RID+sh.RID2]
		if part == "" {
			part = dir + "worksheets/sheet" + strconv.Itoa(i+1) + ".xml"
		}
		if wb.files[part] != nil && !strings.Contains(part, "chartsheets/") {
			wb.sheets = append(wb.sheets, sheet{name: sh.Name, part: part, hidden: sh.State == "hidden" || sh.State == "veryHidden"})
		}
	}
	if len(wb.sheets) == 0 {
		return nil, errors.New("it has no sheets")
	}
	if sharedPart != "" {
		if err := wb.loadShared(sharedPart, maxMemory); err != nil {
			return nil, err
		}
	}
	if stylePart != "" {
		if err := wb.loadStyles(stylePart); err != nil {
			return nil, err
		}
	}
	return wb, nil
}

func resolve(dir, target string) string {
	if rest, ok := strings.CutPrefix(target, "/"); ok {
		return rest
	}
	return path.Join(dir, target)
}

type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (wb *workbook) rels(part string) ([]relation, error) {
	if wb.files[part] == nil {
		return nil, nil
	}
	var x struct {
		R []relation `xml:"Relationship"`
	}
	err := wb.decode(part, &x)
	return x.R, err
}

// maxPart bounds the small parts: workbook, relations, styles.
const maxPart = 32 << 20

func (wb *workbook) decode(part string, v any) error {
	f := wb.files[part]
	if f == nil {
		return fmt.Errorf("its part %s is missing", part)
	}
	rc, err := f.Open()
	if err != nil {
		return fmt.Errorf("part %s: %w", part, err)
	}
	defer rc.Close()
	if err := xml.NewDecoder(io.LimitReader(rc, maxPart)).Decode(v); err != nil {
		return fmt.Errorf("part %s: %w", part, err)
	}
	return nil
}

// loadShared reads the table of strings that cells point to.
func (wb *workbook) loadShared(part string, maxMemory int64) error {
	f := wb.files[part]
	if f == nil {
		return nil
	}
	rc, err := f.Open()
	if err != nil {
		return fmt.Errorf("part %s: %w", part, err)
	}
	defer rc.Close()
	x := newXMLReader(rc, DefaultMaxRow)
	var size int64
	for {
		t, err := x.token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("part %s: %w", part, err)
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "si" {
			v, err := x.textOf("si")
			if err != nil {
				return fmt.Errorf("part %s: %w", part, err)
			}
			if size += int64(len(v)) + 16; size > maxMemory {
				return fmt.Errorf("its texts need more than %d MiB of memory", maxMemory>>20)
			}
			wb.shared = append(wb.shared, v)
		}
	}
}

// loadStyles notes which cell styles show a number as a date.
func (wb *workbook) loadStyles(part string) error {
	var x struct {
		Fmts []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Xfs []struct {
			Fmt int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if wb.files[part] == nil {
		return nil
	}
	if err := wb.decode(part, &x); err != nil {
		return err
	}
	custom := map[int]bool{}
	for _, f := range x.Fmts {
		custom[f.ID] = dateFormat(f.Code)
	}
	for _, xf := range x.Xfs {
		d, ok := custom[xf.Fmt]
		if !ok { // ECMA-376 part 1, 18.8.30: built-in formats
			n := xf.Fmt
			d = n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58
		}
		wb.dates = append(wb.dates, d)
	}
	return nil
}

// dateFormat reports whether a number format shows a day: it has a y, m or d, or
// an h or s, outside quotes, brackets and escapes.
func dateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			j := strings.IndexByte(code[i+1:], '"')
			if j < 0 {
				return false
			}
			i += j + 1
		case '[':
			j := strings.IndexByte(code[i:], ']')
			if j < 0 {
				return false
			}
			i += j
		case '\\', '_', '*':
			i++
		case ';':
			return false
		case 'y', 'Y', 'd', 'D', 'm', 'M', 'h', 'H', 's', 'S':
			return true
		}
	}
	return false
}

// xmlReader is a decoder whose tokens are bounded in size.
type xmlReader struct {
	d *xml.Decoder
	l *tokenLimit
}

type tokenLimit struct {
	r         io.Reader
	left, max int
}

var errToken = errors.New("a cell is too long")

func (t *tokenLimit) Read(p []byte) (int, error) {
	if t.left <= 0 {
		return 0, errToken
	}
	n, err := t.r.Read(p)
	t.left -= n
	return n, err
}

func newXMLReader(r io.Reader, max int) *xmlReader {
	l := &tokenLimit{r: r, left: max + 64<<10, max: max + 64<<10}
	d := xml.NewDecoder(l)
	d.Strict = true
	return &xmlReader{d, l}
}

func (x *xmlReader) token() (xml.Token, error) {
	x.l.left = x.l.max
	return x.d.RawToken()
}

// textOf joins the t elements up to the end of element name, without phonetic runs.
func (x *xmlReader) textOf(name string) (string, error) {
	var one string
	var b *strings.Builder
	in, phonetic := false, 0
	for {
		t, err := x.token()
		if err != nil {
			return "", unexpected(err)
		}
		switch e := t.(type) {
		case xml.StartElement:
			in = e.Name.Local == "t" && phonetic == 0
			if e.Name.Local == "rPh" {
				phonetic++
			}
		case xml.EndElement:
			in = false
			switch e.Name.Local {
			case name:
				if b != nil {
					return excelEscapes(b.String()), nil
				}
				return excelEscapes(one), nil
			case "rPh":
				phonetic--
			}
		case xml.CharData:
			if !in {
				continue
			}
			switch {
			case b != nil:
				b.Write(e)
			case one == "":
				one = string(e)
			default:
				b = &strings.Builder{}
				b.WriteString(one)
				b.Write(e)
			}
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// excelEscapes decodes _x000D_ and the like.
func excelEscapes(s string) string {
	i := strings.Index(s, "_x")
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		if len(s) >= i+7 && s[i+6] == '_' {
			if v, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteString(s[:i])
				b.WriteRune(rune(v))
				s = s[i+7:]
				i = strings.Index(s, "_x")
				continue
			}
		}
		b.WriteString(s[:i+2])
		s = s[i+2:]
		i = strings.Index(s, "_x")
	}
	b.WriteString(s)
	return b.String()
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
				v = append(v, e...)
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
