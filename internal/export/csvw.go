package export

import (
	"archive/zip"
	"encoding/json"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// A CSV has no place for notes: lines before the header break readers of RFC 4180. So
// they go beside it as W3C's "Metadata Vocabulary for Tabular Data" (2015) says: a JSON
// document that names the file, its dialect, and the type and meaning of each column.
// Programs find it by the Link header "describedby" of a download, by the name
// FILE-metadata.json beside a file, and in the ZIP that holds both.

// MetadataSuffix is what the name of a CSV file ends in to name its notes.
const MetadataSuffix = "-metadata.json"

type csvwTable struct {
	Context  []any             `json:"@context"`
	URL      string            `json:"url"`
	Title    string            `json:"dc:title"`
	Date     string            `json:"dc:date"`
	Creator  string            `json:"dc:creator"`
	Temporal string            `json:"dc:temporal,omitempty"`
	Rights   string            `json:"dc:rights"`
	Dialect  map[string]any    `json:"dialect"`
	Schema   map[string]any    `json:"tableSchema"`
	Notes    []json.RawMessage `json:"notes"`
}

// variableName is what a column may be called in the metadata; others have a title only.
var variableName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.]*$`)

// Metadata writes the notes of t as the metadata of a CSV at url, of the format CSV or CSVES.
func Metadata(w io.Writer, t *Table, url string, f Format) error {
	notes, err := json.Marshal(t.Notes)
	if err != nil {
		return err
	}
	n := &t.Notes
	out := csvwTable{
		Context: []any{"http://www.w3.org/ns/csvw", map[string]string{"@language": n.lang()}}, URL: url,
		Title: n.Title, Date: n.Made.Format("2006-01-02T15:04:05Z07:00"), Creator: n.Program, Rights: n.licence,
		Dialect: map[string]any{"delimiter": ",", "encoding": "utf-8", "header": true, "lineTerminators": []string{"\r\n"}},
		Notes:   []json.RawMessage{notes},
	}
	if n.From != "" {
		out.Temporal = n.From + "/" + n.To
	}
	var number any = "number"
	if f == CSVES {
		out.Dialect["delimiter"] = ";"
		number = map[string]any{"base": "number", "format": map[string]string{"decimalChar": ","}}
	}
	columns := make([]map[string]any, len(t.Columns))
	for i, c := range t.Columns {
		col := map[string]any{"titles": c.Key}
		if variableName.MatchString(c.Key) {
			col["name"] = c.Key
		}
		switch c.Kind {
		case Text:
			col["datatype"] = "string"
		case Int:
			col["datatype"] = "integer"
		case Float, Share:
			col["datatype"] = number
		case Bool:
			col["datatype"] = map[string]string{"base": "boolean", "format": "1|0"}
		case Day:
			col["datatype"] = "date"
		case Time:
			col["datatype"] = "dateTimeStamp"
		}
		if text := n.meaning(c.Key); text != "" {
			col["dc:description"] = text
		}
		columns[i] = col
	}
	out.Schema = map[string]any{"columns": columns}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

// meaning is what the legend says of a column: of itself, of its ending (_low, _n), or
// of the columns that share its beginning (aspect).
func (n *Notes) meaning(key string) string {
	for _, l := range n.Columns {
		if l.Key == key {
			return l.Text
		}
	}
	for _, l := range n.Columns {
		if strings.HasPrefix(l.Key, "_") && strings.HasSuffix(key, l.Key) || strings.HasPrefix(key, l.Key+"_") {
			return l.Text
		}
	}
	return ""
}

func (n *Notes) lang() string {
	if n.language == "" {
		return "en"
	}
	return n.language
}

// metadataWriter writes only the notes of a table, and reads no rows of it.
type metadataWriter struct {
	w   io.Writer
	url string
	of  Format
}

func (m *metadataWriter) begin(t *Table) error {
	if m.url == "" {
		m.url = t.Name + m.of.Extension()
	}
	return Metadata(m.w, t, m.url, m.of)
}
func (m *metadataWriter) row([]Cell) error { return nil }
func (m *metadataWriter) end() error       { return nil }

// zipWriter writes a ZIP of the CSV (RFC 4180), its metadata, and the notes as a text
// for people.
type zipWriter struct {
	zip *zip.Writer
	csv csvWriter
}

func (z *zipWriter) begin(t *Table) error {
	text := "README.txt"
	if t.Notes.lang() == "es" {
		text = "LEEME.txt"
	}
	file := func(name string) (io.Writer, error) {
		return z.zip.CreateHeader(&zip.FileHeader{Name: filepath.Base(name), Method: zip.Deflate, Modified: t.Notes.Made})
	}
	w, err := file(text)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, strings.Join(t.Notes.lines(), "\r\n")+"\r\n"); err != nil {
		return err
	}
	name := t.Name + CSV.Extension()
	if w, err = file(name + MetadataSuffix); err != nil {
		return err
	}
	if err := Metadata(w, t, name, CSV); err != nil {
		return err
	}
	if w, err = file(name); err != nil {
		return err
	}
	z.csv = csvWriter{w: w, sep: ',', dot: '.'}
	return z.csv.begin(t)
}

func (z *zipWriter) row(cells []Cell) error { return z.csv.row(cells) }

func (z *zipWriter) end() error {
	if err := z.csv.end(); err != nil {
		return err
	}
	return z.zip.Close()
}
