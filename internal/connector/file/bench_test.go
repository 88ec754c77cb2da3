package file_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"antojo/internal/connector/file"
	"antojo/internal/mention"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
)

const benchRows = 50_000

func benchRead(b *testing.B, name string, data []byte) {
	b.Helper()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := file.Open(b.Context(), name, bytes.NewReader(data), file.Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		if err := s.Read(b.Context(), func(mention.Raw) error { n++; return nil }, func(r mention.Rejection) { b.Fatal(r) }); err != nil {
			b.Fatal(err)
		}
		s.Close()
		if n != benchRows {
			b.Fatalf("%d rows", n)
		}
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRead(b *testing.B) {
	var csv, jsonl strings.Builder
	csv.WriteString("id,fecha,estrellas,local,departamento,comentario\n")
	for i := range benchRows {
		fmt.Fprintf(&csv, "r%d,2025-03-%02d,%d,Picantería Don Goyo,Lima,\"Pedí rocoto relleno y llegó frío, aunque la sazón estuvo buena %d\"\n", i, i%28+1, i%5+1, i)
		fmt.Fprintf(&jsonl, "{\"id\":\"r%d\",\"ts\":\"2025-03-%02d\",\"stars\":%d,\"place\":\"Picantería Don Goyo\",\"department\":\"Lima\",\"text\":\"Pedí rocoto relleno y llegó frío, aunque la sazón estuvo buena %d\"}\n", i, i%28+1, i%5+1, i)
	}
	b.Run("csv", func(b *testing.B) { benchRead(b, "a.csv", []byte(csv.String())) })
	b.Run("jsonl", func(b *testing.B) { benchRead(b, "a.jsonl", []byte(jsonl.String())) })
	b.Run("xlsx", func(b *testing.B) {
		f := excelize.NewFile()
		defer f.Close()
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		w.SetRow("A1", []any{"id", "fecha", "estrellas", "comentario"})
		for i := range benchRows {
			w.SetRow(fmt.Sprintf("A%d", i+2), []any{i, "2025-03-01", i%5 + 1, "Pedí rocoto relleno y llegó frío, aunque la sazón estuvo buena"})
		}
		var buf bytes.Buffer
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Write(&buf); err != nil {
			b.Fatal(err)
		}
		benchRead(b, "a.xlsx", buf.Bytes())
	})
	b.Run("parquet", func(b *testing.B) {
		type row struct {
			ID    int64  `parquet:"id"`
			Date  string `parquet:"date,dict"`
			Stars int32  `parquet:"stars"`
			Text  string `parquet:"text,zstd"`
		}
		var rows []row
		for i := range benchRows {
			rows = append(rows, row{int64(i), "2025-03-01", int32(i%5 + 1), "Pedí rocoto relleno y llegó frío, aunque la sazón estuvo buena"})
		}
		var buf bytes.Buffer
		if err := parquet.Write(&buf, rows); err != nil {
			b.Fatal(err)
		}
		benchRead(b, "a.parquet", buf.Bytes())
	})
}
