// Package file reads mentions from files: CSV, TSV, JSONL, JSON arrays, XLSX and
// Parquet, plain or gzipped, from a path, an upload or standard input.
//
// Open looks at the first bytes and rows and makes a Plan: format, encoding,
// delimiter and which column is what. A caller may show the plan (a dry run) and
// then Read the rows. A row that cannot be taken is rejected with its line number
// and a reason; the rest goes on. Memory is bounded by the longest accepted row,
// not by the file; only XLSX (its table of strings) and files that need random
// access but come from a pipe are held in memory.
//
// Read next: sniff.go (format and encoding), columns.go (which header means
// what), mapper.go (row → mention.Raw); one file for each format.
package file

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"antojo/internal/mention"
	"antojo/internal/privacy"
)

// Options say how to read a file. The zero value works.
type Options struct {
	Source  mention.Source    // "" = from a column, else guessed
	Channel string            // "" = from a column, else "csv:reviews.csv"
	Map     map[string]string // field → column name or 1-based number; "-" = leave the field out
	Header  Header            // whether the first row names the columns
	Order   DateOrder         // of dates such as 03/04/2025
	// RatingMax is the top of the rating scale: 0 or 5 for stars 1–5; 10 or 100 for
	// a scale from 0, which is mapped linearly to 1–5.
	RatingMax int
	Sheet     string           // XLSX sheet; "" = the first one with a text column
	Now       func() time.Time // clock for "in the future"; nil = time.Now
	Stdin     io.Reader        // what "-" reads; nil = os.Stdin
	MaxText   int              // longest accepted text in bytes; 0 = 64 KiB
	MaxRow    int              // longest row in bytes that is held in memory; 0 = 1 MiB
	MaxMemory int64            // largest XLSX or Parquet that is read from a pipe; 0 = 512 MiB
}

// Header says whether the first row names the columns.
type Header uint8

// HeaderAuto decides by looking for a known name or a name given in Map.
const (
	HeaderAuto Header = iota
	HeaderPresent
	HeaderAbsent
)

// DateOrder says how to read dates such as 03/04/2025.
type DateOrder uint8

// OrderAuto is day first, unless the first rows prove that the month is first.
const (
	OrderAuto DateOrder = iota
	DayFirst
	MonthFirst
)

// String returns auto, dmy or mdy.
func (o DateOrder) String() string { return [...]string{"auto", "dmy", "mdy"}[o] }

// MarshalText implements encoding.TextMarshaler.
func (o DateOrder) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// ParseDateOrder parses auto, dmy or mdy.
func ParseDateOrder(s string) (DateOrder, error) {
	for o := OrderAuto; o <= MonthFirst; o++ {
		if s == o.String() {
			return o, nil
		}
	}
	return 0, fmt.Errorf("date order %q is not one of auto, dmy, mdy", s)
}

// Limits that apply where Options leave them at zero.
const (
	DefaultMaxText   = 64 << 10
	DefaultMaxRow    = 1 << 20
	DefaultMaxMemory = 512 << 20
)

// Plan is how a file was understood.
type Plan struct {
	File      string         `json:"file"`
	Format    string         `json:"format"`   // csv, tsv, jsonl, json, xlsx, parquet
	Gzip      bool           `json:"gzip"`     //
	Encoding  string         `json:"encoding"` // utf-8, utf-8-bom, windows-1252, utf-16le, utf-16be; "" for xlsx and parquet
	Delimiter string         `json:"delimiter,omitempty"`
	Sheet     string         `json:"sheet,omitempty"`
	HasHeader bool           `json:"header"`
	Columns   []Column       `json:"columns"`
	Unused    []string       `json:"unused"`     // columns that no field takes
	DateOrder DateOrder      `json:"date_order"` // DayFirst or MonthFirst
	Source    mention.Source `json:"source"`     // of rows whose own column says nothing
	Channel   string         `json:"channel"`
	Sample    []mention.Raw  `json:"-"` // the first rows as understood; may hold personal data
	Rejected  []string       `json:"-"` // reasons of rejected rows among the first rows
}

// Column is one column of the file and the field that takes it, "" for none.
type Column struct {
	Name  string `json:"name"`
	Field string `json:"field"`
}

// SampleRows is how many rows a Plan shows.
const SampleRows = 5

// Notes count what was repaired while reading, for a report.
type Notes struct {
	Reencoded   int64 // rows with bytes in another encoding than the plan's, decoded as Windows-1252 or UTF-8
	Departments int64 // rows whose department column names no department
	Markup      int64 // rows from whose text HTML was removed
}

// Source is an opened file. Read it once and close it. Progress may be called
// from other goroutines.
type Source struct {
	name   string
	opt    Options
	plan   Plan
	notes  Notes
	mapper *mapper
	rows   rows
	count  *counter
	total  int64
	close  []io.Closer
	read   bool
}

// rows yields the records of one file. The error of next is io.EOF after the last.
type rows interface {
	next(rec *record) error
}

// record is one row before mapping. Cells are valid until the next call of next.
type record struct {
	row   int      // line in CSV and JSON, row in XLSX and Parquet, element in JSON on one line
	cells []cell   // by column index
	fresh []string // names of columns that appear in this row for the first time (JSON)
	bad   string   // why the row cannot be read; cells are then meaningless
	mixed bool     // decoded from another encoding than the plan's
}

// OpenFile opens the file at path; "-" is standard input.
func OpenFile(ctx context.Context, path string, opt Options) (*Source, error) {
	if path == "-" {
		in := opt.Stdin
		if in == nil {
			in = os.Stdin
		}
		return Open(ctx, "stdin", in, opt)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, openProblem(path, err)
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, openProblem(path, err)
	}
	if st.IsDir() {
		f.Close()
		return nil, &Problem{File: path, Kind: KindDirectory, What: "is a directory", Do: "name the files in it, e.g. " + filepath.Join(path, "*.csv")}
	}
	s, err := Open(ctx, path, f, opt)
	if err != nil {
		f.Close()
		return nil, err
	}
	s.close = append(s.close, f)
	return s, nil
}

// Open plans the reading of r, which is called name in messages and, by its last
// element, in the default channel. If r is also an io.ReaderAt and io.Seeker
// (an *os.File, an upload), XLSX and Parquet are read without a copy in memory.
func Open(ctx context.Context, name string, r io.Reader, opt Options) (*Source, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.MaxText <= 0 {
		opt.MaxText = DefaultMaxText
	}
	if opt.MaxRow <= 0 {
		opt.MaxRow = DefaultMaxRow
	}
	if opt.MaxMemory <= 0 {
		opt.MaxMemory = DefaultMaxMemory
	}
	switch opt.RatingMax {
	case 0:
		opt.RatingMax = 5
	case 5, 10, 100:
	default:
		return nil, &Problem{File: name, Kind: KindMapping, What: fmt.Sprintf("rating scale %d is not one of 5, 10, 100", opt.RatingMax)}
	}
	s := &Source{name: name, opt: opt, total: -1}
	if sk, ok := r.(io.Seeker); ok {
		if n, err := sk.Seek(0, io.SeekEnd); err == nil {
			if _, err = sk.Seek(0, io.SeekStart); err != nil {
				return nil, openProblem(name, err)
			}
			s.total = n
		}
	}
	s.count = &counter{r: r}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, r); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Name returns the name that the file was opened with, personal data in it masked:
// it is kept with the import.
func (s *Source) Name() string { return privacy.Log(s.name) }

// Plan returns how the file was understood.
func (s *Source) Plan() Plan { return s.plan }

// Notes returns what was repaired; complete after Read.
func (s *Source) Notes() Notes { return s.notes }

// Progress returns how many bytes of the file have been read and how many there
// are, -1 if unknown.
func (s *Source) Progress() (done, total int64) {
	done = s.count.n.Load()
	if s.total >= 0 { // blocks of XLSX and Parquet files may be read twice
		done = min(done, s.total)
	}
	return done, s.total
}

// Close releases the file.
func (s *Source) Close() error {
	var errs []error
	for i := len(s.close) - 1; i >= 0; i-- {
		errs = append(errs, s.close[i].Close())
	}
	s.close = nil
	return errors.Join(errs...)
}

// Collect is Read, under the name that connectors have.
func (s *Source) Collect(ctx context.Context, yield func(mention.Raw) error, reject func(mention.Rejection)) error {
	return s.Read(ctx, yield, reject)
}

// Read calls yield for each row in order, or reject with the reason why the row
// is left out. It stops at the first error of yield and returns it. When the file
// itself breaks off, the rows before that have been yielded and the error names
// the last of them.
func (s *Source) Read(ctx context.Context, yield func(mention.Raw) error, reject func(mention.Rejection)) error {
	if s.read {
		return fmt.Errorf("read %s: already read; open it again", s.name)
	}
	s.read = true
	var rec record
	last := 0
	for n := 0; ; n++ {
		if n%256 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		rec = record{cells: rec.cells[:0], fresh: rec.fresh[:0]}
		err := s.rows.next(&rec)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return readProblem(s.name, last, err)
		}
		last = rec.row
		raw, bad := s.mapper.raw(&rec, &s.notes)
		if bad != "" {
			reject(mention.Rejection{File: s.Name(), Row: rec.row, Reason: bad})
			continue
		}
		if err := yield(raw); err != nil {
			return err
		}
	}
}

// base is the last element of the file name without a compression suffix.
func (s *Source) base() string {
	b := filepath.Base(filepath.ToSlash(s.name))
	if i := strings.LastIndexAny(b, `\/`); i >= 0 {
		b = b[i+1:]
	}
	if low := strings.ToLower(b); strings.HasSuffix(low, ".gz") {
		b = b[:len(b)-3]
	}
	return b
}

// counter counts the bytes read from the file.
type counter struct {
	r io.Reader
	n atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// sampleSize is how much of a text file the plan is made from.
const sampleSize = 256 << 10

// prepare finds out the format and builds s.rows, s.mapper and s.plan.
func (s *Source) prepare(ctx context.Context, r io.Reader) error {
	br := bufio.NewReaderSize(s.count, sampleSize)
	head, err := br.Peek(sampleSize)
	if err != nil && err != io.EOF && len(head) == 0 {
		return openProblem(s.name, err)
	}
	s.plan.File = s.Name()
	if isGzip(head) {
		s.plan.Gzip = true
		zr, err := newGzip(br)
		if err != nil {
			return readProblem(s.name, 0, err)
		}
		s.close = append(s.close, zr)
		r = nil // random access to the packed bytes is of no use
		br = bufio.NewReaderSize(zr, sampleSize)
		if head, err = br.Peek(sampleSize); err != nil && err != io.EOF && len(head) == 0 {
			return readProblem(s.name, 0, err)
		}
	}
	if len(head) == 0 {
		return &Problem{File: s.name, Kind: KindEmpty, What: "is empty", Do: "check the export that wrote it"}
	}
	format, problem := sniffFormat(head, s.base())
	if problem != nil {
		problem.File = s.name
		return problem
	}
	switch format {
	case "xlsx", "parquet":
		at, size, err := s.randomAccess(r, br)
		if err != nil {
			return err
		}
		if format == "xlsx" {
			return s.prepareXLSX(ctx, at, size)
		}
		return s.prepareParquet(ctx, at, size)
	}
	return s.prepareText(ctx, br, head, format)
}

// randomAccess returns the whole file for random access: r itself where it can do
// it, otherwise a copy in memory.
func (s *Source) randomAccess(r io.Reader, br *bufio.Reader) (io.ReaderAt, int64, error) {
	if at, ok := r.(io.ReaderAt); ok && s.total >= 0 {
		return &atCounter{at, s.count}, s.total, nil
	}
	b, err := io.ReadAll(io.LimitReader(br, s.opt.MaxMemory+1))
	if err != nil {
		return nil, 0, readProblem(s.name, 0, err)
	}
	if int64(len(b)) > s.opt.MaxMemory {
		return nil, 0, &Problem{File: s.name, Kind: KindTooLarge,
			What: fmt.Sprintf("is larger than %d MiB and does not come from a plain file", s.opt.MaxMemory>>20),
			Do:   "save it to disk, unpacked, and import it from there"}
	}
	return newBytesAt(b), int64(len(b)), nil
}
