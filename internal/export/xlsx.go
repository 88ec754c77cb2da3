package export

import (
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Bounds of the format.
const (
	xlsxRows = 1_048_576 // of a sheet, with its header
	xlsxText = 32_767    // characters of a cell
)

// xlsxWriter writes a workbook: the data, on as many sheets as they need, and a sheet
// of notes. Text is written as text, so nothing in it is run as a formula. Sheets are
// streamed through a temporary file, which is deleted at the end.
type xlsxWriter struct {
	w     io.Writer
	t     *Table
	f     *excelize.File
	sheet *excelize.StreamWriter
	n     int // sheets
	line  int // last row of the sheet
	style map[Kind]int
	bold  int
	rec   []any
}

func (x *xlsxWriter) begin(t *Table) error {
	x.t, x.f, x.style = t, excelize.NewFile(), map[Kind]int{}
	x.rec = make([]any, len(t.Columns))
	var err error
	if x.bold, err = x.f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top"}}); err != nil {
		return err
	}
	day, at, share, dec := "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0.0%", "0.000"
	for kind, s := range map[Kind]*excelize.Style{
		Int: {NumFmt: 3}, Float: {CustomNumFmt: &dec}, Share: {CustomNumFmt: &share}, Day: {CustomNumFmt: &day}, Time: {CustomNumFmt: &at},
	} {
		if x.style[kind], err = x.f.NewStyle(s); err != nil {
			return err
		}
	}
	return x.next()
}

// next begins another sheet of data.
func (x *xlsxWriter) next() error {
	if x.sheet != nil {
		if err := x.sheet.Flush(); err != nil {
			return err
		}
	}
	x.n++
	name := x.t.Notes.words.data
	if name == "" {
		name = "Data"
	}
	if x.n == 1 {
		if err := x.f.SetSheetName("Sheet1", name); err != nil {
			return err
		}
	} else {
		name += " " + strconv.Itoa(x.n)
		if _, err := x.f.NewSheet(name); err != nil {
			return err
		}
	}
	var err error
	if x.sheet, err = x.f.NewStreamWriter(name); err != nil {
		return err
	}
	for i, c := range x.t.Columns {
		width := 12.0
		switch {
		case c.Key == "text" || c.Key == "reasons":
			width = 60
		case c.Key == "id":
			width = 34
		case c.Kind == Text, c.Kind == Time:
			width = 18
		}
		if err := x.sheet.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := x.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(x.t.Columns))
	for i, c := range x.t.Columns {
		head[i] = excelize.Cell{StyleID: x.bold, Value: c.Key}
	}
	x.line = 1
	return x.sheet.SetRow("A1", head)
}

func (x *xlsxWriter) row(cells []Cell) error {
	if x.line == xlsxRows {
		if err := x.next(); err != nil {
			return err
		}
	}
	x.line++
	for i := range cells {
		c := &cells[i]
		kind := x.t.Columns[i].Kind
		if !c.Set {
			x.rec[i] = nil
			continue
		}
		var v any
		switch kind {
		case Text:
			x.rec[i] = cut(c.S)
			continue
		case Bool:
			x.rec[i] = c.I != 0
			continue
		case Int:
			v = c.I
		case Float, Share:
			v = c.F
		case Day:
			v = time.Unix(c.I*86400, 0).UTC()
		case Time:
			v = time.UnixMicro(c.I).UTC()
		}
		x.rec[i] = excelize.Cell{StyleID: x.style[kind], Value: v}
	}
	return x.sheet.SetRow("A"+strconv.Itoa(x.line), x.rec)
}

// cut keeps a text within what a cell holds.
func cut(s string) string {
	if len(s) <= xlsxText || utf8.RuneCountInString(s) <= xlsxText {
		return s
	}
	n := 0
	for i := range s {
		if n == xlsxText-1 {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

func (x *xlsxWriter) end() error {
	if err := x.sheet.Flush(); err != nil {
		return err
	}
	name := x.t.Notes.words.notes
	if name == "" {
		name = "Notes"
	}
	if _, err := x.f.NewSheet(name); err != nil {
		return err
	}
	notes, err := x.f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := notes.SetColWidth(1, 1, 22); err != nil {
		return err
	}
	if err := notes.SetColWidth(2, 2, 110); err != nil {
		return err
	}
	for i, p := range x.t.Notes.pairs() {
		if err := notes.SetRow("A"+strconv.Itoa(i+1), []any{excelize.Cell{StyleID: x.bold, Value: p[0]}, cut(p[1])}); err != nil {
			return err
		}
	}
	if err := notes.Flush(); err != nil {
		return err
	}
	if err := x.f.Write(x.w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// Close deletes the temporary files.
func (x *xlsxWriter) Close() error {
	if x.f == nil {
		return nil
	}
	return x.f.Close()
}
