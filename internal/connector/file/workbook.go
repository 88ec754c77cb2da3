package file

import (
	"archive/zip"
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
	in, phonetic, size := false, 0, 0
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
			if size += len(e); size > x.l.max {
				return "", errToken
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
