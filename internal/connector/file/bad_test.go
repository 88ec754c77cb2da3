package file_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"antojo/internal/connector/file"
	"antojo/internal/mention"

	"github.com/google/go-cmp/cmp"
)

// TestProblems holds that a file which cannot be imported gets one message that
// names the file, what is wrong and what to do.
func TestProblems(t *testing.T) {
	var gz bytes.Buffer
	zw := gzip.NewWriter(&gz)
	io.WriteString(zw, "texto\n"+strings.Repeat("uno que es largo\n", 10000))
	zw.Close()
	var empty bytes.Buffer
	gzip.NewWriter(&empty).Close()
	binary := make([]byte, 5000)
	for i := range binary {
		binary[i] = byte(i * 7 % 251)
	}
	tests := []struct {
		name, file string
		data       string
		opt        file.Options
		kind       file.Kind
		want       []string // parts of the message
	}{
		{name: "empty", file: "vacio.csv", kind: file.KindEmpty, want: []string{"vacio.csv: is empty"}},
		{name: "empty gzip", file: "vacio.csv.gz", data: empty.String(), kind: file.KindEmpty, want: []string{"is empty"}},
		{name: "white space", file: "a.csv", data: " \n\n \r\n", kind: file.KindEmpty, want: []string{"white space"}},
		{name: "bom only", file: "a.csv", data: "\xef\xbb\xbf", kind: file.KindEmpty},
		{name: "binary", file: "foto.csv", data: string(binary), kind: file.KindBinary, want: []string{"binary", "CSV"}},
		{name: "nuls", file: "a.csv", data: strings.Repeat("\x00", 4000), kind: file.KindBinary},
		{name: "pdf", file: "a.csv", data: "%PDF-1.7 ...", kind: file.KindUnsupported, want: []string{"PDF", "export"}},
		{name: "xls", file: "a.xls", data: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", kind: file.KindUnsupported, want: []string{".xlsx"}},
		{name: "zip", file: "a.zip", data: "PK\x03\x04aaaaaaaaaaaaaaaaaaaa.csv", kind: file.KindUnsupported, want: []string{"unpack"}},
		{name: "html", file: "a.csv", data: "<!DOCTYPE html><html><body>Login", kind: file.KindUnsupported, want: []string{"HTML"}},
		{name: "damaged xlsx", file: "a.xlsx", data: "PK\x03\x04 nothing more", kind: file.KindUnreadable, want: []string{"damaged"}},
		{name: "damaged parquet", file: "a.parquet", data: "PAR1 nothing more PAR1", kind: file.KindUnreadable, want: []string{"damaged"}},
		{name: "no text column", file: "encuesta.csv", data: "edad,genero,estrellas\n20,F,3\n", kind: file.KindNoText, want: []string{"encuesta.csv", `"edad", "genero", "estrellas"`, "--map text="}},
		{name: "no header", file: "a.csv", data: "7,2025-01-01,Rico el tacu tacu\n8,2025-01-02,Feo\n", kind: file.KindNoText, want: []string{"3 columns", "--map text=3"}},
		{name: "prose", file: "a.txt", data: "Hola, qué tal.\nTodo bien por acá\n", kind: file.KindNoText, want: []string{"--map text=1"}},
		{name: "unknown field", file: "a.csv", data: "texto\nx\n", opt: file.Options{Map: map[string]string{"sabor": "texto"}}, kind: file.KindMapping, want: []string{`no field "sabor"`, "rating"}},
		{name: "unknown column", file: "a.csv", data: "texto,b\nx,y\n", opt: file.Options{Map: map[string]string{"text": "Comentario"}}, kind: file.KindMapping, want: []string{`no column "Comentario"`, `"texto", "b"`}},
		{name: "column number", file: "a.csv", data: "x,y\nz,w\n", opt: file.Options{Map: map[string]string{"text": "9"}}, kind: file.KindMapping, want: []string{"2 columns"}},
		{name: "rating scale", file: "a.csv", data: "texto\nx\n", opt: file.Options{RatingMax: 7}, kind: file.KindMapping, want: []string{"5, 10, 100"}},
		{name: "json scalar rows", file: "a.jsonl", data: "1\n2\n", kind: file.KindBinary, want: []string{"not JSON that can be read as rows", "line 1"}},
		{name: "json without text", file: "a.jsonl", data: `{"a":1}` + "\n", kind: file.KindNoText, want: []string{`its columns are "a"`}},
		{name: "empty array", file: "a.json", data: "[]", kind: file.KindEmpty},
		{name: "utf-32", file: "a.csv", data: "\xff\xfe\x00\x00t\x00\x00\x00", kind: file.KindUnsupported, want: []string{"UTF-32"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.file)
			if err := os.WriteFile(path, []byte(tt.data), 0o600); err != nil {
				t.Fatal(err)
			}
			check := func(err error) {
				t.Helper()
				var p *file.Problem
				if !errors.As(err, &p) {
					t.Fatalf("got %v, want a problem", err)
				}
				if p.Kind != tt.kind {
					t.Errorf("kind %d, want %d: %v", p.Kind, tt.kind, err)
				}
				for _, w := range append(tt.want, tt.file) {
					if !strings.Contains(err.Error(), w) {
						t.Errorf("message %q lacks %q", err, w)
					}
				}
				if strings.Contains(err.Error(), "\n") {
					t.Errorf("message has several lines: %q", err)
				}
			}
			_, err := file.OpenFile(t.Context(), path, tt.opt)
			check(err)
			_, err = file.Open(t.Context(), tt.file, pipe{bytes.NewReader([]byte(tt.data))}, tt.opt)
			check(err)
		})
	}

	t.Run("missing", func(t *testing.T) {
		_, err := file.OpenFile(t.Context(), "nohay.csv", file.Options{})
		if err == nil || !strings.Contains(err.Error(), "nohay.csv: does not exist") || !errors.Is(err, os.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("directory", func(t *testing.T) {
		dir := t.TempDir()
		_, err := file.OpenFile(t.Context(), dir, file.Options{})
		var p *file.Problem
		if !errors.As(err, &p) || p.Kind != file.KindDirectory || !strings.Contains(err.Error(), dir) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("cut gzip", func(t *testing.T) {
		s, err := file.Open(t.Context(), "a.csv.gz", bytes.NewReader(gz.Bytes()[:gz.Len()/2]), file.Options{})
		n := 0
		if err == nil {
			err = s.Read(t.Context(), func(mention.Raw) error { n++; return nil }, func(mention.Rejection) {})
		}
		var p *file.Problem
		if !errors.As(err, &p) || p.Kind != file.KindUnreadable || !strings.Contains(err.Error(), "too early") {
			t.Errorf("after %d rows: %v", n, err)
		}
	})
}

// TestStdin reads "-".
func TestStdin(t *testing.T) {
	s, err := file.OpenFile(t.Context(), "-", file.Options{Stdin: strings.NewReader("texto;fecha\nRico;2025-01-01\n")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got := read(t, s)
	if len(got.Mentions) != 1 || got.Plan.Channel != "csv:stdin" {
		t.Errorf("got %+v", got)
	}
}

// giant is a table with one line of size bytes in the middle, made on the fly.
type giant struct {
	before, after string
	size, at      int
}

func (g *giant) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		var c int
		switch {
		case g.at < len(g.before):
			c = copy(p[n:], g.before[g.at:])
		case g.at < len(g.before)+g.size:
			c = min(len(p)-n, len(g.before)+g.size-g.at)
			for i := range c {
				p[n+i] = 'x'
			}
		default:
			c = copy(p[n:], g.after[g.at-len(g.before)-g.size:])
			if c == 0 {
				if n == 0 {
					return 0, io.EOF
				}
				return n, nil
			}
		}
		n += c
		g.at += c
	}
	return n, nil
}

// TestGiantLine holds that a line of 100 MB is rejected, that the rows around it
// are read, and that memory does not grow with it.
func TestGiantLine(t *testing.T) {
	tests := []struct {
		name, before, after string
		want                []int // rows
		bad                 int
		size                int
	}{
		{"csv", "texto,fecha\nUno,2025-01-01\n", "\nDos,2025-01-02\n", []int{2, 4}, 3, 100 << 20},
		{"csv quoted", "texto,fecha\nUno,2025-01-01\n\"", "\nDos,2025-01-02\n", []int{2, 4}, 3, 40 << 20},
		{"jsonl", "{\"text\":\"Uno\"}\n{\"text\":\"", "\"}\n{\"text\":\"Dos\"}\n", []int{1, 3}, 2, 100 << 20},
		{"json array", "[{\"text\":\"Uno\"},\n{\"text\":\"", "\"},\n{\"text\":\"Dos\"}]\n", []int{1, 3}, 2, 40 << 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, err := file.Open(t.Context(), "g", &giant{before: tt.before, after: tt.after, size: tt.size}, file.Options{})
			if err != nil {
				t.Fatal(err)
			}
			o := read(t, s)
			runtime.ReadMemStats(&after)
			var rows []int
			for _, m := range o.Mentions {
				rows = append(rows, m.Row)
			}
			if d := cmp.Diff(tt.want, rows); d != "" {
				t.Errorf("rows (-want +got):\n%s", d)
			}
			if len(o.Rejected) != 1 || o.Rejected[0].Row != tt.bad || file.ReasonKind(o.Rejected[0].Reason) != "row too long" && !strings.Contains(o.Rejected[0].Reason, "row too long") {
				t.Errorf("rejected %+v", o.Rejected)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 24<<20 {
				t.Errorf("allocated %d MiB in all for a line of %d MiB", used>>20, tt.size>>20)
			}
		})
	}
}

// TestLongTexts holds the limits on the length of a text.
func TestLongTexts(t *testing.T) {
	body := "texto,fecha\n"
	for _, n := range []int{10_000, 10_240, 64 << 10, 64<<10 + 1, 500_000} {
		body += strings.Repeat("a", n) + ",2025-01-01\n"
	}
	s, err := file.Open(t.Context(), "a.csv", strings.NewReader(body), file.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := read(t, s)
	if len(o.Mentions) != 3 || len(o.Rejected) != 2 || o.Rejected[0].Row != 5 {
		t.Fatalf("%d mentions, rejected %+v", len(o.Mentions), o.Rejected)
	}
	if got := file.ReasonKind(o.Rejected[0].Reason); got != "text too long" {
		t.Errorf("reason %q", got)
	}
}

// TestOpenQuotes holds that quotes left open cost their own row only, however
// many there are.
func TestOpenQuotes(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,texto\n")
	want := 0
	for i := range 20000 {
		switch {
		case i%10 == 3:
			b.WriteString("1,\"abierta y nada más\n")
		case i%10 == 7:
			b.WriteString("1,\"dos\nlíneas\"\n")
			want++
		default:
			b.WriteString("1,bien\n")
			want++
		}
	}
	s, err := file.Open(t.Context(), "a.csv", strings.NewReader(b.String()), file.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := read(t, s)
	if len(o.Mentions) != want || len(o.Rejected) != 2000 {
		t.Errorf("%d mentions (want %d), %d rejected (want 2000)", len(o.Mentions), want, len(o.Rejected))
	}
}
