package export_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"antojo/assets"
	"antojo/internal/export"
	"antojo/internal/mention"
	"antojo/internal/metric"
	"antojo/internal/panel/locale"
	"antojo/internal/store/duckdb"
	"antojo/internal/store/storetest"
	"antojo/internal/trend"
)

const loaded = 3000

type names struct{}

func (names) EntityName(id string) (string, string, bool) { return "Name of " + id, "dish", true }

// source is a real store with generated mentions, a few of them with hostile texts.
func source(t testing.TB) (*export.Source, *duckdb.Store) {
	t.Helper()
	ctx := context.Background()
	st, err := duckdb.Open(ctx, duckdb.Options{Path: filepath.Join(t.TempDir(), "s.duckdb"), MemoryLimit: "256MB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	ms := storetest.NewGenerator(7).Many(loaded)
	for i, text := range hostile {
		ms[i].Text = text
	}
	if _, err := st.Load(ctx, mention.Batch{Mentions: ms}); err != nil {
		t.Fatal(err)
	}
	cat, err := locale.Load(assets.Web, "web/locales")
	if err != nil {
		t.Fatal(err)
	}
	return &export.Source{Data: st, Catalog: cat, Program: "antojo test", Name: names{}.EntityName,
		Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) },
		Rank: func(ctx context.Context, f metric.Filter) (trend.Report, error) {
			return trend.Rank(ctx, st, names{}, trend.Options{Filter: f, To: f.To, Days: int(f.To-f.From) + 1})
		}}, st
}

var hostile = []string{"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", " =1+1", "＝1+1", "dijo \"rico\"; caro, malo\nsegunda línea", "%0A=1", "emoji 🐟 y ñ"}

func write(t testing.TB, tab *export.Table, f export.Format, notes bool) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := export.Write(&b, tab, export.Options{Format: f, Notes: notes})
	if err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatal("no rows")
	}
	return b.Bytes()
}

// TestMentions holds each format to what the pages of the store give.
func TestMentions(t *testing.T) {
	src, st := source(t)
	ctx := context.Background()
	f, err := metric.ParseFilter(url.Values{"all": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	var want []string // id and text
	if err := st.EachMention(ctx, f, func(m *mention.Annotated) error {
		want = append(want, m.ID.String()+"|"+m.Text)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(want) != loaded {
		t.Fatalf("%d mentions, loaded %d", len(want), loaded)
	}
	tab, err := src.Mentions(ctx, f, 0, "es")
	if err != nil {
		t.Fatal(err)
	}
	read := map[export.Format]func([]byte) [][]string{
		export.CSV:   func(b []byte) [][]string { return readCSV(t, b, ',') },
		export.CSVES: func(b []byte) [][]string { return readCSV(t, bytes.TrimPrefix(b, []byte("\uFEFF")), ';') },
		export.JSON: func(b []byte) [][]string {
			var x struct {
				Notes export.Notes
				Rows  []map[string]any
			}
			if err := json.Unmarshal(b, &x); err != nil {
				t.Fatal(err)
			}
			if x.Notes.Query != "all=1" || len(x.Notes.Models) == 0 || len(x.Notes.Remarks) < 4 || x.Notes.Made.IsZero() || x.Notes.From == "" {
				t.Errorf("notes %+v", x.Notes)
			}
			return rowsOf(tab, x.Rows)
		},
		export.NDJSON: func(b []byte) [][]string {
			var rows []map[string]any
			for d := json.NewDecoder(bytes.NewReader(b)); ; {
				var m map[string]any
				if err := d.Decode(&m); err == io.EOF {
					return rowsOf(tab, rows)
				} else if err != nil {
					t.Fatal(err)
				}
				rows = append(rows, m)
			}
		},
		export.ZIP: func(b []byte) [][]string {
			z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			file, err := z.Open("antojo-menciones.csv")
			if err != nil {
				t.Fatal(err)
			}
			table, err := io.ReadAll(file)
			if err != nil {
				t.Fatal(err)
			}
			return readCSV(t, table, ',')
		},
		export.XLSX: func(b []byte) [][]string { return readXLSX(t, b) },
		export.Parquet: func(b []byte) [][]string {
			file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
			if err != nil {
				t.Fatal(err)
			}
			if notes, ok := file.Lookup("antojo"); !ok || !strings.Contains(notes, `"query":"all=1"`) {
				t.Errorf("notes %q", notes)
			}
			r := parquet.NewReader(file)
			var out [][]string
			var head []string
			for _, c := range file.Schema().Columns() {
				head = append(head, c[0])
			}
			out = append(out, head)
			buf := make([]parquet.Row, 100)
			for {
				n, err := r.ReadRows(buf)
				for _, row := range buf[:n] {
					rec := make([]string, len(head))
					for i, v := range row {
						if !v.IsNull() {
							rec[i] = v.String()
						}
					}
					out = append(out, rec)
				}
				if err == io.EOF {
					return out
				} else if err != nil {
					t.Fatal(err)
				}
			}
		},
	}
	for _, format := range export.Formats {
		t.Run(string(format), func(t *testing.T) {
			rows := read[format](write(t, tab, format, false))
			at := map[string]int{}
			for i, k := range rows[0] {
				at[k] = i
			}
			for i, c := range tab.Columns {
				if at[c.Key] != i {
					t.Fatalf("column %s is at %d, want %d", c.Key, at[c.Key], i)
				}
			}
			var got []string
			for _, r := range rows[1:] {
				text := r[at["text"]]
				if format == export.CSV || format == export.CSVES || format == export.ZIP {
					if export.Disarm(text) != text {
						t.Errorf("a spreadsheet would run %q", text)
					}
					if s := strings.TrimPrefix(text, "'"); export.Disarm(s) == text {
						text = s
					}
				}
				got = append(got, r[at["id"]]+"|"+text)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("rows differ (-want +got):\n%.2000s", d)
			}
		})
	}
}

func readCSV(t testing.TB, b []byte, sep rune) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma, r.Comment = sep, '#'
	out, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func readXLSX(t testing.TB, b []byte) [][]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	notes, err := f.GetRows("Notas")
	if err != nil || len(notes) < 8 {
		t.Fatalf("sheet of notes: %v %v", notes, err)
	}
	if notes[1][0] != "Consulta" || notes[5][1] == "" {
		t.Errorf("notes %q", notes[:6])
	}
	rows, err := f.GetRows("Datos")
	if err != nil {
		t.Fatal(err)
	}
	if typ, err := f.GetCellType("Datos", "B2"); err != nil || typ == excelize.CellTypeInlineString {
		t.Errorf("ts is of type %v, %v: want a number with a format", typ, err)
	}
	return rows
}

func rowsOf(tab *export.Table, rows []map[string]any) [][]string {
	var head []string
	for _, c := range tab.Columns {
		head = append(head, c.Key)
	}
	out := [][]string{head}
	for _, m := range rows {
		var rec []string
		for _, k := range head {
			s := ""
			if v, ok := m[k]; !ok {
				s = "missing"
			} else if v != nil {
				s = fmt.Sprint(v)
			}
			rec = append(rec, s)
		}
		out = append(out, rec)
	}
	return out
}

func TestEachMentionAsPages(t *testing.T) {
	src, st := source(t)
	for _, q := range []string{"", "entity=ceviche", "department=15&sentiment=neg", "q=rico", "from=2025-09-01&to=2025-10-15", "window=28d&kind=dish", "campaign=exclude"} {
		v, _ := url.ParseQuery(q)
		f, err := metric.ParseFilter(v)
		if err != nil {
			t.Fatal(err)
		}
		res, err := st.Query(t.Context(), metric.Query{Filter: f, Measures: []string{"mentions"}})
		if err != nil {
			t.Fatal(err)
		}
		tab, err := src.Mentions(t.Context(), f, 0, "en")
		if err != nil {
			t.Fatal(err)
		}
		n, err := export.Write(io.Discard, tab, export.Options{})
		if err != nil || n != res.Total || n == 0 {
			t.Errorf("%s: %d rows, %v; the metrics layer counts %d", q, n, err, res.Total)
		}
	}
}

// TestQuery checks figures against the metrics layer, in both dialects of CSV.
func TestQuery(t *testing.T) {
	src, st := source(t)
	q, err := metric.ParseQuery(url.Values{"measures": {"mentions,sov,net_sentiment"}, "by": {"week,entity"}, "kind": {"dish"}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := st.Query(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	tab, err := src.Query(t.Context(), q, "en")
	if err != nil {
		t.Fatal(err)
	}
	plain := readCSV(t, write(t, tab, export.CSV, true), ',')
	spanish := readCSV(t, bytes.TrimPrefix(write(t, tab, export.CSVES, true), []byte("\uFEFF")), ';')
	if len(plain) != len(res.Rows)+1 || len(spanish) != len(plain) {
		t.Fatalf("%d and %d rows, want %d", len(plain)-1, len(spanish)-1, len(res.Rows))
	}
	for i, r := range res.Rows {
		got := plain[i+1]
		v := r.Values[2]
		if got[0] != r.Keys[0] || got[1] != r.Keys[1] || got[2] != "Name of "+r.Keys[1] || got[3] != fmt.Sprint(r.Values[0].N) || got[14] != fmt.Sprint(v.N) {
			t.Fatalf("row %d: %q, want %v", i, got, r)
		}
		var x float64
		if v.Defined {
			if _, err := fmt.Sscan(got[11], &x); err != nil || x < v.Value-1e-6 || x > v.Value+1e-6 {
				t.Errorf("row %d: net sentiment %q, want %v", i, got[11], v.Value)
			}
		} else if got[11] != "" {
			t.Errorf("row %d: %q where there is no figure", i, got[11])
		}
		if want := strings.ReplaceAll(got[7], ".", ","); spanish[i+1][7] != want {
			t.Errorf("row %d: %q in Spanish, want %q", i, spanish[i+1][7], want)
		}
	}
	head, _, _ := strings.Cut(string(write(t, tab, export.CSV, true)), "\r\nweek,")
	if !strings.Contains(head, "# Query: by=week%2Centity&kind=dish&measures=") || !strings.Contains(head, "# Model: ") {
		t.Errorf("notes before the header:\n%s", head)
	}
}

func TestDownloads(t *testing.T) {
	src, _ := source(t)
	srv := httptest.NewServer(export.NewHandler(src, discard))
	defer srv.Close()
	for _, x := range []struct {
		path   string
		status int
		has    string
	}{
		{"/export/mentions?entity=ceviche&limit=5", 200, "ceviche"},
		{"/export/mentions?entity=&q=+&sentiment=pos&format=csv-es&lang=es", 200, "sentiment;p_neg"},
		{"/export/trends?window=90d&format=json&lang=en", 200, `"verdict":`},
		{"/export/trends?window=90d&format=xlsx", 200, "PK"},
		{"/export/query?measures=mentions&by=entity&format=ndjson", 200, `{"entity":"`},
		{"/export/query?measures=soup", 400, "query.measures"},
		{"/export/query?measures=mentions&soup=1", 400, "soup"},
		{"/export/mentions?limit=-1", 400, "limit"},
		{"/export/mentions?format=doc", 400, "want one of csv"},
		{"/export/mentions?from=ayer", 400, "query.from"},
		{"/export/trends?window=20y", 400, "366"},
		{"/export/soup", 404, "/export/mentions"},
	} {
		res, err := http.Get(srv.URL + x.path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || res.StatusCode != x.status || !strings.Contains(string(b), x.has) {
			t.Errorf("%s: %d, %v, %.300q; want %d with %q", x.path, res.StatusCode, err, b, x.status, x.has)
		}
		if x.status == 200 && !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment; filename=\"antojo-") {
			t.Errorf("%s: %q", x.path, res.Header.Get("Content-Disposition"))
		}
	}
	res, err := http.Post(srv.URL+"/export/mentions", "text/plain", nil)
	if err != nil || res.StatusCode != 405 {
		t.Errorf("POST: %v %v", res, err)
	}
}

// TestBroken: an error in the middle is an error of the whole, not a shorter file.
func TestBroken(t *testing.T) {
	src, _ := source(t)
	tab, err := src.Mentions(t.Context(), metric.Filter{}, 0, "en")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range export.Formats {
		if _, err := export.Write(&full{left: 100}, tab, export.Options{Format: f}); err == nil {
			t.Errorf("%s: no error though the disk is full", f)
		}
	}
}

type full struct{ left int }

func (f *full) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(b), nil
}

func FuzzCSV(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "b")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?")
		tab := &export.Table{Columns: []export.Column{{Key: "id", Kind: export.Int}, {Key: "a"}, {Key: "b"}}, Rows: func(yield func([]export.Cell) error) error {
			return yield([]export.Cell{{I: 1, Set: true}, {S: a, Set: true}, {S: b, Set: true}})
		}}
		for format, sep := range map[export.Format]rune{export.CSV: ',', export.CSVES: ';'} {
			var out bytes.Buffer
			if _, err := export.Write(&out, tab, export.Options{Format: format}); err != nil {
				t.Fatal(err)
			}
			rows := readCSV(t, bytes.TrimPrefix(out.Bytes(), []byte("\uFEFF")), sep)
			if len(rows) != 2 {
				t.Fatalf("%d rows: %q", len(rows), out.String())
			}
			for i, want := range []string{a, b} { // the reader takes CRLF for LF
				if got := rows[1][i+1]; got != strings.ReplaceAll(export.Disarm(want), "\r\n", "\n") || export.Disarm(got) != got {
					t.Errorf("%s: %q became %q", format, want, got)
				}
			}
		}
	})
}
