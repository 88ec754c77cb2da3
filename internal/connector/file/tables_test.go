package file_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"antojo/internal/connector"
	"antojo/internal/connector/connectortest"
	"antojo/internal/connector/file"
	"antojo/internal/mention"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
)

// book writes an XLSX file with another implementation than the one under test.
func book(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(t *testing.T, f *excelize.File, sheet string, rows map[string][]any) {
	t.Helper()
	for at, row := range rows {
		if err := f.SetSheetRow(sheet, at, &row); err != nil {
			t.Fatal(err)
		}
	}
}

func reviewsBook(t *testing.T) []byte {
	return book(t, func(f *excelize.File) {
		day := time.Date(2025, 3, 14, 0, 0, 0, 0, time.UTC)
		set(t, f, "Sheet1", map[string][]any{"A1": {"Nada que ver aquí"}, "A2": {"otra hoja", 3}})
		if _, err := f.NewSheet("Reseñas"); err != nil {
			t.Fatal(err)
		}
		set(t, f, "Reseñas", map[string][]any{
			"A1":  {"Informe de marzo"},
			"B3":  {"Fecha", "Comentario", "Estrellas", "Departamento", "Código"},
			"B4":  {day, "Ceviche de diez", 5, "Lima", 1001},
			"B5":  {day.Add(90 * time.Minute), "Línea uno\nlínea dos", 4.5, 15, "x"},
			"B6":  {nil, nil, 3},
			"B8":  {"14/03/2025", "Fecha escrita", "4,5", "Cusco"},
			"B9":  {45730, "Serie de Excel", 11},
			"C10": {true},
		})
		if err := f.SetCellRichText("Reseñas", "C11", []excelize.RichTextRun{{Text: "Muy "}, {Text: "rico", Font: &excelize.Font{Bold: true}}}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestXLSX(t *testing.T) {
	data := reviewsBook(t)
	open := func(t *testing.T, opt file.Options) *file.Source {
		t.Helper()
		opt.Now = now
		s, err := file.Open(t.Context(), "marzo.xlsx", bytes.NewReader(data), opt)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	got := read(t, open(t, file.Options{}))
	if p := got.Plan; p.Format != "xlsx" || p.Sheet != "Reseñas" || p.Channel != "xlsx:marzo.xlsx" || p.Source != mention.Review {
		t.Errorf("plan %+v", p)
	}
	at := func(h, m int) string {
		return time.Date(2025, 3, 14, h, m, 0, 0, mention.Lima).Format(time.RFC3339)
	}
	want := []row{
		{Row: 4, Text: "Ceviche de diez", Time: at(0, 0), External: "1001", Rating: 5, Department: 15},
		{Row: 5, Text: "Línea uno\nlínea dos", Time: at(1, 30), External: "x", Rating: 4.5, Department: 15},
		{Row: 8, Text: "Fecha escrita", Time: at(0, 0), Rating: 4.5, Department: 8},
		{Row: 10, Text: "true"},
		{Row: 11, Text: "Muy rico"},
	}
	for i := range want {
		want[i].Source, want[i].Channel = mention.Review, "xlsx:marzo.xlsx"
	}
	if d := cmp.Diff(want, got.Mentions); d != "" {
		t.Errorf("mentions (-want +got):\n%s", d)
	}
	wantBad := []mention.Rejection{{File: "marzo.xlsx", Row: 6, Reason: "empty text"}, {File: "marzo.xlsx", Row: 9, Reason: `rating outside the scale: "11" is not in 1–5`}}
	if d := cmp.Diff(wantBad, got.Rejected); d != "" {
		t.Errorf("rejected (-want +got):\n%s", d)
	}

	t.Run("sheet by name", func(t *testing.T) {
		_, err := file.Open(t.Context(), "marzo.xlsx", bytes.NewReader(data), file.Options{Sheet: "Abril"})
		if err == nil || !strings.Contains(err.Error(), "Sheet1, Reseñas") {
			t.Errorf("got %v", err)
		}
		_, err = file.Open(t.Context(), "marzo.xlsx", bytes.NewReader(data), file.Options{Sheet: "Sheet1"})
		var p *file.Problem
		if !errors.As(err, &p) || p.Kind != file.KindNoText {
			t.Errorf("got %v", err)
		}
	})
	t.Run("from a pipe", func(t *testing.T) {
		s, err := file.Open(t.Context(), "marzo.xlsx", pipe{bytes.NewReader(data)}, file.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if d := cmp.Diff(want, read(t, s).Mentions); d != "" {
			t.Errorf("mentions (-want +got):\n%s", d)
		}
		_, err = file.Open(t.Context(), "marzo.xlsx", pipe{bytes.NewReader(data)}, file.Options{MaxMemory: 1000})
		var p *file.Problem
		if !errors.As(err, &p) || p.Kind != file.KindTooLarge {
			t.Errorf("got %v", err)
		}
	})
	t.Run("conformance", func(t *testing.T) {
		connectortest.Run(t, func(t *testing.T) connector.Connector { return open(t, file.Options{}) })
	})
	t.Run("cut short", func(t *testing.T) {
		_, err := file.Open(t.Context(), "marzo.xlsx", bytes.NewReader(data[:len(data)/2]), file.Options{})
		var p *file.Problem
		if !errors.As(err, &p) || p.Kind != file.KindUnreadable {
			t.Errorf("got %v", err)
		}
	})
	t.Run("without header", func(t *testing.T) {
		b := book(t, func(f *excelize.File) {
			set(t, f, "Sheet1", map[string][]any{"A1": {"Bueno el seco", 4}, "A2": {"Malo el seco", 2}})
		})
		s, err := file.Open(t.Context(), "a.xlsx", bytes.NewReader(b), file.Options{Map: map[string]string{"text": "1", "rating": "2"}})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if got := read(t, s); len(got.Mentions) != 2 || got.Mentions[0].Rating != 4 {
			t.Errorf("got %+v", got.Mentions)
		}
	})
}

// parquetRow covers the types that writers use for the fields.
type parquetRow struct {
	ID     int64     `parquet:"id"`
	Texto  *string   `parquet:"texto,optional,zstd"`
	Fecha  time.Time `parquet:"fecha,timestamp(microsecond)"`
	Stars  float64   `parquet:"stars,snappy"`
	Region int32     `parquet:"region,dict"`
	Tags   []string  `parquet:"tags,list"`
	User   struct {
		Name string `parquet:"name,dict"`
	} `parquet:"user"`
}

func TestParquet(t *testing.T) {
	text := []string{"Causa de atún", "", "Ají de gallina"}
	var rows []parquetRow
	for i := range text {
		r := parquetRow{ID: int64(i + 1), Fecha: time.Date(2025, 5, 1+i, 15, 0, 0, 0, time.UTC), Stars: float64(i) + 2.5, Region: 15, Tags: []string{"a", "b"}}
		if text[i] != "" {
			r.Texto = &text[i]
		}
		r.User.Name = "autor"
		rows = append(rows, r)
	}
	var b bytes.Buffer
	w := parquet.NewGenericWriter[parquetRow](&b)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	open := func(t *testing.T) *file.Source {
		s, err := file.Open(t.Context(), "x.parquet", bytes.NewReader(b.Bytes()), file.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open(t)
	defer s.Close()
	got := read(t, s)
	want := []row{
		{Row: 1, Text: "Causa de atún", Time: "2025-05-01T10:00:00-05:00", External: "1", Author: "autor", Rating: 2.5, Department: 15},
		{Row: 3, Text: "Ají de gallina", Time: "2025-05-03T10:00:00-05:00", External: "3", Author: "autor", Rating: 4.5, Department: 15},
	}
	for i := range want {
		want[i].Source, want[i].Channel = mention.Review, "parquet:x.parquet"
	}
	if d := cmp.Diff(want, got.Mentions); d != "" {
		t.Errorf("mentions (-want +got):\n%s\nplan %+v", d, got.Plan.Columns)
	}
	if d := cmp.Diff([]mention.Rejection{{File: "x.parquet", Row: 2, Reason: "empty text"}}, got.Rejected); d != "" {
		t.Errorf("rejected (-want +got):\n%s", d)
	}
	connectortest.Run(t, func(t *testing.T) connector.Connector { return open(t) })

	t.Run("damaged anywhere", func(t *testing.T) {
		// A flipped byte may go unseen, but it must never end in a panic.
		for i := 4; i < b.Len(); i += 19 {
			d := bytes.Clone(b.Bytes())
			d[i] ^= 0xff
			s, err := file.Open(t.Context(), "x.parquet", bytes.NewReader(d), file.Options{})
			if err != nil {
				continue
			}
			s.Read(t.Context(), func(mention.Raw) error { return nil }, func(mention.Rejection) {})
			s.Close()
		}
	})
}
