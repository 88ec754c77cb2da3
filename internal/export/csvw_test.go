package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"antojo/internal/export"
	"antojo/internal/metric"
)

// metadata is what a reader of W3C's vocabulary takes from the notes of a CSV.
type metadata struct {
	Context  []any  `json:"@context"`
	URL      string `json:"url"`
	Title    string `json:"dc:title"`
	Date     string `json:"dc:date"`
	Creator  string `json:"dc:creator"`
	Temporal string `json:"dc:temporal"`
	Rights   string `json:"dc:rights"`
	Dialect  struct {
		Delimiter string `json:"delimiter"`
		Header    bool   `json:"header"`
	} `json:"dialect"`
	Schema struct {
		Columns []struct {
			Titles      string `json:"titles"`
			Datatype    any    `json:"datatype"`
			Description string `json:"dc:description"`
		} `json:"columns"`
	} `json:"tableSchema"`
	Notes []export.Notes `json:"notes"`
}

// checkMetadata compares the notes of a CSV with its header and with what was asked.
func checkMetadata(t *testing.T, raw []byte, header []string, delimiter, query string) metadata {
	t.Helper()
	var m metadata
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%v: %.300s", err, raw)
	}
	var titles []string
	for _, c := range m.Schema.Columns {
		titles = append(titles, c.Titles)
	}
	if d := cmp.Diff(header, titles); d != "" {
		t.Errorf("the columns of the notes are not those of the header (-header +notes):\n%s", d)
	}
	if len(m.Context) != 2 || m.Context[0] != "http://www.w3.org/ns/csvw" || m.Dialect.Delimiter != delimiter || !m.Dialect.Header {
		t.Errorf("context %v, dialect %+v", m.Context, m.Dialect)
	}
	if m.Title == "" || m.Date != "2026-11-22T12:00:00Z" || m.Creator != "antojo test" || m.Rights == "" || !regexp.MustCompile(`^\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d$`).MatchString(m.Temporal) {
		t.Errorf("title %q, date %q, creator %q, days %q, rights %q", m.Title, m.Date, m.Creator, m.Temporal, m.Rights)
	}
	if len(m.Notes) != 1 || m.Notes[0].Query != query || len(m.Notes[0].Models) == 0 || len(m.Notes[0].Remarks) < 4 {
		t.Errorf("notes %+v, want those of %q", m.Notes, query)
	}
	return m
}

// TestNotesOfCSV follows the header of a download to its notes, as a program does.
func TestNotesOfCSV(t *testing.T) {
	src, _ := source(t)
	srv := httptest.NewServer(export.NewHandler(src, discard))
	defer srv.Close()
	get := func(path string) (*http.Response, []byte) {
		t.Helper()
		res, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %d, %v, %.300s", path, res.StatusCode, err, b)
		}
		return res, b
	}
	link := regexp.MustCompile(`^<([^>]*)>; rel="describedby"; type="application/csvm\+json"$`)
	for _, x := range []struct{ path, delimiter, query string }{
		{"/export/mentions?entity=ceviche&limit=5&lang=en", ",", "entity=ceviche&limit=5"},
		{"/export/mentions?entity=ceviche&format=csv-es", ";", "entity=ceviche"},
		{"/export/query?measures=net_sentiment&by=entity&format=csv", ",", "by=entity&measures=net_sentiment"},
		{"/export/trends?window=90d&format=csv", ",", "window=90d"},
	} {
		t.Run(x.path, func(t *testing.T) {
			res, b := get(x.path)
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\uFEFF")))
			r.Comma = rune(x.delimiter[0])
			rows, err := r.ReadAll() // strict: a line of notes would not have as many fields
			if err != nil || len(rows) < 2 {
				t.Fatalf("%d rows, %v", len(rows), err)
			}
			found := link.FindStringSubmatch(res.Header.Get("Link"))
			if found == nil {
				t.Fatalf("the header Link is %q", res.Header.Get("Link"))
			}
			about, raw := get(found[1])
			if kind := about.Header.Get("Content-Type"); kind != "application/csvm+json" {
				t.Errorf("the notes are of type %q", kind)
			}
			m := checkMetadata(t, raw, rows[0], x.delimiter, x.query)
			if _, again := get(m.URL); !bytes.Equal(again, b) {
				t.Errorf("the address in the notes, %s, gives another file", m.URL)
			}
		})
	}
}

// TestZIP: one file that holds the CSV, byte for byte that of csv, and its notes.
func TestZIP(t *testing.T) {
	src, _ := source(t)
	for lang, text := range map[string]string{"es": "LEEME.txt", "en": "README.txt"} {
		tab, err := src.Mentions(t.Context(), metric.Filter{Entities: []string{"ceviche"}}, 0, lang)
		if err != nil {
			t.Fatal(err)
		}
		b := write(t, tab, export.ZIP, false)
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(err)
		}
		files := map[string][]byte{}
		for _, f := range z.File {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			if files[f.Name], err = io.ReadAll(r); err != nil {
				t.Fatal(err)
			}
		}
		table := files["antojo-menciones.csv"]
		if d := cmp.Diff(string(write(t, tab, export.CSV, false)), string(table)); d != "" {
			t.Errorf("the CSV in the ZIP is another one:\n%.500s", d)
		}
		rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if m := checkMetadata(t, files["antojo-menciones.csv"+export.MetadataSuffix], rows[0], ",", "entity=ceviche"); m.URL != "antojo-menciones.csv" {
			t.Errorf("the notes are of %q", m.URL)
		}
		for _, want := range []string{"entity=ceviche", "antojo test", "2026-11-22T12:00:00Z"} {
			if !strings.Contains(string(files[text]), want) {
				t.Errorf("%s lacks %q: %.300s", text, want, files[text])
			}
		}
		if len(files) != 3 {
			t.Errorf("the ZIP holds %d files", len(files))
		}
	}
}
