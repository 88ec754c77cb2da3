package file

import (
	"bytes"
	"compress/gzip"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

func isGzip(b []byte) bool { return len(b) > 2 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 }

func newGzip(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }

// magics are file types that begin with a known mark and are not read.
var magics = []struct{ mark, what, do string }{
	{"%PDF", "is a PDF document", "export the table as CSV or XLSX"},
	{"\x89PNG", "is a PNG image", "export the table as CSV or XLSX"},
	{"\xff\xd8\xff", "is a JPEG image", "export the table as CSV or XLSX"},
	{"GIF8", "is a GIF image", "export the table as CSV or XLSX"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old Excel file (.xls) or an encrypted workbook", "save it as .xlsx without a password"},
	{"SQLite format 3\x00", "is an SQLite database", "export the table as CSV"},
	{"\x7fELF", "is a program", "name a file with mentions"},
	{"MZ\x90\x00", "is a program", "name a file with mentions"},
	{"7z\xbc\xaf\x27\x1c", "is a 7z archive", "unpack it and import the files in it"},
	{"Rar!\x1a\x07", "is a RAR archive", "unpack it and import the files in it"},
	{"BZh", "is packed with bzip2", "unpack it with bunzip2 or pack it with gzip"},
	{"\x28\xb5\x2f\xfd", "is packed with zstd", "unpack it with unzstd or pack it with gzip"},
	{"\xfd7zXZ\x00", "is packed with xz", "unpack it with unxz or pack it with gzip"},
	{"Obj\x01", "is an Avro file", "export it as Parquet or JSONL"},
	{"ORC", "is an ORC file", "export it as Parquet or CSV"},
	{"ARROW1", "is an Arrow file", "export it as Parquet"},
	{"{\\rtf", "is an RTF document", "export the table as CSV or XLSX"},
}

// sniffFormat tells the format by content; the name decides only between CSV and
// JSON where the content fits both. "text" is delimited text.
func sniffFormat(head []byte, name string) (string, *Problem) {
	if bytes.HasPrefix(head, []byte("PAR1")) {
		return "parquet", nil
	}
	if bytes.HasPrefix(head, []byte("PARE")) {
		return "", &Problem{Kind: KindUnsupported, What: "is an encrypted Parquet file", Do: "export it without encryption"}
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		if bytes.Contains(head[:min(len(head), 4096)], []byte("opendocument")) {
			return "", &Problem{Kind: KindUnsupported, What: "is an OpenDocument file", Do: "save it as .xlsx or CSV"}
		}
		ext := strings.ToLower(filepath.Ext(name))
		if ext == ".xlsx" || ext == ".xlsm" || bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("xl/")) {
			return "xlsx", nil
		}
		return "", &Problem{Kind: KindUnsupported, What: "is a ZIP archive", Do: "unpack it and import the files in it"}
	}
	for _, m := range magics {
		if !bytes.HasPrefix(head, []byte(m.mark)) {
			continue
		}
		// A mark of letters can begin a text file too.
		if (m.mark == "ORC" || m.mark == "BZh" || m.mark == "GIF8") && !looksBinary(head) {
			continue
		}
		return "", &Problem{Kind: KindUnsupported, What: m.what, Do: m.do}
	}
	if bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}) || bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}) {
		return "", &Problem{Kind: KindUnsupported, What: "is in UTF-32", Do: "save it as UTF-8"}
	}
	enc := sniffEncoding(head)
	if !enc.wide() && looksBinary(head) {
		return "", &Problem{Kind: KindBinary, What: "is a binary file, not a table of mentions", Do: "give CSV, TSV, JSONL, XLSX or Parquet"}
	}
	text := bytes.TrimLeft(enc.decodeSample(head), " \t\r\n")
	if len(text) == 0 {
		if len(head) < sampleSize {
			return "", &Problem{Kind: KindEmpty, What: "holds only white space", Do: "check the export that wrote it"}
		}
		return "text", nil
	}
	ext := strings.ToLower(filepath.Ext(name))
	if i := bytes.IndexByte(text, '<'); i == 0 && (hasFold(text, "<!doctype html") || hasFold(text, "<html") || hasFold(text, "<?xml")) {
		return "", &Problem{Kind: KindUnsupported, What: "is an HTML or XML page, not a table", Do: "export the data as CSV, JSONL or XLSX (a login page may have been saved instead of the file)"}
	}
	switch text[0] {
	case '{':
		return "jsonl", nil
	case '[':
		if ext == ".csv" || ext == ".tsv" {
			if rest := bytes.TrimLeft(text[1:], " \t\r\n"); len(rest) > 0 && rest[0] != '{' && rest[0] != ']' {
				return "text", nil
			}
		}
		return "json", nil
	}
	if ext == ".jsonl" || ext == ".ndjson" {
		return "jsonl", nil
	}
	return "text", nil
}

func hasFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && strings.EqualFold(string(b[:len(prefix)]), prefix)
}

// looksBinary reports whether more than one byte in fifty is a control character
// that no text has. A stray NUL does not make a file binary.
func looksBinary(b []byte) bool {
	n := 0
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1b || c == 0x7f {
			n++
		}
	}
	return n*50 > len(b)
}

// encoding is how the bytes of a text file are read.
type encoding uint8

const (
	utf8Plain encoding = iota
	utf8BOM
	win1252
	utf16le
	utf16be
)

// String returns the name that a plan shows.
func (e encoding) String() string {
	return [...]string{"utf-8", "utf-8-bom", "windows-1252", "utf-16le", "utf-16be"}[e]
}

func (e encoding) wide() bool { return e == utf16le || e == utf16be }

// sniffEncoding tells the encoding by byte order mark, by the pattern of zero
// bytes (UTF-16 without a mark), and by whether the bytes are valid UTF-8.
func sniffEncoding(head []byte) encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return utf8BOM
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return utf16le
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return utf16be
	}
	var zero [2]int
	for i, c := range head {
		if c == 0 {
			zero[i&1]++
		}
	}
	half := len(head) / 2
	if half >= 2 { // Latin text has a zero in nearly every second byte
		if zero[1]*10 > half*4 && zero[0]*20 < half {
			return utf16le
		}
		if zero[0]*10 > half*4 && zero[1]*20 < half {
			return utf16be
		}
	}
	if validUTF8(head) {
		return utf8Plain
	}
	// Mixed files: if most rows that are not ASCII are valid UTF-8, the file is UTF-8
	// with a few foreign rows.
	good, bad := 0, 0
	for line := range bytes.Lines(head) {
		if ascii(line) {
			continue
		}
		if utf8.Valid(line) {
			good++
		} else {
			bad++
		}
	}
	if good > bad {
		return utf8Plain
	}
	return win1252
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// validUTF8 is utf8.Valid, but lets the last rune be cut by the end of the sample.
func validUTF8(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	if len(b) < sampleSize {
		return false
	}
	for cut := 1; cut < utf8.UTFMax; cut++ {
		tail := b[len(b)-cut:]
		if utf8.RuneStart(tail[0]) {
			return !utf8.FullRune(tail) && utf8.Valid(b[:len(b)-cut])
		}
	}
	return false
}
