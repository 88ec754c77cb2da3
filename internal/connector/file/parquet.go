package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"antojo/internal/mention"
)

// parquetRows reads the rows of a Parquet file, one row group after the other.
// Columns in lists and maps are left out; nested ones are named with dots.
type parquetRows struct {
	groups []parquet.RowGroup
	rows   parquet.Rows
	convs  []func(parquet.Value) cell // by leaf column; nil = left out
	place  []int                      // column of each leaf
	width  int
	buf    []parquet.Row
	have   []parquet.Row
	row    int
}

func (s *Source) prepareParquet(ctx context.Context, at io.ReaderAt, size int64) (err error) {
	s.plan.Format = "parquet"
	damaged := func(err error) error {
		return &Problem{File: s.name, Kind: KindUnreadable, Err: err, What: "is a damaged Parquet file: " + err.Error(), Do: "write it again"}
	}
	defer func() {
		if p := recover(); p != nil {
			err = damaged(fmt.Errorf("%v", p))
		}
	}()
	f, err := parquet.OpenFile(at, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return damaged(err)
	}
	open := func() *parquetRows {
		r := &parquetRows{groups: f.RowGroups(), buf: make([]parquet.Row, 64)}
		for i, path := range f.Schema().Columns() {
			leaf, ok := f.Schema().Lookup(path...)
			var conv func(parquet.Value) cell
			if ok && leaf.MaxRepetitionLevel == 0 {
				conv = converter(leaf.Node)
			}
			r.convs = append(r.convs, conv)
			r.place = append(r.place, i)
		}
		r.width = len(r.convs)
		return r
	}
	var names []string
	for _, path := range f.Schema().Columns() {
		names = append(names, strings.Join(path, "."))
	}
	if len(names) == 0 {
		return &Problem{File: s.name, Kind: KindEmpty, What: "has no columns"}
	}
	opt := s.opt.Header
	s.opt.Header = HeaderPresent
	err = s.mapColumns(names, nil)
	s.opt.Header = opt
	if err != nil {
		return err
	}
	if f.NumRows() == 0 {
		return &Problem{File: s.name, Kind: KindEmpty, What: "has columns but no rows", Do: "check the export that wrote it"}
	}
	look := open()
	s.lookAhead(&firstRows{look, 500})
	look.Close()
	real := open()
	s.close = append(s.close, real)
	s.rows = real
	return ctx.Err()
}

// firstRows ends after n rows.
type firstRows struct {
	rows
	n int
}

func (f *firstRows) next(rec *record) error {
	if f.n--; f.n < 0 {
		return io.EOF
	}
	return f.rows.next(rec)
}

// Close releases the pages in memory.
func (r *parquetRows) Close() error {
	if r.rows == nil {
		return nil
	}
	err := r.rows.Close()
	r.rows = nil
	return err
}

// next implements rows.
func (r *parquetRows) next(rec *record) (err error) {
	defer func() {
		if p := recover(); p != nil { // the library panics on some damaged pages
			err = fmt.Errorf("damaged page: %v", p)
		}
	}()
	for len(r.have) == 0 {
		if r.rows == nil {
			if len(r.groups) == 0 {
				return io.EOF
			}
			r.rows = r.groups[0].Rows()
			r.groups = r.groups[1:]
		}
		n, err := r.rows.ReadRows(r.buf)
		r.have = r.buf[:n]
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 {
			if err := r.Close(); err != nil {
				return err
			}
		}
	}
	row := r.have[0]
	r.have = r.have[1:]
	r.row++
	rec.row = r.row
	for len(rec.cells) < r.width {
		rec.cells = append(rec.cells, cell{})
	}
	for i := range rec.cells {
		rec.cells[i] = cell{}
	}
	for _, v := range row {
		i := v.Column()
		if i < 0 || i >= len(r.convs) || r.convs[i] == nil || v.IsNull() {
			continue
		}
		rec.cells[r.place[i]] = r.convs[i](v)
	}
	return nil
}

// converter returns how to read the values of a leaf, nil if they are no scalar
// that a mention can use.
func converter(n parquet.Node) func(parquet.Value) cell {
	t := n.Type()
	lt := t.LogicalType()
	if lt != nil {
		switch l := lt.Value.(type) {
		case *format.DateType:
			return func(v parquet.Value) cell {
				d := time.Unix(int64(v.Int32())*86400, 0).UTC()
				return cell{kind: cTime, t: time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, mention.Lima)}
			}
		case *format.TimestampType:
			return timestamps(l)
		case *format.DecimalType:
			scale := math.Pow10(-int(l.Scale))
			return func(v parquet.Value) cell {
				switch v.Kind() {
				case parquet.Int32:
					return cell{kind: cNumber, f: float64(v.Int32()) * scale}
				case parquet.Int64:
					return cell{kind: cNumber, f: float64(v.Int64()) * scale}
				}
				return cell{kind: cNumber, f: bigEndian(v.ByteArray()) * scale}
			}
		}
	}
	switch t.Kind() {
	case parquet.Boolean:
		return func(v parquet.Value) cell {
			c := cell{kind: cBool}
			if v.Boolean() {
				c.f = 1
			}
			return c
		}
	case parquet.Int32:
		return func(v parquet.Value) cell { return cell{kind: cNumber, f: float64(v.Int32())} }
	case parquet.Int64:
		return func(v parquet.Value) cell {
			if x := v.Int64(); x > 1<<53 || x < -1<<53 {
				return cell{kind: cText, s: fmt.Sprint(x)}
			}
			return cell{kind: cNumber, f: float64(v.Int64())}
		}
	case parquet.Int96: // days and nanoseconds, as old writers keep timestamps
		return func(v parquet.Value) cell {
			x := v.Int96()
			ns := int64(x[1])<<32 | int64(x[0])
			const julianUnixEpoch = 2440588
			return cell{kind: cTime, t: time.Unix((int64(x[2])-julianUnixEpoch)*86400, ns).UTC()}
		}
	case parquet.Float:
		return func(v parquet.Value) cell { return number(float64(v.Float())) }
	case parquet.Double:
		return func(v parquet.Value) cell { return number(v.Double()) }
	case parquet.ByteArray:
		return func(v parquet.Value) cell {
			b, _, bad := utf8Plain.fixLine(nil, v.ByteArray())
			if bad != "" {
				return cell{kind: cText, s: "\x00"} // rejected like any NUL
			}
			return cell{kind: cText, s: string(b)}
		}
	case parquet.FixedLenByteArray:
		return func(v parquet.Value) cell { return cell{kind: cText, s: fmt.Sprintf("%x", v.ByteArray())} }
	}
	return nil
}

func number(f float64) cell {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return cell{}
	}
	return cell{kind: cNumber, f: f}
}

// timestamps reads instants; a timestamp without a zone is of Lima.
func timestamps(l *format.TimestampType) func(parquet.Value) cell {
	unit := time.UnixMilli
	if l.Unit != (format.TimeUnit{}) {
		switch l.Unit.Value.(type) {
		case *format.MicroSeconds:
			unit = time.UnixMicro
		case *format.NanoSeconds:
			unit = func(n int64) time.Time { return time.Unix(0, n) }
		}
	}
	utc := l.IsAdjustedToUTC
	return func(v parquet.Value) cell {
		t := unit(v.Int64()).UTC()
		if !utc {
			t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), mention.Lima)
		}
		return cell{kind: cTime, t: t}
	}
}

// bigEndian reads a two's complement number.
func bigEndian(b []byte) float64 {
	x := new(big.Int).SetBytes(b)
	if len(b) > 0 && b[0]&0x80 != 0 {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), uint(len(b))*8))
	}
	f, _ := new(big.Float).SetInt(x).Float64()
	return f
}
