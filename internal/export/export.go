// Package export writes what the pages show as files that other programs read: any
// question to the metrics layer, the table of trends, and mentions, as CSV (RFC 4180
// and the dialect that a spreadsheet in Spanish opens), JSON, NDJSON, XLSX and Parquet.
//
// A Table is columns, a stream of rows and Notes (the question, its days, the version
// of the model, the terms of use). Writers hold one row, or one row group, at a time,
// so memory does not grow with the rows.
//
// Read next: table.go (what can be exported), http.go (the downloads), docs/exports.md.
package export

import (
	"archive/zip"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Format is a kind of file.
type Format string

// Formats.
const (
	CSV     Format = "csv"    // RFC 4180: comma, decimal point, UTF-8, CRLF
	CSVES   Format = "csv-es" // semicolon, decimal comma, UTF-8 with byte order mark
	JSON    Format = "json"   // one object: notes and rows
	NDJSON  Format = "ndjson" // one object a line
	XLSX    Format = "xlsx"   // data and a sheet of notes
	Parquet Format = "parquet"
	ZIP     Format = "zip"     // CSV with its notes beside it
	CSVM    Format = "csvm"    // only the notes: W3C metadata of the CSV of the same question
	CSVMES  Format = "csvm-es" // the same of csv-es
)

// Formats lists those of tables, the first being the default.
var Formats = []Format{CSV, CSVES, JSON, NDJSON, XLSX, Parquet, ZIP}

// ParseFormat reads the name of a format, "" being the default.
func ParseFormat(s string) (Format, error) {
	if s == "" {
		return CSV, nil
	}
	if f := Format(s); slices.Contains(Formats, f) || f == CSVM || f == CSVMES {
		return f, nil
	}
	names := make([]string, len(Formats))
	for i, f := range Formats {
		names[i] = string(f)
	}
	return "", fmt.Errorf("format %q: want one of %s", s, strings.Join(names, ", "))
}

// Extension is the ending of a file's name.
func (f Format) Extension() string {
	switch f {
	case CSVES:
		return ".csv"
	case CSVM, CSVMES:
		return CSV.Extension() + MetadataSuffix
	}
	return "." + string(f)
}

// ContentType is the media type.
func (f Format) ContentType() string {
	switch f {
	case JSON:
		return "application/json"
	case NDJSON:
		return "application/x-ndjson"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case Parquet:
		return "application/vnd.apache.parquet"
	case ZIP:
		return "application/zip"
	case CSVM, CSVMES:
		return "application/csvm+json"
	default:
		return "text/csv; charset=utf-8"
	}
}

// Kind says what the cells of a column are.
type Kind uint8

// Kinds of cells.
const (
	Text  Kind = iota // Cell.S
	Int               // Cell.I
	Float             // Cell.F
	Share             // Cell.F, 0..1
	Bool              // Cell.I, 0 or 1
	Day               // Cell.I, days since 1970-01-01
	Time              // Cell.I, microseconds since 1970-01-01 UTC
)

// Column is one column. Key is its name in every format and language.
type Column struct {
	Key  string
	Kind Kind
}

// Cell is one value; which field holds it follows from the column. Set is false
// where there is none.
type Cell struct {
	S   string
	F   float64
	I   int64
	Set bool
}

// Notes travel with every export.
type Notes struct {
	Title       string            `json:"title"`
	Query       string            `json:"query"` // canonical parameters: the same question can be asked again
	From        string            `json:"from,omitempty"`
	To          string            `json:"to,omitempty"`
	Made        time.Time         `json:"made"`
	Program     string            `json:"program"`
	Models      []string          `json:"models"` // that labelled the mentions of these days
	Corrections map[string]string `json:"corrections,omitempty"`
	Synthetic   bool              `json:"synthetic"`
	Remarks     []string          `json:"remarks"`           // how to read the figures, what may be done with them
	Columns     []Legend          `json:"columns,omitempty"` // what the columns mean

	words             words
	language, licence string
}

// Legend says what a column means.
type Legend struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// words are the labels of the sheet of notes.
type words struct{ data, notes, title, query, days, made, program, models, corrections, synthetic, remarks, columns string }

// Table is something to be written.
type Table struct {
	Name    string // of the file, without ending
	Columns []Column
	Notes   Notes
	// Rows calls yield for each row; the slice is reused. It returns yield's error.
	Rows func(yield func([]Cell) error) error
}

// Options of Write.
type Options struct {
	Format Format
	// Notes puts them before the header of CSV as comment lines (#), and into the
	// first line of NDJSON. RFC 4180 knows no comments, so it is off by default: they
	// are beside a CSV (csvw.go). The other formats have a place of their own for them.
	Notes bool
	URL   string // of the CSV that CSVM describes; "" = the name of its file
}

// writer writes a table in one format.
type writer interface {
	begin(*Table) error
	row([]Cell) error
	end() error
}

// Write writes t to w and returns the number of rows.
func Write(w io.Writer, t *Table, o Options) (n int64, err error) {
	var x writer
	switch o.Format {
	case CSV, "":
		x = &csvWriter{w: w, sep: ',', dot: '.', notes: o.Notes}
	case CSVES:
		x = &csvWriter{w: w, sep: ';', dot: ',', bom: true, notes: o.Notes}
	case JSON, NDJSON:
		x = &jsonWriter{w: w, lines: o.Format == NDJSON, notes: o.Notes}
	case XLSX:
		x = &xlsxWriter{w: w}
	case Parquet:
		x = &parquetWriter{w: w}
	case ZIP:
		x = &zipWriter{zip: zip.NewWriter(w)}
	case CSVM:
		x = &metadataWriter{w, o.URL, CSV}
	case CSVMES:
		x = &metadataWriter{w, o.URL, CSVES}
	default:
		_, err := ParseFormat(string(o.Format))
		return 0, err
	}
	if c, ok := x.(io.Closer); ok {
		defer c.Close()
	}
	if err := x.begin(t); err != nil {
		return 0, fmt.Errorf("export %s: %w", t.Name, err)
	}
	if _, ok := x.(*metadataWriter); ok {
		return 0, nil
	}
	err = t.Rows(func(cells []Cell) error {
		n++
		return x.row(cells)
	})
	if err == nil {
		err = x.end()
	}
	if err != nil {
		return n, fmt.Errorf("export %s: %w", t.Name, err)
	}
	return n, nil
}
