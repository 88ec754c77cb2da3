package export

import (
	"encoding/json"
	"io"
	"reflect"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroup is how many rows are held before they are written.
const rowGroup = 20_000

// parquetWriter writes typed columns, each optional, in the order of the table. The
// notes are the file's metadata "antojo" (JSON).
type parquetWriter struct {
	w    io.Writer
	cols []Column
	out  *parquet.Writer
	row1 []parquet.Row
	n    int
}

// parquetType is the Go type whose schema a kind has, with its tag.
func parquetType(k Kind) (reflect.Type, string) {
	switch k {
	case Int:
		return reflect.TypeFor[int64](), ""
	case Float, Share:
		return reflect.TypeFor[float64](), ""
	case Bool:
		return reflect.TypeFor[bool](), ""
	case Day:
		return reflect.TypeFor[int32](), ",date"
	case Time:
		return reflect.TypeFor[time.Time](), ",timestamp(microsecond)"
	default:
		return reflect.TypeFor[string](), ""
	}
}

func (p *parquetWriter) begin(t *Table) error {
	p.cols = t.Columns
	fields := make([]reflect.StructField, len(t.Columns))
	for i, c := range t.Columns {
		typ, tag := parquetType(c.Kind)
		fields[i] = reflect.StructField{Name: "F" + string(rune('A'+i/26)) + string(rune('A'+i%26)), Type: typ,
			Tag: reflect.StructTag(`parquet:"` + c.Key + `,optional` + tag + `"`)}
	}
	notes, err := json.Marshal(t.Notes)
	if err != nil {
		return err
	}
	schema := parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
	p.out = parquet.NewWriter(p.w, schema, parquet.Compression(&zstd.Codec{}), parquet.KeyValueMetadata("antojo", string(notes)),
		parquet.CreatedBy("antojo", "", ""), parquet.PageBufferSize(64<<10))
	p.row1 = []parquet.Row{make(parquet.Row, len(t.Columns))}
	return nil
}

func (p *parquetWriter) row(cells []Cell) error {
	r := p.row1[0]
	for i := range cells {
		c := &cells[i]
		if !c.Set {
			r[i] = parquet.NullValue().Level(0, 0, i)
			continue
		}
		var v parquet.Value
		switch p.cols[i].Kind {
		case Text:
			v = parquet.ByteArrayValue([]byte(c.S))
		case Int, Time:
			v = parquet.Int64Value(c.I)
		case Float, Share:
			v = parquet.DoubleValue(c.F)
		case Bool:
			v = parquet.BooleanValue(c.I != 0)
		case Day:
			v = parquet.Int32Value(int32(c.I))
		}
		r[i] = v.Level(0, 1, i)
	}
	if _, err := p.out.WriteRows(p.row1); err != nil {
		return err
	}
	if p.n++; p.n%rowGroup == 0 {
		return p.out.Flush()
	}
	return nil
}

func (p *parquetWriter) end() error { return p.out.Close() }
