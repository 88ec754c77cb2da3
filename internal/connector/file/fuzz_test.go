package file

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"antojo/internal/mention"
)

// checkFile reads any bytes as a file and holds what every file must keep: no
// panic, a Problem or rows that make sense, rows in order, every row once.
func checkFile(t *testing.T, name string, data []byte) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) }
	s, err := Open(context.Background(), name, bytes.NewReader(data), Options{Now: now, MaxRow: 4096, MaxText: 1024, MaxMemory: 1 << 20})
	var p *Problem
	if err != nil {
		if !errors.As(err, &p) || p.What == "" || !strings.Contains(err.Error(), name) {
			t.Fatalf("error %v is no problem that names the file", err)
		}
		return
	}
	defer s.Close()
	last := 0
	order := func(row int) {
		if row < last || row < 1 {
			t.Fatalf("row %d after row %d", row, last)
		}
		last = row
	}
	err = s.Read(context.Background(), func(r mention.Raw) error {
		order(r.Row)
		if r.Text == "" || len(r.Text) > 3*1024 || strings.ContainsRune(r.Text, 0) || r.Rating != 0 && !(r.Rating >= 1 && r.Rating <= 5) || r.Department > mention.NumDepartments {
			t.Fatalf("row %+v", r)
		}
		for _, v := range []string{r.Text, r.Author, r.Place, r.District, r.External, r.Channel, r.Lang} {
			if !utf8.ValidString(v) {
				t.Fatalf("invalid UTF-8 in %+v", r)
			}
		}
		if !r.Time.IsZero() && (r.Time.Before(oldest) || r.Time.After(now().Add(25*time.Hour))) {
			t.Fatalf("time %v", r.Time)
		}
		return nil
	}, func(r mention.Rejection) {
		order(r.Row)
		if r.Reason == "" || !utf8.ValidString(r.Reason) || len(r.Reason) > 400 {
			t.Fatalf("reason %q", r.Reason)
		}
	})
	if err != nil && !errors.As(err, &p) {
		t.Fatalf("error %v is no problem", err)
	}
}

func seeds(f *testing.F, prefix string) {
	files, err := filepath.Glob("testcases/" + prefix + "*/*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds for %s (%v)", prefix, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "want.json") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

func FuzzCSV(f *testing.F) {
	seeds(f, "csv")
	f.Add([]byte("texto\n\"\"\"\"\n\"a\nb\"\"\nc\"d\n"))
	f.Fuzz(func(t *testing.T, data []byte) { checkFile(t, "a.csv", data) })
}

func FuzzJSON(f *testing.F) {
	seeds(f, "json")
	f.Fuzz(func(t *testing.T, data []byte) { checkFile(t, "a.json", data) })
}

// FuzzJSONScanner compares the scanner with encoding/json.
func FuzzJSONScanner(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":"\u00e1\ud83d\ude00\ud800x","b":{"c":1.5e3,"d":[1,{"e":null}]},"f":true}`, `{"a":01}`, `{"a":"` + "\t" + `"}`, `{"a":1,}`, `{"a" 1}`, `[1]`, `{"a":"\x"}`, `{"a":-}`, `{"a":1}x`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) {
			return
		}
		got := map[string]string{}
		var s jsonScanner
		err := s.object(data, func(name string, c cell) {
			if c.kind == cText {
				got[name] = c.s
			} else {
				delete(got, name)
			}
		})
		var want map[string]any
		ref := json.Unmarshal(data, &want)
		if trimmed := bytes.TrimLeft(data, " \t\r\n"); ref == nil && !bytes.HasPrefix(trimmed, []byte{'{'}) {
			ref = errors.New("no object")
		}
		var number *json.UnmarshalTypeError // a number beyond float64 is text to us
		if errors.As(ref, &number) {
			return
		}
		if err != nil && strings.Contains(err.Error(), "nested too deep") {
			return
		}
		if (err == nil) != (ref == nil) {
			t.Fatalf("%q: scanner says %v, encoding/json says %v", data, err, ref)
		}
		for name, v := range want {
			if v, ok := v.(string); ok && !strings.Contains(string(data), ".") && got[name] != v {
				t.Fatalf("%q: %q is %q, want %q", data, name, got[name], v)
			}
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"2018-04", "2018-04-21", "2018-04-21T15:04:05.123-05:00", "21/04/18 3:04 p. m.", "21 de abril de 2018", "abr-18", "Mon Apr 21 15:04:05 +0000 2025", "1746100000", "45730.5", "20250131", "Apr 21, 2018 3:04 PM", "31/12/2025", "0/0/0"} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, monthFirst bool) {
		at, err := parseTime(s, monthFirst)
		if err != nil {
			return
		}
		if at.IsZero() && s != "0001-01-01" {
			t.Fatalf("%q is the zero time without an error", s)
		}
		// A date that was understood is found again in its ISO form.
		if y := at.Year(); y >= 1000 && y <= 9999 {
			iso := at.Format("2006-01-02T15:04:05.999999999Z07:00")
			again, err := parseTime(iso, monthFirst)
			if err != nil || !again.Equal(at) {
				t.Fatalf("%q -> %s -> %v, %v", s, iso, again, err)
			}
		}
	})
}

func FuzzRating(f *testing.F) {
	for _, s := range []string{"4.5", "4,5", "5 estrellas", "★★★★☆", "4/5", "8 de 10", "80 %", "FIVE", "-1", "", "1e9", "4.5.5"} {
		f.Add(s, 5)
		f.Add(s, 10)
	}
	f.Fuzz(func(t *testing.T, s string, max int) {
		if max != 10 && max != 100 {
			max = 5
		}
		v, bad := ratingOf(&cell{kind: cText, s: s}, max)
		if bad != "" {
			if v != 0 {
				t.Fatalf("%q: %v and %q", s, v, bad)
			}
			return
		}
		if v != 0 && !(v >= 1 && v <= 5) {
			t.Fatalf("%q is rating %v", s, v)
		}
	})
}

func FuzzEncoding(f *testing.F) {
	f.Add([]byte("Qué rico\n"))
	f.Add([]byte("Qu\xe9 rico\nA\xc3\xb1o"))
	f.Add([]byte("\xff\xfea\x00b\x00"))
	f.Add([]byte("\x00a\x00b\x00c\x00d"))
	f.Fuzz(func(t *testing.T, data []byte) {
		e := sniffEncoding(data)
		dec := e.decodeSample(data)
		if e.wide() {
			if !utf8.Valid(dec) {
				t.Fatalf("%s of %q is not UTF-8", e, data)
			}
			return
		}
		out, _, bad := e.fixLine(nil, dec)
		if bad == "" && !utf8.Valid(out) {
			t.Fatalf("%q -> %q is not UTF-8", dec, out)
		}
		if utf8.Valid(dec) && bad == "" && !bytes.Equal(out, dec) {
			t.Fatalf("valid UTF-8 %q became %q", dec, out)
		}
	})
}

func FuzzMarkup(f *testing.F) {
	for _, s := range []string{"<b>a</b>&amp;", "a < b <3", "<script>x</script>y", "&lt;br&gt;", "<p", "<!-- a", "<br/>\r\n\x01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, changed := cleanText(s)
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("%q -> %q", s, got)
		}
		if !changed && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f || r == utf8.RuneError }) && got != s {
			t.Fatalf("%q became %q without markup", s, got)
		}
	})
}

func FuzzXLSXCells(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>texto</t></is></c></row></sheetData></worksheet>`))
	f.Add([]byte(`<x:row><x:c t="s"><x:v>0</x:v></x:c><c s="1"><v>45730.25</v></c></x:row>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		wb := &workbook{shared: []string{"uno"}, dates: []bool{false, true}, epoch: oldest}
		r := &xlsxRows{wb: wb, x: newXMLReader(bytes.NewReader(data), 4096)}
		var rec record
		for range 1000 {
			rec = record{cells: rec.cells[:0]}
			if r.next(&rec) != nil {
				return
			}
			if len(rec.cells) > maxSheetColumns {
				t.Fatal(fmt.Sprint("cells beyond the sheet: ", len(rec.cells)))
			}
		}
	})
}
